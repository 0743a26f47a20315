//! What the review desk shows and sends.

use crate::application::axes::Axes;
use crate::application::{Claim, Stage, StageName, Target};
use crate::eligibility::ConditionVerdict;
use crate::ids::{ApplicationId, PlanId, Revision};
use crate::page::mine::{Happening, PrintLine};
use crate::page::opinion::OpinionKept;
use crate::page::wizard::{FileKept, PhotoKept, SignatureKept};
use crate::plan::Plan;
use crate::profile::ReviewRules;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Which cases the queue shows; travels in the address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct QueueFilter {
    /// `waiting` (default), `claimed` (colleagues'), `returned`, `decided` (today), `all`.
    pub tab: String,
    /// Words: a name, or a 报名号.
    pub q: String,
    /// A plan, or empty.
    pub plan: String,
    /// `doubts`: only cases with a point to look at.
    pub only: String,
    /// Page, from 1.
    pub page: u32,
}

/// A case in the queue, as far as it is told before it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueLine {
    /// Id.
    pub id: ApplicationId,
    /// Revision of the line.
    pub revision: Revision,
    /// 报名号
    pub number: String,
    /// 姓名
    pub name: String,
    /// 职业（工种）
    pub trade: String,
    /// 等级, short.
    pub level: String,
    /// Since when it waits (or when it was decided).
    pub since: Timestamp,
    /// Stage.
    pub stage: StageName,
    /// Which time it was submitted.
    pub round: u32,
    /// Who holds it.
    pub claim: Option<Claim>,
    /// Points to look at: 0 means that every rule passes.
    pub doubts: u32,
    /// The first of them, as a short code ([`Doubt`]).
    pub first_doubt: Option<Doubt>,
}

/// A page of the queue, with what stands in the header.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Queue {
    /// Server time.
    pub now: Timestamp,
    /// Lines, the longest waiting first.
    pub lines: Vec<QueueLine>,
    /// Lines in all.
    pub total: u64,
    /// Page, from 1.
    pub page: u32,
    /// Lines per page.
    pub per_page: u32,
    /// Waiting.
    pub waiting: u64,
    /// Held by colleagues.
    pub claimed: u64,
    /// Returned to applicants.
    pub returned: u64,
    /// Decided today by this agency.
    pub decided_today: u64,
    /// Plans to filter by.
    pub plans: Vec<(PlanId, String)>,
}

/// A point for a person to look at. Advice, never a bar.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The claimed condition is not met by the facts.
    ConditionNotMet,
    /// The claimed condition cannot be judged by rule.
    ConditionUnknown,
    /// A point of the photo (code).
    Photo(String),
    /// Another application of the same person or the same mobile.
    Duplicate,
    /// An unusual certificate number.
    CertificateNo,
    /// An unusual identity number (retired county code and the like).
    IdNumber,
    /// The work years typed differ from the dated jobs.
    WorkYears,
    /// Submitted again after corrections.
    Resubmitted,
}

/// One case, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The line of the queue.
    pub line: QueueLine,
    /// Server time.
    pub now: Timestamp,
    /// Stage with its facts.
    pub stage: Stage,
    /// Filing, money and exam, as they stand now.
    pub axes: Axes,
    /// The procedure's own word for where it stands.
    pub label: String,
    /// 支付状态, or empty.
    pub payment: String,
    /// What the procedure prints.
    pub prints: Vec<PrintLine>,
    /// 意见栏: each with what was written; empty where the procedure has none.
    pub opinions: Vec<OpinionKept>,
    /// Originals to look at, at the counter; empty where review is done from the files.
    pub originals: Vec<Original>,
    /// Fields that the lookup of certificates filled in, and nobody changed since.
    pub looked_up: Vec<String>,
    /// The plan.
    pub plan: Plan,
    /// Whether the viewer holds the claim.
    pub mine: bool,
    /// Whether the viewer's role may decide at all.
    pub may_decide: bool,
    /// Answers, section by section; identity number, mobile and address masked for staff.
    pub sections: Vec<AnswerSection>,
    /// Number of the condition that the applicant claims, and its text as frozen.
    pub claimed_condition: Option<(u32, String)>,
    /// Verdicts on all conditions.
    pub verdicts: Vec<ConditionVerdict>,
    /// Points to look at.
    pub doubts: Vec<Doubt>,
    /// The photo.
    pub photo: Option<PhotoKept>,
    /// Limits of the photo in words are made from this.
    pub photo_spec: crate::photo::PhotoSpec,
    /// Evidence per requirement: label and files.
    pub evidence: Vec<EvidenceGroup>,
    /// Signature.
    pub signature: Option<SignatureKept>,
    /// Other applications of the same person, or with the same mobile.
    pub duplicates: Vec<Duplicate>,
    /// What happened, oldest first.
    pub history: Vec<Happening>,
    /// Targets that can be returned, with their labels.
    pub targets: Vec<(Target, String)>,
    /// Since the last return: what was changed.
    pub corrected: Vec<Target>,
    /// Rules of review: reasons, remarks, days.
    pub rules: ReviewRules,
    /// Default and latest deadline for corrections.
    pub return_until: (Timestamp, Timestamp),
    /// The next waiting case, if any.
    pub next: Option<ApplicationId>,
    /// The previous one.
    pub previous: Option<ApplicationId>,
}

/// An original to look at, at the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    /// Key of the document.
    pub key: String,
    /// Its label.
    pub label: String,
    /// What belongs to it.
    pub examples: Vec<String>,
    /// Whether approval needs it.
    pub required: bool,
    /// Who looked at it, and when.
    pub checked: Option<(String, Timestamp)>,
}

/// A case as the counter works with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterCase {
    /// The case, whole.
    pub case: Case,
    /// Whether this procedure reviews at a counter at all.
    pub at_counter: bool,
}

/// What was answered under one heading of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerSection {
    /// Heading.
    pub title: String,
    /// Answers.
    pub answers: Vec<AnswerLine>,
}

/// One answer on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerLine {
    /// Key of the field.
    pub key: String,
    /// Verbatim label.
    pub label: String,
    /// Answer, masked where needed.
    pub value: String,
    /// Whether it is masked and can be revealed (an act in the history).
    pub masked: bool,
}

/// Files of one requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceGroup {
    /// Key.
    pub key: String,
    /// Label.
    pub label: String,
    /// Files in order.
    pub files: Vec<FileKept>,
}

/// Another application that looks like the same person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicate {
    /// Its id, if the viewer may open it.
    pub id: Option<ApplicationId>,
    /// 报名号.
    pub number: String,
    /// Plan title.
    pub plan_title: String,
    /// Stage.
    pub stage: StageName,
    /// Same identity document, or only the same mobile.
    pub same_person: bool,
}

/// How a reviewer ends a round: the next stage, with what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// 通过
    Approve,
    /// 退回补正
    Return {
        /// Items.
        remarks: Vec<crate::application::Remark>,
        /// Deadline.
        until: Timestamp,
    },
    /// 不通过
    Reject {
        /// Grounds.
        grounds: crate::application::Grounds,
    },
}

/// What came of approving many at once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BulkOutcome {
    /// Approved.
    pub approved: Vec<ApplicationId>,
    /// Left alone, each with the reason.
    pub refused: Vec<(ApplicationId, crate::application::ReviewRefusal)>,
}

/// Counters of an agency (or of all agencies of an authority's region).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dashboard {
    /// Server time.
    pub now: Timestamp,
    /// Per plan, those that close next first.
    pub plans: Vec<PlanCounters>,
    /// Longest waiting case.
    pub oldest: Option<Timestamp>,
    /// Decisions today.
    pub decided_today: u64,
    /// Approved, returned, rejected today.
    pub today: (u64, u64, u64),
    /// How many came how far, over all plans.
    pub funnel: super::knowing::Funnel,
    /// Pass rates by subject, over all released scores.
    pub subjects: Vec<super::knowing::SubjectPassed>,
    /// What is due today, and what is overdue.
    pub due: Vec<super::knowing::Due>,
    /// Whether the viewer files lists with the authority.
    pub may_file: bool,
    /// Submissions per day of the last 14 days, oldest first.
    pub submitted_per_day: Vec<(chrono::NaiveDate, u64)>,
    /// Decisions per day of the last 14 days, oldest first.
    pub decided_per_day: Vec<(chrono::NaiveDate, u64)>,
}

/// A plan on the dashboard: its dates, its seats, and how many applications stand where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCounters {
    /// Id.
    pub id: PlanId,
    /// Title.
    pub title: String,
    /// Agency.
    pub agency_name: String,
    /// Window's first second.
    pub opens: Timestamp,
    /// Window's last second.
    pub closes: Timestamp,
    /// Day of the exam.
    pub exam_on: chrono::NaiveDate,
    /// Seats.
    pub capacity: u32,
    /// Taken.
    pub taken: u32,
    /// Drafts.
    pub drafts: u64,
    /// Waiting.
    pub waiting: u64,
    /// Returned.
    pub returned: u64,
    /// Approved.
    pub approved: u64,
    /// Rejected.
    pub rejected: u64,
    /// Approved, and on a list that was filed.
    pub filed: u64,
}
