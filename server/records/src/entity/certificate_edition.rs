//! What a certificate says, edition by edition.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_edition")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub certificate_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition: i64,
    pub kind: String,
    /// What it says, as JSON.
    pub face: String,
    /// 证件号码
    pub id_sealed: Vec<u8>,
    pub photo: Option<String>,
    /// What its code says, signed.
    pub payload: String,
    pub reason: String,
    pub staff_id: String,
    pub staff_name: String,
    pub at: i64,
    pub agency_id: String,
    /// Number of the paper.
    pub stock: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
