//! Every route, and who stands before it.

mod arrivals;
mod calendar;
mod certificates;
mod demo;
mod door;
mod files;
mod guests;
mod money;
mod pages;
mod pay;
mod pay_inside;
mod planner;
pub mod portals;
mod preferences;
pub mod print;
mod reports;
mod rosters;
mod same_arena;
mod sheets;
mod spool;
mod stop_mail;
mod ticket;
mod uploads;

pub use guests::Front;
pub use pages::ready as pages_ready;
pub use pay::NOTIFY;
pub use stop_mail::is_by_token;

use crate::shield::{answers, headers, kept, log, origin};
use crate::state::App;
use crate::{bundle, live};
use app::paths;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Response, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// Heaviest ordinary request: the longest form is a tenth of it.
pub const FORM_BYTES: usize = 64 * 1024;
/// Heaviest upload of one photo with its original.
pub const PHOTO_BYTES: usize = 52 * 1024 * 1024;
/// Heaviest upload of evidence: several files at once.
pub const DOCUMENTS_BYTES: usize = 64 * 1024 * 1024;
/// Heaviest upload of a signature.
pub const SIGNATURE_BYTES: usize = 1024 * 1024;
/// Longest a page or a form may take. Without the optimiser everything takes ten times as long.
pub(crate) const PAGE_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 100 } else { 10 });
/// Longest an upload may take over a slow line; single pauses are shorter, see `spool`.
const UPLOAD_TIME: Duration = Duration::from_secs(600);

/// Longest that print-outs may take: hundreds of forms in one file.
const PRINT_TIME: Duration = Duration::from_secs(120);

/// The whole site.
pub fn router(app: &App) -> Router {
    let forms = pages::router(app)
        .route("/preferences", post(preferences::keep))
        .route("/healthz", get(healthz))
        .merge(demo::router(app))
        .merge(portals::router())
        .merge(pay::router())
        .merge(money::router())
        .merge(calendar::router())
        .merge(stop_mail::router())
        .merge(ticket::router())
        .merge(door::router())
        .merge(planner::photos())
        .merge(certificates::router())
        .merge(files::router())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PAGE_TIME))
        .layer(RequestBodyLimitLayer::new(FORM_BYTES));
    let mut site = Router::new()
        .merge(forms)
        .merge(print_outs())
        .merge(uploads(get_only_live()))
        .route("/assets/{*path}", get(bundle::asset));
    for path in app.bundles.public_paths() {
        site = site.route(path, get(bundle::public));
    }
    site.fallback(nowhere)
        .with_state(app.clone())
        // The innermost stands last before the route. What comes from elsewhere is not kept either.
        .layer(from_fn_with_state(app.clone(), kept::kept))
        .layer(from_fn_with_state(app.clone(), origin::ours))
        .layer(CatchPanicLayer::custom(answers::Panics(app.clone())))
        .layer(from_fn_with_state(app.clone(), answers::worded))
        .layer(from_fn_with_state(app.clone(), headers::secured))
        .layer(from_fn(log::logged))
}

/// Streams have no end, so no clock runs against them; they take no body either.
fn get_only_live() -> Router<App> {
    Router::new().route("/live", get(live::live)).layer(RequestBodyLimitLayer::new(FORM_BYTES))
}

fn print_outs() -> Router<App> {
    print::router()
        .merge(certificates::print_outs())
        .merge(planner::print_outs())
        .route("/office/scores/{plan}/sheet.xlsx", get(sheets::scores_blank))
        .merge(rosters::slow())
        .merge(reports::print_outs())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PRINT_TIME))
        .layer(RequestBodyLimitLayer::new(FORM_BYTES))
}

fn uploads(others: Router<App>) -> Router<App> {
    let limited = |router: Router<App>, bytes: usize| {
        router
            .layer(DefaultBodyLimit::disable())
            .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, UPLOAD_TIME))
            .layer(RequestBodyLimitLayer::new(bytes))
    };
    let photo = Router::new()
        .route("/upload/{id}/photo", post(uploads::photo))
        .route("/upload/profile/photo", post(uploads::profile_photo));
    let documents = Router::new().route("/upload/{id}/documents/{requirement}", post(uploads::documents));
    let signature = Router::new()
        .route("/upload/{id}/signature", post(uploads::signature))
        .route("/sign/{token}/signature", post(uploads::signature_by_link));
    let by_link = Router::new()
        .route("/confirm/{token}/photo", post(arrivals::confirm_photo).get(arrivals::confirm_photo_shown))
        .route("/confirm/{token}/signature", post(arrivals::confirm_signature))
        .route("/office/cases/{id}/opinions/{key}/seal", post(arrivals::seal))
        .route("/office/scores/{plan}/sheet", post(sheets::scores));
    let procedure = Router::new().route(paths::UPLOAD_PROFILE_FILE, post(arrivals::procedure));
    others
        .merge(limited(procedure, arrivals::PROCEDURE_BYTES))
        .merge(limited(rosters::sheets(), PHOTO_BYTES))
        .merge(limited(rosters::photos(), rosters::PHOTOS_BYTES))
        .merge(limited(door::notes(), door::NOTES_BYTES))
        .merge(limited(ticket::requests(), ticket::PROOF_BYTES))
        .merge(limited(planner::visits(), DOCUMENTS_BYTES))
        .merge(limited(planner::objections(), planner::PROOF_BYTES))
        .merge(limited(money::uploads(), money::SLIP_BYTES))
        .merge(limited(by_link, PHOTO_BYTES))
        .merge(limited(photo, PHOTO_BYTES))
        .merge(limited(documents, DOCUMENTS_BYTES))
        .merge(limited(signature, SIGNATURE_BYTES))
}

/// Whether this server can do its work: the records answer.
async fn healthz(State(app): State<App>) -> Response<Body> {
    let (status, text) = match records::live::newest(&app.records).await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(why) => {
            tracing::error!("The records do not answer: {why}");
            (StatusCode::SERVICE_UNAVAILABLE, "the records do not answer\n")
        }
    };
    let mut answer = Response::new(Body::from(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/plain; charset=utf-8"));
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    answer
}

async fn nowhere() -> StatusCode {
    StatusCode::NOT_FOUND
}
