//! What may stand in a column of a roster, for whoever fills in an empty sheet: the rules of [`super::judge`], said
//! before somebody breaks them.

use super::judge::{TEXT_MAX, YEARS_MAX};
use super::lists::{ETHNICITIES, NO_LEVEL, OTHER_ETHNICITY, UNSCHOOLED};
use super::{Column, EDUCATIONS, SOURCES, SheetKind};
use crate::id_document::{Gender, IdKind};
use crate::occupation::SkillLevel;

/// What may stand in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// Nobody is imported without it.
    pub needed: bool,
    /// The words that are taken, where there is a list of them.
    pub words: Vec<&'static str>,
    /// The highest number, or the most characters, that are taken.
    pub most: Option<u32>,
}

/// What may stand in a column of a sheet, for a plan with so many conditions.
pub fn allowed(kind: SheetKind, column: Column, conditions: u32) -> Allowed {
    let words = match column {
        Column::Gender => Gender::ALL.map(Gender::label).to_vec(),
        Column::IdKind => IdKind::ALL.map(IdKind::label).to_vec(),
        Column::Ethnicity => ETHNICITIES.into_iter().chain([OTHER_ETHNICITY]).collect(),
        Column::Education => EDUCATIONS.into_iter().chain([UNSCHOOLED]).collect(),
        Column::Source => SOURCES.to_vec(),
        Column::PriorLevel => NO_LEVEL.into_iter().take(1).chain(SkillLevel::ALL.map(SkillLevel::name)).collect(),
        _ => Vec::new(),
    };
    let most = match column {
        Column::Employer | Column::EmployerOrAddress | Column::Address | Column::PriorNo => {
            Some(u32::try_from(TEXT_MAX).unwrap_or(u32::MAX))
        }
        Column::Years | Column::YearsInTrade => u32::try_from(YEARS_MAX).ok(),
        Column::Condition => Some(conditions),
        _ => None,
    };
    Allowed { needed: kind.needed().contains(&column), words, most }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::judge::{self, Rules};
    use crate::roster::{Cell, Layout, Sheet};
    use chrono::NaiveDate;

    const CONDITIONS: u32 = 3;

    /// What is wrong with a column of a sheet in which only these cells are filled in.
    fn faults(kind: SheetKind, column: Column, filled: &[(Column, &str)]) -> Vec<String> {
        let text = |text: &str| Cell::Text(text.to_owned());
        let headings = kind.columns().iter().map(|column| text(column.label())).collect();
        let cell = |column: &Column| {
            filled.iter().find(|(known, _)| known == column).map_or(Cell::Empty, |(_, word)| text(word))
        };
        let rows = vec![(1, headings), (2, kind.columns().iter().map(cell).collect())];
        let sheet = Sheet { rows, ..Sheet::default() };
        let layout = Layout::propose(&sheet).unwrap();
        assert_eq!((layout.kind, layout.check()), (kind, Ok(())));
        let rules = Rules { today: NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(), conditions: CONDITIONS };
        let judged = judge::rows(&sheet, &layout, &rules).remove(0);
        judged.faults.iter().filter(|fault| fault.column == column).map(|fault| fault.kind.code()).collect()
    }

    #[test]
    fn whatever_is_said_to_be_allowed_is_read_without_a_fault() {
        for kind in [SheetKind::Registration, SheetKind::Roster] {
            for column in kind.columns().iter().copied() {
                let allowed = allowed(kind, column, CONDITIONS);
                // The kind of a document is read together with its number.
                let number = if column == Column::IdKind { "330802199503120244" } else { "" };
                let with = |word: &str| faults(kind, column, &[(column, word), (Column::IdNo, number)]);
                for word in &allowed.words {
                    assert_eq!(with(word), Vec::<String>::new(), "{column:?} {word}");
                }
                assert_eq!(
                    with("不在名单里").is_empty(),
                    allowed.words.is_empty() && !is_checked(column),
                    "{column:?}"
                );
                let Some(most) = allowed.most else { continue };
                let (last, beyond) = match column {
                    Column::Condition | Column::Years | Column::YearsInTrade => {
                        (most.to_string(), (most + 1).to_string())
                    }
                    _ => ("路".repeat(most as usize), "路".repeat(most as usize + 1)),
                };
                assert_eq!((with(&last).len(), with(&beyond).len()), (0, 1), "{column:?} ends at {most}");
            }
        }
    }

    /// Columns without a list that do not take every text.
    fn is_checked(column: Column) -> bool {
        use Column::{Birth, BirthMonth, Condition, Email, IdNo, Mobile, Years, YearsInTrade};
        matches!(column, Birth | BirthMonth | Condition | Email | IdNo | Mobile | Years | YearsInTrade)
    }

    #[test]
    fn what_is_needed_is_missed_and_nothing_else() {
        for kind in [SheetKind::Registration, SheetKind::Roster] {
            for column in kind.columns().iter().copied() {
                let other = if column == Column::Name { Column::Mobile } else { Column::Name };
                let missed = faults(kind, column, &[(other, "张三")]).contains(&"required".to_owned());
                assert_eq!(missed, allowed(kind, column, CONDITIONS).needed, "{kind:?} {column:?}");
            }
        }
    }
}
