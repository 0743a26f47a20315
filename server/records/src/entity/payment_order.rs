//! 缴费单, one living one per application.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_order")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// out_trade_no
    pub number: String,
    pub application_id: String,
    pub agency_id: String,
    pub plan_id: String,
    /// Fen, frozen at submission.
    pub amount: i64,
    /// Fen that went back or is going back.
    pub refunded: i64,
    pub state: String,
    /// How it was paid.
    pub channel: String,
    /// The channel's number of the payment, of the receipt, of the voucher.
    pub reference: String,
    /// Why it was waived.
    pub reason: String,
    /// What the QR codes say, by channel, as JSON.
    pub codes: String,
    pub due_until: Option<i64>,
    pub created_at: i64,
    pub paid_at: Option<i64>,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
