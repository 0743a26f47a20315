//! 申报: its stages, who moves next, and every way forward and back.

use crate::ids::StaffId;
use crate::profile::EditUntil;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

mod amended;
pub mod axes;
pub mod printing;
pub mod progress;
mod refusal;

pub use amended::{Anew, AskedAnew};
pub use refusal::{ReviewRefusal, SiteRefusal, StartRefusal, SubmitRefusal, WithdrawRefusal};

/// Where an application stands. A stage carries the facts that made it true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// 草稿
    Draft,
    /// 待审核
    Submitted {
        /// When it was (last) submitted.
        at: Timestamp,
        /// How often it was submitted; the first time is 1.
        round: u32,
    },
    /// 退回补正
    Returned {
        /// When it was returned.
        at: Timestamp,
        /// Until when the corrections must be in.
        until: Timestamp,
        /// What must be corrected, item by item.
        remarks: Vec<Remark>,
        /// The round that was returned.
        round: u32,
    },
    /// 审核通过
    Approved {
        /// When it was approved.
        at: Timestamp,
    },
    /// 审核不通过
    Rejected {
        /// When it was rejected.
        at: Timestamp,
        /// Why; never empty.
        grounds: Grounds,
    },
    /// 已撤回
    Withdrawn {
        /// When the applicant withdrew.
        at: Timestamp,
    },
}

/// The names of the stages, as they are stored and filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    /// 草稿
    Draft,
    /// 待审核
    Submitted,
    /// 退回补正
    Returned,
    /// 审核通过
    Approved,
    /// 审核不通过
    Rejected,
    /// 已撤回
    Withdrawn,
}

impl StageName {
    /// Every stage, in the order of an application's life.
    pub const ALL: [StageName; 6] = [
        StageName::Draft,
        StageName::Submitted,
        StageName::Returned,
        StageName::Approved,
        StageName::Rejected,
        StageName::Withdrawn,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            StageName::Draft => "draft",
            StageName::Submitted => "submitted",
            StageName::Returned => "returned",
            StageName::Approved => "approved",
            StageName::Rejected => "rejected",
            StageName::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word of the database.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == word)
    }
}

/// One thing to correct: a field, a document, the photo or the signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// What it is about.
    pub on: Target,
    /// What the reviewer says; empty only where the plan itself asks.
    pub text: String,
    /// Where the plan asks, because it examines something else now.
    #[serde(default)]
    pub anew: Option<Anew>,
}

/// What a remark is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The photo.
    Photo,
    /// A field of the form, by key.
    Field(String),
    /// A required document, by key.
    Document(String),
    /// The signature.
    Signature,
}

impl Target {
    /// `photo`, `signature`, `field:address`, `document:evidence`: how a form sends it.
    pub fn as_text(&self) -> String {
        match self {
            Target::Photo => "photo".into(),
            Target::Signature => "signature".into(),
            Target::Field(key) => format!("field:{key}"),
            Target::Document(key) => format!("document:{key}"),
        }
    }

    /// Reads what [`Target::as_text`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text == "photo" => Some(Target::Photo),
            None if text == "signature" => Some(Target::Signature),
            Some(("field", key)) if !key.is_empty() => Some(Target::Field(key.into())),
            Some(("document", key)) if !key.is_empty() => Some(Target::Document(key.into())),
            _ => None,
        }
    }
}

/// Why an application was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grounds {
    /// Key of a reason of the profile's list, or "" for own words.
    pub code: String,
    /// The words that the applicant reads; never empty.
    pub text: String,
}

/// Who has to do something next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Party {
    /// 申报人
    Applicant,
    /// 审核员
    Reviewer,
    /// Whoever pays.
    Payer,
    /// Nobody: it has ended.
    Nobody,
}

/// A reviewer's hold on a case: others see it and wait until it expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Who holds it.
    pub by: StaffId,
    /// Their name, for colleagues.
    pub name: String,
    /// When the hold ends by itself.
    pub until: Timestamp,
}

impl Stage {
    /// The name under which it is stored.
    pub fn name(&self) -> StageName {
        match self {
            Stage::Draft => StageName::Draft,
            Stage::Submitted { .. } => StageName::Submitted,
            Stage::Returned { .. } => StageName::Returned,
            Stage::Approved { .. } => StageName::Approved,
            Stage::Rejected { .. } => StageName::Rejected,
            Stage::Withdrawn { .. } => StageName::Withdrawn,
        }
    }

    /// Who moves next.
    pub fn awaits(&self) -> Party {
        match self {
            Stage::Draft | Stage::Returned { .. } => Party::Applicant,
            Stage::Submitted { .. } => Party::Reviewer,
            Stage::Approved { .. } => Party::Payer,
            Stage::Rejected { .. } | Stage::Withdrawn { .. } => Party::Nobody,
        }
    }

    /// Whether it takes a seat and blocks a second application.
    pub fn holds_seat(&self) -> bool {
        matches!(self, Stage::Submitted { .. } | Stage::Returned { .. } | Stage::Approved { .. })
    }

    /// 提交: the first time from a draft, again after corrections.
    pub fn submit(self, at: Timestamp) -> Result<Stage, SubmitRefusal> {
        match self {
            Stage::Draft => Ok(Stage::Submitted { at, round: 1 }),
            Stage::Returned { until, .. } if at > until => Err(SubmitRefusal::CorrectionOver { until }),
            Stage::Returned { round, .. } => Ok(Stage::Submitted { at, round: round + 1 }),
            other => Err(SubmitRefusal::NotADraft(other.name())),
        }
    }

    /// Takes a submission back into a draft: as long as nobody has begun to review it, or until the decision
    /// where the procedure allows that.
    pub fn undo(self, claim: Option<&Claim>, edit_until: EditUntil, at: Timestamp) -> Result<Stage, WithdrawRefusal> {
        match (self, claim) {
            (Stage::Submitted { .. }, Some(claim)) if claim.until > at && edit_until == EditUntil::Claim => {
                Err(WithdrawRefusal::Claimed { until: claim.until })
            }
            (Stage::Submitted { round: 1, .. }, _) => Ok(Stage::Draft),
            (other, _) => Err(WithdrawRefusal::NoMoreChanges(other.name())),
        }
    }

    /// 撤回: gives the application up; the seat becomes free.
    pub fn withdraw(
        self,
        claim: Option<&Claim>,
        edit_until: EditUntil,
        at: Timestamp,
    ) -> Result<Stage, WithdrawRefusal> {
        match (self, claim) {
            (Stage::Submitted { .. }, Some(claim)) if claim.until > at && edit_until == EditUntil::Claim => {
                Err(WithdrawRefusal::Claimed { until: claim.until })
            }
            (closed @ (Stage::Rejected { .. } | Stage::Withdrawn { .. }), _) => {
                Err(WithdrawRefusal::AlreadyClosed(closed.name()))
            }
            _ => Ok(Stage::Withdrawn { at }),
        }
    }

    /// 通过.
    pub fn approve(self, at: Timestamp) -> Result<Stage, ReviewRefusal> {
        match self {
            Stage::Submitted { .. } => Ok(Stage::Approved { at }),
            other => Err(ReviewRefusal::NotUnderReview(other.name())),
        }
    }

    /// 退回补正: needs at least one remark with words, and a deadline ahead.
    pub fn return_for_correction(
        self,
        remarks: Vec<Remark>,
        until: Timestamp,
        latest: Timestamp,
        at: Timestamp,
    ) -> Result<Stage, ReviewRefusal> {
        let Stage::Submitted { round, .. } = self else {
            return Err(ReviewRefusal::NotUnderReview(self.name()));
        };
        if remarks.is_empty() || remarks.iter().any(|remark| remark.text.trim().is_empty()) {
            return Err(ReviewRefusal::NoRemark);
        }
        if until <= at || until > latest {
            return Err(ReviewRefusal::DeadlineOutOfBounds { earliest: at, latest });
        }
        Ok(Stage::Returned { at, until, remarks, round })
    }

    /// 不通过: impossible without words that the applicant can read.
    pub fn reject(self, grounds: Grounds, at: Timestamp) -> Result<Stage, ReviewRefusal> {
        match self {
            Stage::Submitted { .. } if grounds.text.trim().is_empty() => Err(ReviewRefusal::NoGrounds),
            Stage::Submitted { .. } => Ok(Stage::Rejected { at, grounds }),
            other => Err(ReviewRefusal::NotUnderReview(other.name())),
        }
    }

    /// 恢复: takes a decision back; the reason is kept in the history.
    pub fn reopen(self, round: u32, at: Timestamp) -> Result<Stage, ReviewRefusal> {
        match self {
            Stage::Approved { .. } | Stage::Rejected { .. } | Stage::Returned { .. } => {
                Ok(Stage::Submitted { at, round })
            }
            other => Err(ReviewRefusal::NothingToReopen(other.name())),
        }
    }
}
