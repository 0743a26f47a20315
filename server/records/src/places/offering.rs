//! Offers: a free seat is held for the first in the line, and passes on when the time is over.

use super::joining::close;
use super::{Act, application_id, hold, note, row};
use crate::applications::load;
use crate::applications::seats::{self, Taken};
use crate::entity::application;
use crate::history::Actor;
use crate::{Error, Records, Tx, sql};
use domain::application::StageName;
use domain::ids::{ApplicationId, PlanId};
use domain::places::{PlaceState, offer_until};
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, EntityTrait, FromQueryResult, IntoActiveModel};

/// An offer that can be handed in with.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Offer {
    pub id: String,
    /// The site whose seat is held.
    pub site_id: Option<String>,
}

/// The offer that an application has at a moment.
pub(crate) async fn offer_of(records: &Records, id: ApplicationId, at: Timestamp) -> Result<Option<Offer>, Error> {
    sql::one(
        records.read(),
        "SELECT id, site_id FROM waiting_place WHERE application_id = $1 AND state = 'offered' AND until_at >= $2",
        vec![id.to_string().into(), at.0.into()],
    )
    .await
}

/// Uses offers: their seats belong to the applications now. False when one of them has passed on meanwhile; then the
/// transaction must be dropped.
pub(crate) async fn take_up(tx: &Tx, offers: &[&Offer], now: Timestamp) -> Result<bool, Error> {
    for offer in offers {
        let used = sql::run(
            &tx.db,
            "UPDATE waiting_place SET state = 'seated', ended_at = $2 WHERE id = $1 AND state = 'offered'",
            vec![offer.id.clone().into(), now.0.into()],
        );
        if used.await?.rows_affected() == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Gives a seat back: to the first in the line, or to everybody.
pub(crate) async fn give_back(
    records: &Records,
    tx: &mut Tx,
    plan: PlanId,
    site: Option<&str>,
    now: Timestamp,
) -> Result<Taken, Error> {
    let mut taken = seats::free(tx, plan, site).await?;
    if let Some(later) = pass_on(records, tx, plan, now).await? {
        taken.then(later);
    }
    Ok(taken)
}

/// Takes a free seat for somebody who had one and gave it up. Nobody is overtaken: a seat that is offered is taken, and
/// one that somebody waits for is theirs. None where there is none; then nothing has changed.
pub(crate) async fn take_back(
    tx: &Tx,
    plan: PlanId,
    site: Option<&str>,
    now: Timestamp,
) -> Result<Option<Taken>, Error> {
    let held = hold(tx, &plan.to_string()).await?;
    if held.plan.cancelled_at.is_some() || held.left(site) <= 0 {
        return Ok(None);
    }
    if held.goes_on(now) && first_in(tx, plan).await?.is_some() {
        return Ok(None);
    }
    // Whoever holds the rows counts them: what is left stays left.
    let taken = seats::take_one(tx, plan, site).await?;
    taken.map(Some).map_err(|_| Error::bad_row("plan", plan, "a free seat was not free"))
}

#[derive(FromQueryResult)]
struct Found {
    id: String,
}

#[derive(FromQueryResult)]
struct Left {
    left_over: i64,
    review_close: i64,
    cancelled_at: Option<i64>,
    sites: i64,
}

/// Offers free seats to whoever waits, in order. The plan's row is held by the caller.
pub(crate) async fn pass_on(
    records: &Records,
    tx: &mut Tx,
    plan: PlanId,
    now: Timestamp,
) -> Result<Option<Taken>, Error> {
    let question = "SELECT capacity - taken AS left_over, review_close, cancelled_at,
        (SELECT COUNT(*) FROM plan_site s WHERE s.plan_id = plan.id) AS sites FROM plan WHERE id = $1";
    let Some(ground): Option<Left> = sql::one(&tx.db, question, vec![plan.to_string().into()]).await? else {
        return Ok(None);
    };
    if ground.cancelled_at.is_some() || now.0 > ground.review_close {
        return Ok(None);
    }
    let mut all: Option<Taken> = None;
    for _ in 0..ground.left_over.max(0) {
        let Some(first) = first_in(tx, plan).await? else { break };
        let bad = |why: &str| Error::bad_row("waiting_place", &first.id, why);
        let mut place = row::Entity::find_by_id(first.id.as_str()).one(&tx.db).await?.ok_or_else(|| bad("gone"))?;
        if place.site_id.is_none() && ground.sites > 0 {
            let question =
                "SELECT id FROM plan_site WHERE plan_id = $1 AND taken < capacity ORDER BY position, id LIMIT 1";
            place.site_id = sql::text(&tx.db, question, vec![plan.to_string().into()]).await?;
        }
        let Ok(taken) = seats::take_one(tx, plan, place.site_id.as_deref()).await? else { break };
        let case = application::Entity::find_by_id(place.application_id.as_str()).one(&tx.db).await?;
        let case = case.ok_or_else(|| bad("application"))?;
        let hours = u32::try_from(place.hours).map_err(|_| bad("hours"))?;
        place.state = PlaceState::Offered.as_str().into();
        place.offered_at = Some(now.0);
        place.until_at = Some(offer_until(now, hours, Timestamp(ground.review_close)).0);
        place.clone().into_active_model().reset_all().update(&tx.db).await?;
        note(records, tx, now, &place, &case, &Actor::System, Act::Offered).await?;
        match &mut all {
            Some(all) => all.then(taken),
            none => *none = Some(taken),
        }
    }
    Ok(all)
}

/// The first in the line for whom there is a seat.
async fn first_in(tx: &Tx, plan: PlanId) -> Result<Option<Found>, Error> {
    sql::one(
        &tx.db,
        "SELECT w.id FROM waiting_place w JOIN application a ON a.id = w.application_id
         WHERE w.plan_id = $1 AND w.state = 'waiting' AND a.stage = 'draft'
           AND (w.site_id IS NULL OR EXISTS (SELECT 1 FROM plan_site s WHERE s.id = w.site_id AND s.taken < s.capacity))
         ORDER BY w.turn LIMIT 1",
        vec![plan.to_string().into()],
    )
    .await
}

/// Passes on what nobody took in time, and ends lines whose review is over. True when there may be more to do.
pub async fn work(records: &Records) -> Result<bool, Error> {
    const MOST: usize = 200;
    let due: Vec<Found> = sql::all(
        records.read(),
        &format!(
            "SELECT w.id FROM waiting_place w JOIN application a ON a.id = w.application_id JOIN plan p ON p.id = w.plan_id
             WHERE w.state IN ('waiting','offered')
               AND (w.until_at < $1 OR a.stage <> 'draft' OR p.review_close < $1 OR p.cancelled_at IS NOT NULL)
             ORDER BY w.plan_id, w.turn LIMIT {MOST}"
        ),
        vec![records.now().0.into()],
    )
    .await?;
    for one in &due {
        settle(records, &one.id).await?;
    }
    Ok(due.len() == MOST)
}

/// Ends one place whose time is over. Looked at anew: it may have been taken meanwhile.
async fn settle(records: &Records, id: &str) -> Result<(), Error> {
    let Some(found) = row::Entity::find_by_id(id).one(records.read()).await? else { return Ok(()) };
    let mut tx = records.begin().await?;
    let now = records.now();
    let case = load::locked(&tx, application_id(&found)?).await?.ok_or(Error::NotFound)?;
    let held = hold(&tx, &found.plan_id).await?;
    let Some(place) = row::Entity::find_by_id(id).one(&tx.db).await? else { return Ok(()) };
    if !PlaceState::parse(&place.state).is_some_and(PlaceState::is_open) {
        return Ok(());
    }
    let over = place.until_at.is_some_and(|until| until < now.0);
    let state = match load::stage_of(&case)?.name() {
        StageName::Draft if !held.goes_on(now) => PlaceState::Ended,
        StageName::Draft if over => PlaceState::Passed,
        StageName::Draft => return Ok(()),
        StageName::Rejected | StageName::Withdrawn => PlaceState::Left,
        _ => PlaceState::Seated,
    };
    let taken = close(records, &mut tx, place, &case, &Actor::System, state, now).await?;
    tx.commit().await?;
    if let Some(taken) = taken {
        taken.publish(records);
    }
    Ok(())
}
