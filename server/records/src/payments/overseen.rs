//! 各机构收费: what came and went in a month at the agencies of an authority's region, from the ledger. Whoever oversees sees
//! sums of agencies and plans, and no person.

use super::settlement::month_of;
use crate::desk::access::Scope;
use crate::{Error, Records, sql};
use chrono::NaiveDate;
use domain::account::{Role, StaffMember};
use domain::ids::Fen;
use domain::page::money::{RegionSettlement, SettlementLine};
use domain::payment::Channel;
use domain::time::Timestamp;
use sea_orm::{FromQueryResult, Value};

/// The month that `day` lies in, for an authority. `CROSS JOIN` is the order in which SQLite looks: the movements of the
/// month by their index, and from each to its order, agency and plan; PostgreSQL finds its own.
pub async fn region_settlement(
    records: &Records,
    member: &StaffMember,
    day: NaiveDate,
) -> Result<RegionSettlement, Error> {
    if member.role != Role::Authority {
        return Err(Error::Forbidden);
    }
    let (clause, value) = Scope::of(records, member).await?.agencies(1);
    let (from, to) = month_of(day);
    #[derive(FromQueryResult)]
    struct Row {
        agency_id: String,
        agency: String,
        plan_id: String,
        title: String,
        account: String,
        payments: i64,
        received: i64,
        refunds: i64,
        returned: i64,
    }
    let mut values: Vec<Value> =
        vec![value.clone(), Timestamp::start_of(from).0.into(), (Timestamp::end_of(to).0 + 999).into()];
    let channels: Vec<String> = (0..Channel::ALL.len()).map(|at| format!("${}", values.len() + 1 + at)).collect();
    values.extend(Channel::ALL.map(|channel| Value::from(channel.as_str())));
    let text = format!(
        "SELECT o.agency_id, g.name AS agency, o.plan_id, p.title, l.account,
                SUM(CASE WHEN l.cause <> 'refund' THEN 1 ELSE 0 END) AS payments,
                CAST(SUM(CASE WHEN l.cause <> 'refund' THEN l.amount ELSE 0 END) AS BIGINT) AS received,
                SUM(CASE WHEN l.cause = 'refund' THEN 1 ELSE 0 END) AS refunds,
                CAST(SUM(CASE WHEN l.cause = 'refund' THEN -l.amount ELSE 0 END) AS BIGINT) AS returned
         FROM ledger_entry l CROSS JOIN payment_order o CROSS JOIN agency g CROSS JOIN plan p
         WHERE l.account IN ({}) AND l.at BETWEEN $2 AND $3 AND o.id = l.order_id AND g.id = o.agency_id AND {clause}
           AND p.id = o.plan_id
         GROUP BY o.agency_id, g.name, o.plan_id, p.title, l.account
         ORDER BY g.name, o.agency_id, p.title, o.plan_id, l.account",
        channels.join(",")
    );
    let many = |number: i64| u64::try_from(number).unwrap_or(0);
    let rows: Vec<Row> = sql::all(records.read(), &text, values).await?;
    let lines = rows.into_iter().map(|one| {
        let bad = |why: &str| Error::bad_row("ledger_entry", &one.plan_id, why);
        let line = SettlementLine {
            plan: one.plan_id.parse().map_err(|_| bad("plan"))?,
            channel: Channel::parse(&one.account).ok_or_else(|| bad("account"))?,
            plan_title: one.title.clone(),
            payments: many(one.payments),
            received: Fen(one.received),
            refunds: many(one.refunds),
            returned: Fen(one.returned),
        };
        Ok((one.agency_id.parse().map_err(|_| bad("agency"))?, one.agency.clone(), line))
    });
    let lines = lines.collect::<Result<_, Error>>()?;
    #[derive(FromQueryResult)]
    struct Waiting {
        id: String,
        name: String,
        fen: i64,
    }
    let text = format!(
        "SELECT g.id, g.name, CAST(SUM(r.amount) AS BIGINT) AS fen
         FROM refund r CROSS JOIN payment_order o CROSS JOIN agency g
         WHERE r.done_at IS NULL AND o.id = r.order_id AND g.id = o.agency_id AND {clause}
         GROUP BY g.id, g.name ORDER BY g.name, g.id"
    );
    let rows: Vec<Waiting> = sql::all(records.read(), &text, vec![value]).await?;
    let to_return = rows.into_iter().map(|one| {
        let id = one.id.parse().map_err(|_| Error::bad_row("refund", &one.id, "agency"))?;
        Ok((id, one.name, Fen(one.fen)))
    });
    Ok(RegionSettlement { from, to, lines, to_return: to_return.collect::<Result<_, Error>>()? })
}
