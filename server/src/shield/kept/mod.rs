//! A login that ended costs nobody what they typed. A plain form that comes from a login that has ended is kept, whichever
//! it is; the person signs in and finds it on its page, filled in. Nothing is done by itself: they press again.
//!
//! What comes from another site is refused before it gets here, so nobody can put words into a form of somebody else.
//! What is kept, for how long and for whom stands in `app::kept`.

mod fill;
mod tags;

use crate::routes::{FORM_BYTES, PAGE_TIME};
use crate::state::App;
use app::kept::{KeptForm, PLACE, cookie_name, set_cookie};
use app::paths;
use app::signed_in::ssr::{SIGN_IN_NEEDED, cookie_in};
use app::wording::kept as words;
use axum::body::{Body, BodyDataStream, Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, Form, FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use domain::time::Timestamp;
use futures::Stream;
use records::logins::{self, Whose};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::timeout;

/// Largest page that is filled in.
const PAGE_BYTES: usize = 16 * 1024 * 1024;
/// Longest that is listened to a form with files for the words in it.
const FILES_TIME: Duration = Duration::from_secs(120);
/// Most names of files that are told.
const FILES: usize = 20;
/// What holds a field of a form with files, in bytes.
const FIELD: usize = 64;

/// Keeps forms of logins that have ended, and shows them again on their page.
pub async fn kept(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let reads = accept.is_some_and(|accept| accept.contains("text/html"));
    let mut answer = match *request.method() {
        Method::POST if reads => sent(&app, request, next).await,
        Method::GET if reads => shown(&app, request, next).await,
        _ => next.run(request).await,
    };
    answer.headers_mut().remove(SIGN_IN_NEEDED);
    answer
}

/// Which browser sends or looks, and by which login.
struct Browser {
    desk: bool,
    login: String,
    /// What binds kept forms to it.
    secret: Option<String>,
}

impl Browser {
    /// None where nobody ever signed in.
    fn of(app: &App, headers: &HeaderMap, path: &str) -> Option<Browser> {
        let desk = path.strip_prefix("/api").unwrap_or(path).starts_with(paths::OFFICE);
        let name = if desk { app.site.staff_cookie() } else { app.site.applicant_cookie() };
        let login = cookie_in(headers, name).filter(|login| !login.is_empty())?;
        let secret = cookie_in(headers, cookie_name(&app.site)).filter(|secret| !secret.is_empty());
        Some(Browser { desk, login, secret })
    }
}

/// A plain form: done as always, unless its login has ended.
async fn sent(app: &App, request: Request, next: Next) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let Some(browser) = Browser::of(app, request.headers(), &path) else { return next.run(request).await };
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let action = request.uri().path_and_query().map_or_else(|| path.clone(), ToString::to_string);
    let headers = request.headers().clone();
    let (answer, typed) = if kind.starts_with("application/x-www-form-urlencoded") && !is_too_long(&headers) {
        let (parts, body) = request.into_parts();
        let body = match timeout(PAGE_TIME, to_bytes(body, FORM_BYTES)).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
            Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        };
        let answer = next.run(Request::from_parts(parts, Body::from(body.clone()))).await;
        (answer, Typed::Words(body))
    } else if kind.starts_with("multipart/form-data") {
        let (parts, body) = request.into_parts();
        let (lent, rest) = lend(body);
        let answer = next.run(Request::from_parts(parts, lent)).await;
        (answer, Typed::Parts(rest))
    } else {
        return next.run(request).await;
    };
    let home = if browser.desk { paths::OFFICE } else { paths::MINE };
    let back = page_of(&headers, &app.origins).unwrap_or_else(|| home.to_owned());
    let page = back.split('?').next().unwrap_or(home).to_owned();
    let mut form =
        KeptForm { page, action, fields: Vec::new(), files: Vec::new(), ended: Timestamp(0), about: Vec::new() };
    if !asks_to_sign_in(&path, &answer) {
        let waits = |secret: &String| app.shelf.waits_for(secret, &form.page, &form.action, app.records.now());
        if let Some(secret) = browser.secret.filter(waits) {
            if let Some((fields, _)) = typed.read(&headers).await {
                form.fields = fields;
            }
            sent_again(app, &browser.login, &secret, &form, is_refused(&answer)).await;
        }
        return answer;
    }
    let ended = match logins::ended(&app.records, &browser.login).await {
        Ok(Some(ended)) => ended,
        // Nobody knows whose it was, so nobody could be shown it.
        Ok(None) => return answer,
        Err(why) => {
            tracing::error!("Could not keep a form whose login had ended: {why}");
            return answer;
        }
    };
    let Some((fields, files)) = typed.read(&headers).await else { return answer };
    let secret = browser.secret.unwrap_or_else(|| app.records.chance().token());
    app.shelf.keep(&secret, ended.whose, app.records.now(), KeptForm { fields, files, ended: ended.at, ..form });
    to_sign_in(app, browser.desk, &back, &secret)
}

/// A form that was kept is sent again: once it is done, it waits no longer.
async fn sent_again(app: &App, login: &str, secret: &str, form: &KeptForm, refused: bool) {
    match logins::peek(&app.records, Some(login)).await {
        Ok(viewer) => {
            if let Some(whose) = Whose::of(&viewer) {
                app.shelf.sent_again(secret, whose, form, refused, app.records.now());
            }
        }
        Err(why) => tracing::error!("Could not see who sent a kept form again: {why}"),
    }
}

/// A form that is done leads on; one that is refused leads back to what was typed, or nowhere.
fn is_refused(answer: &Response<Body>) -> bool {
    let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    !answer.status().is_redirection() || to.contains("again=")
}

fn is_too_long(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > FORM_BYTES)
}

/// Whether the form was answered: sign in first. Server functions say it by a header of theirs; a form to sign in that is
/// refused leads to the same page and is none of these.
fn asks_to_sign_in(path: &str, answer: &Response<Body>) -> bool {
    if path.starts_with("/api/") {
        return answer.headers().contains_key(SIGN_IN_NEEDED);
    }
    let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    let to = to.split('?').next().unwrap_or_default();
    let leads = answer.status().is_redirection() && (to == paths::sign_in("") || to == paths::office_sign_in());
    !path.starts_with("/sign-in") && (leads || answer.status() == StatusCode::UNAUTHORIZED)
}

/// The page that a form stood on, as the browser says; without the mark of an earlier refusal.
fn page_of(headers: &HeaderMap, origins: &[String]) -> Option<String> {
    let from = headers.get(header::REFERER)?.to_str().ok()?;
    let address = origins.iter().find_map(|ours| from.strip_prefix(ours.as_str()))?.split('#').next()?;
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let query: Vec<&str> = query.split('&').filter(|part| !part.is_empty() && !part.starts_with("again=")).collect();
    let whole = if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) };
    // An address with a long filter is left without it rather than lost.
    [whole, path.to_owned()].into_iter().find(|page| paths::is_ours(&at_the_form(page)))
}

fn at_the_form(page: &str) -> String {
    format!("{page}#{PLACE}")
}

fn to_sign_in(app: &App, desk: bool, back: &str, secret: &str) -> Response<Body> {
    let next = at_the_form(back);
    let to =
        if desk { format!("{}?next={}", paths::office_sign_in(), paths::encode(&next)) } else { paths::sign_in(&next) };
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SEE_OTHER;
    for (name, value) in [(header::LOCATION, to), (header::SET_COOKIE, set_cookie(&app.site, secret))] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

/// What was typed, where it has not been read yet.
enum Typed {
    Words(Bytes),
    Parts(Lent),
}

impl Typed {
    /// Fields and names of files; none where somebody else has read it already.
    async fn read(self, headers: &HeaderMap) -> Option<(Vec<(String, String)>, Vec<String>)> {
        let request = |body: Body| {
            let mut request = Request::new(body);
            *request.method_mut() = Method::POST;
            if let Some(kind) = headers.get(header::CONTENT_TYPE) {
                request.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
            }
            // What is too heavy for its route was refused before.
            DefaultBodyLimit::disable().apply(&mut request);
            request
        };
        let (mut fields, files) = match self {
            Typed::Words(body) => {
                let Form(fields) =
                    Form::<Vec<(String, String)>>::from_request(request(Body::from(body)), &()).await.ok()?;
                (fields, Vec::new())
            }
            Typed::Parts(rest) => {
                let form = Multipart::from_request(request(rest.untouched()?), &()).await.ok()?;
                timeout(FILES_TIME, read_parts(form)).await.ok()?
            }
        };
        fields.retain(|(name, _)| !is_secret(name));
        Some((fields, files))
    }
}

/// Secrets are typed anew.
fn is_secret(name: &str) -> bool {
    name.contains("password") || name == "old"
}

/// The words of a form with files, and the names of the files. It is heard to its end: a browser that is cut off in the
/// middle shows its own error instead of our page.
async fn read_parts(mut form: Multipart) -> (Vec<(String, String)>, Vec<String>) {
    let (mut fields, mut files, mut room) = (Vec::new(), Vec::new(), FORM_BYTES);
    while let Ok(Some(mut field)) = form.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        // A field that says nothing takes room as well: of a million there is no end.
        let fits = room > name.len() + FIELD;
        room -= if fits { name.len() + FIELD } else { 0 };
        let file = field.file_name().map(|name| name.chars().take(120).collect::<String>());
        let mut value = Vec::new();
        while let Ok(Some(chunk)) = field.chunk().await {
            if file.is_none() && fits {
                let taken = chunk.len().min(room);
                room -= taken;
                value.extend_from_slice(&chunk[..taken]);
            }
        }
        match file {
            Some(file) if file.is_empty() || files.len() >= FILES => {}
            Some(file) => files.push(file),
            None if !fits => {}
            None => fields.push((name, String::from_utf8_lossy(&value).into_owned())),
        }
    }
    (fields, files)
}

/// A body that is lent to the route: if the route sends the person to sign in before it has read anything, it is still
/// whole, and the words in it are read here.
#[derive(Clone)]
struct Lent(Arc<Mutex<Loan>>);

struct Loan {
    body: Option<BodyDataStream>,
    touched: bool,
}

fn lend(body: Body) -> (Body, Lent) {
    let lent = Lent(Arc::new(Mutex::new(Loan { body: Some(body.into_data_stream()), touched: false })));
    (Body::from_stream(lent.clone()), lent)
}

impl Lent {
    fn untouched(&self) -> Option<Body> {
        let mut loan = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if loan.touched { None } else { loan.body.take().map(Body::from_stream) }
    }
}

impl Stream for Lent {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut loan = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        loan.touched = true;
        match &mut loan.body {
            Some(body) => Pin::new(body).poll_next(context),
            None => Poll::Ready(None),
        }
    }
}

/// A page that somebody comes back to: its forms are filled in with what waits for this person.
async fn shown(app: &App, request: Request, next: Next) -> Response<Body> {
    let uri: Uri = request.uri().clone();
    let browser = Browser::of(app, request.headers(), uri.path());
    let answer = next.run(request).await;
    let Some(Browser { login, secret: Some(secret), .. }) = browser else { return answer };
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if answer.status() != StatusCode::OK || !kind.starts_with("text/html") {
        return answer;
    }
    let now = app.records.now();
    let waiting = app.shelf.of_page(&secret, uri.path(), now);
    if waiting.is_empty() {
        return answer;
    }
    // The page was drawn by this login a moment ago; looking is no sign of life.
    let whose = match logins::peek(&app.records, Some(&login)).await {
        Ok(viewer) => Whose::of(&viewer),
        Err(why) => {
            tracing::error!("Could not show a kept form: {why}");
            None
        }
    };
    let Some(whose) = whose else { return answer };
    let (mut parts, body) = answer.into_parts();
    let Ok(page) = to_bytes(body, PAGE_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut page = fill::still(&String::from_utf8_lossy(&page));
    let own: Vec<_> = waiting.iter().filter(|(of, _)| *of == whose).map(|(_, form)| form).collect();
    if own.is_empty() {
        page = fill::tell(&page, words::ANOTHERS, None);
    }
    for form in own {
        let files = if form.files.is_empty() { String::new() } else { words::files(&form.files) };
        let note = |typed: bool| format!("{}{files}", if typed { words::FILLED } else { words::PRESSED });
        page = match fill::fill(&page, form, note) {
            Some((page, about)) => {
                app.shelf.learn(form, about, now);
                page
            }
            None => fill::tell(&page, &format!("{}{files}", words::NO_FORM), Some(&**form)),
        };
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(referer: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(header::REFERER, HeaderValue::from_str(referer).unwrap())]);
        page_of(&headers, &["https://jikao.example".to_owned()])
    }

    #[test]
    fn the_page_is_told_by_the_browser_and_is_ours() {
        assert_eq!(
            page("https://jikao.example/office/plans/1?tab=x&again=k#y").as_deref(),
            Some("/office/plans/1?tab=x")
        );
        assert_eq!(page("https://jikao.example/my").as_deref(), Some("/my"));
        let long = format!("https://jikao.example/office?q={}", "x".repeat(400));
        assert_eq!(page(&long).as_deref(), Some("/office"));
        for other in [
            "https://evil.test/office",
            "https://jikao.example.evil.test/office",
            "https://jikao.example//evil.test",
            "",
        ] {
            assert_eq!(page(other), None, "{other}");
        }
    }

    #[test]
    fn passwords_are_not_kept() {
        assert!(is_secret("password") && is_secret("password_again") && is_secret("old"));
        assert!(!is_secret("older") && !is_secret("words"));
    }

    #[tokio::test]
    async fn a_form_of_countless_fields_is_heard_and_not_kept_whole() {
        let part = |at: usize| format!("--x\r\ncontent-disposition: form-data; name=\"f{at}\"\r\n\r\n\r\n");
        let body: String = (0..20_000).map(part).chain(["--x--\r\n".to_owned()]).collect();
        let kind = HeaderValue::from_static("multipart/form-data; boundary=x");
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind)]);
        let (lent, rest) = lend(Body::from(body));
        drop(lent);
        let (fields, _) = Typed::Parts(rest).read(&headers).await.unwrap();
        assert_eq!(fields[0].0, "f0");
        assert!(fields.len() < FORM_BYTES / FIELD, "{}", fields.len());
    }

    #[tokio::test]
    async fn a_body_that_was_not_read_is_still_whole() {
        let (lent, rest) = lend(Body::from("words"));
        drop(lent);
        assert_eq!(to_bytes(rest.untouched().unwrap(), 9).await.unwrap(), "words");
        let (lent, rest) = lend(Body::from("words"));
        assert_eq!(to_bytes(lent, 9).await.unwrap(), "words");
        assert!(rest.untouched().is_none());
    }
}
