//! A code that sets a forgotten password anew, known or unknown whom it is for.

use sea_orm::entity::prelude::*;

/// A code that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The keyed hash of what was typed: of a mobile number, or of the number of a document.
    pub subject: String,
    /// 1 where it was a mobile number.
    pub by_mobile: i64,
    /// A keyed hash, bound to this row.
    pub code_hash: String,
    /// SHA-256 of the secret of the browser that asked.
    pub ticket_hash: String,
    pub guesses: i64,
    pub created_at: i64,
    pub until_at: i64,
    pub used_at: Option<i64>,
    /// When a later code took its place, or the password was set.
    pub ended_at: Option<i64>,
}

/// No relation is followed: acts load what they need by key.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
