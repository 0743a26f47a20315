//! Uploads arrive on disk first: a slow line holds a file open, never memory. Only when a file is whole, and
//! its turn has come, is it read and handed to an act.

use crate::state::App;
use app::Failure;
use axum::extract::Multipart;
use axum::extract::multipart::Field;
use domain::refusal::{Refusal, UploadRefusal};
use std::path::PathBuf;
use std::time::Duration;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

/// Longest pause within an upload.
const PAUSE: Duration = Duration::from_secs(30);
/// Most parts of one form: a photo with its original, or twenty papers.
const MOST_PARTS: usize = 24;
/// Most parts of a folder: a photo each for the largest roster.
const FOLDER_PARTS: usize = 20_000;
/// Longest name of a file that is kept, in bytes.
const NAME_BYTES: usize = 400;
/// Most bytes of words in one form with files.
const WORDS_BYTES: usize = 64 * 1024;
/// Bytes by which a format is known.
const MAGIC: usize = 32;
/// So much of a file that is nothing of ours is kept, to say what it is instead.
const HEAD: usize = 4 * 1024;

/// A file that has arrived; dropping it removes it from disk.
#[derive(Debug)]
pub struct Arrived {
    /// Name of the form's field.
    pub field: String,
    /// Its name on the device.
    pub name: String,
    /// Bytes that arrived, also those that were not kept.
    pub bytes: u64,
    path: PathBuf,
}

impl Drop for Arrived {
    fn drop(&mut self) {
        // Nothing to do about it here; leftovers are swept at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Arrived {
    /// The file itself, for a reader that jumps about in it.
    pub fn open(&self) -> Result<std::fs::File, Failure> {
        std::fs::File::open(&self.path).map_err(|why| Failure::Broken(app::failure::incident(&why)))
    }

    /// At most so many of its first bytes.
    pub async fn head(&self, limit: u64) -> Result<Vec<u8>, Failure> {
        let broken = |why: std::io::Error| Failure::Broken(app::failure::incident(&why));
        let mut bytes = Vec::new();
        let disk = File::open(&self.path).await.map_err(broken)?;
        disk.take(limit).read_to_end(&mut bytes).await.map_err(broken)?;
        Ok(bytes)
    }

    /// Whether it begins with these bytes.
    pub async fn begins_with(&self, mark: &[u8]) -> Result<bool, Failure> {
        Ok(self.head(mark.len() as u64).await? == mark)
    }

    /// The bytes.
    pub async fn read(&self) -> Result<Vec<u8>, Failure> {
        tokio::fs::read(&self.path).await.map_err(|why| app::failure::incident(&why)).map_err(Failure::Broken)
    }
}

/// What a form brought.
#[derive(Debug, Default)]
pub struct Received {
    /// Its files, in order.
    pub files: Vec<Arrived>,
    /// Names of the boxes that were ticked.
    pub ticked: Vec<String>,
    words: Vec<(String, String)>,
}

impl Received {
    /// What was typed into a field.
    pub fn words(&self, name: &str) -> &str {
        self.words.iter().find(|(known, _)| known == name).map_or("", |(_, words)| words.as_str())
    }
}

/// Receives every file of a form, each at most `limit` bytes. Fields without a file are left out: a browser
/// sends an empty one where nothing was chosen.
pub async fn receive(app: &App, form: &mut Multipart, limit: u64) -> Result<Received, Failure> {
    receive_kinds(app, form, limit, Kinds::Papers).await
}

/// What a form takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinds {
    /// Pictures and papers; of anything else only the beginning is kept.
    Papers,
    /// The same, each on its own: one that is too large comes with its weight, and the others are kept.
    Each,
    /// Any bytes: sheets and archives, which their reader judges.
    Any,
    /// The same, and as many parts as a folder of photos has files.
    Folder,
}

/// [`receive`], for other kinds of files.
pub async fn receive_kinds(app: &App, form: &mut Multipart, limit: u64, kinds: Kinds) -> Result<Received, Failure> {
    let (mut all, mut room) = (Received::default(), WORDS_BYTES);
    let most_parts = if kinds == Kinds::Folder { FOLDER_PARTS } else { MOST_PARTS };
    for _ in 0..most_parts {
        let next = timeout(PAUSE, form.next_field()).await.map_err(|_| broken_off())?;
        let Some(field) = next.map_err(|_| broken_off())? else { return Ok(all) };
        if field.file_name().is_some() {
            all.files.extend(keep(app, field, limit, kinds).await?);
        } else if let Some(name) = field.name().map(str::to_owned) {
            let words = words(field, &mut room).await?;
            if words == "yes" {
                all.ticked.push(name);
            } else if !words.is_empty() {
                all.words.push((name, words));
            }
        }
    }
    Err(Refusal::from(UploadRefusal::TooMany { limit: most_parts as u32 }).into())
}

/// What was typed, as far as there is room for it.
async fn words(mut field: Field<'_>, room: &mut usize) -> Result<String, Failure> {
    let mut said = Vec::new();
    while let Some(chunk) = timeout(PAUSE, field.chunk()).await.map_err(|_| broken_off())?.map_err(|_| broken_off())? {
        let taken = chunk.len().min(*room);
        *room -= taken;
        said.extend_from_slice(&chunk[..taken]);
    }
    Ok(String::from_utf8_lossy(&said).into_owned())
}

async fn keep(app: &App, mut field: Field<'_>, limit: u64, kinds: Kinds) -> Result<Option<Arrived>, Failure> {
    let mut name = field.file_name().unwrap_or_default().to_owned();
    while name.len() > NAME_BYTES {
        name.pop();
    }
    let path = app.waiting_room.join(app.records.chance().token());
    let mut file = Arrived { field: field.name().unwrap_or_default().to_owned(), name, bytes: 0, path };
    let mut disk = File::create(&file.path).await.map_err(|why| Failure::Broken(app::failure::incident(&why)))?;
    let (mut head, mut ours) = (Vec::with_capacity(MAGIC), true);
    loop {
        let chunk = timeout(PAUSE, field.chunk()).await.map_err(|_| broken_off())?;
        let Some(chunk) = chunk.map_err(|_| broken_off())? else { break };
        if head.len() < MAGIC {
            head.extend_from_slice(&chunk[..chunk.len().min(MAGIC - head.len())]);
            ours = !matches!(kinds, Kinds::Papers | Kinds::Each) || head.len() < MAGIC || is_known(&head);
        }
        // What is nothing of ours, or too large, is heard to its end but not kept: a browser that is cut
        // off in the middle shows its own error instead of our sentence.
        let room = if ours { limit } else { HEAD as u64 };
        let kept = room.saturating_sub(file.bytes).min(chunk.len() as u64) as usize;
        file.bytes += chunk.len() as u64;
        disk.write_all(&chunk[..kept]).await.map_err(|why| Failure::Broken(app::failure::incident(&why)))?;
    }
    disk.flush().await.map_err(|why| Failure::Broken(app::failure::incident(&why)))?;
    if file.bytes > limit && kinds != Kinds::Each {
        return Err(Refusal::from(UploadRefusal::TooLarge { limit }).into());
    }
    let chosen = file.bytes > 0 || !file.name.is_empty();
    Ok(chosen.then_some(file))
}

/// Whether the first bytes are those of a picture or a paper that anybody may hand in.
fn is_known(head: &[u8]) -> bool {
    let riff = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    let known: [&[u8]; 4] = [b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"%PDF-"];
    // A PDF may carry some bytes before its mark; readers look further, and so does the act.
    riff || known.iter().any(|mark| head.starts_with(mark)) || head.windows(5).any(|part| part == b"%PDF-")
}

fn broken_off() -> Failure {
    Refusal::from(UploadRefusal::BrokenOff).into()
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        for mark in [
            &b"\xff\xd8\xff\xe0\x00\x10JFIF"[..],
            b"\x89PNG\r\n\x1a\n",
            b"GIF89a",
            b"%PDF-1.7",
            b"RIFF\x10\0\0\0WEBPVP8 ",
        ] {
            assert!(is_known(mark), "{mark:?}");
        }
        for other in [&b"<html><script>"[..], b"MZ\x90\x00", b"PK\x03\x04", b"RIFF\x10\0\0\0WAVE", b""] {
            assert!(!is_known(other), "{other:?}");
        }
    }
}
