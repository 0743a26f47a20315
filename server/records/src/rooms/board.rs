//! The page of rooms: rooms, sessions, who has no seat and why, what speaks against seats, seat maps, staff, tickets.

use super::asking::requests;
use super::ground::{Ground, Known};
use super::watching::{keepers, on_duty_elsewhere};
use crate::entity::{admission_ticket as ticket, seating};
use crate::keys::place;
use crate::{Error, Records, plans, sql};
use domain::account::{Role, StaffMember};
use domain::ids::{ApplicationId, PlanId, RoomId, SessionId};
use domain::page::rooms::{
    AdjustmentLine, ConflictLine, KeeperLine, RoomsPage, SeatLine, SeatMap, TicketState, UnplacedLine, WatchLine,
};
use domain::scores::Subject;
use domain::seating::{
    Busy, Conflict, Misfit, Needs, Person, Place, Room, Seating, Session, TicketWindow, Watch, arrange, staffing,
    verify,
};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Most lines of people without a seat, and of conflicts.
const MOST_LINES: usize = 200;

type Keepers = HashMap<(String, String), Vec<KeeperLine>>;

/// The page of rooms, with the seat map that was asked for.
pub async fn page(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    map: Option<(SessionId, RoomId)>,
) -> Result<RoomsPage, Error> {
    let ground = Ground::open(records, member, plan).await?;
    let known = Known::load(records, records.read(), &ground).await?;
    let row = seating::Entity::find_by_id(plan.to_string()).one(records.read()).await?;
    let tickets =
        ticket::Entity::find().filter(ticket::Column::PlanId.eq(plan.to_string())).all(records.read()).await?;
    let numbers: HashMap<String, String> = tickets.into_iter().map(|one| (one.application_id, one.number)).collect();
    let against = verify(&known.hall, &known.seatings);
    let blocks = blocks(&known);
    let sites = plans::sites(records, plan).await?;
    let unplaced = if known.seatings.is_empty() { Vec::new() } else { unplaced(&known) };
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let given = known.given();
    let whole =
        known.hall.people.iter().filter(|one| one.subjects.iter().all(|subject| given.contains(&(one.id, subject))));
    let waiting = whole.filter(|one| !numbers.contains_key(&one.id.to_string())).count();
    let asked = map.and_then(|(session, room)| Some((known.hall.session(session)?, known.hall.room(room)?)));
    let map = asked.map(|(session, room)| seat_map(&known, session, room, &numbers, &against));
    let staff = keepers(records.read(), plan).await?;
    let spans = known.hall.sessions.iter().map(|session| (session.from, session.to));
    let times = spans.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
    let busy = match times.filter(|_| !staff.is_empty()) {
        Some(times) => on_duty_elsewhere(records.read(), &ground.plan, times).await?,
        None => Vec::new(),
    };
    Ok(RoomsPage {
        now: records.now(),
        plan,
        title: ground.plan.title.clone(),
        number: ground.plan.number.clone(),
        exam_on: ground.plan.exam_on,
        subjects: ground.plan.subjects.clone(),
        sites: sites.into_iter().map(|site| (site.id, site.name)).collect(),
        route: row.as_ref().map_or_else(String::new, |row| row.route.clone()),
        revision: row.as_ref().map_or(0, |row| row.revision),
        people: count(known.hall.people.len()),
        wanted: count(known.wanted()),
        seated: count(known.seatings.len()),
        unplaced,
        conflicts: against
            .iter()
            .filter(|(.., conflict)| conflict.is_firm())
            .take(MOST_LINES)
            .map(|(id, place, conflict)| line_of(&known, *id, *place, conflict))
            .collect(),
        maps: blocks
            .iter()
            .map(|(session, room, people)| ((*session).clone(), (*room).clone(), count(people.len())))
            .collect(),
        map,
        watches: blocks.iter().map(|one| watch(one, &staff, &blocks, &busy)).collect(),
        adjustments: adjustments(records, plan).await?,
        requests: requests(records, "plan_id", &plan.to_string()).await?,
        tickets: TicketState {
            published: published(row.as_ref())?,
            tickets: count(numbers.len()),
            waiting: count(waiting),
        },
        may_arrange: member.role == Role::Manager,
        rooms: known.rooms,
        sessions: known.sessions,
    })
}

/// When tickets were published, and for which days.
pub(super) fn published(row: Option<&seating::Model>) -> Result<Option<(Timestamp, TicketWindow)>, Error> {
    let Some(row) = row else { return Ok(None) };
    match (row.published_at, row.opens_on.as_deref(), row.closes_on.as_deref()) {
        (None, None, None) => Ok(None),
        (Some(at), Some(opens), Some(closes)) => match (opens.parse(), closes.parse()) {
            (Ok(opens), Ok(closes)) => Ok(Some((Timestamp(at), TicketWindow { opens, closes }))),
            _ => Err(Error::bad_row("seating", &row.plan_id, "window")),
        },
        _ => Err(Error::bad_row("seating", &row.plan_id, "published")),
    }
}

type Block<'a> = (&'a Session, &'a Room, Vec<&'a Person>);

/// Rooms during sessions with people, in order of time.
fn blocks(known: &Known) -> Vec<Block<'_>> {
    let people: HashMap<ApplicationId, &Person> = known.hall.people.iter().map(|one| (one.id, one)).collect();
    let mut all: BTreeMap<(usize, usize), Vec<&Person>> = BTreeMap::new();
    for one in &known.seatings {
        let session = known.hall.sessions.iter().position(|session| session.id == one.place.session);
        let room = known.hall.rooms.iter().position(|room| room.id == one.place.room);
        if let (Some(session), Some(room)) = (session, room) {
            all.entry((session, room)).or_default().extend(people.get(&one.person));
        }
    }
    all.into_iter().map(|((at, room), people)| (&known.hall.sessions[at], &known.hall.rooms[room], people)).collect()
}

/// Who has no seat, and why: what arranging the rest would say.
fn unplaced(known: &Known) -> Vec<UnplacedLine> {
    let has = known.given();
    let open: Vec<(ApplicationId, &str)> = known
        .hall
        .people
        .iter()
        .flat_map(|one| one.subjects.iter().map(|subject| (one.id, subject.as_str())))
        .filter(|one| !has.contains(one))
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    let made = arrange(&known.hall, &known.seatings, 0);
    let why: HashMap<(ApplicationId, String), Misfit> =
        made.unplaced.into_iter().map(|one| ((one.person, one.subject), one.why)).collect();
    open.into_iter()
        .take(MOST_LINES)
        .map(|(id, subject)| UnplacedLine {
            id,
            name: known.name(id),
            number: known.names.get(&id).map_or_else(String::new, |named| named.number.clone()),
            subject: subject.to_owned(),
            why: why.get(&(id, subject.to_owned())).cloned(),
        })
        .collect()
}

fn line_of(known: &Known, id: ApplicationId, place: Place, conflict: &Conflict) -> ConflictLine {
    let subject = known.hall.session(place.session).map_or("", |session| session.subject.as_str());
    ConflictLine {
        id,
        name: known.name(id),
        place,
        subject: subject.to_owned(),
        room: known.room_name(place).to_owned(),
        conflict: conflict.clone(),
    }
}

fn seat_map(
    known: &Known,
    session: &Session,
    room: &Room,
    numbers: &HashMap<String, String>,
    against: &[(ApplicationId, Place, Conflict)],
) -> SeatMap {
    let mut firm: HashSet<Place> = HashSet::new();
    let mut beside: HashSet<Place> = HashSet::new();
    for (_, place, conflict) in against {
        let set = if conflict.is_firm() { &mut firm } else { &mut beside };
        set.insert(*place);
    }
    let here = |one: &&Seating| one.place.session == session.id && one.place.room == room.id;
    let mut seats: Vec<SeatLine> = known
        .seatings
        .iter()
        .filter(here)
        .map(|one| {
            let person = known.hall.person(one.person);
            let named = known.names.get(&one.person);
            let number = named.map_or_else(String::new, |named| named.number.clone());
            SeatLine {
                seat: one.place.seat,
                id: one.person,
                name: known.name(one.person),
                ticket: numbers.get(&one.person.to_string()).cloned().unwrap_or(number),
                unit: person.map_or_else(String::new, |person| person.unit.clone()),
                fixed: one.fixed,
                needs: person.map_or_else(Needs::default, |person| person.needs),
                firm: firm.contains(&one.place),
                beside: beside.contains(&one.place),
            }
        })
        .collect();
    seats.sort_by_key(|one| one.seat);
    SeatMap { session: session.clone(), room: room.clone(), seats }
}

fn watch(block: &Block<'_>, staff: &Keepers, blocks: &[Block<'_>], busy: &[Busy]) -> WatchLine {
    let &(session, room, ref people) = block;
    let there = staff.get(&(session.id.to_string(), room.id.to_string())).map_or(&[][..], Vec::as_slice);
    let mut units: BTreeMap<&str, u32> = BTreeMap::new();
    for person in people {
        *units.entry(&person.unit).or_default() += 1;
    }
    let touches = |other: &Session| other.from < session.to && session.from < other.to;
    let elsewhere = blocks
        .iter()
        .filter(|(other, place, _)| (other.id, place.id) != (session.id, room.id) && touches(other))
        .flat_map(|(other, place, _)| {
            let lines = staff.get(&(other.id.to_string(), place.id.to_string())).map_or(&[][..], Vec::as_slice);
            lines.iter().map(|line| (line.keeper.name.as_str(), place.name.as_str()))
        })
        .collect();
    // Skill tests and reviews are marked on the spot.
    let assessed = matches!(Subject::named(&session.subject), Some(Subject::Practical | Subject::Comprehensive));
    let facts = Watch {
        assessed,
        people: u32::try_from(people.len()).unwrap_or(u32::MAX),
        units: units.into_iter().collect(),
        day: session.from.day(),
        span: (session.from, session.to),
        keepers: there.iter().map(|line| &line.keeper).collect(),
        elsewhere,
        other_plans: busy.iter().filter(|one| one.span.0 < session.to && session.from < one.span.1).collect(),
    };
    WatchLine {
        session: session.clone(),
        room: room.clone(),
        people: facts.people,
        assessed,
        faults: staffing(&facts),
        keepers: there.to_vec(),
    }
}

async fn adjustments(records: &Records, plan: PlanId) -> Result<Vec<AdjustmentLine>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        application_id: String,
        name: String,
        ground_floor: i64,
        extra_minutes: i64,
        reason_sealed: Vec<u8>,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT j.application_id, a.name, j.ground_floor, j.extra_minutes, j.reason_sealed FROM adjustment j
         JOIN application a ON a.id = j.application_id WHERE j.plan_id = $1 ORDER BY j.at, j.application_id",
        vec![plan.to_string().into()],
    )
    .await?;
    let line = |row: Row| {
        let id = &row.application_id;
        Ok(AdjustmentLine {
            id: id.parse().map_err(|_| Error::bad_row("adjustment", id, "application"))?,
            name: row.name,
            needs: Needs {
                ground_floor: row.ground_floor != 0,
                extra_minutes: u16::try_from(row.extra_minutes).unwrap_or_default(),
            },
            reason: records.inner.keys.open_text(&place("adjustment", "reason", id), &row.reason_sealed)?,
        })
    };
    rows.into_iter().map(line).collect()
}
