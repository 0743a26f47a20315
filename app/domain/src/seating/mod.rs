//! 编排: rooms, sessions and people; who sits where, what speaks against it, who watches over it.
//!
//! [`arrange`] seats everybody by one rule, [`conflicts`] holds a change by hand against the same rule.

mod arrange;
mod check;
mod inside;
mod staffing;
mod ticket;

pub use arrange::{Arrangement, Misfit, Unplaced, arrange};
pub use check::{Conflict, conflicts, verify};
pub use staffing::{
    Busy, Duty, Keeper, LEAST_ASSESSORS, LEAST_INVIGILATORS, PEOPLE_PER_INVIGILATOR, StaffingFault, Watch,
    invigilators_for, staffing,
};
pub use ticket::{TicketWindow, WindowRefusal, grouped, plan_serial, ticket_no, ticket_window};

use crate::ids::{ApplicationId, RoomId, SessionId, SiteId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Most rows, and most seats of a row, of one room.
pub const MOST_SIDE: u16 = 60;

/// 考场: seats in rows; seat 1 is in front at the left, counting goes along the rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Id.
    pub id: RoomId,
    /// Its name or number: 3, 203 机房.
    pub name: String,
    /// The site that it belongs to; none where the plan has one place alone.
    pub site: Option<SiteId>,
    /// Rows, 1 to [`MOST_SIDE`].
    pub rows: u16,
    /// Seats of a row, 1 to [`MOST_SIDE`].
    pub columns: u16,
    /// Seats that may be used, at most rows times columns.
    pub capacity: u16,
    /// Whether it is reached without stairs.
    pub ground_floor: bool,
    /// The only subject that it serves; none for all.
    pub subject: Option<String>,
}

impl Room {
    /// Row and column of a seat, both from 0.
    pub fn spot(&self, seat: u16) -> (u16, u16) {
        let place = seat.saturating_sub(1);
        (place / self.columns.max(1), place % self.columns.max(1))
    }

    /// The seats in front, behind, left and right of a seat, as far as there are any.
    pub fn neighbours(&self, seat: u16) -> impl Iterator<Item = u16> + use<> {
        let (columns, capacity) = (self.columns.max(1), self.capacity);
        let (_, column) = self.spot(seat);
        let left = (column > 0).then(|| seat - 1);
        let right = (column + 1 < columns).then(|| seat + 1);
        let front = seat.checked_sub(columns).filter(|seat| *seat > 0);
        let back = seat.checked_add(columns);
        [left, right, front, back].into_iter().flatten().filter(move |seat| *seat >= 1 && *seat <= capacity)
    }

    /// Whether a session of this subject may be held here.
    pub fn serves(&self, subject: &str) -> bool {
        self.subject.as_deref().is_none_or(|own| own == subject)
    }
}

/// 场次: one subject at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Id.
    pub id: SessionId,
    /// 科目, as the plan names it.
    pub subject: String,
    /// Begin.
    pub from: Timestamp,
    /// End.
    pub to: Timestamp,
}

/// What was granted to a person: 合理便利.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Needs {
    /// A room without stairs.
    pub ground_floor: bool,
    /// Minutes more than others have.
    pub extra_minutes: u16,
}

/// Somebody who sits the exam.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Application.
    pub id: ApplicationId,
    /// Trade and level: the same sit together.
    pub group: String,
    /// Employer or school; empty where there is none.
    pub unit: String,
    /// Subjects to sit.
    pub subjects: Vec<String>,
    /// The chosen site, where the plan has several.
    pub site: Option<SiteId>,
    /// What was granted.
    pub needs: Needs,
    /// Times that belong to other exams of the same person.
    pub busy: Vec<(Timestamp, Timestamp)>,
}

impl Person {
    /// How long a session keeps this person.
    pub fn span(&self, session: &Session) -> (Timestamp, Timestamp) {
        let extra = i64::from(self.needs.extra_minutes) * 60_000;
        (session.from, Timestamp(session.to.0 + extra))
    }
}

/// A seat in a room during a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// When.
    pub session: SessionId,
    /// Where.
    pub room: RoomId,
    /// Number of the seat, from 1.
    pub seat: u16,
}

/// Who sits where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seating {
    /// Who.
    pub person: ApplicationId,
    /// Where and when.
    pub place: Place,
    /// Whether arranging anew leaves it alone.
    pub fixed: bool,
}

/// Everything that seats are given by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hall {
    /// Rooms.
    pub rooms: Vec<Room>,
    /// Sessions.
    pub sessions: Vec<Session>,
    /// People.
    pub people: Vec<Person>,
}

impl Hall {
    /// A room by its id.
    pub fn room(&self, id: RoomId) -> Option<&Room> {
        self.rooms.iter().find(|room| room.id == id)
    }

    /// A session by its id.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// A person by id.
    pub fn person(&self, id: ApplicationId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }
}

/// Whether two spans of time touch.
pub(super) fn overlap(one: (Timestamp, Timestamp), other: (Timestamp, Timestamp)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

/// Whether somebody with these needs and this site may sit in a room at all.
pub(super) fn suits(person: &Person, room: &Room) -> Result<(), RoomFault> {
    if let (Some(wanted), Some(site)) = (person.site, room.site)
        && wanted != site
    {
        return Err(RoomFault::OtherSite);
    }
    if person.needs.ground_floor && !room.ground_floor {
        return Err(RoomFault::Stairs);
    }
    Ok(())
}

/// Why a room is none for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RoomFault {
    OtherSite,
    Stairs,
}
