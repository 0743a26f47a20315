//! After publication: amendments with a reason, and closing early. Whoever has registered is told.

use super::amending::Amended;
use super::drafting::{ensure_own, faults, form_of_plan, keep, known_only, locked, manages, new_row, note, put};
use super::examining::{self, LookedAt};
use super::filing::{given, tell};
use super::hub::{Known, scope_of};
use super::publishing::lines_of;
use super::register::scopes;
use super::{calendar, form_of, stage_of};
use crate::applications::reexamine::Becoming;
use crate::entity::{application, planning};
use crate::history::{self, Actor};
use crate::live::{self, outbox, outbox::Audience};
use crate::messages::{self, Telling};
use crate::{Error, Records, Tx, divisions, places, plans, rooms, sql};
use domain::account::StaffMember;
use domain::form::Answers;
use domain::ids::{AgencyId, PlanId, Revision};
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::page::planner::ScopeLine;
use domain::plan::{Plan, occupation_and_trade};
use domain::planner::{self, Examination, PlanStage, PlannerRefusal, label};
use domain::profile::Profile;
use domain::time::Timestamp;
use domain::timeline::{TimePoint, check};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;

/// What cannot be amended: it is what people registered for. Conditions change with occupation and level alone.
const FIXED: [&str; 4] = ["procedure", "fee", "city", "plan_filed"];
/// Stages in which somebody waits for this plan.
pub(super) const LIVE: [&str; 3] = ["submitted", "returned", "approved"];

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
pub(super) async fn adopted(
    records: &Records,
    tx: &Tx,
    member: &StaffMember,
    id: PlanId,
) -> Result<planning::Model, Error> {
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

/// Changes a published plan: dates, places, people, seats, what is examined. What breaks a rule that held before is
/// refused, and what the desks had approved waits for them again. Another occupation, trade or level concerns whoever has
/// registered: it is refused with their list until `confirmed` is the token of exactly that list.
pub async fn amend(
    records: &Records,
    member: &StaffMember,
    id: PlanId,
    seen: Revision,
    typed: &Answers,
    words: &str,
    confirmed: &str,
) -> Result<Amended, Error> {
    let words = given(words)?;
    let known = Known::load(records, id).await?;
    let agency = ensure_theirs(&known, member)?;
    let (plan, profile) = public(&known)?;
    let own = scopes(records.read()).await?.remove(&agency.to_string()).unwrap_or_default();
    let before = match &known.row {
        Some(row) => form_of(row)?,
        None => form_of_plan(&plan),
    };
    let mut form = known_only(typed);
    for key in FIXED {
        form.set(key, before.get(key));
    }
    let other_subject = examining::is_other_subject(&before, &form);
    if !other_subject {
        form.set("conditions", before.get("conditions"));
    }
    let found = match other_subject {
        true => Some(examined(records, &known, (&before, &form), &own, confirmed).await?),
        false => None,
    };
    let mut tx = records.begin().await?;
    let mut row = adopted(records, &tx, member, id).await?;
    let stage = stage_of(&row)?;
    if stage != PlanStage::Published {
        return Err(PlannerRefusal::NotNow(stage).into());
    }
    // What was looked at is the plan as it stands here.
    if row.revision != seen.0 || form_of(&row)? != before {
        return Err(Error::ChangedMeanwhile);
    }
    if planner::fields().iter().all(|field| before.get(field.key) == form.get(field.key)) {
        return Err(PlannerRefusal::Nothing.into());
    }
    ensure_sound(records, &before, &form, &own, &profile, plan.taken).await?;
    let change = Change {
        plan: &plan,
        profile: &profile,
        before: &before,
        form: &form,
        own: &own,
        reason: &words,
        becoming: None,
        looked: LookedAt::new(),
    };
    if super::amending::waits(&row, &before, &form) {
        super::amending::ask(records, &mut tx, member, &mut row, &change, found.as_ref()).await?;
        tx.commit().await?;
        return Ok(Amended::Waits);
    }
    carry_out(records, &mut tx, member, &mut row, change).await?;
    tx.commit().await?;
    records.inner.cache.forget_plans();
    Ok(Amended::InForce)
}

/// Whom another subject concerns. Refused with their list, unless it was seen.
async fn examined(
    records: &Records,
    known: &Known,
    forms: (&Answers, &Answers),
    own: &[ScopeLine],
    confirmed: &str,
) -> Result<Examination, Error> {
    let (plan, profile) = public(known)?;
    let stage = known.stage()?;
    if stage != PlanStage::Published {
        return Err(PlannerRefusal::NotNow(stage).into());
    }
    let becoming = examining::becoming(records, &plan, &profile, forms, own).await?;
    examining::ensure_may(records.read(), &becoming, records.now()).await?;
    let (_, found) = examining::look_at_all(records, &becoming).await?;
    if !found.people.is_empty() && found.token != confirmed {
        return Err(PlannerRefusal::Affects(found).into());
    }
    Ok(found)
}

/// A change of a public plan.
pub(super) struct Change<'a> {
    pub plan: &'a Plan,
    /// The procedure as it stands for it.
    pub profile: &'a Arc<Profile>,
    pub before: &'a Answers,
    pub form: &'a Answers,
    /// What its agency is filed for.
    pub own: &'a [ScopeLine],
    pub reason: &'a str,
    /// Where it examines something else from now on.
    pub becoming: Option<Becoming>,
    /// Applications that were looked at already.
    pub looked: LookedAt,
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
    let mut old = faults(records, before, own).await?;
    if examining::is_other_subject(before, form) {
        old.retain(|fault| fault.key != "scope");
    }
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
    change: Change<'_>,
) -> Result<(), Error> {
    let now = records.now();
    let id = change.plan.id;
    let text = format!("{}。原因：{}", differences(change.before, change.form, change.own).join("；"), change.reason);
    let title = change.becoming.as_ref().map_or_else(|| row.title.clone(), |becoming| becoming.after.title.clone());
    put(row, change.form, title)?;
    keep(tx, row, now).await?;
    let after = apply(tx, change.plan, change.form, change.before, now).await?;
    rooms::reissue(records, tx, after, change.profile.clone(), &Actor::from(member)).await?;
    let back = match &change.becoming {
        Some(becoming) => examining::settle(records, tx, member, becoming, change.looked, change.reason, now).await?,
        None => HashSet::new(),
    };
    // More seats go to whoever waits for one first.
    places::pass_on(records, tx, id, now).await?;
    note(tx, now, id, member, "amended", &text).await?;
    tell_applicants(records, tx, id, member, now, &text, &back).await?;
    tell(tx, row, records).await
}

pub(super) fn public(known: &Known) -> Result<(Plan, Arc<Profile>), Error> {
    match (&known.plan, &known.profile) {
        (Some(plan), Some(profile)) => Ok((plan.clone(), profile.clone())),
        _ => Err(PlannerRefusal::NotNow(known.stage()?).into()),
    }
}

/// `报名截止时间：2026-12-06 → 2026-12-10`, for every field that differs.
pub(super) fn differences(before: &Answers, after: &Answers, own: &[ScopeLine]) -> Vec<String> {
    let keys = planner::fields().iter().map(|field| field.key);
    keys.filter(|key| before.get(key) != after.get(key))
        .map(|key| {
            let said = |form: &Answers| match form.get(key) {
                "" => "（空）".to_owned(),
                _ if key == "scope" => subject_of(form, own),
                text if text.contains('\n') => {
                    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("　")
                }
                text => text.to_owned(),
            };
            format!("{}：{} → {}", label(key), said(before), said(after))
        })
        .collect()
}

/// What a form names, in words where the agency is filed for it.
fn subject_of(form: &Answers, own: &[ScopeLine]) -> String {
    let (code, level) = scope_of(form);
    match own.iter().find(|line| line.code == code) {
        Some(line) => {
            let level = level.map_or("", |level| level.name());
            format!("{} {level}", occupation_and_trade(&line.occupation, &line.trade))
        }
        None => form.get("scope").to_owned(),
    }
}

/// Writes an amended form into the public plan; gives the plan as it is then.
async fn apply(tx: &Tx, plan: &Plan, form: &Answers, before: &Answers, now: Timestamp) -> Result<Plan, Error> {
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
    let instructions = match form.get("instructions") == before.get("instructions") {
        true => plan.instructions.clone(),
        false => lines_of(form, "instructions"),
    };
    let written = serde_json::to_string(&instructions).map_err(|why| Error::bad_row("plan", plan.id, why))?;
    let (county, county_name) = match form.get("county") {
        same if same == before.get("county") => (plan.county.as_str(), plan.county_name.as_str()),
        other => divisions::find_county(other, &plan.city).unwrap_or_default(),
    };
    let site = text("site", &plan.site);
    let done = sql::run(
        &tx.db,
        "UPDATE plan SET opens_at = $2, closes_at = $3, review_close = $4, exam_on = $5, capacity = $6, site = $7,
                contact = $8, contact_phone = $9, updated_at = $10, instructions = $11, county = $12, county_name = $13
         WHERE id = $1 AND taken <= $6",
        vec![
            plan.id.to_string().into(),
            opens.0.into(),
            closes.0.into(),
            review.0.into(),
            exam.to_string().into(),
            i64::from(seats).into(),
            site.clone().into(),
            text("contact", &plan.contact).into(),
            text("contact_phone", &plan.contact_phone).into(),
            now.0.into(),
            written.into(),
            county.into(),
            county_name.into(),
        ],
    );
    if done.await?.rows_affected() == 0 {
        return Err(PlannerRefusal::SeatsTaken { taken: plan.taken }.into());
    }
    window(tx, plan.id, opens, closes).await?;
    Ok(Plan { site, exam_on: exam, ..plan.clone() })
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

/// A line in the history of everybody who waits for this plan, and news for their open pages. Those whose application
/// went `back` were told so, and why.
async fn tell_applicants(
    records: &Records,
    tx: &mut Tx,
    id: PlanId,
    member: &StaffMember,
    now: Timestamp,
    text: &str,
    back: &HashSet<String>,
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
        let waiting = some.iter().filter(|row| LIVE.contains(&row.stage.as_str()) && !back.contains(&row.id));
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
    let words = given(words)?;
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
    tell_applicants(records, &mut tx, id, member, now, &format!("报名提前截止。原因：{words}"), &HashSet::new())
        .await?;
    tell(&mut tx, &row, records).await?;
    tx.commit().await?;
    records.inner.cache.forget_plans();
    Ok(())
}
