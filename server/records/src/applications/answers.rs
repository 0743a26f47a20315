//! Answers as people read them, and what of them may still be changed.

use super::resit;
use domain::application::{Remark, Target};
use domain::form::{self, Answers, Field, FieldKind, Form, check};
use domain::occupation::SkillLevel;
use domain::plan::{Plan, Site};
use domain::profile::Profile;
use std::collections::BTreeSet;

/// Label of the photo where a target needs one.
const PHOTO_LABEL: &str = "证件照";
/// Label of the signature where a target needs one.
const SIGNATURE_LABEL: &str = "签名";

/// A section with its answers in words.
pub(crate) struct AnsweredSection {
    pub title: String,
    pub lines: Vec<AnsweredLine>,
}

/// One answer in words.
pub(crate) struct AnsweredLine {
    pub key: String,
    pub label: String,
    pub value: String,
}

/// Answers with their verbatim labels, section by section. Fields that are not asked show the
/// official value that stands for "not applicable", or nothing at all.
pub(crate) fn sections(profile: &Profile, plan: &Plan, answers: &Answers) -> Vec<AnsweredSection> {
    let form = &profile.form;
    let section = |section: &form::Section| {
        let lines = section.field.iter().filter_map(|field| {
            let value = if form::is_asked(form, field, answers) {
                in_words(field, plan, answers)
            } else if field.not_applicable.is_empty() {
                return None;
            } else {
                field.not_applicable.clone()
            };
            Some(AnsweredLine { key: field.key.clone(), label: field.label.clone(), value })
        });
        AnsweredSection { title: section.title.clone(), lines: lines.collect() }
    };
    form.section.iter().map(section).filter(|section| !section.lines.is_empty()).collect()
}

/// Official values of the fields that are not asked, by key.
pub(crate) fn not_applicable(form: &Form, answers: &Answers) -> Vec<(String, String)> {
    form.fields()
        .filter(|field| !field.not_applicable.is_empty() && !form::is_asked(form, field, answers))
        .map(|field| (field.key.clone(), field.not_applicable.clone()))
        .collect()
}

/// Only what the form asks under these answers, with what the procedure fixes: what counts when it is handed in.
pub(crate) fn asked_only(form: &Form, answers: &Answers) -> Answers {
    let mut kept = with_presets(form, answers);
    // Leaving one answer out can hide a further field; each round settles at least one.
    for _ in 0..=form.fields().count() {
        let asked: Vec<&Field> = form.fields().filter(|field| form::is_asked(form, field, &kept)).collect();
        let mut next = kept.clone();
        next.0.retain(|key, _| asked.iter().any(|field| belongs(field, key)));
        let next = with_presets(form, &next);
        if next == kept {
            break;
        }
        kept = next;
    }
    kept
}

/// The answers with what the procedure fixes under them: presets stand under their keys where they are asked.
pub(crate) fn with_presets(form: &Form, answers: &Answers) -> Answers {
    let mut all = answers.clone();
    for field in form.fields().filter(|field| field.kind == FieldKind::Preset) {
        let asked = form::is_asked(form, field, &all);
        let value = if asked { field.preset(&all).to_owned() } else { String::new() };
        all.set(&field.key, &value);
    }
    all
}

/// Puts facts under their keys that follow from a choice: those of the chosen site, and the subjects of a resit.
pub(crate) fn put_chosen(profile: &Profile, plan: &Plan, site: Option<&Site>, answers: &mut Answers) {
    let resit = profile.papers.as_ref().is_some_and(|papers| papers.is_resit(answers));
    for field in profile.form.fields().filter(|field| field.kind == FieldKind::PlanFact) {
        if let Some(value) = site.and_then(|site| site_fact(site, plan, &field.key)) {
            answers.set(&field.key, &value);
        } else if field.key == "subjects" && resit {
            answers.set(&field.key, &resit::subjects(profile, plan, answers).join("、"));
        }
    }
}

/// A fact of the chosen site by the key of the field dictionary.
fn site_fact(site: &Site, plan: &Plan, key: &str) -> Option<String> {
    Some(match key {
        "site" => site.name.clone(),
        "place" if site.address.is_empty() => site.name.clone(),
        "place" => site.address.clone(),
        "reviewer" if site.reviewer.is_empty() => plan.agency_name.clone(),
        "reviewer" => site.reviewer.clone(),
        "session" | "exam_on" => site.exam_on.to_string(),
        "site_contact" => site.contact.clone(),
        "site_phone" => site.phone.clone(),
        _ => return None,
    })
}

/// Only what was typed: facts of plan and account are never taken from a page.
pub(crate) fn typed_only(form: &Form, answers: &Answers) -> Answers {
    let mut typed = answers.clone();
    typed.0.retain(|key, value| {
        // The bare key of chosen subjects only says that they were on the page.
        let unkept = |field: &Field| field.is_given() || field.kind == FieldKind::Subjects;
        !value.trim().is_empty() && !form.field(key).is_some_and(unkept)
    });
    for value in typed.0.values_mut() {
        let trimmed = value.trim();
        if trimmed.len() != value.len() {
            *value = trimmed.to_owned();
        }
    }
    typed
}

/// Keys of the fields whose answers differ; a repeated group counts as one field.
pub(crate) fn changed_fields(form: &Form, before: &Answers, after: &Answers) -> BTreeSet<String> {
    let keys: BTreeSet<&String> = before.0.keys().chain(after.0.keys()).collect();
    keys.into_iter()
        .filter(|key| before.get(key) != after.get(key))
        .map(|key| {
            form.fields().find(|field| belongs(field, key)).map_or_else(|| key.clone(), |field| field.key.clone())
        })
        .collect()
}

/// What may be changed while returned: what the remarks name, and what only became a question
/// through a correction (「是否晋级申报」 turned to 是 asks for the former certificate).
pub(crate) fn open_targets(profile: &Profile, remarks: &[Remark], returned: &Answers, now: &Answers) -> Vec<Target> {
    let mut open: Vec<Target> = remarks.iter().map(|remark| remark.on.clone()).collect();
    let form = &profile.form;
    let now = &with_presets(form, now);
    for field in form.fields().filter(|field| !field.is_given()) {
        if form::is_asked(form, field, now) && !form::is_asked(form, field, returned) {
            open.push(Target::Field(field.key.clone()));
        }
    }
    for document in profile.documents_for(now) {
        if !profile.documents_for(returned).any(|other| other.key == document.key) {
            open.push(Target::Document(document.key.clone()));
        }
    }
    open.sort();
    open.dedup();
    open
}

/// Everything that a reviewer can return, with its label.
pub(crate) fn targets(profile: &Profile, answers: &Answers) -> Vec<(Target, String)> {
    let mut all = vec![(Target::Photo, PHOTO_LABEL.to_owned())];
    for field in profile.form.fields() {
        let fixed = matches!(field.kind, FieldKind::PlanFact | FieldKind::Preset);
        if !fixed && form::is_asked(&profile.form, field, answers) {
            all.push((Target::Field(field.key.clone()), field.label.clone()));
        }
    }
    all.extend(
        profile.documents_for(answers).map(|document| (Target::Document(document.key.clone()), document.label.clone())),
    );
    if profile.asks_signature() {
        all.push((Target::Signature, SIGNATURE_LABEL.to_owned()));
    }
    all
}

/// The label of a target.
pub(crate) fn label_of(profile: &Profile, target: &Target) -> String {
    match target {
        Target::Photo => PHOTO_LABEL.to_owned(),
        Target::Signature => SIGNATURE_LABEL.to_owned(),
        Target::Field(key) => profile.form.field(key).map_or_else(|| key.clone(), |field| field.label.clone()),
        Target::Document(key) => {
            profile.requirement(key).map_or_else(|| key.clone(), |document| document.label.clone())
        }
    }
}

/// Whether an answer's key belongs to a field.
pub(crate) fn belongs(field: &Field, key: &str) -> bool {
    field.key == key
        || (matches!(field.kind, FieldKind::Jobs | FieldKind::Subjects)
            && key.strip_prefix(field.key.as_str()).is_some_and(|rest| rest.starts_with('.')))
}

fn in_words(field: &Field, plan: &Plan, answers: &Answers) -> String {
    let value = answers.get(&field.key);
    match field.kind {
        // What follows from a choice stands among the answers.
        FieldKind::PlanFact if value.is_empty() => plan_fact(plan, &field.key),
        FieldKind::Subjects => check::chosen_subjects(&field.key, answers).join("、"),
        FieldKind::Choice => field
            .choices
            .iter()
            .find(|choice| choice.value == value)
            .map_or_else(|| value.to_owned(), |choice| choice.label.clone()),
        FieldKind::YesNo => match value {
            "yes" => "是".to_owned(),
            "no" => "否".to_owned(),
            other => other.to_owned(),
        },
        FieldKind::Level => SkillLevel::parse(value).map_or_else(|| value.to_owned(), |level| level.name().to_owned()),
        FieldKind::Condition => plan
            .conditions
            .iter()
            .find(|(number, _)| number.to_string() == value)
            .map_or_else(|| value.to_owned(), |(number, text)| format!("（{number}）{text}")),
        FieldKind::Jobs => jobs_in_words(&field.key, answers),
        _ => value.to_owned(),
    }
}

fn jobs_in_words(group: &str, answers: &Answers) -> String {
    let mut rows = Vec::new();
    for row in 0..answers.rows(group) {
        let get = |part: &str| answers.get(&format!("{group}.{row}.{part}"));
        let (occ, from, to) = (get("occ"), get("from"), get("to"));
        if !(occ.is_empty() && from.is_empty() && to.is_empty()) {
            rows.push(format!("{occ} {from} – {}", if to.is_empty() { "至今" } else { to }));
        }
    }
    rows.join("；")
}

/// A fact of the plan by the key of the field dictionary.
fn plan_fact(plan: &Plan, key: &str) -> String {
    match key {
        "plan_number" => plan.number.clone(),
        "plan_title" => plan.title.clone(),
        "agency" | "site_agency" | "reviewer" => plan.agency_name.clone(),
        "plan_kind" | "kind" => plan.kind.label().to_owned(),
        "occupation" => plan.occupation.clone(),
        "job" | "trade" if plan.trade.is_empty() => plan.occupation.clone(),
        "job" | "trade" => plan.trade.clone(),
        "occ_code" | "code" => plan.code.clone(),
        "level" => plan.level.map_or_else(String::new, |level| level.name().to_owned()),
        "subjects" => plan.subjects.join("、"),
        "site" | "place" => plan.site.clone(),
        "exam_on" | "session" => plan.exam_on.to_string(),
        "fee" => plan.fee.yuan(),
        _ => String::new(),
    }
}
