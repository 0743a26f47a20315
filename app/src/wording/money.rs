//! Sentences about fees: what to pay, how, until when, and what became of it.

use chrono::NaiveDate;
use domain::ids::Fen;
use domain::page::bills::{BillField, BillState, FiscalFault, FiscalFile, FiscalState};
use domain::page::money::{AgencySum, Difference, MyOrder, PayPage, SettlementLine};
use domain::payment::{Channel, Device, Gone, OrderState, PaymentRefusal};
use domain::time::{Timestamp, chinese_moment};

/// The word of a channel.
pub fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Wechat => "微信支付",
        Channel::Alipay => "支付宝",
        Channel::Cash => "窗口现金",
        Channel::Transfer => "银行转账",
        Channel::Fiscal => "财政缴款码",
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
        PaymentRefusal::Gone(gone) => not_taken(*gone),
        PaymentRefusal::NoChannel => "这里没有这种缴费方式。请换一种，或到窗口缴。".into(),
        PaymentRefusal::Silent => "支付渠道没有回答，没有扣钱。请过一会儿再点，或换一种方式。".into(),
        PaymentRefusal::WayOver => "从微信回来得太晚，或者这一步已经用过，没有扣钱。请再点一次“用微信支付”。".into(),
        PaymentRefusal::NoWords => "收据号、凭证或原因没有填，或超过 200 个字。请填写后再提交。".into(),
        PaymentRefusal::ReceiptUsed => "这个收据号已经记在另一笔上。请核对手里的收据。".into(),
        PaymentRefusal::RefundTooMuch { most } => {
            format!("退款要大于 0 元，最多 {} 元。请改金额。", most.yuan())
        }
        PaymentRefusal::NoAmount => "金额没有读懂。请写成 280 或 280.00，单位元。".into(),
        PaymentRefusal::BillData(field) => bill_field_wrong(*field),
        PaymentRefusal::NothingToBill => "这个计划现在没有要机构统一缴费的人。审核通过的人会出现在这里。".into(),
        PaymentRefusal::BillTooMuch { most } if most.0 == 0 => "这份账单已经收齐，不能再记到账。".into(),
        PaymentRefusal::BillTooMuch { most } => {
            format!("到账金额要大于 0 元，最多 {} 元，就是现在还差的。请核对回单。", most.yuan())
        }
        PaymentRefusal::NoVoucher => "还没有选回单文件。请上传银行回单，PDF 或照片，10 MB 以内。".into(),
        PaymentRefusal::InvoiceSum { sum, bill } => {
            format!(
                "各张发票合计 {} 元，账单是 {} 元，差 {} 元。请改到一样。",
                sum.yuan(),
                bill.yuan(),
                Fen((bill.0 - sum.0).abs()).yuan()
            )
        }
        PaymentRefusal::InvoiceLine { line } => {
            format!("第 {line} 张发票没有填完整：抬头、18 位税号、项目、大于 0 的金额都要有；最多 50 张。")
        }
        PaymentRefusal::NoCode => "没有找到这个缴款码，或者它不归您管。请核对后再填。".into(),
        PaymentRefusal::CodeNotNow(now) => format!("这个缴款码{}，不能这样办。请刷新看最新情况。", fiscal_state(*now)),
    }
}

/// Said at an expired order, before any money is taken for it.
pub const LATE_TAKEN: &str =
    "缴费已过期，现在还有名额，也没有人候补。收下这笔钱，报名就恢复；别人先占了名额，会提示不要收。";

/// Why money for an expired order is not taken, and what to do.
pub fn not_taken(gone: Gone) -> String {
    let (why, next) = match gone {
        Gone::Ended => ("缴费单已经作废", "请看这份报名的最新情况。"),
        Gone::GivenUp => ("按规定过期没有缴费就是放弃", "确有原因的，请先在这份报名里恢复审核，再收费。"),
        Gone::Settled => ("名单、考场或准考证已经确定", "请考生报下一期。"),
        Gone::Full => ("名额已经给了别人", "请考生候补，或报下一期。"),
    };
    format!("请不要收钱：缴费已过期，{why}。已经收下的现金请当面退还，转账的请退回原账户。{next}")
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

/// The columns of a settlement.
pub const SETTLEMENT: [&str; 7] = ["计划", "渠道", "收款笔数", "收款（元）", "退款笔数", "退款（元）", "净额（元）"];

/// A line of it.
pub fn settlement_cells(line: &SettlementLine) -> [String; 7] {
    [
        line.plan_title.clone(),
        channel(line.channel).to_owned(),
        line.payments.to_string(),
        line.received.yuan(),
        line.refunds.to_string(),
        line.returned.yuan(),
        Fen(line.received.0 - line.returned.0).yuan(),
    ]
}

/// The columns of what agencies of a region took in a month.
pub const AGENCY_SUMS: [&str; 8] =
    ["机构", "渠道", "计划", "收款笔数", "收款（元）", "退款笔数", "退款（元）", "净额（元）"];

/// A line of it.
pub fn agency_cells(sum: &AgencySum) -> [String; 8] {
    [
        sum.name.clone(),
        channel(sum.channel).to_owned(),
        sum.plans.to_string(),
        sum.payments.to_string(),
        sum.received.yuan(),
        sum.refunds.to_string(),
        sum.returned.yuan(),
        Fen(sum.received.0 - sum.returned.0).yuan(),
    ]
}

/// A day of the month that somebody typed: `2026-11`, `2026年11月`, `２０２６.11`.
pub fn month(typed: &str) -> Option<NaiveDate> {
    format!("{}-01", domain::form::check::month(&domain::text::compact(typed))?).parse().ok()
}

/// Said where a day cannot be read.
pub fn day_unread(typed: &str) -> String {
    let typed: String = typed.chars().take(20).collect();
    format!("“{typed}”不是日期，还没有对账。请写成 2026-11-21 的样子。")
}

/// What was done to an order, from the short word in the address.
pub fn done(act: &str) -> Option<&'static str> {
    Some(match act {
        "cash" => "已记下收到现金，缴费单结清了，考生已经看到。",
        "transfer" => "已记下到账，缴费单结清了，考生已经看到。",
        "waive" => "已免收，原因记入历史，考生已经看到。",
        "refund" => "退款已经登记。网上付的由系统退，其他的退到以后请在“还没退到的”里登记。",
        "paid-out" => "退款已登记退到。",
        _ => return None,
    })
}

/// Said where a month cannot be read.
pub fn month_unread(typed: &str, shown: &str) -> String {
    let typed: String = typed.chars().take(20).collect();
    format!("“{typed}”不是月份，现在显示的是 {shown}。请写成 2026-11 的样子。")
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
pub fn scan(by: Channel, device: Device) -> String {
    let program = if by == Channel::Wechat { "微信" } else { "支付宝" };
    match device {
        Device::Desktop => format!("打开手机上的{program}，扫这个码付款"),
        // Neither program opens the other one's pages, and no code of payment is read from one's own screen.
        Device::Wechat | Device::Alipay => {
            format!("用另一部手机上的{program}扫这个码；或点右上角“…”，选“在浏览器打开”，再用{program}付")
        }
        Device::Phone => format!("用另一部手机上的{program}扫这个码付款"),
    }
}

/// The button inside 微信.
pub const INSIDE: &str = "用微信支付";

/// While 微信 opens its window of payment.
pub const INSIDE_OPENING: &str = "正在打开微信付款窗口。没有弹出，就点上面的按钮。";

/// The button that opens it once more.
pub const INSIDE_OPEN: &str = "打开微信付款窗口";

/// Where the window does not come.
pub const INSIDE_MISSING: &str =
    "没有等到微信的付款窗口，没有扣钱。请在微信里打开本页；或点“换成二维码”，用另一部手机扫。";

/// Where the window says that it came to nothing.
pub const INSIDE_FAILED: &str = "微信说没有付成，没有扣钱。请点下面的“用微信支付”重新来一次，或换成二维码。";

/// Where somebody closed the window.
pub const INSIDE_CANCELLED: &str = "您关掉了付款窗口，没有扣钱。要付，点上面的按钮。";

/// A code instead of the window inside 微信.
pub const BY_CODE: &str = "换成二维码";

/// 电脑网站支付, for who has no phone at hand.
pub const BY_PAGE: &str = "手机不在手边？在这台电脑上打开支付宝付";

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

/// The name of a field of who pays.
pub fn bill_field(field: BillField) -> &'static str {
    match field {
        BillField::Title => "缴费单位",
        BillField::TaxNo => "税号",
        BillField::Bank => "开户行",
        BillField::Account => "账号（选填）",
        BillField::Contact => "联系人",
        BillField::Phone => "联系人电话",
    }
}

fn bill_field_wrong(field: BillField) -> String {
    match field {
        BillField::TaxNo => "税号不对：要 18 位统一社会信用代码，最后一位是校验位。请对照营业执照再填。".into(),
        BillField::Phone => "联系人电话不对：要 7 到 20 位数字。请重新填写。".into(),
        BillField::Account => "账号不对：要 6 到 32 位数字，也可以不填。".into(),
        other => format!("{}没有填，或超过 100 个字。请填写后再保存。", bill_field(other)),
    }
}

/// The word of a bill's state.
pub fn bill_state(state: BillState) -> &'static str {
    match state {
        BillState::Open => "待付款",
        BillState::Partly => "已付一部分",
        BillState::Paid => "已付清",
    }
}

/// The word of a payment code's state.
pub fn fiscal_state(state: FiscalState) -> &'static str {
    match state {
        FiscalState::Due => "待缴",
        FiscalState::Paid => "已缴",
        FiscalState::Void => "作废",
    }
}

/// Why a line of the treasury's file was not taken, and what to do.
pub fn fiscal_fault(fault: FiscalFault) -> &'static str {
    match fault {
        FiscalFault::Unknown => "没有这个缴款码，请核对文件",
        FiscalFault::Amount => "金额和账上不一样，请联系财政核对",
        FiscalFault::Late => "这笔缴费单已经结束，钱已记下，请在费用页退回",
        FiscalFault::Double => "这笔已经用别的方式缴过，钱已记下，请在费用页退回",
        FiscalFault::Unreadable => "缴款码、金额或票据号没有读懂",
    }
}

/// What came of the treasury's file, where something in it could not be taken.
pub fn fiscal_told(file: &FiscalFile) -> String {
    let wrong: Vec<String> = file
        .wrong
        .iter()
        .take(20)
        .map(|(line, code, fault)| format!("第 {line} 行 {code}：{}", fiscal_fault(*fault)))
        .collect();
    let more = if file.wrong.len() > 20 { format!("；还有 {} 行", file.wrong.len() - 20) } else { String::new() };
    format!(
        "新入账 {} 笔，以前入过 {} 笔；{} 行没有入：{}{more}。改好这几行再粘贴一次。",
        file.paid,
        file.known,
        file.wrong.len(),
        wrong.join("；")
    )
}

/// An amount in the characters of receipts: 贰佰捌拾元整, 壹仟零伍元叁角.
pub fn capitals(amount: Fen) -> String {
    const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
    const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
    const GROUPS: [&str; 3] = ["", "万", "亿"];
    let digit = |number: i64| usize::try_from(number).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or('零');
    let (yuan, jiao, fen) = (amount.0 / 100, amount.0 / 10 % 10, amount.0 % 10);
    let mut out = String::new();
    let mut gap = false;
    for group in (0..GROUPS.len()).rev() {
        let value = yuan / 10_000_i64.pow(u32::try_from(group).unwrap_or(0)) % 10_000;
        for place in (0..PLACES.len()).rev() {
            let one = value / 10_i64.pow(u32::try_from(place).unwrap_or(0)) % 10;
            if one == 0 {
                gap = !out.is_empty();
                continue;
            }
            if gap {
                out.push('零');
                gap = false;
            }
            out.push(digit(one));
            out.push_str(PLACES[place]);
        }
        if value > 0 {
            out.push_str(GROUPS[group]);
        }
    }
    if !out.is_empty() {
        out.push('元');
    }
    match (jiao, fen) {
        (0, 0) if out.is_empty() => "零元整".into(),
        (0, 0) => out + "整",
        (jiao, fen) => {
            if jiao > 0 {
                out.push(digit(jiao));
                out.push('角');
            } else if !out.is_empty() {
                out.push('零');
            }
            if fen > 0 {
                out.push(digit(fen));
                out.push('分');
            }
            out
        }
    }
}

/// How a code of the treasury is paid.
pub const FISCAL_HOW: &str =
    "到代理银行柜台、手机银行或支付软件的“非税缴款”里，输入缴款码付款。付好后一般当天到账，这一页会自己变成“已缴费”。";

/// When an order was paid, or is due.
pub fn moment(at: Option<Timestamp>, now: Timestamp) -> String {
    at.map_or_else(|| "—".to_owned(), |at| chinese_moment(at, now.day()))
}

#[cfg(test)]
mod tests {
    use super::capitals;
    use domain::ids::Fen;

    #[test]
    fn amounts_are_written_as_on_receipts() {
        let said = |fen: i64| capitals(Fen(fen));
        assert_eq!(said(28_000), "贰佰捌拾元整");
        assert_eq!(said(100_530), "壹仟零伍元叁角");
        assert_eq!(said(1_000_000), "壹万元整");
        assert_eq!(said(10_020_005), "壹拾万零贰佰元零伍分");
        assert_eq!(said(0), "零元整");
        assert_eq!(said(9), "玖分");
    }
}
