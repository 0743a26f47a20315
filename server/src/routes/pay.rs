//! Paying: the candidate's forms, and what channels tell.

use super::preferences::see;
use crate::pay::{Asked, Payer, work};
use crate::shield::answers::Reader;
use crate::state::App;
use app::again::ssr::back_with;
use app::signed_in::ssr::{address_of, cookie_in};
use app::{Failure, failure::from_records, paths};
use axum::Extension;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use bytes::Bytes;
use domain::account::Viewer;
use domain::ids::{AccountId, ApplicationId};
use domain::payment::{Attempt, Channel, Device, Disbelief, Outcome, PaymentRefusal};
use domain::refusal::Refusal;
use leptos::prelude::Owner;
use records::payments;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::timeout;

/// Longest that somebody who comes back from a channel waits for its answer: the page asks for itself afterwards.
const BACK_TIME: Duration = Duration::from_secs(5);

/// Where channels tell what was paid. Proved by their signatures, so no page of ours has to stand behind it.
pub const NOTIFY: &str = "/pay/notify/";

/// `/my/{id}/pay/…` and `/pay/notify/…`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/my/{id}/pay/{channel}", post(begin))
        .route("/my/{id}/pay/back", get(come_back))
        .route("/pay/notify/{channel}", post(notify))
        .merge(super::pay_inside::router())
}

/// `POST /my/{id}/pay/{channel}`: makes the order at the channel, or with `check` asks whether it was paid.
async fn begin(
    State(app): State<App>,
    Path((id, channel)): Path<(String, String)>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let page = page_of(&id);
    let reader = Reader::of(&headers, "/my");
    let outcome = async {
        let (account, id) = whose(&app, &headers, &id).await?;
        if channel == "check" {
            return check(&app, account, id).await.map(|()| page.clone());
        }
        let channel = Channel::parse(&channel).ok_or(Refusal::from(PaymentRefusal::NoChannel))?;
        if channel == Channel::Fiscal {
            payments::fiscal_code(&app.records, account, id).await.map_err(from_records)?;
            return Ok(format!("{page}?by={}", channel.as_str()));
        }
        let (ip, back) = (payer_of(&headers, peer.map(|peer| peer.0.0)), paths::pay_back(id));
        let back = format!("{}{back}", app.site.origin);
        let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // From a form nobody goes to 微信 itself: the policy of our pages lets forms lead to ourselves alone.
        let fits = Device::of(agent).attempt(channel, false);
        let from = match wished(&body).unwrap_or(fits) {
            Attempt::Phone => Payer::Phone { ip: &ip, back: &back },
            Attempt::Page if channel == Channel::Alipay => Payer::Page { back: &back },
            Attempt::Screen | Attempt::Inside | Attempt::Page => Payer::Screen,
        };
        code(&app, account, id, channel, from).await?;
        Ok(shown_at(&page, channel, from.attempt()))
    };
    answered(&app, &reader, &page, outcome.await)
}

/// The page of an application on which it is paid.
pub(super) fn page_of(id: &str) -> String {
    id.parse().map_or_else(|_| paths::MINE.to_owned(), paths::pay)
}

/// The same, with what was made.
pub(super) fn shown_at(page: &str, channel: Channel, attempt: Attempt) -> String {
    match attempt {
        Attempt::Screen => format!("{page}?by={}", channel.as_str()),
        other => format!("{page}?by={}&way={}", channel.as_str(), other.as_str()),
    }
}

/// To the next page, or back with a sentence.
pub(super) fn answered(app: &App, reader: &Reader, page: &str, outcome: Result<String, Failure>) -> Response<Body> {
    match outcome {
        Ok(next) => see(&next, paths::MINE),
        Err(Failure::NotFound) => reader.words(app, StatusCode::NOT_FOUND, None),
        Err(failure) => {
            let owner = Owner::new();
            owner.with(|| app.provide());
            let back = owner.with(|| back_with(&failure, page, Vec::new()));
            owner.cleanup();
            see(&back, paths::MINE)
        }
    }
}

/// The kind of payment that a form wants instead of what fits the browser.
fn wished(body: &[u8]) -> Option<Attempt> {
    let form = std::str::from_utf8(body).ok()?;
    Attempt::parse(form.split('&').find_map(|field| field.strip_prefix("way="))?)
}

/// `GET /my/{id}/pay/back`: somebody comes back from a channel. Whatever the address says proves nothing and is not read;
/// the channel is asked, and the page says what came of it.
async fn come_back(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let asking = async {
        let (account, id) = whose(&app, &headers, &id).await?;
        check(&app, account, id).await
    };
    let page = page_of(&id);
    match timeout(BACK_TIME, asking).await {
        Ok(Err(failure @ (Failure::NotFound | Failure::SignInNeeded))) => {
            answered(&app, &Reader::of(&headers, "/my"), &page, Err(failure))
        }
        // What the channel has not said yet, the page asks for itself.
        _ => see(&page, paths::MINE),
    }
}

/// The address that a payer comes from, as 微信支付 is told it for a payment on a phone.
fn payer_of(headers: &HeaderMap, peer: Option<SocketAddr>) -> String {
    address_of(peer.map(|peer| peer.ip()), headers).map_or_else(|| "127.0.0.1".to_owned(), |ip| ip.to_string())
}

/// Asks the channel for what is scanned or opened, and keeps it.
pub(super) async fn code(
    app: &App,
    account: AccountId,
    id: ApplicationId,
    channel: Channel,
    from: Payer<'_>,
) -> Result<(), Failure> {
    if !app.channels.offered().contains(&channel) {
        return Err(Refusal::from(PaymentRefusal::NoChannel).into());
    }
    let attempt = from.attempt();
    let (order, known) = payments::begin(&app.records, account, id, channel, attempt).await.map_err(from_records)?;
    // What a browser opens lives for minutes only and is asked for each time.
    if known.is_some() && attempt == Attempt::Screen {
        return Ok(());
    }
    let page = payments::pay_page(&app.records, account, id, &[]).await.map_err(from_records)?;
    let about = format!("{} 考试费", page.trade);
    let asked = Asked { number: &order.number, amount: order.amount, about: &about, until: order.until, from };
    let code = app.channels.create(channel, &asked, work::now(&app.records)).await.map_err(|why| {
        tracing::warn!(order = order.number, channel = channel.as_str(), "No code from the channel: {why}");
        Failure::from(Refusal::from(PaymentRefusal::Silent))
    })?;
    payments::keep_code(&app.records, &order.number, channel, attempt, &code).await.map_err(from_records)
}

async fn check(app: &App, account: AccountId, id: ApplicationId) -> Result<(), Failure> {
    let page = payments::pay_page(&app.records, account, id, &app.channels.offered()).await.map_err(from_records)?;
    let order = page.order.ok_or(Refusal::from(PaymentRefusal::NothingDue))?;
    let asked = page.asked;
    let all = work::ask(&app.records, &app.channels, &order.number, &asked).await.map_err(from_records)?;
    if all { Ok(()) } else { Err(Refusal::from(PaymentRefusal::Silent).into()) }
}

pub(super) async fn whose(app: &App, headers: &HeaderMap, id: &str) -> Result<(AccountId, ApplicationId), Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    let token = cookie_in(headers, app.site.applicant_cookie());
    match records::logins::viewer(&app.records, token.as_deref()).await.map_err(from_records)? {
        Viewer::Applicant { id: account, .. } => Ok((account, id)),
        _ => Err(Failure::SignInNeeded),
    }
}

/// `POST /pay/notify/{channel}`: the raw body is what was signed.
async fn notify(
    State(app): State<App>,
    Path(channel): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let Some(channel) = Channel::parse(&channel).filter(|channel| channel.is_online()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let told = match app.channels.told(channel, &headers, &body, work::now(&app.records)).await {
        Ok(told) => told,
        Err(why) => {
            tracing::warn!(channel = channel.as_str(), "A notification is not believed: {why}");
            return answer(channel, false);
        }
    };
    let digest = hex::encode(Sha256::digest(&body));
    match payments::take_notice(&app.records, channel, &told.event, &digest, &told.notice).await {
        Ok(Outcome::Reject(why)) => {
            tracing::warn!(channel = channel.as_str(), order = told.notice.order, "A payment fits no order: {why}");
            // Told again it would fit no better; that it is in the books of notices is what counts.
            answer(channel, why == Disbelief::Amount)
        }
        Ok(_) => answer(channel, true),
        Err(why) => {
            tracing::error!(channel = channel.as_str(), "A notification could not be kept: {why}");
            answer(channel, false)
        }
    }
}

/// What each channel understands: taken, or to be told again.
fn answer(channel: Channel, taken: bool) -> Response<Body> {
    let (status, kind, text) = match (channel, taken) {
        (Channel::Alipay, true) => (StatusCode::OK, "text/plain", "success"),
        (Channel::Alipay, false) => (StatusCode::OK, "text/plain", "failure"),
        (_, true) => (StatusCode::OK, "application/json", "{\"code\":\"SUCCESS\"}"),
        (_, false) => (StatusCode::BAD_REQUEST, "application/json", "{\"code\":\"FAIL\",\"message\":\"not taken\"}"),
    };
    (status, [(header::CONTENT_TYPE, kind)], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    #[test]
    fn a_payer_sits_where_our_proxy_says_and_not_where_the_browser_says() {
        let told = HeaderValue::from_static("198.51.100.1, 203.0.113.7");
        let headers = HeaderMap::from_iter([(HeaderName::from_static("x-forwarded-for"), told)]);
        let payer = |peer: &str| payer_of(&headers, Some(SocketAddr::new(peer.parse().unwrap(), 443)));
        assert_eq!(payer("127.0.0.1"), "203.0.113.7", "what the browser made up stands before");
        assert_eq!(payer("203.0.113.9"), "203.0.113.9", "no proxy of ours");
        assert_eq!(payer("2400:3200::9"), "2400:3200::9", "a whole address, not its network");
        assert_eq!(payer_of(&HeaderMap::new(), None), "127.0.0.1");
    }
}
