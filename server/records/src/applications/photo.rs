//! 证件照: what the applicant chose is checked again, cleaned where needed, and kept beside its original. What a
//! candidate has uploaded once is taken over into the next application, rendered for its plan.

use super::draft::ground_of;
use super::load::{self, PhotoSlot, Whole};
use super::pictures::{self, JudgedPhoto};
use crate::accounts::photo as master;
use crate::files::pair::{self, Owner, Pair, Picture};
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, entity::file, files, history, live, sql};
use domain::application::{Stage, Target};
use domain::ids::{AccountId, ApplicationId, FileId};
use domain::page::mine::What;
use domain::page::wizard::PhotoKept;
use domain::photo::{PhotoFault, PhotoFormat, PhotoSpec, Verdict};
use domain::refusal::{Refusal, UploadRefusal};
use domain::time::Timestamp;
use serde_json::json;

/// Heaviest picture that is taken at all: what a phone's camera makes, with room to spare.
pub(crate) const MOST_BYTES: u64 = 25 * 1024 * 1024;
/// Kept photos that are tried for a plan, the best first.
const MOST_SOURCES: usize = 5;

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

/// Keeps a photo that meets the plan's limits; the one before it is replaced. The first one becomes the photo that the
/// candidate keeps for all applications.
pub async fn keep_photo(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    upload: PhotoUpload,
) -> Result<PhotoKept, Error> {
    let whole = load::own(records, account, id).await?;
    ensure_open(&whole)?;
    let (_, profile) = ground_of(records, whole.plan).await?;
    let spec = profile.photo.spec.clone();
    let as_chosen = upload.original.is_empty();
    let pair = judged(records, upload, move |bytes, name| {
        if as_chosen { judge_as_chosen(bytes, name, &spec) } else { pictures::photo(bytes, name, &spec) }
    })
    .await?;
    keep(records, account, id, pair, None).await
}

/// Judges a picture that no page has prepared: a phone without script sends what its camera made. What is only too
/// much (weight, pixels, another format) is made smaller here, as the page would have done; what shows is a person's
/// to frame. Nobody's photo has one exact size by itself: that is made here, too.
pub(crate) fn judge_as_chosen(bytes: Vec<u8>, name: &str, spec: &PhotoSpec) -> Result<JudgedPhoto, Vec<PhotoFault>> {
    let chosen = bytes.clone();
    let refused = match pictures::photo(bytes, name, spec) {
        Err(refused) => refused,
        kept => return kept,
    };
    if spec.exact.is_none() && !refused.iter().all(is_too_much) {
        return Err(refused);
    }
    pictures::render(chosen, spec).map_err(|_| refused)
}

/// Whether a fault goes away by making less of the picture: where its proportions are allowed, no more than a margin
/// is cut.
fn is_too_much(fault: &PhotoFault) -> bool {
    match fault {
        PhotoFault::BytesMax { .. } | PhotoFault::WidthMax { .. } | PhotoFault::HeightMax { .. } => true,
        PhotoFault::Format { measured, .. } => *measured != PhotoFormat::Gif,
        _ => false,
    }
}

/// Looks at an upload, then keeps its bytes: a gate holds the sweeper out until the rows are written.
pub(crate) async fn judged(
    records: &Records,
    upload: PhotoUpload,
    judge: impl FnOnce(Vec<u8>, &str) -> Result<JudgedPhoto, Vec<PhotoFault>> + Send + 'static,
) -> Result<(Pair, files::store::Gate), Error> {
    let original = if upload.original.is_empty() { upload.used.clone() } else { upload.original };
    if upload.used.len().max(original.len()) as u64 > MOST_BYTES {
        return Err(UploadRefusal::TooLarge { limit: MOST_BYTES }.into());
    }
    let mut marks = files::scan(records, &upload.used).await?;
    if original != upload.used {
        marks.extend(files::scan(records, &original).await?);
    }
    let name = upload.file_name.clone();
    let used = records.inner.files.work(move || judge(upload.used, &name)).await?.map_err(Refusal::Photo)?;
    // The original is kept for the office alone. What is no picture that can be shown tells it nothing.
    let facts = domain::photo::inspect(&original, None, &PhotoSpec::default()).facts;
    let (original, format, size) = match facts {
        Some(facts) => (original, facts.format, (facts.width, facts.height)),
        None => (used.bytes.clone(), used.format, (used.width, used.height)),
    };
    let mut points = used.points;
    points.extend(marks);
    points.dedup();
    let gate = records.inner.files.gate().await;
    let used_bytes = records.inner.files.keep(&gate, used.bytes).await?;
    let original = records.inner.files.keep(&gate, original).await?;
    let pair = Pair {
        used: Picture {
            sha256: used_bytes.sha256,
            bytes: used_bytes.bytes,
            format: used.format,
            size: Some((used.width, used.height)),
        },
        original: Picture { sha256: original.sha256, bytes: original.bytes, format, size: Some(size) },
        points,
        file_name: upload.file_name,
    };
    Ok((pair, gate))
}

/// 沿用上次的照片: renders the photo that the candidate keeps, or else the newest one of an earlier application, for
/// the plan of this application. The original comes along untouched.
pub async fn take_over(records: &Records, account: AccountId, id: ApplicationId) -> Result<PhotoKept, Error> {
    let whole = load::own(records, account, id).await?;
    ensure_open(&whole)?;
    let (_, profile) = ground_of(records, whole.plan).await?;
    let sources = sources(records, account, id).await?;
    let mut refused = None;
    for source in sources {
        match rendered(records, &source, &profile.photo.spec).await? {
            Ok(used) => return take(records, account, id, &source, used).await,
            Err(faults) => refused = refused.or(Some(faults)),
        }
    }
    Err(refused.map_or(Error::NotFound, |faults| Refusal::Photo(faults).into()))
}

/// A new draft gets the photo that its candidate keeps, if that passes here with nothing left to look at. Whatever
/// stands in the way leaves the draft without one: the photo step asks for it.
pub(super) async fn attach_master(records: &Records, account: AccountId, id: ApplicationId) {
    match try_to_attach(records, account, id).await {
        Ok(()) | Err(Error::Refused(_) | Error::NotFound) => {}
        Err(why) => tracing::warn!("A kept photo was not taken over: {why}"),
    }
}

async fn try_to_attach(records: &Records, account: AccountId, id: ApplicationId) -> Result<(), Error> {
    let Some(kept) = master::row(records.read(), account).await? else { return Ok(()) };
    let whole = load::own(records, account, id).await?;
    let (_, profile) = ground_of(records, whole.plan).await?;
    if !profile.wizard.contains(&domain::profile::Step::Photo) || whole.photo.is_some() {
        return Ok(());
    }
    let source = Source {
        used: files::row(records, &kept.used_file).await?,
        original: files::row(records, &kept.original_file).await?,
    };
    match rendered(records, &source, &profile.photo.spec).await? {
        Ok(used) if used.verdict == Verdict::Pass => take(records, account, id, &source, used).await.map(|_| ()),
        _ => Ok(()),
    }
}

/// The picture that could be taken over here, judged by its size alone.
pub(super) async fn offered(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    spec: &PhotoSpec,
) -> Result<Option<FileId>, Error> {
    let side = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok()).unwrap_or(0);
    let fits = |row: &file::Model| domain::photo::fit(side(row.width), side(row.height), spec).is_some();
    let sources = sources(records, account, id).await?;
    let found = sources.iter().find(|source| fits(&source.used) || fits(&source.original));
    found.map(|source| source.used.id.parse().map_err(|_| Error::bad_row("file", &source.used.id, "id"))).transpose()
}

/// A kept photo that another one can be made of.
struct Source {
    used: file::Model,
    original: file::Model,
}

/// Kept photos of this person, the best first: the candidate's own, then those of other applications, newest first.
async fn sources(records: &Records, account: AccountId, id: ApplicationId) -> Result<Vec<Source>, Error> {
    let rows: Vec<file::Model> = sql::all(
        records.read(),
        "SELECT f.* FROM file f LEFT JOIN application a ON a.id = f.application_id
         WHERE f.removed_at IS NULL AND f.kind IN ('master','master_original','photo','photo_original')
           AND (f.account_id = $1 OR (a.account_id = $2 AND a.id <> $3))
         ORDER BY CASE WHEN f.account_id IS NULL THEN 1 ELSE 0 END, f.created_at DESC, f.id DESC LIMIT 40",
        vec![account.to_string().into(), account.to_string().into(), id.to_string().into()],
    )
    .await?;
    let mut sources: Vec<Source> = Vec::new();
    for used in rows.iter().filter(|row| !row.kind.ends_with("_original")) {
        let original = rows.iter().find(|row| {
            row.kind.ends_with("_original")
                && (&row.application_id, &row.account_id) == (&used.application_id, &used.account_id)
        });
        if let Some(original) = original {
            sources.push(Source { used: used.clone(), original: original.clone() });
        }
    }
    sources.truncate(MOST_SOURCES);
    Ok(sources)
}

/// The rendition for these limits: of the picture that was used, framed by a person, or where that is too small, of
/// the original.
async fn rendered(
    records: &Records,
    source: &Source,
    spec: &PhotoSpec,
) -> Result<Result<JudgedPhoto, Vec<PhotoFault>>, Error> {
    let mut refused = Vec::new();
    for row in [&source.used, &source.original] {
        let (bytes, spec) = (records.inner.files.read(&row.sha256).await?, spec.clone());
        match records.inner.files.work(move || pictures::render(bytes, &spec)).await? {
            Ok(judged) => return Ok(Ok(judged)),
            Err(faults) if refused.is_empty() => refused = faults,
            Err(_) => {}
        }
    }
    Ok(Err(refused))
}

async fn take(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    source: &Source,
    used: JudgedPhoto,
) -> Result<PhotoKept, Error> {
    let gate = records.inner.files.gate().await;
    let bytes = records.inner.files.keep(&gate, used.bytes).await?;
    let row = &source.original;
    let original = records.inner.files.keep_again(&gate, &row.sha256, row.bytes).await?;
    let side = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok());
    let pair = Pair {
        used: Picture {
            sha256: bytes.sha256,
            bytes: bytes.bytes,
            format: used.format,
            size: Some((used.width, used.height)),
        },
        original: Picture {
            sha256: original.sha256,
            bytes: original.bytes,
            format: format_of(&row.format),
            size: side(row.width).zip(side(row.height)),
        },
        points: used.points,
        file_name: files::name_of(records, row)?,
    };
    keep(records, account, id, (pair, gate), Some(Timestamp(source.used.created_at))).await
}

/// Takes the photo and its original away; what a handed-in round names stays.
pub async fn remove_photo(records: &Records, account: AccountId, id: ApplicationId) -> Result<(), Error> {
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    ensure_open(&whole)?;
    if whole.photo.is_none() {
        return Ok(());
    }
    pair::remove(&tx, Owner::Application(id), now).await?;
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

/// Drafts are open; a returned application only where its photo was returned.
fn ensure_open(whole: &Whole) -> Result<(), Error> {
    match &whole.stage {
        Stage::Draft => Ok(()),
        Stage::Returned { remarks, .. } if remarks.iter().any(|remark| remark.on == Target::Photo) => Ok(()),
        _ => Err(UploadRefusal::NotOpen.into()),
    }
}

async fn keep(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    (pair, gate): (Pair, files::store::Gate),
    taken_over: Option<Timestamp>,
) -> Result<PhotoKept, Error> {
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    ensure_open(&whole)?;
    let kept = put(records, &tx, &mut whole, &pair, now, taken_over).await?;
    let detail = json!({
        "file": kept.file, "width": kept.width, "height": kept.height, "bytes": kept.bytes,
        "taken_over": taken_over.is_some(),
    });
    history::append(&tx, now, &whole.row.id, &history::Actor::Applicant(account), What::PhotoKept, detail).await?;
    live::append(&mut tx, now, outbox::of(&whole.row, "photo", Audience::Applicant)).await?;
    tx.commit().await?;
    drop(gate);
    Ok(kept)
}

/// Puts a photo whose bytes are kept into an application, and saves its row.
pub(crate) async fn put(
    records: &Records,
    tx: &Tx,
    whole: &mut Whole,
    pair: &Pair,
    now: Timestamp,
    taken_over: Option<Timestamp>,
) -> Result<PhotoKept, Error> {
    let (account, id) = (whole.account, whole.id);
    let (used, original) = pair::put(records, tx, Owner::Application(id), pair, now).await?;
    if taken_over.is_none() {
        master::begin_with(records, tx, account, id, pair, now).await?;
    }
    let (width, height) = pair.used.size.unwrap_or_default();
    let kept = PhotoKept {
        file: used,
        width,
        height,
        bytes: u64::try_from(pair.used.bytes).unwrap_or(0),
        points: pair.points.clone(),
        at: now,
        taken_over,
    };
    whole.row.photo = Some(load::text(&PhotoSlot { kept: kept.clone(), original, sha256: pair.used.sha256.clone() })?);
    whole.correct(Target::Photo)?;
    load::save(tx, &mut whole.row).await?;
    Ok(kept)
}

pub(crate) fn format_of(word: &str) -> PhotoFormat {
    match word {
        "png" => PhotoFormat::Png,
        "webp" => PhotoFormat::Webp,
        "gif" => PhotoFormat::Gif,
        _ => PhotoFormat::Jpeg,
    }
}
