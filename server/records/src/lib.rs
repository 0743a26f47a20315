//! Acts on two databases. One act is one function, one transaction, one line of history:
//! load facts, ask the pure rule of `domain`, save, append history and outbox, commit.

pub mod accounts;
pub mod agencies;
pub mod applications;
pub mod chance;
pub mod clock;
mod configuration;
mod database;
pub mod desk;
pub mod divisions;
mod entity;
mod error;
pub mod files;
pub mod history;
pub mod keys;
pub mod live;
pub mod logins;
pub mod migration;
pub mod plans;
pub mod profiles;
mod sql;
pub mod staff;
pub mod standards;

pub use chance::Chance;
pub use clock::Clock;
pub use database::{Records, Settings, Tx};
pub use error::Error;
