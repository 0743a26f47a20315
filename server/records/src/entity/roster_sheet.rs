//! A sheet of an uploaded roster, as it was read.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roster_sheet")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub roster_id: String,
    /// Its place in the file, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// Its rows.
    pub body_sealed: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
