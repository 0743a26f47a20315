//! A procedure as data: one TOML file says what a procedure asks, allows and calls things.
//! A published plan keeps the version that it was published with.

use crate::form::{Choice, Form, When};
use crate::paper::PaperSpec;
use crate::photo::PhotoSpec;
use crate::timeline::LeadTimes;
use serde::{Deserialize, Serialize};

/// The whole of a procedure. Unknown keys are refused, so that a typing mistake cannot switch a rule off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Short name: `zynl`.
    pub name: String,
    /// Counts up with every published change.
    pub version: u32,
    /// What people call the procedure.
    pub title: String,
    /// The steps of the wizard, in order.
    pub wizard: Vec<Step>,
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
    /// How review works.
    pub review: ReviewRules,
    /// Official words of the procedure, each followed on screen by a helpful line.
    #[serde(default)]
    pub phrases: Phrases,
}

/// A step of the wizard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 上传证件照
    Photo,
    /// 填写报名信息 (with the documents)
    Form,
    /// 扫码在线签名
    Sign,
    /// 预览确认提交
    Preview,
}

impl Step {
    /// The word in addresses: `photo`, `form`, `sign`, `preview`.
    pub fn slug(self) -> &'static str {
        match self {
            Step::Photo => "photo",
            Step::Form => "form",
            Step::Sign => "sign",
            Step::Preview => "preview",
        }
    }

    /// Reads the word of an address.
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Step::Photo, Step::Form, Step::Sign, Step::Preview].into_iter().find(|step| step.slug() == slug)
    }
}

/// Patterns. `{yyyy}`, `{seq:6}`, `{agency}`, `{month}`, `{occupation}`, `{trade}`, `{level}` are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbering {
    /// 计划编号: `{yyyy}-S-{seq:6}`.
    pub plan_number: String,
    /// 计划名称.
    pub plan_title: String,
    /// 报名号 that an applicant can quote: `{plan}-{seq:4}`.
    pub application_number: String,
}

/// Photo limits, and what the page says beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRules {
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

    /// The document of that key.
    pub fn requirement(&self, key: &str) -> Option<&Requirement> {
        self.document.iter().find(|document| document.key == key)
    }
}

/// Fills `{name}` and `{name:width}` (zero-padded) into a pattern; unknown names stay as they are.
pub fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else {
            rest = &rest[open..];
            break;
        };
        let inside = &rest[open + 1..open + close];
        let (name, width) = match inside.split_once(':') {
            Some((name, width)) => (name, width.parse::<usize>().unwrap_or(0)),
            None => (inside, 0),
        };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => {
                for _ in value.chars().count()..width {
                    out.push('0');
                }
                out.push_str(value);
            }
            None => out.push_str(&rest[open..=open + close]),
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn patterns_are_filled_and_padded() {
        assert_eq!(fill("{yyyy}-S-{seq:6}", &[("yyyy", "2024"), ("seq", "911")]), "2024-S-000911");
        assert_eq!(fill("{what}?{", &[]), "{what}?{");
    }
}
