//! xlsx and xls by calamine. Cells are taken one by one, so that a lonely cell far away costs nothing.

use super::{CELL_MAX, COLUMNS_MAX, ROWS_MAX, SheetRefusal};
use calamine::{Data, DataRef, DataType, Dimensions, Reader, Xls, Xlsx, open_workbook_from_rs};
use domain::roster::{Cell, Merged, Sheet};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// Most bytes that all parts of a workbook may unpack to.
const UNPACKED_MAX: u64 = 400 * 1024 * 1024;
/// Most parts of a workbook.
const PARTS_MAX: usize = 2_000;
/// Most sheets that are looked at.
const SHEETS_MAX: usize = 20;
/// Most bytes of text in all cells: a text that stands in the file once can be pointed at from a million cells.
const TEXT_MAX: usize = 64 * 1024 * 1024;

/// Most bytes that the parts of a workbook unpack to whose merged cells are read.
const MERGES_WEIGHT: u64 = 64 * 1024 * 1024;
/// Most merged regions of a sheet.
const MERGED_MAX: usize = 5_000;

/// Reads an xlsx file.
pub(super) fn xlsx(bytes: &[u8]) -> Result<Vec<Sheet>, SheetRefusal> {
    let weight = weigh(bytes)?;
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|why| refusal(&why))?;
    let names = book.sheet_names();
    let mut sheets = Vec::new();
    let mut left = TEXT_MAX;
    for name in names.into_iter().take(SHEETS_MAX) {
        let mut sheet = xlsx_sheet(&mut book, name, &mut left)?;
        // All merges are in memory at once, so that a book that is made of nothing else is read without them.
        if weight <= MERGES_WEIGHT
            && let Ok(regions) = book.merge_cells_by_sheet_name(&sheet.name)
        {
            sheet.merged = downwards(&regions);
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn xlsx_sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: String, left: &mut usize) -> Result<Sheet, SheetRefusal> {
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    // A chart's sheet has no cells.
    let Ok(mut reader) = book.worksheet_cells_reader(&name) else { return Ok(Sheet { name, ..Sheet::default() }) };
    while let Some(cell) = reader.next_cell_with_formula().map_err(|why| SheetRefusal::Broken(why.to_string()))? {
        let value = match cell.formula {
            Some(formula) => Cell::Formula(format!("={formula}")),
            None => of_ref(&cell.value),
        };
        put(&mut rows, cell.pos, value, left)?;
    }
    Ok(Sheet { name, rows: rows.into_iter().collect(), ..Sheet::default() })
}

/// Regions of more than one row, by their first column.
fn downwards(regions: &[Dimensions]) -> Vec<Merged> {
    let tall = regions.iter().filter(|region| region.start.0 < region.end.0 && (region.start.1 as usize) < COLUMNS_MAX);
    let merged = tall.map(|region| Merged {
        first: region.start.0.saturating_add(1),
        last: region.end.0.saturating_add(1),
        column: region.start.1,
    });
    merged.take(MERGED_MAX).collect()
}

/// Reads an xls file.
pub(super) fn xls(bytes: &[u8]) -> Result<Vec<Sheet>, SheetRefusal> {
    let mut book: Xls<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|why: calamine::XlsError| {
        let text = why.to_string();
        if text.to_lowercase().contains("password") { SheetRefusal::Locked } else { SheetRefusal::Broken(text) }
    })?;
    let mut sheets = Vec::new();
    let mut left = TEXT_MAX;
    for name in book.sheet_names().into_iter().take(SHEETS_MAX) {
        let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
        let Ok(range) = book.worksheet_range(&name) else { continue };
        let (top, first) = range.start().unwrap_or((0, 0));
        for (row, column, value) in range.used_cells() {
            put(&mut rows, (top + place(row), first + place(column)), of_data(value), &mut left)?;
        }
        if let Ok(formulas) = book.worksheet_formula(&name) {
            let (top, first) = formulas.start().unwrap_or((0, 0));
            for (row, column, formula) in formulas.used_cells() {
                let at = (top + place(row), first + place(column));
                put(&mut rows, at, Cell::Formula(format!("={formula}")), &mut left)?;
            }
        }
        let merged = book.merge_cells_by_sheet_name(&name).map(|regions| downwards(&regions)).unwrap_or_default();
        sheets.push(Sheet { name, rows: rows.into_iter().collect(), merged });
    }
    Ok(sheets)
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Puts a cell into its row; empty cells leave no trace, and what lies far to the right is left out.
fn put(
    rows: &mut BTreeMap<u32, Vec<Cell>>,
    (row, column): (u32, u32),
    cell: Cell,
    left: &mut usize,
) -> Result<(), SheetRefusal> {
    let column = column as usize;
    if cell.is_empty() || column >= COLUMNS_MAX {
        return Ok(());
    }
    if row >= ROWS_MAX {
        return Err(SheetRefusal::TooManyRows { limit: ROWS_MAX });
    }
    let text = match &cell {
        Cell::Text(text) | Cell::Formula(text) => text.len(),
        _ => 0,
    };
    *left = left.checked_sub(text).ok_or(SheetRefusal::Bomb { limit: TEXT_MAX as u64 })?;
    let cells = rows.entry(row + 1).or_default();
    if cells.len() <= column {
        cells.resize(column + 1, Cell::Empty);
    }
    cells[column] = cell;
    Ok(())
}

fn of_ref(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::SharedString(text) => text_cell(text),
        DataRef::String(text) => text_cell(text),
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(yes) => Cell::Text(if *yes { "是" } else { "否" }.to_owned()),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) => value.as_date().map_or(Cell::Empty, Cell::Date),
        DataRef::DurationIso(text) => text_cell(text),
        DataRef::Error(error) => Cell::Text(error.to_string()),
        DataRef::Empty => Cell::Empty,
    }
}

fn of_data(value: &Data) -> Cell {
    match value {
        Data::String(text) | Data::DurationIso(text) => text_cell(text),
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(yes) => Cell::Text(if *yes { "是" } else { "否" }.to_owned()),
        Data::DateTime(_) | Data::DateTimeIso(_) => value.as_date().map_or(Cell::Empty, Cell::Date),
        Data::Error(error) => Cell::Text(error.to_string()),
        Data::Empty => Cell::Empty,
    }
}

fn text_cell(text: &str) -> Cell {
    match text.char_indices().nth(CELL_MAX) {
        Some((end, _)) => Cell::Text(text[..end].to_owned()),
        None => Cell::Text(text.to_owned()),
    }
}

/// What the parts of a workbook unpack to is counted by unpacking them, because their own word may be a lie.
fn weigh(bytes: &[u8]) -> Result<u64, SheetRefusal> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|why| SheetRefusal::Broken(why.to_string()))?;
    if archive.len() > PARTS_MAX {
        return Err(SheetRefusal::Bomb { limit: UNPACKED_MAX });
    }
    let mut left = UNPACKED_MAX;
    let mut is_book = false;
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(|why| SheetRefusal::Broken(why.to_string()))?;
        is_book |= part.name_raw().starts_with(b"xl/");
        // The binary form, xlsb, has parts of the same names and none that can be read.
        if part.name_raw() == b"xl/workbook.bin" {
            return Err(SheetRefusal::NotASheet);
        }
        if part.encrypted() {
            return Err(SheetRefusal::Locked);
        }
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|why| SheetRefusal::Broken(why.to_string()))?;
        left = left.checked_sub(unpacked).ok_or(SheetRefusal::Bomb { limit: UNPACKED_MAX })?;
    }
    if is_book { Ok(UNPACKED_MAX - left) } else { Err(SheetRefusal::NotASheet) }
}

fn refusal(why: &calamine::XlsxError) -> SheetRefusal {
    match why {
        calamine::XlsxError::Password => SheetRefusal::Locked,
        other => SheetRefusal::Broken(other.to_string()),
    }
}
