//! Sentences about fees: what to pay, how, until when, and what became of it.

use domain::page::money::{Difference, MyOrder, PayPage};
use domain::payment::{Channel, OrderState, PaymentRefusal};
use domain::time::{Timestamp, chinese_moment};

/// The word of a channel.
pub fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Wechat => "微信支付",
        Channel::Alipay => "支付宝",
        Channel::Cash => "窗口现金",
        Channel::Transfer => "银行转账",
    }
}

/// The word of a state.
pub fn state(state: OrderState) -> &'static str {
    match state {
        OrderState::Due => "待缴费",
        OrderState::Paying => "缴费中",
        OrderState::Paid => "已缴费",
        OrderState::Expired => "逾期未缴",
        OrderState::Waived => "免收",
        OrderState::ByAgency => "机构统一缴",
        OrderState::Refunding => "退款中",
        OrderState::PartlyRefunded => "已退一部分",
        OrderState::Refunded => "已退款",
        OrderState::Cancelled => "已作废",
    }
}

/// Why nothing was paid, noted or given back, and what to do next.
pub fn refusal(refusal: &PaymentRefusal) -> String {
    match refusal {
        PaymentRefusal::NothingDue => "现在没有要缴的费用。审核通过后再来看。".into(),
        PaymentRefusal::NotNow(now) => format!("这笔费用{}，现在不能这样办。请刷新看最新情况。", state(*now)),
        PaymentRefusal::Expired { until } => {
            format!("缴费时间 {} 已过，不能再付。还想参加，请打机构电话。", chinese_moment(*until, until.day()))
        }
        PaymentRefusal::NoChannel => "这里没有这种缴费方式。请换一种，或到窗口缴。".into(),
        PaymentRefusal::Silent => "支付渠道没有回答，没有扣钱。请过一会儿再点，或换一种方式。".into(),
        PaymentRefusal::NoWords => "收据号、凭证或原因没有填，或超过 200 个字。请填写后再提交。".into(),
        PaymentRefusal::ReceiptUsed => "这个收据号已经记在另一笔上。请核对手里的收据。".into(),
        PaymentRefusal::RefundTooMuch { most } => {
            format!("退款要大于 0 元，最多 {} 元。请改金额。", most.yuan())
        }
        PaymentRefusal::NoAmount => "金额没有读懂。请写成 280 或 280.00，单位元。".into(),
    }
}

/// What the card on the page of an application says about an order that needs nothing now.
pub fn settled(order: &MyOrder) -> Option<String> {
    let amount = order.amount.yuan();
    let back = order.refunded.yuan();
    Some(match order.state {
        OrderState::Paid => match order.channel {
            Some(by) => format!("已用{}缴清 {amount} 元，缴费单号 {}。", channel(by), order.number),
            None => format!("已缴清 {amount} 元，缴费单号 {}。", order.number),
        },
        OrderState::Refunding => format!("正在退 {back} 元，原路退回，一般几天内到账。缴费单号 {}。", order.number),
        OrderState::PartlyRefunded | OrderState::Refunded => {
            format!("已退 {back} 元，原路退回。缴费单号 {}。", order.number)
        }
        OrderState::Due
        | OrderState::Paying
        | OrderState::Expired
        | OrderState::Waived
        | OrderState::ByAgency
        | OrderState::Cancelled => return None,
    })
}

/// What the page of payment says first.
pub fn lead(page: &PayPage) -> String {
    let Some(order) = &page.order else {
        return "现在没有要缴的费用。审核通过后，这里会显示金额和截止时间。".into();
    };
    let amount = order.amount.yuan();
    match order.state {
        OrderState::Due | OrderState::Paying => match order.until {
            Some(until) => format!("要缴 {amount} 元，{} 截止。", chinese_moment(until, page.now.day())),
            None => format!("要缴 {amount} 元。"),
        },
        OrderState::Expired => format!("缴费时间已过。还想参加，请马上打机构电话 {}。", page.contact),
        OrderState::Waived => "这笔费用免收，不用缴。".into(),
        OrderState::ByAgency => "费用由机构统一缴，您不用缴。".into(),
        OrderState::Cancelled => "这笔缴费单已作废，不用缴。".into(),
        _ => settled(order).unwrap_or_default(),
    }
}

/// What happens when nobody pays in time.
pub fn otherwise(page: &PayPage) -> Option<String> {
    if !page.gives_up {
        return None;
    }
    Some(match page.unpaid.trim_end_matches('。') {
        "" => "到时没有缴费，名额就让给别人。".into(),
        official => format!("“{official}”：到时没有缴费，名额就让给别人。"),
    })
}

/// Beside a code.
pub fn scan(by: Channel) -> String {
    format!("打开手机上的{}，扫这个码付款", if by == Channel::Wechat { "微信" } else { "支付宝" })
}

/// Under a code: what happens after paying.
pub const AFTER_PAYING: &str =
    "付好后，这一页会自己变成“已缴费”。没变，就点“我已付款，查一下”。不会重复扣钱；万一付了两次，第二次自动原路退回。";

/// Where no channel is configured.
pub const NO_CHANNEL: &str = "这里还不能网上缴费。请到窗口缴现金，或按机构通知转账。";

/// A difference between the channel's bill and the books, and what to do.
pub fn difference(difference: &Difference) -> (String, String) {
    match difference {
        Difference::OnlyThere(line) => (
            format!("渠道有、账上没有：{} {} 元（{}）", line.order, line.amount.yuan(), line.transaction),
            "通知丢了。系统会再问渠道；一小时后还在，请打开这笔核对。".into(),
        ),
        Difference::OnlyHere(line) => (
            format!("账上有、渠道没有：{} {} 元（{}）", line.order, line.amount.yuan(), line.transaction),
            "先看是不是跨零点；不是，就联系渠道。".into(),
        ),
        Difference::Amount { there, here } => (
            format!("金额不一样：{} 渠道 {} 元，账上 {} 元", there.order, there.amount.yuan(), here.yuan()),
            "请联系渠道核对这一笔。".into(),
        ),
    }
}

/// When an order was paid, or is due.
pub fn moment(at: Option<Timestamp>, now: Timestamp) -> String {
    at.map_or_else(|| "—".to_owned(), |at| chinese_moment(at, now.day()))
}
