//! What the door of an exam day asks for by script: the list with its photos, what a device noted, and the empty page that
//! it keeps for the time without a network.

use super::sheets::member;
use crate::shield::answers::Reader;
use crate::state::App;
use app::Failure;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::{get, post};
use domain::ids::{ApplicationId, PlanId};
use domain::page::door::DoorBatch;
use serde::Serialize;

/// Heaviest request with notes: the most notes, each with the longest words.
pub const NOTES_BYTES: usize = 2 * 1024 * 1024;
/// The empty page runs our one script and asks us alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; \
    connect-src 'self'; font-src 'self'; worker-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/// What is read.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/office/plans/{id}/day/list", get(list))
        .route("/office/plans/{id}/day/photo/{application}", get(photo))
        .route("/office/plans/{id}/day/shell", get(shell))
}

/// What is handed in.
pub(super) fn notes() -> Router<App> {
    Router::new().route("/office/plans/{id}/day/notes", post(hand_in))
}

async fn list(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        let list = records::rooms::door_list(&app.records, &member, plan).await;
        list.map_err(|why| crate::failure(&app, why))
    };
    json(&app, &headers, made.await)
}

async fn hand_in(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        let batch: DoorBatch = serde_json::from_slice(&body).map_err(|_| Failure::Malformed)?;
        let taken = records::rooms::hand_in(&app.records, &member, plan, &batch).await;
        taken.map_err(|why| crate::failure(&app, why))
    };
    json(&app, &headers, made.await)
}

async fn photo(State(app): State<App>, Path((id, who)): Path<(String, String)>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        let who: ApplicationId = who.parse().map_err(|_| Failure::NotFound)?;
        let _held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
        let small = records::rooms::door_photo(&app.records, &member, plan, who).await;
        small.map_err(|why| crate::failure(&app, why))
    };
    match made.await {
        Ok(bytes) => answer(Body::from(bytes), "image/jpeg"),
        Err(failure) => Reader::Script.words(&app, crate::status_of(&failure), None),
    }
}

/// The empty page: whoever asks gets it, nobody's data stand in it.
async fn shell(State(app): State<App>, Path(id): Path<String>) -> Response<Body> {
    let Ok(plan) = id.parse::<PlanId>() else { return Reader::Desk.words(&app, StatusCode::NOT_FOUND, None) };
    let html = app::office::day::shell(plan, &app.bundles.office.css.path);
    let mut answer = answer(Body::from(html), "text/html; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    answer
}

fn json<T: Serialize>(app: &App, headers: &HeaderMap, made: Result<T, Failure>) -> Response<Body> {
    let failure = match made {
        Ok(made) => match serde_json::to_vec(&made) {
            Ok(bytes) => return answer(Body::from(bytes), "application/json"),
            Err(_) => Failure::Malformed,
        },
        Err(failure) => failure,
    };
    Reader::of(headers, "/office").words(app, crate::status_of(&failure), None)
}

fn answer(body: Body, content_type: &'static str) -> Response<Body> {
    let mut answer = Response::new(body);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    answer
}
