//! What only a demonstration offers: signing in as a persona by one click, and moving the clock.

use super::preferences::see;
use crate::state::App;
use app::signed_in::ssr::address_of;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Form, Router};
use domain::ids::{AccountId, StaffId};
use domain::time::Timestamp;
use records::Error;
use serde::Deserialize;
use std::net::SocketAddr;

/// These routes exist in demo mode only.
pub fn router(app: &App) -> Router<App> {
    if !app.site.demo {
        return Router::new();
    }
    Router::new()
        .route("/demo/sign-in", post(sign_in))
        .route("/demo/clock", post(clock))
        .route("/demo/furnished", get(furnished))
}

/// Whether everything of the demonstration is there: for tests, which come before any visitor could.
async fn furnished(State(app): State<App>) -> StatusCode {
    match crate::demo::is_furnished(&app.records).await {
        Ok(true) => StatusCode::OK,
        Ok(false) => StatusCode::NOT_FOUND,
        Err(why) => {
            tracing::error!("The records do not answer: {why}");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// Who one wants to be: a candidate or a member of staff, by id.
#[derive(Debug, Deserialize)]
struct Persona {
    account: Option<AccountId>,
    staff: Option<StaffId>,
    #[serde(default)]
    next: String,
}

async fn sign_in(State(app): State<App>, Form(persona): Form<Persona>) -> Response<Body> {
    let signed_in = match (persona.account, persona.staff) {
        (Some(id), None) => as_applicant(&app, id).await.map(|cookie| (cookie, app::paths::HOME)),
        (None, Some(id)) => as_staff(&app, id).await.map(|cookie| (cookie, app::paths::OFFICE)),
        _ => return StatusCode::BAD_REQUEST.into_response(),
    };
    match signed_in {
        Ok((cookie, home)) => {
            let mut answer = see(&persona.next, home);
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                answer.headers_mut().append(header::SET_COOKIE, cookie);
            }
            answer
        }
        Err(why) => crate::refused(&app, why),
    }
}

/// Only people of the demonstration: a real account is never opened without its password.
async fn as_applicant(app: &App, id: AccountId) -> Result<String, Error> {
    let personas = records::accounts::demo_personas(&app.records).await?;
    if !personas.iter().any(|(known, _)| *known == id) {
        return Err(Error::NotFound);
    }
    let token = records::logins::start_applicant(&app.records, id).await?;
    Ok(app.site.set_cookie(app.site.applicant_cookie(), &token))
}

async fn as_staff(app: &App, id: StaffId) -> Result<String, Error> {
    let personas = records::staff::demo_staff(&app.records).await?;
    if !personas.iter().any(|known| known.id == id) {
        return Err(Error::NotFound);
    }
    let token = records::logins::start_staff(&app.records, id).await?;
    Ok(app.site.set_cookie(app.site.staff_cookie(), &token))
}

/// What the rehearsal's clock shall show: `2026-12-06 23:59:59` in Shanghai, or minutes to move by.
#[derive(Debug, Deserialize)]
struct Hands {
    at: Option<String>,
    minutes: Option<i64>,
}

/// Moves the rehearsal's clock; from this machine only.
async fn clock(
    State(app): State<App>,
    peer: ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Form(hands): Form<Hands>,
) -> Response<Body> {
    // Behind a proxy on this machine everybody is connected from here: what it says counts.
    if !address_of(Some(peer.0.ip()), &headers).is_some_and(|ip| ip.is_loopback()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let now = app.records.now();
    let moved = match (&hands.at, hands.minutes) {
        (Some(at), None) => Timestamp::parse_shanghai(at),
        (None, Some(minutes)) => minutes.checked_mul(60_000).and_then(|ms| now.0.checked_add(ms)).map(Timestamp),
        _ => None,
    };
    let Some(at) = moved else { return StatusCode::BAD_REQUEST.into_response() };
    app.records.clock().set(at);
    domain::time::official_moment(app.records.now()).into_response()
}
