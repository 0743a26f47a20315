//! Forms as data: which questions a procedure asks, when, and what counts as an answer.
//!
//! Answers are a flat map from key to text, because that is what a form without script sends.
//! A repeated group uses numbered keys: `jobs.0.from`, `jobs.1.from`.

use crate::id_document::IdKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub mod check;

/// What was typed, key by key. An absent key and an empty text mean the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, String>);

impl Answers {
    /// The trimmed text of `key`, or "".
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", |text| text.trim())
    }

    /// Keeps `value` under `key`; an empty value forgets the key.
    pub fn set(&mut self, key: &str, value: &str) {
        if value.trim().is_empty() {
            self.0.remove(key);
        } else {
            self.0.insert(key.to_owned(), value.trim().to_owned());
        }
    }

    /// Whether something was answered under `key`.
    pub fn has(&self, key: &str) -> bool {
        !self.get(key).is_empty()
    }

    /// Highest used row of the repeated group `name`, as a count: `jobs.2.from` makes 3.
    pub fn rows(&self, name: &str) -> usize {
        self.0
            .keys()
            .filter_map(|key| key.strip_prefix(name)?.strip_prefix('.')?.split('.').next()?.parse::<usize>().ok())
            .map(|row| row + 1)
            .max()
            .unwrap_or(0)
    }
}

/// A form: sections in order, each with its fields.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Sections in the order they are asked.
    #[serde(default)]
    pub section: Vec<Section>,
}

impl Form {
    /// All fields in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.section.iter().flat_map(|section| section.field.iter())
    }

    /// The field of that key.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields().find(|field| field.key == key)
    }
}

/// A group of questions under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Stable name, used in addresses (`#work`).
    pub key: String,
    /// Heading.
    pub title: String,
    /// A line under the heading.
    #[serde(default)]
    pub hint: String,
    /// Asked only when this holds; otherwise every field of it is not applicable.
    #[serde(default)]
    pub show: Option<When>,
    /// Questions in order.
    #[serde(default)]
    pub field: Vec<Field>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Key of the field dictionary (`name`, `id_no`, `prior_level`, …).
    pub key: String,
    /// The verbatim label of the procedure.
    pub label: String,
    /// What kind of answer is expected.
    pub kind: FieldKind,
    /// Whether an answer is needed where the field is shown. Required is the norm and unmarked.
    #[serde(default = "yes")]
    pub required: bool,
    /// A line under the label.
    #[serde(default)]
    pub hint: String,
    /// Asked only when this holds; otherwise stored as not applicable.
    #[serde(default)]
    pub show: Option<When>,
    /// The official value that stands in exports where the field does not apply (「无工作单位」, 「0」, 「无」, 「否」).
    #[serde(default)]
    pub not_applicable: String,
    /// Values of a choice, in order.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// Longest text in characters; 0 means the kind's own limit.
    #[serde(default)]
    pub max: u32,
    /// What the browser may fill in (`name`, `tel`, `street-address`, …).
    #[serde(default)]
    pub autocomplete: String,
    /// Value of a preset field where no case holds.
    #[serde(default)]
    pub value: String,
    /// Values of a preset field by condition; the first that holds counts.
    #[serde(default)]
    pub case: Vec<Case>,
}

impl Field {
    /// The value of a preset field under these answers.
    pub fn preset(&self, answers: &Answers) -> &str {
        self.case.iter().find(|case| case.when.holds(answers)).map_or(self.value.as_str(), |case| case.value.as_str())
    }

    /// Whether its value is given and not typed: facts of plan and account, and presets.
    pub fn is_given(&self) -> bool {
        matches!(self.kind, FieldKind::PlanFact | FieldKind::AccountFact | FieldKind::Preset)
    }
}

/// A value that a preset field has under a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The condition.
    pub when: When,
    /// The value.
    pub value: String,
}

fn yes() -> bool {
    true
}

/// A value to choose, and the words for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// A line under it.
    #[serde(default)]
    pub hint: String,
}

/// The kinds of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A fact of the plan (occupation, level, …): shown, never asked.
    PlanFact,
    /// A fact of the account (name, identity number, …): shown with its source, changed in the profile.
    AccountFact,
    /// Fixed by the procedure: shown, never asked.
    Preset,
    /// One or more subjects of the exam, as numbered keys `KEY.0`, `KEY.1` holding their names.
    Subjects,
    /// One line of text.
    Text,
    /// Several lines.
    LongText,
    /// A name of a person.
    PersonName,
    /// A mobile number of the mainland.
    Mobile,
    /// 统一社会信用代码.
    CreditCode,
    /// Whole years, 0 to 60.
    Years,
    /// A day.
    Date,
    /// 是 / 否.
    YesNo,
    /// One of `choices`.
    Choice,
    /// A level of an earlier certificate, 5 to 1.
    Level,
    /// A certificate number; unusual forms are a warning.
    CertificateNo,
    /// The condition that the applicant claims: number of one of the plan's conditions.
    Condition,
    /// Work periods: rows `KEY.n.occ`, `KEY.n.from`, `KEY.n.to` (empty = until now).
    Jobs,
}

/// A condition on other answers. All parts must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The key looked at.
    pub key: String,
    /// Holds when the answer is one of these.
    #[serde(default)]
    pub is: Vec<String>,
    /// Holds when the answer is none of these.
    #[serde(default)]
    pub is_not: Vec<String>,
    /// A further condition that must hold too.
    #[serde(default)]
    pub and: Option<Box<When>>,
}

impl When {
    /// Whether the condition holds for these answers.
    ///
    /// A condition without a key looks at nothing and holds.
    pub fn holds(&self, answers: &Answers) -> bool {
        let value = answers.get(&self.key);
        (self.is.is_empty() || self.is.iter().any(|wanted| wanted == value))
            && !self.is_not.iter().any(|unwanted| unwanted == value)
            && self.and.as_ref().is_none_or(|further| further.holds(answers))
    }
}

/// Whether `field` is asked under these answers: its own condition and its section's.
pub fn is_asked(form: &Form, field: &Field, answers: &Answers) -> bool {
    let section_shown = form
        .section
        .iter()
        .find(|section| section.field.iter().any(|other| other.key == field.key))
        .and_then(|section| section.show.as_ref())
        .is_none_or(|when| when.holds(answers));
    section_shown && field.show.as_ref().is_none_or(|when| when.holds(answers))
}

/// What is wrong with one answer. The sentence is made by `app::wording`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// The field, or the row of a group (`jobs.1.to`).
    pub key: String,
    /// Its label, so that the sentence can name it.
    pub label: String,
    /// What is wrong.
    pub problem: Problem,
}

/// Faults of a single answer, each with what was measured and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// Nothing was answered.
    Missing,
    /// Longer than allowed, in characters.
    TooLong {
        /// Characters typed.
        length: u32,
        /// Characters allowed.
        limit: u32,
    },
    /// Shorter than allowed, in characters.
    TooShort {
        /// Characters typed.
        length: u32,
        /// Characters needed.
        needed: u32,
    },
    /// Not one of the offered values.
    NotOffered,
    /// Not a whole number of years between 0 and `limit`.
    NotYears {
        /// Most years allowed.
        limit: u32,
    },
    /// Not a day of the calendar.
    NotADate,
    /// A day that lies ahead.
    InFuture,
    /// An end before its beginning.
    BeforeStart,
    /// Before the person was born: a slip in the year, which would else count as decades of work.
    BeforeBirth,
    /// A name with characters that names do not have.
    Name(crate::contact::NameFault),
    /// Not a mobile number.
    Mobile(crate::contact::MobileFault),
    /// Not a valid identity number.
    Id(crate::id_document::IdFault),
    /// Not a valid credit code.
    CreditCode(crate::credit_code::CreditCodeFault),
    /// The two passwords differ.
    PasswordsDiffer,
    /// The password is among the most guessed, or holds the identity or mobile number.
    PasswordGuessable,
    /// A field that this form does not have.
    Unknown,
    /// Consent was not given.
    NotAgreed,
    /// Levels are taken one by one.
    Ladder(crate::profile::LadderFault),
    /// More subjects than a resit has.
    TooManySubjects {
        /// Subjects chosen.
        chosen: u32,
        /// Subjects allowed.
        limit: u32,
    },
    /// Not one of the subjects that were failed.
    NotFailed,
}

/// The kinds of identity document that a sign-up offers, in order.
pub const OFFERED_ID_KINDS: [IdKind; 9] = [
    IdKind::Resident,
    IdKind::HongKongMacaoResidence,
    IdKind::TaiwanResidence,
    IdKind::HongKongMacaoPass,
    IdKind::TaiwanPass,
    IdKind::ForeignerPermanent2023,
    IdKind::ForeignerPermanent2017,
    IdKind::ChinesePassport,
    IdKind::ForeignPassport,
];
