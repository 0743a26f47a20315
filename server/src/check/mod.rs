//! `jikao check`: the rules of the product for clerks and scripts, without a database.

mod eligibility;
mod id;
mod photo;
mod plan;
mod rules;

pub use eligibility::Eligibility;
pub use id::Id;
pub use photo::Photo;
pub use plan::Plan;
pub use rules::{Rules, names, profile, rules};

use clap::Subcommand;
use domain::message::Way;
use std::io::Write;
use std::path::Path;

/// What can be checked.
#[derive(Debug, Subcommand)]
pub enum Check {
    /// Photo files against the limits of a procedure
    Photo(Photo),
    /// Numbers of identity documents
    Id(Id),
    /// The dates of a plan against the lead times of a procedure
    Plan(Plan),
    /// Which conditions of an occupational standard a person meets
    Eligibility(Eligibility),
    /// The mail server of the configuration, by sending an invented message
    Mail(Attempt),
    /// The text message service of the configuration, by sending an invented message
    Sms(Attempt),
}

/// Where a way is tried.
#[derive(Debug, clap::Args)]
pub struct Attempt {
    /// Mail address or mobile that the message goes to
    pub to: String,
}

impl Check {
    /// Way and address that are tried; none where a rule is asked, which needs no configuration.
    pub fn attempt(&self) -> Option<(Way, &str)> {
        match self {
            Check::Mail(attempt) => Some((Way::Mail, attempt.to.as_str())),
            Check::Sms(attempt) => Some((Way::Sms, attempt.to.as_str())),
            Check::Photo(_) | Check::Id(_) | Check::Plan(_) | Check::Eligibility(_) => None,
        }
    }
}

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything may pass (or waits for a person's eye).
    Passed,
    /// Something is refused.
    Refused,
}

/// The check could not be done: a file is missing or is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub String);

/// Runs a check and writes its answer: a line each for people, or JSON for scripts.
pub fn run(check: &Check, out: &mut impl Write) -> Result<Outcome, Unusable> {
    let answer = match check {
        Check::Photo(photo) => photo.answer()?,
        Check::Id(id) => id.answer()?,
        Check::Plan(plan) => plan.answer()?,
        Check::Eligibility(eligibility) => eligibility.answer()?,
        Check::Mail(_) | Check::Sms(_) => return Err(Unusable("a way is tried with a configuration".into())),
    };
    let written = match answer.json {
        Some(json) => writeln!(out, "{json:#}"),
        None => answer.lines.iter().try_for_each(|line| writeln!(out, "{line}")),
    };
    written.map_err(|why| Unusable(format!("cannot write the answer: {why}")))?;
    Ok(if answer.refused { Outcome::Refused } else { Outcome::Passed })
}

/// An answer in the form that was asked for.
struct Answer {
    lines: Vec<String>,
    json: Option<serde_json::Value>,
    refused: bool,
}

fn read(path: &Path) -> Result<Vec<u8>, Unusable> {
    std::fs::read(path).map_err(|why| Unusable(format!("{}: cannot be read: {why}", path.display())))
}

/// Reads a JSON file, or a TOML file by its name.
fn read_value<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Unusable> {
    let text = String::from_utf8(read(path)?).map_err(|_| Unusable(format!("{}: is not UTF-8", path.display())))?;
    let unusable = |why: String| Unusable(format!("{}: {why}", path.display()));
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
        toml::from_str(&text).map_err(|why| unusable(why.to_string()))
    } else {
        serde_json::from_str(&text).map_err(|why| unusable(why.to_string()))
    }
}
