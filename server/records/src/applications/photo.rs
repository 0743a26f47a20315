//! 证件照: what the applicant chose is checked again, cleaned where needed, and kept beside its original.

use super::draft::ground_of;
use super::load::{self, PhotoSlot, Whole};
use super::pictures;
use crate::files::store::KeptBytes;
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, entity::file, history, keys::place, live, sql};
use domain::application::{Stage, Target};
use domain::ids::{AccountId, ApplicationId, FileId};
use domain::page::mine::What;
use domain::page::wizard::PhotoKept;
use domain::photo::{PhotoFormat, PhotoSpec};
use domain::refusal::{Refusal, UploadRefusal};
use domain::time::Timestamp;
use sea_orm::{EntityTrait, FromQueryResult, IntoActiveModel};
use serde_json::json;

/// Heaviest picture that is taken at all: what a phone's camera makes, with room to spare.
pub(crate) const MOST_BYTES: u64 = 25 * 1024 * 1024;
/// Most characters of a file's name that are kept.
const NAME_MAX: usize = 200;

/// What arrives when a photo is uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PhotoUpload {
    /// The picture to use: cropped and re-encoded by the page, or as it was chosen.
    pub used: Vec<u8>,
    /// The picture as it was chosen; empty when it is the one to use.
    pub original: Vec<u8>,
    /// Its name on the device.
    pub file_name: String,
}

/// Keeps a photo that meets the plan's limits; the one before it is replaced.
pub async fn keep_photo(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    upload: PhotoUpload,
) -> Result<PhotoKept, Error> {
    let whole = load::own(records, account, id).await?;
    ensure_open(&whole)?;
    let (_, profile) = ground_of(records, whole.plan).await?;
    let original = if upload.original.is_empty() { upload.used.clone() } else { upload.original };
    if upload.used.len().max(original.len()) as u64 > MOST_BYTES {
        return Err(UploadRefusal::TooLarge { limit: MOST_BYTES }.into());
    }
    let (spec, name) = (profile.photo.spec.clone(), upload.file_name.clone());
    let judged = records.inner.files.work(move || pictures::photo(upload.used, &name, &spec)).await?;
    let judged = judged.map_err(Refusal::Photo)?;
    // The original is kept for the office alone. What is no picture that can be shown tells it nothing.
    let (original, original_format) = match domain::photo::recognise(&original) {
        Ok(format) => (original, format),
        Err(_) => (judged.bytes.clone(), judged.format),
    };
    let gate = records.inner.files.gate().await;
    let used_bytes = records.inner.files.keep(&gate, judged.bytes).await?;
    let original_bytes = records.inner.files.keep(&gate, original).await?;
    let pair = Pair {
        used: Picture { bytes: &used_bytes, format: judged.format, size: Some((judged.width, judged.height)) },
        original: Picture { bytes: &original_bytes, format: original_format, size: None },
        points: judged.points,
        file_name: upload.file_name.chars().take(NAME_MAX).collect(),
    };
    keep(records, account, id, pair).await
}

/// Takes over the newest photo of another application of this person that fits this plan.
pub async fn take_earlier_photo(records: &Records, account: AccountId, id: ApplicationId) -> Result<PhotoKept, Error> {
    let whole = load::own(records, account, id).await?;
    ensure_open(&whole)?;
    let (_, profile) = ground_of(records, whole.plan).await?;
    let found = earlier(records, account, id, &profile.photo.spec).await?.ok_or(Error::NotFound)?;
    let bytes = records.inner.files.read(&found.slot.sha256).await?;
    // Judged anew: another plan may ask for another background.
    let spec = profile.photo.spec.clone();
    let judged = records.inner.files.work(move || pictures::photo(bytes, "", &spec)).await?;
    let judged = judged.map_err(Refusal::Photo)?;
    let original =
        file::Entity::find_by_id(found.slot.original.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    let gate = records.inner.files.gate().await;
    let used_bytes = records.inner.files.keep(&gate, judged.bytes).await?;
    let original_bytes = records.inner.files.keep_again(&gate, &original.sha256, original.bytes).await?;
    let pair = Pair {
        used: Picture { bytes: &used_bytes, format: judged.format, size: Some((judged.width, judged.height)) },
        original: Picture { bytes: &original_bytes, format: format_of(&original.format), size: None },
        points: judged.points,
        file_name: crate::files::name_of(records, &original)?,
    };
    keep(records, account, id, pair).await
}

/// Removes the photo.
pub async fn remove_photo(records: &Records, account: AccountId, id: ApplicationId) -> Result<(), Error> {
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    ensure_open(&whole)?;
    if whole.photo.is_none() {
        return Ok(());
    }
    drop_old(&tx, id, now).await?;
    whole.row.photo = None;
    load::save(&tx, &mut whole.row).await?;
    history::append(
        &tx,
        now,
        &whole.row.id,
        &history::Actor::Applicant(account),
        What::FileRemoved,
        json!({ "kind": "photo" }),
    )
    .await?;
    live::append(&mut tx, now, outbox::of(&whole.row, "photo", Audience::Applicant)).await?;
    tx.commit().await
}

/// An earlier photo that can be taken over.
pub(crate) struct Earlier {
    pub id: FileId,
    slot: PhotoSlot,
}

/// The newest photo of another application of this person that fits these limits.
pub(crate) async fn earlier(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    spec: &PhotoSpec,
) -> Result<Option<Earlier>, Error> {
    let rows: Vec<PhotoRow> = sql::all(
        records.read(),
        "SELECT a.photo, f.format FROM application a
         JOIN file f ON f.application_id = a.id AND f.kind = 'photo' AND f.removed_at IS NULL
         WHERE a.account_id = $1 AND a.id <> $2 AND a.photo IS NOT NULL ORDER BY f.created_at DESC LIMIT 20",
        vec![account.to_string().into(), id.to_string().into()],
    )
    .await?;
    for row in rows {
        let slot: PhotoSlot =
            serde_json::from_str(&row.photo).map_err(|_| Error::bad_row("application", id, "photo"))?;
        let kept = &slot.kept;
        let weight_fits = spec.fewest_bytes().is_none_or(|least| kept.bytes >= least)
            && spec.most_bytes().is_none_or(|most| kept.bytes <= most);
        if weight_fits && spec.allows_size(kept.width, kept.height) && spec.formats.contains(&format_of(&row.format)) {
            return Ok(Some(Earlier { id: slot.kept.file, slot }));
        }
    }
    Ok(None)
}

#[derive(FromQueryResult)]
struct PhotoRow {
    photo: String,
    format: String,
}

/// Drafts are open; a returned application only where its photo was returned.
fn ensure_open(whole: &Whole) -> Result<(), Error> {
    match &whole.stage {
        Stage::Draft => Ok(()),
        Stage::Returned { remarks, .. } if remarks.iter().any(|remark| remark.on == Target::Photo) => Ok(()),
        _ => Err(UploadRefusal::NotOpen.into()),
    }
}

struct Picture<'a> {
    bytes: &'a KeptBytes,
    format: PhotoFormat,
    size: Option<(u32, u32)>,
}

struct Pair<'a> {
    used: Picture<'a>,
    original: Picture<'a>,
    points: Vec<String>,
    file_name: String,
}

async fn keep(records: &Records, account: AccountId, id: ApplicationId, pair: Pair<'_>) -> Result<PhotoKept, Error> {
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    ensure_open(&whole)?;
    drop_old(&tx, id, now).await?;
    let used = insert(records, &tx, id, "photo", &pair.used, &pair, now).await?;
    let original = insert(records, &tx, id, "photo_original", &pair.original, &pair, now).await?;
    let (width, height) = pair.used.size.unwrap_or_default();
    let kept = PhotoKept {
        file: used,
        width,
        height,
        bytes: u64::try_from(pair.used.bytes.bytes).unwrap_or(0),
        points: pair.points.clone(),
        at: now,
    };
    whole.row.photo =
        Some(load::text(&PhotoSlot { kept: kept.clone(), original, sha256: pair.used.bytes.sha256.clone() })?);
    whole.correct(Target::Photo)?;
    load::save(&tx, &mut whole.row).await?;
    let detail = json!({ "file": used, "width": width, "height": height, "bytes": kept.bytes });
    history::append(&tx, now, &whole.row.id, &history::Actor::Applicant(account), What::PhotoKept, detail).await?;
    live::append(&mut tx, now, outbox::of(&whole.row, "photo", Audience::Applicant)).await?;
    tx.commit().await?;
    Ok(kept)
}

async fn drop_old(tx: &Tx, id: ApplicationId, now: Timestamp) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "UPDATE file SET removed_at = $1 WHERE application_id = $2 AND kind IN ('photo','photo_original') AND removed_at IS NULL",
        vec![now.0.into(), id.to_string().into()],
    )
    .await?;
    Ok(())
}

async fn insert(
    records: &Records,
    tx: &Tx,
    application: ApplicationId,
    kind: &str,
    picture: &Picture<'_>,
    pair: &Pair<'_>,
    now: Timestamp,
) -> Result<FileId, Error> {
    let id = FileId(records.chance().id(now));
    let row = file::Model {
        id: id.to_string(),
        application_id: application.to_string(),
        kind: kind.to_owned(),
        requirement: String::new(),
        position: 0,
        name_sealed: records.inner.keys.seal(&place("file", "name", id), pair.file_name.as_bytes())?,
        format: picture.format.name().to_owned(),
        bytes: picture.bytes.bytes,
        pages: 1,
        width: picture.size.map(|(width, _)| i64::from(width)),
        height: picture.size.map(|(_, height)| i64::from(height)),
        points: load::text(&pair.points)?,
        sha256: picture.bytes.sha256.clone(),
        created_at: now.0,
        removed_at: None,
    };
    file::Entity::insert(row.into_active_model()).exec_without_returning(&tx.db).await?;
    Ok(id)
}

fn format_of(word: &str) -> PhotoFormat {
    match word {
        "png" => PhotoFormat::Png,
        "webp" => PhotoFormat::Webp,
        "gif" => PhotoFormat::Gif,
        _ => PhotoFormat::Jpeg,
    }
}
