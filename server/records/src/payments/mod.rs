//! 缴费: what is due, what was paid, what goes back. Channels repeat, delay and reorder what they say; an order is paid
//! once. Every movement of money is two lines of a ledger that only grows; the lines of an order sum to zero.
//!
//! Whoever writes holds the application first and the order second.

mod bill;
mod bills;
mod due;
mod expiry;
mod fiscal;
mod late;
mod ledger;
mod notices;
mod office;
mod overseen;
mod refunds;
mod settlement;

pub use bill::{day_of_channel, keep_bill, missing_bills, nights, reconcile, unbooked};
pub use bills::{
    bill_page, bill_people, bills, confirm_bill_payment, cover_bills, prepare_bill, return_credit, set_invoices,
    voucher,
};
pub use due::{begin, keep_code, pay_page};
pub use expiry::{Overdue, expire, overdue};
pub use fiscal::{confirm_fiscal, fiscal_code, fiscal_codes, fiscal_file, void_fiscal};
pub use notices::{notice_count, open_numbers, take_notice};
pub use office::{confirm_transfer, fen_of, list, money_rows, pay_cash, waive};
pub use overseen::region_settlement;
pub use refunds::{PendingRefund, ask_refund, pending_refunds, refund_done, refund_paid_out};
pub use settlement::{movements, settlement};

pub(crate) use due::{Ended, close, my_order, on_approval, on_reopen};
pub(crate) use late::void_expired;

use crate::applications::load;
use crate::entity::{application, payment_order as row};
use crate::live::outbox::{self, Audience};
use crate::messages::Telling;
use crate::{Error, Tx, history, live, sql};
use domain::account::StaffMember;
use domain::application::Stage;
use domain::application::axes::{Axes, Money};
use domain::ids::Fen;
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::payment::{Channel, OrderState};
use domain::time::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};

/// An order with its application, both held until the transaction ends.
struct Held {
    order: row::Model,
    case: application::Model,
}

impl Held {
    /// What the applicant is told of this order.
    fn telling(&self, kind: MessageKind, amount: Fen) -> Telling {
        Telling::about(&self.case, kind).amount(amount).number(self.order.number.as_str())
    }
}

/// Holds the order of that number, with its application.
async fn held(tx: &Tx, number: &str) -> Result<Option<Held>, Error> {
    let Some(found) = row::Entity::find().filter(row::Column::Number.eq(number)).one(&tx.db).await? else {
        return Ok(None);
    };
    let id = found.application_id.parse().map_err(|_| bad(&found, "application"))?;
    let case = load::locked(tx, id).await?.ok_or_else(|| bad(&found, "application"))?;
    let order = row::Entity::find_by_id(found.id.as_str()).lock_exclusive().one(&tx.db).await?;
    let order = order.ok_or_else(|| bad(&found, "gone"))?;
    Ok(Some(Held { order, case }))
}

/// The newest order of an application.
async fn newest<C: ConnectionTrait>(db: &C, id: &str) -> Result<Option<row::Model>, Error> {
    Ok(row::Entity::find()
        .filter(row::Column::ApplicationId.eq(id))
        .order_by_desc(row::Column::CreatedAt)
        .order_by_desc(row::Column::Number)
        .one(db)
        .await?)
}

fn bad(order: &row::Model, why: &str) -> Error {
    Error::bad_row("payment_order", &order.id, why)
}

fn state_of(order: &row::Model) -> Result<OrderState, Error> {
    OrderState::parse(&order.state).ok_or_else(|| bad(order, "state"))
}

fn channel_of(order: &row::Model) -> Option<Channel> {
    Channel::parse(&order.channel)
}

/// Saves an order; its revision counts up with every change.
async fn save(tx: &Tx, order: &mut row::Model) -> Result<(), Error> {
    order.revision += 1;
    order.clone().into_active_model().reset_all().update(&tx.db).await?;
    Ok(())
}

/// Draws a number: letter, day, six digits. The counter of a day never gives one twice.
async fn draw(tx: &Tx, letter: char, at: Timestamp) -> Result<String, Error> {
    let day = at.day().format("%Y%m%d");
    let drawn = sql::number(
        &tx.db,
        "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value",
        vec![format!("money/{letter}{day}").into()],
    );
    Ok(format!("{letter}{day}{:06}", drawn.await?.unwrap_or(1)))
}

/// The axis of an approved application, as its order says.
fn money_of(order: &row::Model) -> Result<Money, Error> {
    let until = order.due_until.map(Timestamp);
    Ok(match state_of(order)? {
        OrderState::Due | OrderState::Paying => Money::Due { until },
        OrderState::Expired => Money::Expired { until },
        // The agency's bill leaves the person's page as it was.
        OrderState::Paid | OrderState::ByAgency if order.reason == BY_AGENCY => Money::Agency,
        OrderState::ByAgency => Money::Agency,
        OrderState::Paid | OrderState::Refunding | OrderState::PartlyRefunded => Money::Paid,
        // The fee went back and the place stayed.
        OrderState::Waived | OrderState::Refunded => Money::Waived,
        OrderState::Cancelled => Money::None,
    })
}

/// Marks an order that belongs to an agency's bill.
const BY_AGENCY: &str = "by_agency";

/// Saves order and application after a change of the order, with its line of history and its news.
async fn settle(
    tx: &mut Tx,
    held: &mut Held,
    at: Timestamp,
    actor: &history::Actor,
    what: What,
    detail: Value,
    audience: Audience,
) -> Result<(), Error> {
    save(tx, &mut held.order).await?;
    // A void order says nothing of its application any more: whoever gave the place up stays out, whatever comes for it.
    let speaks = state_of(&held.order)? != OrderState::Cancelled;
    if speaks && matches!(load::stage_of(&held.case)?, Stage::Approved { .. }) {
        let money = money_of(&held.order)?;
        let axes = load::axes_of(&held.case)?;
        load::put_axes(&mut held.case, &Axes { money, ..axes });
    }
    load::save(tx, &mut held.case).await?;
    history::append(tx, at, &held.case.id, actor, what, detail).await?;
    live::append(tx, at, outbox::of(&held.case, what.as_str(), audience)).await
}

/// A line in the history of an agency's money, for acts beside a single order. Its chain is `money/AGENCY`.
async fn note_money(
    tx: &Tx,
    at: Timestamp,
    agency: &str,
    member: &StaffMember,
    act: &str,
    text: &str,
) -> Result<(), Error> {
    // One line after the other: the counter's row is held until the transaction ends.
    let counted = "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value";
    sql::number(&tx.db, counted, vec![format!("money-acts/{agency}").into()]).await?;
    let detail = json!({ "act": act, "text": text });
    history::append(tx, at, &format!("money/{agency}"), &member.into(), What::MoneyActed, detail).await
}

fn yuan(fen: i64) -> String {
    Fen(fen).yuan()
}
