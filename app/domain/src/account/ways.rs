//! The ways to sign in, and why one of them did not lead anywhere.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A way by which an account can be signed in to. One person is one account, however many ways there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// 证件号码和密码
    Password,
    /// 报名序号和证件号码
    RegistrationNumber,
    /// A provincial portal with its tickets.
    Portal,
    /// OpenID Connect.
    Oidc,
    /// The account was opened or taken over by an agency's one-time code.
    Activation,
}

impl Way {
    /// Every way.
    pub const ALL: [Way; 5] = [Way::Password, Way::RegistrationNumber, Way::Portal, Way::Oidc, Way::Activation];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Way::Password => "password",
            Way::RegistrationNumber => "registration_number",
            Way::Portal => "portal",
            Way::Oidc => "oidc",
            Way::Activation => "activation",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Way::ALL.into_iter().find(|way| way.as_str() == word)
    }
}

/// A way that leads to an account, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayKept {
    /// Which.
    pub way: Way,
    /// Key of the provider in the configuration; empty for ways of our own.
    pub provider: String,
    /// Since when.
    pub since: Timestamp,
}

/// Why a way other than the password did not lead anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum WayRefusal {
    /// 报名序号 and identity number belong to nobody; the same answer for known and unknown.
    #[error("no such number")]
    NumberNoMatch,
    /// Identity number and mobile number belong to nobody who has a 报名序号; the same answer for all.
    #[error("nothing found")]
    NothingFound,
    /// Identity number and activation code belong to nobody, or the code was used, withdrawn or is too old.
    #[error("no such code")]
    CodeNoMatch,
    /// The minutes between the code and the password are over.
    #[error("activation took too long")]
    ActivationOver,
    /// The way there took too long, was not begun in this browser, or the provider calls its ticket too old.
    #[error("expired")]
    Expired,
    /// This answer of the provider was used before.
    #[error("used before")]
    Replayed,
    /// A signature, a state or a nonce is not what it must be.
    #[error("forged")]
    Forged,
    /// The person said no at the provider.
    #[error("declined")]
    Declined,
    /// The provider does not answer, or answers what nobody can read.
    #[error("unreachable")]
    Unreachable,
    /// The provider gave no name or no identity number, or one that cannot be right.
    #[error("no identity")]
    NoIdentity,
    /// The provider did not check the document of this person.
    #[error("identity not assured")]
    NotAssured,
    /// The number is kept with another kind of document: only a person at a counter can tell.
    #[error("other document")]
    OtherDocument,
}

/// Why two accounts were not merged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum MergeRefusal {
    /// Both numbers are one account.
    #[error("the same account")]
    Same,
    /// One of them was merged before.
    #[error("merged before")]
    AlreadyMerged,
    /// Both have a running application for this plan.
    #[error("both applied")]
    BothApplied {
        /// Number of the plan.
        plan: String,
    },
    /// No reason was given.
    #[error("no reason")]
    NoReason,
}
