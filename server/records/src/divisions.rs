//! 行政区划: codes of six digits and their names, for places of plans and agencies.
//! `server/data/README.md` says where the list comes from.

use std::collections::BTreeMap;
use std::sync::OnceLock;

static LIST: &str = include_str!("../../data/divisions.tsv");

fn all() -> &'static BTreeMap<&'static str, &'static str> {
    static ALL: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    ALL.get_or_init(|| LIST.lines().filter_map(|line| line.split_once('\t')).collect())
}

/// The name behind a code: `330100` is 杭州市.
pub fn name_of(code: &str) -> Option<&'static str> {
    all().get(code).copied()
}

/// The cities of a province (`330000`), by code.
pub fn cities_of(province: &str) -> Vec<(&'static str, &'static str)> {
    let head = province.get(..2).unwrap_or_default();
    within(head, |code| code.ends_with("00") && !code.ends_with("0000"))
}

/// The counties and districts of a city (`330100`), by code.
pub fn counties_of(city: &str) -> Vec<(&'static str, &'static str)> {
    let head = city.get(..4).unwrap_or_default();
    within(head, |code| !code.ends_with("00"))
}

fn within(head: &str, wanted: impl Fn(&str) -> bool) -> Vec<(&'static str, &'static str)> {
    let inside = |code: &str| !head.is_empty() && code.starts_with(head);
    all().iter().filter(|(code, _)| inside(code) && wanted(code)).map(|(code, name)| (*code, *name)).collect()
}

/// Reads a city by code or by name, within a province (`33`) or anywhere (``).
pub(crate) fn find_city(text: &str, province: &str) -> Option<(&'static str, &'static str)> {
    find(text, |code| code.starts_with(province) && code.ends_with("00") && !code.ends_with("0000"))
}

/// Reads a county of a city by code or by name.
pub(crate) fn find_county(text: &str, city: &str) -> Option<(&'static str, &'static str)> {
    let head = city.get(..4)?;
    find(text, |code| code.starts_with(head) && !code.ends_with("00"))
}

fn find(text: &str, wanted: impl Fn(&str) -> bool) -> Option<(&'static str, &'static str)> {
    all()
        .iter()
        .find(|(code, name)| (**code == text || **name == text) && wanted(code))
        .map(|(code, name)| (*code, *name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_by_code_and_by_name() {
        assert_eq!(name_of("330000"), Some("浙江省"));
        assert_eq!(find_city("杭州市", "33"), Some(("330100", "杭州市")));
        assert_eq!(find_county("330106", "330100"), Some(("330106", "西湖区")));
        assert_eq!(find_county("龙游县", "330800"), Some(("330825", "龙游县")));
        assert_eq!(find_county("龙游县", "330100"), None, "a county of another city");
        assert_eq!(cities_of("330000").len(), 11);
        assert!(all().values().all(|name| *name != "市辖区"), "rows that name no place are hidden");
    }
}
