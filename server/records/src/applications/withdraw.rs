//! The ways back that are the applicant's own.

use super::draft::ground_of;
use super::{freeze, load};
use crate::live::outbox::{self, Audience};
use crate::{
    Error, Records, Tx,
    entity::{application, claim},
    history, live, payments, places, sql,
};
use domain::application::axes::{Exam, Filing};
use domain::application::{Stage, WithdrawRefusal};
use domain::ids::{AccountId, ApplicationId};
use domain::page::mine::What;
use sea_orm::EntityTrait;
use serde_json::json;

/// Takes a submission back into a draft, as long as registration is open and nobody has begun to review it; where the
/// procedure allows changes until the decision, also from the hands of a reviewer, who is told. The seat becomes free.
pub async fn undo(records: &Records, account: AccountId, id: ApplicationId) -> Result<Stage, Error> {
    let (plan, profile) = ground_of(records, load::own(records, account, id).await?.plan).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    let held = load::live_claim(&tx.db, id, now).await?;
    let stage = whole.stage.clone().undo(held.as_ref(), profile.review.edit_until, now)?;
    if !plan.window.is_open(now) {
        // A draft could not be handed in again: taking it back would only lose the seat.
        return Err(WithdrawRefusal::WindowClosed { closed: plan.window.closes }.into());
    }
    freeze::drop_round(&tx, id, whole.row.round).await?;
    load::put_stage(&mut whole.row, &stage)?;
    whole.row.receipt = None;
    whole.row.submit_key = None;
    save_and_release(&tx, &mut whole.row).await?;
    let detail = json!({ "held_by": held.map(|held| held.by.to_string()) });
    history::append(&tx, now, &whole.row.id, &history::Actor::Applicant(account), What::Undone, detail).await?;
    live::append(&mut tx, now, outbox::of(&whole.row, "undone", Audience::Seats)).await?;
    let taken = places::give_back(records, &mut tx, whole.plan, whole.row.site_id.as_deref(), now).await?;
    tx.commit().await?;
    taken.publish(records);
    Ok(stage)
}

/// 撤回: gives the application up. Its seat, if it had one, becomes free.
pub async fn withdraw(records: &Records, account: AccountId, id: ApplicationId) -> Result<Stage, Error> {
    let (plan, profile) = ground_of(records, load::own(records, account, id).await?.plan).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    let axes = load::axes_of(&whole.row)?;
    if matches!(axes.filing, Filing::Filed { .. }) {
        return Err(WithdrawRefusal::Filed.into());
    }
    if axes.exam == Exam::ScorePublic {
        return Err(WithdrawRefusal::Scored.into());
    }
    let held = load::live_claim(&tx.db, id, now).await?;
    // Who did not pay in time gave the seat up.
    let had_seat = whole.stage.holds_seat() && whole.row.money != "expired";
    let stage = whole.stage.clone().withdraw(held.as_ref(), profile.review.edit_until, now)?;
    load::put_stage(&mut whole.row, &stage)?;
    save_and_release(&tx, &mut whole.row).await?;
    history::append(&tx, now, &whole.row.id, &history::Actor::Applicant(account), What::Withdrawn, json!({})).await?;
    payments::close(&tx, &whole.row, &plan, &profile, payments::Ended::Withdrawn, now).await?;
    let audience = if had_seat { Audience::Seats } else { Audience::Applicant };
    live::append(&mut tx, now, outbox::of(&whole.row, "withdrawn", audience)).await?;
    let taken = if had_seat {
        Some(places::give_back(records, &mut tx, whole.plan, whole.row.site_id.as_deref(), now).await?)
    } else {
        places::left_with(records, &mut tx, &whole.row, &history::Actor::Applicant(account), now).await?.flatten()
    };
    tx.commit().await?;
    if let Some(taken) = taken {
        taken.publish(records);
    }
    Ok(stage)
}

/// Saves the row, drops the hold, and what was looked at: another round is another paper.
async fn save_and_release(tx: &Tx, row: &mut application::Model) -> Result<(), Error> {
    load::save(tx, row).await?;
    sql::run(&tx.db, "DELETE FROM original_check WHERE application_id = $1", vec![row.id.clone().into()]).await?;
    claim::Entity::delete_by_id(row.id.as_str()).exec(&tx.db).await?;
    Ok(())
}
