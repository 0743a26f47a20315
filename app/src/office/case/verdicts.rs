//! What the rules say: points to look at, conditions computed beside the claimed one, other applications.

use crate::paths;
use crate::ui::icon;
use crate::wording::desk as words;
use domain::eligibility::{ConditionVerdict, Outcome};
use domain::page::desk::{Case, Doubt, Duplicate};
use leptos::prelude::*;

/// Doubts, conditions, duplicates.
pub(super) fn pane(case: &Case) -> AnyView {
    let doubts = case.doubts.iter().map(doubt).collect_view();
    let claimed = case.claimed_condition.clone();
    let number = claimed.as_ref().map(|(number, _)| *number);
    let claimed_text = claimed.map(|(_, text)| text).unwrap_or_default();
    let (chosen, others): (Vec<_>, Vec<_>) =
        case.verdicts.iter().partition(|verdict| Some(u32::from(verdict.no)) == number);
    let chosen = match (chosen.first(), number) {
        (Some(verdict), _) => condition(verdict, &claimed_text, "选的条件"),
        (None, Some(number)) => unjudged(number, &claimed_text),
        (None, None) => ().into_any(),
    };
    let others = (!others.is_empty()).then(|| {
        let count = others.len();
        let lines = others
            .into_iter()
            .map(|verdict| {
                let text = case.plan.conditions.iter().find(|(number, _)| *number == u32::from(verdict.no));
                condition(verdict, text.map_or("", |(_, text)| text.as_str()), "条件")
            })
            .collect_view();
        view! {
            <details class="more">
                <summary>{icon("down", "s")}<span>{format!("别的 {count} 条怎么算")}</span></summary>
                <ul class="checks checks--tight">{lines}</ul>
            </details>
        }
    });
    view! {
        <h3 id="rules-title">
            <span>"规则结果"</span>" "<span class="meta plain">{words::doubts_count(case.doubts.len())}</span>
        </h3>
        <ul class="checks checks--tight">{chosen} {doubts} {none_elsewhere(case)}</ul>
        {others}
        {duplicates(&case.duplicates)}
    }
    .into_any()
}

fn doubt(doubt: &Doubt) -> AnyView {
    let detail = match doubt {
        Doubt::Photo(code) => crate::wording::photo::point(code),
        other => words::doubt_advice(other),
    };
    view! {
        <li data-state="me">
            {icon("alert", "")}
            <span><b>{words::doubt(doubt)}</b>" "<span class="meta">{detail}</span></span>
            <span class="st">"要您看"</span>
        </li>
    }
    .into_any()
}

fn condition(verdict: &ConditionVerdict, text: &str, word: &'static str) -> AnyView {
    let (state, symbol, told) = match verdict.outcome {
        Outcome::Yes => ("done", "ok", "符合"),
        Outcome::Unknown => ("me", "alert", "要您看"),
        Outcome::No => ("me", "alert", "没算够"),
    };
    let reasons = verdict.reasons.iter().map(crate::wording::eligibility::reason).collect::<Vec<_>>().join("；");
    view! {
        <li data-state=state>
            {icon(symbol, "")}
            <span>
                <b>{format!("{word}（{}）", verdict.no)}</b>" "
                <span class="meta">{text.to_owned()}</span>
                {(!reasons.is_empty()).then(|| view! { <br/><span>{reasons}</span> })}
            </span>
            <span class="st">{told}</span>
        </li>
    }
    .into_any()
}

fn unjudged(number: u32, text: &str) -> AnyView {
    view! {
        <li data-state="me">
            {icon("alert", "")}
            <span><b>{format!("选的条件（{number}）")}</b>" "<span class="meta">{text.to_owned()}</span></span>
            <span class="st">"要您看"</span>
        </li>
    }
    .into_any()
}

fn none_elsewhere(case: &Case) -> AnyView {
    if !case.duplicates.is_empty() {
        return ().into_any();
    }
    view! {
        <li data-state="done">
            {icon("ok", "")}
            <span><b>"没有重复报名"</b>" "<span class="meta">"同一证件、同一手机号没有别的报名"</span></span>
            <span class="st">"通过"</span>
        </li>
    }
    .into_any()
}

fn duplicates(duplicates: &[Duplicate]) -> AnyView {
    if duplicates.is_empty() {
        return ().into_any();
    }
    let rows = duplicates
        .iter()
        .map(|other| {
            let title = format!("{}　{}", other.number, other.plan_title);
            let title = match other.id {
                Some(id) => view! { <a href=paths::case(id)>{title}</a> }.into_any(),
                None => view! { <span>{title}</span> }.into_any(),
            };
            let why = if other.same_person { "同一证件" } else { "只是同一手机号" };
            view! { <li><time>{why}</time><span>{title}" "<span class="meta">{words::stage(other.stage)}</span></span></li> }.into_any()
        })
        .collect_view();
    view! { <h3>"其他报名"</h3> <ol class="log">{rows}</ol> }.into_any()
}
