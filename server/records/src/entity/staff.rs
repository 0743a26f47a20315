//! A member of staff.

use sea_orm::entity::prelude::*;

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub agency_id: Option<String>,
    pub region: String,
    pub body: String,
    pub name: String,
    pub login_name: String,
    pub role: String,
    pub password_hash: Option<String>,
    pub invite_hash: Option<String>,
    pub invite_until: Option<i64>,
    pub active: i64,
    pub demo: i64,
    pub created_at: i64,
}

/// No relation is followed: acts load what they need by key.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
