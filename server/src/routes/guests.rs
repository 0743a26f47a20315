//! Public pages in a storm: what a guest sees is the same for every guest, so it is drawn once and handed out as
//! ready bytes for a quarter of a second, before any route or layer is asked. That is shorter than the 300 ms in
//! which an open page gathers changes before it asks again, so nobody who heard of a change is shown the page
//! from before it.
//!
//! Only a plain `GET` of the search, of a plan or of the code on a certificate is shared, by whoever sends no cookie or only those of
//! `/preferences`. Everybody else, and whoever comes back from a refused form (`again=`), gets a page of their own.
//!
//! What a certificate is worth may change from one moment to the next: such a page is shared only until anything at all is
//! written on this server. Where another server writes it, the quarter of a second holds.
//!
//! The nonce of the page's scripts is shared with the page. It is thrown after the address is fixed, so nothing in
//! the address can carry it, and the page holds no session and nothing that a guest typed but that address.

use crate::bundle::accepts;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use domain::ids::PlanId;
use domain::time::Timestamp;
use hyper::body::{Body as _, Incoming};
use records::Records;
use std::collections::HashMap;
use std::convert::Infallible;
use std::io::Write;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;
use tower::ServiceExt;

/// How long a page is shared, in milliseconds.
const SHARED_MS: i64 = 250;
/// Addresses at once; beyond it pages are drawn for each.
const KEPT: usize = 256;
/// Longest address that is shared, in bytes: the code on a certificate with a long name and occupation.
const LONGEST_ADDRESS: usize = 800;
/// Largest page that is kept, in bytes: with [`KEPT`] it bounds the memory of the shelf.
const LARGEST: usize = 192 * 1024;
/// Longest that somebody waits for the drawing of another; then they get one of their own. Without the optimiser drawing
/// takes ten times as long.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 50 } else { 5 });
/// Brotli's middle way: a fifth of the size for a millisecond.
const BROTLI: u32 = 5;

/// An answer of the router in the making.
type Routed = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// The site with its shelf of shared pages before it; cheap to clone.
#[derive(Clone)]
pub struct Front {
    router: Router,
    records: Records,
    shelf: Arc<Mutex<Shelf>>,
    bell: watch::Receiver<u64>,
}

/// Shared pages by looks and address.
#[derive(Default)]
struct Shelf {
    places: [HashMap<String, Arc<Place>>; Looks::ALL],
    swept: i64,
}

/// A page, and the one request that draws it while others wait.
#[derive(Default)]
struct Place {
    kept: Mutex<Option<Arc<Kept>>>,
    drawing: tokio::sync::Mutex<()>,
}

struct Kept {
    at: Timestamp,
    /// How often the bell had rung, where the page holds only until it rings again.
    rings: Option<u64>,
    headers: HeaderMap,
    plain: Bytes,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
    served: AtomicU64,
}

/// What `/preferences` keeps, as a number: pages look different by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Looks(usize);

impl Looks {
    const ALL: usize = 8;

    /// The looks that the cookies ask for; `None` when they say anything else: then the page may be somebody's own.
    fn of(headers: &HeaderMap) -> Option<Looks> {
        let mut looks = 0;
        for line in headers.get_all(header::COOKIE) {
            for pair in line.to_str().ok()?.split(';') {
                looks |= match pair.trim() {
                    "mode=large" => 1,
                    "theme=dark" => 2,
                    "keys=off" => 4,
                    "mode=normal" | "theme=light" | "keys=on" | "" => 0,
                    _ => return None,
                };
            }
        }
        Some(Looks(looks))
    }
}

/// Whether everybody is shown the same at this address.
fn is_shared(path: &str) -> bool {
    path == "/"
        || path == app::paths::VERIFY
        || path.strip_prefix("/plans/").is_some_and(|id| id.len() == 36 && id.parse::<PlanId>().is_ok())
}

/// Whose answer it may be: the looks, the address, and whether it holds only until something is written.
fn guest(request: &Request<Incoming>) -> Option<(Looks, &str, bool)> {
    let plain = request.method() == Method::GET && request.body().is_end_stream() && is_shared(request.uri().path());
    let address = request.uri().path_and_query()?.as_str();
    let asks = asks(request.uri().path(), request.uri().query());
    if !plain || asks == Asks::Own || address.len() > LONGEST_ADDRESS || address.contains("again=") {
        return None;
    }
    Some((Looks::of(request.headers())?, address, asks == Asks::Code))
}

/// What an address asks of the register of certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Nothing.
    Nothing,
    /// By the code on a paper, which everybody may read.
    Code,
    /// By a name or a link: wrong names are counted, and a link may be for one reader.
    Own,
}

fn asks(path: &str, query: Option<&str>) -> Asks {
    match query.filter(|_| path == app::paths::VERIFY) {
        None => Asks::Nothing,
        Some(query) if query.starts_with("c=") && !query.contains('&') => Asks::Code,
        Some(_) => Asks::Own,
    }
}

impl Front {
    /// The shelf before `router`, empty.
    pub fn new(router: Router, records: Records) -> Front {
        let bell = records.hub().subscribe();
        Front { router, records, shelf: Arc::default(), bell }
    }

    /// Answers from the shelf, or by the router.
    pub async fn answer(self, request: Request<Incoming>, peer: SocketAddr) -> Result<Response<Body>, Infallible> {
        let Some((looks, address, until_written)) = guest(&request) else { return self.routed(request, peer).await };
        let Some(place) = self.place(looks, address) else { return self.routed(request, peer).await };
        if let Some(kept) = place.fresh(self.records.now(), self.rings(until_written)) {
            return Ok(kept.answer(request.headers()));
        }
        let Ok(_drawing) = timeout(PATIENCE, place.drawing.lock()).await else {
            return self.routed(request, peer).await;
        };
        // The moment before drawing: a page is as old as the facts it was drawn from.
        let (now, rings) = (self.records.now(), self.rings(until_written));
        if let Some(kept) = place.fresh(now, rings) {
            return Ok(kept.answer(request.headers()));
        }
        let asked = request.headers().get(header::ACCEPT_ENCODING).cloned();
        let answer = self.routed(request, peer).await?;
        let is_everybodys = answer.status() == StatusCode::OK
            && !answer.headers().contains_key(header::SET_COOKIE)
            && answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if !is_everybodys {
            return Ok(answer);
        }
        let (parts, body) = answer.into_parts();
        let plain = match to_bytes(body, usize::MAX).await {
            Ok(plain) => plain,
            Err(why) => {
                tracing::error!("A public page broke off while it was drawn: {why}");
                let mut broken = Response::new(Body::empty());
                *broken.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                return Ok(broken);
            }
        };
        let kept = Arc::new(Kept::new(now, rings, parts.headers, plain));
        let asked = asked.map(|value| (header::ACCEPT_ENCODING, value)).into_iter().collect();
        let answer = kept.answer(&asked);
        if kept.plain.len() <= LARGEST {
            place.keep(kept);
        }
        Ok(answer)
    }

    /// How often the bell has rung, where it matters.
    fn rings(&self, until_written: bool) -> Option<u64> {
        until_written.then(|| *self.bell.borrow())
    }

    /// Boxed, because a connection keeps room for the answer in the making as long as it is open, a stream for hours.
    fn routed(&self, request: Request<Incoming>, peer: SocketAddr) -> Routed {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        Box::pin(self.router.clone().oneshot(request))
    }

    fn place(&self, looks: Looks, address: &str) -> Option<Arc<Place>> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = shelf.places[looks.0].get(address) {
            return Some(place.clone());
        }
        let now = self.records.now();
        let mut count = shelf.places.iter().map(HashMap::len).sum::<usize>();
        // What is over is put away when something new comes, but not for each anew.
        if count >= KEPT || (now.0 - shelf.swept).abs() > 4 * SHARED_MS {
            shelf.swept = now.0;
            for places in &mut shelf.places {
                places.retain(|_, place| Arc::strong_count(place) > 1 || place.is_young(now));
            }
            count = shelf.places.iter().map(HashMap::len).sum();
        }
        if count >= KEPT {
            return None;
        }
        Some(shelf.places[looks.0].entry(address.to_owned()).or_default().clone())
    }
}

impl Place {
    fn fresh(&self, now: Timestamp, rings: Option<u64>) -> Option<Arc<Kept>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|kept| kept.is_young(now) && kept.rings == rings).cloned()
    }

    fn is_young(&self, now: Timestamp) -> bool {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().is_some_and(|kept| kept.is_young(now))
    }

    fn keep(&self, kept: Arc<Kept>) {
        let before = self.kept.lock().unwrap_or_else(PoisonError::into_inner).replace(kept);
        if let Some(before) = before {
            tracing::debug!(served = before.served.load(Ordering::Relaxed), "Drew a shared page anew");
        }
    }
}

impl Kept {
    fn new(at: Timestamp, rings: Option<u64>, mut headers: HeaderMap, plain: Bytes) -> Kept {
        headers.remove(header::CONTENT_LENGTH);
        headers.remove(header::TRANSFER_ENCODING);
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
        Kept { at, rings, headers, plain, brotli: OnceLock::new(), gzip: OnceLock::new(), served: AtomicU64::new(0) }
    }

    fn is_young(&self, now: Timestamp) -> bool {
        (0..SHARED_MS).contains(&now.since(self.at))
    }

    /// The page as this client takes it, made on first demand.
    fn answer(&self, asked: &HeaderMap) -> Response<Body> {
        self.served.fetch_add(1, Ordering::Relaxed);
        let (body, encoding) = if accepts(asked, "br") {
            (self.brotli.get_or_init(|| brotli(&self.plain)), Some("br"))
        } else if accepts(asked, "gzip") {
            (self.gzip.get_or_init(|| gzip(&self.plain)), Some("gzip"))
        } else {
            (&self.plain, None)
        };
        let mut answer = Response::new(Body::from(body.clone()));
        *answer.headers_mut() = self.headers.clone();
        if let Some(encoding) = encoding.filter(|_| !body.is_empty()) {
            answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        } else if body.is_empty() {
            *answer.body_mut() = Body::from(self.plain.clone());
        }
        answer
    }
}

/// Compressed, or nothing where that fails; writing to memory does not.
fn brotli(plain: &Bytes) -> Bytes {
    let mut out = brotli::CompressorWriter::new(Vec::with_capacity(plain.len() / 4), 4096, BROTLI, 18);
    match out.write_all(plain).and_then(|()| out.flush()) {
        Ok(()) => out.into_inner().into(),
        Err(_) => Bytes::new(),
    }
}

/// The same for clients that know no brotli.
fn gzip(plain: &Bytes) -> Bytes {
    let mut out = flate2::write::GzEncoder::new(Vec::with_capacity(plain.len() / 4), flate2::Compression::new(5));
    match out.write_all(plain).and_then(|()| out.finish()) {
        Ok(bytes) => bytes.into(),
        Err(_) => Bytes::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(cookie: &'static str) -> Option<usize> {
        let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(cookie))]);
        Looks::of(&headers).map(|looks| looks.0)
    }

    #[test]
    fn only_cookies_of_looks_leave_somebody_a_guest() {
        assert_eq!(Looks::of(&HeaderMap::new()), Some(Looks(0)));
        assert_eq!((looks("mode=large"), looks("theme=dark; mode=large")), (Some(1), Some(3)));
        assert_eq!((looks("theme=light; keys=on"), looks("keys=off")), (Some(0), Some(4)));
        for own in ["jikao=x", "mode=large; jikao=x", "__Host-jikao=x", "mode=huge", "remembered=1", "x"] {
            assert_eq!(looks(own), None, "{own}");
        }
    }

    #[test]
    fn only_the_search_and_plans_are_everybodys() {
        assert!(is_shared("/") && is_shared("/plans/01900000-0000-7000-8000-000000000000"));
        for own in ["/my", "/plans/", "/plans/x", "/plans/01900000-0000-7000-8000-00000000000/", "/sign-in", "/office"]
        {
            assert!(!is_shared(own), "{own}");
        }
    }

    #[test]
    fn of_certificates_only_the_code_on_the_paper_is_everybodys() {
        let verify = app::paths::VERIFY;
        assert_eq!((asks(verify, None), asks("/", Some("q=x"))), (Asks::Nothing, Asks::Nothing));
        assert_eq!(asks(verify, Some("c=ABC")), Asks::Code);
        for own in ["q=x", "s=x", "c=ABC&s=x", "s=x&c=ABC", ""] {
            assert_eq!(asks(verify, Some(own)), Asks::Own, "{own}");
        }
    }

    #[test]
    fn compressed_pages_are_whole() {
        use std::io::Read;
        let page = Bytes::from("技考 ".repeat(5_000));
        let (small, smaller) = (gzip(&page), brotli(&page));
        assert!(small.len() < page.len() / 10 && smaller.len() < page.len() / 10);
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(&small[..]).read_to_end(&mut back).unwrap();
        assert_eq!(back, page);
        back.clear();
        brotli::Decompressor::new(&smaller[..], 4096).read_to_end(&mut back).unwrap();
        assert_eq!(back, page);
    }
}
