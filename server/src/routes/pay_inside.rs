//! Paying inside 微信 (JSAPI). `/my/{id}/pay/inside` goes to 微信 to learn who pays, `/pay/wechat/back` comes back with a
//! code for it; the order is made for that person, and the page opens the window of payment.
//!
//! The `state` that goes along is good once, for some minutes, and only for the login that it was made for.

use super::pay::{answered, code, page_of, shown_at, whose};
use crate::pay::Payer;
use crate::shield::answers::Reader;
use crate::state::App;
use app::signed_in::ssr::cookie_in;
use app::{Failure, failure::from_records, paths};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use chrono::TimeDelta;
use domain::payment::{Attempt, Channel, PaymentRefusal};
use domain::refusal::Refusal;
use domain::time::Timestamp;
use records::payments;
use records::ways::visit;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::time::Duration;
use tokio::time::timeout;

/// The name of these visits among those to other sign-ins.
const VISIT: &str = "wechat-pay";
/// Minutes that the way to 微信 and back may take: nobody is asked anything there.
const MINUTES: i64 = 5;
/// Longest that both questions to 微信 may take together: less than a page may.
const TOGETHER: Duration = Duration::from_secs(8);

pub(super) fn router() -> Router<App> {
    Router::new().route("/my/{id}/pay/inside", get(go)).route(paths::PAY_INSIDE_BACK, get(come_back))
}

/// What a login is known by here: nothing that opens it.
fn login_of(app: &App, headers: &HeaderMap) -> String {
    let token = cookie_in(headers, app.site.applicant_cookie()).unwrap_or_default();
    hex::encode(Sha256::digest(format!("{VISIT}|{token}")))
}

async fn go(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let begun = async {
        let (account, id) = whose(&app, &headers, &id).await?;
        payments::begin(&app.records, account, id, Channel::Wechat, Attempt::Inside).await.map_err(from_records)?;
        let next = format!("{id}|{}|{}", login_of(&app, &headers), app.records.now().0);
        let visit = visit::begin(&app.records, VISIT, &next).await.map_err(from_records)?;
        // 微信 sends letters and digits back, and nothing else.
        let door = app.channels.wechat_door(&hex::encode(visit.token));
        door.ok_or_else(|| Failure::from(Refusal::from(PaymentRefusal::NoChannel)))
    };
    let failure = match begun.await.map(|door| HeaderValue::from_str(&door)) {
        Ok(Ok(door)) => {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = StatusCode::SEE_OTHER;
            answer.headers_mut().insert(header::LOCATION, door);
            answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            return answer;
        }
        Ok(Err(_)) => Refusal::from(PaymentRefusal::NoChannel).into(),
        Err(failure) => failure,
    };
    answered(&app, &Reader::of(&headers, "/my"), &page_of(&id), Err(failure))
}

/// What 微信 sends along.
#[derive(Deserialize)]
struct Brought {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

async fn come_back(State(app): State<App>, Query(brought): Query<Brought>, headers: HeaderMap) -> Response<Body> {
    let token = hex::decode(&brought.state).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let next = visit::next_of(&app.records, &token).await.unwrap_or_default();
    let mut parts = next.split('|');
    let (id, login) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let begun = parts.next().and_then(|at| at.parse().ok()).unwrap_or_default();
    let page = page_of(id);
    let made = async {
        let over = || Failure::from(Refusal::from(PaymentRefusal::WayOver));
        let (account, id) = match whose(&app, &headers, id).await {
            Err(Failure::NotFound) => return Err(over()),
            known => known?,
        };
        let in_time = app.records.now() <= Timestamp(begun).plus(TimeDelta::minutes(MINUTES));
        if brought.code.is_empty() || login != login_of(&app, &headers) || !in_time {
            return Err(over());
        }
        visit::spend(&app.records, &token, VISIT, &brought.code).await.map_err(|why| match why {
            records::Error::Refused(_) => over(),
            other => from_records(other),
        })?;
        let asking = async {
            let openid = app.channels.openid(&brought.code).await.map_err(|why| {
                tracing::warn!("微信 does not say who pays: {why}");
                Failure::from(Refusal::from(PaymentRefusal::Silent))
            })?;
            code(&app, account, id, Channel::Wechat, Payer::Inside { openid: &openid }).await
        };
        let asked = timeout(TOGETHER, asking).await;
        asked.unwrap_or_else(|_| Err(Refusal::from(PaymentRefusal::Silent).into()))?;
        // A place of our own: else the browser would keep the fragment of the address that it went to.
        Ok(format!("{}#inside", shown_at(&page, Channel::Wechat, Attempt::Inside)))
    };
    let made = made.await;
    answered(&app, &Reader::of(&headers, "/my"), &page, made)
}
