//! 监考与考评: who is on duty in which room, and who stands in for whom.

use super::ground::{Ground, chain, held};
use crate::{Error, Records, Tx, history, sql};
use chrono::{Days, NaiveDate};
use domain::account::StaffMember;
use domain::form::{FieldFault, Problem};
use domain::ids::{PlanId, RoomId, SessionId};
use domain::page::mine::What;
use domain::page::rooms::{KeeperLine, SeatingRefusal};
use domain::plan::Plan;
use domain::refusal::Refusal;
use domain::seating::{Busy, Duty, Keeper};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;
use std::collections::HashMap;

/// Longest name, unit or card number, in characters.
const LONGEST: usize = 60;

/// Puts somebody on duty in a room during a session.
pub async fn post(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    session: SessionId,
    room: RoomId,
    keeper: &Keeper,
) -> Result<(), Error> {
    let keeper = checked(keeper)?;
    Ground::managed(records, member, plan).await?;
    let tx = records.begin().await?;
    held(&tx, plan).await?;
    for (table, id) in [("exam_session", session.to_string()), ("exam_room", room.to_string())] {
        let text = format!("SELECT COUNT(*) FROM {table} WHERE id = $1 AND plan_id = $2");
        if sql::number(&tx.db, &text, vec![id.into(), plan.to_string().into()]).await? != Some(1) {
            return Err(Error::NotFound);
        }
    }
    put(records, &tx, member, plan, (&session.to_string(), &room.to_string()), &keeper, None).await?;
    let detail = json!({ "duty": keeper.duty, "room": room, "session": session });
    history::append(&tx, records.now(), &chain(plan), &history::Actor::from(member), What::RoomsChanged, detail)
        .await?;
    tx.commit().await
}

/// Takes somebody off duty, with a reason.
pub async fn relieve(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    id: &str,
    reason: &str,
) -> Result<(), Error> {
    leave(records, member, plan, id, reason, None).await
}

/// Somebody else stands in, with a reason: 缺席补派.
pub async fn replace(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    id: &str,
    by: &Keeper,
    reason: &str,
) -> Result<(), Error> {
    leave(records, member, plan, id, reason, Some(checked(by)?)).await
}

async fn leave(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    id: &str,
    reason: &str,
    by: Option<Keeper>,
) -> Result<(), Error> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(SeatingRefusal::NoReason.into());
    }
    Ground::managed(records, member, plan).await?;
    let tx = records.begin().await?;
    held(&tx, plan).await?;
    #[derive(FromQueryResult)]
    struct Row {
        session_id: String,
        room_id: String,
        duty: String,
    }
    let text = "SELECT session_id, room_id, duty FROM room_staff WHERE id = $1 AND plan_id = $2 AND gone_at IS NULL";
    let row: Option<Row> = sql::one(&tx.db, text, vec![id.into(), plan.to_string().into()]).await?;
    let row = row.ok_or(Error::NotFound)?;
    let text = "UPDATE room_staff SET gone_at = $1, gone_reason = $2 WHERE id = $3";
    sql::run(&tx.db, text, vec![records.now().0.into(), reason.into(), id.into()]).await?;
    if let Some(mut keeper) = by {
        keeper.duty = Duty::parse(&row.duty).ok_or_else(|| Error::bad_row("room_staff", id, "duty"))?;
        put(records, &tx, member, plan, (&row.session_id, &row.room_id), &keeper, Some(id)).await?;
    }
    let detail = json!({ "relieved": id, "text": reason });
    history::append(&tx, records.now(), &chain(plan), &history::Actor::from(member), What::RoomsChanged, detail)
        .await?;
    tx.commit().await
}

async fn put(
    records: &Records,
    tx: &Tx,
    member: &StaffMember,
    plan: PlanId,
    (session, room): (&str, &str),
    keeper: &Keeper,
    replaces: Option<&str>,
) -> Result<(), Error> {
    let now = records.now();
    // One person counts once. Two of one name and unit are told apart by their cards.
    let text =
        "SELECT COUNT(*) FROM room_staff WHERE session_id = $1 AND room_id = $2 AND gone_at IS NULL AND name = $3
                  AND unit = $4 AND card_no = $5";
    let values =
        [session, room, &keeper.name, &keeper.unit, &keeper.card_no].into_iter().map(|text| text.to_owned().into());
    if sql::number(&tx.db, text, values.collect()).await? != Some(0) {
        return Err(SeatingRefusal::OnDutyTwice { name: keeper.name.clone() }.into());
    }
    sql::run(
        &tx.db,
        "INSERT INTO room_staff (id, plan_id, session_id, room_id, duty, name, unit, card_no, card_until, replaces, added_by, added_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        vec![
            records.chance().id(now).to_string().into(),
            plan.to_string().into(),
            session.into(),
            room.into(),
            keeper.duty.as_str().into(),
            keeper.name.clone().into(),
            keeper.unit.clone().into(),
            keeper.card_no.clone().into(),
            keeper.card_until.map(|day| day.to_string()).into(),
            replaces.map(str::to_owned).into(),
            member.id.to_string().into(),
            now.0.into(),
        ],
    )
    .await?;
    Ok(())
}

fn checked(keeper: &Keeper) -> Result<Keeper, Error> {
    let mut faults = Vec::new();
    let mut text = |value: &str, key: &str, label: &str, required: bool| {
        let value = value.trim().to_owned();
        let length = value.chars().count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let problem = match length {
            0 if required => Some(Problem::Missing),
            _ if length > LONGEST => Some(Problem::TooLong { length: count(length), limit: count(LONGEST) }),
            _ => None,
        };
        faults.extend(problem.map(|problem| FieldFault { key: key.into(), label: label.into(), problem }));
        value
    };
    let checked = Keeper {
        name: text(&keeper.name, "keeper", "姓名", true),
        unit: text(&keeper.unit, "unit", "工作单位", true),
        card_no: text(&keeper.card_no, "card_no", "考评员证号", false),
        ..keeper.clone()
    };
    if faults.is_empty() { Ok(checked) } else { Err(Refusal::Answers(faults).into()) }
}

/// Sessions of other plans are looked for within so many days after their first exam day.
const SESSIONS_AFTER: u64 = 30;

/// Who is on duty for other plans between two moments: of the same agency by name and card, of others by card alone.
pub(super) async fn on_duty_elsewhere<C: ConnectionTrait>(
    db: &C,
    plan: &Plan,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<Busy>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        own: i64,
        name: String,
        card_no: String,
        title: String,
        starts_at: i64,
        ends_at: i64,
    }
    let first = from.day().checked_sub_days(Days::new(SESSIONS_AFTER)).unwrap_or(from.day());
    let rows: Vec<Row> = sql::all(
        db,
        "SELECT CAST(CASE WHEN p.agency_id = $1 THEN 1 ELSE 0 END AS BIGINT) AS own, k.name, k.card_no, p.title, s.starts_at, s.ends_at
         FROM plan p JOIN room_staff k ON k.plan_id = p.id JOIN exam_session s ON s.id = k.session_id
         WHERE p.exam_on BETWEEN $2 AND $3 AND p.id <> $4 AND p.cancelled_at IS NULL AND k.gone_at IS NULL
           AND (p.agency_id = $1 OR k.card_no <> '') AND s.starts_at < $5 AND s.ends_at > $6
         ORDER BY p.title, p.id, k.name, k.id",
        vec![
            plan.agency.to_string().into(),
            first.to_string().into(),
            to.day().to_string().into(),
            plan.id.to_string().into(),
            to.0.into(),
            from.0.into(),
        ],
    )
    .await?;
    let busy = |row: Row| Busy {
        name: if row.own == 1 { row.name } else { String::new() },
        card_no: row.card_no,
        plan: row.title,
        span: (Timestamp(row.starts_at), Timestamp(row.ends_at)),
    };
    Ok(rows.into_iter().map(busy).collect())
}

/// Who is on duty, by session and room.
pub(super) async fn keepers<C: ConnectionTrait>(
    db: &C,
    plan: PlanId,
) -> Result<HashMap<(String, String), Vec<KeeperLine>>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        session_id: String,
        room_id: String,
        duty: String,
        name: String,
        unit: String,
        card_no: String,
        card_until: Option<String>,
        before: Option<String>,
        gone_reason: Option<String>,
    }
    let rows: Vec<Row> = sql::all(
        db,
        "SELECT k.id, k.session_id, k.room_id, k.duty, k.name, k.unit, k.card_no, k.card_until, b.name AS before, b.gone_reason
         FROM room_staff k LEFT JOIN room_staff b ON b.id = k.replaces
         WHERE k.plan_id = $1 AND k.gone_at IS NULL ORDER BY k.added_at, k.id",
        vec![plan.to_string().into()],
    )
    .await?;
    let mut all: HashMap<(String, String), Vec<KeeperLine>> = HashMap::new();
    for row in rows {
        let until: Option<NaiveDate> = row.card_until.as_deref().and_then(|day| day.parse().ok());
        let duty = Duty::parse(&row.duty).ok_or_else(|| Error::bad_row("room_staff", &row.id, "duty"))?;
        let line = KeeperLine {
            id: row.id,
            keeper: Keeper { name: row.name, unit: row.unit, duty, card_no: row.card_no, card_until: until },
            replaces: row.before.map(|before| (before, row.gone_reason.unwrap_or_default())),
        };
        all.entry((row.session_id, row.room_id)).or_default().push(line);
    }
    Ok(all)
}
