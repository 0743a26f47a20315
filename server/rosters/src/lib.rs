//! The sheets and archives of agencies: reading xlsx, xls and csv into cells, photos out of a zip, and writing sheets back.
//!
//! What the cells mean is decided by [`domain::roster`]; here nothing is believed: every length, count and path of a file
//! is the word of a stranger.

pub mod archive;
pub mod photos;
pub mod reading;
pub mod writing;
pub mod zipping;

pub use archive::{Archive, ArchiveRefusal, BadEntry};
pub use reading::{SheetRefusal, read};
