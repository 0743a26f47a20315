//! 消息 at the desk: what the office is told, how each way does, the log, sending again.

use super::OVER;
use super::inbox::lines;
use crate::entity::message as row;
use crate::{Error, Records, sql};
use domain::account::{Role, StaffMember};
use domain::ids::PlanId;
use domain::message::{DeliveryState, MessageKind, MessageRefusal, Way};
use domain::page::messages::{Audience, DeliveryLine, DeskMessages, NoticeSent, WayHealth};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Value};

/// Lines of the log on the page.
const LINES: usize = 200;
/// Own messages on the page.
const OWN: u64 = 10;
/// How far back they go, in milliseconds: two weeks.
const OWN_MS: i64 = 14 * 86_400_000;
const DAY_MS: i64 = 86_400_000;

/// The member's agency; administrators of the installation see the log of all.
fn scope(member: &StaffMember) -> Result<String, Error> {
    match (member.role, member.agency) {
        (Role::Manager | Role::Reviewer, Some(agency)) => Ok(agency.to_string()),
        (Role::Administrator, _) => Ok(String::new()),
        _ => Err(Error::Forbidden),
    }
}

/// The page of messages: log lines of one plan, one way, one state where they are named.
pub async fn desk(
    records: &Records,
    member: &StaffMember,
    plan: Option<PlanId>,
    way: Option<Way>,
    state: Option<DeliveryState>,
) -> Result<DeskMessages, Error> {
    let agency = scope(member)?;
    let now = records.now();
    let own = row::Entity::find()
        .filter(row::Column::Recipient.eq(format!("agency:{agency}")))
        .filter(row::Column::At.gt(now.0 - OWN_MS))
        .order_by_desc(row::Column::At)
        .order_by_desc(row::Column::Id)
        .limit(OWN)
        .all(records.read())
        .await?;
    let mut ways = Vec::new();
    for way in Way::ALL {
        ways.push(health(records, &agency, way, now).await?);
    }
    Ok(DeskMessages {
        now,
        own: lines(records, &own).await?,
        ways,
        lines: log(records, &agency, plan, way, state).await?,
        plans: plans(records, &agency).await?,
        notices: notices(records, &agency).await?,
        may_manage: member.role == Role::Manager,
    })
}

/// What still goes out, in the words of its index; `d` is a delivery.
const WAITS: &str = "d.state IN ('planned','failed','sending') AND d.due_at > 0";

/// Deliveries of one way to ask about, with `$1` the way and `$2` the agency, or all of them: by the indexes of what ended and
/// of what still waits.
fn deliveries(agency: &str) -> String {
    let whose = if agency.is_empty() { "$2 = ''" } else { "m.agency_id = $2" };
    format!("FROM message_delivery d CROSS JOIN message m WHERE m.id = d.message_id AND d.way = $1 AND {whose}")
}

async fn health(records: &Records, agency: &str, way: Way, now: Timestamp) -> Result<WayHealth, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        sent: i64,
        given_up: i64,
    }
    #[derive(FromQueryResult)]
    struct Reason {
        reason: String,
        at: i64,
    }
    let (from, db) = (deliveries(agency), records.read());
    let values = |more: Vec<Value>| [vec![way.as_str().into(), agency.into()], more].concat();
    let text = format!(
        "SELECT COUNT(*) FILTER (WHERE d.state = 'sent') AS sent,
                COUNT(*) FILTER (WHERE d.state = 'given_up' AND d.reason <> $4) AS given_up {from} AND d.ended_at > $3"
    );
    let row: Option<Row> = sql::one(db, &text, values(vec![(now.0 - DAY_MS).into(), OVER.into()])).await?;
    let waiting = sql::number(db, &format!("SELECT COUNT(*) {from} AND {WAITS}"), values(Vec::new())).await?;
    let text =
        format!("SELECT d.ended_at {from} AND d.state = 'sent' AND d.ended_at > 0 ORDER BY d.ended_at DESC LIMIT 1");
    let last = sql::number(db, &text, values(Vec::new())).await?;
    let mut reasons: Vec<Reason> = Vec::new();
    for (moment, which) in [
        ("d.ended_at", "d.state = 'given_up' AND d.ended_at > 0".to_owned()),
        ("d.due_at", format!("d.state = 'failed' AND {WAITS}")),
    ] {
        let text = format!(
            "SELECT d.reason, {moment} AS at {from} AND {which} AND d.reason NOT IN ('', $3) ORDER BY {moment} DESC, d.id DESC LIMIT 1"
        );
        reasons.extend(sql::one::<Reason, _>(db, &text, values(vec![OVER.into()])).await?);
    }
    let many = |number: i64| u64::try_from(number).unwrap_or(0);
    let (sent, given_up) = row.map_or((0, 0), |row| (row.sent, row.given_up));
    Ok(WayHealth {
        way,
        sent: many(sent),
        given_up: many(given_up),
        waiting: many(waiting.unwrap_or(0)),
        last_sent: last.map(Timestamp),
        last_reason: reasons.into_iter().max_by_key(|one| one.at).map(|one| one.reason).unwrap_or_default(),
    })
}

async fn log(
    records: &Records,
    agency: &str,
    plan: Option<PlanId>,
    way: Option<Way>,
    state: Option<DeliveryState>,
) -> Result<Vec<DeliveryLine>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        kind: String,
        at: i64,
        title: Option<String>,
        number: Option<String>,
        application_id: Option<String>,
        way: String,
        state: String,
        attempts: i64,
        due_at: i64,
        ended_at: Option<i64>,
        reason: String,
    }
    // The newest of an agency by its index; of all agencies by their ids, which count up with time.
    let (whose, newest) = match agency {
        "" => ("$1 = '' AND m.id > ''", "m.id"),
        _ => ("m.agency_id = $1", "m.at"),
    };
    let text = format!(
        "SELECT d.id, m.kind, m.at, p.title, a.number, m.application_id, d.way, d.state, d.attempts, d.due_at, d.ended_at, d.reason
         FROM message m CROSS JOIN message_delivery d LEFT JOIN plan p ON p.id = m.plan_id
         LEFT JOIN application a ON a.id = m.application_id
         WHERE {whose} AND d.message_id = m.id AND ($2 = '' OR m.plan_id = $2) AND ($3 = '' OR d.way = $3)
           AND ($4 = '' OR d.state = $4) ORDER BY {newest} DESC, d.id DESC LIMIT {LINES}"
    );
    let values: Vec<Value> = vec![
        agency.into(),
        plan.map(|plan| plan.to_string()).unwrap_or_default().into(),
        way.map_or("", Way::as_str).into(),
        state.map_or("", DeliveryState::as_str).into(),
    ];
    let rows: Vec<Row> = sql::all(records.read(), &text, values).await?;
    rows.into_iter()
        .map(|one| {
            let bad = |why: &str| Error::bad_row("message_delivery", &one.id, why);
            Ok(DeliveryLine {
                kind: MessageKind::parse(&one.kind).ok_or_else(|| bad("kind"))?,
                way: Way::parse(&one.way).ok_or_else(|| bad("way"))?,
                state: DeliveryState::parse(&one.state).ok_or_else(|| bad("state"))?,
                at: Timestamp(one.at),
                plan_title: one.title.unwrap_or_default(),
                number: one.number.unwrap_or_default(),
                application: one.application_id.as_deref().and_then(|id| id.parse().ok()),
                attempts: u32::try_from(one.attempts).unwrap_or(0),
                moment: Timestamp(one.ended_at.unwrap_or(one.due_at)),
                reason: one.reason,
                id: one.id,
            })
        })
        .collect()
}

async fn plans(records: &Records, agency: &str) -> Result<Vec<(PlanId, String)>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        title: String,
    }
    let text = "SELECT id, title FROM plan WHERE ($1 = '' OR agency_id = $1) ORDER BY exam_on DESC, id LIMIT 200";
    let rows: Vec<Row> = sql::all(records.read(), text, vec![agency.into()]).await?;
    rows.into_iter()
        .map(|row| Ok((row.id.parse().map_err(|_| Error::bad_row("plan", &row.id, "id"))?, row.title)))
        .collect()
}

async fn notices(records: &Records, agency: &str) -> Result<Vec<NoticeSent>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        at: i64,
        by_name: String,
        title: Option<String>,
        audience: String,
        subject: String,
        people: i64,
    }
    let text = "SELECT b.id, b.at, b.by_name, p.title, b.audience, b.subject, b.people FROM message_bulk b
         LEFT JOIN plan p ON p.id = b.plan_id WHERE ($1 = '' OR b.agency_id = $1) ORDER BY b.at DESC, b.id DESC LIMIT 20";
    let rows: Vec<Row> = sql::all(records.read(), text, vec![agency.into()]).await?;
    rows.into_iter()
        .map(|row| {
            Ok(NoticeSent {
                at: Timestamp(row.at),
                by: row.by_name,
                plan_title: row.title.unwrap_or_default(),
                audience: Audience::parse(&row.audience)
                    .ok_or_else(|| Error::bad_row("message_bulk", &row.id, "audience"))?,
                subject: row.subject,
                people: u32::try_from(row.people).unwrap_or(0),
            })
        })
        .collect()
}

/// 重发: a delivery that was given up, or waits to be tried again, is due now.
pub async fn again(records: &Records, member: &StaffMember, id: &str) -> Result<(), Error> {
    let agency = scope(member)?;
    if member.role == Role::Reviewer {
        return Err(Error::Forbidden);
    }
    let tx = records.begin().await?;
    let now = records.now();
    let theirs = sql::text(
        &tx.db,
        "SELECT d.state FROM message_delivery d JOIN message m ON m.id = d.message_id
         WHERE d.id = $1 AND ($2 = '' OR m.agency_id = $2)",
        vec![id.into(), agency.into()],
    );
    theirs.await?.ok_or(Error::NotFound)?;
    let done = sql::run(
        &tx.db,
        "UPDATE message_delivery SET state = 'planned', attempts = 0, due_at = $2, ended_at = NULL
         WHERE id = $1 AND state IN ('failed','given_up')",
        vec![id.into(), now.0.into()],
    );
    if done.await?.rows_affected() == 0 {
        return Err(MessageRefusal::NotFailed.into());
    }
    tx.commit().await
}

/// What the office was told is read, for all of the agency.
pub async fn own_read(records: &Records, member: &StaffMember) -> Result<(), Error> {
    let agency = super::managed(member)?;
    let tx = records.begin().await?;
    sql::run(
        &tx.db,
        "UPDATE message SET read_at = $2 WHERE recipient = $1 AND read_at IS NULL",
        vec![format!("agency:{agency}").into(), records.now().0.into()],
    )
    .await?;
    tx.commit().await
}
