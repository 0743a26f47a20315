//! The review desk: which cases wait, what one of them says, and every decision with its way back.

pub(crate) mod access;
mod approval;
mod bulk;
mod case;
pub(crate) mod claim;
mod dashboard;
pub(crate) mod days;
mod decide;
pub(crate) mod doubts;
pub(crate) mod ground;
pub(crate) mod queue;
mod reveal;
pub(crate) mod timeline;
mod waiting;

pub use bulk::approve_many;
pub use case::case;
pub use claim::{claim, release};
pub use dashboard::dashboard;
pub use decide::{decide, reopen};
pub use queue::queue;
pub use reveal::reveal;
pub use waiting::{Waiting, waiting};

pub(crate) use decide::{plan_of, return_bounds};
