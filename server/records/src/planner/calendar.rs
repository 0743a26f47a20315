//! Which days offices work: a file of the data folder, else the one that comes with the product.

use crate::Error;
use crate::configuration::from_toml;
use domain::timeline::WorkCalendar;
use std::path::Path;

const OWN: &str = include_str!("../../../data/holidays.toml");
const FILE: &str = "holidays.toml";

/// The calendar that comes with the product.
pub fn own_calendar() -> Result<WorkCalendar, Error> {
    from_toml(OWN, "data/holidays.toml")
}

/// Reads the calendar of an installation.
pub(crate) fn load(data: &Path) -> Result<WorkCalendar, Error> {
    match std::fs::read_to_string(data.join(FILE)) {
        Ok(text) => from_toml(&text, FILE),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => own_calendar(),
        Err(why) => Err(why.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_of_the_product_reads_and_an_own_one_goes_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        let own = load(folder.path()).unwrap();
        assert!(!own.is_workday(day("2026-10-01")) && own.is_workday(day("2026-10-10")));
        assert!(own.is_workday(day("2026-12-21")) && !own.is_workday(day("2026-12-20")));
        std::fs::write(folder.path().join(FILE), "holidays = [\"2026-12-21\"]").unwrap();
        assert!(!load(folder.path()).unwrap().is_workday(day("2026-12-21")));
        std::fs::write(folder.path().join(FILE), "feiertage = []").unwrap();
        assert!(load(folder.path()).unwrap_err().to_string().contains("holidays.toml"));
    }
}
