//! Reading a pasted list: columns by tab or comma, as spreadsheets and CSV files give them.

use chrono::NaiveDate;
use domain::contact::{Mobile, PersonName};
use domain::form::{FieldFault, OFFERED_ID_KINDS, Problem};
use domain::id_document::{IdKind, IdNumber};
use domain::page::people::{MOST_PRELOADED, RowFault, RowProblem};

/// A row that was understood.
pub(super) struct Person {
    /// Line of the list, counted from 1.
    pub row: u32,
    /// The row as it was typed.
    pub typed: String,
    pub name: PersonName,
    pub id: IdNumber,
    pub mobile: Option<Mobile>,
}

/// Reads every line. Empty lines and a heading are passed over.
pub(super) fn read(text: &str, today: NaiveDate) -> (Vec<Person>, Vec<RowFault>) {
    let (mut people, mut faults) = (Vec::new(), Vec::new());
    let text = text.trim_start_matches('\u{feff}');
    let mut taken = 0;
    for (line, row) in text.lines().zip(1_u32..) {
        let cells = cells(line);
        let first = cells.first().map_or("", String::as_str);
        if cells.iter().all(String::is_empty) || first == "姓名" {
            continue;
        }
        taken += 1;
        let typed = line.trim().to_owned();
        if taken > MOST_PRELOADED {
            faults.push(RowFault { row, typed, problems: vec![RowProblem::TooMany] });
            continue;
        }
        match person(&cells, row, &typed, today) {
            Ok(person) => people.push(person),
            Err(problems) => faults.push(RowFault { row, typed, problems }),
        }
    }
    (people, faults)
}

fn person(cells: &[String], row: u32, typed: &str, today: NaiveDate) -> Result<Person, Vec<RowProblem>> {
    let [name, kind, number, mobile] = cells else {
        let found = u32::try_from(cells.len()).unwrap_or(u32::MAX);
        return Err(vec![RowProblem::Columns { found }]);
    };
    let mut problems = Vec::new();
    let mut fault = |key: &str, label: &str, problem: Problem| {
        problems.push(RowProblem::Cell(FieldFault { key: key.into(), label: label.into(), problem }));
    };
    let name = match PersonName::parse(name) {
        Ok(name) => Some(name),
        Err(_) if name.is_empty() => {
            fault("name", "姓名", Problem::Missing);
            None
        }
        Err(why) => {
            fault("name", "姓名", Problem::Name(why));
            None
        }
    };
    let id = match number_of(kind, number, today) {
        Ok(id) => Some(id),
        Err((key, label, problem)) => {
            fault(key, label, problem);
            None
        }
    };
    let mobile = match mobile.as_str() {
        "" => None,
        text => match Mobile::parse(text) {
            Ok(mobile) => Some(mobile),
            Err(why) => {
                fault("mobile", "手机号码", Problem::Mobile(why));
                None
            }
        },
    };
    match (name, id) {
        (Some(name), Some(id)) if problems.is_empty() => Ok(Person { row, typed: typed.to_owned(), name, id, mobile }),
        _ => Err(problems),
    }
}

/// Without a kind the number tells it.
fn number_of(kind: &str, number: &str, today: NaiveDate) -> Result<IdNumber, (&'static str, &'static str, Problem)> {
    if number.is_empty() {
        return Err(("id_no", "证件号码", Problem::Missing));
    }
    let kinds: Vec<IdKind> =
        IdKind::named(kind).iter().copied().filter(|kind| OFFERED_ID_KINDS.contains(kind)).collect();
    if !kind.is_empty() && kinds.is_empty() {
        return Err(("id_kind", "证件类型", Problem::NotOffered));
    }
    let read = if kinds.is_empty() {
        IdNumber::parse(None, number, today)
    } else {
        IdNumber::parse_as_one_of(&kinds, number, today)
    };
    read.map_err(|why| ("id_no", "证件号码", Problem::Id(why)))
}

/// The cells of a line: by tabs where there is one, else by commas of either width. Quotes and the
/// apostrophe that spreadsheets put before long numbers go.
fn cells(line: &str) -> Vec<String> {
    let tidy = |cell: &str| cell.trim().trim_matches('"').trim_start_matches('\'').trim().to_owned();
    if line.contains('\t') {
        line.split('\t').map(tidy).collect()
    } else {
        line.split([',', '，']).map(tidy).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreadsheets_and_csv_files_are_read_alike() {
        assert_eq!(cells("李强\t居民身份证\t'330106199003070012\t13800000001").len(), 4);
        assert_eq!(cells("\"李强\", 居民身份证 ，330106199003070012,")[2], "330106199003070012");
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let (people, faults) = read("\u{feff}姓名,证件类型,证件号码,手机号码\n\n李强,身份证\n,,,\n", today);
        assert!(people.is_empty());
        assert_eq!(faults.len(), 1);
        assert_eq!((faults[0].row, &faults[0].problems), (3, &vec![RowProblem::Columns { found: 2 }]));
    }
}
