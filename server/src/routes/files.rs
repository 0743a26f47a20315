//! Kept files, for their owner and for the desk. Whatever somebody uploaded is shown so that nothing in it
//! can act on our pages: the type is ours, never guessed, and the browser puts it into a sandbox.

use crate::shield::answers::Reader;
use crate::state::App;
use app::signed_in::ssr::cookie_in;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use domain::account::Viewer;
use domain::ids::{ApplicationId, FileId};
use domain::paper::Corners;
use records::files::Served;
use serde::Deserialize;

/// Nothing in a kept file runs, loads or is taken for a page of ours; only our own pages may frame it. The
/// browser's own viewer of PDF works inside.
const KEPT: &str = "sandbox; default-src 'none'; object-src 'self'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'";

/// Routes of kept files.
pub fn router() -> Router<App> {
    Router::new()
        .route("/files/{id}", get(own))
        .route("/office/files/{id}", get(office))
        .route("/apply/{id}/documents/{file}/straight.jpg", get(straight))
        .route("/office/cases/{id}/documents/{name}", get(merged))
        .route("/office/cases/{id}/photo", get(photo_to_send))
}

/// `?download=1` saves instead of showing.
#[derive(Debug, Deserialize)]
pub(super) struct Way {
    pub(super) download: Option<String>,
}

async fn own(app: State<App>, id: Path<String>, way: Query<Way>, headers: HeaderMap) -> Response<Body> {
    let name = app.site.applicant_cookie();
    open(&app, name, &id, &way, &headers).await
}

async fn office(app: State<App>, id: Path<String>, way: Query<Way>, headers: HeaderMap) -> Response<Body> {
    let name = app.site.staff_cookie();
    open(&app, name, &id, &way, &headers).await
}

async fn open(app: &App, cookie: &str, id: &str, way: &Way, headers: &HeaderMap) -> Response<Body> {
    let viewer = match viewer(app, cookie, headers).await {
        Ok(viewer) => viewer,
        Err(no) => return no,
    };
    let Ok(id) = id.parse::<FileId>() else { return no(app, headers, StatusCode::NOT_FOUND) };
    match records::files::open(&app.records, &viewer, id).await {
        Ok(served) => serve(served, way),
        Err(why) => crate::refused(app, why),
    }
}

/// `?corners=` as [`Corners`] writes itself.
#[derive(Debug, Deserialize)]
struct Between {
    corners: String,
}

async fn straight(
    app: State<App>,
    path: Path<(String, String)>,
    between: Query<Between>,
    headers: HeaderMap,
) -> Response<Body> {
    let account = match viewer(&app, app.site.applicant_cookie(), &headers).await {
        Ok(Viewer::Applicant { id, .. }) => id,
        Ok(_) => return no(&app, &headers, StatusCode::NOT_FOUND),
        Err(no) => return no,
    };
    let (id, file) = &*path;
    let (Ok(id), Ok(file), Some(corners)) = (id.parse(), file.parse(), Corners::parse(&between.corners)) else {
        return no(&app, &headers, StatusCode::NOT_FOUND);
    };
    let Ok(_held) = app.heavy.acquire().await else { return no(&app, &headers, StatusCode::SERVICE_UNAVAILABLE) };
    match records::applications::straight_preview(&app.records, account, id, file, corners).await {
        Ok(served) => serve(served, &Way { download: None }),
        Err(why) => crate::refused(&app, why),
    }
}

async fn merged(app: State<App>, path: Path<(String, String)>, way: Query<Way>, headers: HeaderMap) -> Response<Body> {
    let member = match viewer(&app, app.site.staff_cookie(), &headers).await {
        Ok(Viewer::Staff(member)) => member,
        Ok(_) => return no(&app, &headers, StatusCode::NOT_FOUND),
        Err(no) => return no,
    };
    let (id, name) = &*path;
    let (Ok(id), Some(requirement)) = (id.parse::<ApplicationId>(), name.strip_suffix(".pdf")) else {
        return no(&app, &headers, StatusCode::NOT_FOUND);
    };
    let Ok(_held) = app.heavy.acquire().await else { return no(&app, &headers, StatusCode::SERVICE_UNAVAILABLE) };
    match records::files::merged(&app.records, &member, id, requirement).await {
        Ok(served) => serve(served, &way),
        Err(why) => crate::refused(&app, why),
    }
}

async fn photo_to_send(app: State<App>, id: Path<String>, headers: HeaderMap) -> Response<Body> {
    let member = match viewer(&app, app.site.staff_cookie(), &headers).await {
        Ok(Viewer::Staff(member)) => member,
        Ok(_) => return no(&app, &headers, StatusCode::NOT_FOUND),
        Err(no) => return no,
    };
    let Ok(id) = id.parse::<ApplicationId>() else { return no(&app, &headers, StatusCode::NOT_FOUND) };
    match records::applications::photo_to_send(&app.records, &member, id).await {
        Ok(served) => serve(served, &Way { download: Some(String::new()) }),
        Err(why) => crate::refused(&app, why),
    }
}

/// Who asks; a guest is told to sign in, in the way that the reader understands.
async fn viewer(app: &App, cookie: &str, headers: &HeaderMap) -> Result<Viewer, Response<Body>> {
    match records::logins::viewer(&app.records, cookie_in(headers, cookie).as_deref()).await {
        Ok(Viewer::Guest) => Err(no(app, headers, StatusCode::UNAUTHORIZED)),
        Ok(viewer) => Ok(viewer),
        Err(why) => Err(crate::refused(app, why)),
    }
}

fn no(app: &App, headers: &HeaderMap, status: StatusCode) -> Response<Body> {
    Reader::of(headers, "/files").words(app, status, None)
}

pub(super) fn serve(served: Served, way: &Way) -> Response<Body> {
    let shown = matches!(served.content_type, "application/pdf" | "image/jpeg" | "image/png" | "image/webp");
    let manner = if shown && way.download.is_none() { "inline" } else { "attachment" };
    let disposition =
        format!("{manner}; filename*=UTF-8''{}", app::paths::encode(&served.download_name.replace(['/', '\\'], "_")));
    let mut answer = Response::new(Body::from(served.bytes));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(served.content_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(KEPT));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    answer
}
