//! Plays: who does what, and what everybody sees. Each one on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod access;
mod applying;
mod cast;
mod correcting;
mod evidence;
mod history;
mod live;
mod photos;
mod reviewing;
mod seats;
mod signing;
mod submitting;
