//! Names for the things we keep. A swapped argument should not compile.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::from_str(text).map($name).map_err(|_| NotAnId)
            }
        }
    )+};
}

id! {
    /// 申报人 account: one per identity document.
    AccountId,
    /// A member of an agency, an authority or the operator.
    StaffId,
    /// 评价机构.
    AgencyId,
    /// 评价计划.
    PlanId,
    /// 申报: one person, one trade, one level; a draft carries the same id from its first moment.
    ApplicationId,
    /// A kept file: photo, evidence page or signature.
    FileId,
    /// A single-use request to sign on another screen.
    SignatureRequestId,
    /// 名单 of an agency, on its way in.
    RosterId,
    /// 报名机构 of a plan: a place where its exam is held.
    SiteId,
    /// 考场 of a plan.
    RoomId,
    /// 场次 of a plan: one subject at one time.
    SessionId,
}

/// The text is no id of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

/// Counts every change of a kept thing; a page shows the revision that it was drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub i64);

/// Money in fen, one hundredth of a yuan. Never a floating point number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// `280.00`: yuan with two decimals.
    pub fn yuan(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", fen / 100, fen % 100)
    }
}
