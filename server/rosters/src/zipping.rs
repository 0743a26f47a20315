//! A folder of photos as one zip, written to disk as it grows.

use std::collections::BTreeSet;
use std::io::{Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A zip under way.
pub struct Zipping<W: Write + Seek> {
    zip: ZipWriter<W>,
    names: BTreeSet<String>,
}

impl<W: Write + Seek> Zipping<W> {
    /// An empty one.
    pub fn new(to: W) -> Zipping<W> {
        Zipping { zip: ZipWriter::new(to), names: BTreeSet::new() }
    }

    /// Adds a file. Pictures are packed already; a name that is there gets a number.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let name: String =
            name.chars().map(|ch| if matches!(ch, '/' | '\\') || ch.is_control() { '_' } else { ch }).collect();
        let mut unique = name.clone();
        let mut number = 2;
        while !self.names.insert(unique.clone()) {
            unique = match name.rsplit_once('.') {
                Some((stem, end)) => format!("{stem}({number}).{end}"),
                None => format!("{name}({number})"),
            };
            number += 1;
        }
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.zip.start_file(unique, stored).map_err(|why| why.to_string())?;
        self.zip.write_all(bytes).map_err(|why| why.to_string())
    }

    /// Adds a file in a folder of its own and gives the path that it got.
    pub fn add_in(&mut self, folder: &str, name: &str, bytes: &[u8]) -> Result<String, String> {
        let clean = |text: &str| -> String {
            text.chars().map(|ch| if matches!(ch, '/' | '\\') || ch.is_control() { '_' } else { ch }).collect()
        };
        // Dots alone would lead out of the archive.
        let folder = clean(folder).replace("..", "_");
        let path = if folder.is_empty() { clean(name) } else { format!("{folder}/{}", clean(name)) };
        if !self.names.insert(path.clone()) {
            return Err(format!("{path} stands in the archive twice"));
        }
        let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.zip.start_file(path.clone(), packed).map_err(|why| why.to_string())?;
        self.zip.write_all(bytes).map_err(|why| why.to_string())?;
        Ok(path)
    }

    /// Writes the table of contents and gives back what was written to.
    pub fn finish(self) -> Result<W, String> {
        self.zip.finish().map_err(|why| why.to_string())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use crate::Archive;
    use std::io::Cursor;

    #[test]
    fn what_goes_in_comes_out_under_its_name() {
        let mut zip = Zipping::new(Cursor::new(Vec::new()));
        zip.add("330822199012153426张三.JPG", b"one").unwrap();
        zip.add("330822199012153426张三.JPG", b"two").unwrap();
        zip.add("../escape.jpg", b"three").unwrap();
        let mut archive = Archive::open(Cursor::new(zip.finish().unwrap().into_inner())).unwrap();
        let names: Vec<String> = archive.names().map(str::to_owned).collect();
        assert_eq!(names, ["330822199012153426张三.JPG", "330822199012153426张三(2).JPG", ".._escape.jpg"]);
        assert_eq!(archive.file(1, 10).unwrap().bytes, b"two");
        assert!(archive.bad().is_empty());
    }

    #[test]
    fn folders_lead_nowhere_else() {
        let mut zip = Zipping::new(Cursor::new(Vec::new()));
        assert_eq!(zip.add_in("2026-S-1", "photo.jpg", b"one").unwrap(), "2026-S-1/photo.jpg");
        assert_eq!(zip.add_in("../..", "a/b\\c", b"two").unwrap(), "___/a_b_c");
        assert!(zip.add_in("2026-S-1", "photo.jpg", b"again").is_err());
        let archive = Archive::open(Cursor::new(zip.finish().unwrap().into_inner())).unwrap();
        assert!(archive.bad().is_empty(), "nothing leads out");
    }
}
