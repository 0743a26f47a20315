//! Whether the dates of a plan fit together.

use super::days::{Counting, DayUnit, LeadTimes, WorkCalendar};
use super::point::{PointName, TimePoint, TimePoints};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// One rule about the dates of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeRule {
    /// Registration opens before it closes.
    OpenBeforeClose,
    /// Registration closes before the first exam.
    CloseBeforeExam,
    /// Review ends with or after registration.
    ReviewAfterClose,
    /// The roster becomes public with or after the end of review.
    ReviewBeforePub,
    /// The roster is public long enough.
    PubMinDays,
    /// The roster's publicity ends by the day of the exam.
    PubBeforeExam,
    /// Ticket printing ends on the day of the exam.
    TicketEndsOnExamDay,
    /// Tickets can be printed long enough.
    TicketMinDays,
    /// Ticket printing starts a fixed number of days before the exam.
    TicketStartOffset,
    /// Electronic forms are handed in early enough.
    EformLead,
    /// The plan is filed early enough.
    FilingLead,
    /// Paper is handed in early enough.
    PaperLead,
    /// Scores become public after the last exam.
    ScorePubAfterExam,
    /// The publicity of scores ends after it starts.
    ScorePubOrder,
    /// Payment ends with or after review.
    PayAfterReview,
    /// Payment ends before the first exam.
    PayBeforeExam,
}

impl TimeRule {
    /// Every rule, in the order they are reported.
    pub const ALL: [TimeRule; 16] = [
        TimeRule::OpenBeforeClose,
        TimeRule::CloseBeforeExam,
        TimeRule::ReviewAfterClose,
        TimeRule::ReviewBeforePub,
        TimeRule::PubMinDays,
        TimeRule::PubBeforeExam,
        TimeRule::TicketEndsOnExamDay,
        TimeRule::TicketMinDays,
        TimeRule::TicketStartOffset,
        TimeRule::EformLead,
        TimeRule::FilingLead,
        TimeRule::PaperLead,
        TimeRule::ScorePubAfterExam,
        TimeRule::ScorePubOrder,
        TimeRule::PayAfterReview,
        TimeRule::PayBeforeExam,
    ];

    /// The id under which it is stored.
    pub const fn id(self) -> &'static str {
        match self {
            TimeRule::OpenBeforeClose => "open_before_close",
            TimeRule::CloseBeforeExam => "close_before_exam",
            TimeRule::ReviewAfterClose => "review_after_close",
            TimeRule::ReviewBeforePub => "review_before_pub",
            TimeRule::PubMinDays => "pub_min_days",
            TimeRule::PubBeforeExam => "pub_before_exam",
            TimeRule::TicketEndsOnExamDay => "ticket_ends_on_exam_day",
            TimeRule::TicketMinDays => "ticket_min_days",
            TimeRule::TicketStartOffset => "ticket_start_offset",
            TimeRule::EformLead => "eform_lead",
            TimeRule::FilingLead => "filing_lead",
            TimeRule::PaperLead => "paper_lead",
            TimeRule::ScorePubAfterExam => "score_pub_after_exam",
            TimeRule::ScorePubOrder => "score_pub_order",
            TimeRule::PayAfterReview => "pay_after_review",
            TimeRule::PayBeforeExam => "pay_before_exam",
        }
    }
}

/// A measured or required value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A point of time.
    At(TimePoint),
    /// A number of days, as the procedure counts them.
    Days(i64),
}

/// A rule that the dates break, and the change that would mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeViolation {
    /// The rule.
    pub rule: TimeRule,
    /// The point that should move.
    pub point: PointName,
    /// What it is now: the point itself, or the days it leaves.
    pub measured: Measure,
    /// What the rule asks: the point it is compared with, or the days needed.
    pub required: Measure,
    /// Which days are counted.
    pub unit: DayUnit,
    /// The nearest value of `point` that satisfies this rule; others may still object to it.
    pub fix: Option<TimePoint>,
}

/// Every rule the dates break, in the order of [`TimeRule::ALL`]; empty when they fit together.
pub fn check(times: &TimePoints, settings: &LeadTimes, calendar: &WorkCalendar) -> Vec<TimeViolation> {
    let mut checker = Checker {
        times,
        settings,
        windows: Counting::of_windows(settings, calendar),
        leads: Counting::of_leads(settings, calendar),
        found: Vec::new(),
    };
    checker.registration();
    checker.publicity();
    checker.tickets();
    checker.hand_in();
    checker.scores();
    checker.payment();
    checker.found
}

struct Checker<'a> {
    times: &'a TimePoints,
    settings: &'a LeadTimes,
    windows: Counting<'a>,
    leads: Counting<'a>,
    found: Vec<TimeViolation>,
}

impl Checker<'_> {
    fn registration(&mut self) {
        let times = self.times;
        if let (Some(open), Some(close)) = (times.reg_open, times.reg_close)
            && open.starts() >= close.ends()
        {
            // A close at midnight sharp leaves nothing of its own day.
            let own_day = TimePoint::Day(close.day());
            let fix = if own_day.starts() < close.ends() { Some(own_day) } else { before(close) };
            self.out_of_order(TimeRule::OpenBeforeClose, PointName::RegOpen, open, close, fix);
        }
        if let (Some(close), Some(exam)) = (times.reg_close, times.first_exam())
            && close.ends() >= exam.ends()
        {
            let fix = before(exam);
            self.out_of_order(TimeRule::CloseBeforeExam, PointName::RegClose, close, exam, fix);
        }
        if let (Some(review), Some(close)) = (times.review_close, times.reg_close)
            && review.ends() < close.ends()
        {
            let (rule, point) = (TimeRule::ReviewAfterClose, PointName::ReviewClose);
            self.out_of_order(rule, point, review, close, Some(close));
        }
    }

    fn publicity(&mut self) {
        let times = self.times;
        let (start, end) = (times.roster_pub_start, times.roster_pub_end);
        if let (true, Some(start), Some(review)) = (self.settings.review_before_pub, start, times.review_close)
            && start.day() < review.day()
        {
            let (rule, point) = (TimeRule::ReviewBeforePub, PointName::RosterPubStart);
            self.out_of_order(rule, point, start, review, Some(TimePoint::Day(review.day())));
        }
        if let (Some(need), Some(start), Some(end)) = (self.settings.pub_min_days, start, end) {
            let days = self.windows.days(start.day(), end.day(), need);
            if days < i64::from(need) {
                let fix = self.windows.earliest_end(start.day(), need);
                self.too_few(TimeRule::PubMinDays, PointName::RosterPubEnd, days, need, fix);
            }
        }
        if let (Some(end), Some(exam)) = (end, times.first_exam())
            && end.day() > exam.day()
        {
            let (rule, point) = (TimeRule::PubBeforeExam, PointName::RosterPubEnd);
            self.out_of_order(rule, point, end, exam, Some(TimePoint::Day(exam.day())));
        }
    }

    fn tickets(&mut self) {
        let times = self.times;
        let (start, end) = (times.ticket_start, times.ticket_end);
        if let (true, Some(end), Some(exam)) = (self.settings.ticket_ends_on_exam_day, end, times.last_exam())
            && end.day() != exam.day()
        {
            let (rule, point) = (TimeRule::TicketEndsOnExamDay, PointName::TicketEnd);
            self.out_of_order(rule, point, end, exam, Some(TimePoint::Day(exam.day())));
        }
        if let (Some(need), Some(start), Some(end)) = (self.settings.ticket_min_days, start, end) {
            let days = self.windows.days(start.day(), end.day(), need);
            if days < i64::from(need) {
                let fix = self.windows.latest_start(end.day(), need);
                self.too_few(TimeRule::TicketMinDays, PointName::TicketStart, days, need, fix);
            }
        }
        if let (Some(need), Some(start), Some(exam)) = (self.settings.ticket_offset, start, times.first_exam()) {
            let days = (exam.day() - start.day()).num_days();
            if days != i64::from(need) {
                let fix = exam.day().checked_sub_days(Days::new(u64::from(need)));
                self.too_few(TimeRule::TicketStartOffset, PointName::TicketStart, days, need, fix);
            }
        }
    }

    fn hand_in(&mut self) {
        let Some(exam) = self.times.first_exam() else {
            return;
        };
        for (rule, point, lead) in [
            (TimeRule::EformLead, PointName::EformDue, self.settings.eform_lead),
            (TimeRule::FilingLead, PointName::PlanFiled, self.settings.filing_lead),
            (TimeRule::PaperLead, PointName::PaperDue, self.settings.paper_lead),
        ] {
            if let (Some(need), Some(at)) = (lead, self.times.get(point)) {
                let days = self.leads.days(at.day(), exam.day(), need);
                if days < i64::from(need) {
                    let fix = self.leads.latest_start(exam.day(), need);
                    self.too_few(rule, point, days, need, fix);
                }
            }
        }
    }

    fn scores(&mut self) {
        let times = self.times;
        let Some(start) = times.score_pub_start else {
            return;
        };
        if let Some(exam) = times.last_exam()
            && start.day() <= exam.day()
        {
            let (rule, point) = (TimeRule::ScorePubAfterExam, PointName::ScorePubStart);
            self.out_of_order(rule, point, start, exam, after(exam));
        }
        if let Some(end) = times.score_pub_end
            && end.day() <= start.day()
        {
            let (rule, point) = (TimeRule::ScorePubOrder, PointName::ScorePubEnd);
            self.out_of_order(rule, point, end, start, after(start));
        }
    }

    fn payment(&mut self) {
        let times = self.times;
        let Some(deadline) = times.pay_deadline else {
            return;
        };
        if let Some(review) = times.review_close
            && deadline.ends() < review.ends()
        {
            let (rule, point) = (TimeRule::PayAfterReview, PointName::PayDeadline);
            self.out_of_order(rule, point, deadline, review, Some(review));
        }
        if let Some(exam) = times.first_exam()
            && deadline.ends() >= exam.ends()
        {
            let (rule, point) = (TimeRule::PayBeforeExam, PointName::PayDeadline);
            self.out_of_order(rule, point, deadline, exam, before(exam));
        }
    }

    fn out_of_order(
        &mut self,
        rule: TimeRule,
        point: PointName,
        measured: TimePoint,
        required: TimePoint,
        fix: Option<TimePoint>,
    ) {
        let (measured, required) = (Measure::At(measured), Measure::At(required));
        let unit = self.settings.day_unit;
        self.found.push(TimeViolation { rule, point, measured, required, unit, fix });
    }

    fn too_few(&mut self, rule: TimeRule, point: PointName, measured: i64, required: u16, fix: Option<NaiveDate>) {
        self.found.push(TimeViolation {
            rule,
            point,
            measured: Measure::Days(measured),
            required: Measure::Days(i64::from(required)),
            // 考前5天打印 counts every day, whatever the windows count.
            unit: if rule == TimeRule::TicketStartOffset { DayUnit::Calendar } else { self.settings.day_unit },
            fix: fix.map(TimePoint::Day),
        });
    }
}

fn before(point: TimePoint) -> Option<TimePoint> {
    point.day().pred_opt().map(TimePoint::Day)
}

fn after(point: TimePoint) -> Option<TimePoint> {
    point.day().succ_opt().map(TimePoint::Day)
}
