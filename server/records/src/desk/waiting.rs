//! What waits for a member of the desk, as two numbers beside the places where it is listed: 计划 and 概览.

use super::access::Scope;
use crate::{Error, Records, sql};
use domain::account::StaffMember;

/// How much waits for a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Plans that were sent back to the agency, or wait for an opinion of the region's desks.
    pub plans: u64,
    /// Objections, requests about tickets, marks to look at again and doors that disagree, until somebody answers.
    pub answers: u64,
}

/// Both numbers, by indexes over what is open: every page of the desk asks.
pub async fn waiting(records: &Records, member: &StaffMember) -> Result<Waiting, Error> {
    let scope = match Scope::of(records, member).await {
        Ok(scope) => scope,
        // An administrator reads no cases.
        Err(Error::NotFound) => return Ok(Waiting::default()),
        Err(other) => return Err(other),
    };
    let (clause, value) = scope.agencies(1);
    let count = async |text: &str| {
        let found = sql::number(records.read(), text, vec![value.clone()]).await?;
        Ok::<u64, Error>(found.and_then(|found| u64::try_from(found).ok()).unwrap_or(0))
    };
    if matches!(scope, Scope::Region(_)) {
        let text = format!(
            "SELECT (SELECT COUNT(*) FROM planning p JOIN agency g ON g.id = p.agency_id
                     WHERE p.stage IN ('at_centre','at_authority') AND {clause})
                  + (SELECT COUNT(*) FROM amendment c JOIN planning p ON p.id = c.planning_id
                     JOIN agency g ON g.id = p.agency_id WHERE c.ended_at IS NULL AND {clause})"
        );
        return Ok(Waiting { plans: count(&text).await?, answers: 0 });
    }
    let plans = count("SELECT COUNT(*) FROM planning WHERE agency_id = $1 AND stage = 'returned'").await?;
    // The list leaves out plans that were called off, and so does the number.
    let of_plans = "FROM plan p JOIN {} WHERE p.agency_id = $1 AND p.cancelled_at IS NULL AND";
    let of = |joined: &str, open: &str| format!("(SELECT COUNT(*) {} {open})", of_plans.replace("{}", joined));
    let text = format!(
        "SELECT {} + {} + {}
            + (SELECT COUNT(*) FROM recheck r CROSS JOIN application a JOIN plan p ON p.id = a.plan_id
               WHERE r.answered_at IS NULL AND a.id = r.application_id AND p.agency_id = $1 AND p.cancelled_at IS NULL)",
        of("notice n ON n.plan_id = p.id JOIN objection o ON o.notice_id = n.id", "o.answered_at IS NULL"),
        of("seat_request q ON q.plan_id = p.id", "q.answered_at IS NULL"),
        of("door_conflict d ON d.plan_id = p.id", "d.decided IS NULL"),
    );
    Ok(Waiting { plans, answers: count(&text).await? })
}
