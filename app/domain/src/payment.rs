//! Orders and what a channel's notification does to them. Channels repeat, delay and reorder what they say: an order is
//! paid once, whatever arrives how often.

mod device;

pub use device::{Attempt, Device};

use crate::ids::Fen;
use crate::page::bills::{BillField, FiscalState};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// 待支付
    Due,
    /// 支付中
    Paying,
    /// 已支付
    Paid,
    /// 逾期未支付
    Expired,
    /// 免收
    Waived,
    /// 机构统一支付
    ByAgency,
    /// 退款中
    Refunding,
    /// 已部分退款
    PartlyRefunded,
    /// 已退款
    Refunded,
    /// 已作废: the application ended or was opened again before anybody paid.
    Cancelled,
}

impl OrderState {
    /// Every state.
    pub const ALL: [OrderState; 10] = [
        OrderState::Due,
        OrderState::Paying,
        OrderState::Paid,
        OrderState::Expired,
        OrderState::Waived,
        OrderState::ByAgency,
        OrderState::Refunding,
        OrderState::PartlyRefunded,
        OrderState::Refunded,
        OrderState::Cancelled,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            OrderState::Due => "due",
            OrderState::Paying => "paying",
            OrderState::Paid => "paid",
            OrderState::Expired => "expired",
            OrderState::Waived => "waived",
            OrderState::ByAgency => "by_agency",
            OrderState::Refunding => "refunding",
            OrderState::PartlyRefunded => "partly_refunded",
            OrderState::Refunded => "refunded",
            OrderState::Cancelled => "cancelled",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        OrderState::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl OrderState {
    /// Whether it waits for money from the person.
    pub fn is_open(self) -> bool {
        matches!(self, OrderState::Due | OrderState::Paying)
    }

    /// Whether money of it may still go back.
    pub fn holds_money(self) -> bool {
        matches!(self, OrderState::Paid | OrderState::Refunding | OrderState::PartlyRefunded)
    }
}

/// How money comes and goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 微信支付
    Wechat,
    /// 支付宝
    Alipay,
    /// 窗口现金
    Cash,
    /// 银行转账, also of the agency's bill
    Transfer,
    /// 财政缴款码 (非税收入一般缴款书)
    Fiscal,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Channel; 5] = [Channel::Wechat, Channel::Alipay, Channel::Cash, Channel::Transfer, Channel::Fiscal];

    /// The word in the database and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Wechat => "wechat",
            Channel::Alipay => "alipay",
            Channel::Cash => "cash",
            Channel::Transfer => "transfer",
            Channel::Fiscal => "fiscal",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Channel::ALL.into_iter().find(|channel| channel.as_str() == word)
    }

    /// Whether a server of the channel is asked, rather than a person at a desk.
    pub fn is_online(self) -> bool {
        matches!(self, Channel::Wechat | Channel::Alipay)
    }
}

/// Why a place that was given up does not come back for money that comes late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gone {
    /// The application has ended, or the order was made anew.
    Ended,
    /// The procedure says so.
    GivenUp,
    /// Lists, seats or tickets are settled, or the day of the exam is there.
    Settled,
    /// No seat is free, or somebody waits for it.
    Full,
}

/// Why nothing was paid, noted or given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PaymentRefusal {
    /// Nothing is due.
    #[error("nothing is due")]
    NothingDue,
    /// The order is not in a state for this.
    #[error("the order is {}", .0.as_str())]
    NotNow(OrderState),
    /// The time to pay is over.
    #[error("expired")]
    Expired {
        /// When it ended.
        until: Timestamp,
    },
    /// The order has expired, and money does not bring the place back.
    #[error("the place is gone: {0:?}")]
    Gone(Gone),
    /// No such channel here.
    #[error("no such channel")]
    NoChannel,
    /// The channel does not answer, or not as it should.
    #[error("the channel is silent")]
    Silent,
    /// The way to 微信 and back took too long, was walked twice, or was begun by somebody else.
    #[error("the way through 微信 is over")]
    WayOver,
    /// A receipt or voucher number, or a reason, is missing.
    #[error("words are missing")]
    NoWords,
    /// The receipt number stands under another order.
    #[error("receipt number used")]
    ReceiptUsed,
    /// More than was paid and not yet given back, or nothing.
    #[error("refund out of bounds")]
    RefundTooMuch {
        /// What can go back at most.
        most: Fen,
    },
    /// An amount that cannot be read.
    #[error("no amount")]
    NoAmount,
    /// Who pays is not known completely.
    #[error("{} is missing or wrong", .0.as_str())]
    BillData(BillField),
    /// No order of the plan waits for a bill.
    #[error("nothing to bill")]
    NothingToBill,
    /// More than is still to be paid, or nothing.
    #[error("more than the bill")]
    BillTooMuch {
        /// What can come at most.
        most: Fen,
    },
    /// The slip of the bank was not uploaded, or is no picture or PDF.
    #[error("no voucher file")]
    NoVoucher,
    /// Invoices do not add up to the bill.
    #[error("invoices of {} for a bill of {}", .sum.0, .bill.0)]
    InvoiceSum {
        /// Their sum.
        sum: Fen,
        /// The bill.
        bill: Fen,
    },
    /// An invoice without title, item or amount.
    #[error("invoice {line} is incomplete")]
    InvoiceLine {
        /// Which, from 1.
        line: u32,
    },
    /// No such payment code here.
    #[error("no such payment code")]
    NoCode,
    /// The code was paid, or is void.
    #[error("the code is {}", .0.as_str())]
    CodeNotNow(FiscalState),
}

/// What of an order a notification is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFacts {
    /// What has to be paid.
    pub amount: Fen,
    /// Where it stands.
    pub state: OrderState,
    /// The channel's number of the payment that paid it.
    pub transaction: Option<String>,
}

/// What a channel says, once its signature is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Our number of the order.
    pub order: String,
    /// The channel's number of the payment.
    pub transaction: String,
    /// What was paid.
    pub amount: Fen,
    /// Whether the channel says that the money is there.
    pub success: bool,
}

/// What is to be done with a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The order is paid now.
    Paid,
    /// The money came after the deadline, or for an order that has ended: it goes back, unless the act finds a place.
    Late,
    /// The money came after the deadline, and the place was given back: what an act makes of [`Outcome::Late`].
    Restored,
    /// The same payment told again: nothing to do.
    Duplicate,
    /// A second payment for an order that is paid: to be refunded.
    Double,
    /// Nothing was paid yet, or the attempt ended: nothing to do.
    Ignore,
    /// Not believed.
    Reject(Disbelief),
}

impl Outcome {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Paid => "paid",
            Outcome::Late => "late",
            Outcome::Restored => "restored",
            Outcome::Duplicate => "duplicate",
            Outcome::Double => "double",
            Outcome::Ignore => "ignored",
            Outcome::Reject(Disbelief::UnknownOrder) => "unknown_order",
            Outcome::Reject(Disbelief::Amount) => "wrong_amount",
        }
    }
}

/// Why a well-signed notice is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
pub enum Disbelief {
    /// No order of that number.
    #[error("no such order")]
    UnknownOrder,
    /// Another amount than the order's.
    #[error("another amount than the order's")]
    Amount,
}

/// Judges a notice against the order that it names.
pub fn judge(notice: &Notice, order: Option<&OrderFacts>) -> Outcome {
    let Some(order) = order else { return Outcome::Reject(Disbelief::UnknownOrder) };
    if !notice.success {
        return Outcome::Ignore;
    }
    if notice.amount != order.amount {
        return Outcome::Reject(Disbelief::Amount);
    }
    match order.state {
        _ if order.transaction.as_deref() == Some(notice.transaction.as_str()) => Outcome::Duplicate,
        OrderState::Due | OrderState::Paying => Outcome::Paid,
        OrderState::Expired | OrderState::Cancelled => Outcome::Late,
        OrderState::Paid
        | OrderState::Waived
        | OrderState::ByAgency
        | OrderState::Refunding
        | OrderState::PartlyRefunded
        | OrderState::Refunded => Outcome::Double,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(transaction: &str, fen: i64) -> Notice {
        Notice { order: "R1".into(), transaction: transaction.into(), amount: Fen(fen), success: true }
    }

    fn order(state: OrderState, transaction: Option<&str>) -> OrderFacts {
        OrderFacts { amount: Fen(28_000), state, transaction: transaction.map(Into::into) }
    }

    #[test]
    fn an_order_is_paid_once() {
        let due = order(OrderState::Due, None);
        assert_eq!(judge(&notice("t1", 28_000), Some(&due)), Outcome::Paid);
        let paid = order(OrderState::Paid, Some("t1"));
        assert_eq!(judge(&notice("t1", 28_000), Some(&paid)), Outcome::Duplicate);
        assert_eq!(judge(&notice("t2", 28_000), Some(&paid)), Outcome::Double);
    }

    #[test]
    fn money_after_the_deadline_is_late_and_told_again_only_a_duplicate() {
        assert_eq!(judge(&notice("t1", 28_000), Some(&order(OrderState::Expired, None))), Outcome::Late);
        assert_eq!(judge(&notice("t1", 28_000), Some(&order(OrderState::Expired, Some("t1")))), Outcome::Duplicate);
    }

    #[test]
    fn another_amount_or_order_is_not_believed() {
        let due = order(OrderState::Due, None);
        assert_eq!(judge(&notice("t1", 27_999), Some(&due)), Outcome::Reject(Disbelief::Amount));
        assert_eq!(judge(&notice("t1", 28_000), None), Outcome::Reject(Disbelief::UnknownOrder));
        let waiting = Notice { success: false, ..notice("t1", 28_000) };
        assert_eq!(judge(&waiting, Some(&due)), Outcome::Ignore);
    }

    #[test]
    fn states_keep_their_words() {
        for state in OrderState::ALL {
            assert_eq!(OrderState::parse(state.as_str()), Some(state));
        }
    }
}
