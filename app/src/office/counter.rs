//! 窗口: finding a case by a number, looking at its originals, approving it on the spot.

#[cfg(feature = "ssr")]
use super::parts::with_query;
use super::parts::{filter_query, summary};
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::ui::{LevelTag, StateBadge, TextField, icon};
use crate::wording::desk as words;
use crate::{Failure, paths};
use domain::application::Stage;
#[cfg(feature = "ssr")]
use domain::ids::ApplicationId;
use domain::page::desk::{CounterCase, Original, QueueLine};
use domain::page::people::NewCode;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// The counter's page: nothing yet, several cases to choose from, or one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// The open case.
    pub open: Option<CounterCase>,
    /// Cases that one number led to.
    pub found: Vec<QueueLine>,
    /// A code for a new password, shown this once.
    pub reset: Option<NewCode>,
}

/// What the address asks for.
#[server(name = FetchCounter, endpoint = "office/counter")]
pub async fn counter(
    #[server(default)] case: String,
    #[server(default)] found: String,
    #[server(default)] shown: String,
) -> Result<Counter, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    if !member.role.decides() {
        return Err(Failure::Forbidden);
    }
    let asked = async {
        let open = match case.parse::<ApplicationId>() {
            Ok(id) => Some(records::counter::open(&records, &member, id).await?),
            Err(_) if case.is_empty() => None,
            Err(_) => return Err(records::Error::NotFound),
        };
        let ids = super::parts::ssr::kept(&found).unwrap_or_default();
        let mut lines = Vec::new();
        for (key, _) in ids {
            if let Some(id) = key.strip_prefix("found ").and_then(|id| id.parse().ok()) {
                lines.push(records::counter::line(&records, &member, id).await?);
            }
        }
        let key = format!("reset {}", member.id);
        let kept = super::parts::ssr::kept(&shown).unwrap_or_default();
        let reset = kept.iter().find(|(known, _)| *known == key);
        let reset = reset.and_then(|(_, text)| serde_json::from_str(text).ok());
        Ok(Counter { open, found: lines, reset })
    };
    asked.await.map_err(crate::failure::from_records)
}

/// Finds cases by a number. The number goes by the body of the request, never into an address.
#[server(name = FindAtCounter, endpoint = "office/counter-find")]
pub async fn find(#[server(default)] number: String) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let out = records::counter::look_up(&records, &member, &number).await.map_err(crate::failure::from_records);
    let next = |found: &Vec<ApplicationId>| match found.as_slice() {
        [one] => paths::counter(*one),
        many => {
            let lines = many.iter().map(|id| (format!("found {id}"), String::new())).collect();
            let key = super::parts::ssr::keep_for_next_page(&records, lines);
            with_query("/office/counter", "found", &key)
        }
    };
    // What was typed comes back for mending: by memory, never by the address.
    crate::again::ssr::settle(out, next, "/office/counter", vec![("number".to_owned(), number)]).map(|_| ())
}

/// Keeps which originals were looked at; with `then` = `approve` the case is approved at once.
#[server(name = CheckOriginals, endpoint = "office/counter-check")]
pub async fn check(
    id: String,
    seen: i64,
    #[server(default)] looked_at: Vec<String>,
    #[server(default)] then: String,
) -> Result<(), Failure> {
    use domain::ids::Revision;
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let id: ApplicationId = id.parse().map_err(|_| Failure::NotFound)?;
    let here = paths::counter(id);
    let act = async {
        let seen = records::counter::check(&records, &member, id, Revision(seen), &looked_at).await?;
        if then == "approve" {
            records::desk::decide(&records, &member, id, seen, domain::page::desk::Decision::Approve).await?;
        }
        Ok(())
    };
    let out = act.await.map_err(crate::failure::from_records);
    crate::again::ssr::settle(out, |()| here.clone(), &here, Vec::new())
}

/// Gives the person of a case a code for a new password, after person and document were looked at.
#[server(name = GiveResetCode, endpoint = "office/counter-reset")]
pub async fn give_reset_code(id: String, #[server(default)] looked: String) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let id: ApplicationId = id.parse().map_err(|_| Failure::NotFound)?;
    let here = paths::counter(id);
    let out = if looked == "yes" {
        records::preloaded::reset(&records, &member, id).await.map_err(crate::failure::from_records)
    } else {
        Err(Failure::Told(words::LOOK_FIRST.to_owned()))
    };
    let next = |code: &NewCode| {
        let text = serde_json::to_string(code).unwrap_or_default();
        let key = super::parts::ssr::keep_for_next_page(&records, vec![(format!("reset {}", member.id), text)]);
        format!("{here}&shown={}", paths::encode(&key))
    };
    crate::again::ssr::settle(out, next, &here, Vec::new()).map(|_| ())
}

/// 窗口.
#[component]
pub fn CounterPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        let of = |key| query.get(key).unwrap_or_default();
        (of("case"), of("found"), of("shown"))
    });
    let asked = Resource::new(move || asks.get(), |(case, found, shown)| counter(case, found, shown));
    view! {
        <Title text="窗口 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"窗口"</h1></header>
            {once_there(asked, page)}
        </main>
    }
}

fn page(counter: &Counter, again: Option<&Again>) -> AnyView {
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    let open = counter.open.as_ref().map(open_case);
    let typed = again.map_or("", |again| again.typed("number")).to_owned();
    view! {
        <div class="dash__b">
            {refused}
            {counter.reset.as_ref().map(reset_code)}
            {found(&counter.found)}
            {open}
            {counter.open.as_ref().map(reset_form)}
            <section class="panel" aria-labelledby="find-title">
                <div class="panel__h"><h2 id="find-title">"查找报名"</h2></div>
                <form method="post" action=FindAtCounter::PATH class="panel__b stack stack--3">
                    <TextField name="number" label="报名号、报名序号或证件号码" value=typed hint=words::COUNTER class="w-20 num" maxlength=60/>
                    <p><button class="btn" type="submit">{icon("search", "")}<span>"查找"</span></button></p>
                </form>
            </section>
        </div>
    }
    .into_any()
}

/// The code, to be read aloud or written down for the person.
fn reset_code(code: &NewCode) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="reset-code" data-state="done">
            <div class="panel__h"><h2 id="reset-code">"重设码"</h2></div>
            <div class="panel__b stack stack--3">
                <dl class="kv">
                    <div><dt>"姓名"</dt><dd>{code.name.clone()}</dd></div>
                    <div><dt>"证件号码"</dt><dd class="num">{code.id_no_masked.clone()}</dd></div>
                    <div><dt>"重设码"</dt><dd class="num"><b>{code.code.clone()}</b></dd></div>
                    <div><dt>"有效到"</dt><dd>{words::moment(code.until, code.until)}</dd></div>
                </dl>
                <p role="status">{words::RESET_ONCE}</p>
            </div>
        </section>
    }
    .into_any()
}

fn reset_form(open: &CounterCase) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="reset-title">
            <div class="panel__h"><h2 id="reset-title">"本人忘了密码"</h2></div>
            <form method="post" action=GiveResetCode::PATH class="panel__b stack stack--3">
                <input type="hidden" name="id" value=open.case.line.id.to_string()/>
                <p class="soft">{words::RESET_LEAD}</p>
                <label class="check">
                    <input type="checkbox" name="looked" value="yes"/>
                    <span>"本人在场，证件原件和照片都已核对"</span>
                </label>
                <p><button class="btn btn--quiet" type="submit">"生成重设码"</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn found(lines: &[QueueLine]) -> Option<AnyView> {
    if lines.is_empty() {
        return None;
    }
    let rows = lines
        .iter()
        .map(|line| {
            let href = paths::counter(line.id);
            view! {
                <li>
                    <span><a href=href>{format!("{} {}", line.name, line.number)}</a><br/><span class="meta">{format!("{} {}", line.trade, line.level)}</span></span>
                    <StateBadge tone=super::parts::stage_tone(line.stage) text=words::stage(line.stage)/>
                </li>
            }
            .into_any()
        })
        .collect_view();
    Some(view! { <section aria-labelledby="found-title"><h2 id="found-title">"查到几份，选一份"</h2><ul class="tasks tasks--plain">{rows}</ul></section> }.into_any())
}

fn open_case(open: &CounterCase) -> AnyView {
    let case = &open.case;
    let id = case.line.id;
    let held = case.line.claim.as_ref().filter(|claim| !case.mine && claim.until > case.now);
    let held = held.map(|claim| {
        view! { <p class="banner" data-state="others">{icon("lock", "")}<span>{words::held_by(claim, case.now)}</span></p> }
    });
    let files = format!("{}{}", paths::case(id), filter_query(&Default::default()));
    let photo = case.photo.as_ref().map(|photo| {
        view! { <img class="ph" src=paths::office_file(photo.file) alt="证件照"/> }
    });
    let facts = case
        .sections
        .iter()
        .flat_map(|section| &section.answers)
        .filter(|answer| !answer.value.is_empty())
        .filter(|answer| matches!(answer.key.as_str(), "name" | "id_type" | "id_no" | "employer" | "prior_level"))
        .map(|answer| view! { <div><dt>{answer.label.clone()}</dt><dd>{answer.value.clone()}</dd></div> })
        .collect_view();
    let acts = match &case.stage {
        Stage::Submitted { .. } if case.mine => checklist(open),
        _ => view! { <ul class="checks">{case.originals.iter().map(looked_at).collect_view()}</ul> }.into_any(),
    };
    view! {
        <section class="panel" aria-labelledby="open-title">
            <div class="panel__h">
                <h2 id="open-title">{format!("{} {}", case.line.name, case.line.number)}</h2>
                <StateBadge tone=super::parts::stage_tone(case.line.stage) text=case.label.clone()/>
            </div>
            <div class="panel__b stack stack--3">
                <p class="row row--tight"><LevelTag level=case.plan.level/><span>{case.plan.title.clone()}</span></p>
                {held}
                <div class="withphoto"><dl class="kv kv--tight">{facts}</dl>{photo}</div>
                {acts}
                <p class="row">
                    <a href=files>"看全部材料，退回或不通过"</a>
                    {(!case.opinions.is_empty()).then(|| view! { <a href=paths::opinions(id)>"填写意见和盖章"</a> })}
                    <a href=paths::office_print(id, domain::profile::Printable::ApplicationForm) rel="external">"打印申请表"</a>
                    {case.photo.is_some().then(|| view! { <a href=paths::office_photo(id) rel="external">"下载照片"</a> })}
                </p>
            </div>
        </section>
    }
    .into_any()
}

fn checklist(open: &CounterCase) -> AnyView {
    let case = &open.case;
    let boxes = case
        .originals
        .iter()
        .map(|original| {
            let checked = original.checked.is_some();
            let examples = original.examples.join("；");
            let optional = (!original.required).then(|| view! { <span class="opt">" 有才核对"</span> });
            view! {
                <label class="check">
                    <input type="checkbox" name="looked_at[]" value=original.key.clone() checked=checked/>
                    <span>
                        <b>{original.label.clone()}</b>
                        <span>" 原件已核对"</span>
                        {optional}
                        <br/>
                        <span class="meta">{examples}</span>
                    </span>
                </label>
            }
            .into_any()
        })
        .collect_view();
    let none = (!open.at_counter).then(|| view! { <p class="meta">"这个计划按上传的材料审核，不用看原件。"</p> });
    view! {
        <form method="post" action=CheckOriginals::PATH class="stack stack--3">
            <input type="hidden" name="id" value=case.line.id.to_string()/>
            <input type="hidden" name="seen" value=case.line.revision.0.to_string()/>
            {none}
            <fieldset class="field">
                <legend class="label">"原件核对"</legend>
                <p class="hint">{words::ORIGINALS}</p>
                {boxes}
            </fieldset>
            <div class="row">
                <button class="btn" name="then" value="approve" type="submit">"原件齐全，通过"</button>
                <button class="btn btn--quiet" name="then" value="keep" type="submit">"只保存核对"</button>
            </div>
        </form>
    }
    .into_any()
}

fn looked_at(original: &Original) -> AnyView {
    let said = match &original.checked {
        Some((who, at)) => format!("{who} 在 {} 核对过", words::moment(*at, *at)),
        None => "没有核对".to_owned(),
    };
    view! { <li><b>{original.label.clone()}</b><span class="meta">{format!(" {said}")}</span></li> }.into_any()
}
