//! The sheets of an uploaded file, kept as they were read until the import begins: whoever sees that the headings stand
//! elsewhere says so, and uploads nothing again.

use super::keeping::is_blank;
use super::{Opened, Top, rows};
use crate::entity::roster_sheet;
use crate::keys::place as seal_place;
use crate::{Error, Records, Tx, sql};
use domain::page::roster::SheetTop;
use domain::roster::{Cell, Layout, Rules, Sheet};
use sea_orm::{EntityTrait, IntoActiveModel, Value};

/// Rows of the top that are shown.
const SHOWN_ROWS: usize = 12;
/// Cells of a row that are shown.
const SHOWN_CELLS: usize = 20;
/// Characters of a cell that are shown.
const SHOWN_CHARS: usize = 24;
/// Most characters of a sheet's name.
const NAME_MAX: usize = 40;

impl Top {
    /// The top of a file whose sheet `place` is read.
    pub(super) fn of(sheets: &[Sheet], place: usize, guessed: bool) -> Top {
        let names = sheets.iter().map(|sheet| {
            let name = sheet.name.chars().filter(|ch| !ch.is_control()).take(NAME_MAX).collect();
            (name, u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX))
        });
        let rows = sheets.get(place).map(first_rows).unwrap_or_default();
        Top { sheets: names.collect(), sheet: u32::try_from(place).unwrap_or(u32::MAX), rows, guessed }
    }

    /// Another sheet of the same file is read, as a person said.
    pub(super) fn turn_to(&mut self, sheet: &Sheet, place: u32) {
        (self.rows, self.sheet, self.guessed) = (first_rows(sheet), place, false);
    }

    pub(super) fn shown(&self, open: bool) -> SheetTop {
        SheetTop { sheets: self.sheets.clone(), sheet: self.sheet, rows: self.rows.clone(), open }
    }
}

fn first_rows(sheet: &Sheet) -> Vec<(u32, Vec<String>)> {
    let short = |cell: &Cell| -> String {
        let text = cell.shown();
        match text.char_indices().nth(SHOWN_CHARS) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    };
    let rows = sheet.rows.iter().take(SHOWN_ROWS);
    rows.map(|(number, cells)| (*number, cells.iter().take(SHOWN_CELLS).map(short).collect())).collect()
}

/// The people of a sheet: what stands below its headings.
pub(super) fn below<'a>(sheet: &'a Sheet, layout: &Layout) -> impl Iterator<Item = &'a (u32, Vec<Cell>)> {
    let begins = layout.begins_at();
    sheet.rows.iter().filter(move |(number, cells)| *number >= begins && !is_blank(cells))
}

/// Keeps all sheets of a file.
pub(super) async fn keep(records: &Records, tx: &Tx, roster: &str, sheets: &[Sheet]) -> Result<(), Error> {
    for (place, sheet) in sheets.iter().enumerate() {
        let position = i64::try_from(place).unwrap_or(i64::MAX);
        let plain = serde_json::to_vec(sheet).map_err(|why| Error::bad_row("roster_sheet", roster, why))?;
        let row = roster_sheet::Model {
            roster_id: roster.to_owned(),
            position,
            body_sealed: records.inner.keys.seal(&place_of(roster, position), &plain)?,
        };
        roster_sheet::Entity::insert(row.into_active_model()).exec_without_returning(&tx.db).await?;
    }
    Ok(())
}

/// A sheet of a roster; none once the import has begun, or where the file has no such sheet.
pub(super) async fn open(records: &Records, tx: &Tx, roster: &str, place: u32) -> Result<Option<Sheet>, Error> {
    let key = (roster.to_owned(), i64::from(place));
    let Some(row) = roster_sheet::Entity::find_by_id(key).one(&tx.db).await? else { return Ok(None) };
    let plain = records.inner.keys.open(&place_of(roster, row.position), &row.body_sealed)?;
    serde_json::from_slice(&plain).map(Some).map_err(|why| Error::bad_row("roster_sheet", roster, why))
}

/// Whether a roster can still be read otherwise.
pub(super) async fn is_open(records: &Records, roster: &str) -> Result<bool, Error> {
    let count = "SELECT COUNT(*) FROM roster_sheet WHERE roster_id = $1";
    Ok(sql::number(records.read(), count, vec![roster.to_owned().into()]).await? > Some(0))
}

/// Nobody needs the file as it was, once people are imported from it.
pub(super) async fn forget(tx: &Tx, roster: &str) -> Result<(), Error> {
    sql::run(&tx.db, "DELETE FROM roster_sheet WHERE roster_id = $1", vec![roster.to_owned().into()]).await?;
    Ok(())
}

/// Rows of the sheet as it is read now. Of the same sheet, rows that are there keep what was mended in them.
pub(super) async fn replace(
    records: &Records,
    tx: &Tx,
    opened: &Opened,
    sheet: &Sheet,
    same: bool,
    rules: &Rules,
) -> Result<(), Error> {
    let (roster, layout) = (opened.row.id.as_str(), &opened.head.layout);
    let from = if same { i64::from(layout.begins_at()) } else { i64::MAX };
    let gone = |text: &'static str| sql::run(&tx.db, text, vec![Value::from(roster.to_owned()), from.into()]);
    gone("UPDATE roster_photo SET row_no = NULL, joined = 'no' WHERE roster_id = $1 AND row_no < $2").await?;
    gone("DELETE FROM roster_row WHERE roster_id = $1 AND row_no < $2").await?;
    if !same {
        sql::run(&tx.db, "DELETE FROM roster_mend WHERE roster_id = $1", vec![roster.to_owned().into()]).await?;
    }
    // Rows are kept from some row on to the last: what stands above it is new.
    let first = "SELECT row_no FROM roster_row WHERE roster_id = $1 ORDER BY row_no LIMIT 1";
    let first = sql::number(&tx.db, first, vec![roster.to_owned().into()]).await?.unwrap_or(i64::MAX);
    let whole = sheet.spread(layout);
    let new = below(&whole, layout).filter(|(number, _)| i64::from(*number) < first);
    rows::insert(records, tx, roster, new, layout, rules).await?;
    Ok(())
}

fn place_of(roster: &str, position: i64) -> String {
    seal_place("roster_sheet", "body", format!("{roster}/{position}"))
}
