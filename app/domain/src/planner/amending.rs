//! 变更 of a public plan: what the desks approved is changed with their approval alone; the rest by notice.

use super::{FilingDesk, Section, field};
use crate::application::StageName;
use crate::ids::ApplicationId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What was approved beside the dates: place and time of both exams, and what is examined.
const APPROVED: [&str; 12] = [
    "scope",
    "conditions",
    "county",
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

/// Most people of an examination that are named.
pub const NAMED_MAX: usize = 200;

/// What another occupation, trade or level means for those who have registered, before it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Examination {
    /// Their applications go back to be corrected and signed again.
    pub returned: u32,
    /// Their applications stay as they are.
    pub kept: u32,
    /// Who, those first that go back; at most [`NAMED_MAX`].
    pub people: Vec<Affected>,
    /// Stands for exactly this outcome: who asks for the change has seen it.
    pub token: String,
}

/// One who has registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// Their application.
    pub id: ApplicationId,
    /// 报名号
    pub number: String,
    /// 姓名
    pub name: String,
    /// Where it stands now.
    pub stage: StageName,
    /// Why it goes back; empty where it stays.
    pub why: Vec<AffectedWhy>,
}

/// Why an application cannot stay as it was handed in. One application is for one occupation and one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AffectedWhy {
    /// It was handed in for another level.
    Level,
    /// It was handed in for another occupation.
    Occupation,
    /// The condition that was claimed reads otherwise now, or is gone.
    Condition,
    /// By what was handed in, the condition that was claimed is not met for certain.
    NotShown,
    /// The form asks for something else now.
    Form,
    /// Other documents are needed.
    Documents,
}

/// What has been done on the ground of the occupation and the level: from then on both stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SettledBy {
    /// The list of the approved went to the authority.
    Filed,
    /// A public list was opened.
    Notice,
    /// People have seats.
    Seats,
    /// Tickets were drawn.
    Tickets,
    /// Scores were entered.
    Scores,
    /// Certificates were given.
    Certificates,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_approved_is_approved_again_and_the_rest_is_told() {
        for key in ["county", "site", "theory_on", "skill_place", "reg_close", "score_pub_end", "scope", "conditions"] {
            assert!(needs_approval(key), "{key}");
        }
        for key in ["contact", "contact_phone", "instructions", "seats", "theory_head", "paper_due", "textbook"] {
            assert!(!needs_approval(key), "{key}");
        }
    }
}
