//! When registration is open.

use super::point::{TimePoint, TimePoints};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How long after the close a request that began in time may still arrive, in seconds.
///
/// A slow upload must not cost anyone the exam; a minute covers the slowest we accept.
pub const IN_FLIGHT_GRACE_SECONDS: u32 = 60;

/// 报名时间, both ends inclusive: the whole last second still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RegistrationWindow {
    /// First moment.
    pub opens: Timestamp,
    /// Last second, usually 23:59:59.
    pub closes: Timestamp,
}

/// Where a moment lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WindowState {
    /// Before the opening.
    Upcoming,
    /// Within.
    Open,
    /// After the close.
    Closed,
}

/// A request that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Admission {
    /// It arrived while registration was open.
    InTime,
    /// It began while registration was open and arrived within the grace after the close.
    InFlight,
}

/// Why a request is not taken; the draft it carries is kept all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
pub enum WindowRefusal {
    /// Registration has not begun.
    #[error("registration has not opened yet")]
    NotYetOpen {
        /// When it opens.
        opens: Timestamp,
    },
    /// Registration is over.
    #[error("registration has closed")]
    Closed {
        /// Its last second.
        closed: Timestamp,
    },
}

impl RegistrationWindow {
    /// A window between two points; a close that is only a day lasts to 23:59:59 of it.
    pub fn between(opens: TimePoint, closes: TimePoint) -> Self {
        Self { opens: opens.starts(), closes: closes.ends() }
    }

    /// The window of a plan, once both ends are set.
    pub fn of(times: &TimePoints) -> Option<Self> {
        Some(Self::between(times.reg_open?, times.reg_close?))
    }

    /// Where `now` lies.
    pub fn state_at(&self, now: Timestamp) -> WindowState {
        if now < self.opens {
            WindowState::Upcoming
        } else if now < self.over() {
            WindowState::Open
        } else {
            WindowState::Closed
        }
    }

    /// Whether registration is open at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state_at(now) == WindowState::Open
    }

    /// Whether a request that began at `began` and arrived at `now` is taken. Both are readings
    /// of the server's clock: what a browser says about the time is no evidence.
    pub fn admit(&self, began: Timestamp, now: Timestamp, grace_seconds: u32) -> Result<Admission, WindowRefusal> {
        match self.state_at(now) {
            WindowState::Upcoming => Err(WindowRefusal::NotYetOpen { opens: self.opens }),
            WindowState::Open => Ok(Admission::InTime),
            WindowState::Closed => {
                let late_ms = now.since(self.over());
                if self.is_open(began) && late_ms < i64::from(grace_seconds) * 1000 {
                    Ok(Admission::InFlight)
                } else {
                    Err(WindowRefusal::Closed { closed: self.closes })
                }
            }
        }
    }

    /// The first moment after the last second.
    fn over(&self) -> Timestamp {
        Timestamp((self.closes.0.div_euclid(1000) + 1).saturating_mul(1000))
    }
}
