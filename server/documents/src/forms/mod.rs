//! Print-outs: application forms and admission tickets, set by Typst from template files.
//!
//! Everything people typed reaches a template as data, never as source. The same sheet gives the
//! same bytes: there is no clock here, and the date inside a PDF comes from the sheet.

mod fonts;
mod glyphs;
mod page_data;
mod press;
mod qr;
mod sheets;
mod specimen;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
mod world;

pub use fonts::FontPlaces;
pub use press::{FORMS, MOST_CERTIFICATES, MOST_TICKETS, Places, Press, PressFault, PrintFault, Printed};
pub use sheets::{
    CertificateSheet, Declaration, FormSheet, Opinion, Orientation, Section, Slot, TicketPaper, TicketSheet, WorkPeriod,
};
pub use specimen::{certificate as specimen_certificate, form as specimen_form, ticket as specimen_ticket};
