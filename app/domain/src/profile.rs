//! A procedure as data: one TOML file says what a procedure asks, allows and calls things.
//! A published plan keeps the version that it was published with.

use crate::certificate::CertificateRules;
use crate::form::{Choice, Form, When};
use crate::paper::PaperSpec;
use crate::photo::PhotoSpec;
use crate::timeline::LeadTimes;
use serde::{Deserialize, Serialize};

pub mod check;
mod pattern;
mod paying;
pub mod procedure;
pub mod rehearse;
mod specialise;

pub use pattern::fill;
pub use paying::{DueFrom, FeeRule, LateMoney, Payer, PaymentRules};
pub use procedure::*;
pub use specialise::{PLAN, PLAN_KEYS, specialise};

/// The whole of a procedure. Unknown keys are refused, so that a typing mistake cannot switch a rule off.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Short name: `zynl`.
    pub name: String,
    /// Counts up with every published change.
    pub version: u32,
    /// What people call the procedure.
    pub title: String,
    /// What it is for, in a line for the page of the procedure.
    #[serde(default)]
    pub summary: String,
    /// The steps of the wizard, in order.
    pub wizard: Vec<Step>,
    /// Official names and notes of the steps.
    #[serde(default)]
    pub step: Vec<StepWords>,
    /// Ways to sign in, in the order they are offered.
    #[serde(default = "own_account")]
    pub sign_in: Vec<WayIn>,
    /// What must be ready before an application can be begun.
    #[serde(default)]
    pub gate: Vec<Gate>,
    /// Who may register here.
    #[serde(default)]
    pub entry: Option<Entry>,
    /// Text of the campaign: why, for whom, when; line by line.
    #[serde(default)]
    pub notice: Vec<String>,
    /// 公告 of a plan, with `{exam}`, `{occupation}`, `{trade}`, `{level}`, `{conditions}`, `{opens}`, `{closes}`.
    #[serde(default)]
    pub plan_notice: String,
    /// Lines of help, by topic.
    #[serde(default)]
    pub help: Vec<HelpLine>,
    /// Where a plan has several sites: how one is picked.
    #[serde(default)]
    pub site: SiteRules,
    /// Texts to agree to before submitting.
    #[serde(default)]
    pub consent: Vec<Consent>,
    /// 逐级申报.
    #[serde(default)]
    pub ladder: Option<Ladder>,
    /// Subjects by level, and resits.
    #[serde(default)]
    pub papers: Option<Papers>,
    /// Whether the agency collects the data.
    #[serde(default)]
    pub collecting: Collecting,
    /// How plans and applications are numbered and named.
    pub numbering: Numbering,
    /// Lead times of the region, judged when a plan is saved.
    #[serde(default)]
    pub times: LeadTimes,
    /// What the photo must be.
    pub photo: PhotoRules,
    /// What the form asks.
    pub form: Form,
    /// Documents that the applicant hands in.
    #[serde(default)]
    pub document: Vec<Requirement>,
    /// 承诺书.
    pub declaration: Declaration,
    /// How applicants sign.
    #[serde(default)]
    pub signature: SignatureMode,
    /// How review works.
    pub review: ReviewRules,
    /// 意见栏 of the form.
    #[serde(default)]
    pub opinion: Vec<Opinion>,
    /// The printed form.
    #[serde(default)]
    pub print: PrintRules,
    /// What can be printed, and when.
    #[serde(default)]
    pub download: Vec<Download>,
    /// Who pays, and until when.
    #[serde(default)]
    pub payment: PaymentRules,
    /// 候补 before a full plan.
    #[serde(default)]
    pub places: PlaceRules,
    /// 准考证.
    #[serde(default)]
    pub ticket: TicketRules,
    /// 成绩: pass marks and rechecks.
    #[serde(default)]
    pub score: ScoreRules,
    /// 证书: numbers, who issues, what is exported.
    #[serde(default)]
    pub certificate: CertificateRules,
    /// Official words of the procedure, each followed on screen by a helpful line.
    #[serde(default)]
    pub phrases: Phrases,
}

/// A step of the wizard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 确认这里可以报名
    Entry,
    /// 确认报名须知
    Notice,
    /// 选择报名机构
    Site,
    /// 上传证件照
    Photo,
    /// 填写报名信息 (with the documents, where these have no step of their own)
    Form,
    /// 上传证件信息
    Documents,
    /// 扫码在线签名
    Sign,
    /// 预览确认提交
    Preview,
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 8] =
        [Step::Entry, Step::Notice, Step::Site, Step::Photo, Step::Form, Step::Documents, Step::Sign, Step::Preview];

    /// The word in addresses: `photo`, `form`, `sign`, `preview`, ….
    pub fn slug(self) -> &'static str {
        match self {
            Step::Entry => "entry",
            Step::Notice => "notice",
            Step::Site => "site",
            Step::Photo => "photo",
            Step::Form => "form",
            Step::Documents => "documents",
            Step::Sign => "sign",
            Step::Preview => "preview",
        }
    }

    /// Reads the word of an address.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Step::ALL.into_iter().find(|step| step.slug() == slug)
    }
}

fn own_account() -> Vec<WayIn> {
    vec![WayIn::Account]
}

/// Patterns. `{yyyy}`, `{seq:6}`, `{agency}`, `{month}`, `{occupation}`, `{trade}`, `{level}` are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbering {
    /// 计划编号: `{yyyy}-S-{seq:6}`.
    pub plan_number: String,
    /// 计划名称.
    pub plan_title: String,
    /// 报名号 that an applicant can quote: `{plan}-{seq:4}`.
    pub application_number: String,
    /// 报名序号 of a person: `{yyyy}{seq:6}{random:4}`; empty where nobody needs one.
    #[serde(default)]
    pub registration_number: String,
    /// 准考证号: `{plan_serial}{seq:4}`, where `plan_serial` is the digits of the plan's number; empty for that.
    #[serde(default)]
    pub ticket_number: String,
}

/// Photo limits, and what the page says beside them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotoRules {
    /// The limits that browser and server enforce and print.
    pub spec: PhotoSpec,
    /// Sentences of the procedure that no machine can judge (近期、正面、免冠 …).
    #[serde(default)]
    pub advice: Vec<String>,
}

/// A document that must be handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Stable key: `evidence`, `prior_file`.
    pub key: String,
    /// Verbatim label.
    pub label: String,
    /// What belongs into it, in plain words, one line each.
    #[serde(default)]
    pub examples: Vec<String>,
    /// Whether it is needed where it is asked.
    #[serde(default = "yes")]
    pub required: bool,
    /// Where it comes from.
    #[serde(default)]
    pub source: Source,
    /// Several proofs, each of which is enough: 学生证 or 教务处证明.
    #[serde(default)]
    pub any_of: Vec<Alternative>,
    /// Not needed once this field was filled by the lookup of certificates; empty when there is none.
    #[serde(default)]
    pub unless_looked_up: String,
    /// Asked only when this holds for the answers.
    #[serde(default)]
    pub show: Option<When>,
    /// Limits of one file.
    pub file: PaperSpec,
    /// Most files.
    #[serde(default = "twenty")]
    pub max_files: u32,
    /// Limit of the merged PDF in bytes, strictly less.
    pub merged_bytes_less_than: u64,
}

fn yes() -> bool {
    true
}

fn twenty() -> u32 {
    20
}

/// 承诺书: its text is frozen with every signature.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Title: 个人承诺书.
    pub title: String,
    /// Version of the text.
    pub version: u32,
    /// The sentence before the clauses.
    pub lead: String,
    /// The clauses, in order and verbatim.
    pub clauses: Vec<String>,
}

/// How review works.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRules {
    /// What review is called and who does it: 单位人事科现场审查.
    #[serde(default)]
    pub title: String,
    /// Where the originals are looked at.
    #[serde(default)]
    pub mode: ReviewMode,
    /// Until when a submission can be taken back.
    #[serde(default)]
    pub edit_until: EditUntil,
    /// Days that a returned application has by default.
    pub correction_days: u32,
    /// Most days that a reviewer may give; never past the day before the exam.
    pub correction_days_max: u32,
    /// Minutes that a claim lasts without renewal.
    pub claim_minutes: u32,
    /// Working days within which the applicant may expect an answer; shown, not enforced.
    pub answer_days: u32,
    /// Reasons to pick from when rejecting.
    pub reject_reason: Vec<Choice>,
    /// Remarks to pick from when returning, per target (`photo`, `document:evidence`, …).
    #[serde(default)]
    pub return_remark: Vec<Choice>,
}

/// Official words. Empty means that the product's own words stand alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Phrases {
    /// 查询结果：共N条 with `{n}`.
    pub results: String,
    /// Label of a draft.
    pub draft: String,
    /// Label while waiting for review.
    pub submitted: String,
    /// Label when returned.
    pub returned: String,
    /// Label when approved.
    pub approved: String,
    /// Label when rejected.
    pub rejected: String,
    /// Label when withdrawn.
    pub withdrawn: String,
    /// Label once filed with the authority: 已提交申报.
    pub filed: String,
    /// Label once scores are public: 成绩发布.
    pub scored: String,
    /// Word of the button that saves the form and goes on: 暂存.
    pub save_form: String,
    /// Said when the form was saved: 暂存成功.
    pub draft_saved: String,
    /// Label of a draft that misses documents: 完善报名信息.
    pub complete_draft: String,
    /// Said after approval: 恭喜您已通过审查，请在规定时间内进行缴费！
    pub approved_line: String,
    /// Said where a payment is missing: 视为自动弃考.
    pub unpaid: String,
    /// Word of the payment column while due: 待支付.
    pub payment_due: String,
    /// Word of the submit button: 提交资格审查.
    pub submit: String,
    /// 「同一时间段不能报考同一工种」
    pub same_trade: String,
    /// Note above the photo step, verbatim, line by line.
    pub photo_note: Vec<String>,
    /// Note of the form step.
    pub form_note: Vec<String>,
    /// Note after submission.
    pub after_submit: Vec<String>,
}

impl Profile {
    /// The documents that these answers call for.
    pub fn documents_for<'a>(&'a self, answers: &'a crate::form::Answers) -> impl Iterator<Item = &'a Requirement> {
        self.document.iter().filter(|document| document.show.as_ref().is_none_or(|when| when.holds(answers)))
    }

    /// The documents that must be handed in as files: not originals for the counter, not what the agency hands in,
    /// not what was looked up.
    pub fn uploads_for<'a>(
        &'a self,
        answers: &'a crate::form::Answers,
        looked_up: &'a [String],
    ) -> impl Iterator<Item = &'a Requirement> {
        self.documents_for(answers)
            .filter(|wanted| wanted.source == Source::Upload && !looked_up.contains(&wanted.unless_looked_up))
    }

    /// Whether the declaration is signed on a screen.
    pub fn asks_signature(&self) -> bool {
        self.signature == SignatureMode::Screen
    }

    /// The official name of a step, or "" where the product's own word stands.
    pub fn step_title(&self, at: Step) -> &str {
        self.step.iter().find(|words| words.at == at).map_or("", |words| words.title.as_str())
    }

    /// The note of a step, line by line.
    pub fn step_note(&self, at: Step) -> &[String] {
        self.step.iter().find(|words| words.at == at).map_or(&[], |words| words.note.as_slice())
    }

    /// Whether documents have a step of their own.
    pub fn documents_apart(&self) -> bool {
        self.wizard.contains(&Step::Documents)
    }

    /// The document of that key.
    pub fn requirement(&self, key: &str) -> Option<&Requirement> {
        self.document.iter().find(|document| document.key == key)
    }
}
