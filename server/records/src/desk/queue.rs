//! The queue: who waits, since when, and who is at it.

use super::access::Scope;
use crate::knowing::places;
use crate::{Error, Records, sql};
use domain::account::StaffMember;
use domain::application::{Claim, StageName};
use domain::ids::{ApplicationId, PlanId, Revision};
use domain::occupation::SkillLevel;
use domain::page::desk::{Doubt, Queue, QueueFilter, QueueLine};
use domain::plan::occupation_and_trade;
use domain::time::Timestamp;
use futures::try_join;
use sea_orm::{FromQueryResult, Value};

/// Lines per page.
const PER_PAGE: u32 = 30;
/// Plans offered to filter by.
const MOST_PLANS: u32 = 200;
/// A case that was decided, said so that the index of decisions is read and not that of stages.
const DECIDED: &str = "a.stage NOT IN ('draft','submitted','withdrawn')";

/// Agencies that are asked for their latest by one statement.
const AGENCIES: usize = 100;

/// The latest first.
const LATEST: &str = "COALESCE(a.decided_at, a.submitted_at) DESC, a.id";
/// Whoever was handed in once, in two parts that an index knows each in its order: its moment, and what it is.
const HANDED_IN: [(&str, &str); 2] =
    [("a.submitted_at", "a.stage = 'submitted'"), ("a.decided_at", "a.decided_at IS NOT NULL AND a.round > 0")];
/// The same by stages, which an index counts; only of those who withdrew the rows are asked.
const HANDED_IN_STAGES: [&str; 5] = [
    "a.stage = 'submitted'",
    "a.stage = 'returned'",
    "a.stage = 'approved'",
    "a.stage = 'rejected'",
    "a.stage = 'withdrawn' AND a.round > 0",
];

/// A page of the queue, the longest waiting first.
pub async fn queue(records: &Records, member: &StaffMember, filter: &QueueFilter) -> Result<Queue, Error> {
    let scope = Scope::of(records, member).await?;
    let now = records.now();
    let mut search = Search::of(&scope, now);
    search.narrow(member, filter, now);
    let page = filter.page.max(1);
    let skip = (page - 1).saturating_mul(PER_PAGE);
    let (lines, total) = match filter.tab.as_str() {
        "" | "waiting" | "claimed" => search.page(records, "a.submitted_at, a.id", skip).await?,
        "returned" => search.page(records, "a.until_at, a.id", skip).await?,
        "decided" => search.page(records, LATEST, skip).await?,
        _ => search.everybody(records, skip, filter.q.trim().is_empty()).await?,
    };
    let counts = counts(records, &scope, member, now).await?;
    Ok(Queue {
        now,
        lines,
        total,
        page,
        per_page: PER_PAGE,
        waiting: many(counts.waiting),
        claimed: many(counts.claimed),
        returned: many(counts.returned),
        decided_today: many(counts.decided_today),
        plans: plans(records, &scope).await?,
    })
}

/// The line of one case, if it lies within the scope.
pub(crate) async fn line_of(
    records: &Records,
    scope: &Scope,
    id: ApplicationId,
    now: Timestamp,
) -> Result<QueueLine, Error> {
    let mut search = Search::of(scope, now);
    search.ever_handed_in();
    search.and("a.id = ", id.to_string());
    search.lines(records, "a.id", 1, 0).await?.pop().ok_or(Error::NotFound)
}

/// The waiting cases beside one: the one before, and the next that no colleague holds (from the top again after the last).
pub(super) async fn neighbours(
    records: &Records,
    scope: &Scope,
    member: &StaffMember,
    line: &QueueLine,
    now: Timestamp,
) -> Result<(Option<ApplicationId>, Option<ApplicationId>), Error> {
    let mut waiting = Search::of(scope, now);
    waiting.clause("a.stage = 'submitted'");
    waiting.and("a.id <> ", line.id.to_string());
    let all = waiting.free_ids(records, member).await?;
    let here = (line.since.0, line.id.to_string());
    let after = all.iter().find(|one| **one > here).or_else(|| all.first());
    let before = all.iter().rev().find(|one| **one < here);
    let id = |found: Option<&(i64, String)>| found.and_then(|(_, id)| id.parse().ok());
    Ok((id(before), id(after)))
}

/// A question about cases, built up clause by clause.
struct Search {
    /// The agencies `g` whose cases they are.
    who: String,
    clauses: Vec<String>,
    values: Vec<Value>,
}

impl Search {
    /// Cases within a scope, agency by agency: an index knows each one's. `$1` is the time.
    fn of(scope: &Scope, now: Timestamp) -> Search {
        let (who, value) = scope.agencies(2);
        Search { who, clauses: Vec::new(), values: vec![now.0.into(), value] }
    }

    /// Only what was handed in once. Whatever waits, was returned or was decided was: there it need not be asked.
    fn ever_handed_in(&mut self) {
        self.clause("a.round > 0");
        self.clause("a.stage <> 'draft'");
    }

    fn clause(&mut self, clause: &str) {
        self.clauses.push(clause.to_owned());
    }

    fn and(&mut self, clause: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.clauses.push(format!("{clause}${}", self.values.len()));
    }

    fn narrow(&mut self, member: &StaffMember, filter: &QueueFilter, now: Timestamp) {
        match filter.tab.as_str() {
            "" | "waiting" => self.clause("a.stage = 'submitted'"),
            "claimed" => {
                self.clause("a.stage = 'submitted'");
                self.and("c.staff_id <> ", member.id.to_string());
            }
            "returned" => self.clause("a.stage = 'returned'"),
            "decided" => {
                self.clause(DECIDED);
                self.and("a.decided_at >= ", Timestamp::start_of(now.day()).0);
            }
            // Everybody: see `everybody`.
            _ => {}
        }
        let words = filter.q.trim();
        if !words.is_empty() {
            self.values.push(like(words).into());
            let n = self.values.len();
            self.clauses.push(format!("(a.name LIKE ${n} ESCAPE '\\' OR a.number LIKE ${n} ESCAPE '\\')"));
        }
        if !filter.plan.is_empty() {
            self.and("a.plan_id = ", filter.plan.clone());
        }
        if filter.only == "doubts" {
            self.clause("a.doubt_count > 0");
        }
    }

    /// `CROSS JOIN` is the order in which SQLite looks: left to itself it goes through all plans again for each agency.
    fn from(&self, plan: &str) -> String {
        self.of_agencies(&format!("{plan} LEFT JOIN claim c ON c.application_id = a.id AND c.until_at > $1"))
    }

    /// The same where nobody asks who is at it.
    fn of_agencies(&self, joined: &str) -> String {
        let clauses = self.clauses.iter().map(|clause| format!(" AND {clause}")).collect::<String>();
        format!("FROM agency g CROSS JOIN application a {joined} WHERE {} AND a.agency_id = g.id{clauses}", self.who)
    }

    /// A page of lines, and how many there are.
    async fn page(&self, records: &Records, order: &str, skip: u32) -> Result<(Vec<QueueLine>, u64), Error> {
        Ok((self.lines(records, order, PER_PAGE, skip).await?, self.count(records).await?))
    }

    /// The same for everybody who was handed in once. Asked for in one go, SQLite would read all applications, and for each
    /// agency again. What words find is known only when all were looked at: then all are fetched and counted at once.
    async fn everybody(mut self, records: &Records, skip: u32, all: bool) -> Result<(Vec<QueueLine>, u64), Error> {
        let most = all.then(|| skip.saturating_add(PER_PAGE));
        let (found, counted) =
            try_join!(self.latest(records, most), async { if all { self.handed_in(records).await } else { Ok(0) } })?;
        let total = if all { counted } else { found.len() as u64 };
        let shown: Vec<Value> =
            found.into_iter().skip(skip as usize).take(PER_PAGE as usize).map(|one| one.id.into()).collect();
        if shown.is_empty() {
            return Ok((Vec::new(), total));
        }
        self.clause(&format!("a.id IN ({})", places(self.values.len() + 1, shown.len())));
        self.values.extend(shown);
        Ok((self.lines(records, LATEST, PER_PAGE, 0).await?, total))
    }

    /// Whoever was handed in once, the latest first; `most` of them, or all. Each agency's latest come in the order of an
    /// index, and only these are put in one order: an authority's page does not sort a region.
    async fn latest(&self, records: &Records, most: Option<u32>) -> Result<Vec<Latest>, Error> {
        #[derive(FromQueryResult)]
        struct Agency {
            id: String,
        }
        let text = format!("SELECT g.id FROM agency g WHERE {}", self.who);
        let agencies: Vec<Agency> = sql::all(records.read(), &text, self.values.clone()).await?;
        let limit = most.map_or_else(String::new, |most| format!(" LIMIT {most}"));
        let mut found: Vec<Latest> = Vec::new();
        for some in agencies.chunks(AGENCIES) {
            let mut values = self.values.clone();
            let mut parts = Vec::with_capacity(some.len() * HANDED_IN.len());
            for agency in some {
                values.push(agency.id.clone().into());
                let own =
                    [vec![format!("a.agency_id = ${}", values.len())], self.clauses.clone()].concat().join(" AND ");
                parts.extend(HANDED_IN.map(|(at, which)| {
                    format!("SELECT a.id, {at} AS at FROM application a WHERE {own} AND {which} ORDER BY {at} DESC, a.id{limit}")
                }));
            }
            let parts = parts.iter().enumerate().map(|(n, part)| format!("SELECT * FROM ({part}) AS part_{n}"));
            let text = parts.collect::<Vec<_>>().join(" UNION ALL ");
            found.extend(sql::all::<Latest, _>(records.read(), &text, values).await?);
        }
        found.sort_unstable_by(|one, other| other.at.cmp(&one.at).then_with(|| one.id.cmp(&other.id)));
        Ok(found)
    }

    /// How many were handed in once.
    async fn handed_in(&self, records: &Records) -> Result<u64, Error> {
        let own = self.of_agencies("");
        let stages = HANDED_IN_STAGES.map(|which| format!("(SELECT COUNT(*) {own} AND {which})"));
        let text = format!("SELECT {}", stages.join(" + "));
        Ok(many(sql::number(records.read(), &text, self.values.clone()).await?.unwrap_or(0)))
    }

    async fn lines(&self, records: &Records, order: &str, limit: u32, offset: u32) -> Result<Vec<QueueLine>, Error> {
        let text = format!(
            "SELECT a.id, a.revision, a.number, a.name, a.stage, a.round, a.submitted_at, a.decided_at, a.doubts, a.doubt_count,
                    p.occupation, p.trade, p.level, c.staff_id AS claim_by, c.name AS claim_name, c.until_at AS claim_until
             {} AND p.id = a.plan_id ORDER BY {order} LIMIT {limit} OFFSET {offset}",
            self.from("CROSS JOIN plan p")
        );
        let rows: Vec<Row> = sql::all(records.read(), &text, self.values.clone()).await?;
        rows.into_iter().map(Row::line).collect()
    }

    async fn count(&self, records: &Records) -> Result<u64, Error> {
        let found =
            sql::number(records.read(), &format!("SELECT COUNT(*) {}", self.from("")), self.values.clone()).await?;
        Ok(many(found.unwrap_or(0)))
    }

    /// Waiting since and id of the cases that no colleague holds, in the queue's order.
    async fn free_ids(&mut self, records: &Records, member: &StaffMember) -> Result<Vec<(i64, String)>, Error> {
        self.values.push(member.id.to_string().into());
        self.clauses.push(format!("(c.staff_id IS NULL OR c.staff_id = ${})", self.values.len()));
        let text =
            format!("SELECT a.submitted_at AS since, a.id {} ORDER BY a.submitted_at, a.id LIMIT 2000", self.from(""));
        let rows: Vec<Waiting> = sql::all(records.read(), &text, self.values.clone()).await?;
        Ok(rows.into_iter().map(|row| (row.since, row.id)).collect())
    }
}

/// Somebody who was handed in, and the moment by which they stand in the list.
#[derive(FromQueryResult)]
struct Latest {
    id: String,
    at: i64,
}

#[derive(FromQueryResult)]
struct Waiting {
    since: i64,
    id: String,
}

#[derive(FromQueryResult)]
struct Row {
    id: String,
    revision: i64,
    number: Option<String>,
    name: String,
    stage: String,
    round: i64,
    submitted_at: Option<i64>,
    decided_at: Option<i64>,
    doubts: String,
    doubt_count: i64,
    occupation: String,
    trade: String,
    level: Option<i64>,
    claim_by: Option<String>,
    claim_name: Option<String>,
    claim_until: Option<i64>,
}

impl Row {
    fn line(self) -> Result<QueueLine, Error> {
        let bad = |why: &str| Error::bad_row("application", &self.id, why);
        let doubts: Vec<Doubt> = serde_json::from_str(&self.doubts).map_err(|_| bad("doubts"))?;
        let claim = match (&self.claim_by, &self.claim_name, self.claim_until) {
            (Some(by), Some(name), Some(until)) => {
                Some(Claim { by: by.parse().map_err(|_| bad("claim"))?, name: name.clone(), until: Timestamp(until) })
            }
            _ => None,
        };
        let level = self.level.and_then(|number| u8::try_from(number).ok()).and_then(SkillLevel::from_number);
        Ok(QueueLine {
            id: self.id.parse().map_err(|_| bad("id"))?,
            revision: Revision(self.revision),
            number: self.number.clone().unwrap_or_default(),
            name: self.name.clone(),
            trade: occupation_and_trade(&self.occupation, &self.trade),
            level: level.map_or_else(String::new, |level| level.short().to_owned()),
            since: Timestamp(self.decided_at.or(self.submitted_at).unwrap_or(0)),
            stage: StageName::parse(&self.stage).ok_or_else(|| bad("stage"))?,
            round: u32::try_from(self.round).map_err(|_| bad("round"))?,
            claim,
            doubts: u32::try_from(self.doubt_count).unwrap_or(0),
            first_doubt: doubts.into_iter().next(),
        })
    }
}

#[derive(FromQueryResult)]
struct Counts {
    waiting: i64,
    claimed: i64,
    returned: i64,
    decided_today: i64,
}

async fn counts(records: &Records, scope: &Scope, member: &StaffMember, now: Timestamp) -> Result<Counts, Error> {
    let (clause, value) = scope.agencies(2);
    let own = format!("FROM agency g CROSS JOIN application a WHERE {clause} AND a.agency_id = g.id");
    let text = format!(
        "SELECT (SELECT COUNT(*) {own} AND a.stage = 'submitted') AS waiting,
                (SELECT COUNT(*) FROM claim c CROSS JOIN application a CROSS JOIN agency g WHERE c.until_at > $1 AND c.staff_id <> $3
                    AND a.id = c.application_id AND g.id = a.agency_id AND {clause} AND a.stage = 'submitted') AS claimed,
                (SELECT COUNT(*) {own} AND a.stage = 'returned') AS returned,
                (SELECT COUNT(*) {own} AND {DECIDED} AND a.decided_at >= $4) AS decided_today"
    );
    let values = vec![now.0.into(), value, member.id.to_string().into(), Timestamp::start_of(now.day()).0.into()];
    let found = sql::one(records.read(), &text, values).await?;
    Ok(found.unwrap_or(Counts { waiting: 0, claimed: 0, returned: 0, decided_today: 0 }))
}

#[derive(FromQueryResult)]
struct PlanRow {
    id: String,
    title: String,
}

async fn plans(records: &Records, scope: &Scope) -> Result<Vec<(PlanId, String)>, Error> {
    let (clause, value) = scope.agencies(1);
    let text = format!(
        "SELECT p.id, p.title FROM agency g JOIN plan p ON p.agency_id = g.id
         WHERE {clause} AND EXISTS (SELECT 1 FROM application a WHERE a.plan_id = p.id AND a.stage <> 'draft' AND a.round > 0)
         ORDER BY p.closes_at DESC, p.id LIMIT {MOST_PLANS}"
    );
    let rows: Vec<PlanRow> = sql::all(records.read(), &text, vec![value]).await?;
    rows.into_iter()
        .map(|row| Ok((row.id.parse().map_err(|_| Error::bad_row("plan", &row.id, "id"))?, row.title)))
        .collect()
}

fn like(words: &str) -> String {
    let words = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{words}%")
}

fn many(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
