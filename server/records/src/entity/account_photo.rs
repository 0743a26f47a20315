//! The photo that a candidate keeps for all applications; its bytes are two files of the account.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_photo")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: String,
    pub original_file: String,
    pub used_file: String,
    pub width: i64,
    pub height: i64,
    pub bytes: i64,
    pub format: String,
    pub points: String,
    /// Digest of the used picture.
    pub sha256: String,
    /// The application that it was first uploaded to; none when it came from the profile page.
    pub from_application: Option<String>,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
