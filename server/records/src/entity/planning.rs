//! A plan on its way: the form, and where it stands.

use sea_orm::entity::prelude::*;

/// A plan on its way.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "planning")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub agency_id: String,
    pub stage: String,
    pub number: Option<String>,
    pub title: String,
    pub form: String,
    pub exam_on: Option<String>,
    pub revision: i64,
    pub round: i64,
    pub copied_from: String,
    pub created_by: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub filed_at: Option<i64>,
    pub decided_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub ended: String,
}

/// No relation is followed: acts load what they need by key.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
