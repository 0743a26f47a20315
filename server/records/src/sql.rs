//! Statements by hand, for both databases: `$1` is understood by either.

use crate::Error;
use sea_orm::{ConnectionTrait, DatabaseBackend, ExecResult, FromQueryResult, Statement, Value};

/// A question with its values.
pub(crate) type Question = (String, Vec<Value>);

/// How the database means to answer a question, step by step.
pub(crate) async fn explain<C: ConnectionTrait>(db: &C, (text, values): Question) -> Result<Vec<String>, Error> {
    let sqlite = db.get_database_backend() == DatabaseBackend::Sqlite;
    let ask = if sqlite { format!("EXPLAIN QUERY PLAN {text}") } else { format!("EXPLAIN {text}") };
    let rows = db.query_all_raw(statement(db, &ask, values)).await?;
    // SQLite tells a step in its fourth column, PostgreSQL a line in its only one.
    rows.iter().map(|row| Ok(row.try_get_by_index::<String>(if sqlite { 3 } else { 0 })?)).collect()
}

/// Runs a statement.
pub(crate) async fn run<C: ConnectionTrait>(db: &C, text: &str, values: Vec<Value>) -> Result<ExecResult, Error> {
    Ok(db.execute_raw(statement(db, text, values)).await?)
}

/// All rows of a question.
pub(crate) async fn all<R: FromQueryResult, C: ConnectionTrait>(
    db: &C,
    text: &str,
    values: Vec<Value>,
) -> Result<Vec<R>, Error> {
    let rows = db.query_all_raw(statement(db, text, values)).await?;
    Ok(rows.iter().map(|row| R::from_query_result(row, "")).collect::<Result<_, _>>()?)
}

/// The first row of a question, if any.
pub(crate) async fn one<R: FromQueryResult, C: ConnectionTrait>(
    db: &C,
    text: &str,
    values: Vec<Value>,
) -> Result<Option<R>, Error> {
    let row = db.query_one_raw(statement(db, text, values)).await?;
    Ok(row.map(|row| R::from_query_result(&row, "")).transpose()?)
}

/// The first column of the first row, when it is a number; none without a row.
pub(crate) async fn number<C: ConnectionTrait>(db: &C, text: &str, values: Vec<Value>) -> Result<Option<i64>, Error> {
    let row = db.query_one_raw(statement(db, text, values)).await?;
    Ok(row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?)
}

/// The first column of the first row, when it is a text; none without a row.
pub(crate) async fn text<C: ConnectionTrait>(db: &C, text: &str, values: Vec<Value>) -> Result<Option<String>, Error> {
    let row = db.query_one_raw(statement(db, text, values)).await?;
    Ok(row.map(|row| row.try_get_by_index::<String>(0)).transpose()?)
}

fn statement<C: ConnectionTrait>(db: &C, text: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), text, values)
}
