//! An assessment plan.

use sea_orm::entity::prelude::*;

/// An assessment plan.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub number: String,
    pub year: i64,
    pub title: String,
    pub agency_id: String,
    pub contact: String,
    pub contact_phone: String,
    pub kind: String,
    pub occupation: String,
    pub trade: String,
    pub code: String,
    pub level: Option<i64>,
    pub subjects: String,
    pub city: String,
    pub city_name: String,
    pub county: String,
    pub county_name: String,
    pub site: String,
    pub opens_at: i64,
    pub closes_at: i64,
    pub review_close: i64,
    pub exam_on: String,
    pub capacity: i64,
    pub taken: i64,
    pub fee: i64,
    pub scope: String,
    pub instructions: String,
    pub conditions: String,
    pub profile: String,
    pub profile_version: i64,
    pub standard: String,
    pub search: String,
    pub published_at: i64,
    pub updated_at: i64,
    pub cancelled_at: Option<i64>,
}

/// No relation is followed: acts load what they need by key.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
