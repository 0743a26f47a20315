//! What procedures differ in beyond form, photo and documents: who may enter, how people sign in, what must be
//! ready first, what is agreed, who says what on paper, and when the ticket comes.

use crate::form::{Answers, Choice, Field, When};
use crate::occupation::SkillLevel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The official name of a step, and the note above it, line by line and verbatim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepWords {
    /// Which step.
    pub at: super::Step,
    /// Its name in this procedure: 确认报名须知.
    #[serde(default)]
    pub title: String,
    /// Text of the step: the notice of a notice step, remarks above the others.
    #[serde(default)]
    pub note: Vec<String>,
}

/// A way to sign in that a procedure offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WayIn {
    /// Identity number and password of an account of one's own.
    Account,
    /// The ticket protocol of a provincial portal.
    Portal,
    /// OpenID Connect.
    Oidc,
    /// 报名序号 with the identity number.
    RegistrationNumber,
    /// An account that the agency prepared, opened by a one-time code.
    Activation,
}

/// What must be ready before an application can be begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// 个人资料: education and postal address.
    Profile,
    /// 头像: the photo kept with the account.
    Photo,
}

/// Who may register here, asked before anything else, so that nobody fills a form in the wrong place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Heading of the question.
    pub title: String,
    /// Questions, kept among the answers.
    #[serde(default)]
    pub field: Vec<Field>,
    /// Who is in the wrong place, and where the right one is. The first that holds is told.
    #[serde(default)]
    pub refusal: Vec<WrongPlace>,
}

/// Key of the section that the entry questions make on the ground of a plan: asked on their own step, read
/// like any other answer.
pub const ENTRY_SECTION: &str = "entry";

impl Entry {
    /// Whoever wants this plan is in the wrong place, whatever they answer.
    pub fn closed_to_all(&self) -> Option<&WrongPlace> {
        self.refusal.iter().find(|wrong| wrong.when == When::default())
    }

    /// Why these answers belong elsewhere. What is still unanswered refuses nobody.
    pub fn wrong_place(&self, answers: &Answers) -> Option<&WrongPlace> {
        self.refusal.iter().find(|wrong| is_answered(&wrong.when, answers) && wrong.when.holds(answers))
    }
}

fn is_answered(when: &When, answers: &Answers) -> bool {
    (when.key.is_empty() || answers.has(&when.key))
        && when.and.as_deref().is_none_or(|further| is_answered(further, answers))
}

/// Somebody who has to register elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrongPlace {
    /// When this holds; may look at answers and at `plan.level`, `plan.kind`, `plan.occupation`, `plan.code`.
    pub when: When,
    /// Why not here.
    pub text: String,
    /// Where to go instead, with name and telephone where known.
    pub go: String,
}

/// A text that must be agreed to before submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Stable key.
    pub key: String,
    /// Title: 鉴定报名须知.
    pub title: String,
    /// Version of the text; kept with the consent.
    pub version: u32,
    /// The text, paragraph by paragraph.
    pub text: Vec<String>,
}

/// 逐级申报: from which level one may go to which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// Key of the field that holds the present level (kind `level`; empty means none).
    pub field: String,
    /// Levels that need no earlier one: `[5]`.
    pub entry: Vec<u8>,
}

/// 考试类别: which subjects a level has, where the plan does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Papers {
    /// Subjects per level number, in order: `4 = ["理论", "实操"]`.
    pub by_level: BTreeMap<String, Vec<String>>,
    /// Key of the field that says first exam or resit; empty when there is no resit.
    #[serde(default)]
    pub exam_kind: String,
    /// Its value for a resit.
    #[serde(default)]
    pub resit: String,
    /// Key of the field (kind `subjects`) with the chosen subjects of a resit.
    #[serde(default)]
    pub chosen: String,
    /// Most subjects of a resit; 0 means as many as were failed.
    #[serde(default)]
    pub resit_most: u32,
    /// Months that a passed subject stays valid.
    #[serde(default = "twelve")]
    pub valid_months: u32,
}

fn twelve() -> u32 {
    12
}

/// 候补: a line before a full plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceRules {
    /// Hours that a freed seat is held for the first in the line, before it passes on.
    pub offer_hours: u32,
}

impl Default for PlaceRules {
    fn default() -> Self {
        PlaceRules { offer_hours: 24 }
    }
}

/// 准考证.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TicketRules {
    /// 横向打印.
    pub landscape: bool,
    /// Calendar days before the exam from which it can be printed; 0 leaves it to the plan.
    pub opens_days_before: u32,
    /// Rules printed on it, line by line.
    pub rules: Vec<String>,
}

/// 成绩. Source of the defaults: each subject at least 60 of 100; rechecks within 15 days of the release, as provinces
/// publish it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScoreRules {
    /// Points that every subject must reach.
    pub pass: u16,
    /// Subjects with a pass mark of their own, by name.
    pub pass_by_subject: BTreeMap<String, u16>,
    /// Calendar days after the day of release in which a candidate may ask to look again; 0 where there is no recheck.
    pub recheck_days: u32,
}

impl Default for ScoreRules {
    fn default() -> Self {
        ScoreRules { pass: 60, pass_by_subject: BTreeMap::new(), recheck_days: 15 }
    }
}

impl ScoreRules {
    /// Pass mark of a subject, in tenths of a point.
    pub fn pass_tenths(&self, subject: &str) -> u16 {
        self.pass_by_subject.get(subject).copied().unwrap_or(self.pass).saturating_mul(10)
    }
}

/// What an applicant can print, and from which official state on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Download {
    /// What.
    pub what: Printable,
    /// In which states.
    pub when: Vec<Standing>,
}

/// What can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Printable {
    /// 申报表
    ApplicationForm,
    /// 准考证
    Ticket,
}

/// The official states that labels and rights hang on: a view over the axes of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 草稿
    Draft,
    /// 待审核
    Submitted,
    /// 退回补正
    Returned,
    /// 审核通过
    Approved,
    /// 审核不通过
    Rejected,
    /// 已撤回
    Withdrawn,
    /// 已提交申报: approved, and on a list that was filed with the authority.
    Filed,
    /// 成绩发布
    Scored,
}

/// A printed form of the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrintRules {
    /// Name of the template: `zj-daily`.
    pub template: String,
    /// Title of the form: 浙江省职业技能鉴定申请表.
    pub title: String,
    /// Key of the document requirement that takes the signed and stamped scan; empty when none is wanted.
    pub returns_as: String,
}

/// 意见栏: what a unit or an agency says on the form, with its seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opinion {
    /// Stable key: `training`.
    pub key: String,
    /// Heading on the form: 培训单位意见.
    pub title: String,
    /// What is filled in (学时, 经办人).
    #[serde(default)]
    pub field: Vec<Field>,
    /// Whether a seal belongs there: scanned, or electronic.
    #[serde(default = "yes")]
    pub seal: bool,
    /// Whether review cannot end well without it.
    #[serde(default)]
    pub required: bool,
}

fn yes() -> bool {
    true
}

/// A line of help, by topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpLine {
    /// Topic: 网上报名技术问题.
    pub topic: String,
    /// Telephones.
    pub phone: Vec<String>,
}

/// How people pick a site, where a plan has several.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SiteRules {
    /// Heading: 报名机构.
    pub title: String,
    /// What the first reviewer is called: 初审机构.
    pub reviewer_label: String,
    /// Said before choosing, verbatim.
    pub note: String,
}

/// How an applicant signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureMode {
    /// On this screen or on a phone.
    #[default]
    Screen,
    /// By hand on the printed form.
    Paper,
    /// Not at all.
    None,
}

/// Until when an applicant may take a submission back and change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditUntil {
    /// Until a reviewer has claimed it.
    #[default]
    Claim,
    /// Until it is decided; a reviewer who holds it is told.
    Decision,
}

/// Where the originals are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewMode {
    /// On the desk, from the files.
    #[default]
    Desk,
    /// At a counter, from the originals: each paper document is ticked off.
    Counter,
}

/// Where a document comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Handed in as a file.
    #[default]
    Upload,
    /// Shown as an original at the counter.
    Paper,
    /// Handed in by the agency.
    Preloaded,
}

/// Collected by the agency, confirmed by the person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Collecting {
    /// Whether the agency types the data in, and people confirm theirs by a link.
    pub by_agency: bool,
    /// Days that a link lives.
    pub link_days: u32,
}

/// One of several proofs, each of which is enough.
pub type Alternative = Choice;

impl Papers {
    /// Whether these answers ask for a resit.
    pub fn is_resit(&self, answers: &Answers) -> bool {
        !self.exam_kind.is_empty() && !self.resit.is_empty() && answers.get(&self.exam_kind) == self.resit
    }

    /// The subjects of a level, in order; empty when the level is not listed.
    pub fn of_level(&self, level: Option<SkillLevel>) -> &[String] {
        level.and_then(|level| self.by_level.get(&level.number().to_string())).map_or(&[], Vec::as_slice)
    }
}

/// Why a level cannot be taken from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderFault {
    /// The present level; none when the person has none.
    pub present: Option<u8>,
    /// The level applied for.
    pub wanted: u8,
    /// The level that could be taken now; none when the highest is reached.
    pub possible: Option<u8>,
}

impl Ladder {
    /// Exactly one step: from 四级 to 三级, never over one's head. A person without any level begins with an entry level.
    pub fn check(&self, present: Option<u8>, wanted: u8) -> Result<(), LadderFault> {
        if self.entry.contains(&wanted) && present.is_none() {
            return Ok(());
        }
        let possible = match present {
            None => self.entry.iter().max().copied(),
            Some(1) => None,
            Some(level) => Some(level - 1),
        };
        if possible == Some(wanted) { Ok(()) } else { Err(LadderFault { present, wanted, possible }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_is_climbed_one_step_at_a_time() {
        let ladder = Ladder { field: "prior_level".into(), entry: vec![5] };
        assert_eq!(ladder.check(Some(4), 3), Ok(()));
        assert_eq!(ladder.check(None, 5), Ok(()));
        assert_eq!(ladder.check(Some(5), 3), Err(LadderFault { present: Some(5), wanted: 3, possible: Some(4) }));
        assert_eq!(ladder.check(None, 4), Err(LadderFault { present: None, wanted: 4, possible: Some(5) }));
        assert_eq!(ladder.check(Some(1), 1), Err(LadderFault { present: Some(1), wanted: 1, possible: None }));
    }
}
