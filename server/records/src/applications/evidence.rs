//! 佐证材料: several files per requirement, in the applicant's order, one PDF for the reviewer.

use super::draft::{file_kept, ground_of};
use super::load::{self, Whole};
use super::papers::{self, CheckedPaper, Sheet};
use crate::files::{self, row::NewFile};
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, entity::file, history, live, sql};
use domain::application::{Stage, Target};
use domain::ids::{AccountId, ApplicationId, FileId};
use domain::page::mine::What;
use domain::page::wizard::FileKept;
use domain::profile::{Profile, Requirement};
use domain::refusal::{Refusal, UploadRefusal};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::json;

/// A merged PDF weighs a little more than its parts: this much per part, in bytes.
const MERGING_COST: u64 = 4 * 1024;
/// All parts together may weigh so many times the merged PDF: pictures are made smaller when they are merged.
const PARTS_OVER_MERGED: u64 = 4;

/// Where a file moves among those of its requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// One place towards the first.
    Up,
    /// One place towards the last.
    Down,
}

/// Adds a file to a requirement, behind those that are there.
pub async fn add_file(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    requirement: &str,
    file_name: &str,
    bytes: Vec<u8>,
) -> Result<FileKept, Error> {
    let whole = load::own(records, account, id).await?;
    let (_, profile) = ground_of(records, whole.plan).await?;
    let rule = profile.requirement(requirement).ok_or(UploadRefusal::UnknownDocument)?;
    ensure_open(records, records.read(), &whole, &profile, requirement).await?;
    ensure_room(&whole, rule, bytes.len() as u64)?;
    let spec = rule.file.clone();
    let marks = files::scan(records, &bytes).await?;
    let checked = records.inner.files.work(move || papers::check(bytes, &spec)).await?;
    let checked = checked.map_err(Refusal::Paper)?;
    let checked = ensure_merges(records, &whole, rule, file_name, checked).await?;
    let gate = records.inner.files.gate().await;
    let kept = records.inner.files.keep(&gate, checked.bytes).await?;

    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    ensure_open(records, &tx.db, &whole, &profile, requirement).await?;
    ensure_room(&whole, rule, u64::try_from(kept.bytes).unwrap_or(0))?;
    let position =
        whole.files.iter().filter(|file| file.requirement == requirement).map(|file| file.position + 1).max();
    let row = NewFile {
        requirement,
        position: position.unwrap_or(0),
        name: file_name,
        pages: checked.pages,
        points: &marks,
        ..NewFile::of(&whole.row.id, "evidence", checked.format, &kept)
    }
    .row(records, FileId(records.chance().id(now)), now)?;
    file::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx.db).await?;
    touched(&mut tx, &mut whole, requirement, now).await?;
    let detail = json!({ "file": row.id, "requirement": requirement, "bytes": row.bytes, "sha256": row.sha256 });
    history::append(&tx, now, &whole.row.id, &history::Actor::Applicant(account), What::FileAdded, detail).await?;
    tx.commit().await?;
    file_kept(records, &row)
}

/// Takes a file away. Its bytes stay as long as a handed-in round names them.
pub async fn remove_file(records: &Records, account: AccountId, id: ApplicationId, which: FileId) -> Result<(), Error> {
    let whole = load::own(records, account, id).await?;
    let (_, profile) = ground_of(records, whole.plan).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    let row = the_file(&whole, which)?.clone();
    ensure_open(records, &tx.db, &whole, &profile, &row.requirement).await?;
    sql::run(&tx.db, "UPDATE file SET removed_at = $1 WHERE id = $2", vec![now.0.into(), row.id.clone().into()])
        .await?;
    touched(&mut tx, &mut whole, &row.requirement, now).await?;
    let detail = json!({ "file": row.id, "requirement": row.requirement });
    history::append(&tx, now, &whole.row.id, &history::Actor::Applicant(account), What::FileRemoved, detail).await?;
    tx.commit().await
}

/// Moves a file one place; at the end of the row it stays where it is.
pub async fn move_file(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    which: FileId,
    direction: Direction,
) -> Result<(), Error> {
    let whole = load::own(records, account, id).await?;
    let (_, profile) = ground_of(records, whole.plan).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    let requirement = the_file(&whole, which)?.requirement.clone();
    ensure_open(records, &tx.db, &whole, &profile, &requirement).await?;
    let mut order: Vec<String> =
        whole.files.iter().filter(|file| file.requirement == requirement).map(|file| file.id.clone()).collect();
    let from = order.iter().position(|file| *file == which.to_string()).ok_or(Error::NotFound)?;
    let to = match direction {
        Direction::Up => from.saturating_sub(1),
        Direction::Down => (from + 1).min(order.len() - 1),
    };
    if from == to {
        return Ok(());
    }
    order.swap(from, to);
    for (position, file) in order.into_iter().enumerate() {
        let position = i64::try_from(position).unwrap_or(0);
        sql::run(&tx.db, "UPDATE file SET position = $1 WHERE id = $2", vec![position.into(), file.into()]).await?;
    }
    touched(&mut tx, &mut whole, &requirement, now).await?;
    tx.commit().await
}

/// Saves that the evidence changed.
pub(super) async fn touched(tx: &mut Tx, whole: &mut Whole, requirement: &str, now: Timestamp) -> Result<(), Error> {
    whole.correct(Target::Document(requirement.to_owned()))?;
    load::save(tx, &mut whole.row).await?;
    live::append(tx, now, outbox::of(&whole.row, "files", Audience::Applicant)).await
}

/// A file of this application; somebody else's is not found.
pub(super) fn the_file(whole: &Whole, which: FileId) -> Result<&file::Model, Error> {
    let which = which.to_string();
    whole.files.iter().find(|file| file.id == which).ok_or(Error::NotFound)
}

/// Drafts are open; a returned application where this document was returned, or is only asked for now.
pub(super) async fn ensure_open<C: ConnectionTrait>(
    records: &Records,
    db: &C,
    whole: &Whole,
    profile: &Profile,
    requirement: &str,
) -> Result<(), Error> {
    match &whole.stage {
        Stage::Draft => Ok(()),
        Stage::Returned { remarks, .. } => {
            let target = Target::Document(requirement.to_owned());
            if remarks.iter().any(|remark| remark.on == target) {
                return Ok(());
            }
            let returned = super::freeze::answers_of_round(records, db, whole.id, whole.row.round).await?;
            let open = super::answers::open_targets(profile, remarks, &returned, &whole.answers);
            if open.contains(&target) { Ok(()) } else { Err(UploadRefusal::NotOpen.into()) }
        }
        _ => Err(UploadRefusal::NotOpen.into()),
    }
}

/// Whether one more file of this weight can be taken at all, by count and by weight.
fn ensure_room(whole: &Whole, rule: &Requirement, more: u64) -> Result<(), UploadRefusal> {
    let there: Vec<&file::Model> = whole.files.iter().filter(|file| file.requirement == rule.key).collect();
    if there.len() >= rule.max_files as usize {
        return Err(UploadRefusal::TooMany { limit: rule.max_files });
    }
    // A single file too heavy is a fault of the file, told by its own limits.
    if there.is_empty() {
        return Ok(());
    }
    let bytes = weight(&there) + more;
    if bytes >= rule.merged_bytes_less_than.saturating_mul(PARTS_OVER_MERGED) {
        return Err(UploadRefusal::MergedTooLarge { bytes, limit: rule.merged_bytes_less_than });
    }
    Ok(())
}

/// Whether the reviewer's PDF stays under its limit with one more file. Only where the parts are heavy is it tried out.
async fn ensure_merges(
    records: &Records,
    whole: &Whole,
    rule: &Requirement,
    title: &str,
    more: CheckedPaper,
) -> Result<CheckedPaper, Error> {
    let there: Vec<&file::Model> = whole.files.iter().filter(|file| file.requirement == rule.key).collect();
    let estimate = weight(&there) + more.bytes.len() as u64 + MERGING_COST * (there.len() as u64 + 1);
    if estimate < rule.merged_bytes_less_than {
        return Ok(more);
    }
    let mut sheets = Vec::with_capacity(there.len() + 1);
    for row in there {
        sheets.push(files::sheet(records, row).await?);
    }
    sheets.push(Sheet { format: more.format.to_owned(), bytes: more.bytes.clone(), title: title.to_owned() });
    let less_than = rule.merged_bytes_less_than;
    records.inner.files.work(move || papers::merge(&sheets, less_than)).await??;
    Ok(more)
}

fn weight(files: &[&file::Model]) -> u64 {
    files.iter().map(|file| u64::try_from(file.bytes).unwrap_or(0)).sum()
}
