//! The way in: what time is left, how many seats, the button, and what to have at hand.

use super::{PlanShown, StartApplication};
use crate::applicant::places;
use crate::part::follow::follow;
use crate::ui::icon;
use crate::wording::{self, plans as say};
use domain::ids::PlanId;
use domain::plan::{Plan, PlanState, state_of};
use domain::time::chinese_moment;
use leptos::prelude::*;
use server_fn::ServerFn;

/// Countdown, seats, and the button.
pub(super) fn way_in(plan: &Plan, shown: &PlanShown, not_yet: bool) -> AnyView {
    let (names, site, now) = (&shown.steps, shown.site.as_str(), shown.now);
    let state = plan.state_at(now);
    let today = now.day();
    let count = matches!(state, PlanState::Open { .. } | PlanState::Full).then(|| {
        let soon = plan.window.closes.since(now) < 3_600_000;
        let parts = say::countdown(plan.window.closes, now)
            .into_iter()
            .map(|(number, unit)| view! { <b>{number}</b><small>{unit}</small> })
            .collect_view();
        view! {
            <p class="count" class:t-me=soon>{parts}</p>
            <p class="meta">{format!("{} 截止", chinese_moment(plan.window.closes, today))}</p>
        }
    });
    let (capacity, drawn, window) = (plan.capacity, plan.taken, plan.window);
    let left = capacity.saturating_sub(drawn);
    let low = left.saturating_mul(10) <= capacity;
    let seats = (!matches!(state, PlanState::Closed { .. })).then(|| {
        view! {
            <p class="row between">
                <span class="num" data-swap="seats"><span>"余 "</span><b>{left}</b><span>{format!(" / {capacity} 个名额")}</span></span>
                {follow(vec![format!("plan:{}", plan.id)])}
            </p>
            <div data-swap="meter">
                <progress class="meter meter--full" max=capacity value=left data-low=low.then_some("") aria-hidden="true"></progress>
            </div>
        }
    });
    let words = (!matches!(state, PlanState::Open { .. })).then(|| {
        let (_, word) = say::badge(state_of(&window, capacity, drawn, now));
        view! { <p><b>{word}</b></p><p class="meta">{say::registration(&window, state, now)}</p> }
    });
    let button = match state {
        PlanState::Open { .. } => view! {
            <div class="only-wide">{start_button(plan.id, site, not_yet)}</div>
            <p class="meta">{say::steps(names)}</p>
            {places::before_a_plan(plan.id, &shown.line, site, false, now)}
        }
        .into_any(),
        PlanState::Full => view! { {places::before_a_plan(plan.id, &shown.line, site, true, now)} }.into_any(),
        _ => ().into_any(),
    };
    view! { <div class="panel panel__b stack stack--3">{words}{count}{seats}{button}</div> }.into_any()
}

/// 马上报名; `not_yet`: something else is to be done first.
pub(super) fn start_button(id: PlanId, site: &str, not_yet: bool) -> AnyView {
    let class = if not_yet { "btn btn--quiet btn--big btn--wide" } else { "btn btn--big btn--wide" };
    let site = (!site.is_empty()).then(|| view! { <input type="hidden" name="site" value=site.to_owned()/> });
    view! {
        <form method="post" action=StartApplication::PATH>
            <input type="hidden" name="plan" value=id.to_string()/>
            {site}
            <button class=class><span>"马上报名"</span>{icon("arrow", "")}</button>
        </form>
    }
    .into_any()
}

/// What to have at hand.
pub(super) fn needed(shown: &PlanShown) -> AnyView {
    let line = |words: String| view! { <li>{icon("check", "s")}<span>{words}</span></li> };
    let photo =
        say::photo_limits(&shown.photo).into_iter().chain(shown.photo_advice.iter().cloned()).map(line).collect_view();
    let documents = shown
        .documents
        .iter()
        .map(|document| {
            let label = if document.required && document.show.is_none() { document.label.clone() } else { format!("{}（需要时）", document.label) };
            let examples = document.examples.iter().map(|example| view! { <li>{example.clone()}</li> }).collect_view();
            let limits = wording::photo::paper_limits(&document.file, document.max_files, document.merged_bytes_less_than);
            view! { <div class="stack stack--1"><h3 class="h-s">{label}</h3><ul class="meta">{examples}<li>{limits}</li></ul></div> }
        })
        .collect_view();
    view! {
        <section class="panel panel__b stack stack--3" aria-labelledby="needed">
            <h2 id="needed" class="h-s">"请先准备好"</h2>
            <div class="stack stack--1"><h3 class="h-s">"证件照，手机现拍也行"</h3><ul class="meta">{photo}</ul></div>
            {documents}
        </section>
    }
    .into_any()
}
