//! 备案: the agency files, the centre examines, the authority decides; each opinion stays.

use super::drafting::{ensure_own, faults, keep, locked, manages, note};
use super::register::scopes;
use super::{calendar, form_of, procedure_of, stage_of};
use crate::desk::access::Scope;
use crate::entity::{agency, planning};
use crate::live::{self, outbox::News};
use crate::messages::{self, Telling};
use crate::{Error, Records, Tx, plans, sql};
use chrono::Datelike;
use domain::account::{Role, StaffMember};
use domain::form::Answers;
use domain::ids::{PlanId, Revision};
use domain::message::MessageKind;
use domain::planner::{self, FilingDesk, FilingOutcome, PlanStage, PlannerRefusal, REASON_MAX};
use domain::time::Timestamp;
use domain::timeline::{PointName, check};
use sea_orm::EntityTrait;

/// Hands a plan in to the centre. The number is drawn the first time and stays.
pub async fn file(records: &Records, member: &StaffMember, id: PlanId, seen: Revision) -> Result<(), Error> {
    let agency = manages(member)?;
    let own = scopes(records.read()).await?.remove(&agency.to_string()).unwrap_or_default();
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut row = locked(&tx, id).await?;
    ensure_own(&row, agency)?;
    let stage = stage_of(&row)?;
    if !stage.is_open() {
        return Err(PlannerRefusal::NotNow(stage).into());
    }
    if row.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    let mut form = form_of(&row)?;
    let wrong = faults(records, &form, &own).await?;
    if !wrong.is_empty() {
        return Err(PlannerRefusal::Faults(wrong).into());
    }
    note_filed(&mut form, row.filed_at.unwrap_or(now.0));
    let profile = procedure_of(records, &form).await?.ok_or(Error::NotFound)?;
    let times = planner::times_of(&form);
    let broken = check(&times, &profile.times, calendar(records));
    if !broken.is_empty() {
        return Err(PlannerRefusal::Conflicts(broken).into());
    }
    if row.number.is_none() {
        let year = times.first_exam().map_or_else(|| now.day().year(), |exam| exam.day().year());
        row.number = Some(plans::next_number(&tx.db, &profile, year).await?);
    }
    row.form = serde_json::to_string(&form).map_err(|why| Error::bad_row("planning", &row.id, why))?;
    row.stage = PlanStage::AtCentre.as_str().into();
    row.round += 1;
    row.filed_at = row.filed_at.or(Some(now.0));
    keep(&tx, &mut row, now).await?;
    note(&tx, now, id, member, "filed", row.number.as_deref().unwrap_or_default()).await?;
    tell(&mut tx, &row, records).await?;
    tx.commit().await
}

/// The agency takes a plan back that waits at the centre, until the centre has decided. It stands as it stood before it was
/// handed in; its number stays.
pub async fn take_back(records: &Records, member: &StaffMember, id: PlanId, seen: Revision) -> Result<(), Error> {
    let agency = manages(member)?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut row = locked(&tx, id).await?;
    ensure_own(&row, agency)?;
    let stage = stage_of(&row)?;
    // Where it stands comes before how it looked: whoever was a moment late is told why.
    if stage != PlanStage::AtCentre {
        return Err(PlannerRefusal::NotTakenBack(stage).into());
    }
    if row.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    row.round -= 1;
    let before = if row.round > 0 { PlanStage::Returned } else { PlanStage::Draft };
    if before == PlanStage::Draft {
        // Nobody has examined it: the day on which it is handed in again is the day of filing.
        row.filed_at = None;
    }
    row.stage = before.as_str().into();
    keep(&tx, &mut row, now).await?;
    note(&tx, now, id, member, "taken_back", "").await?;
    tell(&mut tx, &row, records).await?;
    tx.commit().await
}

/// The day of filing is a fact: the first one counts, and no other is written into the form.
pub(super) fn note_filed(form: &mut Answers, filed_at: i64) {
    form.set(PointName::PlanFiled.key(), &Timestamp(filed_at).day().to_string());
}

/// A desk decides: the plan goes on, back to the agency, or ends.
pub async fn decide(
    records: &Records,
    member: &StaffMember,
    id: PlanId,
    seen: Revision,
    outcome: FilingOutcome,
    words: &str,
) -> Result<PlanStage, Error> {
    if member.role != Role::Authority {
        return Err(Error::NotFound);
    }
    let scope = Scope::of(records, member).await?;
    let words = reason(words);
    if words.is_empty() && outcome != FilingOutcome::Approve {
        return Err(PlannerRefusal::NoReason.into());
    }
    let mut tx = records.begin().await?;
    let now = records.now();
    let (mut row, _) = seen_by(&tx, &scope, id).await?;
    let stage = stage_of(&row)?;
    let Some(desk) = stage.desk() else { return Err(PlannerRefusal::NotNow(stage).into()) };
    if row.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    if desk == FilingDesk::Authority && examined_by(&tx, &row).await? == Some(member.id.to_string()) {
        return Err(PlannerRefusal::SamePerson.into());
    }
    let words = if words.is_empty() { "同意。".to_owned() } else { words };
    let next = outcome.leads_to(desk);
    sql::run(
        &tx.db,
        "INSERT INTO planning_opinion (planning_id, round, desk, outcome, text, staff_id, staff_name, body, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vec![
            row.id.clone().into(),
            row.round.into(),
            desk.as_str().into(),
            outcome.as_str().into(),
            words.clone().into(),
            member.id.to_string().into(),
            member.name.clone().into(),
            member.body.clone().into(),
            now.0.into(),
        ],
    )
    .await?;
    row.stage = next.as_str().into();
    if next != PlanStage::AtAuthority {
        row.decided_at = Some(now.0);
    }
    keep(&tx, &mut row, now).await?;
    let act = match (outcome, desk) {
        (FilingOutcome::Approve, FilingDesk::Centre) => "approve_centre",
        (FilingOutcome::Approve, FilingDesk::Authority) => "approve_authority",
        (FilingOutcome::Return, _) => "return",
        (FilingOutcome::Refuse, _) => "refuse",
    };
    note(&tx, now, id, member, act, &words).await?;
    tell(&mut tx, &row, records).await?;
    if next != PlanStage::AtAuthority {
        let said = match outcome {
            FilingOutcome::Approve => "已批准",
            FilingOutcome::Return => "退回修改",
            FilingOutcome::Refuse => "没有批准",
        };
        tell_agency(records, &mut tx, &row, id, &format!("{said}。{words}")).await?;
    }
    tx.commit().await?;
    Ok(next)
}

/// A plan, held, with its agency, for whoever has either.
pub(super) async fn seen_by(tx: &Tx, scope: &Scope, id: PlanId) -> Result<(planning::Model, agency::Model), Error> {
    let row = locked(tx, id).await?;
    let of = agency::Entity::find_by_id(row.agency_id.as_str()).one(&tx.db).await?.ok_or(Error::NotFound)?;
    if scope.holds(&of.id, &of.region) { Ok((row, of)) } else { Err(Error::NotFound) }
}

/// Who examined this round at the centre.
async fn examined_by(tx: &Tx, row: &planning::Model) -> Result<Option<String>, Error> {
    sql::text(
        &tx.db,
        "SELECT staff_id FROM planning_opinion WHERE planning_id = $1 AND round = $2 AND desk = 'centre'",
        vec![row.id.clone().into(), row.round.into()],
    )
    .await
}

/// A reason as it is kept: trimmed, and no longer than anybody reads.
pub(super) fn reason(words: &str) -> String {
    words.trim().chars().take(REASON_MAX).collect()
}

/// The same where nothing is done without one.
pub(super) fn given(words: &str) -> Result<String, Error> {
    let words = reason(words);
    if words.is_empty() { Err(PlannerRefusal::NoReason.into()) } else { Ok(words) }
}

/// Those who wrote the plan have it in their messages what a desk decided, and why.
pub(super) async fn tell_agency(
    records: &Records,
    tx: &mut Tx,
    row: &planning::Model,
    id: PlanId,
    words: &str,
) -> Result<(), Error> {
    let telling = Telling::to_agency(&row.agency_id, MessageKind::PlanDecided, id, row.revision);
    messages::tell(records, tx, records.now(), telling.plan(id).title(row.title.clone()).words(words)).await
}

/// The desks of the agency and of the region hear that the plan moved.
pub(super) async fn tell(tx: &mut Tx, row: &planning::Model, records: &Records) -> Result<(), Error> {
    let of = agency::Entity::find_by_id(row.agency_id.as_str()).one(&tx.db).await?.ok_or(Error::NotFound)?;
    let news = |topic: String| News { topic, entity: row.id.clone(), version: row.revision, kind: "planning" };
    let all = vec![news(format!("agency:{}", of.id)), news(format!("region:{}", of.region))];
    live::append(tx, records.now(), all).await
}
