//! One person of an uploaded roster.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roster_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub roster_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_no: i64,
    /// The cells as typed.
    pub cells_sealed: Vec<u8>,
    pub id_index: String,
    pub name_index: String,
    pub state: String,
    /// Cells at fault, without what other rows and photos say.
    pub faults: i64,
    /// Cells that are proposed another text.
    pub mends: i64,
    pub photo_later: i64,
    /// Why the import was refused, as JSON.
    pub refusal: Option<String>,
    pub application_id: Option<String>,
    /// Whether the import opened the account.
    pub opened_account: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
