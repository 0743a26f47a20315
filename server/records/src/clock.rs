//! The one place that reads the clock.

use domain::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The machine's clock moved by some milliseconds: for rehearsals in demo mode.
    Shifted(Arc<AtomicI64>),
    /// A clock that stands still until it is set: for tests.
    Frozen(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `at` until it is set again.
    pub fn frozen(at: Timestamp) -> Self {
        Clock::Frozen(Arc::new(AtomicI64::new(at.0)))
    }

    /// Sets a frozen clock to `at`, or a shifted one so that it shows `at` now. The system's clock cannot be set.
    pub fn set(&self, at: Timestamp) {
        match self {
            Clock::System => {}
            Clock::Shifted(shift) => shift.store(at.0 - machine_ms(), Ordering::SeqCst),
            Clock::Frozen(value) => value.store(at.0, Ordering::SeqCst),
        }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => Timestamp(machine_ms()),
            Clock::Shifted(shift) => Timestamp(machine_ms() + shift.load(Ordering::SeqCst)),
            Clock::Frozen(value) => Timestamp(value.load(Ordering::SeqCst)),
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the one place")]
fn machine_ms() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
