//! Money that comes after the place was given up. Where the procedure allows it and a seat is free that nobody waits for,
//! the person gets the place back; else the money goes back. It is never dropped in silence: both are told.

use super::{Held, state_of};
use crate::applications::ground_of;
use crate::applications::seats::Taken;
use crate::{Error, Records, Tx, places, planner, sql};
use domain::ids::PlanId;
use domain::payment::{Gone, OrderState};
use domain::profile::LateMoney;
use domain::time::Timestamp;

/// Why money went back, as its refund keeps it.
pub(super) fn words(gone: Gone) -> &'static str {
    match gone {
        Gone::Ended => "缴费单已经作废",
        Gone::GivenUp => "过期未缴视为放弃",
        Gone::Settled => "名单已经确定",
        Gone::Full => "名额已经给了别人",
    }
}

/// Whether money for an expired order would bring its place back at this moment. It is tried and dropped: what is said
/// before money is taken and what happens afterwards is one rule.
pub(super) async fn would_come_back(records: &Records, number: &str) -> Result<Result<(), Gone>, Error> {
    let tx = records.begin().await?;
    let held = super::held(&tx, number).await?.ok_or(Error::NotFound)?;
    Ok(place_back(records, &tx, &held, records.now()).await?.map(drop))
}

/// Takes a seat for an order that has expired, if it may have one again. What was reviewed is still good: an application
/// whose plan examines something else meanwhile has no expired order any more ([`void_expired`]).
pub(super) async fn place_back(
    records: &Records,
    tx: &Tx,
    held: &Held,
    now: Timestamp,
) -> Result<Result<Taken, Gone>, Error> {
    let Held { order, case } = held;
    if state_of(order)? != OrderState::Expired || case.stage != "approved" || case.money != "expired" {
        return Ok(Err(Gone::Ended));
    }
    let id: PlanId = order.plan_id.parse().map_err(|_| super::bad(order, "plan"))?;
    let (plan, profile) = ground_of(records, id).await?;
    if profile.payment.late_money == LateMoney::GoesBack {
        return Ok(Err(Gone::GivenUp));
    }
    if now.day() >= plan.exam_on || planner::settled_by(&tx.db, &order.plan_id).await?.is_some() {
        return Ok(Err(Gone::Settled));
    }
    Ok(places::take_back(tx, id, case.site_id.as_deref(), now).await?.ok_or(Gone::Full))
}

/// A plan examines something else from now on: whoever did not pay in time was reviewed for what it was, so that money
/// which comes later brings nobody back.
pub(crate) async fn void_expired(tx: &Tx, plan: &str) -> Result<(), Error> {
    let text = "UPDATE payment_order SET state = 'cancelled', revision = revision + 1 WHERE plan_id = $1 AND state = 'expired'";
    sql::run(&tx.db, text, vec![plan.into()]).await?;
    Ok(())
}
