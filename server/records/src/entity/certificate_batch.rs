//! Certificates that were issued together, or wait for a signature.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_batch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub plan_id: String,
    pub agency_id: String,
    pub state: String,
    /// Ids of the applications, as JSON.
    pub people: String,
    pub prepared_by: String,
    pub prepared_name: String,
    pub prepared_at: i64,
    pub signed_by: Option<String>,
    pub signed_name: String,
    pub signed_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
