//! What is due: from the approval or the submission on, until it is paid, expired, waived or cancelled.

use super::{BY_AGENCY, channel_of, draw, held, money_of, newest, refunds, row, save, state_of};
use crate::applications::{freeze, ground_of, load};
use crate::entity::application;
use crate::{Error, Records, Tx};
use domain::application::Stage;
use domain::application::axes::{Money, money_after_approval};
use domain::ids::{AccountId, ApplicationId, Fen};
use domain::page::money::{MyOrder, PayPage};
use domain::payment::{Attempt, Channel, OrderState, PaymentRefusal};
use domain::plan::Plan;
use domain::profile::{DueFrom, Payer, PaymentRules, Profile};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use std::collections::BTreeMap;

/// What the approval makes of the money: an order where a fee was frozen. One that was paid before the approval stays paid.
pub(crate) async fn on_approval(
    records: &Records,
    tx: &Tx,
    case: &application::Model,
    profile: &Profile,
    now: Timestamp,
) -> Result<Money, Error> {
    let fee = freeze::fee_of(tx, case).await?;
    let money = money_after_approval(&profile.payment, fee, now);
    if fee.0 == 0 || profile.payment.payer == Payer::Nobody {
        return Ok(money);
    }
    let until = money.until().map(|until| until.0);
    let kept = match newest(&tx.db, &case.id).await? {
        Some(mut order) => match state_of(&order)? {
            OrderState::Due | OrderState::Paying if order.amount == fee.0 => {
                order.due_until = until;
                save(tx, &mut order).await?;
                Some(order)
            }
            OrderState::Due | OrderState::Paying | OrderState::Expired => {
                cancel(tx, order).await?;
                None
            }
            OrderState::Paid | OrderState::Waived | OrderState::ByAgency => Some(order),
            _ => None,
        },
        None => None,
    };
    let order = match kept {
        Some(order) => order,
        None => create(records, tx, case, &profile.payment, fee, until, now).await?,
    };
    money_of(&order)
}

async fn create(
    records: &Records,
    tx: &Tx,
    case: &application::Model,
    rules: &PaymentRules,
    amount: Fen,
    due_until: Option<i64>,
    now: Timestamp,
) -> Result<row::Model, Error> {
    let number = draw(tx, 'R', now).await?;
    let by_agency = rules.payer == Payer::Agency;
    let order = row::Model {
        id: records.chance().id(now).to_string(),
        number,
        application_id: case.id.clone(),
        agency_id: case.agency_id.clone(),
        plan_id: case.plan_id.clone(),
        amount: amount.0,
        refunded: 0,
        state: if by_agency { OrderState::ByAgency } else { OrderState::Due }.as_str().into(),
        channel: String::new(),
        reference: String::new(),
        reason: if by_agency { BY_AGENCY } else { "" }.into(),
        codes: "{}".into(),
        due_until,
        created_at: now.0,
        paid_at: None,
        revision: 0,
    };
    row::Entity::insert(order.clone().into_active_model()).exec_without_returning(&tx.db).await?;
    Ok(order)
}

async fn cancel(tx: &Tx, mut order: row::Model) -> Result<(), Error> {
    order.state = OrderState::Cancelled.as_str().into();
    save(tx, &mut order).await
}

/// A reopened case is judged anew: what expired is void, what is due or paid waits for the next decision.
pub(crate) async fn on_reopen(tx: &Tx, case: &application::Model) -> Result<(), Error> {
    match newest(&tx.db, &case.id).await? {
        Some(order) if state_of(&order)? == OrderState::Expired => cancel(tx, order).await,
        _ => Ok(()),
    }
}

/// Why an application ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// By its applicant.
    Withdrawn,
    /// By the office.
    Rejected,
    /// By the end of its plan.
    Cancelled,
}

/// The end of an application: what is unpaid is void, what was paid goes back by the procedure's rule.
pub(crate) async fn close(
    tx: &Tx,
    case: &application::Model,
    plan: &Plan,
    profile: &Profile,
    ended: Ended,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(mut order) = newest(&tx.db, &case.id).await? else { return Ok(()) };
    match state_of(&order)? {
        OrderState::Due | OrderState::Paying | OrderState::Expired | OrderState::Waived | OrderState::ByAgency => {
            cancel(tx, order).await
        }
        OrderState::Paid | OrderState::PartlyRefunded => {
            let left = Fen(order.amount - order.refunded);
            let (back, reason) = match ended {
                Ended::Rejected => (left, "审核不通过"),
                Ended::Cancelled => (left, "计划取消"),
                Ended::Withdrawn => {
                    let back = profile.payment.back_after_withdrawal(Fen(order.amount), plan.exam_on, now);
                    (Fen(back.0.min(left.0)), "撤回报名")
                }
            };
            if back.0 > 0 {
                refunds::ask(tx, &mut order, back, &format!("ended/{}", case.round), reason, "", now).await?;
            }
            Ok(())
        }
        OrderState::Refunding | OrderState::Refunded | OrderState::Cancelled => Ok(()),
    }
}

/// The order of an application, as its applicant sees it.
pub(crate) async fn my_order<C: ConnectionTrait>(db: &C, id: ApplicationId) -> Result<Option<MyOrder>, Error> {
    newest(db, &id.to_string()).await?.map(|order| shown(&order)).transpose()
}

fn shown(order: &row::Model) -> Result<MyOrder, Error> {
    Ok(MyOrder {
        number: order.number.clone(),
        amount: Fen(order.amount),
        state: state_of(order)?,
        channel: channel_of(order),
        until: order.due_until.map(Timestamp),
        refunded: Fen(order.refunded),
        paid_at: order.paid_at.map(Timestamp),
    })
}

/// What a candidate's page of payment shows; `offered` are the channels of this installation.
pub async fn pay_page(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    offered: &[Channel],
) -> Result<PayPage, Error> {
    let whole = load::own(records, account, id).await?;
    let (plan, profile) = ground_of(records, whole.plan).await?;
    let order = newest(records.read(), &id.to_string()).await?;
    let codes = order.as_ref().map(codes_of).transpose()?.unwrap_or_default();
    Ok(PayPage {
        id,
        now: records.now(),
        trade: plan.occupation_and_trade(),
        plan_title: plan.title.clone(),
        contact: format!("{} {}", plan.contact, plan.contact_phone),
        order: order.as_ref().map(shown).transpose()?,
        channels: offered
            .iter()
            .chain((!profile.payment.fiscal_code.is_empty()).then_some(&Channel::Fiscal))
            .map(|channel| (*channel, codes.get(channel.as_str()).filter(|code| !code.is_empty()).cloned()))
            .collect(),
        links: codes
            .iter()
            .filter_map(|(key, said)| {
                let (channel, attempt) = of_key(key)?;
                let opened = attempt != Attempt::Screen && offered.contains(&channel) && !said.is_empty();
                opened.then(|| (channel, attempt, said.clone()))
            })
            .collect(),
        asked: order.as_ref().map(asked_of).transpose()?.unwrap_or_default(),
        unpaid: profile.phrases.unpaid.clone(),
        gives_up: profile.payment.unpaid_gives_up,
    })
}

/// Begins to pay: gives the order that a channel is to be asked for, with what its code says if it has said one already.
/// From now on the channel is asked before the order expires.
/// Where the fee is due from the submission on, the order is made here.
pub async fn begin(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    channel: Channel,
    attempt: Attempt,
) -> Result<(MyOrder, Option<String>), Error> {
    let (_, profile) = ground_of(records, load::own(records, account, id).await?.plan).await?;
    let tx = records.begin().await?;
    let now = records.now();
    let whole = load::own_locked(records, &tx, account, id).await?;
    let mut order = match newest(&tx.db, &id.to_string()).await? {
        Some(order) if state_of(&order)? != OrderState::Cancelled => order,
        _ => {
            let early = profile.payment.due == DueFrom::Submission
                && profile.payment.payer == Payer::Applicant
                && matches!(whole.stage, Stage::Submitted { .. } | Stage::Returned { .. });
            let fee = if early { freeze::fee_of(&tx, &whole.row).await? } else { Fen(0) };
            if fee.0 == 0 {
                return Err(PaymentRefusal::NothingDue.into());
            }
            create(records, &tx, &whole.row, &profile.payment, fee, None, now).await?
        }
    };
    match state_of(&order)? {
        OrderState::Due | OrderState::Paying => {}
        OrderState::Expired => {
            return Err(PaymentRefusal::Expired { until: Timestamp(order.due_until.unwrap_or(now.0)) }.into());
        }
        other => return Err(PaymentRefusal::NotNow(other).into()),
    }
    // In the last moments a code would outlive the deadline.
    if let Some(until) = order.due_until.filter(|until| profile.payment.unpaid_gives_up && now.0 > *until) {
        return Err(PaymentRefusal::Expired { until: Timestamp(until) }.into());
    }
    let key = key_of(channel, attempt);
    let known = codes_of(&order)?.remove(&key).filter(|code| !code.is_empty());
    if known.is_none() {
        // Written before the channel hears of it: when its answer is lost on the way to us, it is asked for its money.
        put_code(&mut order, &key, Some(""))?;
        save(&tx, &mut order).await?;
    }
    let shown = shown(&order)?;
    tx.commit().await?;
    Ok((shown, known))
}

/// Keeps what the code of a channel says.
///
/// What a browser opens lies beside what a screen shows.
pub async fn keep_code(
    records: &Records,
    number: &str,
    channel: Channel,
    attempt: Attempt,
    code: &str,
) -> Result<(), Error> {
    let tx = records.begin().await?;
    let mut order = held(&tx, number).await?.ok_or(Error::NotFound)?.order;
    put_code(&mut order, &key_of(channel, attempt), Some(code))?;
    save(&tx, &mut order).await?;
    tx.commit().await
}

/// Puts the code of a channel into an order, or takes it out.
pub(super) fn put_code(order: &mut row::Model, key: &str, code: Option<&str>) -> Result<(), Error> {
    let mut codes = codes_of(order)?;
    match code {
        Some(code) => codes.insert(key.into(), code.into()),
        None => codes.remove(key),
    };
    order.codes = serde_json::to_string(&codes).map_err(|_| super::bad(order, "codes"))?;
    if code.is_some() && state_of(order)? == OrderState::Due {
        order.state = OrderState::Paying.as_str().into();
    }
    Ok(())
}

/// Under what the code of a channel is kept: `wechat`, `wechat/phone`, ….
fn key_of(channel: Channel, attempt: Attempt) -> String {
    match attempt {
        Attempt::Screen => channel.as_str().to_owned(),
        other => format!("{}/{}", channel.as_str(), other.as_str()),
    }
}

fn of_key(key: &str) -> Option<(Channel, Attempt)> {
    let (channel, attempt) = key.split_once('/').unwrap_or((key, Attempt::Screen.as_str()));
    Channel::parse(channel).zip(Attempt::parse(attempt))
}

/// What channels were asked for an order.
pub(super) fn asked_of(order: &row::Model) -> Result<Vec<(Channel, Attempt)>, Error> {
    Ok(codes_of(order)?.keys().filter_map(|key| of_key(key)).collect())
}

/// What the codes of an order say, by channel.
pub(super) fn codes_of(order: &row::Model) -> Result<BTreeMap<String, String>, Error> {
    serde_json::from_str(&order.codes).map_err(|_| super::bad(order, "codes"))
}
