//! The ledger: two lines for every movement, never changed, never removed.

use super::row;
use crate::{Error, Tx, sql};
use domain::ids::Fen;
use domain::time::Timestamp;
use sea_orm::ConnectionTrait;

/// Why money moved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// An order was paid.
    Paid,
    /// Money came after the deadline, or for an order that had ended.
    Late,
    /// Money came a second time.
    Double,
    /// Money went back.
    Refund,
}

impl Cause {
    fn as_str(self) -> &'static str {
        match self {
            Cause::Paid => "paid",
            Cause::Late => "late",
            Cause::Double => "double",
            Cause::Refund => "refund",
        }
    }
}

/// Account of fees that were earned.
pub(super) const FEES: &str = "fees";
/// Account of money that was never ours and goes back.
pub(super) const OWED: &str = "owed";

/// Money that moves from one account to another.
pub(super) struct Movement<'a> {
    /// The account that has less afterwards: [`FEES`], [`OWED`], or a channel.
    pub from: &'a str,
    /// The account that has more afterwards.
    pub to: &'a str,
    pub amount: Fen,
    pub cause: Cause,
    /// The payment, the refund or the bill that it moves by.
    pub reference: &'a str,
}

/// Books a movement of an order. The same reference is booked once; a second time is a bad row.
pub(super) async fn book(
    tx: &Tx,
    order: &row::Model,
    Movement { from, to, amount, cause, reference }: Movement<'_>,
    at: Timestamp,
) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "INSERT INTO ledger_entry (order_id, account, amount, cause, reference, at)
         VALUES ($1, $2, $3, $5, $6, $7), ($1, $4, -$3, $5, $6, $7)",
        vec![
            order.id.clone().into(),
            to.into(),
            amount.0.into(),
            from.into(),
            cause.as_str().into(),
            reference.into(),
            at.0.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Whether this payment of the channel is in the books of the order already.
pub(super) async fn knows<C: ConnectionTrait>(db: &C, order: &row::Model, reference: &str) -> Result<bool, Error> {
    let lines = sql::number(
        db,
        "SELECT COUNT(*) FROM ledger_entry WHERE order_id = $1 AND reference = $2 AND cause <> 'refund'",
        vec![order.id.clone().into(), reference.into()],
    );
    Ok(lines.await?.unwrap_or(0) > 0)
}
