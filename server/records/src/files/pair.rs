//! A photo as two kept files: the picture that is used, and the untouched original.

use crate::entity::file;
use crate::{Error, Records, Tx, keys::place, sql};
use domain::ids::{AccountId, ApplicationId, FileId};
use domain::photo::PhotoFormat;
use domain::time::Timestamp;
use sea_orm::{EntityTrait, IntoActiveModel};

/// Most characters of a file's name that are kept.
const NAME_MAX: usize = 200;

/// Whose photo it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Owner {
    Account(AccountId),
    Application(ApplicationId),
}

impl Owner {
    fn kinds(self) -> (&'static str, &'static str) {
        match self {
            Owner::Account(_) => ("master", "master_original"),
            Owner::Application(_) => ("photo", "photo_original"),
        }
    }

    fn columns(self) -> (Option<String>, Option<String>) {
        match self {
            Owner::Account(id) => (None, Some(id.to_string())),
            Owner::Application(id) => (Some(id.to_string()), None),
        }
    }
}

/// A picture whose bytes are kept.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub sha256: String,
    pub bytes: i64,
    pub format: PhotoFormat,
    /// Width and height, where the header tells.
    pub size: Option<(u32, u32)>,
}

/// The two pictures.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub used: Picture,
    pub original: Picture,
    pub points: Vec<String>,
    pub file_name: String,
}

/// Puts both under their owner, in the place of those before. Gives the ids: used, original.
pub(crate) async fn put(
    records: &Records,
    tx: &Tx,
    owner: Owner,
    pair: &Pair,
    now: Timestamp,
) -> Result<(FileId, FileId), Error> {
    remove(tx, owner, now).await?;
    let (used, original) = owner.kinds();
    let used = insert(records, tx, owner, used, &pair.used, pair, now).await?;
    Ok((used, insert(records, tx, owner, original, &pair.original, pair, now).await?))
}

/// Removes both.
pub(crate) async fn remove(tx: &Tx, owner: Owner, now: Timestamp) -> Result<(), Error> {
    let (used, original) = owner.kinds();
    let (column, id) = match owner {
        Owner::Account(id) => ("account_id", id.to_string()),
        Owner::Application(id) => ("application_id", id.to_string()),
    };
    let question =
        format!("UPDATE file SET removed_at = $1 WHERE {column} = $2 AND kind IN ($3, $4) AND removed_at IS NULL");
    sql::run(&tx.db, &question, vec![now.0.into(), id.into(), used.into(), original.into()]).await?;
    Ok(())
}

async fn insert(
    records: &Records,
    tx: &Tx,
    owner: Owner,
    kind: &str,
    picture: &Picture,
    pair: &Pair,
    now: Timestamp,
) -> Result<FileId, Error> {
    let id = FileId(records.chance().id(now));
    let (application_id, account_id) = owner.columns();
    let name: String = pair.file_name.chars().filter(|ch| !ch.is_control()).take(NAME_MAX).collect();
    let row = file::Model {
        id: id.to_string(),
        application_id,
        account_id,
        kind: kind.to_owned(),
        requirement: String::new(),
        position: 0,
        name_sealed: records.inner.keys.seal(&place("file", "name", id), name.as_bytes())?,
        format: picture.format.name().to_owned(),
        bytes: picture.bytes,
        pages: 1,
        width: picture.size.map(|(width, _)| i64::from(width)),
        height: picture.size.map(|(_, height)| i64::from(height)),
        points: serde_json::to_string(&pair.points).map_err(|why| Error::bad_row("file", id, why))?,
        sha256: picture.sha256.clone(),
        created_at: now.0,
        removed_at: None,
    };
    file::Entity::insert(row.into_active_model()).exec_without_returning(&tx.db).await?;
    Ok(id)
}
