//! One question of the form, by its kind.

use super::autosave::Advice;
use super::form::FormState;
use super::{jobs, remark_view};
use crate::paths;
use crate::ui::{
    DateField, MOST_CARDS, RadioCard, RadioCards, SelectField, TextArea, TextField, describedby, error_line,
    field_shell, icon, line_of,
};
use crate::wording::steps::PRESET_SOURCE;
use crate::wording::wizard as words;
use domain::form::{Field, FieldKind, check};
use domain::occupation::SkillLevel;
use domain::page::wizard::Draft;
use domain::plan::Plan;
use leptos::prelude::*;

/// A question with its label, hint, error and control; a line of text when it takes no changes.
pub(super) fn field_view(state: FormState, field: &Field) -> AnyView {
    if !state.editable(&field.key) {
        return fixed(field, state.told(&field.key));
    }
    let remark = state.remark_on(&field.key).map(remark_view);
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
        FieldKind::PlanFact | FieldKind::AccountFact | FieldKind::Preset => ().into_any(),
        FieldKind::Subjects => subjects(state, field, error),
        FieldKind::Text
        | FieldKind::PersonName
        | FieldKind::CertificateNo
        | FieldKind::CreditCode
        | FieldKind::Mobile
        | FieldKind::Years => {
            let (kind, inputmode, class) = line_of(field.kind);
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

/// The subjects that were failed, as boxes. The bare key says that they were on the page.
fn subjects(state: FormState, field: &Field, error: Signal<Option<String>>) -> AnyView {
    let id = field.key.clone();
    let name = |key: &str| format!("answers[{key}]");
    let chosen = |subject: &str| {
        state.saver.answers.with_untracked(|answers| check::chosen_subjects(&field.key, answers).contains(&subject))
    };
    let boxes = field
        .choices
        .iter()
        .enumerate()
        .map(|(at, subject)| {
            let id = if at == 0 { id.clone() } else { format!("{id}-{}", at + 1) };
            let name = name(&format!("{}.{at}", field.key));
            let checked = chosen(&subject.value);
            view! {
                <label class="check">
                    <input type="checkbox" name=name id=id value=subject.value.clone() checked=checked/>
                    <span>{subject.label.clone()}</span>
                </label>
            }
            .into_any()
        })
        .collect_view();
    let hint = (!field.hint.is_empty()).then(|| view! { <p class="hint">{field.hint.clone()}</p> });
    view! {
        <fieldset class="field" class:field--bad=move || error.get().is_some()>
            <legend class="label">{field.label.clone()}</legend>
            {hint}
            {error_line(format!("{id}-e"), error)}
            <input type="hidden" name=name(&field.key) value="shown"/>
            {boxes}
        </fieldset>
    }
    .into_any()
}

fn levels() -> impl Iterator<Item = SkillLevel> {
    (1..=5).rev().filter_map(SkillLevel::from_number)
}

/// The plan's conditions as cards, each with what the rules say about the answers: advice, never a bar.
fn conditions(state: FormState, field: &Field, name: &str, chosen: &str, error: Signal<Option<String>>) -> AnyView {
    let id = field.key.clone();
    let cards = state
        .conditions()
        .into_iter()
        .enumerate()
        .map(|(at, (number, text))| {
            let id = if at == 0 { id.clone() } else { format!("{id}-{}", at + 1) };
            let value = number.to_string();
            let checked = value == chosen;
            let advice = crate::ui::memo(move |_| {
                state.saver.advice.with(|all| all.iter().find(|one| one.no == number).cloned())
            });
            view! {
                <label class="choice cond" data-state=move || advice.get().map(|advice| advice.state)>
                    <input type="radio" name=name.to_owned() id=id value=value checked=checked/>
                    <b>{format!("条件（{number}）")}</b>
                    <small>{text}</small>
                    {move || advice.get().map(advice_view)}
                </label>
            }
            .into_any()
        })
        .collect_view();
    let described = id.clone();
    let judged = state.saver.advice.with_untracked(|all| !all.is_empty());
    let hint = match field.hint.as_str() {
        "" if judged => words::CONDITION_ADVICE.to_owned(),
        "" => words::CONDITION_PLAIN.to_owned(),
        official => official.to_owned(),
    };
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

fn advice_view(advice: Advice) -> AnyView {
    let mark = match advice.state.as_str() {
        "done" => "ok",
        "me" => "alert",
        _ => "no",
    };
    view! {
        <span class="cond__v">
            {icon(mark, "s")}
            <span>{advice.words}</span>
        </span>
    }
    .into_any()
}

/// Facts of plan and account as a list: read here, changed where they come from.
pub(super) fn facts(state: FormState, fields: &[Field]) -> AnyView {
    let rows = fields
        .iter()
        .map(|field| {
            let value = or_dash(state.told(&field.key));
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
    let preset = fields.iter().any(|field| field.kind == FieldKind::Preset);
    let preset = preset.then(|| view! { <p class="meta">{icon("lock", "s")}<span>{PRESET_SOURCE}</span></p> });
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
        {preset}
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
pub(super) fn read(draft: &Draft, field: &Field) -> String {
    let typed = draft.answers.get(&field.key);
    match field.kind {
        FieldKind::PlanFact if typed.is_empty() => plan_fact(&draft.plan, &field.key),
        FieldKind::Preset => field.preset(&draft.answers).to_owned(),
        FieldKind::Jobs => jobs::read(&draft.answers, &field.key),
        FieldKind::Subjects => check::chosen_subjects(&field.key, &draft.answers).join("、"),
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
        "agency" | "agency_name" | "reviewer" => plan.agency_name.clone(),
        "plan" | "plan_title" => plan.title.clone(),
        "plan_number" => plan.number.clone(),
        "site" | "place" => plan.site.clone(),
        "exam_on" | "session" => domain::time::chinese_date(plan.exam_on, plan.exam_on),
        _ => String::new(),
    }
}
