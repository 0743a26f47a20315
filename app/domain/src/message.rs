//! Messages: one per transition that matters to somebody. A message keeps facts, not words: the words come from a
//! template when somebody reads or sends it.

pub mod calendar;
pub mod rhythm;
pub mod template;

use crate::ids::Fen;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $to:ident, $urgency:ident;)+) => {
        /// What a message is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum MessageKind {
            $($(#[$doc])* $name,)+
        }

        impl MessageKind {
            /// Every kind.
            pub const ALL: &[MessageKind] = &[$(MessageKind::$name),+];

            /// The word in the database and in addresses.
            pub fn as_str(self) -> &'static str {
                match self { $(MessageKind::$name => $word,)+ }
            }

            /// Who it is written to.
            pub fn to(self) -> To {
                match self { $(MessageKind::$name => To::$to,)+ }
            }

            /// How much a person loses who does not read it soon.
            pub fn urgency(self) -> Urgency {
                match self { $(MessageKind::$name => Urgency::$urgency,)+ }
            }
        }
    };
}

/// Who a kind is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// A candidate.
    Person,
    /// Somebody known by a mobile or a mail address only.
    Contact,
    /// The managers of an agency.
    Agency,
}

/// How much a person loses who does not read it soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Nothing: it confirms what the person has just done or expects. Inbox and mail.
    Calm,
    /// Something is due, or was decided: also by text message.
    Due,
    /// Somebody waits for it at the screen: at any hour, and whatever else is not wanted.
    Now,
}

kinds! {
    /// 提交成功
    Submitted = "submitted", Person, Calm;
    /// 审核通过
    Approved = "approved", Person, Due;
    /// 审核通过，待缴费
    PaymentDue = "payment_due", Person, Due;
    /// 退回补正
    Returned = "returned", Person, Due;
    /// 审核不通过
    Rejected = "rejected", Person, Due;
    /// 恢复审核
    Reopened = "reopened", Person, Calm;
    /// 缴费成功
    Paid = "paid", Person, Calm;
    /// 费用免收
    FeeWaived = "fee_waived", Person, Calm;
    /// 逾期未缴费
    PaymentExpired = "payment_expired", Person, Due;
    /// 逾期缴费到账，名额恢复
    PlaceRestored = "place_restored", Person, Due;
    /// 逾期缴费到账，原路退回
    LateReturned = "late_returned", Person, Due;
    /// 退款到账
    Refunded = "refunded", Person, Calm;
    /// 名额候补到位，待确认
    PlaceOffered = "place_offered", Person, Due;
    /// 候补名额快到期
    PlaceSoon = "place_soon", Person, Due;
    /// 候补名额过期
    PlacePassed = "place_passed", Person, Calm;
    /// 候补结束，没有轮到
    PlaceEnded = "place_ended", Person, Due;
    /// 准考证可打印
    TicketPublished = "ticket_published", Person, Due;
    /// 考场或座位变更
    TicketChanged = "ticket_changed", Person, Due;
    /// 准考证更正、合理便利的答复
    SeatAnswered = "seat_answered", Person, Due;
    /// 计划变更
    PlanChanged = "plan_changed", Person, Due;
    /// 计划取消
    PlanCancelled = "plan_cancelled", Person, Due;
    /// 成绩发布
    ScoresReleased = "scores_released", Person, Due;
    /// 成绩更正
    ScoreCorrected = "score_corrected", Person, Due;
    /// 复核答复
    RecheckAnswered = "recheck_answered", Person, Calm;
    /// 证书签发
    CertificateIssued = "certificate_issued", Person, Calm;
    /// 证书更正或补发
    CertificateCorrected = "certificate_corrected", Person, Calm;
    /// 证书寄出
    CertificateSent = "certificate_sent", Person, Calm;
    /// 证书撤销
    CertificateRevoked = "certificate_revoked", Person, Due;
    /// 异议答复
    ObjectionAnswered = "objection_answered", Contact, Calm;
    /// 机构通知, written by a manager
    Notice = "notice", Person, Calm;
    /// 补正即将截止
    CorrectionSoon = "correction_soon", Person, Due;
    /// 缴费即将截止
    PaymentSoon = "payment_soon", Person, Due;
    /// 准考证开始打印
    TicketOpens = "ticket_opens", Person, Calm;
    /// 考试临近
    ExamSoon = "exam_soon", Person, Due;
    /// 邮箱确认, a code for a new address
    MailConfirm = "mail_confirm", Person, Calm;
    /// 短信验证码, for a forgotten password
    SmsCode = "sms_code", Person, Now;
    /// 邮箱验证码, for a forgotten password
    MailCode = "mail_code", Person, Now;
    /// 请确认报名资料: the link of what an agency collected
    ConfirmAsked = "confirm_asked", Person, Due;
    /// 计划时间点到期
    MilestoneDue = "milestone_due", Agency, Calm;
    /// 计划时间点快到
    MilestoneSoon = "milestone_soon", Agency, Calm;
    /// 方案或变更有了批复
    PlanDecided = "plan_decided", Agency, Calm;
    /// 机构账单待付
    BillReady = "bill_ready", Agency, Calm;
}

impl MessageKind {
    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        MessageKind::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// Whether an agency may word it by itself.
    pub fn is_worded_by_agencies(self) -> bool {
        self.to() == To::Person && self != MessageKind::Notice && !self.is_secret()
    }

    /// Whether a person may switch mails of this kind off. Not those that were asked for just now.
    pub fn can_be_switched_off(self) -> bool {
        self.to() == To::Person && self.urgency() != Urgency::Now && self != MessageKind::MailConfirm
    }

    /// Whether it carries what only the owner of the mailbox or the mobile may have: whoever reads it elsewhere has proved
    /// nothing, so it stands in no inbox, and nobody words it anew.
    pub fn is_secret(self) -> bool {
        matches!(
            self,
            MessageKind::MailConfirm | MessageKind::SmsCode | MessageKind::MailCode | MessageKind::ConfirmAsked
        )
    }

    /// Whether a text message about it says something of its own (a code, a link), so that the template for all others does
    /// not serve.
    pub fn needs_own_text(self) -> bool {
        matches!(self, MessageKind::SmsCode | MessageKind::ConfirmAsked)
    }
}

/// What a message says beyond who, which plan and which application: kept sealed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Last moment to act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// A moment that it is about: a session, an opening.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Fen>,
    /// Number of an order, a ticket, a certificate.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Words of the office: remarks, grounds, what was changed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Subject of a notice, name of a milestone.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What a plan examined, and what it examines now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub became: Option<(String, String)>,
}

/// A way out of the house. The inbox is none: everything is there at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// 邮件
    Mail,
    /// 短信
    Sms,
    /// 接口推送, to a system of the agency
    Webhook,
}

impl Way {
    /// Every way.
    pub const ALL: [Way; 3] = [Way::Mail, Way::Sms, Way::Webhook];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Way::Mail => "mail",
            Way::Sms => "sms",
            Way::Webhook => "webhook",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Way::ALL.into_iter().find(|way| way.as_str() == word)
    }
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// 待发送
    Planned,
    /// 发送中
    Sending,
    /// 已发送
    Sent,
    /// 失败，将重试
    Failed,
    /// 已放弃
    GivenUp,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [DeliveryState; 5] = [
        DeliveryState::Planned,
        DeliveryState::Sending,
        DeliveryState::Sent,
        DeliveryState::Failed,
        DeliveryState::GivenUp,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            DeliveryState::Planned => "planned",
            DeliveryState::Sending => "sending",
            DeliveryState::Sent => "sent",
            DeliveryState::Failed => "failed",
            DeliveryState::GivenUp => "given_up",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        DeliveryState::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// The language of a person's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// 中文
    #[default]
    Zh,
    /// English
    En,
}

impl Language {
    /// Both.
    pub const ALL: [Language; 2] = [Language::Zh, Language::En];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::Zh => "zh",
            Language::En => "en",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Language::ALL.into_iter().find(|language| language.as_str() == word)
    }
}

/// Why something about messages was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum MessageRefusal {
    /// No mail address.
    #[error("not a mail address")]
    MailAddress,
    /// The code is wrong, was used, or is too old.
    #[error("the code does not count any more")]
    CodeOver,
    /// A template names what is not known.
    #[error("unknown placeholders: {}", .0.join(", "))]
    Placeholders(Vec<String>),
    /// Nothing was written.
    #[error("subject or text is empty")]
    Empty,
    /// More characters than allowed.
    #[error("{length} characters, at most {limit}")]
    TooLong {
        /// Characters.
        length: u32,
        /// Most.
        limit: u32,
    },
    /// Nobody would get it.
    #[error("nobody in this state")]
    Nobody,
    /// The people are others than the preview showed.
    #[error("{now} people now, the preview showed {shown}")]
    OtherPeople {
        /// People now.
        now: u32,
        /// People in the preview.
        shown: u32,
    },
    /// No address that a push may go to.
    #[error("not an https address")]
    Endpoint,
    /// The agency has its most endpoints already.
    #[error("at most {limit} endpoints")]
    TooManyEndpoints {
        /// Most.
        limit: u32,
    },
    /// It was sent, or is still under way.
    #[error("not failed")]
    NotFailed,
    /// Asked too often; it rests.
    #[error("asked too often, {minutes} minutes rest")]
    TooOften {
        /// How long it rests.
        minutes: u32,
    },
}
