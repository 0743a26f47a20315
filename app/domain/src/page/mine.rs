//! What candidates see of their own applications.

use crate::application::progress::Progress;
use crate::application::{Stage, Target};
use crate::form::Answers;
use crate::ids::ApplicationId;
use crate::page::wizard::{FileKept, PhotoKept, SignatureKept};
use crate::plan::Plan;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One line of 我的报名.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyApplication {
    /// Id.
    pub id: ApplicationId,
    /// 报名号, or empty for a draft.
    pub number: String,
    /// Title of the plan.
    pub plan_title: String,
    /// 职业（工种）
    pub trade: String,
    /// 等级, short.
    pub level: String,
    /// 机构
    pub agency_name: String,
    /// Where it stands, derived.
    pub progress: Progress,
    /// When it was begun.
    pub since: Timestamp,
}

/// 我的报名: what waits for me comes first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mine {
    /// Server time.
    pub now: Timestamp,
    /// Applications, those that wait for the applicant first, then the newest.
    pub applications: Vec<MyApplication>,
}

/// One application, whole, as its applicant may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyCase {
    /// The line.
    pub line: MyApplication,
    /// Server time.
    pub now: Timestamp,
    /// The plan.
    pub plan: Plan,
    /// Stage with its facts (remarks, grounds, deadlines).
    pub stage: Stage,
    /// Label of every target that a remark names.
    pub labels: Vec<(Target, String)>,
    /// While returned: what has been corrected so far.
    pub corrected: Vec<Target>,
    /// Answers with their verbatim labels, as frozen (or as they stand, for a draft).
    pub answers: Vec<(String, String)>,
    /// Raw answers.
    pub raw: Answers,
    /// The photo.
    pub photo: Option<PhotoKept>,
    /// Evidence.
    pub files: Vec<FileKept>,
    /// Signature.
    pub signature: Option<SignatureKept>,
    /// What happened, oldest first.
    pub timeline: Vec<Happening>,
    /// Days within which an answer may be expected.
    pub answer_days: u32,
}

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What; the sentence is made by `app::wording`.
    pub what: What,
    /// Who: a name of staff (for staff only), or empty.
    pub who: String,
    /// Further words: remarks, grounds, reasons.
    pub text: String,
}

/// Events of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The draft was begun.
    Started,
    /// A photo was uploaded.
    PhotoKept,
    /// A file was added.
    FileAdded,
    /// A file was removed.
    FileRemoved,
    /// It was signed.
    Signed,
    /// It was submitted.
    Submitted,
    /// A submission was taken back into a draft.
    Undone,
    /// It was withdrawn.
    Withdrawn,
    /// A reviewer took it.
    Claimed,
    /// A reviewer let it go.
    Released,
    /// A member of staff opened the full case.
    Opened,
    /// A full identity or mobile number was shown to staff.
    Revealed,
    /// It was approved.
    Approved,
    /// It was returned.
    Returned,
    /// It was rejected.
    Rejected,
    /// A decision was taken back.
    Reopened,
}

impl What {
    /// Every event.
    pub const ALL: [What; 16] = [
        What::Started,
        What::PhotoKept,
        What::FileAdded,
        What::FileRemoved,
        What::Signed,
        What::Submitted,
        What::Undone,
        What::Withdrawn,
        What::Claimed,
        What::Released,
        What::Opened,
        What::Revealed,
        What::Approved,
        What::Returned,
        What::Rejected,
        What::Reopened,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            What::Started => "started",
            What::PhotoKept => "photo_kept",
            What::FileAdded => "file_added",
            What::FileRemoved => "file_removed",
            What::Signed => "signed",
            What::Submitted => "submitted",
            What::Undone => "undone",
            What::Withdrawn => "withdrawn",
            What::Claimed => "claimed",
            What::Released => "released",
            What::Opened => "opened",
            What::Revealed => "revealed",
            What::Approved => "approved",
            What::Returned => "returned",
            What::Rejected => "rejected",
            What::Reopened => "reopened",
        }
    }

    /// Reads the word of the database.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.as_str() == word)
    }

    /// Whether the applicant sees it in the timeline (staff see everything).
    pub fn for_applicant(self) -> bool {
        !matches!(
            self,
            What::Opened | What::Revealed | What::Released | What::FileAdded | What::FileRemoved | What::PhotoKept
        )
    }
}
