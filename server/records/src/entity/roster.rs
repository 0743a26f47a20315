//! An uploaded roster.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roster")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub plan_id: String,
    pub agency_id: String,
    pub staff_id: String,
    pub staff_name: String,
    pub state: String,
    /// File name, columns, facts above the headings, what was left out of archives.
    pub head_sealed: Vec<u8>,
    pub photos_wanted: i64,
    /// Why the import came to rest by itself, as JSON.
    pub note: Option<String>,
    pub created_at: i64,
    pub started_at: Option<i64>,
    /// Who began the import or its taking back.
    pub moved_by: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
