//! Signing in with somebody else: `/sign-in/with/{key}` goes there, `…/back` comes back. Whatever goes wrong is a
//! sentence on the sign-in page.

mod claims;
mod client;
mod oidc;
mod secret;
pub mod tickets;

pub use secret::Secret;

use super::preferences::see;
use crate::config;
use crate::state::App;
use ::app::again::Again;
use ::app::signed_in::ssr::{ProviderButton, cookie_in};
use ::app::{Failure, paths};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use domain::account::{Way, WayRefusal};
use domain::refusal::Refusal;
use records::ways::arrival::{Arrival, Arrived, arrive};
use records::ways::visit::{self, Visit};
use records::{Error, logins};
use serde::Deserialize;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Longest that all questions to a provider may take together: less than a page may, so that the person always
/// reads a sentence.
const TOGETHER: Duration = Duration::from_secs(8);

/// The providers of this installation.
#[derive(Debug, Clone, Default)]
pub struct Portals(Arc<Vec<Provider>>);

#[derive(Debug)]
struct Provider {
    button: ProviderButton,
    protocol: Protocol,
}

#[derive(Debug)]
enum Protocol {
    Oidc(oidc::Provider),
    Tickets(tickets::Tickets),
}

impl Portals {
    /// Reads secrets and makes ready; `origin` is ours. Nobody is asked yet: a provider that is down must not
    /// keep us from starting.
    pub fn read(settings: &config::SignIn, origin: &str) -> Result<Portals, String> {
        Portals::with(settings, origin, Secret::read)
    }

    /// [`Portals::read`] with secrets from elsewhere.
    pub fn with(
        settings: &config::SignIn,
        origin: &str,
        secret: impl Fn(&std::path::Path) -> Result<Secret, String>,
    ) -> Result<Portals, String> {
        let mut providers = Vec::new();
        for provider in &settings.provider {
            let (key, title) = match provider {
                config::Provider::Oidc(oidc) => (&oidc.key, &oidc.title),
                config::Provider::Portal(portal) => (&portal.key, &portal.title),
            };
            let wrong = |why: String| format!("sign_in.provider {key:?}: {why}");
            let protocol = match provider {
                config::Provider::Oidc(oidc) => {
                    let secret = oidc.secret_file.as_deref().map(&secret).transpose().map_err(wrong)?;
                    let back = format!("{origin}{}", paths::sign_in_back(key));
                    Protocol::Oidc(oidc::Provider::new(oidc.clone(), secret, back).map_err(wrong)?)
                }
                config::Provider::Portal(portal) => {
                    let secret = secret(&portal.secret_file).map_err(wrong)?;
                    Protocol::Tickets(tickets::Tickets::new(portal.clone(), secret).map_err(wrong)?)
                }
            };
            providers.push(Provider { button: ProviderButton { key: key.clone(), title: title.clone() }, protocol });
        }
        Ok(Portals(Arc::new(providers)))
    }

    /// The buttons of the sign-in page.
    pub fn buttons(&self) -> Vec<ProviderButton> {
        self.0.iter().map(|provider| provider.button.clone()).collect()
    }

    fn get(&self, key: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.button.key == key)
    }
}

/// `/sign-in/with/…`.
pub fn router() -> Router<App> {
    Router::new().route("/sign-in/with/{key}", get(go)).route("/sign-in/with/{key}/back", get(come_back))
}

#[derive(Debug, Deserialize)]
struct On {
    #[serde(default)]
    next: String,
}

/// Sends the browser to the provider.
async fn go(State(app): State<App>, Path(key): Path<String>, Query(on): Query<On>) -> Response<Body> {
    let Some(provider) = app.portals.get(&key) else { return StatusCode::NOT_FOUND.into_response() };
    let next = if paths::is_ours(&on.next) { on.next } else { String::new() };
    match begin(&app, provider, &next).await {
        Ok((visit, address)) => {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = StatusCode::SEE_OTHER;
            let (Ok(address), Ok(cookie)) =
                (HeaderValue::from_str(&address), HeaderValue::from_str(&visit_cookie(&app, &visit.token)))
            else {
                return back_to_sign_in(&app, &key, &next, WayRefusal::Unreachable.into());
            };
            answer.headers_mut().insert(header::LOCATION, address);
            answer.headers_mut().insert(header::SET_COOKIE, cookie);
            answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            answer
        }
        Err(why) => back_to_sign_in(&app, &key, &next, why),
    }
}

async fn begin(app: &App, provider: &Provider, next: &str) -> Result<(Visit, String), Error> {
    let visit = visit::begin(&app.records, &provider.button.key, next).await?;
    let address = match &provider.protocol {
        Protocol::Tickets(tickets) => tickets.login_address(),
        Protocol::Oidc(oidc) => in_time(Box::pin(oidc.login_address(&visit, app.records.now()))).await?,
    };
    Ok((visit, address))
}

/// What a provider may send along.
#[derive(Deserialize)]
struct Brought {
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    error: String,
}

/// Takes the browser in again.
async fn come_back(
    State(app): State<App>,
    Path(key): Path<String>,
    Query(brought): Query<Brought>,
    headers: HeaderMap,
) -> Response<Body> {
    let Some(provider) = app.portals.get(&key) else { return StatusCode::NOT_FOUND.into_response() };
    let token = cookie_in(&headers, cookie_name(&app)).unwrap_or_default();
    let mut next = visit::next_of(&app.records, &token).await.unwrap_or_default();
    let old = cookie_in(&headers, app.site.applicant_cookie());
    let (arrived, login) = match admit(&app, provider, &brought, Visit { token }, old, &mut next).await {
        Ok(came) => came,
        Err(why) => return back_to_sign_in(&app, &key, &next, why),
    };
    let on = if next.is_empty() { paths::MINE } else { &next };
    let mut answer = match (arrived.needs_mobile, arrived.linked) {
        (true, _) => see(&paths::profile_first("mobile", on), paths::PROFILE),
        (false, true) => see(&paths::profile_first("linked", on), paths::PROFILE),
        (false, false) => see(on, paths::MINE),
    };
    for cookie in [app.site.set_cookie(app.site.applicant_cookie(), &login), visit_cookie(&app, "")] {
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    answer
}

/// Spends the visit, asks the provider who it was and signs them in; `next` is where they wanted to go.
async fn admit(
    app: &App,
    provider: &Provider,
    brought: &Brought,
    visit: Visit,
    old: Option<String>,
    next: &mut String,
) -> Result<(Arrived, String), Error> {
    let ticket = ticket_of(provider, brought, &visit)?;
    *next = visit::spend(&app.records, &visit.token, &provider.button.key, ticket).await?;
    let now = app.records.now();
    let (way, who): (Way, Arrival) = match &provider.protocol {
        Protocol::Tickets(tickets) => (Way::Portal, in_time(Box::pin(tickets.whose(ticket, now))).await?),
        Protocol::Oidc(oidc) => (Way::Oidc, in_time(Box::pin(oidc.whose(ticket, &visit, now))).await?),
    };
    let arrived = arrive(&app.records, way, &who).await?;
    // A fresh token for every sign-in: whoever knew the old one is out.
    if let Some(old) = old {
        logins::end(&app.records, &old).await?;
    }
    let login = logins::start_applicant(&app.records, arrived.account).await?;
    Ok((arrived, login))
}

/// What the provider vouches with, once it is clear that this browser was sent there by us.
fn ticket_of<'a>(provider: &Provider, brought: &'a Brought, visit: &Visit) -> Result<&'a str, WayRefusal> {
    if visit.token.is_empty() {
        return Err(WayRefusal::Expired);
    }
    let ticket = match &provider.protocol {
        Protocol::Tickets(_) => &brought.ticket,
        Protocol::Oidc(_) if brought.state != visit.state() => return Err(WayRefusal::Forged),
        Protocol::Oidc(_) if brought.error == "access_denied" => return Err(WayRefusal::Declined),
        Protocol::Oidc(_) if !brought.error.is_empty() => return Err(WayRefusal::Unreachable),
        Protocol::Oidc(_) => &brought.code,
    };
    if ticket.is_empty() { Err(WayRefusal::Declined) } else { Ok(ticket) }
}

type Asking<'a, T> = Pin<Box<dyn Future<Output = Result<T, WayRefusal>> + Send + 'a>>;

async fn in_time<T>(asking: Asking<'_, T>) -> Result<T, WayRefusal> {
    timeout(TOGETHER, asking).await.unwrap_or(Err(WayRefusal::Unreachable))
}

/// The sign-in page with a sentence. What could not be done for a fault of ours is logged and numbered.
fn back_to_sign_in(app: &App, key: &str, next: &str, why: Error) -> Response<Body> {
    let failure = match why {
        Error::Refused(refusal @ Refusal::Way(_)) => {
            tracing::info!(provider = key, "A sign-in with a provider came to nothing: {refusal}");
            Failure::Refused(refusal)
        }
        other => crate::failure(app, other),
    };
    let again = app.records.chance().token();
    let typed = vec![("way".to_owned(), key.to_owned())];
    app.desk.put(again.clone(), app.records.now(), Again { failure, typed });
    let page = paths::sign_in(next);
    let mark = if page.contains('?') { '&' } else { '?' };
    let mut answer = see(&format!("{page}{mark}again={again}"), "/sign-in");
    if let Ok(cookie) = HeaderValue::from_str(&visit_cookie(app, "")) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

fn cookie_name(app: &App) -> &'static str {
    if app.site.secure() { "__Host-jikao-way" } else { "jikao-way" }
}

/// Lax, because the provider's page sends people back to us.
fn visit_cookie(app: &App, token: &str) -> String {
    let age = if token.is_empty() { 0 } else { visit::VISIT_MINUTES * 60 };
    format!("{}; Max-Age={age}", app.site.set_cookie(cookie_name(app), token).replace("; Max-Age=0", ""))
}
