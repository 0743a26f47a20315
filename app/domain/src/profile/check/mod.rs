//! Whether a profile makes sense: everything that can be read but would leave somebody standing.
//!
//! A key that is misspelt cannot be read at all; here are the faults that only the whole shows.

mod fields;
mod parts;
mod steps;
mod wrong;

pub use fields::{ACCOUNT_FACTS, PLAN_FACTS};
pub use wrong::{Fault, Part, Wrong, kind_word};

use super::Profile;
use std::collections::BTreeSet;

/// Everything that is wrong, in the order of the file.
pub fn faults(profile: &Profile) -> Vec<Fault> {
    let mut checker = Checker { profile, found: Vec::new() };
    steps::check(&mut checker);
    parts::check(&mut checker);
    fields::check(&mut checker);
    checker.found
}

struct Checker<'a> {
    profile: &'a Profile,
    found: Vec<Fault>,
}

impl Checker<'_> {
    fn wrong(&mut self, path: impl Into<String>, wrong: Wrong) {
        self.found.push(Fault { path: path.into(), wrong });
    }

    /// A text that must say something.
    fn text(&mut self, path: impl Into<String>, text: &str) {
        if text.trim().is_empty() {
            self.wrong(path, Wrong::Empty);
        }
    }

    /// Texts, each of which must say something.
    fn texts(&mut self, path: &str, texts: &[String]) {
        for (at, text) in texts.iter().enumerate() {
            self.text(format!("{path}.{at}"), text);
        }
    }

    /// A key of a field, a document, a section: it stands in addresses and exports.
    fn key(&mut self, path: String, key: &str) {
        if key.is_empty() {
            self.wrong(path, Wrong::Empty);
        } else if !is_key(key, "_") {
            self.wrong(path, Wrong::NotAKey(key.into(), "_".into()));
        }
    }

    /// A list in which nothing may stand twice; `last` is the key of the element that tells them apart.
    fn once<'b>(&mut self, path: &str, last: &str, all: impl Iterator<Item = &'b str>) {
        let mut known = BTreeSet::new();
        for (at, one) in all.enumerate() {
            if !known.insert(one) {
                let path = if last.is_empty() { format!("{path}.{at}") } else { format!("{path}.{at}.{last}") };
                self.wrong(path, Wrong::Twice(one.into()));
            }
        }
    }

    fn range(&mut self, path: impl Into<String>, measured: u64, least: u64, most: u64) {
        if !(least..=most).contains(&measured) {
            self.wrong(path, Wrong::OutOfRange { measured, least, most });
        }
    }

    /// Placeholders of a pattern: none that nothing fills in, and those that must be there.
    fn pattern(&mut self, path: &str, pattern: &str, known: &[&str], needed: &[&str]) {
        let names = placeholders(pattern);
        for name in names.iter().filter(|name| !known.contains(name)) {
            let known = known.iter().map(|name| (*name).into()).collect();
            self.wrong(path, Wrong::Placeholder { name: (*name).into(), known });
        }
        for name in needed.iter().filter(|name| !names.contains(name)) {
            self.wrong(path, Wrong::NeedsPlaceholder((*name).into()));
        }
    }
}

/// The names between braces, without their widths.
fn placeholders(pattern: &str) -> Vec<&str> {
    let inside = pattern.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    inside.map(|(name, _)| name.split_once(':').map_or(name, |(name, _)| name)).collect()
}

fn is_key(text: &str, more: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || more.contains(sign))
}
