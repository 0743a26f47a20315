//! 候补: the line before a full plan. A seat that comes free is offered to the first in the line in the same transaction
//! that freed it, and counts as taken while the offer is held: nobody else can take it, and the way of a submission to
//! its seat stays the one conditional UPDATE that it was.
//!
//! Whoever writes holds the application first, then the sites in the order of their ids, then the plan, then the place.
//! The history of a line is a chain of its own, `places/PLAN`, written by whoever holds the plan.

mod joining;
mod offering;
mod seeing;

pub use joining::{join, join_draft, leave};
pub use offering::work;
pub use seeing::{line, place};

pub(crate) use joining::left_with;
pub(crate) use offering::{Offer, give_back, offer_of, pass_on, take_back, take_up};
pub(crate) use seeing::{places_of, window_of};

use crate::entity::{application, plan, plan_site, waiting_place as row};
use crate::history::Actor;
use crate::live::outbox::News;
use crate::messages::{self, Telling};
use crate::{Error, Records, Tx, history, live};
use domain::ids::{ApplicationId, PlanId};
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::places::PlaceState;
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

/// A plan with its sites, held until the transaction ends.
struct Held {
    plan: plan::Model,
    sites: Vec<plan_site::Model>,
}

impl Held {
    /// Whether the line goes on.
    fn goes_on(&self, now: Timestamp) -> bool {
        self.plan.cancelled_at.is_none() && now.0 <= self.plan.review_close
    }

    /// Seats that somebody of this site could take at once.
    fn left(&self, site: Option<&str>) -> i64 {
        let left = self.plan.capacity - self.plan.taken;
        match self.sites.iter().find(|known| Some(known.id.as_str()) == site) {
            Some(site) => left.min(site.capacity - site.taken),
            None => left,
        }
    }
}

async fn hold(tx: &Tx, plan: &str) -> Result<Held, Error> {
    let sites = plan_site::Entity::find()
        .filter(plan_site::Column::PlanId.eq(plan))
        .order_by_asc(plan_site::Column::Id)
        .lock_exclusive()
        .all(&tx.db)
        .await?;
    let plan = plan::Entity::find_by_id(plan).lock_exclusive().one(&tx.db).await?.ok_or(Error::NotFound)?;
    Ok(Held { plan, sites })
}

/// The open place of an application.
async fn open_place(tx: &Tx, application: &str) -> Result<Option<row::Model>, Error> {
    Ok(row::Entity::find()
        .filter(row::Column::ApplicationId.eq(application))
        .filter(row::Column::State.is_in(["waiting", "offered"]))
        .one(&tx.db)
        .await?)
}

/// What happened to a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Joined,
    Offered,
    Ended(PlaceState),
}

impl Act {
    fn as_str(self) -> &'static str {
        match self {
            Act::Joined => "joined",
            Act::Offered => "offered",
            Act::Ended(state) => state.as_str(),
        }
    }
}

/// A line in the history of the waiting list, a message where the person has to know, and news for the person and for
/// everybody who looks at the plan.
async fn note(
    records: &Records,
    tx: &mut Tx,
    now: Timestamp,
    place: &row::Model,
    case: &application::Model,
    actor: &Actor,
    act: Act,
) -> Result<(), Error> {
    let kind = act.as_str();
    let detail =
        json!({ "act": kind, "application": place.application_id, "turn": place.turn, "until": place.until_at });
    history::append(tx, now, &format!("places/{}", place.plan_id), actor, What::PlanActed, detail).await?;
    let message = match act {
        Act::Offered => Some(MessageKind::PlaceOffered),
        Act::Ended(PlaceState::Passed) => Some(MessageKind::PlacePassed),
        Act::Ended(PlaceState::Ended) => Some(MessageKind::PlaceEnded),
        _ => None,
    };
    if let Some(message) = message {
        let telling = Telling::about(case, message).of(&place.id, 1).until(place.until_at.map(Timestamp));
        messages::tell(records, tx, now, telling).await?;
    }
    let news = |topic: String, entity: &str| News { topic, entity: entity.to_owned(), version: 0, kind };
    let all = vec![
        news(format!("account:{}", case.account_id), &place.application_id),
        news(format!("application:{}", place.application_id), &place.application_id),
        News { topic: format!("plan:{}", place.plan_id), entity: place.plan_id.clone(), version: 0, kind: "seats" },
    ];
    live::append(tx, now, all).await
}

fn plan_id(place: &row::Model) -> Result<PlanId, Error> {
    place.plan_id.parse().map_err(|_| Error::bad_row("waiting_place", &place.id, "plan"))
}

fn application_id(place: &row::Model) -> Result<ApplicationId, Error> {
    place.application_id.parse().map_err(|_| Error::bad_row("waiting_place", &place.id, "application"))
}
