//! Addresses of the page of rosters, for the page itself and for the routes beside it.

use domain::ids::{PlanId, RosterId};
use domain::page::roster::RosterTab;

/// The page of a plan's rosters.
pub fn page(plan: PlanId) -> String {
    format!("/office/plans/{plan}/roster")
}

/// One of them, opened.
pub fn opened(plan: PlanId, roster: RosterId) -> String {
    format!("/office/plans/{plan}/roster?roster={roster}")
}

/// One of them, at a tab and a page.
pub fn at(plan: PlanId, roster: RosterId, tab: RosterTab, number: u32) -> String {
    let page = if number > 1 { format!("&page={number}") } else { String::new() };
    format!("/office/plans/{plan}/roster?roster={roster}&tab={}{page}", tab.as_str())
}

/// Where a sheet is uploaded to.
pub fn upload(plan: PlanId) -> String {
    format!("/office/plans/{plan}/roster/sheet")
}

/// What belongs to one roster: `photos`, `forms.pdf`, `links.xlsx`, `faults.xlsx`.
pub fn of(plan: PlanId, roster: RosterId, what: &str) -> String {
    format!("/office/plans/{plan}/roster/{roster}/{what}")
}

/// What goes out of a plan: `roster.xlsx`, `registration.xlsx`, `photos.zip`; `roster-empty.xlsx` with nobody in it.
pub fn out(plan: PlanId, what: &str) -> String {
    format!("/office/plans/{plan}/roster/out/{what}")
}
