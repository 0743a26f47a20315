//! A link by which a person confirms what the agency collected.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "confirm_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// SHA-256 of the secret.
    pub token_hash: String,
    pub application_id: String,
    pub created_by: String,
    pub created_at: i64,
    pub until_at: i64,
    /// SHA-256 of what the browser got that answered the question.
    pub proof_hash: Option<String>,
    pub proof_until: Option<i64>,
    pub used_at: Option<i64>,
    /// When another link took its place.
    pub replaced_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
