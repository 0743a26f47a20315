//! The least that a database must do for one submission: what ours is compared with.

use crate::Outcome;
use crate::scene::{Kind, Scene};
use crate::stats::{self, Times};
use rusqlite::{Connection, params};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Bytes of a bare row, about a submitted form.
const BODY: usize = 400;
/// How long one round of a bare loop lasts.
const ROUND: Duration = Duration::from_millis(1500);

/// Transactions per second of one round, and how long each took where that is known.
pub struct Bare {
    /// Transactions per second.
    pub rate: f64,
    /// Time of each; empty for pgbench.
    pub times: Times,
}

/// One round: on SQLite single-row inserts under synchronous FULL; on PostgreSQL sixteen clients that
/// insert and update the plan's counter last.
pub async fn round(scene: &Scene, clients: usize) -> Outcome<Bare> {
    match scene.kind {
        Kind::Sqlite => {
            let file = scene.folder().join("bare.db");
            tokio::task::spawn_blocking(move || sqlite(&file)).await?
        }
        Kind::Postgres => {
            let (folder, url) = (scene.folder().to_owned(), scene.url().unwrap_or_default().to_owned());
            tokio::task::spawn_blocking(move || pgbench(&folder, &url, clients)).await?
        }
    }
}

fn sqlite(file: &Path) -> Outcome<Bare> {
    let db = Connection::open(file)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch(
        "CREATE TABLE IF NOT EXISTS reg (id INTEGER PRIMARY KEY, person TEXT NOT NULL, body BLOB NOT NULL);
         CREATE UNIQUE INDEX IF NOT EXISTS reg_person ON reg (person)",
    )?;
    let last: i64 = db.query_row("SELECT COALESCE(MAX(id), 0) FROM reg", [], |row| row.get(0))?;
    let mut begin = db.prepare("BEGIN IMMEDIATE")?;
    let mut insert = db.prepare("INSERT INTO reg (person, body) VALUES (?1, ?2)")?;
    let mut commit = db.prepare("COMMIT")?;
    let body = vec![b'x'; BODY];
    let (mut times, began): (Times, Instant) = (Times::default(), stats::now());
    let mut next = last;
    while began.elapsed() < ROUND {
        next += 1;
        // Spread like the hashes that stand in such an index.
        let person = format!("{:016x}", next.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let one = stats::now();
        begin.execute([])?;
        insert.execute(params![person, body])?;
        commit.execute([])?;
        times.add(one.elapsed());
    }
    Ok(Bare { rate: stats::per_second(times.len(), began.elapsed()), times })
}

const HOT_LAST: &str = "BEGIN;
INSERT INTO bare_reg (plan, person, body) VALUES (1, decode(md5(random()::text), 'hex'), repeat('x', 400));
UPDATE bare_plan SET taken = taken + 1 WHERE id = 1 AND taken < cap;
COMMIT;
";
const HOT_TABLES: &str = "CREATE TABLE IF NOT EXISTS bare_plan (id INT PRIMARY KEY, taken INT NOT NULL, cap INT NOT NULL);
CREATE TABLE IF NOT EXISTS bare_reg (id BIGSERIAL PRIMARY KEY, plan INT NOT NULL, person BYTEA NOT NULL UNIQUE, body TEXT NOT NULL);
INSERT INTO bare_plan VALUES (1, 0, 1000000000) ON CONFLICT DO NOTHING;
";

fn pgbench(folder: &Path, url: &str, clients: usize) -> Outcome<Bare> {
    let tables = folder.join("tables.sql");
    let script = folder.join("hotlast.sql");
    if !script.is_file() {
        std::fs::write(&tables, HOT_TABLES)?;
        std::fs::write(&script, HOT_LAST)?;
        output(Command::new(tool("psql")).args(["-q", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&tables).arg(url))?;
    }
    let seconds = ROUND.as_secs().max(2).to_string();
    let clients = clients.to_string();
    let said = output(
        Command::new(tool("pgbench"))
            .args(["-n", "-M", "prepared", "-j", "1", "-c", &clients, "-T", &seconds, "-f"])
            .arg(&script)
            .arg(url),
    )?;
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    Ok(Bare { rate: rate.ok_or("pgbench says no tps")?, times: Times::default() })
}

/// Tools of PostgreSQL lie outside the path on Debian.
fn tool(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.map(|version| version.path().join("bin").join(name)).filter(|path| path.is_file()).max();
    newest.unwrap_or_else(|| name.into())
}

fn output(command: &mut Command) -> Outcome<String> {
    let done = command.output().map_err(|why| format!("{}: {why}", command.get_program().display()))?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into_owned().into());
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
