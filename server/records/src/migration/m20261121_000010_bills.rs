//! Bills of agencies with what arrived for them, and payment codes of the treasury.

use super::run;
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261121_000010_bills"
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
    "CREATE TABLE agency_bill (
        id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, plan_id TEXT NOT NULL REFERENCES plan (id),
        agency_id TEXT NOT NULL REFERENCES agency (id), data TEXT NOT NULL, invoices TEXT NOT NULL DEFAULT '[]',
        received BIGINT NOT NULL DEFAULT 0, covered BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL,
        created_by TEXT NOT NULL, revision BIGINT NOT NULL DEFAULT 0,
        CHECK (covered >= 0), CHECK (received >= covered))",
    "CREATE UNIQUE INDEX agency_bill_once ON agency_bill (plan_id, agency_id)",
    "CREATE TABLE agency_bill_order (
        order_id TEXT PRIMARY KEY REFERENCES payment_order (id), bill_id TEXT NOT NULL REFERENCES agency_bill (id))",
    "CREATE INDEX agency_bill_order_of ON agency_bill_order (bill_id)",
    "CREATE TABLE agency_bill_payment (
        id TEXT PRIMARY KEY, bill_id TEXT NOT NULL REFERENCES agency_bill (id), amount BIGINT NOT NULL CHECK (amount <> 0),
        voucher TEXT NOT NULL, file_sha256 TEXT, file_format TEXT, at BIGINT NOT NULL, staff_id TEXT NOT NULL REFERENCES staff (id),
        staff_name TEXT NOT NULL, CHECK ((file_sha256 IS NULL) = (file_format IS NULL)))",
    "CREATE UNIQUE INDEX agency_bill_payment_once ON agency_bill_payment (bill_id, voucher)",
    "CREATE TABLE agency_bill_entry (
        id {serial}, bill_id TEXT NOT NULL REFERENCES agency_bill (id),
        account TEXT NOT NULL CHECK (account IN ('transfer','credit','fees')), amount BIGINT NOT NULL CHECK (amount <> 0),
        cause TEXT NOT NULL CHECK (cause IN ('paid','covered','returned')), reference TEXT NOT NULL, at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX agency_bill_entry_once ON agency_bill_entry (bill_id, account, cause, reference)",
    "CREATE TABLE fiscal_code (
        code TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES payment_order (id), amount BIGINT NOT NULL CHECK (amount > 0),
        receipt TEXT, issued_at BIGINT NOT NULL, paid_at BIGINT, voided_at BIGINT,
        CHECK ((receipt IS NULL) = (paid_at IS NULL)), CHECK (paid_at IS NULL OR voided_at IS NULL))",
    "CREATE UNIQUE INDEX fiscal_code_live ON fiscal_code (order_id) WHERE voided_at IS NULL AND paid_at IS NULL",
    "CREATE UNIQUE INDEX fiscal_code_receipt ON fiscal_code (receipt) WHERE receipt IS NOT NULL",
    "CREATE TABLE channel_bill (
        channel TEXT NOT NULL, day TEXT NOT NULL, lines TEXT NOT NULL, fetched_at BIGINT NOT NULL, PRIMARY KEY (channel, day))",
];

const DOWN: &[&str] = &[
    "DROP TABLE channel_bill",
    "DROP TABLE fiscal_code",
    "DROP TABLE agency_bill_entry",
    "DROP TABLE agency_bill_payment",
    "DROP TABLE agency_bill_order",
    "DROP TABLE agency_bill",
];
