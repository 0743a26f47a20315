//! Reconciliation: what we booked on a day against the channel's bill of that day.

use crate::desk::access::Scope;
use crate::{Error, Records, sql};
use chrono::NaiveDate;
use domain::account::StaffMember;
use domain::ids::Fen;
use domain::page::money::{BillLine, Difference, Reconciliation};
use domain::payment::Channel;
use domain::time::Timestamp;
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;

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
