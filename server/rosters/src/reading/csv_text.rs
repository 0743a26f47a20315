//! Comma- or tab-separated text, in UTF-8 (with or without mark), UTF-16 with mark, or GB18030.

use super::{COLUMNS_MAX, ROWS_MAX, SheetRefusal};
use domain::roster::{Cell, Sheet};
use encoding_rs::{Encoding, GB18030};

/// Reads text into rows. Row numbers count records: a line break inside quotes does not begin a row.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, SheetRefusal> {
    let text = decode(bytes)?;
    if is_web_page(&text) {
        return Err(SheetRefusal::WebPage);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for (place, record) in reader.records().enumerate() {
        let record = record.map_err(|why| SheetRefusal::Broken(why.to_string()))?;
        let number = u32::try_from(place + 1).unwrap_or(u32::MAX);
        if number > ROWS_MAX {
            return Err(SheetRefusal::TooManyRows { limit: ROWS_MAX });
        }
        let cells: Vec<Cell> = record.iter().take(COLUMNS_MAX).map(cell).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push((number, cells));
        }
    }
    Ok(Sheet { rows, ..Sheet::default() })
}

/// A cell that begins with a sign of protection (`'=1`, as exports write it) is the text behind it.
fn cell(text: &str) -> Cell {
    let text = text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(text);
    // Spreadsheets keep long numbers in csv as ="330822199012153426".
    let text = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

fn decode(bytes: &[u8]) -> Result<String, SheetRefusal> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        let (text, _, wrong) = encoding.decode(bytes);
        return if wrong { Err(SheetRefusal::NotASheet) } else { Ok(text.into_owned()) };
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let (text, wrong) = GB18030.decode_without_bom_handling(bytes);
            if wrong {
                return Err(SheetRefusal::NotASheet);
            }
            text.into_owned()
        }
    };
    if text.contains('\0') { Err(SheetRefusal::NotASheet) } else { Ok(text) }
}

/// Whether a text is a web page, or one of the xml forms that spreadsheets once had: their programs open them, and rows of
/// signs are nobody's roster.
fn is_web_page(text: &str) -> bool {
    let head: String =
        text.trim_start_matches('\u{feff}').trim_start().chars().take(2_000).collect::<String>().to_ascii_lowercase();
    let marks = ["<html", "<!doctype html", "<table", "<meta", "<head", "<?xml", "mime-version:"];
    marks.iter().any(|mark| head.starts_with(mark)) || (head.starts_with('<') && head.contains("<table"))
}

/// What separates the columns: the most frequent of comma, tab and semicolon in the first lines.
fn delimiter(text: &str) -> u8 {
    let head: &str = text.char_indices().nth(4_000).map_or(text, |(end, _)| &text[..end]);
    let count = |sign: u8| head.bytes().filter(|byte| *byte == sign).count();
    [b',', b'\t', b';'].into_iter().rev().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}
