//! Solving backwards: the latest legal dates once the exam is set.

use super::days::{Counting, LeadTimes, WorkCalendar};
use super::point::{TimePoint, TimePoints};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// The latest days on which things counted back from the exam may still happen; those without a
/// setting are absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LatestDates {
    /// Electronic forms are handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eform_due: Option<NaiveDate>,
    /// The plan is filed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_filed: Option<NaiveDate>,
    /// Paper is handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper_due: Option<NaiveDate>,
    /// Tickets can be printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_start: Option<NaiveDate>,
}

/// The latest legal dates for an exam on this day.
pub fn latest_dates(exam: NaiveDate, settings: &LeadTimes, calendar: &WorkCalendar) -> LatestDates {
    let leads = Counting::of_leads(settings, calendar);
    let windows = Counting::of_windows(settings, calendar);
    let lead = |need: Option<u16>| need.and_then(|need| leads.latest_start(exam, need));
    LatestDates {
        eform_due: lead(settings.eform_lead),
        plan_filed: lead(settings.filing_lead),
        paper_due: lead(settings.paper_lead),
        ticket_start: match (settings.ticket_offset, settings.ticket_min_days) {
            (Some(offset), _) => exam.checked_sub_days(Days::new(u64::from(offset))),
            (None, Some(need)) => windows.latest_start(exam, need),
            (None, None) => None,
        },
    }
}

/// A whole plan for an exam on this day with every point at its latest legal date: what a planner
/// starts from. Opening of registration and publicity of scores stay with the office.
pub fn latest_schedule(exam: NaiveDate, settings: &LeadTimes, calendar: &WorkCalendar) -> TimePoints {
    let latest = latest_dates(exam, settings, calendar);
    let windows = Counting::of_windows(settings, calendar);
    let point = |day: Option<NaiveDate>| day.map(TimePoint::Day);
    let eve = exam.pred_opt();
    let roster_pub_start = settings.pub_min_days.and_then(|need| windows.latest_start(exam, need));
    let review_close = match (settings.review_before_pub, roster_pub_start) {
        (true, Some(start)) => eve.map(|eve| eve.min(start)),
        _ => eve,
    };
    TimePoints {
        reg_close: point(review_close),
        review_close: point(review_close),
        pay_deadline: point(eve),
        roster_pub_start: point(roster_pub_start),
        roster_pub_end: roster_pub_start.map(|_| TimePoint::Day(exam)),
        eform_due: point(latest.eform_due),
        plan_filed: point(latest.plan_filed),
        paper_due: point(latest.paper_due),
        ticket_start: point(latest.ticket_start),
        ticket_end: latest.ticket_start.map(|_| TimePoint::Day(exam)),
        exams: vec![TimePoint::Day(exam)],
        ..TimePoints::default()
    }
}
