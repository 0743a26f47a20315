//! Who listens to what, and the one reader of the outbox.

use app::live::ssr::Position;
use bytes::Bytes;
use records::Records;
use records::live::Event;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Messages that wait for one slow reader; then its stream ends, and it comes back asking for the rest.
const WAITING: usize = 64;
/// Streams of one server.
const MOST_STREAMS: usize = 12_000;
/// Rows read at once; more than PostgreSQL reads again, so that every look comes forward.
const PAGE: u64 = 2_000;
/// Time in which changes are gathered before the outbox is read again.
const GATHER: Duration = Duration::from_millis(20);
/// Servers that share PostgreSQL do not hear each other's bells.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How far back ids may still arrive out of order (see `records::live`).
const OVERLAP: i64 = 1_024;

/// Hands messages from the outbox to the streams; cheap to clone.
#[derive(Clone)]
pub struct Exchange {
    inner: Arc<Inner>,
}

struct Inner {
    registry: Mutex<Registry>,
    position: Position,
    closing: CancellationToken,
}

#[derive(Default)]
struct Registry {
    streams: usize,
    /// Streams of everybody who has one.
    by_listener: HashMap<Box<str>, usize>,
    next: u64,
    by_topic: HashMap<Box<str>, Vec<(u64, mpsc::Sender<Message>)>>,
}

/// One message, made once for all who hear it.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub id: i64,
    pub frame: Bytes,
}

/// A place among the listeners; dropping it gives it up.
pub(super) struct Seat {
    exchange: Exchange,
    number: u64,
    listener: Box<str>,
    topics: Vec<Box<str>>,
}

impl Exchange {
    /// Starts the reader. It ends with `closing`, and so does every stream.
    pub async fn start(records: &Records, closing: CancellationToken) -> Result<Exchange, records::Error> {
        let newest = records::live::newest(records).await?;
        let inner = Inner { registry: Mutex::default(), position: Position::default(), closing };
        inner.position.reached(newest);
        let exchange = Exchange { inner: Arc::new(inner) };
        tokio::spawn(exchange.clone().read_on(records.clone(), newest));
        Ok(exchange)
    }

    /// The newest position read so far.
    pub fn position(&self) -> &Position {
        &self.inner.position
    }

    /// How many streams are open.
    pub fn streams(&self) -> usize {
        self.registry().streams
    }

    /// Takes a place among the listeners of `topics`; none where all are taken, or `listener` has `most` of them.
    pub(super) fn listen(
        &self,
        topics: &[String],
        listener: &str,
        most: usize,
    ) -> Option<(Seat, mpsc::Receiver<Message>)> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let topics: Vec<Box<str>> = topics.iter().map(|topic| key_of(topic).into()).collect();
        let mut registry = self.registry();
        let own = registry.by_listener.get(listener).copied().unwrap_or(0);
        if registry.streams >= MOST_STREAMS || own >= most {
            return None;
        }
        registry.by_listener.insert(listener.into(), own + 1);
        registry.streams += 1;
        registry.next += 1;
        let number = registry.next;
        for topic in &topics {
            registry.by_topic.entry(topic.clone()).or_default().push((number, sender.clone()));
        }
        drop(registry);
        Some((Seat { exchange: self.clone(), number, listener: listener.into(), topics }, receiver))
    }

    async fn read_on(self, records: Records, newest: i64) {
        let mut bell = records.hub().subscribe();
        let (mut last, mut told) = (newest, HashSet::new());
        loop {
            tokio::select! {
                () = self.inner.closing.cancelled() => return,
                // Never an error: the sender lives as long as the records do.
                _ = bell.changed() => tokio::time::sleep(GATHER).await,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            loop {
                match records::live::everything_since(&records, last, PAGE).await {
                    Ok(news) => {
                        let full = news.len() as u64 >= PAGE;
                        for event in news {
                            if told.insert(event.id) {
                                last = last.max(event.id);
                                self.tell(&event);
                            }
                        }
                        told.retain(|id| *id > last - OVERLAP);
                        if !full {
                            break;
                        }
                    }
                    Err(why) => {
                        tracing::error!("Could not read the outbox, trying again: {why}");
                        tokio::time::sleep(LOOK_EVERY).await;
                        break;
                    }
                }
            }
        }
    }

    fn tell(&self, event: &Event) {
        let message = Message { id: event.id, frame: frame(event) };
        let mut registry = self.registry();
        for key in keys_of(&event.topic) {
            if let Some(listeners) = registry.by_topic.get_mut(key) {
                listeners.retain(|(_, sender)| sender.try_send(message.clone()).is_ok());
            }
        }
        drop(registry);
        self.inner.position.reached(event.id);
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.inner.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Ends when the server does.
    pub fn closing(&self) -> CancellationToken {
        self.exchange.inner.closing.clone()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut registry = self.exchange.registry();
        registry.streams -= 1;
        match registry.by_listener.get_mut(&self.listener) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                registry.by_listener.remove(&self.listener);
            }
        }
        for topic in &self.topics {
            if let Some(listeners) = registry.by_topic.get_mut(topic) {
                listeners.retain(|(number, _)| *number != self.number);
                if listeners.is_empty() {
                    registry.by_topic.remove(topic);
                }
            }
        }
    }
}

/// An event as it goes over the wire.
pub(super) fn frame(event: &Event) -> Bytes {
    let told = app::live::LiveEvent {
        id: event.id,
        topic: event.topic.clone(),
        entity: event.entity.clone(),
        version: event.version,
        kind: event.kind.clone(),
    };
    let data = serde_json::to_string(&told).unwrap_or_default();
    Bytes::from(format!("id: {}\ndata: {data}\n\n", event.id))
}

/// Under which key a topic is listened to. A region hears every region below it, so it is kept by the
/// beginning that they share: `region:330800` as `region:3308`.
fn key_of(topic: &str) -> &str {
    let Some(code) = topic.strip_prefix("region:") else { return topic };
    &topic[..topic.len() - code.len() + records::live::region_prefix(code).len()]
}

/// Every key that hears of an event on `topic`.
fn keys_of(topic: &str) -> impl Iterator<Item = &str> {
    let shortest = if topic.starts_with("region:") { "region:".len() } else { topic.len() };
    (shortest..=topic.len()).filter_map(|end| topic.get(..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_hears_the_regions_below_it() {
        let hears = |topic: &str, event: &str| keys_of(event).any(|key| key == key_of(topic));
        assert!(hears("region:330000", "region:330802"));
        assert!(hears("region:33", "region:330802"));
        assert!(hears("region:330802", "region:330802"));
        assert!(!hears("region:330802", "region:330000"));
        assert!(!hears("region:340000", "region:330802"));
        assert!(hears("account:1", "account:1"));
        assert!(!hears("account:1", "account:12"));
    }
}
