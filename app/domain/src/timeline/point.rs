//! Time points: whole days or moments to the second.

use crate::time::Timestamp;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A whole day, `2026-11-20`, or a moment of it, `2026-11-20 23:59:59`, on a clock in Shanghai.
///
/// Ordered by where it begins; a day comes before its own midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum TimePoint {
    /// The whole day: begins at 00:00:00, ends with 23:59:59.
    Day(NaiveDate),
    /// One moment.
    Moment(NaiveDateTime),
}

/// A text that is neither a day nor a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("a point of time reads 2026-11-20, 2026-11-20 09:00 or 2026-11-20 09:00:00")]
pub struct TimePointFault;

impl TimePoint {
    /// Reads a day, or a day and a time with or without seconds, apart by a blank or a `T`.
    pub fn parse(text: &str) -> Result<Self, TimePointFault> {
        let text = text.trim();
        let day = text.get(..10).ok_or(TimePointFault)?;
        // chrono also reads years of five digits and single-digit months; no guide writes those.
        let shape = |(at, byte): (usize, u8)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        if !day.bytes().enumerate().all(shape) {
            return Err(TimePointFault);
        }
        let day: NaiveDate = day.parse().map_err(|_| TimePointFault)?;
        match text.get(10..).ok_or(TimePointFault)? {
            "" => Ok(TimePoint::Day(day)),
            rest => rest
                .strip_prefix([' ', 'T'])
                .and_then(parse_clock)
                .map(|clock| TimePoint::Moment(day.and_time(clock)))
                .ok_or(TimePointFault),
        }
    }

    /// The day it lies in.
    pub fn day(self) -> NaiveDate {
        match self {
            TimePoint::Day(day) => day,
            TimePoint::Moment(at) => at.date(),
        }
    }

    /// Its first moment.
    pub fn starts(self) -> Timestamp {
        match self {
            TimePoint::Day(day) => Timestamp::start_of(day),
            TimePoint::Moment(at) => Timestamp::from_shanghai(at),
        }
    }

    /// Its last full second: 23:59:59 of a day, the moment itself otherwise.
    pub fn ends(self) -> Timestamp {
        match self {
            TimePoint::Day(day) => Timestamp::end_of(day),
            TimePoint::Moment(at) => Timestamp::from_shanghai(at),
        }
    }
}

/// `09:00` or `09:00:00`.
fn parse_clock(text: &str) -> Option<NaiveTime> {
    let mut numbers = [0u32; 3];
    let mut parts = 0;
    for part in text.split(':') {
        if part.len() != 2 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *numbers.get_mut(parts)? = part.parse().ok()?;
        parts += 1;
    }
    let [hour, minute, second] = numbers;
    if parts < 2 { None } else { NaiveTime::from_hms_opt(hour, minute, second) }
}

impl PartialOrd for TimePoint {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TimePoint {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |point: &Self| (point.starts(), matches!(point, TimePoint::Moment(_)));
        key(self).cmp(&key(other))
    }
}

impl fmt::Display for TimePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TimePoint::Day(day) => write!(f, "{day}"),
            TimePoint::Moment(at) => write!(f, "{} {:02}:{:02}:{:02}", at.date(), at.hour(), at.minute(), at.second()),
        }
    }
}

impl TryFrom<String> for TimePoint {
    type Error = TimePointFault;
    fn try_from(text: String) -> Result<Self, TimePointFault> {
        Self::parse(&text)
    }
}

impl From<TimePoint> for String {
    fn from(point: TimePoint) -> String {
        point.to_string()
    }
}

/// The dates of one plan; a rule is silent about those that are absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimePoints {
    /// 报名开始
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reg_open: Option<TimePoint>,
    /// 报名截止, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reg_close: Option<TimePoint>,
    /// 审核截止
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_close: Option<TimePoint>,
    /// 补正截止
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction_deadline: Option<TimePoint>,
    /// 缴费截止
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_deadline: Option<TimePoint>,
    /// 花名册公示开始
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster_pub_start: Option<TimePoint>,
    /// 花名册公示结束
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster_pub_end: Option<TimePoint>,
    /// 异议截止
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objection_due: Option<TimePoint>,
    /// 电子表格报送
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eform_due: Option<TimePoint>,
    /// 计划备案
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_filed: Option<TimePoint>,
    /// 纸质材料报送
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper_due: Option<TimePoint>,
    /// 准考证打印开始
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_start: Option<TimePoint>,
    /// 准考证打印结束
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket_end: Option<TimePoint>,
    /// 考试时间, one for each subject, in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exams: Vec<TimePoint>,
    /// 成绩公示开始
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score_pub_start: Option<TimePoint>,
    /// 成绩公示结束
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score_pub_end: Option<TimePoint>,
}

/// The name of one point, as the settings and the forms write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the field of TimePoints with the same name")]
pub enum PointName {
    RegOpen,
    RegClose,
    ReviewClose,
    CorrectionDeadline,
    PayDeadline,
    RosterPubStart,
    RosterPubEnd,
    ObjectionDue,
    EformDue,
    PlanFiled,
    PaperDue,
    TicketStart,
    TicketEnd,
    ScorePubStart,
    ScorePubEnd,
}

impl PointName {
    /// Every point, in the order of a plan's year.
    pub const ALL: [PointName; 15] = [
        PointName::RegOpen,
        PointName::RegClose,
        PointName::ReviewClose,
        PointName::CorrectionDeadline,
        PointName::PayDeadline,
        PointName::RosterPubStart,
        PointName::RosterPubEnd,
        PointName::ObjectionDue,
        PointName::EformDue,
        PointName::PlanFiled,
        PointName::PaperDue,
        PointName::TicketStart,
        PointName::TicketEnd,
        PointName::ScorePubStart,
        PointName::ScorePubEnd,
    ];

    /// The key in files and forms.
    pub const fn key(self) -> &'static str {
        match self {
            PointName::RegOpen => "reg_open",
            PointName::RegClose => "reg_close",
            PointName::ReviewClose => "review_close",
            PointName::CorrectionDeadline => "correction_deadline",
            PointName::PayDeadline => "pay_deadline",
            PointName::RosterPubStart => "roster_pub_start",
            PointName::RosterPubEnd => "roster_pub_end",
            PointName::ObjectionDue => "objection_due",
            PointName::EformDue => "eform_due",
            PointName::PlanFiled => "plan_filed",
            PointName::PaperDue => "paper_due",
            PointName::TicketStart => "ticket_start",
            PointName::TicketEnd => "ticket_end",
            PointName::ScorePubStart => "score_pub_start",
            PointName::ScorePubEnd => "score_pub_end",
        }
    }
}

impl TimePoints {
    /// The first exam.
    pub fn first_exam(&self) -> Option<TimePoint> {
        self.exams.iter().min().copied()
    }

    /// The last exam.
    pub fn last_exam(&self) -> Option<TimePoint> {
        self.exams.iter().max().copied()
    }

    /// One point by its name.
    pub fn get(&self, name: PointName) -> Option<TimePoint> {
        match name {
            PointName::RegOpen => self.reg_open,
            PointName::RegClose => self.reg_close,
            PointName::ReviewClose => self.review_close,
            PointName::CorrectionDeadline => self.correction_deadline,
            PointName::PayDeadline => self.pay_deadline,
            PointName::RosterPubStart => self.roster_pub_start,
            PointName::RosterPubEnd => self.roster_pub_end,
            PointName::ObjectionDue => self.objection_due,
            PointName::EformDue => self.eform_due,
            PointName::PlanFiled => self.plan_filed,
            PointName::PaperDue => self.paper_due,
            PointName::TicketStart => self.ticket_start,
            PointName::TicketEnd => self.ticket_end,
            PointName::ScorePubStart => self.score_pub_start,
            PointName::ScorePubEnd => self.score_pub_end,
        }
    }

    /// Moves one point.
    pub fn set(&mut self, name: PointName, to: Option<TimePoint>) {
        *(match name {
            PointName::RegOpen => &mut self.reg_open,
            PointName::RegClose => &mut self.reg_close,
            PointName::ReviewClose => &mut self.review_close,
            PointName::CorrectionDeadline => &mut self.correction_deadline,
            PointName::PayDeadline => &mut self.pay_deadline,
            PointName::RosterPubStart => &mut self.roster_pub_start,
            PointName::RosterPubEnd => &mut self.roster_pub_end,
            PointName::ObjectionDue => &mut self.objection_due,
            PointName::EformDue => &mut self.eform_due,
            PointName::PlanFiled => &mut self.plan_filed,
            PointName::PaperDue => &mut self.paper_due,
            PointName::TicketStart => &mut self.ticket_start,
            PointName::TicketEnd => &mut self.ticket_end,
            PointName::ScorePubStart => &mut self.score_pub_start,
            PointName::ScorePubEnd => &mut self.score_pub_end,
        }) = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_read_and_print() {
        for (text, want) in [
            ("2026-11-20", "2026-11-20"),
            ("2026-12-20 09:00", "2026-12-20 09:00:00"),
            ("2026-12-20T23:59:59", "2026-12-20 23:59:59"),
        ] {
            assert_eq!(TimePoint::parse(text).unwrap().to_string(), want);
        }
        for text in [
            "",
            "2026-11",
            "2026-02-30",
            "2026-11-20 24:00",
            "2026-11-20 9:00",
            "2026-11-20 09:00:00:00",
            "2026-11-20x",
            "+12026-1-1",
            "2026-11- 1",
            "2026-11-20 09",
            "二〇二六年十一月",
        ] {
            assert_eq!(TimePoint::parse(text), Err(TimePointFault), "{text}");
        }
    }

    #[test]
    fn a_day_comes_before_its_midnight() {
        let [day, midnight, morning] =
            ["2026-12-20", "2026-12-20 00:00", "2026-12-20 09:00"].map(|text| TimePoint::parse(text).unwrap());
        assert!(day < midnight && midnight < morning);
    }
}
