//! After publication: amendments with a reason, closing early, calling off. Whoever has registered is told.

use super::amending::Amended;
use super::drafting::{ensure_own, faults, form_of_plan, keep, known_only, locked, manages, new_row, note, put};
use super::filing::{reason, tell};
use super::hub::Known;
use super::register::scopes;
use super::{calendar, form_of, stage_of, times_of_plan};
use crate::applications::load;
use crate::entity::{application, claim, planning};
use crate::history::{self, Actor};
use crate::live::{self, outbox, outbox::Audience};
use crate::messages::{self, Telling};
use crate::payments::{self, Ended};
use crate::{Error, Records, Tx, places, plans, sql};
use domain::account::StaffMember;
use domain::application::Stage;
use domain::form::Answers;
use domain::ids::{AgencyId, PlanId, Revision};
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::page::planner::ScopeLine;
use domain::plan::Plan;
use domain::planner::{self, PlanStage, PlannerRefusal, label};
use domain::profile::Profile;
use domain::time::Timestamp;
use domain::timeline::{TimePoint, check};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

/// What cannot be amended: it is what was approved and what people registered for.
const FIXED: [&str; 6] = ["procedure", "scope", "fee", "city", "conditions", "plan_filed"];
/// Stages in which somebody waits for this plan.
const LIVE: [&str; 3] = ["submitted", "returned", "approved"];

/// The member manages the agency that the plan belongs to. Asked first: others learn nothing of it, not even its stage.
pub(super) fn ensure_theirs(known: &Known, member: &StaffMember) -> Result<AgencyId, Error> {
    let agency = manages(member)?;
    match (&known.row, &known.plan) {
        (Some(row), _) => ensure_own(row, agency).map(|()| agency),
        (None, Some(plan)) if plan.agency == agency => Ok(agency),
        _ => Err(Error::NotFound),
    }
}

/// The row of a plan, held; a plan that was imported gets one here.
async fn adopted(records: &Records, tx: &Tx, member: &StaffMember, id: PlanId) -> Result<planning::Model, Error> {
    let agency = manages(member)?;
    match locked(tx, id).await {
        Ok(row) => {
            ensure_own(&row, agency)?;
            Ok(row)
        }
        Err(Error::NotFound) => {
            let plan = plans::get(records, id).await?;
            if plan.agency != agency {
                return Err(Error::NotFound);
            }
            let mut row = new_row(id, agency, member, records.now());
            put(&mut row, &form_of_plan(&plan), plan.title.clone())?;
            row.stage = PlanStage::Published.as_str().into();
            row.number = Some(plan.number);
            row.revision = 0;
            planning::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx.db).await?;
            Ok(row)
        }
        Err(other) => Err(other),
    }
}

/// Changes a published plan: dates, places, people, seats. What breaks a rule that held before is refused, and what the
/// desks had approved waits for them again.
pub async fn amend(
    records: &Records,
    member: &StaffMember,
    id: PlanId,
    seen: Revision,
    typed: &Answers,
    words: &str,
) -> Result<Amended, Error> {
    let words = reason(words);
    if words.is_empty() {
        return Err(PlannerRefusal::NoReason.into());
    }
    let known = Known::load(records, id).await?;
    let agency = ensure_theirs(&known, member)?;
    let (plan, profile) = public(&known)?;
    let own = scopes(records.read()).await?.remove(&agency.to_string()).unwrap_or_default();
    let mut tx = records.begin().await?;
    let mut row = adopted(records, &tx, member, id).await?;
    let stage = stage_of(&row)?;
    if stage != PlanStage::Published {
        return Err(PlannerRefusal::NotNow(stage).into());
    }
    if row.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    let before = form_of(&row)?;
    let mut form = known_only(typed);
    for key in FIXED {
        form.set(key, before.get(key));
    }
    if differences(&before, &form).is_empty() {
        return Err(PlannerRefusal::Nothing.into());
    }
    ensure_sound(records, &before, &form, &own, &profile, plan.taken).await?;
    let change = Change { plan: &plan, before: &before, form: &form, reason: &words };
    if super::amending::waits(&row, &before, &form) {
        super::amending::ask(records, &mut tx, member, &mut row, &change).await?;
        tx.commit().await?;
        return Ok(Amended::Waits);
    }
    carry_out(records, &mut tx, member, &mut row, &change).await?;
    tx.commit().await?;
    records.inner.cache.forget_plans();
    Ok(Amended::InForce)
}

/// A change of a public plan.
pub(super) struct Change<'a> {
    pub plan: &'a Plan,
    pub before: &'a Answers,
    pub form: &'a Answers,
    pub reason: &'a str,
}

/// Refuses what a change makes wrong. An imported plan never had a whole form: what was wrong before does not count.
pub(super) async fn ensure_sound(
    records: &Records,
    before: &Answers,
    form: &Answers,
    own: &[ScopeLine],
    profile: &Profile,
    taken: u32,
) -> Result<(), Error> {
    let old = faults(records, before, own).await?;
    let wrong: Vec<_> = faults(records, form, own).await?.into_iter().filter(|fault| !old.contains(fault)).collect();
    if !wrong.is_empty() {
        return Err(PlannerRefusal::Faults(wrong).into());
    }
    let rule_was_broken = check(&planner::times_of(before), &profile.times, calendar(records));
    let broken: Vec<_> = check(&planner::times_of(form), &profile.times, calendar(records))
        .into_iter()
        .filter(|one| !rule_was_broken.contains(one))
        .collect();
    if !broken.is_empty() {
        return Err(PlannerRefusal::Conflicts(broken).into());
    }
    if form.get("seats") != before.get("seats") && planner::seats_of(form) < taken {
        return Err(PlannerRefusal::SeatsTaken { taken }.into());
    }
    Ok(())
}

/// Puts a change in force: form and public plan change, and everybody who waits for it is told.
pub(super) async fn carry_out(
    records: &Records,
    tx: &mut Tx,
    member: &StaffMember,
    row: &mut planning::Model,
    change: &Change<'_>,
) -> Result<(), Error> {
    let now = records.now();
    let id = change.plan.id;
    let text = format!("{}。原因：{}", differences(change.before, change.form).join("；"), change.reason);
    let title = row.title.clone();
    put(row, change.form, title)?;
    keep(tx, row, now).await?;
    apply(tx, change.plan, change.form, change.before, now).await?;
    // More seats go to whoever waits for one first.
    places::pass_on(records, tx, id, now).await?;
    note(tx, now, id, member, "amended", &text).await?;
    tell_applicants(records, tx, id, member, now, &text).await?;
    tell(tx, row, records).await
}

pub(super) fn public(known: &Known) -> Result<(Plan, std::sync::Arc<Profile>), Error> {
    match (&known.plan, &known.profile) {
        (Some(plan), Some(profile)) => Ok((plan.clone(), profile.clone())),
        _ => Err(PlannerRefusal::NotNow(known.stage()?).into()),
    }
}

/// `报名截止时间：2026-12-06 → 2026-12-10`, for every field that differs.
pub(super) fn differences(before: &Answers, after: &Answers) -> Vec<String> {
    let keys = planner::fields().iter().map(|field| field.key);
    keys.filter(|key| before.get(key) != after.get(key))
        .map(|key| {
            let said = |text: &str| if text.is_empty() { "（空）".to_owned() } else { text.to_owned() };
            format!("{}：{} → {}", label(key), said(before.get(key)), said(after.get(key)))
        })
        .collect()
}

/// Writes an amended form into the public plan.
async fn apply(tx: &Tx, plan: &Plan, form: &Answers, before: &Answers, now: Timestamp) -> Result<(), Error> {
    let (times, old) = (planner::times_of(form), planner::times_of(before));
    let moved = |new: Option<TimePoint>, old: Option<TimePoint>| new.filter(|_| new != old);
    let opens = moved(times.reg_open, old.reg_open).map_or(plan.window.opens, TimePoint::starts);
    let closes = moved(times.reg_close, old.reg_close).map_or(plan.window.closes, TimePoint::ends);
    let review = moved(times.review_close, old.review_close).map_or(plan.review_close, TimePoint::ends);
    let exam = moved(times.first_exam(), old.first_exam()).map_or(plan.exam_on, TimePoint::day);
    let text = |key: &str, now: &str| {
        if form.get(key) == before.get(key) { now.to_owned() } else { form.get(key).to_owned() }
    };
    let seats = if form.get("seats") == before.get("seats") { plan.capacity } else { planner::seats_of(form) };
    let done = sql::run(
        &tx.db,
        "UPDATE plan SET opens_at = $2, closes_at = $3, review_close = $4, exam_on = $5, capacity = $6, site = $7,
                contact = $8, contact_phone = $9, updated_at = $10
         WHERE id = $1 AND taken <= $6",
        vec![
            plan.id.to_string().into(),
            opens.0.into(),
            closes.0.into(),
            review.0.into(),
            exam.to_string().into(),
            i64::from(seats).into(),
            text("site", &plan.site).into(),
            text("contact", &plan.contact).into(),
            text("contact_phone", &plan.contact_phone).into(),
            now.0.into(),
        ],
    );
    if done.await?.rows_affected() == 0 {
        return Err(PlannerRefusal::SeatsTaken { taken: plan.taken }.into());
    }
    window(tx, plan.id, opens, closes).await
}

/// Applications carry the window of their plan: two of one trade may not overlap.
async fn window(tx: &Tx, id: PlanId, opens: Timestamp, closes: Timestamp) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "UPDATE application SET window_opens = $2, window_closes = $3 WHERE plan_id = $1",
        vec![id.to_string().into(), opens.0.into(), closes.0.into()],
    )
    .await?;
    Ok(())
}

/// A line in the history of everybody who waits for this plan, and news for their open pages.
async fn tell_applicants(
    records: &Records,
    tx: &mut Tx,
    id: PlanId,
    member: &StaffMember,
    now: Timestamp,
    text: &str,
) -> Result<(), Error> {
    let rows = application::Entity::find()
        .filter(application::Column::PlanId.eq(id.to_string()))
        .filter(application::Column::Stage.is_in(LIVE.into_iter().chain(["draft"])))
        .order_by_asc(application::Column::Id)
        .lock_exclusive()
        .all(&tx.db)
        .await?;
    // A statement has room for so many lines.
    for some in rows.chunks(200) {
        let lines = some.iter().map(|row| history::NewLine {
            case: row.id.clone(),
            actor: Actor::from(member),
            what: What::PlanActed,
            detail: json!({ "act": "amended", "text": text }),
        });
        history::append_all(tx, now, lines.collect()).await?;
        let news = some.iter().flat_map(|row| outbox::of(row, "plan_acted", Audience::Applicant)).collect();
        live::append(tx, now, news).await?;
        // A draft asked for nothing yet: its page says so, nobody is written to.
        let waiting = some.iter().filter(|row| LIVE.contains(&row.stage.as_str()));
        let told = waiting
            .map(|row| Telling::about(row, MessageKind::PlanChanged).of(format!("{id}/{}", row.id), now.0).words(text));
        messages::tell_all(records, tx, now, told.collect()).await?;
    }
    Ok(())
}

/// Ends registration now. What is handed in within the grace of the close still counts.
pub async fn close_early(
    records: &Records,
    member: &StaffMember,
    id: PlanId,
    seen: Revision,
    words: &str,
) -> Result<(), Error> {
    let words = reason(words);
    if words.is_empty() {
        return Err(PlannerRefusal::NoReason.into());
    }
    let known = Known::load(records, id).await?;
    ensure_theirs(&known, member)?;
    let (plan, _) = public(&known)?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut row = adopted(records, &tx, member, id).await?;
    let stage = stage_of(&row)?;
    if stage != PlanStage::Published {
        return Err(PlannerRefusal::NotNow(stage).into());
    }
    if row.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    if !plan.window.is_open(now) || now <= plan.window.opens {
        return Err(PlannerRefusal::NotOpen.into());
    }
    let mut form = form_of(&row)?;
    form.set("reg_close", &TimePoint::Moment(now.in_shanghai()).to_string());
    let title = row.title.clone();
    put(&mut row, &form, title)?;
    row.ended = format!("报名提前截止：{words}");
    row.ended_at = Some(now.0);
    keep(&tx, &mut row, now).await?;
    sql::run(
        &tx.db,
        "UPDATE plan SET closes_at = $2, updated_at = $2 WHERE id = $1",
        vec![id.to_string().into(), now.0.into()],
    )
    .await?;
    window(&tx, id, plan.window.opens, now).await?;
    note(&tx, now, id, member, "closed", &words).await?;
    tell_applicants(records, &mut tx, id, member, now, &format!("报名提前截止。原因：{words}")).await?;
    tell(&mut tx, &row, records).await?;
    tx.commit().await?;
    records.inner.cache.forget_plans();
    Ok(())
}

/// Calls a plan off. From the moment the first transaction ends nobody can submit any more; then everybody who waits is
/// told, one by one, and what was paid goes back. Whoever submits at the same time has either submitted before, and is
/// told like the others, or is refused.
pub async fn cancel(
    records: &Records,
    member: &StaffMember,
    id: PlanId,
    seen: Revision,
    words: &str,
) -> Result<(), Error> {
    let words = reason(words);
    if words.is_empty() {
        return Err(PlannerRefusal::NoReason.into());
    }
    let known = Known::load(records, id).await?;
    ensure_theirs(&known, member)?;
    let last = match &known.row {
        Some(row) => planner::times_of(&form_of(row)?).last_exam(),
        None => known.plan.as_ref().and_then(|plan| times_of_plan(plan).last_exam()),
    };
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut row = adopted(records, &tx, member, id).await?;
    let stage = stage_of(&row)?;
    if matches!(stage, PlanStage::Cancelled | PlanStage::Refused) {
        return Err(PlannerRefusal::NotNow(stage).into());
    }
    if row.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    if last.is_some_and(|exam| exam.ends() < now) && known.plan.is_some() {
        return Err(PlannerRefusal::ExamOver.into());
    }
    row.stage = PlanStage::Cancelled.as_str().into();
    row.ended = format!("计划取消：{words}");
    row.ended_at = Some(now.0);
    keep(&tx, &mut row, now).await?;
    note(&tx, now, id, member, "cancelled", &words).await?;
    tell(&mut tx, &row, records).await?;
    sql::run(
        &tx.db,
        "UPDATE plan SET cancelled_at = $2, updated_at = $2,
                closes_at = CASE WHEN closes_at <= $2 THEN closes_at WHEN opens_at < $2 THEN $2 ELSE opens_at + 1 END
         WHERE id = $1",
        vec![id.to_string().into(), now.0.into()],
    )
    .await?;
    tx.commit().await?;
    records.inner.cache.forget_plans();
    if known.plan.is_some() {
        settle(records, id, &Actor::from(member), &words).await?;
    }
    Ok(())
}

/// Goes on where calling off was interrupted.
pub async fn settle_cancelled(records: &Records) -> Result<(), Error> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        id: String,
        ended: String,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT f.id, f.ended FROM planning f WHERE f.stage = 'cancelled'
         AND EXISTS (SELECT 1 FROM application a WHERE a.plan_id = f.id AND a.stage IN ('submitted','returned','approved'))",
        vec![],
    )
    .await?;
    for row in rows {
        let id = row.id.parse().map_err(|_| Error::bad_row("planning", &row.id, "id"))?;
        let words = row.ended.strip_prefix("计划取消：").unwrap_or(&row.ended).to_owned();
        settle(records, id, &Actor::System, &words).await?;
    }
    Ok(())
}

/// Ends every application of a plan that was called off: one transaction each, so that none waits for all.
async fn settle(records: &Records, id: PlanId, actor: &Actor, words: &str) -> Result<(), Error> {
    let plan = plans::get(records, id).await?;
    let profile = plans::profile_of(records, &plan).await?;
    let rows: Vec<String> = application::Entity::find()
        .select_only()
        .column(application::Column::Id)
        .filter(application::Column::PlanId.eq(id.to_string()))
        .filter(application::Column::Stage.is_in(LIVE.into_iter().chain(["draft"])))
        .order_by_asc(application::Column::Id)
        .into_tuple()
        .all(records.read())
        .await?;
    for one in rows {
        end_one(records, &one, &plan, &profile, actor, words).await?;
    }
    Ok(())
}

async fn end_one(
    records: &Records,
    id: &str,
    plan: &Plan,
    profile: &Profile,
    actor: &Actor,
    words: &str,
) -> Result<(), Error> {
    let mut tx = records.begin().await?;
    let now = records.now();
    let application = id.parse().map_err(|_| Error::bad_row("application", id, "id"))?;
    let Some(mut row) = load::locked(&tx, application).await? else { return Ok(()) };
    let stage = load::stage_of(&row)?;
    let told = json!({ "text": words });
    match stage {
        Stage::Submitted { .. } | Stage::Returned { .. } | Stage::Approved { .. } => {
            // Who did not pay in time gave the seat up.
            let had_seat = stage.holds_seat() && row.money != "expired";
            load::put_stage(&mut row, &Stage::Withdrawn { at: now })?;
            load::save(&tx, &mut row).await?;
            claim::Entity::delete_by_id(row.id.as_str()).exec(&tx.db).await?;
            history::append(&tx, now, &row.id, actor, What::PlanCancelled, told).await?;
            payments::close(&tx, &row, plan, profile, Ended::Cancelled, now).await?;
            let telling = Telling::about(&row, MessageKind::PlanCancelled).words(words);
            messages::tell(records, &mut tx, now, telling).await?;
            live::append(&mut tx, now, outbox::of(&row, "plan_cancelled", Audience::Desk)).await?;
            let taken = match had_seat {
                true => Some(places::give_back(records, &mut tx, plan.id, row.site_id.as_deref(), now).await?),
                false => None,
            };
            tx.commit().await?;
            if let Some(taken) = taken {
                taken.publish(records);
            }
            Ok(())
        }
        Stage::Draft => {
            history::append(&tx, now, &row.id, actor, What::PlanCancelled, told).await?;
            live::append(&mut tx, now, outbox::of(&row, "plan_cancelled", Audience::Applicant)).await?;
            tx.commit().await
        }
        Stage::Rejected { .. } | Stage::Withdrawn { .. } => Ok(()),
    }
}
