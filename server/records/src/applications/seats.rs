//! Seats: never one too many, whatever happens at once.

use crate::{Error, Records, Tx, sql};
use domain::ids::PlanId;
use domain::plan::Plan;

/// Seats of a plan that are taken, as they will stand after the commit.
#[must_use = "pages see the seats only once they are published"]
pub(crate) struct Taken {
    plan: PlanId,
    seats: i64,
}

impl Taken {
    /// Tells this server's pages after the commit.
    pub(crate) fn publish(&self, records: &Records) {
        records.inner.cache.seats_changed(self.plan, u32::try_from(self.seats).unwrap_or(0));
    }
}

/// Takes so many seats if that many are left, or none. This is the row that everybody wants in a rush, so it
/// comes last before commit.
pub(crate) async fn take(tx: &Tx, plan: PlanId, seats: i64) -> Result<Option<Taken>, Error> {
    let taken = sql::number(
        &tx.db,
        "UPDATE plan SET taken = taken + $2 WHERE id = $1 AND taken + $2 <= capacity RETURNING taken",
        vec![plan.to_string().into(), seats.into()],
    );
    Ok(taken.await?.map(|seats| Taken { plan, seats }))
}

/// Whether a plan is full: asked of memory, and only if that says so, of the database. A quick no for those
/// who come too late; who gets a seat is decided by [`take`] alone.
pub(crate) async fn none_left(records: &Records, plan: &Plan) -> Result<bool, Error> {
    if plan.taken < plan.capacity {
        return Ok(false);
    }
    let left = sql::number(
        records.read(),
        "SELECT capacity - taken FROM plan WHERE id = $1",
        vec![plan.id.to_string().into()],
    );
    Ok(left.await?.is_some_and(|left| left <= 0))
}

/// Gives a seat back.
pub(crate) async fn free(tx: &Tx, plan: PlanId) -> Result<Taken, Error> {
    let seats = sql::number(
        &tx.db,
        "UPDATE plan SET taken = taken - 1 WHERE id = $1 AND taken > 0 RETURNING taken",
        vec![plan.to_string().into()],
    );
    let seats = seats.await?.ok_or_else(|| Error::bad_row("plan", plan, "a seat to give back was never taken"))?;
    Ok(Taken { plan, seats })
}
