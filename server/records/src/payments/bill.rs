//! Reconciliation: what we booked on a day against the channel's bill of that day.

use super::{due, ledger, row};
use crate::desk::access::{self, Scope};
use crate::{Error, Records, sql};
use chrono::{Days, NaiveDate};
use domain::account::StaffMember;
use domain::ids::Fen;
use domain::page::money::{BillLine, Difference, Reconciliation};
use domain::payment::{Attempt, Channel};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter};
use std::collections::{BTreeMap, HashSet};

#[derive(FromQueryResult)]
struct Booked {
    number: String,
    reference: String,
    amount: i64,
}

/// What came in by a channel on a day, within the member's scope.
pub async fn day_of_channel(
    records: &Records,
    member: &StaffMember,
    channel: Channel,
    day: NaiveDate,
) -> Result<Vec<BillLine>, Error> {
    access::ensure_decides(member)?;
    let (clause, value) = Scope::of(records, member).await?.clause(1);
    let (from, to) = (Timestamp::start_of(day), Timestamp(Timestamp::end_of(day).0 + 999));
    let booked: Vec<Booked> = sql::all(
        records.read(),
        &format!(
            "SELECT o.number, l.reference, l.amount FROM ledger_entry l
             JOIN payment_order o ON o.id = l.order_id JOIN application a ON a.id = o.application_id
             WHERE {clause} AND l.account = $2 AND l.cause <> 'refund' AND l.at BETWEEN $3 AND $4 ORDER BY l.id"
        ),
        vec![value, channel.as_str().into(), from.0.into(), to.0.into()],
    )
    .await?;
    Ok(booked
        .into_iter()
        .map(|one| BillLine { order: one.number, transaction: one.reference, amount: Fen(one.amount) })
        .collect())
}

/// Holds a bill against our books of a day. Lines of orders that the member may not see are left out.
pub async fn reconcile(
    records: &Records,
    member: &StaffMember,
    channel: Channel,
    day: NaiveDate,
    bill: Vec<BillLine>,
) -> Result<Reconciliation, Error> {
    let here = day_of_channel(records, member, channel, day).await?;
    let mut ours: BTreeMap<String, BillLine> = here.into_iter().map(|one| (one.transaction.clone(), one)).collect();
    let mut answer = Reconciliation { day, channel, agreed: 0, sum: Fen(0), differences: Vec::new() };
    let scope = Scope::of(records, member).await?;
    for there in bill {
        match ours.remove(&there.transaction) {
            Some(line) if line.amount == there.amount => {
                answer.agreed += 1;
                answer.sum.0 += line.amount.0;
            }
            Some(line) => answer.differences.push(Difference::Amount { there, here: line.amount }),
            None => {
                if !of_others(records, &scope, &there.order).await? {
                    answer.differences.push(Difference::OnlyThere(there));
                }
            }
        }
    }
    answer.differences.extend(ours.into_values().map(Difference::OnlyHere));
    Ok(answer)
}

/// Days before today that are held against their bills by night.
const DAYS: u64 = 7;

/// Bills that are still to be fetched: of the last days before today, newest first.
pub async fn missing_bills(records: &Records, channels: &[Channel]) -> Result<Vec<(Channel, NaiveDate)>, Error> {
    let today = records.now().day();
    let mut missing = Vec::new();
    for back in 1..=DAYS {
        let Some(day) = today.checked_sub_days(Days::new(back)) else { break };
        for channel in channels.iter().filter(|channel| channel.is_online()) {
            if kept_bill(records, *channel, day).await?.is_none() {
                missing.push((*channel, day));
            }
        }
    }
    Ok(missing)
}

/// Keeps a channel's bill of a day that is over. Fetched again, the newer one counts.
pub async fn keep_bill(records: &Records, channel: Channel, day: NaiveDate, bill: &[BillLine]) -> Result<(), Error> {
    let lines = serde_json::to_string(bill).map_err(|why| Error::bad_row("channel_bill", day, why))?;
    sql::run(
        &records.inner.write,
        "INSERT INTO channel_bill (channel, day, lines, fetched_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (channel, day) DO UPDATE SET lines = excluded.lines, fetched_at = excluded.fetched_at",
        vec![channel.as_str().into(), day.to_string().into(), lines.into(), records.now().0.into()],
    )
    .await?;
    Ok(())
}

/// Orders of ours in a bill whose payment is in no book: what was told of them was lost, so the channel is asked once more.
/// Whoever still waits for money is asked every minute anyway; this finds what came for an order that has expired.
pub async fn unbooked(
    records: &Records,
    channel: Channel,
    bill: &[BillLine],
) -> Result<Vec<(String, Vec<(Channel, Attempt)>)>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        reference: String,
    }
    let question = "SELECT DISTINCT reference FROM ledger_entry WHERE account = $1 AND cause <> 'refund' AND at >= $2";
    let since = records.now().0 - (i64::try_from(DAYS).unwrap_or(0) + 1) * 86_400_000;
    let booked: Vec<Row> = sql::all(records.read(), question, vec![channel.as_str().into(), since.into()]).await?;
    let booked: HashSet<String> = booked.into_iter().map(|row| row.reference).collect();
    let mut lost = Vec::new();
    for line in bill.iter().filter(|line| !booked.contains(&line.transaction)) {
        let order = row::Entity::find().filter(row::Column::Number.eq(line.order.as_str())).one(records.read()).await?;
        let Some(order) = order else { continue };
        if !ledger::knows(records.read(), &order, &line.transaction).await? {
            let asked = due::asked_of(&order)?.into_iter().filter(|(asked, _)| *asked == channel).collect();
            lost.push((order.number, asked));
        }
    }
    Ok(lost)
}

async fn kept_bill(records: &Records, channel: Channel, day: NaiveDate) -> Result<Option<Vec<BillLine>>, Error> {
    let question = "SELECT lines FROM channel_bill WHERE channel = $1 AND day = $2";
    let kept = sql::text(records.read(), question, vec![channel.as_str().into(), day.to_string().into()]).await?;
    kept.map(|lines| serde_json::from_str(&lines).map_err(|why| Error::bad_row("channel_bill", day, why))).transpose()
}

/// What the nights found: every kept bill of the last days against the books as they stand now, newest first.
pub async fn nights(
    records: &Records,
    member: &StaffMember,
    channels: &[Channel],
) -> Result<Vec<Reconciliation>, Error> {
    access::ensure_decides(member)?;
    let today = records.now().day();
    let mut all = Vec::new();
    for back in 1..=DAYS {
        let Some(day) = today.checked_sub_days(Days::new(back)) else { break };
        for channel in channels {
            if let Some(bill) = kept_bill(records, *channel, day).await? {
                all.push(reconcile(records, member, *channel, day, bill).await?);
            }
        }
    }
    Ok(all)
}

/// Whether an order of that number exists outside the scope: one merchant may serve several agencies.
async fn of_others(records: &Records, scope: &Scope, number: &str) -> Result<bool, Error> {
    let (clause, value) = scope.clause(1);
    let question = format!(
        "SELECT COUNT(*) FROM payment_order o JOIN application a ON a.id = o.application_id
         WHERE o.number = $2 AND NOT ({clause})"
    );
    let count = sql::number(records.read(), &question, vec![value, number.into()]);
    Ok(count.await?.unwrap_or(0) > 0)
}
