//! Reading a profile: every complaint names the line, the key and what would be right.

use crate::Error;
use crate::configuration::line_at;
use domain::profile::Profile;
use domain::profile::check::{Wrong, faults};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with one place of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The line, from 1.
    pub line: usize,
    /// The key with what is around it: `form.section[work].field[post].show.key`.
    pub key: String,
    /// What is wrong.
    pub what: What,
}

/// Why a profile cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum What {
    /// It cannot be read: no TOML, an unknown key, a value of another kind.
    #[error("{0}")]
    Unreadable(String),
    /// It can be read, and makes no sense.
    #[error(transparent)]
    Wrong(#[from] Wrong),
}

/// Reads a profile, or says everything that is wrong with it, in the order of the lines.
pub fn read(text: &str) -> Result<Profile, Vec<Complaint>> {
    let profile: Profile = match toml::from_str(text) {
        Ok(profile) => profile,
        Err(why) => {
            let at = why.span().map_or(0, |span| span.start);
            let what = What::Unreadable(why.message().lines().collect::<Vec<_>>().join(" "));
            return Err(vec![Complaint { line: line_at(text, at), key: key_of_line(text, at), what }]);
        }
    };
    let faults = faults(&profile);
    if faults.is_empty() {
        return Ok(profile);
    }
    let tree = DeTable::parse(text).ok();
    let mut complaints: Vec<Complaint> = faults
        .into_iter()
        .map(|fault| {
            let (at, key) = tree.as_ref().map_or((0, fault.path.clone()), |tree| place(tree.get_ref(), &fault.path));
            Complaint { line: line_at(text, at), key, what: What::Wrong(fault.wrong) }
        })
        .collect();
    complaints.sort_by_key(|complaint| complaint.line);
    Err(complaints)
}

/// Reads a profile, or says where it is wrong, a line for each fault: `zynl.toml:12: key: what`.
pub fn parse(text: &str, file_name: &str) -> Result<Profile, Error> {
    read(text).map_err(|complaints| {
        let lines: Vec<String> = complaints
            .iter()
            .map(|one| match one.key.as_str() {
                "" => format!("{file_name}:{}: {}", one.line, one.what),
                key => format!("{file_name}:{}: {key}: {}", one.line, one.what),
            })
            .collect();
        Error::Configuration(lines.join("\n"))
    })
}

/// The key that a line sets, or the table that it opens.
fn key_of_line(text: &str, at: usize) -> String {
    let line = text.lines().nth(line_at(text, at) - 1).unwrap_or_default();
    let key = line.split_once('=').map_or_else(|| line.trim().trim_matches(['[', ']']), |(key, _)| key.trim());
    key.trim_start_matches(['{', ' ']).to_owned()
}

/// Where a path leads: the byte of the deepest part that is written, and the path in names instead of positions.
fn place(top: &DeTable<'_>, path: &str) -> (usize, String) {
    let (mut at, mut name) = (0, String::new());
    let mut here: Option<Here<'_, '_>> = Some(Here::Table(top));
    for part in path.split('.') {
        let next = match &here {
            Some(Here::Table(table)) => table.iter().find(|(key, _)| key.get_ref() == part).map(|(key, value)| {
                // A list of tables begins at its first header; a value at its key.
                at = key.span().start;
                value
            }),
            Some(Here::List(list)) => part.parse::<usize>().ok().and_then(|place| list.get(place)).inspect(|value| {
                at = value.span().start;
            }),
            None => None,
        };
        match (&here, part.parse::<usize>()) {
            (Some(Here::List(_)) | None, Ok(place)) => {
                let named = next.and_then(|value| own_name(value.get_ref()));
                name.push_str(&format!("[{}]", named.unwrap_or_else(|| (place + 1).to_string())));
            }
            _ => {
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(part);
            }
        }
        here = next.and_then(|value| match value.get_ref() {
            DeValue::Table(table) => Some(Here::Table(table)),
            DeValue::Array(list) => Some(Here::List(list)),
            _ => None,
        });
    }
    (at, name)
}

enum Here<'a, 'i> {
    Table(&'a DeTable<'i>),
    List(&'a [Spanned<DeValue<'i>>]),
}

/// What an element of a list calls itself.
fn own_name(value: &DeValue<'_>) -> Option<String> {
    let DeValue::Table(table) = value else { return None };
    ["key", "at", "what", "value", "topic"].iter().find_map(|wanted| {
        let (_, value) = table.iter().find(|(key, _)| key.get_ref() == wanted)?;
        match value.get_ref() {
            DeValue::String(text) if !text.is_empty() => Some(text.to_string()),
            _ => None,
        }
    })
}
