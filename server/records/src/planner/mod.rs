//! Plans from the first word of a form to their end: filed, examined, approved, published, amended, called off.
//!
//! A row of `planning` has the id that its plan will have. Plans that were imported have none until somebody acts on them.

mod amending;
mod calendar;
mod cancelling;
mod changing;
mod drafting;
mod due;
mod examining;
mod filing;
mod hub;
mod notices;
mod objecting;
mod publishing;
mod register;
mod visiting;

pub use amending::{Amended, decide_amendment, withdraw_amendment};
pub use calendar::own_calendar;
pub use cancelling::{cancel, settle_cancelled};
pub use changing::{amend, close_early};
pub use drafting::{Dates, can_solve, desk, save, save_copy};
pub use due::plans_beyond_calendar;
pub use filing::{decide, file, take_back};
pub use hub::{list, view};
pub use notices::{open_notice, public_notice, public_notices};
pub use objecting::{PROOF_MAX_BYTES, answer_objection, object, proof, reveal_objector};
pub use publishing::publish;
pub use register::{Entry, add, change_contact, register, remove};
pub use visiting::{add_photo, inspect, photo};

pub(crate) use calendar::load as load_calendar;
pub(crate) use due::due_on;
pub(crate) use examining::settled_by;
pub(crate) use register::contacts;

use crate::desk::access::Scope;
use crate::entity::{agency, planning};
use crate::{Error, Records, plans, profiles};
use domain::account::StaffMember;
use domain::form::Answers;
use domain::ids::PlanId;
use domain::plan::Plan;
use domain::planner::{self, PlanStage};
use domain::profile::Profile;
use domain::timeline::{TimePoint, TimePoints, WorkCalendar};
use sea_orm::{ConnectionTrait, EntityTrait};
use std::sync::Arc;

/// The calendar of working days of this installation.
pub fn calendar(records: &Records) -> &WorkCalendar {
    &records.inner.calendar
}

/// All dates of a plan: those of its form, else those that it was published with.
pub async fn times(records: &Records, id: PlanId) -> Result<TimePoints, Error> {
    match planning::Entity::find_by_id(id.to_string()).one(records.read()).await? {
        Some(row) => Ok(planner::times_of(&form_of(&row)?)),
        None => Ok(times_of_plan(&plans::get(records, id).await?)),
    }
}

/// The dates that a published plan has of its own.
fn times_of_plan(plan: &Plan) -> TimePoints {
    let moment = |at: domain::time::Timestamp| Some(TimePoint::Moment(at.in_shanghai()));
    TimePoints {
        reg_open: moment(plan.window.opens),
        reg_close: moment(plan.window.closes),
        review_close: moment(plan.review_close),
        exams: vec![TimePoint::Day(plan.exam_on)],
        ..TimePoints::default()
    }
}

fn stage_of(row: &planning::Model) -> Result<PlanStage, Error> {
    PlanStage::parse(&row.stage).ok_or_else(|| Error::bad_row("planning", &row.id, "stage"))
}

fn form_of(row: &planning::Model) -> Result<Answers, Error> {
    serde_json::from_str(&row.form).map_err(|why| Error::bad_row("planning", &row.id, why))
}

/// The procedure that a form names: its newest version, else none.
async fn procedure_of(records: &Records, form: &Answers) -> Result<Option<Arc<Profile>>, Error> {
    match form.get("procedure") {
        "" => Ok(None),
        name => profiles::newest(records, name).await,
    }
}

/// Ends with [`Error::NotFound`] where a plan of that agency is none of a member's.
async fn ensure_sees<C: ConnectionTrait>(
    db: &C,
    records: &Records,
    member: &StaffMember,
    agency_id: &str,
) -> Result<agency::Model, Error> {
    let scope = Scope::of(records, member).await?;
    let found = agency::Entity::find_by_id(agency_id).one(db).await?.ok_or(Error::NotFound)?;
    if scope.holds(&found.id, &found.region) { Ok(found) } else { Err(Error::NotFound) }
}
