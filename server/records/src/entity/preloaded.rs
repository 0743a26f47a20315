//! A person whom an agency prepared an account for, or gave a code that sets a new password.

use sea_orm::entity::prelude::*;

/// A person whom an agency prepared an account for.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "preloaded")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub agency_id: String,
    pub name: String,
    pub id_kind: String,
    pub id_sealed: Vec<u8>,
    pub id_index: String,
    pub id_masked: String,
    pub mobile_sealed: Vec<u8>,
    pub mobile_masked: String,
    pub code_hash: String,
    pub until_at: i64,
    pub ticket_hash: Option<String>,
    pub ticket_until: Option<i64>,
    pub account_id: Option<String>,
    pub used_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub resets: i64,
    pub created_by: String,
    pub created_at: i64,
}

/// No relation is followed: acts load what they need by key.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
