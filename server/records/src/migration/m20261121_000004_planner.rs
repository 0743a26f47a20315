//! Plans before and beside their publication: forms, opinions of the desks, visits, public lists with objections, and the
//! register of agencies.

use super::run;
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261121_000004_planner"
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
    "CREATE TABLE planning (
        id TEXT PRIMARY KEY, agency_id TEXT NOT NULL REFERENCES agency (id),
        stage TEXT NOT NULL CHECK (stage IN ('draft','at_centre','at_authority','returned','approved','refused','published','cancelled')),
        number TEXT UNIQUE, title TEXT NOT NULL DEFAULT '', form TEXT NOT NULL, exam_on TEXT,
        revision BIGINT NOT NULL DEFAULT 0, round BIGINT NOT NULL DEFAULT 0, copied_from TEXT NOT NULL DEFAULT '',
        created_by TEXT NOT NULL REFERENCES staff (id), created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
        filed_at BIGINT, decided_at BIGINT, ended_at BIGINT, ended TEXT NOT NULL DEFAULT '',
        CHECK (stage IN ('draft','published','cancelled') OR (filed_at IS NOT NULL AND number IS NOT NULL)),
        CHECK ((ended = '') = (ended_at IS NULL)), CHECK (stage <> 'cancelled' OR ended <> ''))",
    "CREATE INDEX planning_by_agency ON planning (agency_id, stage)",
    "CREATE INDEX planning_by_stage ON planning (stage, updated_at)",
    "CREATE TABLE planning_opinion (
        planning_id TEXT NOT NULL REFERENCES planning (id), round BIGINT NOT NULL,
        desk TEXT NOT NULL CHECK (desk IN ('centre','authority')), outcome TEXT NOT NULL CHECK (outcome IN ('approve','return','refuse')),
        text TEXT NOT NULL, staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL,
        CHECK (outcome = 'approve' OR text <> ''), PRIMARY KEY (planning_id, round, desk))",
    "CREATE TABLE inspection (
        id TEXT PRIMARY KEY, planning_id TEXT NOT NULL REFERENCES planning (id), on_day TEXT NOT NULL,
        fit BIGINT NOT NULL CHECK (fit IN (0, 1)), text TEXT NOT NULL, staff_id TEXT NOT NULL REFERENCES staff (id),
        staff_name TEXT NOT NULL, body TEXT NOT NULL DEFAULT '', at BIGINT NOT NULL)",
    "CREATE INDEX inspection_of ON inspection (planning_id)",
    "CREATE TABLE agency_scope (
        id TEXT PRIMARY KEY, agency_id TEXT NOT NULL REFERENCES agency (id), occupation TEXT NOT NULL, trade TEXT NOT NULL DEFAULT '',
        code TEXT NOT NULL, levels TEXT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT NOT NULL,
        document TEXT NOT NULL DEFAULT '', created_at BIGINT NOT NULL, CHECK (valid_from <= valid_until))",
    "CREATE UNIQUE INDEX agency_scope_once ON agency_scope (agency_id, code, valid_from)",
    "CREATE TABLE agency_contact (
        id TEXT PRIMARY KEY, agency_id TEXT NOT NULL REFERENCES agency (id), region TEXT NOT NULL DEFAULT '', topic TEXT NOT NULL,
        name TEXT NOT NULL, phone TEXT NOT NULL, created_at BIGINT NOT NULL)",
    "CREATE INDEX agency_contact_of ON agency_contact (agency_id)",
    "CREATE TABLE agency_unit (
        id TEXT PRIMARY KEY, agency_id TEXT NOT NULL REFERENCES agency (id), station BIGINT NOT NULL CHECK (station IN (0, 1)),
        name TEXT NOT NULL, address TEXT NOT NULL DEFAULT '', created_at BIGINT NOT NULL)",
    "CREATE INDEX agency_unit_of ON agency_unit (agency_id)",
    "CREATE TABLE notice (
        id TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plan (id), kind TEXT NOT NULL CHECK (kind IN ('roster','scores')),
        opens_at BIGINT NOT NULL, closes_at BIGINT NOT NULL, staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL,
        at BIGINT NOT NULL, CHECK (opens_at < closes_at))",
    "CREATE UNIQUE INDEX notice_once ON notice (plan_id, kind)",
    "CREATE INDEX notice_by_close ON notice (closes_at)",
    "CREATE TABLE notice_line (
        notice_id TEXT NOT NULL REFERENCES notice (id), no BIGINT NOT NULL, application_id TEXT NOT NULL REFERENCES application (id),
        struck_at BIGINT, PRIMARY KEY (notice_id, no))",
    "CREATE UNIQUE INDEX notice_line_once ON notice_line (notice_id, application_id)",
    "CREATE INDEX notice_line_case ON notice_line (application_id)",
    "CREATE TABLE objection (
        id TEXT PRIMARY KEY, notice_id TEXT NOT NULL REFERENCES notice (id), line_no BIGINT,
        name_sealed {blob} NOT NULL, contact_sealed {blob} NOT NULL, text_sealed {blob} NOT NULL, at BIGINT NOT NULL,
        outcome TEXT CHECK (outcome IN ('sustained','dismissed')), answer TEXT NOT NULL DEFAULT '', answered_by TEXT NOT NULL DEFAULT '',
        answered_at BIGINT, proof_sha256 TEXT, proof_format TEXT, proof_bytes BIGINT,
        CHECK ((outcome IS NULL) = (answered_at IS NULL)), CHECK (outcome IS NULL OR answer <> ''),
        CHECK ((proof_sha256 IS NULL) = (proof_format IS NULL) AND (proof_sha256 IS NULL) = (proof_bytes IS NULL)))",
    "CREATE INDEX objection_proof ON objection (proof_sha256) WHERE proof_sha256 IS NOT NULL",
    "CREATE INDEX objection_of ON objection (notice_id, at)",
];

const DOWN: &[&str] = &[
    "DROP TABLE objection",
    "DROP TABLE notice_line",
    "DROP TABLE notice",
    "DROP TABLE agency_unit",
    "DROP TABLE agency_contact",
    "DROP TABLE agency_scope",
    "DROP TABLE inspection",
    "DROP TABLE planning_opinion",
    "DROP TABLE planning",
];
