//! Rows that are not imported: the foot of a sheet, somebody who stands there twice, somebody who does not come. They
//! stay where they are, count for nobody, and can be taken back.

use super::rows;
use super::{Opened, locked, matching};
use crate::entity::{roster_photo as photo, roster_row as row};
use crate::{Error, Records, Tx, sql};
use domain::account::StaffMember;
use domain::ids::RosterId;
use domain::page::roster::RowState;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

/// Leaves a row out of the import. Its photos look for their person again.
pub async fn leave_out(records: &Records, member: &StaffMember, id: RosterId, row_no: u32) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let tx = records.begin().await?;
    let roster = locked(&tx, &opened.row.id).await?;
    let left = sql::run(
        &tx.db,
        "UPDATE roster_row SET state = 'left_out', id_index = '', name_index = '', refusal = NULL
         WHERE roster_id = $1 AND row_no = $2 AND state IN ('ready','faulty','refused')",
        vec![roster.id.clone().into(), i64::from(row_no).into()],
    );
    if left.await?.rows_affected() == 0 {
        return Err(Error::ChangedMeanwhile);
    }
    free_photos(&tx, &roster.id, row_no).await?;
    rows::restand(&tx, &roster.id).await?;
    tx.commit().await
}

/// Takes a row back that was left out: it is tried again like the others.
pub async fn take_back(records: &Records, member: &StaffMember, id: RosterId, row_no: u32) -> Result<(), Error> {
    let mut opened = Opened::open(records, member, id).await?;
    let rules = opened.rules(records);
    let tx = records.begin().await?;
    let roster = locked(&tx, &opened.row.id).await?;
    opened.head = super::head_of(records, &roster)?;
    let kept = row::Entity::find_by_id((roster.id.clone(), i64::from(row_no))).one(&tx.db).await?;
    let kept = kept.filter(|row| row.state == RowState::LeftOut.as_str()).ok_or(Error::ChangedMeanwhile)?;
    let cells = rows::cells_of(records, &kept)?;
    sql::run(
        &tx.db,
        "UPDATE roster_row SET state = 'ready' WHERE roster_id = $1 AND row_no = $2 AND state = 'left_out'",
        vec![roster.id.clone().into(), kept.row_no.into()],
    )
    .await?;
    let new = rows::rewrite(records, &tx, &roster.id, row_no, &cells, &opened, &rules).await?;
    matching::row_again(&tx, &new).await?;
    rows::restand(&tx, &roster.id).await?;
    tx.commit().await
}

async fn free_photos(tx: &Tx, roster: &str, row_no: u32) -> Result<(), Error> {
    let photos = photo::Entity::find()
        .filter(photo::Column::RosterId.eq(roster))
        .filter(photo::Column::RowNo.eq(i64::from(row_no)))
        .order_by_asc(photo::Column::Id)
        .all(&tx.db)
        .await?;
    sql::run(
        &tx.db,
        "UPDATE roster_photo SET row_no = NULL, joined = 'no' WHERE roster_id = $1 AND row_no = $2",
        vec![roster.to_owned().into(), i64::from(row_no).into()],
    )
    .await?;
    for photo in &photos {
        matching::find(tx, photo).await?;
    }
    Ok(())
}
