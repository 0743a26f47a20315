//! A candidate.

use sea_orm::entity::prelude::*;

/// A candidate.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub name: String,
    pub id_kind: String,
    pub id_sealed: Vec<u8>,
    pub id_index: String,
    pub id_masked: String,
    pub mobile_sealed: Vec<u8>,
    pub mobile_index: String,
    pub mobile_masked: String,
    pub birth: Option<String>,
    pub gender: Option<String>,
    pub address_sealed: Option<Vec<u8>>,
    pub education: String,
    pub password_hash: Option<String>,
    pub facts_sealed: Option<Vec<u8>>,
    pub verified_at: Option<i64>,
    pub merged_into: Option<String>,
    pub demo: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

/// No relation is followed: acts load what they need by key.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
