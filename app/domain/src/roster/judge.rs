//! Judging a roster: every row is read into normal forms, and every cell at fault is named.

use super::lists::{ETHNICITIES, NO_LEVEL, OTHER_ETHNICITY, UNSCHOOLED};
use super::{Cell, Column, EDUCATIONS, FaultKind, Layout, RosterFault, RosterPerson, SOURCES, Sheet};
use crate::contact::{Email, Mobile, NameFault, PersonName};
use crate::form::check;
use crate::id_document::{Gender, IdKind, IdNumber};
use crate::occupation::SkillLevel;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most characters of a free text (unit, address).
pub(super) const TEXT_MAX: usize = 200;
/// Most years of work.
pub(super) const YEARS_MAX: i32 = 60;
/// Nobody works before this age, in years.
pub const WORK_FROM: i32 = 15;

/// What the plan adds to the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Today in Shanghai.
    pub today: NaiveDate,
    /// How many conditions the plan has.
    pub conditions: u32,
}

/// How a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing to mend.
    Ready,
    /// Something to mend.
    Faulty,
}

/// A row with what it says and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Number of the row, as the spreadsheet counts.
    pub row: u32,
    /// What it says, in normal forms where these could be found, otherwise as typed.
    pub person: RosterPerson,
    /// What is wrong, in the order of the columns.
    pub faults: Vec<RosterFault>,
}

impl Judged {
    /// How the row stands.
    pub fn standing(&self) -> Standing {
        if self.faults.is_empty() { Standing::Ready } else { Standing::Faulty }
    }
}

/// Judges every row below the headings. A number that stands there twice is told at the later row.
pub fn rows(sheet: &Sheet, layout: &Layout, rules: &Rules) -> Vec<Judged> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut all = Vec::new();
    let sheet = sheet.spread(layout);
    for (number, cells) in sheet.rows.iter().filter(|(number, _)| *number >= layout.begins_at()) {
        if cells.iter().all(Cell::is_empty) {
            continue;
        }
        let mut judged = row(*number, cells, layout, rules);
        if !judged.person.id_no.is_empty() {
            let key = duplicate_key(&judged.person);
            match seen.get(&key) {
                Some(first) => judged.faults.push(RosterFault {
                    column: Column::IdNo,
                    kind: FaultKind::IdDuplicate { first: *first },
                    found: judged.person.id_no.clone(),
                }),
                None => {
                    seen.insert(key, *number);
                }
            }
        }
        all.push(judged);
    }
    all
}

/// One person, one key: reissues of a travel permit are the same person.
fn duplicate_key(person: &RosterPerson) -> String {
    let kind = IdKind::from_code(&person.id_kind);
    kind.and_then(|kind| IdNumber::restore(kind, &person.id_no).ok())
        .map_or_else(|| person.id_no.clone(), |number| number.dedupe_key().to_owned())
}

/// Judges one row.
pub fn row(number: u32, cells: &[Cell], layout: &Layout, rules: &Rules) -> Judged {
    let mut reading = Reading { cells, layout, rules, person: RosterPerson::default(), faults: Vec::new() };
    reading.missing();
    reading.name();
    let id = reading.id();
    reading.gender(id.as_ref());
    reading.birth(id.as_ref());
    reading.ethnicity();
    reading.education();
    reading.mobile();
    reading.source();
    reading.free_texts();
    reading.years(id.as_ref());
    reading.prior_level();
    reading.email();
    reading.condition();
    Judged { row: number, person: reading.person, faults: reading.faults }
}

struct Reading<'a> {
    cells: &'a [Cell],
    layout: &'a Layout,
    rules: &'a Rules,
    person: RosterPerson,
    faults: Vec<RosterFault>,
}

static NOTHING: Cell = Cell::Empty;

impl Reading<'_> {
    fn cell(&self, column: Column) -> &Cell {
        self.layout.place_of(column).and_then(|place| self.cells.get(place)).unwrap_or(&NOTHING)
    }

    fn text(&self, column: Column) -> String {
        self.cell(column).shown()
    }

    fn fault(&mut self, column: Column, kind: FaultKind) {
        let found = self.text(column);
        self.faults.push(RosterFault { column, kind, found });
    }

    fn missing(&mut self) {
        for column in self.layout.kind.needed() {
            if self.cell(*column).is_empty() {
                self.fault(*column, FaultKind::Missing);
            }
        }
    }

    fn name(&mut self) {
        let typed = self.text(Column::Name);
        if typed.is_empty() {
            return;
        }
        let formula = matches!(self.cell(Column::Name), Cell::Formula(_));
        match PersonName::parse(&typed) {
            _ if formula => {
                self.person.name = typed;
                self.fault(Column::Name, FaultKind::Name(NameFault::Formula));
            }
            Ok(name) => self.person.name = name.into_string(),
            Err(fault) => {
                self.person.name = typed;
                self.fault(Column::Name, FaultKind::Name(fault));
            }
        }
    }

    fn id(&mut self) -> Option<IdNumber> {
        let typed = self.text(Column::IdNo);
        if typed.is_empty() {
            return None;
        }
        let kind_typed = self.text(Column::IdKind);
        // 花名册 has no column for the kind: the number tells it.
        let kinds: Vec<IdKind> = if self.layout.place_of(Column::IdKind).is_none() || kind_typed.is_empty() {
            vec![IdNumber::recognise(&typed)]
        } else {
            IdKind::named(&kind_typed).to_vec()
        };
        self.person.id_no = typed.clone();
        if kinds.is_empty() {
            self.fault(Column::IdKind, FaultKind::IdKindUnknown);
            return None;
        }
        if is_lossy(self.cell(Column::IdNo), &typed) {
            self.person.id_no.clear();
            self.fault(Column::IdNo, FaultKind::IdLossy);
            return None;
        }
        match IdNumber::parse_as_one_of(&kinds, &typed, self.rules.today) {
            Ok(number) => {
                self.person.id_kind = number.kind().code().to_owned();
                self.person.id_no = number.as_str().to_owned();
                Some(number)
            }
            Err(fault) => {
                self.person.id_no = IdNumber::normalise(kinds[0], &typed);
                self.fault(Column::IdNo, FaultKind::Id(fault));
                None
            }
        }
    }

    fn gender(&mut self, id: Option<&IdNumber>) {
        let told = id.and_then(IdNumber::gender);
        let typed = self.text(Column::Gender);
        if typed.is_empty() {
            self.person.gender = told.map_or_else(String::new, |gender| gender.label().to_owned());
            return;
        }
        self.person.gender = typed.clone();
        match (Gender::from_label(&typed), told) {
            (None, _) => self.fault(Column::Gender, FaultKind::GenderUnknown),
            (Some(gender), Some(told)) if gender != told => {
                self.fault(Column::Gender, FaultKind::GenderMismatch { number_says: told.label().to_owned() });
            }
            (Some(gender), _) => self.person.gender = gender.label().to_owned(),
        }
    }

    fn birth(&mut self, id: Option<&IdNumber>) {
        let told = id.and_then(IdNumber::birth);
        let by_day = self.layout.place_of(Column::Birth).is_some();
        let column = if by_day { Column::Birth } else { Column::BirthMonth };
        let typed = self.text(column);
        if typed.is_empty() {
            self.person.birth = told.map_or_else(String::new, |day| day.to_string());
            return;
        }
        let folded = fold_digits(&typed);
        let (read, told_alike) = if by_day {
            (check::day(&folded).map(|day| day.to_string()), told.map(|day| day.to_string()))
        } else {
            let month = |day: NaiveDate| format!("{:04}-{:02}", day.year(), day.month());
            (check::month(&folded), told.map(month))
        };
        self.person.birth = typed;
        match (read, told_alike) {
            (None, _) => self.fault(column, FaultKind::BirthFormat),
            (Some(read), Some(told)) if read != told => {
                self.fault(column, FaultKind::BirthMismatch { number_says: told });
            }
            (Some(read), _) => self.person.birth = told.map_or(read, |day| day.to_string()),
        }
    }

    fn ethnicity(&mut self) {
        let typed = self.text(Column::Ethnicity);
        if typed.is_empty() {
            return;
        }
        let plain = typed.strip_suffix('族').unwrap_or(&typed).to_owned();
        let known = plain == OTHER_ETHNICITY || ETHNICITIES.contains(&plain.as_str());
        self.person.ethnicity = if known { plain } else { typed };
        if !known {
            self.fault(Column::Ethnicity, FaultKind::EthnicityUnknown);
        }
    }

    fn education(&mut self) {
        let typed = self.text(Column::Education);
        self.person.education = typed.clone();
        if !typed.is_empty() && typed != UNSCHOOLED && !EDUCATIONS.contains(&typed.as_str()) {
            self.fault(Column::Education, FaultKind::EducationUnknown);
        }
    }

    fn mobile(&mut self) {
        let typed = self.text(Column::Mobile);
        if typed.is_empty() {
            return;
        }
        match Mobile::parse(&typed) {
            Ok(mobile) => self.person.mobile = mobile.into_string(),
            Err(fault) => {
                self.person.mobile = typed;
                self.fault(Column::Mobile, FaultKind::Mobile(fault));
            }
        }
    }

    fn source(&mut self) {
        let typed = self.text(Column::Source);
        let plain = typed.replace('（', "(").replace('）', ")");
        let known = SOURCES.contains(&plain.as_str());
        self.person.source = if known { plain } else { typed.clone() };
        if !typed.is_empty() && !known {
            self.fault(Column::Source, FaultKind::SourceUnknown);
        }
    }

    fn free_texts(&mut self) {
        for column in [Column::Employer, Column::EmployerOrAddress, Column::Address, Column::PriorNo] {
            let typed = self.text(column);
            if typed.is_empty() {
                continue;
            }
            let length = typed.chars().count();
            if length > TEXT_MAX {
                let (length, limit) = (u32::try_from(length).unwrap_or(u32::MAX), TEXT_MAX as u32);
                self.fault(column, FaultKind::TooLong { length, limit });
            }
            match column {
                Column::Address => self.person.address = typed,
                Column::PriorNo if NO_LEVEL.contains(&typed.as_str()) => {}
                Column::PriorNo => self.person.prior_no = typed,
                _ => self.person.employer = typed,
            }
        }
    }

    fn years(&mut self, id: Option<&IdNumber>) {
        let column = if self.layout.place_of(Column::Years).is_some() { Column::Years } else { Column::YearsInTrade };
        let typed = self.text(column);
        if typed.is_empty() {
            return;
        }
        self.person.years = typed.clone();
        let plain = fold_digits(&typed);
        let plain = plain.strip_suffix('年').unwrap_or(&plain).trim();
        let years = plain.parse::<i32>().ok().filter(|years| plain.len() <= 2 && (0..=YEARS_MAX).contains(years));
        let most =
            id.and_then(IdNumber::birth).map(|birth| (self.rules.today.year() - birth.year() - WORK_FROM).max(0));
        match (years, most) {
            (None, _) => self.fault(column, FaultKind::YearsInvalid),
            (Some(years), Some(most)) if years > most => self.fault(column, FaultKind::YearsImpossible { most }),
            (Some(years), _) => self.person.years = years.to_string(),
        }
    }

    fn prior_level(&mut self) {
        let typed = self.text(Column::PriorLevel);
        if typed.is_empty() || NO_LEVEL.contains(&typed.as_str()) {
            return;
        }
        match SkillLevel::parse(&typed) {
            Some(level) => self.person.prior_level = level.number().to_string(),
            None => {
                self.person.prior_level = typed;
                self.fault(Column::PriorLevel, FaultKind::PriorLevelUnknown);
            }
        }
    }

    fn email(&mut self) {
        let typed = self.text(Column::Email);
        if typed.is_empty() {
            return;
        }
        match Email::parse(&typed) {
            Ok(email) => self.person.email = email.into_string(),
            Err(fault) => {
                self.person.email = typed;
                self.fault(Column::Email, FaultKind::Email(fault));
            }
        }
    }

    fn condition(&mut self) {
        let typed = self.text(Column::Condition);
        if typed.is_empty() {
            return;
        }
        let folded = fold_digits(&typed);
        let number = folded
            .trim_matches(|ch: char| matches!(ch, '(' | ')' | '（' | '）' | ' ') || "第条".contains(ch))
            .parse::<u32>()
            .ok()
            .filter(|number| (1..=self.rules.conditions).contains(number));
        self.person.condition = typed;
        match number {
            Some(number) => self.person.condition = number.to_string(),
            None => self.fault(Column::Condition, FaultKind::ConditionUnknown { of: self.rules.conditions }),
        }
    }
}

/// A long number that a spreadsheet has kept as a number has lost its last digits.
fn is_lossy(cell: &Cell, shown: &str) -> bool {
    match cell {
        Cell::Number(number) => number.abs() >= 1e15 || number.fract() != 0.0,
        _ => shown.contains("E+") && shown.starts_with(|ch: char| ch.is_ascii_digit()),
    }
}

fn fold_digits(text: &str) -> String {
    text.chars()
        .map(|ch| match ch {
            '０'..='９' => char::from_u32(u32::from(ch) - 0xfee0).unwrap_or(ch),
            '（' => '(',
            '）' => ')',
            '－' => '-',
            '．' => '.',
            '／' => '/',
            other => other,
        })
        .collect::<String>()
        .trim()
        .to_owned()
}
