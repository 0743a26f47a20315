//! The result of one person in one subject; found by the identity number, so that it may come before the account.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subject_result")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub id_index: String,
    /// What 「同一工种」 compares.
    pub trade_key: String,
    pub level: i64,
    pub subject: String,
    /// In tenths of a point; none where nothing was scored.
    pub score: Option<i64>,
    /// `passed`, `failed` or `absent`.
    pub outcome: String,
    pub at: i64,
    pub plan_id: Option<String>,
    /// Id of the member of staff, or `system`.
    pub recorded_by: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
