//! Statements by hand, for both databases: `$1` is understood by either.

use crate::Error;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, ExecResult, FromQueryResult, Statement, TransactionTrait,
    Value,
};

/// A question with its values.
pub(crate) type Question = (String, Vec<Value>);

/// How the database means to answer a question, step by step. PostgreSQL reads a small table from end to end, and a large one
/// when most of its rows are wanted, and is right: so it is told to take any other way that it has. What it then still reads
/// whole, it can reach in no other way.
pub(crate) async fn explain(db: &DatabaseConnection, (text, values): Question) -> Result<Vec<String>, Error> {
    if db.get_database_backend() == DatabaseBackend::Sqlite {
        let rows = db.query_all_raw(statement(db, &format!("EXPLAIN QUERY PLAN {text}"), values)).await?;
        return rows.iter().map(|row| Ok(row.try_get_by_index::<String>(3)?)).collect();
    }
    let tx = db.begin().await?;
    tx.execute_unprepared("SET LOCAL enable_seqscan = off").await?;
    let rows = tx.query_all_raw(statement(&tx, &format!("EXPLAIN {text}"), values)).await?;
    tx.rollback().await?;
    rows.iter().map(|row| Ok(row.try_get_by_index::<String>(0)?)).collect()
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
