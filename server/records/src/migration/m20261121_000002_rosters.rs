//! 名单: sheets that are tried, mended and imported, with the photos beside them.

use super::run;
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261121_000002_rosters"
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
    "CREATE TABLE roster (
        id TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plan (id), agency_id TEXT NOT NULL REFERENCES agency (id),
        staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('mapping','open','running','paused','undoing','undone')),
        head_sealed {blob} NOT NULL, photos_wanted BIGINT NOT NULL DEFAULT 0, note TEXT,
        created_at BIGINT NOT NULL, started_at BIGINT, moved_by TEXT REFERENCES staff (id))",
    "CREATE INDEX roster_by_plan ON roster (plan_id, created_at)",
    "CREATE INDEX roster_moving ON roster (state) WHERE state IN ('running','undoing')",
    "CREATE TABLE roster_row (
        roster_id TEXT NOT NULL REFERENCES roster (id), row_no BIGINT NOT NULL, cells_sealed {blob} NOT NULL,
        id_index TEXT NOT NULL DEFAULT '', name_index TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL CHECK (state IN ('ready','faulty','done','there','refused','undone','stays','left_out')),
        faults BIGINT NOT NULL DEFAULT 0, mends BIGINT NOT NULL DEFAULT 0, photo_later BIGINT NOT NULL DEFAULT 0, refusal TEXT,
        application_id TEXT REFERENCES application (id), opened_account BIGINT NOT NULL DEFAULT 0,
        PRIMARY KEY (roster_id, row_no))",
    "CREATE INDEX roster_row_state ON roster_row (roster_id, state, row_no)",
    // With the row's number: else SQLite walks the whole roster in the order of its rows to find the first of a person.
    "CREATE INDEX roster_row_person ON roster_row (roster_id, id_index, row_no)",
    "CREATE INDEX roster_row_name ON roster_row (roster_id, name_index, row_no)",
    "CREATE INDEX roster_row_case ON roster_row (application_id)",
    "CREATE TABLE roster_photo (
        id TEXT PRIMARY KEY, roster_id TEXT NOT NULL REFERENCES roster (id), name_sealed {blob} NOT NULL,
        id_index TEXT NOT NULL DEFAULT '', name_index TEXT NOT NULL DEFAULT '', row_no BIGINT,
        joined TEXT NOT NULL CHECK (joined IN ('no','number','name','hand','other_name','twice')),
        faults TEXT NOT NULL DEFAULT '[]', good BIGINT NOT NULL, points TEXT NOT NULL DEFAULT '[]',
        used_sha256 TEXT NOT NULL DEFAULT '', used_bytes BIGINT NOT NULL DEFAULT 0, used_format TEXT NOT NULL DEFAULT '',
        width BIGINT, height BIGINT,
        original_sha256 TEXT NOT NULL DEFAULT '', original_bytes BIGINT NOT NULL DEFAULT 0, original_format TEXT NOT NULL DEFAULT '',
        original_width BIGINT, original_height BIGINT, at BIGINT NOT NULL,
        CHECK ((joined = 'no') = (row_no IS NULL)))",
    "CREATE INDEX roster_photo_row ON roster_photo (roster_id, row_no)",
    "CREATE INDEX roster_photo_person ON roster_photo (roster_id, id_index)",
    "CREATE INDEX roster_photo_used ON roster_photo (used_sha256)",
    "CREATE INDEX roster_photo_original ON roster_photo (original_sha256)",
    // What was uploaded, until the import begins: headings can be looked for elsewhere in it.
    "CREATE TABLE roster_sheet (
        roster_id TEXT NOT NULL REFERENCES roster (id), position BIGINT NOT NULL, body_sealed {blob} NOT NULL,
        PRIMARY KEY (roster_id, position))",
    "CREATE TABLE roster_mend (
        id TEXT PRIMARY KEY, roster_id TEXT NOT NULL REFERENCES roster (id), staff_name TEXT NOT NULL, at BIGINT NOT NULL,
        cells BIGINT NOT NULL, body_sealed {blob} NOT NULL, undone_at BIGINT)",
    "CREATE INDEX roster_mend_roster ON roster_mend (roster_id, at)",
    // Taking an import back asks whether anybody points at what goes.
    "CREATE INDEX account_merged ON account (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX confirm_link_case ON confirm_link (application_id)",
    "CREATE INDEX preloaded_account ON preloaded (account_id)",
    "CREATE INDEX signature_request_case ON signature_request (application_id)",
];

const DOWN: &[&str] = &[
    "DROP INDEX signature_request_case",
    "DROP INDEX preloaded_account",
    "DROP INDEX confirm_link_case",
    "DROP INDEX account_merged",
    "DROP TABLE roster_mend",
    "DROP TABLE roster_sheet",
    "DROP TABLE roster_photo",
    "DROP TABLE roster_row",
    "DROP TABLE roster",
];
