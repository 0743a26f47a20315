//! What is done now and then: ended logins go, old news go, bytes without a row go, heads of the history are signed.

use crate::state::App;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Small things, every five minutes.
const OFTEN: Duration = Duration::from_secs(300);
/// Sweeping files, every how many of these.
const FILES_EVERY: u32 = 12;
/// Looking whether the calendar knows the days that plans count, every how many of these.
const DAILY: u32 = 288;
/// How often it is looked whether scores are to be released. Candidates see them at the moment itself; this only writes
/// down that they are public.
const SCORES: Duration = Duration::from_secs(20);
/// How often it is looked whether a seat passes on.
const PLACES: Duration = Duration::from_secs(5);
/// How often it is looked whether a roster is to be imported.
const ROSTERS: Duration = Duration::from_secs(1);

/// Starts the upkeep; it ends with `closing`.
pub fn start(app: &App, closing: CancellationToken) {
    let records = app.records.clone();
    let own = records.clone();
    tokio::spawn(steadily(SCORES, closing.clone(), "release scores", move || {
        let records = own.clone();
        async move { records::scores::publish_due(&records).await.map(|_| false) }
    }));
    // Step by step while there is something to do. What an earlier server left in the middle goes on.
    let own = records.clone();
    tokio::spawn(steadily(ROSTERS, closing.clone(), "import rosters", move || {
        let records = own.clone();
        async move { records::rosters::work(&records).await }
    }));
    // Seats that nobody took in time go to the next in the line.
    let own = records.clone();
    tokio::spawn(steadily(PLACES, closing.clone(), "pass places on", move || {
        let records = own.clone();
        async move { records::places::work(&records).await }
    }));
    tokio::spawn(async move {
        let mut clock = interval(OFTEN);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut round = 0_u32;
        loop {
            tokio::select! {
                () = closing.cancelled() => return,
                _ = clock.tick() => {}
            }
            told("end old logins", records::logins::sweep(&records).await);
            told("forget old tries", records::accounts::sweep(&records).await);
            told("forget old news", records::live::forget_old(&records).await.map(drop));
            told("end what was called off", records::planner::settle_cancelled(&records).await);
            told("sign the history", records::history::checkpoint(&records).await.map(drop));
            if round.is_multiple_of(DAILY) {
                told("look at the calendar", look_ahead(&records).await);
            }
            if round.is_multiple_of(FILES_EVERY) {
                told("sweep files", records::files::sweep(&records).await.map(drop));
            }
            round = round.wrapping_add(1);
        }
    });
}

/// Does `step` at a steady pace, and on without a pause while it says that there is more.
async fn steadily<F: Future<Output = Result<bool, records::Error>>>(
    pace: Duration,
    closing: CancellationToken,
    what: &'static str,
    step: impl Fn() -> F,
) {
    let mut clock = interval(pace);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = closing.cancelled() => return,
            _ = clock.tick() => {}
        }
        loop {
            match step().await {
                Ok(true) if !closing.is_cancelled() => {}
                done => {
                    told(what, done.map(drop));
                    break;
                }
            }
        }
    }
}

/// Whoever runs this hears while there is time that plans count working days that nobody has announced yet.
async fn look_ahead(records: &records::Records) -> Result<(), records::Error> {
    let found = records::planner::plans_beyond_calendar(records).await?;
    if let Some((beyond, plans)) = found {
        let known = beyond.known.map_or_else(|| "no year".to_owned(), |known| format!("years up to {known}"));
        tracing::warn!(
            "{plans} plans count working days of {}, and the calendar knows {known}: put the holidays into \
             holidays.toml of the data folder and restart",
            beyond.year
        );
    }
    Ok(())
}

/// Upkeep that fails is tried again next time; somebody should know.
fn told(what: &str, done: Result<(), records::Error>) {
    if let Err(why) = done {
        tracing::error!("Could not {what}: {why}");
    }
}
