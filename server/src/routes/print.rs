//! 申请表 and 准考证 as PDF: for their owner, for the desk, and all forms of a plan in one file. Set by the press beside
//! the event loop, a few at a time. A refusal is a page with the sentence: when it will be there.

use super::preferences::see;
use super::sheets::member;
use crate::shield::answers::{Reader, json};
use crate::state::App;
use app::again::ssr::back_with;
use app::signed_in::ssr::cookie_in;
use app::{Failure, paths};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use documents::forms::{Press, PrintFault};
use documents::papers::{self, Part};
use domain::account::Viewer;
use domain::ids::{ApplicationId, PlanId};
use domain::paper::PaperFormat;
use domain::profile::{Printable, Standing};
use leptos::prelude::Owner;
use records::applications::{self, FormToPrint, TicketToPrint};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Print-outs that are set at once: setting is work for the processor alone.
const AT_ONCE: usize = 2;
/// Heaviest file of many forms, in bytes.
const HEAVIEST: u64 = 200 * 1024 * 1024;

/// The press of this server, and how many may use it at once.
#[derive(Clone)]
pub struct Printing {
    press: Arc<Press>,
    places: Arc<Semaphore>,
}

impl Printing {
    /// A press that is ready.
    pub fn new(press: Press) -> Printing {
        Printing { press: Arc::new(press), places: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Sets a print-out beside the event loop.
    pub(super) async fn set<T: Send + 'static>(
        &self,
        app: &App,
        work: impl FnOnce(&Press) -> Result<T, PrintFault> + Send + 'static,
    ) -> Result<T, Failure> {
        let _place = self.places.acquire().await.map_err(|_| Failure::Network)?;
        let press = self.press.clone();
        let done = tokio::task::spawn_blocking(move || work(&press)).await;
        let fault = match done {
            Ok(Ok(printed)) => return Ok(printed),
            Ok(Err(fault)) => fault.to_string(),
            Err(why) => why.to_string(),
        };
        Err(crate::failure(app, records::Error::Paper(fault)))
    }
}

/// Routes of print-outs. They have a clock of their own: a whole plan takes longer than a page.
pub fn router() -> Router<App> {
    Router::new()
        .route("/my/{id}/print/{name}", get(own))
        .route("/office/cases/{id}/print/{name}", get(office))
        .route("/office/plans/{id}/forms.pdf", get(plan_forms))
        .route("/office/plans/{id}/tickets.pdf", get(plan_tickets))
}

async fn own(State(app): State<App>, path: Path<(String, String)>, headers: HeaderMap) -> Response<Body> {
    let back = path.0.0.parse().map_or_else(|_| paths::MINE.to_owned(), paths::my_case);
    let way = Way { reader: Reader::of(&headers, "/my"), back };
    way.finish(&app, one(&app, app.site.applicant_cookie(), &path, &headers)).await
}

async fn office(State(app): State<App>, path: Path<(String, String)>, headers: HeaderMap) -> Response<Body> {
    let back = path.0.0.parse().map_or_else(|_| paths::OFFICE.to_owned(), paths::case);
    let way = Way { reader: Reader::of(&headers, "/office"), back };
    way.finish(&app, one(&app, app.site.staff_cookie(), &path, &headers)).await
}

/// `?standing=approved`: which of the plan's applications.
#[derive(Debug, Deserialize)]
struct Which {
    standing: Option<Standing>,
    part: Option<usize>,
}

async fn plan_forms(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Response<Body> {
    let way = Way { reader: Reader::of(&headers, "/office"), back: "/office/dashboard".to_owned() };
    let outcome = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        let standing = which.standing.unwrap_or(Standing::Approved);
        let forms = applications::forms_of_plan(&app.records, &member, plan, standing).await;
        set_of_forms(&app, forms.map_err(|why| crate::failure(&app, why))?, "申请表.pdf").await
    };
    way.finish(&app, outcome).await
}

/// `GET /office/plans/{id}/roster/{roster}/forms.pdf?part=`: 申报表 of a roster, a hundred per file.
pub(super) async fn roster_forms(
    State(app): State<App>,
    Path((plan, roster)): Path<(String, String)>,
    Query(part): Query<super::rosters::Part>,
    headers: HeaderMap,
) -> Response<Body> {
    let back = super::rosters::back(&plan, &roster).unwrap_or_else(|| paths::OFFICE.to_owned());
    let way = Way { reader: Reader::of(&headers, "/office"), back };
    let outcome = async {
        let member = member(&app, &headers).await?;
        let id = roster.parse().map_err(|_| Failure::NotFound)?;
        let part = records::rosters::forms(&app.records, &member, id, part.part.max(1)).await;
        set_of_forms(&app, part.map_err(|why| crate::failure(&app, why))?.forms, "申报表.pdf").await
    };
    way.finish(&app, outcome).await
}

async fn plan_tickets(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Response<Body> {
    let way = Way { reader: Reader::of(&headers, "/office"), back: "/office/dashboard".to_owned() };
    let outcome = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        let standing = which.standing.unwrap_or(Standing::Filed);
        let tickets =
            applications::tickets_of_plan(&app.records, &member, plan, standing, which.part.unwrap_or(1)).await;
        let sheets: Vec<_> = tickets
            .map_err(|why| crate::failure(&app, why))?
            .into_iter()
            .map(|one| with_origin(&app, one).sheet)
            .collect();
        let now = app.records.now();
        let printed = app.printing.set(&app, move |press| press.tickets(&sheets, Some(now))).await?;
        Ok(Ready { pdf: printed.pdf, name: "准考证.pdf".to_owned() })
    };
    way.finish(&app, outcome).await
}

async fn set_of_forms(app: &App, forms: Vec<FormToPrint>, name: &str) -> Result<Ready, Failure> {
    let pdf = app.printing.set(app, move |press| all_forms(press, &forms)).await?;
    let pdf = pdf.map_err(|why| crate::failure(app, records::Error::Paper(why)))?;
    Ok(Ready { pdf, name: name.to_owned() })
}

/// Every form after the other, with a table of contents in the file.
fn all_forms(press: &Press, forms: &[FormToPrint]) -> Result<Result<Vec<u8>, String>, PrintFault> {
    let mut sheets = Vec::with_capacity(forms.len());
    for form in forms {
        sheets.push(press.application_form(&form.template, &form.sheet)?.pdf);
    }
    let parts: Vec<Part<'_>> = sheets
        .iter()
        .zip(forms)
        .map(|(bytes, form)| Part { kind: PaperFormat::Pdf, bytes, title: form.name.trim_end_matches(".pdf") })
        .collect();
    Ok(papers::merge(&parts, HEAVIEST).map_err(|fault| fault.to_string()))
}

/// A print-out on its way out.
pub(super) struct Ready {
    pub(super) pdf: Vec<u8>,
    pub(super) name: String,
}

async fn one(
    app: &App,
    cookie: &str,
    Path((id, name)): &Path<(String, String)>,
    headers: &HeaderMap,
) -> Result<Ready, Failure> {
    let viewer = viewer(app, cookie, headers).await?;
    let id: ApplicationId = id.parse().map_err(|_| Failure::NotFound)?;
    let all = [Printable::ApplicationForm, Printable::Ticket];
    let what = all.into_iter().find(|what| paths::sheet_name(*what) == name).ok_or(Failure::NotFound)?;
    match what {
        Printable::ApplicationForm => {
            let form = applications::application_form(&app.records, &viewer, id).await;
            let FormToPrint { template, sheet, name } = form.map_err(|why| crate::failure(app, why))?;
            let printed = app.printing.set(app, move |press| press.application_form(&template, &sheet)).await?;
            Ok(Ready { pdf: printed.pdf, name })
        }
        Printable::Ticket => {
            let ticket = applications::ticket(&app.records, &viewer, id).await;
            let ticket = with_origin(app, ticket.map_err(|why| crate::failure(app, why))?);
            let now = app.records.now();
            let printed = app.printing.set(app, move |press| press.tickets(&[ticket.sheet], Some(now))).await?;
            Ok(Ready { pdf: printed.pdf, name: ticket.name })
        }
    }
}

/// The code on a ticket leads to the door of its plan, under the address of this site.
pub(super) fn with_origin(app: &App, mut ticket: TicketToPrint) -> TicketToPrint {
    if ticket.sheet.qr_text.starts_with('/') {
        ticket.sheet.qr_text = format!("{}{}", app.site.origin, ticket.sheet.qr_text);
    }
    ticket
}

/// Who asks; a guest has to sign in first.
pub(super) async fn viewer(app: &App, cookie: &str, headers: &HeaderMap) -> Result<Viewer, Failure> {
    let token = cookie_in(headers, cookie);
    match records::logins::viewer(&app.records, token.as_deref()).await.map_err(|why| crate::failure(app, why))? {
        Viewer::Guest => Err(Failure::SignInNeeded),
        viewer => Ok(viewer),
    }
}

/// How the answer goes back: the PDF; or the page it was asked for on, with the sentence.
pub(super) struct Way {
    pub(super) reader: Reader,
    pub(super) back: String,
}

impl Way {
    pub(super) async fn finish(
        &self,
        app: &App,
        outcome: impl Future<Output = Result<Ready, Failure>>,
    ) -> Response<Body> {
        let owner = Owner::new();
        owner.with(|| app.provide());
        let outcome = owner.with(|| leptos::reactive::computed::ScopedFuture::new(outcome)).await;
        let answer = match (self.reader, outcome) {
            (_, Ok(ready)) => serve(ready),
            (Reader::Script, Err(failure)) => json(crate::status_of(&failure), &failure),
            (_, Err(failure @ Failure::Refused(_))) => {
                see(&owner.with(|| back_with(&failure, &self.back, Vec::new())), paths::MINE)
            }
            (_, Err(failure)) => self.reader.words(app, crate::status_of(&failure), None),
        };
        owner.cleanup();
        answer
    }
}

fn serve(ready: Ready) -> Response<Body> {
    let name = paths::encode(&ready.name.replace(['/', '\\'], "_"));
    let mut answer = Response::new(Body::from(ready.pdf));
    *answer.status_mut() = StatusCode::OK;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    answer
}
