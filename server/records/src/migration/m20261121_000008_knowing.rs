//! Sampling lists, and indexes for figures.

use super::run;
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261121_000008_knowing"
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
    "CREATE TABLE sampling (
        id TEXT PRIMARY KEY, agency_id TEXT REFERENCES agency (id), region TEXT NOT NULL DEFAULT '', title TEXT NOT NULL,
        strata TEXT NOT NULL CHECK (strata IN ('session','trade')),
        percent BIGINT NOT NULL CHECK (percent BETWEEN 1 AND 100), least BIGINT NOT NULL CHECK (least >= 0),
        from_on TEXT NOT NULL, until_on TEXT NOT NULL, seed TEXT NOT NULL, frame BIGINT NOT NULL,
        drawn_by TEXT NOT NULL REFERENCES staff (id), drawn_name TEXT NOT NULL, at BIGINT NOT NULL,
        CHECK ((agency_id IS NULL) <> (region = '')))",
    "CREATE INDEX sampling_agency ON sampling (agency_id, at)",
    "CREATE TABLE sampling_item (
        sampling_id TEXT NOT NULL REFERENCES sampling (id), no BIGINT NOT NULL CHECK (no > 0),
        application_id TEXT NOT NULL REFERENCES application (id), stratum TEXT NOT NULL,
        verdict TEXT CHECK (verdict IN ('fine','doubtful','wrong')), words_sealed {blob}, by_name TEXT NOT NULL DEFAULT '',
        seen_at BIGINT, CHECK ((verdict IS NULL) = (seen_at IS NULL)), PRIMARY KEY (sampling_id, no))",
    "CREATE INDEX sampling_item_case ON sampling_item (application_id)",
    // Whatever a dashboard asks about applications stands in this index: the table itself is not read.
    "DROP INDEX application_by_plan",
    "CREATE INDEX application_by_plan ON application (plan_id, stage, money, filing, exam, birth)",
    // The newest mark of a plan says whether its figures still hold.
    "DROP INDEX score_by_plan",
    "CREATE INDEX score_by_plan ON score (plan_id, at)",
    // Signals compare those whose exams lie ahead or were held lately; reminders look for the exams of a day.
    "CREATE INDEX plan_by_exam ON plan (exam_on)",
];

const DOWN: &[&str] = &["DROP TABLE sampling_item", "DROP TABLE sampling"];
