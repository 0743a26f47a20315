//! The ministry's directory of occupations (职业分类大典) as its site's JSON: `careerCode`, `careerName`, `children`,
//! inside `body`. `docs/standards.md` says where these names come from.

use crate::Error;
use crate::configuration::complaint;
use domain::occupation::{OccupationCode, TradeCode};
use serde_json::Value;
use std::collections::BTreeMap;

/// An occupation of the directory with its trades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub code: OccupationCode,
    pub name: String,
    /// Trades by name.
    pub trades: BTreeMap<String, TradeCode>,
}

/// Whether this is a directory and no standard.
pub(super) fn is_directory(value: &Value) -> bool {
    roots(value).is_some_and(|roots| roots.iter().any(|root| root.get("careerCode").is_some()))
}

fn roots(value: &Value) -> Option<&Vec<Value>> {
    value.as_array().or_else(|| value.get("body").and_then(Value::as_array))
}

/// The occupations, in the order of the file. Classes above them are passed through, trades below them belong to them.
pub(super) fn read(value: &Value, text: &str, file: &str) -> Result<Vec<Entry>, Error> {
    let mut entries: Vec<Entry> = Vec::new();
    for root in roots(value).into_iter().flatten() {
        walk(root, text, file, &mut entries)?;
    }
    if entries.is_empty() {
        return Err(complaint(file, 1, "careerCode", "no occupation with a code such as 4-09-07-04 is in it"));
    }
    Ok(entries)
}

fn walk(node: &Value, text: &str, file: &str, entries: &mut Vec<Entry>) -> Result<(), Error> {
    let code = word(node, "careerCode", text, file)?;
    let name = word(node, "careerName", text, file)?;
    let line = || text.find(&format!("\"{code}\"")).map_or(1, |at| crate::configuration::line_at(text, at));
    match code.matches('-').count() {
        0..=2 => {}
        3 => {
            let code = OccupationCode::parse(code).map_err(|why| complaint(file, line(), "careerCode", why))?;
            entries.push(Entry { code, name: name.to_owned(), trades: BTreeMap::new() });
        }
        _ => {
            let code = TradeCode::parse(code).map_err(|why| complaint(file, line(), "careerCode", why))?;
            let above = entries.iter_mut().rev().find(|entry| entry.code == code.occupation());
            let above =
                above.ok_or_else(|| complaint(file, line(), "careerCode", "the trade stands under no occupation"))?;
            above.trades.insert(name.to_owned(), code);
        }
    }
    for child in node.get("children").and_then(Value::as_array).into_iter().flatten() {
        walk(child, text, file, entries)?;
    }
    Ok(())
}

fn word<'a>(node: &'a Value, key: &str, text: &str, file: &str) -> Result<&'a str, Error> {
    let found = node.get(key).and_then(Value::as_str).map(str::trim).filter(|word| !word.is_empty());
    found.ok_or_else(|| {
        let near = node.get("careerCode").and_then(Value::as_str).unwrap_or("careerCode");
        let line = text.find(near).map_or(1, |at| crate::configuration::line_at(text, at));
        complaint(file, line, key, "is missing or no text")
    })
}
