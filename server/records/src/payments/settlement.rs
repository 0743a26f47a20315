//! 结算: what came and went in a month, by plan and channel, from the ledger: it has every movement once, on its day.

use super::note_money;
use crate::desk::access::{self, Scope};
use crate::{Error, Records, sql};
use chrono::{Datelike, Months, NaiveDate};
use domain::account::StaffMember;
use domain::ids::Fen;
use domain::page::money::{Movement, Settlement, SettlementLine};
use domain::payment::Channel;
use domain::time::Timestamp;
use sea_orm::{FromQueryResult, Value};

/// Most movements of one sheet.
const MOST: usize = 100_000;

/// First and last day of the month that a day lies in.
pub(super) fn month_of(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = day.with_day(1).unwrap_or(day);
    let last = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(day);
    (first, last)
}

/// What the scope and the month ask for: the clause, with its three values.
async fn asked(
    records: &Records,
    member: &StaffMember,
    day: NaiveDate,
) -> Result<(String, Vec<Value>, (NaiveDate, NaiveDate)), Error> {
    access::ensure_decides(member)?;
    let (clause, value) = Scope::of(records, member).await?.clause(1);
    let (first, last) = month_of(day);
    let (from, to) = (Timestamp::start_of(first), Timestamp(Timestamp::end_of(last).0 + 999));
    let from_where = format!(
        "FROM ledger_entry l JOIN payment_order o ON o.id = l.order_id JOIN application a ON a.id = o.application_id
         JOIN plan p ON p.id = o.plan_id
         WHERE {clause} AND l.account NOT IN ('fees','owed') AND l.at BETWEEN $2 AND $3"
    );
    Ok((from_where, vec![value, from.0.into(), to.0.into()], (first, last)))
}

/// The month that `day` lies in.
pub async fn settlement(records: &Records, member: &StaffMember, day: NaiveDate) -> Result<Settlement, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        plan_id: String,
        title: String,
        account: String,
        payments: i64,
        received: i64,
        refunds: i64,
        returned: i64,
    }
    let (from_where, values, (from, to)) = asked(records, member, day).await?;
    let rows: Vec<Row> = sql::all(
        records.read(),
        &format!(
            "SELECT o.plan_id, p.title, l.account,
                    SUM(CASE WHEN l.cause <> 'refund' THEN 1 ELSE 0 END) AS payments,
                    CAST(SUM(CASE WHEN l.cause <> 'refund' THEN l.amount ELSE 0 END) AS BIGINT) AS received,
                    SUM(CASE WHEN l.cause = 'refund' THEN 1 ELSE 0 END) AS refunds,
                    CAST(SUM(CASE WHEN l.cause = 'refund' THEN -l.amount ELSE 0 END) AS BIGINT) AS returned
             {from_where} GROUP BY o.plan_id, p.title, l.account ORDER BY p.title, o.plan_id, l.account"
        ),
        values,
    )
    .await?;
    let many = |number: i64| u64::try_from(number).unwrap_or(0);
    let lines = rows.into_iter().map(|one| {
        let bad = |why: &str| Error::bad_row("ledger_entry", &one.plan_id, why);
        Ok(SettlementLine {
            plan: one.plan_id.parse().map_err(|_| bad("plan"))?,
            channel: Channel::parse(&one.account).ok_or_else(|| bad("account"))?,
            plan_title: one.title.clone(),
            payments: many(one.payments),
            received: Fen(one.received),
            refunds: many(one.refunds),
            returned: Fen(one.returned),
        })
    });
    let lines = lines.collect::<Result<_, Error>>()?;
    let (clause, value) = Scope::of(records, member).await?.clause(1);
    let waiting = format!(
        "SELECT CAST(COALESCE(SUM(r.amount), 0) AS BIGINT) FROM refund r JOIN payment_order o ON o.id = r.order_id
         JOIN application a ON a.id = o.application_id WHERE {clause} AND r.done_at IS NULL"
    );
    let to_return = Fen(sql::number(records.read(), &waiting, vec![value]).await?.unwrap_or(0));
    Ok(Settlement { from, to, lines, to_return })
}

/// Every movement of that month, oldest first. That it was taken out is a line of the history.
pub async fn movements(records: &Records, member: &StaffMember, day: NaiveDate) -> Result<Vec<Movement>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        at: i64,
        number: String,
        application_number: Option<String>,
        name: String,
        title: String,
        account: String,
        amount: i64,
        reference: String,
    }
    let (from_where, values, (first, _)) = asked(records, member, day).await?;
    let rows: Vec<Row> = sql::all(
        records.read(),
        &format!(
            "SELECT l.at, o.number, a.number AS application_number, a.name, p.title, l.account, l.amount, l.reference
             {from_where} ORDER BY l.at, l.id LIMIT {MOST}"
        ),
        values,
    )
    .await?;
    let agency = member.agency.ok_or(Error::NotFound)?;
    let tx = records.begin().await?;
    let text = format!("{} 结算明细 {} 笔", first.format("%Y-%m"), rows.len());
    note_money(&tx, records.now(), &agency.to_string(), member, "settlement", &text).await?;
    tx.commit().await?;
    rows.into_iter()
        .map(|one| {
            let channel = Channel::parse(&one.account);
            Ok(Movement {
                at: Timestamp(one.at),
                channel: channel.ok_or_else(|| Error::bad_row("ledger_entry", &one.number, "account"))?,
                order: one.number,
                application_number: one.application_number.unwrap_or_default(),
                name: one.name,
                plan_title: one.title,
                amount: Fen(one.amount),
                reference: one.reference,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_its_own_last_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (asked, first, last) in [
            ("2026-11-21", "2026-11-01", "2026-11-30"),
            ("2026-12-31", "2026-12-01", "2026-12-31"),
            ("2028-02-01", "2028-02-01", "2028-02-29"),
        ] {
            assert_eq!(month_of(day(asked)), (day(first), day(last)));
        }
    }
}
