//! 变更待审: a change of what the desks had approved waits for both of them again. Until then the plan goes on as it was
//! published, and a refusal leaves it so.

use super::changing::{Change, carry_out, differences, ensure_sound, ensure_theirs, public};
use super::drafting::{keep, locked, note};
use super::examining::{self, LookedAt};
use super::filing::{reason, seen_by, tell, tell_agency};
use super::hub::Known;
use super::register::scopes;
use super::{ensure_sees, form_of, stage_of};
use crate::applications::reexamine::Becoming;
use crate::desk::access::Scope;
use crate::entity::planning;
use crate::{Error, Records, Tx, sql};
use domain::account::{Role, StaffMember};
use domain::form::Answers;
use domain::ids::PlanId;
use domain::planner::{Amendment, AmendmentStage, Examination, FilingDesk, PlanStage, PlannerRefusal, needs_approval};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// What came of asking for a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amended {
    /// It is in force, and whoever has registered was told.
    InForce,
    /// It waits for the desks; the plan goes on as it was.
    Waits,
}

/// Whether this change waits: something that the desks approved is in it. A plan that no desk ever saw has nothing to
/// renew; but what is examined is never an agency's own decision.
pub(super) fn waits(row: &planning::Model, before: &Answers, form: &Answers) -> bool {
    examining::is_other_subject(before, form) || row.round > 0 && changed(before, form).any(needs_approval)
}

fn changed<'a>(before: &'a Answers, form: &'a Answers) -> impl Iterator<Item = &'static str> + 'a {
    domain::planner::fields().iter().map(|field| field.key).filter(|key| before.get(key) != form.get(key))
}

/// Puts a change before the desks. One at a time.
pub(super) async fn ask(
    records: &Records,
    tx: &mut Tx,
    member: &StaffMember,
    row: &mut planning::Model,
    change: &Change<'_>,
    examined: Option<&Examination>,
) -> Result<(), Error> {
    let now = records.now();
    let id: PlanId = row.id.parse().map_err(|_| Error::bad_row("planning", &row.id, "id"))?;
    let text = "SELECT COUNT(*) FROM amendment WHERE planning_id = $1 AND ended_at IS NULL";
    if sql::number(&tx.db, text, vec![row.id.clone().into()]).await? != Some(0) {
        return Err(PlannerRefusal::AmendmentWaits.into());
    }
    // Only what changes is kept: when it is approved, it meets the plan as it stands then.
    let mut changes = Answers::default();
    for key in changed(change.before, change.form) {
        changes.0.insert(key.to_owned(), change.form.get(key).to_owned());
    }
    let kept = serde_json::to_string(&changes).map_err(|why| Error::bad_row("amendment", &row.id, why))?;
    let mut said = differences(change.before, change.form, change.own);
    if let Some(found) = examined.filter(|found| found.returned + found.kept > 0) {
        said.push(format!("已报名的要重审：{} 人退回补正，{} 人保留", found.returned, found.kept));
    }
    let said = said.join("；");
    sql::run(
        &tx.db,
        "INSERT INTO amendment (id, planning_id, stage, changes, text, reason, staff_id, staff_name, at)
         VALUES ($1, $2, 'at_centre', $3, $4, $5, $6, $7, $8)",
        vec![
            records.chance().id(now).to_string().into(),
            row.id.clone().into(),
            kept.into(),
            said.clone().into(),
            change.reason.into(),
            member.id.to_string().into(),
            member.name.clone().into(),
            now.0.into(),
        ],
    )
    .await?;
    let text = format!("{said}。原因：{}", change.reason);
    keep(tx, row, now).await?;
    note(tx, now, id, member, "amendment_asked", &text).await?;
    tell(tx, row, records).await
}

#[derive(FromQueryResult)]
struct Row {
    id: String,
    stage: String,
    revision: i64,
    changes: String,
    text: String,
    reason: String,
    staff_name: String,
    at: i64,
}

impl Row {
    fn stage(&self) -> Result<AmendmentStage, Error> {
        AmendmentStage::parse(&self.stage).ok_or_else(|| Error::bad_row("amendment", &self.id, "stage"))
    }

    /// A form as this change makes it.
    fn onto(&self, before: &Answers) -> Result<Answers, Error> {
        let changes: Answers =
            serde_json::from_str(&self.changes).map_err(|why| Error::bad_row("amendment", &self.id, why))?;
        let mut form = before.clone();
        for (key, value) in &changes.0 {
            form.set(key, value);
        }
        Ok(form)
    }
}

async fn waiting<C: ConnectionTrait>(db: &C, id: PlanId, seen: i64) -> Result<(Row, AmendmentStage), Error> {
    let text = "SELECT id, stage, revision, changes, text, reason, staff_name, at FROM amendment
                WHERE planning_id = $1 AND ended_at IS NULL";
    let row: Option<Row> = sql::one(db, text, vec![id.to_string().into()]).await?;
    let row = row.ok_or(PlannerRefusal::NoAmendment)?;
    if row.revision != seen {
        return Err(Error::ChangedMeanwhile);
    }
    let stage = row.stage()?;
    Ok((row, stage))
}

/// Where a change that is about to be approved makes the plan examine something else: what becomes of it and of everybody
/// who has registered, looked at before the transaction, in which all others wait.
async fn looked_at(
    records: &Records,
    known: &Known,
    id: PlanId,
    seen: i64,
) -> Result<Option<(Becoming, LookedAt)>, Error> {
    let Some(row) = &known.row else { return Ok(None) };
    let (amendment, stage) = waiting(records.read(), id, seen).await?;
    let before = form_of(row)?;
    let form = amendment.onto(&before)?;
    if stage != AmendmentStage::AtAuthority || !examining::is_other_subject(&before, &form) {
        return Ok(None);
    }
    let (plan, profile) = public(known)?;
    let own = scopes(records.read()).await?.remove(&row.agency_id).unwrap_or_default();
    let becoming = examining::becoming(records, &plan, &profile, (&before, &form), &own).await?;
    let (looked, _) = examining::look_at_all(records, &becoming).await?;
    Ok(Some((becoming, looked)))
}

/// A plan that is called off has nothing left to change: what waits is over.
pub(super) async fn end_waiting(tx: &Tx, plan: &str, now: Timestamp) -> Result<(), Error> {
    let text = "UPDATE amendment SET stage = 'withdrawn', revision = revision + 1, ended_at = $1
                WHERE planning_id = $2 AND ended_at IS NULL";
    sql::run(&tx.db, text, vec![now.0.into(), plan.into()]).await?;
    Ok(())
}

async fn move_to(tx: &Tx, id: &str, stage: AmendmentStage, now: Timestamp) -> Result<(), Error> {
    let ended = stage.desk().is_none().then_some(now.0);
    let text = "UPDATE amendment SET stage = $1, revision = revision + 1, ended_at = $2 WHERE id = $3";
    sql::run(&tx.db, text, vec![stage.as_str().into(), ended.into(), id.into()]).await?;
    Ok(())
}

/// A desk decides about the change that waits. Only the authority's approval changes the plan, and only if the change
/// still breaks no rule.
pub async fn decide_amendment(
    records: &Records,
    member: &StaffMember,
    id: PlanId,
    seen: i64,
    approved: bool,
    words: &str,
) -> Result<AmendmentStage, Error> {
    if member.role != Role::Authority {
        return Err(Error::NotFound);
    }
    let scope = Scope::of(records, member).await?;
    let words = reason(words);
    if words.is_empty() && !approved {
        return Err(PlannerRefusal::NoReason.into());
    }
    let known = Known::load(records, id).await?;
    ensure_sees(records.read(), records, member, &known.agency_id()).await?;
    let looked = if approved { looked_at(records, &known, id, seen).await? } else { None };
    let mut tx = records.begin().await?;
    let now = records.now();
    let (mut row, _) = seen_by(&tx, &scope, id).await?;
    let (amendment, stage) = waiting(&tx.db, id, seen).await?;
    let Some(desk) = stage.desk() else { return Err(PlannerRefusal::NoAmendment.into()) };
    let examined = "SELECT staff_id FROM amendment_opinion WHERE amendment_id = $1 AND desk = 'centre'";
    let examined = sql::text(&tx.db, examined, vec![amendment.id.clone().into()]).await?;
    if desk == FilingDesk::Authority && examined == Some(member.id.to_string()) {
        return Err(PlannerRefusal::SamePerson.into());
    }
    let said = if words.is_empty() { "同意。".to_owned() } else { words };
    say(&tx, member, (&amendment.id, desk), approved, &said, now).await?;
    let next = match (approved, desk) {
        (false, _) => AmendmentStage::Refused,
        (true, FilingDesk::Centre) => AmendmentStage::AtAuthority,
        (true, FilingDesk::Authority) => AmendmentStage::Approved,
    };
    move_to(&tx, &amendment.id, next, now).await?;
    if next == AmendmentStage::Approved {
        adopt(records, &mut tx, member, (&known, &mut row), &amendment, looked).await?;
        tell_agency(records, &mut tx, &row, id, &format!("变更已批准：{}", amendment.text)).await?;
    } else {
        keep(&tx, &mut row, now).await?;
        if next == AmendmentStage::Refused {
            tell_agency(records, &mut tx, &row, id, &format!("变更没有批准。{said}")).await?;
        }
        let act = if next == AmendmentStage::Refused { "amendment_refused" } else { "amendment_centre" };
        note(&tx, now, id, member, act, &said).await?;
        tell(&mut tx, &row, records).await?;
    }
    tx.commit().await?;
    records.inner.cache.forget_plans();
    Ok(next)
}

/// What a desk says about a change.
async fn say(
    tx: &Tx,
    member: &StaffMember,
    (amendment, desk): (&str, FilingDesk),
    approved: bool,
    said: &str,
    now: Timestamp,
) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "INSERT INTO amendment_opinion (amendment_id, desk, approved, text, staff_id, staff_name, body, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vec![
            amendment.into(),
            desk.as_str().into(),
            i64::from(approved).into(),
            said.into(),
            member.id.to_string().into(),
            member.name.clone().into(),
            member.body.clone().into(),
            now.0.into(),
        ],
    )
    .await?;
    Ok(())
}

/// An approved change becomes the plan, if it still breaks no rule.
async fn adopt(
    records: &Records,
    tx: &mut Tx,
    member: &StaffMember,
    (known, row): (&Known, &mut planning::Model),
    amendment: &Row,
    looked: Option<(Becoming, LookedAt)>,
) -> Result<(), Error> {
    if stage_of(row)? != PlanStage::Published {
        return Err(PlannerRefusal::NotNow(stage_of(row)?).into());
    }
    let (plan, profile) = public(known)?;
    let before = form_of(row)?;
    let form = amendment.onto(&before)?;
    let own = scopes(records.read()).await?.remove(&row.agency_id).unwrap_or_default();
    ensure_sound(records, &before, &form, &own, &profile, plan.taken).await?;
    let (becoming, looked) = if examining::is_other_subject(&before, &form) {
        let becoming = examining::becoming(records, &plan, &profile, (&before, &form), &own).await?;
        // What was looked at before counts if it was the same; else each is looked at again.
        let looked = looked.filter(|(then, _)| examining::is_same(then, &becoming)).map(|(_, looked)| looked);
        (Some(becoming), looked.unwrap_or_default())
    } else {
        (None, LookedAt::new())
    };
    let reason = amendment.reason.as_str();
    let change =
        Change { plan: &plan, profile: &profile, before: &before, form: &form, own: &own, reason, becoming, looked };
    carry_out(records, tx, member, row, change).await
}

/// The agency takes a change back that still waits.
pub async fn withdraw_amendment(records: &Records, member: &StaffMember, id: PlanId, seen: i64) -> Result<(), Error> {
    let known = Known::load(records, id).await?;
    ensure_theirs(&known, member)?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut row = locked(&tx, id).await?;
    let (amendment, _) = waiting(&tx.db, id, seen).await?;
    move_to(&tx, &amendment.id, AmendmentStage::Withdrawn, now).await?;
    keep(&tx, &mut row, now).await?;
    note(&tx, now, id, member, "amendment_withdrawn", &amendment.text).await?;
    tell(&mut tx, &row, records).await?;
    tx.commit().await
}

/// Amendments of a plan, the newest first.
pub(super) async fn amendments(records: &Records, id: PlanId) -> Result<Vec<Amendment>, Error> {
    #[derive(FromQueryResult)]
    struct Said {
        amendment_id: String,
        desk: String,
        approved: i64,
        text: String,
        staff_name: String,
        at: i64,
    }
    let text = "SELECT id, stage, revision, changes, text, reason, staff_name, at FROM amendment
                WHERE planning_id = $1 ORDER BY at DESC, id DESC LIMIT 50";
    let rows: Vec<Row> = sql::all(records.read(), text, vec![id.to_string().into()]).await?;
    let text = "SELECT o.amendment_id, o.desk, o.approved, o.text, o.staff_name, o.at FROM amendment_opinion o
                JOIN amendment a ON a.id = o.amendment_id WHERE a.planning_id = $1 ORDER BY o.at, o.desk DESC";
    let said: Vec<Said> = sql::all(records.read(), text, vec![id.to_string().into()]).await?;
    let read = |row: Row| {
        let bad = |why: &str| Error::bad_row("amendment", &row.id, why);
        let opinions = said.iter().filter(|one| one.amendment_id == row.id).map(|one| {
            let desk = FilingDesk::parse(&one.desk).ok_or_else(|| bad("desk"))?;
            Ok((desk, one.approved == 1, one.text.clone(), one.staff_name.clone(), Timestamp(one.at)))
        });
        Ok(Amendment {
            stage: row.stage()?,
            opinions: opinions.collect::<Result<_, Error>>()?,
            revision: row.revision,
            changes: row.text.clone(),
            reason: row.reason.clone(),
            by: row.staff_name.clone(),
            at: Timestamp(row.at),
            id: row.id.clone(),
        })
    };
    rows.into_iter().map(read).collect()
}

/// Plans whose change waits, with the desk.
pub(super) async fn waiting_plans(records: &Records) -> Result<Vec<(String, AmendmentStage)>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        planning_id: String,
        stage: String,
    }
    let text = "SELECT planning_id, stage FROM amendment WHERE ended_at IS NULL";
    let rows: Vec<Row> = sql::all(records.read(), text, vec![]).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.planning_id, AmendmentStage::parse(&row.stage)?))).collect())
}
