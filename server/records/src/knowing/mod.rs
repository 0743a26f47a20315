//! Knowing how it stands: figures, signals with their evidence, sampling lists, reports, and a plan's archive.

mod archive;
mod cockpit;
mod reports;
mod results;
mod sampling;
mod signals;

pub use archive::{Archive, ArchivedFile, archive};
pub use cockpit::cockpit;
pub use reports::{agency_year, plan_report, region_year};
pub use sampling::{Wanted, draw, list, note_verdict, one, per_stratum, taken_out};

pub(crate) use cockpit::stages;
pub(crate) use results::{Results, of_plans};

/// Placeholders `$from, $from+1, …` for so many values.
pub(crate) fn places(from: usize, count: usize) -> String {
    (from..from + count).map(|at| format!("${at}")).collect::<Vec<_>>().join(",")
}
