//! Dated facts: each migration keeps its own frozen names and never looks at entities.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager, async_trait};

mod m20261121_000001_first;
mod m20261121_000002_rosters;
mod m20261121_000003_rooms;
mod m20261121_000004_planner;
mod m20261121_000005_certificates;
mod m20261121_000006_messages;
mod m20261121_000007_places;
mod m20261121_000008_knowing;
mod m20261121_000009_visits;
mod m20261121_000010_bills;
mod m20261121_000011_recovery;

/// All migrations, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_first::Migration),
            Box::new(m20261121_000002_rosters::Migration),
            Box::new(m20261121_000003_rooms::Migration),
            Box::new(m20261121_000004_planner::Migration),
            Box::new(m20261121_000005_certificates::Migration),
            Box::new(m20261121_000006_messages::Migration),
            Box::new(m20261121_000007_places::Migration),
            Box::new(m20261121_000008_knowing::Migration),
            Box::new(m20261121_000009_visits::Migration),
            Box::new(m20261121_000010_bills::Migration),
            Box::new(m20261121_000011_recovery::Migration),
        ]
    }
}

/// Runs statements one by one, with the few words that the two databases spell differently:
/// `{blob}` for bytes, `{serial}` for a counting primary key.
async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let (blob, serial) = match db.get_database_backend() {
        DatabaseBackend::Sqlite => ("BLOB", "INTEGER PRIMARY KEY AUTOINCREMENT"),
        _ => ("BYTEA", "BIGSERIAL PRIMARY KEY"),
    };
    for statement in statements {
        db.execute_unprepared(&statement.replace("{blob}", blob).replace("{serial}", serial)).await?;
    }
    Ok(())
}
