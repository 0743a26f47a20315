//! Fields, conditions and documents.

use super::Checker;
use super::wrong::Wrong;
use crate::form::check::KEEP_MAX;
use crate::form::{Choice, Field, FieldKind, When};
use crate::plan::PlanKind;
use crate::profile::{ENTRY_SECTION, PLAN, PLAN_KEYS};
use std::collections::BTreeSet;

/// What a field of kind `plan_fact` can show.
pub const PLAN_FACTS: [&str; 19] = [
    "plan_number",
    "plan_title",
    "agency",
    "site_agency",
    "plan_kind",
    "kind",
    "occupation",
    "job",
    "trade",
    "occ_code",
    "code",
    "level",
    "subjects",
    "site",
    "reviewer",
    "place",
    "exam_on",
    "session",
    "fee",
];

/// What a field of kind `account_fact` can show.
pub const ACCOUNT_FACTS: [&str; 9] =
    ["name", "id_type", "id_kind", "id_no", "gender", "birth", "mobile", "address", "education"];

/// Most files of one document.
const FILES_MAX: u64 = 50;
/// Heaviest merged document: 200 MB.
const MERGED_MAX: u64 = 209_715_200;

/// Which fields a condition may look at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// Those of the entry alone: the form is not filled yet.
    Entry,
    /// Those of entry and form.
    All,
}

pub(super) fn check(checker: &mut Checker) {
    entry(checker);
    form(checker);
    documents(checker);
    opinions(checker);
}

fn entry(checker: &mut Checker) {
    let Some(entry) = &checker.profile.entry else { return };
    checker.text("entry.title", &entry.title);
    fields(checker, "entry.field", &entry.field, Sight::Entry);
    if entry.refusal.is_empty() {
        checker.wrong("entry", Wrong::CalledFor("entry.refusal".into()));
    }
    for (at, wrong) in entry.refusal.iter().enumerate() {
        let path = format!("entry.refusal.{at}");
        checker.text(format!("{path}.text"), &wrong.text);
        checker.text(format!("{path}.go"), &wrong.go);
        when(checker, &format!("{path}.when"), &wrong.when, "", Sight::Entry);
    }
}

fn form(checker: &mut Checker) {
    let profile = checker.profile;
    checker.once("form.section", "key", profile.form.section.iter().map(|section| section.key.as_str()));
    let mut known: BTreeSet<&str> =
        profile.entry.iter().flat_map(|entry| &entry.field).map(|field| field.key.as_str()).collect();
    for (at, section) in profile.form.section.iter().enumerate() {
        let path = format!("form.section.{at}");
        checker.key(format!("{path}.key"), &section.key);
        if section.key == ENTRY_SECTION {
            // The questions of the entry become a section of that name.
            checker.wrong(format!("{path}.key"), Wrong::Twice(section.key.clone()));
        }
        checker.text(format!("{path}.title"), &section.title);
        if let Some(show) = &section.show {
            when(checker, &format!("{path}.show"), show, "", Sight::All);
        }
        if section.field.is_empty() {
            checker.wrong(&path, Wrong::TooFew(1));
        }
        for (place, field) in section.field.iter().enumerate() {
            if !known.insert(&field.key) {
                checker.wrong(format!("{path}.field.{place}.key"), Wrong::Twice(field.key.clone()));
            }
        }
        // Twice within the section was told just now.
        each(checker, &format!("{path}.field"), &section.field, Sight::All);
    }
}

fn opinions(checker: &mut Checker) {
    let profile = checker.profile;
    checker.once("opinion", "key", profile.opinion.iter().map(|opinion| opinion.key.as_str()));
    for (at, opinion) in profile.opinion.iter().enumerate() {
        let path = format!("opinion.{at}");
        checker.key(format!("{path}.key"), &opinion.key);
        checker.text(format!("{path}.title"), &opinion.title);
        fields(checker, &format!("{path}.field"), &opinion.field, Sight::All);
    }
}

fn fields(checker: &mut Checker, path: &str, all: &[Field], sight: Sight) {
    checker.once(path, "key", all.iter().map(|field| field.key.as_str()));
    each(checker, path, all, sight);
}

fn each(checker: &mut Checker, path: &str, all: &[Field], sight: Sight) {
    for (at, field) in all.iter().enumerate() {
        one(checker, &format!("{path}.{at}"), field, sight);
    }
}

fn one(checker: &mut Checker, path: &str, field: &Field, sight: Sight) {
    checker.key(format!("{path}.key"), &field.key);
    checker.text(format!("{path}.label"), &field.label);
    checker.range(format!("{path}.max"), field.max.into(), 0, KEEP_MAX.into());
    let facts: Option<&[&str]> = match field.kind {
        FieldKind::PlanFact => Some(&PLAN_FACTS),
        FieldKind::AccountFact => Some(&ACCOUNT_FACTS),
        _ => None,
    };
    if let Some(facts) = facts
        && !facts.contains(&field.key.as_str())
    {
        let facts = facts.iter().map(|fact| (*fact).into()).collect();
        checker.wrong(format!("{path}.key"), Wrong::NoFact(facts));
    }
    if field.kind == FieldKind::Choice {
        if field.choices.is_empty() {
            checker.wrong(path, Wrong::NoChoices);
        }
        choices(checker, &format!("{path}.choices"), &field.choices);
    } else if !field.choices.is_empty() {
        checker.wrong(format!("{path}.choices"), Wrong::NoEffect(field.kind));
    }
    if field.kind == FieldKind::Preset {
        if field.value.trim().is_empty() {
            checker.wrong(path, Wrong::NoValue);
        }
    } else {
        if !field.value.is_empty() {
            checker.wrong(format!("{path}.value"), Wrong::NoEffect(field.kind));
        }
        if !field.case.is_empty() {
            checker.wrong(format!("{path}.case"), Wrong::NoEffect(field.kind));
        }
    }
    for (at, case) in field.case.iter().enumerate() {
        checker.text(format!("{path}.case.{at}.value"), &case.value);
        when(checker, &format!("{path}.case.{at}.when"), &case.when, &field.key, sight);
    }
    if let Some(show) = &field.show {
        when(checker, &format!("{path}.show"), show, &field.key, sight);
    }
}

/// Choices, alternatives, reasons: each with a value of its own and words.
pub(super) fn choices(checker: &mut Checker, path: &str, all: &[Choice]) {
    checker.once(path, "value", all.iter().map(|choice| choice.value.as_str()));
    for (at, choice) in all.iter().enumerate() {
        checker.text(format!("{path}.{at}.value"), &choice.value);
        checker.text(format!("{path}.{at}.label"), &choice.label);
    }
}

/// A condition: what it looks at must be answered, and what it waits for must be among the answers.
fn when(checker: &mut Checker, path: &str, asked: &When, own: &str, sight: Sight) {
    if asked.is.is_empty() && asked.is_not.is_empty() {
        checker.wrong(path, Wrong::AsksNothing);
    }
    match values_of(checker, &asked.key, own, sight) {
        Err(wrong) => checker.wrong(format!("{path}.key"), wrong),
        Ok(None) => {}
        Ok(Some(offered)) => {
            for (list, values) in [("is", &asked.is), ("is_not", &asked.is_not)] {
                for (at, value) in values.iter().enumerate() {
                    // "" waits for a field that was left empty.
                    if !value.is_empty() && !offered.contains(value) {
                        let (key, value, offered) = (asked.key.clone(), value.clone(), offered.clone());
                        checker.wrong(format!("{path}.{list}.{at}"), Wrong::NeverAnswered { key, value, offered });
                    }
                }
            }
        }
    }
    if let Some(further) = &asked.and {
        when(checker, &format!("{path}.and"), further, own, sight);
    }
}

/// The values that a key can have; none where they cannot be told.
fn values_of(checker: &Checker, key: &str, own: &str, sight: Sight) -> Result<Option<Vec<String>>, Wrong> {
    let listed = |all: &[&str]| Some(all.iter().map(|value| (*value).to_owned()).collect());
    if key.starts_with(PLAN) {
        return match key {
            "plan.level" => Ok(listed(&["5", "4", "3", "2", "1", "special"])),
            "plan.kind" => {
                Ok(listed(&[PlanKind::LevelRecognition, PlanKind::SpecialCapability].map(|kind| kind.as_str())))
            }
            _ if PLAN_KEYS.contains(&key) => Ok(None),
            _ => Err(Wrong::NoPlanKey(key.into())),
        };
    }
    let profile = checker.profile;
    let entry = profile.entry.iter().flat_map(|entry| &entry.field);
    let all: Vec<&Field> = match sight {
        Sight::Entry => entry.collect(),
        Sight::All => entry.chain(profile.form.fields()).collect(),
    };
    match all.iter().find(|field| field.key == key && key != own) {
        None => {
            let like = all.iter().map(|field| field.key.as_str()).find(|other| *other != own && alike(other, key));
            Err(Wrong::NoField { key: key.into(), like: like.map(Into::into) })
        }
        Some(field) => match field.kind {
            FieldKind::PlanFact
            | FieldKind::AccountFact
            | FieldKind::Preset
            | FieldKind::Subjects
            | FieldKind::Jobs => Err(Wrong::NeverTyped(key.into())),
            FieldKind::YesNo => Ok(listed(&["yes", "no"])),
            FieldKind::Level => Ok(listed(&["5", "4", "3", "2", "1"])),
            FieldKind::Choice => Ok(Some(field.choices.iter().map(|choice| choice.value.clone()).collect())),
            _ => Ok(None),
        },
    }
}

/// Whether two words differ by one sign or by two signs that changed places, as mistakes of the hand do.
fn alike(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let before = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (rest_a, rest_b) = (&a[before..], &b[before..]);
    let after = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (left_a, left_b) = (&rest_a[..rest_a.len() - after], &rest_b[..rest_b.len() - after]);
    (left_a.len() <= 1 && left_b.len() <= 1)
        || (left_a.len() == 2 && left_b.len() == 2 && left_a[0] == left_b[1] && left_a[1] == left_b[0])
}

fn documents(checker: &mut Checker) {
    let profile = checker.profile;
    checker.once("document", "key", profile.document.iter().map(|document| document.key.as_str()));
    for (at, document) in profile.document.iter().enumerate() {
        let path = format!("document.{at}");
        checker.key(format!("{path}.key"), &document.key);
        checker.text(format!("{path}.label"), &document.label);
        checker.texts(&format!("{path}.examples"), &document.examples);
        if document.any_of.len() == 1 {
            checker.wrong(format!("{path}.any_of"), Wrong::TooFew(2));
        }
        choices(checker, &format!("{path}.any_of"), &document.any_of);
        let looked_up = &document.unless_looked_up;
        if !looked_up.is_empty() && profile.form.field(looked_up).is_none() {
            let like = profile.form.fields().map(|field| field.key.as_str()).find(|key| alike(key, looked_up));
            let wrong = Wrong::NoField { key: looked_up.clone(), like: like.map(Into::into) };
            checker.wrong(format!("{path}.unless_looked_up"), wrong);
        }
        if let Some(show) = &document.show {
            when(checker, &format!("{path}.show"), show, "", Sight::All);
        }
        checker.range(format!("{path}.max_files"), document.max_files.into(), 1, FILES_MAX);
        checker.range(format!("{path}.merged_bytes_less_than"), document.merged_bytes_less_than, 1024, MERGED_MAX);
        if document.file.formats.is_empty() {
            checker.wrong(format!("{path}.file.formats"), Wrong::TooFew(1));
        }
        if document.file.most_bytes() == Some(0) || document.file.max_pages == Some(0) {
            checker.wrong(format!("{path}.file"), Wrong::Contradicts("every file".into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn slips_of_the_hand_are_recognised() {
        assert!(alike("upgrade", "upgrad") && alike("source", "soruce") && alike("post", "pest"));
        assert!(!alike("source", "upgrade"));
    }
}
