//! Joining a line, and leaving it.

use super::{Act, give_back, hold, note, open_place, plan_id, row};
use crate::applications::seats::Taken;
use crate::applications::{ground_of, load};
use crate::entity::application;
use crate::history::Actor;
use crate::{Error, Records, Tx, applications, sql};
use domain::application::StageName;
use domain::ids::{AccountId, ApplicationId, PlanId, SiteId};
use domain::places::{PlaceRefusal, PlaceState};
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

/// 候补: begins a draft for a full plan where there is none, and joins the line at this moment. Whoever is in it keeps
/// the place.
pub async fn join(
    records: &Records,
    account: AccountId,
    plan: PlanId,
    site: Option<SiteId>,
) -> Result<ApplicationId, Error> {
    let id = applications::start_at(records, account, plan, site).await?;
    join_draft(records, account, id).await?;
    Ok(id)
}

/// Joins with a draft. It may be finished while one waits: the moment of joining counts.
pub async fn join_draft(records: &Records, account: AccountId, id: ApplicationId) -> Result<(), Error> {
    let (plan, profile) = ground_of(records, load::own(records, account, id).await?.plan).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let case = owned(&tx, account, id).await?;
    if open_place(&tx, &case.id).await?.is_some() {
        return Ok(());
    }
    let stage = load::stage_of(&case)?.name();
    if stage != StageName::Draft {
        return Err(PlaceRefusal::NotADraft(stage).into());
    }
    let held = hold(&tx, &case.plan_id).await?;
    if !plan.window.is_open(now) || !held.goes_on(now) {
        return Err(PlaceRefusal::Closed { closed: plan.window.closes }.into());
    }
    let left = held.left(case.site_id.as_deref());
    if left > 0 {
        return Err(PlaceRefusal::SeatsLeft { left: u32::try_from(left).unwrap_or(u32::MAX) }.into());
    }
    let question = "SELECT COALESCE(MAX(turn), 0) + 1 FROM waiting_place WHERE plan_id = $1";
    let turn = sql::number(&tx.db, question, vec![case.plan_id.clone().into()]).await?.unwrap_or(1);
    let place = row::Model {
        id: records.chance().id(now).to_string(),
        plan_id: case.plan_id.clone(),
        application_id: case.id.clone(),
        // With one site only there is nothing to choose.
        site_id: case.site_id.clone().filter(|_| held.sites.len() > 1),
        turn,
        hours: i64::from(profile.places.offer_hours),
        state: PlaceState::Waiting.as_str().into(),
        joined_at: now.0,
        offered_at: None,
        until_at: None,
        ended_at: None,
    };
    row::Entity::insert(place.clone().into_active_model()).exec_without_returning(&tx.db).await?;
    note(records, &mut tx, now, &place, &case, &Actor::Applicant(account), Act::Joined).await?;
    tx.commit().await
}

/// Leaves the line. A seat that was held goes to the next.
pub async fn leave(records: &Records, account: AccountId, id: ApplicationId) -> Result<(), Error> {
    let mut tx = records.begin().await?;
    let now = records.now();
    let case = owned(&tx, account, id).await?;
    let taken = left_with(records, &mut tx, &case, &Actor::Applicant(account), now).await?;
    let taken = taken.ok_or(PlaceRefusal::NotIn)?;
    tx.commit().await?;
    if let Some(taken) = taken {
        taken.publish(records);
    }
    Ok(())
}

/// Ends the place of an application that is given up, if it has one; with the seats as they stand where one was held.
pub(crate) async fn left_with(
    records: &Records,
    tx: &mut Tx,
    case: &application::Model,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<Option<Taken>>, Error> {
    if open_place(tx, &case.id).await?.is_none() {
        return Ok(None);
    }
    hold(tx, &case.plan_id).await?;
    // An offer may have come while we waited for the plan.
    let Some(place) = open_place(tx, &case.id).await? else { return Ok(None) };
    Ok(Some(close(records, tx, place, case, actor, PlaceState::Left, now).await?))
}

/// Ends an open place, and passes a held seat on. The plan is held.
pub(super) async fn close(
    records: &Records,
    tx: &mut Tx,
    mut place: row::Model,
    case: &application::Model,
    actor: &Actor,
    state: PlaceState,
    now: Timestamp,
) -> Result<Option<Taken>, Error> {
    let was_offered = place.state == PlaceState::Offered.as_str();
    place.state = state.as_str().into();
    place.ended_at = Some(now.0);
    place.clone().into_active_model().reset_all().update(&tx.db).await?;
    note(records, tx, now, &place, case, actor, Act::Ended(state)).await?;
    if !was_offered {
        return Ok(None);
    }
    let plan = plan_id(&place)?;
    Ok(Some(give_back(records, tx, plan, place.site_id.as_deref(), now).await?))
}

async fn owned(tx: &Tx, account: AccountId, id: ApplicationId) -> Result<application::Model, Error> {
    load::locked(tx, id).await?.filter(|case| case.account_id == account.to_string()).ok_or(Error::NotFound)
}
