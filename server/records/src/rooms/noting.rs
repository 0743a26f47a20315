//! At the door: check-in with the late rule, absent, misconduct, and what was noted while there was no network.

use super::day::{by_number, code_of, entry};
use super::ground::{AT_ONCE, Ground, sessions};
use crate::applications::load;
use crate::entity::application;
use crate::history::{Actor, NewLine};
use crate::keys::place;
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, history, live, sql};
use chrono::{NaiveDate, NaiveTime};
use domain::account::StaffMember;
use domain::ids::{ApplicationId, PlanId, SessionId};
use domain::page::mine::What;
use domain::page::rooms::{Merged, Presence, SeatingRefusal, SessionLine};
use domain::time::Timestamp;
use sea_orm::FromQueryResult;
use serde_json::json;

/// Longest words about a misconduct, in characters.
const LONGEST: usize = 1_000;
/// Most lines that are handed in at once.
const MOST_LINES: usize = 500;

/// Notes that somebody came: present until the begin, late until the session's limit, refused after it.
pub async fn check_in(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    id: ApplicationId,
    session: SessionId,
) -> Result<Presence, Error> {
    let door = Door::open(records, member, plan, id).await?;
    let now = records.now();
    let line = door.line(session)?;
    let (opens, closes) = entry(&line);
    if now < opens {
        return Err(SeatingRefusal::TooEarly { opens }.into());
    }
    if now > closes {
        let minutes = u32::try_from(now.since(line.session.from) / 60_000).unwrap_or(u32::MAX);
        return Err(SeatingRefusal::TooLate { minutes, limit: line.late_minutes }.into());
    }
    match door.noted(session).await? {
        Some(noted) if noted.how()? != Presence::Absent => {
            return Err(SeatingRefusal::AlreadyIn { at: Timestamp(noted.at), by: noted.staff_name }.into());
        }
        _ => {}
    }
    let how = came(&line, now);
    door.put(session, how, now, member).await?;
    door.end(records, member, What::Attended, json!({ "session": session, "presence": how })).await?;
    Ok(how)
}

/// Takes a note back, with a reason: the wrong person was checked in.
pub async fn take_back(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    id: ApplicationId,
    session: SessionId,
    reason: &str,
) -> Result<(), Error> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(SeatingRefusal::NoReason.into());
    }
    let door = Door::open(records, member, plan, id).await?;
    if door.noted(session).await?.is_none() {
        return Err(SeatingRefusal::NotIn.into());
    }
    let text = "DELETE FROM attendance WHERE application_id = $1 AND session_id = $2";
    sql::run(&door.tx.db, text, vec![id.to_string().into(), session.to_string().into()]).await?;
    let detail = json!({ "session": session, "taken_back": true, "text": reason });
    door.end(records, member, What::Attended, detail).await
}

/// 缺考: everybody of a session who has not come by the time when nobody may enter any more. Gives how many.
pub async fn absent(records: &Records, member: &StaffMember, plan: PlanId, session: SessionId) -> Result<u32, Error> {
    Ground::open(records, member, plan).await?;
    let tx = records.begin().await?;
    let now = records.now();
    let line = sessions(&tx.db, plan).await?.into_iter().find(|line| line.session.id == session);
    let line = line.ok_or(Error::NotFound)?;
    let (_, closes) = entry(&line);
    if now <= closes {
        return Err(SeatingRefusal::TooEarly { opens: Timestamp(closes.0 + 60_000) }.into());
    }
    #[derive(FromQueryResult)]
    struct Row {
        application_id: String,
    }
    let rows: Vec<Row> = sql::all(
        &tx.db,
        "SELECT e.application_id FROM exam_seat e JOIN application a ON a.id = e.application_id AND a.stage = 'approved'
         LEFT JOIN attendance t ON t.application_id = e.application_id AND t.session_id = e.session_id
         WHERE e.session_id = $1 AND t.application_id IS NULL ORDER BY e.application_id",
        vec![session.to_string().into()],
    )
    .await?;
    let actor = Actor::from(member);
    for some in rows.chunks(AT_ONCE) {
        for row in some {
            note(&tx, plan, &row.application_id, session, Presence::Absent, now, member).await?;
        }
        let lines = some.iter().map(|row| NewLine {
            case: row.application_id.clone(),
            actor: actor.clone(),
            what: What::Attended,
            detail: json!({ "session": session, "presence": Presence::Absent }),
        });
        history::append_all(&tx, now, lines.collect()).await?;
    }
    tx.commit().await?;
    Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}

/// 违纪: what happened, in words. The mark itself is entered with the scores.
pub async fn misconduct(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    id: ApplicationId,
    session: SessionId,
    words: &str,
) -> Result<(), Error> {
    if words.trim().is_empty() {
        return Err(SeatingRefusal::NoReason.into());
    }
    let door = Door::open(records, member, plan, id).await?;
    door.line(session)?;
    note_misconduct(&door, records, member, session, words, records.now()).await?;
    door.end(records, member, What::MisconductNoted, json!({ "session": session })).await
}

/// Writes a misconduct down; the transaction goes on.
pub(super) async fn note_misconduct(
    door: &Door,
    records: &Records,
    member: &StaffMember,
    session: SessionId,
    words: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let words: String = words.trim().chars().take(LONGEST).collect();
    let key = records.chance().id(records.now()).to_string();
    let sealed = records.inner.keys.seal(&place("misconduct", "words", &key), words.as_bytes())?;
    sql::run(
        &door.tx.db,
        "INSERT INTO misconduct (id, application_id, session_id, plan_id, words_sealed, at, staff_id, staff_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vec![
            key.into(),
            door.id.to_string().into(),
            session.to_string().into(),
            door.plan.to_string().into(),
            sealed.into(),
            at.0.into(),
            member.id.to_string().into(),
            member.name.clone().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Lines noted without a network: a ticket's number and a time (`08:52`, of `day`). Each is judged by its own time.
pub async fn merge(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    day: NaiveDate,
    text: &str,
) -> Result<Vec<(String, Merged)>, Error> {
    Ground::open(records, member, plan).await?;
    let mut out = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST_LINES) {
        out.push((line.to_owned(), merge_line(records, member, plan, day, line).await?));
    }
    Ok(out)
}

async fn merge_line(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    day: NaiveDate,
    line: &str,
) -> Result<Merged, Error> {
    let cut = line.rfind(|ch: char| ch.is_whitespace() || ch == ',' || ch == '，');
    let Some((code, time)) = cut.map(|at| (&line[..at], line[at..].trim_matches([' ', ',', '，', '\t']))) else {
        return Ok(Merged::NoTime);
    };
    let exact = || NaiveTime::parse_from_str(&domain::text::compact(time), "%H:%M:%S").ok();
    let Some(time) = domain::timeline::typed_clock(time).or_else(exact) else { return Ok(Merged::NoTime) };
    let at = Timestamp::from_shanghai(day.and_time(time)).min(records.now());
    let Some(id) = by_number(records.read(), plan, &code_of(code.trim_end_matches([',', '，']))).await? else {
        return Ok(Merged::Unknown);
    };
    let door = Door::open(records, member, plan, id).await?;
    let open = door.lines.iter().find(|line| {
        let (opens, closes) = entry(line);
        at >= opens && at <= closes
    });
    let Some(line) = open.cloned() else { return Ok(Merged::NoSession) };
    let session = line.session.id;
    let before = door.noted(session).await?;
    let how = came(&line, at);
    let merged = match before {
        Some(noted) if noted.how()? == Presence::Absent => Merged::Mended(how),
        // Two doors noted the same person: the earlier time counts.
        Some(noted) if noted.at <= at.0 + 59_999 => return Ok(Merged::Known(Timestamp(noted.at))),
        _ => Merged::Taken(how),
    };
    door.put(session, how, at, member).await?;
    let detail = json!({ "session": session, "presence": how, "noted_at": at, "offline": true });
    door.end(records, member, What::Attended, detail).await?;
    Ok(merged)
}

pub(super) fn came(line: &SessionLine, at: Timestamp) -> Presence {
    if at > line.session.from { Presence::Late } else { Presence::Present }
}

/// How somebody came, as it was noted.
#[derive(FromQueryResult)]
pub(super) struct Noted {
    presence: String,
    pub at: i64,
    pub staff_name: String,
}

impl Noted {
    pub(super) fn how(&self) -> Result<Presence, Error> {
        Presence::parse(&self.presence).ok_or_else(|| Error::bad_row("attendance", "", "presence"))
    }
}

/// One person at the door, held until the transaction ends.
pub(super) struct Door {
    pub tx: Tx,
    case: application::Model,
    pub plan: PlanId,
    pub id: ApplicationId,
    /// Sessions in which this person has a seat.
    lines: Vec<SessionLine>,
}

impl Door {
    pub(super) async fn open(
        records: &Records,
        member: &StaffMember,
        plan: PlanId,
        id: ApplicationId,
    ) -> Result<Door, Error> {
        Ground::open(records, member, plan).await?;
        let tx = records.begin().await?;
        let case = load::locked(&tx, id).await?;
        let case = case.filter(|case| case.plan_id == plan.to_string() && case.stage == "approved");
        let case = case.ok_or(Error::NotFound)?;
        let has = "SELECT COUNT(*) FROM admission_ticket WHERE application_id = $1";
        if sql::number(&tx.db, has, vec![id.to_string().into()]).await? != Some(1) {
            return Err(SeatingRefusal::NoTickets.into());
        }
        #[derive(FromQueryResult)]
        struct Row {
            session_id: String,
        }
        let text = "SELECT session_id FROM exam_seat WHERE application_id = $1";
        let own: Vec<Row> = sql::all(&tx.db, text, vec![id.to_string().into()]).await?;
        let mut lines = sessions(&tx.db, plan).await?;
        lines.retain(|line| own.iter().any(|row| row.session_id == line.session.id.to_string()));
        Ok(Door { tx, case, plan, id, lines })
    }

    pub(super) fn line(&self, session: SessionId) -> Result<SessionLine, Error> {
        self.lines.iter().find(|line| line.session.id == session).cloned().ok_or(Error::NotFound)
    }

    pub(super) async fn noted(&self, session: SessionId) -> Result<Option<Noted>, Error> {
        let text = "SELECT presence, at, staff_name FROM attendance WHERE application_id = $1 AND session_id = $2";
        sql::one(&self.tx.db, text, vec![self.id.to_string().into(), session.to_string().into()]).await
    }

    pub(super) async fn put(
        &self,
        session: SessionId,
        how: Presence,
        at: Timestamp,
        member: &StaffMember,
    ) -> Result<(), Error> {
        note(&self.tx, self.plan, &self.id.to_string(), session, how, at, member).await
    }

    pub(super) async fn end(
        mut self,
        records: &Records,
        member: &StaffMember,
        what: What,
        detail: serde_json::Value,
    ) -> Result<(), Error> {
        let now = records.now();
        load::save(&self.tx, &mut self.case).await?;
        history::append(&self.tx, now, &self.case.id, &Actor::from(member), what, detail).await?;
        live::append(&mut self.tx, now, outbox::of(&self.case, what.as_str(), Audience::Desk)).await?;
        self.tx.commit().await
    }
}

async fn note(
    tx: &Tx,
    plan: PlanId,
    id: &str,
    session: SessionId,
    how: Presence,
    at: Timestamp,
    member: &StaffMember,
) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "INSERT INTO attendance (application_id, session_id, plan_id, presence, at, staff_id, staff_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (application_id, session_id) DO UPDATE SET presence = excluded.presence, at = excluded.at,
            staff_id = excluded.staff_id, staff_name = excluded.staff_name",
        vec![
            id.into(),
            session.to_string().into(),
            plan.to_string().into(),
            how.as_str().into(),
            at.0.into(),
            member.id.to_string().into(),
            member.name.clone().into(),
        ],
    )
    .await?;
    Ok(())
}
