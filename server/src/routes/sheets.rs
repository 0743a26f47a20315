//! Sheets of the desk on their way in and out.

use super::spool::{Kinds, receive_kinds};
use super::uploads::Way;
use crate::shield::answers::Reader;
use crate::state::App;
use app::signed_in::ssr::cookie_in;
use app::{Failure, failure::from_records, paths};
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use domain::account::{StaffMember, Viewer};
use domain::ids::PlanId;
use domain::refusal::{Refusal, UploadRefusal};
use domain::roster::{FileRefusal, Sheet};
use rosters::SheetRefusal;

/// Heaviest sheet that is looked at.
const SHEET_BYTES: u64 = rosters::reading::FILE_MAX as u64;

/// `POST /office/scores/{plan}/sheet`: `file` a sheet of scores, to be tried.
pub async fn scores(State(app): State<App>, Path(plan): Path<String>, request: Request) -> Response<Body> {
    let headers = request.headers().clone();
    let page = plan.parse().map_or_else(|_| paths::SCORES.to_owned(), paths::scores);
    let mut way = Way { reader: Reader::of(&headers, "/office"), headers, page };
    let outcome = async {
        let member = member(&app, &way.headers).await?;
        let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
        // Whose it is comes before what it is.
        records::scores::desk(&app.records, &member, Some(plan)).await.map_err(from_records)?;
        let (name, sheet) = sheet(&app, request).await?;
        records::scores::keep_sheet(&app.records, &member, plan, &name, sheet).await.map_err(from_records)
    }
    .await;
    if outcome.is_ok() {
        way.page.push_str("&done=kept#trial");
    }
    way.finish(&app, async { outcome }).await
}

/// `GET /office/scores/{plan}/sheet.xlsx`: everybody of the plan, with empty columns for the marks.
pub async fn scores_blank(State(app): State<App>, Path(plan): Path<String>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
        let blank = records::scores::blank_sheet(&app.records, &member, plan).await;
        let (title, headings, rows) = blank.map_err(|why| crate::failure(&app, why))?;
        let made = tokio::task::spawn_blocking(move || {
            let bytes = rosters::writing::table(&format!("{title}成绩表"), &Vec::new(), &headings, &rows);
            bytes.map_err(|why| why.to_string())
        });
        match made.await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(why)) => Err(crate::failure(&app, records::Error::Paper(why))),
            Err(why) => Err(crate::failure(&app, records::Error::Paper(why.to_string()))),
        }
    };
    match made.await {
        Ok(bytes) => workbook(bytes, "成绩表.xlsx"),
        Err(failure) => Reader::of(&headers, "/office").words(&app, crate::status_of(&failure), None),
    }
}

/// The signed-in member of staff.
pub(super) async fn member(app: &App, headers: &HeaderMap) -> Result<StaffMember, Failure> {
    let token = cookie_in(headers, app.site.staff_cookie());
    match records::logins::viewer(&app.records, token.as_deref()).await.map_err(|why| crate::failure(app, why))? {
        Viewer::Staff(member) => Ok(member),
        _ => Err(Failure::SignInNeeded),
    }
}

/// The first sheet of the uploaded file that has anything in it, and the file's name.
async fn sheet(app: &App, request: Request) -> Result<(String, Sheet), Failure> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| Failure::Malformed)?;
    let mut received = receive_kinds(app, &mut form, SHEET_BYTES, Kinds::Any).await?;
    let file = received.files.pop().ok_or(Refusal::from(UploadRefusal::NoFile))?;
    let _held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
    let bytes = file.read().await?;
    let read = tokio::task::spawn_blocking(move || rosters::read(&bytes)).await;
    let sheets = read.map_err(|why| Failure::Broken(app::failure::incident(&why)))?;
    let sheets = sheets.map_err(|why| Failure::from(Refusal::from(told(&why))))?;
    let first = sheets.into_iter().next().ok_or(Refusal::from(FileRefusal::Empty))?;
    Ok((file.name.clone(), first))
}

/// The refusal that people are told.
pub(super) fn told(why: &SheetRefusal) -> FileRefusal {
    match why {
        SheetRefusal::Empty => FileRefusal::Empty,
        SheetRefusal::TooBig { bytes, limit } => FileRefusal::TooBig { bytes: *bytes as u64, limit: *limit as u64 },
        SheetRefusal::TooManyRows { limit } => FileRefusal::TooManyRows { limit: *limit },
        SheetRefusal::NotASheet => FileRefusal::NotASheet,
        SheetRefusal::WebPage => FileRefusal::WebPage,
        SheetRefusal::Locked => FileRefusal::Locked,
        SheetRefusal::Bomb { .. } | SheetRefusal::Broken(_) => FileRefusal::Broken,
    }
}

/// A workbook to save.
pub(super) fn workbook(bytes: Vec<u8>, name: &str) -> Response<Body> {
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let mut answer = Response::new(Body::from(bytes));
    *answer.status_mut() = StatusCode::OK;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(KIND));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{}", paths::encode(name))) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    answer
}
