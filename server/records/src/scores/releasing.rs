//! Locking, and letting candidates see: at once or at a moment that lies ahead.

use super::board::result_of;
use super::ground::{Ground, Sitter, chain, ensure_open, entries_of, locked_sheet, marks_of, parse_mark, state_of};
use crate::applications::{ground_of, load};
use crate::entity::{application, score_sheet, subject_result};
use crate::live::outbox::{self, Audience};
use crate::messages::{self, Telling};
use crate::{Error, Records, Tx, history, live, results, sql};
use domain::account::StaffMember;
use domain::application::axes::{Axes, Exam};
use domain::ids::PlanId;
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::page::scores::{ScoreRefusal, ScoreState};
use domain::scores::{ExamResult, Mark, agreed};
use domain::time::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Set,
};
use serde_json::json;

/// Rows written by one statement.
const AT_ONCE: usize = 500;

/// 锁定: every person has a mark in every subject, and nobody entered another one.
pub async fn lock(records: &Records, member: &StaffMember, plan: PlanId) -> Result<(), Error> {
    let ground = Ground::managed(records, member, plan).await?;
    ground.ensure_held(records.now())?;
    let sitters = ground.sitters(records).await?;
    if sitters.is_empty() {
        return Err(ScoreRefusal::Nobody.into());
    }
    let tx = records.begin().await?;
    let now = records.now();
    let mut sheet = locked_sheet(&tx, plan).await?;
    ensure_open(&sheet)?;
    let marks = marks_of(&tx.db, plan).await?;
    let entries = entries_of(&tx.db, plan).await?;
    let differ = entries.values().filter(|cell| {
        let entered: Vec<Mark> = cell.iter().map(|entry| entry.mark).collect();
        entered.len() > 1 && agreed(&entered).is_none()
    });
    let cells = u32::try_from(differ.count()).unwrap_or(u32::MAX);
    if cells > 0 {
        return Err(ScoreRefusal::Differences { cells }.into());
    }
    let missing = |sitter: &&Sitter| result_of(&ground, sitter, &marks) == ExamResult::Incomplete;
    let people = u32::try_from(sitters.iter().filter(missing).count()).unwrap_or(u32::MAX);
    if people > 0 {
        return Err(ScoreRefusal::Incomplete { people }.into());
    }
    for sitter in &sitters {
        for (subject, tenths) in &sitter.carried {
            carry(&tx, plan, sitter, subject, *tenths, member, now).await?;
        }
    }
    sheet.state = "locked".into();
    sheet.locked_at = Some(now.0);
    sheet.locked_by = Some(member.id.to_string());
    save(&tx, sheet).await?;
    let detail = json!({ "people": sitters.len() });
    history::append(&tx, now, &chain(plan), &history::Actor::from(member), What::ScoresLocked, detail).await?;
    tx.commit().await
}

/// Opens locked scores again, with a reason, as long as nobody has seen them.
pub async fn unlock(records: &Records, member: &StaffMember, plan: PlanId, reason: &str) -> Result<(), Error> {
    Ground::managed(records, member, plan).await?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(ScoreRefusal::NoReason.into());
    }
    let tx = records.begin().await?;
    let now = records.now();
    let mut sheet = locked_sheet(&tx, plan).await?;
    match state_of(Some(&sheet))? {
        ScoreState::Open => return Err(ScoreRefusal::NotLocked.into()),
        ScoreState::Released { at } if at <= now => return Err(ScoreRefusal::Released.into()),
        ScoreState::Locked { .. } | ScoreState::Released { .. } => {}
    }
    sheet.state = "open".into();
    sheet.locked_at = None;
    sheet.locked_by = None;
    sheet.release_at = None;
    sheet.released_by = None;
    save(&tx, sheet).await?;
    sql::run(&tx.db, "DELETE FROM score WHERE plan_id = $1 AND source = 'carried'", vec![plan.to_string().into()])
        .await?;
    let detail = json!({ "text": reason });
    history::append(&tx, now, &chain(plan), &history::Actor::from(member), What::ScoresUnlocked, detail).await?;
    tx.commit().await
}

/// 发布: candidates see their own from `at` on; a moment that has passed means now.
pub async fn release(records: &Records, member: &StaffMember, plan: PlanId, at: Timestamp) -> Result<(), Error> {
    let ground = Ground::managed(records, member, plan).await?;
    let tx = records.begin().await?;
    let now = records.now();
    let at = at.max(now);
    if at.day() <= ground.plan.exam_on {
        return Err(ScoreRefusal::NotHeldYet { exam_on: ground.plan.exam_on }.into());
    }
    let mut sheet = locked_sheet(&tx, plan).await?;
    match state_of(Some(&sheet))? {
        ScoreState::Open => return Err(ScoreRefusal::NotLocked.into()),
        ScoreState::Released { at } if at <= now => return Err(ScoreRefusal::Released.into()),
        // A moment that lies ahead may still be moved.
        ScoreState::Locked { .. } | ScoreState::Released { .. } => {}
    }
    sheet.state = "released".into();
    sheet.release_at = Some(at.0);
    sheet.released_by = Some(member.id.to_string());
    save(&tx, sheet).await?;
    let detail = json!({ "at": at });
    history::append(&tx, now, &chain(plan), &history::Actor::from(member), What::ScoresReleased, detail).await?;
    tx.commit().await?;
    publish_due(records).await.map(drop)
}

/// Writes down what was released by now: the state of every application, and the results that a resit looks at. The
/// candidates' pages look at the moment itself and wait for nobody. Gives how many plans it was.
pub async fn publish_due(records: &Records) -> Result<u32, Error> {
    let due = score_sheet::Entity::find()
        .filter(score_sheet::Column::State.eq("released"))
        .filter(score_sheet::Column::ReleaseAt.lte(records.now().0))
        .filter(score_sheet::Column::PublishedAt.is_null())
        .order_by_asc(score_sheet::Column::PlanId)
        .all(records.read())
        .await?;
    let mut published = 0;
    for sheet in due {
        let plan = sheet.plan_id.parse().map_err(|_| Error::bad_row("score_sheet", &sheet.plan_id, "plan"))?;
        published += u32::from(publish(records, plan).await?);
    }
    Ok(published)
}

#[derive(FromQueryResult)]
struct Row {
    application_id: String,
    id_index: String,
    subject: String,
    kind: String,
    tenths: Option<i64>,
    recorded_by: String,
}

async fn publish(records: &Records, plan: PlanId) -> Result<bool, Error> {
    let (plan, profile) = ground_of(records, plan).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut sheet = locked_sheet(&tx, plan.id).await?;
    // Another server was faster.
    if sheet.published_at.is_some() {
        return Ok(false);
    }
    let rows: Vec<Row> = sql::all(
        &tx.db,
        "SELECT s.application_id, o.id_index, s.subject, s.kind, s.tenths, s.recorded_by
         FROM score s JOIN application a ON a.id = s.application_id JOIN account o ON o.id = a.account_id
         WHERE s.plan_id = $1 ORDER BY s.application_id, s.subject",
        vec![plan.id.to_string().into()],
    )
    .await?;
    let mut new = Vec::new();
    if let Some(level) = plan.level {
        for of_one in rows.chunk_by(|one, next| one.application_id == next.application_id) {
            // 违纪 has no resit: nothing that a resit could look at.
            if of_one.iter().any(|row| row.kind == "disciplined") {
                continue;
            }
            for row in of_one.iter().filter(|row| row.kind != "carried") {
                let mark = parse_mark(&row.kind, row.tenths, &row.application_id)?;
                new.push(subject_result::ActiveModel {
                    id: Set(records.chance().id(now).to_string()),
                    id_index: Set(row.id_index.clone()),
                    trade_key: Set(results::trade_key(&plan)),
                    level: Set(i64::from(level.number())),
                    subject: Set(row.subject.clone()),
                    score: Set(row.tenths),
                    outcome: Set(outcome(mark, profile.score.pass_tenths(&row.subject)).to_owned()),
                    at: Set(now.0),
                    plan_id: Set(Some(plan.id.to_string())),
                    recorded_by: Set(row.recorded_by.clone()),
                });
            }
        }
    }
    for some in new.chunks(AT_ONCE) {
        subject_result::Entity::insert_many(some.to_vec()).exec_without_returning(&tx.db).await?;
    }
    let mut people = application::Entity::find()
        .filter(application::Column::PlanId.eq(plan.id.to_string()))
        .filter(application::Column::Stage.eq("approved"))
        .order_by_asc(application::Column::Id)
        .lock_exclusive()
        .all(&tx.db)
        .await?;
    people.retain(|one| rows.binary_search_by(|row| row.application_id.as_str().cmp(&one.id)).is_ok());
    let (mut lines, mut told) = (Vec::with_capacity(people.len()), Vec::with_capacity(people.len()));
    for one in &mut people {
        let axes = load::axes_of(one)?;
        load::put_axes(one, &Axes { exam: Exam::ScorePublic, ..axes });
        load::save(&tx, one).await?;
        live::append(&mut tx, now, outbox::of(one, "scores_released", Audience::Desk)).await?;
        let actor = history::Actor::System;
        told.push(Telling::about(one, MessageKind::ScoresReleased));
        lines.push(history::NewLine { case: one.id.clone(), actor, what: What::ScoresReleased, detail: json!({}) });
    }
    while !lines.is_empty() {
        let rest = lines.split_off(lines.len().min(AT_ONCE));
        history::append_all(&tx, now, lines).await?;
        lines = rest;
    }
    messages::tell_all(records, &mut tx, now, told).await?;
    sheet.published_at = Some(now.0);
    save(&tx, sheet).await?;
    tx.commit().await?;
    Ok(true)
}

/// What a mark is among the results.
pub(super) fn outcome(mark: Mark, pass_tenths: u16) -> &'static str {
    match mark {
        Mark::Absent => "absent",
        mark if mark.passes(pass_tenths) => "passed",
        _ => "failed",
    }
}

async fn carry(
    tx: &Tx,
    plan: PlanId,
    sitter: &Sitter,
    subject: &str,
    tenths: u16,
    member: &StaffMember,
    now: Timestamp,
) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "INSERT INTO score (application_id, subject, plan_id, kind, tenths, source, recorded_by, at)
         VALUES ($1, $2, $3, 'carried', $4, 'carried', $5, $6) ON CONFLICT (application_id, subject) DO NOTHING",
        vec![
            sitter.id.to_string().into(),
            subject.into(),
            plan.to_string().into(),
            i64::from(tenths).into(),
            member.id.to_string().into(),
            now.0.into(),
        ],
    )
    .await?;
    Ok(())
}

async fn save(tx: &Tx, mut sheet: score_sheet::Model) -> Result<(), Error> {
    sheet.revision += 1;
    sheet.into_active_model().reset_all().update(&tx.db).await?;
    Ok(())
}
