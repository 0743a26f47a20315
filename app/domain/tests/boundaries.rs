//! Dates across the year, and on the days on which other countries turn their clocks: here a day always has 24 hours.

#![allow(clippy::expect_used, reason = "a test that cannot read its dates has failed")]

use chrono::{Days, NaiveDate};
use domain::time::Timestamp;
use domain::timeline::{DayUnit, LeadTimes, TimePoint, WorkCalendar, check, propose};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

#[test]
fn a_plan_for_the_first_days_of_the_year_is_solved_back_into_the_old_one() {
    for unit in [DayUnit::Calendar, DayUnit::Working] {
        let rules = LeadTimes {
            pub_min_days: Some(10),
            ticket_min_days: Some(10),
            ticket_ends_on_exam_day: true,
            eform_lead: Some(20),
            filing_lead: Some(15),
            paper_lead: Some(7),
            day_unit: unit,
            ..LeadTimes::default()
        };
        for exam in ["2027-01-01", "2027-01-03", "2028-02-29", "2028-03-01"] {
            let exam = day(exam);
            let today = exam.checked_sub_days(Days::new(120)).expect("a day");
            let calendar = WorkCalendar::default();
            let times = propose(&[TimePoint::Day(exam)], &rules, &calendar, today);
            assert_eq!(check(&times, &rules, &calendar), [], "{exam} {unit:?}");
            assert_eq!(times.ticket_end.map(TimePoint::day), Some(exam));
            assert!(times.ticket_start.is_some_and(|point| point.day() < exam && point.day() >= today), "{exam}");
        }
    }
}

#[test]
fn every_day_has_twenty_four_hours() {
    // The ends of two years, a leap day, and the days on which Europe and America change their clocks.
    for date in ["2026-12-31", "2027-01-01", "2028-02-29", "2027-03-14", "2027-03-28", "2027-10-31", "2027-11-07"] {
        let first = Timestamp::from_shanghai(day(date).and_time(chrono::NaiveTime::MIN));
        let next = Timestamp::from_shanghai(day(date).succ_opt().expect("a day").and_time(chrono::NaiveTime::MIN));
        assert_eq!(next.0 - first.0, 86_400_000, "{date}");
        assert_eq!((first.day(), Timestamp(next.0 - 1).day()), (day(date), day(date)));
        assert_eq!(TimePoint::Day(day(date)).ends().0, next.0 - 1_000, "until 23:59:59 on {date}");
    }
}
