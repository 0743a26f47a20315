//! Solving a whole plan backwards from its exam: a schedule to begin with, the latest legal date of every point, who
//! must act, and mending what does not fit.

use super::check::{TimeRule, check};
use super::days::{Counting, LeadTimes, WorkCalendar};
use super::latest::latest_schedule;
use super::point::{PointName, TimePoint, TimePoints};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Days of registration in a proposal.
const REGISTRATION_DAYS: u64 = 20;
/// Days of review after the close in a proposal.
const REVIEW_DAYS: u64 = 3;
/// Days of marking after the last exam in a proposal.
const MARKING_DAYS: u64 = 7;
/// Days of score publicity in a proposal where the procedure names none.
const SCORE_DAYS: u16 = 7;
/// Most rounds of mending: more than there are points.
const ROUNDS: usize = 48;
/// How far ahead an exam is looked for, in days.
const HORIZON: u64 = 400;

/// Who must act at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The candidates.
    Applicants,
    /// The agency's reviewers.
    Reviewers,
    /// The agency.
    Agency,
    /// Everybody may look and object.
    Public,
}

/// One point of a plan: where it stands and how late it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// Which point; none is the exam itself.
    pub point: Option<PointName>,
    /// Where it is set.
    pub at: Option<TimePoint>,
    /// The latest legal day, counted back from the exam; none where nothing bounds it.
    pub latest: Option<NaiveDate>,
    /// Who must act.
    pub who: Who,
}

/// Who must act at a point.
pub const fn who(point: PointName) -> Who {
    match point {
        PointName::RegClose | PointName::PayDeadline | PointName::CorrectionDeadline => Who::Applicants,
        PointName::TicketStart | PointName::TicketEnd => Who::Applicants,
        PointName::ReviewClose => Who::Reviewers,
        PointName::RosterPubEnd | PointName::ScorePubEnd | PointName::ObjectionDue => Who::Public,
        PointName::RegOpen | PointName::RosterPubStart | PointName::ScorePubStart => Who::Agency,
        PointName::EformDue | PointName::PlanFiled | PointName::PaperDue => Who::Agency,
    }
}

/// Every point of a plan in the order of time, those that are not set at the end.
pub fn milestones(times: &TimePoints, settings: &LeadTimes, calendar: &WorkCalendar) -> Vec<Milestone> {
    let tight = times.first_exam().map(|exam| latest_schedule(exam.day(), settings, calendar));
    let latest = |point: PointName| {
        let tight = tight.as_ref()?;
        let bound = match point {
            // It opens before it closes.
            PointName::RegOpen => tight.reg_close,
            PointName::CorrectionDeadline => tight.review_close,
            PointName::ObjectionDue => tight.roster_pub_end,
            PointName::TicketEnd => tight.ticket_end.and(times.last_exam()),
            other => tight.get(other),
        };
        bound.map(TimePoint::day)
    };
    let mut all: Vec<Milestone> = PointName::ALL
        .iter()
        .map(|point| Milestone { point: Some(*point), at: times.get(*point), latest: latest(*point), who: who(*point) })
        // What a plan need not have is left out where it is not set.
        .filter(|stone| stone.at.is_some() || (stone.latest.is_some() && !is_extra(stone.point)))
        .collect();
    all.extend(times.first_exam().map(|exam| Milestone {
        point: None,
        at: Some(exam),
        latest: None,
        who: Who::Agency,
    }));
    // Whole days end with their last second: an end comes after a beginning on the same day.
    all.sort_by_key(|stone| (stone.at.is_none(), stone.at.map(TimePoint::ends), stone.latest, stone.point.is_none()));
    all
}

/// Points that the procedures know and the plan need not set.
const fn is_extra(point: Option<PointName>) -> bool {
    matches!(point, Some(PointName::CorrectionDeadline | PointName::ObjectionDue))
}

/// A schedule for these exams with room to breathe: everything solved backwards, each window at least as long as the
/// procedure asks. Where today leaves no room, it is as tight as the rules allow.
pub fn propose(exams: &[TimePoint], settings: &LeadTimes, calendar: &WorkCalendar, today: NaiveDate) -> TimePoints {
    let plain = TimePoints { exams: exams.to_vec(), ..TimePoints::default() };
    let (Some(first), Some(last)) = (plain.first_exam(), plain.last_exam()) else { return plain };
    let windows = Counting::of_windows(settings, calendar);
    let tight = latest_schedule(first.day(), settings, calendar);
    let eve = first.day().pred_opt();
    let back = |day: NaiveDate, days: u64| day.checked_sub_days(Days::new(days)).unwrap_or(day);
    // Tickets end with the last exam, which may be another day than the first.
    let ticket_end = tight.ticket_start.map(|_| last.day());
    let roster_pub_end = settings.pub_min_days.and(tight.ticket_start.map_or(eve, |start| start.day().pred_opt()));
    let roster_pub_start =
        settings.pub_min_days.and_then(|need| roster_pub_end.and_then(|end| windows.latest_start(end, need)));
    let review = roster_pub_start.and_then(|start| start.pred_opt()).or(eve).unwrap_or(first.day());
    let close = back(review, REVIEW_DAYS);
    let open = back(close, REGISTRATION_DAYS - 1);
    let score_start = last.day().checked_add_days(Days::new(MARKING_DAYS)).unwrap_or(last.day());
    let score_end = windows.earliest_end(score_start, settings.pub_min_days.unwrap_or(SCORE_DAYS).max(2));
    let day = |day: NaiveDate| Some(TimePoint::Day(day));
    let mut times = TimePoints {
        reg_open: day(open.max(today)),
        reg_close: day(close),
        review_close: day(review),
        pay_deadline: day(roster_pub_end.or(eve).unwrap_or(first.day()).max(review)),
        roster_pub_start: roster_pub_start.map(TimePoint::Day),
        roster_pub_end: roster_pub_end.map(TimePoint::Day),
        ticket_end: ticket_end.map(TimePoint::Day),
        score_pub_start: day(score_start),
        score_pub_end: score_end.map(TimePoint::Day),
        ..TimePoints { exams: exams.to_vec(), ..tight.clone() }
    };
    if close <= today {
        // No room to breathe: everything as late as the rules allow.
        times.reg_open = day(today);
        for point in [
            PointName::RegClose,
            PointName::ReviewClose,
            PointName::PayDeadline,
            PointName::RosterPubStart,
            PointName::RosterPubEnd,
        ] {
            times.set(point, tight.get(point));
        }
    }
    times
}

/// The dates with every broken rule mended by its own proposal. A point moves once: where another rule would move it
/// again, the other end of that rule moves. What no date can mend stays broken.
pub fn mend(times: &TimePoints, settings: &LeadTimes, calendar: &WorkCalendar) -> TimePoints {
    let mut better = times.clone();
    let mut moved: Vec<PointName> = Vec::new();
    for _ in 0..ROUNDS {
        let found = check(&better, settings, calendar);
        let own = found.iter().find(|one| one.fix.is_some() && !moved.contains(&one.point));
        let step = match own {
            Some(one) => one.fix.map(|fix| (one.point, fix)),
            None => found
                .iter()
                .filter_map(|one| other_end(one.rule, &better, settings, calendar))
                .find(|(point, _)| !moved.contains(point)),
        };
        let Some((point, to)) = step else { break };
        better.set(point, Some(to));
        moved.push(point);
    }
    better
}

/// How the other end of a rule would satisfy it.
fn other_end(
    rule: TimeRule,
    times: &TimePoints,
    settings: &LeadTimes,
    calendar: &WorkCalendar,
) -> Option<(PointName, TimePoint)> {
    match rule {
        TimeRule::PubMinDays => {
            let windows = Counting::of_windows(settings, calendar);
            let start = windows.latest_start(times.roster_pub_end?.day(), settings.pub_min_days?)?;
            Some((PointName::RosterPubStart, TimePoint::Day(start)))
        }
        TimeRule::ReviewBeforePub => Some((PointName::ReviewClose, TimePoint::Day(times.roster_pub_start?.day()))),
        TimeRule::ReviewAfterClose => Some((PointName::RegClose, times.review_close?)),
        TimeRule::OpenBeforeClose => Some((PointName::RegOpen, TimePoint::Day(times.reg_close?.day().pred_opt()?))),
        TimeRule::PayAfterReview => Some((PointName::ReviewClose, times.pay_deadline?)),
        _ => None,
    }
}

/// Points that should have happened before `today` and cannot any more: they can only be kept by a later exam.
pub fn overdue(times: &TimePoints, settings: &LeadTimes, calendar: &WorkCalendar, today: NaiveDate) -> Vec<Milestone> {
    let due = |stone: &Milestone| {
        let asked = matches!(stone.point, Some(PointName::EformDue | PointName::PlanFiled | PointName::PaperDue));
        asked && stone.latest.is_some_and(|latest| latest < today)
    };
    milestones(times, settings, calendar).into_iter().filter(due).collect()
}

/// The earliest exam day that today still leaves time for: a day of registration at least, and every lead time.
pub fn earliest_exam(today: NaiveDate, settings: &LeadTimes, calendar: &WorkCalendar) -> Option<NaiveDate> {
    today.iter_days().take(HORIZON as usize).find(|exam| {
        let tight = latest_schedule(*exam, settings, calendar);
        let in_time = |point: PointName| tight.get(point).is_none_or(|at| at.day() >= today);
        in_time(PointName::EformDue)
            && in_time(PointName::PlanFiled)
            && in_time(PointName::PaperDue)
            && in_time(PointName::RosterPubStart)
            && in_time(PointName::TicketStart)
            && tight.reg_close.is_none_or(|close| close.day() > today)
    })
}
