//! A reviewer's hold on a case: colleagues see it, it ends by itself, its holder renews it.

use super::access::{self, Scope};
use crate::applications::load;
use crate::live::outbox::{self, Audience};
use crate::{
    Error, Records, Tx,
    entity::{application, claim as row},
    history, live, plans,
};
use chrono::TimeDelta;
use domain::account::StaffMember;
use domain::application::{Claim, ReviewRefusal, Stage};
use domain::ids::ApplicationId;
use domain::page::mine::What;
use domain::time::Timestamp;
use sea_orm::{EntityTrait, Set, sea_query::OnConflict};
use serde_json::json;

/// Takes a waiting case, or takes it for longer when it is held already by the same person.
pub async fn claim(records: &Records, member: &StaffMember, id: ApplicationId) -> Result<Claim, Error> {
    access::ensure_decides(member)?;
    let scope = Scope::of(records, member).await?;
    let minutes = claim_minutes(records, id).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let case = locked_case(&tx, &scope, id).await?;
    let (_, held) = under_review(&tx, member, &case, now).await?;
    let until = now.plus(TimeDelta::minutes(i64::from(minutes)));
    let kept = row::ActiveModel {
        application_id: Set(id.to_string()),
        staff_id: Set(member.id.to_string()),
        name: Set(member.name.clone()),
        until_at: Set(until.0),
    };
    let replace = OnConflict::column(row::Column::ApplicationId)
        .update_columns([row::Column::StaffId, row::Column::Name, row::Column::UntilAt])
        .to_owned();
    row::Entity::insert(kept).on_conflict(replace).exec_without_returning(&tx.db).await?;
    // Renewing is not news: an open case renews itself every few minutes.
    if held.is_none() {
        history::append(&tx, now, &case.id, &history::Actor::from(member), What::Claimed, json!({})).await?;
        live::append(&mut tx, now, outbox::of(&case, "claimed", Audience::Desk)).await?;
    }
    tx.commit().await?;
    Ok(Claim { by: member.id, name: member.name.clone(), until })
}

/// Lets a case go. Letting go of what one does not hold is no fault.
pub async fn release(records: &Records, member: &StaffMember, id: ApplicationId) -> Result<(), Error> {
    access::ensure_decides(member)?;
    let scope = Scope::of(records, member).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let case = locked_case(&tx, &scope, id).await?;
    if load::live_claim(&tx.db, id, now).await?.is_none_or(|held| held.by != member.id) {
        return Ok(());
    }
    row::Entity::delete_by_id(id.to_string()).exec(&tx.db).await?;
    history::append(&tx, now, &case.id, &history::Actor::from(member), What::Released, json!({})).await?;
    live::append(&mut tx, now, outbox::of(&case, "released", Audience::Desk)).await?;
    tx.commit().await
}

/// A case within a scope, held until the transaction ends.
pub(crate) async fn locked_case(tx: &Tx, scope: &Scope, id: ApplicationId) -> Result<application::Model, Error> {
    load::locked(tx, id).await?.filter(|case| scope.covers(case)).ok_or(Error::NotFound)
}

/// The stage of a case that waits for review and that no colleague holds, and one's own hold on it.
pub(crate) async fn under_review(
    tx: &Tx,
    member: &StaffMember,
    case: &application::Model,
    now: Timestamp,
) -> Result<(Stage, Option<Claim>), Error> {
    let stage = load::stage_of(case)?;
    if !matches!(stage, Stage::Submitted { .. }) {
        return Err(ReviewRefusal::NotUnderReview(stage.name()).into());
    }
    let id = case.id.parse().map_err(|_| Error::bad_row("application", &case.id, "id"))?;
    match load::live_claim(&tx.db, id, now).await? {
        Some(other) if other.by != member.id => Err(ReviewRefusal::ClaimedBy(other).into()),
        held => Ok((stage, held)),
    }
}

/// Ends unless this person holds the case at `now`.
pub(super) async fn ensure_held(tx: &Tx, member: &StaffMember, id: ApplicationId, now: Timestamp) -> Result<(), Error> {
    match load::live_claim(&tx.db, id, now).await? {
        Some(held) if held.by == member.id => Ok(()),
        Some(other) => Err(ReviewRefusal::ClaimedBy(other).into()),
        None => Err(ReviewRefusal::NotClaimed.into()),
    }
}

async fn claim_minutes(records: &Records, id: ApplicationId) -> Result<u32, Error> {
    let case = application::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    let plan = case.plan_id.parse().map_err(|_| Error::bad_row("application", &case.id, "plan"))?;
    let plan = plans::get(records, plan).await?;
    Ok(plans::profile_of(records, &plan).await?.review.claim_minutes)
}
