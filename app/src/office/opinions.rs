//! 意见栏: what the training unit and the agency say on the form; under one case, and under many at once.

use super::parts::summary;
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::ui::{PlainForm, SelectField, StateBadge, TextArea, faults_of, icon};
use crate::wording::desk as words;
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::form::Answers;
use domain::ids::ApplicationId;
#[cfg(feature = "ssr")]
use domain::ids::PlanId;
use domain::page::desk::Case;
use domain::page::opinion::{OpinionDesk, OpinionKept, OpinionTyped, Seal};
use domain::profile::Opinion;
use domain::time::Timestamp;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use std::collections::HashMap;

/// Writes one opinion under one case.
#[server(name = WriteOpinion, endpoint = "office/opinion")]
pub async fn write(
    id: String,
    key: String,
    #[server(default)] fields: HashMap<String, String>,
    #[server(default)] text: String,
    #[server(default)] electronic: String,
) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let id: ApplicationId = id.parse().map_err(|_| Failure::NotFound)?;
    let typed = ssr::typed(&fields, &text, &electronic);
    let out = records::opinions::write(&records, &member, id, &key, &typed).await;
    let here = format!("{}#opinion-{key}", paths::opinions(id));
    let out = out.map_err(crate::failure::from_records);
    crate::again::ssr::settle(out, |()| here.clone(), &here, ssr::remembered(&key, &fields, &text))
}

/// The plans and cases whose opinions can be written together.
#[server(name = FetchOpinionDesk, endpoint = "office/opinion-desk")]
pub async fn opinion_desk(#[server(default)] plan: String) -> Result<OpinionDesk, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let plan: Option<PlanId> = plan.parse().ok();
    records::opinions::desk(&records, &member, plan).await.map_err(crate::failure::from_records)
}

/// Writes the same opinion under the chosen cases.
#[server(name = WriteOpinions, endpoint = "office/opinions")]
pub async fn write_many(
    plan: String,
    key: String,
    #[server(default)] cases: Vec<String>,
    #[server(default)] fields: HashMap<String, String>,
    #[server(default)] text: String,
    #[server(default)] electronic: String,
) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let ids: Vec<ApplicationId> = cases.iter().filter_map(|id| id.parse().ok()).collect();
    let typed = ssr::typed(&fields, &text, &electronic);
    let out = records::opinions::write_many(&records, &member, &ids, &key, &typed).await;
    let here = format!("/office/opinions?plan={plan}");
    let next = |done: &domain::page::opinion::OpinionsWritten| {
        format!("{here}&written={}&left={}", done.written, done.refused.len())
    };
    let out = out.map_err(crate::failure::from_records);
    crate::again::ssr::settle(out, next, &here, ssr::remembered(&key, &fields, &text)).map(|_| ())
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::form::Answers;
    use domain::page::opinion::OpinionTyped;
    use std::collections::HashMap;

    pub(super) fn typed(fields: &HashMap<String, String>, text: &str, electronic: &str) -> OpinionTyped {
        let mut answers = Answers::default();
        for (key, value) in fields {
            answers.set(key, value);
        }
        OpinionTyped { fields: answers, text: text.trim().to_owned(), electronic: electronic == "yes" }
    }

    pub(super) fn remembered(key: &str, fields: &HashMap<String, String>, text: &str) -> Vec<(String, String)> {
        let mut out = vec![("opinion".to_owned(), key.to_owned()), ("text".to_owned(), text.to_owned())];
        out.extend(fields.iter().map(|(key, value)| (format!("field {key}"), value.clone())));
        out
    }
}

/// 意见栏 of one case.
#[component]
pub fn OpinionsPage() -> impl IntoView {
    let params = crate::ui::params_map();
    let id = crate::ui::memo(move |_| params.read().get("id").unwrap_or_default());
    let asked = Resource::new(move || id.get(), super::case::case);
    view! {
        <Title text="意见和盖章 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"意见和盖章"</h1></header>
            {once_there(asked, of_case)}
        </main>
    }
}

fn of_case(case: &Case, again: Option<&Again>) -> AnyView {
    let id = case.line.id;
    let panels = case.opinions.iter().map(|opinion| panel(case, opinion, again)).collect_view();
    let none =
        case.opinions.is_empty().then(|| view! { <div class="empty"><p><b>"这个计划的申报表没有意见栏"</b></p></div> });
    let many = format!("/office/opinions?plan={}", case.plan.id);
    view! {
        <div class="dash__b stack stack--4">
            <p class="row">
                <b>{format!("{} {}", case.line.name, case.line.number)}</b>
                <span class="meta">{case.plan.title.clone()}</span>
                <a href=paths::case(id)>"回这一件"</a>
                <a href=many>"给这个计划的很多人一起填"</a>
            </p>
            {none}
            {panels}
        </div>
    }
    .into_any()
}

fn panel(case: &Case, opinion: &OpinionKept, again: Option<&Again>) -> AnyView {
    let asked = &opinion.asked;
    let own = again.filter(|again| again.typed("opinion") == asked.key);
    let refused = own.map(|again| summary(Signal::stored(Some(again.failure.clone()))));
    let faults = faults_of(own.map(|again| &again.failure));
    let (fields, text) = match own {
        Some(again) => (typed_before(asked, again), again.typed("text").to_owned()),
        None => (opinion.fields.clone(), opinion.text.clone()),
    };
    let (tone, state) = match (opinion.is_complete(), &opinion.by) {
        (true, _) => (Tone::Done, "已填好"),
        (false, Some(_)) => (Tone::Me, "还没盖章"),
        (false, None) => (Tone::Draft, "还没填"),
    };
    let by = opinion.by.as_ref().map(|(who, at)| written_by(who, *at, case.now));
    let write = case.may_decide.then(|| {
        view! {
            <form method="post" action=WriteOpinion::PATH class="stack stack--3">
                <input type="hidden" name="id" value=case.line.id.to_string()/>
                <input type="hidden" name="key" value=asked.key.clone()/>
                {controls(asked, &fields, &faults, text, opinion.seal == Seal::Electronic)}
                <p><button class="btn" type="submit">"保存意见"</button></p>
            </form>
        }
    });
    view! {
        <section class="panel" id=format!("opinion-{}", asked.key) aria-label=asked.title.clone()>
            <div class="panel__h"><h2>{asked.title.clone()}</h2><StateBadge tone=tone text=state/></div>
            <div class="panel__b stack stack--3">
                {refused}
                {by}
                {write}
                {(asked.seal && case.may_decide && opinion.by.is_some()).then(|| seal(case.line.id, opinion, case.plan.agency_name.clone()))}
            </div>
        </section>
    }
    .into_any()
}

fn written_by(who: &str, at: Timestamp, now: Timestamp) -> AnyView {
    view! { <p class="meta">{format!("{who} 在 {} 填写", words::moment(at, now))}</p> }.into_any()
}

/// What was typed before a refusal.
fn typed_before(asked: &Opinion, again: &Again) -> Answers {
    let mut fields = Answers::default();
    for field in &asked.field {
        fields.set(&field.key, again.typed(&format!("field {}", field.key)));
    }
    fields
}

fn controls(
    asked: &Opinion,
    fields: &Answers,
    faults: &[domain::form::FieldFault],
    text: String,
    electronic: bool,
) -> AnyView {
    let form = PlainForm { name: "fields", answers: fields, faults, conditions: &[], subjects: &[] };
    let fields = asked.field.iter().map(|field| form.control(field)).collect_view();
    let id = format!("text-{}", asked.key);
    let seal = asked.seal.then(|| {
        view! {
            <label class="check">
                <input type="checkbox" name="electronic" value="yes" checked=electronic/>
                <span>"盖电子印章（本机构名称）"</span>
            </label>
        }
    });
    view! {
        {fields}
        <div class="field">
            <label for=id.clone()><span>"意见"</span><span class="opt">" 选填"</span></label>
            <p class="hint">"例如：同意申报。会原样印在申报表上，最多 300 字。"</p>
            <TextArea name="text".to_owned() id=id value=text rows=2 maxlength=300/>
        </div>
        {seal}
    }
    .into_any()
}

/// The seal that lies there, and a place for a scan.
fn seal(id: ApplicationId, opinion: &OpinionKept, agency: String) -> AnyView {
    let there = match (opinion.seal, opinion.seal_file) {
        (Seal::Electronic, _) => {
            view! { <p>{icon("shield", "s")}<span>{format!("电子印章：{agency}")}</span></p> }.into_any()
        }
        (Seal::Scan, Some(file)) => {
            view! { <p><img class="sig__img" src=paths::office_file(file) alt="印章扫描件"/></p> }.into_any()
        }
        _ => ().into_any(),
    };
    let input = format!("seal-{}", opinion.asked.key);
    view! {
        {there}
        <form method="post" enctype="multipart/form-data" action=paths::upload_seal(id, &opinion.asked.key) class="stack stack--2">
            <div class="field">
                <label for=input.clone()>"或者传印章的扫描件"</label>
                <p class="hint">"盖在白纸上扫描或拍照，只留印章，JPG 或 PNG，最大 5 MB。"</p>
                <input class="input" type="file" name="file" id=input accept="image/png,image/jpeg" required/>
            </div>
            <p><button class="btn btn--quiet" type="submit">{icon("upload", "")}<span>"上传印章"</span></button></p>
        </form>
    }
    .into_any()
}

/// The same opinion under many cases.
#[component]
pub fn OpinionDeskPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let plan = crate::ui::memo(move |_| query.read().get("plan").unwrap_or_default());
    let done = crate::ui::memo(move |_| {
        let query = query.read();
        let number = |key: &str| query.get(key).and_then(|text| text.parse::<u32>().ok());
        number("written").map(|written| (written, number("left").unwrap_or(0)))
    });
    let asked = Resource::new(move || plan.get(), opinion_desk);
    view! {
        <Title text="批量填写意见 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"批量填写意见"</h1></header>
            {once_there(asked, move |desk, again| many(desk, plan.get_untracked(), done.get_untracked(), again))}
        </main>
    }
}

fn many(desk: &OpinionDesk, plan: String, done: Option<(u32, u32)>, again: Option<&Again>) -> AnyView {
    let told = done.map(|(written, left)| {
        let rest = if left == 0 { String::new() } else { format!("；{left} 份没有填上（已结束或已申报）") };
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{format!("给 {written} 份填好了{rest}。")}</span></p> }
    });
    let options = std::iter::once((String::new(), "请选择".to_owned()))
        .chain(desk.plans.iter().map(|(id, title)| (id.to_string(), title.clone())))
        .collect();
    let panels = desk.asked.iter().map(|asked| many_panel(desk, asked, &plan, again)).collect_view();
    let empty = (!plan.is_empty() && desk.cases.is_empty())
        .then(|| view! { <div class="empty"><p><b>"这个计划还没有等着填意见的报名"</b></p></div> });
    view! {
        <div class="dash__b stack stack--4">
            {told}
            <form method="get" action="/office/opinions" class="toolbar">
                <SelectField name="plan" label="计划" options=options value=plan.clone()/>
                <button class="btn btn--quiet" type="submit">"看这个计划"</button>
            </form>
            {empty}
            {(!desk.cases.is_empty()).then_some(panels)}
        </div>
    }
    .into_any()
}

fn many_panel(desk: &OpinionDesk, asked: &Opinion, plan: &str, again: Option<&Again>) -> AnyView {
    let own = again.filter(|again| again.typed("opinion") == asked.key);
    let refused = own.map(|again| summary(Signal::stored(Some(again.failure.clone()))));
    let faults = faults_of(own.map(|again| &again.failure));
    let typed = own.map_or_else(OpinionTyped::default, |again| OpinionTyped {
        fields: typed_before(asked, again),
        text: again.typed("text").to_owned(),
        electronic: false,
    });
    let boxes = desk
        .cases
        .iter()
        .map(|(id, number, name, complete)| {
            let has = complete.contains(&asked.key);
            let mark = has.then(|| view! { <span class="badge" data-state="done">"已填好"</span> });
            view! {
                <label class="check">
                    <input type="checkbox" name="cases[]" value=id.to_string() checked=!has/>
                    <span>{format!("{name} {number} ")}{mark}</span>
                </label>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section class="panel" aria-label=asked.title.clone()>
            <div class="panel__h"><h2>{asked.title.clone()}</h2></div>
            <form method="post" action=WriteOpinions::PATH class="panel__b stack stack--3">
                {refused}
                <input type="hidden" name="plan" value=plan.to_owned()/>
                <input type="hidden" name="key" value=asked.key.clone()/>
                {controls(asked, &typed.fields, &faults, typed.text.clone(), true)}
                <fieldset class="field"><legend class="label">"给谁填"</legend>{boxes}</fieldset>
                <p><button class="btn" type="submit">"给选中的都填上"</button></p>
            </form>
        </section>
    }
    .into_any()
}
