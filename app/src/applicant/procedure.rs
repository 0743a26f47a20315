//! One procedure: who may register, which steps there are, what is needed, whom to ask, which plans are open.

use super::home::row;
use crate::ui::{fault_page, icon};
use crate::{Failure, paths};
use domain::page::sheet::Part;
use domain::plan::PlanResults;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

/// Everything the page shows, in words that were made from the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureShown {
    /// What people call it.
    pub title: String,
    /// What it is for.
    pub summary: String,
    /// Text of the campaign, line by line.
    pub notice: Vec<String>,
    /// Who may register.
    pub entry: Part,
    /// Names of the steps with their notes.
    pub steps: Vec<(String, Vec<String>)>,
    /// Limits of the photo.
    pub photo: Part,
    /// Documents.
    pub documents: Part,
    /// When payment is due and the ticket is there.
    pub dates: Part,
    /// Ways to sign in.
    pub sign_in: Vec<String>,
    /// What must be ready before one begins.
    pub ready: Vec<String>,
    /// Topics and their telephones.
    pub help: Vec<(String, Vec<String>)>,
    /// Plans that are open or to come.
    pub plans: PlanResults,
}

/// The newest version of a procedure.
#[server(name = FetchProcedure, endpoint = "procedure")]
pub async fn procedure_shown(
    /// Short name.
    name: String,
) -> Result<ProcedureShown, Failure> {
    use crate::failure::from_records;
    use crate::wording::procedure as say;
    let records = crate::signed_in::ssr::records()?;
    let profile = records::profiles::newest(&records, &name).await.map_err(from_records)?;
    let profile = profile.ok_or(Failure::NotFound)?;
    let lines = records::plans::of_profile(&records, &name).await.map_err(from_records)?;
    let plans = PlanResults { now: records.now(), total: lines.len() as u64, lines, ..PlanResults::default() };
    Ok(ProcedureShown {
        title: profile.title.clone(),
        summary: profile.summary.clone(),
        notice: profile.notice.clone(),
        entry: say::show::entry(&profile),
        steps: profile
            .wizard
            .iter()
            .map(|step| (say::step_name(&profile, *step).to_owned(), profile.step_note(*step).to_vec()))
            .collect(),
        photo: say::show::photo_limits(&profile),
        documents: say::show::documents(&profile),
        dates: say::show::dates(&profile),
        sign_in: profile.sign_in.iter().map(|way| say::way_in(*way).to_owned()).collect(),
        ready: profile.gate.iter().map(|gate| say::gate(*gate).to_owned()).collect(),
        help: profile.help.iter().map(|line| (line.topic.clone(), line.phone.clone())).collect(),
        plans,
    })
}

/// The page of a procedure.
#[component]
pub fn ProcedurePage() -> impl IntoView {
    let params = crate::ui::params_map();
    let name = crate::ui::memo(move |_| params.read().get("name").unwrap_or_default());
    let shown = Resource::new(move || name.get(), procedure_shown);
    view! {
        <Transition fallback=|| view! { <div class="wrap page"><p class="skel skel--60"></p><p class="skel"></p></div> }>
            {move || Suspend::new(async move {
                match shown.await {
                    Ok(shown) => page(&shown),
                    Err(failure) => fault_page(&failure),
                }
            })}
        </Transition>
    }
}

fn page(shown: &ProcedureShown) -> AnyView {
    let notice = shown.notice.iter().map(|line| view! { <p>{line.clone()}</p> }).collect_view();
    view! {
        <Title text=format!("{} - 技考", shown.title)/>
        <div class="wrap page">
            <nav class="crumb" aria-label="位置"><a href=paths::HOME>{icon("left", "s")}<span>"查考试计划"</span></a></nav>
            <div class="cols cols--aside">
                <div class="stack stack--8">
                    <div class="stack stack--2">
                        <h1>{shown.title.clone()}</h1>
                        <p class="lead">{shown.summary.clone()}</p>
                        {notice}
                    </div>
                    {part("entry", &shown.entry)}
                    {plans(shown)}
                    {steps(shown)}
                    {part("photo", &shown.photo)}
                    {part("documents", &shown.documents)}
                    {part("dates", &shown.dates)}
                </div>
                <aside class="stack sticky" aria-label="登录和咨询">{way_in(shown)}{help(shown)}</aside>
            </div>
        </div>
    }
    .into_any()
}

/// A heading with names and values; sentences stand above them.
fn part(id: &'static str, part: &Part) -> AnyView {
    if part.lines.is_empty() {
        return ().into_any();
    }
    let said = part
        .lines
        .iter()
        .filter(|(name, _)| name.is_empty())
        .map(|(_, sentence)| view! { <p>{sentence.clone()}</p> })
        .collect_view();
    let rows = part
        .lines
        .iter()
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, value)| view! { <div><dt>{name.clone()}</dt><dd>{value.clone()}</dd></div> })
        .collect::<Vec<_>>();
    let rows = (!rows.is_empty()).then(|| view! { <dl class="kv">{rows}</dl> });
    view! { <section class="stack stack--3" aria-labelledby=id><h2 id=id>{part.title.clone()}</h2>{said}{rows}</section> }
        .into_any()
}

fn plans(shown: &ProcedureShown) -> AnyView {
    let list = if shown.plans.lines.is_empty() {
        view! { <p class="soft">"现在没有可以报的计划。"<a href=paths::HOME>"看全部计划"</a></p> }.into_any()
    } else {
        let rows = shown.plans.lines.iter().map(|line| row(line, &shown.plans)).collect_view();
        view! { <ul class="plans">{rows}</ul> }.into_any()
    };
    view! { <section class="stack" aria-labelledby="plans"><h2 id="plans">"可以报的计划"</h2>{list}</section> }
        .into_any()
}

fn steps(shown: &ProcedureShown) -> AnyView {
    let steps = shown
        .steps
        .iter()
        .map(|(title, note)| {
            let note = note.iter().map(|line| view! { <span>{line.clone()}</span> }).collect_view();
            view! { <li><b>{title.clone()}</b>{note}</li> }
        })
        .collect_view();
    view! {
        <section class="stack" aria-labelledby="steps">
            <h2 id="steps">"怎么报"</h2>
            <ol class="track">{steps}</ol>
        </section>
    }
    .into_any()
}

fn way_in(shown: &ProcedureShown) -> AnyView {
    let ways = shown
        .sign_in
        .iter()
        .map(|way| view! { <li>{icon("check", "s")}<span>{way.clone()}</span></li> })
        .collect_view();
    let ready = (!shown.ready.is_empty()).then(|| {
        let ready = shown
            .ready
            .iter()
            .map(|one| view! { <li>{icon("check", "s")}<span>{one.clone()}</span></li> })
            .collect_view();
        view! {
            <div class="stack stack--1">
                <h3 class="h-s">"报名前先备齐"</h3>
                <ul class="meta">{ready}</ul>
                <p><a href=paths::PROFILE>"去个人资料"</a></p>
            </div>
        }
    });
    view! {
        <section class="panel panel__b stack stack--3" aria-labelledby="ways">
            <h2 id="ways" class="h-s">"怎么登录"</h2>
            <ul class="meta">{ways}</ul>
            <p><a class="btn btn--quiet btn--wide" href=paths::sign_in("")>"登录"</a></p>
            {ready}
        </section>
    }
    .into_any()
}

fn help(shown: &ProcedureShown) -> AnyView {
    if shown.help.is_empty() {
        return ().into_any();
    }
    let lines = shown
        .help
        .iter()
        .map(|(topic, phones)| {
            let phones = phones
                .iter()
                .map(|phone| {
                    let href = format!("tel:{}", phone.replace(' ', ""));
                    view! { <p><a class="num" href=href rel="external">{phone.clone()}</a></p> }
                })
                .collect_view();
            view! { <div class="stack stack--1"><h3 class="h-s">{topic.clone()}</h3>{phones}</div> }
        })
        .collect_view();
    view! {
        <section class="panel panel__b stack stack--3" aria-labelledby="help">
            <h2 id="help" class="h-s">"咨询电话"</h2>
            {lines}
        </section>
    }
    .into_any()
}
