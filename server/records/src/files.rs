//! Kept files: bytes lie in a store under their SHA-256, rows say whose they are.
//!
//! First the bytes, then the row: a row without its bytes must be impossible, bytes without a row are swept.

use crate::applications::{files_of, frozen, ground_of, papers, was_handed_in};
use crate::{
    Error, Records,
    desk::access,
    entity::{application, file},
    keys::place,
    sql,
};
use domain::account::{StaffMember, Viewer};
use domain::ids::{ApplicationId, FileId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

pub(crate) mod pair;
pub(crate) mod row;
pub mod scan;
pub(crate) mod store;

pub use scan::{OnFailure, VirusScan};
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
    if !may_open(records, viewer, &row).await? {
        return Err(Error::NotFound);
    }
    Ok(Served {
        content_type: media_type(&row.format),
        bytes: records.inner.files.read(&row.sha256).await?,
        download_name: name_of(records, &row)?,
    })
}

async fn may_open(records: &Records, viewer: &Viewer, row: &file::Model) -> Result<bool, Error> {
    let Some(application) = &row.application_id else {
        // The photo that a candidate keeps is nobody's business until an application uses it.
        let own = matches!(viewer, Viewer::Applicant { id, .. } if row.account_id == Some(id.to_string()));
        return Ok(own && row.kind == "master" && row.removed_at.is_none());
    };
    let application: ApplicationId = application.parse().map_err(|_| Error::bad_row("file", &row.id, "application"))?;
    if !access::may_read(records, viewer, application).await? {
        return Ok(false);
    }
    match viewer {
        // The office sees what was handed in, also after it was replaced, and nothing that is still being prepared.
        Viewer::Staff(_) => {
            Ok(matches!(row.kind.as_str(), "photo_original" | "seal" | "request")
                || was_handed_in(records, row).await?)
        }
        _ => Ok(row.kind != "photo_original" && row.removed_at.is_none()),
    }
}

/// Asks the virus scanner, where there is one, about bytes that are about to be kept. Gives the marks to keep with
/// them: none, or that they were not scanned.
pub(crate) async fn scan(records: &Records, bytes: &[u8]) -> Result<Vec<String>, Error> {
    match &records.inner.virus_scan {
        Some(scanner) if !scanner.scan(bytes).await? => Ok(vec![scan::UNSCANNED.to_owned()]),
        _ => Ok(Vec::new()),
    }
}

/// All files of one requirement as one PDF, in the applicant's order, for the reviewer.
pub async fn merged(
    records: &Records,
    member: &StaffMember,
    application: ApplicationId,
    requirement: &str,
) -> Result<Served, Error> {
    if !access::may_read(records, &Viewer::Staff(member.clone()), application).await? {
        return Err(Error::NotFound);
    }
    let case =
        application::Entity::find_by_id(application.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    let round = u32::try_from(case.round).unwrap_or(0);
    let handed_in = frozen(records, &Viewer::Staff(member.clone()), application, round).await?;
    let mut rows = files_of(records, application, &handed_in).await?;
    rows.retain(|row| row.kind == "evidence" && row.requirement == requirement);
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    let (_, profile) =
        ground_of(records, case.plan_id.parse().map_err(|_| Error::bad_row("application", &case.id, "plan"))?).await?;
    let less_than = profile.requirement(requirement).ok_or(Error::NotFound)?.merged_bytes_less_than;
    let mut sheets = Vec::with_capacity(rows.len());
    for row in &rows {
        sheets.push(sheet(records, row).await?);
    }
    let bytes = records.inner.files.work(move || papers::merge(&sheets, less_than)).await??;
    let number = case.number.unwrap_or_default();
    Ok(Served { content_type: "application/pdf", bytes, download_name: format!("{number}-{requirement}.pdf") })
}

/// How many rows name some bytes: files, photos of rosters that are not imported yet, slips, visits, proofs.
const NAMED: &str = "SELECT (SELECT COUNT(*) FROM file WHERE sha256 = $1)
    + (SELECT COUNT(*) FROM roster_photo WHERE used_sha256 = $2)
    + (SELECT COUNT(*) FROM roster_photo WHERE original_sha256 = $3)
    + (SELECT COUNT(*) FROM agency_bill_payment WHERE file_sha256 = $4)
    + (SELECT COUNT(*) FROM visit_photo WHERE sha256 = $5)
    + (SELECT COUNT(*) FROM objection WHERE proof_sha256 = $6)";

/// Removes bytes that no row names and that are older than an hour. Returns how many files went.
pub async fn sweep(records: &Records) -> Result<usize, Error> {
    let mut gone = 0;
    for sha256 in records.inner.files.older_than_an_hour().await? {
        // While the gate is shut, no act stands between keeping bytes and naming them in a row.
        let _shut = records.inner.files.shut_gate().await;
        let named = sql::number(records.read(), NAMED, vec![sha256.clone().into(); 6]).await?;
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

/// A kept paper with its bytes, on its way into one PDF.
pub(crate) async fn sheet(records: &Records, row: &file::Model) -> Result<papers::Sheet, Error> {
    Ok(papers::Sheet {
        format: row.format.clone(),
        bytes: records.inner.files.read(&row.sha256).await?,
        title: name_of(records, row)?,
    })
}

/// A row of a file by its id.
pub(crate) async fn row(records: &Records, id: &str) -> Result<file::Model, Error> {
    file::Entity::find_by_id(id).one(records.read()).await?.ok_or(Error::NotFound)
}

/// Where the bytes of many files are, by their ids.
pub(crate) async fn digests(records: &Records, ids: &[String]) -> Result<HashMap<String, String>, Error> {
    /// Values of one statement.
    const AT_ONCE: usize = 500;
    let mut digests = HashMap::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let found: Vec<(String, String)> = file::Entity::find()
            .select_only()
            .columns([file::Column::Id, file::Column::Sha256])
            .filter(file::Column::Id.is_in(some))
            .into_tuple()
            .all(records.read())
            .await?;
        digests.extend(found);
    }
    Ok(digests)
}

/// The name a file had on its owner's device.
pub(crate) fn name_of(records: &Records, row: &file::Model) -> Result<String, Error> {
    records.inner.keys.open_text(&place("file", "name", &row.id), &row.name_sealed)
}

/// The media type of a kept format.
pub(crate) fn media_type(format: &str) -> &'static str {
    match format {
        "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}
