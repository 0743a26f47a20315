//! Why something of a roster was left out or not done: a row, an entry of an archive, the whole of it.

use super::RosterState;
use crate::refusal::Refusal;
use crate::roster::LayoutRefusal;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Why one row could not be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowRefusal {
    /// The number belongs to an account with another name.
    OtherName,
    /// The rules of applying say no.
    Rule(Refusal),
    /// Something is broken with this row; the log knows more.
    Broken,
}

/// An entry of an archive that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its name, fit to show.
    pub name: String,
    /// Why.
    pub why: LeftOutWhy,
}

/// Why an entry was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutWhy {
    /// Its path leads out of the archive.
    Escapes,
    /// It is a link.
    Link,
    /// It cannot be unpacked.
    Broken,
    /// It is no picture and is not called one.
    NotAPicture,
    /// The whole file is a sheet or a text, packed as an archive of photos is.
    Document,
}

/// Why an archive of photos was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ArchiveFault {
    /// No zip, or damaged.
    #[error("no archive")]
    NotAnArchive,
    /// Too many entries.
    #[error("{entries} entries, allowed are {limit}")]
    TooManyEntries {
        /// Entries found.
        entries: u64,
        /// Entries allowed.
        limit: u64,
    },
    /// Entries share the same bytes: a trap.
    #[error("overlapping")]
    Overlapping,
    /// Locked with a password.
    #[error("locked")]
    Locked,
}

/// Why nothing was done with a roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum RosterRefusal {
    /// The sheet is none of people.
    #[error("{0}")]
    Layout(LayoutRefusal),
    /// Nobody below the headings.
    #[error("no people")]
    Nobody,
    /// It stands elsewhere now: being imported, or taken back.
    #[error("not in this state")]
    State(RosterState),
    /// Somebody has had it imported already: the same button on two desks, or pressed twice.
    #[error("imported by {by}")]
    Imported {
        /// Who.
        by: String,
        /// When it began.
        at: Timestamp,
    },
    /// No row can be imported.
    #[error("nothing ready")]
    NothingReady,
    /// Nothing to take back.
    #[error("nothing to undo")]
    NothingToUndo,
    /// People of it were filed.
    #[error("{people} people filed")]
    Filed {
        /// How many.
        people: u32,
    },
    /// An archive of photos.
    #[error("archive: {0}")]
    Archive(ArchiveFault),
    /// The row has a photo, or the photo a row.
    #[error("joined already")]
    Joined,
    /// The photo cannot be made to fit.
    #[error("cannot be rendered")]
    NotRendered,
    /// The sheet was read for good: its import has begun.
    #[error("import has begun")]
    Begun,
    /// 学时 that are no number of hours.
    #[error("no number of hours")]
    NoHours {
        /// Most hours.
        most: u16,
    },
    /// The mend was put back already.
    #[error("put back already")]
    PutBack,
    /// Nobody is in the plan, or everybody has confirmed.
    #[error("nobody left")]
    NobodyLeft,
}
