//! 《职业技能等级认定方案审批（备案）表》 as PDF, photos of visits on site, and what proves an objection.

use super::preferences::see;
use super::sheets::member;
use super::spool::{Kinds, receive_kinds};
use super::uploads::{Way, form, take};
use crate::shield::answers::Reader;
use crate::state::App;
use app::applicant::notices::{self, Objection};
use app::wording::planner as words;
use app::{Failure, paths};
use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::{get, post};
use chrono::Datelike;
use documents::forms::{FormSheet, Opinion};
use domain::ids::PlanId;
use domain::occupation::SkillLevel;
use domain::page::planner::PlanView;
use domain::planner::FilingDesk;
use domain::refusal::{Refusal, UploadRefusal};
use domain::time::{Timestamp, official_moment};
use leptos::prelude::Owner;
use leptos::reactive::computed::ScopedFuture;

/// Heaviest photo of a visit that is looked at.
const PHOTO_BYTES: u64 = 12 * 1024 * 1024;
/// Heaviest form with an objection: its proof may weigh less, and is measured whole.
pub const PROOF_BYTES: usize = 13 * 1024 * 1024;
/// The template.
const SHEET: &str = "plan-approval";

/// Routes of print-outs.
pub(super) fn print_outs() -> Router<App> {
    Router::new().route("/office/plans/{id}/filing.pdf", get(filing))
}

/// `GET /office/plans/{id}/filing.pdf`: the form as it stands, with the opinions of the newest round.
async fn filing(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let id: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        let plan = records::planner::view(&app.records, &member, id).await.map_err(|why| crate::failure(&app, why))?;
        let sheet = sheet_of(&plan);
        app.printing.set(&app, move |press| press.application_form(SHEET, &sheet)).await
    };
    match made.await {
        Ok(printed) => {
            let mut answer = Response::new(Body::from(printed.pdf));
            let out = answer.headers_mut();
            out.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
            out.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            out.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"plan-approval.pdf\""));
            answer
        }
        Err(Failure::SignInNeeded) => {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = StatusCode::SEE_OTHER;
            answer.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/office/sign-in"));
            answer
        }
        Err(failure) => Reader::of(&headers, "/office").words(&app, crate::status_of(&failure), None),
    }
}

/// What arrives with photos.
pub(super) fn visits() -> Router<App> {
    Router::new().route("/office/plans/{id}/visits/{visit}/photos", post(add_photos))
}

/// Photos of visits, and what came with objections.
pub(super) fn photos() -> Router<App> {
    Router::new()
        .route("/office/plans/{id}/visits/photos/{photo}", get(photo))
        .route("/office/plans/{id}/objections/{objection}/proof", get(proof))
}

/// Objections of anybody, each with a file where there is one.
pub(super) fn objections() -> Router<App> {
    Router::new().route("/notices/{id}/object", post(object))
}

/// `POST /notices/{id}/object`: `line`, `name`, `contact`, `evidence` in words, `proof` a picture or a PDF.
async fn object(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let reader = Reader::of(request.headers(), "/notices");
    let mut typed = Objection::default();
    let read = async {
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| Failure::Malformed)?;
        let mut received = receive_kinds(&app, &mut form, PROOF_BYTES as u64, Kinds::Any).await?;
        let text = |name: &str| received.words(name).chars().take(4_000).collect();
        typed.line = text("line");
        typed.name = text("name");
        typed.contact = text("contact");
        typed.evidence = text("evidence");
        let held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
        if let Some(proof) = take(&mut received.files, "proof") {
            typed.proof = proof.read().await?;
        }
        Ok(held)
    };
    let read = read.await;
    let owner = Owner::new();
    owner.with(|| app.provide());
    let answer = match read {
        Ok(_held) => {
            let done = notices::object(&app.records, &id, typed);
            let to = owner.with(|| ScopedFuture::new(done)).await;
            see(&to, "/notices")
        }
        Err(failure) => reader.words(&app, crate::status_of(&failure), None),
    };
    owner.cleanup();
    answer
}

/// `GET /office/plans/{id}/objections/{objection}/proof`.
async fn proof(
    State(app): State<App>,
    Path((id, objection)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let found = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        let found = records::planner::proof(&app.records, &member, plan, &objection).await;
        found.map_err(|why| crate::failure(&app, why))
    };
    match found.await {
        Ok(served) => super::files::serve(served, &super::files::Way { download: None }),
        Err(failure) => Reader::of(&headers, "/office").words(&app, crate::status_of(&failure), None),
    }
}

/// `POST /office/plans/{id}/visits/{visit}/photos`: `photo`, up to twelve.
async fn add_photos(
    State(app): State<App>,
    Path((id, visit)): Path<(String, String)>,
    request: Request,
) -> Response<Body> {
    let headers = request.headers().clone();
    let page =
        id.parse().map_or_else(|_| "/office/plans".to_owned(), |id| format!("{}/filing", paths::office_plan(id)));
    let mut way = Way { reader: Reader::of(&headers, "/office"), headers, page };
    let outcome = async {
        let member = member(&app, &way.headers).await?;
        let plan: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        let files = form(&app, request, PHOTO_BYTES).await?;
        if files.is_empty() {
            return Err(Refusal::from(UploadRefusal::NoFile).into());
        }
        for file in files {
            let _held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
            let bytes = file.read().await?;
            let added = records::planner::add_photo(&app.records, &member, plan, &visit, bytes).await;
            added.map_err(|why| crate::failure(&app, why))?;
        }
        Ok(())
    }
    .await;
    if outcome.is_ok() {
        way.page.push_str("?done=photos#visit-title");
    }
    way.finish(&app, async { outcome }).await
}

async fn photo(
    State(app): State<App>,
    Path((id, photo)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let found = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        let found = records::planner::photo(&app.records, &member, plan, &photo).await;
        found.map_err(|why| crate::failure(&app, why))
    };
    match found.await {
        Ok(served) => super::files::serve(served, &super::files::Way { download: None }),
        Err(failure) => Reader::of(&headers, "/office").words(&app, crate::status_of(&failure), None),
    }
}

fn sheet_of(plan: &PlanView) -> FormSheet {
    let mut sheet = FormSheet {
        values: plan.form.0.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
        printed_at: official_moment(plan.now),
        made: Some(plan.now),
        draft: plan.row.stage.is_open(),
        ..FormSheet::default()
    };
    sheet.set("agency", plan.row.agency.as_str());
    sheet.set("number", plan.row.number.as_str());
    sheet.set("trade", plan.trade.as_str());
    sheet.set("level", plan.level.map_or("", SkillLevel::name));
    let round = plan.opinions.iter().map(|opinion| opinion.round).max().unwrap_or(0);
    for opinion in plan.opinions.iter().filter(|opinion| opinion.round == round) {
        let title = match opinion.desk {
            FilingDesk::Centre => "审核意见",
            FilingDesk::Authority => "审批意见",
        };
        let (_, outcome) = words::outcome(opinion.outcome);
        let text = if opinion.text.starts_with(outcome) {
            opinion.text.clone()
        } else {
            format!("{outcome}。{}", opinion.text)
        };
        sheet.opinions.push(Opinion {
            title: title.into(),
            fields: vec![("经办人".into(), opinion.by.clone())],
            text,
            date: day(opinion.at),
            ..Opinion::default()
        });
    }
    sheet
}

/// `2026年11月21日`.
fn day(at: Timestamp) -> String {
    let day = at.day();
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}
