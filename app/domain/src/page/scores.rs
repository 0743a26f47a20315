//! 成绩: what the desk enters, compares, locks and releases, and what candidates see of their own.

use crate::ids::{ApplicationId, PlanId};
use crate::scores::{ExamResult, FaultCell, Mark, MarkFault, Noted, ScoreFault, ScoreSheetRefusal};
use crate::time::Timestamp;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How the scores of a plan stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreState {
    /// Marks are entered.
    Open,
    /// Nothing is entered any more; every person has a mark in every subject.
    Locked {
        /// Since when.
        at: Timestamp,
    },
    /// Candidates see their own from this moment on; it may lie ahead.
    Released {
        /// The moment.
        at: Timestamp,
    },
}

/// How one mark came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkSource {
    /// From an imported sheet.
    Sheet,
    /// Two people entered the same.
    Hands,
    /// Corrected after locking.
    Correction,
}

impl MarkSource {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            MarkSource::Sheet => "sheet",
            MarkSource::Hands => "hands",
            MarkSource::Correction => "correction",
        }
    }
}

/// One subject of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreCell {
    /// The mark that counts; [`Mark::Blank`] where there is none yet.
    pub mark: Mark,
    /// Whether the person sits this subject in this exam.
    pub sits: bool,
    /// Pass mark in tenths.
    pub pass_tenths: u16,
    /// What the reader entered.
    pub own: Option<Mark>,
    /// Who entered what, where people entered different marks. Nobody sees the other's marks before entering their own.
    pub differs: Vec<(String, Mark)>,
    /// How many people have entered it.
    pub hands: u32,
    /// What the exam room noted.
    pub noted: Option<Noted>,
}

impl ScoreCell {
    /// What the exam room noted, where the mark says something else.
    pub fn contradicted(&self) -> Option<Noted> {
        self.noted.filter(|noted| noted.contradicts(self.mark))
    }
}

/// One person of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreLine {
    /// Application.
    pub id: ApplicationId,
    /// 准考证号
    pub ticket: String,
    /// 姓名
    pub name: String,
    /// 证件号码, masked.
    pub id_no_masked: String,
    /// One cell per subject of the plan, in its order.
    pub cells: Vec<ScoreCell>,
    /// How the exam ended, as far as it is known.
    pub result: ExamResult,
}

/// A row of an uploaded sheet that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultyRow {
    /// Number of the row, as the spreadsheet counts.
    pub row: u32,
    /// 准考证号 as typed.
    pub ticket: String,
    /// 姓名 as typed.
    pub name: String,
    /// What is wrong, and where it stands.
    pub faults: Vec<(ScoreFault, Option<FaultCell>)>,
}

/// An uploaded sheet, tried but not taken yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreTrial {
    /// Name of the file.
    pub file_name: String,
    /// Rows below the headings.
    pub rows: u32,
    /// Rows that can be taken.
    pub ready: u32,
    /// Marks that would replace another mark.
    pub replaces: u32,
    /// Why the sheet is none.
    pub refusal: Option<ScoreSheetRefusal>,
    /// Rows at fault, cell by cell.
    pub faulty: Vec<FaultyRow>,
}

/// 复核: a candidate asks to look again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recheck {
    /// Id.
    pub id: String,
    /// Application.
    pub application: ApplicationId,
    /// 准考证号
    pub ticket: String,
    /// 姓名
    pub name: String,
    /// 科目
    pub subject: String,
    /// The mark now.
    pub mark: Mark,
    /// Why.
    pub reason: String,
    /// When it was asked.
    pub at: Timestamp,
    /// When it was answered, whether the mark was corrected, and the words.
    pub answer: Option<(Timestamp, bool, String)>,
}

/// A correction that was made, with the old mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// 准考证号
    pub ticket: String,
    /// 科目
    pub subject: String,
    /// Before.
    pub old: Mark,
    /// After.
    pub new: Mark,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// A certificate that is still valid although its holder does not pass any more: id and number.
    pub unearned: Option<(String, String)>,
}

/// The scores of one plan, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreBoard {
    /// Plan.
    pub plan: PlanId,
    /// Its title.
    pub title: String,
    /// First day of the exam.
    pub exam_on: NaiveDate,
    /// Subjects, in order.
    pub subjects: Vec<String>,
    /// How it stands.
    pub state: ScoreState,
    /// Everybody who sits the exam, by 准考证号.
    pub lines: Vec<ScoreLine>,
    /// A sheet of the reader that was tried and not taken.
    pub trial: Option<ScoreTrial>,
    /// Requests for a recheck, those without answer first.
    pub rechecks: Vec<Recheck>,
    /// Corrections, the newest first.
    pub corrections: Vec<Correction>,
    /// Days that candidates have for asking.
    pub recheck_days: u32,
    /// Whether the reader locks, releases and corrects.
    pub may_release: bool,
    /// When the public list of scores begins by the plan; none where the plan has no such point.
    pub public_from: Option<Timestamp>,
}

impl ScoreBoard {
    /// People with a subject that has no mark yet.
    pub fn incomplete(&self) -> usize {
        self.lines.iter().filter(|line| line.result == ExamResult::Incomplete).count()
    }

    /// Cells in which two people entered different marks.
    pub fn differences(&self) -> usize {
        self.lines.iter().flat_map(|line| &line.cells).filter(|cell| !cell.differs.is_empty()).count()
    }

    /// Cells in which the mark says something else than the exam room noted.
    pub fn contradictions(&self) -> usize {
        self.lines.iter().flat_map(|line| &line.cells).filter(|cell| cell.contradicted().is_some()).count()
    }
}

/// 成绩 at the desk: the plans, and the chosen one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreDesk {
    /// Server time.
    pub now: Timestamp,
    /// Plans with people to examine: id, title, how many people.
    pub plans: Vec<(PlanId, String, u32)>,
    /// The chosen plan.
    pub board: Option<ScoreBoard>,
}

/// What a candidate sees, from the moment of release on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyScores {
    /// Subject, mark, and whether it is passed; in the order of the plan.
    pub marks: Vec<(String, Mark, bool)>,
    /// How the exam ended.
    pub result: ExamResult,
    /// When it was released.
    pub released: Timestamp,
    /// Subjects that a resit would have.
    pub resit: Vec<String>,
    /// Months that a passed subject counts.
    pub valid_months: u32,
    /// Last second for asking to look again; none where the procedure has no recheck.
    pub recheck_until: Option<Timestamp>,
    /// What was asked so far.
    pub rechecks: Vec<Recheck>,
}

/// Why nothing was done about scores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ScoreRefusal {
    /// The exam is still to come.
    #[error("exam on {exam_on}")]
    NotHeldYet {
        /// Its first day.
        exam_on: NaiveDate,
    },
    /// Locked: marks are corrected one by one.
    #[error("locked")]
    Locked,
    /// Not locked yet.
    #[error("not locked")]
    NotLocked,
    /// The moment of the release lies behind: a slip of the year would show the scores at once.
    #[error("{} is over", .at.0)]
    MomentPast {
        /// What was typed.
        at: Timestamp,
    },
    /// Released already.
    #[error("released")]
    Released,
    /// Not released yet.
    #[error("not released")]
    NotReleased,
    /// Nobody to examine.
    #[error("nobody to examine")]
    Nobody,
    /// People without a mark in some subject.
    #[error("{people} people incomplete")]
    Incomplete {
        /// How many.
        people: u32,
    },
    /// Two people entered different marks.
    #[error("{cells} cells differ")]
    Differences {
        /// How many cells.
        cells: u32,
    },
    /// Cells that hold no mark: key of the cell and why.
    #[error("{} cells hold no mark", .0.len())]
    Cells(Vec<(String, MarkFault)>),
    /// Two other people enter the marks of this plan.
    #[error("two people enter already")]
    ThirdHand,
    /// There is no sheet that was tried.
    #[error("no sheet")]
    NoTrial,
    /// No row of the sheet can be taken.
    #[error("nothing ready")]
    NothingReady,
    /// A reason is missing.
    #[error("no reason")]
    NoReason,
    /// The new mark is the old one.
    #[error("same mark")]
    SameMark,
    /// The time for asking is over, or the procedure has no recheck.
    #[error("recheck over")]
    RecheckOver {
        /// When it ended; none where there is no recheck.
        until: Option<Timestamp>,
    },
    /// Asked already.
    #[error("asked already")]
    AskedAlready,
    /// Answered already.
    #[error("answered already")]
    AnsweredAlready,
}
