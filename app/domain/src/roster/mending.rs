//! Mends that can be proposed, cell by cell: what a person evidently meant, written as it is kept. Nothing is done by
//! itself: the old and the new text stand side by side until somebody agrees.

use super::lists::NO_LEVEL;
use super::{Cell, Column, FaultKind, Judged, Layout, Rules, days, terms};
use crate::contact::Mobile;
use crate::form::check;
use crate::id_document::{Gender, IdKind, IdNumber};
use crate::occupation::SkillLevel;
use crate::text::fold_char;
use serde::{Deserialize, Serialize};

/// Why a cell is proposed another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MendReason {
    /// A day, written otherwise: 19900501, 1990.5.1, 1990年5月1日.
    Day,
    /// A day, kept as a spreadsheet's number: 32994.
    DaySerial,
    /// Full-width digits, spaces and signs in a number.
    Digits,
    /// A level, written otherwise: 高级工（三级）, 3.
    Level,
    /// 性别, written otherwise.
    Word,
    /// 文化程度 or 考生来源 in an everyday word: 中专, 学生.
    Term,
    /// 证件类型, told by the number.
    IdKind,
    /// 性别, told by the number.
    Gender,
    /// 出生日期, told by the number.
    Birth,
    /// A day that can be read in several ways, or whose century is open.
    DayAsked,
    /// 性别, where sheet and number differ.
    GenderDiffers,
    /// 出生日期, where sheet and number differ.
    BirthDiffers,
}

impl MendReason {
    /// Every reason, the surest first.
    pub const ALL: [MendReason; 12] = [
        MendReason::Day,
        MendReason::DaySerial,
        MendReason::Digits,
        MendReason::Level,
        MendReason::Word,
        MendReason::Term,
        MendReason::IdKind,
        MendReason::Gender,
        MendReason::Birth,
        MendReason::DayAsked,
        MendReason::GenderDiffers,
        MendReason::BirthDiffers,
    ];

    /// The word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            MendReason::Day => "day",
            MendReason::DaySerial => "day_serial",
            MendReason::Digits => "digits",
            MendReason::Level => "level",
            MendReason::Word => "word",
            MendReason::Term => "term",
            MendReason::IdKind => "id_kind",
            MendReason::Gender => "gender",
            MendReason::Birth => "birth",
            MendReason::DayAsked => "day_asked",
            MendReason::GenderDiffers => "gender_differs",
            MendReason::BirthDiffers => "birth_differs",
        }
    }

    /// Reads [`MendReason::as_str`].
    pub fn parse(word: &str) -> Option<MendReason> {
        MendReason::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// Whether nothing but the writing changes, or a checked number says it. What is not sure is chosen one by one.
    pub fn is_sure(self) -> bool {
        !matches!(self, MendReason::DayAsked | MendReason::GenderDiffers | MendReason::BirthDiffers)
    }
}

/// A proposed mend of one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mend {
    /// Position in the row, from 0.
    pub place: u32,
    /// The column.
    pub column: Column,
    /// Why.
    pub reason: MendReason,
    /// What stands there.
    pub found: String,
    /// What would stand there: one text, or several to choose from.
    pub becomes: Vec<String>,
}

/// The mends of a judged row. A cell that stands as it is kept has none, and neither has one that nobody can guess.
pub fn mends(cells: &[Cell], layout: &Layout, judged: &Judged, rules: &Rules) -> Vec<Mend> {
    let person = &judged.person;
    let id = IdKind::from_code(&person.id_kind).and_then(|kind| IdNumber::restore(kind, &person.id_no).ok());
    let mut looking = Looking { cells, layout, judged, rules, id, mends: Vec::new() };
    looking.id_kind();
    looking.id_no();
    looking.gender();
    looking.birth();
    looking.mobile();
    looking.years();
    looking.prior_level();
    looking.terms();
    looking.mends
}

struct Looking<'a> {
    cells: &'a [Cell],
    layout: &'a Layout,
    judged: &'a Judged,
    rules: &'a Rules,
    /// The number, where it is right.
    id: Option<IdNumber>,
    mends: Vec<Mend>,
}

impl Looking<'_> {
    fn terms(&mut self) {
        let school = matches!(self.fault(Column::Education), Some(FaultKind::EducationUnknown));
        if let Some(word) = terms::school(&self.found(Column::Education)).filter(|_| school) {
            self.propose(Column::Education, MendReason::Term, vec![word.to_owned()]);
        }
        let source = matches!(self.fault(Column::Source), Some(FaultKind::SourceUnknown));
        if let Some(word) = terms::source(&self.found(Column::Source)).filter(|_| source) {
            self.propose(Column::Source, MendReason::Term, vec![word.to_owned()]);
        }
    }

    fn found(&self, column: Column) -> String {
        let cell = self.layout.place_of(column).and_then(|place| self.cells.get(place));
        cell.map(Cell::shown).unwrap_or_default()
    }

    fn fault(&self, column: Column) -> Option<&FaultKind> {
        self.judged.faults.iter().find(|fault| fault.column == column).map(|fault| &fault.kind)
    }

    fn propose(&mut self, column: Column, reason: MendReason, becomes: Vec<String>) {
        let found = self.found(column);
        let place = self.layout.place_of(column).and_then(|place| u32::try_from(place).ok());
        if let Some(place) = place
            && !becomes.is_empty()
            && becomes.iter().any(|text| *text != found)
        {
            self.mends.push(Mend { place, column, reason, found, becomes });
        }
    }

    /// A number whose check digit proves it tells which document it is of.
    fn id_kind(&mut self) {
        if !matches!(self.fault(Column::IdKind), Some(FaultKind::IdKindUnknown | FaultKind::Missing)) {
            return;
        }
        let number = bare_id(&self.found(Column::IdNo));
        let kind = IdNumber::recognise(&number);
        if kind.tells_birth_and_gender() && IdNumber::parse(Some(kind), &number, self.rules.today).is_ok() {
            self.propose(Column::IdKind, MendReason::IdKind, vec![kind.label().to_owned()]);
        }
    }

    fn id_no(&mut self) {
        let right = match (self.fault(Column::IdNo), &self.id) {
            (None, Some(id)) => id.as_str().to_owned(),
            (Some(FaultKind::Id(_)), _) => {
                let typed = self.found(Column::IdKind);
                let bare = bare_id(&self.found(Column::IdNo));
                let kinds =
                    if typed.is_empty() { vec![IdNumber::recognise(&bare)] } else { IdKind::named(&typed).to_vec() };
                match IdNumber::parse_as_one_of(&kinds, &bare, self.rules.today) {
                    Ok(number) => number.as_str().to_owned(),
                    Err(_) => return,
                }
            }
            _ => return,
        };
        self.propose(Column::IdNo, MendReason::Digits, vec![right]);
    }

    fn gender(&mut self) {
        let told = self.id.as_ref().and_then(IdNumber::gender);
        let found = self.found(Column::Gender);
        let (reason, becomes) = match self.fault(Column::Gender) {
            None if found.is_empty() => return,
            None => (MendReason::Word, Gender::from_label(&found)),
            Some(FaultKind::GenderMismatch { .. }) => (MendReason::GenderDiffers, told),
            Some(_) if told.is_some() => (MendReason::Gender, told),
            Some(_) => (MendReason::Word, gender_meant(&found)),
        };
        self.propose(Column::Gender, reason, becomes.map(|gender| gender.label().to_owned()).into_iter().collect());
    }

    fn birth(&mut self) {
        let by_day = self.layout.place_of(Column::Birth).is_some();
        let column = if by_day { Column::Birth } else { Column::BirthMonth };
        let kept = |day: chrono::NaiveDate| {
            let day = day.to_string();
            if by_day { day } else { day.get(..7).unwrap_or(&day).to_owned() }
        };
        let told = self.id.as_ref().and_then(IdNumber::birth);
        let found = self.found(column);
        let read = days(&found, self.rules.today);
        let serial = found.len() == 5 && found.bytes().all(|byte| byte.is_ascii_digit());
        let written = if serial { MendReason::DaySerial } else { MendReason::Day };
        let (reason, becomes) = match (self.fault(column), told) {
            (None, _) if found.is_empty() => return,
            (None, _) => (MendReason::Day, self.day_as_kept(&found, by_day).into_iter().collect()),
            (Some(FaultKind::BirthMismatch { .. }), Some(told)) => (MendReason::BirthDiffers, vec![kept(told)]),
            // What the sheet says can be what the number says: then it is only written otherwise.
            (Some(FaultKind::BirthFormat), Some(told)) if read.certain == Some(told) => (written, vec![kept(told)]),
            (Some(FaultKind::BirthFormat), Some(told)) => {
                let differs = read.certain.is_some() || (!read.possible.is_empty() && !read.possible.contains(&told));
                (if differs { MendReason::BirthDiffers } else { MendReason::Birth }, vec![kept(told)])
            }
            (Some(FaultKind::BirthFormat), None) => match read.certain {
                Some(day) => (written, vec![kept(day)]),
                None => (MendReason::DayAsked, read.possible.into_iter().map(kept).collect()),
            },
            (Some(_), Some(told)) => (MendReason::Birth, vec![kept(told)]),
            (Some(_), None) => return,
        };
        self.propose(column, reason, becomes);
    }

    /// A day that is read already, as it is kept. A full day in a column of months loses nothing.
    fn day_as_kept(&self, found: &str, by_day: bool) -> Option<String> {
        let folded: String = found.chars().map(fold_char).collect();
        let folded = folded.trim();
        match check::day(folded) {
            Some(day) if by_day => Some(day.to_string()),
            Some(_) => None,
            None if by_day => None,
            None => check::month(folded),
        }
    }

    fn mobile(&mut self) {
        let found = self.found(Column::Mobile);
        let right = match self.fault(Column::Mobile) {
            None if found.is_empty() => return,
            None => Mobile::parse(&found),
            Some(FaultKind::Mobile(_)) => Mobile::parse(&bare_mobile(&found)),
            Some(_) => return,
        };
        self.propose(Column::Mobile, MendReason::Digits, right.ok().map(Mobile::into_string).into_iter().collect());
    }

    fn years(&mut self) {
        let column = if self.layout.place_of(Column::Years).is_some() { Column::Years } else { Column::YearsInTrade };
        let found = self.found(column);
        // A unit is no fault of writing: 3年 says what it means.
        if self.fault(column).is_none() && found.chars().any(|ch| fold_char(ch) != ch) {
            self.propose(column, MendReason::Digits, vec![self.judged.person.years.clone()]);
        }
    }

    fn prior_level(&mut self) {
        let found = self.found(Column::PriorLevel);
        if found.is_empty() || NO_LEVEL.contains(&found.as_str()) {
            return;
        }
        let level = match self.fault(Column::PriorLevel) {
            None => SkillLevel::parse(&found),
            Some(_) => level_meant(&found),
        };
        let name = level.map(|level| level.name().to_owned());
        self.propose(Column::PriorLevel, MendReason::Level, name.into_iter().collect());
    }
}

/// A number without signs that do not belong to it; × and * at the end are an X that a keyboard did not have.
fn bare_id(text: &str) -> String {
    let folded: String = text.chars().map(fold_char).collect();
    let folded = folded.trim().trim_end_matches(['\'', '"', '`', '’', '”']);
    let (body, last) = match folded.strip_suffix(['×', '*', '✕', 'Х', 'х']) {
        Some(body) if body.chars().filter(char::is_ascii_digit).count() == 17 => (body, "X"),
        _ => (folded, ""),
    };
    let body =
        body.chars().filter(|ch| !matches!(ch, '-' | '_' | '.' | ',' | '\'' | '"' | '`' | '’' | '‘' | '·' | '，'));
    let bare: String = body.filter(|ch| !ch.is_whitespace() && !ch.is_control()).collect();
    bare + last
}

/// The digits of a mobile number among signs; letters and a second number leave it as it is.
fn bare_mobile(text: &str) -> String {
    let folded: String = text.chars().map(fold_char).collect();
    let folded = folded.trim().strip_suffix(".0").unwrap_or(folded.trim());
    if folded.chars().any(char::is_alphabetic) {
        return text.to_owned();
    }
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    // The long-distance zero before a mobile is a habit of old exchanges.
    let national = digits.strip_prefix("0086").or(digits.strip_prefix("86")).or(digits.strip_prefix('0'));
    national.filter(|rest| rest.len() == 11).unwrap_or(&digits).to_owned()
}

fn gender_meant(text: &str) -> Option<Gender> {
    match text.to_ascii_lowercase().as_str() {
        "m" | "male" | "男生" | "男士" | "先生" => Some(Gender::Male),
        "f" | "female" | "女生" | "女士" => Some(Gender::Female),
        _ => None,
    }
}

/// The level that every word of a text names: `高级工（三级）`, `国家职业资格3级`. None where two of them disagree.
fn level_meant(text: &str) -> Option<SkillLevel> {
    let folded: String = text.chars().map(fold_char).filter(|ch| !ch.is_whitespace()).collect();
    let mut rest = folded.replace("高级技师", " 1级 ").replace("技师", " 2级 ");
    for (word, number) in
        [("高级工", "3"), ("中级工", "4"), ("初级工", "5"), ("高级", "3"), ("中级", "4"), ("初级", "5")]
    {
        rest = rest.replace(word, &format!(" {number}级 "));
    }
    for (word, number) in [
        ("一", "1"),
        ("二", "2"),
        ("三", "3"),
        ("四", "4"),
        ("五", "5"),
        ("Ⅰ", "1"),
        ("Ⅱ", "2"),
        ("Ⅲ", "3"),
        ("Ⅳ", "4"),
        ("Ⅴ", "5"),
    ] {
        rest = rest.replace(&format!("{word}级"), &format!(" {number}级 "));
    }
    let mut named: Vec<u8> = rest
        .split(|ch: char| !(ch.is_ascii_digit() || ch == '级'))
        .map(|word| word.strip_suffix('级').unwrap_or(word))
        .filter(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|word| word.parse().unwrap_or(u8::MAX))
        .collect();
    named.sort_unstable();
    named.dedup();
    match named.as_slice() {
        [only @ 1..=5] => SkillLevel::from_number(*only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::{Sheet, SheetKind, judge};
    use chrono::NaiveDate;

    /// A woman born on 1995-03-12.
    const NUMBER: &str = "330802199503120244";

    fn rules() -> Rules {
        Rules { today: NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(), conditions: 3 }
    }

    /// What is proposed for a row that is right but for these cells.
    fn proposed(changed: &[(Column, Cell)]) -> Vec<(Column, MendReason, String, Vec<String>)> {
        let columns = SheetKind::Registration.columns();
        let text = |text: &str| Cell::Text(text.to_owned());
        let mut cells: Vec<Cell> = [
            "宋雨",
            "居民身份证",
            NUMBER,
            "女",
            "1995-03-12",
            "汉",
            "高中",
            "13800004300",
            "企业",
            "护理院",
            "3",
            "无",
            "衢州",
            "",
            "1",
        ]
        .map(text)
        .into();
        for (column, cell) in changed {
            cells[columns.iter().position(|known| known == column).unwrap()] = cell.clone();
        }
        let headings = columns.iter().map(|column| text(column.label())).collect();
        let layout =
            Layout::propose(&Sheet { name: String::new(), rows: vec![(1, headings)], ..Sheet::default() }).unwrap();
        let judged = judge::row(2, &cells, &layout, &rules());
        let mends = mends(&cells, &layout, &judged, &rules());
        mends.into_iter().map(|mend| (mend.column, mend.reason, mend.found, mend.becomes)).collect()
    }

    #[test]
    fn what_was_meant_is_proposed_and_nothing_else() {
        use Column::{Birth, Education, Gender, IdKind, IdNo, Mobile, PriorLevel, Source, Years};
        assert_eq!(proposed(&[]), [], "a row that stands as it is kept");
        let none: &[(Column, &str)] = &[];
        let passport: &[(Column, &str)] = &[(IdKind, "护照"), (IdNo, "E12345678")];
        for (others, column, written, wanted) in [
            (none, Birth, "19950312", Some((MendReason::Day, vec!["1995-03-12"]))),
            (none, Birth, "1995.3.12", Some((MendReason::Day, vec!["1995-03-12"]))),
            (none, Birth, "1995年3月12日", Some((MendReason::Day, vec!["1995-03-12"]))),
            (none, Birth, "１９９５－０３－１２", Some((MendReason::Day, vec!["1995-03-12"]))),
            (none, Birth, "12/3/1995", Some((MendReason::Birth, vec!["1995-03-12"]))),
            (none, Birth, "34770", Some((MendReason::DaySerial, vec!["1995-03-12"]))),
            (none, Birth, "95/3/12", Some((MendReason::Birth, vec!["1995-03-12"]))),
            (none, Birth, "95/3/13", Some((MendReason::BirthDiffers, vec!["1995-03-12"]))),
            (none, Birth, "1995-03-13", Some((MendReason::BirthDiffers, vec!["1995-03-12"]))),
            (none, Birth, "不详", Some((MendReason::Birth, vec!["1995-03-12"]))),
            (none, Birth, "", Some((MendReason::Birth, vec!["1995-03-12"]))),
            // Without a number that tells it.
            (passport, Birth, "36647", Some((MendReason::DaySerial, vec!["2000-05-01"]))),
            (passport, Birth, "24/5/1", Some((MendReason::DayAsked, vec!["2001-05-24"]))),
            (passport, Birth, "1/2/1990", Some((MendReason::DayAsked, vec!["1990-01-02", "1990-02-01"]))),
            (passport, Birth, "1990.2.1", Some((MendReason::Day, vec!["1990-02-01"]))),
            (passport, Birth, "不详", None),
            (none, IdNo, "330802 1995 0312 0244", Some((MendReason::Digits, vec![NUMBER]))),
            (none, IdNo, "３３０８０２１９９５０３１２０２４４", Some((MendReason::Digits, vec![NUMBER]))),
            (none, IdNo, "’330802-19950312-0244", Some((MendReason::Digits, vec![NUMBER]))),
            (none, IdNo, "33080219920418028x", Some((MendReason::Digits, vec!["33080219920418028X"]))),
            (none, IdNo, "33080219950312024", None),
            (none, IdNo, "330802199503120245", None),
            (none, Gender, "", Some((MendReason::Gender, vec!["女"]))),
            (none, Gender, "F", Some((MendReason::Gender, vec!["女"]))),
            (none, Gender, "女性", Some((MendReason::Word, vec!["女"]))),
            (none, Gender, "男", Some((MendReason::GenderDiffers, vec!["女"]))),
            (passport, Gender, "F", Some((MendReason::Word, vec!["女"]))),
            (passport, Gender, "？", None),
            (none, IdKind, "身份证件", Some((MendReason::IdKind, vec!["居民身份证"]))),
            (none, Mobile, "１３８００００４３００", Some((MendReason::Digits, vec!["13800004300"]))),
            (none, Mobile, "138 0000 4300", Some((MendReason::Digits, vec!["13800004300"]))),
            (none, Mobile, "(0)138.0000.4300", Some((MendReason::Digits, vec!["13800004300"]))),
            (none, Mobile, "13800004300.0", Some((MendReason::Digits, vec!["13800004300"]))),
            (none, Mobile, "13800004300/13900004300", None),
            (none, Mobile, "1380000430", None),
            (none, Years, "３", Some((MendReason::Digits, vec!["3"]))),
            (none, Years, "3年", None),
            (none, Education, "中专", Some((MendReason::Term, vec!["中等专业学校"]))),
            (none, Education, "大专", None),
            (none, Source, "学生", Some((MendReason::Term, vec!["在校学生"]))),
            (none, PriorLevel, "三级/高级工", None),
            (none, PriorLevel, "3", Some((MendReason::Level, vec!["三级/高级工"]))),
            (none, PriorLevel, "高级工", Some((MendReason::Level, vec!["三级/高级工"]))),
            (none, PriorLevel, "高级工（三级）", Some((MendReason::Level, vec!["三级/高级工"]))),
            (none, PriorLevel, "国家职业资格３级", Some((MendReason::Level, vec!["三级/高级工"]))),
            (none, PriorLevel, "高级技师 一级", Some((MendReason::Level, vec!["一级/高级技师"]))),
            (none, PriorLevel, "Ⅳ级", Some((MendReason::Level, vec!["四级/中级工"]))),
            (none, PriorLevel, "三级技师", None),
            (none, PriorLevel, "9级", None),
            (none, PriorLevel, "有", None),
        ] {
            let mut cells: Vec<(Column, Cell)> =
                others.iter().map(|(column, text)| (*column, Cell::Text((*text).to_owned()))).collect();
            cells.push((column, Cell::Text(written.to_owned())));
            let all = proposed(&cells);
            let found: Vec<_> = all.into_iter().filter(|(at, ..)| *at == column).collect();
            let wanted: Vec<_> = wanted
                .into_iter()
                .map(|(reason, becomes)| {
                    (column, reason, written.trim().to_owned(), becomes.into_iter().map(str::to_owned).collect())
                })
                .collect();
            assert_eq!(found, wanted, "{column:?} {written}");
        }
    }

    #[test]
    fn a_spreadsheets_own_numbers_are_read() {
        let all =
            proposed(&[(Column::Birth, Cell::Number(34_770.0)), (Column::Mobile, Cell::Number(13_800_004_300.0))]);
        assert_eq!(all, [(Column::Birth, MendReason::DaySerial, "34770".to_owned(), vec!["1995-03-12".to_owned()])]);
        let lossy = proposed(&[(Column::IdNo, Cell::Number(3.308_021_995_031_2e17))]);
        assert!(lossy.iter().all(|(column, ..)| *column != Column::IdNo), "lost digits are nobody's guess");
    }

    #[test]
    fn reasons_are_read_back() {
        for reason in MendReason::ALL {
            assert_eq!(MendReason::parse(reason.as_str()), Some(reason));
        }
        assert!(!MendReason::DayAsked.is_sure() && MendReason::Digits.is_sure());
    }
}
