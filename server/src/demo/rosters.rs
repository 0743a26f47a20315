//! A roster of the demonstration: tried, with three rows to be mended and others that are written otherwise, so that the
//! page can be seen at once.

use domain::account::StaffMember;
use records::{Error, Records};

/// Filing code of the agency that collects.
pub(super) const AGENCY: &str = "S000033000809";
/// The plan that it is for.
const PLAN: &str = "2026-QZ-00001";
const SHEET: &[u8] = include_bytes!("../../demo/roster.csv");
const FILE_NAME: &str = "2026年第4期 报名信息表.csv";

/// Keeps it, if the plan has no roster yet.
pub(super) async fn play(records: &Records, manager: &StaffMember) -> Result<(), Error> {
    let plan = records::plans::by_number(records, PLAN).await?;
    let desk = records::rosters::desk(records, manager, plan.id, None, None, 1).await?;
    if !desk.rosters.is_empty() {
        return Ok(());
    }
    let sheets = rosters::read(SHEET).map_err(|why| Error::Configuration(format!("demo/roster.csv: {why}")))?;
    records::rosters::keep(records, manager, plan.id, FILE_NAME, sheets).await.map(drop)
}
