//! How often an account may be tried. It counts per account index, known or not, never per address:
//! a whole campus signs in from one.

use crate::entity::attempt;
use crate::{Error, Records};
use domain::account::SignInRefusal;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, Set};

/// Wrong tries in a row before the account rests.
pub(crate) const TRIES: i64 = 5;
/// How long it rests, and how long wrong tries are remembered, in minutes.
pub(crate) const REST_MINUTES: u32 = 15;

const REST_MS: i64 = REST_MINUTES as i64 * 60_000;

/// A try that was counted before it was made, so that many at once gain nothing.
pub(crate) struct Attempt {
    subject: String,
    last: bool,
}

/// Counts a try, or refuses it while the subject rests.
pub(crate) async fn reserve(records: &Records, subject: String) -> Result<Attempt, Error> {
    reserve_up_to(records, subject, TRIES).await
}

/// [`reserve`] with another number of tries.
pub(crate) async fn reserve_up_to(records: &Records, subject: String, tries: i64) -> Result<Attempt, Error> {
    let now = records.now();
    let tx = records.begin().await?;
    let row = count(&tx.db, &subject, now).await?;
    if row.locked_until > now.0 {
        tx.commit().await?;
        return Err(SignInRefusal::Locked { minutes: minutes_until(row.locked_until, now) }.into());
    }
    let stale = row.locked_until != 0 || now.0 - row.first_at > REST_MS;
    let failures = if stale { 1 } else { row.failures };
    let last = failures >= tries;
    attempt::Entity::update_many()
        .col_expr(attempt::Column::Failures, Expr::value(failures))
        .col_expr(attempt::Column::FirstAt, Expr::value(if stale { now.0 } else { row.first_at }))
        .col_expr(attempt::Column::LockedUntil, Expr::value(if last { now.0 + REST_MS } else { 0 }))
        .filter(attempt::Column::Subject.eq(subject.as_str()))
        .exec(&tx.db)
        .await?;
    tx.commit().await?;
    Ok(Attempt { subject, last })
}

/// Counts one more without refusing; the row is locked until the end of the transaction.
pub(crate) async fn count(
    db: &sea_orm::DatabaseTransaction,
    subject: &str,
    now: Timestamp,
) -> Result<attempt::Model, Error> {
    let new = attempt::ActiveModel {
        subject: Set(subject.to_owned()),
        failures: Set(0),
        first_at: Set(now.0),
        locked_until: Set(0),
    };
    attempt::Entity::insert(new)
        .on_conflict_do_nothing_on([attempt::Column::Subject])
        .exec_without_returning(db)
        .await?;
    attempt::Entity::update_many()
        .col_expr(attempt::Column::Failures, Expr::col(attempt::Column::Failures).add(1))
        .filter(attempt::Column::Subject.eq(subject))
        .exec(db)
        .await?;
    attempt::Entity::find_by_id(subject).one(db).await?.ok_or(Error::NotFound)
}

/// Counts one more of what is remembered until `until`, longer than a rest; gives how many there are.
pub(crate) async fn count_until(records: &Records, subject: &str, until: Timestamp) -> Result<i64, Error> {
    let tx = records.begin().await?;
    let row = count(&tx.db, subject, records.now()).await?;
    attempt::Entity::update_many()
        .col_expr(attempt::Column::LockedUntil, Expr::value(until.0))
        .filter(attempt::Column::Subject.eq(subject))
        .exec(&tx.db)
        .await?;
    tx.commit().await?;
    Ok(row.failures)
}

impl Attempt {
    /// A right try clears the count; one that the queue turned away was none.
    pub(crate) async fn settle(&self, records: &Records, outcome: &Result<bool, Error>) -> Result<(), Error> {
        let tx = records.begin().await?;
        match outcome {
            Ok(true) => {
                attempt::Entity::delete_by_id(self.subject.as_str()).exec(&tx.db).await?;
            }
            // As much is written as for a right try, so that both take the same time.
            Ok(false) => {
                attempt::Entity::update_many()
                    .col_expr(attempt::Column::Subject, Expr::value(self.subject.as_str()))
                    .filter(attempt::Column::Subject.eq(self.subject.as_str()))
                    .exec(&tx.db)
                    .await?;
            }
            Err(_) => {
                attempt::Entity::update_many()
                    .col_expr(attempt::Column::Failures, Expr::col(attempt::Column::Failures).sub(1))
                    .col_expr(attempt::Column::LockedUntil, Expr::value(0_i64))
                    .filter(attempt::Column::Subject.eq(self.subject.as_str()))
                    .exec(&tx.db)
                    .await?;
            }
        }
        tx.commit().await
    }

    /// What a wrong try is answered with.
    pub(crate) fn refusal(&self) -> SignInRefusal {
        if self.last { SignInRefusal::Locked { minutes: REST_MINUTES } } else { super::NO_MATCH }
    }
}

/// Forgets what counts no longer.
pub(crate) async fn sweep(records: &Records) -> Result<(), Error> {
    let now = records.now().0;
    let tx = records.begin().await?;
    attempt::Entity::delete_many()
        .filter(
            Condition::all().add(attempt::Column::FirstAt.lt(now - REST_MS)).add(attempt::Column::LockedUntil.lte(now)),
        )
        .exec(&tx.db)
        .await?;
    tx.commit().await
}

fn minutes_until(until: i64, now: Timestamp) -> u32 {
    u32::try_from((until - now.0 + 59_999) / 60_000).unwrap_or(REST_MINUTES)
}
