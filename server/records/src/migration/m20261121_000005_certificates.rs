//! Certificates: lists that wait for a signature, numbers, editions, links that show one.

use super::run;
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261121_000005_certificates"
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
    "CREATE TABLE certificate_batch (
        id TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plan (id), agency_id TEXT NOT NULL REFERENCES agency (id),
        state TEXT NOT NULL CHECK (state IN ('prepared','signed','dropped')), people TEXT NOT NULL,
        prepared_by TEXT NOT NULL REFERENCES staff (id), prepared_name TEXT NOT NULL, prepared_at BIGINT NOT NULL,
        signed_by TEXT REFERENCES staff (id), signed_name TEXT NOT NULL DEFAULT '', signed_at BIGINT,
        CHECK ((state = 'signed') = (signed_at IS NOT NULL)))",
    "CREATE UNIQUE INDEX certificate_batch_one ON certificate_batch (plan_id) WHERE state = 'prepared'",
    "CREATE TABLE certificate (
        id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, year BIGINT NOT NULL, sequence BIGINT NOT NULL CHECK (sequence > 0),
        batch_id TEXT NOT NULL REFERENCES certificate_batch (id), application_id TEXT NOT NULL REFERENCES application (id),
        account_id TEXT NOT NULL REFERENCES account (id), plan_id TEXT NOT NULL REFERENCES plan (id),
        agency_id TEXT NOT NULL REFERENCES agency (id),
        issued_on TEXT NOT NULL, issued_at BIGINT NOT NULL, edition BIGINT NOT NULL CHECK (edition > 0),
        state TEXT NOT NULL CHECK (state IN ('valid','revoked')),
        revoked_at BIGINT, revoked_name TEXT NOT NULL DEFAULT '',
        revoke_reason TEXT CHECK (revoke_reason IN ('score_corrected','misconduct','issued_wrongly','request')),
        revoke_words TEXT NOT NULL DEFAULT '', again BIGINT NOT NULL DEFAULT 0,
        delivery TEXT NOT NULL CHECK (delivery IN ('pickup','post')), carrier TEXT NOT NULL DEFAULT '',
        reference TEXT NOT NULL DEFAULT '', delivered_at BIGINT,
        CHECK ((state = 'revoked') = (revoked_at IS NOT NULL)), CHECK ((state = 'revoked') = (revoke_reason IS NOT NULL)))",
    "CREATE UNIQUE INDEX certificate_counted ON certificate (agency_id, year, sequence)",
    "CREATE UNIQUE INDEX certificate_one_valid ON certificate (application_id) WHERE state = 'valid'",
    "CREATE INDEX certificate_by_plan ON certificate (plan_id, number)",
    "CREATE INDEX certificate_of_application ON certificate (application_id)",
    "CREATE INDEX certificate_by_account ON certificate (account_id)",
    "CREATE INDEX certificate_revoked ON certificate (revoked_at) WHERE state = 'revoked'",
    "CREATE TABLE certificate_edition (
        certificate_id TEXT NOT NULL REFERENCES certificate (id), edition BIGINT NOT NULL CHECK (edition > 0),
        kind TEXT NOT NULL CHECK (kind IN ('first','correction','reissue')), face TEXT NOT NULL, id_sealed {blob} NOT NULL,
        photo TEXT REFERENCES file (id), payload TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
        staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL, at BIGINT NOT NULL,
        agency_id TEXT NOT NULL REFERENCES agency (id), stock TEXT,
        CHECK ((edition = 1) = (kind = 'first')), PRIMARY KEY (certificate_id, edition))",
    "CREATE INDEX certificate_photo ON certificate_edition (photo) WHERE photo IS NOT NULL",
    "CREATE UNIQUE INDEX certificate_stock ON certificate_edition (agency_id, stock) WHERE stock IS NOT NULL",
    "CREATE TABLE certificate_link (
        id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, certificate_id TEXT NOT NULL REFERENCES certificate (id),
        created_at BIGINT NOT NULL, until_at BIGINT NOT NULL, ended_at BIGINT)",
    "CREATE INDEX certificate_link_of ON certificate_link (certificate_id)",
];

const DOWN: &[&str] = &[
    "DROP TABLE certificate_link",
    "DROP TABLE certificate_edition",
    "DROP TABLE certificate",
    "DROP TABLE certificate_batch",
];
