//! 《职业技能等级认定方案审批（备案）表》 as PDF.

use super::sheets::member;
use crate::shield::answers::Reader;
use crate::state::App;
use app::Failure;
use app::wording::planner as words;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use chrono::Datelike;
use documents::forms::{FormSheet, Opinion};
use domain::ids::PlanId;
use domain::occupation::SkillLevel;
use domain::page::planner::PlanView;
use domain::planner::FilingDesk;
use domain::time::{Timestamp, official_moment};

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
