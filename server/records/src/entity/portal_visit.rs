//! Somebody on the way to another sign-in and back.

use sea_orm::entity::prelude::*;

/// Somebody on the way to another sign-in and back.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "portal_visit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    pub provider: String,
    pub next: String,
    pub spent: Option<String>,
    pub created_at: i64,
    pub until_at: i64,
    pub used_at: Option<i64>,
}

/// No relation is followed: acts load what they need by key.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
