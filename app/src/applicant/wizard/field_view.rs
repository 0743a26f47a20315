//! One question of the form, by its kind.

use super::form::FormState;
use super::{jobs, remark_on};
use crate::paths;
use crate::ui::{
    DateField, RadioCard, RadioCards, SelectField, TextArea, TextField, describedby, error_line, field_shell, icon,
};
use crate::wording::wizard as words;
use domain::application::Target;
use domain::eligibility::{ConditionVerdict, Outcome};
use domain::form::{Field, FieldKind};
use domain::occupation::SkillLevel;
use domain::plan::Plan;
use leptos::prelude::*;

/// More choices than this stand in a list instead of cards.
const MOST_CARDS: usize = 6;

/// A question with its label, hint, error and control; a line of text when it takes no changes.
pub(super) fn field_view(state: FormState, field: &Field) -> AnyView {
    if !state.editable(&field.key) {
        let value = state.draft.with_value(|draft| read(draft, field));
        return fixed(field, value);
    }
    let remark = state
        .draft
        .with_value(|draft| remark_on(draft, &Target::Field(field.key.clone())))
        .map(|text| view! { <p class="banner" data-state="me">{icon("me", "")}<span>{text}</span></p> });
    view! {
        {remark}
        {control(state, field)}
    }
    .into_any()
}

fn control(state: FormState, field: &Field) -> AnyView {
    let (id, name) = (field.key.clone(), format!("answers[{}]", field.key));
    let value = state.saver.answers.with_untracked(|answers| answers.get(&field.key).to_owned());
    let (label, hint, optional) = (field.label.clone(), field.hint.clone(), !field.required);
    let error = state.error_of(&field.key);
    match field.kind {
        FieldKind::PlanFact | FieldKind::AccountFact => ().into_any(),
        FieldKind::Text
        | FieldKind::PersonName
        | FieldKind::CertificateNo
        | FieldKind::CreditCode
        | FieldKind::Mobile
        | FieldKind::Years => {
            let (kind, inputmode, class) = match field.kind {
                FieldKind::Mobile => ("tel", "tel", "w-12 num"),
                FieldKind::Years => ("text", "numeric", "w-4 num"),
                FieldKind::CreditCode | FieldKind::CertificateNo => ("text", "", "w-20 num"),
                FieldKind::PersonName => ("text", "", "w-12"),
                _ => ("text", "", ""),
            };
            view! {
                <TextField name id label hint value error optional kind inputmode class autocomplete=field.autocomplete.clone()/>
            }
            .into_any()
        }
        FieldKind::Date => view! { <DateField name id label hint value error optional/> }.into_any(),
        FieldKind::LongText => {
            let has_hint = !hint.is_empty();
            let described = describedby(&id, has_hint, error.get_untracked().is_some());
            let invalid = error.get_untracked().is_some();
            let area = match described {
                Some(described) => {
                    view! { <TextArea name id=id.clone() value rows=4 invalid describedby=described/> }.into_any()
                }
                None => view! { <TextArea name id=id.clone() value rows=4 invalid/> }.into_any(),
            };
            field_shell(id, label, hint, error, optional, area)
        }
        FieldKind::YesNo => {
            let cards = vec![RadioCard::new("yes", "是"), RadioCard::new("no", "否")];
            view! { <RadioCards name id legend=label hint value error optional cards columns=2/> }.into_any()
        }
        FieldKind::Level => {
            let cards = levels()
                .map(|level| RadioCard {
                    value: level.number().to_string(),
                    label: level.name().into(),
                    ..Default::default()
                })
                .collect();
            view! { <RadioCards name id legend=label hint value error optional cards columns=3/> }.into_any()
        }
        FieldKind::Choice if field.choices.len() > MOST_CARDS => {
            let mut options = vec![(String::new(), "请选择".to_owned())];
            options.extend(field.choices.iter().map(|choice| (choice.value.clone(), choice.label.clone())));
            view! { <SelectField name id label hint value error optional options/> }.into_any()
        }
        FieldKind::Choice => {
            let cards = field
                .choices
                .iter()
                .map(|choice| RadioCard {
                    value: choice.value.clone(),
                    label: choice.label.clone(),
                    hint: choice.hint.clone(),
                    off: false,
                })
                .collect();
            view! { <RadioCards name id legend=label hint value error optional cards columns=2/> }.into_any()
        }
        FieldKind::Condition => conditions(state, field, &name, &value, error),
        FieldKind::Jobs => jobs::rows(state, field),
    }
}

fn levels() -> impl Iterator<Item = SkillLevel> {
    (1..=5).rev().filter_map(SkillLevel::from_number)
}

/// The plan's conditions as cards, each with what the rules say about the answers: advice, never a bar.
fn conditions(state: FormState, field: &Field, name: &str, chosen: &str, error: Signal<Option<String>>) -> AnyView {
    let id = field.key.clone();
    let texts = state.draft.with_value(|draft| draft.plan.conditions.clone());
    let cards = texts
        .into_iter()
        .enumerate()
        .map(|(at, (number, text))| {
            let id = if at == 0 { id.clone() } else { format!("{id}-{}", at + 1) };
            let value = number.to_string();
            let checked = value == chosen;
            let verdict = Memo::new(move |_| {
                state.saver.verdicts.with(|all| all.iter().find(|verdict| u32::from(verdict.no) == number).cloned())
            });
            view! {
                <label class="choice cond" data-state=move || verdict.with(|verdict| verdict.as_ref().map(tone))>
                    <input type="radio" name=name.to_owned() id=id value=value checked=checked/>
                    <b>{format!("条件（{number}）")}</b>
                    <small>{text}</small>
                    {move || verdict.get().map(|verdict| verdict_view(&verdict))}
                </label>
            }
            .into_any()
        })
        .collect_view();
    let described = id.clone();
    let hint = if field.hint.is_empty() { words::CONDITION_ADVICE.to_owned() } else { field.hint.clone() };
    view! {
        <fieldset
            class="field cq"
            class:field--bad=move || error.get().is_some()
            aria-describedby=move || describedby(&described, true, error.get().is_some())
        >
            <legend class="label">{field.label.clone()}</legend>
            <p class="hint" id=format!("{id}-h")>{hint}</p>
            {error_line(format!("{id}-e"), error)}
            <div class="choices conds">{cards}</div>
        </fieldset>
    }
    .into_any()
}

fn tone(verdict: &ConditionVerdict) -> &'static str {
    match verdict.outcome {
        Outcome::Yes => "done",
        Outcome::Unknown => "me",
        Outcome::No => "refused",
    }
}

fn verdict_view(verdict: &ConditionVerdict) -> AnyView {
    let mark = match verdict.outcome {
        Outcome::Yes => "ok",
        Outcome::Unknown => "alert",
        Outcome::No => "no",
    };
    view! {
        <span class="cond__v">
            {icon(mark, "s")}
            <span>{crate::wording::eligibility::verdict(verdict)}</span>
        </span>
    }
    .into_any()
}

/// Facts of plan and account as a list: read here, changed where they come from.
pub(super) fn facts(state: FormState, fields: &[Field]) -> AnyView {
    let rows = fields
        .iter()
        .map(|field| {
            let value = or_dash(state.draft.with_value(|draft| read(draft, field)));
            let error = state.error_of(&field.key);
            view! {
                <div id=field.key.clone() tabindex="-1">
                    <dt>{field.label.clone()}</dt>
                    <dd>
                        <span>{value}</span>
                        {error_line(format!("{}-e", field.key), error)}
                    </dd>
                </div>
            }
            .into_any()
        })
        .collect_view();
    let of_account = fields.iter().any(|field| field.kind == FieldKind::AccountFact);
    let source = of_account.then(|| {
        view! {
            <p class="meta">
                {icon("lock", "s")}
                <span>"来自实名的账号资料。"</span>
                <a href=paths::PROFILE>"不对？去个人资料改"</a>
            </p>
        }
    });
    view! {
        <dl class="kv kv--tight">{rows}</dl>
        {source}
    }
    .into_any()
}

/// An answer that takes no changes now.
fn fixed(field: &Field, value: String) -> AnyView {
    view! {
        <div class="field" id=field.key.clone() tabindex="-1">
            <span class="label">{field.label.clone()}</span>
            <div class="fixed">
                <span>{or_dash(value)}</span>
                <span class="meta">{icon("lock", "s")}<span>{words::CLOSED_FIELD}</span></span>
            </div>
        </div>
    }
    .into_any()
}

fn or_dash(value: String) -> String {
    if value.is_empty() { "—".to_owned() } else { value }
}

/// The value of a field as people read it: facts from where they come, choices by their labels.
pub(super) fn read(draft: &domain::page::wizard::Draft, field: &Field) -> String {
    let typed = draft.answers.get(&field.key);
    match field.kind {
        FieldKind::PlanFact if typed.is_empty() => plan_fact(&draft.plan, &field.key),
        FieldKind::Jobs => jobs::read(&draft.answers, &field.key),
        _ => shown(field, typed, &draft.plan.conditions),
    }
}

/// A stored value in words.
pub(super) fn shown(field: &Field, value: &str, conditions: &[(u32, String)]) -> String {
    match field.kind {
        FieldKind::YesNo if value == "yes" => "是".to_owned(),
        FieldKind::YesNo if value == "no" => "否".to_owned(),
        FieldKind::Level => value
            .parse()
            .ok()
            .and_then(SkillLevel::from_number)
            .map_or_else(|| value.to_owned(), |level| level.name().to_owned()),
        FieldKind::Condition => conditions
            .iter()
            .find(|(number, _)| number.to_string() == value)
            .map_or_else(|| value.to_owned(), |(number, text)| format!("（{number}）{text}")),
        _ => field
            .choices
            .iter()
            .find(|choice| choice.value == value)
            .map_or_else(|| value.to_owned(), |choice| choice.label.clone()),
    }
}

/// A fact of the plan by its key in the field dictionary.
fn plan_fact(plan: &Plan, key: &str) -> String {
    match key {
        "occupation" | "plan_occupation" => plan.occupation.clone(),
        "trade" | "plan_trade" | "job" if plan.trade.is_empty() => "-".to_owned(),
        "trade" | "plan_trade" | "job" => plan.trade.clone(),
        "code" | "occ_code" | "occupation_code" | "trade_code" => plan.code.clone(),
        "level" | "plan_level" => plan.level.map_or_else(String::new, |level| level.title().to_owned()),
        "subjects" => plan.subjects.join("、"),
        "agency" | "agency_name" => plan.agency_name.clone(),
        "plan" | "plan_title" => plan.title.clone(),
        "plan_number" => plan.number.clone(),
        "site" => plan.site.clone(),
        "exam_on" => domain::time::chinese_date(plan.exam_on, plan.exam_on),
        _ => String::new(),
    }
}
