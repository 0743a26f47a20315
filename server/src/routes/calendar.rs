//! 日历文件 of a candidate: the sessions of the ticket, the deadline of the payment.

use crate::shield::answers::Reader;
use crate::state::App;
use app::signed_in::ssr::cookie_in;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use domain::account::Viewer;
use domain::ids::{AccountId, ApplicationId};
use domain::message::calendar;
use records::{Error, messages};

/// `/my/{id}/exam.ics` and `/my/{id}/payment.ics`.
pub fn router() -> Router<App> {
    Router::new().route("/my/{id}/exam.ics", get(exam)).route("/my/{id}/payment.ics", get(payment))
}

async fn exam(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let Some((account, id)) = whose(&app, &id, &headers).await else { return nobody(&app, &headers) };
    let found = messages::appointments(&app.records, account, id).await;
    answer(&app, &headers, "exam.ics", found)
}

async fn payment(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let Some((account, id)) = whose(&app, &id, &headers).await else { return nobody(&app, &headers) };
    let found = messages::deadline(&app.records, account, id).await.map(|one| one.into_iter().collect());
    answer(&app, &headers, "payment.ics", found)
}

async fn whose(app: &App, id: &str, headers: &HeaderMap) -> Option<(AccountId, ApplicationId)> {
    let token = cookie_in(headers, app.site.applicant_cookie());
    match records::logins::viewer(&app.records, token.as_deref()).await {
        Ok(Viewer::Applicant { id: account, .. }) => Some((account, id.parse().ok()?)),
        _ => None,
    }
}

fn nobody(app: &App, headers: &HeaderMap) -> Response<Body> {
    Reader::of(headers, "/").words(app, StatusCode::UNAUTHORIZED, None)
}

fn answer(
    app: &App,
    headers: &HeaderMap,
    name: &str,
    found: Result<Vec<calendar::Appointment>, Error>,
) -> Response<Body> {
    let appointments = match found {
        Ok(appointments) if appointments.is_empty() => {
            return Reader::of(headers, "/").words(app, StatusCode::NOT_FOUND, None);
        }
        Ok(appointments) => appointments,
        Err(why) => return crate::refused(app, why),
    };
    let mut answer = Response::new(Body::from(calendar::file(&appointments, app.records.now())));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    answer
}
