//! 成绩: entered from sheets or by two people, compared, locked, released at a moment, looked at again, corrected.
//!
//! A mark that counts stands in `score`. What single people entered stands in `score_entry` and counts once two agree.

mod board;
mod correcting;
mod entering;
mod ground;
mod importing;
mod mine;
mod releasing;

pub use board::desk;
pub use correcting::{Answer, answer_recheck, ask_recheck, correct};
pub use entering::{Entered, enter};
pub(crate) use ground::{Marks, marks_of};
pub use importing::{Taken, blank_sheet, drop_trial, keep_sheet, mend, take};
pub use mine::{mine, own, shown_axes};
pub use releasing::{lock, publish_due, release, unlock};
