//! Decisions, and taking them back.

use super::access::{self, Scope};
use super::approval;
use super::claim::{ensure_held, locked_case};
use crate::applications::{self, answers_of_round, freeze, ground_of, load, seats};
use crate::live::outbox::{self, Audience};
use crate::{
    Error, Records, Tx,
    entity::{application, claim},
    history, live,
    messages::{self, Telling},
    payments, places, sql,
};
use chrono::{Days, TimeDelta};
use domain::account::StaffMember;
use domain::application::axes::{Filing, Money};
use domain::application::{Remark, ReviewRefusal, Stage, Target};
use domain::ids::{ApplicationId, PlanId, Revision};
use domain::message::MessageKind;
use domain::page::desk::Decision;
use domain::page::mine::What;
use domain::plan::Plan;
use domain::profile::Profile;
use domain::time::Timestamp;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

/// Decides a case that the member holds and whose page is up to date.
pub async fn decide(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
    seen: Revision,
    decision: Decision,
) -> Result<Stage, Error> {
    access::ensure_decides(member)?;
    let scope = Scope::of(records, member).await?;
    let (plan, profile) = ground_of(records, plan_of(records, &scope, id).await?).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut case = locked_case(&tx, &scope, id).await?;
    if case.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    let stage = load::stage_of(&case)?;
    // An answer about the stage says more than one about the hold, which ended with the stage.
    if !matches!(stage, Stage::Submitted { .. }) {
        return Err(ReviewRefusal::NotUnderReview(stage.name()).into());
    }
    ensure_held(&tx, member, id, now).await?;
    let (next, what, detail) = match decision {
        Decision::Approve => {
            let next = stage.approve(now)?;
            approval::ensure_ready(records, &tx, &plan, &profile, &case).await?;
            let until = approval::put_money(records, &tx, &mut case, &profile, now).await?;
            (next, What::Approved, json!({ "pay_until": until }))
        }
        Decision::Return { mut remarks, until } => {
            // A remark on something that the form does not have could never be corrected.
            let answers = answers_of_round(records, &tx.db, id, case.round).await?;
            let known = applications::targets(&profile, &answers);
            remarks.retain(|remark| known.iter().any(|(target, _)| *target == remark.on));
            let (_, latest) = return_bounds(&plan, &profile, now);
            let detail = json!({ "text": in_one_text(&remarks), "on": targets(&remarks), "until": until });
            look_again(&tx, &case, &remarks).await?;
            (stage.return_for_correction(remarks, until, latest, now)?, What::Returned, detail)
        }
        Decision::Reject { grounds } => {
            let detail = json!({ "text": grounds.text, "code": grounds.code });
            (stage.reject(grounds, now)?, What::Rejected, detail)
        }
    };
    let frees = !next.holds_seat();
    let audience = if frees { Audience::Seats } else { Audience::Desk };
    write(records, &mut tx, member, &mut case, Decided { next: &next, what, detail, audience }, now).await?;
    if matches!(next, Stage::Rejected { .. }) {
        payments::close(&tx, &case, &plan, &profile, payments::Ended::Rejected, now).await?;
    }
    let taken = match frees {
        true => Some(places::give_back(records, &mut tx, plan.id, case.site_id.as_deref(), now).await?),
        false => None,
    };
    tx.commit().await?;
    if let Some(taken) = taken {
        taken.publish(records);
    }
    Ok(next)
}

/// 恢复: takes a decision back, with a reason. A rejected application needs a seat again.
pub async fn reopen(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
    seen: Revision,
    reason: &str,
) -> Result<Stage, Error> {
    access::ensure_decides(member)?;
    let scope = Scope::of(records, member).await?;
    let (plan, _) = ground_of(records, plan_of(records, &scope, id).await?).await?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(ReviewRefusal::NoGrounds.into());
    }
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut case = locked_case(&tx, &scope, id).await?;
    if case.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    if matches!(load::axes_of(&case)?.filing, Filing::Filed { .. }) {
        return Err(ReviewRefusal::FiledAlready.into());
    }
    let stage = load::stage_of(&case)?;
    // Who did not pay in time gave the seat up.
    let had_seat = stage.holds_seat() && case.money != "expired";
    let from = stage.name();
    let round = u32::try_from(case.round).unwrap_or(1);
    let submitted = Timestamp(case.submitted_at.unwrap_or(now.0));
    // It waits since it was handed in, not since it was reopened: the queue stays fair.
    let next = stage.reopen(round, submitted)?;
    let audience = if had_seat { Audience::Desk } else { Audience::Seats };
    let detail = json!({ "text": reason, "from": from.as_str() });
    payments::on_reopen(&tx, &case).await?;
    let decided = Decided { next: &next, what: What::Reopened, detail, audience };
    match write(records, &mut tx, member, &mut case, decided, now).await {
        // The applicant has begun another application for this plan meanwhile.
        Err(Error::Database(error)) if Error::is_duplicate(&error) => {
            return Err(ReviewRefusal::NothingToReopen(from).into());
        }
        other => other?,
    }
    let taken = match had_seat {
        true => None,
        false => {
            let taken = seats::take_one(&tx, plan.id, case.site_id.as_deref()).await?;
            Some(taken.map_err(|_| ReviewRefusal::Full { capacity: plan.capacity })?)
        }
    };
    tx.commit().await?;
    if let Some(taken) = taken {
        taken.publish(records);
    }
    Ok(next)
}

/// Default and latest deadline for corrections: so many days, each to its last second, and never
/// later than the day before the exam.
pub(crate) fn return_bounds(plan: &Plan, profile: &Profile, now: Timestamp) -> (Timestamp, Timestamp) {
    let eve = plan.exam_on.checked_sub_days(Days::new(1)).map_or(now, Timestamp::end_of);
    let in_days = |days: u32| Timestamp::end_of(now.plus(TimeDelta::days(i64::from(days))).day());
    let latest = in_days(profile.review.correction_days_max).min(eve);
    (in_days(profile.review.correction_days).min(latest), latest)
}

/// What an act of review makes of a case: its next stage, the line of history, and who hears of it.
pub(super) struct Decided<'a> {
    pub next: &'a Stage,
    pub what: What,
    pub detail: Value,
    pub audience: Audience,
}

/// Saves a new stage with everything that belongs to it.
pub(super) async fn write(
    records: &Records,
    tx: &mut Tx,
    member: &StaffMember,
    case: &mut application::Model,
    decided: Decided<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let Decided { next, what, detail, audience } = decided;
    load::put_stage(case, next)?;
    if matches!(next, Stage::Returned { .. }) {
        case.corrected = "[]".into();
    }
    load::save(tx, case).await?;
    claim::Entity::delete_by_id(case.id.as_str()).exec(&tx.db).await?;
    let telling = telling(tx, case, next, &detail).await?;
    messages::tell(records, tx, now, telling).await?;
    history::append(tx, now, &case.id, &history::Actor::from(member), what, detail).await?;
    live::append(tx, now, outbox::of(case, what.as_str(), audience)).await
}

/// What the applicant is told of a decision.
async fn telling(tx: &Tx, case: &application::Model, next: &Stage, detail: &Value) -> Result<Telling, Error> {
    let words = detail["text"].as_str().unwrap_or_default();
    Ok(match next {
        Stage::Approved { .. } => match load::axes_of(case)?.money {
            Money::Due { until } => {
                let fee = freeze::fee_of(tx, case).await?;
                Telling::about(case, MessageKind::PaymentDue).amount(fee).until(until)
            }
            _ => Telling::about(case, MessageKind::Approved),
        },
        Stage::Returned { until, .. } => Telling::about(case, MessageKind::Returned).words(words).until(*until),
        Stage::Rejected { .. } => Telling::about(case, MessageKind::Rejected).words(words),
        Stage::Draft | Stage::Submitted { .. } | Stage::Withdrawn { .. } => {
            Telling::about(case, MessageKind::Reopened).words(words)
        }
    })
}

/// The plan of a case within a scope.
pub(crate) async fn plan_of(records: &Records, scope: &Scope, id: ApplicationId) -> Result<PlanId, Error> {
    let case = application::Entity::find_by_id(id.to_string()).one(records.read()).await?;
    let case = case.filter(|case| scope.covers(case)).ok_or(Error::NotFound)?;
    case.plan_id.parse().map_err(|_| Error::bad_row("application", &case.id, "plan"))
}

/// An original whose document was returned is looked at again.
async fn look_again(tx: &Tx, case: &application::Model, remarks: &[Remark]) -> Result<(), Error> {
    for remark in remarks {
        if let Target::Document(key) = &remark.on {
            let values = vec![case.id.clone().into(), key.clone().into()];
            sql::run(&tx.db, "DELETE FROM original_check WHERE application_id = $1 AND requirement = $2", values)
                .await?;
        }
    }
    Ok(())
}

fn targets(remarks: &[Remark]) -> Vec<String> {
    remarks.iter().map(|remark| Target::as_text(&remark.on)).collect()
}

fn in_one_text(remarks: &[Remark]) -> String {
    remarks.iter().map(|remark| remark.text.trim().trim_end_matches(['。', '；'])).collect::<Vec<_>>().join("；")
}
