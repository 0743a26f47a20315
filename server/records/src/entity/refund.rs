//! Money on its way back.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refund")]
pub struct Model {
    /// out_refund_no
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: String,
    pub order_id: String,
    /// What asked for it: asked twice, it is one refund.
    pub key: String,
    /// 1 where the money was never ours: late, or paid twice.
    pub owed: i64,
    pub channel: String,
    pub transaction_id: String,
    pub amount: i64,
    pub reason: String,
    pub asked_by: String,
    pub asked_at: i64,
    /// How cash or a transfer was given back.
    pub voucher: String,
    pub done_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
