//! A PostgreSQL database for one test, made and dropped again.

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where a PostgreSQL is whose user may create databases.
pub(crate) const VARIABLE: &str = "JIKAO_TEST_POSTGRES";

/// One database of one test.
pub(crate) struct Lent {
    admin: String,
    name: String,
    /// Address of the database.
    pub url: String,
}

impl Lent {
    pub(crate) async fn new() -> Lent {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Ok(admin) = std::env::var(VARIABLE) else {
            panic!("no PostgreSQL to test on: set {VARIABLE} to postgres://user@host/database, or run `make test`");
        };
        let name = format!("jikao_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let url = named(&admin, &name);
        let lent = Lent { admin, name, url };
        lent.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", lent.name)).await;
        lent.run(&format!("CREATE DATABASE {}", lent.name)).await;
        lent
    }

    pub(crate) async fn give_back(self) {
        self.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await;
    }

    async fn run(&self, statement: &str) {
        let admin: DatabaseConnection = Database::connect(self.admin.as_str()).await.expect("PostgreSQL answers");
        admin.execute_unprepared(statement).await.expect(statement);
        admin.close().await.expect("PostgreSQL hangs up");
    }
}

/// The same address with another database name.
fn named(url: &str, name: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, ""), |(base, query)| (base, query));
    let (server, _) = base.rsplit_once('/').expect("an address ends with /database");
    if query.is_empty() { format!("{server}/{name}") } else { format!("{server}/{name}?{query}") }
}
