//! A way to sign in that leads to an account.

use sea_orm::entity::prelude::*;

/// A way to sign in that leads to an account.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_way")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub account_id: String,
    pub way: String,
    pub provider: String,
    pub subject_index: String,
    pub shown_sealed: Option<Vec<u8>>,
    pub created_at: i64,
}

/// No relation is followed: acts load what they need by key.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
