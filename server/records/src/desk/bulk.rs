//! Approving many cases at once, each in its own act: only where every rule passes.

use super::access::{self, Scope};
use super::approval;
use super::claim::{locked_case, under_review};
use super::decide::{Decided, write};
use crate::applications::ground_of;
use crate::live::outbox::Audience;
use crate::{Error, Records};
use domain::account::StaffMember;
use domain::application::ReviewRefusal;
use domain::ids::{ApplicationId, Revision};
use domain::page::desk::BulkOutcome;
use domain::page::mine::What;
use domain::refusal::Refusal;
use serde_json::json;

/// Most cases in one go.
const MOST: usize = 200;

/// Approves the cases whose rules all pass and which nobody else holds; the others stay as they are, each with the reason.
pub async fn approve_many(
    records: &Records,
    member: &StaffMember,
    cases: &[(ApplicationId, Revision)],
) -> Result<BulkOutcome, Error> {
    access::ensure_decides(member)?;
    let scope = Scope::of(records, member).await?;
    let mut outcome = BulkOutcome::default();
    for (id, seen) in cases.iter().take(MOST) {
        match approve_one(records, member, &scope, *id, *seen).await {
            Ok(()) => outcome.approved.push(*id),
            Err(Error::Refused(Refusal::Review(refusal))) => outcome.refused.push((*id, refusal)),
            // Somebody else's case: as if it had not been in the list.
            Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(outcome)
}

async fn approve_one(
    records: &Records,
    member: &StaffMember,
    scope: &Scope,
    id: ApplicationId,
    seen: Revision,
) -> Result<(), Error> {
    let (plan, profile) = ground_of(records, super::decide::plan_of(records, scope, id).await?).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut case = locked_case(&tx, scope, id).await?;
    let (stage, _) = under_review(&tx, member, &case, now).await?;
    // What the list showed is not what stands there now: it must be looked at.
    if case.doubt_count > 0 || case.revision != seen.0 {
        return Err(ReviewRefusal::RulesNotPassed.into());
    }
    let next = stage.approve(now)?;
    approval::ensure_ready(records, &tx, &plan, &profile, &case).await?;
    let until = approval::put_money(records, &tx, &mut case, &profile, now).await?;
    let detail = json!({ "together": true, "pay_until": until });
    let decided = Decided { next: &next, what: What::Approved, detail, audience: Audience::Desk };
    write(records, &mut tx, member, &mut case, decided, now).await?;
    tx.commit().await
}
