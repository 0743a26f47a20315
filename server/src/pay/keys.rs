//! Keys of merchants, from files that only their owner may read.

use std::path::Path;

/// Where key files come from.
pub struct KeyFiles(Source);

enum Source {
    Disk,
    Kept(Vec<(&'static str, Vec<u8>)>),
}

impl KeyFiles {
    /// Files on the disk.
    pub fn on_disk() -> KeyFiles {
        KeyFiles(Source::Disk)
    }

    /// Files of a simulator, by name.
    pub fn kept(files: Vec<(&'static str, Vec<u8>)>) -> KeyFiles {
        KeyFiles(Source::Kept(files))
    }

    /// A secret: nobody but its owner may read the file.
    pub(crate) fn secret(&self, path: &Path) -> Result<Vec<u8>, String> {
        #[cfg(unix)]
        if matches!(self.0, Source::Disk) {
            use std::os::unix::fs::PermissionsExt;
            let mode =
                std::fs::metadata(path).map_err(|why| format!("{}: {why}", path.display()))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(format!("{}: others can read this key: run chmod 600 on it", path.display()));
            }
        }
        self.open(path)
    }

    /// What everybody may know.
    pub(super) fn open(&self, path: &Path) -> Result<Vec<u8>, String> {
        match &self.0 {
            Source::Disk => std::fs::read(path).map_err(|why| format!("{}: {why}", path.display())),
            Source::Kept(files) => files
                .iter()
                .find(|(name, _)| Path::new(name) == path)
                .map(|(_, bytes)| bytes.clone())
                .ok_or_else(|| format!("{}: no such file", path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        std::fs::write(&path, "key").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(KeyFiles::on_disk().secret(&path).unwrap_err().contains("chmod 600"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(KeyFiles::on_disk().secret(&path).unwrap(), b"key");
    }
}
