//! Rows of a roster: sealed, judged, and how they stand beside the other rows and the photos.

use super::Opened;
use crate::accounts::opening::document_index;
use crate::entity::roster_row as row;
use crate::keys::place;
use crate::{Error, Records, Tx, sql};
use domain::contact::PersonName;
use domain::id_document::{IdKind, IdNumber};
use domain::page::roster::RowState;
use domain::roster::judge::{self, Judged};
use domain::roster::{Cell, Layout, Rules};
use sea_orm::{EntityTrait, IntoActiveModel};

/// Rows that are read or written at once.
pub(super) const AT_ONCE: u64 = 200;

/// A row with what it says.
pub(super) struct Read {
    pub row: row::Model,
    pub judged: Judged,
}

pub(super) fn read(records: &Records, row: row::Model, layout: &Layout, rules: &Rules) -> Result<Read, Error> {
    let cells = cells_of(records, &row)?;
    let number = u32::try_from(row.row_no).map_err(|_| Error::bad_row("roster_row", row.row_no, "number"))?;
    Ok(Read { judged: judge::row(number, &cells, layout, rules), row })
}

pub(super) fn cells_of(records: &Records, row: &row::Model) -> Result<Vec<Cell>, Error> {
    let plain = records.inner.keys.open(&place_of(&row.roster_id, row.row_no), &row.cells_sealed)?;
    serde_json::from_slice(&plain).map_err(|why| Error::bad_row("roster_row", &row.roster_id, why))
}

fn place_of(roster: &str, number: i64) -> String {
    place("roster_row", "cells", format!("{roster}/{number}"))
}

/// A row to be kept, judged by itself.
pub(super) fn fresh(
    records: &Records,
    roster: &str,
    number: u32,
    cells: &[Cell],
    layout: &Layout,
    rules: &Rules,
) -> Result<row::Model, Error> {
    let judged = judge::row(number, cells, layout, rules);
    let (id_index, name_index) = indexes(records, &judged);
    let plain = serde_json::to_vec(cells).map_err(|why| Error::bad_row("roster_row", roster, why))?;
    Ok(row::Model {
        roster_id: roster.to_owned(),
        row_no: i64::from(number),
        cells_sealed: records.inner.keys.seal(&place_of(roster, i64::from(number)), &plain)?,
        id_index,
        name_index,
        state: RowState::Ready.as_str().to_owned(),
        faults: many(judged.faults.len()),
        mends: many(domain::roster::mends(cells, layout, &judged, rules).len()),
        photo_later: 0,
        refusal: None,
        application_id: None,
        opened_account: 0,
    })
}

/// Writes a row that was mended, or judged by other columns.
pub(super) async fn rewrite(
    records: &Records,
    tx: &Tx,
    roster: &str,
    number: u32,
    cells: &[Cell],
    opened: &Opened,
    rules: &Rules,
) -> Result<row::Model, Error> {
    let new = fresh(records, roster, number, cells, &opened.head.layout, rules)?;
    sql::run(
        &tx.db,
        "UPDATE roster_row SET cells_sealed = $1, id_index = $2, name_index = $3, faults = $4, mends = $5, state = 'ready',
           refusal = NULL WHERE roster_id = $6 AND row_no = $7 AND state IN ('ready','faulty','refused')",
        vec![
            new.cells_sealed.clone().into(),
            new.id_index.clone().into(),
            new.name_index.clone().into(),
            new.faults.into(),
            new.mends.into(),
            roster.to_owned().into(),
            new.row_no.into(),
        ],
    )
    .await?;
    Ok(new)
}

fn many(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Keeps rows of a sheet, a few hundred at once. Gives how many people they are: the foot of a sheet is nobody, and left
/// out.
pub(super) async fn insert<'a>(
    records: &Records,
    tx: &Tx,
    roster: &str,
    sheet: impl Iterator<Item = &'a (u32, Vec<Cell>)>,
    layout: &Layout,
    rules: &Rules,
) -> Result<usize, Error> {
    let mut some = Vec::new();
    let mut count = 0;
    for (number, cells) in sheet {
        let mut new = fresh(records, roster, *number, cells, layout, rules)?;
        if domain::roster::is_footing(cells, layout) {
            new.state = RowState::LeftOut.as_str().to_owned();
            (new.id_index, new.name_index) = (String::new(), String::new());
        } else {
            count += 1;
        }
        some.push(new.into_active_model());
        if some.len() as u64 == AT_ONCE {
            row::Entity::insert_many(std::mem::take(&mut some)).exec_without_returning(&tx.db).await?;
        }
    }
    if !some.is_empty() {
        row::Entity::insert_many(some).exec_without_returning(&tx.db).await?;
    }
    Ok(count)
}

/// What a person is found by: the number, and the name.
pub(super) fn indexes(records: &Records, judged: &Judged) -> (String, String) {
    let person = &judged.person;
    let number = IdKind::from_code(&person.id_kind).and_then(|kind| IdNumber::restore(kind, &person.id_no).ok());
    let text = number.as_ref().map_or(person.id_no.as_str(), IdNumber::as_str);
    let id_index = if text.is_empty() { String::new() } else { document_index(&records.inner.keys, text) };
    (id_index, name_index(records, &person.name))
}

/// The blind index of a name, once typing habits are gone; empty for none.
pub(super) fn name_index(records: &Records, name: &str) -> String {
    let name = PersonName::parse(name).map_or_else(|_| name.trim().to_owned(), PersonName::into_string);
    if name.is_empty() { String::new() } else { records.inner.keys.index("roster.name", &name) }
}

/// Brings every open row to where it stands: by its own faults, by an earlier row of the same person, by its photo. A
/// row that the import refused stays refused until it is mended.
pub(super) async fn restand(tx: &Tx, roster: &str) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "UPDATE roster_row SET state = CASE
           WHEN faults > 0 THEN 'faulty'
           WHEN id_index <> '' AND EXISTS (SELECT 1 FROM roster_row e
             WHERE e.roster_id = roster_row.roster_id AND e.id_index = roster_row.id_index AND e.row_no < roster_row.row_no) THEN 'faulty'
           WHEN photo_later = 0 AND (SELECT r.photos_wanted FROM roster r WHERE r.id = roster_row.roster_id) = 1
             AND NOT EXISTS (SELECT 1 FROM roster_photo p WHERE p.roster_id = roster_row.roster_id AND p.row_no = roster_row.row_no
               AND p.good = 1 AND p.joined IN ('number','name','hand')) THEN 'faulty'
           ELSE 'ready' END
         WHERE roster_id = $1 AND state IN ('ready','faulty')",
        vec![roster.to_owned().into()],
    )
    .await?;
    Ok(())
}

/// The first row of the same person, where this is a later one.
pub(super) async fn twin<C: sea_orm::ConnectionTrait>(db: &C, row: &row::Model) -> Result<Option<u32>, Error> {
    if row.id_index.is_empty() {
        return Ok(None);
    }
    let first = sql::number(
        db,
        "SELECT row_no FROM roster_row WHERE roster_id = $1 AND id_index = $2 AND row_no < $3 ORDER BY row_no LIMIT 1",
        vec![row.roster_id.clone().into(), row.id_index.clone().into(), row.row_no.into()],
    )
    .await?;
    Ok(first.and_then(|first| u32::try_from(first).ok()))
}
