//! What happens around a plan on its day and on its site: notes of doors without a network, photos of visits, and
//! amendments that wait for approval.

use super::run;
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261121_000009_visits"
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
    "CREATE TABLE door_note (
        id TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plan (id), application_id TEXT NOT NULL, session_id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('came','absent','misconduct')), at BIGINT NOT NULL, device TEXT NOT NULL,
        skew BIGINT NOT NULL, received_at BIGINT NOT NULL, staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN
            ('taken','earlier_kept','earlier_taken','mended','conflict','decided','too_early','too_late','unknown')))",
    "CREATE INDEX door_note_of ON door_note (application_id, session_id)",
    "CREATE INDEX door_note_plan ON door_note (plan_id, received_at)",
    "CREATE TABLE door_conflict (
        application_id TEXT NOT NULL REFERENCES application (id), session_id TEXT NOT NULL REFERENCES exam_session (id),
        plan_id TEXT NOT NULL REFERENCES plan (id), came_at BIGINT NOT NULL, came_by TEXT NOT NULL,
        absent_at BIGINT NOT NULL, absent_by TEXT NOT NULL, opened_at BIGINT NOT NULL,
        decided TEXT CHECK (decided IN ('came','absent')), decided_by TEXT NOT NULL DEFAULT '', decided_at BIGINT,
        reason TEXT NOT NULL DEFAULT '', CHECK ((decided IS NULL) = (decided_at IS NULL)),
        CHECK (decided IS NULL OR reason <> ''), PRIMARY KEY (application_id, session_id))",
    "CREATE INDEX door_conflict_plan ON door_conflict (plan_id)",
    "CREATE TABLE visit_photo (
        id TEXT PRIMARY KEY, visit_id TEXT NOT NULL REFERENCES inspection (id), position BIGINT NOT NULL,
        format TEXT NOT NULL, sha256 TEXT NOT NULL, bytes BIGINT NOT NULL CHECK (bytes > 0),
        staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL, at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX visit_photo_of ON visit_photo (visit_id, position)",
    "CREATE INDEX visit_photo_content ON visit_photo (sha256)",
    "CREATE TABLE amendment (
        id TEXT PRIMARY KEY, planning_id TEXT NOT NULL REFERENCES planning (id),
        stage TEXT NOT NULL CHECK (stage IN ('at_centre','at_authority','approved','refused','withdrawn')),
        revision BIGINT NOT NULL DEFAULT 0, changes TEXT NOT NULL, text TEXT NOT NULL, reason TEXT NOT NULL,
        staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL, at BIGINT NOT NULL, ended_at BIGINT,
        CHECK ((stage IN ('at_centre','at_authority')) = (ended_at IS NULL)))",
    "CREATE UNIQUE INDEX amendment_once ON amendment (planning_id) WHERE ended_at IS NULL",
    "CREATE INDEX amendment_of ON amendment (planning_id, at)",
    "CREATE TABLE amendment_opinion (
        amendment_id TEXT NOT NULL REFERENCES amendment (id), desk TEXT NOT NULL CHECK (desk IN ('centre','authority')),
        approved BIGINT NOT NULL CHECK (approved IN (0, 1)), text TEXT NOT NULL, staff_id TEXT NOT NULL REFERENCES staff (id),
        staff_name TEXT NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL, CHECK (approved = 1 OR text <> ''),
        PRIMARY KEY (amendment_id, desk))",
];

const DOWN: &[&str] = &[
    "DROP TABLE amendment_opinion",
    "DROP TABLE amendment",
    "DROP TABLE visit_photo",
    "DROP TABLE door_conflict",
    "DROP TABLE door_note",
];
