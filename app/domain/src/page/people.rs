//! Candidates as the office prepares them: preloaded accounts, and two accounts of one person.

use crate::form::FieldFault;
use crate::id_document::IdKind;
use crate::ids::AccountId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Most people of one list; a school of that size sends several.
pub const MOST_PRELOADED: usize = 300;

/// What became of a pasted list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AddedPeople {
    /// Who got a code, in the order of the list. The codes are shown this once.
    pub codes: Vec<NewCode>,
    /// Rows that were not taken, in the order of the list.
    pub faults: Vec<RowFault>,
}

/// A one-time code and whom it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCode {
    /// 姓名
    pub name: String,
    /// 证件号码, masked.
    pub id_no_masked: String,
    /// The code: eight characters in two groups.
    pub code: String,
    /// It works until then.
    pub until: Timestamp,
}

/// A row that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// Line of the list, counted from 1.
    pub row: u32,
    /// The row as it was typed, so that it can be mended and sent again.
    pub typed: String,
    /// Why.
    pub problems: Vec<RowProblem>,
}

/// Why a row was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowProblem {
    /// It has another number of columns than four.
    Columns {
        /// Columns found.
        found: u32,
    },
    /// A cell is wrong.
    Cell(FieldFault),
    /// The same person stands in an earlier line.
    TwiceInList {
        /// That line.
        row: u32,
    },
    /// The agency prepared this person before, and the code is still open.
    AlreadyListed,
    /// The list is longer than [`MOST_PRELOADED`].
    TooMany,
}

/// Where a preloaded account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreloadedState {
    /// The code can be used.
    Waiting,
    /// The code is too old.
    Expired,
    /// The person has activated the account.
    Used,
    /// The agency took the code back.
    Revoked,
}

/// One line of an agency's list of preloaded accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreloadedLine {
    /// Id.
    pub id: String,
    /// 姓名
    pub name: String,
    /// Name of the kind of document.
    pub id_kind: String,
    /// 证件号码, masked.
    pub id_no_masked: String,
    /// 手机号码, masked.
    pub mobile_masked: String,
    /// State.
    pub state: PreloadedState,
    /// The code works until then, or was used or taken back then.
    pub at: Timestamp,
}

/// One of two accounts that may be one person, as an administrator sees it before merging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeSide {
    /// Account.
    pub id: AccountId,
    /// 姓名, masked.
    pub name_masked: String,
    /// Name of the kind of document.
    pub id_kind: String,
    /// 证件号码, masked.
    pub id_no_masked: String,
    /// 手机号码, masked.
    pub mobile_masked: String,
    /// Since when.
    pub since: Timestamp,
    /// Applications of any stage.
    pub applications: u32,
}

/// A code that a browser asked for, and now types. It tells nothing of whom it is for, or whether it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeAsked {
    /// Whether it was asked for by a mobile number: then the number of the document is asked for beside the code.
    pub by_mobile: bool,
}

/// Whose prepared account is about to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// 姓名, masked.
    pub name_masked: String,
    /// Agency that prepared the account.
    pub agency: String,
    /// Kind of document.
    pub id_kind: IdKind,
    /// 证件号码, masked.
    pub id_no_masked: String,
    /// 手机号码 that the agency gave, masked; empty when it gave none.
    pub mobile_masked: String,
    /// Whether birth date and gender must be asked, because the document does not tell them.
    pub asks_birth: bool,
    /// Whether the person has an account in use: then its own password is asked, never a new one. Else whoever
    /// prepares a list could open accounts of others.
    pub has_account: bool,
    /// Whether the code sets a new password for the account in use: the counter gave it to somebody it looked at.
    pub resets: bool,
}

/// What the sign-in page offers beside the own account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WaysOffered {
    /// Providers of the configuration: key and title.
    pub providers: Vec<(String, String)>,
    /// 报名序号 and identity number.
    pub registration_number: bool,
    /// Accounts that an agency prepared.
    pub activation: bool,
}
