//! A message on one way out of the house.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_delivery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub message_id: String,
    pub way: String,
    /// The endpoint of a push, empty elsewhere.
    pub webhook_id: String,
    pub state: String,
    pub attempts: i64,
    pub due_at: i64,
    /// Until then one node is at it.
    pub lease_until: Option<i64>,
    /// Which taking-up it was: who was overtaken settles nothing.
    pub lease: String,
    /// Why the last attempt failed: a word without personal data.
    pub reason: String,
    pub created_at: i64,
    pub ended_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
