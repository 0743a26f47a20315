//! Money going back: asked once, sent to where it came from, booked when it is there.

use super::ledger::{self, Cause, FEES, Movement, OWED};
use super::{Held, channel_of, draw, held, row, save, settle, state_of, yuan};
use crate::desk::access::Scope;
use crate::entity::refund;
use crate::history::Actor;
use crate::live::outbox::Audience;
use crate::{Error, Records, Tx, messages};
use domain::account::{Role, StaffMember};
use domain::ids::{Fen, Revision};
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::payment::{Channel, OrderState, PaymentRefusal};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;

/// A refund that a channel has to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRefund {
    /// Our number of it.
    pub number: String,
    /// Our number of the order.
    pub order: String,
    /// The channel.
    pub channel: Channel,
    /// The channel's number of the payment.
    pub transaction: String,
    /// How much goes back.
    pub amount: Fen,
    /// Of how much.
    pub paid: Fen,
    /// Why.
    pub reason: String,
}

/// Asks for a refund of a paid order. The caller saves nothing else: the order is saved here. The same key again changes
/// nothing.
pub(super) async fn ask(
    tx: &Tx,
    order: &mut row::Model,
    amount: Fen,
    key: &str,
    reason: &str,
    by: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let channel = channel_of(order).ok_or_else(|| super::bad(order, "paid without a channel"))?;
    let transaction = order.reference.clone();
    let going = Going { key, owed: false, channel, transaction: &transaction, amount, reason, by };
    if !insert(tx, order, going, now).await? {
        return Ok(false);
    }
    order.refunded += amount.0;
    order.state = OrderState::Refunding.as_str().into();
    save(tx, order).await?;
    Ok(true)
}

/// Gives back what was never ours.
pub(super) async fn give_back(
    tx: &Tx,
    order: &row::Model,
    channel: Channel,
    transaction: &str,
    amount: Fen,
    reason: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let going = Going { key: transaction, owed: true, channel, transaction, amount, reason, by: "" };
    insert(tx, order, going, now).await?;
    Ok(())
}

/// Money that goes back.
struct Going<'a> {
    /// What makes it one refund, however often it is asked for.
    key: &'a str,
    /// Whether it was never ours.
    owed: bool,
    /// The channel that it came by.
    channel: Channel,
    /// The payment that it came with.
    transaction: &'a str,
    amount: Fen,
    reason: &'a str,
    /// Who asked; empty where nobody did.
    by: &'a str,
}

/// Writes a refund down; false where it stands there already.
async fn insert(tx: &Tx, order: &row::Model, going: Going<'_>, now: Timestamp) -> Result<bool, Error> {
    let Going { key, owed, channel, transaction, amount, reason, by } = going;
    let known = refund::Entity::find()
        .filter(refund::Column::OrderId.eq(order.id.as_str()))
        .filter(refund::Column::Key.eq(key))
        .one(&tx.db)
        .await?;
    if known.is_some() {
        return Ok(false);
    }
    let row = refund::Model {
        number: draw(tx, 'T', now).await?,
        order_id: order.id.clone(),
        key: key.into(),
        owed: owed.into(),
        channel: channel.as_str().into(),
        transaction_id: transaction.into(),
        amount: amount.0,
        reason: reason.into(),
        asked_by: by.into(),
        asked_at: now.0,
        voucher: String::new(),
        done_at: None,
    };
    refund::Entity::insert(row.into_active_model()).exec_without_returning(&tx.db).await?;
    Ok(true)
}

/// 退款 by a manager, with a reason. Asked twice from one page it is one refund: `seen` is the revision that the page showed.
pub async fn ask_refund(
    records: &Records,
    member: &StaffMember,
    number: &str,
    seen: Revision,
    amount: Fen,
    reason: &str,
) -> Result<(), Error> {
    super::office::ensure_decides_money(member)?;
    let scope = Scope::of(records, member).await?;
    let reason = super::office::words(reason)?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut held = super::office::held_in(&tx, &scope, number).await?;
    let key = format!("asked/{}", seen.0);
    let known = refund::Entity::find()
        .filter(refund::Column::OrderId.eq(held.order.id.as_str()))
        .filter(refund::Column::Key.eq(key.as_str()))
        .one(&tx.db)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    if held.order.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    let state = state_of(&held.order)?;
    if !state.holds_money() {
        return Err(PaymentRefusal::NotNow(state).into());
    }
    let most = Fen(held.order.amount - held.order.refunded);
    if amount.0 <= 0 || amount > most {
        return Err(PaymentRefusal::RefundTooMuch { most }.into());
    }
    ask(&tx, &mut held.order, amount, &key, reason, &member.name, now).await?;
    let detail = json!({ "text": format!("{} 元，{reason}", yuan(amount.0)) });
    settle(&mut tx, &mut held, now, &member.into(), What::RefundAsked, detail, Audience::Desk).await?;
    tx.commit().await
}

/// Refunds that channels have not confirmed, oldest first.
pub async fn pending_refunds(records: &Records) -> Result<Vec<PendingRefund>, Error> {
    const MOST: u64 = 200;
    let rows = refund::Entity::find()
        .filter(refund::Column::DoneAt.is_null())
        .filter(refund::Column::Channel.is_in([Channel::Wechat.as_str(), Channel::Alipay.as_str()]))
        .order_by_asc(refund::Column::AskedAt)
        .order_by_asc(refund::Column::Number)
        .limit(MOST)
        .all(records.read())
        .await?;
    let mut all = Vec::with_capacity(rows.len());
    for one in rows {
        let order = row::Entity::find_by_id(one.order_id.as_str()).one(records.read()).await?.ok_or(Error::NotFound)?;
        let channel = Channel::parse(&one.channel).ok_or_else(|| Error::bad_row("refund", &one.number, "channel"))?;
        all.push(PendingRefund {
            number: one.number,
            order: order.number,
            channel,
            transaction: one.transaction_id,
            amount: Fen(one.amount),
            paid: Fen(order.amount),
            reason: one.reason,
        });
    }
    Ok(all)
}

/// The channel has given it back. Told again, nothing happens.
pub async fn refund_done(records: &Records, number: &str) -> Result<(), Error> {
    let mut tx = records.begin().await?;
    let Some((one, held)) = open_refund(&tx, number).await? else { return Ok(()) };
    finish(records, &mut tx, one, held, String::new(), &Actor::System).await?;
    tx.commit().await
}

/// Cash or a transfer was given back by hand: the voucher says how.
pub async fn refund_paid_out(
    records: &Records,
    member: &StaffMember,
    number: &str,
    voucher: &str,
) -> Result<(), Error> {
    super::office::ensure_decides_money(member)?;
    let scope = Scope::of(records, member).await?;
    let voucher = super::office::words(voucher)?.to_owned();
    let mut tx = records.begin().await?;
    // Whose it is comes before whether it is done.
    let found = refund::Entity::find_by_id(number).one(&tx.db).await?.ok_or(Error::NotFound)?;
    let order = row::Entity::find_by_id(found.order_id.as_str()).one(&tx.db).await?.ok_or(Error::NotFound)?;
    super::office::held_in(&tx, &scope, &order.number).await?;
    if Channel::parse(&found.channel).is_some_and(Channel::is_online) {
        return Err(Error::NotFound);
    }
    let Some((one, held)) = open_refund(&tx, number).await? else { return Ok(()) };
    finish(records, &mut tx, one, held, voucher, &member.into()).await?;
    tx.commit().await
}

async fn open_refund(tx: &Tx, number: &str) -> Result<Option<(refund::Model, Held)>, Error> {
    let found = refund::Entity::find_by_id(number).one(&tx.db).await?.ok_or(Error::NotFound)?;
    let order = row::Entity::find_by_id(found.order_id.as_str()).one(&tx.db).await?.ok_or(Error::NotFound)?;
    let held = held(tx, &order.number).await?.ok_or(Error::NotFound)?;
    // Whoever waited for the order's row looks again.
    let found = refund::Entity::find_by_id(number).one(&tx.db).await?.ok_or(Error::NotFound)?;
    Ok(found.done_at.is_none().then_some((found, held)))
}

async fn finish(
    records: &Records,
    tx: &mut Tx,
    one: refund::Model,
    mut held: Held,
    voucher: String,
    actor: &Actor,
) -> Result<(), Error> {
    let now = records.now();
    let amount = Fen(one.amount);
    let to = if one.owed == 1 { OWED } else { FEES };
    let movement = Movement { from: &one.channel, to, amount, cause: Cause::Refund, reference: &one.number };
    ledger::book(tx, &held.order, movement, now).await?;
    let others_open = refund::Entity::find()
        .filter(refund::Column::OrderId.eq(held.order.id.as_str()))
        .filter(refund::Column::Owed.eq(0))
        .filter(refund::Column::DoneAt.is_null())
        .filter(refund::Column::Number.ne(one.number.as_str()))
        .one(&tx.db)
        .await?
        .is_some();
    if one.owed == 0 && !others_open {
        let whole = held.order.refunded == held.order.amount;
        let next = if whole { OrderState::Refunded } else { OrderState::PartlyRefunded };
        held.order.state = next.as_str().into();
    }
    let detail = json!({ "text": format!("{} 元，{}", yuan(one.amount), one.reason) });
    let mut row = one.into_active_model();
    row.done_at = Set(Some(now.0));
    row.voucher = Set(voucher);
    refund::Entity::update(row).exec(&tx.db).await?;
    settle(tx, &mut held, now, actor, What::Refunded, detail, Audience::Desk).await?;
    messages::tell(records, tx, now, held.telling(MessageKind::Refunded, amount)).await
}

/// Whether a role may decide on money.
pub(super) fn decides(role: Role) -> bool {
    role == Role::Manager
}
