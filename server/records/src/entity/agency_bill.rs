//! The bill of an agency for a plan.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agency_bill")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub number: String,
    pub plan_id: String,
    pub agency_id: String,
    /// Who pays, as JSON.
    pub data: String,
    /// Its invoices, as JSON.
    pub invoices: String,
    /// Fen that arrived, less what went back.
    pub received: i64,
    /// Fen of it that pay whole orders.
    pub covered: i64,
    pub created_at: i64,
    pub created_by: String,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
