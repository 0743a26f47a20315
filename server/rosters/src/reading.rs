//! Reading a file of people: xlsx and xls by calamine, csv in UTF-8 or GB18030.

mod csv_text;
mod workbook;

use domain::roster::Sheet;

/// Most bytes of a file.
pub const FILE_MAX: usize = 30 * 1024 * 1024;
/// Most rows of a sheet, headings included.
pub const ROWS_MAX: u32 = 20_100;
/// Most columns that are read; what stands further right is left out.
pub const COLUMNS_MAX: usize = 100;
/// Most characters of a cell; spreadsheets themselves hold no more.
pub const CELL_MAX: usize = 32_767;

/// Why a file cannot be read as sheets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetRefusal {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Too many bytes.
    #[error("{bytes} bytes, allowed are {limit}")]
    TooBig {
        /// Bytes found.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// More rows than are read.
    #[error("more than {limit} rows")]
    TooManyRows {
        /// Rows allowed.
        limit: u32,
    },
    /// Neither a spreadsheet nor text.
    #[error("neither xlsx, xls nor csv")]
    NotASheet,
    /// A web page or an xml file under the name of a spreadsheet, as many systems export it.
    #[error("a web page that is called a sheet")]
    WebPage,
    /// Locked with a password.
    #[error("locked with a password")]
    Locked,
    /// Unpacked it would be far bigger than a sheet is.
    #[error("unpacks to more than {limit} bytes")]
    Bomb {
        /// Bytes allowed.
        limit: u64,
    },
    /// Damaged.
    #[error("damaged: {0}")]
    Broken(String),
}

/// Reads all sheets of a file that have anything in them. The content decides, not the name.
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, SheetRefusal> {
    if bytes.is_empty() {
        return Err(SheetRefusal::Empty);
    }
    if bytes.len() > FILE_MAX {
        return Err(SheetRefusal::TooBig { bytes: bytes.len(), limit: FILE_MAX });
    }
    let sheets = match bytes {
        [b'P', b'K', 3, 4, ..] => workbook::xlsx(bytes)?,
        [0xd0, 0xcf, 0x11, 0xe0, ..] => workbook::xls(bytes)?,
        [b'P', b'K', ..] | [b'%', b'P', b'D', b'F', ..] | [0xff, 0xd8, 0xff, ..] | [0x89, b'P', b'N', b'G', ..] => {
            return Err(SheetRefusal::NotASheet);
        }
        text => vec![csv_text::read(text)?],
    };
    Ok(sheets.into_iter().filter(|sheet| !sheet.rows.is_empty()).collect())
}
