//! What channels tell. Processed once, whatever arrives how often, in which order.

use super::ledger::{self, Cause, FEES, Movement, OWED};
use super::{channel_of, held, late, refunds, row, settle, state_of, yuan};
use crate::history::Actor;
use crate::live::outbox::Audience;
use crate::{Error, Records, Tx, messages, sql};
use domain::ids::Fen;
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::payment::{Attempt, Channel, Notice, OrderFacts, OrderState, Outcome, judge};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

/// Takes a proved notice, or the answer to a question about an order. `event` is the channel's id of the message; the same
/// event again is a duplicate and touches nothing.
pub async fn take_notice(
    records: &Records,
    channel: Channel,
    event: &str,
    body_hash: &str,
    notice: &Notice,
) -> Result<Outcome, Error> {
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut held = held(&tx, &notice.order).await?;
    let facts = match &held {
        Some(held) => Some(facts(&tx, &held.order, notice).await?),
        None => None,
    };
    let mut outcome = judge(notice, facts.as_ref());
    // A seat that is taken here is dropped with the transaction where this was told before.
    let back = match (outcome, &held) {
        (Outcome::Late, Some(held)) => Some(late::place_back(records, &tx, held, now).await?),
        _ => None,
    };
    if matches!(back, Some(Ok(_))) {
        outcome = Outcome::Restored;
    }
    if !remember(&tx, channel, event, body_hash, notice, outcome, now).await? {
        return Ok(Outcome::Duplicate);
    }
    if let Some(held) = &mut held {
        let yuan = yuan(notice.amount.0);
        let detail = |more: &str| json!({ "channel": channel.as_str(), "text": format!("{yuan} 元{more}") });
        let moved = |from: &'static str, cause| {
            let (to, amount, reference) = (channel.as_str(), notice.amount, notice.transaction.as_str());
            Movement { from, to, amount, cause, reference }
        };
        let order = &mut held.order;
        match outcome {
            Outcome::Paid | Outcome::Restored => {
                let (cause, audience, kind, more) = match outcome {
                    Outcome::Paid => (Cause::Paid, Audience::Desk, MessageKind::Paid, ""),
                    _ => (
                        Cause::Late,
                        Audience::Seats,
                        MessageKind::PlaceRestored,
                        "，过期以后到账，还有名额，报名已恢复",
                    ),
                };
                ledger::book(&tx, order, moved(FEES, cause), now).await?;
                order.state = OrderState::Paid.as_str().into();
                order.channel = channel.as_str().into();
                order.reference.clone_from(&notice.transaction);
                order.paid_at = Some(now.0);
                if outcome == Outcome::Restored {
                    order.reason = "过期以后到账，名额恢复".into();
                }
                settle(&mut tx, held, now, &Actor::System, What::FeePaid, detail(more), audience).await?;
                messages::tell(records, &mut tx, now, held.telling(kind, notice.amount)).await?;
            }
            Outcome::Late | Outcome::Double => {
                let (cause, reason) = match &back {
                    Some(Err(gone)) => (Cause::Late, format!("到期后才付：{}", late::words(*gone))),
                    _ => (Cause::Double, "重复支付".to_owned()),
                };
                ledger::book(&tx, order, moved(OWED, cause), now).await?;
                refunds::give_back(&tx, order, channel, &notice.transaction, notice.amount, &reason, now).await?;
                let what = detail(&format!("，{reason}"));
                settle(&mut tx, held, now, &Actor::System, What::PaidAgain, what, Audience::Desk).await?;
                if let Some(Err(gone)) = &back {
                    let telling = held.telling(MessageKind::LateReturned, notice.amount).words(late::words(*gone));
                    messages::tell(records, &mut tx, now, telling).await?;
                }
            }
            Outcome::Duplicate | Outcome::Ignore | Outcome::Reject(_) => {}
        }
    }
    tx.commit().await?;
    if let Some(Ok(taken)) = back {
        taken.publish(records);
    }
    Ok(outcome)
}

async fn facts(tx: &Tx, order: &row::Model, notice: &Notice) -> Result<OrderFacts, Error> {
    let known = ledger::knows(&tx.db, order, &notice.transaction).await?;
    let transaction = match (known, channel_of(order)) {
        (true, _) => Some(notice.transaction.clone()),
        (false, Some(_)) => Some(order.reference.clone()),
        (false, None) => None,
    };
    Ok(OrderFacts { amount: Fen(order.amount), state: state_of(order)?, transaction })
}

/// Keeps that it was told. Not again, where this event was told before.
async fn remember(
    tx: &Tx,
    channel: Channel,
    event: &str,
    body_hash: &str,
    notice: &Notice,
    outcome: Outcome,
    at: Timestamp,
) -> Result<bool, Error> {
    let kept = sql::run(
        &tx.db,
        "INSERT INTO payment_notice (channel, event, body_hash, order_number, transaction_id, amount, outcome, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (channel, event) DO NOTHING",
        vec![
            channel.as_str().into(),
            event.into(),
            body_hash.into(),
            notice.order.clone().into(),
            notice.transaction.clone().into(),
            notice.amount.0.into(),
            outcome.as_str().into(),
            at.0.into(),
        ],
    );
    Ok(kept.await?.rows_affected() > 0)
}

/// How many notices came to this end.
pub async fn notice_count(records: &Records, outcome: Outcome) -> Result<i64, Error> {
    let count = sql::number(
        records.read(),
        "SELECT COUNT(*) FROM payment_notice WHERE outcome = $1",
        vec![outcome.as_str().into()],
    );
    Ok(count.await?.unwrap_or(0))
}

/// Milliseconds that channels take money for a code: two hours.
const CODES_LAST: i64 = 2 * 3_600_000;

/// Orders that somebody began to pay, with the channels that were asked: a crash between the channel's answer and our
/// commit leaves them here, and a question to the channel closes them.
pub async fn open_numbers(records: &Records) -> Result<Vec<(String, Vec<(Channel, Attempt)>)>, Error> {
    const MOST: u64 = 500;
    use sea_orm::QuerySelect;
    let orders = row::Entity::find()
        .filter(row::Column::State.eq(OrderState::Paying.as_str()))
        .order_by_asc(row::Column::CreatedAt)
        .limit(MOST)
        .all(records.read())
        .await?;
    let mut open: Vec<(String, Vec<(Channel, Attempt)>)> = orders
        .iter()
        .map(|order| Ok((order.number.clone(), super::due::asked_of(order)?)))
        .collect::<Result<_, Error>>()?;
    // Whoever chose two channels still has a code of the other one on a screen. What is paid there too must go back today,
    // even if nobody tells us.
    let paid = row::Entity::find()
        .filter(row::Column::State.eq(OrderState::Paid.as_str()))
        .filter(row::Column::PaidAt.gte(records.now().0 - CODES_LAST))
        .filter(row::Column::Codes.like("%\",\"%"))
        .order_by_desc(row::Column::PaidAt)
        .limit(MOST)
        .all(records.read())
        .await?;
    for order in &paid {
        let mut asked = super::due::asked_of(order)?;
        asked.retain(|(channel, _)| channel.as_str() != order.channel);
        if !asked.is_empty() {
            open.push((order.number.clone(), asked));
        }
    }
    Ok(open)
}
