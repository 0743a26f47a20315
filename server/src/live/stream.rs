//! One stream: who may hear what, what was missed, a sign of life, and an end when the login ends.

use super::exchange::{Message, Seat, frame};
use crate::serve::Lasting;
use crate::shield::answers::{Reader, json};
use crate::state::App;
use app::Failure;
use app::live::LiveEvent;
use app::signed_in::ssr::{cookie_in, network_of};
use axum::Extension;
use axum::body::Body;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use domain::account::Viewer;
use futures::stream;
use records::Records;
use records::logins::Whose;
use serde::Deserialize;
use std::collections::{HashSet, VecDeque};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Topics of one page.
const MOST_TOPICS: usize = 20;
/// Missed messages that are sent again; after more the page asks for everything.
const MOST_MISSED: u64 = 500;
/// A sign of life, so that proxies and phones keep the connection.
const BEAT: Duration = Duration::from_secs(15);
/// After how many signs of life the login is looked at again.
const LOOK_EVERY_BEATS: u32 = 4;
/// Streams of guests in one network: a whole school may share one, and must not have all.
const MOST_OF_NETWORK: usize = 4_000;

/// What a page asks for.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    topics: String,
    /// The position it has seen; a page that opens its stream again tells it here.
    #[serde(default)]
    last: i64,
}

/// `GET /live?topics=a,b&last=7`.
pub async fn live(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response<Body> {
    let topics: Vec<String> = wanted.topics.split(',').filter(|topic| !topic.is_empty()).map(str::to_owned).collect();
    if topics.is_empty() || topics.len() > MOST_TOPICS {
        return json(StatusCode::BAD_REQUEST, &Failure::Malformed);
    }
    let ears = Ears {
        records: app.records.clone(),
        applicant: cookie_in(&headers, app.site.applicant_cookie()),
        staff: cookie_in(&headers, app.site.staff_cookie()),
        topics,
    };
    let viewers = match ears.viewers().await {
        Ok(viewers) => viewers,
        Err(why) => return json(StatusCode::INTERNAL_SERVER_ERROR, &crate::failure(&app, why)),
    };
    match ears.may_hear(&viewers).await {
        Ok(true) => {}
        Ok(false) if ears.login_wanted(&viewers) => return json(StatusCode::UNAUTHORIZED, &Failure::SignInNeeded),
        Ok(false) => return json(StatusCode::FORBIDDEN, &Failure::Forbidden),
        Err(why) => return json(StatusCode::INTERNAL_SERVER_ERROR, &crate::failure(&app, why)),
    }
    let (listener, most) = match Whose::of(&viewers.1).or_else(|| Whose::of(&viewers.0)) {
        Some(Whose::Staff(id)) => (format!("staff {id}"), app.streams_per_person),
        Some(Whose::Applicant(id)) => (format!("account {id}"), app.streams_per_person),
        None => (format!("network {}", network_of(peer.map(|peer| peer.0.0.ip()), &headers)), MOST_OF_NETWORK),
    };
    let last_event = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let last = last_event.unwrap_or(wanted.last);
    let Some((seat, news)) = app.exchange.listen(&ears.topics, &listener, most) else {
        let mut full = Reader::Script.words(&app, StatusCode::SERVICE_UNAVAILABLE, None);
        full.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
        return full;
    };
    let (first, sent) = match missed(&app, &ears, last).await {
        Ok(missed) => missed,
        Err(why) => return json(StatusCode::INTERNAL_SERVER_ERROR, &crate::failure(&app, why)),
    };
    let listener = Listener { ears, seat, news, queue: first, sent, beat: Instant::now() + BEAT, beats: 0 };
    let mut answer = Response::new(Body::from_stream(stream::unfold(listener, Listener::next)));
    let out = answer.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    answer.extensions_mut().insert(Lasting);
    answer
}

/// Who listens to what.
struct Ears {
    records: Records,
    applicant: Option<String>,
    staff: Option<String>,
    topics: Vec<String>,
}

impl Ears {
    /// The candidate and the member of staff who are signed in here.
    async fn viewers(&self) -> Result<(Viewer, Viewer), records::Error> {
        let applicant = records::logins::peek(&self.records, self.applicant.as_deref()).await?;
        let staff = records::logins::peek(&self.records, self.staff.as_deref()).await?;
        Ok((applicant, staff))
    }

    /// Whether they still may hear every topic.
    async fn may_listen(&self) -> Result<bool, records::Error> {
        let viewers = self.viewers().await?;
        self.may_hear(&viewers).await
    }

    /// Whether every topic may be heard by one of them.
    async fn may_hear(&self, (applicant, staff): &(Viewer, Viewer)) -> Result<bool, records::Error> {
        for topic in &self.topics {
            let may = records::live::may_listen(&self.records, applicant, topic).await?
                || records::live::may_listen(&self.records, staff, topic).await?;
            if !may {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether somebody who signs in may hear what was refused to nobody: a page whose login has ended says so.
    fn login_wanted(&self, (applicant, staff): &(Viewer, Viewer)) -> bool {
        self.topics.iter().any(|topic| match topic.split_once(':') {
            Some(("account" | "application" | "signature", _)) => *applicant == Viewer::Guest,
            Some(("agency" | "region", _)) => *staff == Viewer::Guest,
            _ => false,
        })
    }
}

/// The beginning of a stream: where it stands, and what was missed since `last`.
async fn missed(app: &App, ears: &Ears, last: i64) -> Result<(VecDeque<Bytes>, HashSet<i64>), records::Error> {
    let newest = records::live::newest(&app.records).await?;
    let greeting = |id: i64, kind: &str| {
        let event = LiveEvent { id, kind: kind.to_owned(), ..LiveEvent::resync() };
        Bytes::from(format!("id: {id}\ndata: {}\n\n", serde_json::to_string(&event).unwrap_or_default()))
    };
    if last <= 0 {
        return Ok((VecDeque::from([greeting(newest, LiveEvent::HELLO)]), HashSet::new()));
    }
    let news = records::live::since(&app.records, last, &ears.topics, MOST_MISSED).await?;
    // A position that we never reached was given by another database.
    if last > newest || news.len() as u64 >= MOST_MISSED {
        return Ok((VecDeque::from([greeting(newest, LiveEvent::RESYNC)]), HashSet::new()));
    }
    let sent = news.iter().map(|event| event.id).collect();
    let frames = std::iter::once(greeting(last, LiveEvent::HELLO)).chain(news.iter().map(frame));
    Ok((frames.collect(), sent))
}

struct Listener {
    ears: Ears,
    /// Held for its drop.
    seat: Seat,
    news: mpsc::Receiver<Message>,
    queue: VecDeque<Bytes>,
    /// What was sent as missed and may come once more by the exchange.
    sent: HashSet<i64>,
    beat: Instant,
    beats: u32,
}

impl Listener {
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Listener)> {
        loop {
            if let Some(frame) = self.queue.pop_front() {
                return Some((Ok(frame), self));
            }
            let closing = self.seat.closing();
            tokio::select! {
                () = closing.cancelled() => return None,
                news = self.news.recv() => {
                    let message = news?;
                    if !self.sent.remove(&message.id) {
                        self.queue.push_back(message.frame);
                    }
                }
                () = sleep_until(self.beat) => {
                    self.beat += BEAT;
                    self.beats += 1;
                    if self.beats.is_multiple_of(LOOK_EVERY_BEATS) && !matches!(Box::pin(self.ears.may_listen()).await, Ok(true)) {
                        return None;
                    }
                    self.queue.push_back(Bytes::from_static(b":\n\n"));
                }
            }
        }
    }
}
