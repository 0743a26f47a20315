//! Uploads beside those of the wizard: the scan of a seal, and what a person adds on the page of a link to confirm.

use super::sheets::member;
use super::uploads::{PICTURE_BYTES, Way, drawn, form, take};
use crate::shield::answers::Reader;
use crate::state::App;
use app::signed_in::ssr::cookie_in;
use app::{Failure, failure::from_records, paths};
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use domain::account::Viewer;
use domain::ids::ApplicationId;
use domain::refusal::{Refusal, UploadRefusal};
use leptos::prelude::{Owner, provide_context};
use leptos::reactive::computed::ScopedFuture;
use records::{applications, collecting, files, opinions};

/// Heaviest scan of a seal that is looked at.
const SEAL_BYTES: u64 = 8 * 1024 * 1024;

/// `POST /office/cases/{id}/opinions/{key}/seal`: `file` the scan of a stamp.
pub async fn seal(State(app): State<App>, Path((id, key)): Path<(String, String)>, request: Request) -> Response<Body> {
    let page = id.parse().map_or_else(|_| paths::OFFICE.to_owned(), paths::opinions);
    let headers = request.headers().clone();
    let way = Way { reader: Reader::of(&headers, "/office"), headers, page };
    let outcome = async {
        let member = member(&app, &way.headers).await?;
        let id: ApplicationId = id.parse().map_err(|_| Failure::NotFound)?;
        // Whose it is comes before what it is.
        opinions::ensure_writes(&app.records, &member, id).await.map_err(from_records)?;
        let file = form(&app, request, SEAL_BYTES).await?.pop().ok_or(Refusal::from(UploadRefusal::NoFile))?;
        let _held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
        let bytes = file.read().await?;
        opinions::seal_with_scan(&app.records, &member, id, &key, &file.name, bytes).await.map_err(from_records)
    };
    way.finish(&app, outcome).await
}

/// Heaviest file of a procedure: ten times the longest of ours.
pub const PROCEDURE_BYTES: usize = 160 * 1024;

/// `POST /office/profiles/file`: `file` a procedure, read into its page and checked there.
pub async fn procedure(State(app): State<App>, request: Request) -> Response<Body> {
    let headers = request.headers().clone();
    let way = Way { reader: Reader::of(&headers, "/office"), headers, page: "/office/profiles".to_owned() };
    let outcome = async {
        let member = member(&app, &way.headers).await?;
        records::profiles::ensure_may_publish(&member).map_err(from_records)?;
        let broken_off = |_| Failure::from(Refusal::from(UploadRefusal::BrokenOff));
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| Failure::Malformed)?;
        while let Some(field) = form.next_field().await.map_err(broken_off)? {
            if field.name() == Some("file") {
                let bytes = field.bytes().await.map_err(broken_off)?;
                if bytes.is_empty() {
                    break;
                }
                return Ok(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        Err(Refusal::from(UploadRefusal::NoFile).into())
    };
    let owner = Owner::new();
    owner.with(|| {
        app.provide();
        // What is read in is kept for this browser's login alone.
        let (mut parts, ()) = http::Request::new(()).into_parts();
        parts.headers = way.headers.clone();
        provide_context(parts);
    });
    let text = owner.with(|| ScopedFuture::new(outcome)).await;
    let checked = text.as_ref().ok().map(|text| {
        owner.with(|| app::office::profiles::page_with(&app.records, text.trim_start_matches('\u{feff}').to_owned()))
    });
    owner.cleanup();
    let way = Way { page: checked.unwrap_or(way.page), ..way };
    way.finish(&app, async { text.map(drop) }).await
}

/// `POST /confirm/{token}/photo`: a photo by the person who confirms.
pub async fn confirm_photo(State(app): State<App>, Path(token): Path<String>, request: Request) -> Response<Body> {
    let way = by_link(&request, &token);
    let outcome = async {
        let proof = cookie_in(&way.headers, app.site.confirm_cookie());
        let (account, id) = collecting::whose(&app.records, &token, proof.as_deref()).await.map_err(from_records)?;
        let mut files = form(&app, request, PICTURE_BYTES).await?;
        let used = take(&mut files, "photo").ok_or(Refusal::from(UploadRefusal::NoFile))?;
        let _held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
        let upload =
            applications::PhotoUpload { used: used.read().await?, original: Vec::new(), file_name: used.name.clone() };
        applications::keep_photo(&app.records, account, id, upload).await.map(drop).map_err(from_records)
    };
    way.finish(&app, outcome).await
}

/// `GET /confirm/{token}/photo`: the photo as it stands, for the browser that answered.
pub async fn confirm_photo_shown(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let proof = cookie_in(&headers, app.site.confirm_cookie());
    let asked = async {
        let (account, id) = collecting::whose(&app.records, &token, proof.as_deref()).await?;
        let photo = applications::draft(&app.records, account, id).await?.photo.ok_or(records::Error::NotFound)?;
        let viewer = Viewer::Applicant { id: account, name: String::new() };
        files::open(&app.records, &viewer, photo.file).await
    };
    match asked.await {
        Ok(served) => {
            let mut answer = Response::new(Body::from(served.bytes));
            let headers = answer.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(served.content_type));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            answer
        }
        Err(records::Error::Refused(_)) => {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = StatusCode::NOT_FOUND;
            answer
        }
        Err(why) => crate::refused(&app, why),
    }
}

/// `POST /confirm/{token}/signature`: a signature by the person who confirms.
pub async fn confirm_signature(State(app): State<App>, Path(token): Path<String>, request: Request) -> Response<Body> {
    let way = by_link(&request, &token);
    let outcome = async {
        let proof = cookie_in(&way.headers, app.site.confirm_cookie());
        let (account, id) = collecting::whose(&app.records, &token, proof.as_deref()).await.map_err(from_records)?;
        let png = drawn(&app, request).await?;
        applications::sign(&app.records, account, id, png).await.map_err(from_records)
    };
    way.finish(&app, outcome).await
}

fn by_link(request: &Request, token: &str) -> Way {
    let headers = request.headers().clone();
    Way { reader: Reader::of(&headers, "/confirm"), headers, page: paths::confirm(token) }
}
