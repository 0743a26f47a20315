//! 准考证 as one page without anything beside it, to look at and to keep on a phone; and what is asked about it.

use super::preferences::see;
use super::print::with_origin;
use super::spool::{Kinds, receive_kinds};
use super::uploads::take;
use crate::shield::answers::Reader;
use crate::state::App;
use app::again::ssr::back_with;
use app::signed_in::ssr::cookie_in;
use app::{Failure, paths};
use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::{get, post};
use base64::Engine;
use domain::account::Viewer;
use domain::ids::ApplicationId;
use leptos::prelude::Owner;
use records::rooms::Proof;
use serde::Deserialize;

/// Nothing runs, nothing is loaded: look and pictures stand inside.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Heaviest form with a proof: the proof may weigh less, and is measured whole.
pub const PROOF_BYTES: usize = 13 * 1024 * 1024;

/// `/my/{id}/ticket`.
pub fn router() -> Router<App> {
    Router::new().route("/my/{id}/ticket", get(page))
}

/// What arrives with a proof.
pub fn requests() -> Router<App> {
    Router::new().route("/my/{id}/seat", post(ask))
}

/// `POST /my/{id}/seat`: `words` what is asked, `proof` a picture or a PDF where there is one.
async fn ask(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let headers = request.headers().clone();
    let reader = Reader::of(&headers, "/my");
    let page = id.parse().map_or_else(|_| paths::MINE.to_owned(), paths::my_case);
    let mut words = String::new();
    let done = async {
        let token = cookie_in(&headers, app.site.applicant_cookie());
        let viewer = records::logins::viewer(&app.records, token.as_deref()).await;
        let Viewer::Applicant { id: account, .. } = viewer.map_err(|why| crate::failure(&app, why))? else {
            return Err(Failure::SignInNeeded);
        };
        let id: ApplicationId = id.parse().map_err(|_| Failure::NotFound)?;
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| Failure::Malformed)?;
        let mut received = receive_kinds(&app, &mut form, PROOF_BYTES as u64, Kinds::Any).await?;
        words = received.words("words").chars().take(2_000).collect();
        let _held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
        let proof = match take(&mut received.files, "proof").filter(|file| file.bytes > 0) {
            Some(file) => Some(Proof { name: file.name.clone(), bytes: file.read().await? }),
            None => None,
        };
        let asked = records::rooms::ask(&app.records, account, id, &words, proof).await;
        asked.map_err(|why| crate::failure(&app, why))
    };
    let done = done.await;
    let owner = Owner::new();
    owner.with(|| app.provide());
    // The dot tells an empty form of this kind from no form at all.
    let typed = vec![("seat".to_owned(), format!(".{words}"))];
    let answer = match done {
        Ok(()) => see(&page, paths::MINE),
        Err(Failure::NotFound) => reader.words(&app, StatusCode::NOT_FOUND, None),
        Err(failure) => see(&owner.with(|| back_with(&failure, &page, typed)), paths::MINE),
    };
    owner.cleanup();
    answer
}

/// `?keep=1`: as a file.
#[derive(Debug, Deserialize)]
struct Asks {
    keep: Option<String>,
}

async fn page(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asks): Query<Asks>,
    headers: HeaderMap,
) -> Response<Body> {
    let reader = Reader::of(&headers, "/my");
    let back = id.parse().map_or_else(|_| paths::MINE.to_owned(), paths::my_case);
    let keep = asks.keep.is_some();
    let owner = Owner::new();
    owner.with(|| app.provide());
    let made = async {
        let token = cookie_in(&headers, app.site.applicant_cookie());
        let viewer = records::logins::viewer(&app.records, token.as_deref()).await;
        let viewer = match viewer.map_err(|why| crate::failure(&app, why))? {
            Viewer::Guest => return Err(Failure::SignInNeeded),
            viewer => viewer,
        };
        let id: ApplicationId = id.parse().map_err(|_| Failure::NotFound)?;
        let ticket = records::applications::ticket(&app.records, &viewer, id).await;
        let ticket = with_origin(&app, ticket.map_err(|why| crate::failure(&app, why))?);
        let photo = ticket.sheet.photo.as_deref().map(data_address);
        Ok(app::applicant::ticket::document(id, &ticket, photo, keep))
    };
    let made = owner.with(|| leptos::reactive::computed::ScopedFuture::new(made)).await;
    let answer = match made {
        Ok(html) => html_answer(html, keep),
        Err(failure @ (Failure::Refused(_) | Failure::SignInNeeded)) => {
            see(&owner.with(|| back_with(&failure, &back, Vec::new())), paths::MINE)
        }
        Err(failure) => reader.words(&app, crate::status_of(&failure), None),
    };
    owner.cleanup();
    answer
}

fn data_address(bytes: &[u8]) -> String {
    let kind = if bytes.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" };
    format!("data:{kind};base64,{}", base64::engine::general_purpose::STANDARD.encode(bytes))
}

fn html_answer(html: String, keep: bool) -> Response<Body> {
    let mut answer = Response::new(Body::from(html));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if keep {
        let name = format!("attachment; filename*=UTF-8''{}", paths::encode("准考证.html"));
        if let Ok(disposition) = HeaderValue::from_str(&name) {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
    }
    answer
}
