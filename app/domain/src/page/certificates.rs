//! 证书: what the desk issues and keeps, what candidates see of their own, and what anybody is told.

use crate::certificate::payload::PayloadFault;
use crate::certificate::{EditionKind, RevokeReason};
use crate::certificate_no::{CertificateKind, CertificateNoFault};
use crate::ids::PlanId;
use crate::occupation::SkillLevel;
use crate::time::Timestamp;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a certificate says; frozen with each edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// 姓名
    pub name: String,
    /// 证件类型, in its official name.
    pub id_type: String,
    /// 证件号码, masked.
    pub id_masked: String,
    /// 职业名称
    pub occupation: String,
    /// 工种/职业方向; empty where there is none.
    pub trade: String,
    /// 职业（工种）编码
    pub code: String,
    /// Level; none for 专项职业能力.
    pub level: Option<SkillLevel>,
    /// 发证机构
    pub agency: String,
    /// 机构备案号
    pub filing: String,
    /// 计划编号
    pub plan: String,
}

impl Face {
    /// 职业（工种）
    pub fn what(&self) -> String {
        crate::plan::occupation_and_trade(&self.occupation, &self.trade)
    }
}

/// A link of the chain: an edition, or the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainLink {
    /// Which edition; the last one where it was revoked.
    pub edition: u32,
    /// What happened.
    pub what: ChainWhat,
    /// When.
    pub at: Timestamp,
    /// Why, in the words of the desk; empty for the public.
    pub reason: String,
    /// Who; empty for the public.
    pub by: String,
}

/// What happened to a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChainWhat {
    /// An edition came.
    Edition(EditionKind),
    /// It was revoked.
    Revoked(RevokeReason),
}

/// How the paper reaches its holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// 上门领取
    Pickup {
        /// To whom it was handed, and when.
        handed: Option<(String, Timestamp)>,
    },
    /// 邮寄
    Post {
        /// Carrier, tracking number and when it was sent.
        sent: Option<(String, String, Timestamp)>,
    },
}

/// One certificate, in lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateLine {
    /// Id.
    pub id: String,
    /// 证书编号
    pub number: String,
    /// What it says now.
    pub face: Face,
    /// 发证日期
    pub issued_on: NaiveDate,
    /// The edition that counts.
    pub edition: u32,
    /// Since when and why it is revoked.
    pub revoked: Option<(Timestamp, RevokeReason)>,
    /// Number of the paper; empty until it is printed.
    pub stock: String,
    /// How the paper goes out.
    pub delivery: Delivery,
}

/// A list that waits for a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// How many people.
    pub people: u32,
    /// Who prepared it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Whether the reader did.
    pub own: bool,
}

/// The certificates of a plan, at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateDesk {
    /// Plan.
    pub plan: PlanId,
    /// Its title.
    pub title: String,
    /// Server time.
    pub now: Timestamp,
    /// When the scores became public; none before.
    pub released: Option<Timestamp>,
    /// First day on which certificates may be issued.
    pub from: Option<NaiveDate>,
    /// Whether two people issue.
    pub two_persons: bool,
    /// Names of those who passed and have none yet.
    pub waiting: Vec<String>,
    /// A list that waits for its signature.
    pub prepared: Option<Prepared>,
    /// Every certificate of the plan, by number.
    pub lines: Vec<CertificateLine>,
    /// Ids of certificates whose holder no longer passes: a score was corrected afterwards.
    pub doubtful: Vec<String>,
    /// Whether the reader signs, corrects and revokes.
    pub may_sign: bool,
}

/// One certificate at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateCase {
    /// Plan.
    pub plan: PlanId,
    /// Its title.
    pub title: String,
    /// Server time.
    pub now: Timestamp,
    /// The certificate.
    pub line: CertificateLine,
    /// Everything that happened to it, the oldest first.
    pub chain: Vec<ChainLink>,
    /// Where the paper goes, if by post: 收件人, 手机, 地址.
    pub address: Option<(String, String, String)>,
    /// Whether the reader corrects and revokes.
    pub may_sign: bool,
}

/// A link that shows a certificate to whoever has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareLink {
    /// Id, not the secret.
    pub id: String,
    /// When it was made.
    pub at: Timestamp,
    /// Last moment.
    pub until: Timestamp,
}

/// One's own certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyCertificate {
    /// Server time.
    pub now: Timestamp,
    /// The certificate.
    pub line: CertificateLine,
    /// Everything that happened to it.
    pub chain: Vec<ChainLink>,
    /// Links that live.
    pub links: Vec<ShareLink>,
    /// Longest that a link lives, in days.
    pub share_days: u32,
    /// Whom to ask: name and telephone of the agency.
    pub contact: (String, String),
}

/// What anybody is told of a certificate that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What it is worth.
    pub verdict: Verdict,
    /// What the edition in question says; name and number masked for strangers.
    pub face: Face,
    /// 证书编号
    pub number: String,
    /// 发证日期
    pub issued_on: NaiveDate,
    /// The edition that was asked for.
    pub edition: u32,
    /// The edition that counts.
    pub newest: u32,
    /// Whether a signature was there and is ours.
    pub signed: bool,
    /// What happened to it, without names and words.
    pub chain: Vec<ChainLink>,
    /// Whether a new certificate was issued in place of a revoked one.
    pub renewed: bool,
    /// Last moment of the link that was followed.
    pub link_until: Option<Timestamp>,
    /// Whom to ask: name and telephone of the agency.
    pub contact: (String, String),
}

/// What a certificate is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 有效
    Valid,
    /// 已撤销
    Revoked {
        /// When.
        at: Timestamp,
        /// Why, in public words.
        why: RevokeReason,
    },
    /// 已更正: this edition says something wrong, a later one counts.
    Corrected {
        /// When.
        at: Timestamp,
    },
    /// 已补发: this paper was given up, a later one counts.
    Replaced {
        /// When.
        at: Timestamp,
    },
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// It is in the register.
    Found(Box<Found>),
    /// The number is in the register, the name is another.
    NameMismatch,
    /// Asked with wrong names too often: nothing is said for some minutes.
    Resting {
        /// How many.
        minutes: u32,
    },
    /// Not in the register.
    Unknown,
    /// 职业资格证书 of the time before.
    Old(CertificateKind),
    /// No number.
    NoNumber(CertificateNoFault),
    /// No name.
    NoName,
    /// A code that proves nothing.
    Code(PayloadFault),
    /// The link has ended.
    LinkOver,
}
