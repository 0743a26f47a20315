//! 候补: a line before a full plan. Whoever comes first is offered the next free seat, and has some hours for it.

use crate::application::StageName;
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

#[cfg(test)]
mod tests {
    use super::*;

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
