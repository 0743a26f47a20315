//! Name, steps and what each step shows.

use super::wrong::{Part, Wrong};
use super::{Checker, is_key};
use crate::profile::{SignatureMode, Source, Step};

pub(super) fn check(checker: &mut Checker) {
    let profile = checker.profile;
    if !is_key(&profile.name, "-") || profile.name.ends_with('-') || profile.name.len() > 40 {
        checker.wrong("name", Wrong::NotAKey(profile.name.clone(), "-".into()));
    }
    checker.range("version", profile.version.into(), 1, 1_000_000);
    checker.text("title", &profile.title);
    order(checker);
    shown(checker);
    words(checker);
}

fn order(checker: &mut Checker) {
    let wizard = &checker.profile.wizard;
    checker.once("wizard", "", wizard.iter().map(|step| step.slug()));
    for step in [Step::Form, Step::Photo, Step::Preview] {
        if !wizard.contains(&step) {
            checker.wrong("wizard", Wrong::StepMissing(step));
        }
    }
    if let Some(at) = wizard.iter().position(|step| *step == Step::Entry)
        && at > 0
    {
        // Nobody shall fill a form in the wrong place.
        checker.wrong(format!("wizard.{at}"), Wrong::StepPlace(Step::Entry, true));
    }
    if let Some(at) = wizard.iter().position(|step| *step == Step::Preview)
        && at + 1 < wizard.len()
    {
        checker.wrong(format!("wizard.{at}"), Wrong::StepPlace(Step::Preview, false));
    }
}

/// Steps without their part, and parts without their step.
fn shown(checker: &mut Checker) {
    let profile = checker.profile;
    let has = |step: Step| profile.wizard.contains(&step);
    let place = |step: Step| match profile.wizard.iter().position(|other| *other == step) {
        Some(at) => format!("wizard.{at}"),
        None => "wizard".into(),
    };
    let files = profile.document.iter().any(|document| document.source != Source::Paper);
    let site = &profile.site;
    let screen = profile.signature == SignatureMode::Screen;
    let needs = [
        (Step::Entry, Part::Entry, profile.entry.is_some()),
        (Step::Notice, Part::Notice, !(profile.notice.is_empty() && profile.step_note(Step::Notice).is_empty())),
        (Step::Site, Part::Site, !(site.title.is_empty() || site.reviewer_label.is_empty())),
        (Step::Documents, Part::Document, files),
        (Step::Sign, Part::Screen, screen),
        (Step::Form, Part::Field, profile.form.fields().next().is_some()),
    ];
    for (step, part, there) in needs {
        if has(step) && !there {
            checker.wrong(place(step), Wrong::StepNeeds(step, part));
        }
    }
    let unshown = [
        (Step::Entry, "entry", profile.entry.is_some()),
        (Step::Site, "site", !(site.title.is_empty() && site.reviewer_label.is_empty() && site.note.is_empty())),
        (Step::Sign, "signature", screen),
    ];
    for (step, path, there) in unshown {
        if there && !has(step) {
            checker.wrong(path, Wrong::NeedsStep(step));
        }
    }
}

fn words(checker: &mut Checker) {
    let profile = checker.profile;
    checker.once("step", "at", profile.step.iter().map(|words| words.at.slug()));
    for (at, words) in profile.step.iter().enumerate() {
        if !profile.wizard.contains(&words.at) {
            checker.wrong(format!("step.{at}.at"), Wrong::NeedsStep(words.at));
        }
        if words.title.is_empty() && words.note.is_empty() {
            checker.wrong(format!("step.{at}"), Wrong::Empty);
        }
        checker.texts(&format!("step.{at}.note"), &words.note);
    }
    checker.texts("notice", &profile.notice);
}
