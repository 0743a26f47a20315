//! Days as sheets have them: with other signs, as a spreadsheet's number of days, with a year of two digits.

use crate::text::fold_char;
use chrono::{Datelike, Days as Count, NaiveDate};

/// Ages, in years, of people who may stand in a roster: they decide the century of a short year.
const AGES: std::ops::RangeInclusive<i32> = 14..=100;

/// What a text can mean as a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Days {
    /// The only day that it can mean.
    pub certain: Option<NaiveDate>,
    /// Days that it may mean, where somebody has to say which: the earliest first.
    pub possible: Vec<NaiveDate>,
}

/// Reads a day of birth. Nobody is born after `today` or before 1900.
pub fn days(text: &str, today: NaiveDate) -> Days {
    let folded: String = text.chars().map(fold_char).collect();
    let folded = folded.trim();
    let parts: Vec<&str> = folded.split(|ch: char| !ch.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let words = folded.chars().any(|ch| ch.is_alphabetic() && !matches!(ch, '年' | '月' | '日' | '号' | '生'));
    let fits = |day: &NaiveDate| *day <= today && day.year() >= 1900;
    if words {
        return Days::default();
    }
    let whole = |order: [&str; 3]| ymd(order).filter(fits);
    match *parts.as_slice() {
        [serial] if serial.len() == 5 => Days { certain: of_serial(serial).filter(fits), possible: Vec::new() },
        [run] if run.len() == 8 => {
            let certain = whole([&run[..4], &run[4..6], &run[6..]]);
            let turned = [[&run[4..], &run[2..4], &run[..2]], [&run[4..], &run[..2], &run[2..4]]];
            Days::of(certain, turned.into_iter().filter_map(whole).collect())
        }
        [run] if run.len() == 6 => Days::asked(short([&run[..2], &run[2..4], &run[4..]], today)),
        [year, month, day] if year.len() == 4 => Days { certain: whole([year, month, day]), possible: Vec::new() },
        [one, two, year] if year.len() == 4 => {
            Days::of(None, [[year, two, one], [year, one, two]].into_iter().filter_map(whole).collect())
        }
        [one, two, three] if [one, two, three].iter().all(|part| part.len() <= 2) => {
            Days::asked(short([one, two, three], today))
        }
        _ => Days::default(),
    }
}

impl Days {
    /// One day is certain, several are asked for.
    fn of(certain: Option<NaiveDate>, mut possible: Vec<NaiveDate>) -> Days {
        possible.sort_unstable();
        possible.dedup();
        match (certain, possible.as_slice()) {
            (Some(_), _) => Days { certain, possible: Vec::new() },
            (None, [only]) => Days { certain: Some(*only), possible: Vec::new() },
            (None, _) => Days { certain: None, possible },
        }
    }

    /// A year of two digits is never certain.
    fn asked(mut possible: Vec<NaiveDate>) -> Days {
        possible.sort_unstable();
        possible.dedup();
        Days { certain: None, possible }
    }
}

fn ymd([year, month, day]: [&str; 3]) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The day with this number in a spreadsheet: 45413 is 2024-05-01.
fn of_serial(serial: &str) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Count::new(serial.parse().ok()?))
}

/// Year first, day first and month first, in either century, as far as somebody of a roster can be born then.
fn short([one, two, three]: [&str; 3], today: NaiveDate) -> Vec<NaiveDate> {
    let mut found = Vec::new();
    for [year, month, day] in [[one, two, three], [three, two, one], [three, one, two]] {
        for century in ["19", "20"] {
            let year = format!("{century}{year:0>2}");
            let Some(born) = ymd([year.as_str(), month, day]) else { continue };
            if today.years_since(born).is_some_and(|age| i32::try_from(age).is_ok_and(|age| AGES.contains(&age))) {
                found.push(born);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_every_way_that_sheets_write_them() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (written, certain, possible) in [
            ("19900501", Some("1990-05-01"), vec![]),
            ("1990.5.1", Some("1990-05-01"), vec![]),
            ("1990年5月1日", Some("1990-05-01"), vec![]),
            ("１９９０／５／１", Some("1990-05-01"), vec![]),
            ("1990、5、1", Some("1990-05-01"), vec![]),
            ("1990年5月1号生", Some("1990-05-01"), vec![]),
            ("32994", Some("1990-05-01"), vec![]),
            ("45413", Some("2024-05-01"), vec![]),
            ("46500", None, vec![]),
            ("1/5/1990", None, vec!["1990-01-05", "1990-05-01"]),
            ("25/5/1990", Some("1990-05-25"), vec![]),
            ("5/5/1990", Some("1990-05-05"), vec![]),
            ("15121990", Some("1990-12-15"), vec![]),
            // Nobody born in 2024 applies; somebody of 2001 does.
            ("24/5/1", None, vec!["2001-05-24"]),
            ("90/5/1", None, vec!["1990-05-01"]),
            ("900501", None, vec!["1990-05-01"]),
            ("01-02-03", None, vec!["2001-02-03", "2003-01-02", "2003-02-01"]),
            ("1990-13-01", None, vec![]),
            ("1990-02-30", None, vec![]),
            ("2090-01-01", None, vec![]),
            ("1890-01-01", None, vec![]),
            ("1990", None, vec![]),
            ("15-Dec-90", None, vec![]),
            ("不详", None, vec![]),
            ("", None, vec![]),
        ] {
            let wanted = Days { certain: certain.map(day), possible: possible.into_iter().map(day).collect() };
            assert_eq!(days(written, today), wanted, "{written}");
        }
    }
}
