//! Public pages in a storm: what a guest sees is the same for every guest, so it is rendered once and kept for a
//! quarter of a second. That is shorter than the 300 ms in which an open page gathers changes before it asks
//! again, so nobody who heard of a change is shown the page from before it.
//!
//! Whoever sends a cookie, or comes back from a refused form (`again=`), gets a page of their own.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use domain::time::Timestamp;
use records::Records;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How long a page is shared, in milliseconds.
const SHARED_MS: i64 = 250;
/// Pages kept at once; beyond it the shelf is emptied.
const KEPT: usize = 1_000;
/// Longest address that is shared, in bytes.
const LONGEST_ADDRESS: usize = 400;
/// Largest page that is shared, in bytes.
const LARGEST: usize = 1_000_000;

/// The shelf of shared pages.
#[derive(Clone, Default)]
pub struct GuestPages(Arc<Mutex<HashMap<String, Place>>>);

/// A page, or the one request that renders it while others wait.
type Place = Arc<tokio::sync::Mutex<Option<Kept>>>;

struct Kept {
    at: Timestamp,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Whether a route shows every guest the same.
pub fn is_shared(path: &str) -> bool {
    matches!(path, "/" | "/plans/{id}")
}

impl GuestPages {
    /// The kept page of this address, or what `render` makes of it.
    pub async fn answer<F: Future<Output = Response>>(
        &self,
        records: &Records,
        request: Request,
        render: impl FnOnce(Request) -> F,
    ) -> Response {
        let Some(place) = self.place_of(&request) else {
            return render(request).await;
        };
        let mut place = place.lock().await;
        let now = records.now();
        if let Some(kept) = place.as_ref().filter(|kept| (0..SHARED_MS).contains(&now.since(kept.at))) {
            return kept.answer();
        }
        *place = None;
        let answer = render(request).await;
        if answer.status() != StatusCode::OK || answer.headers().contains_key(header::SET_COOKIE) {
            return answer;
        }
        let (parts, body) = answer.into_parts();
        let Ok(body) = to_bytes(body, LARGEST).await else {
            let mut broken = Response::new(Body::empty());
            *broken.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            return broken;
        };
        // The moment before rendering: a page is as old as the facts it was drawn from.
        let kept = Kept { at: now, status: parts.status, headers: parts.headers, body };
        let answer = kept.answer();
        *place = Some(kept);
        answer
    }

    fn place_of(&self, request: &Request) -> Option<Place> {
        let address = request.uri().path_and_query()?.as_str();
        let own = request.headers().contains_key(header::COOKIE)
            || address.len() > LONGEST_ADDRESS
            || address.contains("again=");
        if own {
            return None;
        }
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.len() >= KEPT && !shelf.contains_key(address) {
            shelf.clear();
        }
        Some(shelf.entry(address.to_owned()).or_default().clone())
    }
}

impl Kept {
    fn answer(&self) -> Response {
        let mut answer = Response::new(Body::from(self.body.clone()));
        *answer.status_mut() = self.status;
        *answer.headers_mut() = self.headers.clone();
        answer
    }
}
