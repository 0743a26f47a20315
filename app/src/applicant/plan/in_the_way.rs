//! What stands in the way of registering, and where it goes on from there.

use super::{GiveUpOther, PlanShown};
use crate::applicant::home::row;
use crate::ui::{Banner, ErrorSummary, icon};
use crate::wording::{self, plans as say, steps};
use crate::{Failure, paths};
use domain::application::{StageName, StartRefusal};
use domain::plan::PlanState;
use domain::profile::Gate;
use domain::refusal::Refusal;
use leptos::prelude::*;
use server_fn::ServerFn;

/// Why the last press of a button did not do what it says.
pub(super) fn refused(shown: &PlanShown, failure: &Failure) -> AnyView {
    match failure {
        Failure::Refused(Refusal::Start(StartRefusal::NotReady { missing })) => return not_ready(shown, missing),
        Failure::Refused(Refusal::Start(StartRefusal::WrongPlace { text, go })) => {
            return view! { <ErrorSummary title=text.clone() faults=vec![(String::new(), go.clone())]/> }.into_any();
        }
        _ => {}
    }
    let Failure::Refused(Refusal::Start(StartRefusal::SameTrade { other, plan, since, stage })) = failure else {
        return view! { <ErrorSummary faults=wording::failure::lines(failure)/> }.into_any();
    };
    let official = if shown.same_trade.is_empty() { say::SAME_TRADE } else { &shown.same_trade };
    let (href, words) = match stage {
        StageName::Draft => (paths::go_on(*other), "接着填那一份"),
        _ => (paths::my_case(*other), "看那一份"),
    };
    view! {
        <ErrorSummary title=official.to_owned() faults=vec![(String::new(), say::same_trade(plan, *since, *stage, shown.now))]/>
        <div class="row row--top">
            <a class="btn" href=href>{words}</a>
            <details class="more">
                <summary>{icon("down", "s")}<span>{format!("放弃“{plan}”")}</span></summary>
                <form class="stack stack--3" method="post" action=GiveUpOther::PATH>
                    <input type="hidden" name="plan" value=shown.plan.id.to_string()/>
                    <input type="hidden" name="other" value=other.to_string()/>
                    <p>{say::give_up(plan)}</p>
                    <p><button class="btn btn--danger">"确定放弃那一份"</button></p>
                </form>
            </details>
        </div>
    }
    .into_any()
}

/// 未完成无法报名: what to do first, each with its page; from there one comes back here.
fn not_ready(shown: &PlanShown, missing: &[Gate]) -> AnyView {
    let back = paths::encode(&paths::plan(shown.plan.id));
    let lines = missing
        .iter()
        .enumerate()
        .map(|(at, gate)| {
            let (name, why, go) = steps::gate(*gate);
            let class = if at == 0 { "btn" } else { "btn btn--quiet" };
            let page = match gate {
                Gate::Profile => paths::PROFILE.to_owned(),
                Gate::Photo => paths::PROFILE_PHOTO.to_owned(),
            };
            view! {
                <li>
                    <span><b>{name}</b><br/><span class="meta">{why}</span></span>
                    <a class=class href=format!("{page}?next={back}")>{go}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel panel__b stack stack--3" aria-labelledby="not-ready" tabindex="-1">
            <h2 id="not-ready">{steps::not_ready(missing.len())}</h2>
            <ul class="tasks">{lines}</ul>
        </section>
    }
    .into_any()
}

/// Why one cannot register now, with the way to the other plans of the occupation.
pub(super) fn closed(shown: &PlanShown, state: PlanState) -> AnyView {
    let Some(words) = say::not_open(state, shown.now) else { return ().into_any() };
    let (tone, _) = say::badge(state);
    let others = shown.others.as_ref().map_or(0, |others| others.lines.len());
    let down = (others > 0 && !matches!(state, PlanState::Closed { .. })).then(
        || view! { <p><a href="#others" rel="external">{say::to_others(&shown.plan.occupation, others)}</a></p> },
    );
    view! { <Banner tone=tone><p>{words}</p>{down}</Banner> }.into_any()
}

/// The other plans of the occupation, where this one takes nobody now.
pub(super) fn others(shown: &PlanShown) -> AnyView {
    let Some(others) = &shown.others else { return ().into_any() };
    if others.lines.is_empty() {
        return view! {
            <p class="meta">{format!("现在没有其他“{}”的计划。", shown.plan.occupation)}<a href=paths::HOME>"看全部计划"</a></p>
        }
        .into_any();
    }
    let rows = others.lines.iter().map(|line| row(line, others)).collect_view();
    view! {
        <section class="stack" aria-labelledby="others">
            <h2 id="others">{format!("{}的其他计划", shown.plan.occupation)}</h2>
            <ul class="plans">{rows}</ul>
        </section>
    }
    .into_any()
}
