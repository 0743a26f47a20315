//! The rounds of the post: reminders are written, deliveries planned, and what is due is sent, several at once.

use super::Post;
use crate::state::App;
use futures::stream::{self, StreamExt};
use records::messages::{self, Outcome, Outgoing};
use records::{Error, Records};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

/// Between two looks when nobody rings: for retries that come due, and for what other nodes wrote.
const LOOK: Duration = Duration::from_secs(5);
/// Between two rounds of reminders.
const REMIND: Duration = Duration::from_secs(120);
/// Between two rounds of reminders of a demonstration, whose clock is moved by hand.
const DEMO_REMIND: Duration = Duration::from_secs(3);
/// How many are sent at once.
const AT_ONCE: usize = 8;
/// How many are taken at once: what eight can send well within their lease.
const TAKEN: u32 = 16;

/// Starts the rounds; they end with `closing`.
pub fn start(app: &App, closing: CancellationToken) {
    tokio::spawn(sending(app.records.clone(), app.post.clone(), closing.clone()));
    let pace = if app.site.demo { DEMO_REMIND } else { REMIND };
    tokio::spawn(reminding(app.records.clone(), app.post.clone(), pace, closing));
}

async fn reminding(records: Records, post: Post, pace: Duration, closing: CancellationToken) {
    let mut clock = interval(pace);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = closing.cancelled() => return,
            _ = clock.tick() => {}
        }
        if let Err(why) = messages::remind(&records).await {
            tracing::error!("Could not write reminders: {why}");
        }
        match messages::end_closed(&records, &post.ways()).await {
            Ok(0) => {}
            Ok(count) => tracing::warn!(count, "Messages for a way that is closed were given up"),
            Err(why) => tracing::error!("Could not look after closed ways: {why}"),
        }
    }
}

async fn sending(records: Records, post: Post, closing: CancellationToken) {
    let mut bell = records.hub().subscribe();
    loop {
        loop {
            match round(&records, &post).await {
                Ok(0) => break,
                Ok(_) if closing.is_cancelled() => return,
                Ok(_) => {}
                Err(why) => {
                    tracing::error!("Could not send messages: {why}");
                    break;
                }
            }
        }
        tokio::select! {
            () = closing.cancelled() => return,
            // The bell rings for every act; a moment's rest lets many become one round.
            _ = timeout(LOOK, bell.changed()) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}

/// One round; gives how much there was to do.
pub async fn round(records: &Records, post: &Post) -> Result<usize, Error> {
    let planned = messages::plan_deliveries(records, post.open()).await?;
    let due = messages::take_due(records, &post.ways(), TAKEN).await?;
    let count = due.len();
    let settled: Vec<Result<(), Error>> =
        stream::iter(due).map(|one| send(records, post, one)).buffer_unordered(AT_ONCE).collect().await;
    settled.into_iter().collect::<Result<(), Error>>()?;
    Ok(planned + count)
}

async fn send(records: &Records, post: &Post, one: Outgoing) -> Result<(), Error> {
    let outcome = post.send(&one, records.now(), records.chance()).await;
    let state = messages::settle(records, &one.delivery, &one.lease, &outcome).await?;
    if let (Outcome::Failed { reason, .. }, Some(state)) = (&outcome, state) {
        tracing::warn!(
            delivery = one.delivery,
            kind = one.letter.kind.as_str(),
            reason,
            state = state.as_str(),
            "A message was not sent"
        );
    }
    Ok(())
}
