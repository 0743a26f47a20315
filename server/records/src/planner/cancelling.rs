//! Calling a plan off: nobody hands in any more, everybody who waits is told, and what was paid goes back.

use super::amending::end_waiting;
use super::changing::{LIVE, adopted, ensure_theirs};
use super::drafting::{keep, note};
use super::filing::{given, tell};
use super::hub::Known;
use super::{form_of, stage_of, times_of_plan};
use crate::applications::load;
use crate::entity::{application, claim};
use crate::history::{self, Actor};
use crate::live::{self, outbox, outbox::Audience};
use crate::messages::{self, Telling};
use crate::payments::{self, Ended};
use crate::{Error, Records, places, plans, sql};
use domain::account::StaffMember;
use domain::application::Stage;
use domain::ids::{PlanId, Revision};
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::plan::Plan;
use domain::planner::{self, PlanStage, PlannerRefusal};
use domain::profile::Profile;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

/// Calls a plan off. From the moment the first transaction ends nobody can submit any more; then everybody who waits is
/// told, one by one, and what was paid goes back. Whoever submits at the same time has either submitted before, and is
/// told like the others, or is refused.
pub async fn cancel(
    records: &Records,
    member: &StaffMember,
    id: PlanId,
    seen: Revision,
    words: &str,
) -> Result<(), Error> {
    let words = given(words)?;
    let known = Known::load(records, id).await?;
    ensure_theirs(&known, member)?;
    let last = match &known.row {
        Some(row) => planner::times_of(&form_of(row)?).last_exam(),
        None => known.plan.as_ref().and_then(|plan| times_of_plan(plan).last_exam()),
    };
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut row = adopted(records, &tx, member, id).await?;
    let stage = stage_of(&row)?;
    if matches!(stage, PlanStage::Cancelled | PlanStage::Refused) {
        return Err(PlannerRefusal::NotNow(stage).into());
    }
    if row.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    if last.is_some_and(|exam| exam.ends() < now) && known.plan.is_some() {
        return Err(PlannerRefusal::ExamOver.into());
    }
    row.stage = PlanStage::Cancelled.as_str().into();
    row.ended = format!("计划取消：{words}");
    row.ended_at = Some(now.0);
    keep(&tx, &mut row, now).await?;
    end_waiting(&tx, &row.id, now).await?;
    note(&tx, now, id, member, "cancelled", &words).await?;
    tell(&mut tx, &row, records).await?;
    sql::run(
        &tx.db,
        "UPDATE plan SET cancelled_at = $2, updated_at = $2,
                closes_at = CASE WHEN closes_at <= $2 THEN closes_at WHEN opens_at < $2 THEN $2 ELSE opens_at + 1 END
         WHERE id = $1",
        vec![id.to_string().into(), now.0.into()],
    )
    .await?;
    tx.commit().await?;
    records.inner.cache.forget_plans();
    if known.plan.is_some() {
        settle(records, id, &Actor::from(member), &words).await?;
    }
    Ok(())
}

/// Goes on where calling off was interrupted.
pub async fn settle_cancelled(records: &Records) -> Result<(), Error> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        id: String,
        ended: String,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT f.id, f.ended FROM planning f WHERE f.stage = 'cancelled'
         AND EXISTS (SELECT 1 FROM application a WHERE a.plan_id = f.id AND a.stage IN ('submitted','returned','approved'))",
        vec![],
    )
    .await?;
    for row in rows {
        let id = row.id.parse().map_err(|_| Error::bad_row("planning", &row.id, "id"))?;
        let words = row.ended.strip_prefix("计划取消：").unwrap_or(&row.ended).to_owned();
        settle(records, id, &Actor::System, &words).await?;
    }
    Ok(())
}

/// Ends every application of a plan that was called off: one transaction each, so that none waits for all.
async fn settle(records: &Records, id: PlanId, actor: &Actor, words: &str) -> Result<(), Error> {
    let plan = plans::get(records, id).await?;
    let profile = plans::profile_of(records, &plan).await?;
    let rows: Vec<String> = application::Entity::find()
        .select_only()
        .column(application::Column::Id)
        .filter(application::Column::PlanId.eq(id.to_string()))
        .filter(application::Column::Stage.is_in(LIVE.into_iter().chain(["draft"])))
        .order_by_asc(application::Column::Id)
        .into_tuple()
        .all(records.read())
        .await?;
    for one in rows {
        end_one(records, &one, &plan, &profile, actor, words).await?;
    }
    Ok(())
}

async fn end_one(
    records: &Records,
    id: &str,
    plan: &Plan,
    profile: &Profile,
    actor: &Actor,
    words: &str,
) -> Result<(), Error> {
    let mut tx = records.begin().await?;
    let now = records.now();
    let application = id.parse().map_err(|_| Error::bad_row("application", id, "id"))?;
    let Some(mut row) = load::locked(&tx, application).await? else { return Ok(()) };
    let stage = load::stage_of(&row)?;
    let told = json!({ "text": words });
    match stage {
        Stage::Submitted { .. } | Stage::Returned { .. } | Stage::Approved { .. } => {
            // Who did not pay in time gave the seat up.
            let had_seat = stage.holds_seat() && row.money != "expired";
            load::put_stage(&mut row, &Stage::Withdrawn { at: now })?;
            load::save(&tx, &mut row).await?;
            claim::Entity::delete_by_id(row.id.as_str()).exec(&tx.db).await?;
            history::append(&tx, now, &row.id, actor, What::PlanCancelled, told).await?;
            payments::close(&tx, &row, plan, profile, Ended::Cancelled, now).await?;
            let telling = Telling::about(&row, MessageKind::PlanCancelled).words(words);
            messages::tell(records, &mut tx, now, telling).await?;
            live::append(&mut tx, now, outbox::of(&row, "plan_cancelled", Audience::Desk)).await?;
            let taken = match had_seat {
                true => Some(places::give_back(records, &mut tx, plan.id, row.site_id.as_deref(), now).await?),
                false => None,
            };
            tx.commit().await?;
            if let Some(taken) = taken {
                taken.publish(records);
            }
            Ok(())
        }
        Stage::Draft => {
            history::append(&tx, now, &row.id, actor, What::PlanCancelled, told).await?;
            live::append(&mut tx, now, outbox::of(&row, "plan_cancelled", Audience::Applicant)).await?;
            tx.commit().await
        }
        Stage::Rejected { .. } | Stage::Withdrawn { .. } => Ok(()),
    }
}
