//! Publishing one plan: everything checked, everything that is wrong said at once.

use super::checking::{Checked, Known};
use super::row;
use super::search::words_of;
use crate::agencies::Agency;
use crate::entity::{counter, plan, plan_site};
use crate::{Error, Records};
use chrono::{Datelike, NaiveDate};
use domain::ids::{Fen, PlanId, SiteId};
use domain::occupation::SkillLevel;
use domain::plan::{Plan, PlanKind, Site};
use domain::profile::{Profile, fill};
use domain::time::Timestamp;
use domain::timeline::{RegistrationWindow, TimePoint};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use std::sync::Arc;

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
    let known = Known::look_up(records, new).await.map_err(|why| vec![why.to_string()])?;
    let Checked { agency, profile, city, county, seats, subjects, conditions, review_close } = known.check(new)?;
    let id = PlanId(records.chance().id(records.now()));
    let (county, county_name) = county.unwrap_or_default();
    let plan = Plan {
        id,
        number: new.number.trim().to_owned(),
        year: new.exam.year(),
        title: own_or(&new.title, &title_of(new, &agency, &profile)),
        contact: own_or(&new.contact, &agency.contact),
        contact_phone: own_or(&new.contact_phone, &agency.phone),
        agency: agency.id,
        agency_name: agency.name,
        agency_filing: agency.filing_code,
        kind: new.kind,
        occupation: new.occupation.trim().to_owned(),
        trade: new.trade.trim().to_owned(),
        code: new.code.trim().to_owned(),
        level: new.level,
        subjects,
        city: city.0.to_owned(),
        city_name: city.1.to_owned(),
        county: county.to_owned(),
        county_name: county_name.to_owned(),
        site: new.site.trim().to_owned(),
        window: RegistrationWindow::between(new.opens, new.closes),
        review_close: review_close.ends(),
        exam_on: new.exam,
        capacity: seats,
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
    let sites = new.sites.iter().map(|site| site_of(records, site, new.exam)).collect();
    Ok(Ready { plan, profile, sites })
}

/// The title by the pattern of the procedure.
fn title_of(new: &NewPlan, agency: &Agency, profile: &Profile) -> String {
    let month = new.exam.month().to_string();
    let values = [
        ("agency", agency.name.as_str()),
        ("month", month.as_str()),
        ("occupation", new.occupation.trim()),
        ("trade", new.trade.trim()),
        ("level", new.level.map_or("", SkillLevel::title)),
    ];
    fill(&profile.numbering.plan_title, &values).replace("（）", "")
}

/// What the plan says itself, or else what stands elsewhere.
fn own_or(own: &str, other: &str) -> String {
    if own.trim().is_empty() { other.to_owned() } else { own.trim().to_owned() }
}

fn site_of(records: &Records, new: &NewSite, exam: NaiveDate) -> Site {
    Site {
        id: SiteId(records.chance().id(records.now())),
        name: new.name.trim().to_owned(),
        address: new.address.trim().to_owned(),
        capacity: new.capacity,
        taken: 0,
        reviewer: new.reviewer.trim().to_owned(),
        contact: new.contact.trim().to_owned(),
        phone: new.phone.trim().to_owned(),
        exam_on: new.exam.unwrap_or(exam),
    }
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
