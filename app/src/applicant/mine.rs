//! 我的报名: the list, and one application with its progress.

mod case;
pub(super) mod countdown;
mod list;
mod path;
mod pay;
mod prints;
mod scores;
mod table;
mod tasks;

pub use case::{FetchMyCase, MyCasePage, UndoSubmission, WithdrawApplication};
pub use list::{FetchMine, MinePage};
pub use pay::{FetchPayPage, PaymentPage};
