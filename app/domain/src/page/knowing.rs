//! Figures for agencies and authorities: funnels, pass rates, signals with their evidence, sampling lists, reports.

use crate::ids::{ApplicationId, PlanId};
use crate::planner::FilingDesk;
use crate::time::Timestamp;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How many people came how far, from a draft to a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Funnel {
    /// Began, whether or not they handed in.
    pub begun: u64,
    /// Handed in.
    pub submitted: u64,
    /// Approved.
    pub approved: u64,
    /// Approved, and nothing is due.
    pub paid: u64,
    /// Have a seat.
    pub seated: u64,
    /// Came to at least one exam.
    pub present: u64,
    /// Passed every subject.
    pub passed: u64,
    /// Were given a certificate.
    pub certificates: u64,
}

impl Funnel {
    /// Adds the figures of another plan.
    pub fn add(&mut self, other: &Funnel) {
        self.begun += other.begun;
        self.submitted += other.submitted;
        self.approved += other.approved;
        self.paid += other.paid;
        self.seated += other.seated;
        self.present += other.present;
        self.passed += other.passed;
        self.certificates += other.certificates;
    }
}

/// Who sat for a subject and who passed it. Counted from released scores alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SubjectPassed {
    /// 科目
    pub subject: String,
    /// Marked, not absent.
    pub sat: u64,
    /// At or above the pass mark.
    pub passed: u64,
}

/// Who has to do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DueBy {
    /// 申报人
    Applicants,
    /// 审核员
    Reviewers,
    /// 机构负责人
    Managers,
    /// 监考和考务
    Hall,
    /// 认定中心, then 人社部门
    Desks,
}

/// What is to be done today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DueWhat {
    /// Registration ends today.
    WindowCloses,
    /// The review ends today or has ended, and so many still wait.
    Review(u64),
    /// The exam is near and nobody has a ticket.
    Tickets,
    /// The exam is today.
    Exam,
    /// The exam is over and the scores are not locked.
    EnterScores,
    /// The scores are locked and not released.
    ReleaseScores,
    /// So many objections wait for an answer.
    Objections(u64),
    /// So many requests about tickets and adjustments wait for an answer.
    Requests(u64),
    /// So many requests to look at a mark again wait for an answer.
    Rechecks(u64),
    /// In so many places two doors state different things.
    Doors(u64),
    /// A plan waits for the opinion of a desk.
    Opinion(FilingDesk),
    /// A change of a plan waits for the opinion of a desk.
    ChangeOpinion(FilingDesk),
}

/// One thing that is due today, or overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Plan.
    pub plan: PlanId,
    /// Its title.
    pub title: String,
    /// Its number: plans of one title are told apart by it.
    pub number: String,
    /// What.
    pub what: DueWhat,
    /// Who.
    pub by: DueBy,
    /// The day it is, or was, due.
    pub on: NaiveDate,
}

/// Figures of a group: a region, an agency, an occupation, a level, a band of ages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Group {
    /// What the group is called.
    pub name: String,
    /// Plans.
    pub plans: u64,
    /// Figures.
    pub funnel: Funnel,
    /// People with released scores.
    pub marked: u64,
}

/// A signal: something to look at, never a decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// What it is about: a plan, masked people; no personal data in full.
    pub about: String,
    /// What was found, with the numbers behind it.
    pub evidence: Evidence,
    /// Plans and cases to look at.
    pub looks: Vec<Look>,
}

impl Signal {
    /// Of what kind.
    pub fn kind(&self) -> SignalKind {
        match self.evidence {
            Evidence::PassRate { .. } => SignalKind::PassRate,
            Evidence::TwoPlaces { .. } => SignalKind::TwoPlaces,
            Evidence::SharedMobile { .. } => SignalKind::SharedMobile,
            Evidence::AddressBurst { .. } => SignalKind::AddressBurst,
            Evidence::SharedPhoto { .. } => SignalKind::SharedPhoto,
        }
    }
}

/// The numbers behind a signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Evidence {
    /// Two rates and their test.
    PassRate {
        /// Passed, and marked, in this plan.
        own: (u64, u64),
        /// The same in all others of its occupation and level.
        others: (u64, u64),
        /// Per cent of both, and z.
        test: (f64, f64, f64),
    },
    /// Both exams are on this day, `2027-01-18`.
    TwoPlaces {
        /// The day.
        on: String,
    },
    /// People on one mobile number.
    SharedMobile {
        /// How many.
        people: u64,
        /// From how many on it is told.
        least: u64,
    },
    /// People who wrote one address within an hour.
    AddressBurst {
        /// How many.
        people: u64,
        /// From how many on it is told.
        least: u64,
        /// Newest applications that were looked at.
        among: u64,
    },
    /// People who handed in the very same picture.
    SharedPhoto {
        /// How many, also beyond what the reader may see.
        people: u64,
        /// First characters of its SHA-256.
        digest: String,
    },
}

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Look {
    /// A plan, by id.
    Plan(String),
    /// An application, by id and number.
    Case(String, Option<String>),
}

/// Kinds of signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SignalKind {
    /// The pass rate of a plan lies far from that of its occupation and level.
    PassRate,
    /// One person is expected in two plans on one day.
    TwoPlaces,
    /// One mobile number stands for many people.
    SharedMobile,
    /// Many applications from one address within an hour.
    AddressBurst,
    /// People handed in the very same photo.
    SharedPhoto,
}

/// The cockpit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cockpit {
    /// Server time.
    pub now: Timestamp,
    /// Year of the exams that are counted.
    pub year: i32,
    /// The city that it is narrowed to, by code; empty for all.
    pub city: String,
    /// Cities with exams in this year, by code and name.
    pub cities: Vec<(String, String)>,
    /// All together.
    pub all: Group,
    /// By city.
    pub regions: Vec<Group>,
    /// By agency.
    pub agencies: Vec<Group>,
    /// By occupation and trade.
    pub occupations: Vec<Group>,
    /// By level.
    pub levels: Vec<Group>,
    /// By age on the day of the exam.
    pub ages: Vec<Group>,
    /// Signals, the strongest kinds first.
    pub signals: Vec<Signal>,
}

/// By what a sample is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Strata {
    /// Every session of every plan.
    #[default]
    Session,
    /// Every occupation and level.
    Trade,
}

impl Strata {
    /// As it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Strata::Session => "session",
            Strata::Trade => "trade",
        }
    }

    /// From what is kept.
    pub fn parse(text: &str) -> Option<Strata> {
        [Strata::Session, Strata::Trade].into_iter().find(|strata| strata.as_str() == text)
    }
}

/// A sampling list in the list of lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamplingLine {
    /// Id.
    pub id: String,
    /// Name.
    pub title: String,
    /// By what it is spread.
    pub strata: Strata,
    /// Share of each stratum, in per cent.
    pub percent: u32,
    /// Fewest of each stratum.
    pub least: u32,
    /// Exams from that day.
    pub from: NaiveDate,
    /// To that day.
    pub until: NaiveDate,
    /// The seed: with it and the rule anybody draws the same list from the same people.
    pub seed: u64,
    /// Who drew it.
    pub drawn_by: String,
    /// When.
    pub at: Timestamp,
    /// People it was drawn from.
    pub frame: u64,
    /// People on it.
    pub items: u64,
    /// Looked at.
    pub seen: u64,
}

/// What a supervisor found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SampleVerdict {
    /// 无问题
    Fine,
    /// 有疑点
    Doubtful,
    /// 有问题
    Wrong,
}

impl SampleVerdict {
    /// All.
    pub const ALL: [SampleVerdict; 3] = [SampleVerdict::Fine, SampleVerdict::Doubtful, SampleVerdict::Wrong];

    /// As it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            SampleVerdict::Fine => "fine",
            SampleVerdict::Doubtful => "doubtful",
            SampleVerdict::Wrong => "wrong",
        }
    }

    /// From what is kept.
    pub fn parse(text: &str) -> Option<SampleVerdict> {
        SampleVerdict::ALL.into_iter().find(|verdict| verdict.as_str() == text)
    }
}

/// Somebody on a sampling list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleItem {
    /// Place on the list, from 1.
    pub no: u32,
    /// The application.
    pub application: ApplicationId,
    /// 报名号
    pub number: String,
    /// 姓名, masked.
    pub name: String,
    /// Plan.
    pub plan: String,
    /// Its stratum.
    pub stratum: String,
    /// What was found, in which words, by whom, when.
    pub verdict: Option<(SampleVerdict, String, String, Timestamp)>,
}

/// One sampling list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampling {
    /// Server time.
    pub now: Timestamp,
    /// The list.
    pub line: SamplingLine,
    /// Who stands on it.
    pub items: Vec<SampleItem>,
}

/// A report: the same tables become xlsx and PDF.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// Title.
    pub title: String,
    /// Lines under it: label and value.
    pub head: Vec<(String, String)>,
    /// Tables.
    pub tables: Vec<Table>,
}

/// A table of a report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Table {
    /// Title.
    pub title: String,
    /// Headings.
    pub headings: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}
