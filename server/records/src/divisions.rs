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
        assert!(all().values().all(|name| *name != "市辖区"), "rows that name no place are hidden");
    }
}
