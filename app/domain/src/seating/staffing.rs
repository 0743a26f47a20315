//! Who watches over a room: invigilators in proportion to the people, assessors in an odd number with a valid card.
//! Source: the duties of exam days as agencies publish them (at least one invigilator for 15 people and two in a
//! room; at least three assessors and odd; card number; nobody judges people of their own unit).

use crate::time::Timestamp;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// People that one invigilator watches over at most.
pub const PEOPLE_PER_INVIGILATOR: u32 = 15;
/// Fewest invigilators of a room.
pub const LEAST_INVIGILATORS: u32 = 2;
/// Fewest assessors of a room.
pub const LEAST_ASSESSORS: u32 = 3;

/// What somebody does in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 监考员
    Invigilator,
    /// 考评员
    Assessor,
}

impl Duty {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Duty::Invigilator => "invigilator",
            Duty::Assessor => "assessor",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Duty::Invigilator, Duty::Assessor].into_iter().find(|duty| duty.as_str() == word)
    }
}

/// Somebody on duty in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeper {
    /// 姓名
    pub name: String,
    /// 工作单位
    pub unit: String,
    /// What they do.
    pub duty: Duty,
    /// 考评员证号; empty for invigilators.
    pub card_no: String,
    /// Last day on which the card is valid.
    pub card_until: Option<NaiveDate>,
}

/// A room during a session, as its staff is judged.
#[derive(Debug, Clone, Default)]
pub struct Watch<'a> {
    /// Whether marks are given on the spot: then assessors are needed, else invigilators.
    pub assessed: bool,
    /// People in the room.
    pub people: u32,
    /// Their units, each with how many people.
    pub units: Vec<(&'a str, u32)>,
    /// The day.
    pub day: NaiveDate,
    /// Begin and end.
    pub span: (Timestamp, Timestamp),
    /// Who is on duty.
    pub keepers: Vec<&'a Keeper>,
    /// Names on duty in other rooms at that time, with the room.
    pub elsewhere: Vec<(&'a str, &'a str)>,
    /// Who is on duty for other plans at that time.
    pub other_plans: Vec<&'a Busy>,
}

/// Somebody on duty for another plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Busy {
    /// 姓名; empty where the plan is another agency's: names are not unique beyond one.
    pub name: String,
    /// 考评员证号; empty for invigilators.
    pub card_no: String,
    /// Title of the plan.
    pub plan: String,
    /// Begin and end.
    pub span: (Timestamp, Timestamp),
}

impl Busy {
    /// Whether this is the same person, by name or by the number of the card.
    fn is(&self, keeper: &Keeper) -> bool {
        let same = |one: &str, other: &str| !one.trim().is_empty() && one.trim() == other.trim();
        same(&self.name, &keeper.name) || same(&self.card_no, &keeper.card_no)
    }
}

/// What is wrong with the staff of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StaffingFault {
    /// 监考员 too few.
    FewInvigilators {
        /// There.
        have: u32,
        /// Needed.
        need: u32,
    },
    /// 考评员 too few.
    FewAssessors {
        /// There.
        have: u32,
        /// Needed.
        need: u32,
    },
    /// An even number of assessors cannot settle a difference.
    EvenAssessors {
        /// There.
        have: u32,
    },
    /// An assessor without the number of a card.
    NoCard {
        /// Who.
        name: String,
    },
    /// The card has run out on the day.
    CardOver {
        /// Who.
        name: String,
        /// Its last day; none where it is not known.
        until: Option<NaiveDate>,
    },
    /// An assessor of the unit of people in the room.
    OwnUnit {
        /// Who.
        name: String,
        /// The unit.
        unit: String,
        /// People of it in the room.
        people: u32,
    },
    /// On duty in another room at the same time.
    Elsewhere {
        /// Who.
        name: String,
        /// The other room.
        room: String,
    },
    /// On duty for another plan at the same time.
    OtherPlan {
        /// Who.
        name: String,
        /// Title of the other plan.
        plan: String,
    },
}

/// Invigilators that a room with so many people needs.
pub fn invigilators_for(people: u32) -> u32 {
    people.div_ceil(PEOPLE_PER_INVIGILATOR).max(LEAST_INVIGILATORS)
}

/// Everything that is wrong with the staff of a room; nothing for an empty room.
pub fn staffing(watch: &Watch<'_>) -> Vec<StaffingFault> {
    let mut faults = Vec::new();
    if watch.people == 0 {
        return faults;
    }
    let count = |duty: Duty| {
        let there = watch.keepers.iter().filter(|keeper| keeper.duty == duty).count();
        u32::try_from(there).unwrap_or(u32::MAX)
    };
    if watch.assessed {
        let have = count(Duty::Assessor);
        if have < LEAST_ASSESSORS {
            faults.push(StaffingFault::FewAssessors { have, need: LEAST_ASSESSORS });
        } else if have % 2 == 0 {
            faults.push(StaffingFault::EvenAssessors { have });
        }
    } else {
        let (have, need) = (count(Duty::Invigilator), invigilators_for(watch.people));
        if have < need {
            faults.push(StaffingFault::FewInvigilators { have, need });
        }
    }
    for keeper in &watch.keepers {
        if keeper.duty == Duty::Assessor {
            assessor(keeper, watch, &mut faults);
        }
        if let Some((_, room)) = watch.elsewhere.iter().find(|(name, _)| *name == keeper.name) {
            faults.push(StaffingFault::Elsewhere { name: keeper.name.clone(), room: (*room).to_owned() });
        }
        if let Some(busy) = watch.other_plans.iter().find(|busy| busy.is(keeper)) {
            faults.push(StaffingFault::OtherPlan { name: keeper.name.clone(), plan: busy.plan.clone() });
        }
    }
    faults
}

fn assessor(keeper: &Keeper, watch: &Watch<'_>, faults: &mut Vec<StaffingFault>) {
    let name = || keeper.name.clone();
    if keeper.card_no.trim().is_empty() {
        faults.push(StaffingFault::NoCard { name: name() });
    } else if keeper.card_until.is_none_or(|until| until < watch.day) {
        faults.push(StaffingFault::CardOver { name: name(), until: keeper.card_until });
    }
    let own = watch.units.iter().find(|(unit, _)| !unit.is_empty() && *unit == keeper.unit);
    if let Some((unit, people)) = own {
        faults.push(StaffingFault::OwnUnit { name: name(), unit: (*unit).to_owned(), people: *people });
    }
}
