//! The whole server, spoken to over the wire. One program: each would be 250 MB of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a scene that cannot be set, and a test that cannot go on, have failed"
)]

mod access;
mod certificates;
mod check;
mod common;
mod counter_cash;
mod demo;
mod desk_access;
mod forgot;
mod guests;
mod hardship;
mod issue_crash;
mod kept;
mod live;
mod messages;
mod pay_crash;
mod pay_inside;
mod paying;
mod planner;
mod printing;
mod profiles;
mod register;
mod rooms;
mod rosters;
mod shields;
mod sign_in;
mod steps;
mod stop_mail;
mod storm;
mod uploads;
