//! Acts on two databases. One act is one function, one transaction, one line of history:
//! load facts, ask the pure rule of `domain`, save, append history and outbox, commit.

pub mod accounts;
pub mod agencies;
pub mod applications;
pub mod asked;
pub mod certificate_lookup;
pub mod certificates;
pub mod chance;
pub mod clock;
pub mod collecting;
mod configuration;
pub mod counter;
mod database;
pub mod desk;
pub mod divisions;
mod entity;
mod error;
pub mod files;
pub mod filing;
pub mod history;
pub mod keys;
pub mod knowing;
pub mod live;
pub mod logins;
pub mod messages;
pub mod migration;
pub mod opinions;
pub mod payments;
pub mod places;
pub mod planner;
pub mod plans;
pub mod preloaded;
pub mod profiles;
pub mod results;
pub mod rooms;
pub mod rosters;
pub mod scores;
mod sql;
pub mod staff;
pub mod standards;
pub mod ways;

pub use chance::Chance;
pub use clock::Clock;
pub use database::{Records, Settings, Tx};
pub use error::Error;
