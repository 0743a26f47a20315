//! Why a condition is not (yet) met, with the measured and the needed value.

use super::facts::{EducationKind, StudyStatus, TitleRank};
use crate::occupation::SkillLevel;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One missing piece of a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Fewer distinct months of work than needed.
    WorkMonthsShort {
        /// Months counted.
        have: u32,
        /// Months needed.
        need: u32,
        /// Only work since this day counts (the day of a certificate or title).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<NaiveDate>,
    },
    /// No month of work in this occupation or a related one.
    NoWorkInScope,
    /// Too young.
    AgeShort {
        /// Full years on the day that counts.
        have: i32,
        /// Full years needed.
        need: u8,
    },
    /// The date of birth is not known.
    BirthUnknown,
    /// The apprenticeship is not over.
    ApprenticeshipNotCompleted,
    /// No certificate at all.
    CertMissing {
        /// The lowest level that would do.
        need: SkillLevel,
    },
    /// A certificate of another occupation.
    CertOccupationOutOfScope {
        /// The occupation it names.
        occ: String,
    },
    /// A certificate of too low a level.
    CertLevelTooLow {
        /// Its level.
        have: SkillLevel,
        /// The lowest level that would do.
        need: SkillLevel,
    },
    /// A certificate issued after the day that counts.
    CertAfterAsOf {
        /// The day it was issued.
        date: NaiveDate,
    },
    /// A certificate or title has not been held long enough.
    AnniversaryNotReached {
        /// The day it will have been.
        reached_on: NaiveDate,
    },
    /// No title at all.
    TitleMissing {
        /// The lowest rank that would do.
        need: TitleRank,
    },
    /// A title of too low a rank.
    TitleRankTooLow {
        /// Its rank.
        have: TitleRank,
        /// The lowest rank that would do.
        need: TitleRank,
    },
    /// A title granted after the day that counts.
    TitleAfterAsOf {
        /// The day it was granted.
        date: NaiveDate,
    },
    /// A reviewer has to say whether the title belongs to this occupation.
    TitleMatchUnknown,
    /// The title does not belong to this occupation.
    TitleNotMatching,
    /// No schooling at all.
    EduMissing,
    /// A kind of school the condition does not name.
    EduKindNotListed {
        /// The kind of school.
        kind: EducationKind,
    },
    /// A class the condition does not name.
    EduClassNotListed {
        /// The class, if any.
        have: Option<String>,
    },
    /// No diploma yet.
    EduNotGraduated {
        /// How far the course has come.
        status: StudyStatus,
    },
    /// No list of majors is loaded, so a reviewer has to decide.
    MajorListNotConfigured {
        /// The major studied.
        major: Option<String>,
    },
    /// The major is in neither list of the standard.
    MajorNotInList {
        /// The major studied.
        major: Option<String>,
    },
    /// Whether the course is 经评估论证 is not known.
    AssessedUnknown,
    /// The course is not 经评估论证.
    NotAssessed,
    /// Not a pupil of the schools and classes the condition names.
    NotEnrolled,
}

impl Reason {
    /// The code under which the reason is stored.
    pub const fn code(&self) -> &'static str {
        match self {
            Reason::WorkMonthsShort { .. } => "work_months_short",
            Reason::NoWorkInScope => "no_work_in_scope",
            Reason::AgeShort { .. } => "age_short",
            Reason::BirthUnknown => "birth_unknown",
            Reason::ApprenticeshipNotCompleted => "apprenticeship_not_completed",
            Reason::CertMissing { .. } => "cert_missing",
            Reason::CertOccupationOutOfScope { .. } => "cert_occupation_out_of_scope",
            Reason::CertLevelTooLow { .. } => "cert_level_too_low",
            Reason::CertAfterAsOf { .. } => "cert_after_as_of",
            Reason::AnniversaryNotReached { .. } => "anniversary_not_reached",
            Reason::TitleMissing { .. } => "title_missing",
            Reason::TitleRankTooLow { .. } => "title_rank_too_low",
            Reason::TitleAfterAsOf { .. } => "title_after_as_of",
            Reason::TitleMatchUnknown => "title_match_unknown",
            Reason::TitleNotMatching => "title_not_matching",
            Reason::EduMissing => "edu_missing",
            Reason::EduKindNotListed { .. } => "edu_kind_not_listed",
            Reason::EduClassNotListed { .. } => "edu_class_not_listed",
            Reason::EduNotGraduated { .. } => "edu_not_graduated",
            Reason::MajorListNotConfigured { .. } => "major_list_not_configured",
            Reason::MajorNotInList { .. } => "major_not_in_list",
            Reason::AssessedUnknown => "assessed_unknown",
            Reason::NotAssessed => "not_assessed",
            Reason::NotEnrolled => "not_enrolled",
        }
    }
}
