//! A secret of the configuration.

use std::path::Path;

/// A text that nobody prints.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret")
    }
}

impl Secret {
    /// A secret that is known already.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// Reads the first line of a file that only its owner may read.
    pub fn read(path: &Path) -> Result<Secret, String> {
        let wrong = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path).map_err(|why| wrong(&why))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(wrong(&"others can read this secret: run chmod 600 on it"));
            }
        }
        let text = std::fs::read_to_string(path).map_err(|why| wrong(&why))?;
        match text.lines().next().map(str::trim) {
            None | Some("") => Err(wrong(&"is empty; the secret stands in its first line")),
            Some(secret) => Ok(Secret(secret.to_owned())),
        }
    }

    /// The secret itself.
    pub fn text(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "hush\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Secret::read(&path).unwrap_err().contains("chmod 600"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let secret = Secret::read(&path).unwrap();
        assert_eq!((secret.text(), format!("{secret:?}").as_str()), ("hush", "Secret"));
    }
}
