//! What pages show of messages.

use crate::ids::{ApplicationId, PlanId};
use crate::message::{DeliveryState, Facts, Language, MessageKind, Way};
use crate::occupation::SkillLevel;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A message with everything that its words are made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Id.
    pub id: String,
    /// What it is about.
    pub kind: MessageKind,
    /// When it happened.
    pub at: Timestamp,
    /// In which language.
    pub language: Language,
    /// 姓名 of who it is written to; empty for agencies and for contacts.
    pub name: String,
    /// The plan.
    pub plan: Option<PlanId>,
    /// 计划名称
    pub plan_title: String,
    /// 职业（工种）
    pub trade: String,
    /// 等级
    pub level: Option<SkillLevel>,
    /// 机构名称
    pub agency: String,
    /// 联系电话
    pub phone: String,
    /// 报名号
    pub number: String,
    /// The application.
    pub application: Option<ApplicationId>,
    /// What else it says.
    pub facts: Facts,
    /// Subject and text as the agency words them, where it does.
    pub own: Option<(String, String)>,
}

/// What the link below a mail switches off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailToStop {
    /// The address, masked.
    pub mail: String,
    /// Whether it is off already.
    pub stopped: bool,
}

/// A line of 我的消息.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxLine {
    /// The message.
    pub letter: Letter,
    /// Whether it was read.
    pub read: bool,
    /// What has become of what it asks for; none while it is still to be done, or where it asks for nothing.
    pub since: Option<Since>,
}

/// What has become of what a message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// 已缴清
    Paid,
    /// 免收
    Waived,
    /// 机构统一缴
    ByAgency,
    /// 逾期未缴
    Unpaid,
    /// 重新审核: nothing is due before the next decision.
    Again,
    /// 已重新提交
    Corrected,
    /// 补正已过期
    Uncorrected,
    /// 名额已用上
    Seated,
    /// 名额已让出
    PassedOn,
    /// 报名已结束
    Ended,
}

impl Since {
    /// Whether the person has done it, or was told that it is over: then nobody is written to about it any more.
    pub fn is_known(self) -> bool {
        matches!(self, Since::Paid | Since::Corrected | Since::Seated | Since::PassedOn | Since::Ended)
    }
}

/// 我的消息.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// Server time.
    pub now: Timestamp,
    /// Messages, newest first.
    pub lines: Vec<InboxLine>,
    /// How many are unread, on all pages.
    pub unread: u64,
    /// This page, from 1 on.
    pub page: u32,
    /// Pages.
    pub pages: u32,
}

/// Where a candidate is written to, and which ways not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPage {
    /// The confirmed mail address, masked; empty where there is none.
    pub mail: String,
    /// An address that waits to be confirmed, masked.
    pub pending: String,
    /// The mobile, masked.
    pub mobile: String,
    /// Wants no mail.
    pub no_mail: bool,
    /// Wants no text messages.
    pub no_sms: bool,
    /// Language.
    pub language: Language,
}

/// How a way does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayHealth {
    /// The way.
    pub way: Way,
    /// Sent within a day.
    pub sent: u64,
    /// Given up within a day.
    pub given_up: u64,
    /// Waiting, or to be tried again.
    pub waiting: u64,
    /// When one was sent last.
    pub last_sent: Option<Timestamp>,
    /// Why the newest failure failed.
    pub last_reason: String,
}

/// A line of the log of sending: nobody's name, nobody's address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryLine {
    /// Id.
    pub id: String,
    /// What the message is about.
    pub kind: MessageKind,
    /// When it was written.
    pub at: Timestamp,
    /// 计划名称
    pub plan_title: String,
    /// 报名号
    pub number: String,
    /// The application.
    pub application: Option<ApplicationId>,
    /// On which way.
    pub way: Way,
    /// Where it stands.
    pub state: DeliveryState,
    /// Failures so far.
    pub attempts: u32,
    /// When it is due, or when it ended.
    pub moment: Timestamp,
    /// Why the last attempt failed.
    pub reason: String,
}

/// 消息 at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskMessages {
    /// Server time.
    pub now: Timestamp,
    /// What the office itself is told, newest first.
    pub own: Vec<InboxLine>,
    /// How each way does.
    pub ways: Vec<WayHealth>,
    /// The log, newest first.
    pub lines: Vec<DeliveryLine>,
    /// Plans to choose from.
    pub plans: Vec<(PlanId, String)>,
    /// Notices that managers wrote, newest first.
    pub notices: Vec<NoticeSent>,
    /// Whether the member may write, edit and send again.
    pub may_manage: bool,
}

/// A notice that a manager wrote to many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeSent {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// 计划名称
    pub plan_title: String,
    /// To whom.
    pub audience: Audience,
    /// Subject.
    pub subject: String,
    /// How many people.
    pub people: u32,
}

/// Who of a plan a notice goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// 全部在办
    Everybody,
    /// 待审核
    Submitted,
    /// 退回补正
    Returned,
    /// 审核通过
    Approved,
    /// 待缴费
    Unpaid,
}

impl Audience {
    /// Every audience.
    pub const ALL: [Audience; 5] =
        [Audience::Everybody, Audience::Submitted, Audience::Returned, Audience::Approved, Audience::Unpaid];

    /// The word in the database and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Audience::Everybody => "everybody",
            Audience::Submitted => "submitted",
            Audience::Returned => "returned",
            Audience::Approved => "approved",
            Audience::Unpaid => "unpaid",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Audience::ALL.into_iter().find(|audience| audience.as_str() == word)
    }
}

/// What a notice will be, before it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticePreview {
    /// How many people.
    pub people: u32,
    /// Of these, how many by mail.
    pub by_mail: u32,
    /// The first three as they will look.
    pub first: Vec<Letter>,
}

/// An address of an agency that messages are pushed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Id.
    pub id: String,
    /// Address.
    pub url: String,
    /// Who added it.
    pub by: String,
    /// When.
    pub since: Timestamp,
    /// When a push arrived last.
    pub last_sent: Option<Timestamp>,
    /// Why the newest failure failed.
    pub last_reason: String,
}

/// How an agency words a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWords {
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Where an application stands, for who has its number and the end of the mobile: nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Server time.
    pub now: Timestamp,
    /// 计划名称
    pub plan_title: String,
    /// 职业（工种）
    pub trade: String,
    /// 等级
    pub level: Option<SkillLevel>,
    /// Where it stands, and who moves next.
    pub progress: crate::application::progress::Progress,
    /// 联系电话 of the office.
    pub phone: String,
}
