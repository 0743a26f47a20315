//! Assessment plans: published, searched, judged. Readers are served from memory.

use crate::entity::{agency, plan, plan_site};
use crate::{Error, Records, divisions, planner, profiles, sql, standards};
use cache::{Line, Mark, Shelf};
use domain::eligibility::{self, ApplicantFacts, AsOf, ConditionVerdict, OccupationalStandard};
use domain::form::Section;
use domain::helpline::{HelpLine, Whereabouts, for_place};
use domain::ids::PlanId;
use domain::occupation::{OccupationCode, TradeCode};
use domain::page::planner::ContactLine;
use domain::plan::{Plan, PlanResults, PlanSearch, Site};
use domain::profile::{self, ENTRY_SECTION, Profile};
use domain::timeline::{TimePoint, TimePoints};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder, QuerySelect};
use std::collections::HashMap;
use std::sync::Arc;

pub mod cache;
mod checking;
mod import;
mod publish;
mod row;
mod search;
mod subject;

pub use import::import;
pub use publish::{NewPlan, NewSite, publish};
pub(crate) use publish::{insert_planned, next_number, prepare};
pub(crate) use subject::{put_subject, with_subject};

/// Plans on one page of a search.
pub const PER_PAGE: u32 = 10;

/// Searches the published plans: those that are open first, by closing date, then those to come, then
/// those that are over.
pub async fn search(records: &Records, wanted: &PlanSearch) -> Result<PlanResults, Error> {
    let shelf = shelf(records).await?;
    Ok(search::search(&shelf.lines, wanted, records.now()))
}

/// One plan with the seats of this moment.
pub async fn get(records: &Records, id: PlanId) -> Result<Plan, Error> {
    shelf(records).await?.get(id).map(Line::current).ok_or(Error::NotFound)
}

/// One plan by its number, as printed; blanks around it are forgiven.
pub async fn by_number(records: &Records, number: &str) -> Result<Plan, Error> {
    let shelf = shelf(records).await?;
    shelf.lines.iter().find(|line| line.plan().number == number.trim()).map(Line::current).ok_or(Error::NotFound)
}

/// Every published plan, by number: for exports and for the desk's filters.
pub async fn all(records: &Records) -> Result<Vec<Plan>, Error> {
    Ok(shelf(records).await?.lines.iter().map(Line::current).collect())
}

/// The procedure of a plan, in the version that it was published with and as it stands for this plan: conditions
/// on the plan are decided, and the entry questions are a section of the form.
pub async fn profile_of(records: &Records, plan: &Plan) -> Result<Arc<Profile>, Error> {
    let shelf = shelf(records).await?;
    let line = shelf.get(plan.id);
    if let Some(known) = line.and_then(Line::ground) {
        return Ok(known);
    }
    let whole = profiles::get(records, &plan.profile, plan.profile_version).await?;
    let ground = on_ground(&whole, plan);
    Ok(match line {
        Some(line) => line.keep_ground(ground),
        None => Arc::new(ground),
    })
}

/// The procedure as it would stand for a plan that is not public in this form.
pub(crate) async fn profile_for(records: &Records, plan: &Plan) -> Result<Arc<Profile>, Error> {
    let whole = profiles::get(records, &plan.profile, plan.profile_version).await?;
    Ok(Arc::new(on_ground(&whole, plan)))
}

fn on_ground(whole: &Profile, plan: &Plan) -> Profile {
    let mut own = profile::specialise(whole, plan);
    if let Some(entry) = own.entry.as_ref().filter(|entry| !entry.field.is_empty()) {
        let section = Section {
            key: ENTRY_SECTION.into(),
            title: entry.title.clone(),
            hint: String::new(),
            show: None,
            field: entry.field.clone(),
        };
        own.form.section.insert(0, section);
    }
    own
}

/// Plans of one procedure that are open or to come, those that close first in front.
pub async fn of_profile(records: &Records, name: &str) -> Result<Vec<domain::plan::PlanLine>, Error> {
    Ok(search::of_profile(&shelf(records).await?.lines, name, records.now()))
}

/// The procedures that have plans which are not over: name and title, by name.
pub async fn procedures(records: &Records) -> Result<Vec<(String, String)>, Error> {
    let now = records.now();
    let mut newest: std::collections::BTreeMap<String, u32> = std::collections::BTreeMap::new();
    for line in &shelf(records).await?.lines {
        let plan = line.plan();
        if now <= plan.window.closes {
            let version = newest.entry(plan.profile.clone()).or_default();
            *version = plan.profile_version.max(*version);
        }
    }
    let mut titles = Vec::with_capacity(newest.len());
    for (name, version) in newest {
        let title = profiles::get(records, &name, version).await?.title.clone();
        titles.push((name, title));
    }
    Ok(titles)
}

/// The sites of a plan with the seats of this moment, in order; empty when it has only one place.
pub async fn sites(records: &Records, plan: PlanId) -> Result<Vec<Site>, Error> {
    Ok(shelf(records).await?.get(plan).map(Line::sites).unwrap_or_default())
}

/// Whom the candidates of a plan ask: the agency's people by topic, those who are there for its place.
pub async fn help(records: &Records, plan: PlanId) -> Result<Vec<HelpLine>, Error> {
    Ok(shelf(records).await?.get(plan).map(|line| line.help().to_vec()).unwrap_or_default())
}

/// Which conditions of a plan a person meets on the day that registration closes; empty when the plan
/// has no level or no standard is loaded for it.
pub async fn judge(records: &Records, plan: &Plan, facts: &ApplicantFacts) -> Result<Vec<ConditionVerdict>, Error> {
    let Some(level) = plan.level else {
        return Ok(Vec::new());
    };
    let Some(standard) = standard_of(records, plan).await? else {
        return Ok(Vec::new());
    };
    let closes = TimePoint::Moment(plan.window.closes.in_shanghai());
    let times =
        TimePoints { reg_close: Some(closes), exams: vec![TimePoint::Day(plan.exam_on)], ..TimePoints::default() };
    let day = AsOf::default().day(&times).unwrap_or_else(|| plan.window.closes.day());
    Ok(eligibility::judge(&standard, level, day, facts))
}

/// The standard of a plan. A template speaks of no occupation, so it takes the plan's.
pub async fn standard_of(records: &Records, plan: &Plan) -> Result<Option<Arc<OccupationalStandard>>, Error> {
    if plan.standard.is_empty() {
        return Ok(None);
    }
    let found = standards::get(records, &plan.standard).await?;
    Ok(found.map(|standard| if standard.occupation == "*" { Arc::new(filled_in(&standard, plan)) } else { standard }))
}

fn filled_in(template: &OccupationalStandard, plan: &Plan) -> OccupationalStandard {
    let code =
        OccupationCode::parse(&plan.code).or_else(|_| TradeCode::parse(&plan.code).map(|trade| trade.occupation()));
    let mut standard = match code {
        Ok(code) => template.for_occupation(code, &plan.occupation),
        Err(_) => OccupationalStandard { occupation: plan.occupation.clone(), ..template.clone() },
    };
    if !plan.trade.is_empty() {
        standard.trades.push(plan.trade.clone());
    }
    standard
}

/// The plans in memory, looked up again when they are older than two seconds.
async fn shelf(records: &Records) -> Result<Arc<Shelf>, Error> {
    let cache = &records.inner.cache;
    let now = records.now();
    let kept = cache.shelf();
    if let Some(shelf) = kept.as_ref().filter(|shelf| shelf.is_fresh(now)) {
        return Ok(shelf.clone());
    }
    // While one looks, the others go on with what there is; only the very first wait.
    let _looking = match (cache.looking.try_lock(), kept) {
        (Err(_), Some(old)) => return Ok(old),
        (Ok(looking), _) => looking,
        (Err(_), None) => cache.looking.lock().await,
    };
    if let Some(shelf) = cache.shelf().filter(|shelf| shelf.is_fresh(now)) {
        return Ok(shelf);
    }
    let mark = mark(records.read()).await?;
    if let Some(old) = cache.shelf().filter(|old| old.mark == mark) {
        refresh_seats(records, &old).await?;
        old.checked(now);
        return Ok(old);
    }
    let shelf = Arc::new(Shelf::new(load_all(records.read()).await?, mark, now));
    cache.keep_shelf(shelf.clone());
    Ok(shelf)
}

/// One question for everything that the shelf is made of, seats apart. People to ask are added and taken off, never changed.
async fn mark(db: &impl ConnectionTrait) -> Result<Mark, Error> {
    let text = "SELECT (SELECT COUNT(*) FROM plan) AS plans,
                       (SELECT COALESCE(MAX(updated_at), 0) FROM plan) AS changed,
                       (SELECT COUNT(*) FROM agency_contact) AS contacts,
                       (SELECT COALESCE(MAX(created_at), 0) FROM agency_contact) AS added";
    Ok(sql::one(db, text, Vec::new()).await?.unwrap_or_default())
}

async fn refresh_seats(records: &Records, shelf: &Shelf) -> Result<(), Error> {
    let seats: Vec<(String, i64)> = plan::Entity::find()
        .select_only()
        .columns([plan::Column::Id, plan::Column::Taken])
        .into_tuple()
        .all(records.read())
        .await?;
    for (id, taken) in seats {
        let id: PlanId = id.parse().map_err(|why| Error::bad_row("plan", &id, why))?;
        if let Some(line) = shelf.get(id) {
            line.set_taken(u32::try_from(taken).map_err(|why| Error::bad_row("plan", id, why))?);
        }
    }
    if shelf.lines.iter().all(|line| !line.has_sites()) {
        return Ok(());
    }
    let seats: Vec<(String, String, i64)> = plan_site::Entity::find()
        .select_only()
        .columns([plan_site::Column::Id, plan_site::Column::PlanId, plan_site::Column::Taken])
        .into_tuple()
        .all(records.read())
        .await?;
    for (id, plan, taken) in seats {
        let (Ok(site), Ok(plan)) = (id.parse(), plan.parse()) else {
            return Err(Error::bad_row("plan_site", &id, "id"));
        };
        if let Some(line) = shelf.get(plan) {
            line.set_site_taken(site, u32::try_from(taken).map_err(|why| Error::bad_row("plan_site", &id, why))?);
        }
    }
    Ok(())
}

async fn load_all(db: &impl ConnectionTrait) -> Result<Vec<Line>, Error> {
    let agencies: HashMap<String, agency::Model> =
        agency::Entity::find().all(db).await?.into_iter().map(|row| (row.id.clone(), row)).collect();
    let mut sites: HashMap<String, Vec<Site>> = HashMap::new();
    for row in plan_site::Entity::find().order_by_asc(plan_site::Column::Position).all(db).await? {
        sites.entry(row.plan_id.clone()).or_default().push(row::read_site(row)?);
    }
    let people = planner::contacts(db).await?;
    let rows = plan::Entity::find().order_by_asc(plan::Column::Number).all(db).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let agency = agencies.get(&row.agency_id).ok_or_else(|| Error::bad_row("plan", &row.id, "no such agency"))?;
        let own = sites.remove(&row.id).unwrap_or_default();
        let plan = row::read(row, agency)?;
        // Folded from the plan itself, so that a renamed agency is found under its new name at once.
        let words = search::words_of(&plan);
        let help = people.get(&agency.id).map(|lines| help_of(lines, &plan, &own)).unwrap_or_default();
        lines.push(Line::new(plan, words, own, help));
    }
    Ok(lines)
}

fn help_of(people: &[ContactLine], plan: &Plan, sites: &[Site]) -> Vec<HelpLine> {
    let lines: Vec<HelpLine> = people
        .iter()
        .map(|one| HelpLine {
            topic: one.topic.clone(),
            region: one.region.clone(),
            name: one.name.clone(),
            phone: one.phone.clone(),
        })
        .collect();
    let province = plan.city.get(..2).and_then(|code| divisions::name_of(&format!("{code}0000"))).unwrap_or_default();
    let place = Whereabouts {
        province,
        city: &plan.city_name,
        county: &plan.county_name,
        sites: sites.iter().map(|site| format!("{} {}", site.name, site.address)).collect(),
    };
    for_place(&lines, &place)
}
