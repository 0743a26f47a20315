//! A sheet as the data and files that a template reads.

use super::press::PrintFault;
use super::qr;
use super::sheets::{CertificateSheet, FormSheet, Opinion, TicketSheet};
use super::world::file_id;
use domain::page::knowing::Report;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use typst::foundations::Bytes;
use typst::syntax::FileId;

/// Name under which a template reads its data.
pub(super) const DATA: &str = "sheet.json";

/// Data and files of one print-out.
#[derive(Default)]
pub(super) struct PageData {
    values: Map<String, Value>,
    files: HashMap<FileId, Bytes>,
}

impl PageData {
    /// All files, the data among them, as templates see them.
    pub(super) fn files(&self, family: &str) -> HashMap<FileId, Bytes> {
        let mut values = self.values.clone();
        values.insert("font".to_owned(), family.into());
        let mut files = self.files.clone();
        if let Some(id) = file_id(DATA) {
            files.insert(id, Bytes::from_string(Value::Object(values).to_string()));
        }
        files
    }

    fn picture(&mut self, name: &str, what: &str, bytes: Option<&Vec<u8>>) -> Result<Value, PrintFault> {
        let Some(bytes) = bytes else { return Ok(Value::Null) };
        let unusable = || PrintFault::Picture { which: what.to_owned() };
        let kind = image::guess_format(bytes).map_err(|_| unusable())?;
        let ending = match kind {
            image::ImageFormat::Jpeg => "jpg",
            image::ImageFormat::Png => "png",
            _ => return Err(unusable()),
        };
        let reader = image::ImageReader::with_format(std::io::Cursor::new(bytes), kind);
        reader.into_dimensions().map_err(|_| unusable())?;
        self.file(&format!("{name}.{ending}"), Bytes::new(bytes.clone()))
    }

    fn qr(&mut self, name: &str, text: &str) -> Result<Value, PrintFault> {
        if text.is_empty() {
            return Ok(Value::Null);
        }
        self.qr_within(name, text, qr::MOST_BYTES)
    }

    fn qr_within(&mut self, name: &str, text: &str, allowed: usize) -> Result<Value, PrintFault> {
        let svg = qr::svg_within(text, allowed).ok_or(PrintFault::QrTooLong { measured: text.len(), allowed })?;
        self.file(&format!("{name}.svg"), Bytes::from_string(svg))
    }

    fn file(&mut self, name: &str, bytes: Bytes) -> Result<Value, PrintFault> {
        let id = file_id(name).ok_or_else(|| PrintFault::Picture { which: name.to_owned() })?;
        self.files.insert(id, bytes);
        Ok(name.into())
    }
}

/// Everything an application form shows.
pub(super) fn of_form(sheet: &FormSheet) -> Result<PageData, PrintFault> {
    let mut data = PageData::default();
    let photo = data.picture("photo", "photo", sheet.photo.as_ref())?;
    let signature = data.picture("signature", "signature", sheet.signature.as_ref())?;
    let qr = data.qr("qr", &sheet.qr_text)?;
    let mut opinions = Vec::with_capacity(sheet.opinions.len());
    for (place, opinion) in sheet.opinions.iter().enumerate() {
        opinions.push(opinion_of(&mut data, place, opinion)?);
    }
    let value = json!({
        "title": sheet.title,
        "values": sheet.values.iter().cloned().collect::<BTreeMap<_, _>>(),
        "photo": photo,
        "signature": signature,
        "signed_on": sheet.signed_on,
        "qr": qr,
        "reference_no": sheet.reference_no,
        "declaration": sheet.declaration,
        "conditions": sheet.conditions,
        "opinions": opinions,
        "work_periods": sheet.work_periods,
        "sections": sheet.sections,
        "remark": sheet.remark,
        "printed_at": sheet.printed_at,
        "draft": sheet.draft,
    });
    data.values = printable_map(value);
    Ok(data)
}

fn opinion_of(data: &mut PageData, place: usize, opinion: &Opinion) -> Result<Value, PrintFault> {
    let seal = data.picture(&format!("seal-{place}"), "seal", opinion.seal.as_ref())?;
    Ok(json!({
        "title": opinion.title,
        "fields": opinion.fields,
        "text": opinion.text,
        "date": opinion.date,
        "seal": seal,
        "seal_name": opinion.seal_name,
    }))
}

/// Everything some tickets show.
pub(super) fn of_tickets(sheets: &[TicketSheet]) -> Result<PageData, PrintFault> {
    let mut data = PageData::default();
    let mut tickets = Vec::with_capacity(sheets.len());
    for (place, sheet) in sheets.iter().enumerate() {
        let photo = data.picture(&format!("photo-{place}"), "photo", sheet.photo.as_ref())?;
        let qr = data.qr(&format!("qr-{place}"), &sheet.qr_text)?;
        tickets.push(json!({
            "orientation": sheet.orientation,
            "title": sheet.title,
            "occasion": sheet.occasion,
            "ticket_no": sheet.ticket_no,
            "photo": photo,
            "person": sheet.person,
            "papers": sheet.papers,
            "rules": sheet.rules,
            "qr": qr,
            "qr_caption": sheet.qr_caption,
            "route": sheet.route,
            "issuer": sheet.issuer,
            "help": sheet.help,
            "version": sheet.version,
        }));
    }
    data.values = printable_map(json!({ "tickets": tickets }));
    Ok(data)
}

/// Everything a report shows.
pub(super) fn of_report(report: &Report) -> PageData {
    PageData { values: printable_map(json!({ "report": report })), ..PageData::default() }
}

/// Everything some certificates show.
pub(super) fn of_certificates(sheets: &[CertificateSheet]) -> Result<PageData, PrintFault> {
    let mut data = PageData::default();
    let mut certificates = Vec::with_capacity(sheets.len());
    for (place, sheet) in sheets.iter().enumerate() {
        let photo = data.picture(&format!("photo-{place}"), "photo", sheet.photo.as_ref())?;
        let qr = match sheet.qr_text.as_str() {
            "" => Value::Null,
            text => data.qr_within(&format!("qr-{place}"), text, qr::MOST_LARGE)?,
        };
        certificates.push(json!({
            "title": sheet.title,
            "english_title": sheet.english_title,
            "agency": sheet.agency,
            "special": sheet.special,
            "lines": sheet.lines,
            "photo": photo,
            "qr": qr,
            "queries": sheet.queries,
            "stock": sheet.stock,
            "note": sheet.note,
            "void": sheet.void,
        }));
    }
    data.values = printable_map(json!({ "certificates": certificates }));
    Ok(data)
}

fn printable_map(value: Value) -> Map<String, Value> {
    match printable(value) {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The same without characters that have no place on paper: control characters, and marks that
/// turn the direction of reading so that a page says something else than its data.
fn printable(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(printable_text(&text)),
        Value::Array(items) => Value::Array(items.into_iter().map(printable).collect()),
        Value::Object(map) => Value::Object(map.into_iter().map(|(key, item)| (key, printable(item))).collect()),
        other => other,
    }
}

fn printable_text(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let unix = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n").replace('\t', " ");
    unix.chars().filter(|&c| c == '\n' || !(c.is_control() || turns(c) || c == '\u{feff}')).collect()
}
