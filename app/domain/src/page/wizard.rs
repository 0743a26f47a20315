//! What the wizard shows and sends.

use crate::application::{Stage, Target};
use crate::eligibility::{ApplicantFacts, ConditionVerdict};
use crate::form::Answers;
use crate::ids::{ApplicationId, FileId, Revision, SignatureRequestId, SiteId};
use crate::plan::{Plan, Site};
use crate::profile::{Consent, Profile, Step};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that the wizard's pages need, in one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Id.
    pub id: ApplicationId,
    /// 报名号, given at the first submission; empty before.
    pub number: String,
    /// Where it stands. The wizard edits drafts and, item by item, returned applications.
    pub stage: Stage,
    /// Counts changes of the answers; sent back with every save.
    pub revision: Revision,
    /// When the answers were last saved.
    pub saved_at: Timestamp,
    /// Server time of this answer.
    pub now: Timestamp,
    /// The plan, as of now.
    pub plan: Plan,
    /// The procedure, as frozen with the plan.
    pub profile: Profile,
    /// Answers so far, account facts included under their keys.
    pub answers: Answers,
    /// Facts for the eligibility check: from the check before signing up, and from the answers. No step shows
    /// them: they stay on the server.
    #[serde(skip)]
    pub facts: ApplicantFacts,
    /// One verdict per condition of the plan.
    pub verdicts: Vec<ConditionVerdict>,
    /// The photo.
    pub photo: Option<PhotoKept>,
    /// An earlier photo of this person that fits this plan and can be taken over.
    pub earlier_photo: Option<FileId>,
    /// Files handed in, in order, per requirement.
    pub files: Vec<FileKept>,
    /// The signature, if it is still for these answers.
    pub signature: Option<SignatureKept>,
    /// True when a signature exists but the answers changed afterwards.
    pub signature_outdated: bool,
    /// While returned: what may be changed. Empty means everything.
    pub open_targets: Vec<Target>,
    /// While returned: which of them have been changed since.
    pub corrected: Vec<Target>,
    /// Steps before and beside the form that are done: who may enter, the notice, the site.
    pub passed: Vec<Step>,
    /// Sites of the plan with the seats of now, in order; empty when it has only one place.
    pub sites: Vec<Site>,
    /// The chosen site.
    pub site: Option<SiteId>,
    /// Texts agreed to.
    pub agreed: Vec<Agreed>,
    /// Which of several proofs was handed in, by key of the document.
    pub proofs: BTreeMap<String, String>,
    /// Fields that the lookup of certificates filled, and nobody changed since.
    pub looked_up: Vec<String>,
    /// Subjects that this person may sit again; empty where none was failed.
    pub failed: Vec<String>,
    /// Subjects of this application: those of the plan, or of the resit.
    pub subjects: Vec<String>,
}

impl Draft {
    /// Whether the consent of that key was given to the text as it reads now.
    pub fn has_agreed(&self, consent: &Consent) -> bool {
        self.agreed.iter().any(|given| given.key == consent.key && given.version == consent.version)
    }

    /// The chosen site, whole.
    pub fn site_chosen(&self) -> Option<&Site> {
        self.sites.iter().find(|site| Some(site.id) == self.site)
    }

    /// Whether `target` may be changed now.
    pub fn may_change(&self, target: &Target) -> bool {
        match &self.stage {
            Stage::Draft => true,
            Stage::Returned { .. } => self.open_targets.contains(target),
            _ => false,
        }
    }

    /// Files of one requirement, in order.
    pub fn files_of<'a>(&'a self, requirement: &'a str) -> impl Iterator<Item = &'a FileKept> {
        self.files.iter().filter(move |file| file.requirement == requirement)
    }
}

/// A text that was agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// Key of the consent.
    pub key: String,
    /// Version of the text.
    pub version: u32,
    /// When.
    pub at: Timestamp,
}

/// The photo of an application: the picture in use, its measures, and what a person will look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoKept {
    /// The picture that is used.
    pub file: FileId,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Size in bytes.
    pub bytes: u64,
    /// Points that a person will look at (codes of [`crate::photo::ReviewPoint`] and warnings).
    pub points: Vec<String>,
    /// When it was uploaded.
    pub at: Timestamp,
    /// Taken over from the candidate's own photo or from an earlier application: when that one was uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_over: Option<Timestamp>,
}

/// The photo that a candidate keeps for all applications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MasterPhoto {
    /// The picture that is used.
    pub file: FileId,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Size in bytes.
    pub bytes: u64,
    /// Points worth telling (codes of [`crate::photo::ReviewPoint`] and warnings).
    pub points: Vec<String>,
    /// When it was uploaded.
    pub at: Timestamp,
}

/// A kept evidence file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileKept {
    /// Id.
    pub id: FileId,
    /// Key of the requirement.
    pub requirement: String,
    /// The name it had on the applicant's device.
    pub name: String,
    /// `pdf`, `jpeg` or `png`.
    pub format: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Pages; 1 for a picture.
    pub pages: u32,
    /// When it was uploaded.
    pub at: Timestamp,
    /// The virus scanner did not answer when it was kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unscanned: bool,
}

/// The signature under the pledge of an application, and where it was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureKept {
    /// The picture of the signature.
    pub file: FileId,
    /// When it was signed.
    pub at: Timestamp,
    /// Signed on another screen (by QR) rather than on this one.
    pub by_phone: bool,
}

/// The outcome of saving answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Saved {
    /// Kept.
    Kept {
        /// The new revision.
        revision: Revision,
        /// When.
        at: Timestamp,
        /// Verdicts for the new answers.
        verdicts: Vec<ConditionVerdict>,
    },
    /// Another page of the same draft saved first: nothing was overwritten.
    ChangedMeanwhile {
        /// The revision that is kept.
        revision: Revision,
        /// What is kept.
        theirs: Answers,
        /// What this page sent.
        ours: Answers,
    },
}

/// A pending request to sign on another screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureRequest {
    /// Id, for the live topic.
    pub id: SignatureRequestId,
    /// Path of the single-use link, with its secret: shown as QR code and as text.
    pub path: String,
    /// When the link dies.
    pub until: Timestamp,
    /// The QR code as an SVG path (`d` attribute) on a square of `size` modules.
    pub qr_path: String,
    /// Modules per side.
    pub qr_size: u32,
}

/// What the phone shows before signing: enough to know what is signed, no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToSign {
    /// Name, masked.
    pub name_masked: String,
    /// Title of the plan.
    pub plan_title: String,
    /// The pledge.
    pub declaration: crate::profile::Declaration,
    /// When the link dies.
    pub until: Timestamp,
}

/// The outcome of a submission; the same for every repetition of the same click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The application.
    pub id: ApplicationId,
    /// 报名号.
    pub number: String,
    /// When it was submitted.
    pub at: Timestamp,
    /// Which time.
    pub round: u32,
}
