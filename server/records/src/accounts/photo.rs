//! One photo per person, for all applications: a rendition of it goes into each.

use crate::applications::PhotoUpload;
use crate::applications::pictures;
use crate::entity::account_photo;
use crate::files::pair::{self, Owner, Pair};
use crate::{Error, Records, Tx};
use domain::ids::{AccountId, ApplicationId, FileId};
use domain::page::wizard::MasterPhoto;
use domain::photo::{PhotoFormat, PhotoSpec, Ratio};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

/// What a kept photo must be: large enough for the smallest photo of any procedure (90 by 120), rendered no larger
/// than any of them asks for. Backgrounds differ, so each plan judges that itself.
fn limits() -> PhotoSpec {
    PhotoSpec {
        formats: vec![PhotoFormat::Jpeg, PhotoFormat::Png],
        width_more_than: Some(89),
        height_more_than: Some(119),
        max_width: Some(1800),
        max_height: Some(2400),
        ratio_min: Some(Ratio(500)),
        ratio_max: Some(Ratio(1000)),
        max_bytes: Some(8 * 1024 * 1024),
        ..PhotoSpec::default()
    }
}

/// Keeps a photo for all applications; the one before it is replaced. Running applications keep theirs.
pub async fn keep(records: &Records, account: AccountId, upload: PhotoUpload) -> Result<MasterPhoto, Error> {
    let judge = |bytes, _: &str| pictures::render(bytes, &limits());
    let (pair, gate) = crate::applications::judged_upload(records, upload, judge).await?;
    let tx = records.begin().await?;
    let now = records.now();
    let row = put(records, &tx, account, None, &pair, now).await?;
    tx.commit().await?;
    drop(gate);
    shown(&row)
}

/// The kept photo.
pub async fn get(records: &Records, account: AccountId) -> Result<Option<MasterPhoto>, Error> {
    row(records.read(), account).await?.as_ref().map(shown).transpose()
}

/// Forgets the kept photo. Applications keep theirs.
pub async fn remove(records: &Records, account: AccountId) -> Result<(), Error> {
    let tx = records.begin().await?;
    account_photo::Entity::delete_by_id(account.to_string()).exec(&tx.db).await?;
    pair::remove(&tx, Owner::Account(account), records.now()).await?;
    tx.commit().await
}

/// The first photo uploaded to an application is kept for all; so is a better one uploaded to the same application,
/// because a returned photo must not come back with the next.
pub(crate) async fn begin_with(
    records: &Records,
    tx: &Tx,
    account: AccountId,
    application: ApplicationId,
    pair: &Pair,
    now: Timestamp,
) -> Result<(), Error> {
    let known = row(&tx.db, account).await?;
    if known.is_none_or(|row| row.from_application == Some(application.to_string())) {
        put(records, tx, account, Some(application), pair, now).await?;
    }
    Ok(())
}

pub(crate) async fn row(db: &impl ConnectionTrait, account: AccountId) -> Result<Option<account_photo::Model>, Error> {
    Ok(account_photo::Entity::find_by_id(account.to_string()).one(db).await?)
}

async fn put(
    records: &Records,
    tx: &Tx,
    account: AccountId,
    from: Option<ApplicationId>,
    pair: &Pair,
    now: Timestamp,
) -> Result<account_photo::Model, Error> {
    account_photo::Entity::delete_by_id(account.to_string()).exec(&tx.db).await?;
    let (used, original) = pair::put(records, tx, Owner::Account(account), pair, now).await?;
    let (width, height) = pair.used.size.unwrap_or_default();
    let row = account_photo::Model {
        account_id: account.to_string(),
        original_file: original.to_string(),
        used_file: used.to_string(),
        width: width.into(),
        height: height.into(),
        bytes: pair.used.bytes,
        format: pair.used.format.name().to_owned(),
        points: serde_json::to_string(&pair.points).map_err(|why| Error::bad_row("account_photo", account, why))?,
        sha256: pair.used.sha256.clone(),
        from_application: from.map(|id| id.to_string()),
        at: now.0,
    };
    account_photo::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx.db).await?;
    Ok(row)
}

fn shown(row: &account_photo::Model) -> Result<MasterPhoto, Error> {
    let bad = |why: &str| Error::bad_row("account_photo", &row.account_id, why);
    let file: FileId = row.used_file.parse().map_err(|_| bad("file"))?;
    Ok(MasterPhoto {
        file,
        width: u32::try_from(row.width).map_err(|_| bad("width"))?,
        height: u32::try_from(row.height).map_err(|_| bad("height"))?,
        bytes: u64::try_from(row.bytes).map_err(|_| bad("bytes"))?,
        points: serde_json::from_str(&row.points).map_err(|_| bad("points"))?,
        at: Timestamp(row.at),
    })
}
