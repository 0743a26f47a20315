//! Making a bill, its invoices, and what the office sees of it.

use super::{amount_of, bad, locked, plan_in, row, state_of};
use crate::desk::access;
use crate::entity::agency_bill_payment as arrived;
use crate::messages::{self, Telling};
use crate::payments::{BY_AGENCY, draw, note_money, yuan};
use crate::{Error, Records, sql};
use domain::account::StaffMember;
use domain::ids::{Fen, PlanId, Revision};
use domain::message::MessageKind;
use domain::page::bills::{AgencyBill, BillData, BillPage, BillPayment, BillPerson, Invoice};
use domain::payment::{OrderState, PaymentRefusal};
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder};

/// Most invoices of a bill.
const INVOICES_MAX: usize = 50;
/// Orders that no bill has yet.
const LOOSE: &str = "o.plan_id = $1 AND o.state = 'by_agency' AND o.reason = $2
    AND NOT EXISTS (SELECT 1 FROM agency_bill_order b WHERE b.order_id = o.id)";

/// 开始缴费: makes the bill of a plan with every order that waits for it, or adds those that came later and takes the
/// data of the payer over.
pub async fn prepare_bill(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    data: &BillData,
) -> Result<String, Error> {
    access::ensure_decides(member)?;
    let plan = plan_in(records, member, plan).await?;
    let data = data.tidied();
    if let Some(field) = data.fault() {
        return Err(PaymentRefusal::BillData(field).into());
    }
    let mut tx = records.begin().await?;
    let now = records.now();
    // One bill per plan: whoever makes one holds the plan, so that two do not draw two numbers.
    sql::run(&tx.db, "UPDATE plan SET updated_at = updated_at WHERE id = $1", vec![plan.id.clone().into()]).await?;
    let found = locked(&tx, &plan).await?;
    let is_new = found.is_none();
    let text = serde_json::to_string(&data).map_err(|why| Error::bad_row("agency_bill", &plan.id, why))?;
    let bill = match found {
        Some(mut bill) => {
            bill.data = text;
            bill.revision += 1;
            bill.clone().into_active_model().reset_all().update(&tx.db).await?;
            bill
        }
        None => {
            let bill = row::Model {
                id: records.chance().id(now).to_string(),
                number: draw(&tx, 'B', now).await?,
                plan_id: plan.id.clone(),
                agency_id: plan.agency_id.clone(),
                data: text,
                invoices: "[]".into(),
                received: 0,
                covered: 0,
                created_at: now.0,
                created_by: member.name.clone(),
                revision: 0,
            };
            row::Entity::insert(bill.clone().into_active_model()).exec_without_returning(&tx.db).await?;
            bill
        }
    };
    let question =
        format!("INSERT INTO agency_bill_order (order_id, bill_id) SELECT o.id, $3 FROM payment_order o WHERE {LOOSE}");
    let added = sql::run(&tx.db, &question, vec![plan.id.clone().into(), BY_AGENCY.into(), bill.id.clone().into()]);
    let added = added.await?.rows_affected();
    if is_new && added == 0 {
        return Err(PaymentRefusal::NothingToBill.into());
    }
    let amount = amount_of(&tx.db, &bill.id).await?;
    let text = format!("账单 {}，新加 {added} 人，共 {} 元", bill.number, yuan(amount.0));
    note_money(&tx, now, &plan.agency_id, member, if is_new { "bill_made" } else { "bill_changed" }, &text).await?;
    if added > 0 {
        let plan_id = plan.id.parse().map_err(|_| bad(&bill, "plan"))?;
        let telling = Telling::to_agency(&plan.agency_id, MessageKind::BillReady, &bill.number, bill.revision);
        let telling = telling.plan(plan_id).amount(amount).number(bill.number.as_str());
        messages::tell(records, &mut tx, now, telling).await?;
    }
    tx.commit().await?;
    Ok(bill.number)
}

/// 分开开票: the invoices of a bill; their sum is the bill. An empty list is one invoice for all.
pub async fn set_invoices(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    seen: Revision,
    invoices: &[Invoice],
) -> Result<(), Error> {
    access::ensure_decides(member)?;
    let plan = plan_in(records, member, plan).await?;
    let tidied: Vec<Invoice> = invoices
        .iter()
        .map(|one| Invoice {
            title: one.title.trim().to_owned(),
            tax_no: domain::credit_code::CreditCode::normalise(&one.tax_no),
            item: one.item.trim().to_owned(),
            amount: one.amount,
            number: one.number.trim().to_owned(),
        })
        .collect();
    let long = |text: &str| text.chars().count() > BillData::MAX;
    let wrong = |one: &Invoice| {
        one.title.is_empty()
            || one.item.is_empty()
            || one.amount.0 <= 0
            || [&one.title, &one.item, &one.number].into_iter().any(|text| long(text))
            || domain::credit_code::CreditCode::parse(&one.tax_no).is_err()
    };
    if let Some(place) =
        tidied.iter().take(INVOICES_MAX + 1).position(wrong).or((tidied.len() > INVOICES_MAX).then_some(INVOICES_MAX))
    {
        return Err(PaymentRefusal::InvoiceLine { line: u32::try_from(place).unwrap_or(0) + 1 }.into());
    }
    let tx = records.begin().await?;
    let now = records.now();
    let mut bill = locked(&tx, &plan).await?.ok_or(Error::NotFound)?;
    if bill.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    let amount = amount_of(&tx.db, &bill.id).await?;
    let sum = Fen(tidied.iter().map(|one| one.amount.0).sum());
    if !tidied.is_empty() && sum != amount {
        return Err(PaymentRefusal::InvoiceSum { sum, bill: amount }.into());
    }
    bill.invoices = serde_json::to_string(&tidied).map_err(|why| Error::bad_row("agency_bill", &bill.id, why))?;
    bill.revision += 1;
    let text = format!("账单 {} 分 {} 张发票", bill.number, tidied.len().max(1));
    bill.into_active_model().reset_all().update(&tx.db).await?;
    note_money(&tx, now, &plan.agency_id, member, "invoices", &text).await?;
    tx.commit().await
}

#[derive(FromQueryResult)]
struct Sums {
    people: i64,
    paid: i64,
}

#[derive(FromQueryResult)]
struct Loose {
    people: i64,
    fen: i64,
}

/// The page of a plan's bill.
pub async fn bill_page(records: &Records, member: &StaffMember, id: PlanId) -> Result<BillPage, Error> {
    access::ensure_decides(member)?;
    let plan = plan_in(records, member, id).await?;
    let loose: Option<Loose> = sql::one(
        records.read(),
        &format!("SELECT COUNT(*) AS people, CAST(COALESCE(SUM(o.amount), 0) AS BIGINT) AS fen FROM payment_order o WHERE {LOOSE}"),
        vec![plan.id.clone().into(), BY_AGENCY.into()],
    )
    .await?;
    let found = row::Entity::find()
        .filter(row::Column::PlanId.eq(plan.id.as_str()))
        .filter(row::Column::AgencyId.eq(plan.agency_id.as_str()))
        .one(records.read())
        .await?;
    let bill = match found {
        Some(bill) => Some(shown(records, bill).await?),
        None => None,
    };
    let question = "SELECT name FROM agency WHERE id = $1";
    let agency = sql::text(records.read(), question, vec![plan.agency_id.clone().into()]).await?;
    Ok(BillPage {
        now: records.now(),
        plan: id,
        plan_title: plan.title,
        plan_number: plan.number,
        agency: agency.unwrap_or_default(),
        bill,
        loose: loose.map_or((0, Fen(0)), |one| (u64::try_from(one.people).unwrap_or(0), Fen(one.fen))),
        may_decide: crate::payments::refunds::decides(member.role),
    })
}

async fn shown(records: &Records, bill: row::Model) -> Result<AgencyBill, Error> {
    let amount = amount_of(records.read(), &bill.id).await?;
    let sums: Option<Sums> = sql::one(
        records.read(),
        "SELECT COUNT(*) AS people, COALESCE(SUM(CASE WHEN o.paid_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS paid
         FROM agency_bill_order b JOIN payment_order o ON o.id = b.order_id
         WHERE b.bill_id = $1 AND (o.state <> 'cancelled' OR o.paid_at IS NOT NULL)",
        vec![bill.id.clone().into()],
    )
    .await?;
    let payments = arrived::Entity::find()
        .filter(arrived::Column::BillId.eq(bill.id.as_str()))
        .order_by_asc(arrived::Column::At)
        .order_by_asc(arrived::Column::Id)
        .all(records.read())
        .await?;
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(AgencyBill {
        state: state_of(amount, bill.received),
        amount,
        received: Fen(bill.received),
        covered: Fen(bill.covered),
        people: sums.map_or((0, 0), |one| (count(one.people), count(one.paid))),
        data: serde_json::from_str(&bill.data).map_err(|_| bad(&bill, "data"))?,
        invoices: serde_json::from_str(&bill.invoices).map_err(|_| bad(&bill, "invoices"))?,
        payments: payments
            .into_iter()
            .map(|one| BillPayment {
                amount: Fen(one.amount.abs()),
                returned: one.amount < 0,
                has_file: one.file_sha256.is_some(),
                id: one.id,
                voucher: one.voucher,
                at: Timestamp(one.at),
                by: one.staff_name,
            })
            .collect(),
        since: Timestamp(bill.created_at),
        by: bill.created_by,
        revision: Revision(bill.revision),
        number: bill.number,
    })
}

#[derive(FromQueryResult)]
struct Person {
    number: String,
    name: String,
    application_number: Option<String>,
    amount: i64,
    state: String,
}

/// Everybody on the bill of a plan, by the numbers of the orders.
pub async fn bill_people(records: &Records, member: &StaffMember, id: PlanId) -> Result<Vec<BillPerson>, Error> {
    access::ensure_decides(member)?;
    let plan = plan_in(records, member, id).await?;
    let rows: Vec<Person> = sql::all(
        records.read(),
        "SELECT o.number, a.name, a.number AS application_number, o.amount, o.state FROM agency_bill_order b
         JOIN agency_bill l ON l.id = b.bill_id JOIN payment_order o ON o.id = b.order_id
         JOIN application a ON a.id = o.application_id
         WHERE l.plan_id = $1 AND l.agency_id = $2 AND (o.state <> 'cancelled' OR o.paid_at IS NOT NULL) ORDER BY o.number",
        vec![plan.id.into(), plan.agency_id.into()],
    )
    .await?;
    Ok(rows
        .into_iter()
        .map(|one| BillPerson {
            paid: OrderState::parse(&one.state) == Some(OrderState::Paid),
            order: one.number,
            name: one.name,
            application_number: one.application_number.unwrap_or_default(),
            amount: Fen(one.amount),
        })
        .collect())
}

/// Every bill within the member's scope, newest first, with plan and its title; taken out as invoice data.
pub async fn bills(records: &Records, member: &StaffMember) -> Result<Vec<(PlanId, String, AgencyBill)>, Error> {
    const MOST: usize = 500;
    access::ensure_decides(member)?;
    let agency = member.agency.ok_or(Error::NotFound)?;
    let rows: Vec<row::Model> = sql::all(
        records.read(),
        &format!("SELECT * FROM agency_bill WHERE agency_id = $1 ORDER BY created_at DESC, number DESC LIMIT {MOST}"),
        vec![agency.to_string().into()],
    )
    .await?;
    let mut all = Vec::with_capacity(rows.len());
    for bill in rows {
        let plan: PlanId = bill.plan_id.parse().map_err(|_| bad(&bill, "plan"))?;
        let question = "SELECT title FROM plan WHERE id = $1";
        let title = sql::text(records.read(), question, vec![bill.plan_id.clone().into()]).await?.unwrap_or_default();
        all.push((plan, title, shown(records, bill).await?));
    }
    Ok(all)
}
