//! The procedure of the first profile, and plans to apply for.

use crate::World;
use chrono::{Days, NaiveDate};
use domain::ids::Fen;
use domain::occupation::SkillLevel;
use domain::plan::{Plan, PlanKind};
use domain::timeline::TimePoint;
use records::plans::{self, NewPlan};

/// The profile of the first procedure.
pub const ZYNL: &str = include_str!("../../profiles/zynl.toml");
/// The profile whose agency collects its candidates.
pub const QZ: &str = include_str!("../../profiles/qz-institution.toml");
/// Agencies of the demonstration.
pub const AGENCIES: &str = include_str!("../../demo/agencies.toml");
/// Occupational standards of the demonstration.
pub const STANDARDS: &str = include_str!("../../demo/standards.json");
/// Plans of the demonstration.
pub const DEMO_PLANS: &str = include_str!("../../demo/plans.toml");

/// Filing code of the agency that plans belong to unless a test says otherwise.
pub(crate) const FIRST_AGENCY: &str = "S000033000123";

/// 碳排放核算员 四级 in Hangzhou: open from ten days ago until 23:59:59 in fifteen days, exam in 57 days, 50 seats, 280 yuan.
pub fn new_plan(today: NaiveDate) -> NewPlan {
    let day = |offset: u64| TimePoint::Day(today.checked_add_days(Days::new(offset)).expect("a day"));
    NewPlan {
        number: String::new(),
        title: String::new(),
        agency: FIRST_AGENCY.into(),
        contact: String::new(),
        contact_phone: String::new(),
        kind: PlanKind::LevelRecognition,
        occupation: "碳排放管理员".into(),
        trade: "碳排放核算员".into(),
        code: "4-09-07-04-03".into(),
        level: Some(SkillLevel::IntermediateWorker),
        subjects: vec!["理论考试".into(), "实操考试".into()],
        city: "330100".into(),
        county: "330106".into(),
        site: "西湖区文三路考点".into(),
        sites: Vec::new(),
        opens: TimePoint::Day(today.checked_sub_days(Days::new(10)).expect("a day")),
        closes: day(15),
        review_close: None,
        exam: day(57).day(),
        capacity: 50,
        fee: Fen(28_000),
        scope: vec!["从事或准备从事碳排放核算工作的人员。".into()],
        instructions: vec!["报名前请准备好照片和证明材料。".into()],
        conditions: Vec::new(),
        profile: "zynl".into(),
        standard: "碳排放管理员".into(),
    }
}

impl World {
    /// An open plan, see [`new_plan`].
    pub async fn plan(&self) -> Plan {
        self.plan_with(|_| {}).await
    }

    /// An open plan, changed.
    pub async fn plan_with(&self, change: impl FnOnce(&mut NewPlan)) -> Plan {
        let mut new = new_plan(self.records.now().day());
        change(&mut new);
        let id = plans::publish(&self.records, &new).await.expect("a plan that fits together");
        plans::get(&self.records, id).await.expect("the plan just published")
    }

    /// An open plan whose agency collects its candidates, with three conditions and without a fee; changed.
    pub async fn collecting_plan(&self, change: impl FnOnce(&mut NewPlan)) -> Plan {
        let profile = records::profiles::parse(QZ, "qz-institution.toml").expect("a procedure");
        records::profiles::publish(&self.records, &profile).await.expect("a procedure that fits together");
        self.plan_with(|new| {
            new.profile = profile.name;
            new.conditions = vec!["满一年".into(), "有证书".into(), "毕业生".into()];
            new.fee = Fen(0);
            change(new);
        })
        .await
    }
}
