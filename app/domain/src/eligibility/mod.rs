//! 申报条件: which conditions of an occupational standard a person meets on a given day.
//!
//! The rules suggest; the applicant chooses one condition and a person decides. A fact that only
//! a reviewer can settle gives [`Outcome::Unknown`], which never passes by itself.

mod evaluate;
mod facts;
mod reason;
mod standard;

pub use evaluate::{EARLIEST_HORIZON_YEARS, full_years, plus_years, work_months};
pub use facts::{
    ApplicantFacts, CertificateFact, Education, EducationKind, Job, StudyStatus, TitleFact, TitleRank, YearMonth,
    YearMonthFault,
};
pub use reason::Reason;
pub use standard::{AsOf, EligibilityCondition, ExamSubject, MajorScope, Node, OccupationalStandard, Scope, proof};

use crate::occupation::SkillLevel;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A three-valued answer; `No < Unknown < Yes`, so "and" is the minimum and "or" the maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// Not met.
    #[serde(rename = "false")]
    No,
    /// A reviewer has to decide.
    #[serde(rename = "unknown")]
    Unknown,
    /// Met.
    #[serde(rename = "true")]
    Yes,
}

/// What the rules say about one numbered condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionVerdict {
    /// The number of the condition within its level, as printed in the standard.
    pub no: u8,
    /// Whether the facts meet it.
    pub outcome: Outcome,
    /// What is missing, with measured and needed values; empty when it is met.
    pub reasons: Vec<Reason>,
    /// First day it is met if current jobs go on and nothing else changes; `None` when that
    /// lies more than [`EARLIEST_HORIZON_YEARS`] ahead.
    pub earliest: Option<NaiveDate>,
    /// Keys of the proofs this condition asks for, see [`proof`].
    pub evidence: Vec<String>,
}

/// Judges every condition of `level`, in the standard's order; empty when the standard does not
/// have this level.
pub fn judge(
    standard: &OccupationalStandard,
    level: SkillLevel,
    as_of: NaiveDate,
    facts: &ApplicantFacts,
) -> Vec<ConditionVerdict> {
    standard.conditions(level).iter().map(|condition| judge_condition(standard, condition, as_of, facts)).collect()
}

/// Judges one condition.
fn judge_condition(
    standard: &OccupationalStandard,
    condition: &EligibilityCondition,
    as_of: NaiveDate,
    facts: &ApplicantFacts,
) -> ConditionVerdict {
    let (outcome, reasons) = evaluate::evaluate(standard, &condition.when, as_of, facts);
    let earliest = match outcome {
        Outcome::Yes => Some(as_of),
        _ => evaluate::earliest(standard, &condition.when, as_of, facts),
    };
    ConditionVerdict { no: condition.no, outcome, reasons, earliest, evidence: condition.proofs() }
}

/// Whether any condition is met.
pub fn any_true(verdicts: &[ConditionVerdict]) -> bool {
    verdicts.iter().any(|verdict| verdict.outcome == Outcome::Yes)
}

/// Whether only a reviewer can tell: nothing is met, something is unknown.
pub fn needs_reviewer(verdicts: &[ConditionVerdict]) -> bool {
    !any_true(verdicts) && verdicts.iter().any(|verdict| verdict.outcome == Outcome::Unknown)
}
