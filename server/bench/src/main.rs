//! `make bench`: what was reached, beside baselines of the same run.
//!
//! Every ratio comes from rounds that alternate (A B A B, medians), because machines differ and change.
//! The run fails on a broken promise (a seat too many, a double, a "locked"), never on a slow day.
#![allow(clippy::disallowed_methods, reason = "this is where time is measured")]
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

/// The one that `jikao` uses, for everything measured and for the baselines beside it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod bare;
mod bundles;
mod certificates;
mod crash;
mod drafts;
mod eligibility;
mod knowing;
mod oversell;
mod paying;
mod photo;
mod printing;
mod procedures;
mod report;
mod rosters;
mod rush;
mod scene;
mod seating;
mod stats;
mod web;

use clap::{Parser, ValueEnum};
use report::Report;
use scene::Kind;
use std::path::PathBuf;
use std::process::ExitCode;

/// Whatever goes wrong ends the run with its sentence.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measures Jikao beside baselines of the same run.
#[derive(Debug, Clone, Parser)]
#[command(name = "bench")]
pub struct Options {
    /// Only these parts
    #[arg(long, value_delimiter = ',', value_name = "PART,…")]
    only: Vec<Part>,
    /// Rounds of every comparison
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Submissions in one round of the rush
    #[arg(long, default_value_t = 1200)]
    submissions: usize,
    /// People who submit at once, on each database
    #[arg(long, default_value_t = 64)]
    at_once: usize,
    /// Attempts of the run that must never oversell, on each database
    #[arg(long, default_value_t = 20_000)]
    attempts: usize,
    /// Certificates that are issued and printed
    #[arg(long, default_value_t = 10_000)]
    certificates: usize,
    /// Kills of the server, on each database
    #[arg(long, default_value_t = 20)]
    cycles: usize,
    /// People of the roster, at most 5,000
    #[arg(long, default_value_t = 5_000)]
    people: u32,
    /// Seconds of one round over HTTP
    #[arg(long, default_value_t = 1.5)]
    seconds: f64,
    /// The server to measure
    #[arg(long, default_value = "target/release/jikao", value_name = "FILE")]
    server: PathBuf,
    /// The module of the photo verdict
    #[arg(long, default_value = "target/wasm32-unknown-unknown/wasm-release/inspect-wasm.wasm", value_name = "FILE")]
    wasm: PathBuf,
    /// Serve two kilobytes on a port of this machine until killed: the baseline of the pages
    #[arg(long, hide = true)]
    two_kilobytes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Submissions on SQLite
    Sqlite,
    /// Submissions on PostgreSQL
    Postgres,
    /// Search and plan page over HTTP
    Pages,
    /// A server that is killed while it writes
    Crash,
    /// Ten thousand open streams
    Streams,
    /// The verdict on a photo
    Photo,
    /// What browsers load
    Bundles,
    /// Forms, tickets and merged papers
    Documents,
    /// The verdicts on a person's conditions
    Eligibility,
    /// Plans of five procedures beside plans of one
    Procedures,
    /// Notifications of payments
    Payments,
    /// Certificates issued, printed and asked for
    Certificates,
    /// Seats for thousands
    Seats,
    /// A roster of five thousand people
    Rosters,
    /// The dashboard of a hundred thousand applications
    Dashboard,
    /// People who read their scores
    Scores,
}

fn main() -> ExitCode {
    let options = Options::parse();
    // As the server does, so that acts run under the same conditions.
    let workers = std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    let outcome = runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(&options)));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            println!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every promise was kept.
async fn run(options: &Options) -> Outcome<bool> {
    if options.two_kilobytes {
        web::two_kilobytes().await?;
        return Ok(true);
    }
    let wanted = |part: Part| options.only.is_empty() || options.only.contains(&part);
    let mut report = Report::begin();
    for (part, kind) in [(Part::Sqlite, Kind::Sqlite), (Part::Postgres, Kind::Postgres)] {
        if wanted(part) {
            rush::measure(options, kind, &mut report).await?;
        }
    }
    if wanted(Part::Pages) {
        web::measure(options, &mut report).await?;
    }
    if wanted(Part::Crash) {
        crash::measure(options, Kind::Sqlite, &mut report).await?;
        if scene::has_postgres() {
            crash::measure(options, Kind::Postgres, &mut report).await?;
        }
    }
    if wanted(Part::Streams) {
        web::streams::measure(options, &mut report).await?;
    }
    if wanted(Part::Photo) {
        photo::measure(options, &mut report)?;
    }
    if wanted(Part::Bundles) {
        bundles::measure(&mut report)?;
    }
    if wanted(Part::Documents) {
        printing::measure(options, &mut report)?;
    }
    if wanted(Part::Eligibility) {
        eligibility::measure(options, &mut report)?;
    }
    if wanted(Part::Procedures) {
        procedures::measure(options, &mut report).await?;
    }
    if wanted(Part::Payments) {
        paying::measure(options, &mut report).await?;
    }
    if wanted(Part::Certificates) {
        certificates::measure(options, &mut report).await?;
    }
    if wanted(Part::Rosters) {
        rosters::measure(options, &mut report).await?;
    }
    if wanted(Part::Seats) {
        seating::measure(options, &mut report)?;
    }
    for kind in [Kind::Sqlite, Kind::Postgres] {
        if kind == Kind::Postgres && !scene::has_postgres() {
            continue;
        }
        if wanted(Part::Dashboard) {
            report.part(&format!("Dashboard, {kind:?}"));
            knowing::dashboard(kind, &mut report).await?;
        }
        if wanted(Part::Scores) {
            report.part(&format!("Scores, {kind:?}"));
            knowing::reading(kind, &mut report).await?;
        }
    }
    Ok(report.end())
}
