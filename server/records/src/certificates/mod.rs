//! 证书: issued in bulk after the scores are public, by one person or by two; corrected, printed anew, revoked, with
//! every step kept; handed over; shown to their holders; proved to anybody who asks.
//!
//! A number is given once. The counter of an agency and year moves in the transaction that writes the certificates, so
//! that nothing is left out when an act fails, and two clerks wait for each other.

mod changing;
mod exporting;
mod ground;
mod handing;
mod issuing;
mod printing;
mod reading;
mod sharing;
mod verifying;

pub use changing::{Changes, correct, reissue, revoke};
pub use exporting::{credential, rows};
pub use handing::{assign_stock, deliver, hand_all, set_stock};
pub use issuing::{Issued, drop_prepared, issue, prepare, sign};
pub use printing::{CertificateToPrint, MOST_AT_ONCE, sheet, sheets_of_plan};
pub use reading::{broken_promises, case, desk, mine, of_application, one};
pub use sharing::{end_link, share};
pub use verifying::{by_code, by_link, by_number, keys, known_to, open_question, revoked, seal_question};
