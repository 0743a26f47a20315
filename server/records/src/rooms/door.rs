//! A door without a network: a device keeps the list of its sessions, notes who came, and hands the notes in later.
//!
//! Ids of notes are made on the device, so the same note may arrive any number of times. Two doors that noted the same
//! person agree on the earlier time; where one says present and the other absent, somebody decides. Everything that a door
//! stated stays in `door_note`.

use super::day::entry;
use super::ground::{Ground, chain, sessions};
use super::noting::{Door, Noted, came, note_misconduct};
use crate::entity::file;
use crate::history::{self, Actor};
use crate::{Error, Records, Tx, sql};
use domain::account::StaffMember;
use domain::ids::{ApplicationId, PlanId, SessionId};
use domain::page::door::{
    DoorAnswer, DoorBatch, DoorConflict, DoorKind, DoorList, DoorNote, DoorOutcome, DoorPerson, DoorSeat, DoorSession,
    KEPT_BEFORE, NOTES_MAX,
};
use domain::page::mine::What;
use domain::page::rooms::{Presence, SeatingRefusal, SessionLine};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult};
use serde_json::json;
use std::collections::HashMap;

/// Longest name of a device, in characters.
const DEVICE_MAX: usize = 20;
/// Longest reason of a decision, in characters.
const REASON_MAX: usize = 500;
/// Size of the photos on a device, in pixels: enough to tell a face.
const PHOTO: (u32, u32) = (120, 168);
/// A day, in ms.
const DAY: i64 = 86_400_000;

/// The list for a device: sessions that are on, or begin within 36 hours; and the key that the device seals it with.
/// Taking it is a line of the plan's history.
pub async fn list(records: &Records, member: &StaffMember, plan: PlanId) -> Result<DoorList, Error> {
    let ground = Ground::open(records, member, plan).await?;
    let tx = records.begin().await?;
    let now = records.now();
    let soon = |line: &SessionLine| line.session.from.0 - KEPT_BEFORE <= now.0 && now.0 <= line.session.to.0 + DAY / 2;
    let lines: Vec<SessionLine> = sessions(&tx.db, plan).await?.into_iter().filter(soon).collect();
    let people = if lines.is_empty() { Vec::new() } else { expected(&tx.db, plan, &lines).await? };
    let last = lines.iter().map(|line| line.session.to.0).max().unwrap_or(now.0);
    if !people.is_empty() {
        let detail = json!({ "door_list": people.len() });
        history::append(&tx, now, &chain(plan), &Actor::from(member), What::Attended, detail).await?;
    }
    tx.commit().await?;
    Ok(DoorList {
        now,
        plan,
        title: ground.plan.title,
        reader: member.id,
        key: records.inner.keys.index("door", &format!("{}:{plan}", member.id)),
        // The end of the last day that is on the list.
        until: Timestamp::from_shanghai(Timestamp(last + DAY).day().and_time(chrono::NaiveTime::MIN)),
        sessions: lines
            .iter()
            .map(|line| {
                let (opens, closes) = entry(line);
                let session = &line.session;
                DoorSession {
                    id: session.id,
                    subject: session.subject.clone(),
                    from: session.from,
                    to: session.to,
                    opens,
                    closes,
                }
            })
            .collect(),
        people,
    })
}

async fn expected<C: ConnectionTrait>(db: &C, plan: PlanId, lines: &[SessionLine]) -> Result<Vec<DoorPerson>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        name: String,
        number: String,
        id_masked: String,
        has_photo: i64,
        extra_minutes: i64,
        session_id: String,
        room: String,
        seat: i64,
        presence: Option<String>,
        at: Option<i64>,
    }
    let rows: Vec<Row> = sql::all(
        db,
        "SELECT a.id, a.name, k.number, o.id_masked, CAST(CASE WHEN a.photo IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_photo,
                COALESCE(j.extra_minutes, 0) AS extra_minutes, e.session_id, r.name AS room, e.seat, t.presence, t.at
         FROM exam_seat e JOIN exam_session s ON s.id = e.session_id JOIN exam_room r ON r.id = e.room_id
         JOIN application a ON a.id = e.application_id AND a.stage = 'approved'
         JOIN account o ON o.id = a.account_id JOIN admission_ticket k ON k.application_id = a.id
         LEFT JOIN adjustment j ON j.application_id = a.id
         LEFT JOIN attendance t ON t.application_id = e.application_id AND t.session_id = e.session_id
         WHERE e.plan_id = $1 ORDER BY k.number, s.starts_at, e.subject",
        vec![plan.to_string().into()],
    )
    .await?;
    let mut people: Vec<DoorPerson> = Vec::new();
    for row in rows {
        let bad = |why: &str| Error::bad_row("exam_seat", &row.id, why);
        let id: ApplicationId = row.id.parse().map_err(|_| bad("application"))?;
        let session: SessionId = row.session_id.parse().map_err(|_| bad("session"))?;
        if !lines.iter().any(|line| line.session.id == session) {
            continue;
        }
        let seat = DoorSeat {
            session,
            room: row.room,
            seat: u16::try_from(row.seat).unwrap_or_default(),
            came: row.presence.as_deref().and_then(Presence::parse).zip(row.at.map(Timestamp)),
        };
        match people.last_mut().filter(|last| last.id == id) {
            Some(last) => last.seats.push(seat),
            None => people.push(DoorPerson {
                id,
                name: row.name,
                ticket: row.number,
                id_no: row.id_masked,
                photo: row.has_photo == 1,
                extra_minutes: u16::try_from(row.extra_minutes).unwrap_or_default(),
                seats: vec![seat],
            }),
        }
    }
    Ok(people)
}

/// The small photo of somebody on the list: a JPEG.
pub async fn photo(records: &Records, member: &StaffMember, plan: PlanId, id: ApplicationId) -> Result<Vec<u8>, Error> {
    Ground::open(records, member, plan).await?;
    let text = "SELECT photo FROM application WHERE id = $1 AND plan_id = $2 AND stage = 'approved'";
    let values = vec![id.to_string().into(), plan.to_string().into()];
    let photo = sql::text(records.read(), text, values).await?.ok_or(Error::NotFound)?;
    let file = super::day::photo_of(Some(&photo)).ok_or(Error::NotFound)?;
    let row = file::Entity::find_by_id(file.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    let bytes = records.inner.files.read(&row.sha256).await?;
    let small = move || documents::photos::thumbnail(&bytes, PHOTO.0, PHOTO.1);
    records.inner.files.work(small).await?.map_err(|why| Error::Paper(why.to_string()))
}

/// Takes the notes of a device, each in its own transaction: what was taken stays taken if the line breaks off.
pub async fn hand_in(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    batch: &DoorBatch,
) -> Result<DoorAnswer, Error> {
    Ground::open(records, member, plan).await?;
    let now = records.now();
    let from = From {
        device: batch.device.trim().chars().filter(|ch| !ch.is_control()).take(DEVICE_MAX).collect(),
        skew: batch.clock.0.saturating_sub(now.0),
    };
    let mut notes = Vec::new();
    for one in batch.notes.iter().take(NOTES_MAX) {
        notes.push((one.id.clone(), take(records, member, plan, &from, one).await?));
    }
    Ok(DoorAnswer { now, skew: from.skew, notes })
}

/// Which device, and how far its clock was off.
struct From {
    device: String,
    skew: i64,
}

async fn take(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    from: &From,
    one: &DoorNote,
) -> Result<DoorOutcome, Error> {
    if one.id.parse::<uuid::Uuid>().is_err() {
        return Ok(DoorOutcome::Unknown);
    }
    let door = match Door::open(records, member, plan, one.application).await {
        Ok(door) if door.line(one.session).is_ok() => door,
        Ok(_) | Err(Error::NotFound | Error::Refused(_)) => {
            let tx = records.begin().await?;
            let kept = match known(&tx, &one.id).await? {
                Some(before) => before,
                None => keep(&tx, records, member, plan, from, one, DoorOutcome::Unknown).await?,
            };
            tx.commit().await?;
            return Ok(kept);
        }
        Err(other) => return Err(other),
    };
    // The person is held: a second copy of this note waits here, and finds the first.
    if let Some(before) = known(&door.tx, &one.id).await? {
        return Ok(before);
    }
    let outcome = judge(&door, records, member, from, one).await?;
    keep(&door.tx, records, member, plan, from, one, outcome).await?;
    let what = if one.kind == DoorKind::Misconduct { What::MisconductNoted } else { What::Attended };
    let detail = json!({
        "session": one.session, "offline": true, "stated": one.kind, "noted_at": one.at, "device": from.device,
        "skew": from.skew, "outcome": outcome,
    });
    door.end(records, member, what, detail).await?;
    Ok(outcome)
}

/// The rule: what one more statement about somebody changes.
async fn judge(
    door: &Door,
    records: &Records,
    member: &StaffMember,
    from: &From,
    one: &DoorNote,
) -> Result<DoorOutcome, Error> {
    let line = door.line(one.session)?;
    // A note is never from the future, whatever its device thinks.
    let at = one.at.min(records.now());
    let (opens, closes) = entry(&line);
    if one.kind == DoorKind::Misconduct {
        if at < opens {
            return Ok(DoorOutcome::TooEarly);
        }
        note_misconduct(door, records, member, one.session, &one.words, at).await?;
        return Ok(DoorOutcome::Taken);
    }
    let decided = conflict(&door.tx, one.application, one.session).await?;
    if let Some(true) = decided {
        return Ok(DoorOutcome::Decided);
    }
    let before = door.noted(one.session).await?;
    if one.kind == DoorKind::Absent {
        return match before {
            _ if at <= closes => Ok(DoorOutcome::TooEarly),
            None => {
                door.put(one.session, Presence::Absent, at, member).await?;
                Ok(DoorOutcome::Taken)
            }
            Some(noted) if noted.how()? == Presence::Absent => Ok(DoorOutcome::EarlierKept),
            Some(noted) => {
                let came = (Timestamp(noted.at), noted.staff_name);
                disagree(door, records, one.session, came, (at, who(member, from))).await?;
                Ok(DoorOutcome::Conflict)
            }
        };
    }
    if at < opens {
        return Ok(DoorOutcome::TooEarly);
    }
    if at > closes {
        return Ok(DoorOutcome::TooLate);
    }
    let how = came(&line, at);
    match before {
        None => {
            door.put(one.session, how, at, member).await?;
            Ok(DoorOutcome::Taken)
        }
        Some(noted) if noted.how()? == Presence::Absent => {
            if decided.is_none() && !stated_absent(door, one).await? {
                door.put(one.session, how, at, member).await?;
                return Ok(DoorOutcome::Mended);
            }
            let absent = (Timestamp(noted.at), noted.staff_name);
            disagree(door, records, one.session, (at, who(member, from)), absent).await?;
            Ok(DoorOutcome::Conflict)
        }
        Some(Noted { at: earlier, .. }) if earlier <= at.0 => Ok(DoorOutcome::EarlierKept),
        Some(_) => {
            door.put(one.session, how, at, member).await?;
            Ok(DoorOutcome::EarlierTaken)
        }
    }
}

fn who(member: &StaffMember, from: &From) -> String {
    if from.device.is_empty() { member.name.clone() } else { format!("{}（{}）", member.name, from.device) }
}

/// Whether a conflict is there: none, waiting (`false`) or decided (`true`).
async fn conflict(tx: &Tx, id: ApplicationId, session: SessionId) -> Result<Option<bool>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        decided: Option<String>,
    }
    let text = "SELECT decided FROM door_conflict WHERE application_id = $1 AND session_id = $2";
    let row: Option<Row> = sql::one(&tx.db, text, vec![id.to_string().into(), session.to_string().into()]).await?;
    Ok(row.map(|row| row.decided.is_some()))
}

/// Whether a door stated 缺考 of this person, rather than of everybody who had not come.
async fn stated_absent(door: &Door, one: &DoorNote) -> Result<bool, Error> {
    let text = "SELECT COUNT(*) FROM door_note WHERE application_id = $1 AND session_id = $2 AND kind = 'absent'
                AND outcome IN ('taken','earlier_kept','conflict')";
    let values = vec![one.application.to_string().into(), one.session.to_string().into()];
    Ok(sql::number(&door.tx.db, text, values).await?.unwrap_or(0) > 0)
}

async fn disagree(
    door: &Door,
    records: &Records,
    session: SessionId,
    came: (Timestamp, String),
    absent: (Timestamp, String),
) -> Result<(), Error> {
    sql::run(
        &door.tx.db,
        "INSERT INTO door_conflict (application_id, session_id, plan_id, came_at, came_by, absent_at, absent_by, opened_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (application_id, session_id) DO UPDATE SET
            came_by = CASE WHEN excluded.came_at < door_conflict.came_at THEN excluded.came_by ELSE door_conflict.came_by END,
            came_at = CASE WHEN excluded.came_at < door_conflict.came_at THEN excluded.came_at ELSE door_conflict.came_at END",
        vec![
            door.id.to_string().into(),
            session.to_string().into(),
            door.plan.to_string().into(),
            came.0.0.into(),
            came.1.into(),
            absent.0.0.into(),
            absent.1.into(),
            records.now().0.into(),
        ],
    )
    .await?;
    Ok(())
}

/// What came of a note that arrived before.
async fn known(tx: &Tx, id: &str) -> Result<Option<DoorOutcome>, Error> {
    let found = sql::text(&tx.db, "SELECT outcome FROM door_note WHERE id = $1", vec![id.into()]).await?;
    found.map(|word| DoorOutcome::parse(&word).ok_or_else(|| Error::bad_row("door_note", id, "outcome"))).transpose()
}

async fn keep(
    tx: &Tx,
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    from: &From,
    one: &DoorNote,
    outcome: DoorOutcome,
) -> Result<DoorOutcome, Error> {
    sql::run(
        &tx.db,
        "INSERT INTO door_note (id, plan_id, application_id, session_id, kind, at, device, skew, received_at, staff_id, staff_name, outcome)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING",
        vec![
            one.id.clone().into(),
            plan.to_string().into(),
            one.application.to_string().into(),
            one.session.to_string().into(),
            one.kind.as_str().into(),
            one.at.0.into(),
            from.device.clone().into(),
            from.skew.into(),
            records.now().0.into(),
            member.id.to_string().into(),
            member.name.clone().into(),
            outcome.as_str().into(),
        ],
    )
    .await?;
    Ok(outcome)
}

/// Decides between two doors: whether the person counts as come, with a reason.
pub async fn decide(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    id: ApplicationId,
    session: SessionId,
    counts_as_come: bool,
    reason: &str,
) -> Result<(), Error> {
    let reason: String = reason.trim().chars().take(REASON_MAX).collect();
    if reason.is_empty() {
        return Err(SeatingRefusal::NoReason.into());
    }
    let door = Door::open(records, member, plan, id).await?;
    let line = door.line(session)?;
    #[derive(FromQueryResult)]
    struct Row {
        came_at: i64,
        absent_at: i64,
    }
    let text = "SELECT came_at, absent_at FROM door_conflict WHERE application_id = $1 AND session_id = $2 AND decided IS NULL";
    let values = vec![id.to_string().into(), session.to_string().into()];
    let row: Option<Row> = sql::one(&door.tx.db, text, values).await?;
    let Some(row) = row else { return Err(SeatingRefusal::NothingToDecide.into()) };
    let (word, how, at) = if counts_as_come {
        let at = Timestamp(row.came_at);
        ("came", came(&line, at), at)
    } else {
        ("absent", Presence::Absent, Timestamp(row.absent_at))
    };
    door.put(session, how, at, member).await?;
    sql::run(
        &door.tx.db,
        "UPDATE door_conflict SET decided = $1, decided_by = $2, decided_at = $3, reason = $4
         WHERE application_id = $5 AND session_id = $6",
        vec![
            word.into(),
            member.name.clone().into(),
            records.now().0.into(),
            reason.clone().into(),
            id.to_string().into(),
            session.to_string().into(),
        ],
    )
    .await?;
    let detail = json!({ "session": session, "decided": word, "presence": how, "text": reason });
    door.end(records, member, What::Attended, detail).await
}

/// Where doors state different things, those that wait first.
pub(super) async fn conflicts<C: ConnectionTrait>(
    db: &C,
    plan: PlanId,
    lines: &[SessionLine],
) -> Result<Vec<DoorConflict>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        application_id: String,
        session_id: String,
        name: String,
        number: String,
        room: Option<String>,
        seat: Option<i64>,
        came_at: i64,
        came_by: String,
        absent_at: i64,
        absent_by: String,
        decided: Option<String>,
        decided_by: String,
        reason: String,
    }
    let rows: Vec<Row> = sql::all(
        db,
        "SELECT c.application_id, c.session_id, a.name, k.number, r.name AS room, e.seat, c.came_at, c.came_by,
                c.absent_at, c.absent_by, c.decided, c.decided_by, c.reason
         FROM door_conflict c JOIN application a ON a.id = c.application_id
         JOIN admission_ticket k ON k.application_id = c.application_id
         LEFT JOIN exam_seat e ON e.application_id = c.application_id AND e.session_id = c.session_id
         LEFT JOIN exam_room r ON r.id = e.room_id
         WHERE c.plan_id = $1 ORDER BY CASE WHEN c.decided IS NULL THEN 0 ELSE 1 END, c.opened_at, c.application_id LIMIT 200",
        vec![plan.to_string().into()],
    )
    .await?;
    let subjects: HashMap<String, &str> =
        lines.iter().map(|line| (line.session.id.to_string(), line.session.subject.as_str())).collect();
    let read = |row: Row| {
        let bad = |why: &str| Error::bad_row("door_conflict", &row.application_id, why);
        Ok(DoorConflict {
            id: row.application_id.parse().map_err(|_| bad("application"))?,
            session: row.session_id.parse().map_err(|_| bad("session"))?,
            subject: subjects.get(&row.session_id).map(|subject| (*subject).to_owned()).unwrap_or_default(),
            place: (row.room.clone().unwrap_or_default(), row.seat.and_then(|seat| seat.try_into().ok()).unwrap_or(0)),
            came: (Timestamp(row.came_at), row.came_by.clone()),
            absent: (Timestamp(row.absent_at), row.absent_by.clone()),
            decided: row.decided.as_deref().map(|word| (word == "came", row.decided_by.clone(), row.reason.clone())),
            name: row.name.clone(),
            ticket: row.number.clone(),
        })
    };
    rows.into_iter().map(read).collect()
}
