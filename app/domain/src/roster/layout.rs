//! Where in a sheet the columns are: what stands above the headings, which column means what.

use super::{Cell, Column, column::plain};
use serde::{Deserialize, Serialize};

/// The official sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// 职业技能等级认定报名信息表
    Registration,
    /// 职业技能培训班学员花名册
    Roster,
}

impl SheetKind {
    /// Columns without which such a sheet says too little.
    pub fn needed(self) -> &'static [Column] {
        match self {
            SheetKind::Registration => &[
                Column::Name,
                Column::IdKind,
                Column::IdNo,
                Column::Gender,
                Column::Birth,
                Column::Education,
                Column::Mobile,
                Column::Source,
                Column::Condition,
            ],
            SheetKind::Roster => &[Column::Name, Column::IdNo],
        }
    }

    /// Columns in the official order.
    pub fn columns(self) -> &'static [Column] {
        match self {
            SheetKind::Registration => &[
                Column::Name,
                Column::IdKind,
                Column::IdNo,
                Column::Gender,
                Column::Birth,
                Column::Ethnicity,
                Column::Education,
                Column::Mobile,
                Column::Source,
                Column::Employer,
                Column::Years,
                Column::PriorLevel,
                Column::Address,
                Column::Email,
                Column::Condition,
            ],
            SheetKind::Roster => &[
                Column::Number,
                Column::Name,
                Column::Gender,
                Column::BirthMonth,
                Column::Education,
                Column::YearsInTrade,
                Column::PriorNo,
                Column::EmployerOrAddress,
                Column::IdNo,
                Column::Mobile,
            ],
        }
    }
}

/// A proposal that a person can change: which column of the sheet is which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// What kind of sheet it looks like.
    pub kind: SheetKind,
    /// Number of the first row of headings.
    pub headings_at: u32,
    /// How many rows they take, at most [`super::heading::HIGHEST`].
    pub headings_high: u32,
    /// Headings as they stand, by position, and what they are taken for.
    pub columns: Vec<(String, Option<Column>)>,
    /// What stands above the headings: 计划编号, 培训机构, 班别, ….
    pub facts: Vec<(String, String)>,
    /// Places, from 0, whose column a person said.
    pub by_hand: Vec<u32>,
    /// Whether a person said what kind of sheet it is.
    pub kind_by_hand: bool,
}

/// Why a sheet cannot be taken as a roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum LayoutRefusal {
    /// No row with known headings.
    #[error("no row of headings in the first {looked_at} rows")]
    NoHeadings {
        /// Rows looked at.
        looked_at: u32,
    },
    /// Columns that must be there are not, by label.
    #[error("columns missing: {}", .0.join(", "))]
    ColumnsMissing(Vec<String>),
    /// The same column stands there twice, by label.
    #[error("column {0} twice")]
    ColumnTwice(String),
    /// Nothing stands in the row that was said to have the headings.
    #[error("row {row} is empty, the last one is {last}")]
    NoSuchRow {
        /// The row that was said.
        row: u32,
        /// The last row with anything in it.
        last: u32,
    },
    /// Headings are not that many rows.
    #[error("{high} rows of headings, allowed are 1 to {highest}")]
    Height {
        /// Rows said.
        high: u32,
        /// Rows allowed.
        highest: u32,
    },
}

/// Labels of the facts above the headings.
const FACTS: [&str; 12] = [
    "备案机构名称",
    "计划编号",
    "鉴定工种",
    "考试时间",
    "培训机构",
    "工种",
    "等级",
    "班别",
    "培训日期",
    "认定等级",
    "学时",
    "培训学时",
];

impl Layout {
    /// Number of the first row below the headings.
    pub fn begins_at(&self) -> u32 {
        self.headings_at.saturating_add(self.headings_high.max(1))
    }

    /// Whether everything that is needed is there, once.
    pub fn check(&self) -> Result<(), LayoutRefusal> {
        let missing: Vec<String> = self
            .kind
            .needed()
            .iter()
            .filter(|column| self.place_of(**column).is_none())
            .map(|column| column.label().to_owned())
            .collect();
        if !missing.is_empty() {
            return Err(LayoutRefusal::ColumnsMissing(missing));
        }
        for column in Column::ALL {
            if self.columns.iter().filter(|(_, known)| *known == Some(column)).count() > 1 {
                return Err(LayoutRefusal::ColumnTwice(column.label().to_owned()));
            }
        }
        Ok(())
    }

    /// Position of a column, from 0.
    pub fn place_of(&self, column: Column) -> Option<usize> {
        self.columns.iter().position(|(_, known)| *known == Some(column))
    }

    /// A fact above the headings.
    pub fn fact(&self, label: &str) -> Option<&str> {
        self.facts.iter().find(|(known, _)| known == label).map(|(_, value)| value.as_str())
    }
}

/// What kind of sheet has such columns.
pub(super) fn kind_of(columns: &[(String, Option<Column>)]) -> SheetKind {
    let has = |column| columns.iter().any(|(_, known)| *known == Some(column));
    if has(Column::BirthMonth) || (has(Column::Number) && !has(Column::IdKind)) {
        SheetKind::Roster
    } else {
        SheetKind::Registration
    }
}

/// Whether a text is the label of another fact, with or without what belongs to it.
fn is_label(text: &str) -> bool {
    let rest = |label: &&str| text.strip_prefix(*label).map(str::trim_start);
    FACTS.iter().filter_map(rest).any(|rest| rest.is_empty() || rest.starts_with(['：', ':']))
}

/// `计划编号：2026-S-000123` in one cell, or the label in one cell and the value in the next.
pub(super) fn facts(cells: &[Cell]) -> Vec<(String, String)> {
    let texts: Vec<String> = cells.iter().map(Cell::shown).collect();
    let mut found = Vec::new();
    for (place, text) in texts.iter().enumerate() {
        // Longer labels first: 鉴定工种 is not 工种.
        let Some(label) = FACTS.iter().filter(|label| text.starts_with(**label)).max_by_key(|label| label.len()) else {
            continue;
        };
        let rest = text[label.len()..].trim_start_matches(['：', ':', ' ', '\u{3000}']).trim();
        let rest = rest.strip_suffix("（盖章）").or(rest.strip_suffix("(盖章)")).unwrap_or(rest).trim();
        let value = if rest.is_empty() && plain(text) == *label {
            // Of a form that nobody has filled in, the next label stands there: 班别： 培训日期：.
            let next = texts[place + 1..].iter().find(|next| !next.is_empty()).filter(|next| !is_label(next));
            next.map(String::as_str).unwrap_or_default()
        } else {
            rest
        };
        if !value.is_empty() {
            found.push(((*label).to_owned(), value.to_owned()));
        }
    }
    found
}
