//! Fees: what candidates and the office see of orders.

use crate::ids::{AgencyId, ApplicationId, Fen, PlanId, Revision};
use crate::payment::{Attempt, Channel, Gone, OrderState};
use crate::time::Timestamp;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The order of one's own application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyOrder {
    /// Number that both sides quote; the channel's out_trade_no.
    pub number: String,
    /// What has to be paid, frozen when the application was submitted.
    pub amount: Fen,
    /// Where it stands.
    pub state: OrderState,
    /// How it was paid, or is being paid.
    pub channel: Option<Channel>,
    /// Last second to pay.
    pub until: Option<Timestamp>,
    /// What went back or is going back.
    pub refunded: Fen,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
}

/// The page on which a candidate pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayPage {
    /// The application.
    pub id: ApplicationId,
    /// Server time.
    pub now: Timestamp,
    /// 职业（工种）
    pub trade: String,
    /// Plan title.
    pub plan_title: String,
    /// Contact of the agency: name and telephone.
    pub contact: String,
    /// The order; none where nothing has ever been due.
    pub order: Option<MyOrder>,
    /// Channels that can be paid by here, with what the QR code or link of each says once it was asked for.
    pub channels: Vec<(Channel, Option<String>)>,
    /// What is opened instead of scanned, by channel and kind of payment, once it was asked for.
    pub links: Vec<(Channel, Attempt, String)>,
    /// What channels were asked for this order.
    pub asked: Vec<(Channel, Attempt)>,
    /// 视为自动弃考, in the words of the procedure.
    pub unpaid: String,
    /// Whether an unpaid place is given up.
    pub gives_up: bool,
}

/// One order on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Number.
    pub number: String,
    /// The application.
    pub application: ApplicationId,
    /// 姓名
    pub name: String,
    /// 报名号
    pub application_number: String,
    /// Plan.
    pub plan: PlanId,
    /// Plan title.
    pub plan_title: String,
    /// What has to be paid.
    pub amount: Fen,
    /// What went back or is going back.
    pub refunded: Fen,
    /// Where it stands.
    pub state: OrderState,
    /// How.
    pub channel: Option<Channel>,
    /// The channel's number, the receipt's or the voucher's.
    pub reference: String,
    /// Why it was waived.
    pub reason: String,
    /// Last second to pay.
    pub until: Option<Timestamp>,
    /// When it was made.
    pub since: Timestamp,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// Counts every change.
    pub revision: Revision,
}

/// Money on its way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundLine {
    /// Number; the channel's out_refund_no.
    pub number: String,
    /// Number of the order.
    pub order: String,
    /// How it goes back.
    pub channel: Channel,
    /// How much.
    pub amount: Fen,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// When it had gone back.
    pub done_at: Option<Timestamp>,
}

/// The orders of an agency.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MoneyList {
    /// Server time.
    pub now: Timestamp,
    /// Orders, newest first.
    pub lines: Vec<OrderLine>,
    /// How many orders are in which state, and their sum.
    pub sums: Vec<(OrderState, u64, Fen)>,
    /// Refunds that are not done.
    pub refunds: Vec<RefundLine>,
    /// Whether the member may waive, refund and confirm transfers.
    pub may_decide: bool,
    /// Whether money would bring the place back, where the list is one order that has expired.
    pub late: Option<Result<(), Gone>>,
}

/// What came and went of a plan by a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlementLine {
    /// Plan.
    pub plan: PlanId,
    /// Plan title.
    pub plan_title: String,
    /// Channel.
    pub channel: Channel,
    /// Payments.
    pub payments: u64,
    /// What came in.
    pub received: Fen,
    /// Refunds.
    pub refunds: u64,
    /// What went back.
    pub returned: Fen,
}

/// 结算: the money of an agency that moved in a month, from the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// By plan and channel.
    pub lines: Vec<SettlementLine>,
    /// What is still to go back, of whatever month.
    pub to_return: Fen,
}

impl Settlement {
    /// What came in, what went back.
    pub fn sums(&self) -> (Fen, Fen) {
        let sum = |of: fn(&SettlementLine) -> Fen| Fen(self.lines.iter().map(|line| of(line).0).sum());
        (sum(|line| line.received), sum(|line| line.returned))
    }
}

/// What came and went at an agency by a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencySum {
    /// Agency.
    pub agency: AgencyId,
    /// Its name.
    pub name: String,
    /// Channel.
    pub channel: Channel,
    /// Plans with a movement.
    pub plans: u64,
    /// Payments.
    pub payments: u64,
    /// What came in.
    pub received: Fen,
    /// Refunds.
    pub refunds: u64,
    /// What went back.
    pub returned: Fen,
}

/// 各机构收费: the money of every agency of a region that moved in a month, from the ledger. It names plans and nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionSettlement {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// By agency, plan and channel: the agency's id and name, then its line. Those of one agency stand together.
    pub lines: Vec<(AgencyId, String, SettlementLine)>,
    /// What agencies still have to give back, of whatever month: id, name, fen.
    pub to_return: Vec<(AgencyId, String, Fen)>,
}

impl RegionSettlement {
    /// What came in, what went back.
    pub fn sums(&self) -> (Fen, Fen) {
        let sum = |of: fn(&SettlementLine) -> Fen| Fen(self.lines.iter().map(|(.., line)| of(line).0).sum());
        (sum(|line| line.received), sum(|line| line.returned))
    }

    /// The plans of an agency taken together, channel by channel.
    pub fn agencies(&self) -> Vec<AgencySum> {
        let mut all: Vec<AgencySum> = Vec::new();
        for (agency, name, line) in &self.lines {
            let at = all.iter().position(|one| one.agency == *agency && one.channel == line.channel);
            let at = at.unwrap_or_else(|| {
                all.push(AgencySum {
                    agency: *agency,
                    name: name.clone(),
                    channel: line.channel,
                    plans: 0,
                    payments: 0,
                    received: Fen(0),
                    refunds: 0,
                    returned: Fen(0),
                });
                all.len() - 1
            });
            let one = &mut all[at];
            one.plans += 1;
            one.payments += line.payments;
            one.received.0 += line.received.0;
            one.refunds += line.refunds;
            one.returned.0 += line.returned.0;
        }
        all.sort_by_key(|one| (self.lines.iter().position(|(agency, ..)| *agency == one.agency), one.channel));
        all
    }
}

/// A movement of money, as the books have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// When.
    pub at: Timestamp,
    /// Number of the order.
    pub order: String,
    /// 报名号
    pub application_number: String,
    /// 姓名
    pub name: String,
    /// Plan title.
    pub plan_title: String,
    /// Channel.
    pub channel: Channel,
    /// Fen that came in; below zero what went back.
    pub amount: Fen,
    /// The channel's number, the receipt's, the voucher's, or that of the refund.
    pub reference: String,
}

/// One payment of a channel's bill of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillLine {
    /// Our number of the order.
    pub order: String,
    /// The channel's number of the payment.
    pub transaction: String,
    /// What was paid.
    pub amount: Fen,
}

/// Where the channel's bill and our ledger do not say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Difference {
    /// The channel has it, we do not: a notification was lost.
    OnlyThere(BillLine),
    /// We have it, the channel does not.
    OnlyHere(BillLine),
    /// Both have it with different amounts.
    Amount {
        /// What the channel says.
        there: BillLine,
        /// What we booked.
        here: Fen,
    },
}

/// A day of a channel, held against its bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// The day.
    pub day: NaiveDate,
    /// The channel.
    pub channel: Channel,
    /// Payments that agree.
    pub agreed: u64,
    /// Their sum.
    pub sum: Fen,
    /// What does not.
    pub differences: Vec<Difference>,
}
