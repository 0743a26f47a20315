//! A photo of a paper made straight by its four corners: looked at first, then kept in the place of the crooked one.

use super::draft::{file_kept, ground_of};
use super::evidence::{ensure_open, the_file, touched};
use super::load;
use crate::files::{self, Served, row::NewFile};
use crate::{Error, Records, entity::file, history, sql};
use domain::ids::{AccountId, ApplicationId, FileId};
use domain::page::mine::What;
use domain::page::wizard::FileKept;
use domain::paper::Corners;
use domain::refusal::{Refusal, UploadRefusal};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::json;

/// Longest side of a straight picture in pixels: 200 dots per inch on A4, enough to read and to print.
const LONGEST: u32 = 2400;
/// Longest side of a preview.
const PREVIEW: u32 = 480;

/// Width and height of a picture among the evidence; a PDF has none.
pub async fn picture_size(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    which: FileId,
) -> Result<(u32, u32), Error> {
    let whole = load::own(records, account, id).await?;
    let row = the_file(&whole, which)?;
    if row.format == "pdf" {
        return Err(Error::NotFound);
    }
    let bytes = records.inner.files.read(&row.sha256).await?;
    let facts = domain::photo::inspect(&bytes, None, &domain::photo::PhotoSpec::default()).facts;
    facts.map(|facts| (facts.width, facts.height)).ok_or(Error::NotFound)
}

/// What the picture would become.
pub async fn straight_preview(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    which: FileId,
    corners: Corners,
) -> Result<Served, Error> {
    let whole = load::own(records, account, id).await?;
    let bytes = drawn(records, the_file(&whole, which)?, corners, PREVIEW).await?.bytes;
    Ok(Served { content_type: "image/jpeg", bytes, download_name: "preview.jpg".into() })
}

/// Puts the straight picture in the place of the crooked one, which stays known to the history alone.
pub async fn straighten(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    which: FileId,
    corners: Corners,
) -> Result<FileKept, Error> {
    let whole = load::own(records, account, id).await?;
    let (_, profile) = ground_of(records, whole.plan).await?;
    let before = the_file(&whole, which)?.clone();
    ensure_open(records, records.read(), &whole, &profile, &before.requirement).await?;
    let name = files::name_of(records, &before)?;
    let straight = drawn(records, &before, corners, LONGEST).await?;
    let gate = records.inner.files.gate().await;
    let kept = records.inner.files.keep(&gate, straight.bytes).await?;

    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    ensure_open(records, &tx.db, &whole, &profile, &before.requirement).await?;
    let before = the_file(&whole, which)?.clone();
    let name = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned() + ".jpg";
    let mut row = NewFile {
        requirement: &before.requirement,
        position: before.position,
        name: &name,
        ..NewFile::of(&whole.row.id, "evidence", "jpeg", &kept)
    }
    .row(records, FileId(records.chance().id(now)), now)?;
    row.points = before.points.clone();
    sql::run(&tx.db, "UPDATE file SET removed_at = $1 WHERE id = $2", vec![now.0.into(), before.id.clone().into()])
        .await?;
    file::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx.db).await?;
    touched(&mut tx, &mut whole, &before.requirement, now).await?;
    let detail = json!({
        "file": row.id, "requirement": row.requirement, "bytes": row.bytes, "sha256": row.sha256,
        "straightened": before.id, "corners": corners.to_string(),
    });
    history::append(&tx, now, &whole.row.id, &history::Actor::Applicant(account), What::FileAdded, detail).await?;
    tx.commit().await?;
    file_kept(records, &row)
}

async fn drawn(
    records: &Records,
    row: &file::Model,
    corners: Corners,
    longest: u32,
) -> Result<documents::photos::Rendition, Error> {
    if row.format == "pdf" {
        return Err(UploadRefusal::NotStraightened.into());
    }
    let bytes = records.inner.files.read(&row.sha256).await?;
    let straight = records.inner.files.work(move || documents::papers::straighten(&bytes, &corners, longest)).await?;
    let straight = straight.map_err(|fault| Refusal::Paper(vec![fault]))?;
    straight.ok_or_else(|| UploadRefusal::NotStraightened.into())
}
