//! Files that people write: every complaint names file, line and key.

use crate::Error;
use serde::de::DeserializeOwned;

/// Reads TOML, or complains as `zynl.toml:12: max_widht: unknown field …`.
pub(crate) fn from_toml<T: DeserializeOwned>(text: &str, file: &str) -> Result<T, Error> {
    toml::from_str(text).map_err(|why| {
        let at = why.span().map_or(0, |span| span.start);
        complaint(file, line_at(text, at), key_at(text, at), why.message())
    })
}

/// A complaint about one place of a file.
pub(crate) fn complaint(file: &str, line: usize, key: &str, what: impl std::fmt::Display) -> Error {
    Error::Configuration(if key.is_empty() {
        format!("{file}:{line}: {what}")
    } else {
        format!("{file}:{line}: {key}: {what}")
    })
}

/// The line of a byte, from 1.
pub(crate) fn line_at(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The line of the first mention of `words`, or 1.
pub(crate) fn line_of(text: &str, words: &str) -> usize {
    text.find(words).map_or(1, |at| line_at(text, at))
}

/// The key that a line sets, or the table that it opens.
fn key_at(text: &str, at: usize) -> &str {
    let line = text.lines().nth(line_at(text, at) - 1).unwrap_or_default();
    match line.split_once('=') {
        Some((key, _)) => key.trim(),
        None => line.trim().trim_matches(['[', ']']),
    }
}
