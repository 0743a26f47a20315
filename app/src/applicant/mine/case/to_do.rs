//! What there is to do about an application: pay, correct, go on, bring along.

use super::in_line;
use crate::applicant::mine::countdown::countdown;
use crate::applicant::wizard::place_of;
use crate::paths;
use crate::ui::{StateBadge, icon};
use crate::wording::mine as words;
use crate::wording::wizard::remark_alone;
use domain::application::progress::{Act, Tone};
use domain::application::{Remark, Stage, Target};
use domain::page::mine::MyCase;
use domain::page::wizard::Draft;
use domain::profile::Step;
use domain::time::Timestamp;
use domain::timeline::WindowState;
use leptos::prelude::*;

/// What is to pay, until when, and how; or what became of it.
pub(super) fn payment(case: &MyCase) -> Option<AnyView> {
    let lines = words::payment(case);
    if lines.is_empty() {
        return None;
    }
    if case.line.due.is_some() {
        return Some(to_pay(case, lines));
    }
    let lines = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    let word = (!case.line.progress.payment.is_empty())
        .then(|| view! { <span class="badge" data-state="others">{case.line.progress.payment.clone()}</span> });
    Some(
        view! {
            <section aria-labelledby="payment" class="stack stack--2">
                <div class="row between"><h2 id="payment">"缴费"</h2>{word}</div>
                {lines}
                {case.order.as_ref().and_then(|order| super::super::pay::receipt(case.line.id, order)).map(|link| view! { <p class="row">{link}</p> })}
            </section>
        }
        .into_any(),
    )
}

/// A fee that waits for the person: the thing to do now, above all else.
fn to_pay(case: &MyCase, lines: Vec<String>) -> AnyView {
    let lines = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    let until = case.axes.money.until();
    let button = case.order.is_some().then(|| {
        view! { <a class="btn btn--big" href=paths::pay(case.line.id)><span>"去缴费"</span>{icon("arrow", "")}</a> }
    });
    view! {
        <section class="todo" data-state="me" aria-labelledby="payment">
            <div class="todo__h">
                <h2 id="payment" class="h-s">{icon("me", "s")}" 缴费"</h2>
                <span>{case.line.progress.payment.clone()}</span>
            </div>
            <div class="todo__b">
                <div class="stack stack--2">{lines}{until.map(|until| countdown(until, case.now))}</div>
                {button}
            </div>
        </section>
    }
    .into_any()
}

/// Originals to bring along while the review is still to come.
pub(super) fn counter(case: &MyCase) -> Option<AnyView> {
    let waits = matches!(case.stage, Stage::Submitted { .. } | Stage::Returned { .. });
    (waits && !case.counter.is_empty()).then(|| {
        view! {
            <section aria-labelledby="counter" class="stack stack--2">
                <h2 id="counter">"现场审查"</h2>
                <p>{words::counter(&case.counter)}</p>
            </section>
        }
        .into_any()
    })
}

/// 改选报名机构, as long as nobody has begun to review.
pub(super) fn change_site(case: &MyCase) -> Option<AnyView> {
    let can = case.has_sites
        && matches!(case.stage, Stage::Submitted { .. })
        && case.line.progress.acts.contains(&Act::Undo)
        && case.plan.window.state_at(case.now) == WindowState::Open;
    can.then(|| {
        let href = paths::step(case.line.id, Step::Site);
        view! { <p><a href=href>"改选报名机构"</a></p> }.into_any()
    })
}

/// The one thing to do now.
pub(super) fn next_act(case: &MyCase, draft: Option<&Draft>) -> AnyView {
    if let Some(line) = case.timeline.iter().rev().find(|line| line.what == domain::page::mine::What::PlanCancelled) {
        return view! {
            <p class="banner" data-state="expired">{icon("info", "")}<span>{crate::wording::planner::called_off(&line.text)}</span></p>
            <p class="row"><a class="btn" href=paths::HOME>"找下一期"</a></p>
        }
        .into_any();
    }
    match &case.stage {
        Stage::Draft if case.line.progress.acts.contains(&Act::Continue) => view! {
            {draft.map(super::super::tasks::tasks)}
            {(!in_line(case)).then(|| countdown(case.plan.window.closes, case.now))}
        }
        .into_any(),
        Stage::Returned { until, remarks, .. } if case.line.progress.acts.contains(&Act::Correct) => {
            draft.map(|draft| tasks(case, draft, *until, remarks)).into_any()
        }
        Stage::Rejected { .. } | Stage::Withdrawn { .. } => {
            let open = case.plan.window.state_at(case.now) == WindowState::Open;
            let (words, href, label) = if open {
                (words::AGAIN_POSSIBLE, paths::plan(case.plan.id), "看这场考试")
            } else {
                (words::AGAIN_LATER, paths::HOME.to_owned(), "找下一期")
            };
            view! {
                <p>{words}</p>
                <p class="row">
                    <a class="btn" href=href>{label}</a>
                    <a href=format!("tel:{}", case.plan.contact_phone) rel="external">{format!("{} {}", case.plan.contact, case.plan.contact_phone)}</a>
                </p>
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}

/// The returned items as a task list: each line leads to its place, and only these places are open.
fn tasks(case: &MyCase, draft: &Draft, until: Timestamp, remarks: &[Remark]) -> AnyView {
    let id = case.line.id;
    let label_of = |target: &Target| {
        case.labels
            .iter()
            .find(|(known, _)| known == target)
            .map_or_else(|| target.as_text(), |(_, label)| label.clone())
    };
    let done = |target: &Target| case.corrected.contains(target);
    let left = remarks.iter().filter(|remark| !done(&remark.on)).count();
    let mut lines: Vec<AnyView> = remarks
        .iter()
        .map(|remark| task(place_of(draft, &remark.on), label_of(&remark.on), remark_alone(remark), done(&remark.on)))
        .collect();
    // The pledge stands under the answers as they were: whatever is changed is signed again.
    let unsigned = draft.profile.asks_signature()
        && case.signature.is_none()
        && !remarks.iter().any(|remark| remark.on == Target::Signature);
    if unsigned {
        let why = "内容改过以后，要在承诺书下面再签一次".to_owned();
        lines.push(task(place_of(draft, &Target::Signature), "重新签名".to_owned(), why, false));
    }
    // One thing at a time: what is still to correct, then the name under it, then handing in.
    let (href, words) = match remarks.iter().find(|remark| !done(&remark.on)) {
        Some(remark) => (place_of(draft, &remark.on), format!("去改：{}", label_of(&remark.on))),
        None if unsigned => (place_of(draft, &Target::Signature), "都改好了，去重新签名".to_owned()),
        None => (paths::step(id, Step::Preview), "核对并重新提交".to_owned()),
    };
    view! {
        <section aria-labelledby="tasks" class="stack stack--3">
            <div class="row between">
                <h2 id="tasks">{format!("要改 {} 处，已改 {} 处", remarks.len(), remarks.len() - left)}</h2>
                <span class="meta num">{words::deadline(until, case.now)}</span>
            </div>
            {countdown(until, case.now)}
            <ul class="tasks">{lines}</ul>
            <p class="row">
                <a class="btn btn--big" href=href><span>{words}</span>{icon("arrow", "")}</a>
                {(left > 0 || unsigned).then(|| view! { <a href=paths::step(id, Step::Preview)>"都改好了？去核对并提交"</a> })}
            </p>
        </section>
    }
    .into_any()
}

fn task(href: String, label: String, why: String, done: bool) -> AnyView {
    let (tone, text) = if done { (Tone::Done, "已改") } else { (Tone::Me, "要改") };
    view! {
        <li>
            <span>
                <a href=href>{label}</a>
                <br/>
                <span class="meta">{why}</span>
            </span>
            <StateBadge tone text/>
        </li>
    }
    .into_any()
}
