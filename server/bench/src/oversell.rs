//! Never one too many: many people click again and again for few seats, on two servers at once, and some
//! give their seat back. Afterwards every promise is asked for.
//!
//! A million attempts: `cargo run --release -p bench -- --only sqlite,postgres --attempts 1000000`
//! (under `server/testkit/with-postgres`).

use crate::drafts::{self, Draft};
use crate::report::Report;
use crate::scene::{Kind, Scene};
use crate::stats;
use crate::{Options, Outcome};
use domain::application::SubmitRefusal;
use domain::refusal::Refusal;
use records::{Error, Records, applications};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// People, seats for them, and clicks at once.
const PEOPLE: usize = 600;
const SEATS: u32 = 200;
const AT_ONCE: usize = 32;
/// One in so many acts gives a seat back instead of taking one.
const GIVES_BACK: u64 = 16;

/// What the attempts came to.
#[derive(Default)]
struct Count {
    tries: AtomicUsize,
    taken: AtomicUsize,
    full: AtomicUsize,
    freed: AtomicUsize,
    odd: std::sync::Mutex<Vec<String>>,
}

/// Tries as often as asked.
pub async fn attempts(options: &Options, scene: &Scene, report: &mut Report) -> Outcome<()> {
    let plan = scene.plan(SEATS).await?;
    let people: Arc<[Draft]> = drafts::prepare(scene, &plan, PEOPLE).await?.into();
    // The side connection writes to the same file; it is idle now.
    scene.tidy().await?;
    let second = scene.second_server().await?;
    let count = Arc::new(Count::default());
    let began = stats::now();
    let mut workers = tokio::task::JoinSet::new();
    for worker in 0..AT_ONCE {
        let records = if worker % 2 == 0 { scene.records.clone() } else { second.clone() };
        let (people, count, attempts) = (people.clone(), count.clone(), options.attempts);
        workers.spawn(async move {
            let mut dice = worker as u64 + 1;
            while count.tries.fetch_add(1, Ordering::Relaxed) < attempts {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let who = people[(dice >> 33) as usize % people.len()];
                attempt(&records, who, (dice >> 20).is_multiple_of(GIVES_BACK), &count).await;
            }
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker?;
    }
    let took = began.elapsed();
    second.close().await?;
    let read = |number: &AtomicUsize| stats::thousands(number.load(Ordering::Relaxed) as f64);
    report.line(
        "never oversold",
        &format!(
            "{} attempts of {PEOPLE} people for {SEATS} seats on two servers: {} receipts, {} \"full\", {} given back, {:.0} s",
            stats::thousands(options.attempts as f64),
            read(&count.taken),
            read(&count.full),
            read(&count.freed),
            took.as_secs_f64()
        ),
    );
    let odd = count.odd.lock().map(|odd| odd.clone()).unwrap_or_default();
    let database = if scene.kind == Kind::Sqlite { "SQLite" } else { "PostgreSQL" };
    report.promise(&format!("{database}: 0 locked, 0 odd answers"), odd);
    let broken = applications::broken_promises(&scene.records).await?;
    report.promise(&format!("{database}: 0 oversold, 0 double"), broken);
    Ok(())
}

async fn attempt(records: &Records, (account, id): Draft, gives_back: bool, count: &Count) {
    let odd = |why: Error| {
        if let Ok(mut odd) = count.odd.lock() {
            odd.push(why.to_string());
        }
    };
    if gives_back {
        match applications::undo(records, account, id).await {
            Ok(_) => drop(count.freed.fetch_add(1, Ordering::Relaxed)),
            // There was nothing to give back.
            Err(Error::Refused(Refusal::Withdraw(_))) => {}
            Err(other) => odd(other),
        }
        return;
    }
    match applications::submit(records, account, id, "bench").await {
        Ok(_) => {
            count.taken.fetch_add(1, Ordering::Relaxed);
        }
        Err(Error::Refused(Refusal::Submit(SubmitRefusal::Full { .. }))) => {
            count.full.fetch_add(1, Ordering::Relaxed);
        }
        // Another click of the same person was quicker five times in a row: a polite answer, and no seat.
        Err(Error::ChangedMeanwhile) => {}
        Err(other) => odd(other),
    }
}
