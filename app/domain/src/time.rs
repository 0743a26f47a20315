//! Moments and days. The country keeps one zone, Asia/Shanghai (UTC+8, no summer time),
//! so the offset is a constant and neither browser nor server needs a zone database.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};

const SHANGHAI_OFFSET_MS: i64 = 8 * 3_600_000;

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The moment that a clock on a wall in Shanghai shows as `at`.
    pub fn from_shanghai(at: NaiveDateTime) -> Self {
        Timestamp(at.and_utc().timestamp_millis() - SHANGHAI_OFFSET_MS)
    }

    /// First moment of a day in Shanghai.
    pub fn start_of(day: NaiveDate) -> Self {
        Self::from_shanghai(day.and_time(NaiveTime::MIN))
    }

    /// Last full second of a day in Shanghai, 23:59:59: how the seeds write an inclusive close.
    pub fn end_of(day: NaiveDate) -> Self {
        Timestamp(Self::start_of(day).0 + 86_399_000)
    }

    /// What a clock on a wall in Shanghai shows.
    pub fn in_shanghai(self) -> NaiveDateTime {
        DateTime::from_timestamp_millis(self.0 + SHANGHAI_OFFSET_MS).unwrap_or_default().naive_utc()
    }

    /// The day in Shanghai.
    pub fn day(self) -> NaiveDate {
        self.in_shanghai().date()
    }

    /// This moment moved by `delta`.
    pub fn plus(self, delta: TimeDelta) -> Self {
        Timestamp(self.0 + delta.num_milliseconds())
    }

    /// Milliseconds from `earlier` until this moment; negative when this one comes first.
    pub fn since(self, earlier: Timestamp) -> i64 {
        self.0 - earlier.0
    }

    /// Reads `2026-11-21 23:59:59` or `2026-11-21` (start of the day), as the seeds print it.
    pub fn parse_shanghai(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(at) = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S") {
            return Some(Self::from_shanghai(at));
        }
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Self::start_of)
    }
}

/// `周六` for a Saturday.
pub fn weekday(day: NaiveDate) -> &'static str {
    ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][day.weekday().num_days_from_monday() as usize]
}

/// `12月6日 周日`, with the year in front when it differs from `today`'s: `2027年1月17日 周日`.
pub fn chinese_date(day: NaiveDate, today: NaiveDate) -> String {
    let year = if day.year() == today.year() { String::new() } else { format!("{}年", day.year()) };
    format!("{year}{}月{}日 {}", day.month(), day.day(), weekday(day))
}

/// `12月6日 周日 23:59`.
pub fn chinese_moment(at: Timestamp, today: NaiveDate) -> String {
    let local = at.in_shanghai();
    format!("{} {:02}:{:02}", chinese_date(local.date(), today), local.hour(), local.minute())
}

/// `2026-11-21 23:59:59`: the form of the official pages.
pub fn official_moment(at: Timestamp) -> String {
    at.in_shanghai().format("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_its_last_second_in_shanghai() {
        let day = NaiveDate::from_ymd_opt(2024, 3, 28).unwrap();
        assert_eq!(official_moment(Timestamp::end_of(day)), "2024-03-28 23:59:59");
        assert_eq!(Timestamp::start_of(day).0, 1_711_555_200_000);
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let close = Timestamp::parse_shanghai("2026-12-06 23:59:59").unwrap();
        assert_eq!(chinese_moment(close, today), "12月6日 周日 23:59");
        let exam = NaiveDate::from_ymd_opt(2027, 1, 17).unwrap();
        assert_eq!(chinese_date(exam, today), "2027年1月17日 周日");
    }
}
