//! A world: records in a folder of their own, a clock that stands still, dice that always fall the same way.

use crate::database::Lent;
use crate::plans::{AGENCIES, STANDARDS, ZYNL};
use domain::time::Timestamp;
use records::{Chance, Clock, Records, Settings};
use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use tempfile::TempDir;

/// When every play begins: Saturday morning in Shanghai.
const BEGINNING: &str = "2026-11-21 10:00:00";
/// Argon2 memory in KiB: enough to run, not enough to wait for.
const HASH_MEMORY_KIB: u32 = 64;

/// Everything a play needs. The procedure `zynl`, four agencies and the standards are there from the start.
pub struct World {
    /// The records.
    pub records: Records,
    folder: TempDir,
    lent: Option<Lent>,
    people: AtomicU32,
    seeds: AtomicU64,
}

/// A moment by Shanghai's clocks: `2026-11-21 10:00:00`.
pub fn shanghai(text: &str) -> Timestamp {
    Timestamp::parse_shanghai(text).expect("a moment such as 2026-11-21 10:00:00")
}

impl World {
    /// A world on SQLite.
    pub async fn sqlite() -> World {
        World::begin(None).await
    }

    /// A world on PostgreSQL, in a database of its own.
    pub async fn postgres() -> World {
        World::begin(Some(Lent::new().await)).await
    }

    async fn begin(lent: Option<Lent>) -> World {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let clock = Clock::frozen(shanghai(BEGINNING));
        let records = Records::open(settings(folder.path(), lent.as_ref(), clock, 1)).await.expect("records open");
        let profile = records::profiles::parse(ZYNL, "zynl.toml").expect("zynl.toml");
        records::profiles::publish(&records, &profile).await.expect("the profile is published");
        records::agencies::import(&records, AGENCIES, "agencies.toml").await.expect("agencies.toml");
        records::standards::import(&records, STANDARDS).await.expect("standards.json");
        World { records, folder, lent, people: AtomicU32::new(1), seeds: AtomicU64::new(2) }
    }

    /// Another server on the same database, keys and files, with the same clock.
    pub async fn second_server(&self) -> Records {
        let seed = self.seeds.fetch_add(1, Ordering::Relaxed);
        let clock = self.records.clock().clone();
        Records::open(settings(self.folder.path(), self.lent.as_ref(), clock, seed))
            .await
            .expect("a second server opens")
    }

    /// Sets the clock: `world.at("2026-12-06 23:59:59")`.
    pub fn at(&self, text: &str) {
        self.records.clock().set(shanghai(text));
    }

    /// Lets minutes pass.
    pub fn pass(&self, minutes: i64) {
        self.records.clock().set(Timestamp(self.records.now().0 + minutes * 60_000));
    }

    /// The data folder: database (on SQLite), keys, files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends the world and gives its database back.
    pub async fn finish(self) {
        self.records.close().await.expect("the records close");
        if let Some(lent) = self.lent {
            lent.give_back().await;
        }
    }

    /// Address of the database for a connection beside the records: for looking behind the acts.
    pub fn database_url(&self) -> String {
        match &self.lent {
            Some(lent) => lent.url.clone(),
            None => format!("sqlite://{}", self.folder.path().join("records.db").display()),
        }
    }

    pub(crate) fn next_person(&self) -> u32 {
        self.people.fetch_add(1, Ordering::Relaxed)
    }
}

fn settings(folder: &Path, lent: Option<&Lent>, clock: Clock, seed: u64) -> Settings {
    Settings {
        database: lent.map(|lent| lent.url.clone()),
        clock,
        chance: Chance::seeded(seed),
        hash_memory_kib: HASH_MEMORY_KIB,
        ..Settings::in_folder(folder)
    }
}
