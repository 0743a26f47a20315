//! 候补: a line before a full plan. Whoever comes first is offered the next free seat, and has some hours for it.

use crate::application::StageName;
use crate::message::{Way, rhythm};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a place in a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceState {
    /// In the line.
    Waiting,
    /// A seat is held for this person.
    Offered,
    /// Handed in with that seat, or with another one.
    Seated,
    /// The offer ran out, and the seat went to the next.
    Passed,
    /// Left the line.
    Left,
    /// The line ended: the review closed, or the plan was called off.
    Ended,
}

impl PlaceState {
    /// Every state.
    pub const ALL: [PlaceState; 6] = [
        PlaceState::Waiting,
        PlaceState::Offered,
        PlaceState::Seated,
        PlaceState::Passed,
        PlaceState::Left,
        PlaceState::Ended,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            PlaceState::Waiting => "waiting",
            PlaceState::Offered => "offered",
            PlaceState::Seated => "seated",
            PlaceState::Passed => "passed",
            PlaceState::Left => "left",
            PlaceState::Ended => "ended",
        }
    }

    /// Reads the word of the database.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether the person is in the line or holds an offer.
    pub fn is_open(self) -> bool {
        matches!(self, PlaceState::Waiting | PlaceState::Offered)
    }
}

/// A line, as everybody may see it: numbers, no names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Line {
    /// People in it.
    pub waiting: u32,
    /// Seats that are held for people who were offered one.
    pub offered: u32,
    /// Offers that were made so far.
    pub moved: u32,
    /// When the last one was made.
    pub last: Option<Timestamp>,
    /// Hours that an offer is held.
    pub hours: u32,
}

/// One's own place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Where it stands.
    pub state: PlaceState,
    /// People before this one; 0 for the first.
    pub ahead: u32,
    /// Since when.
    pub joined: Timestamp,
    /// Last moment of the offer.
    pub until: Option<Timestamp>,
    /// Name of the site it is for, where the plan has several and one was chosen.
    pub site: String,
    /// The line.
    pub line: Line,
}

impl Place {
    /// Until when a seat is held for this person, where one is.
    pub fn held_until(&self) -> Option<Timestamp> {
        self.until.filter(|_| self.state == PlaceState::Offered)
    }
}

/// Why nobody joins or leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PlaceRefusal {
    /// There are seats: nobody has to wait.
    #[error("there are {left} seats left")]
    SeatsLeft {
        /// Seats left.
        left: u32,
    },
    /// Registration is not open.
    #[error("registration is not open")]
    Closed {
        /// Its last second.
        closed: Timestamp,
    },
    /// It was handed in, or has ended.
    #[error("the application is {0:?}")]
    NotADraft(StageName),
    /// Not in the line.
    #[error("not in the line")]
    NotIn,
}

/// Last moment of an offer made `now`: some hours, but not beyond the end of the line.
pub fn offer_until(now: Timestamp, hours: u32, line_ends: Timestamp) -> Timestamp {
    Timestamp(now.0 + i64::from(hours) * 3_600_000).min(line_ends)
}

const HOUR_MS: i64 = 3_600_000;
/// Whoever is reminded has this long to act at least. An offer that is held no longer needs no reminder.
pub const REMIND_LEAST_MS: i64 = HOUR_MS;
/// However long an offer is held, nobody is reminded of it earlier than this before its end.
pub const REMIND_MOST_MS: i64 = 24 * HOUR_MS;
/// From the evening, when nobody is woken yet, to the hour at which the quiet hours end.
const EVENING_TO_MORNING_MS: i64 = (24 - rhythm::QUIET_FROM as i64 + 1 + rhythm::QUIET_TO as i64) * HOUR_MS;

/// When somebody is reminded of an offer: when a third of its time is left, in the bounds above. What falls into the quiet
/// hours waits for the morning where that leaves time enough, else it comes the evening before, where the offer was there
/// by then. None for an offer too short for a reminder.
pub fn remind_at(offered: Timestamp, until: Timestamp) -> Option<Timestamp> {
    let left = (until.since(offered) / 3).clamp(REMIND_LEAST_MS, REMIND_MOST_MS);
    let at = Timestamp(until.0 - left);
    if at <= offered {
        return None;
    }
    let morning = rhythm::earliest(Way::Sms, at);
    let evening = Timestamp(morning.0 - EVENING_TO_MORNING_MS);
    if morning == at || leaves_time(morning, until) {
        Some(morning)
    } else if evening > offered {
        Some(evening)
    } else {
        Some(at)
    }
}

/// Whether somebody is to be reminded by now. A server that slept through the moment does not make up for it at night,
/// if the morning is early enough.
pub fn is_reminder_due(offered: Timestamp, until: Timestamp, now: Timestamp) -> bool {
    let morning = rhythm::earliest(Way::Sms, now);
    remind_at(offered, until).is_some_and(|at| at <= now)
        && now <= until
        && (morning == now || !leaves_time(morning, until))
}

fn leaves_time(at: Timestamp, until: Timestamp) -> bool {
    until.since(at) >= REMIND_LEAST_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_shanghai(text).unwrap()
    }

    #[test]
    fn a_reminder_comes_by_day_and_leaves_time() {
        for (offered, hours, reminded) in [
            ("2026-11-21 06:00:00", 12, Some("2026-11-21 14:00:00")),
            ("2026-11-21 10:00:00", 2, Some("2026-11-21 11:00:00")),
            ("2026-11-21 10:00:00", 1, None),
            ("2026-11-21 10:00:00", 48, Some("2026-11-22 18:00:00")),
            // A third would be 56 hours; a day is early enough.
            ("2026-11-21 10:00:00", 168, Some("2026-11-27 10:00:00")),
            // Two in the morning waits for eight, which leaves two hours.
            ("2026-11-21 10:00:00", 24, Some("2026-11-22 08:00:00")),
            // Eight would leave half an hour: the evening before.
            ("2026-11-21 08:30:00", 24, Some("2026-11-21 21:00:00")),
            // The whole offer lies in the night: there is no other moment.
            ("2026-11-21 22:30:00", 6, Some("2026-11-22 02:30:00")),
        ] {
            let offered = at(offered);
            let until = Timestamp(offered.0 + hours * HOUR_MS);
            assert_eq!(remind_at(offered, until), reminded.map(at), "{offered:?} {hours}");
        }
    }

    #[test]
    fn a_reminder_that_was_slept_through_does_not_come_at_night() {
        let (offered, until) = (at("2026-11-21 10:00:00"), at("2026-11-23 10:00:00"));
        for (now, due) in [
            ("2026-11-22 17:59:59", false),
            ("2026-11-22 18:00:00", true),
            ("2026-11-22 23:00:00", false),
            ("2026-11-23 08:00:00", true),
            ("2026-11-23 10:00:00", true),
            ("2026-11-23 10:00:01", false),
        ] {
            assert_eq!(is_reminder_due(offered, until, at(now)), due, "{now}");
        }
        // In the morning it would be too late.
        assert!(is_reminder_due(at("2026-11-21 08:30:00"), at("2026-11-22 08:30:00"), at("2026-11-21 23:00:00")));
    }

    #[test]
    fn words_are_read_back() {
        for state in PlaceState::ALL {
            assert_eq!(PlaceState::parse(state.as_str()), Some(state));
        }
        assert_eq!(PlaceState::parse("lost"), None);
    }

    #[test]
    fn an_offer_ends_with_the_line_at_the_latest() {
        assert_eq!(offer_until(Timestamp(0), 24, Timestamp(i64::MAX)), Timestamp(24 * 3_600_000));
        assert_eq!(offer_until(Timestamp(0), 24, Timestamp(1_000)), Timestamp(1_000));
    }
}
