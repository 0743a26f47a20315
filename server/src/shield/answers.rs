//! How a no is worded: a page for people, JSON for scripts. Layers and extractors answer with a bare
//! status or a line of English; here it becomes something that a person can act on.

use super::wording;
use crate::state::App;
use app::Failure;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use std::any::Any;
use std::sync::Arc;
use tower_http::catch_panic::ResponseForPanic;

/// The number under which a fault is found in the log.
#[derive(Debug, Clone)]
pub struct Incident(pub String);

impl Incident {
    /// Logs a fault and numbers it.
    pub fn record(app: &App, what: &str) -> Incident {
        let number = hex::encode(app.records.chance().bytes::<4>());
        tracing::error!(incident = %number, "Could not finish a request: {what}");
        Incident(number)
    }
}

/// Words every refusal that has no words yet.
pub async fn worded(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    let reader = Reader::of(request.headers(), request.uri().path());
    let answer = next.run(request).await;
    let status = answer.status();
    let has_words = answer.headers().contains_key("serverfnerror")
        || answer
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("text/html") || kind.starts_with("application/json"));
    if has_words || !(status.is_client_error() || status.is_server_error()) {
        return answer;
    }
    let mut incident = answer.extensions().get::<Incident>().cloned();
    if status == StatusCode::INTERNAL_SERVER_ERROR && incident.is_none() {
        incident = Some(Incident::record(&app, "an answer of status 500"));
    }
    let mut words = reader.words(&app, status, incident.as_ref());
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = answer.headers().get(&name) {
            words.headers_mut().insert(name, value.clone());
        }
    }
    words
}

/// Who reads the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A person, on the candidates' side.
    Person,
    /// A person at the desk.
    Desk,
    /// A script of ours.
    Script,
}

impl Reader {
    /// Told by what the request accepts and where it goes.
    pub fn of(headers: &HeaderMap, path: &str) -> Reader {
        let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        let script = path.starts_with("/api/") || accept.contains("application/json");
        if script && !accept.contains("text/html") {
            Reader::Script
        } else if path.starts_with("/office") {
            Reader::Desk
        } else {
            Reader::Person
        }
    }

    /// A refusal in words.
    pub fn words(self, app: &App, status: StatusCode, incident: Option<&Incident>) -> Response<Body> {
        match self {
            Reader::Script => json(status, &failure(status, incident)),
            Reader::Person => page(app, status, incident, &app.bundles.applicant.css.path, "/", "回到首页"),
            Reader::Desk => page(app, status, incident, &app.bundles.office.css.path, "/office", "回到审核台"),
        }
    }
}

/// What a script is told.
fn failure(status: StatusCode, incident: Option<&Incident>) -> Failure {
    match status {
        StatusCode::UNAUTHORIZED => Failure::SignInNeeded,
        StatusCode::FORBIDDEN => Failure::Forbidden,
        StatusCode::NOT_FOUND => Failure::NotFound,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => Failure::Network,
        StatusCode::INTERNAL_SERVER_ERROR => {
            Failure::Broken(incident.map_or_else(|| "unknown".into(), |incident| incident.0.clone()))
        }
        _ => Failure::Malformed,
    }
}

/// An answer for a script.
pub fn json<T: serde::Serialize>(status: StatusCode, value: &T) -> Response<Body> {
    let mut answer = Response::new(Body::from(serde_json::to_vec(value).unwrap_or_default()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

fn page(
    app: &App,
    status: StatusCode,
    incident: Option<&Incident>,
    css: &str,
    home: &str,
    home_label: &str,
) -> Response<Body> {
    let (title, what, next) = wording::of(status);
    let number = incident.map_or(String::new(), |incident| {
        format!("<p class=\"meta\">编号 <span class=\"num\">{}</span></p>", incident.0)
    });
    let also = if app.site.demo && status == StatusCode::FORBIDDEN {
        format!("<p class=\"meta\">演示模式的网址是 {}；用别的网址打开时，请先设置 JIKAO_ORIGIN。</p>", app.site.origin)
    } else {
        String::new()
    };
    let text = format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title} · 技考</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\"><link rel=\"stylesheet\" href=\"{css}\"></head>\
         <body><main id=\"main\" class=\"wrap\"><section class=\"empty\"><h1>{title}</h1><p>{what}</p><p>{next}</p>{number}{also}\
         <p><a class=\"btn\" href=\"{home}\">{home_label}</a></p></section></main></body></html>"
    );
    let mut answer = Response::new(Body::from(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A panic ends one request, never the server.
#[derive(Clone)]
pub struct Panics(pub App);

impl ResponseForPanic for Panics {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
        let what = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("a panic without words");
        let incident = Incident::record(&self.0, what);
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        answer.extensions_mut().insert(incident);
        answer
    }
}

/// Shared by tests and by the router: which origins are ours.
pub fn origins(origin: &str) -> Arc<[String]> {
    let mut origins = vec![origin.to_owned()];
    // One machine has three names; people type any of them.
    let names = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    if let Some(port) = names.iter().find_map(|name| origin.strip_prefix(name)) {
        origins.extend(names.iter().map(|name| format!("{name}{port}")));
    }
    origins.into()
}
