//! What belongs to a plan beside its people: visits on site, and objections to its public lists.

use super::{ArchivedFile, Source, headings, moment, word};
use crate::keys::place;
use crate::{Error, Records, sql};
use domain::masking::{self, Audience};
use domain::page::knowing::Table;
use sea_orm::FromQueryResult;

/// Folder of the photos of visits.
const VISITS: &str = "visits";
/// Folder of what came with objections.
const OBJECTIONS: &str = "objections";

/// Visits on site, and their photos as files.
pub(super) async fn visited(records: &Records, id: &str) -> Result<(Table, Vec<ArchivedFile>), Error> {
    #[derive(FromQueryResult)]
    struct Visit {
        id: String,
        on_day: String,
        fit: i64,
        text: String,
        staff_name: String,
        body: String,
        at: i64,
    }
    #[derive(FromQueryResult)]
    struct Photo {
        visit_id: String,
        position: i64,
        format: String,
        sha256: String,
    }
    let visits: Vec<Visit> = sql::all(
        records.read(),
        "SELECT id, on_day, fit, text, staff_name, body, at FROM inspection WHERE planning_id = $1 ORDER BY on_day, at, id",
        vec![id.into()],
    )
    .await?;
    let photos: Vec<Photo> = sql::all(
        records.read(),
        "SELECT p.visit_id, p.position, p.format, p.sha256 FROM visit_photo p JOIN inspection i ON i.id = p.visit_id
         WHERE i.planning_id = $1 ORDER BY p.visit_id, p.position",
        vec![id.into()],
    )
    .await?;
    let (mut rows, mut files) = (Vec::new(), Vec::new());
    for (no, visit) in (1..).zip(visits) {
        let mut names = Vec::new();
        for photo in photos.iter().filter(|photo| photo.visit_id == visit.id) {
            let ending = if photo.format == "jpeg" { "jpg" } else { photo.format.as_str() };
            let name = format!("{no:02}-{}-{:02}.{ending}", visit.on_day, photo.position);
            names.push(name.clone());
            files.push(ArchivedFile { folder: VISITS.into(), name, source: Source::Stored(photo.sha256.clone()) });
        }
        let fit = if visit.fit == 1 { "合格" } else { "要整改" };
        let at = moment(Some(visit.at));
        let no = i64::to_string(&no);
        rows.push(vec![
            no,
            visit.on_day,
            fit.to_owned(),
            visit.text,
            visit.staff_name,
            visit.body,
            at,
            names.join("、"),
        ]);
    }
    let table = Table {
        title: "visits".into(),
        headings: headings(&["序号", "勘查日期", "场地", "看到的", "谁", "单位", "记录时间", "照片"]),
        rows,
    };
    Ok((table, files))
}

/// Objections to the public lists with their answers, and what proved them as files. Who objected is masked: the full name is
/// an act of its own.
pub(super) async fn objected(records: &Records, id: &str) -> Result<(Table, Vec<ArchivedFile>), Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        kind: String,
        line_no: Option<i64>,
        name_sealed: Vec<u8>,
        text_sealed: Vec<u8>,
        at: i64,
        outcome: Option<String>,
        answer: String,
        answered_by: String,
        answered_at: Option<i64>,
        proof_sha256: Option<String>,
        proof_format: Option<String>,
    }
    let all: Vec<Row> = sql::all(
        records.read(),
        "SELECT o.id, n.kind, o.line_no, o.name_sealed, o.text_sealed, o.at, o.outcome, o.answer, o.answered_by, o.answered_at,
                o.proof_sha256, o.proof_format
         FROM notice n JOIN objection o ON o.notice_id = n.id WHERE n.plan_id = $1 ORDER BY o.at, o.id",
        vec![id.into()],
    )
    .await?;
    let (mut rows, mut files) = (Vec::new(), Vec::new());
    for (no, one) in (1..).zip(all) {
        let open =
            |column: &str, sealed: &[u8]| records.inner.keys.open_text(&place("objection", column, &one.id), sealed);
        let (name, text) = (open("name", &one.name_sealed)?, open("text", &one.text_sealed)?);
        let proof = one.proof_sha256.zip(one.proof_format).map(|(sha256, format)| {
            let ending = if format == "jpeg" { "jpg" } else { format.as_str() };
            let name = format!("{no:02}.{ending}");
            files.push(ArchivedFile { folder: OBJECTIONS.into(), name: name.clone(), source: Source::Stored(sha256) });
            name
        });
        rows.push(vec![
            i64::to_string(&no),
            word(&one.kind).to_owned(),
            one.line_no.map_or_else(String::new, |no| no.to_string()),
            masking::name(&name, Audience::Staff),
            text,
            moment(Some(one.at)),
            one.outcome.as_deref().map_or("", word).to_owned(),
            one.answer,
            one.answered_by,
            moment(one.answered_at),
            proof.unwrap_or_default(),
        ]);
    }
    let table = Table {
        title: "objections".into(),
        headings: headings(&[
            "序号",
            "名单",
            "第几行",
            "谁",
            "事实和依据",
            "时间",
            "查下来",
            "答复",
            "谁答复",
            "答复时间",
            "证明材料",
        ]),
        rows,
    };
    Ok((table, files))
}
