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
        password_hash TEXT, facts_sealed {blob},
        verified_at BIGINT, merged_into TEXT REFERENCES account (id),
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
        search TEXT NOT NULL, published_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, cancelled_at BIGINT,
        CHECK (opens_at < closes_at),
        FOREIGN KEY (profile, profile_version) REFERENCES profile (name, version))",
    "CREATE INDEX plan_by_close ON plan (closes_at)",
    "CREATE INDEX plan_by_agency ON plan (agency_id)",
    "CREATE TABLE plan_site (
        id TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plan (id), position BIGINT NOT NULL,
        name TEXT NOT NULL, address TEXT NOT NULL,
        capacity BIGINT NOT NULL CHECK (capacity >= 0), taken BIGINT NOT NULL DEFAULT 0 CHECK (taken >= 0 AND taken <= capacity),
        reviewer TEXT NOT NULL DEFAULT '', contact TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '',
        exam_on TEXT NOT NULL)",
    "CREATE UNIQUE INDEX plan_site_once ON plan_site (plan_id, name)",
    "CREATE TABLE application (
        id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account (id), plan_id TEXT NOT NULL REFERENCES plan (id),
        agency_id TEXT NOT NULL REFERENCES agency (id), region TEXT NOT NULL,
        name TEXT NOT NULL, birth TEXT, trade_key TEXT NOT NULL, window_opens BIGINT NOT NULL, window_closes BIGINT NOT NULL,
        stage TEXT NOT NULL CHECK (stage IN ('draft','submitted','returned','approved','rejected','withdrawn')),
        number TEXT UNIQUE, round BIGINT NOT NULL DEFAULT 0,
        revision BIGINT NOT NULL DEFAULT 0, answers_revision BIGINT NOT NULL DEFAULT 0,
        answers_sealed {blob} NOT NULL, facts_sealed {blob},
        started_at BIGINT NOT NULL, saved_at BIGINT NOT NULL,
        submitted_at BIGINT, decided_at BIGINT, until_at BIGINT,
        remarks TEXT, grounds TEXT, corrected TEXT NOT NULL DEFAULT '[]',
        doubts TEXT NOT NULL DEFAULT '[]', doubt_count BIGINT NOT NULL DEFAULT 0,
        submit_key TEXT, receipt TEXT,
        photo TEXT, signature TEXT,
        site_id TEXT REFERENCES plan_site (id), marks TEXT NOT NULL DEFAULT '{}',
        filing TEXT NOT NULL DEFAULT 'none' CHECK (filing IN ('none','filed')), filed_at BIGINT,
        money TEXT NOT NULL DEFAULT 'none' CHECK (money IN ('none','due','paid','expired','waived','agency')), due_until BIGINT,
        exam TEXT NOT NULL DEFAULT 'none' CHECK (exam IN ('none','seated','score_public')),
        CHECK ((filing = 'filed') = (filed_at IS NOT NULL)), CHECK (due_until IS NULL OR money IN ('due','expired')),
        CHECK (stage = 'approved' OR (filing = 'none' AND money = 'none' AND exam = 'none')))",
    "CREATE UNIQUE INDEX application_one_per_plan ON application (account_id, plan_id)
        WHERE stage IN ('draft','submitted','returned','approved')",
    "CREATE INDEX application_by_account ON application (account_id, stage)",
    "CREATE INDEX application_queue ON application (agency_id, stage, submitted_at)",
    "CREATE INDEX application_decided ON application (agency_id, decided_at) WHERE decided_at IS NOT NULL",
    "CREATE INDEX application_by_plan ON application (plan_id, stage)",
    "CREATE INDEX application_by_site ON application (site_id, stage)",
    "CREATE TABLE claim (
        application_id TEXT PRIMARY KEY REFERENCES application (id), staff_id TEXT NOT NULL REFERENCES staff (id),
        name TEXT NOT NULL, until_at BIGINT NOT NULL)",
    "CREATE TABLE file (
        id TEXT PRIMARY KEY, application_id TEXT REFERENCES application (id), account_id TEXT REFERENCES account (id),
        kind TEXT NOT NULL CHECK (kind IN ('photo','photo_original','evidence','signature','master','master_original','seal','request')),
        requirement TEXT NOT NULL DEFAULT '', position BIGINT NOT NULL DEFAULT 0,
        name_sealed {blob} NOT NULL, format TEXT NOT NULL, bytes BIGINT NOT NULL CHECK (bytes > 0),
        pages BIGINT NOT NULL DEFAULT 1, width BIGINT, height BIGINT, points TEXT NOT NULL DEFAULT '[]',
        sha256 TEXT NOT NULL, created_at BIGINT NOT NULL, removed_at BIGINT,
        CHECK ((application_id IS NULL) <> (account_id IS NULL)))",
    "CREATE INDEX file_by_application ON file (application_id, kind)",
    "CREATE INDEX file_by_content ON file (sha256)",
    "CREATE INDEX file_by_account ON file (account_id)",
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
    "CREATE TABLE account_photo (
        account_id TEXT PRIMARY KEY REFERENCES account (id), original_file TEXT NOT NULL REFERENCES file (id),
        used_file TEXT NOT NULL REFERENCES file (id), width BIGINT NOT NULL, height BIGINT NOT NULL,
        bytes BIGINT NOT NULL CHECK (bytes > 0), format TEXT NOT NULL, points TEXT NOT NULL DEFAULT '[]', sha256 TEXT NOT NULL,
        from_application TEXT, at BIGINT NOT NULL)",
    "CREATE INDEX account_photo_original ON account_photo (original_file)",
    "CREATE INDEX account_photo_used ON account_photo (used_file)",
    "CREATE INDEX account_photo_from ON account_photo (from_application) WHERE from_application IS NOT NULL",
    "CREATE TABLE account_way (
        id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account (id),
        way TEXT NOT NULL CHECK (way IN ('password','registration_number','portal','oidc','activation')),
        provider TEXT NOT NULL DEFAULT '', subject_index TEXT NOT NULL, shown_sealed {blob}, created_at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX account_way_subject ON account_way (way, provider, subject_index)",
    "CREATE INDEX account_way_account ON account_way (account_id, way)",
    "CREATE TABLE portal_visit (
        token_hash TEXT PRIMARY KEY, provider TEXT NOT NULL, next TEXT NOT NULL, spent TEXT UNIQUE,
        created_at BIGINT NOT NULL, until_at BIGINT NOT NULL, used_at BIGINT)",
    "CREATE TABLE preloaded (
        id TEXT PRIMARY KEY, agency_id TEXT NOT NULL REFERENCES agency (id),
        name TEXT NOT NULL, id_kind TEXT NOT NULL, id_sealed {blob} NOT NULL, id_index TEXT NOT NULL, id_masked TEXT NOT NULL,
        mobile_sealed {blob} NOT NULL, mobile_masked TEXT NOT NULL,
        code_hash TEXT NOT NULL, until_at BIGINT NOT NULL, ticket_hash TEXT UNIQUE, ticket_until BIGINT,
        account_id TEXT REFERENCES account (id), used_at BIGINT, revoked_at BIGINT,
        resets BIGINT NOT NULL DEFAULT 0 CHECK (resets IN (0, 1)),
        created_by TEXT NOT NULL REFERENCES staff (id), created_at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX preloaded_once ON preloaded (agency_id, id_index, resets) WHERE used_at IS NULL AND revoked_at IS NULL",
    "CREATE INDEX preloaded_person ON preloaded (id_index)",
    "CREATE TABLE subject_result (
        id TEXT PRIMARY KEY, id_index TEXT NOT NULL, trade_key TEXT NOT NULL, level BIGINT NOT NULL CHECK (level BETWEEN 1 AND 5),
        subject TEXT NOT NULL, score BIGINT, outcome TEXT NOT NULL CHECK (outcome IN ('passed','failed','absent')),
        at BIGINT NOT NULL, plan_id TEXT REFERENCES plan (id), recorded_by TEXT NOT NULL)",
    "CREATE INDEX subject_result_person ON subject_result (id_index, trade_key, level)",
    "CREATE TABLE opinion (
        application_id TEXT NOT NULL REFERENCES application (id), key TEXT NOT NULL,
        fields_sealed {blob} NOT NULL, text TEXT NOT NULL DEFAULT '',
        staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL, at BIGINT NOT NULL,
        seal TEXT NOT NULL DEFAULT 'none' CHECK (seal IN ('none','electronic','scan')), seal_file TEXT REFERENCES file (id),
        CHECK ((seal = 'scan') = (seal_file IS NOT NULL)), PRIMARY KEY (application_id, key))",
    "CREATE INDEX opinion_seal ON opinion (seal_file) WHERE seal_file IS NOT NULL",
    "CREATE TABLE original_check (
        application_id TEXT NOT NULL REFERENCES application (id), requirement TEXT NOT NULL,
        staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (application_id, requirement))",
    "CREATE TABLE confirm_link (
        id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, application_id TEXT NOT NULL REFERENCES application (id),
        created_by TEXT NOT NULL REFERENCES staff (id), created_at BIGINT NOT NULL, until_at BIGINT NOT NULL,
        proof_hash TEXT, proof_until BIGINT, used_at BIGINT, replaced_at BIGINT)",
    "CREATE UNIQUE INDEX confirm_link_once ON confirm_link (application_id) WHERE replaced_at IS NULL",
    "CREATE TABLE payment_order (
        id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, application_id TEXT NOT NULL REFERENCES application (id),
        agency_id TEXT NOT NULL REFERENCES agency (id), plan_id TEXT NOT NULL REFERENCES plan (id),
        amount BIGINT NOT NULL CHECK (amount > 0), refunded BIGINT NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount),
        state TEXT NOT NULL CHECK (state IN ('due','paying','paid','expired','waived','by_agency','refunding','partly_refunded','refunded','cancelled')),
        channel TEXT NOT NULL DEFAULT '', reference TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
        codes TEXT NOT NULL DEFAULT '{}', due_until BIGINT, created_at BIGINT NOT NULL, paid_at BIGINT,
        revision BIGINT NOT NULL DEFAULT 0)",
    "CREATE UNIQUE INDEX payment_order_once ON payment_order (application_id)
        WHERE state NOT IN ('cancelled','refunding','partly_refunded','refunded')",
    "CREATE INDEX payment_order_case ON payment_order (application_id)",
    "CREATE INDEX payment_order_plan ON payment_order (plan_id, state)",
    "CREATE INDEX payment_order_agency ON payment_order (agency_id, state, created_at, amount)",
    "CREATE INDEX payment_order_due ON payment_order (state, due_until)",
    "CREATE INDEX payment_order_paid ON payment_order (paid_at) WHERE paid_at IS NOT NULL",
    "CREATE UNIQUE INDEX payment_order_receipt ON payment_order (agency_id, reference) WHERE channel = 'cash'",
    "CREATE TABLE payment_notice (
        channel TEXT NOT NULL, event TEXT NOT NULL, body_hash TEXT NOT NULL, order_number TEXT NOT NULL,
        transaction_id TEXT NOT NULL, amount BIGINT NOT NULL, outcome TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (channel, event))",
    "CREATE TABLE ledger_entry (
        id {serial}, order_id TEXT NOT NULL REFERENCES payment_order (id),
        account TEXT NOT NULL CHECK (account IN ('fees','owed','wechat','alipay','cash','transfer','fiscal')),
        amount BIGINT NOT NULL CHECK (amount <> 0), cause TEXT NOT NULL CHECK (cause IN ('paid','late','double','refund')),
        reference TEXT NOT NULL, at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX ledger_entry_once ON ledger_entry (order_id, account, cause, reference)",
    "CREATE INDEX ledger_entry_day ON ledger_entry (account, at)",
    "CREATE TABLE refund (
        number TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES payment_order (id), key TEXT NOT NULL,
        owed BIGINT NOT NULL DEFAULT 0, channel TEXT NOT NULL, transaction_id TEXT NOT NULL,
        amount BIGINT NOT NULL CHECK (amount > 0), reason TEXT NOT NULL, asked_by TEXT NOT NULL, asked_at BIGINT NOT NULL,
        voucher TEXT NOT NULL DEFAULT '', done_at BIGINT)",
    "CREATE UNIQUE INDEX refund_once ON refund (order_id, key)",
    "CREATE INDEX refund_open ON refund (asked_at) WHERE done_at IS NULL",
    "CREATE TABLE score_sheet (
        plan_id TEXT PRIMARY KEY REFERENCES plan (id), state TEXT NOT NULL CHECK (state IN ('open','locked','released')),
        revision BIGINT NOT NULL DEFAULT 0, locked_at BIGINT, locked_by TEXT, release_at BIGINT, released_by TEXT, published_at BIGINT,
        CHECK ((state = 'open') = (locked_at IS NULL)), CHECK ((state = 'released') = (release_at IS NOT NULL)))",
    "CREATE TABLE score (
        application_id TEXT NOT NULL REFERENCES application (id), subject TEXT NOT NULL, plan_id TEXT NOT NULL REFERENCES plan (id),
        kind TEXT NOT NULL CHECK (kind IN ('score','absent','disciplined','carried')), tenths BIGINT CHECK (tenths BETWEEN 0 AND 1000),
        source TEXT NOT NULL CHECK (source IN ('sheet','hands','correction','carried')), recorded_by TEXT NOT NULL, at BIGINT NOT NULL,
        CHECK (kind <> 'score' OR tenths IS NOT NULL), CHECK (kind IN ('score','carried') OR tenths IS NULL),
        PRIMARY KEY (application_id, subject))",
    "CREATE INDEX score_by_plan ON score (plan_id)",
    "CREATE TABLE score_entry (
        application_id TEXT NOT NULL REFERENCES application (id), subject TEXT NOT NULL, staff_id TEXT NOT NULL REFERENCES staff (id),
        staff_name TEXT NOT NULL, plan_id TEXT NOT NULL REFERENCES plan (id),
        kind TEXT NOT NULL CHECK (kind IN ('score','absent','disciplined')), tenths BIGINT CHECK (tenths BETWEEN 0 AND 1000),
        at BIGINT NOT NULL, CHECK ((kind = 'score') = (tenths IS NOT NULL)), PRIMARY KEY (application_id, subject, staff_id))",
    "CREATE INDEX score_entry_by_plan ON score_entry (plan_id)",
    "CREATE TABLE score_correction (
        id TEXT PRIMARY KEY, application_id TEXT NOT NULL REFERENCES application (id), subject TEXT NOT NULL,
        old_kind TEXT NOT NULL, old_tenths BIGINT, new_kind TEXT NOT NULL, new_tenths BIGINT, reason TEXT NOT NULL,
        staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL, at BIGINT NOT NULL)",
    "CREATE INDEX score_correction_of ON score_correction (application_id)",
    "CREATE TABLE recheck (
        id TEXT PRIMARY KEY, application_id TEXT NOT NULL REFERENCES application (id), subject TEXT NOT NULL,
        reason_sealed {blob} NOT NULL, asked_at BIGINT NOT NULL, outcome TEXT CHECK (outcome IN ('kept','corrected')),
        answer TEXT NOT NULL DEFAULT '', answered_by TEXT, answered_at BIGINT,
        CHECK ((outcome IS NULL) = (answered_at IS NULL)))",
    "CREATE UNIQUE INDEX recheck_once ON recheck (application_id, subject)",
    "CREATE INDEX recheck_open ON recheck (application_id) WHERE answered_at IS NULL",
    "CREATE TABLE trial (
        id TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plan (id), staff_id TEXT NOT NULL REFERENCES staff (id),
        kind TEXT NOT NULL CHECK (kind IN ('scores','roster')), sheet_sealed {blob} NOT NULL, at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX trial_once ON trial (plan_id, staff_id, kind)",
];

const DOWN: &[&str] = &[
    "DROP TABLE trial",
    "DROP TABLE recheck",
    "DROP TABLE score_correction",
    "DROP TABLE score_entry",
    "DROP TABLE score",
    "DROP TABLE score_sheet",
    "DROP TABLE refund",
    "DROP TABLE ledger_entry",
    "DROP TABLE payment_notice",
    "DROP TABLE payment_order",
    "DROP TABLE confirm_link",
    "DROP TABLE original_check",
    "DROP TABLE opinion",
    "DROP TABLE subject_result",
    "DROP TABLE preloaded",
    "DROP TABLE portal_visit",
    "DROP TABLE account_way",
    "DROP TABLE account_photo",
    "DROP TABLE counter",
    "DROP TABLE outbox",
    "DROP TABLE checkpoint",
    "DROP TABLE history",
    "DROP TABLE signature_request",
    "DROP TABLE frozen",
    "DROP TABLE file",
    "DROP TABLE claim",
    "DROP TABLE application",
    "DROP TABLE plan_site",
    "DROP TABLE plan",
    "DROP TABLE profile",
    "DROP TABLE standard",
    "DROP TABLE attempt",
    "DROP TABLE login",
    "DROP TABLE staff",
    "DROP TABLE agency",
    "DROP TABLE account",
];
