//! 意见栏, as it was written.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opinion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub application_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub fields_sealed: Vec<u8>,
    pub text: String,
    pub staff_id: String,
    pub staff_name: String,
    pub at: i64,
    /// `none`, `electronic` or `scan`.
    pub seal: String,
    /// The scan, where there is one.
    pub seal_file: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
