//! A message: who, about what, with sealed facts; words come from a template.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// `account:…`, `agency:…` or `objection:…`; with kind, entity and version it is written once.
    pub recipient: String,
    pub account_id: Option<String>,
    pub agency_id: Option<String>,
    pub plan_id: Option<String>,
    pub application_id: Option<String>,
    pub kind: String,
    pub entity: String,
    pub version: i64,
    pub facts_sealed: Vec<u8>,
    /// Mobile or mail of somebody who has no account.
    pub contact_sealed: Option<Vec<u8>>,
    pub at: i64,
    /// 1 once its deliveries are planned.
    pub planned: i64,
    pub read_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
