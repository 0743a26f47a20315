//! An optional virus scanner: `clamd` on a Unix socket, asked with INSTREAM before anything is kept.

use crate::Error;
use domain::refusal::UploadRefusal;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::timeout;

/// The scanner, and what to do without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VirusScan {
    /// Socket of `clamd`; Debian's is `/run/clamav/clamd.ctl`.
    pub socket: PathBuf,
    /// What becomes of an upload while the scanner does not answer.
    pub on_failure: OnFailure,
}

/// What becomes of an upload that could not be scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// It is refused with a sentence.
    Refuse,
    /// It is kept and marked for the reviewer.
    AcceptAndMark,
}

/// The code of the mark on a file that was kept unscanned.
pub const UNSCANNED: &str = "unscanned";

/// Longest time for one file; clamd reads some ten megabytes a second.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of one chunk; clamd takes up to its `StreamMaxLength` in all.
const CHUNK: usize = 64 * 1024;
/// Longest answer that is read.
const ANSWER: u64 = 1024;

impl VirusScan {
    /// Asks about one file. Whether it was scanned: `false` only where the setting lets it pass unscanned. What is
    /// infected is refused.
    pub(crate) async fn scan(&self, bytes: &[u8]) -> Result<bool, Error> {
        let answer = match timeout(PATIENCE, self.ask(bytes)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(why)) => return self.unanswered(&why.to_string()),
            Err(_) => return self.unanswered("no answer in time"),
        };
        let answer = answer.trim_end_matches(['\0', '\n']);
        if answer.ends_with(" OK") {
            return Ok(true);
        }
        if let Some(found) = answer.strip_suffix(" FOUND") {
            tracing::warn!("The virus scanner refused an upload: {}", found.trim_start_matches("stream: "));
            return Err(UploadRefusal::Infected.into());
        }
        self.unanswered(answer)
    }

    async fn ask(&self, bytes: &[u8]) -> std::io::Result<String> {
        let mut socket = UnixStream::connect(&self.socket).await?;
        // clamd(8): the command with a zero at its end, then chunks with their length before them; none ends.
        socket.write_all(b"zINSTREAM\0").await?;
        for chunk in bytes.chunks(CHUNK) {
            socket.write_all(&u32::try_from(chunk.len()).unwrap_or(0).to_be_bytes()).await?;
            socket.write_all(chunk).await?;
        }
        socket.write_all(&0u32.to_be_bytes()).await?;
        let mut answer = Vec::new();
        socket.take(ANSWER).read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn unanswered(&self, why: &str) -> Result<bool, Error> {
        tracing::error!("The virus scanner at {} gave no verdict: {why}", self.socket.display());
        match self.on_failure {
            OnFailure::Refuse => Err(UploadRefusal::NotScanned.into()),
            OnFailure::AcceptAndMark => Ok(false),
        }
    }
}
