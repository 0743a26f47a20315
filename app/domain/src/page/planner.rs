//! The desk's pages about plans: the list, one plan with everything around it, the filing, the register of agencies.

use crate::form::Answers;
use crate::ids::{AgencyId, Fen, PlanId, Revision};
use crate::occupation::SkillLevel;
use crate::plan::PlanState;
use crate::planner::{Amendment, AmendmentStage, FilingDesk, FilingOutcome, NoticeKind, PlanFault, PlanStage};
use crate::time::Timestamp;
use crate::timeline::{LeadTimes, Milestone, TimePoint, TimeViolation, UnknownDays};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Whether a plan lies within what its agency is filed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FilingBadge {
    /// Occupation, trade and level are filed and valid on the day of the exam.
    Inside,
    /// They were filed, and the filing ends before the exam.
    Expired,
    /// They are not filed.
    Outside,
    /// The agency has no filing on record.
    Unknown,
}

/// One plan in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    /// Id; a draft keeps it when it becomes public.
    pub id: PlanId,
    /// 计划编号; empty until it is filed.
    pub number: String,
    /// 计划名称
    pub title: String,
    /// 机构
    pub agency: String,
    /// Where it stands.
    pub stage: PlanStage,
    /// How registration stands, once it is public.
    pub state: Option<PlanState>,
    /// First day of the exam, once known.
    pub exam_on: Option<NaiveDate>,
    /// Whether it lies within the agency's filing.
    pub badge: FilingBadge,
    /// What comes next, and who must act.
    pub next: Option<Milestone>,
    /// 变更待审: where a change of it waits.
    pub amending: Option<AmendmentStage>,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanHub {
    /// Server time.
    pub now: Timestamp,
    /// Plans, those that wait for the viewer first, then by what comes next.
    pub rows: Vec<PlanRow>,
    /// How many plans there are per stage.
    pub per_stage: Vec<(PlanStage, u64)>,
    /// Whether the viewer may write plans.
    pub may_draft: bool,
    /// Whether the viewer decides filings.
    pub may_decide: bool,
    /// Whether agencies are to be named.
    pub many_agencies: bool,
}

/// How many stand where: from drafts to certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanNumbers {
    /// 草稿
    pub drafts: u64,
    /// 待审
    pub waiting: u64,
    /// 等补正
    pub returned: u64,
    /// 通过
    pub approved: u64,
    /// 不通过
    pub rejected: u64,
    /// 待缴费
    pub due: u64,
    /// 已缴费, waived and paid by the agency counted in.
    pub paid: u64,
    /// What was paid, less what went back.
    pub income: Fen,
    /// 已申报
    pub filed: u64,
    /// 已排座
    pub seated: u64,
    /// 成绩已录
    pub scored: u64,
    /// 证书
    pub certified: u64,
}

/// An opinion of a desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingOpinion {
    /// Round of filing, from 1.
    pub round: u32,
    /// Which desk.
    pub desk: FilingDesk,
    /// What was decided.
    pub outcome: FilingOutcome,
    /// 意见
    pub text: String,
    /// Who.
    pub by: String,
    /// Of which office.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

/// A line of the plan's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanHappening {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What, as a short word: `filed`, `amended`, ….
    pub act: String,
    /// Reason, or what changed.
    pub text: String,
}

/// A public list of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeLine {
    /// Key in the address.
    pub id: String,
    /// Which.
    pub kind: NoticeKind,
    /// First moment.
    pub opens: Timestamp,
    /// Last second.
    pub closes: Timestamp,
    /// Objections, those that wait first.
    pub objections: Vec<ObjectionLine>,
}

/// An objection as the agency sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionLine {
    /// Id.
    pub id: String,
    /// About which line of the list; empty for the list as a whole.
    pub about: String,
    /// Who objects, masked; revealing is an act of its own.
    pub name: String,
    /// How to reach them, masked.
    pub contact: String,
    /// What they say, with the evidence.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// Format of the file that came with it, if one did: `jpeg`, `png`, `pdf`.
    pub proof: Option<String>,
    /// Whether it was sustained, why, by whom and when; none while it waits.
    pub answer: Option<(bool, String, String, Timestamp)>,
}

/// What the viewer may do with a plan now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanActs {
    /// Write in the form and file it.
    pub edit: bool,
    /// Take it back from the centre, to write in it again.
    pub take_back: bool,
    /// Decide at the desk where it waits.
    pub decide: Option<FilingDesk>,
    /// Publish.
    pub publish: bool,
    /// Amend, with a reason.
    pub amend: bool,
    /// Decide about a change that waits at this desk.
    pub decide_amendment: Option<FilingDesk>,
    /// Close registration early.
    pub close: bool,
    /// Call it off.
    pub cancel: bool,
    /// Make a new one of it.
    pub copy: bool,
    /// Open public lists and answer objections.
    pub notices: bool,
    /// Record a visit on site.
    pub inspect: bool,
    /// Work on it from within its agency: people, rooms, scores, money.
    pub work: bool,
}

/// 机构账单 of a plan, in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanBill {
    /// Number; empty before it is made.
    pub number: String,
    /// What it asks for.
    pub asked: Fen,
    /// What arrived for it.
    pub received: Fen,
}

/// One plan with everything around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    /// Server time.
    pub now: Timestamp,
    /// Its line.
    pub row: PlanRow,
    /// Revision that the page was drawn from; 0 where there is no filing on record.
    pub revision: Revision,
    /// Title of the procedure.
    pub procedure: String,
    /// 职业（工种）
    pub trade: String,
    /// 等级
    pub level: Option<SkillLevel>,
    /// Seats and how many are taken.
    pub seats: (u32, u32),
    /// Every time point, in the order of time.
    pub milestones: Vec<Milestone>,
    /// What does not fit together.
    pub conflicts: Vec<TimeViolation>,
    /// Lead times of the procedure.
    pub rules: LeadTimes,
    /// Where days are counted that the calendar does not know yet.
    pub unknown_days: Option<UnknownDays>,
    /// The form, where there is one.
    pub form: Answers,
    /// Numbers.
    pub numbers: PlanNumbers,
    /// Opinions of the desks, the newest last.
    pub opinions: Vec<FilingOpinion>,
    /// Visits on site.
    pub inspections: Vec<Inspection>,
    /// Changes that were asked for, the newest first.
    pub amendments: Vec<Amendment>,
    /// Public lists.
    pub notices: Vec<NoticeLine>,
    /// What happened.
    pub history: Vec<PlanHappening>,
    /// What the viewer may do.
    pub acts: PlanActs,
    /// Why registration was closed early or the plan was called off; empty where it was not.
    pub ended: String,
    /// Whether the plan was filed here and has a form to print.
    pub has_form: bool,
    /// The agency's bill, where the agency pays for people or has been billed.
    pub bill: Option<PlanBill>,
    /// What the agency is filed for, value and words; empty where nothing of it may be changed.
    pub scopes: Vec<(String, String)>,
}

/// A visit on site before the exam.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// Day of the visit.
    pub on: NaiveDate,
    /// Whether the place will do.
    pub fit: bool,
    /// What was found.
    pub text: String,
    /// Who looked.
    pub by: String,
    /// Of which office or agency.
    pub body: String,
    /// Id.
    pub id: String,
    /// Ids of its photos, in order.
    pub photos: Vec<String>,
    /// Whether the viewer may add photos.
    pub own: bool,
}

/// The editor of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanDesk {
    /// The plan; none for a new one.
    pub id: Option<PlanId>,
    /// What a new one is a copy of.
    pub copy: Option<PlanId>,
    /// Where days are counted that the calendar does not know yet.
    pub unknown_days: Option<UnknownDays>,
    /// Server time.
    pub now: Timestamp,
    /// Where it stands.
    pub stage: PlanStage,
    /// Revision.
    pub revision: Revision,
    /// The form.
    pub form: Answers,
    /// What is missing or wrong.
    pub faults: Vec<PlanFault>,
    /// What does not fit together.
    pub conflicts: Vec<TimeViolation>,
    /// Every time point with its latest legal date.
    pub milestones: Vec<Milestone>,
    /// What should have happened before today and cannot any more.
    pub overdue: Vec<Milestone>,
    /// The earliest exam that today leaves time for.
    pub earliest_exam: Option<NaiveDate>,
    /// Procedures: name and title.
    pub procedures: Vec<(String, String)>,
    /// What the agency is filed for: value and words.
    pub scopes: Vec<(String, String)>,
    /// Training units and stations of the register, to choose from.
    pub units: Vec<UnitLine>,
    /// What the desks said, the newest last.
    pub opinions: Vec<FilingOpinion>,
}

/// An occupation that an agency is filed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeLine {
    /// Id.
    pub id: String,
    /// 职业
    pub occupation: String,
    /// 工种, or empty.
    pub trade: String,
    /// 编码
    pub code: String,
    /// Levels.
    pub levels: Vec<SkillLevel>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// 备案文号, or empty.
    pub document: String,
}

/// Somebody to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactLine {
    /// Id.
    pub id: String,
    /// Where: 柯城, or empty for everywhere.
    pub region: String,
    /// What about.
    pub topic: String,
    /// Who.
    pub name: String,
    /// Telephone.
    pub phone: String,
}

/// 培训单位 or 站点.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitLine {
    /// Id.
    pub id: String,
    /// Whether it is a station rather than a training unit.
    pub station: bool,
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
}

/// One agency of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyCard {
    /// Id.
    pub id: AgencyId,
    /// 机构备案号
    pub filing_code: String,
    /// Name.
    pub name: String,
    /// City.
    pub city: String,
    /// 联系人
    pub contact: String,
    /// 联系电话
    pub phone: String,
    /// What it is filed for.
    pub scopes: Vec<ScopeLine>,
    /// Whom to ask.
    pub contacts: Vec<ContactLine>,
    /// Training units and stations.
    pub units: Vec<UnitLine>,
}

/// The register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Server time.
    pub now: Timestamp,
    /// Agencies.
    pub agencies: Vec<AgencyCard>,
    /// Whether the viewer may change filings.
    pub may_file: bool,
    /// Whether the viewer may change contacts and units of the agency.
    pub may_edit: bool,
}

/// A public list among others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicNoticeLine {
    /// Key in the address.
    pub id: String,
    /// Which.
    pub kind: NoticeKind,
    /// 计划名称
    pub title: String,
    /// 机构
    pub agency: String,
    /// First moment.
    pub opens: Timestamp,
    /// Last second.
    pub closes: Timestamp,
}

/// A line of a public list: masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicEntry {
    /// Its number on the list.
    pub no: u32,
    /// 姓名, masked.
    pub name: String,
    /// 证件号码, masked.
    pub id_no: String,
    /// Result per subject, and whether it was passed; empty on a roster.
    pub marks: Vec<(String, String)>,
    /// 合格 / 不合格; empty on a roster.
    pub result: String,
}

/// A public list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicNotice {
    /// Its line.
    pub line: PublicNoticeLine,
    /// Server time.
    pub now: Timestamp,
    /// 计划编号
    pub number: String,
    /// 职业（工种）
    pub trade: String,
    /// 等级
    pub level: Option<SkillLevel>,
    /// 联系人 and telephone for questions.
    pub contact: String,
    /// Subjects, for the columns of scores.
    pub subjects: Vec<String>,
    /// Lines of this page.
    pub entries: Vec<PublicEntry>,
    /// How many there are in all.
    pub total: u64,
    /// This page, from 1.
    pub page: u32,
    /// Pages.
    pub pages: u32,
}

/// A point as the timeline draws it.
pub fn day_of(stone: &Milestone) -> Option<NaiveDate> {
    stone.at.map(TimePoint::day)
}
