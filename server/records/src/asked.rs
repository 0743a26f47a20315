//! What the database was asked. Tests and measurements listen, and have every statement explained: no page may read a
//! table from end to end that grows with people.

use crate::{Error, Records, sql};
use sea_orm::{DatabaseConnection, Statement};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Tables that grow with people.
const GROW: [&str; 24] = [
    "account",
    "account_photo",
    "account_way",
    "admission_ticket",
    "application",
    "attendance",
    "certificate",
    "certificate_edition",
    "confirm_link",
    "exam_seat",
    "file",
    "frozen",
    "history",
    "ledger_entry",
    "message",
    "message_delivery",
    "notice_line",
    "opinion",
    "original_check",
    "payment_order",
    "roster_row",
    "score",
    "score_entry",
    "waiting_place",
];

/// Keeps every statement that was run, in [`crate::Settings::asked`].
#[derive(Debug, Clone, Default)]
pub struct Asked(Arc<Mutex<Vec<Statement>>>);

/// A statement, and how the database means to go about it, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Its text.
    pub text: String,
    /// In the database's own words.
    pub steps: Vec<String>,
}

impl Asked {
    pub(crate) fn listen(&self, to: &mut DatabaseConnection) {
        let kept = self.0.clone();
        to.set_metric_callback(move |info| {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(info.statement.clone());
        });
    }

    fn taken(&self) -> Vec<Statement> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was asked since the last time, each text once.
    pub async fn explained(&self, records: &Records) -> Result<Vec<Explained>, Error> {
        let (mut known, mut all) = (HashSet::new(), Vec::new());
        for statement in self.taken() {
            let text = statement.sql.trim_start().to_owned();
            let asks = ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"].iter().any(|word| text.starts_with(word));
            // Who is asked for out of an empty list: nothing is read, whatever the steps say.
            let nobody = ["WHERE ? = ?", "WHERE $1 = $2"].iter().any(|none| text.ends_with(none));
            if !asks || nobody || !known.insert(text.clone()) {
                continue;
            }
            let values = statement.values.map_or_else(Vec::new, |values| values.0);
            let steps = sql::explain(records.read(), (text.clone(), values)).await?;
            all.push(Explained { text, steps });
        }
        // Explaining asks, too.
        drop(self.taken());
        Ok(all)
    }
}

impl Explained {
    /// Steps that read a table that grows with people.
    pub fn of_people(&self) -> Vec<&str> {
        self.steps.iter().map(|step| step.trim()).filter(|step| self.reads(step).is_some()).collect()
    }

    /// Of these, the steps that read it from end to end; also one that only looks whether a row may go.
    pub fn whole(&self) -> Vec<&str> {
        self.steps.iter().map(|step| step.trim()).filter(|step| self.reads(step) == Some(true)).collect()
    }

    /// Whether a step reads a table that grows with people, and whether from end to end.
    fn reads(&self, step: &str) -> Option<bool> {
        let (name, whole) = match (step.strip_prefix("SCAN "), step.strip_prefix("SEARCH "), step.split_once(" on ")) {
            (Some(rest), ..) => (rest, true),
            (_, Some(rest), _) => (rest, false),
            (.., Some((how, rest))) => (rest, how.ends_with("Seq Scan")),
            _ => return None,
        };
        let name = name.split(' ').next().unwrap_or_default();
        GROW.iter().any(|table| *table == name || self.calls(table, name)).then_some(whole)
    }

    /// Whether the statement says `name` for a table: `application a`, `application AS a`.
    fn calls(&self, table: &str, name: &str) -> bool {
        let mut words = self.text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            if word == table {
                let mut after = words.clone();
                let next = match after.next() {
                    Some("AS") => after.next(),
                    next => next,
                };
                if next == Some(name) {
                    return true;
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_table_is_known_by_its_name_and_by_what_it_is_called() {
        let of = |text: &str, step: &str| !Explained { text: text.into(), steps: vec![step.into()] }.whole().is_empty();
        assert!(of("SELECT 1 FROM plan p JOIN application a ON a.plan_id = p.id", "SCAN a"));
        assert!(of("SELECT 1 FROM \"application\" AS \"x\"", "SCAN x USING COVERING INDEX application_queue"));
        assert!(of("DELETE FROM plan WHERE id = $1", "SCAN message"));
        assert!(of("SELECT 1", "  ->  Parallel Seq Scan on application a  (cost=0.00..8.10 rows=1 width=32)"));
        assert!(!of("SELECT 1 FROM plan p JOIN application a ON a.plan_id = p.id", "SCAN p"));
        assert!(!of("SELECT 1 FROM application a", "SEARCH a USING INDEX application_by_plan (plan_id=?)"));
        assert!(!of("SELECT 1", "Index Only Scan using application_by_plan on application"));
        let one = Explained { text: String::new(), steps: vec!["Index Scan using x on file".into(), "Sort".into()] };
        assert_eq!(one.of_people(), ["Index Scan using x on file"]);
    }
}
