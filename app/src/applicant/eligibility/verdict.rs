//! The answer, condition by condition.

use crate::applicant::plan::StartApplication;
use crate::paths;
use crate::ui::{Banner, icon, tone_icon};
use crate::wording::eligibility as say;
use chrono::NaiveDate;
use domain::application::progress::Tone;
use domain::eligibility::ConditionVerdict;
use domain::ids::PlanId;
use domain::plan::Plan;
use domain::time::chinese_date;
use leptos::prelude::*;
use server_fn::ServerFn;

/// Before anything was answered.
pub fn waiting() -> AnyView {
    view! {
        <section class="verdict" data-state="draft">
            <div class="verdict__h">{icon("me", "")}<h2>"答完看结果"</h2><p class="soft">"不用全填，知道的填上就行。"</p></div>
        </section>
    }
    .into_any()
}

/// What the rules say.
pub fn verdict(
    verdicts: &[ConditionVerdict],
    conditions: &[(u32, String)],
    plan: PlanId,
    today: NaiveDate,
    closes: NaiveDate,
    open: bool,
) -> AnyView {
    let (tone, heading, line) = say::overall(verdicts, today);
    let rows = verdicts
        .iter()
        .map(|verdict| {
            let (tone, word) = say::status(verdict);
            let text = conditions
                .iter()
                .find(|(no, _)| *no == u32::from(verdict.no))
                .map(|(_, text)| text.clone())
                .unwrap_or_default();
            view! {
                <li data-state=tone.as_str()>
                    {icon(tone_icon(tone), "")}
                    <div>
                        <p><b>{format!("条件（{}）", verdict.no)}</b></p>
                        <p class="meta">{text}</p>
                        <p>{say::explained(verdict, today)}</p>
                    </div>
                    <span class="st">{word}</span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    let on = if open && matches!(tone, Tone::Done | Tone::Me) {
        view! {
            <form class="verdict__f" method="post" action=StartApplication::PATH>
                <input type="hidden" name="plan" value=plan.to_string()/>
                <button class="btn btn--wide"><span>"马上报名"</span>{icon("arrow", "")}</button>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="verdict__f"><a href=paths::HOME>"看其他计划"</a></p> }.into_any()
    };
    view! {
        <section class="verdict" data-state=tone.as_str()>
            <div class="verdict__h">{icon(tone_icon(tone), "")}<h2 class="whole">{heading}</h2><p class="soft">{line}</p></div>
            <ul class="rules">{rows}</ul>
            <p class="verdict__f meta">{format!("年限和年龄算到报名截止那天：{}。", chinese_date(closes, today))}</p>
            {on}
        </section>
    }
    .into_any()
}

/// A plan whose conditions nobody has turned into rules.
pub fn without_rules(plan: &Plan) -> AnyView {
    let rows = plan
        .conditions
        .iter()
        .map(|(number, text)| view! { <div><dt>{format!("条件（{number}）")}</dt><dd>{text.clone()}</dd></div> })
        .collect_view();
    let contact = format!("{}　{}", plan.contact, plan.contact_phone);
    view! {
        <Banner tone=Tone::Others>
            <p>{say::NO_RULES}</p>
            <p class="num">{contact}</p>
        </Banner>
        <dl class="kv">{rows}</dl>
    }
    .into_any()
}
