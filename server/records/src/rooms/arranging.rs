//! 编排: everybody gets a seat by one rule, or a reason why not.

use super::ground::{Ground, Known, chain, held_at, put_seats, save};
use super::tickets;
use crate::{Error, Records, history, sql};
use domain::account::StaffMember;
use domain::ids::{ApplicationId, PlanId, SessionId};
use domain::page::mine::What;
use domain::page::rooms::SeatingRefusal;
use domain::seating::{Seating, arrange as by_rule};
use serde_json::json;
use std::collections::HashSet;

/// What arranging may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Everything but seats that are fixed.
    Anew,
    /// Only who has no seat gets one.
    Fill,
}

/// What came of arranging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arranged {
    /// Seats given, in all subjects.
    pub seated: u32,
    /// People and subjects without one.
    pub unplaced: u32,
}

/// Arranges a plan, from a page that was drawn from revision `seen`. The same seed gives the same seats.
pub async fn arrange(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    seen: i64,
    mode: Mode,
    seed: u64,
) -> Result<Arranged, Error> {
    let ground = Ground::managed(records, member, plan).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut row = held_at(&tx, plan, seen).await?;
    if mode == Mode::Anew && row.published_at.is_some() {
        return Err(SeatingRefusal::Published.into());
    }
    let known = Known::load(records, &tx.db, &ground).await?;
    if known.sessions.is_empty() {
        return Err(SeatingRefusal::NoSessions.into());
    }
    if known.rooms.is_empty() {
        return Err(SeatingRefusal::NoRooms.into());
    }
    if known.hall.people.is_empty() {
        return Err(SeatingRefusal::Nobody.into());
    }
    let fixed: HashSet<(ApplicationId, SessionId)> =
        known.seatings.iter().filter(|one| one.fixed).map(|one| (one.person, one.place.session)).collect();
    let kept: Vec<Seating> = known.seatings.iter().filter(|one| mode == Mode::Fill || one.fixed).copied().collect();
    let hall = known.hall;
    // Thousands of people are work for the processor alone.
    let worked = tokio::task::spawn_blocking(move || {
        let made = by_rule(&hall, &kept, seed);
        (hall, made)
    });
    let (hall, mut made) = worked.await.map_err(|why| Error::Paper(why.to_string()))?;
    for one in &mut made.seatings {
        one.fixed = fixed.contains(&(one.person, one.place.session));
    }
    sql::run(&tx.db, "DELETE FROM exam_seat WHERE plan_id = $1", vec![plan.to_string().into()]).await?;
    put_seats(&tx, plan, &hall, &made.seatings).await?;
    row.arranged_at = Some(now.0);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let arranged = Arranged { seated: count(made.seatings.len()), unplaced: count(made.unplaced.len()) };
    let detail = json!({ "seated": arranged.seated, "unplaced": arranged.unplaced, "seed": seed.to_string() });
    let actor = history::Actor::from(member);
    history::append(&tx, now, &chain(plan), &actor, What::SeatsArranged, detail).await?;
    tickets::follow(records, &mut tx, &ground, &mut row, &actor).await?;
    save(&tx, &mut row).await?;
    tx.commit().await?;
    Ok(arranged)
}
