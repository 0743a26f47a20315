//! What is asked of channels without anybody waiting: whether lost notifications paid, what expires, what goes back.

use super::{Channels, Now, Silent};
use crate::state::App;
use chrono::Timelike;
use domain::payment::{Attempt, Channel, Outcome};
use records::{Error, Records, payments};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Between two rounds.
const ROUND: Duration = Duration::from_secs(60);
/// Between two rounds of a demonstration, whose clock is moved by hand.
const DEMO_ROUND: Duration = Duration::from_secs(2);

/// Starts the rounds; they end with `closing`.
pub fn start(app: &App, closing: CancellationToken) {
    let (records, channels) = (app.records.clone(), app.channels.clone());
    let pace = if app.site.demo { DEMO_ROUND } else { ROUND };
    tokio::spawn(async move {
        let mut clock = interval(pace);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = closing.cancelled() => return,
                _ = clock.tick() => {}
            }
            if let Err(why) = round(&records, &channels).await {
                tracing::error!("Could not follow payments: {why}");
            }
            if let Err(why) = night(&records, &channels).await {
                tracing::error!("Could not keep the bills of channels: {why}");
            }
        }
    });
}

/// One round: questions first, so that nothing expires that was paid. A channel that hangs is asked once in a round, so that
/// neither the other channel's orders nor refunds wait for it order by order.
pub async fn round(records: &Records, channels: &Channels) -> Result<(), Error> {
    let mut silent = BTreeSet::new();
    // A crash may have left an agency's money before its orders.
    payments::cover_bills(records).await?;
    for (number, asked) in payments::open_numbers(records).await? {
        ask_but(&mut silent, records, channels, &number, &asked).await?;
    }
    for over in payments::overdue(records).await? {
        // Money may be there: who cannot be asked keeps the order open.
        if ask_but(&mut silent, records, channels, &over.number, &over.asked).await? {
            payments::expire(records, &over.number).await?;
        }
    }
    for refund in payments::pending_refunds(records).await? {
        if silent.contains(&refund.channel) {
            continue;
        }
        match channels.refund(&refund, now(records)).await {
            Ok(true) => payments::refund_done(records, &refund.number).await?,
            Ok(false) | Err(Silent::Unknown) => {}
            Err(why) => {
                tracing::warn!(refund = refund.number, "Could not give money back yet: {why}");
                note_silence(&mut silent, refund.channel, &why);
            }
        }
    }
    Ok(())
}

/// From this hour on, by Shanghai's clocks, channels have the bill of the day before.
const BILLS_FROM: u32 = 10;
/// Bills fetched in one round.
const BILLS_AT_ONCE: usize = 4;

/// 夜间对账: fetches the bills of the days that are over, each once. What the page of differences says of them follows the
/// books from then on.
pub async fn night(records: &Records, channels: &Channels) -> Result<(), Error> {
    if records.now().in_shanghai().hour() < BILLS_FROM {
        return Ok(());
    }
    let missing = payments::missing_bills(records, &channels.offered()).await?;
    for (channel, day) in missing.into_iter().take(BILLS_AT_ONCE) {
        match channels.bill(channel, day, now(records)).await {
            Ok(Some(bill)) => {
                payments::keep_bill(records, channel, day, &bill).await?;
                for (number, asked) in payments::unbooked(records, channel, &bill).await? {
                    ask(records, channels, &number, &asked).await?;
                }
                tracing::info!(channel = channel.as_str(), %day, lines = bill.len(), "Kept the bill of a day");
            }
            Ok(None) => {}
            Err(why) => tracing::warn!(channel = channel.as_str(), %day, "No bill of the day yet: {why}"),
        }
    }
    Ok(())
}

/// Asks what became of an order, and takes the answer; whether all channels answered.
pub async fn ask(
    records: &Records,
    channels: &Channels,
    number: &str,
    asked: &[(Channel, Attempt)],
) -> Result<bool, Error> {
    ask_but(&mut BTreeSet::new(), records, channels, number, asked).await
}

/// The same, but for channels that did not answer a moment ago; one that does not answer now is added to them.
async fn ask_but(
    silent: &mut BTreeSet<Channel>,
    records: &Records,
    channels: &Channels,
    number: &str,
    asked: &[(Channel, Attempt)],
) -> Result<bool, Error> {
    let mut all = true;
    for (channel, attempt) in asked {
        if silent.contains(channel) {
            all = false;
            continue;
        }
        match channels.query(*channel, *attempt, number, now(records)).await {
            Ok(None) => {}
            Ok(Some(told)) => {
                let outcome = payments::take_notice(records, *channel, &told.event, "", &told.notice).await?;
                if matches!(outcome, Outcome::Paid | Outcome::Restored) {
                    tracing::info!(order = number, "Paid, as the channel says when asked");
                }
            }
            // A channel that left the configuration has nobody to ask.
            Err(Silent::Unknown) => {}
            Err(why) => {
                tracing::warn!(order = number, channel = channel.as_str(), "The channel did not say: {why}");
                note_silence(silent, *channel, &why);
                all = false;
            }
        }
    }
    Ok(all)
}

/// What a channel says of one order, readable or not, is no silence.
fn note_silence(silent: &mut BTreeSet<Channel>, channel: Channel, why: &Silent) {
    if matches!(why, Silent::NoAnswer(_)) {
        silent.insert(channel);
    }
}

/// The moment and the dice of a question.
pub fn now(records: &Records) -> Now {
    Now { at: records.now(), nonce: records.chance().token().replace(['-', '_'], "0").chars().take(32).collect() }
}
