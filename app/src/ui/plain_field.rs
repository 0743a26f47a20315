//! One question as plain controls: for pages that the server draws or that need no advice while typing.

use super::{DateField, RadioCard, RadioCards, SelectField, TextArea, TextField, field_shell};
use domain::form::{Answers, Field, FieldFault, FieldKind};
use domain::occupation::SkillLevel;
use leptos::prelude::*;

/// More choices than this stand in a list instead of cards.
pub(crate) const MOST_CARDS: usize = 6;
/// Empty rows of work offered beside those that are filled.
const SPARE_ROWS: usize = 2;

/// How a line is typed: type, keyboard and width of its control.
pub(crate) fn line_of(kind: FieldKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        FieldKind::Mobile => ("tel", "tel", "w-12 num"),
        FieldKind::Years => ("text", "numeric", "w-4 num"),
        FieldKind::CreditCode | FieldKind::CertificateNo => ("text", "", "w-20 num"),
        FieldKind::PersonName => ("text", "", "w-12"),
        _ => ("text", "", ""),
    }
}

/// What plain controls are drawn from.
#[derive(Debug, Clone, Copy)]
pub struct PlainForm<'a> {
    /// Name under which answers are sent: `answers` makes `answers[employer]`.
    pub name: &'a str,
    /// What was answered so far.
    pub answers: &'a Answers,
    /// What is wrong with it.
    pub faults: &'a [FieldFault],
    /// The plan's conditions.
    pub conditions: &'a [(u32, String)],
    /// The plan's subjects.
    pub subjects: &'a [String],
}

impl PlainForm<'_> {
    fn error(self, key: &str) -> Signal<Option<String>> {
        let fault = self.faults.iter().find(|fault| fault.key == key).map(crate::wording::form::fault);
        Signal::stored(fault)
    }

    /// The control of one question; nothing for what is given and not typed.
    pub fn control(self, field: &Field) -> AnyView {
        let (id, name) = (field.key.clone(), format!("{}[{}]", self.name, field.key));
        let value = self.answers.get(&field.key).to_owned();
        let (label, hint, optional) = (field.label.clone(), field.hint.clone(), !field.required);
        let error = self.error(&field.key);
        let cards = |cards: Vec<RadioCard>, columns: u8| {
            let (name, id, value) = (name.clone(), id.clone(), value.clone());
            let (legend, hint) = (label.clone(), hint.clone());
            view! { <RadioCards name id legend hint value error optional cards columns/> }.into_any()
        };
        let list = |options: Vec<(String, String)>| {
            let (name, id, value) = (name.clone(), id.clone(), value.clone());
            let (label, hint) = (label.clone(), hint.clone());
            let all = std::iter::once((String::new(), "请选择".to_owned())).chain(options).collect();
            view! { <SelectField name id label hint value error optional options=all/> }.into_any()
        };
        match field.kind {
            FieldKind::PlanFact | FieldKind::AccountFact | FieldKind::Preset => ().into_any(),
            FieldKind::Text
            | FieldKind::PersonName
            | FieldKind::CertificateNo
            | FieldKind::CreditCode
            | FieldKind::Mobile
            | FieldKind::Years => {
                let (kind, inputmode, class) = line_of(field.kind);
                view! { <TextField name id label hint value error optional kind inputmode class/> }.into_any()
            }
            FieldKind::Date => view! { <DateField name id label hint value error optional/> }.into_any(),
            FieldKind::LongText => {
                let area = view! { <TextArea name id=id.clone() value rows=4/> }.into_any();
                field_shell(id, label, hint, error, optional, area)
            }
            FieldKind::YesNo => cards(vec![RadioCard::new("yes", "是"), RadioCard::new("no", "否")], 2),
            FieldKind::Level => {
                let levels = (1..=5).rev().filter_map(SkillLevel::from_number);
                let options = levels.map(|level| (level.number().to_string(), level.name().to_owned()));
                list(options.collect())
            }
            FieldKind::Choice if field.choices.len() > MOST_CARDS => {
                list(field.choices.iter().map(|choice| (choice.value.clone(), choice.label.clone())).collect())
            }
            FieldKind::Choice => {
                let choices = field.choices.iter();
                cards(choices.map(|choice| RadioCard::new(choice.value.clone(), choice.label.clone())).collect(), 2)
            }
            FieldKind::Condition => {
                let all = self.conditions.iter();
                cards(all.map(|(no, text)| RadioCard::new(no.to_string(), format!("（{no}）{text}"))).collect(), 1)
            }
            FieldKind::Subjects => {
                let chosen: Vec<&str> =
                    (0..self.subjects.len()).map(|at| self.answers.get(&format!("{}.{at}", field.key))).collect();
                let boxes = self
                    .subjects
                    .iter()
                    .enumerate()
                    .map(|(at, subject)| {
                        let name = format!("{}[{}.{at}]", self.name, field.key);
                        let checked = chosen.contains(&subject.as_str());
                        view! {
                            <label class="check">
                                <input type="checkbox" name=name value=subject.clone() checked=checked/>
                                <span>{subject.clone()}</span>
                            </label>
                        }
                        .into_any()
                    })
                    .collect_view();
                view! { <fieldset class="field"><legend class="label">{label}</legend>{boxes}</fieldset> }.into_any()
            }
            FieldKind::Jobs => self.jobs(field),
        }
    }

    fn jobs(self, field: &Field) -> AnyView {
        let rows = self.answers.rows(&field.key) + SPARE_ROWS;
        let row = |at: usize| {
            let part = |part: &str, label: &'static str| {
                let key = format!("{}.{at}.{part}", field.key);
                let (name, value) = (format!("{}[{key}]", self.name), self.answers.get(&key).to_owned());
                let error = self.error(&key);
                view! { <TextField name id=key label value error optional=true class="w-12"/> }.into_any()
            };
            view! {
                <div class="row">{part("occ", "职业")}{part("from", "从哪个月（如 2020-01）")}{part("to", "到哪个月（空着是至今）")}</div>
            }
            .into_any()
        };
        let rows = (0..rows).map(row).collect_view();
        view! {
            <fieldset class="field"><legend class="label">{field.label.clone()}</legend><div class="stack stack--2">{rows}</div></fieldset>
        }
        .into_any()
    }
}

/// The faults of a refused form, for its fields.
pub fn faults_of(failure: Option<&crate::Failure>) -> Vec<FieldFault> {
    use domain::application::SubmitRefusal;
    use domain::refusal::Refusal;
    match failure {
        Some(crate::Failure::Refused(
            Refusal::Answers(faults) | Refusal::Submit(SubmitRefusal::FormFaults(faults)),
        )) => faults.clone(),
        _ => Vec::new(),
    }
}
