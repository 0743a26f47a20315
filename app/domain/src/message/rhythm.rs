//! When something is sent: quiet hours, and how long to wait after a failure.

use super::{Urgency, Way};
use crate::time::Timestamp;
use chrono::{Days, NaiveTime, Timelike};

/// No text message from this hour on, Shanghai time.
pub const QUIET_FROM: u32 = 22;
/// Nor before this hour.
pub const QUIET_TO: u32 = 8;
/// Minutes to wait after each failure; after the last one it is given up.
pub const WAITS: [i64; 5] = [1, 5, 30, 120, 720];
/// How long a node may take over one sending before another takes it up again, in milliseconds.
pub const LEASE_MS: i64 = 120_000;

/// The first moment from `at` on when this way may be used. Only text messages wake people.
pub fn earliest(way: Way, at: Timestamp) -> Timestamp {
    if way != Way::Sms {
        return at;
    }
    let wall = at.in_shanghai();
    let morning = NaiveTime::from_hms_opt(QUIET_TO, 0, 0).unwrap_or_default();
    let day = match wall.hour() {
        hour if hour < QUIET_TO => wall.date(),
        hour if hour >= QUIET_FROM => match wall.date().checked_add_days(Days::new(1)) {
            Some(next) => next,
            None => return at,
        },
        _ => return at,
    };
    Timestamp::from_shanghai(day.and_time(morning))
}

/// The first moment from `at` on when something of this urgency may leave: who waits at the screen is not left waiting until
/// the morning.
pub fn due(way: Way, urgency: Urgency, at: Timestamp) -> Timestamp {
    if urgency == Urgency::Now { at } else { earliest(way, at) }
}

/// When to try again after `attempts` failures; none once it is given up.
pub fn again(way: Way, urgency: Urgency, attempts: i64, now: Timestamp) -> Option<Timestamp> {
    let nth = usize::try_from(attempts.max(1) - 1).ok()?;
    let minutes = WAITS.get(nth)?;
    Some(due(way, urgency, Timestamp(now.0 + minutes * 60_000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_shanghai(text).unwrap()
    }

    #[test]
    fn a_text_message_waits_for_the_morning() {
        for (asked, sent) in [
            ("2026-11-21 07:59:59", "2026-11-21 08:00:00"),
            ("2026-11-21 08:00:00", "2026-11-21 08:00:00"),
            ("2026-11-21 21:59:59", "2026-11-21 21:59:59"),
            ("2026-11-21 22:00:00", "2026-11-22 08:00:00"),
            ("2026-12-31 23:30:00", "2027-01-01 08:00:00"),
            ("2026-11-21 00:00:00", "2026-11-21 08:00:00"),
        ] {
            assert_eq!(earliest(Way::Sms, at(asked)), at(sent), "{asked}");
            assert_eq!(earliest(Way::Mail, at(asked)), at(asked), "mail wakes nobody");
            assert_eq!(due(Way::Sms, Urgency::Due, at(asked)), at(sent));
            assert_eq!(due(Way::Sms, Urgency::Now, at(asked)), at(asked), "who waits for it is awake");
        }
    }

    #[test]
    fn five_failures_are_waited_for_and_the_sixth_is_the_end() {
        let now = at("2026-11-21 12:00:00");
        let after = |way, attempts, now| again(way, Urgency::Due, attempts, now);
        let waits: Vec<i64> = (1..=5).map(|n| after(Way::Mail, n, now).unwrap().since(now) / 60_000).collect();
        assert_eq!(waits, WAITS);
        assert_eq!(after(Way::Mail, 6, now), None);
        assert_eq!(after(Way::Sms, 5, at("2026-11-21 20:00:00")), Some(at("2026-11-22 08:00:00")));
        let night = at("2026-11-21 23:00:00");
        assert_eq!(again(Way::Sms, Urgency::Now, 1, night), Some(at("2026-11-21 23:01:00")));
    }
}
