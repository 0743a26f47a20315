//! 评价计划: what is offered, when one can register, and how that reads on the day.

use crate::ids::{AgencyId, Fen, PlanId, SiteId};
use crate::occupation::SkillLevel;
use crate::time::Timestamp;
use crate::timeline::RegistrationWindow;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// 计划类型.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
    /// 职业技能等级认定
    LevelRecognition,
    /// 专项职业能力考核
    SpecialCapability,
}

impl PlanKind {
    /// The official name.
    pub fn label(self) -> &'static str {
        match self {
            PlanKind::LevelRecognition => "职业技能等级认定",
            PlanKind::SpecialCapability => "专项职业能力考核",
        }
    }

    /// The word in the database and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            PlanKind::LevelRecognition => "level_recognition",
            PlanKind::SpecialCapability => "special_capability",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [PlanKind::LevelRecognition, PlanKind::SpecialCapability].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A published plan: the facts that pages show and acts judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Id.
    pub id: PlanId,
    /// 计划编号
    pub number: String,
    /// 计划年度
    pub year: i32,
    /// 计划名称
    pub title: String,
    /// 机构
    pub agency: AgencyId,
    /// 机构名称
    pub agency_name: String,
    /// 机构备案号
    pub agency_filing: String,
    /// 联系人
    pub contact: String,
    /// 联系电话
    pub contact_phone: String,
    /// 计划类型
    pub kind: PlanKind,
    /// 职业
    pub occupation: String,
    /// 工种; empty when the occupation is not divided at this level.
    pub trade: String,
    /// 职业(工种)编码
    pub code: String,
    /// 等级; none for special capabilities.
    pub level: Option<SkillLevel>,
    /// 申报科目 (理论考试, 实操考试, …)
    pub subjects: Vec<String>,
    /// Division code of the city (six digits).
    pub city: String,
    /// Name of the city.
    pub city_name: String,
    /// Division code of the county, or empty.
    pub county: String,
    /// Name of the county, or empty.
    pub county_name: String,
    /// Where the exam takes place.
    pub site: String,
    /// Registration window.
    pub window: RegistrationWindow,
    /// 初审截止
    pub review_close: Timestamp,
    /// First day of the exam.
    pub exam_on: NaiveDate,
    /// Seats.
    pub capacity: u32,
    /// Seats taken by submitted, returned and approved applications.
    pub taken: u32,
    /// Fee; zero when free.
    pub fee: Fen,
    /// 认定范围, paragraph by paragraph.
    pub scope: Vec<String>,
    /// 申报说明, paragraph by paragraph.
    pub instructions: Vec<String>,
    /// Conditions, verbatim, in order: (number, text).
    pub conditions: Vec<(u32, String)>,
    /// Name of the profile and the version it was published with.
    pub profile: String,
    /// That version.
    pub profile_version: u32,
    /// Name of the occupational standard, or empty when none is loaded.
    pub standard: String,
    /// Whether it was called off.
    #[serde(default)]
    pub cancelled: bool,
}

/// 报名机构: one of the places of a plan, with seats of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Id.
    pub id: SiteId,
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// Seats here; the seats of all sites are those of the plan.
    pub capacity: u32,
    /// Seats taken here.
    pub taken: u32,
    /// Who reviews first; empty where the plan's agency does.
    pub reviewer: String,
    /// 联系人, or empty.
    pub contact: String,
    /// 联系电话, or empty.
    pub phone: String,
    /// First day of the exam here.
    pub exam_on: NaiveDate,
}

/// What a level examines where neither plan nor procedure says so: theory and skill, and from 二级/技师 on a review of
/// papers and a defence besides.
pub fn usual_subjects(level: Option<SkillLevel>) -> Vec<String> {
    let review = matches!(level, Some(SkillLevel::Technician | SkillLevel::SeniorTechnician));
    ["理论考试", "实操考试"].into_iter().chain(review.then_some("综合评审")).map(str::to_owned).collect()
}

impl Site {
    /// Seats nobody has taken here.
    pub fn seats_left(&self) -> u32 {
        self.capacity.saturating_sub(self.taken)
    }
}

/// How a plan stands right now, in words rather than in grey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlanState {
    /// 即将开始
    Upcoming {
        /// First moment.
        opens: Timestamp,
    },
    /// 正在报名
    Open {
        /// Seats left.
        left: u32,
        /// Whether few are left (a tenth or less).
        few: bool,
    },
    /// 名额已满
    Full,
    /// 已截止
    Closed {
        /// Last second.
        closed: Timestamp,
    },
}

impl Plan {
    /// Seats nobody has taken.
    pub fn seats_left(&self) -> u32 {
        self.capacity.saturating_sub(self.taken)
    }

    /// How the plan stands at `now`.
    pub fn state_at(&self, now: Timestamp) -> PlanState {
        state_of(&self.window, self.capacity, self.taken, now)
    }

    /// 职业（工种）: `碳排放管理员（碳排放核算员）`.
    pub fn occupation_and_trade(&self) -> String {
        occupation_and_trade(&self.occupation, &self.trade)
    }

    /// What is examined, in words: `碳排放管理员（碳排放核算员） 四级/中级工`.
    pub fn subject_in_words(&self) -> String {
        match self.level {
            Some(level) => format!("{} {}", self.occupation_and_trade(), level.name()),
            None => self.occupation_and_trade(),
        }
    }
}

/// `碳排放管理员（碳排放核算员）`, or the occupation alone.
pub fn occupation_and_trade(occupation: &str, trade: &str) -> String {
    if trade.is_empty() { occupation.to_owned() } else { format!("{occupation}（{trade}）") }
}

/// How a window with seats stands at `now`.
pub fn state_of(window: &RegistrationWindow, capacity: u32, taken: u32, now: Timestamp) -> PlanState {
    use crate::timeline::WindowState;
    match window.state_at(now) {
        WindowState::Upcoming => PlanState::Upcoming { opens: window.opens },
        WindowState::Closed => PlanState::Closed { closed: window.closes },
        WindowState::Open => match capacity.saturating_sub(taken) {
            0 => PlanState::Full,
            left => PlanState::Open { left, few: left.saturating_mul(10) <= capacity },
        },
    }
}

/// What people search by; every part is optional and travels in the address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanSearch {
    /// Words of an agency, a plan, a trade or a number.
    pub q: String,
    /// Kind ([`PlanKind::as_str`]).
    pub kind: String,
    /// Occupation, by name.
    pub occupation: String,
    /// Trade, by name.
    pub trade: String,
    /// Level number, 5 to 1.
    pub level: String,
    /// Division code of a city.
    pub city: String,
    /// Division code of a county.
    pub county: String,
    /// `open`, `upcoming`, `closed`; empty means open and upcoming; `all` means every state.
    pub state: String,
    /// Page, from 1.
    pub page: u32,
}

/// One row of the search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLine {
    /// Id.
    pub id: PlanId,
    /// 计划编号
    pub number: String,
    /// 计划名称
    pub title: String,
    /// 机构名称
    pub agency_name: String,
    /// 职业（工种）
    pub trade: String,
    /// 等级
    pub level: Option<SkillLevel>,
    /// City and county.
    pub place: String,
    /// Window.
    pub window: RegistrationWindow,
    /// First day of the exam.
    pub exam_on: NaiveDate,
    /// Seats.
    pub capacity: u32,
    /// Seats taken.
    pub taken: u32,
}

/// The answer to a search: one page of rows and what can be filtered by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanResults {
    /// When the answer was made (server time).
    pub now: Timestamp,
    /// Rows of this page.
    pub lines: Vec<PlanLine>,
    /// How many there are in all.
    pub total: u64,
    /// This page, from 1.
    pub page: u32,
    /// Rows per page.
    pub per_page: u32,
    /// How many plans per level (5..1) match the other filters.
    pub per_level: Vec<(u8, u64)>,
    /// Occupations that have plans.
    pub occupations: Vec<String>,
    /// Trades of the chosen occupation that have plans.
    pub trades: Vec<String>,
    /// Cities that have plans: code and name.
    pub cities: Vec<(String, String)>,
    /// Counties of the chosen city that have plans: code and name.
    pub counties: Vec<(String, String)>,
}
