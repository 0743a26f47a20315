//! Seats changed by hand: held against the rule of arranging, and refused with everything that speaks against it.

use super::ground::{Ground, Known, chain, held_at, put_seats, save};
use super::tickets;
use crate::entity::seating;
use crate::{Error, Records, Tx, history, sql};
use domain::account::StaffMember;
use domain::ids::{ApplicationId, PlanId};
use domain::page::mine::What;
use domain::page::rooms::SeatingRefusal;
use domain::seating::{Conflict, Place, Seating, conflicts};
use serde_json::json;

struct Hands {
    ground: Ground,
    tx: Tx,
    row: seating::Model,
    known: Known,
}

impl Hands {
    async fn begin(records: &Records, member: &StaffMember, plan: PlanId, seen: i64) -> Result<Hands, Error> {
        let ground = Ground::managed(records, member, plan).await?;
        let tx = records.begin().await?;
        let row = held_at(&tx, plan, seen).await?;
        let known = Known::load(records, &tx.db, &ground).await?;
        Ok(Hands { ground, tx, row, known })
    }

    /// Takes seats away and gives others, with a line of history; gives how many tickets have a new version now.
    async fn end(
        mut self,
        records: &Records,
        member: &StaffMember,
        gone: &[Seating],
        given: &[Seating],
        act: &str,
    ) -> Result<u32, Error> {
        let plan = self.ground.plan.id;
        for one in gone {
            sql::run(
                &self.tx.db,
                "DELETE FROM exam_seat WHERE application_id = $1 AND session_id = $2",
                vec![one.person.to_string().into(), one.place.session.to_string().into()],
            )
            .await?;
        }
        put_seats(&self.tx, plan, &self.known.hall, given).await?;
        let actor = history::Actor::from(member);
        let seats: Vec<_> = given
            .iter()
            .map(|one| json!({ "case": one.person, "room": self.known.room_name(one.place), "seat": one.place.seat }))
            .collect();
        let detail = json!({ "act": act, "seats": seats });
        history::append(&self.tx, records.now(), &chain(plan), &actor, What::SeatsArranged, detail).await?;
        let renewed = tickets::follow(records, &mut self.tx, &self.ground, &mut self.row, &actor).await?;
        save(&self.tx, &mut self.row).await?;
        self.tx.commit().await?;
        Ok(renewed)
    }
}

/// Moves somebody to a free seat, or gives one to who has none. `despite` overrules neighbours of one unit.
pub async fn move_to(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    seen: i64,
    person: ApplicationId,
    place: Place,
    despite: bool,
) -> Result<u32, Error> {
    let hands = Hands::begin(records, member, plan, seen).await?;
    let subject = hands.known.hall.session(place.session).map(|session| session.subject.clone());
    let subject = subject.ok_or(SeatingRefusal::NoSeat)?;
    let of = |one: &Seating| hands.known.hall.session(one.place.session).map(|session| session.subject.as_str());
    let gone: Vec<Seating> = hands
        .known
        .seatings
        .iter()
        .filter(|one| one.person == person && of(one) == Some(subject.as_str()))
        .copied()
        .collect();
    let stay: Vec<Seating> = hands.known.seatings.iter().filter(|one| !gone.contains(one)).copied().collect();
    let name = hands.known.name(person);
    refuse(against(conflicts(&hands.known.hall, &stay, person, place), &name, despite))?;
    let given = [Seating { person, place, fixed: gone.iter().any(|one| one.fixed) }];
    hands.end(records, member, &gone, &given, "move").await
}

/// Exchanges the people of two seats.
pub async fn swap(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    seen: i64,
    one: Place,
    other: Place,
    despite: bool,
) -> Result<u32, Error> {
    let hands = Hands::begin(records, member, plan, seen).await?;
    let known = &hands.known;
    let (Some(&first), Some(&second)) = (known.at(one), known.at(other)) else {
        return Err(SeatingRefusal::NoSeat.into());
    };
    if first == second {
        return Err(SeatingRefusal::NoSeat.into());
    }
    let rest: Vec<Seating> = known.seatings.iter().filter(|at| **at != first && **at != second).copied().collect();
    let given = [Seating { place: other, ..first }, Seating { place: one, ..second }];
    let mut all = Vec::new();
    for (at, now) in given.iter().enumerate() {
        let mut beside = rest.clone();
        beside.push(given[1 - at]);
        all.extend(against(conflicts(&known.hall, &beside, now.person, now.place), &known.name(now.person), despite));
    }
    refuse(all)?;
    hands.end(records, member, &[first, second], &given, "swap").await
}

/// Fixes a seat, so that arranging anew leaves it alone; or lets it go.
pub async fn fix(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    seen: i64,
    place: Place,
    fixed: bool,
) -> Result<u32, Error> {
    let hands = Hands::begin(records, member, plan, seen).await?;
    let one = *hands.known.at(place).ok_or(SeatingRefusal::NoSeat)?;
    let act = if fixed { "fix" } else { "loosen" };
    hands.end(records, member, &[one], &[Seating { fixed, ..one }], act).await
}

fn against(found: Vec<Conflict>, name: &str, despite: bool) -> Vec<(String, Conflict)> {
    let counts = |conflict: &Conflict| conflict.is_firm() || !despite;
    found.into_iter().filter(counts).map(|conflict| (name.to_owned(), conflict)).collect()
}

fn refuse(all: Vec<(String, Conflict)>) -> Result<(), Error> {
    if all.is_empty() { Ok(()) } else { Err(SeatingRefusal::Against(all).into()) }
}
