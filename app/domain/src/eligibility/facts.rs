//! What is known about a person, in the form it is stored and sent.
//!
//! Keys that a later version adds are ignored here: facts frozen with an application must stay
//! readable for as long as the file is kept.

use crate::occupation::SkillLevel;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Everything the conditions may ask about one person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ApplicantFacts {
    /// Date of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth: Option<NaiveDate>,
    /// Dated jobs, in any order, overlapping or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<Job>,
    /// Skill certificates already held.
    #[serde(rename = "certs", default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<CertificateFact>,
    /// Professional titles (职称) already held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub titles: Vec<TitleFact>,
    /// Schooling, finished or going on.
    #[serde(rename = "edu", default, skip_serializing_if = "Vec::is_empty")]
    pub educations: Vec<Education>,
    /// 学徒期满 in this occupation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub apprenticeship_completed: bool,
}

/// One job, first and last month included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The occupation or trade worked in, as the standard names it.
    #[serde(rename = "occ")]
    pub occupation: String,
    /// First month.
    pub from: YearMonth,
    /// Last month; `None` while the job goes on.
    #[serde(default)]
    pub to: Option<YearMonth>,
}

/// A skill certificate (职业资格证书 or 职业技能等级证书).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFact {
    /// The level it certifies.
    pub level: SkillLevel,
    /// The occupation or trade it names.
    #[serde(rename = "occ")]
    pub occupation: String,
    /// The day it was issued.
    pub date: NaiveDate,
}

/// 职称
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitleFact {
    /// Its rank.
    pub rank: TitleRank,
    /// The day it was granted.
    pub date: NaiveDate,
    /// 专业对应关系, once a reviewer has decided it.
    #[serde(default)]
    pub matched: Option<bool>,
}

/// Rank of a professional title, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TitleRank {
    /// 初级
    #[serde(rename = "初级")]
    Junior,
    /// 中级
    #[serde(rename = "中级")]
    Intermediate,
    /// 高级
    #[serde(rename = "高级")]
    Senior,
}

impl TitleRank {
    /// The rank as printed.
    pub const fn name(self) -> &'static str {
        match self {
            TitleRank::Junior => "初级",
            TitleRank::Intermediate => "中级",
            TitleRank::Senior => "高级",
        }
    }
}

/// One course of schooling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Education {
    /// The kind of school.
    pub kind: EducationKind,
    /// 班别 of a technical school (高级工班, 预备技师班, 技师班); compared as text with the standard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The major, as the school names it.
    #[serde(default)]
    pub major: Option<String>,
    /// Finished or not.
    pub status: StudyStatus,
    /// Whether the course is 经评估论证, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessed: Option<bool>,
}

/// Kind of school, in the words of the standards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EducationKind {
    /// 小学
    #[serde(rename = "小学")]
    Primary,
    /// 初中
    #[serde(rename = "初中")]
    JuniorMiddle,
    /// 普通高中
    #[serde(rename = "普通高中")]
    SeniorMiddle,
    /// 中等职业
    #[serde(rename = "中等职业")]
    SecondaryVocational,
    /// 技工学校
    #[serde(rename = "技工学校")]
    Technical,
    /// 高级技工学校
    #[serde(rename = "高级技工学校")]
    SeniorTechnical,
    /// 高等职业学校
    #[serde(rename = "高等职业学校")]
    HigherVocational,
    /// 大学专科
    #[serde(rename = "大学专科")]
    JuniorCollege,
    /// 技师学院
    #[serde(rename = "技师学院")]
    TechnicianCollege,
    /// 大学本科
    #[serde(rename = "大学本科")]
    Bachelor,
    /// 硕士研究生
    #[serde(rename = "硕士研究生")]
    Master,
    /// 博士研究生
    #[serde(rename = "博士研究生")]
    Doctor,
}

impl EducationKind {
    /// Every kind, lowest first: the order of the choice in the form.
    pub const ALL: [EducationKind; 12] = [
        EducationKind::Primary,
        EducationKind::JuniorMiddle,
        EducationKind::SeniorMiddle,
        EducationKind::SecondaryVocational,
        EducationKind::Technical,
        EducationKind::SeniorTechnical,
        EducationKind::HigherVocational,
        EducationKind::JuniorCollege,
        EducationKind::TechnicianCollege,
        EducationKind::Bachelor,
        EducationKind::Master,
        EducationKind::Doctor,
    ];

    /// The kind as printed.
    pub const fn name(self) -> &'static str {
        match self {
            EducationKind::Primary => "小学",
            EducationKind::JuniorMiddle => "初中",
            EducationKind::SeniorMiddle => "普通高中",
            EducationKind::SecondaryVocational => "中等职业",
            EducationKind::Technical => "技工学校",
            EducationKind::SeniorTechnical => "高级技工学校",
            EducationKind::HigherVocational => "高等职业学校",
            EducationKind::JuniorCollege => "大学专科",
            EducationKind::TechnicianCollege => "技师学院",
            EducationKind::Bachelor => "大学本科",
            EducationKind::Master => "硕士研究生",
            EducationKind::Doctor => "博士研究生",
        }
    }

    /// Rank for "…及以上" (`min_level`), 1 (小学) to 7 (博士).
    pub const fn rank(self) -> u8 {
        match self {
            EducationKind::Primary => 1,
            EducationKind::JuniorMiddle => 2,
            EducationKind::SeniorMiddle | EducationKind::SecondaryVocational | EducationKind::Technical => 3,
            EducationKind::SeniorTechnical
            | EducationKind::HigherVocational
            | EducationKind::JuniorCollege
            | EducationKind::TechnicianCollege => 4,
            EducationKind::Bachelor => 5,
            EducationKind::Master => 6,
            EducationKind::Doctor => 7,
        }
    }
}

/// How far a course has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StudyStatus {
    /// 毕业
    #[serde(rename = "毕业")]
    Graduated,
    /// 应届在读: in the last year, the diploma is still to come.
    #[serde(rename = "应届在读")]
    Graduating,
    /// 在读
    #[serde(rename = "在读")]
    Studying,
    /// 结业: finished without a diploma.
    #[serde(rename = "结业")]
    Completed,
    /// 肄业: left early.
    #[serde(rename = "肄业")]
    LeftEarly,
}

impl StudyStatus {
    /// The status as printed.
    pub const fn name(self) -> &'static str {
        match self {
            StudyStatus::Graduated => "毕业",
            StudyStatus::Graduating => "应届在读",
            StudyStatus::Studying => "在读",
            StudyStatus::Completed => "结业",
            StudyStatus::LeftEarly => "肄业",
        }
    }

    /// Whether the person still goes to this school.
    pub const fn is_enrolled(self) -> bool {
        matches!(self, StudyStatus::Graduating | StudyStatus::Studying)
    }
}

/// A calendar month, `2019-04`, years 1900 to 2199.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct YearMonth {
    /// Months since year 0: `year * 12 + month - 1`.
    index: i32,
}

/// A text that is no month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("a month reads 2019-04, years 1900 to 2199")]
pub struct YearMonthFault;

impl YearMonth {
    /// The month `month` (1 to 12) of `year`.
    pub fn new(year: i32, month: u32) -> Result<Self, YearMonthFault> {
        match (year, month) {
            (1900..=2199, 1..=12) => Ok(Self { index: year * 12 + month as i32 - 1 }),
            _ => Err(YearMonthFault),
        }
    }

    /// Reads `2019-04`; a day behind it (`2019-04-15`) is dropped, the month counts whole.
    pub fn parse(text: &str) -> Result<Self, YearMonthFault> {
        let text = text.trim();
        if text.len() == 10 {
            return text.parse::<NaiveDate>().map_err(|_| YearMonthFault).and_then(Self::of);
        }
        let (year, month) = text.split_once('-').ok_or(YearMonthFault)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || !digits(year) || !matches!(month.len(), 1 | 2) || !digits(month) {
            return Err(YearMonthFault);
        }
        Self::new(year.parse().map_err(|_| YearMonthFault)?, month.parse().map_err(|_| YearMonthFault)?)
    }

    /// The month of a day.
    pub fn of(day: NaiveDate) -> Result<Self, YearMonthFault> {
        Self::new(day.year(), day.month())
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.index / 12
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u32 {
        (self.index % 12) as u32 + 1
    }

    /// Months since year 0, for counting.
    pub(super) const fn index(self) -> i32 {
        self.index
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl TryFrom<String> for YearMonth {
    type Error = YearMonthFault;
    fn try_from(text: String) -> Result<Self, YearMonthFault> {
        Self::parse(&text)
    }
}

impl From<YearMonth> for String {
    fn from(month: YearMonth) -> String {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_read_and_print() {
        for (text, want) in [("2019-04", "2019-04"), ("2019-4", "2019-04"), (" 2019-12-31 ", "2019-12")] {
            assert_eq!(YearMonth::parse(text).unwrap().to_string(), want);
        }
        for text in ["", "2019", "2019-13", "2019-00", "0019-04", "+019-04", "2019-+4", "2019-02-30", "2019/04"] {
            assert_eq!(YearMonth::parse(text), Err(YearMonthFault), "{text}");
        }
    }

    #[test]
    fn printed_names_are_the_stored_ones() {
        for kind in EducationKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        assert!(EducationKind::ALL.is_sorted_by_key(|kind| kind.rank()));
        use StudyStatus::*;
        for status in [Graduated, Graduating, Studying, Completed, LeftEarly] {
            assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        }
        for rank in [TitleRank::Junior, TitleRank::Intermediate, TitleRank::Senior] {
            assert_eq!(serde_json::to_value(rank).unwrap(), rank.name());
        }
    }
}
