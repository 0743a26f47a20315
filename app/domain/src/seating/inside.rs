//! Seats within one room: no neighbours of one unit where that can be avoided. Seats to spare become gaps.

use super::Room;
use super::arrange::Dice;
use std::collections::BTreeMap;

/// Most exchanges that are tried in one room.
const MOST_TRIES: u32 = 400_000;

/// Somebody in the room.
pub(super) struct Occupant<'a> {
    /// Employer or school.
    pub unit: &'a str,
    /// A seat that stays.
    pub fixed: Option<u16>,
}

/// Gives everybody a seat, in the order of `people`. There are never more people than seats.
pub(super) fn seat_room(room: &Room, people: &[Occupant<'_>], dice: &mut Dice) -> Vec<u16> {
    let capacity = usize::from(room.capacity);
    let mut units: BTreeMap<&str, usize> = BTreeMap::new();
    for person in people {
        let next = units.len();
        units.entry(person.unit).or_insert(next);
    }
    let of = |person: usize| units[people[person].unit];
    let nobody = units.get("").copied();
    let mut desk = Desk { room, at: vec![None; capacity + 1], unit: (0..people.len()).map(of).collect(), nobody };
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); units.len()];
    let mut left = 0;
    for (person, facts) in people.iter().enumerate() {
        match facts.fixed.filter(|seat| usize::from(*seat) <= capacity) {
            Some(seat) => desk.at[usize::from(seat)] = Some(person),
            None => {
                waiting[of(person)].push(person);
                left += 1;
            }
        }
    }
    for one in &mut waiting {
        dice.shuffle(one);
    }
    let mut free = desk.at.iter().skip(1).filter(|seat| seat.is_none()).count();
    for seat in 1..=room.capacity {
        if desk.at[usize::from(seat)].is_some() || left == 0 {
            continue;
        }
        let beside: Vec<usize> = desk.beside(seat).collect();
        let allowed = |unit: &usize| Some(*unit) == nobody || !beside.contains(unit);
        let most = |units: &mut dyn Iterator<Item = usize>| -> Option<usize> {
            units.filter(|unit| !waiting[*unit].is_empty()).max_by_key(|unit| (waiting[*unit].len(), usize::MAX - unit))
        };
        let chosen = match most(&mut (0..waiting.len()).filter(allowed)) {
            Some(unit) => Some(unit),
            None if free > left => None,
            None => most(&mut (0..waiting.len())),
        };
        free -= 1;
        if let Some(person) = chosen.and_then(|unit| waiting[unit].pop()) {
            desk.at[usize::from(seat)] = Some(person);
            left -= 1;
        }
    }
    let stays: Vec<bool> = people.iter().map(|person| person.fixed.is_some()).collect();
    desk.improve(&stays);
    let mut seats = vec![0; people.len()];
    for seat in 1..=room.capacity {
        if let Some(person) = desk.at[usize::from(seat)] {
            seats[person] = seat;
        }
    }
    seats
}

struct Desk<'a> {
    room: &'a Room,
    /// Who sits there, by seat; the first is never used.
    at: Vec<Option<usize>>,
    unit: Vec<usize>,
    nobody: Option<usize>,
}

impl Desk<'_> {
    fn beside(&self, seat: u16) -> impl Iterator<Item = usize> + '_ {
        self.room.neighbours(seat).filter_map(|other| self.at[usize::from(other)].map(|person| self.unit[person]))
    }

    /// Neighbours of the same unit that a person would have at a seat, looking past whoever leaves `without`.
    fn cost(&self, person: Option<usize>, seat: u16, without: u16) -> usize {
        let Some(unit) = person.map(|person| self.unit[person]).filter(|unit| Some(*unit) != self.nobody) else {
            return 0;
        };
        let others = self.room.neighbours(seat).filter(|other| *other != without);
        others.filter(|other| self.at[usize::from(*other)].is_some_and(|person| self.unit[person] == unit)).count()
    }

    /// Exchanges two seats, or moves to a free one, wherever that leaves fewer neighbours of one unit.
    fn improve(&mut self, stays: &[bool]) {
        let mut tries = 0;
        for seat in 1..=self.room.capacity {
            let Some(person) = self.at[usize::from(seat)].filter(|person| !stays[*person]) else { continue };
            if self.cost(Some(person), seat, 0) == 0 {
                continue;
            }
            for other in 1..=self.room.capacity {
                tries += 1;
                if tries > MOST_TRIES {
                    return;
                }
                let there = self.at[usize::from(other)];
                if other == seat || there.is_some_and(|there| stays[there] || self.unit[there] == self.unit[person]) {
                    continue;
                }
                let before = self.cost(Some(person), seat, 0) + self.cost(there, other, 0);
                let after = self.cost(Some(person), other, seat) + self.cost(there, seat, other);
                if after < before {
                    self.at[usize::from(seat)] = there;
                    self.at[usize::from(other)] = Some(person);
                    break;
                }
            }
        }
    }
}
