//! Records on one of the databases, with a procedure, agencies and plans, on the disk of the checkout.

use crate::Outcome;
use domain::ids::PlanId;
use domain::plan::Plan;
use records::{Chance, Clock, Records, Settings, asked::Asked, plans};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use std::path::Path;
use tempfile::TempDir;

/// Argon2 memory in KiB: hashing is not what is measured here.
const HASH_MEMORY_KIB: u32 = 64;
/// Where a throw-away PostgreSQL is, see `server/testkit/with-postgres`.
const POSTGRES: &str = "JIKAO_TEST_POSTGRES";

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One file, write-ahead log, synchronous FULL.
    Sqlite,
    /// A server on this machine, fsync on.
    Postgres,
}

/// Records and a way around them.
pub struct Scene {
    /// The records.
    pub records: Records,
    /// Their clock, for a second server.
    settings: Settings,
    /// A connection of our own: prepares drafts, asks what is kept.
    pub side: DatabaseConnection,
    /// Which database.
    pub kind: Kind,
    folder: TempDir,
    lent: Option<(String, String)>,
}

impl Scene {
    /// Opens a new one.
    pub async fn open(kind: Kind) -> Outcome<Scene> {
        let folder = folder()?;
        let lent = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(lend().await?),
        };
        let url = lent.as_ref().map(|(_, url)| url.clone());
        let settings = Settings {
            database: url.clone(),
            clock: Clock::System,
            chance: Chance::System,
            hash_memory_kib: HASH_MEMORY_KIB,
            ..Settings::in_folder(folder.path())
        };
        let records = Records::open(settings.clone()).await?;
        records::profiles::publish(&records, &records::profiles::parse(testkit::ZYNL, "zynl.toml")?).await?;
        records::agencies::import(&records, testkit::AGENCIES, "agencies.toml").await?;
        records::standards::import(&records, testkit::STANDARDS).await?;
        let side = beside(kind, url.as_deref(), folder.path()).await?;
        Ok(Scene { records, settings, side, kind, folder, lent })
    }

    /// Another server on the same database, keys and files.
    pub async fn second_server(&self) -> Outcome<Records> {
        Ok(Records::open(self.settings.clone()).await?)
    }

    /// Another server whose questions are listened to.
    pub async fn listened(&self, asked: &Asked) -> Outcome<Records> {
        Ok(Records::open(Settings { asked: Some(asked.clone()), ..self.settings.clone() }).await?)
    }

    /// A new connection beside the records, where [`Scene::side`] was closed.
    pub async fn look(&self) -> Outcome<DatabaseConnection> {
        beside(self.kind, self.url(), self.folder()).await
    }

    /// An open plan with so many seats.
    pub async fn plan(&self, capacity: u32) -> Outcome<Plan> {
        let mut new = testkit::new_plan(self.records.now().day());
        new.capacity = capacity;
        let id: PlanId = plans::publish(&self.records, &new).await?;
        Ok(plans::get(&self.records, id).await?)
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Address of the database, where it is a server.
    pub fn url(&self) -> Option<&str> {
        self.lent.as_ref().map(|(_, url)| url.as_str())
    }

    /// What a database does by itself in quiet hours: rounds begin with an empty journal and known statistics.
    pub async fn tidy(&self) -> Outcome<()> {
        for statement in match self.kind {
            Kind::Sqlite => ["PRAGMA wal_checkpoint(TRUNCATE)"].as_slice(),
            Kind::Postgres => ["VACUUM ANALYZE", "CHECKPOINT"].as_slice(),
        } {
            self.side.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    /// Gives everything back.
    pub async fn close(self) -> Outcome<()> {
        self.side.clone().close().await?;
        self.records.close().await?;
        self.give_back().await
    }

    /// Gives back the database of a scene whose connections are closed.
    pub async fn give_back(self) -> Outcome<()> {
        if let Some((name, _)) = self.lent {
            let admin = Database::connect(std::env::var(POSTGRES)?).await?;
            admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
            admin.close().await?;
        }
        Ok(())
    }
}

async fn beside(kind: Kind, url: Option<&str>, folder: &Path) -> Outcome<DatabaseConnection> {
    let url = url.map_or_else(|| format!("sqlite://{}", folder.join("records.db").display()), str::to_owned);
    let mut options = ConnectOptions::new(url);
    options.max_connections(if kind == Kind::Sqlite { 1 } else { 4 }).sqlx_logging(false);
    // Prepared drafts may be lost in a power cut; what is measured goes through connections of its own.
    options.map_sqlx_sqlite_opts(|sqlite| sqlite.pragma("synchronous", "OFF"));
    Ok(Database::connect(options).await?)
}

/// Whether a throw-away PostgreSQL is at hand.
pub fn has_postgres() -> bool {
    std::env::var_os(POSTGRES).is_some()
}

/// A folder on the disk of the checkout: `/tmp` may be memory, where nothing is ever made durable.
pub fn folder() -> Outcome<TempDir> {
    let place = Path::new("target/bench");
    std::fs::create_dir_all(place)?;
    Ok(tempfile::tempdir_in(std::path::absolute(place)?)?)
}

/// A database of our own, by name and address.
async fn lend() -> Outcome<(String, String)> {
    let admin = std::env::var(POSTGRES).map_err(|_| format!("no PostgreSQL: set {POSTGRES}, or run `make bench`"))?;
    let name = format!("jikao_bench_{}", std::process::id());
    let connection = Database::connect(admin.as_str()).await?;
    connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
    connection.close().await?;
    let (server, _) = admin.rsplit_once('/').ok_or("an address ends with /database")?;
    let url = format!("{server}/{name}");
    Ok((name, url))
}
