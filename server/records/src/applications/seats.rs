//! Seats: never one too many, whatever happens at once.

use crate::{Error, Records, Tx, sql};
use domain::ids::PlanId;

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

/// Takes a seat if one is left. This is the row that everybody wants in a rush, so it comes last before commit.
pub(crate) async fn take(tx: &Tx, plan: PlanId) -> Result<Option<Taken>, Error> {
    let seats = sql::number(
        &tx.db,
        "UPDATE plan SET taken = taken + 1 WHERE id = $1 AND taken < capacity RETURNING taken",
        vec![plan.to_string().into()],
    );
    Ok(seats.await?.map(|seats| Taken { plan, seats }))
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
