//! The schema goes up, down and up again on both databases, with rows in every table.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a play that cannot go on has failed")]

use records::migration::Migrator;
use sea_orm::{ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait;
use testkit::both_databases;

const SAMPLE: &str = concat!(
    include_str!("samples/first.sql"),
    include_str!("samples/rosters.sql"),
    include_str!("samples/rooms.sql"),
    include_str!("samples/planner.sql"),
    include_str!("samples/certificates.sql"),
    include_str!("samples/messages.sql"),
    include_str!("samples/visits.sql"),
    include_str!("samples/places.sql"),
    include_str!("samples/knowing.sql"),
    include_str!("samples/bills.sql"),
    include_str!("samples/recovery.sql"),
);

both_databases! {
    async fn up_down_and_up_with_rows(world) {
        let db = Database::connect(world.database_url()).await.unwrap();
        Migrator::down(&db, None).await.unwrap();
        assert_eq!(tables(&db).await, Vec::<String>::new(), "down leaves nothing behind");
        Migrator::up(&db, None).await.unwrap();
        let fresh = tables(&db).await;
        assert_eq!(fresh, sampled(), "every table has a sample row, and no other is there");

        fill(&db).await;
        for table in &fresh {
            assert!(rows(&db, table).await > 0, "{table} has a sample row");
        }
        Migrator::up(&db, None).await.unwrap();
        assert_eq!(rows(&db, "application").await, 1, "going up again changes nothing");

        Migrator::down(&db, None).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        assert_eq!(tables(&db).await, fresh);
        fill(&db).await;
        db.close().await.unwrap();
    }

    /// Whoever takes a row away asks every table that may point at it: by an index, or by reading it from end to end.
    async fn what_may_go_is_found_by_an_index_wherever_it_is_pointed_at(world) {
        let db = Database::connect(world.database_url()).await.unwrap();
        let sql = match db.get_database_backend() {
            DatabaseBackend::Sqlite => {
                "SELECT t.name || '.' || f.\"from\" AS t FROM sqlite_master t, pragma_foreign_key_list(t.name) f
                 WHERE t.type = 'table' AND f.\"table\" IN ('account', 'application', 'file') AND NOT EXISTS (
                    SELECT 1 FROM pragma_index_list(t.name) l, pragma_index_info(l.name) i
                    WHERE i.seqno = 0 AND i.name = f.\"from\" AND (l.partial = 0 OR EXISTS (SELECT 1 FROM sqlite_master x
                        WHERE x.name = l.name AND x.sql LIKE '%WHERE ' || f.\"from\" || ' IS NOT NULL')))"
            }
            _ => {
                "SELECT c.conrelid::regclass::text || '.' || a.attname AS t FROM pg_constraint c
                 JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                 WHERE c.contype = 'f' AND c.confrelid IN ('account'::regclass, 'application'::regclass, 'file'::regclass)
                   AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = a.attnum
                    AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = '(' || a.attname || ' IS NOT NULL)'))"
            }
        };
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        let slow: Vec<String> = rows.iter().map(|row| row.try_get("", "t").unwrap()).collect();
        assert!(slow.is_empty(), "{slow:?}");
        db.close().await.unwrap();
    }

    async fn the_schema_itself_refuses_nonsense(world) {
        let db = Database::connect(world.database_url()).await.unwrap();
        Migrator::down(&db, None).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        fill(&db).await;
        for nonsense in [
            "UPDATE plan SET taken = capacity + 1",
            "UPDATE plan SET taken = -1",
            "UPDATE plan SET closes_at = opens_at",
            "UPDATE plan SET agency_id = 'nobody'",
            "UPDATE plan SET level = 6",
            "UPDATE application SET stage = 'lost'",
            "UPDATE staff SET role = 'king'",
            "UPDATE login SET staff_id = 's1' WHERE token_hash = 't1'",
            "UPDATE login SET account_id = NULL WHERE token_hash = 't1'",
            "DELETE FROM account",
            "INSERT INTO application (id, account_id, plan_id, agency_id, region, name, trade_key, window_opens, window_closes, stage, answers_sealed, started_at, saved_at)
                SELECT 'x2', account_id, plan_id, agency_id, region, name, trade_key, window_opens, window_closes, 'draft', answers_sealed, 1, 1 FROM application",
            "UPDATE file SET bytes = 0",
        ] {
            // A connection may be any of the pool's; SQLite keeps foreign keys only where it is told to.
            if db.get_database_backend() == DatabaseBackend::Sqlite {
                db.execute_unprepared("PRAGMA foreign_keys = ON").await.unwrap();
            }
            assert!(db.execute_unprepared(nonsense).await.is_err(), "{nonsense}");
        }
        db.execute_unprepared("UPDATE application SET stage = 'withdrawn'").await.unwrap();
        db.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_start_together_migrate_one_after_the_other() {
    let world = testkit::World::postgres().await;
    let db = Database::connect(world.database_url()).await.unwrap();
    Migrator::down(&db, None).await.unwrap();
    let (one, other) = tokio::join!(world.second_server(), world.second_server());
    assert_eq!(tables(&db).await, sampled());
    drop((one, other));
    db.close().await.unwrap();
    world.finish().await;
}

#[tokio::test]
async fn closing_folds_the_journal_into_the_file() {
    let world = testkit::World::sqlite().await;
    let li = world.applicant("李强").await;
    assert!(world.folder().join("records.db-wal").exists());
    world.records.close().await.unwrap();
    assert!(!world.folder().join("records.db-wal").exists());
    let again = world.second_server().await;
    assert_eq!(records::accounts::person(&again, li.id).await.unwrap().name, "李强");
}

/// The tables that the samples have rows for.
fn sampled() -> Vec<String> {
    let names = SAMPLE.lines().filter_map(|line| line.strip_prefix("INSERT INTO ")?.split(' ').next());
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

async fn fill(db: &DatabaseConnection) {
    let bytes = if db.get_database_backend() == DatabaseBackend::Sqlite { "x'0102'" } else { "'\\x0102'::bytea" };
    for statement in SAMPLE.lines().filter(|line| line.starts_with("INSERT")) {
        db.execute_unprepared(&statement.replace("{blob}", bytes)).await.expect(statement);
    }
}

async fn tables(db: &DatabaseConnection) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DatabaseBackend::Sqlite => {
            "SELECT name AS t FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        _ => "SELECT tablename::text AS t FROM pg_tables WHERE schemaname = 'public'",
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let mut names: Vec<String> = rows.iter().map(|row| row.try_get("", "t").unwrap()).collect();
    names.retain(|name| name != "seaql_migrations");
    names.sort();
    names
}

async fn rows(db: &DatabaseConnection, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) AS n FROM \"{table}\"");
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    row.try_get("", "n").unwrap()
}
