//! Reports as xlsx and PDF, sampling lists, and the archive of a plan.

use super::print::{Ready, Way};
use super::rosters::{file, flowing, set};
use super::sheets::{member, workbook};
use crate::shield::answers::Reader;
use crate::state::App;
use app::{Failure, paths};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Response};
use axum::routing::get;
use chrono::Datelike;
use domain::account::StaffMember;
use domain::ids::PlanId;
use domain::page::knowing::{Report, SampleVerdict, Sampling, Table};
use domain::time::official_moment;
use records::knowing;
use rosters::zipping::Zipping;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::File;

/// Routes of print-outs; they take as long as printing does.
pub(super) fn print_outs() -> Router<App> {
    Router::new()
        .route("/office/reports/{name}", get(year))
        .route("/office/plans/{id}/report.xlsx", get(plan_sheet))
        .route("/office/plans/{id}/report.pdf", get(plan_pdf))
        .route("/office/plans/{id}/archive.zip", get(archive))
        .route("/office/sampling/{id}/list.xlsx", get(sampling))
}

/// `?year=2026`.
#[derive(Debug, Deserialize)]
struct Of {
    year: Option<i32>,
}

/// What a report is asked for as.
#[derive(Clone, Copy)]
enum Kind {
    Sheet,
    Pdf,
}

/// `GET /office/reports/{agency,region}.{xlsx,pdf}`.
async fn year(
    State(app): State<App>,
    Path(name): Path<String>,
    Query(of): Query<Of>,
    headers: HeaderMap,
) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let year = of.year.filter(|year| (2000..=2200).contains(year)).unwrap_or(app.records.now().day().year());
        let (of, kind) = match name.rsplit_once('.') {
            Some((of, "xlsx")) => (of, Kind::Sheet),
            Some((of, "pdf")) => (of, Kind::Pdf),
            _ => return Err(Failure::NotFound),
        };
        let report = match of {
            "agency" => knowing::agency_year(&app.records, &member, year).await,
            "region" => knowing::region_year(&app.records, &member, year).await,
            _ => return Err(Failure::NotFound),
        };
        Ok((report.map_err(|why| crate::failure(&app, why))?, kind))
    };
    answer(&app, &headers, "/office/reports", made.await).await
}

async fn plan_sheet(app: State<App>, id: Path<String>, headers: HeaderMap) -> Response<Body> {
    of_plan(&app, &id, &headers, Kind::Sheet).await
}

async fn plan_pdf(app: State<App>, id: Path<String>, headers: HeaderMap) -> Response<Body> {
    of_plan(&app, &id, &headers, Kind::Pdf).await
}

async fn of_plan(app: &App, id: &str, headers: &HeaderMap, kind: Kind) -> Response<Body> {
    let made = async {
        let member = member(app, headers).await?;
        let id: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        let report = knowing::plan_report(&app.records, &member, id).await;
        Ok((report.map_err(|why| crate::failure(app, why))?, kind))
    };
    answer(app, headers, "/office", made.await).await
}

async fn answer(app: &App, headers: &HeaderMap, back: &str, made: Result<(Report, Kind), Failure>) -> Response<Body> {
    let reader = Reader::of(headers, "/office");
    match made {
        Ok((report, Kind::Pdf)) => {
            let now = app.records.now();
            let name = format!("{}.pdf", report.title);
            let way = Way { reader, back: back.to_owned() };
            let printed = app.printing.set(app, move |press| press.report(&report, Some(now)));
            way.finish(app, async { printed.await.map(|printed| Ready { pdf: printed.pdf, name }) }).await
        }
        Ok((report, Kind::Sheet)) => {
            let name = format!("{}.xlsx", report.title);
            let bytes = tokio::task::spawn_blocking(move || book(&report)).await;
            match set(app, bytes) {
                Ok(bytes) => workbook(bytes, &name),
                Err(failure) => reader.words(app, crate::status_of(&failure), None),
            }
        }
        Err(failure) => reader.words(app, crate::status_of(&failure), None),
    }
}

fn book(report: &Report) -> Result<Vec<u8>, String> {
    let head = report.head.iter().map(|(label, value)| vec![format!("{label}：{value}")]).collect();
    let tables: Vec<(&str, &[String], &[Vec<String>])> = report
        .tables
        .iter()
        .map(|table| (table.title.as_str(), table.headings.as_slice(), table.rows.as_slice()))
        .collect();
    rosters::writing::book(&report.title, &head, &tables).map_err(|why| why.to_string())
}

/// `GET /office/sampling/{id}/list.xlsx`: the list with its rule and seed.
async fn sampling(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let found = knowing::taken_out(&app.records, &member, &id).await.map_err(|why| crate::failure(&app, why))?;
        let bytes = tokio::task::spawn_blocking(move || list(&found)).await;
        Ok(workbook(set(&app, bytes)?, "抽查名单.xlsx"))
    };
    match made.await {
        Ok(answer) => answer,
        Err(failure) => Reader::of(&headers, "/office").words(&app, crate::status_of(&failure), None),
    }
}

fn list(found: &Sampling) -> Result<Vec<u8>, String> {
    let line = &found.line;
    let head = vec![
        vec![format!("考试日期：{} 至 {}", line.from, line.until), format!("种子：{}", line.seed)],
        vec![
            format!("每层 {}%，至少 {} 人", line.percent, line.least),
            format!("{} 人里抽到 {} 人", line.frame, line.items),
            format!("{}　{}", line.drawn_by, official_moment(line.at)),
        ],
    ];
    let headings = ["序号", "报名号", "姓名", "计划", "层", "看下来", "看到了什么", "谁看的", "时间"];
    let rows: Vec<Vec<String>> = found
        .items
        .iter()
        .map(|item| {
            let (verdict, words, by, at) = match &item.verdict {
                Some((verdict, words, by, at)) => {
                    let verdict = match verdict {
                        SampleVerdict::Fine => "没有问题",
                        SampleVerdict::Doubtful => "有疑点",
                        SampleVerdict::Wrong => "有问题",
                    };
                    (verdict, words.clone(), by.clone(), official_moment(*at))
                }
                None => ("", String::new(), String::new(), String::new()),
            };
            let who =
                [item.no.to_string(), item.number.clone(), item.name.clone(), item.plan.clone(), item.stratum.clone()];
            who.into_iter().chain([verdict.to_owned(), words, by, at]).collect()
        })
        .collect();
    rosters::writing::table(&line.title, &head, &headings.map(str::to_owned), &rows).map_err(|why| why.to_string())
}

/// `GET /office/plans/{id}/archive.zip`: everything of a plan, one file at a time through the disk.
async fn archive(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let id: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        zipped(&app, &member, id).await
    };
    match made.await {
        Ok(answer) => answer,
        Err(failure) => Reader::of(&headers, "/office").words(&app, crate::status_of(&failure), None),
    }
}

/// A zip under way, and what stands in it.
struct Packing {
    zip: Zipping<File>,
    index: Vec<Vec<String>>,
}

impl Packing {
    fn add(&mut self, folder: &str, name: &str, bytes: &[u8]) -> Result<(), String> {
        let path = self.zip.add_in(folder, name, bytes)?;
        self.index.push(vec![path, bytes.len().to_string(), hex::encode(Sha256::digest(bytes))]);
        Ok(())
    }
}

async fn zipped(app: &App, member: &StaffMember, id: PlanId) -> Result<Response<Body>, Failure> {
    let archive = knowing::archive(&app.records, member, id).await.map_err(|why| crate::failure(app, why))?;
    let paper = |why: String| crate::failure(app, records::Error::Paper(why));
    let path = app.waiting_room.join(app.records.chance().token());
    let disk = File::options().read(true).write(true).create_new(true).open(&path);
    let disk = disk.map_err(|why| paper(why.to_string()))?;
    // Its name goes at once: whatever happens, nothing is left behind.
    std::fs::remove_file(&path).map_err(|why| paper(why.to_string()))?;
    let mut packing = Packing { zip: Zipping::new(disk), index: Vec::new() };
    let report = archive.report.clone();
    let now = app.records.now();
    let printed = app.printing.set(app, move |press| press.report(&report, Some(now))).await?;
    packing.add("", "report.pdf", &printed.pdf).map_err(paper)?;
    packing.add("", "report.xlsx", &book(&archive.report).map_err(paper)?).map_err(paper)?;
    for table in &archive.tables {
        packing.add("", &format!("{}.csv", table.title), &csv(table).map_err(paper)?).map_err(paper)?;
    }
    for one in archive.files {
        let bytes = one.read(&app.records).await.map_err(|why| crate::failure(app, why))?;
        let added = tokio::task::spawn_blocking(move || packing.add(&one.folder, &one.name, &bytes).map(|()| packing));
        packing = added.await.map_err(|why| paper(why.to_string()))?.map_err(paper)?;
    }
    let title = archive.report.title;
    let made_at = official_moment(now);
    let done = tokio::task::spawn_blocking(move || {
        let index = Table {
            title: title.clone(),
            headings: ["文件", "字节", "SHA-256"].map(str::to_owned).to_vec(),
            rows: packing.index,
        };
        packing.zip.add_in("", "index.csv", &csv(&index)?)?;
        packing.zip.add_in("", "index.html", page(&index, &made_at).as_bytes())?;
        packing.zip.finish()
    });
    let disk = done.await.map_err(|why| paper(why.to_string()))?.map_err(paper)?;
    let body = flowing(disk).map_err(|why| paper(why.to_string()))?;
    Ok(file(body, "application/zip", &format!("{} 档案.zip", archive.number)))
}

fn csv(table: &Table) -> Result<Vec<u8>, String> {
    rosters::writing::csv(&table.headings, &table.rows).map_err(|why| why.to_string())
}

/// The index as a page that stands alone, with a link to every file.
fn page(index: &Table, made_at: &str) -> String {
    let clean =
        |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let mut out = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>{0}</title><h1>{0}</h1>\
         <p>{1} 归档，共 {2} 个文件。每个文件旁边是它的 SHA-256，用 sha256sum 可以核对。</p>\
         <table border=\"1\" cellpadding=\"4\"><thead><tr><th>文件<th>字节<th>SHA-256</thead><tbody>",
        clean(&index.title),
        clean(made_at),
        index.rows.len()
    );
    for row in &index.rows {
        if let [path, bytes, digest] = row.as_slice() {
            // Writing to a text cannot fail.
            let _ = write!(
                out,
                "<tr><td><a href=\"{}\">{}</a><td align=\"right\">{bytes}<td><code>{digest}</code>",
                paths::encode(path),
                clean(path)
            );
        }
    }
    out.push_str("</tbody></table></html>\n");
    out
}
