//! Candidates' accounts at the desk: a manager prepares them from a list, an administrator merges two of one person.

use super::parts::{anew, broken, failure_of, fault_of, summary};
use crate::Failure;
use crate::again::{Again, use_again};
use crate::ui::{BusyButton, StateBadge, TextArea, TextField};
use crate::wording::people as words;
#[cfg(feature = "ssr")]
use domain::account::Role;
use domain::application::progress::Tone;
use domain::ids::AccountId;
use domain::page::people::{AddedPeople, MergeSide, PreloadedLine, PreloadedState};
use domain::time::Timestamp;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

const PAGE: &str = "/office/people";

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The agency's list; none for administrators.
    pub lines: Option<Vec<PreloadedLine>>,
    /// What became of the last list; codes are shown this once.
    pub added: Option<AddedPeople>,
    /// Two accounts that are about to be merged: the one that goes, the one that stays.
    pub pair: Option<(MergeSide, MergeSide)>,
    /// A pair was merged just now.
    pub merged: bool,
    /// The time now.
    pub now: Timestamp,
}

/// The list of prepared accounts, or the place to merge two.
#[server(name = FetchPrepared, endpoint = "office/prepared")]
pub async fn prepared(#[server(default)] shown: String) -> Result<Prepared, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let lines = match member.role {
        Role::Administrator => None,
        _ => Some(records::preloaded::list(&records, &member).await.map_err(crate::failure::from_records)?),
    };
    let kept = super::parts::ssr::kept(&shown).unwrap_or_default();
    let of = |what: &str| {
        let key = format!("{what} {}", member.id);
        kept.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone())
    };
    Ok(Prepared {
        lines,
        added: of("added").and_then(|text| serde_json::from_str(&text).ok()),
        pair: of("pair").and_then(|text| serde_json::from_str(&text).ok()),
        merged: of("merged").is_some(),
        now: records.now(),
    })
}

/// Prepares accounts from a pasted list.
#[server(name = AddPrepared, endpoint = "office/prepare")]
pub async fn add_prepared(list: String) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let out = records::preloaded::add(&records, &member, &list).await.map_err(crate::failure::from_records);
    let typed = vec![("list".to_owned(), list)];
    crate::again::ssr::settle(out, |added| shown_once(&records, &member, "added", added), PAGE, typed).map(|_| ())
}

/// Replaces a code.
#[server(name = RenewPrepared, endpoint = "office/prepare-renew")]
pub async fn renew_prepared(id: String) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let out = records::preloaded::renew(&records, &member, &id).await.map_err(crate::failure::from_records);
    let out = out.map(|code| AddedPeople { codes: vec![code], faults: Vec::new() });
    crate::again::ssr::settle(out, |added| shown_once(&records, &member, "added", added), PAGE, vec![]).map(|_| ())
}

/// Takes a code back.
#[server(name = RevokePrepared, endpoint = "office/prepare-revoke")]
pub async fn revoke_prepared(id: String) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let out = records::preloaded::revoke(&records, &member, &id).await.map_err(crate::failure::from_records);
    super::parts::ssr::settle_here(out, PAGE, vec![])
}

/// Looks up two accounts before merging them. The numbers never stand in an address.
#[server(name = LookUpPair, endpoint = "office/merge-look")]
pub async fn look_up_pair(from_no: String, into_no: String) -> Result<(), Failure> {
    use domain::account::MergeRefusal;
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let asked = async {
        let from = records::accounts::look_up(&records, &member, &from_no).await?;
        let into = records::accounts::look_up(&records, &member, &into_no).await?;
        if from.id == into.id { Err(MergeRefusal::Same.into()) } else { Ok((from, into)) }
    };
    let out = match asked.await {
        Err(records::Error::NotFound) => Err(Failure::Told(words::NO_SUCH_ACCOUNT.to_owned())),
        other => other.map_err(crate::failure::from_records),
    };
    let typed = vec![("from_no".to_owned(), from_no), ("into_no".to_owned(), into_no)];
    crate::again::ssr::settle(out, |pair| shown_once(&records, &member, "pair", pair), PAGE, typed).map(|_| ())
}

/// Merges two accounts of one person.
#[server(name = MergeAccounts, endpoint = "office/merge")]
pub async fn merge_accounts(
    from: AccountId,
    into: AccountId,
    #[server(default)] reason: String,
    #[server(default)] shown: String,
) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let out =
        records::accounts::merge(&records, &member, from, into, &reason).await.map_err(crate::failure::from_records);
    let typed = vec![("reason".to_owned(), reason)];
    // Back to the same two accounts.
    let back = super::parts::with_query(PAGE, "shown", &shown);
    crate::again::ssr::settle(out, |()| shown_once(&records, &member, "merged", &true), &back, typed).map(|_| ())
}

/// The page with something that is shown this once, for this member of staff alone.
#[cfg(feature = "ssr")]
fn shown_once(
    records: &records::Records,
    member: &domain::account::StaffMember,
    what: &str,
    value: &impl Serialize,
) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    let kept = super::parts::ssr::keep_for_next_page(records, vec![(format!("{what} {}", member.id), text)]);
    super::parts::with_query(PAGE, "shown", &kept)
}

/// 考生账号.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let query = crate::ui::query_map();
    let shown = crate::ui::memo(move |_| query.read().get("shown").unwrap_or_default());
    let adding = ServerAction::<AddPrepared>::new();
    let renewing = ServerAction::<RenewPrepared>::new();
    let revoking = ServerAction::<RevokePrepared>::new();
    let looking = ServerAction::<LookUpPair>::new();
    let merging = ServerAction::<MergeAccounts>::new();
    let asked = Resource::new(move || (shown.get(), revoking.version().get()), |(shown, _)| prepared(shown));
    let again = use_again();
    view! {
        <Title text="考生账号 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"考生账号"</h1></header>
            <Transition>
                {move || Suspend::new(async move {
                    let (prepared, again) = (asked.await, again.await);
                    match prepared {
                        Err(failure) => broken(&failure),
                        Ok(Prepared { lines: None, pair, merged, .. }) => {
                            let key = shown.get_untracked();
                            let body = anew(key.clone(), move || match &pair {
                                Some(pair) => merge_form(pair, &key, merging, again.as_ref()),
                                None => look_form(looking, again.as_ref()),
                            });
                            view! {
                                <div class="dash__b">
                                    {merged.then(|| view! { <p class="banner" data-state="done" role="status">{words::MERGED}</p> })}
                                    {body}
                                </div>
                            }
                            .into_any()
                        }
                        Ok(Prepared { lines: Some(lines), added, now, .. }) => {
                            // An empty form after every list; faulty rows stand in it again.
                            let key = format!("{} {}", shown.get_untracked(), revoking.version().get_untracked());
                            let faulty = added.clone();
                            let form = anew(key, move || list_form(adding, faulty.as_ref(), again.as_ref()));
                            view! {
                                <div class="dash__b">
                                    {summary(failure_of(renewing.value().into(), None))}
                                    {summary(failure_of(revoking.value().into(), None))}
                                    {added.map(|added| outcome(&added, now))}
                                    {form}
                                    {table(&lines, renewing, revoking, now)}
                                </div>
                            }
                            .into_any()
                        }
                    }
                })}
            </Transition>
        </main>
    }
}

fn outcome(added: &AddedPeople, now: Timestamp) -> AnyView {
    let sheet: String =
        added.codes.iter().map(|code| format!("{}\t{}\t{}\n", code.name, code.id_no_masked, code.code)).collect();
    let rows = added
        .codes
        .iter()
        .map(|code| {
            view! {
                <tr>
                    <th scope="row">{code.name.clone()}</th>
                    <td data-label="证件号码" class="num">{code.id_no_masked.clone()}</td>
                    <td data-label="激活码" class="num"><b>{code.code.clone()}</b></td>
                    <td data-label="有效到">{words::until(code.until, now)}</td>
                </tr>
            }
        })
        .collect_view();
    let codes = (!added.codes.is_empty()).then(|| {
        view! {
            <section class="panel" aria-labelledby="codes-title">
                <div class="panel__h"><h2 id="codes-title">{words::codes_title(added.codes.len())}</h2></div>
                <div class="panel__b stack stack--4">
                    <p role="status">{words::CODES_ONCE}</p>
                    <div class="tablewrap" role="region" tabindex="0" aria-label="激活码">
                        <table class="table table--blocks">
                            <thead><tr><th scope="col">"姓名"</th><th scope="col">"证件号码"</th><th scope="col">"激活码"</th><th scope="col">"有效到"</th></tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    <div class="field noprint">
                        <label for="sheet">"复制到表格"</label>
                        <p class="hint" id="sheet-h">{words::COPY_HINT}</p>
                        <TextArea name="sheet".to_owned() id="sheet".to_owned() value=sheet rows=4 describedby="sheet-h".to_owned()/>
                    </div>
                </div>
            </section>
        }
    });
    let faults = added
        .faults
        .iter()
        .map(|fault| {
            let sentences: String = fault.problems.iter().map(words::row_problem).collect();
            view! { <li><b class="num">{words::row(fault.row)}</b>" "<span class="soft">{fault.typed.clone()}</span><br/><span>{sentences}</span></li> }
        })
        .collect_view();
    let faults = (!added.faults.is_empty()).then(|| {
        view! {
            <section class="panel" aria-labelledby="faults-title" data-state="me">
                <div class="panel__h"><h2 id="faults-title">{words::faults_title(added.faults.len())}</h2></div>
                <div class="panel__b"><ul class="stack stack--2 plain">{faults}</ul></div>
            </section>
        }
    });
    view! { {codes}{faults} }.into_any()
}

fn list_form(action: ServerAction<AddPrepared>, added: Option<&AddedPeople>, again: Option<&Again>) -> AnyView {
    let failure = failure_of(action.value().into(), again);
    let faulty: Vec<&str> = added.iter().flat_map(|added| &added.faults).map(|fault| fault.typed.as_str()).collect();
    let value = again.map_or_else(|| faulty.join("\n"), |again| again.typed("list").to_owned());
    let pending = action.pending();
    view! {
        <section class="panel" aria-labelledby="list-title">
            <div class="panel__h"><h2 id="list-title">"预录考生"</h2></div>
            <div class="panel__b stack stack--4">
                {summary(failure)}
                <ActionForm action=action attr:class="stack stack--4">
                    <div class="field field--wide">
                        <label for="list">"名单"</label>
                        <p class="hint" id="list-h">{words::LIST_HINT}</p>
                        <TextArea name="list".to_owned() id="list".to_owned() value=value rows=8 describedby="list-h".to_owned()/>
                    </div>
                    <p class="meta">{words::NO_DEFAULT_PASSWORD}</p>
                    <p><BusyButton pending=pending label="预录并生成激活码" busy="正在生成"/></p>
                </ActionForm>
            </div>
        </section>
    }
    .into_any()
}

fn table(
    lines: &[PreloadedLine],
    renewing: ServerAction<RenewPrepared>,
    revoking: ServerAction<RevokePrepared>,
    now: Timestamp,
) -> AnyView {
    if lines.is_empty() {
        return view! { <div class="empty"><p><b>"还没有预录过考生"</b></p><p class="meta">"名单预录以后，在这里看谁已经激活。"</p></div> }
            .into_any();
    }
    let rows = lines
        .iter()
        .map(|line| {
            let (tone, state) = match line.state {
                PreloadedState::Waiting => (Tone::Others, "等本人激活"),
                PreloadedState::Expired => (Tone::Expired, "激活码过期"),
                PreloadedState::Used => (Tone::Done, "已激活"),
                PreloadedState::Revoked => (Tone::Refused, "已收回"),
            };
            let open = matches!(line.state, PreloadedState::Waiting | PreloadedState::Expired);
            let (id, name) = (line.id.clone(), line.name.clone());
            let acts = open.then(|| {
                let (renew_id, renew_name) = (id.clone(), name.clone());
                view! {
                    <ActionForm action=renewing>
                        <input type="hidden" name="id" value=renew_id/>
                        <button class="link"><span>"重发激活码"</span><span class="vh">{renew_name}</span></button>
                    </ActionForm>
                    <ActionForm action=revoking>
                        <input type="hidden" name="id" value=id/>
                        <button class="link link--danger"><span>"收回"</span><span class="vh">{name}</span></button>
                    </ActionForm>
                }
            });
            view! {
                <tr>
                    <th scope="row">{line.name.clone()}</th>
                    <td data-label="证件类型">{line.id_kind.clone()}</td>
                    <td data-label="证件号码" class="num">{line.id_no_masked.clone()}</td>
                    <td data-label="手机号码" class="num">{line.mobile_masked.clone()}</td>
                    <td data-label="状态"><StateBadge tone=tone text=state/></td>
                    <td data-label="时间">{words::state_at(line.state, line.at, now)}</td>
                    <td class="acts">{acts}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let heads = ["姓名", "证件类型", "证件号码", "手机号码", "状态", "时间", "操作"]
        .into_iter()
        .map(|word| view! { <th scope="col">{word}</th> })
        .collect_view();
    view! {
        <div class="tablewrap" role="region" tabindex="0" aria-label="预录名单">
            <table class="table table--blocks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}

fn look_form(action: ServerAction<LookUpPair>, again: Option<&Again>) -> AnyView {
    let failure = failure_of(action.value().into(), again);
    let typed = |key: &str| again.map_or("", |again| again.typed(key)).to_owned();
    let (from_no, into_no) = (typed("from_no"), typed("into_no"));
    let pending = action.pending();
    view! {
        <section class="panel" aria-labelledby="merge-title">
            <div class="panel__h"><h2 id="merge-title">"合并同一个人的两个账号"</h2></div>
            <div class="panel__b stack stack--4">
                <p class="soft">{words::MERGE_LEAD}</p>
                {summary(failure)}
                <ActionForm action=action attr:class="stack stack--4">
                    <TextField name="from_no" label="旧证件号码" hint="并掉的账号，以后不能再登录" value=from_no maxlength=40 class="w-20 num" autocomplete="off"/>
                    <TextField name="into_no" label="新证件号码" hint="留下的账号" value=into_no maxlength=40 class="w-20 num" autocomplete="off"/>
                    <p><BusyButton pending=pending label="查两个账号" busy="正在查"/></p>
                </ActionForm>
            </div>
        </section>
    }
    .into_any()
}

fn merge_form(
    (from, into): &(MergeSide, MergeSide),
    shown: &str,
    action: ServerAction<MergeAccounts>,
    again: Option<&Again>,
) -> AnyView {
    let failure = failure_of(action.value().into(), again);
    let side = |title: &'static str, side: &MergeSide| {
        let facts = [
            ("姓名", side.name_masked.clone()),
            ("证件类型", side.id_kind.clone()),
            ("证件号码", side.id_no_masked.clone()),
            ("手机号码", side.mobile_masked.clone()),
            ("报名", words::applications(side.applications)),
        ];
        let facts = facts
            .into_iter()
            .map(|(name, value)| view! { <div><dt>{name}</dt><dd class="num">{value}</dd></div> })
            .collect_view();
        view! { <section class="stack stack--2"><h3>{title}</h3><dl class="kv">{facts}</dl></section> }.into_any()
    };
    let reason = again.map_or("", |again| again.typed("reason")).to_owned();
    let pending = action.pending();
    let (from_side, into_side) = (side("并掉的账号", from), side("留下的账号", into));
    let (from_id, into_id, shown) = (from.id.to_string(), into.id.to_string(), shown.to_owned());
    let in_words = fault_of(failure, "reason");
    view! {
        <section class="panel" aria-labelledby="merge-title">
            <div class="panel__h"><h2 id="merge-title">"核对后合并"</h2></div>
            <div class="panel__b stack stack--4">
                {summary(failure)}
                {from_side}
                {into_side}
                <ActionForm action=action attr:class="stack stack--4">
                    <input type="hidden" name="from" value=from_id/>
                    <input type="hidden" name="into" value=into_id/>
                    <input type="hidden" name="shown" value=shown/>
                    <TextField name="reason" label="原因" hint=words::REASON_HINT value=reason maxlength=200 error=in_words/>
                    <p class="row">
                        <BusyButton pending=pending label="合并" busy="正在合并"/>
                        <a class="btn btn--quiet" href=PAGE>"不合并"</a>
                    </p>
                </ActionForm>
            </div>
        </section>
    }
    .into_any()
}
