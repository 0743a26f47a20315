//! Rosters on their way in and out: sheets, archives of photos, official sheets, forms, links.

mod official;

use super::sheets::{member, told, workbook};
use super::spool::{Arrived, Kinds, Received, receive_kinds};
use super::uploads::Way;
use crate::shield::answers::Reader;
use crate::state::App;
use app::office::roster::address;
use app::wording::rosters::page as words;
use app::{Failure, failure::from_records, paths};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, header};
use axum::routing::{get, post};
use domain::account::StaffMember;
use domain::ids::{PlanId, RosterId};
use domain::page::roster::{ArchiveFault, LeftOut, LeftOutWhy, RosterRefusal, RosterTab};
use domain::refusal::{Refusal, UploadRefusal};
use domain::roster::{Sheet, SheetKind};
use domain::time::{chinese_date, chinese_moment};
use records::rosters::ArrivedPhoto;
use rosters::archive::{BadEntryKind, fit_to_show};
use rosters::photos::{is_document, may_be_photo};
use rosters::zipping::Zipping;
use rosters::{Archive, ArchiveRefusal};
use serde::Deserialize;
use std::fs::File;
use tokio::io::AsyncReadExt;

/// Heaviest archive of photos, and all photos of a folder together: five thousand of a hundred kilobytes.
pub const PHOTOS_BYTES: usize = 600 * 1024 * 1024;
/// Photos that are in memory at once.
const AT_ONCE: usize = 16;
/// Heaviest photo that is unpacked where the plan sets no limit.
const PHOTO_BYTES: u64 = 25 * 1024 * 1024;
/// Bytes of a file that are sent at once.
const CHUNK: usize = 64 * 1024;

/// What takes as long as printing does.
pub fn slow() -> Router<App> {
    Router::new()
        .route("/office/plans/{id}/roster/out/{what}", get(out))
        .route("/office/plans/{id}/roster/{roster}/forms.pdf", get(super::print::roster_forms))
        .route("/office/plans/{id}/roster/{roster}/links.xlsx", post(links))
        .route("/office/plans/{id}/roster/{roster}/faults.xlsx", get(faults))
        .route("/office/plans/{id}/roster/{roster}/photo/{photo}", get(photo))
}

/// Where a sheet is uploaded.
pub fn sheets() -> Router<App> {
    Router::new().route("/office/plans/{id}/roster/sheet", post(sheet))
}

/// Where photos are uploaded.
pub fn photos() -> Router<App> {
    Router::new().route("/office/plans/{id}/roster/{roster}/photos", post(upload))
}

/// `POST …/roster/sheet`: `file` a sheet of people, to be tried.
async fn sheet(State(app): State<App>, Path(plan): Path<String>, request: Request) -> Response<Body> {
    let headers = request.headers().clone();
    let page = plan.parse().map_or_else(|_| paths::OFFICE.to_owned(), address::page);
    let mut way = Way { reader: Reader::of(&headers, "/office"), headers, page };
    let outcome = async {
        let member = member(&app, &way.headers).await?;
        let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
        // Whose it is comes before what it is.
        records::rosters::desk(&app.records, &member, plan, None, None, 1).await.map_err(from_records)?;
        let (name, sheets) = sheets_in(&app, request).await?;
        let id = records::rosters::keep(&app.records, &member, plan, &name, sheets).await.map_err(from_records)?;
        Ok((plan, id))
    }
    .await;
    if let Ok((plan, id)) = &outcome {
        way.page = format!("{}&done=kept", address::opened(*plan, *id));
    }
    way.finish(&app, async { outcome.map(|(_, id)| id) }).await
}

/// The sheets of the uploaded file, and its name.
async fn sheets_in(app: &App, request: Request) -> Result<(String, Vec<Sheet>), Failure> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| Failure::Malformed)?;
    let mut received = receive_kinds(app, &mut form, rosters::reading::FILE_MAX as u64, Kinds::Any).await?;
    let file = received.files.pop().ok_or(Refusal::from(UploadRefusal::NoFile))?;
    let _held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
    let bytes = file.read().await?;
    let read = tokio::task::spawn_blocking(move || rosters::read(&bytes)).await;
    let sheets = read.map_err(|why| Failure::Broken(app::failure::incident(&why)))?;
    Ok((file.name.clone(), sheets.map_err(|why| Failure::from(Refusal::from(told(&why))))?))
}

/// `POST …/roster/{roster}/photos`: any number of `file`, archives or photos.
async fn upload(
    State(app): State<App>,
    Path((plan, roster)): Path<(String, String)>,
    request: Request,
) -> Response<Body> {
    let headers = request.headers().clone();
    let page = match (plan.parse(), roster.parse()) {
        (Ok(plan), Ok(roster)) => address::opened(plan, roster),
        _ => paths::OFFICE.to_owned(),
    };
    let mut way = Way { reader: Reader::of(&headers, "/office"), headers, page };
    let outcome = async {
        let member = member(&app, &way.headers).await?;
        let id: RosterId = roster.parse().map_err(|_| Failure::NotFound)?;
        let spec = records::rosters::ensure_takes_photos(&app.records, &member, id).await.map_err(from_records)?;
        let limit = spec.most_bytes().unwrap_or(PHOTO_BYTES).min(PHOTO_BYTES);
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| Failure::Malformed)?;
        let Received { files, .. } = receive_kinds(&app, &mut form, PHOTOS_BYTES as u64, Kinds::Folder).await?;
        if files.is_empty() {
            return Err(Refusal::from(UploadRefusal::NoFile).into());
        }
        let mut left_out = Vec::new();
        let mut loose = Vec::new();
        for file in files {
            if file.begins_with(b"PK").await? {
                unpack(&app, &member, id, file, limit, &mut left_out).await?;
            } else if !is_litter(&file.name) {
                loose.push(file);
            }
        }
        for some in loose.chunks(AT_ONCE) {
            let _held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
            let mut arrived = Vec::with_capacity(some.len());
            for file in some {
                let (name, bytes) = (base_name(&file.name).to_owned(), file.head(limit + 1).await?);
                if may_be_photo(&name, &bytes) {
                    arrived.push(ArrivedPhoto { name, bytes });
                } else {
                    left_out.push(LeftOut { name: fit_to_show(&name), why: LeftOutWhy::NotAPicture });
                }
            }
            records::rosters::keep_photos(&app.records, &member, id, arrived).await.map_err(from_records)?;
        }
        let done = if left_out.is_empty() { "photos" } else { "photos-some" };
        records::rosters::photos_arrived(&app.records, &member, id, left_out).await.map_err(from_records)?;
        Ok(done)
    }
    .await;
    if let Ok(done) = &outcome {
        way.page.push_str(&format!("&done={done}"));
    }
    way.finish(&app, async { outcome.map(drop) }).await
}

/// Every photo of an archive, a few in memory at a time; nothing is unpacked to disk.
async fn unpack(
    app: &App,
    member: &StaffMember,
    id: RosterId,
    file: Arrived,
    limit: u64,
    left_out: &mut Vec<LeftOut>,
) -> Result<(), Failure> {
    let broken = |why: tokio::task::JoinError| Failure::Broken(app::failure::incident(&why));
    let disk: File = file.open()?;
    let opened = tokio::task::spawn_blocking(move || Archive::open(disk)).await.map_err(broken)?;
    let mut archive = opened.map_err(|why| Failure::from(Refusal::from(RosterRefusal::Archive(fault(&why)))))?;
    if is_document(&archive) {
        left_out.push(LeftOut { name: fit_to_show(base_name(&file.name)), why: LeftOutWhy::Document });
        return Ok(());
    }
    let mut at = 0;
    while at < archive.len() {
        let _held = app.heavy.acquire().await.map_err(|_| Failure::Network)?;
        let (back, some, others) = tokio::task::spawn_blocking(move || {
            let to = (at + AT_ONCE).min(archive.len());
            let entries = (at..to).filter_map(|place| archive.file(place, limit));
            let (some, others): (Vec<ArrivedPhoto>, Vec<ArrivedPhoto>) = entries
                .map(|entry| ArrivedPhoto { name: entry.name, bytes: entry.bytes })
                .partition(|one| may_be_photo(&one.name, &one.bytes));
            (archive, some, others)
        })
        .await
        .map_err(broken)?;
        archive = back;
        let named = |one: ArrivedPhoto| LeftOut { name: fit_to_show(&one.name), why: LeftOutWhy::NotAPicture };
        left_out.extend(others.into_iter().map(named));
        at += AT_ONCE;
        records::rosters::keep_photos(&app.records, member, id, some).await.map_err(from_records)?;
    }
    left_out.extend(archive.bad().iter().map(|bad| LeftOut {
        name: bad.name.clone(),
        why: match bad.why {
            BadEntryKind::Escapes => LeftOutWhy::Escapes,
            BadEntryKind::Link => LeftOutWhy::Link,
            BadEntryKind::Broken => LeftOutWhy::Broken,
        },
    }));
    Ok(())
}

fn fault(why: &ArchiveRefusal) -> ArchiveFault {
    match why {
        ArchiveRefusal::NotAnArchive(_) => ArchiveFault::NotAnArchive,
        ArchiveRefusal::TooManyEntries { entries, limit } => {
            ArchiveFault::TooManyEntries { entries: *entries, limit: *limit }
        }
        ArchiveRefusal::Overlapping => ArchiveFault::Overlapping,
        ArchiveRefusal::Locked => ArchiveFault::Locked,
    }
}

/// What systems leave in folders.
fn is_litter(name: &str) -> bool {
    let base = base_name(name);
    base.starts_with('.') || matches!(base, "Thumbs.db" | "desktop.ini")
}

fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// `GET …/roster/out/{what}`: 花名册, 报名信息表, both of them empty, the photos under their names.
async fn out(State(app): State<App>, Path((plan, what)): Path<(String, String)>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
        let kind = match what.as_str() {
            "roster.xlsx" => SheetKind::Roster,
            "registration.xlsx" => SheetKind::Registration,
            "roster-empty.xlsx" => return empty(&app, &member, plan, SheetKind::Roster).await,
            "registration-empty.xlsx" => return empty(&app, &member, plan, SheetKind::Registration).await,
            "photos.zip" => return photos_zip(&app, &member, plan).await,
            _ => return Err(Failure::NotFound),
        };
        let sheets = records::rosters::sheets(&app.records, &member, plan, what.trim_end_matches(".xlsx")).await;
        let sheets = sheets.map_err(|why| crate::failure(&app, why))?;
        let bytes = tokio::task::spawn_blocking(move || official::filled(kind, &sheets)).await;
        Ok(workbook(set(&app, bytes)?, &format!("{}.xlsx", words::sheet(kind))))
    };
    finish(&app, &headers, plan.parse().ok().map(address::page), made).await
}

/// An empty sheet, named after its plan: it travels by mail, beside those of other plans.
async fn empty(app: &App, member: &StaffMember, plan: PlanId, kind: SheetKind) -> Result<Response<Body>, Failure> {
    let blank = records::rosters::blank(&app.records, member, plan).await.map_err(|why| crate::failure(app, why))?;
    let name = format!("{}（空表）{}.xlsx", words::sheet(kind), blank.sheets.number);
    let bytes = tokio::task::spawn_blocking(move || official::empty(kind, &blank)).await;
    Ok(workbook(set(app, bytes)?, &name))
}

/// The photos, written to disk first: five thousand of them are more than memory should hold.
async fn photos_zip(app: &App, member: &StaffMember, plan: PlanId) -> Result<Response<Body>, Failure> {
    let leaving = records::rosters::photos_of(&app.records, member, plan).await;
    let leaving = leaving.map_err(|why| crate::failure(app, why))?;
    let paper = |why: String| crate::failure(app, records::Error::Paper(why));
    let path = app.waiting_room.join(app.records.chance().token());
    let disk = File::options().read(true).write(true).create_new(true).open(&path);
    let disk = disk.map_err(|why| paper(why.to_string()))?;
    // Its name goes at once: whatever happens, nothing is left behind.
    std::fs::remove_file(&path).map_err(|why| paper(why.to_string()))?;
    let mut zip = Zipping::new(disk);
    for photo in leaving {
        let bytes = photo.read(&app.records).await.map_err(|why| crate::failure(app, why))?;
        let added = tokio::task::spawn_blocking(move || zip.add(&photo.name, &bytes).map(|()| zip)).await;
        zip = added.map_err(|why| paper(why.to_string()))?.map_err(paper)?;
    }
    let done = tokio::task::spawn_blocking(move || zip.finish());
    let disk = done.await.map_err(|why| paper(why.to_string()))?.map_err(paper)?;
    let body = flowing(disk).map_err(|why| paper(why.to_string()))?;
    Ok(file(body, "application/zip", "照片.zip"))
}

/// `POST …/roster/{roster}/links.xlsx`: a new link for everybody who has not confirmed, shown this once.
async fn links(
    State(app): State<App>,
    Path((plan, roster)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let id: RosterId = roster.parse().map_err(|_| Failure::NotFound)?;
        let lines = records::rosters::links(&app.records, &member, id).await;
        let lines = lines.map_err(|why| crate::failure(&app, why))?;
        let (origin, today) = (app.site.origin.clone(), app.records.now().day());
        let rows: Vec<Vec<String>> = lines
            .into_iter()
            .map(|line| {
                vec![line.name, line.mobile, format!("{origin}{}", line.path), chinese_moment(line.until, today)]
            })
            .collect();
        let headings = ["姓名", "手机号码", "确认链接", "有效到"].map(str::to_owned);
        let note = vec![vec!["链接只在这份表里有。请分别发给本人，不要转发整张表。".to_owned()]];
        let bytes = tokio::task::spawn_blocking(move || {
            rosters::writing::table("确认链接", &note, &headings, &rows).map_err(|why| why.to_string())
        });
        Ok(workbook(set(&app, bytes.await)?, "确认链接.xlsx"))
    };
    finish(&app, &headers, back(&plan, &roster), made).await
}

/// `GET …/roster/{roster}/faults.xlsx`: every cell at fault with its reason, for whoever mends the sheet itself.
async fn faults(
    State(app): State<App>,
    Path((plan, roster)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let of: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
        let id: RosterId = roster.parse().map_err(|_| Failure::NotFound)?;
        let mut rows = Vec::new();
        for page in 1.. {
            let desk = records::rosters::desk(&app.records, &member, of, Some(id), Some(RosterTab::Faulty), page).await;
            let board = desk.map_err(|why| crate::failure(&app, why))?.board.ok_or(Failure::NotFound)?;
            let class = board.class_hours.as_ref().and_then(|hours| hours.short.map(|short| (hours, short)));
            if let (1, Some((hours, short))) = (page, class) {
                let why = words::short_hours(hours, short);
                rows.push(vec![String::new(), String::new(), "学时".to_owned(), board.hours.clone(), why]);
            }
            for row in &board.rows {
                let mut line = |column: &str, found: &str, why: String| {
                    rows.push(vec![row.row.to_string(), row.name.clone(), column.to_owned(), found.to_owned(), why]);
                };
                for cell in &row.cells {
                    for kind in &cell.faults {
                        line(cell.column.label(), &cell.found, words::fault(cell.column, kind, &cell.found));
                    }
                }
                if let Some(refusal) = &row.refusal {
                    line("", "", words::row_refusal(refusal));
                }
                if let Some(why) = words::photo_of_row(row) {
                    line("照片", "", why);
                }
            }
            if page >= board.pages {
                break;
            }
        }
        let title = format!("要改的地方（{}）", chinese_date(app.records.now().day(), chrono::NaiveDate::MIN));
        let headings = ["行", "姓名", "列", "现在写的", "怎么改"].map(str::to_owned);
        let bytes = tokio::task::spawn_blocking(move || {
            rosters::writing::table(&title, &Vec::new(), &headings, &rows).map_err(|why| why.to_string())
        });
        Ok(workbook(set(&app, bytes.await)?, "要改的地方.xlsx"))
    };
    finish(&app, &headers, back(&plan, &roster), made).await
}

/// `GET …/roster/{roster}/photo/{photo}`: a photo to look at.
async fn photo(
    State(app): State<App>,
    Path((_, roster, photo)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let id: RosterId = roster.parse().map_err(|_| Failure::NotFound)?;
        let served = records::rosters::photo(&app.records, &member, id, &photo).await;
        let served = served.map_err(|why| crate::failure(&app, why))?;
        let mut answer = Response::new(Body::from(served.bytes));
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(served.content_type));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=300"));
        Ok(answer)
    };
    finish(&app, &headers, None, made).await
}

/// `?part=2` of the forms.
#[derive(Debug, Deserialize)]
pub struct Part {
    /// From 1.
    #[serde(default)]
    pub part: u32,
}

/// The page of a roster, where its address makes sense.
pub fn back(plan: &str, roster: &str) -> Option<String> {
    Some(address::opened(plan.parse().ok()?, roster.parse().ok()?))
}

/// What a worker made, or the incident.
pub(super) fn set(
    app: &App,
    made: Result<Result<Vec<u8>, String>, tokio::task::JoinError>,
) -> Result<Vec<u8>, Failure> {
    match made {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(why)) => Err(crate::failure(app, records::Error::Paper(why))),
        Err(why) => Err(crate::failure(app, records::Error::Paper(why.to_string()))),
    }
}

/// A refusal goes back to the page with its sentence; anything else is a page of its own.
async fn finish(
    app: &App,
    headers: &HeaderMap,
    back: Option<String>,
    made: impl Future<Output = Result<Response<Body>, Failure>>,
) -> Response<Body> {
    let failure = match made.await {
        Ok(answer) => return answer,
        Err(failure) => failure,
    };
    let reader = Reader::of(headers, "/office");
    match (&failure, back) {
        (Failure::Refused(_), Some(back)) => {
            let way = Way { reader, headers: headers.clone(), page: back };
            way.finish(app, async { Err::<(), Failure>(failure) }).await
        }
        _ => reader.words(app, crate::status_of(&failure), None),
    }
}

/// A file that flows from disk, a piece at a time.
pub(super) fn flowing(mut disk: File) -> std::io::Result<Body> {
    use std::io::{Seek, SeekFrom};
    disk.seek(SeekFrom::Start(0))?;
    let stream = futures::stream::try_unfold(tokio::fs::File::from_std(disk), |mut disk| async move {
        let mut chunk = vec![0; CHUNK];
        let read = disk.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), disk)))
    });
    Ok(Body::from_stream(stream))
}

/// A file to save.
pub(super) fn file(body: Body, kind: &'static str, name: &str) -> Response<Body> {
    let mut answer = Response::new(body);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{}", paths::encode(name))) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    answer
}
