//! The scores of a plan as the desk sees them.

use super::ground::{Entry, Ground, Marks, NotedAll, Sitter, entries_of, marks_of, noted_of, parse_mark, state_of};
use super::importing;
use crate::entity::score_sheet;
use crate::keys::place;
use crate::{Error, Records, desk::access, sql};
use domain::account::{Role, StaffMember};
use domain::ids::PlanId;
use domain::page::scores::{Correction, Recheck, ScoreBoard, ScoreCell, ScoreDesk, ScoreLine};
use domain::scores::{ExamResult, Mark, agreed, ended};
use domain::time::Timestamp;
use domain::timeline::TimePoint;
use sea_orm::{EntityTrait, FromQueryResult};
use std::collections::HashMap;

/// The plans of the member's agency with people to examine, and the chosen one, whole.
pub async fn desk(records: &Records, member: &StaffMember, plan: Option<PlanId>) -> Result<ScoreDesk, Error> {
    access::ensure_decides(member)?;
    let agency = member.agency.ok_or(Error::NotFound)?;
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        title: String,
        people: i64,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT p.id, p.title, COUNT(a.id) AS people FROM plan p
         JOIN application a ON a.plan_id = p.id AND a.stage = 'approved'
         WHERE p.agency_id = $1 GROUP BY p.id, p.title, p.exam_on ORDER BY p.exam_on DESC, p.id LIMIT 200",
        vec![agency.to_string().into()],
    )
    .await?;
    let mut plans = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row.id.parse().map_err(|_| Error::bad_row("plan", &row.id, "id"))?;
        plans.push((id, row.title, u32::try_from(row.people).unwrap_or(u32::MAX)));
    }
    let board = match plan {
        Some(plan) => Some(board(records, member, plan).await?),
        None => None,
    };
    Ok(ScoreDesk { now: records.now(), plans, board })
}

async fn board(records: &Records, member: &StaffMember, plan: PlanId) -> Result<ScoreBoard, Error> {
    let ground = Ground::open(records, member, plan).await?;
    let sitters = ground.sitters(records).await?;
    let marks = marks_of(records.read(), plan).await?;
    let entries = entries_of(records.read(), plan).await?;
    let noted = noted_of(records.read(), plan).await?;
    let sheet = score_sheet::Entity::find_by_id(plan.to_string()).one(records.read()).await?;
    let own = member.id.to_string();
    let lines: Vec<ScoreLine> =
        sitters.iter().map(|sitter| line(&ground, sitter, &marks, &entries, &noted, &own)).collect();
    let corrections = corrections(records, plan, &lines).await?;
    Ok(ScoreBoard {
        plan,
        title: ground.plan.title.clone(),
        exam_on: ground.plan.exam_on,
        subjects: ground.plan.subjects.clone(),
        state: state_of(sheet.as_ref())?,
        lines,
        trial: importing::trial(records, member, &ground, &sitters, &marks).await?,
        rechecks: rechecks(records, plan, &marks).await?,
        corrections,
        recheck_days: ground.profile.score.recheck_days,
        may_release: member.role == Role::Manager,
        public_from: crate::planner::times(records, plan).await?.score_pub_start.map(TimePoint::starts),
    })
}

fn line(
    ground: &Ground,
    sitter: &Sitter,
    marks: &Marks,
    entries: &HashMap<(String, String), Vec<Entry>>,
    noted: &NotedAll,
    own: &str,
) -> ScoreLine {
    let cell = |subject: &String| {
        let found = entries.get(&(sitter.id.to_string(), subject.clone())).map_or(&[][..], Vec::as_slice);
        let entered: Vec<Mark> = found.iter().map(|entry| entry.mark).collect();
        let differ = found.len() > 1 && agreed(&entered).is_none();
        ScoreCell {
            mark: sitter.mark(marks, subject),
            sits: sitter.subjects.contains(subject),
            pass_tenths: ground.profile.score.pass_tenths(subject),
            own: found.iter().find(|entry| entry.staff == own).map(|entry| entry.mark),
            differs: match differ {
                true => found.iter().map(|entry| (entry.name.clone(), entry.mark)).collect(),
                false => Vec::new(),
            },
            hands: u32::try_from(found.len()).unwrap_or(u32::MAX),
            noted: noted.get(&(sitter.id.to_string(), subject.clone())).copied(),
        }
    };
    ScoreLine {
        id: sitter.id,
        ticket: sitter.ticket.clone(),
        name: sitter.name.clone(),
        id_no_masked: sitter.id_masked.clone(),
        cells: ground.plan.subjects.iter().map(cell).collect(),
        result: result_of(ground, sitter, marks),
    }
}

/// How the exam ended for a person: every subject must reach its own pass mark.
pub(super) fn result_of(ground: &Ground, sitter: &Sitter, marks: &Marks) -> ExamResult {
    let of = |subject: &String| {
        let theirs = sitter.subjects.contains(subject) || sitter.carried.contains_key(subject);
        theirs.then(|| (sitter.mark(marks, subject), ground.profile.score.pass_tenths(subject)))
    };
    let all: Vec<Option<(Mark, u16)>> = ground.plan.subjects.iter().map(of).collect();
    ended(&all)
}

#[derive(FromQueryResult)]
struct RecheckRow {
    id: String,
    application_id: String,
    number: Option<String>,
    name: String,
    subject: String,
    reason_sealed: Vec<u8>,
    asked_at: i64,
    outcome: Option<String>,
    answer: String,
    answered_at: Option<i64>,
}

async fn rechecks(records: &Records, plan: PlanId, marks: &Marks) -> Result<Vec<Recheck>, Error> {
    let rows: Vec<RecheckRow> = sql::all(
        records.read(),
        "SELECT r.id, r.application_id, COALESCE(t.number, a.number) AS number, a.name, r.subject, r.reason_sealed, r.asked_at, r.outcome, r.answer, r.answered_at
         FROM recheck r JOIN application a ON a.id = r.application_id
         LEFT JOIN admission_ticket t ON t.application_id = a.id WHERE a.plan_id = $1
         ORDER BY CASE WHEN r.answered_at IS NULL THEN 0 ELSE 1 END, r.asked_at, r.id",
        vec![plan.to_string().into()],
    )
    .await?;
    rows.into_iter().map(|row| recheck(records, row, marks)).collect()
}

/// The rechecks of one application.
pub(super) async fn rechecks_of(records: &Records, id: &str, marks: &Marks) -> Result<Vec<Recheck>, Error> {
    let rows: Vec<RecheckRow> = sql::all(
        records.read(),
        "SELECT r.id, r.application_id, COALESCE(t.number, a.number) AS number, a.name, r.subject, r.reason_sealed, r.asked_at, r.outcome, r.answer, r.answered_at
         FROM recheck r JOIN application a ON a.id = r.application_id
         LEFT JOIN admission_ticket t ON t.application_id = a.id WHERE a.id = $1 ORDER BY r.asked_at, r.id",
        vec![id.into()],
    )
    .await?;
    rows.into_iter().map(|row| recheck(records, row, marks)).collect()
}

fn recheck(records: &Records, row: RecheckRow, marks: &Marks) -> Result<Recheck, Error> {
    let mark = marks.get(&(row.application_id.clone(), row.subject.clone())).copied();
    let answer = match (row.answered_at, row.outcome.as_deref()) {
        (Some(at), Some(outcome)) => Some((Timestamp(at), outcome == "corrected", row.answer)),
        _ => None,
    };
    Ok(Recheck {
        application: row.application_id.parse().map_err(|_| Error::bad_row("recheck", &row.id, "application"))?,
        reason: records.inner.keys.open_text(&place("recheck", "reason", &row.id), &row.reason_sealed)?,
        id: row.id,
        ticket: row.number.unwrap_or_default(),
        name: row.name,
        subject: row.subject,
        mark: mark.unwrap_or(Mark::Blank),
        at: Timestamp(row.asked_at),
        answer,
    })
}

async fn corrections(records: &Records, plan: PlanId, lines: &[ScoreLine]) -> Result<Vec<Correction>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        application_id: String,
        certificate_id: Option<String>,
        certificate_no: Option<String>,
        number: Option<String>,
        subject: String,
        old_kind: String,
        old_tenths: Option<i64>,
        new_kind: String,
        new_tenths: Option<i64>,
        reason: String,
        staff_name: String,
        at: i64,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT c.application_id, k.id AS certificate_id, k.number AS certificate_no, COALESCE(t.number, a.number) AS number,
                c.subject, c.old_kind, c.old_tenths, c.new_kind, c.new_tenths, c.reason, c.staff_name, c.at
         FROM score_correction c JOIN application a ON a.id = c.application_id
         LEFT JOIN certificate k ON k.application_id = a.id AND k.state = 'valid'
         LEFT JOIN admission_ticket t ON t.application_id = a.id WHERE a.plan_id = $1
         ORDER BY c.at DESC, c.id LIMIT 200",
        vec![plan.to_string().into()],
    )
    .await?;
    let fails = |id: &str| lines.iter().any(|line| line.result == ExamResult::Fail && line.id.to_string() == id);
    let correction = |row: Row| {
        Ok(Correction {
            unearned: row.certificate_id.zip(row.certificate_no).filter(|_| fails(&row.application_id)),
            old: parse_mark(&row.old_kind, row.old_tenths, "correction")?,
            new: parse_mark(&row.new_kind, row.new_tenths, "correction")?,
            ticket: row.number.unwrap_or_default(),
            subject: row.subject,
            reason: row.reason,
            by: row.staff_name,
            at: Timestamp(row.at),
        })
    };
    rows.into_iter().map(correction).collect()
}
