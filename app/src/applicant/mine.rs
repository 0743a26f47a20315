//! 我的报名: the list, and one application with its progress.

mod case;
mod certificates;
pub(super) mod countdown;
mod list;
mod path;
mod pay;
mod prints;
mod scores;
mod seat;
mod table;
mod tasks;

pub use case::{FetchMyCase, MyCasePage, UndoSubmission, WithdrawApplication};
pub use certificates::{
    EndCertificateLink, FetchMyCertificate, FetchMyCertificates, MyCertificatePage, MyCertificatesPage,
    ShareCertificate,
};
pub use list::{FetchMine, MinePage};
pub use pay::{FetchPayPage, PaymentPage};
