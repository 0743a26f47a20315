//! Plans before and after they are public: the form that an agency files, who decides next, and what may still change.

mod amending;
mod fields;
mod read;
mod table;

pub use amending::{
    Affected, AffectedWhy, Amendment, AmendmentStage, Examination, NAMED_MAX, SettledBy, needs_approval,
};
pub use fields::{ASSESSOR_PARTS, FieldKind, FieldSpec, Section, field, fields, label};
pub use read::{clock_range, exams_of, fee_of, missing, tidy, times_of};

use crate::form::Answers;
use crate::timeline::TimeViolation;
use serde::{Deserialize, Serialize};

/// Most characters of a reason or an opinion.
pub const REASON_MAX: usize = 500;
/// Most rows of assessors on the form.
pub const ASSESSORS_MAX: usize = 30;

/// Where a plan stands between the agency and the offices above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanStage {
    /// The agency writes it.
    Draft,
    /// Filed; the centre examines it.
    AtCentre,
    /// The centre agreed; the authority decides.
    AtAuthority,
    /// Sent back to the agency with what is to be mended.
    Returned,
    /// The authority agreed; it can be published.
    Approved,
    /// Refused for good.
    Refused,
    /// Public; its dates are locked.
    Published,
    /// Called off; whoever had registered was told.
    Cancelled,
}

impl PlanStage {
    /// Every stage.
    pub const ALL: [PlanStage; 8] = [
        PlanStage::Draft,
        PlanStage::AtCentre,
        PlanStage::AtAuthority,
        PlanStage::Returned,
        PlanStage::Approved,
        PlanStage::Refused,
        PlanStage::Published,
        PlanStage::Cancelled,
    ];

    /// The word in the database and in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            PlanStage::Draft => "draft",
            PlanStage::AtCentre => "at_centre",
            PlanStage::AtAuthority => "at_authority",
            PlanStage::Returned => "returned",
            PlanStage::Approved => "approved",
            PlanStage::Refused => "refused",
            PlanStage::Published => "published",
            PlanStage::Cancelled => "cancelled",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        PlanStage::ALL.into_iter().find(|stage| stage.as_str() == word)
    }

    /// Whether the agency may still write in the form.
    pub const fn is_open(self) -> bool {
        matches!(self, PlanStage::Draft | PlanStage::Returned)
    }

    /// The desk at which it waits.
    pub const fn desk(self) -> Option<FilingDesk> {
        match self {
            PlanStage::AtCentre => Some(FilingDesk::Centre),
            PlanStage::AtAuthority => Some(FilingDesk::Authority),
            _ => None,
        }
    }
}

/// The two desks of 审核 and 审批, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilingDesk {
    /// 认定中心审核
    Centre,
    /// 人社部门审批
    Authority,
}

impl FilingDesk {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            FilingDesk::Centre => "centre",
            FilingDesk::Authority => "authority",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [FilingDesk::Centre, FilingDesk::Authority].into_iter().find(|desk| desk.as_str() == word)
    }
}

/// What a desk decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilingOutcome {
    /// 同意
    Approve,
    /// 退回修改
    Return,
    /// 不同意
    Refuse,
}

impl FilingOutcome {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            FilingOutcome::Approve => "approve",
            FilingOutcome::Return => "return",
            FilingOutcome::Refuse => "refuse",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [FilingOutcome::Approve, FilingOutcome::Return, FilingOutcome::Refuse]
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }

    /// Where the plan goes from a desk.
    pub const fn leads_to(self, desk: FilingDesk) -> PlanStage {
        match (self, desk) {
            (FilingOutcome::Approve, FilingDesk::Centre) => PlanStage::AtAuthority,
            (FilingOutcome::Approve, FilingDesk::Authority) => PlanStage::Approved,
            (FilingOutcome::Return, _) => PlanStage::Returned,
            (FilingOutcome::Refuse, _) => PlanStage::Refused,
        }
    }
}

/// The two public lists of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// 报名公示
    Roster,
    /// 成绩公示
    Scores,
}

impl NoticeKind {
    /// The word in the database and in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            NoticeKind::Roster => "roster",
            NoticeKind::Scores => "scores",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [NoticeKind::Roster, NoticeKind::Scores].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// One thing that is wrong with the form of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFault {
    /// The field.
    pub key: String,
    /// What is wrong.
    pub why: PlanFaultWhy,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlanFaultWhy {
    /// Nothing is there.
    Missing,
    /// No whole number within these bounds.
    NotANumber {
        /// Least.
        min: u32,
        /// Most.
        max: u32,
    },
    /// No amount such as 280 or 280.00, or more than allowed.
    NotMoney,
    /// No day such as 2027-01-17.
    NotADay,
    /// No time of day such as 09:00.
    NotAClock,
    /// No point of time.
    NotATime,
    /// It ends before it begins.
    EndsFirst,
    /// More characters than allowed.
    TooLong {
        /// Most.
        max: u32,
    },
    /// Not among what the agency is filed for, or not on that day.
    OutsideFiling,
    /// No such procedure, city or county.
    Unknown,
    /// Fewer invigilators than the rooms and people need: two a room, one for fifteen people.
    TooFewInvigilators {
        /// How many there must be.
        need: u32,
    },
    /// Assessors are at least three and odd in number.
    AssessorsOdd,
    /// An assessor without a card number.
    NoCard,
    /// A card number that another assessor has: a card belongs to one person.
    SameCard {
        /// The place of the one who has it first, from one.
        first: usize,
    },
    /// A rule of publishing, in its own words.
    Rule(String),
    /// Conditions that were written for the occupation or level of before.
    WrittenForAnother,
}

/// Why something could not be done with a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PlannerRefusal {
    /// The form is not complete.
    #[error("{} faults in the form", .0.len())]
    Faults(Vec<PlanFault>),
    /// The dates do not fit together.
    #[error("{} rules about dates are broken", .0.len())]
    Conflicts(Vec<TimeViolation>),
    /// A reason is needed.
    #[error("no reason")]
    NoReason,
    /// It stands elsewhere by now.
    #[error("not in this stage: {0:?}")]
    NotNow(PlanStage),
    /// It waits at the centre no more.
    #[error("not to be taken back in this stage: {0:?}")]
    NotTakenBack(PlanStage),
    /// Both desks cannot be the same person.
    #[error("the same person examined and decided")]
    SamePerson,
    /// Registration is over or has not begun: there is nothing to close.
    #[error("registration is not open")]
    NotOpen,
    /// Fewer seats than are taken.
    #[error("seats below what is taken")]
    SeatsTaken {
        /// Seats taken.
        taken: u32,
    },
    /// Nothing was changed.
    #[error("nothing changed")]
    Nothing,
    /// Another change of this plan waits for its approval.
    #[error("another amendment waits")]
    AmendmentWaits,
    /// A visit has as many photos as it may.
    #[error("more than {most} photos")]
    TooManyPhotos {
        /// Most.
        most: u32,
    },
    /// A visit is recorded once it was made.
    #[error("the visit of {on} lies ahead of {today}")]
    VisitAhead {
        /// The day of the record.
        on: chrono::NaiveDate,
        /// Today.
        today: chrono::NaiveDate,
    },
    /// No change of this plan waits.
    #[error("no amendment waits")]
    NoAmendment,
    /// Another occupation or level concerns people who have registered: whoever asks for it sees them first.
    #[error("{} go back, {} stay", .0.returned, .0.kept)]
    Affects(Examination),
    /// Occupation and level stay: something was done on their ground.
    #[error("occupation and level are settled by {0:?}")]
    Settled(SettledBy),
    /// People have registered elsewhere for the trade that it would become, in an overlapping window.
    #[error("{} people have registered for that trade elsewhere", .0.len())]
    SameTrade(Vec<String>),
    /// The exam is too near for anybody to answer.
    #[error("no time left to correct anything")]
    TooNear,
    /// The exam is over: the plan cannot be called off any more.
    #[error("the exam is over")]
    ExamOver,
    /// The list is public for too short a time.
    #[error("window too short")]
    WindowTooShort {
        /// Days asked for.
        need: u32,
        /// Days given.
        days: i64,
    },
    /// There is nobody to be listed, or scores are not released.
    #[error("nothing to publish")]
    NothingToShow,
    /// This list of the plan was opened already.
    #[error("the list is there already")]
    NoticeThere,
    /// The notice is not public now.
    #[error("the notice is over")]
    NoticeOver,
    /// Too many objections at once.
    #[error("too many objections")]
    Crowded,
    /// It was answered already.
    #[error("answered already")]
    Answered,
    /// An agency keeps its filing as long as plans stand on it.
    #[error("plans stand on this filing")]
    ScopeInUse,
}

/// What a form says, in the places where rules look.
pub fn seats_of(form: &Answers) -> u32 {
    form.get("seats").parse().unwrap_or(0)
}

/// Invigilators that a theory exam needs at least: two a room, and one for fifteen people (保育师 2021 标准 1.9.3).
pub fn invigilators_needed(rooms: u32, people: u32) -> u32 {
    rooms.saturating_mul(2).max(people.div_ceil(15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_desks_one_after_the_other() {
        assert_eq!(FilingOutcome::Approve.leads_to(FilingDesk::Centre), PlanStage::AtAuthority);
        assert_eq!(FilingOutcome::Approve.leads_to(FilingDesk::Authority), PlanStage::Approved);
        for desk in [FilingDesk::Centre, FilingDesk::Authority] {
            assert!(FilingOutcome::Return.leads_to(desk).is_open());
            assert_eq!(FilingOutcome::Refuse.leads_to(desk), PlanStage::Refused);
            assert_eq!(FilingDesk::parse(desk.as_str()), Some(desk));
        }
        assert!(PlanStage::ALL.iter().all(|stage| PlanStage::parse(stage.as_str()) == Some(*stage)));
    }

    #[test]
    fn a_room_has_two_invigilators_and_fifteen_people_one() {
        assert_eq!(
            [(1, 15), (1, 31), (2, 31), (4, 120)].map(|(rooms, people)| invigilators_needed(rooms, people)),
            [2, 3, 4, 8]
        );
    }
}
