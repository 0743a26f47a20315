//! Data that an agency collects, and the page on which each person confirms theirs.

use crate::form::Answers;
use crate::ids::{ApplicationId, PlanId};
use crate::message::{DeliveryState, Way};
use crate::page::wizard::Draft;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One person, as the agency types them in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Collected {
    /// The plan.
    pub plan: String,
    /// 姓名
    pub name: String,
    /// Code of the kind of document.
    pub id_kind: String,
    /// 证件号码
    pub id_no: String,
    /// 手机号码
    pub mobile: String,
    /// Answers of the form.
    pub answers: Answers,
}

/// A link that was just made; shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmLink {
    /// The application.
    pub id: ApplicationId,
    /// Path with the secret.
    pub path: String,
    /// It works until then.
    pub until: Timestamp,
}

/// Where a collected person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectedState {
    /// The link can be used.
    Waiting,
    /// The link is too old.
    Expired,
    /// The person has confirmed.
    Confirmed,
}

/// One line of the list of collected people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectedLine {
    /// Application.
    pub id: ApplicationId,
    /// 姓名
    pub name: String,
    /// 证件号码, masked.
    pub id_no_masked: String,
    /// 手机号码, masked.
    pub mobile_masked: String,
    /// The plan.
    pub plan: PlanId,
    /// Plan title.
    pub plan_title: String,
    /// State.
    pub state: CollectedState,
    /// The link works until then, or was used then.
    pub at: Timestamp,
    /// What became of sending it, where it was sent.
    pub sent: Option<LinkSent>,
}

/// A link that was sent to its person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkSent {
    /// When somebody pressed the button.
    pub at: Timestamp,
    /// Whether it still waits for its ways to be looked for.
    pub waits: bool,
    /// On which ways it is, or was.
    pub ways: Vec<LinkOnItsWay>,
}

/// A link on one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkOnItsWay {
    /// Which.
    pub way: Way,
    /// Where it stands.
    pub state: DeliveryState,
    /// When it is due, or when it ended.
    pub at: Timestamp,
    /// Why the last try failed.
    pub reason: String,
}

/// What came of sending links to everybody who has not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LinksSent {
    /// To so many.
    pub sent: u32,
    /// So many were sent one lately.
    pub lately: u32,
    /// So many are looking at theirs now.
    pub busy: u32,
    /// To so many no way leads.
    pub unreachable: u32,
}

/// What the page of collecting shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectingDesk {
    /// Server time.
    pub now: Timestamp,
    /// Open plans of one's agency whose data the agency collects: id and title.
    pub plans: Vec<(PlanId, String)>,
    /// What the chosen plan's procedure asks.
    pub form: crate::form::Form,
    /// Conditions of the chosen plan.
    pub conditions: Vec<(u32, String)>,
    /// Subjects of the chosen plan.
    pub subjects: Vec<String>,
    /// The people collected so far, the newest first.
    pub lines: Vec<CollectedLine>,
    /// How many of the chosen plan have not confirmed, those on rosters among them.
    pub waiting: u32,
}

/// What a link shows before the person has shown to be the one it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmHead {
    /// 姓名, masked.
    pub name_masked: String,
    /// 证件号码, masked.
    pub id_no_masked: String,
    /// Title of the plan.
    pub plan_title: String,
    /// The agency that collected.
    pub agency_name: String,
    /// Its telephone.
    pub agency_phone: String,
    /// The link works until then.
    pub until: Timestamp,
    /// Server time.
    pub now: Timestamp,
}

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConfirmPage {
    /// Who it is for is asked first.
    Ask(ConfirmHead),
    /// Everything that was collected.
    Open(Box<(ConfirmHead, Draft)>),
    /// Confirmed: the number to quote.
    Done(ConfirmHead, String),
}

/// Why a link does not go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ConfirmRefusal {
    /// The link was used, replaced or is too old.
    #[error("link over")]
    LinkOver,
    /// Neither the last four digits of the mobile nor the date of birth.
    #[error("no match")]
    NoMatch,
    /// Too many wrong tries.
    #[error("locked for {minutes} minutes")]
    Locked {
        /// Minutes to wait.
        minutes: u32,
    },
    /// The time since the answer is over: it is asked again.
    #[error("ask again")]
    AskAgain,
    /// This person has an application for this plan already.
    #[error("already there")]
    AlreadyThere,
    /// The plan's data are not collected by the agency.
    #[error("not collected")]
    NotCollected,
    /// This installation sends no links.
    #[error("no way for links")]
    NotSent,
    /// The person has neither a mobile nor a proved mail address, or wants no messages there.
    #[error("no address")]
    NoAddress,
    /// A link was sent to this person a moment ago.
    #[error("sent lately, {minutes} minutes rest")]
    SentLately {
        /// Minutes to wait.
        minutes: u32,
    },
    /// Enough links were sent to this person for one day.
    #[error("{limit} a day")]
    SentOften {
        /// Most of a day.
        limit: u32,
    },
}

/// Why a lookup of a certificate did not fill anything in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum LookupRefusal {
    /// This installation asks no register.
    #[error("no register")]
    Off,
    /// No number was typed.
    #[error("no number")]
    NoNumber,
    /// The register knows no such certificate of this person.
    #[error("not found")]
    NotFound,
    /// The register did not answer.
    #[error("unreachable")]
    Unreachable,
}
