//! How days are counted, and how many of them a procedure asks for.

use super::{PointName, TimePoints};
use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// Lead times and windows of one procedure. No guide says how days are counted, so that is a
/// setting too; a rule whose setting is absent is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LeadTimes {
    /// Days the roster is public at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pub_min_days: Option<u16>,
    /// Days admission tickets can be printed at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket_min_days: Option<u16>,
    /// Tickets can be printed from exactly this many calendar days before the exam.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket_offset: Option<u16>,
    /// Ticket printing ends on the day of the (last) exam.
    pub ticket_ends_on_exam_day: bool,
    /// The roster becomes public only once review has ended.
    pub review_before_pub: bool,
    /// Days before the exam the electronic forms are handed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eform_lead: Option<u16>,
    /// Days before the exam the plan is filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filing_lead: Option<u16>,
    /// Days before the exam the paper is handed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper_lead: Option<u16>,
    /// Whether both ends of a window count.
    pub day_count: DayCount,
    /// Which days count.
    pub day_unit: DayUnit,
}

/// Whether both ends of a window count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayCount {
    /// From the 1st to the 11th are 10 days.
    #[default]
    Difference,
    /// From the 1st to the 10th are 10 days.
    Inclusive,
}

/// Which days count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayUnit {
    /// Every day.
    #[default]
    Calendar,
    /// Working days only, see [`WorkCalendar`].
    Working,
}

/// 国务院办公厅 announces each year which weekdays are off and which weekend days are worked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkCalendar {
    /// Weekdays off.
    pub holidays: Vec<NaiveDate>,
    /// Weekend days worked.
    pub extra_workdays: Vec<NaiveDate>,
}

/// Days are counted in a year whose working days nobody has announced yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownDays {
    /// The last year that the calendar knows, if it knows any.
    pub known: Option<i32>,
    /// The year that is counted in.
    pub year: i32,
}

impl WorkCalendar {
    /// The last year that the calendar knows. An announced year has weekdays off around its 1 October; 1 January alone is
    /// off before anything is announced.
    pub fn known_through(&self) -> Option<i32> {
        self.holidays.iter().filter(|day| day.month() == 10).map(Datelike::year).max()
    }

    /// Whether working days are counted beyond the years that the calendar knows: then dates may still move.
    pub fn unknown(&self, times: &TimePoints, rules: &LeadTimes) -> Option<UnknownDays> {
        if rules.day_unit != DayUnit::Working {
            return None;
        }
        let known = self.known_through();
        let points = PointName::ALL.into_iter().filter_map(|name| times.get(name));
        let year = points.chain(times.exams.iter().copied()).map(|at| at.day().year()).max()?;
        (known < Some(year)).then_some(UnknownDays { known, year })
    }

    /// Whether offices work on this day.
    pub fn is_workday(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.extra_workdays.contains(&day) || (!weekend && !self.holidays.contains(&day))
    }
}

/// Counts days the way one procedure does.
#[derive(Clone, Copy)]
pub(super) struct Counting<'a> {
    count: DayCount,
    unit: DayUnit,
    calendar: &'a WorkCalendar,
}

impl<'a> Counting<'a> {
    /// For windows: both ends count when the setting says so.
    pub(super) fn of_windows(settings: &LeadTimes, calendar: &'a WorkCalendar) -> Self {
        Self { count: settings.day_count, unit: settings.day_unit, calendar }
    }

    /// For lead times: "15 days before" never counts the day itself.
    pub(super) fn of_leads(settings: &LeadTimes, calendar: &'a WorkCalendar) -> Self {
        Self { count: DayCount::Difference, ..Self::of_windows(settings, calendar) }
    }

    fn counts(&self, day: NaiveDate) -> bool {
        self.unit == DayUnit::Calendar || self.calendar.is_workday(day)
    }

    /// Days from `from` to `to`; exact below `enough`, and not counted further than that.
    pub(super) fn days(&self, from: NaiveDate, to: NaiveDate, enough: u16) -> i64 {
        let inclusive = self.count == DayCount::Inclusive;
        if self.unit == DayUnit::Calendar {
            return (to - from).num_days() + i64::from(inclusive);
        }
        let mut days = 0;
        let mut day = if inclusive { Some(from) } else { from.succ_opt() };
        while let Some(at) = day
            && at <= to
            && days < i64::from(enough)
        {
            days += i64::from(self.counts(at));
            day = at.succ_opt();
        }
        days
    }

    /// The last day from which `need` days lead to `to`.
    pub(super) fn latest_start(&self, to: NaiveDate, need: u16) -> Option<NaiveDate> {
        let mut left = need;
        let mut day = to;
        loop {
            if left == 0 {
                return Some(day);
            }
            if self.counts(day) {
                left -= 1;
                if left == 0 && self.count == DayCount::Inclusive {
                    return Some(day);
                }
            }
            day = day.pred_opt()?;
        }
    }

    /// The first day to which `need` days lead from `from`.
    pub(super) fn earliest_end(&self, from: NaiveDate, need: u16) -> Option<NaiveDate> {
        let mut left = need;
        let mut day = from;
        if self.count == DayCount::Inclusive && self.counts(day) {
            left = left.saturating_sub(1);
        }
        while left > 0 {
            day = day.succ_opt()?;
            left -= u16::from(self.counts(day));
        }
        Some(day)
    }
}

#[cfg(test)]
mod tests {
    use super::super::TimePoint;
    use super::*;

    #[test]
    fn years_without_their_october_are_not_known() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let calendar =
            WorkCalendar { holidays: vec![day("2026-10-01"), day("2027-01-01")], extra_workdays: Vec::new() };
        let exam = |text: &str| TimePoints { exams: vec![TimePoint::parse(text).unwrap()], ..TimePoints::default() };
        let working = LeadTimes { day_unit: DayUnit::Working, ..LeadTimes::default() };
        assert_eq!(calendar.known_through(), Some(2026), "1 January alone is no announcement");
        assert_eq!(calendar.unknown(&exam("2026-12-31"), &working), None);
        let beyond = UnknownDays { known: Some(2026), year: 2027 };
        assert_eq!(calendar.unknown(&exam("2027-01-17"), &working), Some(beyond));
        assert_eq!(
            calendar.unknown(&exam("2027-01-17"), &LeadTimes::default()),
            None,
            "calendar days need no calendar"
        );
        let nothing = UnknownDays { known: None, year: 2026 };
        assert_eq!(WorkCalendar::default().unknown(&exam("2026-12-31"), &working), Some(nothing));
    }

    #[test]
    fn solving_backwards_and_forwards_meets_the_count() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let calendar = WorkCalendar {
            holidays: vec![day("2026-10-01"), day("2026-10-02"), day("2026-10-05")],
            extra_workdays: vec![day("2026-10-10")],
        };
        for day_count in [DayCount::Difference, DayCount::Inclusive] {
            for day_unit in [DayUnit::Calendar, DayUnit::Working] {
                let settings = LeadTimes { day_count, day_unit, ..LeadTimes::default() };
                let counting = Counting::of_windows(&settings, &calendar);
                for offset in 0..30 {
                    let to = day("2026-10-01") + chrono::Days::new(offset);
                    for need in 1..15 {
                        let start = counting.latest_start(to, need).unwrap();
                        assert!(counting.days(start, to, 99) >= i64::from(need));
                        assert!(counting.days(start.succ_opt().unwrap(), to, 99) < i64::from(need));
                        let end = counting.earliest_end(to, need).unwrap();
                        assert!(counting.days(to, end, 99) >= i64::from(need));
                        assert!(counting.days(to, end.pred_opt().unwrap(), 99) < i64::from(need));
                    }
                }
            }
        }
    }
}
