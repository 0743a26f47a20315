//! 准考证: its number, and the days on which it can be printed.

use crate::profile::{Profile, fill};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// The pattern of a ticket's number where the procedure sets none: ten digits of the plan, four of the person.
const PATTERN: &str = "{plan_serial}{seq:4}";

/// First and last day on which tickets can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketWindow {
    /// First day.
    pub opens: NaiveDate,
    /// Last day, inclusive.
    pub closes: NaiveDate,
}

/// Why tickets cannot be published for these days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum WindowRefusal {
    /// Shorter than the procedure allows.
    #[error("{days} days, at least {need}")]
    TooShort {
        /// Days until the exam.
        days: i64,
        /// Days needed.
        need: u16,
        /// The latest day to begin.
        latest: NaiveDate,
    },
    /// It begins after the exam.
    #[error("begins after the exam")]
    AfterExam {
        /// First day of the exam.
        exam_on: NaiveDate,
    },
}

/// The digits of a plan's number: `2026-S-000911` gives `2026000911`.
pub fn plan_serial(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// The number of a ticket by the procedure's pattern.
pub fn ticket_no(profile: &Profile, plan_number: &str, seq: u32) -> String {
    let pattern = match profile.numbering.ticket_number.as_str() {
        "" => PATTERN,
        own => own,
    };
    let (serial, seq) = (plan_serial(plan_number), seq.to_string());
    let year = serial.get(..4).unwrap_or_default().to_owned();
    fill(pattern, &[("plan_serial", &serial), ("plan", plan_number), ("yyyy", &year), ("seq", &seq)])
}

/// A number in groups of four, as it is read aloud; anything but digits stays as it is.
pub fn grouped(number: &str) -> String {
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut out = String::with_capacity(number.len() * 2);
    for (at, digit) in number.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// The days on which tickets can be printed: from `asked` on, or from the day of the procedure, to the exam day.
pub fn ticket_window(
    profile: &Profile,
    asked: Option<NaiveDate>,
    today: NaiveDate,
    first_exam: NaiveDate,
    last_exam: NaiveDate,
) -> Result<TicketWindow, WindowRefusal> {
    let back = |days: u64| first_exam.checked_sub_days(Days::new(days)).unwrap_or(first_exam);
    let own = match (profile.ticket.opens_days_before, profile.times.ticket_min_days) {
        (0, None) => today,
        (0, Some(days)) => back(days.into()).min(today),
        (days, _) => back(days.into()),
    };
    let opens = asked.unwrap_or(own);
    if opens > first_exam {
        return Err(WindowRefusal::AfterExam { exam_on: first_exam });
    }
    // What began in the past began today for those who wait for it.
    let days = (last_exam - opens.max(today)).num_days();
    if let Some(need) = profile.times.ticket_min_days
        && days < i64::from(need)
    {
        let latest = last_exam.checked_sub_days(Days::new(need.into())).unwrap_or(last_exam);
        return Err(WindowRefusal::TooShort { days, need, latest });
    }
    Ok(TicketWindow { opens, closes: last_exam })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_follow_the_pattern() {
        let mut profile = Profile::default();
        assert_eq!(ticket_no(&profile, "2026-S-001286", 17), "20260012860017");
        profile.numbering.ticket_number = "ZJ{yyyy}-{seq:5}".into();
        assert_eq!(ticket_no(&profile, "2026-S-001286", 17), "ZJ2026-00017");
        assert_eq!(grouped("20260012860017"), "2026 0012 8600 17");
        assert_eq!(grouped("ZJ2026-00017"), "ZJ2026-00017");
    }

    #[test]
    fn the_window_is_the_procedures() {
        let (mut profile, exam) = (Profile::default(), day("2027-01-17"));
        let ask = |profile: &Profile, asked, today| ticket_window(profile, asked, day(today), exam, exam);
        let window = ask(&profile, None, "2027-01-02").unwrap();
        assert_eq!((window.opens, window.closes), (day("2027-01-02"), exam));
        profile.ticket.opens_days_before = 5;
        assert_eq!(ask(&profile, None, "2027-01-02").unwrap().opens, day("2027-01-12"));
        profile.ticket.opens_days_before = 0;
        profile.times.ticket_min_days = Some(10);
        assert_eq!(ask(&profile, None, "2027-01-07").unwrap().opens, day("2027-01-07"));
        assert_eq!(
            ask(&profile, None, "2027-01-08"),
            Err(WindowRefusal::TooShort { days: 9, need: 10, latest: day("2027-01-07") })
        );
        assert!(matches!(ask(&profile, Some(day("2027-01-18")), "2027-01-01"), Err(WindowRefusal::AfterExam { .. })));
    }
}
