//! 现场勘查: what was found on site before the exam, with photos. The offices above record their visits, and an agency
//! its own; each adds photos to its own record.

use super::drafting::note;
use super::filing::{given, seen_by};
use super::{ensure_sees, stage_of};
use crate::applications::papers;
use crate::desk::access::Scope;
use crate::entity::agency;
use crate::files::{self, Served};
use crate::{Error, Records, Tx, sql};
use chrono::NaiveDate;
use domain::account::{Role, StaffMember};
use domain::ids::PlanId;
use domain::page::planner::Inspection;
use domain::paper::{PaperFormat, PaperSpec};
use domain::planner::{PlanStage, PlannerRefusal};
use domain::refusal::Refusal;
use sea_orm::FromQueryResult;

/// Heaviest photo of a visit.
pub const PHOTO_MAX_BYTES: u64 = 10 * 1024 * 1024;
/// Most photos of one visit.
pub const PHOTOS_MAX: i64 = 12;

/// Records a visit. The day is none to come.
pub async fn inspect(
    records: &Records,
    member: &StaffMember,
    id: PlanId,
    on: NaiveDate,
    fit: bool,
    words: &str,
) -> Result<(), Error> {
    let words = given(words)?;
    let tx = records.begin().await?;
    let now = records.now();
    let (row, of, stage) = visited(&tx, records, member, id).await?;
    if matches!(stage, PlanStage::Refused | PlanStage::Cancelled) {
        return Err(PlannerRefusal::NotNow(stage).into());
    }
    if on > now.day() {
        return Err(PlannerRefusal::VisitAhead { on, today: now.day() }.into());
    }
    let body = if member.body.is_empty() { of.name } else { member.body.clone() };
    sql::run(
        &tx.db,
        "INSERT INTO inspection (id, planning_id, on_day, fit, text, staff_id, staff_name, body, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vec![
            records.chance().id(now).to_string().into(),
            row.into(),
            on.to_string().into(),
            i64::from(fit).into(),
            words.clone().into(),
            member.id.to_string().into(),
            member.name.clone().into(),
            body.into(),
            now.0.into(),
        ],
    )
    .await?;
    let said = if fit { "场地合格" } else { "场地要整改" };
    note(&tx, now, id, member, "inspected", &format!("{said}，{words}")).await?;
    tx.commit().await
}

/// Whoever may record a visit of this plan: the offices of its region once it was filed, and its own managers.
async fn visited(
    tx: &Tx,
    records: &Records,
    member: &StaffMember,
    id: PlanId,
) -> Result<(String, agency::Model, PlanStage), Error> {
    if !matches!(member.role, Role::Authority | Role::Manager) {
        return Err(Error::NotFound);
    }
    let scope = Scope::of(records, member).await?;
    let (row, of) = seen_by(tx, &scope, id).await?;
    let stage = stage_of(&row)?;
    if stage == PlanStage::Draft {
        return Err(Error::NotFound);
    }
    Ok((row.id, of, stage))
}

/// Adds a photo to one's own record. It is decoded and encoded anew: places and names hidden in the file do not stay.
pub async fn add_photo(
    records: &Records,
    member: &StaffMember,
    id: PlanId,
    visit: &str,
    bytes: Vec<u8>,
) -> Result<(), Error> {
    ensure_own(records, member, id, visit).await?;
    files::scan(records, &bytes).await?;
    let spec = PaperSpec {
        formats: vec![PaperFormat::Jpeg, PaperFormat::Png],
        max_bytes: Some(PHOTO_MAX_BYTES),
        ..PaperSpec::default()
    };
    let picture = records.inner.files.work(move || papers::check(bytes, &spec)).await?.map_err(Refusal::Paper)?;
    // The gate holds the sweeper out until the row names the bytes.
    let gate = records.inner.files.gate().await;
    let kept = records.inner.files.keep(&gate, picture.bytes).await?;
    let tx = records.begin().await?;
    let now = records.now();
    visited(&tx, records, member, id).await?;
    let count = "SELECT COALESCE(MAX(position), 0) FROM visit_photo WHERE visit_id = $1";
    let before = sql::number(&tx.db, count, vec![visit.into()]).await?.unwrap_or(0);
    if before >= PHOTOS_MAX {
        return Err(PlannerRefusal::TooManyPhotos { most: PHOTOS_MAX.unsigned_abs() as u32 }.into());
    }
    sql::run(
        &tx.db,
        "INSERT INTO visit_photo (id, visit_id, position, format, sha256, bytes, staff_id, staff_name, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vec![
            records.chance().id(now).to_string().into(),
            visit.into(),
            (before + 1).into(),
            picture.format.into(),
            kept.sha256.into(),
            kept.bytes.into(),
            member.id.to_string().into(),
            member.name.clone().into(),
            now.0.into(),
        ],
    )
    .await?;
    note(&tx, now, id, member, "visit_photo", &format!("第 {} 张", before + 1)).await?;
    tx.commit().await?;
    drop(gate);
    Ok(())
}

async fn ensure_own(records: &Records, member: &StaffMember, id: PlanId, visit: &str) -> Result<(), Error> {
    let text = "SELECT staff_id FROM inspection WHERE id = $1 AND planning_id = $2";
    let by = sql::text(records.read(), text, vec![visit.into(), id.to_string().into()]).await?;
    if by == Some(member.id.to_string()) { Ok(()) } else { Err(Error::NotFound) }
}

/// A photo of a visit, for whoever sees the plan.
pub async fn photo(records: &Records, member: &StaffMember, id: PlanId, photo: &str) -> Result<Served, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        agency_id: String,
        format: String,
        sha256: String,
        position: i64,
        on_day: String,
    }
    let row: Option<Row> = sql::one(
        records.read(),
        "SELECT f.agency_id, p.format, p.sha256, p.position, i.on_day FROM visit_photo p
         JOIN inspection i ON i.id = p.visit_id JOIN planning f ON f.id = i.planning_id
         WHERE p.id = $1 AND f.id = $2",
        vec![photo.into(), id.to_string().into()],
    )
    .await?;
    let row = row.ok_or(Error::NotFound)?;
    ensure_sees(records.read(), records, member, &row.agency_id).await?;
    Ok(Served {
        content_type: files::media_type(&row.format),
        bytes: records.inner.files.read(&row.sha256).await?,
        download_name: format!(
            "勘查{}-{}.{}",
            row.on_day,
            row.position,
            if row.format == "png" { "png" } else { "jpg" }
        ),
    })
}

/// Every visit of a plan with its photos, in the order of days.
pub(super) async fn visits(records: &Records, member: &StaffMember, id: PlanId) -> Result<Vec<Inspection>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        on_day: String,
        fit: i64,
        text: String,
        staff_id: String,
        staff_name: String,
        body: String,
    }
    #[derive(FromQueryResult)]
    struct Photo {
        id: String,
        visit_id: String,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT id, on_day, fit, text, staff_id, staff_name, body FROM inspection WHERE planning_id = $1 ORDER BY on_day, at, id",
        vec![id.to_string().into()],
    )
    .await?;
    let photos: Vec<Photo> = sql::all(
        records.read(),
        "SELECT p.id, p.visit_id FROM visit_photo p JOIN inspection i ON i.id = p.visit_id
         WHERE i.planning_id = $1 ORDER BY p.visit_id, p.position",
        vec![id.to_string().into()],
    )
    .await?;
    let read = |row: Row| {
        let on = row.on_day.parse().map_err(|_| Error::bad_row("inspection", id, "on_day"))?;
        Ok(Inspection {
            on,
            fit: row.fit == 1,
            text: row.text,
            by: row.staff_name,
            body: row.body,
            photos: photos.iter().filter(|photo| photo.visit_id == row.id).map(|photo| photo.id.clone()).collect(),
            own: row.staff_id == member.id.to_string(),
            id: row.id,
        })
    };
    rows.into_iter().map(read).collect()
}
