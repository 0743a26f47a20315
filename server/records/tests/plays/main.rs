//! Plays: who does what, and what everybody sees. Each one on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod access;
mod applying;
mod cast;
mod certificates;
mod collecting;
mod consents;
mod correcting;
mod counter;
mod entry;
mod evidence;
mod filing;
mod history;
mod live;
mod masters;
mod paying;
mod photos;
mod planner;
mod preloaded;
mod procedures;
mod resit;
mod reviewing;
mod rooms;
mod rosters;
mod scores;
mod seats;
mod signing;
mod sites;
mod submitting;
mod variant;
mod ways;
