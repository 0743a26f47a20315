//! What speaks against a seat: the rule that arranging keeps, for changes by hand.

use super::{Hall, Person, Place, RoomFault, Seating, Session, overlap, suits};
use crate::ids::{ApplicationId, RoomId, SessionId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Something that speaks against a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Conflict {
    /// There is no such person, session or room, or the room has no such seat.
    NoSuchPlace {
        /// Seats of the room.
        seats: u16,
    },
    /// The person does not sit this subject.
    NotTheirs {
        /// 科目
        subject: String,
    },
    /// The room serves another subject.
    OtherSubject {
        /// The subject that it serves.
        serves: String,
    },
    /// The room belongs to another site than the person chose.
    OtherSite,
    /// The room has stairs, and the person was granted one without.
    Stairs,
    /// The time falls into another session of the same person.
    Clash {
        /// 科目 of the other session.
        with: String,
        /// Its begin.
        from: Timestamp,
    },
    /// The time falls into an exam of another plan.
    Elsewhere {
        /// Its begin.
        from: Timestamp,
    },
    /// The room is used by another session at that time.
    RoomBusy {
        /// 科目 of the other session.
        with: String,
    },
    /// Somebody sits there.
    Taken {
        /// Who.
        by: ApplicationId,
    },
    /// A neighbour comes from the same unit. This alone may be overruled.
    SameUnit {
        /// Employer or school.
        unit: String,
        /// The neighbour's seat.
        seat: u16,
    },
}

impl Conflict {
    /// Whether it cannot be overruled.
    pub fn is_firm(&self) -> bool {
        !matches!(self, Conflict::SameUnit { .. })
    }
}

/// Everything that speaks against `person` sitting at `place`; the person's present seat in that subject counts as left.
pub fn conflicts(hall: &Hall, seatings: &[Seating], person: ApplicationId, place: Place) -> Vec<Conflict> {
    Seen::of(hall, seatings).against(person, place)
}

/// Everything that speaks against seats as they are: after rooms, sessions or people have changed.
pub fn verify(hall: &Hall, seatings: &[Seating]) -> Vec<(ApplicationId, Place, Conflict)> {
    let seen = Seen::of(hall, seatings);
    let all = seatings.iter().flat_map(|one| {
        let found = seen.against(one.person, one.place);
        found.into_iter().map(|conflict| (one.person, one.place, conflict))
    });
    all.collect()
}

struct Seen<'a> {
    hall: &'a Hall,
    people: HashMap<ApplicationId, &'a Person>,
    of_person: HashMap<ApplicationId, Vec<Place>>,
    at: HashMap<Place, Vec<ApplicationId>>,
    sessions_of_room: HashMap<RoomId, Vec<SessionId>>,
    /// The longest extra time of anybody in a room during a session, in minutes.
    extra: HashMap<(SessionId, RoomId), u16>,
}

impl<'a> Seen<'a> {
    fn of(hall: &'a Hall, seatings: &[Seating]) -> Seen<'a> {
        let mut seen = Seen {
            hall,
            people: hall.people.iter().map(|person| (person.id, person)).collect(),
            of_person: HashMap::new(),
            at: HashMap::new(),
            sessions_of_room: HashMap::new(),
            extra: HashMap::new(),
        };
        for one in seatings {
            seen.of_person.entry(one.person).or_default().push(one.place);
            seen.at.entry(one.place).or_default().push(one.person);
            let sessions = seen.sessions_of_room.entry(one.place.room).or_default();
            if !sessions.contains(&one.place.session) {
                sessions.push(one.place.session);
            }
            let minutes = seen.people.get(&one.person).map_or(0, |person| person.needs.extra_minutes);
            let longest = seen.extra.entry((one.place.session, one.place.room)).or_default();
            *longest = minutes.max(*longest);
        }
        seen
    }

    fn against(&self, id: ApplicationId, place: Place) -> Vec<Conflict> {
        let hall = self.hall;
        let (Some(person), Some(session), Some(room)) =
            (self.people.get(&id), hall.session(place.session), hall.room(place.room))
        else {
            return vec![Conflict::NoSuchPlace { seats: 0 }];
        };
        let mut found = Vec::new();
        if place.seat < 1 || place.seat > room.capacity {
            found.push(Conflict::NoSuchPlace { seats: room.capacity });
        }
        if !person.subjects.contains(&session.subject) {
            found.push(Conflict::NotTheirs { subject: session.subject.clone() });
        }
        if let Some(serves) = room.subject.as_ref().filter(|_| !room.serves(&session.subject)) {
            found.push(Conflict::OtherSubject { serves: serves.clone() });
        }
        match suits(person, room) {
            Err(RoomFault::OtherSite) => found.push(Conflict::OtherSite),
            Err(RoomFault::Stairs) => found.push(Conflict::Stairs),
            Ok(()) => {}
        }
        found.extend(self.clash(person, session));
        if let Some(with) = self.busy_room(session, place.room, person.needs.extra_minutes) {
            found.push(Conflict::RoomBusy { with });
        }
        let there = self.at.get(&place).map_or(&[][..], Vec::as_slice);
        found.extend(there.iter().filter(|other| **other != id).map(|by| Conflict::Taken { by: *by }));
        if !person.unit.is_empty() && place.seat >= 1 {
            for seat in room.neighbours(place.seat) {
                let beside = self.at.get(&Place { seat, ..place }).map_or(&[][..], Vec::as_slice);
                let same = |other: &&ApplicationId| {
                    **other != id && self.people.get(other).is_some_and(|other| other.unit == person.unit)
                };
                found
                    .extend(beside.iter().filter(same).map(|_| Conflict::SameUnit { unit: person.unit.clone(), seat }));
            }
        }
        found
    }

    fn clash(&self, person: &Person, session: &Session) -> Option<Conflict> {
        let span = person.span(session);
        if let Some((from, _)) = person.busy.iter().find(|busy| overlap(**busy, span)) {
            return Some(Conflict::Elsewhere { from: *from });
        }
        let places = self.of_person.get(&person.id).map_or(&[][..], Vec::as_slice);
        let mut others = places.iter().filter_map(|place| self.hall.session(place.session));
        let other = others.find(|other| other.subject != session.subject && overlap(person.span(other), span))?;
        Some(Conflict::Clash { with: other.subject.clone(), from: other.from })
    }

    /// Another session that uses the room at that time: as long as anybody in it has extra time. `extra` is that of who would
    /// sit there.
    fn busy_room(&self, session: &Session, room: RoomId, extra: u16) -> Option<String> {
        let sessions = self.sessions_of_room.get(&room)?;
        let mut others = sessions.iter().filter(|other| **other != session.id).filter_map(|id| self.hall.session(*id));
        let of = |one: &Session| self.extra.get(&(one.id, room)).copied().unwrap_or(0);
        let lasts = |one: &Session, extra: u16| (one.from, Timestamp(one.to.0 + i64::from(extra) * 60_000));
        let span = lasts(session, of(session).max(extra));
        others.find(|other| overlap(lasts(other, of(other)), span)).map(|other| other.subject.clone())
    }
}
