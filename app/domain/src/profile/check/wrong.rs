//! What can be wrong with a profile that can be read: each fault with what would be right.

use crate::form::FieldKind;
use crate::profile::Step;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A fault and its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Keys and positions from the top, with dots: `form.section.0.field.3.show.key`.
    pub path: String,
    /// What is wrong there.
    pub wrong: Wrong,
}

/// What a step needs of the rest of the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// `[entry]`
    Entry,
    /// `notice`, or the note of the notice step.
    Notice,
    /// `[site]` with its words.
    Site,
    /// A document that is handed in as a file.
    Document,
    /// `signature = "screen"`
    Screen,
    /// A field of the form.
    Field,
}

impl Part {
    /// As the file writes it.
    pub fn written(self) -> &'static str {
        match self {
            Part::Entry => "[entry] with title, field and refusal",
            Part::Notice => "notice = [\"…\"], or the note of that step",
            Part::Site => "[site] with title and reviewer_label",
            Part::Document => "a [[document]] that is handed in as a file",
            Part::Screen => "signature = \"screen\"",
            Part::Field => "a [[form.section.field]]",
        }
    }
}

/// What is wrong, and in the English text what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum Wrong {
    /// A text that must say something.
    #[error("is empty: write it, or remove the key where it is optional")]
    Empty,
    /// Letters that a name may not have.
    #[error("{0:?} is no key: small letters, digits and {1}, beginning with a letter")]
    NotAKey(String, String),
    /// The same twice.
    #[error("{0} is there twice: keep one, or give the other another key")]
    Twice(String),
    /// A number outside its limits.
    #[error("is {measured}, must be {least} to {most}")]
    OutOfRange {
        /// As written.
        measured: u64,
        /// Least that makes sense.
        least: u64,
        /// Most that makes sense.
        most: u64,
    },
    /// A smaller one is above a larger one.
    #[error("is {measured}, but {other} is {limit}: make it at most that")]
    Above {
        /// As written.
        measured: String,
        /// The other key.
        other: String,
        /// Its value.
        limit: String,
    },
    /// Every procedure has these steps.
    #[error("the step {} is missing: every procedure has form, photo and preview", .0.slug())]
    StepMissing(Step),
    /// A step in the wrong place.
    #[error("the step {} must be the {}", .0.slug(), if *.1 { "first" } else { "last" })]
    StepPlace(Step, bool),
    /// A step without what it shows.
    #[error("the step {} needs {}", .0.slug(), .1.written())]
    StepNeeds(Step, Part),
    /// Something that no step shows.
    #[error("is never shown: add the step {} to wizard, or remove this", .0.slug())]
    NeedsStep(Step),
    /// A condition on a field that is not there.
    #[error("looks at {key}, which is no field here{}", match .like { Some(like) => format!("; perhaps {like}"), None => String::new() })]
    NoField {
        /// The key looked at.
        key: String,
        /// A field that is called nearly so.
        like: Option<String>,
    },
    /// A condition on a field that nobody answers.
    #[error("looks at {0}, which is shown and never answered; for the plan write plan.level or plan.kind")]
    NeverTyped(String),
    /// A condition on something that plans do not have.
    #[error("plans have no {0}; there are {known}", known = super::super::PLAN_KEYS.join(", "))]
    NoPlanKey(String),
    /// A value that the field looked at can never have.
    #[error("waits for {key} = {value}, which cannot be answered; there are {}", .offered.join(", "))]
    NeverAnswered {
        /// The field.
        key: String,
        /// The value waited for.
        value: String,
        /// Its values.
        offered: Vec<String>,
    },
    /// A condition that says nothing.
    #[error("asks nothing: add is = [\"…\"] or is_not = [\"…\"]")]
    AsksNothing,
    /// A fact that plan or account do not know.
    #[error("no such fact; there are {}", .0.join(", "))]
    NoFact(Vec<String>),
    /// A choice without choices.
    #[error("a choice needs choices = [{{ value = \"…\", label = \"…\" }}]")]
    NoChoices,
    /// A key that its kind of field does not read.
    #[error("has no effect on a field of kind {}: remove it, or change kind", kind_word(*.0))]
    NoEffect(FieldKind),
    /// A preset with a gap.
    #[error("has no value where no case holds: add value = \"…\"")]
    NoValue,
    /// A field of the wrong kind.
    #[error("{key} is of kind {}, must be {}", kind_word(*.is), kind_word(*.must))]
    Kind {
        /// The field.
        key: String,
        /// Its kind.
        is: FieldKind,
        /// What is needed.
        must: FieldKind,
    },
    /// A list that is too short.
    #[error("needs at least {0}")]
    TooFew(usize),
    /// A placeholder that nothing fills in.
    #[error("{{{name}}} is never filled in; there are {}", .known.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(" "))]
    Placeholder {
        /// As written.
        name: String,
        /// What can be filled in.
        known: Vec<String>,
    },
    /// A placeholder that must be there.
    #[error("needs {{{0}}}")]
    NeedsPlaceholder(String),
    /// A key that another one calls for.
    #[error("{0} calls for it: set it, or change {0}")]
    CalledFor(String),
    /// Two settings that cannot both hold.
    #[error("contradicts {0}: no one could satisfy both")]
    Contradicts(String),
    /// A document that is not there.
    #[error("{0} is no [[document]]")]
    NoDocument(String),
    /// A remark on something that is not there.
    #[error("{0} is no target: photo, signature, field:KEY or document:KEY")]
    NoTarget(String),
    /// Not a telephone number.
    #[error("{0:?} is no telephone number: 5 to 20 digits, with hyphens or spaces between")]
    Phone(String),
    /// Not a level.
    #[error("{0} is no level: 5, 4, 3, 2 or 1")]
    Level(String),
}

/// The word of a kind in a profile.
pub fn kind_word(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::PlanFact => "plan_fact",
        FieldKind::AccountFact => "account_fact",
        FieldKind::Preset => "preset",
        FieldKind::Subjects => "subjects",
        FieldKind::Text => "text",
        FieldKind::LongText => "long_text",
        FieldKind::PersonName => "person_name",
        FieldKind::Mobile => "mobile",
        FieldKind::CreditCode => "credit_code",
        FieldKind::Years => "years",
        FieldKind::Date => "date",
        FieldKind::YesNo => "yes_no",
        FieldKind::Choice => "choice",
        FieldKind::Level => "level",
        FieldKind::CertificateNo => "certificate_no",
        FieldKind::Condition => "condition",
        FieldKind::Jobs => "jobs",
    }
}
