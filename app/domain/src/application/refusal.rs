//! Why an act was refused: a list for each act.

use super::{Claim, StageName};
use crate::form::FieldFault;
use crate::profile::Gate;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

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
    /// The exam was sat, and its scores are out.
    #[error("scores are out")]
    Scored,
}
