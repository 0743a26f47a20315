//! Two databases behind one door: SQLite by default, PostgreSQL when many servers share the load.

use crate::entity::counter;
use crate::{
    Chance, Clock, Error,
    files::Files,
    keys::{self, Keys},
    live::Hub,
    migration::Migrator,
};
use domain::time::Timestamp;
use sea_orm::sqlx::{self, Connection, SqliteConnection};
use sea_orm::{
    ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, DatabaseTransaction,
    EntityTrait, QueryFilter, Set, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Longest that an act waits for a connection, or for another server's turn at the file. Pages end sooner by themselves; an
/// import or a round of the upkeep waits its turn on a busy machine rather than break off.
const PATIENCE: Duration = Duration::from_secs(60);

/// What must be known to open the records.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `sqlite://…` or `postgres://…`; none means `records.db` in the data folder.
    pub database: Option<String>,
    /// Folder of database, files and keys.
    pub data: PathBuf,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub chance: Chance,
    /// Argon2 memory in KiB; the default of 19,456 is OWASP's, tests take less.
    pub hash_memory_kib: u32,
    /// The virus scanner that uploads are shown to; none by default.
    pub virus_scan: Option<crate::files::VirusScan>,
    /// Where earlier certificates are looked up; nowhere by default.
    pub certificates: crate::certificate_lookup::Source,
    /// Who listens to what the database is asked: tests and measurements; nobody by default.
    pub asked: Option<crate::asked::Asked>,
}

impl Settings {
    /// Settings for a data folder, everything else by default.
    pub fn in_folder(data: impl Into<PathBuf>) -> Self {
        Settings {
            database: None,
            data: data.into(),
            clock: Clock::System,
            chance: Chance::System,
            hash_memory_kib: 19_456,
            virus_scan: None,
            certificates: crate::certificate_lookup::Source::Off,
            asked: None,
        }
    }
}

/// The records: one handle, cheap to clone.
#[derive(Clone)]
pub struct Records {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub write: DatabaseConnection,
    pub read: DatabaseConnection,
    pub clock: Clock,
    pub chance: Chance,
    pub keys: Keys,
    pub files: Files,
    pub virus_scan: Option<crate::files::VirusScan>,
    pub certificates: crate::certificate_lookup::Source,
    pub hub: Hub,
    pub hasher: crate::accounts::password::Hasher,
    pub cache: crate::plans::cache::Cache,
    pub calendar: domain::timeline::WorkCalendar,
    pub results: crate::knowing::Results,
    pub days: crate::desk::days::Days,
    pub handing_in: crate::applications::HandingIn,
}

/// A writing transaction. Dropped without [`Tx::commit`], nothing happened.
pub struct Tx {
    pub(crate) db: DatabaseTransaction,
    hub: Hub,
    pub(crate) woke: bool,
}

impl Records {
    /// Opens database, files and keys, creating what is missing, and migrates to the newest schema.
    pub async fn open(settings: Settings) -> Result<Records, Error> {
        keys::make_private_folder(&settings.data)?;
        let keys = Keys::load_or_create(&settings.data, &settings.chance)?;
        let files = Files::in_folder(&settings.data.join("files"))?;
        let calendar = crate::planner::load_calendar(&settings.data)?;
        let (write, read) = connect(&settings).await?;
        migrate(&write).await?;
        belong_together(&write, &keys).await?;
        let hub = Hub::new();
        Ok(Records {
            inner: Arc::new(Inner {
                write,
                read,
                hasher: crate::accounts::password::Hasher::new(settings.hash_memory_kib)?,
                clock: settings.clock,
                chance: settings.chance,
                keys,
                files,
                virus_scan: settings.virus_scan,
                certificates: settings.certificates,
                hub,
                cache: crate::plans::cache::Cache::default(),
                calendar,
                results: crate::knowing::Results::default(),
                days: crate::desk::days::Days::default(),
                handing_in: crate::applications::HandingIn::default(),
            }),
        })
    }

    /// Lets go of the database once running acts have ended; SQLite folds its journal into the file.
    pub async fn close(&self) -> Result<(), Error> {
        self.inner.read.close_by_ref().await?;
        self.inner.write.close_by_ref().await?;
        Ok(())
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Randomness.
    pub fn chance(&self) -> &Chance {
        &self.inner.chance
    }

    /// The clock, for demo mode and tests.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Which database this is.
    pub fn backend(&self) -> DatabaseBackend {
        self.inner.read.get_database_backend()
    }

    /// For reading outside a transaction.
    pub(crate) fn read(&self) -> &DatabaseConnection {
        &self.inner.read
    }

    /// Begins a writing transaction: `BEGIN IMMEDIATE` on SQLite, so that nobody loses at once with
    /// "database is locked"; READ COMMITTED with row locks and conditional updates on PostgreSQL.
    pub(crate) async fn begin(&self) -> Result<Tx, Error> {
        let db = match self.backend() {
            DatabaseBackend::Sqlite => {
                self.inner
                    .write
                    .begin_with_options(TransactionOptions {
                        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                        ..Default::default()
                    })
                    .await?
            }
            _ => self.inner.write.begin().await?,
        };
        Ok(Tx { db, hub: self.inner.hub.clone(), woke: false })
    }
}

impl Tx {
    /// Makes everything durable, then wakes the listeners if the outbox got a row.
    pub(crate) async fn commit(self) -> Result<(), Error> {
        self.db.commit().await?;
        if self.woke {
            self.hub.wake();
        }
        Ok(())
    }
}

/// Brings the schema up to date. Servers that start together on PostgreSQL wait for each other.
async fn migrate(db: &DatabaseConnection) -> Result<(), Error> {
    /// Any number that nothing else in this database locks.
    const LOCK: &str = "SELECT pg_advisory_xact_lock(71172026)";
    let waiting = match db.get_database_backend() {
        DatabaseBackend::Postgres => {
            let lock = db.begin().await?;
            lock.execute_unprepared(LOCK).await?;
            Some(lock)
        }
        _ => None,
    };
    Migrator::up(db, None).await?;
    if let Some(lock) = waiting {
        lock.commit().await?;
    }
    Ok(())
}

/// A database remembers the keys that it was begun with: other keys would open nothing and would find
/// nobody, so a server with the wrong folder says so at start instead of opening second accounts.
async fn belong_together(db: &DatabaseConnection, keys: &Keys) -> Result<(), Error> {
    const PREFIX: &str = "keys/";
    let own = format!("{PREFIX}{}", keys.fingerprint());
    let known = counter::Entity::find().filter(counter::Column::Name.starts_with(PREFIX)).one(db).await?;
    match known {
        Some(row) if row.name == own => Ok(()),
        Some(_) => Err(Error::Secret("this database was begun with other keys")),
        None => {
            let row = counter::ActiveModel { name: Set(own), value: Set(1) };
            counter::Entity::insert(row)
                .on_conflict_do_nothing_on([counter::Column::Name])
                .exec_without_returning(db)
                .await?;
            Ok(())
        }
    }
}

async fn connect(settings: &Settings) -> Result<(DatabaseConnection, DatabaseConnection), Error> {
    let url = match &settings.database {
        Some(url) => url.clone(),
        None => format!("sqlite://{}?mode=rwc", settings.data.join("records.db").display()),
    };
    let listened = |mut pool: DatabaseConnection| {
        if let Some(asked) = &settings.asked {
            asked.listen(&mut pool);
        }
        pool
    };
    if url.starts_with("postgres") {
        let pool = listened(Database::connect(postgres(&url)).await?);
        return Ok((pool.clone(), pool));
    }
    // One connection writes, many read: SQLite has one writer anyway, and waiting in our own
    // queue is fair and quiet where its busy handler is neither.
    let write = listened(Database::connect(sqlite(&url, 1)).await?);
    let read = listened(Database::connect(sqlite(&url, 8)).await?);
    Ok((write, read))
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).acquire_timeout(PATIENCE).sqlx_logging(false);
    options
}

/// A connection that rested shorter than this was found alive a moment ago: the driver asks whenever one is given back.
const FRESH: Duration = Duration::from_secs(1);

fn postgres(url: &str) -> ConnectOptions {
    let mut options = options(url, 24);
    // A server may have hung up on those that rested. Asking all the others too would double the ways of a rush.
    options.test_before_acquire(false);
    options.map_sqlx_postgres_pool_opts(|pool| {
        pool.before_acquire(|connection, meta| {
            Box::pin(async move { Ok(meta.idle_for < FRESH || connection.ping().await.is_ok()) })
        })
    });
    options
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = options(url, connections);
    // A file does not hang up: asking before every use would double the ways to it.
    options.test_before_acquire(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            .pragma("journal_mode", "WAL")
            // FULL: an acknowledged application survives a power cut.
            .pragma("synchronous", "FULL")
            // 16 MB: in a rush the same pages change again and again, and are folded in once.
            .pragma("wal_autocheckpoint", "4000")
    });
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| Box::pin(async move { is_between_transactions(connection).await }))
    });
    options
}

/// Whether a connection that was given back may be used again. When a commit fails, as on a full disk, SQLite ends the
/// transaction by itself while the driver still counts it; whatever came next would be a savepoint in a transaction
/// that nobody commits: acknowledged, seen by this connection alone, and gone with it.
async fn is_between_transactions(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if !connection.is_in_transaction() {
        return Ok(true);
    }
    // Nobody waited for the end of a transaction that was dropped; it is over when the next answer comes.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}
