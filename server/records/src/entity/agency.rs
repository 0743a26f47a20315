//! An assessment agency.

use sea_orm::entity::prelude::*;

/// An assessment agency.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agency")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub filing_code: String,
    pub name: String,
    pub region: String,
    pub contact: String,
    pub phone: String,
    pub created_at: i64,
}

/// No relation is followed: acts load what they need by key.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
