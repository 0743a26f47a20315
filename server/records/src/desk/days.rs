//! The work of the last days, day by day. Counted from the history: a decision that was taken back has still been a day's
//! work. After a rush that is a hundred thousand lines, and an open desk asks again with every act: what is over is kept in
//! memory, beside the number of lines it was counted from, and only what came since is counted.

use super::access::Scope;
use crate::{Error, Records, sql};
use chrono::NaiveDate;
use domain::time::Timestamp;
use sea_orm::FromQueryResult;
use std::collections::{BTreeMap, HashMap};
use std::ops::AddAssign;
use std::sync::{Mutex, PoisonError};

const DAY_MS: i64 = 86_400_000;
const SHANGHAI_MS: i64 = 8 * 3_600_000;
/// Lines younger than this may have company that is not committed yet. What comes later still is noticed, for then the
/// number of lines is another one.
const SETTLED_MS: i64 = 10_000;

/// What was done on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Work {
    /// Handed in.
    pub submitted: u64,
    /// Approved, also if that was taken back.
    pub approved: u64,
    /// Returned for correction.
    pub returned: u64,
    /// Rejected.
    pub rejected: u64,
}

impl Work {
    /// Decisions of all kinds.
    pub fn decided(&self) -> u64 {
        self.approved + self.returned + self.rejected
    }
}

impl AddAssign for Work {
    fn add_assign(&mut self, other: Work) {
        self.submitted += other.submitted;
        self.approved += other.approved;
        self.returned += other.returned;
        self.rejected += other.rejected;
    }
}

/// What was counted, by who looks at it.
#[derive(Default)]
pub(crate) struct Days(Mutex<HashMap<Scope, Counted>>);

/// Days since `from`, counted as far as `until`.
#[derive(Clone)]
struct Counted {
    from: i64,
    until: i64,
    /// Lines of the whole history in that time: an import that was undone takes lines away, late ones add some.
    lines: i64,
    days: BTreeMap<i64, Work>,
}

/// The work of the days since `first`.
pub(super) async fn since(
    records: &Records,
    scope: &Scope,
    first: NaiveDate,
) -> Result<HashMap<NaiveDate, Work>, Error> {
    let (from, now) = (Timestamp::start_of(first).0, records.now().0);
    let settled = now - SETTLED_MS;
    let known = known(records, scope).filter(|known| known.from == from && known.until <= settled);
    let known = match known {
        Some(known) if lines(records, from, known.until).await? == known.lines => known,
        _ => Counted { from, until: from - 1, lines: 0, days: BTreeMap::new() },
    };
    #[derive(FromQueryResult)]
    struct Row {
        day: i64,
        settled: i64,
        submitted: i64,
        approved: i64,
        returned: i64,
        rejected: i64,
    }
    let (clause, value) = scope.clause(4);
    let text = format!(
        "SELECT (h.at + {SHANGHAI_MS}) / {DAY_MS} AS day, CAST(CASE WHEN h.at <= $3 THEN 1 ELSE 0 END AS BIGINT) AS settled,
                COUNT(*) FILTER (WHERE h.what = 'submitted') AS submitted,
                COUNT(*) FILTER (WHERE h.what = 'approved') AS approved,
                COUNT(*) FILTER (WHERE h.what = 'returned') AS returned,
                COUNT(*) FILTER (WHERE h.what = 'rejected') AS rejected
         FROM history h JOIN application a ON a.id = h.case_id
         WHERE h.at > $1 AND h.at <= $2 AND {clause} AND h.what IN ('submitted','approved','returned','rejected')
         GROUP BY 1, 2"
    );
    // Counted before it is read: a line that comes between the two is looked for once more, and never missed.
    let fresh = if settled > known.until { lines(records, known.until + 1, settled).await? } else { 0 };
    let values = vec![known.until.into(), now.into(), settled.into(), value];
    let rows: Vec<Row> = sql::all(records.read(), &text, values).await?;
    let (mut kept, mut young) =
        (Counted { until: settled.max(known.until), lines: known.lines + fresh, ..known }, Vec::new());
    for row in rows {
        let work = Work {
            submitted: many(row.submitted),
            approved: many(row.approved),
            returned: many(row.returned),
            rejected: many(row.rejected),
        };
        match row.settled {
            1 => *kept.days.entry(row.day).or_default() += work,
            _ => young.push((row.day, work)),
        }
    }
    let mut days = kept.days.clone();
    keep(records, scope, kept);
    for (day, work) in young {
        *days.entry(day).or_default() += work;
    }
    let named = days.into_iter().filter_map(|(day, work)| Some((day_of(day)?, work)));
    Ok(named.collect())
}

fn known(records: &Records, scope: &Scope) -> Option<Counted> {
    records.inner.days.0.lock().unwrap_or_else(PoisonError::into_inner).get(scope).cloned()
}

fn keep(records: &Records, scope: &Scope, counted: Counted) {
    records.inner.days.0.lock().unwrap_or_else(PoisonError::into_inner).insert(scope.clone(), counted);
}

/// Lines of the history between two moments, both counted; the index alone is read.
async fn lines(records: &Records, from: i64, until: i64) -> Result<i64, Error> {
    let text = "SELECT COUNT(*) FROM history WHERE at >= $1 AND at <= $2";
    Ok(sql::number(records.read(), text, vec![from.into(), until.into()]).await?.unwrap_or(0))
}

/// The day in Shanghai with this number, as the question counts them: days since 1970.
fn day_of(number: i64) -> Option<NaiveDate> {
    number.checked_mul(DAY_MS).map(|at| Timestamp(at - SHANGHAI_MS).day())
}

fn many(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
