//! Where bytes lie: a folder by default, under `ab/abcdef…`, the SHA-256 of the content.

use crate::{Clock, Error};
use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, path::Path};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::{OwnedRwLockReadGuard, RwLock, RwLockWriteGuard, Semaphore};

/// Pictures and papers worked on at once: each may take a hundred megabytes and a whole core.
const WORKERS: usize = 2;
/// Bytes without a row are given this long to get one, in milliseconds.
const SLACK_MS: i64 = 3_600_000;

/// The store of files.
#[derive(Debug, Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    workers: Arc<Semaphore>,
    gate: Arc<RwLock<()>>,
}

/// Keeps the sweeper out. Taken once per act, before the first bytes, and held until their rows are committed.
pub(crate) struct Gate {
    _open: OwnedRwLockReadGuard<()>,
}

/// Bytes that are kept, and are to be named in a row while the gate is held.
pub(crate) struct KeptBytes {
    pub sha256: String,
    pub bytes: i64,
}

impl Files {
    /// A store in a folder, which is made when missing.
    pub fn in_folder(folder: &std::path::Path) -> Result<Files, Error> {
        std::fs::create_dir_all(folder)?;
        // fsync: a row must never outlive its bytes, not even in a power cut.
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true).with_automatic_cleanup(true);
        Ok(Files::on(Arc::new(store)))
    }

    /// A store somewhere else.
    pub fn on(store: Arc<dyn ObjectStore>) -> Files {
        Files { store, workers: Arc::new(Semaphore::new(WORKERS)), gate: Arc::new(RwLock::new(())) }
    }

    /// Holds the sweeper out.
    pub(crate) async fn gate(&self) -> Gate {
        Gate { _open: self.gate.clone().read_owned().await }
    }

    /// Keeps bytes. They are written even if they are there already, so that the sweeper sees them as new.
    pub(crate) async fn keep(&self, _gate: &Gate, bytes: Vec<u8>) -> Result<KeptBytes, Error> {
        let sha256 = digest(&bytes);
        let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.store.put(&path_of(&sha256), PutPayload::from(bytes)).await?;
        Ok(KeptBytes { sha256, bytes: length })
    }

    /// Bytes that are there already and get a further row.
    pub(crate) async fn keep_again(&self, _gate: &Gate, sha256: &str, bytes: i64) -> Result<KeptBytes, Error> {
        self.store.head(&path_of(sha256)).await?;
        Ok(KeptBytes { sha256: sha256.to_owned(), bytes })
    }

    /// Reads bytes back.
    pub(crate) async fn read(&self, sha256: &str) -> Result<Vec<u8>, Error> {
        Ok(self.store.get(&path_of(sha256)).await?.bytes().await?.to_vec())
    }

    /// Runs heavy work on pictures or papers beside the event loop, a few at a time.
    pub(crate) async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let _place = self.workers.acquire().await.map_err(|_| Error::Paper("shutting down".into()))?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::Paper("the work on a file broke off".into()))
    }

    /// Waits until nobody is between bytes and row.
    pub(crate) async fn shut_gate(&self) -> RwLockWriteGuard<'_, ()> {
        self.gate.write().await
    }

    pub(crate) async fn older_than_an_hour(&self) -> Result<Vec<String>, Error> {
        let objects: Vec<_> = self.store.list(None).try_collect().await?;
        Ok(objects
            .into_iter()
            .filter(is_old)
            .filter_map(|object| object.location.filename().map(str::to_owned))
            .collect())
    }

    pub(crate) async fn remove_if_old(&self, sha256: &str) -> Result<bool, Error> {
        let path = path_of(sha256);
        match self.store.head(&path).await {
            Ok(object) if is_old(&object) => {
                self.store.delete(&path).await?;
                Ok(true)
            }
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(other) => Err(other.into()),
        }
    }
}

/// The store stamps with the machine's time, so it is the machine's clock that is asked, not a rehearsal's.
fn is_old(object: &object_store::ObjectMeta) -> bool {
    Clock::System.now().0 - object.last_modified.timestamp_millis() > SLACK_MS
}

/// SHA-256 as 64 hexadecimal digits.
pub(crate) fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn path_of(sha256: &str) -> Path {
    Path::from(format!("{}/{sha256}", sha256.get(..2).unwrap_or("00")))
}
