//! A place in the line before a full plan.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "waiting_place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub plan_id: String,
    /// The draft that waits.
    pub application_id: String,
    /// The site that is wanted, and from the offer on the one that is held; none where any will do.
    pub site_id: Option<String>,
    /// Order in the plan's line; never given twice.
    pub turn: i64,
    /// Hours that an offer is held, as the procedure said at the joining.
    pub hours: i64,
    pub state: String,
    pub joined_at: i64,
    pub offered_at: Option<i64>,
    pub until_at: Option<i64>,
    pub ended_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
