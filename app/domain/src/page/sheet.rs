//! A sheet of names and values under headings: what a procedure asks, what two versions differ in.

use serde::{Deserialize, Serialize};

/// Headings with their names and values, as a page or a print-out shows them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sheet {
    /// Its title.
    pub title: String,
    /// Its parts, in order.
    pub parts: Vec<Part>,
}

/// Lines under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Part {
    /// The heading.
    pub title: String,
    /// Name and value; a line without a name is a sentence of its own.
    pub lines: Vec<(String, String)>,
}

impl Part {
    /// A part without lines yet.
    pub fn new(title: impl Into<String>) -> Self {
        Part { title: title.into(), lines: Vec::new() }
    }

    /// Adds a line, unless its value is empty.
    pub fn line(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let value = value.into();
        if !value.trim().is_empty() {
            self.lines.push((name.into(), value));
        }
    }

    /// Adds a sentence.
    pub fn say(&mut self, sentence: impl Into<String>) {
        self.line("", sentence);
    }
}

impl Sheet {
    /// Adds a part, unless it has no lines.
    pub fn add(&mut self, part: Part) {
        if !part.lines.is_empty() {
            self.parts.push(part);
        }
    }

    /// The sheet as plain text, for a terminal.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n", self.title);
        for part in &self.parts {
            out.push_str(&format!("\n【{}】\n", part.title));
            for (name, value) in &part.lines {
                match name.as_str() {
                    "" => out.push_str(&format!("  {value}\n")),
                    name => out.push_str(&format!("  {name}：{value}\n")),
                }
            }
        }
        out
    }
}
