//! 财政缴款码: a code per order by the procedure's pattern; paid at a bank, confirmed by finance or by the treasury's file
//! of a day. What the treasury says goes the way of every notice: an order is paid once, and what comes late or twice
//! goes back.

use super::office::{ensure_decides_money, held_in, words};
use super::{due, note_money, notices, save, state_of};
use crate::applications::{ground_of, load};
use crate::desk::access::{self, Scope};
use crate::entity::fiscal_code as code_row;
use crate::{Error, Records, Tx, sql};
use chrono::Datelike;
use domain::account::StaffMember;
use domain::ids::{AccountId, ApplicationId, Fen};
use domain::page::bills::{FiscalFault, FiscalFile, FiscalLine, FiscalList, FiscalState};
use domain::payment::{Attempt, Channel, Disbelief, Notice, Outcome, PaymentRefusal};
use domain::plan::Plan;
use domain::profile;
use domain::time::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QuerySelect, Set,
};

/// Most lines of a list.
const MOST: usize = 200;
/// Most lines of a file of a day.
const FILE_MAX: usize = 20_000;

/// 取缴款码: the code of one's own order, drawn once.
pub async fn fiscal_code(records: &Records, account: AccountId, id: ApplicationId) -> Result<String, Error> {
    let (plan, profile) = ground_of(records, load::own(records, account, id).await?.plan).await?;
    let pattern = &profile.payment.fiscal_code;
    if pattern.is_empty() {
        return Err(PaymentRefusal::NoChannel.into());
    }
    // What stands in the way of paying stands in the way of a code.
    let (order, known) = due::begin(records, account, id, Channel::Fiscal, Attempt::Screen).await?;
    if let Some(code) = known {
        return Ok(code);
    }
    let tx = records.begin().await?;
    let now = records.now();
    let held = super::held(&tx, &order.number).await?.ok_or(Error::NotFound)?;
    if !state_of(&held.order)?.is_open() {
        return Err(PaymentRefusal::NotNow(state_of(&held.order)?).into());
    }
    // Whoever came second finds the code of the first.
    let live = code_row::Entity::find()
        .filter(code_row::Column::OrderId.eq(held.order.id.as_str()))
        .filter(code_row::Column::VoidedAt.is_null())
        .one(&tx.db)
        .await?;
    if let Some(live) = live {
        return Ok(live.code);
    }
    let code = draw_code(&tx, pattern, &plan, &held.case.region, now).await?;
    let fresh = code_row::Model {
        code: code.clone(),
        order_id: held.order.id.clone(),
        amount: held.order.amount,
        receipt: None,
        issued_at: now.0,
        paid_at: None,
        voided_at: None,
    };
    code_row::Entity::insert(fresh.into_active_model()).exec_without_returning(&tx.db).await?;
    let mut order = held.order;
    due::put_code(&mut order, Channel::Fiscal.as_str(), Some(&code))?;
    save(&tx, &mut order).await?;
    tx.commit().await?;
    Ok(code)
}

/// Draws the next code of a pattern. Everything but `{seq}` names the counter.
async fn draw_code(tx: &Tx, pattern: &str, plan: &Plan, region: &str, at: Timestamp) -> Result<String, Error> {
    let year = at.day().year().to_string();
    let month = format!("{:02}", at.day().month());
    let counter = profile::fill(
        pattern,
        &[
            ("filing", plan.agency_filing.as_str()),
            ("region", region),
            ("yyyy", year.as_str()),
            ("yy", year.get(2..).unwrap_or_default()),
            ("month", month.as_str()),
        ],
    );
    let drawn = sql::number(
        &tx.db,
        "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value",
        vec![format!("fiscal/{counter}").into()],
    );
    Ok(profile::fill(&counter, &[("seq", drawn.await?.unwrap_or(1).to_string().as_str())]))
}

/// 确认已缴 by a manager: the code was paid, the receipt of the treasury has this code and number.
pub async fn confirm_fiscal(records: &Records, member: &StaffMember, code: &str, receipt: &str) -> Result<(), Error> {
    ensure_decides_money(member)?;
    let receipt = words(receipt)?;
    let found = in_scope(records, member, code).await?.ok_or(PaymentRefusal::NoCode)?;
    match take(records, &found, receipt, Fen(found.amount)).await? {
        Outcome::Reject(_) => Err(PaymentRefusal::NoCode.into()),
        // Clicked twice.
        Outcome::Duplicate | Outcome::Ignore => Ok(()),
        Outcome::Paid | Outcome::Restored | Outcome::Late | Outcome::Double => {
            let tx = records.begin().await?;
            let text = format!("缴款码 {code} 已缴，票据 {receipt}");
            note_money(&tx, records.now(), &found.agency_id, member, "fiscal_paid", &text).await?;
            tx.commit().await
        }
    }
}

/// 作废 by a manager: a code that nobody paid.
pub async fn void_fiscal(records: &Records, member: &StaffMember, code: &str) -> Result<(), Error> {
    ensure_decides_money(member)?;
    let found = in_scope(records, member, code).await?.ok_or(PaymentRefusal::NoCode)?;
    let scope = Scope::of(records, member).await?;
    let tx = records.begin().await?;
    let now = records.now();
    let mut held = held_in(&tx, &scope, &found.number).await?;
    let live = code_row::Entity::find_by_id(code).lock_exclusive().one(&tx.db).await?.ok_or(PaymentRefusal::NoCode)?;
    match (live.paid_at, live.voided_at) {
        (Some(_), _) => return Err(PaymentRefusal::CodeNotNow(FiscalState::Paid).into()),
        (_, Some(_)) => return Ok(()),
        _ => {}
    }
    let mut live = live.into_active_model();
    live.voided_at = Set(Some(now.0));
    live.update(&tx.db).await?;
    due::put_code(&mut held.order, Channel::Fiscal.as_str(), None)?;
    save(&tx, &mut held.order).await?;
    note_money(&tx, now, &found.agency_id, member, "fiscal_void", &format!("缴款码 {code} 作废")).await?;
    tx.commit().await
}

/// 入账文件: code, amount in yuan, receipt of each line. Read twice, nothing is paid twice.
pub async fn fiscal_file(
    records: &Records,
    member: &StaffMember,
    lines: &[(String, String, String)],
) -> Result<FiscalFile, Error> {
    ensure_decides_money(member)?;
    let agency = member.agency.ok_or(Error::NotFound)?;
    let mut answer = FiscalFile::default();
    for (place, (code, amount, receipt)) in lines.iter().take(FILE_MAX).enumerate() {
        let line = u32::try_from(place).unwrap_or(u32::MAX) + 1;
        let fault = match super::fen_of(amount) {
            Some(amount) if !code.is_empty() && words(receipt).is_ok() => {
                match in_scope(records, member, code).await? {
                    None => Some(FiscalFault::Unknown),
                    Some(found) => match take(records, &found, receipt.trim(), amount).await? {
                        Outcome::Paid | Outcome::Restored => {
                            answer.paid += 1;
                            None
                        }
                        Outcome::Duplicate | Outcome::Ignore => {
                            answer.known += 1;
                            None
                        }
                        Outcome::Late => Some(FiscalFault::Late),
                        Outcome::Double => Some(FiscalFault::Double),
                        Outcome::Reject(Disbelief::Amount) => Some(FiscalFault::Amount),
                        Outcome::Reject(Disbelief::UnknownOrder) => Some(FiscalFault::Unknown),
                    },
                }
            }
            _ => Some(FiscalFault::Unreadable),
        };
        if let Some(fault) = fault {
            let text: String = code.chars().take(40).collect();
            answer.wrong.push((line, text, fault));
        }
    }
    let tx = records.begin().await?;
    let text = format!("入账文件：新缴 {}，已知 {}，有问题 {}", answer.paid, answer.known, answer.wrong.len());
    note_money(&tx, records.now(), &agency.to_string(), member, "fiscal_file", &text).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The treasury says that a code was paid: a notice like every other, with the receipt as its number.
async fn take(records: &Records, found: &Found, receipt: &str, amount: Fen) -> Result<Outcome, Error> {
    let notice =
        Notice { order: found.number.clone(), transaction: format!("{}/{receipt}", found.code), amount, success: true };
    let event = format!("{}/{receipt}/{}", found.code, amount.0);
    let outcome = notices::take_notice(records, Channel::Fiscal, &event, "", &notice).await?;
    // Told before: in the books, or not believed then and now.
    let question =
        "SELECT COUNT(*) FROM ledger_entry WHERE account = 'fiscal' AND cause <> 'refund' AND reference = $1";
    let booked = sql::number(records.read(), question, vec![notice.transaction.clone().into()]).await?.unwrap_or(0) > 0;
    if !booked {
        return Ok(if outcome == Outcome::Duplicate { Outcome::Reject(Disbelief::Amount) } else { outcome });
    }
    // Also after a crash between the books and the code.
    sql::run(
        &records.inner.write,
        "UPDATE fiscal_code SET receipt = $2, paid_at = $3, voided_at = NULL WHERE code = $1 AND paid_at IS NULL",
        vec![found.code.clone().into(), receipt.into(), records.now().0.into()],
    )
    .await?;
    Ok(outcome)
}

#[derive(FromQueryResult)]
struct Found {
    code: String,
    number: String,
    agency_id: String,
    amount: i64,
}

async fn in_scope(records: &Records, member: &StaffMember, code: &str) -> Result<Option<Found>, Error> {
    let (clause, value) = Scope::of(records, member).await?.clause(1);
    let question = format!(
        "SELECT f.code, o.number, o.agency_id, f.amount FROM fiscal_code f JOIN payment_order o ON o.id = f.order_id
         JOIN application a ON a.id = o.application_id WHERE {clause} AND f.code = $2"
    );
    sql::one(records.read(), &question, vec![value, code.trim().into()]).await
}

#[derive(FromQueryResult)]
struct Line {
    code: String,
    number: String,
    application_id: String,
    name: String,
    amount: i64,
    receipt: Option<String>,
    issued_at: i64,
    paid_at: Option<i64>,
    voided_at: Option<i64>,
    order_state: String,
}

/// What stands under a code: void too where its order has ended or was paid otherwise.
const STATE: &str = "CASE WHEN f.paid_at IS NOT NULL THEN 'paid'
    WHEN f.voided_at IS NOT NULL OR o.state NOT IN ('due','paying') THEN 'void' ELSE 'due' END";

#[derive(FromQueryResult)]
struct Count {
    state: String,
    codes: i64,
    fen: i64,
}

/// The codes of an agency, newest first; `search` takes a code, a name or a number.
pub async fn fiscal_codes(
    records: &Records,
    member: &StaffMember,
    state: Option<FiscalState>,
    search: &str,
) -> Result<FiscalList, Error> {
    access::ensure_decides(member)?;
    let (clause, value) = Scope::of(records, member).await?.clause(1);
    let from = format!(
        "FROM fiscal_code f JOIN payment_order o ON o.id = f.order_id JOIN application a ON a.id = o.application_id WHERE {clause}"
    );
    let search: String = search.trim().chars().filter(|ch| !"%_\\".contains(*ch)).take(60).collect();
    let rows: Vec<Line> = sql::all(
        records.read(),
        &format!(
            "SELECT f.code, o.number, o.application_id, a.name, f.amount, f.receipt, f.issued_at, f.paid_at, f.voided_at,
                    {STATE} AS order_state {from} AND ($2 = '' OR {STATE} = $2)
               AND ($3 = '' OR f.code LIKE $4 OR a.name LIKE $4 OR o.number LIKE $4)
             ORDER BY f.issued_at DESC, f.code DESC LIMIT {MOST}"
        ),
        vec![
            value.clone(),
            state.map_or("", FiscalState::as_str).into(),
            search.clone().into(),
            format!("%{search}%").into(),
        ],
    )
    .await?;
    let counts: Vec<Count> = sql::all(
        records.read(),
        &format!("SELECT {STATE} AS state, COUNT(*) AS codes, CAST(SUM(f.amount) AS BIGINT) AS fen {from} GROUP BY 1"),
        vec![value],
    )
    .await?;
    Ok(FiscalList {
        now: records.now(),
        counts: FiscalState::ALL
            .iter()
            .filter_map(|state| {
                let one = counts.iter().find(|one| one.state == state.as_str())?;
                Some((*state, u64::try_from(one.codes).unwrap_or(0), Fen(one.fen)))
            })
            .collect(),
        lines: rows.into_iter().map(line).collect::<Result<_, Error>>()?,
        may_decide: super::refunds::decides(member.role),
    })
}

fn line(one: Line) -> Result<FiscalLine, Error> {
    let bad = |why: &str| Error::bad_row("fiscal_code", &one.code, why);
    Ok(FiscalLine {
        application: one.application_id.parse().map_err(|_| bad("application"))?,
        state: FiscalState::parse(&one.order_state).ok_or_else(|| bad("state"))?,
        code: one.code.clone(),
        order: one.number,
        name: one.name,
        amount: Fen(one.amount),
        receipt: one.receipt.unwrap_or_default(),
        since: Timestamp(one.issued_at),
        paid_at: one.paid_at.map(Timestamp).filter(|_| one.voided_at.is_none()),
    })
}
