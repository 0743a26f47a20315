//! Killed while it writes, again and again: nothing that was acknowledged may be gone.
//!
//! The server runs as a process and is killed with `kill -9` at moments of a repeatable series; people hand in over
//! HTTP meanwhile and come again with the same key when they heard nothing. (A killed process says nothing about a
//! power cut: for that SQLite runs with `synchronous=FULL`, PostgreSQL with fsync.)

use crate::drafts::{self, Draft};
use crate::report::Report;
use crate::scene::{Kind, Scene};
use crate::stats::{self, Times};
use crate::web::{client, process};
use crate::{Options, Outcome};
use records::{applications, logins};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

/// People who hand in at once.
const AT_ONCE: usize = 16;
/// Drafts per cycle: as many as are handed in between two kills, and some more.
const PER_CYCLE: usize = 120;
/// A server lives so long after its first answer, in milliseconds: from here, and by up to so much more.
const SHORTEST: u64 = 5;
const SPREAD: u64 = 200;
/// Every promise is asked for after so many kills, and at the end.
const ASKED_EVERY: usize = 50;

/// A draft and the cookie of its person.
type Waiting = (Draft, String);

/// What people know at one moment.
#[derive(Default)]
struct Known {
    waiting: VecDeque<Waiting>,
    /// Number that each was told.
    told: HashMap<Draft, String>,
    odd: Vec<String>,
}

/// Kills a server so many times.
pub async fn measure(options: &Options, kind: Kind, report: &mut Report) -> Outcome<()> {
    let name = if kind == Kind::Sqlite { "SQLite" } else { "PostgreSQL" };
    report.part(&format!("Killed {} times while it writes, {name}", options.cycles));
    let scene = Scene::open(kind).await?;
    let plan = scene.plan(100_000).await?;
    let mut waiting = VecDeque::new();
    for (account, id) in drafts::prepare(&scene, &plan, options.cycles * PER_CYCLE).await? {
        let token = logins::start_applicant(&scene.records, account).await?;
        waiting.push_back(((account, id), format!("jikao={token}")));
    }
    scene.tidy().await?;
    // The killed process is the only one on its database, so that what it leaves is read as after a real crash.
    scene.records.close().await?;
    scene.side.clone().close().await?;
    let known = Arc::new(Mutex::new(Known { waiting, ..Known::default() }));
    let (mut starts, mut dice, mut broken) = (Times::default(), 1_u64, Vec::new());
    let database = scene.url().map(|url| vec![("JIKAO_DATABASE", url)]).unwrap_or_default();
    let began = stats::now();
    for cycle in 1..=options.cycles {
        let server = process::start(&options.server, "serve", scene.folder(), &database).await?;
        starts.add(server.began);
        let mut hands = JoinSet::new();
        for _ in 0..AT_ONCE {
            hands.spawn(hand_in(server.address.clone(), known.clone()));
        }
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis(SHORTEST + (dice >> 33) % SPREAD)).await;
        server.kill()?;
        hands.join_all().await;
        let thorough = cycle % ASKED_EVERY == 0 || cycle == options.cycles;
        broken.extend(check(&scene, &known, thorough).await?);
    }
    let (told, odd) = {
        let known = known.lock().unwrap_or_else(PoisonError::into_inner);
        (known.told.len(), known.odd.clone())
    };
    report.line("killed", &format!("{} times in {:.0} s", options.cycles, began.elapsed().as_secs_f64()));
    report.line("acknowledged meanwhile", &format!("{} submissions", stats::thousands(told as f64)));
    report.line(
        "started again after a kill, answers after",
        &format!("p50 {}, slowest {}", stats::ms(starts.percentile(0.5)), stats::ms(starts.percentile(1.0))),
    );
    report.promise(&format!("{name}: 0 acknowledged submissions lost, every promise kept"), broken);
    report.promise(&format!("{name}: no odd answer"), odd);
    scene.give_back().await
}

/// One person after another hands in, until the server is gone.
async fn hand_in(address: String, known: Arc<Mutex<Known>>) {
    let known = || known.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let Some(((account, id), cookie)) = known().waiting.pop_front() else { return };
        let form = format!("id={id}&key=bench");
        match client::post(&address, "/api/apply/submit", &cookie, &form, true).await {
            Ok(answer) if answer.status == 200 => {
                let receipt: Option<serde_json::Value> = serde_json::from_str(&answer.body).ok();
                match receipt.as_ref().and_then(|receipt| receipt["number"].as_str()) {
                    Some(number) => drop(known().told.insert((account, id), number.to_owned())),
                    None => known().odd.push(format!("a receipt without number: {}", answer.body)),
                }
            }
            Ok(answer) => known().odd.push(format!("{}: {}", answer.status, answer.body)),
            // Kept or not, nobody was told. They come again, with the same key.
            Err(_) => return known().waiting.push_back(((account, id), cookie)),
        }
    }
}

/// What is kept, seen by a server that starts: every number that was told, and now and then every promise.
async fn check(scene: &Scene, known: &Mutex<Known>, thorough: bool) -> Outcome<Vec<String>> {
    let told = known.lock().unwrap_or_else(PoisonError::into_inner).told.clone();
    let records = scene.second_server().await?;
    let side = scene.look().await?;
    let kept = drafts::numbers(&side).await?;
    side.close().await?;
    let mut broken = Vec::new();
    for ((_, id), number) in &told {
        if kept.get(&id.to_string()) != Some(number) {
            broken.push(format!("{number} was told and is lost"));
        }
    }
    if thorough {
        broken.extend(applications::broken_promises(&records).await?);
    }
    records.close().await?;
    Ok(broken)
}
