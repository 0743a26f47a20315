//! Publishing one plan: everything checked, everything that is wrong said at once.

use super::row;
use super::search::words_of;
use crate::entity::{counter, plan, plan_site};
use crate::{Error, Records, agencies, divisions, profiles, standards};
use chrono::{Datelike, Days, NaiveDate};
use domain::eligibility::OccupationalStandard;
use domain::ids::{Fen, PlanId, SiteId};
use domain::occupation::{OccupationCode, SkillLevel, TradeCode};
use domain::plan::{Plan, PlanKind, Site};
use domain::profile::{Profile, Step, fill};
use domain::time::Timestamp;
use domain::timeline::{
    Measure, PointName, RegistrationWindow, TimePoint, TimePoints, TimeViolation, WorkCalendar, check,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most seats of one plan.
const CAPACITY_MAX: u32 = 100_000;
/// Highest fee, in fen: 10,000 yuan.
const FEE_MAX: i64 = 1_000_000;
/// Days of review after the close where the plan does not say.
const REVIEW_DAYS: u64 = 5;

/// A plan as an agency hands it in. Empty texts are filled in from agency, profile and standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// 计划编号; empty takes the next one of the profile's pattern.
    pub number: String,
    /// 计划名称; empty takes the profile's pattern.
    pub title: String,
    /// 机构备案号
    pub agency: String,
    /// 联系人; empty takes the agency's.
    pub contact: String,
    /// 联系电话; empty takes the agency's.
    pub contact_phone: String,
    /// 计划类型
    pub kind: PlanKind,
    /// 职业
    pub occupation: String,
    /// 工种, or empty.
    pub trade: String,
    /// 职业(工种)编码; may be empty for special capabilities only.
    pub code: String,
    /// 等级; none for special capabilities only.
    pub level: Option<SkillLevel>,
    /// 申报科目; empty takes those of the profile for this level.
    pub subjects: Vec<String>,
    /// City, by code or name.
    pub city: String,
    /// County, by code or name, or empty.
    pub county: String,
    /// Where the exam takes place; may be empty where there are `sites`.
    pub site: String,
    /// Places to choose from, each with seats of its own.
    pub sites: Vec<NewSite>,
    /// 报名开始
    pub opens: TimePoint,
    /// 报名截止; a day lasts to 23:59:59.
    pub closes: TimePoint,
    /// 初审截止; none means five days after the close, at the latest the day before the exam.
    pub review_close: Option<TimePoint>,
    /// First day of the exam.
    pub exam: NaiveDate,
    /// Seats; 0 where the sites say how many.
    pub capacity: u32,
    /// Fee.
    pub fee: Fen,
    /// 认定范围
    pub scope: Vec<String>,
    /// 申报说明
    pub instructions: Vec<String>,
    /// Conditions, in order; empty takes those of the standard.
    pub conditions: Vec<String>,
    /// Name of the profile; its newest version is frozen with the plan.
    pub profile: String,
    /// Name of the standard, or empty.
    pub standard: String,
}

/// 报名机构 as an agency hands it in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewSite {
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// Seats.
    pub capacity: u32,
    /// 初审机构; empty where the plan's agency reviews.
    pub reviewer: String,
    /// 联系人, or empty.
    pub contact: String,
    /// 联系电话, or empty.
    pub phone: String,
    /// First day of the exam here; none means that of the plan.
    pub exam: Option<NaiveDate>,
}

/// Publishes a plan. A number that is known gives the plan of that number and changes nothing.
pub async fn publish(records: &Records, new: &NewPlan) -> Result<PlanId, Error> {
    let ready = prepare(records, new).await.map_err(|faults| Error::Configuration(faults.join("\n")))?;
    let ids = save(records, vec![ready]).await?;
    ids.into_iter().next().ok_or(Error::NotFound)
}

/// A plan that may be published, still without a number if none was given.
pub(crate) struct Ready {
    plan: Plan,
    profile: Arc<Profile>,
    sites: Vec<Site>,
}

impl Ready {
    /// With seats that are taken already, as a demonstration shows them; never more than there are.
    pub(super) fn with_taken(mut self, taken: u32) -> Self {
        self.plan.taken = taken.min(self.plan.capacity);
        let mut left = self.plan.taken;
        for site in &mut self.sites {
            site.taken = left.min(site.capacity);
            left -= site.taken;
        }
        self
    }
}

/// Looks up what a plan refers to and checks it. Faults read `key: what is wrong and what would be right`.
pub(crate) async fn prepare(records: &Records, new: &NewPlan) -> Result<Ready, Vec<String>> {
    let failed = |why: Error| vec![why.to_string()];
    let agency = agencies::by_filing(records, &new.agency).await.map_err(failed)?;
    let profile = profiles::newest(records, &new.profile).await.map_err(failed)?;
    let standard = match new.standard.as_str() {
        "" => None,
        name => standards::get(records, name).await.map_err(failed)?,
    };
    let city = divisions::find_city(&new.city, "");
    let county = city.and_then(|(code, _)| divisions::find_county(&new.county, code));

    let mut faults = Vec::new();
    if agency.is_none() {
        faults.push(format!("agency: no agency is filed as {}", new.agency));
    }
    if city.is_none() {
        faults.push(format!("city: {} is no city", new.city));
    } else if county.is_none() && !new.county.is_empty() {
        faults.push(format!("county: {} is no county of {}", new.county, new.city));
    }
    check_trade(new, standard.as_deref(), &mut faults);
    if !new.standard.is_empty() && standard.is_none() {
        faults.push(format!("standard: no standard is loaded as {}", new.standard));
    }
    let capacity = capacity_of(new, &mut faults);
    if capacity == 0 || capacity > CAPACITY_MAX {
        faults.push(format!("capacity: is {capacity}, must be 1 to {CAPACITY_MAX}"));
    }
    if new.fee.0 < 0 || new.fee.0 > FEE_MAX {
        faults.push(format!("fee: is {} yuan, must be 0 to {}", new.fee.yuan(), Fen(FEE_MAX).yuan()));
    }
    let subjects = match profile.as_ref().and_then(|profile| profile.papers.as_ref()) {
        Some(papers) if new.subjects.is_empty() => papers.of_level(new.level).to_vec(),
        _ => new.subjects.clone(),
    };
    if subjects.is_empty() {
        faults.push("subjects: at least one".into());
    }
    let times = times_of(new);
    match &profile {
        None => faults.push(format!("profile: no profile is published as {}", new.profile)),
        Some(profile) => {
            let broken = check(&times, &profile.times, &WorkCalendar::default());
            faults.extend(broken.iter().map(|violation| sentence(violation, &times)));
            if !new.sites.is_empty() && !profile.wizard.contains(&Step::Site) {
                faults.push(format!("site: the procedure {} has no step to choose one", profile.name));
            }
        }
    }
    let conditions = conditions_of(new, standard.as_deref());
    if conditions.is_empty() && new.kind == PlanKind::LevelRecognition {
        faults.push("conditions: none given, and the standard has none for this level".into());
    }
    let (Some(agency), Some(profile), Some((city, city_name)), true) = (agency, profile, city, faults.is_empty())
    else {
        return Err(faults);
    };
    let or = |own: &str, other: &str| {
        if own.trim().is_empty() { other.to_owned() } else { own.trim().to_owned() }
    };
    let title = fill(
        &profile.numbering.plan_title,
        &[
            ("agency", agency.name.as_str()),
            ("month", &new.exam.month().to_string()),
            ("occupation", new.occupation.trim()),
            ("trade", new.trade.trim()),
            ("level", new.level.map_or("", SkillLevel::title)),
        ],
    )
    .replace("（）", "");
    let (county, county_name) = county.unwrap_or_default();
    let review_close = times.review_close.unwrap_or(TimePoint::Day(new.exam));
    let plan = Plan {
        id: PlanId(records.chance().id(records.now())),
        number: new.number.trim().to_owned(),
        year: new.exam.year(),
        title: or(&new.title, &title),
        agency: agency.id,
        agency_name: agency.name,
        agency_filing: agency.filing_code,
        contact: or(&new.contact, &agency.contact),
        contact_phone: or(&new.contact_phone, &agency.phone),
        kind: new.kind,
        occupation: new.occupation.trim().to_owned(),
        trade: new.trade.trim().to_owned(),
        code: new.code.trim().to_owned(),
        level: new.level,
        subjects,
        city: city.to_owned(),
        city_name: city_name.to_owned(),
        county: county.to_owned(),
        county_name: county_name.to_owned(),
        site: new.site.trim().to_owned(),
        window: RegistrationWindow::between(new.opens, new.closes),
        review_close: review_close.ends(),
        exam_on: new.exam,
        capacity,
        taken: 0,
        fee: new.fee,
        scope: new.scope.clone(),
        instructions: new.instructions.clone(),
        conditions,
        profile: profile.name.clone(),
        profile_version: profile.version,
        standard: new.standard.clone(),
        cancelled: false,
    };
    let site = |new: &NewSite| Site {
        id: SiteId(records.chance().id(records.now())),
        name: new.name.trim().to_owned(),
        address: new.address.trim().to_owned(),
        capacity: new.capacity,
        taken: 0,
        reviewer: new.reviewer.trim().to_owned(),
        contact: new.contact.trim().to_owned(),
        phone: new.phone.trim().to_owned(),
        exam_on: new.exam.unwrap_or(plan.exam_on),
    };
    let sites = new.sites.iter().map(site).collect();
    Ok(Ready { plan, profile, sites })
}

/// The seats of a plan with sites are those of its sites; what is wrong with a site is named by its place.
fn capacity_of(new: &NewPlan, faults: &mut Vec<String>) -> u32 {
    if new.sites.is_empty() {
        return new.capacity;
    }
    let mut names = BTreeSet::new();
    for (place, site) in (1..).zip(&new.sites) {
        let name = site.name.trim();
        if name.is_empty() {
            faults.push(format!("site {place}: name: is empty"));
        } else if !names.insert(name) {
            faults.push(format!("site {place}: name: {name} is there twice"));
        }
        if site.capacity == 0 || site.capacity > CAPACITY_MAX {
            faults.push(format!("site {place}: capacity: is {}, must be 1 to {CAPACITY_MAX}", site.capacity));
        }
        if let Some(day) = site.exam.filter(|day| *day < new.exam) {
            faults.push(format!("site {place}: exam: is {day}, the exam of the plan begins {}", new.exam));
        }
    }
    let sum = new.sites.iter().fold(0_u32, |sum, site| sum.saturating_add(site.capacity));
    if new.capacity != 0 && new.capacity != sum {
        faults.push(format!("capacity: is {}, the sites have {sum}; leave it out", new.capacity));
    }
    sum
}

/// Saves plans in one transaction: all or none.
pub(super) async fn save(records: &Records, ready: Vec<Ready>) -> Result<Vec<PlanId>, Error> {
    let now = records.now();
    let tx = records.begin().await?;
    let mut ids = Vec::with_capacity(ready.len());
    for Ready { mut plan, profile, sites } in ready {
        if plan.number.is_empty() {
            plan.number = next_number(&tx.db, &profile, plan.year).await?;
        } else if let Some(known) = by_number(&tx.db, &plan.number).await? {
            ids.push(known);
            continue;
        }
        let words = words_of(&plan);
        plan::Entity::insert(row::write(&plan, words, now)?).exec_without_returning(&tx.db).await?;
        if !sites.is_empty() {
            let rows = (0..).zip(&sites).map(|(position, site)| row::write_site(plan.id, position, site));
            plan_site::Entity::insert_many(rows).exec_without_returning(&tx.db).await?;
        }
        ids.push(plan.id);
    }
    tx.commit().await?;
    records.inner.cache.forget_plans();
    Ok(ids)
}

/// Inserts a plan that was filed here: its id and number were given before.
pub(crate) async fn insert_planned(
    db: &impl ConnectionTrait,
    ready: Ready,
    id: PlanId,
    now: Timestamp,
) -> Result<(), Error> {
    let plan = Plan { id, ..ready.plan };
    let words = words_of(&plan);
    plan::Entity::insert(row::write(&plan, words, now)?).exec_without_returning(db).await?;
    Ok(())
}

async fn by_number(db: &impl ConnectionTrait, number: &str) -> Result<Option<PlanId>, Error> {
    let row = plan::Entity::find().filter(plan::Column::Number.eq(number)).one(db).await?;
    row.map(|row| row.id.parse().map_err(|why| Error::bad_row("plan", &row.id, why))).transpose()
}

/// The next free number of a year: a counter, past numbers that were given by hand.
pub(crate) async fn next_number(db: &impl ConnectionTrait, profile: &Profile, year: i32) -> Result<String, Error> {
    let name = format!("plan/{}/{year}", profile.name);
    let new = counter::ActiveModel { name: Set(name.clone()), value: Set(0) };
    counter::Entity::insert(new).on_conflict_do_nothing_on([counter::Column::Name]).exec_without_returning(db).await?;
    loop {
        counter::Entity::update_many()
            .col_expr(counter::Column::Value, sea_orm::ExprTrait::add(Expr::col(counter::Column::Value), 1))
            .filter(counter::Column::Name.eq(name.as_str()))
            .exec(db)
            .await?;
        let row = counter::Entity::find_by_id(name.as_str()).one(db).await?.ok_or(Error::NotFound)?;
        let values = [("yyyy", year.to_string()), ("seq", row.value.to_string())];
        let number =
            fill(&profile.numbering.plan_number, &values.each_ref().map(|(key, value)| (*key, value.as_str())));
        if by_number(db, &number).await?.is_none() {
            return Ok(number);
        }
    }
}

fn times_of(new: &NewPlan) -> TimePoints {
    let review_close = new.review_close.or_else(|| {
        let later = new.closes.day().checked_add_days(Days::new(REVIEW_DAYS))?;
        // Where the close itself lies too late, the rule on closing speaks, and not this default.
        Some(TimePoint::Day(later.min(new.exam.pred_opt()?).max(new.closes.day())))
    });
    TimePoints {
        reg_open: Some(new.opens),
        reg_close: Some(new.closes),
        review_close,
        exams: vec![TimePoint::Day(new.exam)],
        ..TimePoints::default()
    }
}

pub(super) fn check_trade(new: &NewPlan, standard: Option<&OccupationalStandard>, faults: &mut Vec<String>) {
    if new.occupation.trim().is_empty() {
        faults.push("occupation: is empty".into());
    }
    let code = new.code.trim();
    let readable = OccupationCode::parse(code).is_ok() || TradeCode::parse(code).is_ok();
    match (new.kind, new.level) {
        (PlanKind::LevelRecognition, Some(level)) if level.is_examined() => {
            if !readable {
                faults.push(format!("code: {code} is no code as 4-09-07-04 or 4-09-07-04-03"));
            }
            if let Some(standard) = standard
                && standard.occupation != "*"
            {
                check_against(new, level, standard, faults);
            }
        }
        (PlanKind::LevelRecognition, _) => faults.push("level: needs one of 5, 4, 3, 2, 1".into()),
        (PlanKind::SpecialCapability, Some(_)) => faults.push("level: special capabilities have none".into()),
        (PlanKind::SpecialCapability, None) => {
            if !code.is_empty() && !readable {
                faults.push(format!("code: {code} is no code as 4-09-07-04 or 4-09-07-04-03"));
            }
        }
    }
}

fn check_against(new: &NewPlan, level: SkillLevel, standard: &OccupationalStandard, faults: &mut Vec<String>) {
    if standard.occupation != new.occupation.trim() {
        faults.push(format!("standard: speaks of {}, not of {}", standard.occupation, new.occupation));
    }
    if standard.conditions(level).is_empty() {
        faults.push(format!("level: {} has no {}", standard.occupation, level.name()));
    }
    let trades = standard.trades_at(level);
    let trade = new.trade.trim();
    if !trade.is_empty() && !trades.is_empty() && !trades.iter().any(|known| known.name == trade) {
        let names: Vec<&str> = trades.iter().map(|known| known.name.as_str()).collect();
        faults.push(format!("trade: {trade} is not examined at {}; there are {}", level.name(), names.join(", ")));
    }
}

pub(super) fn conditions_of(new: &NewPlan, standard: Option<&OccupationalStandard>) -> Vec<(u32, String)> {
    if !new.conditions.is_empty() {
        return (1..).zip(new.conditions.iter().cloned()).collect();
    }
    match (standard, new.level) {
        (Some(standard), Some(level)) => standard
            .conditions(level)
            .iter()
            .map(|condition| (u32::from(condition.no), condition.text.clone()))
            .collect(),
        _ => Vec::new(),
    }
}

/// The key of a point as a plan file writes it.
fn key_of(point: PointName) -> &'static str {
    match point {
        PointName::RegOpen => "opens",
        PointName::RegClose => "closes",
        PointName::ReviewClose => "review_close",
        _ => "times",
    }
}

/// `closes: close_before_exam: is 2022-04-30, compared with 2021-05-08; make it 2021-05-07`.
fn sentence(violation: &TimeViolation, times: &TimePoints) -> String {
    let measure = |measure: Measure| match measure {
        Measure::At(point) => point.to_string(),
        Measure::Days(days) => format!("{days} days"),
    };
    let now = times.get(violation.point).map_or_else(|| measure(violation.measured), |point| point.to_string());
    let fix = violation
        .fix
        .map_or_else(|| "no date would do".to_owned(), |fix| format!("make it {fix} or move the other date"));
    format!(
        "{}: {}: is {now}, compared with {}; {fix}",
        key_of(violation.point),
        violation.rule.id(),
        measure(violation.required)
    )
}
