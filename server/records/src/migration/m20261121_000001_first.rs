//! The first tables. Ids are UUID texts, moments are UTC milliseconds, money is fen,
//! `…_sealed` is AES-256-GCM, `…_index` is a keyed hash for lookup and uniqueness.

use super::run;
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261121_000001_first"
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
    "CREATE TABLE account (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, id_kind TEXT NOT NULL,
        id_sealed {blob} NOT NULL, id_index TEXT NOT NULL UNIQUE, id_masked TEXT NOT NULL,
        mobile_sealed {blob} NOT NULL, mobile_index TEXT NOT NULL, mobile_masked TEXT NOT NULL,
        birth TEXT, gender TEXT CHECK (gender IN ('male','female')),
        address_sealed {blob}, education TEXT NOT NULL DEFAULT '',
        password_hash TEXT NOT NULL, facts_sealed {blob},
        demo BIGINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)",
    "CREATE INDEX account_mobile ON account (mobile_index)",
    "CREATE TABLE agency (
        id TEXT PRIMARY KEY, filing_code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, region TEXT NOT NULL,
        contact TEXT NOT NULL, phone TEXT NOT NULL, created_at BIGINT NOT NULL)",
    "CREATE TABLE staff (
        id TEXT PRIMARY KEY, agency_id TEXT REFERENCES agency (id), region TEXT NOT NULL DEFAULT '', body TEXT NOT NULL DEFAULT '',
        name TEXT NOT NULL, login_name TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL CHECK (role IN ('reviewer','manager','authority','administrator')),
        password_hash TEXT, invite_hash TEXT UNIQUE, invite_until BIGINT,
        active BIGINT NOT NULL DEFAULT 1, demo BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL)",
    "CREATE TABLE login (
        token_hash TEXT PRIMARY KEY, account_id TEXT REFERENCES account (id), staff_id TEXT REFERENCES staff (id),
        created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, until_at BIGINT NOT NULL,
        CHECK ((account_id IS NULL) <> (staff_id IS NULL)))",
    "CREATE INDEX login_account ON login (account_id)",
    "CREATE INDEX login_staff ON login (staff_id)",
    "CREATE TABLE attempt (
        subject TEXT PRIMARY KEY, failures BIGINT NOT NULL, first_at BIGINT NOT NULL, locked_until BIGINT NOT NULL DEFAULT 0)",
    "CREATE TABLE standard (
        name TEXT PRIMARY KEY, edition TEXT NOT NULL, body TEXT NOT NULL, imported_at BIGINT NOT NULL)",
    "CREATE TABLE profile (
        name TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL, published_at BIGINT NOT NULL,
        PRIMARY KEY (name, version))",
    "CREATE TABLE plan (
        id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, year BIGINT NOT NULL, title TEXT NOT NULL,
        agency_id TEXT NOT NULL REFERENCES agency (id), contact TEXT NOT NULL, contact_phone TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('level_recognition','special_capability')),
        occupation TEXT NOT NULL, trade TEXT NOT NULL, code TEXT NOT NULL,
        level BIGINT CHECK (level BETWEEN 1 AND 5), subjects TEXT NOT NULL,
        city TEXT NOT NULL, city_name TEXT NOT NULL, county TEXT NOT NULL, county_name TEXT NOT NULL, site TEXT NOT NULL,
        opens_at BIGINT NOT NULL, closes_at BIGINT NOT NULL, review_close BIGINT NOT NULL, exam_on TEXT NOT NULL,
        capacity BIGINT NOT NULL CHECK (capacity >= 0), taken BIGINT NOT NULL DEFAULT 0 CHECK (taken >= 0 AND taken <= capacity),
        fee BIGINT NOT NULL CHECK (fee >= 0),
        scope TEXT NOT NULL, instructions TEXT NOT NULL, conditions TEXT NOT NULL,
        profile TEXT NOT NULL, profile_version BIGINT NOT NULL, standard TEXT NOT NULL,
        search TEXT NOT NULL, published_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
        CHECK (opens_at < closes_at),
        FOREIGN KEY (profile, profile_version) REFERENCES profile (name, version))",
    "CREATE INDEX plan_by_close ON plan (closes_at)",
    "CREATE INDEX plan_by_agency ON plan (agency_id)",
    "CREATE TABLE application (
        id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account (id), plan_id TEXT NOT NULL REFERENCES plan (id),
        agency_id TEXT NOT NULL REFERENCES agency (id), region TEXT NOT NULL,
        name TEXT NOT NULL, trade_key TEXT NOT NULL, window_opens BIGINT NOT NULL, window_closes BIGINT NOT NULL,
        stage TEXT NOT NULL CHECK (stage IN ('draft','submitted','returned','approved','rejected','withdrawn')),
        number TEXT UNIQUE, round BIGINT NOT NULL DEFAULT 0,
        revision BIGINT NOT NULL DEFAULT 0, answers_revision BIGINT NOT NULL DEFAULT 0,
        answers_sealed {blob} NOT NULL, facts_sealed {blob},
        started_at BIGINT NOT NULL, saved_at BIGINT NOT NULL,
        submitted_at BIGINT, decided_at BIGINT, until_at BIGINT,
        remarks TEXT, grounds TEXT, corrected TEXT NOT NULL DEFAULT '[]',
        doubts TEXT NOT NULL DEFAULT '[]', doubt_count BIGINT NOT NULL DEFAULT 0,
        submit_key TEXT, receipt TEXT,
        photo TEXT, signature TEXT)",
    "CREATE UNIQUE INDEX application_one_per_plan ON application (account_id, plan_id)
        WHERE stage IN ('draft','submitted','returned','approved')",
    "CREATE INDEX application_by_account ON application (account_id, stage)",
    "CREATE INDEX application_queue ON application (agency_id, stage, submitted_at)",
    "CREATE INDEX application_by_plan ON application (plan_id, stage)",
    "CREATE TABLE claim (
        application_id TEXT PRIMARY KEY REFERENCES application (id), staff_id TEXT NOT NULL REFERENCES staff (id),
        name TEXT NOT NULL, until_at BIGINT NOT NULL)",
    "CREATE TABLE file (
        id TEXT PRIMARY KEY, application_id TEXT NOT NULL REFERENCES application (id),
        kind TEXT NOT NULL CHECK (kind IN ('photo','photo_original','evidence','signature')),
        requirement TEXT NOT NULL DEFAULT '', position BIGINT NOT NULL DEFAULT 0,
        name_sealed {blob} NOT NULL, format TEXT NOT NULL, bytes BIGINT NOT NULL CHECK (bytes > 0),
        pages BIGINT NOT NULL DEFAULT 1, width BIGINT, height BIGINT, points TEXT NOT NULL DEFAULT '[]',
        sha256 TEXT NOT NULL, created_at BIGINT NOT NULL, removed_at BIGINT)",
    "CREATE INDEX file_by_application ON file (application_id, kind)",
    "CREATE INDEX file_by_content ON file (sha256)",
    "CREATE TABLE frozen (
        application_id TEXT NOT NULL REFERENCES application (id), round BIGINT NOT NULL,
        answers_sealed {blob} NOT NULL, texts TEXT NOT NULL, files TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (application_id, round))",
    "CREATE TABLE signature_request (
        id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, application_id TEXT NOT NULL REFERENCES application (id),
        created_at BIGINT NOT NULL, until_at BIGINT NOT NULL, used_at BIGINT)",
    "CREATE TABLE history (
        case_id TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL,
        actor_kind TEXT NOT NULL CHECK (actor_kind IN ('applicant','staff','system')), actor_id TEXT NOT NULL, actor_name TEXT NOT NULL,
        what TEXT NOT NULL, detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL,
        PRIMARY KEY (case_id, seq))",
    "CREATE INDEX history_by_time ON history (at)",
    "CREATE TABLE checkpoint (
        id {serial}, at BIGINT NOT NULL, cases BIGINT NOT NULL, heads TEXT NOT NULL, signature TEXT NOT NULL)",
    "CREATE TABLE outbox (
        id {serial}, at BIGINT NOT NULL, topic TEXT NOT NULL, entity TEXT NOT NULL, version BIGINT NOT NULL, kind TEXT NOT NULL)",
    "CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL)",
];

const DOWN: &[&str] = &[
    "DROP TABLE counter",
    "DROP TABLE outbox",
    "DROP TABLE checkpoint",
    "DROP TABLE history",
    "DROP TABLE signature_request",
    "DROP TABLE frozen",
    "DROP TABLE file",
    "DROP TABLE claim",
    "DROP TABLE application",
    "DROP TABLE plan",
    "DROP TABLE profile",
    "DROP TABLE standard",
    "DROP TABLE attempt",
    "DROP TABLE login",
    "DROP TABLE staff",
    "DROP TABLE agency",
    "DROP TABLE account",
];
