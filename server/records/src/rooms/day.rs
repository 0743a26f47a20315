//! The exam day as the door sees it: who is expected, who came, and who stands here now.

use super::ground::{Ground, sessions};
use crate::keys::place;
use crate::{Error, Records, sql};
use domain::account::StaffMember;
use domain::ids::{ApplicationId, FileId, PlanId};
use domain::page::rooms::{
    CameLine, DayChoice, DayPage, DayPerson, DaySeat, DaySession, MisconductLine, Presence, SessionLine,
};
use domain::seating::Needs;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// Who came last, at most so many.
const NEWEST: u64 = 8;
/// Most people among whom somebody is chosen.
const CHOICES: u64 = 20;
/// Fewest last digits of a ticket that are looked for: fewer fit too many.
const DIGITS: usize = 3;

/// The page of the exam day; `code` is what was scanned or typed: a ticket's number, or the address in its QR code.
pub async fn page(records: &Records, member: &StaffMember, plan: PlanId, code: &str) -> Result<DayPage, Error> {
    let ground = Ground::open(records, member, plan).await?;
    let db = records.read();
    let lines = sessions(db, plan).await?;
    let wanted = code_of(code);
    let mut found = match wanted.as_str() {
        "" => None,
        number => by_number(db, plan, number).await?,
    };
    let mut choices = Vec::new();
    if found.is_none() && !wanted.is_empty() {
        let mut fitting = by_part(db, plan, &wanted).await?;
        match fitting.as_slice() {
            [(id, _)] => found = Some(*id),
            _ => choices.extend(fitting.drain(..).map(|(_, choice)| choice)),
        }
    }
    let unknown = (found.is_none() && choices.is_empty() && !wanted.is_empty()).then(|| code.trim().to_owned());
    let person = match found {
        Some(id) => Some(person(records, plan, id, &lines).await?),
        None => None,
    };
    Ok(DayPage {
        now: records.now(),
        plan,
        title: ground.plan.title,
        sessions: counted(db, plan, &lines).await?,
        person,
        unknown,
        choices,
        newest: newest(db, plan).await?,
        conflicts: super::door::conflicts(db, plan, &lines).await?,
        reader: member.id,
    })
}

/// The photo that an application's column names.
pub(super) fn photo_of(column: Option<&str>) -> Option<FileId> {
    #[derive(serde::Deserialize)]
    struct Slot {
        kept: Kept,
    }
    #[derive(serde::Deserialize)]
    struct Kept {
        file: FileId,
    }
    column.and_then(|photo| serde_json::from_str::<Slot>(photo).ok()).map(|slot| slot.kept.file)
}

/// The number in what was scanned or typed: `…?code=2026…`, or the digits with the gaps of the print.
pub(super) fn code_of(typed: &str) -> String {
    let typed = typed.trim();
    let inside = typed.rsplit_once("code=").map_or(typed, |(_, rest)| rest);
    let inside = inside.split(['&', '#']).next().unwrap_or_default();
    let folded = inside.chars().map(|ch| match ch {
        '０'..='９' => char::from_u32(u32::from(ch) - 0xfee0).unwrap_or(ch),
        other => other,
    });
    folded.filter(|ch| !ch.is_whitespace()).take(60).collect()
}

/// Who has a ticket of this number; 报名号 leads there, too.
pub(super) async fn by_number<C: ConnectionTrait>(
    db: &C,
    plan: PlanId,
    number: &str,
) -> Result<Option<ApplicationId>, Error> {
    let text = "SELECT t.application_id FROM admission_ticket t JOIN application a ON a.id = t.application_id
                WHERE t.plan_id = $1 AND (t.number = $2 OR a.number = $2) AND a.stage = 'approved'";
    let id = sql::text(db, text, vec![plan.to_string().into(), number.into()]).await?;
    id.map(|id| id.parse().map_err(|_| Error::bad_row("admission_ticket", id, "application"))).transpose()
}

/// Who has this name, or a ticket that ends in these digits: without a code the door still opens.
async fn by_part<C: ConnectionTrait>(
    db: &C,
    plan: PlanId,
    part: &str,
) -> Result<Vec<(ApplicationId, DayChoice)>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        name: String,
        number: String,
        id_masked: String,
    }
    let digits = part.bytes().all(|byte| byte.is_ascii_digit());
    if digits && part.len() < DIGITS {
        return Ok(Vec::new());
    }
    // Nothing but digits goes into the pattern.
    let ending = if digits { format!("%{part}") } else { String::new() };
    let rows: Vec<Row> = sql::all(
        db,
        &format!(
            "SELECT a.id, a.name, t.number, o.id_masked FROM admission_ticket t
             JOIN application a ON a.id = t.application_id AND a.stage = 'approved' JOIN account o ON o.id = a.account_id
             WHERE t.plan_id = $1 AND (a.name = $2 OR t.number LIKE $3) ORDER BY t.number LIMIT {CHOICES}"
        ),
        vec![plan.to_string().into(), part.into(), ending.into()],
    )
    .await?;
    let choice = |row: Row| {
        let id = row.id.parse().map_err(|_| Error::bad_row("application", &row.id, "id"))?;
        Ok((id, DayChoice { name: row.name, ticket: row.number, id_no_masked: row.id_masked }))
    };
    rows.into_iter().map(choice).collect()
}

/// From when on people may enter a session, and until when.
pub(super) fn entry(line: &SessionLine) -> (Timestamp, Timestamp) {
    let minutes = |number: u16| i64::from(number) * 60_000;
    (
        Timestamp(line.session.from.0 - minutes(line.entry_minutes)),
        Timestamp(line.session.from.0 + minutes(line.late_minutes)),
    )
}

async fn person(records: &Records, plan: PlanId, id: ApplicationId, lines: &[SessionLine]) -> Result<DayPerson, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        name: String,
        id_masked: String,
        photo: Option<String>,
        number: String,
        version: i64,
        ground_floor: Option<i64>,
        extra_minutes: Option<i64>,
    }
    let db = records.read();
    let row: Option<Row> = sql::one(
        db,
        "SELECT a.name, o.id_masked, a.photo, t.number, t.version, j.ground_floor, j.extra_minutes
         FROM application a JOIN account o ON o.id = a.account_id JOIN admission_ticket t ON t.application_id = a.id
         LEFT JOIN adjustment j ON j.application_id = a.id WHERE a.id = $1 AND a.plan_id = $2",
        vec![id.to_string().into(), plan.to_string().into()],
    )
    .await?;
    let row = row.ok_or(Error::NotFound)?;
    Ok(DayPerson {
        id,
        name: row.name,
        ticket: row.number,
        version: u32::try_from(row.version).unwrap_or(u32::MAX),
        id_no_masked: row.id_masked,
        photo: photo_of(row.photo.as_deref()),
        needs: Needs {
            ground_floor: row.ground_floor.unwrap_or_default() != 0,
            extra_minutes: u16::try_from(row.extra_minutes.unwrap_or_default()).unwrap_or_default(),
        },
        seats: seats(db, id, lines).await?,
        misconduct: misconduct(records, id).await?,
    })
}

async fn seats<C: ConnectionTrait>(db: &C, id: ApplicationId, lines: &[SessionLine]) -> Result<Vec<DaySeat>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        session_id: String,
        room: String,
        seat: i64,
        presence: Option<String>,
        at: Option<i64>,
        staff_name: Option<String>,
    }
    let rows: Vec<Row> = sql::all(
        db,
        "SELECT e.session_id, r.name AS room, e.seat, t.presence, t.at, t.staff_name FROM exam_seat e
         JOIN exam_room r ON r.id = e.room_id JOIN exam_session s ON s.id = e.session_id
         LEFT JOIN attendance t ON t.application_id = e.application_id AND t.session_id = e.session_id
         WHERE e.application_id = $1 ORDER BY s.starts_at, e.subject",
        vec![id.to_string().into()],
    )
    .await?;
    let seat = |row: Row| {
        let line = lines.iter().find(|line| line.session.id.to_string() == row.session_id);
        let line = line.ok_or_else(|| Error::bad_row("exam_seat", id, "session"))?;
        let presence = match (row.presence.as_deref().and_then(Presence::parse), row.at, row.staff_name) {
            (Some(how), Some(at), Some(by)) => Some((how, Timestamp(at), by)),
            _ => None,
        };
        Ok(DaySeat {
            session: line.session.clone(),
            entry: entry(line),
            room: row.room,
            seat: u16::try_from(row.seat).unwrap_or_default(),
            presence,
        })
    };
    rows.into_iter().map(seat).collect()
}

async fn misconduct(records: &Records, id: ApplicationId) -> Result<Vec<MisconductLine>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        subject: String,
        words_sealed: Vec<u8>,
        at: i64,
        staff_name: String,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT m.id, s.subject, m.words_sealed, m.at, m.staff_name FROM misconduct m
         JOIN exam_session s ON s.id = m.session_id WHERE m.application_id = $1 ORDER BY m.at, m.id",
        vec![id.to_string().into()],
    )
    .await?;
    let line = |row: Row| {
        Ok(MisconductLine {
            subject: row.subject,
            words: records.inner.keys.open_text(&place("misconduct", "words", &row.id), &row.words_sealed)?,
            at: Timestamp(row.at),
            by: row.staff_name,
        })
    };
    rows.into_iter().map(line).collect()
}

async fn counted<C: ConnectionTrait>(db: &C, plan: PlanId, lines: &[SessionLine]) -> Result<Vec<DaySession>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        session_id: String,
        room: String,
        expected: i64,
        present: i64,
        late: i64,
        absent: i64,
    }
    let rows: Vec<Row> = sql::all(
        db,
        "SELECT e.session_id, r.name AS room, COUNT(*) AS expected,
                COUNT(CASE WHEN t.presence IN ('present','late') THEN 1 END) AS present,
                COUNT(CASE WHEN t.presence = 'late' THEN 1 END) AS late,
                COUNT(CASE WHEN t.presence = 'absent' THEN 1 END) AS absent
         FROM exam_seat e JOIN exam_room r ON r.id = e.room_id
         JOIN application a ON a.id = e.application_id AND a.stage = 'approved'
         LEFT JOIN attendance t ON t.application_id = e.application_id AND t.session_id = e.session_id
         WHERE e.plan_id = $1 GROUP BY e.session_id, r.id, r.name, r.created_at ORDER BY r.created_at, r.id",
        vec![plan.to_string().into()],
    )
    .await?;
    let count = |number: i64| u32::try_from(number).unwrap_or_default();
    let session = |line: &SessionLine| {
        let id = line.session.id.to_string();
        let own: Vec<&Row> = rows.iter().filter(|row| row.session_id == id).collect();
        let sum = |of: fn(&Row) -> i64| count(own.iter().map(|row| of(row)).sum());
        DaySession {
            session: line.session.clone(),
            entry: entry(line),
            expected: sum(|row| row.expected),
            present: sum(|row| row.present),
            late: sum(|row| row.late),
            absent: sum(|row| row.absent),
            rooms: own.iter().map(|row| (row.room.clone(), count(row.expected), count(row.present))).collect(),
        }
    };
    Ok(lines.iter().map(session).collect())
}

async fn newest<C: ConnectionTrait>(db: &C, plan: PlanId) -> Result<Vec<CameLine>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        name: String,
        room: String,
        seat: i64,
        at: i64,
        presence: String,
    }
    let rows: Vec<Row> = sql::all(
        db,
        &format!(
            "SELECT a.name, r.name AS room, e.seat, t.at, t.presence FROM attendance t
             JOIN application a ON a.id = t.application_id
             JOIN exam_seat e ON e.application_id = t.application_id AND e.session_id = t.session_id
             JOIN exam_room r ON r.id = e.room_id
             WHERE t.plan_id = $1 AND t.presence <> 'absent' ORDER BY t.at DESC, t.application_id LIMIT {NEWEST}"
        ),
        vec![plan.to_string().into()],
    )
    .await?;
    let line = |row: Row| {
        let how = Presence::parse(&row.presence)?;
        let seat = u16::try_from(row.seat).ok()?;
        Some(CameLine { name: row.name, room: row.room, seat, at: Timestamp(row.at), how })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::code_of;

    #[test]
    fn a_code_is_found_in_what_a_scanner_or_a_hand_gives() {
        assert_eq!(code_of("https://jikao.example/office/plans/x/day?code=20260012860017"), "20260012860017");
        assert_eq!(code_of(" 20 2600 1286 0017 "), "20260012860017");
        assert_eq!(code_of("２０２６"), "2026");
        assert_eq!(code_of(""), "");
    }
}
