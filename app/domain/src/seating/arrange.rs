//! Everybody gets a room first, then a seat in it. The same facts and the same seed give the same seats.

use super::inside::{Occupant, seat_room};
use super::{Hall, Needs, Place, RoomFault, Seating, Session, overlap, suits};
use crate::ids::{ApplicationId, RoomId, SessionId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Why somebody got no seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Misfit {
    /// No session has this subject.
    NoSession,
    /// No room serves this subject.
    NoRoom,
    /// No room at the chosen site.
    NoRoomAtSite,
    /// No room without stairs.
    NoGroundFloor,
    /// Every session with a suitable room falls into another exam of the same person.
    Clash {
        /// The other subject; empty where it is an exam of another plan.
        with: String,
    },
    /// All suitable rooms are full.
    Full {
        /// Seats that suit.
        seats: u32,
    },
}

/// Somebody without a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unplaced {
    /// Who.
    pub person: ApplicationId,
    /// In which subject.
    pub subject: String,
    /// Why.
    pub why: Misfit,
}

/// What came of arranging.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arrangement {
    /// Seats, by session, room and seat.
    pub seatings: Vec<Seating>,
    /// Who got none, and why.
    pub unplaced: Vec<Unplaced>,
}

/// A room during a session.
struct Block {
    session: usize,
    room: usize,
    people: Vec<usize>,
    /// Other blocks of the same room, at the same time or so soon after that extra time may reach into them.
    rivals: Vec<usize>,
    /// The group that sits here, while it is one.
    group: Option<String>,
    /// The longest extra time of anybody here, in minutes.
    extra: u16,
}

struct Work<'a> {
    hall: &'a Hall,
    blocks: Vec<Block>,
    /// Sessions of each person so far, and the block of each.
    taken: Vec<Vec<usize>>,
    /// Seats that stay as they are.
    fixed: HashMap<(usize, usize), (u16, usize)>,
}

/// Seats everybody in every subject. `kept` are seats that stay; of these, only those that are possible are taken.
pub fn arrange(hall: &Hall, kept: &[Seating], seed: u64) -> Arrangement {
    let mut work = Work::begin(hall);
    work.keep(kept);
    let mut dice = Dice(seed);
    let mut out = Arrangement::default();
    let mut order: Vec<&str> = Vec::new();
    let mut sessions: Vec<_> = hall.sessions.iter().collect();
    sessions.sort_by_key(|session| (session.from, session.id));
    for session in sessions {
        if !order.contains(&session.subject.as_str()) {
            order.push(&session.subject);
        }
    }
    for person in &hall.people {
        for subject in &person.subjects {
            if !order.contains(&subject.as_str()) {
                order.push(subject);
            }
        }
    }
    for subject in order {
        let left = work.fill(subject, &mut dice);
        out.unplaced.extend(left.into_iter().map(|person| Unplaced {
            person: hall.people[person].id,
            subject: subject.to_owned(),
            why: work.why(person, subject),
        }));
    }
    out.seatings = work.seats(&mut dice);
    out
}

impl<'a> Work<'a> {
    fn begin(hall: &'a Hall) -> Work<'a> {
        let mut blocks = Vec::new();
        let mut sessions: Vec<usize> = (0..hall.sessions.len()).collect();
        sessions.sort_by_key(|at| (hall.sessions[*at].from, hall.sessions[*at].id));
        for session in sessions {
            for (room, facts) in hall.rooms.iter().enumerate() {
                if facts.serves(&hall.sessions[session].subject) && facts.capacity > 0 {
                    blocks.push(Block { session, room, people: Vec::new(), rivals: Vec::new(), group: None, extra: 0 });
                }
            }
        }
        let most = hall.people.iter().map(|person| person.needs.extra_minutes).max().unwrap_or(0);
        let mut by_room: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, block) in blocks.iter().enumerate() {
            by_room.entry(block.room).or_default().push(at);
        }
        for at in 0..blocks.len() {
            let one = lasts(&hall.sessions[blocks[at].session], most);
            let rivals = by_room[&blocks[at].room]
                .iter()
                .copied()
                .filter(|other| *other != at && overlap(one, lasts(&hall.sessions[blocks[*other].session], most)));
            blocks[at].rivals = rivals.collect();
        }
        Work { hall, blocks, taken: vec![Vec::new(); hall.people.len()], fixed: HashMap::new() }
    }

    fn keep(&mut self, kept: &[Seating]) {
        let people: HashMap<ApplicationId, usize> =
            self.hall.people.iter().enumerate().map(|(at, person)| (person.id, at)).collect();
        let blocks: HashMap<(SessionId, RoomId), usize> = self
            .blocks
            .iter()
            .enumerate()
            .map(|(at, block)| ((self.hall.sessions[block.session].id, self.hall.rooms[block.room].id), at))
            .collect();
        let mut seats: HashMap<Place, ApplicationId> = HashMap::new();
        for seating in kept {
            let place = seating.place;
            let (Some(&person), Some(&block)) = (people.get(&seating.person), blocks.get(&(place.session, place.room)))
            else {
                continue;
            };
            let room = &self.hall.rooms[self.blocks[block].room];
            let subject = &self.hall.sessions[self.blocks[block].session].subject;
            let there = place.seat >= 1 && place.seat <= room.capacity && !seats.contains_key(&place);
            let sits = self.hall.people[person].subjects.contains(subject) && !self.has(person, subject);
            if there && sits && self.fits(person, block) {
                seats.insert(place, seating.person);
                self.put(person, block);
                self.fixed.insert((block, person), (place.seat, person));
            }
        }
    }

    fn has(&self, person: usize, subject: &str) -> bool {
        self.taken[person].iter().any(|session| self.hall.sessions[*session].subject == subject)
    }

    /// Whether nobody else uses the room while this block lasts, extra time included.
    fn open(&self, block: usize) -> bool {
        self.open_for(block, self.blocks[block].extra)
    }

    /// The same, once somebody with this extra time sits there, too.
    fn open_for(&self, block: usize, extra: u16) -> bool {
        let span = |at: usize, extra: u16| lasts(&self.hall.sessions[self.blocks[at].session], extra);
        let own = span(block, self.blocks[block].extra.max(extra));
        self.blocks[block].rivals.iter().all(|rival| {
            let other = &self.blocks[*rival];
            other.people.is_empty() || !overlap(own, span(*rival, other.extra))
        })
    }

    fn free(&self, block: usize) -> usize {
        let block = &self.blocks[block];
        usize::from(self.hall.rooms[block.room].capacity).saturating_sub(block.people.len())
    }

    fn put(&mut self, person: usize, block: usize) {
        let session = self.blocks[block].session;
        self.taken[person].push(session);
        self.blocks[block].people.push(person);
        if self.blocks[block].group.is_none() {
            self.blocks[block].group = Some(self.hall.people[person].group.clone());
        }
        self.blocks[block].extra = self.blocks[block].extra.max(self.hall.people[person].needs.extra_minutes);
    }

    fn fits(&self, person: usize, block: usize) -> bool {
        let (session, room) = (self.blocks[block].session, self.blocks[block].room);
        let facts = &self.hall.people[person];
        suits(facts, &self.hall.rooms[room]).is_ok()
            && self.open_for(block, facts.needs.extra_minutes)
            && self.clash(person, session, None).is_none()
    }

    /// The other exam that a session falls into; `but` is a session that would be left.
    fn clash(&self, person: usize, session: usize, but: Option<usize>) -> Option<String> {
        let facts = &self.hall.people[person];
        let span = facts.span(&self.hall.sessions[session]);
        if facts.busy.iter().any(|busy| overlap(*busy, span)) {
            return Some(String::new());
        }
        let others = self.taken[person].iter().filter(|taken| Some(**taken) != but);
        let mut others = others.map(|taken| &self.hall.sessions[*taken]);
        others.find(|other| overlap(facts.span(other), span)).map(|other| other.subject.clone())
    }

    /// Gives everybody a room in one subject; who is left over got none.
    fn fill(&mut self, subject: &str, dice: &mut Dice) -> Vec<usize> {
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, person) in self.hall.people.iter().enumerate() {
            if person.subjects.iter().any(|own| own == subject) && !self.has(at, subject) {
                groups.entry(&person.group).or_default().push(at);
            }
        }
        let mut groups: Vec<(&str, Vec<usize>)> = groups.into_iter().collect();
        groups.sort_by_key(|(name, people)| (usize::MAX - people.len(), *name));
        let mut own: Vec<usize> = (0..self.blocks.len())
            .filter(|at| self.hall.sessions[self.blocks[*at].session].subject == subject)
            .collect();
        // Within a session the rooms that serve nothing else come first.
        let from = |at: usize| self.hall.sessions[self.blocks[at].session].from;
        own.sort_by_key(|at| (from(*at), self.hall.rooms[self.blocks[*at].room].subject.is_none()));
        let mut left = Vec::new();
        for (group, people) in groups {
            let (needy, others): (Vec<usize>, Vec<usize>) = mixed(self.hall, people, dice)
                .into_iter()
                .partition(|at| self.hall.people[*at].needs != Needs::default());
            let rest = self.spread(group, needy, &own, true);
            left.extend(self.spread(group, rest, &own, false));
            left.extend(self.spread(group, others, &own, false));
        }
        // What rooms of other groups have left; and once somebody with extra time was moved, what that set free.
        loop {
            let before = left.len();
            left.retain(|person| {
                let block = own.iter().copied().find(|at| self.free(*at) > 0 && self.fits(*person, *at));
                if let Some(block) = block {
                    self.put(*person, block);
                }
                block.is_none()
            });
            left.retain(|person| !self.make_room(*person, &own));
            if left.is_empty() || left.len() == before {
                return left;
            }
        }
    }

    /// Fills the blocks of a group evenly, one after the other. `packed` puts people into as few rooms as possible.
    fn spread(&mut self, group: &str, mut people: Vec<usize>, own: &[usize], packed: bool) -> Vec<usize> {
        for (place, &block) in own.iter().enumerate() {
            if people.is_empty() {
                break;
            }
            let ours = |work: &Self, at: usize| work.blocks[at].group.as_deref().is_none_or(|known| known == group);
            if !ours(self, block) || !self.open(block) || self.free(block) == 0 {
                continue;
            }
            let mut quota = self.free(block);
            if !packed {
                // As few further rooms as needed, and none of them nearly empty.
                let (mut seats, mut rooms) = (quota, 1_usize);
                for &next in &own[place + 1..] {
                    if seats >= people.len() {
                        break;
                    }
                    if ours(self, next) && self.open(next) {
                        seats += self.free(next);
                        rooms += 1;
                    }
                }
                if rooms > 1 && seats > people.len() {
                    quota = quota.min((people.len() * quota).div_ceil(seats));
                }
            }
            let mut rest = Vec::with_capacity(people.len());
            for person in people {
                if quota > 0 && self.fits(person, block) {
                    self.put(person, block);
                    quota -= 1;
                } else {
                    rest.push(person);
                }
            }
            people = rest;
        }
        people
    }

    /// Makes room for somebody by moving one other person of the subject to a room with a free seat.
    fn make_room(&mut self, person: usize, own: &[usize]) -> bool {
        let spare: Vec<usize> = own.iter().copied().filter(|at| self.free(*at) > 0 && self.open(*at)).collect();
        for &block in own {
            if !self.fits(person, block) {
                continue;
            }
            let session = self.blocks[block].session;
            for place in 0..self.blocks[block].people.len() {
                let other = self.blocks[block].people[place];
                if self.fixed.contains_key(&(block, other)) {
                    continue;
                }
                let to = spare.iter().copied().find(|to| {
                    let target = &self.blocks[*to];
                    *to != block
                        && self.open_for(*to, self.hall.people[other].needs.extra_minutes)
                        && suits(&self.hall.people[other], &self.hall.rooms[target.room]).is_ok()
                        && self.clash(other, target.session, Some(session)).is_none()
                });
                if let Some(to) = to {
                    self.blocks[block].people.remove(place);
                    let stay = self.blocks[block].people.iter().map(|at| self.hall.people[*at].needs.extra_minutes);
                    let longest = stay.max().unwrap_or(0);
                    self.blocks[block].extra = longest;
                    self.taken[other].retain(|taken| *taken != session);
                    self.put(other, to);
                    self.put(person, block);
                    return true;
                }
            }
        }
        false
    }

    /// Why nothing was found: the first thing that would have to change.
    fn why(&self, person: usize, subject: &str) -> Misfit {
        let hall = self.hall;
        if !hall.sessions.iter().any(|session| session.subject == subject) {
            return Misfit::NoSession;
        }
        let rooms: Vec<_> = hall.rooms.iter().filter(|room| room.serves(subject) && room.capacity > 0).collect();
        if rooms.is_empty() {
            return Misfit::NoRoom;
        }
        let facts = &hall.people[person];
        let faults: Vec<_> = rooms.iter().map(|room| suits(facts, room)).collect();
        if !faults.contains(&Ok(())) {
            let stairs = faults.contains(&Err(RoomFault::Stairs));
            return if stairs { Misfit::NoGroundFloor } else { Misfit::NoRoomAtSite };
        }
        let suitable: Vec<usize> = (0..self.blocks.len())
            .filter(|at| {
                let block = &self.blocks[*at];
                hall.sessions[block.session].subject == subject && suits(facts, &hall.rooms[block.room]).is_ok()
            })
            .collect();
        let clashes: Vec<Option<String>> =
            suitable.iter().map(|at| self.clash(person, self.blocks[*at].session, None)).collect();
        if let (true, Some(Some(with))) = (clashes.iter().all(Option::is_some), clashes.first()) {
            return Misfit::Clash { with: with.clone() };
        }
        let seats = suitable.iter().filter(|at| self.open_for(**at, facts.needs.extra_minutes));
        let seats: usize = seats.map(|at| usize::from(hall.rooms[self.blocks[*at].room].capacity)).sum();
        Misfit::Full { seats: u32::try_from(seats).unwrap_or(u32::MAX) }
    }

    fn seats(&self, dice: &mut Dice) -> Vec<Seating> {
        let mut all = Vec::new();
        for (at, block) in self.blocks.iter().enumerate() {
            if block.people.is_empty() {
                continue;
            }
            let room = &self.hall.rooms[block.room];
            let people: Vec<Occupant<'_>> = block
                .people
                .iter()
                .map(|person| Occupant {
                    unit: &self.hall.people[*person].unit,
                    fixed: self.fixed.get(&(at, *person)).map(|(seat, _)| *seat),
                })
                .collect();
            let seats = seat_room(room, &people, dice);
            all.extend(block.people.iter().zip(seats).map(|(person, seat)| Seating {
                person: self.hall.people[*person].id,
                place: Place { session: self.hall.sessions[block.session].id, room: room.id, seat },
                fixed: self.fixed.contains_key(&(at, *person)),
            }));
        }
        let when: HashMap<SessionId, _> = self.hall.sessions.iter().map(|one| (one.id, one.from)).collect();
        all.sort_by_key(|one| (when.get(&one.place.session).copied(), one.place));
        all
    }
}

/// How long a session keeps its room, with this extra time.
fn lasts(session: &Session, extra: u16) -> (Timestamp, Timestamp) {
    (session.from, Timestamp(session.to.0 + i64::from(extra) * 60_000))
}

/// People of one group in an order in which every stretch has its share of every unit.
fn mixed(hall: &Hall, mut people: Vec<usize>, dice: &mut Dice) -> Vec<usize> {
    dice.shuffle(&mut people);
    let unit = |at: &usize| -> &str { &hall.people[*at].unit };
    let mut sizes: HashMap<&str, u64> = HashMap::new();
    for person in &people {
        *sizes.entry(unit(person)).or_default() += 1;
    }
    let mut seen: HashMap<&str, u64> = HashMap::new();
    let mut keyed: Vec<(u64, usize)> = Vec::with_capacity(people.len());
    for person in people {
        let (nth, size) = (seen.entry(unit(&person)).or_default(), sizes[unit(&person)]);
        keyed.push((((2 * *nth + 1) << 24) / (2 * size), person));
        *nth += 1;
    }
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, person)| person).collect()
}

/// Dice that fall by their seed alone (SplitMix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            let other = (self.next() % (at as u64 + 1)) as usize;
            all.swap(at, other);
        }
    }
}
