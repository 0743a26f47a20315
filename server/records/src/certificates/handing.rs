//! Paper: its own number, and how it reaches its holder.

use super::changing::tell;
use super::ground::{Ground, chain, locked, newest};
use crate::entity::certificate;
use crate::messages::{self, Telling};
use crate::{Error, Records, Tx, history, sql};
use domain::account::StaffMember;
use domain::certificate::{self as rules, CertificateRefusal};
use domain::ids::PlanId;
use domain::message::MessageKind;
use domain::page::mine::What;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Value,
};
use serde_json::json;
use std::collections::HashSet;

/// Most characters of a name or a tracking number.
const WORDS_MAX: usize = 60;
/// Values asked for by one statement.
const AT_ONCE: usize = 500;

/// Numbers the papers of a plan's certificates that have none, in the order of their numbers, from `first` on. Gives
/// how many it was.
pub async fn assign_stock(records: &Records, member: &StaffMember, plan: PlanId, first: &str) -> Result<u32, Error> {
    let ground = Ground::open(records, member, plan).await?;
    let first = rules::stock(first).ok_or(CertificateRefusal::Stock)?;
    let tx = records.begin().await?;
    let now = records.now();
    let rows: Vec<(String, i64)> = certificate::Entity::find()
        .select_only()
        .columns([certificate::Column::Id, certificate::Column::Edition])
        .filter(certificate::Column::PlanId.eq(plan.to_string()))
        .filter(certificate::Column::State.eq("valid"))
        .order_by_asc(certificate::Column::Number)
        .lock_exclusive()
        .into_tuple()
        .all(&tx.db)
        .await?;
    let numbered = numbered(&tx, plan).await?;
    let without: Vec<(String, i64)> = rows.into_iter().filter(|(id, _)| !numbered.contains(id)).collect();
    if without.is_empty() {
        return Err(CertificateRefusal::NoneWithoutStock.into());
    }
    let stocks: Option<Vec<String>> =
        (0..without.len()).map(|place| rules::stock_after(&first, u64::try_from(place).unwrap_or(u64::MAX))).collect();
    let stocks = stocks.ok_or(CertificateRefusal::Stock)?;
    for some in stocks.chunks(AT_ONCE) {
        ensure_free(&tx, &ground.plan.agency.to_string(), some).await?;
    }
    let pairs: Vec<_> = without.iter().zip(&stocks).collect();
    for some in pairs.chunks(AT_ONCE) {
        let mut values: Vec<Value> = Vec::with_capacity(3 * some.len());
        let mut rows = Vec::with_capacity(some.len());
        for ((id, edition), stock) in some {
            let first = values.len() + 1;
            rows.push(format!("(${first}, ${}, ${})", first + 1, first + 2));
            values.extend([id.as_str().into(), (*edition).into(), stock.as_str().into()]);
        }
        // Both databases call the columns of a list of values so.
        let text = format!(
            "UPDATE certificate_edition SET stock = v.column3 FROM (VALUES {}) AS v
             WHERE certificate_id = v.column1 AND edition = v.column2",
            rows.join(",")
        );
        sql::run(&tx.db, &text, values).await?;
    }
    let detail = json!({ "first": stocks.first(), "last": stocks.last() });
    history::append(&tx, now, &chain(plan), &history::Actor::from(member), What::CertificateStocked, detail).await?;
    tx.commit().await?;
    Ok(u32::try_from(stocks.len()).unwrap_or(u32::MAX))
}

/// Puts one certificate on a certain paper; also instead of one that was spoilt in the printer.
pub async fn set_stock(records: &Records, member: &StaffMember, id: &str, stock: &str) -> Result<(), Error> {
    let stock = rules::stock(stock).ok_or(CertificateRefusal::Stock)?;
    let mut tx = records.begin().await?;
    let row = open(records, &tx, member, id).await?;
    let mut edition = newest(&tx.db, &row).await?;
    if edition.stock.as_ref() == Some(&stock) {
        return Ok(());
    }
    ensure_free(&tx, &row.agency_id, std::slice::from_ref(&stock)).await?;
    let before = edition.stock.replace(stock.clone());
    edition.into_active_model().reset_all().update(&tx.db).await?;
    let detail = json!({ "number": row.number, "stock": stock, "before": before });
    let now = records.now();
    tell(&mut tx, member, &row.application_id, What::CertificateStocked, detail, "certificate_changed", now).await?;
    tx.commit().await
}

/// Handed over to somebody (`carrier` empty), or sent by a carrier with a tracking number.
pub async fn deliver(
    records: &Records,
    member: &StaffMember,
    id: &str,
    carrier: &str,
    reference: &str,
) -> Result<(), Error> {
    let mut tx = records.begin().await?;
    let row = open(records, &tx, member, id).await?;
    let (carrier, reference) = (short(carrier), short(reference));
    if reference.is_empty() {
        return Err(CertificateRefusal::NoReceiver.into());
    }
    // Pressed twice: it is on its way by this number already.
    if row.delivered_at.is_some() && row.carrier == carrier && row.reference == reference {
        return Ok(());
    }
    let (application, number) = (row.application_id.clone(), row.number.clone());
    let now = records.now();
    if !carrier.is_empty() {
        let telling = Telling::to_account(&row.account_id, MessageKind::CertificateSent, &row.id, now.0);
        let telling = telling.agency(&row.agency_id).under(&row.plan_id, &row.application_id).number(number.as_str());
        messages::tell(records, &mut tx, now, telling.title(carrier.as_str()).words(reference.as_str())).await?;
    }
    write(&tx, row, &carrier, &reference, now.0).await?;
    let detail = json!({ "number": number });
    tell(&mut tx, member, &application, What::CertificateDelivered, detail, "certificate_changed", now).await?;
    tx.commit().await
}

/// Hands every certificate of a plan that waits to be fetched to one person: a school fetches for all. Gives how many.
pub async fn hand_all(records: &Records, member: &StaffMember, plan: PlanId, to: &str) -> Result<u32, Error> {
    Ground::open(records, member, plan).await?;
    let to = short(to);
    if to.is_empty() {
        return Err(CertificateRefusal::NoReceiver.into());
    }
    let tx = records.begin().await?;
    let now = records.now();
    let rows = certificate::Entity::find()
        .filter(certificate::Column::PlanId.eq(plan.to_string()))
        .filter(certificate::Column::State.eq("valid"))
        .filter(certificate::Column::Delivery.eq("pickup"))
        .filter(certificate::Column::DeliveredAt.is_null())
        .order_by_asc(certificate::Column::Id)
        .lock_exclusive()
        .all(&tx.db)
        .await?;
    if rows.is_empty() {
        return Err(CertificateRefusal::NothingToPrint.into());
    }
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    for some in rows.chunks(AT_ONCE) {
        let lines = some.iter().map(|row| history::NewLine {
            case: row.application_id.clone(),
            actor: history::Actor::from(member),
            what: What::CertificateDelivered,
            detail: json!({ "number": row.number }),
        });
        history::append_all(&tx, now, lines.collect()).await?;
    }
    for row in rows {
        write(&tx, row, "", &to, now.0).await?;
    }
    tx.commit().await?;
    Ok(count)
}

async fn write(tx: &Tx, mut row: certificate::Model, carrier: &str, reference: &str, now: i64) -> Result<(), Error> {
    row.delivery = if carrier.is_empty() { "pickup" } else { "post" }.into();
    row.carrier = carrier.to_owned();
    row.reference = reference.to_owned();
    row.delivered_at = Some(now);
    row.into_active_model().reset_all().update(&tx.db).await?;
    Ok(())
}

/// A certificate that is not revoked, for anybody who decides in its agency.
async fn open(records: &Records, tx: &Tx, member: &StaffMember, id: &str) -> Result<certificate::Model, Error> {
    let row = locked(tx, member, id).await?;
    let plan = row.plan_id.parse().map_err(|_| Error::bad_row("certificate", &row.id, "plan"))?;
    Ground::open(records, member, plan).await?;
    if row.state != "valid" { Err(CertificateRefusal::Revoked.into()) } else { Ok(row) }
}

/// The certificates of a plan whose edition that counts has its paper.
async fn numbered(tx: &Tx, plan: PlanId) -> Result<HashSet<String>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
    }
    let text =
        "SELECT c.id FROM certificate c JOIN certificate_edition e ON e.certificate_id = c.id AND e.edition = c.edition
                WHERE c.plan_id = $1 AND e.stock IS NOT NULL";
    let rows: Vec<Row> = sql::all(&tx.db, text, vec![plan.to_string().into()]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

async fn ensure_free(tx: &Tx, agency: &str, stocks: &[String]) -> Result<(), Error> {
    #[derive(FromQueryResult)]
    struct Row {
        stock: String,
    }
    let places: Vec<String> = (2..stocks.len() + 2).map(|place| format!("${place}")).collect();
    let text = format!(
        "SELECT stock FROM certificate_edition WHERE agency_id = $1 AND stock IN ({}) ORDER BY stock LIMIT 1",
        places.join(",")
    );
    let values = std::iter::once(agency.into()).chain(stocks.iter().map(|stock| stock.clone().into())).collect();
    match sql::one::<Row, _>(&tx.db, &text, values).await? {
        Some(taken) => Err(CertificateRefusal::StockTaken { stock: taken.stock }.into()),
        None => Ok(()),
    }
}

fn short(text: &str) -> String {
    text.trim().chars().filter(|ch| !ch.is_control()).take(WORDS_MAX).collect()
}
