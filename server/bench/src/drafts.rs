//! Complete drafts, many of them.

use crate::Outcome;
use crate::scene::Scene;
use domain::plan::Plan;
use sea_orm::{DatabaseConnection, FromQueryResult, Statement};
use std::collections::HashMap;

pub use testkit::crowd::Draft;

/// So many complete, signed drafts for a plan, each of another person.
pub async fn prepare(scene: &Scene, plan: &Plan, count: usize) -> Outcome<Vec<Draft>> {
    testkit::crowd::crowd(&scene.records, &scene.side, scene.folder(), plan.id, count).await
}

#[derive(FromQueryResult)]
struct Numbered {
    id: String,
    number: String,
}

/// Numbers of all applications that were handed in, by application.
pub async fn numbers(db: &DatabaseConnection) -> Outcome<HashMap<String, String>> {
    let ask = Statement::from_string(
        db.get_database_backend(),
        "SELECT id, number FROM application WHERE number IS NOT NULL AND stage = 'submitted'",
    );
    let rows = Numbered::find_by_statement(ask).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.number)).collect())
}
