//! Publishing an approved plan: from here on candidates find it, and its dates are locked.

use super::drafting::{ensure_own, faults, keep, locked, manages, note};
use super::filing::tell;
use super::hub::scope_of;
use super::register::scopes;
use super::{calendar, form_of, procedure_of, stage_of};
use crate::{Error, Records, plans, standards};
use domain::account::StaffMember;
use domain::form::Answers;
use domain::ids::{Fen, PlanId, Revision};
use domain::page::planner::ScopeLine;
use domain::plan::{PlanKind, usual_subjects};
use domain::planner::{self, PlanFault, PlanFaultWhy, PlanStage, PlannerRefusal};
use domain::profile::Profile;
use domain::timeline::{TimePoint, check};
use plans::NewPlan;

/// The template for occupations that have no standard of their own.
const TEMPLATE: &str = "template_2023";

/// Publishes a plan under the number and the name that it was filed with.
pub async fn publish(records: &Records, member: &StaffMember, id: PlanId, seen: Revision) -> Result<(), Error> {
    let agency = manages(member)?;
    let own = scopes(records.read()).await?.remove(&agency.to_string()).unwrap_or_default();
    let known = {
        let row = crate::planner::hub::Known::load(records, id).await?;
        row.row.ok_or(Error::NotFound)?
    };
    ensure_own(&known, agency)?;
    let stage = stage_of(&known)?;
    if stage != PlanStage::Approved {
        return Err(PlannerRefusal::NotNow(stage).into());
    }
    let form = form_of(&known)?;
    let wrong = faults(records, &form, &own).await?;
    if !wrong.is_empty() {
        return Err(PlannerRefusal::Faults(wrong).into());
    }
    let profile = procedure_of(records, &form).await?.ok_or(Error::NotFound)?;
    let broken = check(&planner::times_of(&form), &profile.times, calendar(records));
    if !broken.is_empty() {
        return Err(PlannerRefusal::Conflicts(broken).into());
    }
    let filing = crate::agencies::get(records, agency).await?.filing_code;
    let new = new_plan(records, &profile, &form, &own, &filing, known.number.clone().unwrap_or_default(), &known.title)
        .await?;
    let ready = plans::prepare(records, &new).await.map_err(|faults| {
        let rules = faults.into_iter().map(|words| PlanFault { key: "scope".into(), why: PlanFaultWhy::Rule(words) });
        PlannerRefusal::Faults(rules.collect())
    })?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut row = locked(&tx, id).await?;
    if row.revision != seen.0 || row.revision != known.revision {
        return Err(Error::ChangedMeanwhile);
    }
    plans::insert_planned(&tx.db, ready, id, now).await?;
    row.stage = PlanStage::Published.as_str().into();
    keep(&tx, &mut row, now).await?;
    note(&tx, now, id, member, "published", row.number.as_deref().unwrap_or_default()).await?;
    tell(&mut tx, &row, records).await?;
    tx.commit().await?;
    records.inner.cache.forget_plans();
    Ok(())
}

/// What was typed line by line.
pub(super) fn lines_of(form: &Answers, key: &str) -> Vec<String> {
    form.get(key).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The plan that a form describes.
pub(super) async fn new_plan(
    records: &Records,
    profile: &Profile,
    form: &Answers,
    own: &[ScopeLine],
    filing: &str,
    number: String,
    title: &str,
) -> Result<NewPlan, Error> {
    let (code, level) = scope_of(form);
    let line = own.iter().find(|line| line.code == code).ok_or(Error::NotFound)?;
    let times = planner::times_of(form);
    let (Some(opens), Some(closes), Some(exam)) = (times.reg_open, times.reg_close, times.first_exam()) else {
        return Err(PlannerRefusal::Faults(planner::missing(form)).into());
    };
    let standard = match standards::get(records, &line.occupation).await? {
        Some(_) => line.occupation.clone(),
        None if standards::get(records, TEMPLATE).await?.is_some() => TEMPLATE.to_owned(),
        None => String::new(),
    };
    Ok(NewPlan {
        number,
        title: title.to_owned(),
        agency: filing.to_owned(),
        contact: form.get("contact").to_owned(),
        contact_phone: form.get("contact_phone").to_owned(),
        kind: PlanKind::LevelRecognition,
        occupation: line.occupation.clone(),
        trade: line.trade.clone(),
        code,
        level,
        subjects: match &profile.papers {
            Some(papers) if !papers.of_level(level).is_empty() => Vec::new(),
            _ => usual_subjects(level),
        },
        city: form.get("city").to_owned(),
        county: form.get("county").to_owned(),
        site: form.get("site").to_owned(),
        sites: Vec::new(),
        opens,
        closes,
        review_close: times.review_close,
        exam: TimePoint::day(exam),
        capacity: planner::seats_of(form),
        fee: Fen(planner::fee_of(form)),
        scope: Vec::new(),
        instructions: lines_of(form, "instructions"),
        conditions: lines_of(form, "conditions"),
        profile: form.get("procedure").to_owned(),
        standard,
    })
}
