//! Rooms, sessions, seats, tickets, staff of rooms and attendance.

use super::run;
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261121_000003_rooms"
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
    "CREATE TABLE seating (
        plan_id TEXT PRIMARY KEY REFERENCES plan (id), revision BIGINT NOT NULL DEFAULT 0, route TEXT NOT NULL DEFAULT '',
        last_seq BIGINT NOT NULL DEFAULT 0, arranged_at BIGINT, published_at BIGINT, opens_on TEXT, closes_on TEXT,
        CHECK ((published_at IS NULL) = (opens_on IS NULL)), CHECK ((published_at IS NULL) = (closes_on IS NULL)))",
    "CREATE TABLE exam_room (
        id TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plan (id), site_id TEXT REFERENCES plan_site (id),
        name TEXT NOT NULL, address TEXT NOT NULL DEFAULT '', subject TEXT NOT NULL DEFAULT '',
        seat_rows BIGINT NOT NULL CHECK (seat_rows BETWEEN 1 AND 60), seat_columns BIGINT NOT NULL CHECK (seat_columns BETWEEN 1 AND 60),
        capacity BIGINT NOT NULL CHECK (capacity BETWEEN 1 AND seat_rows * seat_columns),
        ground_floor BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX exam_room_once ON exam_room (plan_id, name)",
    "CREATE TABLE exam_session (
        id TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plan (id), subject TEXT NOT NULL, note TEXT NOT NULL DEFAULT '',
        starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, entry_minutes BIGINT NOT NULL, late_minutes BIGINT NOT NULL,
        created_at BIGINT NOT NULL, CHECK (starts_at < ends_at))",
    "CREATE INDEX exam_session_plan ON exam_session (plan_id)",
    "CREATE TABLE exam_seat (
        application_id TEXT NOT NULL REFERENCES application (id), subject TEXT NOT NULL, plan_id TEXT NOT NULL REFERENCES plan (id),
        session_id TEXT NOT NULL REFERENCES exam_session (id), room_id TEXT NOT NULL REFERENCES exam_room (id),
        seat BIGINT NOT NULL CHECK (seat > 0), fixed BIGINT NOT NULL DEFAULT 0,
        PRIMARY KEY (application_id, subject))",
    "CREATE UNIQUE INDEX exam_seat_once ON exam_seat (session_id, room_id, seat)",
    "CREATE INDEX exam_seat_plan ON exam_seat (plan_id)",
    "CREATE TABLE admission_ticket (
        application_id TEXT PRIMARY KEY REFERENCES application (id), plan_id TEXT NOT NULL REFERENCES plan (id),
        number TEXT NOT NULL, version BIGINT NOT NULL CHECK (version > 0), shown TEXT NOT NULL, issued_at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX admission_ticket_number ON admission_ticket (plan_id, number)",
    "CREATE TABLE room_staff (
        id TEXT PRIMARY KEY, plan_id TEXT NOT NULL REFERENCES plan (id),
        session_id TEXT NOT NULL REFERENCES exam_session (id), room_id TEXT NOT NULL REFERENCES exam_room (id),
        duty TEXT NOT NULL CHECK (duty IN ('invigilator','assessor')), name TEXT NOT NULL, unit TEXT NOT NULL,
        card_no TEXT NOT NULL DEFAULT '', card_until TEXT, replaces TEXT REFERENCES room_staff (id),
        added_by TEXT NOT NULL, added_at BIGINT NOT NULL, gone_at BIGINT, gone_reason TEXT NOT NULL DEFAULT '')",
    "CREATE INDEX room_staff_plan ON room_staff (plan_id)",
    "CREATE TABLE attendance (
        application_id TEXT NOT NULL REFERENCES application (id), session_id TEXT NOT NULL REFERENCES exam_session (id),
        plan_id TEXT NOT NULL REFERENCES plan (id), presence TEXT NOT NULL CHECK (presence IN ('present','late','absent')),
        at BIGINT NOT NULL, staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL,
        PRIMARY KEY (application_id, session_id))",
    "CREATE INDEX attendance_plan ON attendance (plan_id, at)",
    "CREATE TABLE misconduct (
        id TEXT PRIMARY KEY, application_id TEXT NOT NULL REFERENCES application (id), session_id TEXT NOT NULL REFERENCES exam_session (id),
        plan_id TEXT NOT NULL REFERENCES plan (id), words_sealed {blob} NOT NULL, at BIGINT NOT NULL,
        staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL)",
    "CREATE INDEX misconduct_of ON misconduct (application_id)",
    "CREATE INDEX misconduct_plan ON misconduct (plan_id)",
    "CREATE TABLE adjustment (
        application_id TEXT PRIMARY KEY REFERENCES application (id), plan_id TEXT NOT NULL REFERENCES plan (id),
        ground_floor BIGINT NOT NULL DEFAULT 0, extra_minutes BIGINT NOT NULL DEFAULT 0 CHECK (extra_minutes BETWEEN 0 AND 240),
        reason_sealed {blob} NOT NULL, staff_id TEXT NOT NULL REFERENCES staff (id), staff_name TEXT NOT NULL, at BIGINT NOT NULL)",
    "CREATE INDEX adjustment_plan ON adjustment (plan_id)",
    "CREATE TABLE seat_request (
        id TEXT PRIMARY KEY, application_id TEXT NOT NULL REFERENCES application (id), plan_id TEXT NOT NULL REFERENCES plan (id),
        words_sealed {blob} NOT NULL, asked_at BIGINT NOT NULL, answer TEXT NOT NULL DEFAULT '', answered_by TEXT, answered_at BIGINT,
        CHECK ((answered_by IS NULL) = (answered_at IS NULL)))",
    "CREATE UNIQUE INDEX seat_request_once ON seat_request (application_id) WHERE answered_at IS NULL",
    "CREATE INDEX seat_request_plan ON seat_request (plan_id)",
    "CREATE INDEX seat_request_case ON seat_request (application_id)",
];

const DOWN: &[&str] = &[
    "DROP TABLE seat_request",
    "DROP TABLE adjustment",
    "DROP TABLE misconduct",
    "DROP TABLE attendance",
    "DROP TABLE room_staff",
    "DROP TABLE admission_ticket",
    "DROP TABLE exam_seat",
    "DROP TABLE exam_session",
    "DROP TABLE exam_room",
    "DROP TABLE seating",
];
