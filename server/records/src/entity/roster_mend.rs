//! Cells of a roster that were mended in one go.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roster_mend")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub roster_id: String,
    pub staff_name: String,
    pub at: i64,
    /// How many.
    pub cells: i64,
    /// What stood in them, and what stands there now.
    pub body_sealed: Vec<u8>,
    pub undone_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
