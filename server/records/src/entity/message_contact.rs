//! Where a candidate wants mail, and which ways not.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: String,
    pub mail_sealed: Option<Vec<u8>>,
    pub mail_masked: String,
    pub confirmed_at: Option<i64>,
    /// An address that waits for its code.
    pub pending_sealed: Option<Vec<u8>>,
    pub pending_masked: String,
    pub code_hash: Option<String>,
    pub code_until: Option<i64>,
    pub no_mail: i64,
    pub no_sms: i64,
    pub language: String,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
