//! What browsers load, against its budget.

use crate::Outcome;
use crate::report::Report;
use std::process::Command;

/// Measures what `make bundle` has built; too heavy a bundle is a broken promise, not a missed goal.
pub fn measure(report: &mut Report) -> Outcome<()> {
    report.part("Bundles, brotli");
    let checked = Command::new("node").args(["frontend/build.mjs", "--check"]).output()?;
    for line in String::from_utf8_lossy(&checked.stdout).lines() {
        println!("  {line}");
    }
    let complaint = String::from_utf8_lossy(&checked.stderr).trim().to_owned();
    report.promise("within budget", if checked.status.success() { Vec::new() } else { vec![complaint] });
    Ok(())
}
