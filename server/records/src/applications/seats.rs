//! Seats: never one too many, whatever happens at once.

use crate::{Error, Tx, sql};
use domain::ids::PlanId;

/// Takes a seat if one is left. This is the row that everybody wants in a rush, so it comes last before commit.
pub(crate) async fn take(tx: &Tx, plan: PlanId) -> Result<bool, Error> {
    let done = sql::run(
        &tx.db,
        "UPDATE plan SET taken = taken + 1 WHERE id = $1 AND taken < capacity",
        vec![plan.to_string().into()],
    );
    Ok(done.await?.rows_affected() == 1)
}

/// Gives a seat back.
pub(crate) async fn free(tx: &Tx, plan: PlanId) -> Result<(), Error> {
    let done = sql::run(
        &tx.db,
        "UPDATE plan SET taken = taken - 1 WHERE id = $1 AND taken > 0",
        vec![plan.to_string().into()],
    );
    match done.await?.rows_affected() {
        1 => Ok(()),
        _ => Err(Error::bad_row("plan", plan, "a seat to give back was never taken")),
    }
}
