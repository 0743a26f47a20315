//! A kept file; its bytes lie in the store under their SHA-256.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Exactly one of application and account owns a file.
    pub application_id: Option<String>,
    pub account_id: Option<String>,
    /// `photo`, `photo_original`, `evidence`, `signature`, `seal` or `request` (proof of one) of an application; `master`, `master_original` of an account.
    pub kind: String,
    pub requirement: String,
    pub position: i64,
    pub name_sealed: Vec<u8>,
    pub format: String,
    pub bytes: i64,
    pub pages: i64,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub points: String,
    pub sha256: String,
    pub created_at: i64,
    pub removed_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
