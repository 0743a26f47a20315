//! People of the office: inviting them, and the list of them.

use super::mine::Happening;
use crate::account::Role;
use crate::ids::{AgencyId, StaffId};
use serde::{Deserialize, Serialize};

/// Who is invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewStaff {
    /// Name to sign in with: letters, digits and `.` `_` `-` `@`, at most 60.
    pub login_name: String,
    /// 姓名
    pub name: String,
    /// Role.
    pub role: Role,
    /// Agency; needed for reviewers and managers, none for the others.
    pub agency: Option<AgencyId>,
    /// Division code that an authority reads, as a prefix: `33` is the whole province.
    pub region: String,
    /// Name of the authority or the operator, where there is no agency.
    pub body: String,
}

/// One line of the list of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffLine {
    /// Id.
    pub id: StaffId,
    /// 姓名
    pub name: String,
    /// Name to sign in with.
    pub login_name: String,
    /// Role.
    pub role: Role,
    /// Name of the agency or the authority.
    pub body: String,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether an invitation is waiting to be accepted.
    pub invited: bool,
    /// What was done to their access last; nothing for those who were there from the beginning.
    pub last: Option<Happening>,
}
