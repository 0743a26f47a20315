//! 申报, from draft to decision.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub account_id: String,
    pub plan_id: String,
    pub agency_id: String,
    /// Division code of the agency, for authorities.
    pub region: String,
    /// 姓名 when it was begun.
    pub name: String,
    /// Day of birth as the account has it: an index tells ages without reading accounts.
    pub birth: Option<String>,
    /// What 「同一工种」 compares.
    pub trade_key: String,
    pub window_opens: i64,
    pub window_closes: i64,
    pub stage: String,
    /// 报名号, from the first submission on.
    pub number: Option<String>,
    pub round: i64,
    /// Counts every change.
    pub revision: i64,
    /// Counts changes of the answers.
    pub answers_revision: i64,
    pub answers_sealed: Vec<u8>,
    pub facts_sealed: Option<Vec<u8>>,
    pub started_at: i64,
    pub saved_at: i64,
    pub submitted_at: Option<i64>,
    pub decided_at: Option<i64>,
    pub until_at: Option<i64>,
    pub remarks: Option<String>,
    pub grounds: Option<String>,
    pub corrected: String,
    pub doubts: String,
    pub doubt_count: i64,
    pub submit_key: Option<String>,
    pub receipt: Option<String>,
    pub photo: Option<String>,
    pub signature: Option<String>,
    /// The chosen site, where the plan has several.
    pub site_id: Option<String>,
    /// What was confirmed beside the form, as JSON.
    pub marks: String,
    pub filing: String,
    pub filed_at: Option<i64>,
    pub money: String,
    /// Last moment to pay.
    pub due_until: Option<i64>,
    pub exam: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
