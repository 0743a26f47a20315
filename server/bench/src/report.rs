//! What is printed: a line for each figure, the goals at the end.

use crate::stats;
use std::time::Instant;

/// Figures of a run.
pub struct Report {
    began: Instant,
    goals: Vec<(String, String, bool)>,
    broken: Vec<String>,
}

impl Report {
    /// Nothing was measured yet.
    pub fn begin() -> Report {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        println!("Jikao bench, {cores} cores, load generator on the same machine");
        Report { began: stats::now(), goals: Vec::new(), broken: Vec::new() }
    }

    /// A heading.
    pub fn part(&self, title: &str) {
        println!("\n{title} (after {:.0} s)", self.began.elapsed().as_secs_f64());
    }

    /// A figure.
    pub fn line(&self, what: &str, figure: &str) {
        println!("  {what:<46} {figure}");
    }

    /// A figure beside its goal. Missing one is said, and fails nothing: machines differ.
    pub fn goal(&mut self, what: &str, reached: String, goal: &str, met: bool) {
        self.line(what, &format!("{reached}   goal {goal}: {}", if met { "reached" } else { "not reached" }));
        self.goals.push((what.to_owned(), format!("{reached} of {goal}"), met));
    }

    /// Something that must hold on every machine.
    pub fn promise(&mut self, what: &str, broken: Vec<String>) {
        self.line(what, if broken.is_empty() { "kept" } else { "BROKEN" });
        for one in broken.iter().take(5) {
            println!("      {one}");
        }
        if !broken.is_empty() {
            self.broken.push(what.to_owned());
        }
    }

    /// Ends the run; whether every promise was kept.
    pub fn end(self) -> bool {
        let missed: Vec<_> = self.goals.iter().filter(|(_, _, met)| !met).collect();
        println!(
            "\n{} of {} goals reached in {:.0} s",
            self.goals.len() - missed.len(),
            self.goals.len(),
            self.began.elapsed().as_secs_f64()
        );
        for (what, reached, _) in missed {
            println!("  not reached: {what}: {reached}");
        }
        for what in &self.broken {
            println!("  BROKEN: {what}");
        }
        self.broken.is_empty()
    }
}
