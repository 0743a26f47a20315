//! The money desk: orders by state, cash, transfers, waiving.

use super::ledger::{self, Cause, FEES, Movement};
use super::{Held, held, late, refunds, settle, state_of, yuan};
use crate::desk::access::{self, Scope};
use crate::live::outbox::Audience;
use crate::{Error, Records, Tx, messages, sql};
use domain::account::StaffMember;
use domain::ids::{Fen, PlanId, Revision};
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::page::money::{MoneyList, OrderLine, RefundLine};
use domain::payment::{Channel, OrderState, PaymentRefusal};
use domain::time::Timestamp;
use sea_orm::FromQueryResult;
use serde_json::json;

/// Most lines of a list.
const MOST: usize = 200;
/// Most characters of a reason, receipt or voucher.
const WORDS_MAX: usize = 200;

/// Ends with [`Error::Forbidden`] where a role takes cash but does not decide on money.
pub(super) fn ensure_decides_money(member: &StaffMember) -> Result<(), Error> {
    if refunds::decides(member.role) { Ok(()) } else { Err(Error::Forbidden) }
}

/// Words that must be there.
pub(super) fn words(text: &str) -> Result<&str, Error> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > WORDS_MAX { Err(PaymentRefusal::NoWords.into()) } else { Ok(text) }
}

/// Reads yuan as people type and paste them: `280`, `280.5`, `２８０`, `1,280.00`, `¥280 元`.
pub fn fen_of(yuan: &str) -> Option<Fen> {
    let yuan = domain::text::compact(yuan).replace(',', "");
    let yuan = yuan.trim_start_matches(['¥', '￥']).trim_end_matches('元');
    let (whole, part) = yuan.split_once('.').unwrap_or((yuan, ""));
    let digits = |text: &str| text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    Some(Fen(whole.parse::<i64>().ok()? * 100 + part))
}

/// An order of a case within the scope, held.
pub(super) async fn held_in(tx: &Tx, scope: &Scope, number: &str) -> Result<Held, Error> {
    held(tx, number).await?.filter(|held| scope.covers(&held.case)).ok_or(Error::NotFound)
}

/// 窗口收现金: the order is paid, the number of the paper receipt is kept. Cash for an order that has expired brings the place
/// back as late money does, or is not taken.
pub async fn pay_cash(
    records: &Records,
    member: &StaffMember,
    number: &str,
    seen: Revision,
    receipt: &str,
) -> Result<(), Error> {
    access::ensure_decides(member)?;
    let receipt = words(receipt)?;
    by_hand(records, member, number, seen, Channel::Cash, receipt).await
}

/// 银行转账 confirmed by a manager, with the words of the voucher; also for an order of the agency's bill, and for one that
/// has expired as with cash.
pub async fn confirm_transfer(
    records: &Records,
    member: &StaffMember,
    number: &str,
    seen: Revision,
    voucher: &str,
) -> Result<(), Error> {
    ensure_decides_money(member)?;
    let voucher = words(voucher)?;
    by_hand(records, member, number, seen, Channel::Transfer, voucher).await
}

async fn by_hand(
    records: &Records,
    member: &StaffMember,
    number: &str,
    seen: Revision,
    channel: Channel,
    reference: &str,
) -> Result<(), Error> {
    let scope = Scope::of(records, member).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut held = held_in(&tx, &scope, number).await?;
    let state = state_of(&held.order)?;
    // Clicked twice: it is paid by this receipt already.
    if state == OrderState::Paid && held.order.channel == channel.as_str() && held.order.reference == reference {
        return Ok(());
    }
    if held.order.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    // What stands on a bill is paid with the bill.
    let single = channel == Channel::Transfer && state == OrderState::ByAgency && !on_bill(&tx, &held.order.id).await?;
    let back = match state {
        OrderState::Expired => Some(late::place_back(records, &tx, &held, now).await?.map_err(PaymentRefusal::Gone)?),
        _ if state.is_open() || single => None,
        _ => return Err(PaymentRefusal::NotNow(state).into()),
    };
    let (cause, audience, kind, more) = match back {
        None => (Cause::Paid, Audience::Desk, MessageKind::Paid, ""),
        Some(_) => (Cause::Late, Audience::Seats, MessageKind::PlaceRestored, "，过期以后收的，还有名额，报名已恢复"),
    };
    let amount = Fen(held.order.amount);
    let movement = Movement { from: FEES, to: channel.as_str(), amount, cause, reference };
    ledger::book(&tx, &held.order, movement, now).await?;
    held.order.state = OrderState::Paid.as_str().into();
    held.order.channel = channel.as_str().into();
    held.order.reference = reference.into();
    held.order.paid_at = Some(now.0);
    if back.is_some() {
        held.order.reason = "过期以后收的，名额恢复".into();
    }
    let detail = json!({ "channel": channel.as_str(), "text": format!("{} 元，{reference}{more}", yuan(amount.0)) });
    let settled = settle(&mut tx, &mut held, now, &member.into(), What::FeePaid, detail, audience).await;
    match settled {
        Err(Error::Database(error)) if Error::is_duplicate(&error) => return Err(PaymentRefusal::ReceiptUsed.into()),
        other => other?,
    }
    messages::tell(records, &mut tx, now, held.telling(kind, amount)).await?;
    tx.commit().await?;
    if let Some(taken) = back {
        taken.publish(records);
    }
    Ok(())
}

async fn on_bill(tx: &Tx, order: &str) -> Result<bool, Error> {
    let question = "SELECT COUNT(*) FROM agency_bill_order WHERE order_id = $1";
    Ok(sql::number(&tx.db, question, vec![order.into()]).await?.unwrap_or(0) > 0)
}

/// 免收, with a reason.
pub async fn waive(
    records: &Records,
    member: &StaffMember,
    number: &str,
    seen: Revision,
    reason: &str,
) -> Result<(), Error> {
    ensure_decides_money(member)?;
    let scope = Scope::of(records, member).await?;
    let reason = words(reason)?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut held = held_in(&tx, &scope, number).await?;
    let state = state_of(&held.order)?;
    if held.order.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    if !state.is_open() {
        return Err(PaymentRefusal::NotNow(state).into());
    }
    held.order.state = OrderState::Waived.as_str().into();
    held.order.reason = reason.into();
    settle(&mut tx, &mut held, now, &member.into(), What::FeeWaived, json!({ "text": reason }), Audience::Desk).await?;
    // Without the reason: it may say more of a person than a mail should.
    let amount = Fen(held.order.amount);
    messages::tell(records, &mut tx, now, held.telling(MessageKind::FeeWaived, amount)).await?;
    tx.commit().await
}

#[derive(FromQueryResult)]
struct Line {
    id: String,
    number: String,
    application_id: String,
    name: String,
    application_number: Option<String>,
    plan_id: String,
    title: String,
    amount: i64,
    refunded: i64,
    state: String,
    channel: String,
    reference: String,
    reason: String,
    due_until: Option<i64>,
    created_at: i64,
    paid_at: Option<i64>,
    revision: i64,
}

#[derive(FromQueryResult)]
struct Sum {
    state: String,
    orders: i64,
    fen: i64,
}

#[derive(FromQueryResult)]
struct Back {
    number: String,
    order_number: String,
    channel: String,
    amount: i64,
    reason: String,
    asked_by: String,
    asked_at: i64,
    done_at: Option<i64>,
}

/// The orders within the member's scope: of one state where one is named, by name, 报名号 or number of the order where
/// words are given.
pub async fn list(
    records: &Records,
    member: &StaffMember,
    state: Option<OrderState>,
    search: &str,
    plan: Option<PlanId>,
) -> Result<MoneyList, Error> {
    access::ensure_decides(member)?;
    let scope = Scope::of(records, member).await?;
    let (clause, value) = scope.clause(1);
    let (of_agency, _) = scope.agencies(1);
    // One plan's orders lie together, and so do one agency's; all that is asked of these stands in the index.
    let (of_plan, mut values) = ("AND o.plan_id = $2", vec![value.clone()]);
    values.extend(plan.map(|plan| plan.to_string().into()));
    let sums: Vec<Sum> = sql::all(
        records.read(),
        &format!(
            "SELECT o.state, COUNT(*) AS orders, CAST(SUM(o.amount) AS BIGINT) AS fen
             FROM agency g CROSS JOIN payment_order o
             WHERE {of_agency} AND o.agency_id = g.id {} GROUP BY o.state ORDER BY o.state",
            if plan.is_some() { of_plan } else { "" }
        ),
        values,
    )
    .await?;
    let refunds: Vec<Back> = sql::all(
        records.read(),
        &format!(
            "SELECT r.number, o.number AS order_number, r.channel, r.amount, r.reason, r.asked_by, r.asked_at, r.done_at
             FROM refund r JOIN payment_order o ON o.id = r.order_id JOIN application a ON a.id = o.application_id
             WHERE {clause} AND r.done_at IS NULL ORDER BY r.asked_at, r.number LIMIT {MOST}"
        ),
        vec![value],
    )
    .await?;
    let state_known = |one: Sum| OrderState::parse(&one.state).map(|state| (state, one.orders, one.fen));
    let lines = lines(records, member, state, search, plan, MOST).await?;
    // One order alone is open to be worked on.
    let late = match lines.as_slice() {
        [one] if one.state == OrderState::Expired => Some(late::would_come_back(records, &one.number).await?),
        _ => None,
    };
    Ok(MoneyList {
        now: records.now(),
        lines,
        sums: sums
            .into_iter()
            .filter_map(state_known)
            .map(|(state, orders, fen)| (state, u64::try_from(orders).unwrap_or(0), Fen(fen)))
            .collect(),
        refunds: refunds
            .into_iter()
            .map(|one| {
                Ok(RefundLine {
                    channel: Channel::parse(&one.channel)
                        .ok_or_else(|| Error::bad_row("refund", &one.number, "channel"))?,
                    number: one.number,
                    order: one.order_number,
                    amount: Fen(one.amount),
                    reason: one.reason,
                    asked_by: one.asked_by,
                    asked_at: Timestamp(one.asked_at),
                    done_at: one.done_at.map(Timestamp),
                })
            })
            .collect::<Result<_, Error>>()?,
        may_decide: refunds::decides(member.role),
        late,
    })
}

/// Every order within the member's scope, for the settlement.
///
/// That it was taken out is a line of the history.
pub async fn money_rows(
    records: &Records,
    member: &StaffMember,
    plan: Option<PlanId>,
) -> Result<Vec<OrderLine>, Error> {
    const ALL: usize = 100_000;
    access::ensure_decides(member)?;
    let rows = lines(records, member, None, "", plan, ALL).await?;
    let agency = member.agency.ok_or(Error::NotFound)?;
    let tx = records.begin().await?;
    let text = format!("结算表 {} 笔", rows.len());
    super::note_money(&tx, records.now(), &agency.to_string(), member, "settlement", &text).await?;
    tx.commit().await?;
    Ok(rows)
}

async fn lines(
    records: &Records,
    member: &StaffMember,
    state: Option<OrderState>,
    search: &str,
    plan: Option<PlanId>,
    most: usize,
) -> Result<Vec<OrderLine>, Error> {
    let (clause, value) = Scope::of(records, member).await?.clause(1);
    let search: String = search.trim().chars().filter(|ch| !"%_\\".contains(*ch)).take(WORDS_MAX).collect();
    let rows: Vec<Line> = sql::all(
        records.read(),
        &format!(
            "SELECT o.id, o.number, o.application_id, a.name, a.number AS application_number, o.plan_id, p.title, o.amount,
                    o.refunded, o.state, o.channel, o.reference, o.reason, o.due_until, o.created_at, o.paid_at, o.revision
             FROM payment_order o JOIN application a ON a.id = o.application_id JOIN plan p ON p.id = o.plan_id
             WHERE {clause} AND ($2 = '' OR o.state = $2)
               AND ($5 = '' OR o.plan_id = $5)
               AND ($3 = '' OR a.name LIKE $4 OR a.number LIKE $4 OR o.number LIKE $4)
             ORDER BY o.created_at DESC, o.number DESC LIMIT {most}"
        ),
        vec![
            value,
            state.map_or("", OrderState::as_str).into(),
            search.clone().into(),
            format!("%{search}%").into(),
            plan.map_or_else(String::new, |plan| plan.to_string()).into(),
        ],
    )
    .await?;
    rows.into_iter().map(line).collect()
}

fn line(one: Line) -> Result<OrderLine, Error> {
    let bad = |why: &str| Error::bad_row("payment_order", &one.id, why);
    Ok(OrderLine {
        application: one.application_id.parse().map_err(|_| bad("application"))?,
        plan: one.plan_id.parse().map_err(|_| bad("plan"))?,
        state: OrderState::parse(&one.state).ok_or_else(|| bad("state"))?,
        channel: Channel::parse(&one.channel),
        number: one.number.clone(),
        name: one.name.clone(),
        application_number: one.application_number.clone().unwrap_or_default(),
        plan_title: one.title.clone(),
        amount: Fen(one.amount),
        refunded: Fen(one.refunded),
        reference: one.reference.clone(),
        reason: if one.reason == super::BY_AGENCY { String::new() } else { one.reason.clone() },
        until: one.due_until.map(Timestamp),
        since: Timestamp(one.created_at),
        paid_at: one.paid_at.map(Timestamp),
        revision: Revision(one.revision),
    })
}
