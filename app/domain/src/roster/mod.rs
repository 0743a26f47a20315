//! 名单: the sheets that agencies fill in (报名信息表, 花名册, 申报表), read as they are typed and judged row by row.
//!
//! Reading files is the server's work; what stands in the cells, and whether it is right, is decided here.

mod allowed;
mod answers;
pub mod column;
mod days;
mod fault;
mod footing;
pub mod heading;
mod hours;
pub mod judge;
pub mod layout;
mod lists;
mod mending;
mod merged;
pub mod photo_name;
mod terms;

pub use allowed::{Allowed, allowed};
pub use answers::{answers, person};
pub use column::Column;
pub use days::{Days, days};
pub use fault::{FaultKind, RosterFault};
pub use footing::is_footing;
pub use hours::{HOURS_MAX, ShortHours, hours, short_hours};
pub use judge::{Judged, Rules, Standing, WORK_FROM};
pub use layout::{Layout, LayoutRefusal, SheetKind};
pub use lists::{EDUCATIONS, SOURCES};
pub use mending::{Mend, MendReason, mends};
pub use merged::Merged;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What stands in a cell. A formula is never computed: its text is what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text, as typed.
    Text(String),
    /// A number, as spreadsheets keep it: digits beyond the fifteenth are lost.
    Number(f64),
    /// A day.
    Date(NaiveDate),
    /// A formula, with its sign.
    Formula(String),
}

impl Cell {
    /// The text that a person sees in the cell. Numbers lose the noise behind the fifteenth digit.
    pub fn shown(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.trim().to_owned(),
            Cell::Number(number) => number_shown(*number),
            Cell::Date(day) => day.to_string(),
            Cell::Formula(text) => text.trim().to_owned(),
        }
    }

    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) | Cell::Formula(text) => text.trim().is_empty(),
            Cell::Number(_) | Cell::Date(_) => false,
        }
    }
}

/// A number with fifteen significant digits, the way a spreadsheet shows it: `99.90000000000001` is 99.9.
pub fn number_shown(number: f64) -> String {
    if !number.is_finite() {
        return String::new();
    }
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let scientific = format!("{number:.14e}");
    match scientific.split_once('e') {
        Some((_, power)) if power.parse::<i32>().is_ok_and(|power| power >= 15) => {
            let (digits, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
            format!("{}E+{power}", digits.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => scientific.parse::<f64>().map_or_else(|_| scientific.clone(), |rounded| rounded.to_string()),
    }
}

/// Why a file cannot be read as a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum FileRefusal {
    /// Nothing in it.
    #[error("empty")]
    Empty,
    /// Too many bytes.
    #[error("{bytes} bytes, allowed are {limit}")]
    TooBig {
        /// Bytes found.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// More rows than are read.
    #[error("more than {limit} rows")]
    TooManyRows {
        /// Rows allowed.
        limit: u32,
    },
    /// Neither xlsx, xls nor csv.
    #[error("no sheet")]
    NotASheet,
    /// A web page that was saved under the name of a sheet.
    #[error("a web page")]
    WebPage,
    /// Locked with a password.
    #[error("locked")]
    Locked,
    /// Damaged, or far bigger unpacked than a sheet is.
    #[error("damaged")]
    Broken,
}

/// One sheet of a file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Rows that are not empty: number as the spreadsheet counts, from 1, and the cells from the first column on.
    pub rows: Vec<(u32, Vec<Cell>)>,
    /// Cells merged downwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<Merged>,
}

/// A person of a roster, in normal forms. Empty means that the sheet says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RosterPerson {
    /// 姓名
    pub name: String,
    /// 证件类型, as code ([`crate::id_document::IdKind::code`]).
    pub id_kind: String,
    /// 证件号码
    pub id_no: String,
    /// 性别: `男` or `女`.
    pub gender: String,
    /// 出生日期: `1990-12-15`.
    pub birth: String,
    /// 民族, without 族.
    pub ethnicity: String,
    /// 文化程度
    pub education: String,
    /// 手机号码
    pub mobile: String,
    /// 考生来源
    pub source: String,
    /// 所在单位
    pub employer: String,
    /// 工作年限, in whole years.
    pub years: String,
    /// 原鉴定等级: `5` to `1`, empty for none.
    pub prior_level: String,
    /// 现有证书号码
    pub prior_no: String,
    /// 通讯地址
    pub address: String,
    /// 电子邮箱
    pub email: String,
    /// 申报条件: the number.
    pub condition: String,
}

impl RosterPerson {
    /// What stands under a column.
    pub fn get(&self, column: Column) -> &str {
        match column {
            Column::Number => "",
            Column::Name => &self.name,
            Column::IdKind => &self.id_kind,
            Column::IdNo => &self.id_no,
            Column::Gender => &self.gender,
            Column::Birth | Column::BirthMonth => &self.birth,
            Column::Ethnicity => &self.ethnicity,
            Column::Education => &self.education,
            Column::Mobile => &self.mobile,
            Column::Source => &self.source,
            Column::Employer | Column::EmployerOrAddress => &self.employer,
            Column::Years | Column::YearsInTrade => &self.years,
            Column::PriorLevel => &self.prior_level,
            Column::PriorNo => &self.prior_no,
            Column::Address => &self.address,
            Column::Email => &self.email,
            Column::Condition => &self.condition,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_the_spreadsheet_shows_them() {
        assert_eq!(number_shown(13_800_004_321.0), "13800004321");
        assert_eq!(number_shown(33.3 * 3.0), "99.9");
        assert_eq!(number_shown(0.1 + 0.2), "0.3");
        assert_eq!(number_shown(3.308_221_990_121_5e17), "3.3082219901215E+17");
        assert_eq!(number_shown(0.0), "0");
    }
}
