//! Kept files: bytes lie in a store under their SHA-256, rows say whose they are.
//!
//! First the bytes, then the row: a row without its bytes must be impossible, bytes without a row are swept.

use crate::{Error, Records, applications::papers, desk::access, entity::file, keys::place, sql};
use domain::account::{StaffMember, Viewer};
use domain::ids::{ApplicationId, FileId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

pub(crate) mod store;

pub use store::Files;

/// Bytes on their way to a person who may see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Media type by content.
    pub content_type: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Name to save it under.
    pub download_name: String,
}

/// Opens a file for its owner, or for staff who may read the case. Somebody else's file is not found,
/// and so is, for the applicant, the original that a photo was made from.
pub async fn open(records: &Records, viewer: &Viewer, id: FileId) -> Result<Served, Error> {
    let row = file::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    if row.removed_at.is_some() {
        return Err(Error::NotFound);
    }
    let application: ApplicationId = row.application_id.parse().map_err(|_| Error::bad_row("file", &row.id, "application"))?;
    if !access::may_read(records, viewer, application).await? {
        return Err(Error::NotFound);
    }
    let staff = matches!(viewer, Viewer::Staff(_));
    if row.kind == "photo_original" && !staff {
        return Err(Error::NotFound);
    }
    Ok(Served {
        content_type: media_type(&row.format),
        bytes: records.inner.files.read(&row.sha256).await?,
        download_name: name_of(records, &row)?,
    })
}

/// All files of one requirement as one PDF, in the applicant's order, for the reviewer.
pub async fn merged(records: &Records, member: &StaffMember, application: ApplicationId, requirement: &str) -> Result<Served, Error> {
    if !access::may_read(records, &Viewer::Staff(member.clone()), application).await? {
        return Err(Error::NotFound);
    }
    let rows = evidence_rows(records.read(), application, requirement).await?;
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    let bytes = merge(records, &rows).await?;
    let number = sql::text(
        records.read(),
        "SELECT COALESCE(number, '') FROM application WHERE id = $1",
        vec![application.to_string().into()],
    );
    let number = number.await?.unwrap_or_default();
    Ok(Served { content_type: "application/pdf", bytes, download_name: format!("{number}-{requirement}.pdf") })
}

/// Removes bytes that no row names and that are older than an hour. Returns how many files went.
pub async fn sweep(records: &Records) -> Result<usize, Error> {
    let mut gone = 0;
    for sha256 in records.inner.files.older_than_an_hour().await? {
        // While the gate is shut, no act stands between keeping bytes and naming them in a row.
        let _shut = records.inner.files.shut_gate().await;
        let named = sql::number(records.read(), "SELECT COUNT(*) FROM file WHERE sha256 = $1", vec![sha256.clone().into()]).await?;
        if named == Some(0) && records.inner.files.remove_if_old(&sha256).await? {
            gone += 1;
        }
    }
    Ok(gone)
}

/// Follows every row to its bytes. Returns the ids whose bytes are missing or changed: an empty list is the promise kept.
pub async fn check(records: &Records) -> Result<Vec<FileId>, Error> {
    let mut broken = Vec::new();
    for row in file::Entity::find().order_by_asc(file::Column::Id).all(records.read()).await? {
        let whole = match records.inner.files.read(&row.sha256).await {
            Ok(bytes) => store::digest(&bytes) == row.sha256,
            Err(_) => false,
        };
        if !whole {
            broken.extend(row.id.parse::<FileId>());
        }
    }
    Ok(broken)
}

/// The files of one requirement, in the applicant's order.
pub(crate) async fn evidence_rows<C: sea_orm::ConnectionTrait>(
    db: &C,
    application: ApplicationId,
    requirement: &str,
) -> Result<Vec<file::Model>, Error> {
    Ok(file::Entity::find()
        .filter(file::Column::ApplicationId.eq(application.to_string()))
        .filter(file::Column::Kind.eq("evidence"))
        .filter(file::Column::Requirement.eq(requirement))
        .filter(file::Column::RemovedAt.is_null())
        .order_by_asc(file::Column::Position)
        .order_by_asc(file::Column::Id)
        .all(db)
        .await?)
}

/// One PDF of these files.
pub(crate) async fn merge(records: &Records, rows: &[file::Model]) -> Result<Vec<u8>, Error> {
    let mut parts = Vec::new();
    for row in rows {
        parts.push(records.inner.files.read(&row.sha256).await?);
    }
    records
        .inner
        .files
        .work(move || papers::merge(parts))
        .await?
}

/// The name a file had on its owner's device.
pub(crate) fn name_of(records: &Records, row: &file::Model) -> Result<String, Error> {
    records.inner.keys.open_text(&place("file", "name", &row.id), &row.name_sealed)
}

/// The media type of a kept format.
fn media_type(format: &str) -> &'static str {
    match format {
        "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}
