//! The authority's cockpit: one year's exams by region, agency, occupation, level and age, and the signals.

use super::results::{many, of_plans};
use super::signals;
use crate::desk::access::Scope;
use crate::entity::{agency, plan};
use crate::{Error, Records, sql};
use domain::account::{Role, StaffMember};
use domain::knowing::BANDS;
use domain::occupation::SkillLevel;
use domain::page::knowing::{Cockpit, Funnel, Group};
use futures::future::try_join_all;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};
use std::collections::{BTreeMap, HashMap};

/// Plans that are asked for at once.
const AT_ONCE: usize = 500;

/// A plan with its figures.
pub(super) struct Counted {
    pub plan: plan::Model,
    pub agency: String,
    pub funnel: Funnel,
    pub marked: u64,
    pub subjects: Vec<domain::page::knowing::SubjectPassed>,
    /// People with released scores by their age: age, people, passed.
    pub ages: Vec<(i64, u64, u64)>,
}

/// The cockpit of an authority, for the exams of a year; of one city, by code, or of all. A city without exams has none.
pub async fn cockpit(records: &Records, member: &StaffMember, year: i32, city: &str) -> Result<Cockpit, Error> {
    if member.role != Role::Authority {
        return Err(Error::Forbidden);
    }
    let scope = Scope::of(records, member).await?;
    let mut counted = counted(records, &scope, year).await?;
    let cities: BTreeMap<String, String> =
        counted.iter().map(|one| (one.plan.city.clone(), one.plan.city_name.clone())).collect();
    // What is not one of them narrows nothing.
    let city = if cities.contains_key(city) { city } else { "" };
    counted.retain(|one| city.is_empty() || one.plan.city == city);
    let level = |plan: &plan::Model| {
        let level = plan.level.and_then(|level| u8::try_from(level).ok()).and_then(SkillLevel::from_number);
        level.map_or_else(|| "专项职业能力".to_owned(), |level| level.name().to_owned())
    };
    Ok(Cockpit {
        now: records.now(),
        year,
        city: city.to_owned(),
        cities: cities.into_iter().collect(),
        all: groups(&counted, |_| "合计".to_owned()).pop().unwrap_or_default(),
        regions: groups(&counted, |one| one.plan.city_name.clone()),
        agencies: groups(&counted, |one| one.agency.clone()),
        occupations: groups(&counted, |one| domain::plan::occupation_and_trade(&one.plan.occupation, &one.plan.trade)),
        levels: groups(&counted, |one| level(&one.plan)),
        ages: ages(records, &counted).await?,
        signals: signals::all(records, &scope, city, &counted).await?,
    })
}

/// The plans of a scope whose exams lie in a year, each with its figures.
pub(super) async fn counted(records: &Records, scope: &Scope, year: i32) -> Result<Vec<Counted>, Error> {
    let agencies: HashMap<String, String> = agency::Entity::find()
        .all(records.read())
        .await?
        .into_iter()
        .filter(|agency| scope.holds(&agency.id, &agency.region))
        .map(|agency| (agency.id, agency.name))
        .collect();
    let plans: Vec<plan::Model> = plan::Entity::find()
        .filter(plan::Column::AgencyId.is_in(agencies.keys().cloned()))
        .filter(plan::Column::ExamOn.between(format!("{year}-01-01"), format!("{year}-12-31")))
        .filter(plan::Column::CancelledAt.is_null())
        .order_by_asc(plan::Column::ExamOn)
        .order_by_asc(plan::Column::Id)
        .all(records.read())
        .await?;
    let ids: Vec<String> = plans.iter().map(|plan| plan.id.clone()).collect();
    let stages = stages(records, &ids).await?;
    let mut results = of_plans(records, &plans).await?;
    Ok(plans
        .into_iter()
        .map(|plan| {
            let came = results.remove(&plan.id).unwrap_or_default();
            let mut funnel = stages.get(&plan.id).map(|stages| stages.funnel).unwrap_or_default();
            (funnel.present, funnel.passed, funnel.certificates) = (came.present, came.passed, came.certificates);
            let agency = agencies.get(&plan.agency_id).cloned().unwrap_or_default();
            Counted { plan, agency, funnel, marked: came.marked, subjects: came.subjects, ages: came.ages }
        })
        .collect())
}

/// Applications of a plan by where they stand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stages {
    pub drafts: u64,
    pub waiting: u64,
    pub returned: u64,
    pub approved: u64,
    pub rejected: u64,
    pub filed: u64,
    pub funnel: Funnel,
}

/// Applications of these plans by where they stand: read from an index that holds everything asked for.
pub(crate) async fn stages(records: &Records, plans: &[String]) -> Result<HashMap<String, Stages>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        plan_id: String,
        stage: String,
        money: String,
        filing: String,
        exam: String,
        n: i64,
    }
    // Two halves at the same time, for it is the longest question of a dashboard.
    let halves = plans.chunks(plans.len().div_ceil(2).clamp(1, AT_ONCE)).map(async |some| -> Result<Vec<Row>, Error> {
        // Everything that is asked stands in the index.
        let text = format!(
            "SELECT plan_id, stage, money, filing, exam, COUNT(*) AS n FROM application WHERE plan_id IN ({})
             GROUP BY plan_id, stage, money, filing, exam",
            super::places(1, some.len())
        );
        sql::all(records.read(), &text, some.iter().map(|id| id.clone().into()).collect()).await
    });
    let mut all: HashMap<String, Stages> = HashMap::new();
    for rows in try_join_all(halves).await? {
        for row in rows {
            let count = many(row.n);
            let one = all.entry(row.plan_id).or_default();
            one.funnel.begun += count;
            match row.stage.as_str() {
                "draft" => one.drafts += count,
                "submitted" => one.waiting += count,
                "returned" => one.returned += count,
                "rejected" => one.rejected += count,
                "approved" => {
                    one.approved += count;
                    one.funnel.approved += count;
                    if !matches!(row.money.as_str(), "due" | "expired") {
                        one.funnel.paid += count;
                    }
                    if row.exam != "none" {
                        one.funnel.seated += count;
                    }
                    if row.filing == "filed" {
                        one.filed += count;
                    }
                }
                // Withdrawn, though it was handed in once.
                _ => {}
            }
            if row.stage != "draft" {
                one.funnel.submitted += count;
            }
        }
    }
    Ok(all)
}

fn groups(counted: &[Counted], name: impl Fn(&Counted) -> String) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for one in counted {
        let name = name(one);
        let group = groups.entry(name.clone()).or_insert_with(|| Group { name, ..Group::default() });
        group.plans += 1;
        group.marked += one.marked;
        group.funnel.add(&one.funnel);
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.funnel.submitted));
    groups
}

/// A person's age on the day of the exam; none where no day of birth is known.
pub(super) const AGE: &str = "CAST(substr(p.exam_on, 1, 4) AS BIGINT) - CAST(substr(a.birth, 1, 4) AS BIGINT)
    - CASE WHEN substr(p.exam_on, 6, 5) < substr(a.birth, 6, 5) THEN 1 ELSE 0 END";

async fn ages(records: &Records, counted: &[Counted]) -> Result<Vec<Group>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        age: i64,
        submitted: i64,
        approved: i64,
    }
    let mut bands: Vec<Group> =
        BANDS.iter().map(|(name, ..)| Group { name: (*name).to_owned(), ..Group::default() }).collect();
    let band = |age: i64| BANDS.iter().position(|(_, from, to)| (*from..=*to).contains(&age));
    for some in counted.chunks(AT_ONCE) {
        // Everything that is asked of applications stands in the index, as above.
        let text = format!(
            "SELECT {AGE} AS age, COUNT(*) AS submitted, COUNT(*) FILTER (WHERE a.stage = 'approved') AS approved
             FROM plan p CROSS JOIN application a
             WHERE p.id IN ({}) AND a.plan_id = p.id AND a.stage <> 'draft' AND a.birth IS NOT NULL GROUP BY 1",
            super::places(1, some.len())
        );
        let values = some.iter().map(|one| one.plan.id.clone().into()).collect();
        for row in sql::all::<Row, _>(records.read(), &text, values).await? {
            if let Some(at) = band(row.age) {
                bands[at].funnel.submitted += many(row.submitted);
                bands[at].funnel.approved += many(row.approved);
            }
        }
    }
    for (age, marked, passed) in counted.iter().flat_map(|one| &one.ages) {
        if let Some(at) = band(*age) {
            bands[at].marked += marked;
            bands[at].funnel.passed += passed;
        }
    }
    Ok(bands)
}
