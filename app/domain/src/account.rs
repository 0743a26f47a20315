//! Accounts: signing up and in, and what a signed-in browser is.

use crate::form::FieldFault;
use crate::id_document::{Gender, IdKind};
use crate::ids::{AccountId, AgencyId, StaffId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

mod recovery;
mod ways;

pub use recovery::RecoveryRefusal;
pub use ways::{MergeRefusal, Way, WayKept, WayRefusal};

/// What a candidate types to sign up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignUp {
    /// 姓名
    pub name: String,
    /// Code of the document kind.
    pub id_kind: String,
    /// 证件号码
    pub id_no: String,
    /// Born on, only for documents that do not tell.
    pub birth: String,
    /// `male` or `female`, only for documents that do not tell.
    pub gender: String,
    /// 手机号码
    pub mobile: String,
    /// Password.
    pub password: String,
    /// Password once more.
    pub password_again: String,
    /// Consent to the notice on personal data: `yes`.
    pub agreed: String,
}

/// Shortest password, in characters (GB/T 22239-2019 8.1.4.1 as assessors read it).
pub const PASSWORD_MIN: u32 = 8;
/// Longest password, in characters: argon2 takes any length, browsers and people do not.
pub const PASSWORD_MAX: u32 = 128;

/// Who the candidate is, masked where the page does not need more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Account.
    pub id: AccountId,
    /// 姓名
    pub name: String,
    /// Document kind.
    pub id_kind: IdKind,
    /// 证件号码, masked.
    pub id_no_masked: String,
    /// Born on.
    pub birth: Option<NaiveDate>,
    /// 性别
    pub gender: Option<Gender>,
    /// 手机号码, masked.
    pub mobile_masked: String,
    /// 通讯地址, as far as known (own data, shown to oneself).
    pub address: String,
    /// 文化程度, as far as known.
    pub education: String,
    /// Which of the profile's parts are filled, in percent.
    pub complete_percent: u32,
    /// What is still missing, by label.
    pub missing: Vec<String>,
    /// 报名序号, where a procedure uses one.
    pub registration_number: Option<String>,
    /// Whether there is a password to sign in with.
    pub has_password: bool,
    /// The other ways that lead here.
    pub ways: Vec<WayKept>,
}

/// Who looks at a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Viewer {
    /// Not signed in.
    Guest,
    /// A candidate.
    Applicant {
        /// Account.
        id: AccountId,
        /// Name, for the header.
        name: String,
    },
    /// A member of staff.
    Staff(StaffMember),
}

/// A member of staff, as pages need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffMember {
    /// Id.
    pub id: StaffId,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Agency; none for authority and administrator.
    pub agency: Option<AgencyId>,
    /// Name of the agency or the authority.
    pub body: String,
}

/// What staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 审核员: reviews cases of its own agency.
    Reviewer,
    /// 机构管理员: reviews, and manages the agency's people and plans.
    Manager,
    /// 人社部门: reads all agencies of its region, changes nothing.
    Authority,
    /// 系统管理员: accounts of agencies and staff; sees no cases.
    Administrator,
}

impl Role {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Reviewer => "reviewer",
            Role::Manager => "manager",
            Role::Authority => "authority",
            Role::Administrator => "administrator",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Role::Reviewer, Role::Manager, Role::Authority, Role::Administrator]
            .into_iter()
            .find(|role| role.as_str() == word)
    }

    /// 中文.
    pub fn label(self) -> &'static str {
        match self {
            Role::Reviewer => "审核员",
            Role::Manager => "机构管理员",
            Role::Authority => "人社部门",
            Role::Administrator => "系统管理员",
        }
    }

    /// Whether the role may open cases.
    pub fn reads_cases(self) -> bool {
        !matches!(self, Role::Administrator)
    }

    /// Whether the role may claim and decide.
    pub fn decides(self) -> bool {
        matches!(self, Role::Reviewer | Role::Manager)
    }
}

/// Why signing up was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SignUpRefusal {
    /// Something typed is wrong.
    #[error("{} faults", .0.len())]
    Faults(Vec<FieldFault>),
    /// The account could not be opened with these data: the same answer whether the number or the mobile is known.
    #[error("cannot be opened with these data")]
    NotOpened,
}

/// Why signing in was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SignInRefusal {
    /// Number and password do not match an account; the same answer for known and unknown numbers.
    #[error("no match")]
    NoMatch,
    /// Too many tries for this account.
    #[error("locked for a while")]
    Locked {
        /// Minutes until the next try.
        minutes: u32,
    },
    /// Many people sign in at once.
    #[error("busy")]
    Busy {
        /// Seconds after which to try again.
        seconds: u32,
    },
}
