//! 申报: the approved applications of a plan go to the authority on one list, and can be taken off it again.

use crate::applications::load;
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, entity::application, entity::plan, history, live, plans};
use domain::account::{Role, StaffMember};
use domain::application::ReviewRefusal;
use domain::application::axes::{Axes, Filing, Money};
use domain::ids::PlanId;
use domain::page::mine::What;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

/// 提交申报: every approved application of the plan that is not filed yet; those whose place was given up stay behind.
/// Gives how many were filed.
pub async fn file(records: &Records, member: &StaffMember, plan: PlanId) -> Result<u32, Error> {
    ensure_files(records, member, plan).await?;
    let rules = plans::profile_of(records, &plans::get(records, plan).await?).await?.payment.clone();
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut filed = 0;
    for mut row in approved(&tx, plan, "none").await? {
        let axes = load::axes_of(&row)?;
        if matches!(axes.at(&rules, now).money, Money::Expired { .. }) {
            continue;
        }
        load::put_axes(&mut row, &Axes { filing: Filing::Filed { at: now }, ..axes });
        save(&mut tx, records, member, &mut row, What::Filed, "").await?;
        filed += 1;
    }
    if filed == 0 {
        return Err(ReviewRefusal::NothingToFile.into());
    }
    tx.commit().await?;
    Ok(filed)
}

/// Takes the filing of a plan back, with a reason. Gives how many applications it was.
pub async fn take_back(records: &Records, member: &StaffMember, plan: PlanId, reason: &str) -> Result<u32, Error> {
    ensure_files(records, member, plan).await?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(ReviewRefusal::NoGrounds.into());
    }
    let mut tx = records.begin().await?;
    let mut undone = 0;
    for mut row in approved(&tx, plan, "filed").await? {
        let axes = load::axes_of(&row)?;
        load::put_axes(&mut row, &Axes { filing: Filing::None, ..axes });
        save(&mut tx, records, member, &mut row, What::FilingUndone, reason).await?;
        undone += 1;
    }
    if undone == 0 {
        return Err(ReviewRefusal::NothingFiled.into());
    }
    tx.commit().await?;
    Ok(undone)
}

/// Managers file for their own agency; to everybody else the plan does not exist, or they may not.
async fn ensure_files(records: &Records, member: &StaffMember, plan: PlanId) -> Result<(), Error> {
    let row = plan::Entity::find_by_id(plan.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    if member.agency.is_none_or(|agency| agency.to_string() != row.agency_id) {
        return Err(Error::NotFound);
    }
    if member.role == Role::Manager { Ok(()) } else { Err(Error::Forbidden) }
}

async fn approved(tx: &Tx, plan: PlanId, filing: &str) -> Result<Vec<application::Model>, Error> {
    Ok(application::Entity::find()
        .filter(application::Column::PlanId.eq(plan.to_string()))
        .filter(application::Column::Stage.eq("approved"))
        .filter(application::Column::Filing.eq(filing))
        .order_by_asc(application::Column::Id)
        .lock_exclusive()
        .all(&tx.db)
        .await?)
}

async fn save(
    tx: &mut Tx,
    records: &Records,
    member: &StaffMember,
    row: &mut application::Model,
    what: What,
    reason: &str,
) -> Result<(), Error> {
    let now = records.now();
    load::save(tx, row).await?;
    let detail = if reason.is_empty() { json!({}) } else { json!({ "text": reason }) };
    history::append(tx, now, &row.id, &history::Actor::from(member), what, detail).await?;
    live::append(tx, now, outbox::of(row, what.as_str(), Audience::Desk)).await
}
