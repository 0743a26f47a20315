//! Sheets out again, in the columns and the order of the official forms. A cell is text, whatever it begins with; only figures
//! (amounts, counts, shares) are numbers.

use domain::id_document::IdKind;
use domain::occupation::SkillLevel;
use domain::roster::{Column, RosterPerson, SheetKind};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

/// What stands above the headings, line by line: 计划编号：2026-S-000123.
pub type HeadLines = Vec<Vec<String>>;

/// Writes an official sheet as xlsx.
pub fn xlsx(kind: SheetKind, title: &str, head: &HeadLines, people: &[RosterPerson]) -> Result<Vec<u8>, XlsxError> {
    let rows: Vec<Vec<String>> = people.iter().enumerate().map(|(at, person)| line(kind, at, person)).collect();
    table(title, head, &headings(kind), &rows)
}

/// What stands on the second sheet of an empty one: how to fill it in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guide {
    /// Its name and title.
    pub title: String,
    /// Sentences above the table.
    pub notes: Vec<String>,
    /// Headings of the table.
    pub headings: [String; 3],
    /// A line for each column of the sheet, then whatever else is to be known.
    pub rows: Vec<[String; 3]>,
}

/// Rows of an empty sheet that have lines already.
const LINED: u32 = 60;
/// Widths of the columns of a guide.
const GUIDE_WIDTHS: [f64; 3] = [22.0, 10.0, 90.0];

/// Writes an official sheet with nobody in it, named `name`, for others to fill in, and its guide behind it. All columns
/// are text as far down as a sheet goes: a spreadsheet would round a number of eighteen digits.
pub fn blank(kind: SheetKind, name: &str, title: &str, head: &HeadLines, guide: &Guide) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    let headings = headings(kind);
    let first = lay(sheet, title, head, &headings, &[])?;
    let (text, lined) = (Format::new().set_num_format("@"), cell_look());
    for (place, (column, heading)) in kind.columns().iter().zip(&headings).enumerate() {
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        sheet.set_column_format(place, &text)?;
        sheet.set_column_width(place, wide(*column).max(wide_of(width(heading))))?;
        for row in first..first + LINED {
            sheet.write_blank(row, place, &lined)?;
        }
    }
    let sheet = book.add_worksheet();
    sheet.set_name(&guide.title)?;
    sheet.write_string_with_format(0, 0, &guide.title, &Format::new().set_bold().set_font_size(16))?;
    let mut at = 0;
    for note in &guide.notes {
        at += 1;
        sheet.write_string(at, 0, note)?;
    }
    let look = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_text_wrap();
    for (line, look) in [(&guide.headings, &head_look())].into_iter().chain(guide.rows.iter().map(|row| (row, &look))) {
        at += 1;
        for (place, text) in (0..).zip(line) {
            sheet.write_string_with_format(at, place, text, look)?;
        }
    }
    for (place, wide) in (0..).zip(GUIDE_WIDTHS) {
        sheet.set_column_width(place, wide)?;
    }
    book.save_to_buffer()
}

/// How wide what people write into a column is.
fn wide(column: Column) -> f64 {
    match column {
        Column::IdNo | Column::PriorNo | Column::Email => 24.0,
        Column::Employer | Column::EmployerOrAddress | Column::Address => 32.0,
        Column::IdKind | Column::Education | Column::Source | Column::PriorLevel | Column::Mobile => 16.0,
        Column::Name | Column::Birth => 13.0,
        _ => 0.0,
    }
}

/// The headings as the form prints them.
fn headings(kind: SheetKind) -> Vec<String> {
    kind.columns().iter().map(|column| heading(kind, *column).to_owned()).collect()
}

/// Headings of columns that count: people, plans, payments.
const COUNTS: [&str; 10] = ["人数", "计划", "提交", "通过", "到考", "合格", "有成绩", "证书", "收款笔数", "退款笔数"];
/// Headings of columns with shares: 66.7%.
const SHARES: [&str; 2] = ["合格率", "占提交"];

/// What a cell can be that is no text.
#[derive(Clone, Copy)]
enum Figure {
    Amount(f64),
    Count(f64),
    Share(f64),
}

impl Figure {
    /// Amounts, counts and shares are numbers, so that they can be added up and compared: an amount's column says so by （元）
    /// in its heading. Everything else stays text, also what looks like a number: nothing of 准考证号 is lost.
    fn read(heading: Option<&String>, text: &str) -> Option<Figure> {
        let heading = heading?.as_str();
        let digits = |text: &str| !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
        if heading.contains("（元）") {
            // Two decimals of so many yuan lie far within what a cell can hold exactly.
            return text.parse().ok().map(Figure::Amount);
        }
        if COUNTS.contains(&heading) && digits(text) {
            return text.parse().ok().map(Figure::Count);
        }
        let share =
            text.strip_suffix('%').filter(|share| SHARES.contains(&heading) && digits(&share.replace('.', "")))?;
        share.parse::<f64>().ok().map(|share| Figure::Share(share / 100.0))
    }

    fn value(self) -> f64 {
        match self {
            Figure::Amount(value) | Figure::Count(value) | Figure::Share(value) => value,
        }
    }

    fn look(self) -> Format {
        let format = match self {
            Figure::Amount(_) => "0.00",
            Figure::Count(_) => "0",
            Figure::Share(_) => "0.0%",
        };
        Format::new().set_num_format(format).set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter)
    }
}

/// Writes any table as xlsx: a title, lines above, headings, rows. Every cell but a figure is text.
pub fn table(title: &str, head: &HeadLines, headings: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    lay(book.add_worksheet(), title, head, headings, rows)?;
    book.save_to_buffer()
}

fn head_look() -> Format {
    Format::new().set_bold().set_align(FormatAlign::Center).set_border(FormatBorder::Thin).set_text_wrap()
}

/// @ keeps what a person later types into the cell as text, too.
fn cell_look() -> Format {
    Format::new().set_num_format("@").set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter)
}

/// Lays a table out on a sheet. Gives the first row below the headings, from 0.
fn lay(
    sheet: &mut Worksheet,
    title: &str,
    head: &HeadLines,
    headings: &[String],
    rows: &[Vec<String>],
) -> Result<u32, XlsxError> {
    let title_look = Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center);
    let (head_look, cell_look) = (head_look(), cell_look());
    let last = u16::try_from(headings.len().saturating_sub(1)).unwrap_or(u16::MAX);
    if last > 0 {
        sheet.merge_range(0, 0, 0, last, title, &title_look)?;
    } else {
        sheet.write_string_with_format(0, 0, title, &title_look)?;
    }
    let mut at = 1;
    for line in head {
        for (place, text) in line.iter().enumerate() {
            // Spread over the width, as the forms do.
            let column = place * headings.len() / line.len().max(1);
            sheet.write_string(at, u16::try_from(column).unwrap_or(u16::MAX), text)?;
        }
        at += 1;
    }
    for (place, text) in headings.iter().enumerate() {
        sheet.write_string_with_format(at, u16::try_from(place).unwrap_or(u16::MAX), text, &head_look)?;
    }
    let frozen = at + 1;
    for row in rows {
        at += 1;
        for (place, text) in row.iter().enumerate() {
            let column = u16::try_from(place).unwrap_or(u16::MAX);
            match Figure::read(headings.get(place), text) {
                Some(figure) => sheet.write_number_with_format(at, column, figure.value(), &figure.look())?,
                None => sheet.write_string_with_format(at, column, text, &cell_look)?,
            };
        }
    }
    for (place, text) in headings.iter().enumerate() {
        let widest = rows.iter().take(200).filter_map(|row| row.get(place)).map(|text| width(text)).max().unwrap_or(0);
        sheet.set_column_width(u16::try_from(place).unwrap_or(u16::MAX), wide_of(widest.max(width(text))))?;
    }
    sheet.set_freeze_panes(frozen, 0)?;
    Ok(frozen)
}

/// The width of a column whose widest text has so many halves of characters.
fn wide_of(widest: usize) -> f64 {
    f64::from(u32::try_from(widest.clamp(6, 40)).unwrap_or(40)) + 2.0
}

/// Writes tables as xlsx, one sheet each, under the same title and lines. Every cell but a figure is text.
pub fn book(title: &str, head: &HeadLines, tables: &[(&str, &[String], &[Vec<String>])]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let title_look = Format::new().set_bold().set_font_size(16);
    let head_look = head_look();
    let cell_look = Format::new().set_num_format("@").set_border(FormatBorder::Thin);
    for (name, headings, rows) in tables {
        let sheet = book.add_worksheet();
        // A sheet's name is short and has no brackets, slashes or stars.
        let name: String = name.chars().filter(|ch| !"[]:*?/\\'".contains(*ch)).take(31).collect();
        sheet.set_name(name)?;
        sheet.write_string_with_format(0, 0, title, &title_look)?;
        let mut at = 1;
        for text in head.iter().flatten() {
            sheet.write_string(at, 0, text)?;
            at += 1;
        }
        let column = |place: usize| u16::try_from(place).unwrap_or(u16::MAX);
        for (place, text) in headings.iter().enumerate() {
            sheet.write_string_with_format(at, column(place), text, &head_look)?;
            let widest = rows.iter().filter_map(|row| row.get(place)).map(|text| width(text)).max().unwrap_or(0);
            let wide = f64::from(u32::try_from(widest.max(width(text)).clamp(8, 40)).unwrap_or(40)) + 2.0;
            sheet.set_column_width(column(place), wide)?;
        }
        for row in *rows {
            at += 1;
            for (place, text) in row.iter().enumerate() {
                match Figure::read(headings.get(place), text) {
                    Some(figure) => {
                        sheet.write_number_with_format(at, column(place), figure.value(), &figure.look())?
                    }
                    None => sheet.write_string_with_format(at, column(place), text, &cell_look)?,
                };
            }
        }
    }
    book.save_to_buffer()
}

/// Writes any table as csv: UTF-8 with mark, and a sign before what a spreadsheet would compute.
pub fn csv(headings: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, csv::Error> {
    let mut out =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(headings)?;
    for row in rows {
        out.write_record(row.iter().map(|text| guarded(text)))?;
    }
    out.into_inner().map_err(|why| csv::Error::from(std::io::Error::other(why.to_string())))
}

fn guarded(text: &str) -> String {
    const COMPUTED: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(COMPUTED) { format!("'{text}") } else { text.to_owned() }
}

fn width(text: &str) -> usize {
    text.chars().map(|ch| if ch.is_ascii() { 1 } else { 2 }).sum()
}

/// The heading as the form prints it.
fn heading(kind: SheetKind, column: Column) -> &'static str {
    match (kind, column) {
        (SheetKind::Roster, Column::Name) => "姓  名",
        (SheetKind::Roster, Column::Mobile) => "电  话",
        (SheetKind::Roster, Column::IdNo) => "身份证号码",
        (SheetKind::Roster, Column::YearsInTrade) => "本职业（工种）年限",
        (_, column) => column.label(),
    }
}

fn line(kind: SheetKind, at: usize, person: &RosterPerson) -> Vec<String> {
    kind.columns().iter().map(|column| value(kind, *column, at, person)).collect()
}

fn value(kind: SheetKind, column: Column, at: usize, person: &RosterPerson) -> String {
    let or_none = |text: &str| if text.is_empty() { "无".to_owned() } else { text.to_owned() };
    match column {
        Column::Number => (at + 1).to_string(),
        Column::IdKind => IdKind::from_code(&person.id_kind).map_or_else(String::new, |kind| kind.label().to_owned()),
        Column::BirthMonth => person.birth.get(..7).unwrap_or(&person.birth).to_owned(),
        Column::PriorLevel => {
            SkillLevel::parse(&person.prior_level).map_or_else(|| "无".to_owned(), |level| level.name().to_owned())
        }
        Column::PriorNo => or_none(&person.prior_no),
        Column::EmployerOrAddress if person.employer.is_empty() => person.address.clone(),
        Column::Condition if !person.condition.is_empty() => format!("({})", person.condition),
        Column::Education | Column::Source if kind == SheetKind::Registration => person.get(column).to_owned(),
        column => person.get(column).to_owned(),
    }
}
