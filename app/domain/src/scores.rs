//! 成绩: marks from 0 to 100 with one decimal, each subject by itself. 缺考 is not zero, nothing is rounded up, nothing averaged.
//! Source: every subject at least 60 of 100 (national rule as agencies publish it); one decimal; absent apart from zero.

mod ending;
mod noted;

pub use ending::{ExamResult, ended, resit_subjects, result};
pub use noted::Noted;

use crate::roster::{Cell, Sheet};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Pass mark in tenths where the standard sets no other.
pub const PASS_TENTHS: u16 = 600;
/// Best mark in tenths.
pub const BEST_TENTHS: u16 = 1000;

/// What kind of subject a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// 理论 (应知)
    Theory,
    /// 实操 (应会, 技能)
    Practical,
    /// 综合评审
    Comprehensive,
    /// 外语
    Language,
}

impl Subject {
    /// Every subject, in the order of an exam.
    pub const ALL: [Subject; 4] = [Subject::Theory, Subject::Practical, Subject::Comprehensive, Subject::Language];

    /// The word in the database and in codes.
    pub fn as_str(self) -> &'static str {
        match self {
            Subject::Theory => "theory",
            Subject::Practical => "practical",
            Subject::Comprehensive => "comprehensive",
            Subject::Language => "language",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Subject::ALL.into_iter().find(|subject| subject.as_str() == word)
    }

    /// The subject that a plan or a heading means: 理论考试, 应会, 操作技能考核, 综合评审, 理论成绩.
    pub fn named(name: &str) -> Option<Self> {
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if has(&["综合"]) {
            Some(Subject::Comprehensive)
        } else if has(&["理论", "应知"]) {
            Some(Subject::Theory)
        } else if has(&["实操", "应会", "技能", "操作", "实作"]) {
            Some(Subject::Practical)
        } else if has(&["外语"]) {
            Some(Subject::Language)
        } else {
            None
        }
    }

    /// The short official word.
    pub fn label(self) -> &'static str {
        match self {
            Subject::Theory => "理论",
            Subject::Practical => "实操",
            Subject::Comprehensive => "综合",
            Subject::Language => "外语",
        }
    }
}

/// What a person has in one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A mark, in tenths.
    Score(u16),
    /// 缺考
    Absent,
    /// 违纪
    Disciplined,
    /// Nothing entered yet.
    Blank,
    /// Passed in an earlier exam, in tenths; none where only 合格 is known of it.
    Carried(Option<u16>),
}

impl Mark {
    /// The word for the kind of mark.
    pub fn kind(self) -> &'static str {
        match self {
            Mark::Score(_) => "score",
            Mark::Absent => "absent",
            Mark::Disciplined => "disciplined",
            Mark::Blank => "blank",
            Mark::Carried(_) => "carried",
        }
    }

    /// Reads kind and number, as the database keeps them.
    pub fn from_parts(kind: &str, tenths: Option<u16>) -> Option<Mark> {
        match (kind, tenths) {
            ("score", Some(tenths)) => Some(Mark::Score(tenths)),
            ("carried", tenths) => Some(Mark::Carried(tenths)),
            ("absent", None) => Some(Mark::Absent),
            ("disciplined", None) => Some(Mark::Disciplined),
            _ => None,
        }
    }

    /// The number, in tenths.
    pub fn tenths(self) -> Option<u16> {
        match self {
            Mark::Score(tenths) => Some(tenths),
            Mark::Carried(tenths) => tenths,
            Mark::Absent | Mark::Disciplined | Mark::Blank => None,
        }
    }

    /// Whether it reaches the pass mark.
    pub fn passes(self, pass_tenths: u16) -> bool {
        self == Mark::Carried(None) || self.tenths().is_some_and(|tenths| tenths >= pass_tenths)
    }

    /// What a public list shows: `60`, `59.5`, 缺考.
    pub fn brief(self) -> String {
        match self.tenths() {
            Some(tenths) if tenths % 10 == 0 => (tenths / 10).to_string(),
            _ => self.shown(),
        }
    }

    /// What people read: `59.9`, 缺考.
    pub fn shown(self) -> String {
        match self {
            Mark::Score(tenths) | Mark::Carried(Some(tenths)) => format!("{}.{}", tenths / 10, tenths % 10),
            Mark::Carried(None) => "合格".into(),
            Mark::Absent => "缺考".into(),
            Mark::Disciplined => "违纪".into(),
            Mark::Blank => String::new(),
        }
    }
}

/// Why a text is no mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
pub enum MarkFault {
    /// No number, 缺考 or 违纪.
    #[error("no number")]
    NotANumber,
    /// More than one decimal.
    #[error("more than one decimal")]
    Decimals,
    /// Above 100.
    #[error("above 100")]
    Range,
}

impl MarkFault {
    /// The short code.
    pub fn code(self) -> &'static str {
        match self {
            MarkFault::NotANumber => "score_not_number",
            MarkFault::Decimals => "score_decimals",
            MarkFault::Range => "score_range",
        }
    }
}

/// Reads a mark as typed: `60`, `60.00`, `７５`, 缺考; nothing means not entered.
pub fn read(text: &str) -> Result<Mark, MarkFault> {
    let folded: String = text
        .trim()
        .chars()
        .map(|ch| match ch {
            '０'..='９' => char::from_u32(u32::from(ch) - 0xfee0).unwrap_or(ch),
            '．' => '.',
            other => other,
        })
        .collect();
    match folded.as_str() {
        "" => return Ok(Mark::Blank),
        "缺考" => return Ok(Mark::Absent),
        "违纪" => return Ok(Mark::Disciplined),
        _ => {}
    }
    let (whole, part) = match folded.split_once('.') {
        Some((whole, part)) if !part.is_empty() => (whole, part),
        Some(_) => return Err(MarkFault::NotANumber),
        None => (folded.as_str(), ""),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || !digits(whole) || !digits(part) {
        return Err(MarkFault::NotANumber);
    }
    let (tenth, rest) = part.split_at(part.len().min(1));
    if rest.bytes().any(|byte| byte != b'0') {
        return Err(MarkFault::Decimals);
    }
    let tenth: u16 = if tenth.is_empty() { 0 } else { tenth.parse().map_err(|_| MarkFault::NotANumber)? };
    let tenths = whole.parse::<u16>().map_err(|_| MarkFault::NotANumber)? * 10 + tenth;
    if tenths > BEST_TENTHS { Err(MarkFault::Range) } else { Ok(Mark::Score(tenths)) }
}

/// Who sits the exam, as the plan knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    /// 姓名
    pub name: String,
    /// 证件号码 in normal form.
    pub id_no: String,
    /// Subjects of the exam.
    pub subjects: BTreeSet<Subject>,
    /// Subjects passed before, in tenths where they are known.
    pub carried: BTreeMap<Subject, Option<u16>>,
}

/// A fault of a row of a score sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ScoreFault {
    /// No such ticket in this plan.
    TicketUnknown,
    /// The ticket stands there twice.
    TicketDuplicate,
    /// Another name than the ticket's.
    NameMismatch,
    /// Another identity number than the ticket's.
    IdMismatch,
    /// A text that is no mark.
    Mark(Subject, MarkFault),
    /// The exam does not have this subject.
    SubjectNotInLevel(Subject),
    /// The subject was passed before.
    SubjectAlreadyPassed(Subject),
}

impl ScoreFault {
    /// The short code: `score_range:theory`.
    pub fn code(self) -> String {
        match self {
            ScoreFault::TicketUnknown => "ticket_unknown".into(),
            ScoreFault::TicketDuplicate => "ticket_duplicate".into(),
            ScoreFault::NameMismatch => "name_mismatch".into(),
            ScoreFault::IdMismatch => "id_mismatch".into(),
            ScoreFault::Mark(subject, fault) => format!("{}:{}", fault.code(), subject.as_str()),
            ScoreFault::SubjectNotInLevel(subject) => format!("subject_not_in_level:{}", subject.as_str()),
            ScoreFault::SubjectAlreadyPassed(subject) => format!("subject_already_passed:{}", subject.as_str()),
        }
    }
}

/// A judged row. A row with a fault changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreRow {
    /// Number of the row.
    pub row: u32,
    /// 准考证号 as typed.
    pub ticket: String,
    /// What is wrong.
    pub faults: Vec<ScoreFault>,
    /// Marks by subject, when nothing is wrong.
    pub marks: BTreeMap<Subject, Mark>,
}

/// Why a sheet is no score sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ScoreSheetRefusal {
    /// No row with 准考证号 among the first thirty.
    #[error("no row of headings")]
    NoHeadings,
    /// A column that must be there is not.
    #[error("column {0} missing")]
    ColumnMissing(String),
}

struct Columns {
    at: u32,
    ticket: usize,
    name: usize,
    id_no: usize,
    marks: Vec<(Subject, usize)>,
}

fn columns(sheet: &Sheet) -> Result<Columns, ScoreSheetRefusal> {
    let squeezed = |cell: &Cell| cell.shown().split_whitespace().collect::<String>();
    for (number, cells) in sheet.rows.iter().take(30) {
        let headings: Vec<String> = cells.iter().map(squeezed).collect();
        let find = |names: &[&str]| headings.iter().position(|heading| names.contains(&heading.as_str()));
        let Some(ticket) = find(&["准考证号", "准考证号码", "准考证"]) else { continue };
        let missing = |label: &str| ScoreSheetRefusal::ColumnMissing(label.to_owned());
        let name = find(&["姓名", "考生姓名"]).ok_or_else(|| missing("姓名"))?;
        let id_no = find(&["证件号码", "身份证号码", "身份证号"]).ok_or_else(|| missing("证件号码"))?;
        let marks: Vec<(Subject, usize)> = headings
            .iter()
            .enumerate()
            .filter(|(_, heading)| heading.contains("成绩") || heading.contains("分数"))
            .filter_map(|(place, heading)| Some((Subject::named(heading)?, place)))
            .collect();
        if marks.is_empty() {
            return Err(missing("理论成绩"));
        }
        return Ok(Columns { at: *number, ticket, name, id_no, marks });
    }
    Err(ScoreSheetRefusal::NoHeadings)
}

/// Where a fault stands in the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultCell {
    /// Place in the row, from 0.
    pub column: u32,
    /// Its heading.
    pub heading: String,
    /// What stands in it.
    pub found: String,
}

/// The cell that a fault of a row is about; none where the sheet has no such column.
pub fn cell_of(sheet: &Sheet, row: u32, fault: &ScoreFault) -> Option<FaultCell> {
    let columns = columns(sheet).ok()?;
    let column = match fault {
        ScoreFault::TicketUnknown | ScoreFault::TicketDuplicate => columns.ticket,
        ScoreFault::NameMismatch => columns.name,
        ScoreFault::IdMismatch => columns.id_no,
        ScoreFault::Mark(subject, _)
        | ScoreFault::SubjectNotInLevel(subject)
        | ScoreFault::SubjectAlreadyPassed(subject) => columns.marks.iter().find(|(one, _)| one == subject)?.1,
    };
    let shown = |number: u32| {
        let cells = sheet.rows.iter().find(|(at, _)| *at == number).map(|(_, cells)| cells);
        cells.and_then(|cells| cells.get(column)).map(Cell::shown).unwrap_or_default()
    };
    Some(FaultCell { column: u32::try_from(column).ok()?, heading: shown(columns.at), found: shown(row) })
}

/// The name that stands in a row of a score sheet.
pub fn name_in(sheet: &Sheet, row: u32) -> String {
    let place = columns(sheet).ok().map(|columns| columns.name);
    let cells = sheet.rows.iter().find(|(at, _)| *at == row).map(|(_, cells)| cells);
    place.and_then(|place| cells?.get(place)).map(Cell::shown).unwrap_or_default()
}

/// What two people entered: the mark when both entered the same, none while one is missing or they differ.
pub fn agreed(entered: &[Mark]) -> Option<Mark> {
    match entered {
        [one, other] if one == other => Some(*one),
        _ => None,
    }
}

/// Judges every row of a score sheet against the people of the plan, by ticket number.
pub fn rows(sheet: &Sheet, sittings: &BTreeMap<String, Sitting>) -> Result<Vec<ScoreRow>, ScoreSheetRefusal> {
    let columns = columns(sheet)?;
    let mut seen = BTreeSet::new();
    let below = sheet.rows.iter().filter(|(number, cells)| *number > columns.at && !cells.iter().all(Cell::is_empty));
    Ok(below.map(|(number, cells)| row(*number, cells, &columns, sittings, &mut seen)).collect())
}

fn row(
    number: u32,
    cells: &[Cell],
    columns: &Columns,
    sittings: &BTreeMap<String, Sitting>,
    seen: &mut BTreeSet<String>,
) -> ScoreRow {
    let text = |place: usize| cells.get(place).map(Cell::shown).unwrap_or_default();
    let ticket = text(columns.ticket);
    let mut found = ScoreRow { row: number, ticket: ticket.clone(), faults: Vec::new(), marks: BTreeMap::new() };
    let Some(sitting) = sittings.get(&ticket) else {
        found.faults.push(ScoreFault::TicketUnknown);
        return found;
    };
    if !seen.insert(ticket) {
        found.faults.push(ScoreFault::TicketDuplicate);
    }
    if text(columns.name) != sitting.name {
        found.faults.push(ScoreFault::NameMismatch);
    }
    let kind = crate::id_document::IdNumber::recognise(&sitting.id_no);
    if crate::id_document::IdNumber::normalise(kind, &text(columns.id_no)) != sitting.id_no {
        found.faults.push(ScoreFault::IdMismatch);
    }
    for (subject, place) in &columns.marks {
        match read(&text(*place)) {
            Err(fault) => found.faults.push(ScoreFault::Mark(*subject, fault)),
            Ok(mark) if !sitting.subjects.contains(subject) => {
                if mark != Mark::Blank {
                    found.faults.push(ScoreFault::SubjectNotInLevel(*subject));
                }
            }
            Ok(mark) => match sitting.carried.get(subject) {
                Some(_) if mark != Mark::Blank => found.faults.push(ScoreFault::SubjectAlreadyPassed(*subject)),
                Some(tenths) => {
                    found.marks.insert(*subject, Mark::Carried(*tenths));
                }
                None => {
                    found.marks.insert(*subject, mark);
                }
            },
        }
    }
    if !found.faults.is_empty() {
        found.marks.clear();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_read_as_people_type_them() {
        assert_eq!(read("60"), Ok(Mark::Score(600)));
        assert_eq!(read("60.00"), Ok(Mark::Score(600)));
        assert_eq!(read("７５"), Ok(Mark::Score(750)));
        assert_eq!(read("59.9"), Ok(Mark::Score(599)));
        assert_eq!(read(" 缺考 "), Ok(Mark::Absent));
        assert_eq!(read(""), Ok(Mark::Blank));
        assert_eq!(read("60.05"), Err(MarkFault::Decimals));
        assert_eq!(read("100.1"), Err(MarkFault::Range));
        assert_eq!(read("-1"), Err(MarkFault::NotANumber));
        assert_eq!(read("6e1"), Err(MarkFault::NotANumber));
        assert_eq!(read("60."), Err(MarkFault::NotANumber));
    }

    #[test]
    fn a_mark_counts_once_two_people_entered_the_same() {
        assert_eq!(agreed(&[Mark::Score(655), Mark::Score(655)]), Some(Mark::Score(655)));
        assert_eq!(agreed(&[Mark::Score(655), Mark::Score(556)]), None);
        assert_eq!(agreed(&[Mark::Score(655)]), None);
        assert_eq!(agreed(&[Mark::Absent, Mark::Score(0)]), None, "absent is not zero");
    }

    #[test]
    fn subjects_are_known_by_every_name() {
        for (name, subject) in [
            ("理论考试", Subject::Theory),
            ("应会", Subject::Practical),
            ("操作技能考核", Subject::Practical),
            ("综合评审", Subject::Comprehensive),
            ("理论成绩", Subject::Theory),
        ] {
            assert_eq!(Subject::named(name), Some(subject), "{name}");
        }
        assert_eq!(Subject::named("备注"), None);
    }

    #[test]
    fn nothing_is_averaged_and_nothing_rounded_up() {
        let marks = |theory, practical| BTreeMap::from([(Subject::Theory, theory), (Subject::Practical, practical)]);
        assert_eq!(result(&marks(Mark::Score(599), Mark::Score(1000)), PASS_TENTHS), ExamResult::Fail);
        assert_eq!(result(&marks(Mark::Score(600), Mark::Carried(Some(700))), PASS_TENTHS), ExamResult::Pass);
        let both = |one, other| ended(&[one, other]);
        let (passed, before) = (Some((Mark::Score(600), 600)), Some((Mark::Carried(None), 600)));
        assert_eq!(both(passed, before), ExamResult::Pass, "passed before, and nobody knows with how much");
        assert_eq!(
            both(passed, None),
            ExamResult::Fail,
            "a subject that was failed before and is not sat now is still open"
        );
        assert_eq!(both(Some((Mark::Blank, 600)), None), ExamResult::Incomplete);
        assert_eq!(both(None, None), ExamResult::Incomplete);
        assert_eq!(result(&marks(Mark::Blank, Mark::Score(900)), PASS_TENTHS), ExamResult::Incomplete);
        assert_eq!(resit_subjects(&marks(Mark::Absent, Mark::Score(850)), PASS_TENTHS), [Subject::Theory]);
        assert_eq!(resit_subjects(&marks(Mark::Disciplined, Mark::Score(850)), PASS_TENTHS), []);
        assert_eq!(resit_subjects(&marks(Mark::Score(450), Mark::Score(500)), PASS_TENTHS), []);
    }
}
