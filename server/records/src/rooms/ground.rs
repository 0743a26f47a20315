//! What every act on rooms begins with: whose plan it is, who sits its exam, which rooms, sessions and seats there are.

use crate::applications::load;
use crate::entity::{exam_seat, seating};
use crate::{Error, Records, Tx, sql};
use domain::application::axes::{Axes, Money};
use domain::form::Answers;
use domain::ids::{ApplicationId, PlanId};
use domain::page::rooms::{RoomLine, SessionLine};
use domain::seating::{Hall, Needs, Person, Place, Room, Seating, Session};
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QuerySelect, Set};
use std::collections::{HashMap, HashSet};

pub(super) use crate::desk::ground::Ground;

/// Rows written by one statement.
pub(super) const AT_ONCE: usize = 500;

/// Names of somebody with a seat, or to be seated.
pub(super) struct Named {
    pub name: String,
    pub number: String,
}

/// Everything about the exam of a plan.
pub(super) struct Known {
    pub hall: Hall,
    pub rooms: Vec<RoomLine>,
    pub sessions: Vec<SessionLine>,
    pub seatings: Vec<Seating>,
    pub names: HashMap<ApplicationId, Named>,
}

impl Known {
    /// Reads it all.
    pub(super) async fn load<C: ConnectionTrait>(records: &Records, db: &C, ground: &Ground) -> Result<Known, Error> {
        let plan = ground.plan.id;
        let mut known = Known {
            hall: Hall::default(),
            rooms: rooms(db, plan).await?,
            sessions: sessions(db, plan).await?,
            seatings: Vec::new(),
            names: HashMap::new(),
        };
        known.hall.rooms = known.rooms.iter().map(|line| line.room.clone()).collect();
        known.hall.sessions = known.sessions.iter().map(|line| line.session.clone()).collect();
        people(records, db, ground, &mut known).await?;
        let rows: Vec<SeatRow> = sql::all(
            db,
            "SELECT e.application_id, e.session_id, e.room_id, e.seat, e.fixed, a.name, a.number
             FROM exam_seat e JOIN application a ON a.id = e.application_id WHERE e.plan_id = $1
             ORDER BY e.application_id, e.subject",
            vec![plan.to_string().into()],
        )
        .await?;
        for row in rows {
            let bad = |why: &str| Error::bad_row("exam_seat", &row.application_id, why);
            let person: ApplicationId = row.application_id.parse().map_err(|_| bad("application"))?;
            let place = Place {
                session: row.session_id.parse().map_err(|_| bad("session"))?,
                room: row.room_id.parse().map_err(|_| bad("room"))?,
                seat: u16::try_from(row.seat).map_err(|_| bad("seat"))?,
            };
            known.seatings.push(Seating { person, place, fixed: row.fixed != 0 });
            let named = Named { name: row.name, number: row.number.unwrap_or_default() };
            known.names.entry(person).or_insert(named);
        }
        for line in &mut known.rooms {
            let there = known.seatings.iter().filter(|one| one.place.room == line.room.id).count();
            line.seated = u32::try_from(there).unwrap_or(u32::MAX);
        }
        for line in &mut known.sessions {
            let there = known.seatings.iter().filter(|one| one.place.session == line.session.id).count();
            line.seated = u32::try_from(there).unwrap_or(u32::MAX);
        }
        Ok(known)
    }

    /// Name of a person; empty for nobody.
    pub(super) fn name(&self, id: ApplicationId) -> String {
        self.names.get(&id).map_or_else(String::new, |named| named.name.clone())
    }

    /// Name of a room.
    pub(super) fn room_name(&self, place: Place) -> &str {
        self.hall.room(place.room).map_or("", |room| &room.name)
    }

    /// Who sits at a place.
    pub(super) fn at(&self, place: Place) -> Option<&Seating> {
        self.seatings.iter().find(|one| one.place == place)
    }

    /// Seats to give: one for each person and subject.
    pub(super) fn wanted(&self) -> usize {
        self.hall.people.iter().map(|person| person.subjects.len()).sum()
    }

    /// Who has a seat in which subject.
    pub(super) fn given(&self) -> HashSet<(ApplicationId, &str)> {
        let subject = |one: &Seating| Some((one.person, self.hall.session(one.place.session)?.subject.as_str()));
        self.seatings.iter().filter_map(subject).collect()
    }
}

#[derive(FromQueryResult)]
struct SeatRow {
    application_id: String,
    session_id: String,
    room_id: String,
    seat: i64,
    fixed: i64,
    name: String,
    number: Option<String>,
}

#[derive(FromQueryResult)]
struct RoomRow {
    id: String,
    site_id: Option<String>,
    name: String,
    address: String,
    subject: String,
    seat_rows: i64,
    seat_columns: i64,
    capacity: i64,
    ground_floor: i64,
}

/// Rooms, in the order in which they were entered.
pub(super) async fn rooms<C: ConnectionTrait>(db: &C, plan: PlanId) -> Result<Vec<RoomLine>, Error> {
    let rows: Vec<RoomRow> = sql::all(
        db,
        "SELECT id, site_id, name, address, subject, seat_rows, seat_columns, capacity, ground_floor FROM exam_room
         WHERE plan_id = $1 ORDER BY created_at, id",
        vec![plan.to_string().into()],
    )
    .await?;
    let line = |row: RoomRow| {
        let bad = |why: &str| Error::bad_row("exam_room", &row.id, why);
        let small = |number: i64, why: &str| u16::try_from(number).map_err(|_| bad(why));
        let room = Room {
            id: row.id.parse().map_err(|_| bad("id"))?,
            name: row.name.clone(),
            site: row.site_id.as_deref().map(str::parse).transpose().map_err(|_| bad("site"))?,
            rows: small(row.seat_rows, "seat_rows")?,
            columns: small(row.seat_columns, "seat_columns")?,
            capacity: small(row.capacity, "capacity")?,
            ground_floor: row.ground_floor != 0,
            subject: (!row.subject.is_empty()).then(|| row.subject.clone()),
        };
        Ok(RoomLine { room, address: row.address.clone(), seated: 0 })
    };
    rows.into_iter().map(line).collect()
}

#[derive(FromQueryResult)]
struct SessionRow {
    id: String,
    subject: String,
    note: String,
    starts_at: i64,
    ends_at: i64,
    entry_minutes: i64,
    late_minutes: i64,
}

/// Sessions, in order of time.
pub(super) async fn sessions<C: ConnectionTrait>(db: &C, plan: PlanId) -> Result<Vec<SessionLine>, Error> {
    let rows: Vec<SessionRow> = sql::all(
        db,
        "SELECT id, subject, note, starts_at, ends_at, entry_minutes, late_minutes FROM exam_session
         WHERE plan_id = $1 ORDER BY starts_at, id",
        vec![plan.to_string().into()],
    )
    .await?;
    let line = |row: SessionRow| {
        let bad = |why: &str| Error::bad_row("exam_session", &row.id, why);
        let small = |number: i64, why: &str| u16::try_from(number).map_err(|_| bad(why));
        Ok(SessionLine {
            session: Session {
                id: row.id.parse().map_err(|_| bad("id"))?,
                subject: row.subject.clone(),
                from: Timestamp(row.starts_at),
                to: Timestamp(row.ends_at),
            },
            note: row.note.clone(),
            entry_minutes: small(row.entry_minutes, "entry_minutes")?,
            late_minutes: small(row.late_minutes, "late_minutes")?,
            seated: 0,
        })
    };
    rows.into_iter().map(line).collect()
}

#[derive(FromQueryResult)]
struct PersonRow {
    id: String,
    number: Option<String>,
    name: String,
    site_id: Option<String>,
    money: String,
    due_until: Option<i64>,
    answers_sealed: Option<Vec<u8>>,
    texts: Option<String>,
    ground_floor: Option<i64>,
    extra_minutes: Option<i64>,
}

/// Everybody who sits the exam: approved, and not given up for want of payment.
async fn people<C: ConnectionTrait>(
    records: &Records,
    db: &C,
    ground: &Ground,
    known: &mut Known,
) -> Result<(), Error> {
    let plan = &ground.plan;
    let rows: Vec<PersonRow> = sql::all(
        db,
        "SELECT a.id, a.number, a.name, a.site_id, a.money, a.due_until, f.answers_sealed, f.texts, j.ground_floor, j.extra_minutes
         FROM application a LEFT JOIN frozen f ON f.application_id = a.id AND f.round = a.round
         LEFT JOIN adjustment j ON j.application_id = a.id
         WHERE a.plan_id = $1 AND a.stage = 'approved' ORDER BY a.number, a.id",
        vec![plan.id.to_string().into()],
    )
    .await?;
    let mut busy = busy(db, plan.id).await?;
    let level = plan.level.map_or_else(String::new, |level| level.short().to_owned());
    let group = format!("{} {level}", plan.occupation_and_trade());
    for row in rows {
        let money = Money::parse(&row.money, row.due_until.map(Timestamp)).unwrap_or_default();
        let axes = Axes { money, ..Axes::default() }.at(&ground.profile.payment, records.now());
        if matches!(axes.money, Money::Expired { .. }) {
            continue;
        }
        let bad = |why: &str| Error::bad_row("application", &row.id, why);
        let id: ApplicationId = row.id.parse().map_err(|_| bad("id"))?;
        let answers: Answers = match &row.answers_sealed {
            Some(sealed) => load::unseal(records, "frozen", &row.id, sealed)?,
            None => Answers::default(),
        };
        let unit = ["employer", "school"].iter().map(|key| answers.get(key).trim());
        known.hall.people.push(Person {
            id,
            group: group.clone(),
            unit: unit.into_iter().find(|unit| !unit.is_empty()).unwrap_or_default().to_owned(),
            subjects: ground.subjects_of(row.texts.as_deref()),
            site: row.site_id.as_deref().map(str::parse).transpose().map_err(|_| bad("site"))?,
            needs: Needs {
                ground_floor: row.ground_floor.unwrap_or_default() != 0,
                extra_minutes: u16::try_from(row.extra_minutes.unwrap_or_default()).unwrap_or_default(),
            },
            busy: busy.remove(&row.id).unwrap_or_default(),
        });
        known.names.insert(id, Named { name: row.name, number: row.number.unwrap_or_default() });
    }
    Ok(())
}

type Spans = Vec<(Timestamp, Timestamp)>;

/// When people of a plan sit the exams of other plans.
async fn busy<C: ConnectionTrait>(db: &C, plan: PlanId) -> Result<HashMap<String, Spans>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        starts_at: i64,
        ends_at: i64,
    }
    let rows: Vec<Row> = sql::all(
        db,
        "SELECT a.id, s.starts_at, s.ends_at FROM application a
         JOIN application b ON b.account_id = a.account_id AND b.stage = 'approved' AND b.plan_id <> a.plan_id
         JOIN exam_seat e ON e.application_id = b.id JOIN exam_session s ON s.id = e.session_id
         WHERE a.plan_id = $1 AND a.stage = 'approved' ORDER BY a.id, s.starts_at",
        vec![plan.to_string().into()],
    )
    .await?;
    let mut all: HashMap<String, Spans> = HashMap::new();
    for row in rows {
        all.entry(row.id).or_default().push((Timestamp(row.starts_at), Timestamp(row.ends_at)));
    }
    Ok(all)
}

/// The row of a plan's seats, held until the transaction ends; made where there is none yet.
pub(super) async fn held(tx: &Tx, plan: PlanId) -> Result<seating::Model, Error> {
    let fresh = seating::ActiveModel {
        plan_id: Set(plan.to_string()),
        revision: Set(0),
        route: Set(String::new()),
        last_seq: Set(0),
        ..Default::default()
    };
    seating::Entity::insert(fresh)
        .on_conflict_do_nothing_on([seating::Column::PlanId])
        .exec_without_returning(&tx.db)
        .await?;
    let row = seating::Entity::find_by_id(plan.to_string()).lock_exclusive().one(&tx.db).await?;
    row.ok_or(Error::NotFound)
}

/// The same, for a page that was drawn from revision `seen`.
pub(super) async fn held_at(tx: &Tx, plan: PlanId, seen: i64) -> Result<seating::Model, Error> {
    let row = held(tx, plan).await?;
    if row.revision == seen { Ok(row) } else { Err(Error::ChangedMeanwhile) }
}

/// Saves the row; its revision counts up with every change.
pub(super) async fn save(tx: &Tx, row: &mut seating::Model) -> Result<(), Error> {
    row.revision += 1;
    row.clone().into_active_model().reset_all().update(&tx.db).await?;
    Ok(())
}

/// Writes seats.
pub(super) async fn put_seats(tx: &Tx, plan: PlanId, hall: &Hall, seatings: &[Seating]) -> Result<(), Error> {
    for some in seatings.chunks(AT_ONCE) {
        let rows = some.iter().map(|one| exam_seat::ActiveModel {
            application_id: Set(one.person.to_string()),
            subject: Set(hall.session(one.place.session).map(|session| session.subject.clone()).unwrap_or_default()),
            plan_id: Set(plan.to_string()),
            session_id: Set(one.place.session.to_string()),
            room_id: Set(one.place.room.to_string()),
            seat: Set(one.place.seat.into()),
            fixed: Set(one.fixed.into()),
        });
        exam_seat::Entity::insert_many(rows).exec_without_returning(&tx.db).await?;
    }
    Ok(())
}

/// The chain of history of a plan's exam.
pub(super) fn chain(plan: PlanId) -> String {
    format!("rooms/{plan}")
}
