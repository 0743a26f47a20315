//! Orders and what a channel's notification does to them. Channels repeat, delay and reorder what they say: an order is
//! paid once, whatever arrives how often.

use crate::ids::Fen;
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
}

impl OrderState {
    /// Every state.
    pub const ALL: [OrderState; 9] = [
        OrderState::Due,
        OrderState::Paying,
        OrderState::Paid,
        OrderState::Expired,
        OrderState::Waived,
        OrderState::ByAgency,
        OrderState::Refunding,
        OrderState::PartlyRefunded,
        OrderState::Refunded,
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
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        OrderState::ALL.into_iter().find(|state| state.as_str() == word)
    }
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
    /// The money came after the deadline: it is kept and goes back, or the place is given again.
    Late,
    /// The same payment told again: nothing to do.
    Duplicate,
    /// A second payment for an order that is paid: to be refunded.
    Double,
    /// Nothing was paid yet, or the attempt ended: nothing to do.
    Ignore,
    /// Not believed.
    Reject(Disbelief),
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
        OrderState::Expired => Outcome::Late,
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
