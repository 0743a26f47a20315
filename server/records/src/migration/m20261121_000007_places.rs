//! 候补: places in the lines before full plans.

use super::run;
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261121_000007_places"
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
    "CREATE TABLE waiting_place (
        id TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plan (id),
        application_id TEXT NOT NULL REFERENCES application (id), site_id TEXT REFERENCES plan_site (id),
        turn BIGINT NOT NULL CHECK (turn > 0), hours BIGINT NOT NULL CHECK (hours > 0),
        state TEXT NOT NULL CHECK (state IN ('waiting','offered','seated','passed','left','ended')),
        joined_at BIGINT NOT NULL, offered_at BIGINT, until_at BIGINT, ended_at BIGINT,
        CHECK ((offered_at IS NULL) = (until_at IS NULL)), CHECK (state <> 'offered' OR until_at IS NOT NULL),
        CHECK ((state IN ('waiting','offered')) = (ended_at IS NULL)))",
    "CREATE UNIQUE INDEX waiting_place_turn ON waiting_place (plan_id, turn)",
    "CREATE UNIQUE INDEX waiting_place_once ON waiting_place (application_id) WHERE state IN ('waiting','offered')",
    "CREATE INDEX waiting_place_case ON waiting_place (application_id)",
    "CREATE INDEX waiting_place_open ON waiting_place (plan_id, state, turn)",
    "CREATE INDEX waiting_place_offers ON waiting_place (until_at) WHERE state = 'offered'",
];

const DOWN: &[&str] = &["DROP TABLE waiting_place"];
