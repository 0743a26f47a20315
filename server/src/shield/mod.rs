//! What stands before every route: who may send forms here, how much, for how long, and how a no is worded.

pub mod answers;
pub mod headers;
pub mod kept;
pub mod log;
pub mod origin;
mod wording;
