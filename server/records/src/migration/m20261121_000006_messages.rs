//! Messages: what was told, where it is sent, how it is worded, who does not want which way.

use super::run;
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261121_000006_messages"
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
    "CREATE TABLE message (
        id TEXT PRIMARY KEY, recipient TEXT NOT NULL, account_id TEXT REFERENCES account (id),
        agency_id TEXT REFERENCES agency (id), plan_id TEXT, application_id TEXT REFERENCES application (id),
        kind TEXT NOT NULL, entity TEXT NOT NULL, version BIGINT NOT NULL, facts_sealed {blob} NOT NULL,
        contact_sealed {blob}, at BIGINT NOT NULL, planned BIGINT NOT NULL DEFAULT 0 CHECK (planned IN (0, 1)),
        read_at BIGINT, CHECK (account_id IS NOT NULL OR agency_id IS NOT NULL))",
    "CREATE UNIQUE INDEX message_once ON message (recipient, kind, entity, version)",
    "CREATE INDEX message_by_account ON message (account_id, at)",
    "CREATE INDEX message_by_agency ON message (agency_id, at)",
    "CREATE INDEX message_by_plan ON message (plan_id)",
    "CREATE INDEX message_case ON message (application_id) WHERE application_id IS NOT NULL",
    "CREATE INDEX message_unplanned ON message (id) WHERE planned = 0",
    "CREATE INDEX message_unread ON message (account_id) WHERE read_at IS NULL",
    "CREATE TABLE message_webhook (
        id TEXT PRIMARY KEY, agency_id TEXT NOT NULL REFERENCES agency (id), url TEXT NOT NULL,
        secret_sealed {blob} NOT NULL, created_name TEXT NOT NULL, created_at BIGINT NOT NULL, ended_at BIGINT)",
    "CREATE INDEX message_webhook_of ON message_webhook (agency_id) WHERE ended_at IS NULL",
    "CREATE TABLE message_delivery (
        id TEXT PRIMARY KEY, message_id TEXT NOT NULL REFERENCES message (id),
        way TEXT NOT NULL CHECK (way IN ('mail','sms','webhook')), webhook_id TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL CHECK (state IN ('planned','sending','sent','failed','given_up')),
        attempts BIGINT NOT NULL DEFAULT 0, due_at BIGINT NOT NULL, lease_until BIGINT, lease TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '', created_at BIGINT NOT NULL, ended_at BIGINT,
        CHECK ((state = 'sending') = (lease_until IS NOT NULL)),
        CHECK ((state IN ('sent','given_up')) = (ended_at IS NOT NULL)))",
    "CREATE UNIQUE INDEX message_delivery_once ON message_delivery (message_id, way, webhook_id)",
    "CREATE INDEX message_delivery_due ON message_delivery (due_at) WHERE state IN ('planned','failed','sending')",
    "CREATE INDEX message_delivery_ended ON message_delivery (way, ended_at) WHERE ended_at IS NOT NULL",
    "CREATE TABLE message_template (
        agency_id TEXT NOT NULL REFERENCES agency (id), kind TEXT NOT NULL,
        language TEXT NOT NULL CHECK (language IN ('zh','en')), subject TEXT NOT NULL, body TEXT NOT NULL,
        edited_name TEXT NOT NULL, edited_at BIGINT NOT NULL, PRIMARY KEY (agency_id, kind, language))",
    "CREATE TABLE message_contact (
        account_id TEXT PRIMARY KEY REFERENCES account (id), mail_sealed {blob}, mail_masked TEXT NOT NULL DEFAULT '',
        confirmed_at BIGINT, pending_sealed {blob}, pending_masked TEXT NOT NULL DEFAULT '', code_hash TEXT,
        code_until BIGINT, no_mail BIGINT NOT NULL DEFAULT 0 CHECK (no_mail IN (0, 1)),
        no_sms BIGINT NOT NULL DEFAULT 0 CHECK (no_sms IN (0, 1)),
        language TEXT NOT NULL DEFAULT 'zh' CHECK (language IN ('zh','en')), updated_at BIGINT NOT NULL,
        CHECK ((mail_sealed IS NULL) = (confirmed_at IS NULL)))",
    "CREATE UNIQUE INDEX message_contact_code ON message_contact (code_hash) WHERE code_hash IS NOT NULL",
    "CREATE TABLE message_bulk (
        id TEXT PRIMARY KEY, agency_id TEXT NOT NULL REFERENCES agency (id), plan_id TEXT NOT NULL,
        audience TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, people BIGINT NOT NULL CHECK (people > 0),
        by_name TEXT NOT NULL, at BIGINT NOT NULL)",
    "CREATE INDEX message_bulk_of ON message_bulk (agency_id, at)",
    // Who cannot sign in asks by number.
    "CREATE INDEX application_by_number ON application (number) WHERE number IS NOT NULL",
];

const DOWN: &[&str] = &[
    "DROP INDEX application_by_number",
    "DROP TABLE message_bulk",
    "DROP TABLE message_contact",
    "DROP TABLE message_template",
    "DROP TABLE message_delivery",
    "DROP TABLE message_webhook",
    "DROP TABLE message",
];
