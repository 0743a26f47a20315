//! Counters of an agency, or of all agencies of an authority's region.

use super::access::Scope;
use super::days;
use crate::entity::{agency, plan};
use crate::{Error, Records, knowing, sql};
use chrono::{Days, NaiveDate};
use domain::account::{Role, StaffMember};
use domain::knowing::{self as knowing_rules, Standing};
use domain::page::desk::{Dashboard, PlanCounters};
use domain::page::knowing::{Due, DueBy, DueWhat, Funnel, SubjectPassed};
use domain::planner::FilingDesk;
use domain::time::Timestamp;
use futures::try_join;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter};
use std::collections::HashMap;

/// Most plans of a dashboard.
const MOST: usize = 200;

/// Days that the small charts show.
const DAYS: u64 = 14;

/// What stands where right now.
pub async fn dashboard(records: &Records, member: &StaffMember) -> Result<Dashboard, Error> {
    let scope = Scope::of(records, member).await?;
    let now = records.now();
    let today = now.day();
    let first = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today);
    // Independent questions, so they are asked side by side, each on a connection of its own.
    let (days, plans, oldest) =
        try_join!(days::since(records, &scope, first), plans(records, &scope, now), oldest(records, &scope))?;
    let Plans { lines, funnel, subjects, due } = plans;
    let of = |day: NaiveDate| days.get(&day).copied().unwrap_or_default();
    let work = of(today);
    let all_days: Vec<NaiveDate> = first.iter_days().take(DAYS as usize).collect();
    Ok(Dashboard {
        now,
        plans: lines,
        funnel,
        subjects,
        due,
        oldest,
        decided_today: work.decided(),
        today: (work.approved, work.returned, work.rejected),
        may_file: member.role == Role::Manager,
        submitted_per_day: all_days.iter().map(|day| (*day, of(*day).submitted)).collect(),
        decided_per_day: all_days.iter().map(|day| (*day, of(*day).decided())).collect(),
    })
}

/// The plans with their facts, and what follows from them.
struct Plans {
    lines: Vec<PlanCounters>,
    funnel: Funnel,
    subjects: Vec<SubjectPassed>,
    due: Vec<Due>,
}

/// What a plan still waits for.
#[derive(FromQueryResult)]
struct Waits {
    id: String,
    tickets: Option<i64>,
    scores: Option<String>,
    release_at: Option<i64>,
    objections: i64,
    requests: i64,
    doors: i64,
}

/// Plans, those that close next first, then the closed ones, the latest first.
async fn plans(records: &Records, scope: &Scope, now: Timestamp) -> Result<Plans, Error> {
    let agencies: HashMap<String, String> = agency::Entity::find()
        .all(records.read())
        .await?
        .into_iter()
        .filter(|agency| scope.holds(&agency.id, &agency.region))
        .map(|agency| (agency.id, agency.name))
        .collect();
    let mut rows: Vec<plan::Model> = plan::Entity::find()
        .filter(plan::Column::AgencyId.is_in(agencies.keys().cloned()))
        .filter(plan::Column::CancelledAt.is_null())
        .all(records.read())
        .await?;
    rows.sort_by_key(|row| {
        let open = row.closes_at >= now.0;
        (if open { row.closes_at } else { 9_000_000_000_000_000 - row.closes_at }, row.id.clone())
    });
    rows.truncate(MOST);
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let (stages, results, waits, rechecks, opinions) = try_join!(
        knowing::stages(records, &ids),
        knowing::of_plans(records, &rows),
        waits(records, &ids),
        rechecks(records),
        opinions(records, scope, now.day()),
    )?;
    let mut all = Plans { lines: Vec::new(), funnel: Funnel::default(), subjects: Vec::new(), due: Vec::new() };
    for row in rows {
        let exam_on: NaiveDate = row.exam_on.parse().map_err(|_| Error::bad_row("plan", &row.id, "exam_on"))?;
        let id = row.id.parse().map_err(|_| Error::bad_row("plan", &row.id, "id"))?;
        let stages = stages.get(&row.id).copied().unwrap_or_default();
        let mut funnel = stages.funnel;
        if let Some(came) = results.get(&row.id) {
            (funnel.present, funnel.passed, funnel.certificates) = (came.present, came.passed, came.certificates);
            for one in &came.subjects {
                match all.subjects.iter_mut().find(|known| known.subject == one.subject) {
                    Some(known) => (known.sat, known.passed) = (known.sat + one.sat, known.passed + one.passed),
                    None => all.subjects.push(one.clone()),
                }
            }
        }
        all.funnel.add(&funnel);
        let waits = waits.get(&row.id);
        let standing = Standing {
            closes: Timestamp(row.closes_at).day(),
            review: Timestamp(row.review_close).day(),
            exam: exam_on,
            waiting: stages.waiting,
            approved: stages.approved,
            tickets: waits.is_some_and(|waits| waits.tickets.is_some()),
            scores: waits.map_or((false, false), |waits| {
                let state = waits.scores.as_deref().unwrap_or("open");
                (state != "open", waits.release_at.is_some())
            }),
            objections: waits.map_or(0, |waits| many(waits.objections)),
            requests: waits.map_or(0, |waits| many(waits.requests)),
            doors: waits.map_or(0, |waits| many(waits.doors)),
            rechecks: rechecks.get(&row.id).copied().unwrap_or(0),
        };
        for (what, by, on) in knowing_rules::due(&standing, now.day()) {
            all.due.push(Due { plan: id, title: row.title.clone(), number: row.number.clone(), what, by, on });
        }
        all.lines.push(PlanCounters {
            id,
            agency_name: agencies.get(&row.agency_id).cloned().unwrap_or_default(),
            title: row.title,
            opens: Timestamp(row.opens_at),
            closes: Timestamp(row.closes_at),
            exam_on,
            capacity: u32::try_from(row.capacity).unwrap_or(0),
            taken: u32::try_from(row.taken).unwrap_or(0),
            drafts: stages.drafts,
            waiting: stages.waiting,
            returned: stages.returned,
            approved: stages.approved,
            rejected: stages.rejected,
            filed: stages.filed,
        });
    }
    all.due.extend(opinions);
    all.due.sort_by_key(|due| due.on);
    Ok(all)
}

async fn waits(records: &Records, plans: &[String]) -> Result<HashMap<String, Waits>, Error> {
    if plans.is_empty() {
        return Ok(HashMap::new());
    }
    let text = format!(
        "SELECT p.id, t.published_at AS tickets, s.state AS scores, s.release_at,
            (SELECT COUNT(*) FROM notice n JOIN objection o ON o.notice_id = n.id
             WHERE n.plan_id = p.id AND o.answered_at IS NULL) AS objections,
            (SELECT COUNT(*) FROM seat_request q WHERE q.plan_id = p.id AND q.answered_at IS NULL) AS requests,
            (SELECT COUNT(*) FROM door_conflict d WHERE d.plan_id = p.id AND d.decided IS NULL) AS doors
         FROM plan p LEFT JOIN seating t ON t.plan_id = p.id LEFT JOIN score_sheet s ON s.plan_id = p.id
         WHERE p.id IN ({})",
        knowing::places(1, plans.len())
    );
    let values = plans.iter().map(|id| id.clone().into()).collect();
    let rows: Vec<Waits> = sql::all(records.read(), &text, values).await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// Requests to look at marks again that wait, by plan. There are few of them at a time: they lead to their plans.
async fn rechecks(records: &Records) -> Result<HashMap<String, u64>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        plan_id: String,
        waiting: i64,
    }
    let text = "SELECT a.plan_id, COUNT(*) AS waiting FROM recheck r CROSS JOIN application a
                WHERE r.answered_at IS NULL AND a.id = r.application_id GROUP BY a.plan_id";
    let rows: Vec<Row> = sql::all(records.read(), text, Vec::new()).await?;
    Ok(rows.into_iter().map(|row| (row.plan_id, many(row.waiting))).collect())
}

/// Plans, and changes of plans, that wait for a desk of the region; agencies have nothing to do there.
async fn opinions(records: &Records, scope: &Scope, today: NaiveDate) -> Result<Vec<Due>, Error> {
    if matches!(scope, Scope::Agency(_)) {
        return Ok(Vec::new());
    }
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        title: String,
        number: String,
        stage: String,
        changed: i64,
    }
    let (clause, value) = scope.agencies(1);
    let text = format!(
        "SELECT p.id, p.title, COALESCE(p.number, '') AS number, p.stage, CAST(0 AS BIGINT) AS changed
         FROM planning p JOIN agency g ON g.id = p.agency_id WHERE p.stage IN ('at_centre','at_authority') AND {clause}
         UNION ALL SELECT p.id, p.title, COALESCE(p.number, ''), c.stage, CAST(1 AS BIGINT) AS changed FROM amendment c
         JOIN planning p ON p.id = c.planning_id JOIN agency g ON g.id = p.agency_id
         WHERE c.ended_at IS NULL AND {clause} ORDER BY 2, 1 LIMIT {MOST}"
    );
    let rows: Vec<Row> = sql::all(records.read(), &text, vec![value]).await?;
    let due = rows.into_iter().map(|row| {
        let bad = |why: &str| Error::bad_row("planning", &row.id, why);
        let desk = match row.stage.as_str() {
            "at_centre" => FilingDesk::Centre,
            "at_authority" => FilingDesk::Authority,
            _ => return Err(bad("stage")),
        };
        let what = if row.changed == 0 { DueWhat::Opinion(desk) } else { DueWhat::ChangeOpinion(desk) };
        let plan = row.id.parse().map_err(|_| bad("id"))?;
        Ok(Due { plan, title: row.title, number: row.number, what, by: DueBy::Desks, on: today })
    });
    due.collect()
}

/// The longest waiting case: one look into the queue of each agency.
async fn oldest(records: &Records, scope: &Scope) -> Result<Option<Timestamp>, Error> {
    let (clause, value) = scope.agencies(1);
    let text = format!(
        "SELECT COALESCE(MIN(one.at), 0) FROM (SELECT (SELECT MIN(a.submitted_at) FROM application a
            WHERE a.agency_id = g.id AND a.stage = 'submitted') AS at FROM agency g WHERE {clause}) AS one"
    );
    Ok(sql::number(records.read(), &text, vec![value]).await?.filter(|at| *at > 0).map(Timestamp))
}

fn many(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
