//! Identity documents: their kinds, the shape of their numbers, and what a number tells.
//!
//! Sources: GB 11643-1999 (resident numbers), the 2010 rule of the Ministry of Public Security
//! on travel permits, the 2023 notice on the foreigner's permanent residence card.

mod address;
mod check_digit;
mod kind;
mod number;
mod shape;

pub use address::is_province;
pub use check_digit::{mrz_check_digit, resident_check_character};
pub use kind::{Gender, IdKind};
pub use number::{IdFault, IdNumber, IdWarning, OLDEST_BIRTH_YEAR};
