//! How a sheet is read, what mends are proposed, what was mended, and how its class stands beside the standard.

use crate::occupation::SkillLevel;
use crate::roster::{Column, MendReason, ShortHours};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The first rows of the sheet, so that a person can say where its headings are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SheetTop {
    /// Names and numbers of rows of the file's sheets.
    pub sheets: Vec<(String, u32)>,
    /// Which of them is read, from 0.
    pub sheet: u32,
    /// The first rows of it: number, as the spreadsheet counts, and cells.
    pub rows: Vec<(u32, Vec<String>)>,
    /// Whether it can be read otherwise: nobody has begun to import it.
    pub open: bool,
}

/// A cell with what is proposed for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MendLine {
    /// The row, as the spreadsheet counts.
    pub row: u32,
    /// 姓名
    pub name: String,
    /// Position in the row, from 0.
    pub place: u32,
    /// The column.
    pub column: Column,
    /// What stands there.
    pub found: String,
    /// What would stand there: one text, or several to choose from.
    pub becomes: Vec<String>,
}

/// Proposed mends for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MendGroup {
    /// The reason.
    pub reason: MendReason,
    /// The first of them, by row: all that are mended together.
    pub lines: Vec<MendLine>,
    /// How many more there are.
    pub more: u32,
}

/// Cells that were mended in one go and can be put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MendDone {
    /// Id.
    pub id: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// How many cells.
    pub cells: u32,
}

/// What came of mending together, or of putting back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mended {
    /// Cells that were changed.
    pub cells: u32,
    /// Cells that somebody else had changed meanwhile: they stay.
    pub left: u32,
}

/// 学时 of a class beside its standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassHours {
    /// 培训参考学时 of the standard, in 标准学时.
    pub required: u16,
    /// The standard: its occupation.
    pub occupation: String,
    /// Its edition.
    pub edition: String,
    /// The level.
    pub level: SkillLevel,
    /// Where the class is shorter.
    pub short: Option<ShortHours>,
}
