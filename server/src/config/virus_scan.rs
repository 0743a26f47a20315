//! `[virus_scan]`: whether uploads are shown to clamd.

use records::files;
use serde::Deserialize;
use std::path::PathBuf;

/// The scanner; off unless a socket is named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VirusScan {
    /// Unix socket of clamd.
    pub socket: Option<PathBuf>,
    /// What becomes of an upload while it does not answer.
    pub on_failure: OnFailure,
}

/// What becomes of an upload that could not be scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// It is refused.
    #[default]
    Refuse,
    /// It is kept, marked for the reviewer.
    AcceptAndMark,
}

impl VirusScan {
    /// The scanner that the records ask, if there is one.
    pub fn scanner(&self) -> Option<files::VirusScan> {
        let on_failure = match self.on_failure {
            OnFailure::Refuse => files::OnFailure::Refuse,
            OnFailure::AcceptAndMark => files::OnFailure::AcceptAndMark,
        };
        self.socket.clone().map(|socket| files::VirusScan { socket, on_failure })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn it_is_off_until_a_socket_is_named() {
        assert_eq!(Config::default().virus_scan.scanner(), None);
        let config: Config = toml::from_str("[virus_scan]\nsocket = \"/run/clamav/clamd.ctl\"").unwrap();
        let scanner = config.virus_scan.scanner().unwrap();
        assert_eq!(scanner.on_failure, files::OnFailure::Refuse);
        assert!(toml::from_str::<Config>("[virus_scan]\non_failure = \"shrug\"").is_err());
    }
}
