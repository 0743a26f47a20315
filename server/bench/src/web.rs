//! Search and plan page over HTTP from a server process, beside a process that serves two kilobytes.

pub mod client;
pub mod process;
pub mod streams;

use crate::report::Report;
use crate::rush::spread;
use crate::stats::{self, Times};
use crate::{Options, Outcome};
use axum::Router;
use axum::http::header;
use axum::routing::get;
use client::load;
use process::Process;
use std::time::Duration;

/// Connections that ask at once.
const CONNECTIONS: usize = 32;
/// Share of the baseline that pages shall reach.
const SHARE: f64 = 0.25;
/// Longest time of 99 in 100 pages.
const P99: Duration = Duration::from_millis(50);
/// What the baseline serves.
const TWO_KILOBYTES: &str = include_str!("web/two-kilobytes.html");

/// Serves the baseline on a port of its own until it is killed. The port is printed first.
pub async fn two_kilobytes() -> Outcome<()> {
    let page = get(|| async { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], TWO_KILOBYTES) });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    axum::serve(listener, Router::new().route("/", page)).await?;
    Ok(())
}

/// One thing that is asked for.
struct Target {
    what: String,
    address: String,
    path: String,
    encoding: &'static str,
    rates: Vec<f64>,
    times: Times,
}

impl Target {
    fn new(what: &str, address: &str, path: &str, encoding: &'static str) -> Target {
        Target {
            what: what.into(),
            address: address.into(),
            path: path.into(),
            encoding,
            rates: Vec::new(),
            times: Times::default(),
        }
    }
}

/// Measures pages and baselines in turn.
pub async fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    report.part(&format!("Pages over HTTP, {CONNECTIONS} connections kept alive"));
    let folder = crate::scene::folder()?;
    let ours = process::jikao(&options.server, folder.path()).await?;
    report.line("a new folder, migrated and filled, answers after", &stats::ms(ours.began));
    let again = restart(ours, options, folder.path()).await?;
    report.line("started again, answers after", &stats::ms(again.began));
    if let Some(kb) = again.memory_kb() {
        report.line("memory at rest", &format!("{:.0} MB", f64::from(kb) / 1024.0));
    }
    let bare = process::two_kilobytes()?;
    let nginx = process::nginx(folder.path(), TWO_KILOBYTES)?;
    let plan = plan_path(&again.address).await?;
    let search = "/?q=%E7%A2%B3%E6%8E%92%E6%94%BE&state=all";
    let mut targets = Vec::new();
    if let Some(nginx) = &nginx {
        targets.push(Target::new("nginx, a file of 2 KB", &nginx.address, "/", ""));
    }
    targets.push(Target::new("bare axum, 2 KB from memory", &bare.address, "/", ""));
    let baselines = targets.len();
    // As browsers ask over plain HTTP; over TLS they take brotli, which is smaller still.
    targets.push(Target::new("plan search", &again.address, search, "gzip, deflate"));
    targets.push(Target::new("plan page", &again.address, &plan, "gzip, deflate"));
    targets.push(Target::new("plan search, uncompressed", &again.address, search, ""));
    targets.push(Target::new("plan page, uncompressed", &again.address, &plan, ""));
    let round = Duration::from_secs_f64(options.seconds);
    for target in &targets {
        load(&target.address, &target.path, target.encoding, CONNECTIONS, round / 3).await?;
    }
    for _ in 0..options.rounds.min(3) {
        for target in &mut targets {
            let done = load(&target.address, &target.path, target.encoding, CONNECTIONS, round).await?;
            target.rates.push(done.rate);
            target.times.extend(done.times);
        }
    }
    let mut weights = Vec::new();
    for encoding in ["", "gzip", "br"] {
        for path in [search, plan.as_str()] {
            weights.push(format!("{:.1} KB", client::size(&again.address, path, encoding).await? as f64 / 1024.0));
        }
    }
    for target in &targets {
        report.line(
            &target.what,
            &format!("{}/s{}", stats::thousands(stats::median(&target.rates)), spread(&target.times)),
        );
    }
    report.line("weight of search and plan page: plain, gzip, brotli", &weights.join(" "));
    let (baselines, pages) = targets.split_at(baselines);
    for (page, baseline) in pages.iter().flat_map(|page| baselines.iter().map(move |baseline| (page, baseline))) {
        let ratios: Vec<f64> = page.rates.iter().zip(&baseline.rates).map(|(page, bare)| page / bare).collect();
        let ratio = stats::median(&ratios);
        let what = format!("{}: share of {}", page.what, baseline.what.split(',').next().unwrap_or_default());
        report.goal(&what, format!("{ratio:.3}"), &format!("at least {SHARE}"), ratio >= SHARE);
    }
    for page in pages {
        let p99 = page.times.percentile(0.99);
        report.goal(&format!("{}: p99", page.what), stats::ms(p99), &format!("at most {}", stats::ms(P99)), p99 <= P99);
    }
    Ok(())
}

/// The first start fills the folder; from the second on it is what people wait for.
async fn restart(first: Process, options: &Options, folder: &std::path::Path) -> Outcome<Process> {
    drop(first);
    process::jikao(&options.server, folder).await
}

/// The first plan that the search shows.
async fn plan_path(address: &str) -> Outcome<String> {
    let page = client::page(address, "/?state=open").await?;
    let (_, rest) = page.split_once("/plans/").ok_or("the search shows no plan")?;
    let id = rest.get(..36).ok_or("a plan has no id")?;
    Ok(format!("/plans/{id}"))
}
