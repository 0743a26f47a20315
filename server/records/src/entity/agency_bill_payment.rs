//! Money that arrived for a bill, or went back: confirmed by hand, with the slip of the bank.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agency_bill_payment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub bill_id: String,
    /// Fen; below zero where it went back.
    pub amount: i64,
    pub voucher: String,
    pub file_sha256: Option<String>,
    pub file_format: Option<String>,
    pub at: i64,
    pub staff_id: String,
    pub staff_name: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
