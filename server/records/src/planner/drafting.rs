//! Writing a plan: a form that keeps what was typed, dates solved from the exam, copies of earlier plans.

use super::filing::note_filed;
use super::hub::{Known, opinions, scope_of};
use super::register::{scopes, units};
use super::{calendar, form_of, procedure_of, stage_of};
use crate::entity::planning;
use crate::history::{self, Actor};
use crate::{Error, Records, Tx, agencies, divisions, profiles};
use domain::account::{Role, StaffMember};
use domain::form::Answers;
use domain::ids::{AgencyId, PlanId, Revision};
use domain::occupation::SkillLevel;
use domain::page::mine::What;
use domain::page::planner::{FilingBadge, PlanDesk, ScopeLine};
use domain::plan::{Plan, occupation_and_trade};
use domain::planner::{self, ASSESSOR_PARTS, ASSESSORS_MAX, PlanFault, PlanFaultWhy, PlanStage, PlannerRefusal};
use domain::profile::{Profile, fill};
use domain::time::Timestamp;
use domain::timeline::{PointName, TimePoint, TimePoints, check, earliest_exam, mend, milestones, overdue, propose};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QuerySelect};
use serde_json::json;
use std::collections::BTreeSet;

/// Most characters of a text that is kept; what is too long for its field is told when filing.
const TEXT_MAX: usize = 5_000;

/// What becomes of the dates when a form is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// They stay as they were typed.
    Keep,
    /// All are solved anew from the exam.
    Propose,
    /// Only what breaks a rule moves.
    Mend,
}

/// The editor: of a plan, of a copy, or of a new one.
pub async fn desk(
    records: &Records,
    member: &StaffMember,
    id: Option<PlanId>,
    copy: Option<PlanId>,
) -> Result<PlanDesk, Error> {
    let agency = manages(member)?;
    let (stage, revision, form, filed) = match (id, copy) {
        (Some(id), _) => {
            let row = planning::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
            ensure_own(&row, agency)?;
            (stage_of(&row)?, Revision(row.revision), form_of(&row)?, row.filed_at.is_some())
        }
        (None, Some(copy)) => (PlanStage::Draft, Revision(0), copied(records, agency, copy).await?, false),
        (None, None) => (PlanStage::Draft, Revision(0), blank(records, agency).await?, false),
    };
    let own = scopes(records.read()).await?.remove(&agency.to_string()).unwrap_or_default();
    let procedure = procedure_of(records, &form).await?;
    let rules = procedure.as_ref().map(|profile| profile.times.clone()).unwrap_or_default();
    let times = planner::times_of(&form);
    let today = records.now().day();
    let mut late = if stage.is_open() { overdue(&times, &rules, calendar(records), today) } else { Vec::new() };
    // What was filed in time and came back is not late.
    late.retain(|stone| !(filed && stone.point == Some(PointName::PlanFiled)));
    let mut procedures: Vec<(String, String)> = Vec::new();
    for one in profiles::published(records).await? {
        if !procedures.iter().any(|(name, _)| *name == one.profile.name) {
            procedures.push((one.profile.name.clone(), one.profile.title.clone()));
        }
    }
    Ok(PlanDesk {
        id,
        copy: copy.filter(|_| id.is_none()),
        unknown_days: calendar(records).unknown(&times, &rules),
        now: records.now(),
        stage,
        revision,
        faults: faults(records, &form, &own).await?,
        conflicts: check(&times, &rules, calendar(records)),
        milestones: milestones(&times, &rules, calendar(records)),
        overdue: late,
        // Each procedure has lead times of its own: before one is chosen no day can be promised.
        earliest_exam: procedure.and_then(|profile| earliest_exam(today, &profile.times, calendar(records))),
        procedures,
        scopes: own.iter().flat_map(|line| options_of(line, today)).collect(),
        units: units(records).await?.remove(&agency.to_string()).unwrap_or_default(),
        opinions: match id {
            Some(id) => opinions(records, id).await?,
            None => Vec::new(),
        },
        form,
    })
}

/// What can be chosen of a filed occupation: one line per level, while it is valid.
pub(super) fn options_of(line: &ScopeLine, today: chrono::NaiveDate) -> Vec<(String, String)> {
    if line.until < today {
        return Vec::new();
    }
    let name = occupation_and_trade(&line.occupation, &line.trade);
    line.levels
        .iter()
        .map(|level| {
            let words = format!("{name} {}（备案到 {}）", level.name(), line.until);
            (format!("{}/{}", line.code, level.number()), words)
        })
        .collect()
}

/// Only managers write plans, for their own agency.
pub(super) fn manages(member: &StaffMember) -> Result<AgencyId, Error> {
    match (member.role, member.agency) {
        (Role::Manager, Some(agency)) => Ok(agency),
        (Role::Reviewer, Some(_)) => Err(Error::Forbidden),
        _ => Err(Error::NotFound),
    }
}

pub(super) fn ensure_own(row: &planning::Model, agency: AgencyId) -> Result<(), Error> {
    if row.agency_id == agency.to_string() { Ok(()) } else { Err(Error::NotFound) }
}

/// A first form: what the register knows.
async fn blank(records: &Records, agency: AgencyId) -> Result<Answers, Error> {
    let agency = agencies::get(records, agency).await?;
    let mut form = Answers::default();
    form.set("contact", &agency.contact);
    form.set("contact_phone", &agency.phone);
    form.set("city", divisions::name_of(&agency.region).unwrap_or_default());
    let procedures = profiles::published(records).await?;
    if let [only] = procedures.as_slice() {
        form.set("procedure", &only.profile.name);
    }
    Ok(form)
}

/// The form of another plan of the same agency, without its dates.
async fn copied(records: &Records, agency: AgencyId, from: PlanId) -> Result<Answers, Error> {
    let known = Known::load(records, from).await?;
    if known.agency_id() != agency.to_string() {
        return Err(Error::NotFound);
    }
    let mut form = match (&known.row, &known.plan) {
        (None, Some(plan)) => form_of_plan(plan),
        _ => known.form,
    };
    for point in PointName::ALL {
        form.set(point.key(), "");
    }
    for key in ["theory_on", "skill_on", "training_from", "training_to"] {
        form.set(key, "");
    }
    Ok(form)
}

/// What a published plan says, as a form.
pub(super) fn form_of_plan(plan: &Plan) -> Answers {
    let mut form = Answers::default();
    let level = plan.level.map_or_else(String::new, |level| level.number().to_string());
    for (key, value) in [
        ("procedure", plan.profile.clone()),
        ("scope", format!("{}/{level}", plan.code)),
        ("seats", plan.capacity.to_string()),
        ("fee", plan.fee.yuan()),
        ("city", plan.city_name.clone()),
        ("county", plan.county_name.clone()),
        ("site", plan.site.clone()),
        ("contact", plan.contact.clone()),
        ("contact_phone", plan.contact_phone.clone()),
        ("instructions", plan.instructions.join("\n")),
        ("theory_on", plan.exam_on.to_string()),
        ("skill_on", plan.exam_on.to_string()),
        ("reg_open", TimePoint::Moment(plan.window.opens.in_shanghai()).to_string()),
        ("reg_close", TimePoint::Moment(plan.window.closes.in_shanghai()).to_string()),
        ("review_close", TimePoint::Moment(plan.review_close.in_shanghai()).to_string()),
    ] {
        form.set(key, &value);
    }
    form
}

/// Keeps a form as it was typed and solves its dates as asked. Gives the plan, a new one where there was none.
pub async fn save(
    records: &Records,
    member: &StaffMember,
    id: Option<PlanId>,
    seen: Revision,
    typed: &Answers,
    dates: Dates,
) -> Result<PlanId, Error> {
    keep_form(records, member, Saving { id, seen, from: None }, typed, dates).await
}

/// Keeps the first form of a plan that was begun as a copy of `from`: its history says of which.
pub async fn save_copy(
    records: &Records,
    member: &StaffMember,
    from: PlanId,
    typed: &Answers,
    dates: Dates,
) -> Result<PlanId, Error> {
    let known = Known::load(records, from).await?;
    if known.agency_id() != manages(member)?.to_string() {
        return Err(Error::NotFound);
    }
    keep_form(records, member, Saving { id: None, seen: Revision(0), from: Some(known) }, typed, dates).await
}

/// Which plan a form is for; a new one may be a copy.
struct Saving {
    id: Option<PlanId>,
    seen: Revision,
    from: Option<Known>,
}

async fn keep_form(
    records: &Records,
    member: &StaffMember,
    Saving { id, seen, from }: Saving,
    typed: &Answers,
    dates: Dates,
) -> Result<PlanId, Error> {
    let agency = manages(member)?;
    let mut form = known_only(typed);
    let profile = procedure_of(records, &form).await?;
    if let Some(profile) = &profile {
        solve(records, &mut form, profile, dates);
    }
    let own = scopes(records.read()).await?.remove(&agency.to_string()).unwrap_or_default();
    let title = title_of(records, agency, &form, profile.as_deref(), &own).await?;
    let now = records.now();
    let tx = records.begin().await?;
    let id = match id {
        None => {
            let id = PlanId(records.chance().id(now));
            let mut row = new_row(id, agency, member, now);
            put(&mut row, &form, title)?;
            let (act, text) = match &from {
                Some(from) => ("copied", from.named()),
                None => ("drafted", String::new()),
            };
            row.copied_from = from.as_ref().map(Known::id).unwrap_or_default();
            planning::Entity::insert(row.into_active_model()).exec_without_returning(&tx.db).await?;
            note(&tx, now, id, member, act, &text).await?;
            id
        }
        Some(id) => {
            let mut row = locked(&tx, id).await?;
            ensure_own(&row, agency)?;
            let stage = stage_of(&row)?;
            if !stage.is_open() {
                return Err(PlannerRefusal::NotNow(stage).into());
            }
            if row.revision != seen.0 {
                return Err(Error::ChangedMeanwhile);
            }
            if let Some(filed_at) = row.filed_at {
                note_filed(&mut form, filed_at);
            }
            put(&mut row, &form, title)?;
            keep(&tx, &mut row, now).await?;
            id
        }
    };
    tx.commit().await?;
    Ok(id)
}

pub(super) fn new_row(id: PlanId, agency: AgencyId, member: &StaffMember, now: Timestamp) -> planning::Model {
    planning::Model {
        id: id.to_string(),
        agency_id: agency.to_string(),
        stage: PlanStage::Draft.as_str().into(),
        number: None,
        title: String::new(),
        form: "{}".into(),
        exam_on: None,
        revision: 1,
        round: 0,
        copied_from: String::new(),
        created_by: member.id.to_string(),
        created_at: now.0,
        updated_at: now.0,
        filed_at: None,
        decided_at: None,
        ended_at: None,
        ended: String::new(),
    }
}

pub(super) fn put(row: &mut planning::Model, form: &Answers, title: String) -> Result<(), Error> {
    row.form = serde_json::to_string(form).map_err(|why| Error::bad_row("planning", &row.id, why))?;
    row.exam_on = planner::times_of(form).first_exam().map(|exam| exam.day().to_string());
    row.title = title;
    Ok(())
}

/// Saves a row; its revision counts up.
pub(super) async fn keep(tx: &Tx, row: &mut planning::Model, now: Timestamp) -> Result<(), Error> {
    row.revision += 1;
    row.updated_at = now.0;
    planning::Entity::update(row.clone().into_active_model().reset_all()).exec(&tx.db).await?;
    Ok(())
}

/// Holds a row until the transaction ends.
pub(super) async fn locked(tx: &Tx, id: PlanId) -> Result<planning::Model, Error> {
    planning::Entity::find_by_id(id.to_string()).lock_exclusive().one(&tx.db).await?.ok_or(Error::NotFound)
}

/// A line in the plan's own history.
pub(super) async fn note(
    tx: &Tx,
    now: Timestamp,
    id: PlanId,
    member: &StaffMember,
    act: &str,
    text: &str,
) -> Result<(), Error> {
    let detail = json!({ "act": act, "text": text });
    history::append(tx, now, &id.to_string(), &Actor::from(member), What::PlanActed, detail).await
}

/// What the form knows, each within bounds and, where it can be read, in the form's own writing: whatever else was sent is
/// dropped.
pub(super) fn known_only(typed: &Answers) -> Answers {
    let mut form = Answers::default();
    let mut keep = |key: &str| {
        let text: String = typed.get(key).chars().take(TEXT_MAX).collect();
        form.set(key, &text);
    };
    for field in planner::fields() {
        keep(field.key);
    }
    for row in 0..typed.rows("assessor").min(ASSESSORS_MAX) {
        for (part, _) in ASSESSOR_PARTS {
            keep(&format!("assessor.{row}.{part}"));
        }
    }
    planner::tidy(&mut form);
    form
}

/// Whether dates can be solved from what was typed: there is a procedure with its rules, and a day of the exam.
pub async fn can_solve(records: &Records, typed: &Answers) -> Result<bool, Error> {
    let form = known_only(typed);
    Ok(procedure_of(records, &form).await?.is_some() && !planner::times_of(&form).exams.is_empty())
}

fn solve(records: &Records, form: &mut Answers, profile: &Profile, dates: Dates) {
    let times = planner::times_of(form);
    if dates == Dates::Keep || times.exams.is_empty() {
        return;
    }
    let (rules, calendar, today) = (&profile.times, calendar(records), records.now().day());
    let solved = match dates {
        Dates::Propose => propose(&times.exams, rules, calendar, today),
        _ => mend(&times, rules, calendar),
    };
    put_dates(form, &times, &solved, dates == Dates::Propose);
}

fn put_dates(form: &mut Answers, before: &TimePoints, solved: &TimePoints, all: bool) {
    for point in PointName::ALL {
        let at = solved.get(point);
        if (all || at != before.get(point)) && planner::field(point.key()).is_some() {
            form.set(point.key(), &at.map_or_else(String::new, |at| at.to_string()));
        }
    }
}

/// 计划名称 by the procedure's pattern; the name of the trade where there is no procedure yet.
pub(super) async fn title_of(
    records: &Records,
    agency: AgencyId,
    form: &Answers,
    profile: Option<&Profile>,
    own: &[ScopeLine],
) -> Result<String, Error> {
    let (code, level) = scope_of(form);
    let Some(line) = own.iter().find(|line| line.code == code) else { return Ok(String::new()) };
    let level = level.map_or("", SkillLevel::title);
    let Some(profile) = profile else {
        return Ok(format!("{}{level}", occupation_and_trade(&line.occupation, &line.trade)));
    };
    let agency = agencies::get(records, agency).await?;
    let exam = planner::times_of(form).first_exam().map(TimePoint::day);
    let month = exam.map_or_else(String::new, |day| chrono::Datelike::month(&day).to_string());
    let values = [
        ("agency", agency.name.as_str()),
        ("month", month.as_str()),
        ("occupation", line.occupation.as_str()),
        ("trade", line.trade.as_str()),
        ("level", level),
    ];
    Ok(fill(&profile.numbering.plan_title, &values).replace("（）", ""))
}

/// Everything that keeps a form from being filed: its own faults, the filing, the procedure and the places.
pub(super) async fn faults(records: &Records, form: &Answers, own: &[ScopeLine]) -> Result<Vec<PlanFault>, Error> {
    let mut found = planner::missing(form);
    let mut add = |key: &str, why: PlanFaultWhy| found.push(PlanFault { key: key.to_owned(), why });
    if form.has("scope") {
        let (code, level) = scope_of(form);
        // The last exam lies within the filing as well as the first.
        let days: BTreeSet<chrono::NaiveDate> = planner::exams_of(form).into_iter().map(TimePoint::day).collect();
        let inside =
            |day: Option<chrono::NaiveDate>| super::register::badge(own, &code, level, day) == FilingBadge::Inside;
        let fits = if days.is_empty() { inside(None) } else { days.into_iter().all(|day| inside(Some(day))) };
        if !fits {
            add("scope", PlanFaultWhy::OutsideFiling);
        }
    }
    if form.has("procedure") && procedure_of(records, form).await?.is_none() {
        add("procedure", PlanFaultWhy::Unknown);
    }
    if form.has("city") {
        match divisions::find_city(form.get("city"), "") {
            None => add("city", PlanFaultWhy::Unknown),
            Some((code, _)) if form.has("county") && divisions::find_county(form.get("county"), code).is_none() => {
                add("county", PlanFaultWhy::Unknown);
            }
            Some(_) => {}
        }
    }
    let order: Vec<&str> = planner::fields().iter().map(|field| field.key).collect();
    found.sort_by_key(|fault| order.iter().position(|key| *key == fault.key).unwrap_or(usize::MAX));
    Ok(found)
}
