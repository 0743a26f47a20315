//! Codes that set forgotten passwords anew.

use super::run;
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261121_000011_recovery"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}

const UP: &[&str] = &[
    "CREATE TABLE password_code (
        id TEXT PRIMARY KEY, subject TEXT NOT NULL, by_mobile BIGINT NOT NULL CHECK (by_mobile IN (0, 1)),
        code_hash TEXT NOT NULL, ticket_hash TEXT NOT NULL UNIQUE,
        guesses BIGINT NOT NULL DEFAULT 0 CHECK (guesses BETWEEN 0 AND 5),
        created_at BIGINT NOT NULL, until_at BIGINT NOT NULL, used_at BIGINT, ended_at BIGINT)",
    "CREATE INDEX password_code_subject ON password_code (subject, created_at)",
    "CREATE INDEX password_code_age ON password_code (created_at)",
];

const DOWN: &[&str] = &["DROP TABLE password_code"];
