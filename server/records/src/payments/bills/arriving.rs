//! Money for a bill: confirmed with the slip of the bank, spread over whole orders, and what is too much goes back.

use super::{amount_of, bad, book, locked, plan_in, row};
use crate::applications::papers;
use crate::entity::agency_bill_payment as arrived;
use crate::history::Actor;
use crate::live::outbox::Audience;
use crate::messages;
use crate::payments::ledger::{self, Cause, FEES, Movement};
use crate::payments::office::{ensure_decides_money, words};
use crate::payments::{held, note_money, settle, state_of, yuan};
use crate::{Error, Records, files, sql};
use domain::account::StaffMember;
use domain::ids::{Fen, PlanId, Revision};
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::paper::{PaperFormat, PaperSpec};
use domain::payment::{Channel, OrderState, PaymentRefusal};
use domain::refusal::Refusal;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QuerySelect};
use serde_json::json;

/// Heaviest slip of a bank, in bytes.
const VOUCHER_MAX_BYTES: u64 = 10 * 1024 * 1024;

/// 确认到账 by a manager: `amount` arrived, as the slip of the bank (PDF or picture) and its words say. Confirmed twice
/// with the same words it is one payment.
pub async fn confirm_bill_payment(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    seen: Revision,
    amount: Fen,
    slip: &str,
    file: Vec<u8>,
) -> Result<(), Error> {
    ensure_decides_money(member)?;
    let plan = plan_in(records, member, plan).await?;
    let slip = words(slip)?.to_owned();
    if file.is_empty() {
        return Err(PaymentRefusal::NoVoucher.into());
    }
    files::scan(records, &file).await?;
    let spec = PaperSpec {
        formats: vec![PaperFormat::Pdf, PaperFormat::Jpeg, PaperFormat::Png],
        max_bytes: Some(VOUCHER_MAX_BYTES),
        ..PaperSpec::default()
    };
    let paper = records.inner.files.work(move || papers::check(file, &spec)).await?.map_err(Refusal::Paper)?;
    // The gate holds the sweeper out until the row names the bytes.
    let gate = records.inner.files.gate().await;
    let kept = records.inner.files.keep(&gate, paper.bytes).await?;
    let tx = records.begin().await?;
    let now = records.now();
    let mut bill = locked(&tx, &plan).await?.ok_or(Error::NotFound)?;
    let known = arrived::Entity::find()
        .filter(arrived::Column::BillId.eq(bill.id.as_str()))
        .filter(arrived::Column::Voucher.eq(slip.as_str()))
        .one(&tx.db)
        .await?;
    match known {
        Some(known) if known.amount == amount.0 => return Ok(()),
        Some(_) => return Err(PaymentRefusal::ReceiptUsed.into()),
        None => {}
    }
    if bill.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    let most = Fen(amount_of(&tx.db, &bill.id).await?.0 - bill.received);
    if amount.0 <= 0 || amount > most {
        return Err(PaymentRefusal::BillTooMuch { most: Fen(most.0.max(0)) }.into());
    }
    let payment = arrived::Model {
        id: records.chance().id(now).to_string(),
        bill_id: bill.id.clone(),
        amount: amount.0,
        voucher: slip.clone(),
        file_sha256: Some(kept.sha256),
        file_format: Some(paper.format.into()),
        at: now.0,
        staff_id: member.id.to_string(),
        staff_name: member.name.clone(),
    };
    book(&tx, &bill.id, "credit", "transfer", amount, "paid", &payment.id, now).await?;
    arrived::Entity::insert(payment.into_active_model()).exec_without_returning(&tx.db).await?;
    bill.received += amount.0;
    bill.revision += 1;
    let id = bill.id.clone();
    let text = format!("账单 {} 到账 {} 元，{slip}", bill.number, yuan(amount.0));
    bill.into_active_model().reset_all().update(&tx.db).await?;
    note_money(&tx, now, &plan.agency_id, member, "bill_paid", &text).await?;
    tx.commit().await?;
    drop(gate);
    cover(records, &id).await
}

/// 退余额: credit that no order needs goes back to the agency.
pub async fn return_credit(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    seen: Revision,
    slip: &str,
) -> Result<(), Error> {
    ensure_decides_money(member)?;
    let plan = plan_in(records, member, plan).await?;
    let slip = words(slip)?.to_owned();
    let tx = records.begin().await?;
    let now = records.now();
    let mut bill = locked(&tx, &plan).await?.ok_or(Error::NotFound)?;
    if bill.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    let credit = Fen(bill.received - bill.covered);
    if credit.0 <= 0 || bill.received <= amount_of(&tx.db, &bill.id).await?.0 {
        return Err(PaymentRefusal::RefundTooMuch { most: Fen(0) }.into());
    }
    let payment = arrived::Model {
        id: records.chance().id(now).to_string(),
        bill_id: bill.id.clone(),
        amount: -credit.0,
        voucher: slip.clone(),
        file_sha256: None,
        file_format: None,
        at: now.0,
        staff_id: member.id.to_string(),
        staff_name: member.name.clone(),
    };
    book(&tx, &bill.id, "transfer", "credit", credit, "returned", &payment.id, now).await?;
    match arrived::Entity::insert(payment.into_active_model()).exec_without_returning(&tx.db).await {
        Err(why) if Error::is_duplicate(&why) => return Err(PaymentRefusal::ReceiptUsed.into()),
        other => other?,
    };
    bill.received -= credit.0;
    bill.revision += 1;
    let text = format!("账单 {} 退余额 {} 元，{slip}", bill.number, yuan(credit.0));
    bill.into_active_model().reset_all().update(&tx.db).await?;
    note_money(&tx, now, &plan.agency_id, member, "bill_returned", &text).await?;
    tx.commit().await
}

#[derive(FromQueryResult)]
struct Next {
    number: String,
}

/// Pays orders of a bill from its credit, each in a transaction of its own: after a crash the rest goes on.
async fn cover(records: &Records, bill: &str) -> Result<(), Error> {
    loop {
        let next: Option<Next> = sql::one(
            records.read(),
            "SELECT o.number FROM agency_bill_order b JOIN payment_order o ON o.id = b.order_id
             JOIN agency_bill l ON l.id = b.bill_id
             WHERE b.bill_id = $1 AND o.state = 'by_agency' AND o.amount <= l.received - l.covered ORDER BY o.number LIMIT 1",
            vec![bill.into()],
        )
        .await?;
        let Some(next) = next else { return Ok(()) };
        if !cover_one(records, bill, &next.number).await? {
            return Ok(());
        }
    }
}

/// Pays one order. False where credit or order are not what they were: somebody else is at it.
async fn cover_one(records: &Records, bill: &str, number: &str) -> Result<bool, Error> {
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut held = held(&tx, number).await?.ok_or(Error::NotFound)?;
    let found = row::Entity::find_by_id(bill).lock_exclusive().one(&tx.db).await?;
    let mut bill = found.ok_or(Error::NotFound)?;
    let amount = Fen(held.order.amount);
    if state_of(&held.order)? != OrderState::ByAgency || amount.0 > bill.received - bill.covered {
        return Ok(false);
    }
    let (to, reference) = (Channel::Transfer.as_str(), bill.number.as_str());
    let movement = Movement { from: FEES, to, amount, cause: Cause::Paid, reference };
    ledger::book(&tx, &held.order, movement, now).await?;
    book(&tx, &bill.id, "fees", "credit", amount, "covered", number, now).await?;
    bill.covered += amount.0;
    held.order.state = OrderState::Paid.as_str().into();
    held.order.channel = Channel::Transfer.as_str().into();
    held.order.reference.clone_from(&bill.number);
    held.order.paid_at = Some(now.0);
    let text = format!("{} 元，机构账单 {}", yuan(amount.0), bill.number);
    bill.into_active_model().reset_all().update(&tx.db).await?;
    let detail = json!({ "channel": Channel::Transfer.as_str(), "text": text });
    settle(&mut tx, &mut held, now, &Actor::System, What::FeePaid, detail, Audience::Desk).await?;
    messages::tell(records, &mut tx, now, held.telling(MessageKind::Paid, amount)).await?;
    tx.commit().await?;
    Ok(true)
}

#[derive(FromQueryResult)]
struct Waiting {
    id: String,
}

/// Goes on where a crash left credit that pays an order. Returns how many bills were looked at.
pub async fn cover_bills(records: &Records) -> Result<usize, Error> {
    let waiting: Vec<Waiting> = sql::all(
        records.read(),
        "SELECT DISTINCT l.id FROM agency_bill l JOIN agency_bill_order b ON b.bill_id = l.id
         JOIN payment_order o ON o.id = b.order_id
         WHERE l.received > l.covered AND o.state = 'by_agency' AND o.amount <= l.received - l.covered",
        vec![],
    )
    .await?;
    for one in &waiting {
        cover(records, &one.id).await?;
    }
    Ok(waiting.len())
}

/// The slip of a payment: media type and bytes.
pub async fn voucher(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    payment: &str,
) -> Result<(&'static str, Vec<u8>), Error> {
    crate::desk::access::ensure_decides(member)?;
    let plan = plan_in(records, member, plan).await?;
    let found = arrived::Entity::find_by_id(payment).one(records.read()).await?.ok_or(Error::NotFound)?;
    let bill = row::Entity::find_by_id(found.bill_id.as_str()).one(records.read()).await?.ok_or(Error::NotFound)?;
    if bill.plan_id != plan.id {
        return Err(Error::NotFound);
    }
    let (sha256, format) = found.file_sha256.zip(found.file_format).ok_or_else(|| bad(&bill, "no voucher"))?;
    Ok((files::media_type(&format), records.inner.files.read(&sha256).await?))
}
