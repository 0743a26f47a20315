//! 申报: its stages, who moves next, and every way forward and back.

use crate::form::FieldFault;
use crate::ids::StaffId;
use crate::profile::EditUntil;
use crate::profile::Gate;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

mod amended;
pub mod axes;
pub mod printing;
pub mod progress;

pub use amended::{Anew, AskedAnew};

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

/// Why an act of the applicant was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SubmitRefusal {
    /// The window has closed.
    #[error("registration closed")]
    WindowClosed {
        /// Last second of the window.
        closed: Timestamp,
    },
    /// The window has not opened.
    #[error("registration not open yet")]
    NotOpenYet {
        /// First moment of the window.
        opens: Timestamp,
    },
    /// Every seat is taken.
    #[error("no seats left of {capacity}")]
    Full {
        /// Seats of the plan.
        capacity: u32,
    },
    /// The plan was called off.
    #[error("plan called off")]
    PlanCancelled,
    /// No photo.
    #[error("no photo attached")]
    PhotoMissing,
    /// Answers are missing or wrong.
    #[error("{} faults in the form", .0.len())]
    FormFaults(Vec<FieldFault>),
    /// Required documents are missing, by label.
    #[error("{} documents missing", .0.len())]
    DocumentsMissing(Vec<String>),
    /// Not signed.
    #[error("not signed")]
    NotSigned,
    /// The answers changed after signing, so the pledge must be signed again.
    #[error("signed before the last change")]
    SignedOtherText,
    /// It is not a draft and not returned.
    #[error("already submitted or closed")]
    NotADraft(StageName),
    /// The deadline for corrections is over.
    #[error("correction deadline passed")]
    CorrectionOver {
        /// When it ended.
        until: Timestamp,
    },
    /// The returned items have not been touched, by label.
    #[error("returned items unchanged")]
    NothingCorrected,
    /// People like this one register elsewhere.
    #[error("wrong place")]
    WrongPlace {
        /// Why not here.
        text: String,
        /// Where to go instead.
        go: String,
    },
    /// The notice was not confirmed.
    #[error("notice not confirmed")]
    NoticeUnread,
    /// No site was chosen.
    #[error("no site chosen")]
    SiteMissing,
    /// Every seat of the chosen site is taken.
    #[error("no seats left of {capacity} at the site")]
    SiteFull {
        /// Name of the site.
        site: String,
        /// Its seats.
        capacity: u32,
    },
    /// Texts that were not agreed to, by title.
    #[error("{} texts not agreed to", .0.len())]
    ConsentMissing(Vec<String>),
}

/// Why an application cannot be started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum StartRefusal {
    /// The window has closed.
    #[error("registration closed")]
    WindowClosed {
        /// Last second of the window.
        closed: Timestamp,
    },
    /// The window has not opened.
    #[error("registration not open yet")]
    NotOpenYet {
        /// First moment of the window.
        opens: Timestamp,
    },
    /// 「同一时间段不能报考同一工种」: another application of this person for the same trade overlaps.
    #[error("same trade in an overlapping window")]
    SameTrade {
        /// The other application.
        other: crate::ids::ApplicationId,
        /// Name of its plan.
        plan: String,
        /// When it was begun.
        since: Timestamp,
        /// Its stage.
        stage: StageName,
    },
    /// Whoever wants this plan registers elsewhere.
    #[error("wrong place")]
    WrongPlace {
        /// Why not here.
        text: String,
        /// Where to go instead.
        go: String,
    },
    /// Something must be ready first.
    #[error("{} things not ready", missing.len())]
    NotReady {
        /// What, in order.
        missing: Vec<Gate>,
    },
}

/// Why a site cannot be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SiteRefusal {
    /// The plan has no such site.
    #[error("no such site")]
    Unknown,
    /// Every seat there is taken.
    #[error("no seats left of {capacity} at the site")]
    Full {
        /// Name of the site.
        site: String,
        /// Its seats.
        capacity: u32,
    },
    /// Registration has closed.
    #[error("registration closed")]
    WindowClosed {
        /// Last second of the window.
        closed: Timestamp,
    },
    /// A reviewer is at work on it.
    #[error("a reviewer has claimed it")]
    Claimed {
        /// When the hold ends.
        until: Timestamp,
    },
    /// It is decided or closed.
    #[error("decided already")]
    Decided(StageName),
}

/// Why an act of a reviewer was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ReviewRefusal {
    /// It is not waiting for review.
    #[error("not under review but {}", .0.as_str())]
    NotUnderReview(StageName),
    /// A colleague holds it.
    #[error("claimed by a colleague")]
    ClaimedBy(Claim),
    /// No hold, or it ran out.
    #[error("not claimed by you")]
    NotClaimed,
    /// A return without a remark.
    #[error("no remark")]
    NoRemark,
    /// A rejection without grounds.
    #[error("no grounds")]
    NoGrounds,
    /// A deadline in the past or later than the plan allows.
    #[error("deadline out of bounds")]
    DeadlineOutOfBounds {
        /// Earliest allowed.
        earliest: Timestamp,
        /// Latest allowed.
        latest: Timestamp,
    },
    /// A reopening of something that is not decided.
    #[error("nothing to reopen")]
    NothingToReopen(StageName),
    /// The rules of this case do not all pass, so it cannot be approved in bulk.
    #[error("rules do not all pass")]
    RulesNotPassed,
    /// Seats ran out while it was rejected or withdrawn.
    #[error("no seats left of {capacity}")]
    Full {
        /// Seats of the plan.
        capacity: u32,
    },
    /// Originals that nobody has looked at yet, by label.
    #[error("{} originals unchecked", .0.len())]
    OriginalsUnchecked(Vec<String>),
    /// Opinions that the form still misses, by heading.
    #[error("{} opinions missing", .0.len())]
    OpinionsMissing(Vec<String>),
    /// The plan has no approved application that waits for filing.
    #[error("nothing to file")]
    NothingToFile,
    /// Nothing of the plan was filed.
    #[error("nothing was filed")]
    NothingFiled,
    /// It stands on a list that was filed: that is taken back first.
    #[error("filed already")]
    FiledAlready,
    /// No case of one's own agency under this number.
    #[error("no such case")]
    NoSuchCase,
}

/// Why a withdrawal was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum WithdrawRefusal {
    /// A reviewer is at work on it.
    #[error("a reviewer has claimed it")]
    Claimed {
        /// When the hold ends.
        until: Timestamp,
    },
    /// It has ended already.
    #[error("already closed")]
    AlreadyClosed(StageName),
    /// It was decided, or handed in again after corrections: no changes any more.
    #[error("no changes any more")]
    NoMoreChanges(StageName),
    /// Registration has closed: a draft could not be handed in again.
    #[error("registration closed")]
    WindowClosed {
        /// When it closed.
        closed: Timestamp,
    },
    /// It stands on a list that was filed with the authority.
    #[error("filed with the authority")]
    Filed,
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
