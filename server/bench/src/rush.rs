//! People who submit for the same plan at once, beside the least that the database must do for it.

use crate::drafts::{self, Draft};
use crate::report::Report;
use crate::scene::{Kind, Scene};
use crate::stats::{self, Times};
use crate::{Options, Outcome, bare, oversell};
use domain::application::SubmitRefusal;
use domain::refusal::Refusal;
use records::applications;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Submissions that warm up connections and caches, uncounted.
const WARM_UP: usize = 200;
/// People who meet a full plan.
const TURNED_AWAY: usize = 600;
/// Longest time of 99 in 100 submissions, and of 99 in 100 "full" answers.
const SUBMIT_P99: Duration = Duration::from_millis(300);
const FULL_P99: Duration = Duration::from_millis(50);

/// Measures one database.
pub async fn measure(options: &Options, kind: Kind, report: &mut Report) -> Outcome<()> {
    let at_once = options.at_once;
    // What the goal says of each: share of the bare loop.
    let (name, loop_name, share) = match kind {
        Kind::Sqlite => ("SQLite (WAL, synchronous FULL)", "bare loop, one row per commit", 0.3),
        Kind::Postgres => ("PostgreSQL (fsync on)", "pgbench, 16 clients, counter last", 0.6),
    };
    report.part(&format!("Submissions on {name}, {at_once} at once"));
    let scene = Scene::open(kind).await?;
    let prepared = stats::now();
    let plan = scene.plan(100_000).await?;
    let people = drafts::prepare(&scene, &plan, WARM_UP + options.rounds * options.submissions).await?;
    let full = scene.plan(1).await?;
    let too_late = drafts::prepare(&scene, &full, TURNED_AWAY + 1).await?;
    scene.tidy().await?;
    let count = stats::thousands((people.len() + too_late.len()) as f64);
    report.line("complete drafts prepared", &format!("{count} in {:.1} s", prepared.elapsed().as_secs_f64()));

    let (warm_up, people) = people.split_at(WARM_UP);
    let mut kept = rush(&scene, warm_up, at_once).await?;
    let (mut ours, mut theirs, mut ratios, mut costs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut times, mut bare_times) = (Times::default(), Times::default());
    for round in people.chunks(options.submissions) {
        scene.tidy().await?;
        let bare = bare::round(&scene, 16).await?;
        let (began, processor) = (stats::now(), stats::processor());
        let done = rush(&scene, round, at_once).await?;
        if let (Some(before), Some(after)) = (processor, stats::processor()) {
            costs.push((after - before).as_secs_f64() * 1000.0 / round.len() as f64);
        }
        let rate = stats::per_second(done.taken, began.elapsed());
        ratios.push(rate / bare.rate);
        ours.push(rate);
        theirs.push(bare.rate);
        bare_times.extend(bare.times);
        times.extend(done.times.clone());
        kept.add(done);
    }
    report.line(loop_name, &format!("{}/s{}", stats::thousands(stats::median(&theirs)), spread(&bare_times)));
    let rate = stats::median(&ours);
    report.line("submissions, complete and signed", &format!("{}/s{}", stats::thousands(rate), spread(&times)));
    if !costs.is_empty() {
        report.line("processor time of one, in this process", &format!("{:.2} ms", stats::median(&costs)));
    }
    let ratio = stats::median(&ratios);
    report.goal(
        &format!("{kind:?}: share of the bare loop"),
        format!("{ratio:.2}"),
        &format!("at least {share:.1}"),
        ratio >= share,
    );
    let p99 = times.percentile(0.99);
    report.goal(
        &format!("{kind:?}: p99 of a submission"),
        stats::ms(p99),
        &format!("at most {}", stats::ms(SUBMIT_P99)),
        p99 <= SUBMIT_P99,
    );

    kept.add(rush(&scene, &too_late[..1], 1).await?);
    let began = stats::now();
    let turned = rush(&scene, &too_late[1..], at_once).await?;
    let p99 = turned.times.percentile(0.99);
    let rate = stats::thousands(stats::per_second(turned.full, began.elapsed()));
    report.line("answers \"full\"", &format!("{rate}/s{}", spread(&turned.times)));
    report.goal(
        &format!("{kind:?}: p99 of \"full\""),
        stats::ms(p99),
        &format!("at most {}", stats::ms(FULL_P99)),
        p99 <= FULL_P99,
    );
    let mut odd = turned.odd.clone();
    odd.extend(kept.odd.clone());
    if (kept.taken, turned.full) != (warm_up.len() + people.len() + 1, TURNED_AWAY) {
        odd.push(format!("{} submissions and {} refusals were expected to be others", kept.taken, turned.full));
    }
    report.promise("nothing locked, nobody refused wrongly", odd);
    report.promise("no seat too many, no double, all frozen", applications::broken_promises(&scene.records).await?);
    oversell::attempts(options, &scene, report).await?;
    scene.close().await
}

/// What became of a rush.
#[derive(Debug, Clone, Default)]
pub struct Done {
    /// Seats taken.
    pub taken: usize,
    /// Answers "full".
    pub full: usize,
    /// Anything else, in words.
    pub odd: Vec<String>,
    /// Time of every answer.
    pub times: Times,
}

impl Done {
    fn add(&mut self, other: Done) {
        self.taken += other.taken;
        self.full += other.full;
        self.odd.extend(other.odd);
        self.times.extend(other.times);
    }
}

/// Everybody submits once, so many at a time.
async fn rush(scene: &Scene, people: &[Draft], at_once: usize) -> Outcome<Done> {
    let people: Arc<[Draft]> = people.into();
    let next = Arc::new(AtomicUsize::new(0));
    let all = Arc::new(Mutex::new(Done::default()));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..at_once {
        let (records, people, next, all) = (scene.records.clone(), people.clone(), next.clone(), all.clone());
        workers.spawn(async move {
            let mut done = Done::default();
            while let Some((account, id)) = people.get(next.fetch_add(1, Ordering::Relaxed)) {
                let began = stats::now();
                let outcome = applications::submit(&records, *account, *id, "bench").await;
                done.times.add(began.elapsed());
                match outcome {
                    Ok(_) => done.taken += 1,
                    Err(records::Error::Refused(Refusal::Submit(SubmitRefusal::Full { .. }))) => done.full += 1,
                    Err(other) => done.odd.push(other.to_string()),
                }
            }
            all.lock().unwrap_or_else(PoisonError::into_inner).add(done);
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker?;
    }
    let done = all.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(done)
}

/// `, p50 3 ms, p99 9 ms`, where times are known.
pub fn spread(times: &Times) -> String {
    if times.len() == 0 {
        return String::new();
    }
    format!(", p50 {}, p99 {}", stats::ms(times.percentile(0.5)), stats::ms(times.percentile(0.99)))
}
