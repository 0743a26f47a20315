//! A certificate: one number, for ever.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// 证书编号
    pub number: String,
    pub year: i64,
    /// Counts the agency's certificates of a year.
    pub sequence: i64,
    pub batch_id: String,
    pub application_id: String,
    pub account_id: String,
    pub plan_id: String,
    pub agency_id: String,
    pub issued_on: String,
    pub issued_at: i64,
    /// The edition that counts.
    pub edition: i64,
    pub state: String,
    pub revoked_at: Option<i64>,
    pub revoked_name: String,
    pub revoke_reason: Option<String>,
    pub revoke_words: String,
    /// 1 where a revoked one may be followed by a new one.
    pub again: i64,
    pub delivery: String,
    pub carrier: String,
    /// Tracking number, or who took it.
    pub reference: String,
    pub delivered_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
