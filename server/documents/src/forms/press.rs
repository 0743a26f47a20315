//! The press: templates and fonts loaded once, shared by threads.

use super::fonts::{FontPlaces, Fonts, Shelf};
use super::page_data::{self, DATA, PageData};
use super::sheets::{CertificateSheet, FormSheet, TicketSheet};
use super::world::{Desk, file_id};
use super::{glyphs, specimen};
use domain::page::knowing::Report;
use domain::time::Timestamp;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use thiserror::Error;
use typst::comemo;
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Smart};
use typst::syntax::{FileId, Source};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

/// Application forms that come with the program.
pub const FORMS: [&str; 5] = ["zj-daily", "jx-gongqin", "zhhn", "zynl", "qz-institution"];

/// Most tickets of one document: their photos are in memory together.
pub const MOST_TICKETS: usize = 2000;

/// Most certificates of one document.
pub const MOST_CERTIFICATES: usize = 2000;

const TICKET: &str = "ticket";
const CERTIFICATE: &str = "certificate";
const REPORT: &str = "report";

/// Templates by file name; a folder may replace each of them and add others.
const TEMPLATES: [(&str, &str); 12] = [
    ("common.typ", include_str!("../../templates/common.typ")),
    ("zj-daily.typ", include_str!("../../templates/zj-daily.typ")),
    ("jx-gongqin.typ", include_str!("../../templates/jx-gongqin.typ")),
    ("zhhn.typ", include_str!("../../templates/zhhn.typ")),
    ("zynl.typ", include_str!("../../templates/zynl.typ")),
    ("qz-institution.typ", include_str!("../../templates/qz-institution.typ")),
    ("plan-approval.typ", include_str!("../../templates/plan-approval.typ")),
    ("agency-bill.typ", include_str!("../../templates/agency-bill.typ")),
    ("receipt.typ", include_str!("../../templates/receipt.typ")),
    ("ticket.typ", include_str!("../../templates/ticket.typ")),
    ("certificate.typ", include_str!("../../templates/certificate.typ")),
    ("report.typ", include_str!("../../templates/report.typ")),
];

/// Prints after which what was not used again is forgotten. Labels and fonts are used by every print.
const REMEMBERED: usize = 6;

/// Where a press finds what it needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Folders and files that may hold fonts, best first.
    pub fonts: FontPlaces,
    /// Folder with templates that replace those of the same name or add new ones.
    pub templates: Option<PathBuf>,
}

/// Why there can be no press.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PressFault {
    /// No font with Chinese characters was found.
    #[error("no Chinese font found; looked in {}", list(.searched))]
    FontsMissing {
        /// Where was looked.
        searched: Vec<PathBuf>,
    },
    /// The folder of templates or a file in it cannot be read.
    #[error("templates cannot be read: {}: {why}", .path.display())]
    TemplatesUnreadable {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
}

/// Why something could not be printed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PrintFault {
    /// There is no such template.
    #[error("there is no template {name}")]
    UnknownTemplate {
        /// The name asked for.
        name: String,
    },
    /// A picture is no JPEG or PNG, or is damaged.
    #[error("the {which} is no readable JPEG or PNG")]
    Picture {
        /// `photo`, `signature` or `seal`.
        which: String,
    },
    /// The text of a QR code is too long to be read from paper.
    #[error("{measured} bytes in a QR code, at most {allowed} allowed")]
    QrTooLong {
        /// Its bytes.
        measured: usize,
        /// Most bytes allowed.
        allowed: usize,
    },
    /// Too many or no tickets at once.
    #[error("{measured} tickets at once, 1 to {allowed} allowed")]
    TicketCount {
        /// How many were given.
        measured: usize,
        /// Most allowed.
        allowed: usize,
    },
    /// The template itself is wrong.
    #[error("template {file}, line {line}: {message}")]
    Template {
        /// The file at fault.
        file: String,
        /// The line, from 1; 0 when unknown.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

/// A finished print-out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Its pages.
    pub pages: usize,
    /// Characters that no font has; they show as a box.
    pub missing_glyphs: Vec<char>,
}

/// Prints forms and tickets. Built once, shared by threads; every print is pure work of some milliseconds.
#[derive(Debug)]
pub struct Press {
    library: LazyHash<Library>,
    pub(super) fonts: Fonts,
    sources: HashMap<FileId, Source>,
    mains: HashMap<String, FileId>,
}

impl Press {
    /// Finds fonts and reads templates.
    pub fn open(places: &Places) -> Result<Press, PressFault> {
        let fonts =
            Fonts::find(&places.fonts).ok_or_else(|| PressFault::FontsMissing { searched: places.fonts.0.clone() })?;
        let mut texts: Vec<(String, String)> =
            TEMPLATES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        if let Some(folder) = &places.templates {
            texts.extend(templates_in(folder)?);
        }
        let (mut sources, mut mains) = (HashMap::new(), HashMap::new());
        for (file, text) in texts {
            let name = file.trim_end_matches(".typ").to_owned();
            let main = format!("#import \"{file}\": show-sheet\n#show-sheet(json(\"{DATA}\"))\n");
            if let (Some(id), Some(start)) = (file_id(&file), file_id(&format!("{name}.main.typ"))) {
                sources.insert(id, Source::new(id, text));
                sources.insert(start, Source::new(start, main));
                mains.insert(name, start);
            }
        }
        mains.remove("common");
        Ok(Press { library: LazyHash::new(Library::default()), fonts, sources, mains })
    }

    /// Prints an application form: as roomy as one page allows, longer only when it must be.
    pub fn application_form(&self, template: &str, sheet: &FormSheet) -> Result<Printed, PrintFault> {
        let ident = format!("{template} {}", sheet.reference_no);
        self.print(self.main(template)?, &page_data::of_form(sheet)?, ident, sheet.made)
    }

    /// Prints tickets, one on each page, in order.
    pub fn tickets(&self, sheets: &[TicketSheet], made: Option<Timestamp>) -> Result<Printed, PrintFault> {
        if sheets.is_empty() || sheets.len() > MOST_TICKETS {
            return Err(PrintFault::TicketCount { measured: sheets.len(), allowed: MOST_TICKETS });
        }
        let ident = sheets.iter().take(1).map(|sheet| format!("ticket {}", sheet.ticket_no)).collect();
        self.print(self.main(TICKET)?, &page_data::of_tickets(sheets)?, ident, made)
    }

    /// Prints certificates, one on each page, in order.
    pub fn certificates(&self, sheets: &[CertificateSheet], made: Option<Timestamp>) -> Result<Printed, PrintFault> {
        if sheets.is_empty() || sheets.len() > MOST_CERTIFICATES {
            return Err(PrintFault::TicketCount { measured: sheets.len(), allowed: MOST_CERTIFICATES });
        }
        let number = |sheet: &CertificateSheet| sheet.lines.iter().map(|line| line.2.as_str()).collect::<String>();
        let ident = sheets.first().map(|sheet| format!("certificate {}", number(sheet))).unwrap_or_default();
        self.print(self.main(CERTIFICATE)?, &page_data::of_certificates(sheets)?, ident, made)
    }

    /// Prints a report, as many pages as it needs.
    pub fn report(&self, report: &Report, made: Option<Timestamp>) -> Result<Printed, PrintFault> {
        self.print(self.main(REPORT)?, &page_data::of_report(report), format!("report {}", report.title), made)
    }

    /// The same certificate as a picture for the screen.
    pub fn certificate_picture(&self, sheet: &CertificateSheet) -> Result<String, PrintFault> {
        let data = page_data::of_certificates(std::slice::from_ref(sheet))?;
        let files = data.files(&self.fonts.family);
        let main = self.main(CERTIFICATE)?;
        let mut document = compile(&self.desk(self.fonts.usual(), main, &files))?;
        if let Some(wide) = self.fonts.wide().filter(|_| !glyphs::missing(&document).is_empty()) {
            document = compile(&self.desk(wide, main, &files))?;
        }
        let picture = document
            .pages()
            .first()
            .map(|page| typst_svg::svg(page, &typst_svg::SvgOptions::default()))
            .unwrap_or_default();
        forget();
        Ok(picture)
    }

    /// Prints an invented person with every template: the first fault of a replaced template shows here.
    pub fn proof(&self) -> Result<(), PrintFault> {
        let others = [TICKET, CERTIFICATE, REPORT];
        let mut names: Vec<&String> = self.mains.keys().filter(|name| !others.contains(&name.as_str())).collect();
        names.sort();
        for name in names {
            self.application_form(name, &specimen::form())?;
        }
        self.tickets(&[specimen::ticket()], None)?;
        self.report(&Report::default(), None)?;
        self.certificates(&[specimen::certificate()], None).map(|_| ())
    }

    pub(super) fn main(&self, template: &str) -> Result<FileId, PrintFault> {
        self.mains.get(template).copied().ok_or_else(|| PrintFault::UnknownTemplate { name: template.to_owned() })
    }

    /// Sets pages, with all fonts when the usual ones lack a character, and writes them.
    fn print(
        &self,
        main: FileId,
        data: &PageData,
        ident: String,
        made: Option<Timestamp>,
    ) -> Result<Printed, PrintFault> {
        let files = data.files(&self.fonts.family);
        let usual = self.desk(self.fonts.usual(), main, &files);
        let mut document = compile(&usual)?;
        let mut missing_glyphs = glyphs::missing(&document);
        if let Some(wide) = self.fonts.wide().filter(|_| !missing_glyphs.is_empty()) {
            document = compile(&self.desk(wide, main, &files))?;
            missing_glyphs = glyphs::missing(&document);
        }
        let options = PdfOptions {
            ident: Smart::Custom(ident),
            creator: Smart::Custom(Some("Jikao".to_owned())),
            timestamp: made.and_then(timestamp),
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&document, &options).map_err(|faults| fault(&usual, faults.first()))?;
        forget();
        Ok(Printed { pdf, pages: document.pages().len(), missing_glyphs })
    }

    pub(super) fn desk<'a>(&'a self, shelf: &'a Shelf, main: FileId, files: &'a HashMap<FileId, Bytes>) -> Desk<'a> {
        Desk { library: &self.library, shelf, sources: &self.sources, main, files }
    }
}

/// What the last prints did not use again is forgotten, beside whoever prints next: it takes a tenth of a print, since
/// everything remembered is walked through. One walk at a time.
fn forget() {
    static AT_IT: AtomicBool = AtomicBool::new(false);
    if AT_IT.swap(true, Ordering::AcqRel) {
        return;
    }
    let walk = || {
        comemo::evict(REMEMBERED);
        AT_IT.store(false, Ordering::Release);
    };
    if thread::Builder::new().name("forget".to_owned()).spawn(walk).is_err() {
        walk();
    }
}

pub(super) fn compile(desk: &Desk<'_>) -> Result<PagedDocument, PrintFault> {
    let Warned { output, .. } = typst::compile::<PagedDocument>(desk);
    output.map_err(|faults| fault(desk, faults.first()))
}

fn timestamp(at: Timestamp) -> Option<typst_pdf::Timestamp> {
    use chrono::{Datelike, Timelike};
    let local = at.in_shanghai();
    let part = |number: u32| u8::try_from(number).ok();
    let datetime = Datetime::from_ymd_hms(
        local.year(),
        part(local.month())?,
        part(local.day())?,
        part(local.hour())?,
        part(local.minute())?,
        part(local.second())?,
    )?;
    // 东八区
    typst_pdf::Timestamp::new_local(datetime, 8 * 60)
}

fn templates_in(folder: &PathBuf) -> Result<Vec<(String, String)>, PressFault> {
    let unreadable = |path: &PathBuf, why: std::io::Error| PressFault::TemplatesUnreadable {
        path: path.clone(),
        why: why.to_string(),
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|why| unreadable(folder, why))? {
        let path = entry.map_err(|why| unreadable(folder, why))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".typ"));
        if let Some(name) = name.map(str::to_owned) {
            let text = fs::read_to_string(&path).map_err(|why| unreadable(&path, why))?;
            files.push((name, text));
        }
    }
    files.sort();
    Ok(files)
}

/// The first fault in words, with its place in a template.
fn fault(world: &dyn World, fault: Option<&SourceDiagnostic>) -> PrintFault {
    let unknown = PrintFault::Template { file: String::new(), line: 0, message: "unknown fault".to_owned() };
    let Some(fault) = fault else { return unknown };
    // The place in the template, not in the library it called.
    let id = fault.span.id();
    let line = id.and_then(|id| {
        let range = world.range(fault.span)?;
        let source = world.source(id).ok()?;
        Some(source.text().get(..range.start)?.matches('\n').count() + 1)
    });
    PrintFault::Template {
        file: id.map(|id| id.get().vpath().get_without_slash().to_owned()).unwrap_or_default(),
        line: line.unwrap_or(0),
        message: fault.message.to_string(),
    }
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
