//! A national occupational standard (国家职业标准), as far as registration needs it.

use super::facts::{EducationKind, TitleRank};
use crate::occupation::{OccupationCode, SkillLevel, Trade, TradeCode};
use crate::timeline::TimePoints;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keys of the proofs a condition may ask for.
pub mod proof {
    /// 工作年限证明
    pub const WORK: &str = "work_proof";
    /// 工作年限承诺书
    pub const WORK_COMMITMENT: &str = "work_commitment";
    /// 社保缴纳记录
    pub const SOCIAL_SECURITY: &str = "social_security";
    /// 职业资格（职业技能等级）证书
    pub const CERTIFICATE: &str = "cert_scan";
    /// 职称证书
    pub const TITLE: &str = "title_scan";
    /// 学历证明 or 在校证明
    pub const EDUCATION: &str = "edu_proof";
    /// 学徒期满证明
    pub const APPRENTICESHIP: &str = "apprenticeship_proof";
}

/// A standard: its trades, its lists of neighbours, and the conditions of each level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OccupationalStandard {
    /// The code of the occupation; a template has none.
    #[serde(default)]
    pub code: Option<OccupationCode>,
    /// The name of the occupation; `*` in a template.
    pub occupation: String,
    /// The edition of the standard.
    pub edition: String,
    /// The trades (工种) of the occupation.
    #[serde(rename = "jobs", default, skip_serializing_if = "Vec::is_empty")]
    pub trades: Vec<String>,
    /// The lowest level that is split into trades; `None` when an applicant never names one.
    #[serde(rename = "job_required_from_level", default, skip_serializing_if = "Option::is_none")]
    pub trade_required_from: Option<SkillLevel>,
    /// Levels of the trades that do not have all of them.
    #[serde(rename = "job_levels", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub trade_levels: BTreeMap<String, Vec<SkillLevel>>,
    /// Codes of the trades, where known.
    #[serde(rename = "job_codes", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub trade_codes: BTreeMap<String, TradeCode>,
    /// 相关职业
    #[serde(default)]
    pub related_occupations: Vec<String>,
    /// 本专业
    #[serde(default)]
    pub own_majors: Vec<String>,
    /// 相关专业
    #[serde(default)]
    pub related_majors: Vec<String>,
    /// The conditions of each level, in printed order.
    pub levels: BTreeMap<SkillLevel, Vec<EligibilityCondition>>,
    /// 培训参考学时 of each level, where known, in 标准学时.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub training_hours: BTreeMap<SkillLevel, u16>,
    /// What is examined at each level, where known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub subjects: BTreeMap<SkillLevel, Vec<ExamSubject>>,
    /// Where the text comes from; not used by any rule.
    #[serde(alias = "note", default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// A subject of the exam at one level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamSubject {
    /// 理论知识考试, 操作技能考核, 综合评审.
    pub name: String,
    /// Shortest time the standard allows for it, in minutes, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_minutes: Option<u16>,
}

/// One numbered 申报条件.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityCondition {
    /// Its printed number within the level.
    pub no: u8,
    /// Its text, shown verbatim.
    pub text: String,
    /// The same as a rule.
    pub when: Node,
    /// Keys of the proofs asked for; empty lets the rule decide, see [`Self::proofs`].
    #[serde(default)]
    pub evidence: Vec<String>,
    /// A remark of whoever encoded it; not used by any rule.
    #[serde(alias = "note", default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// A rule: `all` and `any` of rules, or a question to the facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Node {
    /// Every rule holds.
    All(Vec<Node>),
    /// At least one rule holds.
    Any(Vec<Node>),
    /// Full years of age; the birthday counts.
    Age {
        /// Years needed.
        min: u8,
    },
    /// A declared intention; nothing is checked.
    Intends {
        /// Which occupations it speaks of.
        scope: Scope,
    },
    /// Months worked, overlapping jobs counted once.
    Work {
        /// Which occupations count.
        scope: Scope,
        /// Years needed; without them any month of work will do.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        years: Option<u8>,
    },
    /// A certificate of this level or higher.
    Cert {
        /// The lowest level that will do.
        level: SkillLevel,
        /// Which occupations count.
        scope: Scope,
        /// Years of work needed since its date; the anniversary must be reached too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then_work_years: Option<u8>,
        /// Years it must have been held.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held_years: Option<u8>,
        /// Which occupations the work may be in, when other than those of the certificate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        work_scope: Option<Scope>,
    },
    /// A professional title of this rank or higher; a reviewer decides 专业对应关系.
    Title {
        /// The lowest rank that will do.
        rank: TitleRank,
        /// Which occupations the work since may be in.
        scope: Scope,
        /// Years of work needed since its date; the anniversary must be reached too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then_work_years: Option<u8>,
    },
    /// A diploma.
    Edu {
        /// The kinds of school that count; any when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kinds: Option<Vec<EducationKind>>,
        /// The lowest [`EducationKind::rank`] that counts; any when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min_level: Option<u8>,
        /// The classes that count; any when empty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        class: Vec<String>,
        /// Which majors count.
        #[serde(default)]
        major: MajorScope,
        /// 含在读应届毕业生
        #[serde(default)]
        graduating_ok: bool,
        /// 经评估论证
        #[serde(default)]
        assessed: bool,
    },
    /// Still a pupil.
    Enrolled {
        /// The kinds of school that count.
        kinds: Vec<EducationKind>,
        /// The classes that count; any when empty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        class: Vec<String>,
    },
    /// 学徒期满
    ApprenticeshipCompleted {
        /// Which occupations count.
        scope: Scope,
    },
}

/// 本职业, or 本职业或相关职业.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The occupation and its trades.
    Own,
    /// These and the related occupations.
    OwnOrRelated,
}

/// 本专业, 本专业或相关专业, or any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MajorScope {
    /// The majors of the occupation.
    Own,
    /// These and the related ones.
    #[default]
    OwnOrRelated,
    /// Any major.
    Any,
}

/// The day on which conditions are judged; a setting of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AsOf {
    /// The day registration closes.
    #[default]
    RegistrationClose,
    /// The day of the first exam.
    ExamDate,
}

impl AsOf {
    /// The day itself, when the plan has set it.
    pub fn day(self, times: &TimePoints) -> Option<NaiveDate> {
        match self {
            AsOf::RegistrationClose => times.reg_close.map(|point| point.day()),
            AsOf::ExamDate => times.first_exam().map(|point| point.day()),
        }
    }
}

impl OccupationalStandard {
    /// The conditions of a level; empty when the standard does not have it.
    pub fn conditions(&self, level: SkillLevel) -> &[EligibilityCondition] {
        self.levels.get(&level).map_or(&[], Vec::as_slice)
    }

    /// One condition by its printed number.
    pub fn condition(&self, level: SkillLevel, no: u8) -> Option<&EligibilityCondition> {
        self.conditions(level).iter().find(|condition| condition.no == no)
    }

    /// Whether an applicant at this level names a trade: 碳排放管理员 五级 is not split.
    pub fn requires_trade(&self, level: SkillLevel) -> bool {
        self.trade_required_from.is_some_and(|from| level >= from)
    }

    /// The trades with their codes and levels.
    pub fn trades(&self) -> Vec<Trade> {
        self.trades.iter().map(|name| self.trade(name)).collect()
    }

    /// The trades an applicant may choose at this level.
    pub fn trades_at(&self, level: SkillLevel) -> Vec<Trade> {
        let mut trades = self.trades();
        trades.retain(|trade| trade.levels.contains(&level));
        trades
    }

    fn trade(&self, name: &str) -> Trade {
        let mut levels = match self.trade_levels.get(name) {
            Some(levels) => levels.clone(),
            None => self.levels.keys().copied().filter(|level| self.splits(*level)).collect(),
        };
        levels.sort_unstable();
        Trade { name: name.into(), code: self.trade_codes.get(name).cloned(), levels }
    }

    fn splits(&self, level: SkillLevel) -> bool {
        self.trade_required_from.is_none_or(|from| level >= from)
    }

    /// Whether an occupation or trade counts in this scope.
    pub fn covers(&self, occupation: &str, scope: Scope) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == occupation);
        occupation == self.occupation
            || named(&self.trades)
            || (scope == Scope::OwnOrRelated && named(&self.related_occupations))
    }

    /// A standard for one occupation, with the conditions of this template.
    pub fn for_occupation(&self, code: OccupationCode, occupation: &str) -> Self {
        Self { code: Some(code), occupation: occupation.into(), ..self.clone() }
    }
}

impl EligibilityCondition {
    /// Keys of the proofs asked for: those listed, else one for each kind of fact the rule uses.
    pub fn proofs(&self) -> Vec<String> {
        if !self.evidence.is_empty() {
            return self.evidence.clone();
        }
        let mut keys = Vec::new();
        self.when.collect_proofs(&mut keys);
        keys.into_iter().map(String::from).collect()
    }
}

impl Node {
    fn collect_proofs(&self, keys: &mut Vec<&'static str>) {
        let mut ask = |key| {
            if !keys.contains(&key) {
                keys.push(key);
            }
        };
        match self {
            Node::All(nodes) | Node::Any(nodes) => {
                nodes.iter().for_each(|node| node.collect_proofs(keys));
            }
            Node::Age { .. } | Node::Intends { .. } => {}
            Node::Work { .. } => ask(proof::WORK),
            Node::Cert { then_work_years, .. } => {
                ask(proof::CERTIFICATE);
                if then_work_years.is_some() {
                    ask(proof::WORK);
                }
            }
            Node::Title { then_work_years, .. } => {
                ask(proof::TITLE);
                if then_work_years.is_some() {
                    ask(proof::WORK);
                }
            }
            Node::Edu { .. } | Node::Enrolled { .. } => ask(proof::EDUCATION),
            Node::ApprenticeshipCompleted { .. } => ask(proof::APPRENTICESHIP),
        }
    }
}
