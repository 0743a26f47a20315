//! Locking, and letting candidates see: at once or at a moment that lies ahead.

use super::board::result_of;
use super::ground::{Ground, Sitter, chain, ensure_open, entries_of, locked_sheet, marks_of, parse_mark, state_of};
use crate::applications::ground_of;
use crate::entity::{application, score_sheet, subject_result};
use crate::live::outbox::News;
use crate::messages::{self, Telling};
use crate::{Error, Records, Tx, history, live, results, sql};
use domain::account::StaffMember;
use domain::ids::PlanId;
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::page::scores::{ScoreRefusal, ScoreState};
use domain::plan::Plan;
use domain::scores::{ExamResult, Mark, agreed};
use domain::time::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Set, Value,
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
    carry(&tx, plan, &sitters, member, now).await?;
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

/// Milliseconds that “now” may take from the page to the act.
const SLOW: i64 = 60_000;

/// 发布: candidates see their own from `at` on; a moment that has passed is a slip.
pub async fn release(records: &Records, member: &StaffMember, plan: PlanId, at: Timestamp) -> Result<(), Error> {
    let ground = Ground::managed(records, member, plan).await?;
    let tx = records.begin().await?;
    let now = records.now();
    if now.since(at) > SLOW {
        return Err(ScoreRefusal::MomentPast { at }.into());
    }
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
    let people = made_public(&tx, &plan).await?;
    for some in people.chunks(AT_ONCE) {
        let line = |one: &Shown| history::NewLine {
            case: one.id.clone(),
            actor: history::Actor::System,
            what: What::ScoresReleased,
            detail: json!({}),
        };
        history::append_all(&tx, now, some.iter().map(line).collect()).await?;
        live::append(&mut tx, now, some.iter().flat_map(|one| one.news(RELEASED)).collect()).await?;
        let telling = |one: &Shown| {
            Telling::about_one(&one.account_id, &one.id, one.revision, MessageKind::ScoresReleased)
                .agency(&one.agency_id)
                .under(&sheet.plan_id, &one.id)
        };
        messages::tell_all(records, &mut tx, now, some.iter().map(telling).collect()).await?;
    }
    // Desks hear of the plan once, and not of each of its people.
    let mut desks: Vec<String> =
        people.iter().flat_map(|one| [format!("agency:{}", one.agency_id), format!("region:{}", one.region)]).collect();
    desks.sort();
    desks.dedup();
    let of_plan = |topic| News { topic, entity: sheet.plan_id.clone(), version: sheet.revision, kind: RELEASED };
    live::append(&mut tx, now, desks.into_iter().map(of_plan).collect()).await?;
    sheet.published_at = Some(now.0);
    save(&tx, sheet).await?;
    tx.commit().await?;
    Ok(true)
}

/// What open pages are told.
const RELEASED: &str = "scores_released";

/// Somebody whose scores are public now.
#[derive(FromQueryResult)]
struct Shown {
    id: String,
    account_id: String,
    agency_id: String,
    region: String,
    revision: i64,
}

impl Shown {
    /// For the pages of the one person.
    fn news(&self, kind: &'static str) -> [News; 2] {
        [format!("account:{}", self.account_id), format!("application:{}", self.id)].map(|topic| News {
            topic,
            entity: self.id.clone(),
            version: self.revision,
            kind,
        })
    }
}

/// Puts everybody of a plan who has a mark where their scores are public, by one statement.
async fn made_public(tx: &Tx, plan: &Plan) -> Result<Vec<Shown>, Error> {
    // Held in one order first: whoever holds several applications takes them in this order too.
    let held: Vec<String> = application::Entity::find()
        .select_only()
        .column(application::Column::Id)
        .filter(application::Column::PlanId.eq(plan.id.to_string()))
        .filter(application::Column::Stage.eq("approved"))
        .order_by_asc(application::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(&tx.db)
        .await?;
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let mut people: Vec<Shown> = sql::all(
        &tx.db,
        "UPDATE application SET exam = 'score_public', revision = revision + 1
         WHERE plan_id = $1 AND stage = 'approved' AND id IN (SELECT s.application_id FROM score s WHERE s.plan_id = $1)
         RETURNING id, account_id, agency_id, region, revision",
        vec![plan.id.to_string().into()],
    )
    .await?;
    people.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(people)
}

/// What a mark is among the results.
pub(super) fn outcome(mark: Mark, pass_tenths: u16) -> &'static str {
    match mark {
        Mark::Absent => "absent",
        mark if mark.passes(pass_tenths) => "passed",
        _ => "failed",
    }
}

/// Writes the subjects that were passed before down beside the new marks.
async fn carry(tx: &Tx, plan: PlanId, sitters: &[Sitter], member: &StaffMember, now: Timestamp) -> Result<(), Error> {
    let carried: Vec<(String, &String, Option<i64>)> = sitters
        .iter()
        .flat_map(|one| {
            one.carried.iter().map(|(subject, tenths)| (one.id.to_string(), subject, tenths.map(i64::from)))
        })
        .collect();
    for some in carried.chunks(AT_ONCE) {
        let mut values: Vec<Value> = vec![plan.to_string().into(), member.id.to_string().into(), now.0.into()];
        let mut rows = Vec::with_capacity(some.len());
        for (id, subject, tenths) in some {
            let first = values.len() + 1;
            rows.push(format!(
                "(${first}, ${}, $1, 'carried', CAST(${} AS BIGINT), 'carried', $2, $3)",
                first + 1,
                first + 2
            ));
            values.extend([id.as_str().into(), subject.as_str().into(), (*tenths).into()]);
        }
        let text = format!(
            "INSERT INTO score (application_id, subject, plan_id, kind, tenths, source, recorded_by, at) VALUES {}
             ON CONFLICT (application_id, subject) DO NOTHING",
            rows.join(",")
        );
        sql::run(&tx.db, &text, values).await?;
    }
    Ok(())
}

async fn save(tx: &Tx, mut sheet: score_sheet::Model) -> Result<(), Error> {
    sheet.revision += 1;
    sheet.into_active_model().reset_all().update(&tx.db).await?;
    Ok(())
}
