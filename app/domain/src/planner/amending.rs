//! 变更 of a public plan: what the desks approved is changed with their approval alone; the rest by notice.

use super::{FilingDesk, Section, field};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What was approved beside the dates: place and time of both exams, and what is examined.
const APPROVED: [&str; 10] = [
    "scope",
    "site",
    "theory_on",
    "theory_from",
    "theory_to",
    "theory_place",
    "skill_on",
    "skill_from",
    "skill_to",
    "skill_place",
];
/// Dates that are the agency's own business with its offices.
const OWN: [&str; 3] = ["eform_due", "paper_due", "plan_filed"];

/// Whether a change of this field needs the approval of both desks again: dates, places, occupation and level.
/// Contacts, numbers of people and texts are told, not approved (认定方案审批（备案）表: 经同意后方可实施).
pub fn needs_approval(key: &str) -> bool {
    let date = field(key).is_some_and(|field| field.section == Section::Dates) && !OWN.contains(&key);
    date || APPROVED.contains(&key)
}

/// Where an amendment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmendmentStage {
    /// The centre examines it.
    AtCentre,
    /// The centre agreed; the authority decides.
    AtAuthority,
    /// Both agreed: the plan was changed.
    Approved,
    /// A desk refused: the plan stays as it was.
    Refused,
    /// The agency took it back.
    Withdrawn,
}

impl AmendmentStage {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            AmendmentStage::AtCentre => "at_centre",
            AmendmentStage::AtAuthority => "at_authority",
            AmendmentStage::Approved => "approved",
            AmendmentStage::Refused => "refused",
            AmendmentStage::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        use AmendmentStage::{Approved, AtAuthority, AtCentre, Refused, Withdrawn};
        [AtCentre, AtAuthority, Approved, Refused, Withdrawn].into_iter().find(|stage| stage.as_str() == word)
    }

    /// The desk at which it waits.
    pub const fn desk(self) -> Option<FilingDesk> {
        match self {
            AmendmentStage::AtCentre => Some(FilingDesk::Centre),
            AmendmentStage::AtAuthority => Some(FilingDesk::Authority),
            _ => None,
        }
    }
}

/// An amendment with what was said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// Id.
    pub id: String,
    /// Where it stands.
    pub stage: AmendmentStage,
    /// Counts every decision; a page shows the revision that it was drawn from.
    pub revision: i64,
    /// What would change, field by field: 考试地点：A → B.
    pub changes: String,
    /// 变更原因
    pub reason: String,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What the desks said: which, whether approved, words, by whom, when.
    pub opinions: Vec<(FilingDesk, bool, String, String, Timestamp)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_approved_is_approved_again_and_the_rest_is_told() {
        for key in ["site", "theory_on", "skill_place", "reg_close", "score_pub_end", "scope"] {
            assert!(needs_approval(key), "{key}");
        }
        for key in ["contact", "contact_phone", "instructions", "seats", "theory_head", "paper_due", "textbook"] {
            assert!(!needs_approval(key), "{key}");
        }
    }
}
