//! 意见栏: what the training unit and the agency say on the form.

use crate::application::ReviewRefusal;
use crate::form::Answers;
use crate::ids::{ApplicationId, FileId};
use crate::profile::Opinion;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How an opinion is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seal {
    /// Not yet.
    #[default]
    None,
    /// 电子印章: drawn with the name of the agency.
    Electronic,
    /// A scan of the stamped paper.
    Scan,
}

impl Seal {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Seal::None => "none",
            Seal::Electronic => "electronic",
            Seal::Scan => "scan",
        }
    }

    /// Reads the word of the database.
    pub fn parse(word: &str) -> Option<Self> {
        [Seal::None, Seal::Electronic, Seal::Scan].into_iter().find(|seal| seal.as_str() == word)
    }
}

/// An opinion of the form, with what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpinionKept {
    /// What the procedure asks.
    pub asked: Opinion,
    /// What was filled in.
    pub fields: Answers,
    /// The opinion in words.
    pub text: String,
    /// Who wrote it, and when; none when nobody has.
    pub by: Option<(String, Timestamp)>,
    /// How it is sealed.
    pub seal: Seal,
    /// The scan of the seal.
    pub seal_file: Option<FileId>,
}

impl OpinionKept {
    /// Whether nothing is missing any more: it was written, and sealed where a seal belongs there.
    pub fn is_complete(&self) -> bool {
        self.by.is_some() && (!self.asked.seal || self.seal != Seal::None)
    }
}

/// What is written under many cases at once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OpinionTyped {
    /// What was filled in.
    pub fields: Answers,
    /// The opinion in words.
    pub text: String,
    /// Whether the electronic seal goes under it.
    pub electronic: bool,
}

/// Cases of one plan, with their opinions, to write many at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpinionDesk {
    /// Server time.
    pub now: Timestamp,
    /// Plans of one's agency whose procedure has opinions: id and title.
    pub plans: Vec<(crate::ids::PlanId, String)>,
    /// What the chosen plan's procedure asks.
    pub asked: Vec<Opinion>,
    /// Cases that wait: id, number, name, and the keys of the opinions that are complete.
    pub cases: Vec<(ApplicationId, String, String, Vec<String>)>,
}

/// What came of writing under many cases.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OpinionsWritten {
    /// Written.
    pub written: u32,
    /// Left alone, each with the reason.
    pub refused: Vec<(ApplicationId, ReviewRefusal)>,
}
