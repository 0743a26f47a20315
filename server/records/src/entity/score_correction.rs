//! A mark that was corrected: before, after, why.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "score_correction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub application_id: String,
    pub subject: String,
    pub old_kind: String,
    pub old_tenths: Option<i64>,
    pub new_kind: String,
    pub new_tenths: Option<i64>,
    pub reason: String,
    pub staff_id: String,
    pub staff_name: String,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
