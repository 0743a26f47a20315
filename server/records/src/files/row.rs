//! The row of a kept file: whose it is, what it is for, and its name, which is sealed here.

use super::store::KeptBytes;
use crate::entity::file;
use crate::{Error, Records, keys::place};
use domain::ids::FileId;
use domain::time::Timestamp;

/// Most characters of a file's name that are kept.
const NAME_MAX: usize = 200;

/// A file whose bytes are kept, on its way to a row. Exactly one of application and account owns it.
pub(crate) struct NewFile<'a> {
    pub application: Option<String>,
    pub account: Option<String>,
    pub kind: &'static str,
    pub requirement: &'a str,
    pub position: i64,
    /// Its name on the device.
    pub name: &'a str,
    pub format: &'a str,
    pub sha256: &'a str,
    pub bytes: i64,
    pub pages: u32,
    /// Width and height of a picture, where they are known.
    pub size: Option<(u32, u32)>,
    /// Marks to look at.
    pub points: &'a [String],
}

impl<'a> NewFile<'a> {
    /// A file of an application: a single page without name, requirement and marks, until the caller says more.
    pub(crate) fn of(application: &str, kind: &'static str, format: &'a str, kept: &'a KeptBytes) -> NewFile<'a> {
        NewFile {
            application: Some(application.to_owned()),
            account: None,
            kind,
            requirement: "",
            position: 0,
            name: "",
            format,
            sha256: &kept.sha256,
            bytes: kept.bytes,
            pages: 1,
            size: None,
            points: &[],
        }
    }

    /// Its row.
    pub(crate) fn row(self, records: &Records, id: FileId, now: Timestamp) -> Result<file::Model, Error> {
        let name: String = self.name.chars().filter(|ch| !ch.is_control()).take(NAME_MAX).collect();
        Ok(file::Model {
            id: id.to_string(),
            application_id: self.application,
            account_id: self.account,
            kind: self.kind.to_owned(),
            requirement: self.requirement.to_owned(),
            position: self.position,
            name_sealed: records.inner.keys.seal(&place("file", "name", id), name.as_bytes())?,
            format: self.format.to_owned(),
            bytes: self.bytes,
            pages: i64::from(self.pages),
            width: self.size.map(|(width, _)| i64::from(width)),
            height: self.size.map(|(_, height)| i64::from(height)),
            points: serde_json::to_string(self.points).map_err(|why| Error::bad_row("file", id, why))?,
            sha256: self.sha256.to_owned(),
            created_at: now.0,
            removed_at: None,
        })
    }
}
