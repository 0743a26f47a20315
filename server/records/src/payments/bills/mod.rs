//! 机构统一缴费: one bill per plan and agency. Money arrives by transfer, in parts too; what has arrived pays the orders of
//! the bill one by one, in the order of their numbers, and what is left over stays as the agency's credit. The bill has
//! books of its own that sum to zero: `transfer` is the bank, `credit` what belongs to the agency, `fees` what was earned.

mod arriving;
mod preparing;

pub use arriving::{confirm_bill_payment, cover_bills, return_credit, voucher};
pub use preparing::{bill_page, bill_people, bills, prepare_bill, set_invoices};

use crate::desk::access::Scope;
use crate::entity::{agency_bill as row, plan};
use crate::{Error, Records, Tx, sql};
use domain::account::StaffMember;
use domain::ids::{Fen, PlanId};
use domain::page::bills::BillState;
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

/// The plan, where its orders lie within the member's scope.
async fn plan_in(records: &Records, member: &StaffMember, id: PlanId) -> Result<plan::Model, Error> {
    let scope = Scope::of(records, member).await?;
    let plan = plan::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    let question = "SELECT region FROM agency WHERE id = $1";
    let region = sql::text(records.read(), question, vec![plan.agency_id.clone().into()]).await?.unwrap_or_default();
    if scope.holds(&plan.agency_id, &region) { Ok(plan) } else { Err(Error::NotFound) }
}

/// The bill of a plan, held until the transaction ends.
async fn locked(tx: &Tx, plan: &plan::Model) -> Result<Option<row::Model>, Error> {
    Ok(row::Entity::find()
        .filter(row::Column::PlanId.eq(plan.id.as_str()))
        .filter(row::Column::AgencyId.eq(plan.agency_id.as_str()))
        .lock_exclusive()
        .one(&tx.db)
        .await?)
}

/// What is to be paid: the orders of a bill that still stand.
async fn amount_of<C: ConnectionTrait>(db: &C, bill: &str) -> Result<Fen, Error> {
    let sum = sql::number(
        db,
        "SELECT CAST(COALESCE(SUM(o.amount), 0) AS BIGINT) FROM agency_bill_order b JOIN payment_order o ON o.id = b.order_id
         WHERE b.bill_id = $1 AND (o.state <> 'cancelled' OR o.paid_at IS NOT NULL)",
        vec![bill.into()],
    );
    Ok(Fen(sum.await?.unwrap_or(0)))
}

fn state_of(amount: Fen, received: i64) -> BillState {
    match received {
        0 => BillState::Open,
        received if received < amount.0 => BillState::Partly,
        _ => BillState::Paid,
    }
}

/// Books `amount` from one account of a bill to another.
async fn book(
    tx: &Tx,
    bill: &str,
    from: &'static str,
    to: &'static str,
    amount: Fen,
    cause: &'static str,
    reference: &str,
    at: Timestamp,
) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "INSERT INTO agency_bill_entry (bill_id, account, amount, cause, reference, at)
         VALUES ($1, $2, $3, $5, $6, $7), ($1, $4, -$3, $5, $6, $7)",
        vec![bill.into(), to.into(), amount.0.into(), from.into(), cause.into(), reference.into(), at.0.into()],
    )
    .await?;
    Ok(())
}

fn bad(bill: &row::Model, why: &str) -> Error {
    Error::bad_row("agency_bill", &bill.id, why)
}
