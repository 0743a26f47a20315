//! "No" is a value: one list of every refusal that can reach a person.

use crate::account::{MergeRefusal, RecoveryRefusal, SignInRefusal, SignUpRefusal, WayRefusal};
use crate::application::printing::PrintRefusal;
use crate::application::{ReviewRefusal, SiteRefusal, StartRefusal, SubmitRefusal, WithdrawRefusal};
use crate::certificate::CertificateRefusal;
use crate::form::FieldFault;
use crate::knowing::SamplingRefusal;
use crate::message::MessageRefusal;
use crate::page::collecting::{ConfirmRefusal, LookupRefusal};
use crate::page::rooms::SeatingRefusal;
use crate::page::roster::RosterRefusal;
use crate::page::scores::ScoreRefusal;
use crate::paper::PaperFault;
use crate::payment::PaymentRefusal;
use crate::photo::PhotoFault;
use crate::places::PlaceRefusal;
use crate::planner::PlannerRefusal;
use crate::roster::FileRefusal;
use serde::{Deserialize, Serialize};

/// Every refusal. `app::wording` has a sentence for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// Signing up.
    #[error("sign-up: {0}")]
    SignUp(#[from] SignUpRefusal),
    /// Signing in.
    #[error("sign-in: {0}")]
    SignIn(#[from] SignInRefusal),
    /// Another way to sign in.
    #[error("way: {0}")]
    Way(#[from] WayRefusal),
    /// Setting a forgotten password anew.
    #[error("recovery: {0}")]
    Recovery(#[from] RecoveryRefusal),
    /// Merging two accounts.
    #[error("merge: {0}")]
    Merge(#[from] MergeRefusal),
    /// Starting an application.
    #[error("start: {0}")]
    Start(#[from] StartRefusal),
    /// Submitting.
    #[error("submit: {0}")]
    Submit(#[from] SubmitRefusal),
    /// Withdrawing or undoing.
    #[error("withdraw: {0}")]
    Withdraw(#[from] WithdrawRefusal),
    /// Choosing a site.
    #[error("site: {0}")]
    Site(#[from] SiteRefusal),
    /// Reviewing.
    #[error("review: {0}")]
    Review(#[from] ReviewRefusal),
    /// Answers that cannot be kept (unknown fields, absurd lengths).
    #[error("{} answers cannot be kept", .0.len())]
    Answers(Vec<FieldFault>),
    /// A photo that cannot be used.
    #[error("photo: {} faults", .0.len())]
    Photo(Vec<PhotoFault>),
    /// A file that cannot be used.
    #[error("file: {} faults", .0.len())]
    Paper(Vec<PaperFault>),
    /// Uploading.
    #[error("upload: {0}")]
    Upload(#[from] UploadRefusal),
    /// Confirming collected data.
    #[error("confirm: {0}")]
    Confirm(#[from] ConfirmRefusal),
    /// Looking a certificate up.
    #[error("lookup: {0}")]
    Lookup(#[from] LookupRefusal),
    /// Paying, and giving back.
    #[error("payment: {0}")]
    Payment(#[from] PaymentRefusal),
    /// Printing.
    #[error("print: {0}")]
    Print(#[from] PrintRefusal),
    /// Signing.
    #[error("signature: {0}")]
    Signature(#[from] SignatureRefusal),
    /// A file that is no sheet.
    #[error("sheet: {0}")]
    Sheet(#[from] FileRefusal),
    /// Rosters.
    #[error("roster: {0}")]
    Roster(#[from] RosterRefusal),
    /// Writing, filing and changing a plan.
    #[error("plan: {0}")]
    Planner(#[from] PlannerRefusal),
    /// Scores.
    #[error("scores: {0}")]
    Scores(#[from] ScoreRefusal),
    /// Joining and leaving a waiting list.
    #[error("places: {0}")]
    Places(#[from] PlaceRefusal),
    /// Rooms, seats, tickets, attendance.
    #[error("seating: {0}")]
    Seating(#[from] SeatingRefusal),
    /// Certificates.
    #[error("certificates: {0}")]
    Certificates(#[from] CertificateRefusal),
    /// Drawing a sampling list.
    #[error("sampling: {0}")]
    Sampling(#[from] SamplingRefusal),
    /// Messages.
    #[error("messages: {0}")]
    Messages(#[from] MessageRefusal),
}

/// A file of several that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRefused {
    /// Its name on the device.
    pub name: String,
    /// Why.
    pub why: Box<Refusal>,
}

/// Why an upload was refused before its content mattered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum UploadRefusal {
    /// More bytes than any rule allows.
    #[error("too large")]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// No file was chosen.
    #[error("no file")]
    NoFile,
    /// The connection ended early, or the form was malformed.
    #[error("broken off")]
    BrokenOff,
    /// This requirement has its most files already.
    #[error("too many files")]
    TooMany {
        /// Files allowed.
        limit: u32,
    },
    /// Merged, the files would exceed the limit.
    #[error("merged too large")]
    MergedTooLarge {
        /// Bytes that the merged file would have.
        bytes: u64,
        /// Bytes allowed (strictly less).
        limit: u64,
    },
    /// Of several files some were not kept.
    #[error("{} of {} files refused", .refused.len(), .refused.len() + .kept.len())]
    Partly {
        /// Those that were not.
        refused: Vec<FileRefused>,
        /// Names of those that were.
        kept: Vec<String>,
    },
    /// The application no longer takes changes of this kind.
    #[error("not open for changes")]
    NotOpen,
    /// The procedure has no such document.
    #[error("no such document")]
    UnknownDocument,
    /// The virus scanner found something.
    #[error("infected")]
    Infected,
    /// The virus scanner does not answer, and nothing is kept without it.
    #[error("not scanned")]
    NotScanned,
    /// Between these corners lies no paper, or the file is no picture.
    #[error("cannot be straightened")]
    NotStraightened,
}

/// Why a signature was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SignatureRefusal {
    /// The link was used or has expired.
    #[error("link expired or used")]
    LinkOver,
    /// Nothing was drawn.
    #[error("nothing drawn")]
    Empty,
    /// Not a picture of a signature.
    #[error("not a signature picture")]
    NotAPicture,
    /// The pledge was not agreed to.
    #[error("not agreed")]
    NotAgreed,
}
