//! One photo of an uploaded roster.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roster_photo")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub roster_id: String,
    /// Name of the file: number and name of a person.
    pub name_sealed: Vec<u8>,
    pub id_index: String,
    pub name_index: String,
    pub row_no: Option<i64>,
    pub joined: String,
    /// What is wrong with it, as JSON.
    pub faults: String,
    pub good: i64,
    pub points: String,
    /// Empty while it is not good.
    pub used_sha256: String,
    pub used_bytes: i64,
    pub used_format: String,
    pub width: Option<i64>,
    pub height: Option<i64>,
    /// Empty where it was too heavy to be kept.
    pub original_sha256: String,
    pub original_bytes: i64,
    pub original_format: String,
    pub original_width: Option<i64>,
    pub original_height: Option<i64>,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
