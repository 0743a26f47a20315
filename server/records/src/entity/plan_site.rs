//! 报名机构: a place of a plan with seats of its own.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_site")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub plan_id: String,
    /// Order on the page.
    pub position: i64,
    pub name: String,
    pub address: String,
    pub capacity: i64,
    pub taken: i64,
    /// Who reviews first, in words.
    pub reviewer: String,
    pub contact: String,
    pub phone: String,
    /// First day of the exam here.
    pub exam_on: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
