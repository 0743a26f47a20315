//! Photos to people: by the number in the file's name, by a name that only one person has, or by hand.

use crate::entity::{roster_photo as photo, roster_row as row};
use crate::{Error, Tx, sql};
use domain::page::roster::Joining;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

/// Finds the person of one photo that belongs to nobody, and writes it down.
pub(super) async fn find(tx: &Tx, photo: &photo::Model) -> Result<(), Error> {
    let rows = |column: row::Column, value: &str| {
        row::Entity::find()
            .filter(row::Column::RosterId.eq(photo.roster_id.as_str()))
            .filter(column.eq(value))
            .order_by_asc(row::Column::RowNo)
    };
    let by_number = match photo.id_index.as_str() {
        "" => None,
        index => rows(row::Column::IdIndex, index).one(&tx.db).await?,
    };
    let found = match by_number {
        // A file that is named by the number alone contradicts nothing.
        Some(row) if photo.name_index.is_empty() || photo.name_index == row.name_index => Some((row, Joining::Number)),
        Some(row) => Some((row, Joining::OtherName)),
        None if photo.id_index.is_empty() && !photo.name_index.is_empty() => {
            let mut namesakes = rows(row::Column::NameIndex, &photo.name_index).all(&tx.db).await?;
            if namesakes.len() == 1 { namesakes.pop().map(|row| (row, Joining::Name)) } else { None }
        }
        None => None,
    };
    match found {
        Some((row, joining)) => take(tx, photo, row.row_no, joining).await,
        None => Ok(()),
    }
}

/// Gives a photo to a row. A faulty one that is there makes room; beside a good one it waits for somebody to look.
async fn take(tx: &Tx, photo: &photo::Model, row_no: i64, joining: Joining) -> Result<(), Error> {
    let mut joining = joining;
    if joining != Joining::OtherName {
        let others = photo::Entity::find()
            .filter(photo::Column::RosterId.eq(photo.roster_id.as_str()))
            .filter(photo::Column::RowNo.eq(row_no))
            .filter(photo::Column::Id.ne(photo.id.as_str()))
            .filter(photo::Column::Joined.is_in(["number", "name", "hand"]))
            .all(&tx.db)
            .await?;
        for other in others {
            if other.good == 0 && photo.good == 1 {
                photo::Entity::delete_by_id(other.id).exec(&tx.db).await?;
            } else {
                joining = Joining::Twice;
            }
        }
    }
    put(tx, &photo.id, Some(row_no), joining).await
}

/// Writes how a photo is joined.
pub(super) async fn put(tx: &Tx, photo: &str, row_no: Option<i64>, joining: Joining) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "UPDATE roster_photo SET row_no = $1, joined = $2 WHERE id = $3",
        vec![row_no.into(), joining.as_str().into(), photo.to_owned().into()],
    )
    .await?;
    Ok(())
}

/// After a row was mended: its photos look for their person again, and those that fit it now come.
pub(super) async fn row_again(tx: &Tx, row: &row::Model) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "UPDATE roster_photo SET row_no = NULL, joined = 'no' WHERE roster_id = $1 AND row_no = $2 AND joined <> 'hand'",
        vec![row.roster_id.clone().into(), row.row_no.into()],
    )
    .await?;
    let mut fits = Condition::any();
    if !row.id_index.is_empty() {
        fits = fits.add(photo::Column::IdIndex.eq(row.id_index.as_str()));
    }
    if !row.name_index.is_empty() {
        fits = fits.add(photo::Column::NameIndex.eq(row.name_index.as_str()));
    }
    if fits.is_empty() {
        return Ok(());
    }
    let photos = photo::Entity::find()
        .filter(photo::Column::RosterId.eq(row.roster_id.as_str()))
        .filter(photo::Column::Joined.eq("no"))
        .filter(fits)
        .order_by_asc(photo::Column::Id)
        .all(&tx.db)
        .await?;
    for photo in &photos {
        find(tx, photo).await?;
    }
    Ok(())
}

/// After the columns were changed: every photo that was not joined by hand looks again.
pub(super) async fn all_again(tx: &Tx, roster: &str) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "UPDATE roster_photo SET row_no = NULL, joined = 'no' WHERE roster_id = $1 AND joined <> 'hand'",
        vec![roster.to_owned().into()],
    )
    .await?;
    let photos = photo::Entity::find()
        .filter(photo::Column::RosterId.eq(roster))
        .filter(photo::Column::Joined.eq("no"))
        .order_by_asc(photo::Column::Id)
        .all(&tx.db)
        .await?;
    for photo in &photos {
        find(tx, photo).await?;
    }
    Ok(())
}
