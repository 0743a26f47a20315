//! 退订: mail programs post to the address that a mail names in `List-Unsubscribe` (RFC 8058), from anywhere and without
//! cookies. The secret in the address is the proof. The page of the same address has the same form for people.

use super::preferences::see;
use crate::state::App;
use app::paths;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::routing::post;
use records::{Error, messages};

/// What the form of the page says, and no mail program.
const FROM_PAGE: &[u8] = b"from=page";

/// `POST /unsubscribe/{token}`.
pub fn router() -> Router<App> {
    Router::new().route("/unsubscribe/{token}", post(stop))
}

/// Whether a path is one of these: no page of ours need stand behind what is posted there.
pub fn is_by_token(path: &str) -> bool {
    path.strip_prefix(paths::STOP_MAIL).is_some_and(|rest| rest.starts_with('/'))
}

async fn stop(State(app): State<App>, Path(token): Path<String>, said: Bytes) -> Response<Body> {
    let done = messages::stop_mail(&app.records, &token).await;
    // The page says what became of it, also where the link counts no longer.
    if said == FROM_PAGE && matches!(done, Ok(()) | Err(Error::NotFound)) {
        return see(&paths::stop_mail(&token), paths::HOME);
    }
    let (status, text) = match done {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(Error::NotFound) => (StatusCode::NOT_FOUND, "this link does not count\n"),
        Err(why) => {
            tracing::error!("Could not switch mails off: {why}");
            (StatusCode::INTERNAL_SERVER_ERROR, "try again later\n")
        }
    };
    let mut answer = Response::new(Body::from(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
