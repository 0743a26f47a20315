//! 采集: the agency types people in, and gives each a link to confirm.

use super::parts::summary;
#[cfg(feature = "ssr")]
use super::parts::with_query;
use crate::Failure;
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::ui::{Banner, PlainForm, SelectField, StateBadge, TextField, faults_of, icon};
use crate::wording::{collecting as say, desk as words};
use domain::application::progress::Tone;
use domain::form::{Answers, OFFERED_ID_KINDS};
#[cfg(feature = "ssr")]
use domain::ids::{ApplicationId, PlanId};
#[cfg(feature = "ssr")]
use domain::page::collecting::{Collected, ConfirmLink};
use domain::page::collecting::{CollectedLine, CollectedState, CollectingDesk};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;
use std::collections::HashMap;

/// The page of collecting, with a link that was just made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collecting {
    /// Plans, form and people.
    pub desk: CollectingDesk,
    /// A link that was just made; shown this once.
    pub link: Option<String>,
    /// What came of sending links just now.
    pub said: Option<String>,
    /// Whether links are sent from here.
    pub sends: bool,
}

/// The page of collecting.
#[server(name = FetchCollecting, endpoint = "office/collecting")]
pub async fn collecting(
    #[server(default)] plan: String,
    #[server(default)] shown: String,
) -> Result<Collecting, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let plan: Option<PlanId> = plan.parse().ok();
    let desk = records::collecting::desk(&records, &member, plan).await.map_err(crate::failure::from_records)?;
    let kept = super::parts::ssr::kept(&shown).unwrap_or_default();
    let mine = |word: &str| {
        let mine = format!("{word} {}", member.id);
        kept.iter().find(|(key, _)| *key == mine).map(|(_, value)| value.clone())
    };
    let open = crate::signed_in::ssr::open_for_links();
    Ok(Collecting { desk, link: mine("confirm"), said: mine("sent"), sends: open.sms || open.mail })
}

/// Types one person in.
#[server(name = CollectPerson, endpoint = "office/collect")]
pub async fn collect(
    #[server(default)] plan: String,
    #[server(default)] name: String,
    #[server(default)] id_kind: String,
    #[server(default)] id_no: String,
    #[server(default)] mobile: String,
    #[server(default)] answers: HashMap<String, String>,
) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let mut kept = Answers::default();
    for (key, value) in &answers {
        kept.set(key, value);
    }
    let here = with_query("/office/collect", "plan", &plan);
    let mut typed: Vec<(String, String)> =
        [("name", &name), ("id_kind", &id_kind), ("id_no", &id_no), ("mobile", &mobile)]
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.clone()))
            .collect();
    typed.extend(answers.iter().map(|(key, value)| (format!("answer {key}"), value.clone())));
    let person = Collected { plan, name, id_kind, id_no, mobile, answers: kept };
    let out = records::collecting::collect(&records, &member, &person).await.map_err(crate::failure::from_records);
    let site = crate::signed_in::ssr::site()?;
    let next = |link: &ConfirmLink| ssr::with_link(&records, &member, &site.origin, &here, link);
    crate::again::ssr::settle(out, next, &here, typed).map(|_| ())
}

/// Makes a new link for a person.
#[server(name = RenewConfirmLink, endpoint = "office/renew-link")]
pub async fn renew(id: String, #[server(default)] plan: String) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let id: ApplicationId = id.parse().map_err(|_| Failure::NotFound)?;
    let here = with_query("/office/collect", "plan", &plan);
    let out = records::collecting::renew_link(&records, &member, id).await.map_err(crate::failure::from_records);
    let site = crate::signed_in::ssr::site()?;
    let next = |link: &ConfirmLink| ssr::with_link(&records, &member, &site.origin, &here, link);
    crate::again::ssr::settle(out, next, &here, Vec::new()).map(|_| ())
}

/// Sends a new link to one person.
#[server(name = SendConfirmLink, endpoint = "office/send-link")]
pub async fn send(id: String, #[server(default)] plan: String) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let id: ApplicationId = id.parse().map_err(|_| Failure::NotFound)?;
    let here = with_query("/office/collect", "plan", &plan);
    let open = crate::signed_in::ssr::open_for_links();
    let out = records::collecting::send_link(&records, &member, id, open).await.map_err(crate::failure::from_records);
    let next = |_: &_| ssr::with_word(&records, &member, &here, say::SENT_ONE.to_owned());
    crate::again::ssr::settle(out, next, &here, Vec::new()).map(|_| ())
}

/// Sends a new link to everybody of a plan who has not confirmed.
#[server(name = SendConfirmLinks, endpoint = "office/send-links")]
pub async fn send_all(plan: String) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let here = with_query("/office/collect", "plan", &plan);
    let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let open = crate::signed_in::ssr::open_for_links();
    let out =
        records::collecting::send_links(&records, &member, plan, open).await.map_err(crate::failure::from_records);
    let next = |done: &_| ssr::with_word(&records, &member, &here, say::sent_all(done));
    crate::again::ssr::settle(out, next, &here, Vec::new()).map(|_| ())
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::account::StaffMember;
    use domain::page::collecting::ConfirmLink;
    use records::Records;

    /// The page that follows shows the link this once; no secret stands in its address.
    pub(super) fn with_link(
        records: &Records,
        member: &StaffMember,
        origin: &str,
        here: &str,
        link: &ConfirmLink,
    ) -> String {
        let kept = vec![(format!("confirm {}", member.id), format!("{origin}{}", link.path))];
        let key = crate::office::parts::ssr::keep_for_next_page(records, kept);
        crate::office::parts::with_query(here, "shown", &key)
    }

    /// The page that follows says what came of it.
    pub(super) fn with_word(records: &Records, member: &StaffMember, here: &str, word: String) -> String {
        let kept = vec![(format!("sent {}", member.id), word)];
        let key = crate::office::parts::ssr::keep_for_next_page(records, kept);
        crate::office::parts::with_query(here, "shown", &key)
    }
}

/// 采集.
#[component]
pub fn CollectPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        (query.get("plan").unwrap_or_default(), query.get("shown").unwrap_or_default())
    });
    let asked = Resource::new(move || asks.get(), |(plan, shown)| collecting(plan, shown));
    view! {
        <Title text="采集资料 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"采集资料"</h1></header>
            {once_there(asked, move |page, again| body(page, asks.get_untracked().0, again))}
        </main>
    }
}

fn body(page: &Collecting, plan: String, again: Option<&Again>) -> AnyView {
    let desk = &page.desk;
    let refused = again.map(|again| summary(Signal::stored(Some(again.failure.clone()))));
    let options = std::iter::once((String::new(), "请选择".to_owned()))
        .chain(desk.plans.iter().map(|(id, title)| (id.to_string(), title.clone())))
        .collect();
    let none = desk.plans.is_empty().then(|| {
        view! { <div class="empty"><p><b>"没有由机构采集的计划"</b></p><p class="meta">"计划用了“机构采集”的办法并且还没截止，才会出现在这里。"</p></div> }
    });
    let chosen = desk.plans.iter().any(|(id, _)| id.to_string() == plan);
    view! {
        <div class="dash__b stack stack--4">
            {page.link.clone().map(link_panel)}
            {page.said.clone().map(|word| view! { <Banner tone=Tone::Done role="status"><p>{word}</p></Banner> })}
            {refused}
            {none}
            {(!desk.plans.is_empty()).then(|| view! {
                <form method="get" action="/office/collect" class="toolbar">
                    <SelectField name="plan" label="计划" options=options value=plan.clone()/>
                    <button class="btn btn--quiet" type="submit">"填这个计划"</button>
                </form>
            })}
            {chosen.then(|| person_form(desk, plan.clone(), again))}
            {people(&desk.lines, &plan, page)}
        </div>
    }
    .into_any()
}

fn link_panel(link: String) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="link-title">
            <div class="panel__h"><h2 id="link-title">"确认链接"</h2></div>
            <div class="panel__b stack stack--2" role="status">
                <p>"链接只显示这一次。请发给本人，由本人核对、补照片，再确认。旧链接已经失效。"</p>
                <label class="vh" for="link">"确认链接"</label>
                <input class="input num" id="link" readonly value=link/>
            </div>
        </section>
    }
    .into_any()
}

fn person_form(desk: &CollectingDesk, plan: String, again: Option<&Again>) -> AnyView {
    let typed = |key: &str| again.map_or("", |again| again.typed(key)).to_owned();
    let faults = faults_of(again.map(|again| &again.failure));
    let error = |key: &'static str| {
        let fault = faults.iter().find(|fault| fault.key == key).map(crate::wording::form::fault);
        Signal::stored(fault)
    };
    let mut answers = Answers::default();
    for (key, value) in again.iter().flat_map(|again| &again.typed) {
        if let Some(key) = key.strip_prefix("answer ") {
            answers.set(key, value);
        }
    }
    let form = PlainForm {
        name: "answers",
        answers: &answers,
        faults: &faults,
        conditions: &desk.conditions,
        subjects: &desk.subjects,
    };
    let sections = desk
        .form
        .section
        .iter()
        .map(|section| {
            let fields = section.field.iter().map(|field| form.control(field)).collect_view();
            let typed = section.field.iter().any(|field| !field.is_given());
            typed.then(|| view! { <h3>{section.title.clone()}</h3> {fields} }.into_any())
        })
        .collect_view();
    let kinds = OFFERED_ID_KINDS.iter().map(|kind| (kind.code().to_owned(), kind.label().to_owned())).collect();
    let kind = match typed("id_kind") {
        none if none.is_empty() => OFFERED_ID_KINDS[0].code().to_owned(),
        kind => kind,
    };
    view! {
        <section class="panel" aria-labelledby="person-title">
            <div class="panel__h"><h2 id="person-title">"填一个人"</h2></div>
            <form method="post" action=CollectPerson::PATH class="panel__b stack stack--4">
                <input type="hidden" name="plan" value=plan/>
                <TextField name="name" label="姓名" value=typed("name") error=error("name") class="w-12" maxlength=50/>
                <SelectField name="id_kind" label="证件类型" options=kinds value=kind error=error("id_kind")/>
                <TextField name="id_no" label="证件号码" value=typed("id_no") error=error("id_no") class="w-20 num" maxlength=40/>
                <TextField name="mobile" label="手机号码" hint="本人打开链接时要用它的末四位" value=typed("mobile") error=error("mobile") inputmode="tel" class="w-12 num" maxlength=20/>
                {sections}
                <p class="meta">{icon("info", "s")}<span>"还不知道的可以空着，由本人确认时补。不适用的不用填。"</span></p>
                <p><button class="btn" type="submit">"保存，生成确认链接"</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn people(lines: &[CollectedLine], plan: &str, page: &Collecting) -> AnyView {
    let (desk, sends) = (&page.desk, page.sends);
    if lines.is_empty() && desk.waiting == 0 {
        return ().into_any();
    }
    let rows = lines
        .iter()
        .map(|line| {
            let at = words::moment(line.at, desk.now);
            let (tone, state, when) = match line.state {
                CollectedState::Waiting => (Tone::Others, "等本人确认", format!("{at} 截止")),
                CollectedState::Expired => (Tone::Expired, "链接过期", at),
                CollectedState::Confirmed => (Tone::Done, "已确认", at),
            };
            let renew = (line.state != CollectedState::Confirmed).then(|| {
                view! {
                    <form method="post" action=RenewConfirmLink::PATH>
                        <input type="hidden" name="id" value=line.id.to_string()/>
                        <input type="hidden" name="plan" value=plan.to_owned()/>
                        <button class="link"><span>"换新链接"</span><span class="vh">{line.name.clone()}</span></button>
                    </form>
                }
            });
            let send = (sends && line.state != CollectedState::Confirmed).then(|| {
                view! {
                    <form method="post" action=SendConfirmLink::PATH>
                        <input type="hidden" name="id" value=line.id.to_string()/>
                        <input type="hidden" name="plan" value=plan.to_owned()/>
                        <button class="link"><span>"发给本人"</span><span class="vh">{line.name.clone()}</span></button>
                    </form>
                }
            });
            let sent = line.sent.iter().flat_map(|sent| say::sending(sent, desk.now));
            let sent = sent.map(|words| view! { <br/><span class="meta">{words}</span> }).collect_view();
            view! {
                <tr>
                    <th scope="row">{line.name.clone()}</th>
                    <td data-label="证件号码" class="num">{line.id_no_masked.clone()}</td>
                    <td data-label="手机" class="num">{line.mobile_masked.clone()}</td>
                    <td data-label="计划">{line.plan_title.clone()}</td>
                    <td data-label="状态"><span><StateBadge tone=tone text=state/>" "<span class="meta nb">{when}</span>{sent}</span></td>
                    <td class="acts">{send}{renew}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let heads = ["姓名", "证件号码", "手机", "计划", "状态", "操作"]
        .into_iter()
        .map(|word| view! { <th scope="col">{word}</th> })
        .collect_view();
    view! {
        <section aria-labelledby="people-title">
            <h2 id="people-title">"已填的人"</h2>
            {to_all(page, plan)}
            <div class="tablewrap" hidden=lines.is_empty() role="region" tabindex="0" aria-label="已填的人，表格">
                <table class="table table--blocks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
            </div>
        </section>
    }
    .into_any()
}

/// One press for everybody of the chosen plan who has not confirmed; without a way to send by, what to do instead.
fn to_all(page: &Collecting, plan: &str) -> AnyView {
    if !page.sends {
        return view! { <p class="meta">{say::NOT_SENDING}</p> }.into_any();
    }
    let button = match page.desk.waiting {
        0 => ().into_any(),
        people => view! {
            <form method="post" action=SendConfirmLinks::PATH>
                <input type="hidden" name="plan" value=plan.to_owned()/>
                <button class="btn btn--quiet" type="submit">{icon("phone", "")}<span>{say::send_all(people)}</span></button>
            </form>
        }
        .into_any(),
    };
    view! {
        <div class="stack stack--2">
            {button}
            <p class="meta">{say::SENDING_HINT}</p>
        </div>
    }
    .into_any()
}
