//! How the seats and tickets of a plan stand.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seating")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan_id: String,
    pub revision: i64,
    pub route: String,
    pub last_seq: i64,
    pub arranged_at: Option<i64>,
    pub published_at: Option<i64>,
    pub opens_on: Option<String>,
    pub closes_on: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
