//! Small plays for tests: a world with a frozen clock, loaded dice, one procedure, people and plans,
//! on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up must fail loudly")]

pub mod crowd;
mod database;
mod drafts;
mod people;
mod pictures;
mod plans;
mod world;

pub use drafts::{answers, complete_draft, upload};
pub use people::{Applicant, PASSWORD, id_number};
pub use pictures::{pdf, photo, photo_of, signature};
pub use plans::{AGENCIES, DEMO_PLANS, QZ, STANDARDS, ZYNL, new_plan};
pub use world::{World, shanghai};

/// Writes each play twice: as a test on SQLite, and as one on PostgreSQL.
///
/// PostgreSQL is found by `JIKAO_TEST_POSTGRES`, the address of a database whose user may create others;
/// `make test` starts one. Without it the PostgreSQL half fails and says so.
#[macro_export]
macro_rules! both_databases {
    ($($(#[$about:meta])* async fn $name:ident($world:ident) $body:block)+) => {$(
        $(#[$about])*
        #[cfg(test)]
        mod $name {
            #[allow(unused_imports, reason = "not every play needs everything of its file")]
            use super::*;

            async fn play($world: &$crate::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let world = $crate::World::sqlite().await;
                play(&world).await;
                world.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let world = $crate::World::postgres().await;
                play(&world).await;
                world.finish().await;
            }
        }
    )+};
}
