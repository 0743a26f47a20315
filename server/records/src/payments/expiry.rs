//! 视为自动弃考: what nobody paid in time is given up, and the place is free again.

use super::{due, held, row, settle, state_of};
use crate::applications::ground_of;
use crate::history::Actor;
use crate::live::outbox::Audience;
use crate::{Error, Records, messages, places, sql};
use domain::ids::{Fen, PlanId};
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::payment::{Attempt, Channel, OrderState};
use sea_orm::{EntityTrait, FromQueryResult};
use serde_json::json;

/// An order whose time is over, and the channels that must be asked before it expires: money may be there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Number.
    pub number: String,
    /// What channels were asked.
    pub asked: Vec<(Channel, Attempt)>,
}

#[derive(FromQueryResult)]
struct Found {
    id: String,
}

/// Orders whose time is over, oldest first.
pub async fn overdue(records: &Records) -> Result<Vec<Overdue>, Error> {
    let found: Vec<Found> = sql::all(
        records.read(),
        "SELECT id FROM payment_order WHERE state IN ('due','paying') AND due_until < $1 ORDER BY due_until, id LIMIT 500",
        vec![records.now().0.into()],
    )
    .await?;
    let mut all = Vec::with_capacity(found.len());
    for Found { id } in found {
        let Some(order) = row::Entity::find_by_id(id).one(records.read()).await? else { continue };
        let (_, profile) = ground_of(records, plan_of(&order)?).await?;
        // Elsewhere the deadline only asks; nothing is given up.
        if profile.payment.unpaid_gives_up {
            let asked = due::asked_of(&order)?;
            all.push(Overdue { number: order.number, asked });
        }
    }
    Ok(all)
}

/// Ends an order whose time is over, if it is still unpaid. Its channels have been asked.
pub async fn expire(records: &Records, number: &str) -> Result<bool, Error> {
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut held = held(&tx, number).await?.ok_or(Error::NotFound)?;
    let over = held.order.due_until.is_some_and(|until| until < now.0);
    if !state_of(&held.order)?.is_open() || !over || held.case.stage != "approved" {
        return Ok(false);
    }
    let plan = plan_of(&held.order)?;
    held.order.state = OrderState::Expired.as_str().into();
    settle(&mut tx, &mut held, now, &Actor::System, What::FeeExpired, json!({}), Audience::Seats).await?;
    let telling = held.telling(MessageKind::PaymentExpired, Fen(held.order.amount));
    messages::tell(records, &mut tx, now, telling).await?;
    let taken = places::give_back(records, &mut tx, plan, held.case.site_id.as_deref(), now).await?;
    tx.commit().await?;
    taken.publish(records);
    Ok(true)
}

fn plan_of(order: &row::Model) -> Result<PlanId, Error> {
    order.plan_id.parse().map_err(|_| super::bad(order, "plan"))
}
