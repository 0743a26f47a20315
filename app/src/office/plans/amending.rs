//! 变更待审: what would change and why, what the desks said, the decision of a desk, and the agency's way back.

use super::acts::{DecideAmendment, WithdrawAmendment};
use crate::again::Again;
use crate::ui::{RadioCard, RadioCards, StateBadge, TextArea, field_shell};
use crate::wording::planner as words;
use domain::page::planner::PlanView;
use domain::planner::{Amendment, FilingDesk};
use domain::time::{Timestamp, chinese_moment};
use leptos::prelude::*;
use server_fn::ServerFn;

/// Amendments of a plan: the one that waits with what can be done about it, then those before.
pub(super) fn section(plan: &PlanView, again: Option<&Again>) -> Option<AnyView> {
    if plan.amendments.is_empty() {
        return None;
    }
    let lines = plan.amendments.iter().map(|one| line(one, plan.now)).collect_view();
    let waiting = plan.amendments.first().filter(|one| one.stage.desk().is_some());
    let decision = waiting.zip(plan.acts.decide_amendment).map(|(one, desk)| decide(plan, one, desk, again));
    let back = waiting.filter(|_| plan.acts.amend).map(|one| {
        view! {
            <form method="post" action=WithdrawAmendment::PATH>
                <input type="hidden" name="id" value=plan.row.id.to_string()/>
                <input type="hidden" name="seen" value=one.revision/>
                <button class="btn btn--quiet" type="submit">"撤回这次变更"</button>
            </form>
        }
    });
    Some(
        view! {
            <section class="panel" aria-labelledby="amendments-title" id="amendments">
                <div class="panel__h"><h2 id="amendments-title">"变更审批"</h2></div>
                <div class="panel__b stack stack--4">
                    {waiting.map(|_| view! { <p class="meta">"批准以前，计划照原来公布的执行；不批准就不变。"</p> })}
                    <ul class="tasks tasks--plain">{lines}</ul>
                    {decision}
                    {back}
                </div>
            </section>
        }
        .into_any(),
    )
}

fn line(one: &Amendment, now: Timestamp) -> AnyView {
    let (tone, word) = words::amendment(one.stage);
    let asked = format!("{} {}：{}", chinese_moment(one.at, now.day()), one.by, one.reason);
    let said = one
        .opinions
        .iter()
        .map(|(desk, approved, text, by, at)| {
            let yes = if *approved { "同意" } else { "不同意" };
            let text = format!(
                "{}（{by}，{}）{yes}。{}",
                words::desk(*desk),
                chinese_moment(*at, now.day()),
                text.trim_start_matches("同意。")
            );
            view! { <br/><span class="meta">{text}</span> }.into_any()
        })
        .collect_view();
    view! {
        <li>
            <span><b>{one.changes.clone()}</b><br/><span class="meta">{asked}</span>{said}</span>
            <StateBadge tone=tone text=word/>
        </li>
    }
    .into_any()
}

fn decide(plan: &PlanView, one: &Amendment, desk: FilingDesk, again: Option<&Again>) -> AnyView {
    let typed = |key: &str| again.map_or("", |again| again.typed(key)).to_owned();
    let next = if desk == FilingDesk::Centre {
        "转人社部门审批"
    } else {
        "变更马上生效，报了名的人会收到通知"
    };
    let cards = vec![
        RadioCard { hint: next.to_owned(), ..RadioCard::new("yes", "同意变更") },
        RadioCard { hint: "计划照原来公布的执行".to_owned(), ..RadioCard::new("no", "不同意变更") },
    ];
    let control = view! { <TextArea name="words".to_owned() id="amendment-words".to_owned() value=typed("amendment words") rows=3 maxlength=500/> }
        .into_any();
    let shell = field_shell(
        "amendment-words".into(),
        "意见".into(),
        "不同意要写明原因，机构会看到".into(),
        Signal::stored(None),
        true,
        control,
    );
    view! {
        <form method="post" action=DecideAmendment::PATH class="stack stack--4">
            <input type="hidden" name="id" value=plan.row.id.to_string()/>
            <input type="hidden" name="seen" value=one.revision/>
            <RadioCards name="approved" legend=words::desk(desk) cards=cards value=typed("amendment approved") columns=2/>
            {shell}
            <p><button class="btn" type="submit">"签署变更意见"</button></p>
        </form>
    }
    .into_any()
}
