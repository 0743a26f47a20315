//! Counters of an agency, or of all agencies of an authority's region.

use super::access::Scope;
use crate::{Error, Records, sql};
use chrono::{Days, NaiveDate};
use domain::account::{Role, StaffMember};
use domain::page::desk::{Dashboard, PlanCounters};
use domain::time::Timestamp;
use sea_orm::{FromQueryResult, Value};

/// Days that the small charts show.
const DAYS: u64 = 14;
const DAY_MS: i64 = 86_400_000;
const SHANGHAI_MS: i64 = 8 * 3_600_000;

/// What stands where right now.
pub async fn dashboard(records: &Records, member: &StaffMember) -> Result<Dashboard, Error> {
    let scope = Scope::of(records, member).await?;
    let now = records.now();
    let today = now.day();
    let first = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today);
    let days = per_day(records, &scope, first).await?;
    let of = |day: NaiveDate| days.iter().find(|row| row.day == number_of(day));
    let row_today = of(today);
    let all_days: Vec<NaiveDate> = first.iter_days().take(DAYS as usize).collect();
    Ok(Dashboard {
        now,
        plans: plans(records, &scope, now).await?,
        oldest: oldest(records, &scope).await?,
        decided_today: row_today.map_or(0, DayRow::decided),
        today: row_today.map_or((0, 0, 0), |row| (many(row.approved), many(row.returned), many(row.rejected))),
        may_file: member.role == Role::Manager,
        submitted_per_day: all_days.iter().map(|day| (*day, of(*day).map_or(0, |row| many(row.submitted)))).collect(),
        decided_per_day: all_days.iter().map(|day| (*day, of(*day).map_or(0, DayRow::decided))).collect(),
    })
}

#[derive(FromQueryResult)]
struct PlanRow {
    id: String,
    title: String,
    agency_name: String,
    closes_at: i64,
    capacity: i64,
    taken: i64,
    drafts: i64,
    waiting: i64,
    returned: i64,
    approved: i64,
    rejected: i64,
    filed: i64,
}

/// Plans, those that close next first, then the closed ones, the latest first.
async fn plans(records: &Records, scope: &Scope, now: Timestamp) -> Result<Vec<PlanCounters>, Error> {
    let (clause, value): (&str, Value) = match scope {
        Scope::Agency(id) => ("p.agency_id = $2", id.clone().into()),
        Scope::Region(prefix) => ("g.region LIKE $2", format!("{prefix}%").into()),
    };
    let text = format!(
        "SELECT p.id, p.title, g.name AS agency_name, p.closes_at, p.capacity, p.taken,
                COUNT(*) FILTER (WHERE a.stage = 'draft') AS drafts,
                COUNT(*) FILTER (WHERE a.stage = 'submitted') AS waiting,
                COUNT(*) FILTER (WHERE a.stage = 'returned') AS returned,
                COUNT(*) FILTER (WHERE a.stage = 'approved') AS approved,
                COUNT(*) FILTER (WHERE a.stage = 'rejected') AS rejected,
                COUNT(*) FILTER (WHERE a.filing = 'filed') AS filed
         FROM plan p JOIN agency g ON g.id = p.agency_id LEFT JOIN application a ON a.plan_id = p.id
         WHERE {clause}
         GROUP BY p.id, p.title, g.name, p.closes_at, p.capacity, p.taken
         ORDER BY CASE WHEN p.closes_at >= $1 THEN p.closes_at ELSE 9000000000000000 - p.closes_at END, p.id LIMIT 200"
    );
    let rows: Vec<PlanRow> = sql::all(records.read(), &text, vec![now.0.into(), value]).await?;
    rows.into_iter()
        .map(|row| {
            Ok(PlanCounters {
                id: row.id.parse().map_err(|_| Error::bad_row("plan", &row.id, "id"))?,
                title: row.title,
                agency_name: row.agency_name,
                closes: Timestamp(row.closes_at),
                capacity: u32::try_from(row.capacity).unwrap_or(0),
                taken: u32::try_from(row.taken).unwrap_or(0),
                drafts: many(row.drafts),
                waiting: many(row.waiting),
                returned: many(row.returned),
                approved: many(row.approved),
                rejected: many(row.rejected),
                filed: many(row.filed),
            })
        })
        .collect()
}

async fn oldest(records: &Records, scope: &Scope) -> Result<Option<Timestamp>, Error> {
    let (clause, value) = scope.clause(1);
    let text =
        format!("SELECT COALESCE(MIN(a.submitted_at), 0) FROM application a WHERE {clause} AND a.stage = 'submitted'");
    Ok(sql::number(records.read(), &text, vec![value]).await?.filter(|at| *at > 0).map(Timestamp))
}

#[derive(FromQueryResult)]
struct DayRow {
    day: i64,
    submitted: i64,
    approved: i64,
    returned: i64,
    rejected: i64,
}

impl DayRow {
    fn decided(&self) -> u64 {
        many(self.approved + self.returned + self.rejected)
    }
}

/// Counted from the history: a decision that was taken back has still been a day's work.
async fn per_day(records: &Records, scope: &Scope, first: NaiveDate) -> Result<Vec<DayRow>, Error> {
    let (clause, value) = scope.clause(2);
    let text = format!(
        "SELECT (h.at + {SHANGHAI_MS}) / {DAY_MS} AS day,
                COUNT(*) FILTER (WHERE h.what = 'submitted') AS submitted,
                COUNT(*) FILTER (WHERE h.what = 'approved') AS approved,
                COUNT(*) FILTER (WHERE h.what = 'returned') AS returned,
                COUNT(*) FILTER (WHERE h.what = 'rejected') AS rejected
         FROM history h JOIN application a ON a.id = h.case_id
         WHERE h.at >= $1 AND {clause} AND h.what IN ('submitted','approved','returned','rejected')
         GROUP BY 1"
    );
    sql::all(records.read(), &text, vec![Timestamp::start_of(first).0.into(), value]).await
}

/// Days since 1970 of a day in Shanghai, as the question above counts them.
fn number_of(day: NaiveDate) -> i64 {
    (Timestamp::start_of(day).0 + SHANGHAI_MS) / DAY_MS
}

fn many(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
