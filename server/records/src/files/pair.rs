//! A photo as two kept files: the picture that is used, and the untouched original.

use super::row::NewFile;
use crate::entity::file;
use crate::{Error, Records, Tx, sql};
use domain::ids::{AccountId, ApplicationId, FileId};
use domain::photo::PhotoFormat;
use domain::time::Timestamp;
use sea_orm::{EntityTrait, IntoActiveModel};

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
    kind: &'static str,
    picture: &Picture,
    pair: &Pair,
    now: Timestamp,
) -> Result<FileId, Error> {
    let id = FileId(records.chance().id(now));
    let (application, account) = owner.columns();
    let row = NewFile {
        application,
        account,
        kind,
        requirement: "",
        position: 0,
        name: &pair.file_name,
        format: picture.format.name(),
        sha256: &picture.sha256,
        bytes: picture.bytes,
        pages: 1,
        size: picture.size,
        points: &pair.points,
    }
    .row(records, id, now)?;
    file::Entity::insert(row.into_active_model()).exec_without_returning(&tx.db).await?;
    Ok(id)
}
