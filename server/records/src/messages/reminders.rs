//! 提醒: written by the clock, each once. What somebody has done meanwhile is not reminded of.

use super::{Telling, tell_all};
use crate::entity::application;
use crate::{Error, Records, planner, sql};
use chrono::{Days, Timelike};
use domain::ids::Fen;
use domain::message::MessageKind;
use domain::places::is_reminder_due;
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Value};
use std::collections::HashMap;

const HOUR_MS: i64 = 3_600_000;
/// A correction is reminded of when a day is left, unless it was returned with little more than that.
const CORRECTION_MS: i64 = 24 * HOUR_MS;
/// A payment is reminded of twice: when three days are left, and when one is left.
const PAYMENT_MS: [i64; 2] = [72 * HOUR_MS, 24 * HOUR_MS];
/// An exam is reminded of when three days are left.
const EXAM_MS: i64 = 72 * HOUR_MS;
/// The office is told in the morning what the day brings, Shanghai time.
const OFFICE_HOUR: u32 = 7;
/// Days before it must have done something at which the office is told of it: two desks sign in that time.
const OFFICE_AHEAD: u64 = 3;
/// Reminders written in one transaction.
const AT_ONCE: usize = 500;

/// Writes what is to be reminded of now; gives how many messages it was. Run it every few minutes.
pub async fn remind(records: &Records) -> Result<usize, Error> {
    Ok(people(records).await? + offers(records).await? + offices(records).await?)
}

/// Somebody to remind.
#[derive(FromQueryResult)]
struct Due {
    id: String,
    entity: String,
    version: i64,
    moment: i64,
}

async fn people(records: &Records) -> Result<usize, Error> {
    let now = records.now();
    let mut count = 0;
    // Whoever was told is left out here, not by the unique key: the same rows would be written again and again.
    let untold = "NOT EXISTS (SELECT 1 FROM message m WHERE m.recipient = 'account:' || a.account_id
                  AND m.kind = $1 AND m.entity = due.entity AND m.version = due.version)";
    let mut all: Vec<(MessageKind, String, Vec<Value>)> = vec![(
        MessageKind::CorrectionSoon,
        "SELECT id, id AS entity, until_at AS version, until_at AS moment FROM application
         WHERE stage = 'returned' AND until_at > $2 AND until_at <= $3 AND until_at - decided_at > $4"
            .to_owned(),
        vec![now.0.into(), (now.0 + CORRECTION_MS).into(), (CORRECTION_MS * 3 / 2).into()],
    )];
    for (nth, left) in PAYMENT_MS.into_iter().enumerate() {
        // The first is left out where the second is due already, or where the approval itself came in these days.
        let least = PAYMENT_MS.get(nth + 1).copied().unwrap_or(0);
        all.push((
            MessageKind::PaymentSoon,
            format!(
                "SELECT id, id || '/{}' AS entity, due_until AS version, due_until AS moment FROM application
                 WHERE stage = 'approved' AND money = 'due' AND due_until > $2 AND due_until <= $3 AND due_until - decided_at > $4",
                nth + 1
            ),
            vec![(now.0 + least).into(), (now.0 + left).into(), left.into()],
        ));
    }
    let (today, yesterday) = (now.day(), now.day().checked_sub_days(Days::new(1)).unwrap_or(now.day()));
    all.push((
        MessageKind::TicketOpens,
        "SELECT t.application_id AS id, t.application_id AS entity, CAST($4 AS BIGINT) AS version, CAST($4 AS BIGINT) AS moment
         FROM admission_ticket t JOIN seating s ON s.plan_id = t.plan_id
         WHERE s.opens_on IN ($2, $3) AND t.issued_at < $4"
            .to_owned(),
        vec![today.to_string().into(), yesterday.to_string().into(), Timestamp::start_of(today).0.into()],
    ));
    all.push((
        MessageKind::ExamSoon,
        "SELECT e.application_id AS id, e.application_id AS entity, MIN(s.starts_at) AS version, MIN(s.starts_at) AS moment
         FROM exam_seat e JOIN exam_session s ON s.id = e.session_id
         JOIN admission_ticket t ON t.application_id = e.application_id
         GROUP BY e.application_id HAVING MIN(s.starts_at) > $2 AND MIN(s.starts_at) <= $3"
            .to_owned(),
        vec![now.0.into(), (now.0 + EXAM_MS).into()],
    ));
    // Where no seats are arranged here, the day of the plan counts.
    let third = today.checked_add_days(Days::new(3)).unwrap_or(today);
    all.push((
        MessageKind::ExamSoon,
        "SELECT b.id, b.id AS entity, CAST($3 AS BIGINT) AS version, CAST($3 AS BIGINT) AS moment
         FROM application b JOIN plan p ON p.id = b.plan_id
         WHERE b.stage = 'approved' AND p.exam_on = $2 AND p.cancelled_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM seating s WHERE s.plan_id = p.id)"
            .to_owned(),
        vec![third.to_string().into(), Timestamp::start_of(third).0.into()],
    ));
    for (kind, due, values) in all {
        let text = format!(
            "SELECT due.id, due.entity, due.version, due.moment FROM ({due}) AS due
             JOIN application a ON a.id = due.id AND a.stage IN ('returned','approved')
             JOIN plan q ON q.id = a.plan_id AND q.cancelled_at IS NULL WHERE {untold} ORDER BY due.id LIMIT {AT_ONCE}"
        );
        let values = std::iter::once(Value::from(kind.as_str())).chain(values).collect();
        let found: Vec<Due> = sql::all(records.read(), &text, values).await?;
        count += found.len();
        write(records, kind, found, now).await?;
    }
    Ok(count)
}

/// Whoever was offered a place and has not used it, once, while it is held.
async fn offers(records: &Records) -> Result<usize, Error> {
    #[derive(FromQueryResult)]
    struct Offer {
        id: String,
        entity: String,
        offered: i64,
        ends: i64,
    }
    let now = records.now();
    let text = "SELECT w.application_id AS id, w.id AS entity, w.offered_at AS offered, w.until_at AS ends
         FROM waiting_place w JOIN application a ON a.id = w.application_id AND a.stage = 'draft'
         JOIN plan p ON p.id = w.plan_id AND p.cancelled_at IS NULL
         WHERE w.state = 'offered' AND w.until_at >= $2
           AND NOT EXISTS (SELECT 1 FROM message m WHERE m.recipient = 'account:' || a.account_id
                           AND m.kind = $1 AND m.entity = w.id AND m.version = 1)
         ORDER BY w.until_at, w.id";
    let held: Vec<Offer> =
        sql::all(records.read(), text, vec![MessageKind::PlaceSoon.as_str().into(), now.0.into()]).await?;
    let due: Vec<Due> = held
        .into_iter()
        .filter(|one| is_reminder_due(Timestamp(one.offered), Timestamp(one.ends), now))
        .take(AT_ONCE)
        .map(|one| Due { id: one.id, entity: one.entity, version: 1, moment: one.ends })
        .collect();
    let count = due.len();
    write(records, MessageKind::PlaceSoon, due, now).await?;
    Ok(count)
}

async fn write(records: &Records, kind: MessageKind, due: Vec<Due>, now: Timestamp) -> Result<(), Error> {
    if due.is_empty() {
        return Ok(());
    }
    let mut tx = records.begin().await?;
    let ids = due.iter().map(|one| one.id.clone());
    let cases = application::Entity::find().filter(application::Column::Id.is_in(ids)).all(&tx.db).await?;
    let cases: HashMap<String, application::Model> = cases.into_iter().map(|one| (one.id.clone(), one)).collect();
    let fees = match kind {
        MessageKind::PaymentSoon => fees(&tx, &due).await?,
        _ => HashMap::new(),
    };
    let told = due.iter().filter_map(|one| {
        let case = cases.get(&one.id)?;
        let telling = Telling::about(case, kind).of(&one.entity, one.version).waking();
        Some(match kind {
            MessageKind::CorrectionSoon | MessageKind::PlaceSoon => telling.until(Timestamp(one.moment)),
            MessageKind::PaymentSoon => {
                let telling = telling.until(Timestamp(one.moment));
                fees.get(&one.id).map_or_else(|| telling.clone(), |fee| telling.clone().amount(*fee))
            }
            _ => telling.at(Timestamp(one.moment)),
        })
    });
    tell_all(records, &mut tx, now, told.collect()).await?;
    tx.commit().await
}

/// What each has to pay.
async fn fees(tx: &crate::Tx, due: &[Due]) -> Result<HashMap<String, Fen>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        application_id: String,
        amount: i64,
    }
    let text = format!(
        "SELECT application_id, amount FROM payment_order WHERE state IN ('due','paying') AND application_id IN ({})",
        super::places(1, due.len())
    );
    let rows: Vec<Row> = sql::all(&tx.db, &text, due.iter().map(|one| one.id.clone().into()).collect()).await?;
    Ok(rows.into_iter().map(|row| (row.application_id, Fen(row.amount))).collect())
}

/// What the day brings to each agency's plans, and what it has to have done in a few days, once a day.
async fn offices(records: &Records) -> Result<usize, Error> {
    let now = records.now();
    let today = now.day();
    if now.in_shanghai().hour() < OFFICE_HOUR {
        return Ok(0);
    }
    let name = format!("reminded/{today}");
    let known = sql::number(records.read(), "SELECT value FROM counter WHERE name = $1", vec![name.clone().into()]);
    if known.await?.is_some() {
        return Ok(0);
    }
    let ahead = today.checked_add_days(Days::new(OFFICE_AHEAD)).unwrap_or(today);
    let due = planner::due_on(records, &[today, ahead]).await?;
    let due: Vec<_> = due.into_iter().filter(|one| one.on == today || one.asks).collect();
    let mut tx = records.begin().await?;
    // Another node may have been faster; its messages and this line come together.
    let first = sql::run(
        &tx.db,
        "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO NOTHING",
        vec![name.into()],
    );
    if first.await?.rows_affected() == 0 {
        return Ok(0);
    }
    let version = Timestamp::start_of(today).0;
    let count = due.len();
    let told = due.into_iter().map(|one| {
        let kind = if one.on == today { MessageKind::MilestoneDue } else { MessageKind::MilestoneSoon };
        Telling::to_agency(&one.agency, kind, format!("{}/{}", one.plan, one.point), version)
            .plan(one.plan)
            .title(format!("{}：{}", one.title, one.label))
            .until(one.until)
    });
    tell_all(records, &mut tx, now, told.collect()).await?;
    tx.commit().await?;
    Ok(count)
}
