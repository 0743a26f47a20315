//! 费用: orders by state, cash, transfers, waiving, refunds; and a day held against the channel's bill.

pub mod bill;
mod day;
pub mod fiscal;
pub mod settlement;

pub use day::DayPage;

use super::drawn::drawn;
use super::parts::summary;
#[cfg(feature = "ssr")]
use super::parts::with_query;
use crate::again::Again;
use crate::ui::{SelectField, StateBadge, TextField, icon};
use crate::wording::money as words;
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::ids::PlanId;
use domain::page::money::{MoneyList, OrderLine, RefundLine};
use domain::payment::OrderState;
use domain::time::Timestamp;
use leptos::prelude::*;
use server_fn::ServerFn;

const PAGE: &str = "/office/money";

/// The orders that the address asks for.
#[server(name = FetchMoney, endpoint = "office/money")]
pub async fn money(
    #[server(default)] state: String,
    #[server(default)] q: String,
    #[server(default)] plan: String,
) -> Result<MoneyList, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    records::payments::list(&records, &member, OrderState::parse(&state), &q, plan.parse().ok())
        .await
        .map_err(crate::failure::from_records)
}

/// Notes a payment by hand, waives or refunds: `act` says which.
#[server(name = MoneyAct, endpoint = "office/money-act")]
pub async fn money_act(
    number: String,
    seen: i64,
    act: String,
    #[server(default)] words: String,
    #[server(default)] amount: String,
) -> Result<(), Failure> {
    use domain::ids::Revision;
    use domain::payment::PaymentRefusal;
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let here = with_query(PAGE, "q", &number);
    let seen = Revision(seen);
    let done = async {
        use records::payments as pay;
        match act.as_str() {
            "cash" => pay::pay_cash(&records, &member, &number, seen, &words).await,
            "transfer" => pay::confirm_transfer(&records, &member, &number, seen, &words).await,
            "waive" => pay::waive(&records, &member, &number, seen, &words).await,
            "refund" => {
                let fen = records::payments::fen_of(&amount).ok_or(PaymentRefusal::NoAmount)?;
                pay::ask_refund(&records, &member, &number, seen, fen, &words).await
            }
            "paid-out" => pay::refund_paid_out(&records, &member, &number, &words).await,
            _ => Err(records::Error::NotFound),
        }
    };
    let out = done.await.map_err(crate::failure::from_records);
    let back = if act == "paid-out" { PAGE.to_owned() } else { here };
    let next = with_query(&back, "done", &act);
    let typed = vec![("act".to_owned(), act), ("words".to_owned(), words), ("amount".to_owned(), amount)];
    crate::again::ssr::settle(out, |()| next.clone(), &back, typed)
}

/// 费用.
#[component]
pub fn MoneyPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        let get = |key: &str| query.get(key).unwrap_or_default();
        (get("state"), get("q"), get("plan"), get("done"))
    });
    let asked = Resource::new(move || asks.get(), |(state, q, plan, _)| money(state, q, plan));
    let tabs = super::plans::around::tabs("money");
    drawn("费用", tabs, asked, move |list, again| body(list, asks.get_untracked(), again))
}

/// State, search, plan, and what was just done.
type Asks = (String, String, String, String);

fn body(list: &MoneyList, (state, q, plan, done): Asks, again: Option<&Again>) -> AnyView {
    let told = words::done(&done).filter(|_| again.is_none()).map(|done| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{done}</span></p> }
    });
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    let options = std::iter::once((String::new(), "全部".to_owned()))
        .chain(OrderState::ALL.iter().map(|state| (state.as_str().to_owned(), words::state(*state).to_owned())))
        .collect();
    let sums = list
        .sums
        .iter()
        .map(|(state, orders, fen)| {
            let of = if plan.is_empty() { String::new() } else { format!("&plan={}", paths::encode(&plan)) };
            let href = format!("{PAGE}?state={}{of}", state.as_str());
            view! { <div><dt><a href=href>{words::state(*state)}</a></dt><dd class="num">{format!("{orders} 笔　{} 元", fen.yuan())}</dd></div> }.into_any()
        })
        .collect_view();
    let of_plan: Option<PlanId> = plan.parse().ok();
    let kept = (!plan.is_empty()).then(|| view! { <input type="hidden" name="plan" value=plan.clone()/> });
    let narrowed = of_plan.map(|plan| {
        let title = list.lines.first().map_or_else(|| "一个计划".to_owned(), |line| line.plan_title.clone());
        view! {
            <p class="row"><b>{format!("只看：{title}")}</b><a href=PAGE>"看全部计划"</a><a href=paths::plan_bill(plan) rel="external">"机构账单"</a></p>
        }
    });
    let sheet = of_plan.map_or_else(
        || "/office/money/settlement.xlsx".to_owned(),
        |plan| format!("/office/money/settlement.xlsx?plan={plan}"),
    );
    // One order alone is open to be worked on.
    let open = match list.lines.as_slice() {
        [one] => Some(order(one, list, again)),
        _ => None,
    };
    view! {
        <div class="dash__b stack stack--4">
            {told}
            {refused}
            <form method="get" action=PAGE class="toolbar" role="search">
                {kept}
                <TextField name="q" label="姓名、报名号或缴费单号" value=q class="w-20" maxlength=60/>
                <SelectField name="state" label="状态" options=options value=state/>
                <button class="btn btn--quiet" type="submit">{icon("search", "")}<span>"查找"</span></button>
                <a class="btn btn--quiet" href="/office/money/day" rel="external">"和渠道对账"</a>
                <a class="btn btn--quiet" href="/office/money/fiscal" rel="external">"财政缴款码"</a>
                <a class="btn btn--quiet" href="/office/money/settlement" rel="external">"按月结算"</a>
                <a class="btn btn--quiet" href=sheet rel="external">{icon("download", "")}<span>"结算表"</span></a>
                <a class="btn btn--quiet" href="/office/money/invoices.xlsx" rel="external">{icon("download", "")}<span>"开票资料"</span></a>
            </form>
            {narrowed}
            {(!list.sums.is_empty()).then(|| view! { <dl class="kv kv--tight">{sums}</dl> })}
            {open}
            {refunds(list)}
            {table(list)}
        </div>
    }
    .into_any()
}

fn order(one: &OrderLine, list: &MoneyList, again: Option<&Again>) -> AnyView {
    let now = list.now;
    let facts = [
        ("缴费单号", one.number.clone()),
        ("报名号", one.application_number.clone()),
        ("金额", format!("{} 元", one.amount.yuan())),
        ("退款", if one.refunded.0 == 0 { "—".into() } else { format!("{} 元", one.refunded.yuan()) }),
        ("截止", words::moment(one.until, now)),
        ("缴费时间", words::moment(one.paid_at, now)),
        ("方式", one.channel.map_or_else(|| "—".into(), |by| format!("{} {}", words::channel(by), one.reference))),
        ("说明", if one.reason.is_empty() { "—".into() } else { one.reason.clone() }),
    ]
    .into_iter()
    .map(|(name, value)| view! { <div><dt>{name}</dt><dd class="num">{value}</dd></div> })
    .collect_view();
    let open = one.state.is_open();
    // For an order that has expired: whether money may be taken is said before any is.
    let takes = open || matches!(list.late, Some(Ok(())));
    let late = list.late.map(|late| {
        let (state, sign, text) = match late {
            Ok(()) => ("others", "info", words::LATE_TAKEN.to_owned()),
            Err(gone) => ("refused", "alert", words::not_taken(gone)),
        };
        view! { <p class="banner" data-state=state>{icon(sign, "")}<span>{text}</span></p> }
    });
    let form = |act: &'static str, label: &'static str, hint: &'static str, button: &'static str| {
        act_form(&one.number, one.revision.0, act, label, hint, button, again)
    };
    let decides = list.may_decide;
    let by_bill = one.state == OrderState::ByAgency;
    let refund = (decides && one.state.holds_money() && one.refunded < one.amount).then(|| refund_form(one, again));
    view! {
        <section class="panel" aria-labelledby="order-title">
            <div class="panel__h">
                <h2 id="order-title">{format!("{} {}", one.name, one.plan_title)}</h2>
                <StateBadge tone=tone(one.state) text=words::state(one.state).to_owned()/>
            </div>
            <div class="panel__b stack stack--4">
                <dl class="kv kv--tight">{facts}</dl>
                {late}
                {takes.then(|| form("cash", "收据号", "收到现金，开了收据再点", "已收现金"))}
                {(decides && (takes || by_bill)).then(|| form("transfer", "凭证", "银行回单上的日期和流水号", "已到账"))}
                {(decides && open).then(|| form("waive", "免收原因", "会记入历史", "免收"))}
                {refund}
                <p><a href=paths::case(one.application) rel="external">"看这份报名"</a></p>
            </div>
        </section>
    }
    .into_any()
}

fn typed(again: Option<&Again>, act: &str, key: &str) -> String {
    again.filter(|again| again.typed("act") == act).map_or("", |again| again.typed(key)).to_owned()
}

fn act_form(
    number: &str,
    seen: i64,
    act: &'static str,
    label: &'static str,
    hint: &'static str,
    button: &'static str,
    again: Option<&Again>,
) -> AnyView {
    let id = format!("{act}-{number}");
    view! {
        <form method="post" action=MoneyAct::PATH class="toolbar">
            <input type="hidden" name="number" value=number.to_owned()/>
            <input type="hidden" name="seen" value=seen.to_string()/>
            <input type="hidden" name="act" value=act/>
            <TextField name="words" id=id label=label hint=hint value=typed(again, act, "words") maxlength=200 autocomplete="off"/>
            <button class="btn btn--quiet" type="submit">{button}</button>
        </form>
    }
    .into_any()
}

fn refund_form(one: &OrderLine, again: Option<&Again>) -> AnyView {
    let most = domain::ids::Fen(one.amount.0 - one.refunded.0);
    let amount = match typed(again, "refund", "amount") {
        none if none.is_empty() => most.yuan(),
        amount => amount,
    };
    view! {
        <form method="post" action=MoneyAct::PATH class="toolbar">
            <input type="hidden" name="number" value=one.number.clone()/>
            <input type="hidden" name="seen" value=one.revision.0.to_string()/>
            <input type="hidden" name="act" value="refund"/>
            <TextField name="amount" label="退多少元" hint=format!("最多 {} 元", most.yuan()) value=amount class="w-8 num" inputmode="decimal" autocomplete="off"/>
            <TextField name="words" id="refund-words" label="退款原因" hint="申报人会看到" value=typed(again, "refund", "words") maxlength=200 autocomplete="off"/>
            <button class="btn btn--quiet" type="submit">"退款"</button>
        </form>
    }
    .into_any()
}

fn refunds(list: &MoneyList) -> Option<AnyView> {
    if list.refunds.is_empty() {
        return None;
    }
    let rows = list.refunds.iter().map(|one| refund_row(one, list)).collect_view();
    let heads = heads(&["缴费单号", "金额", "退到", "原因", "谁要退的", "办理"]);
    Some(
        view! {
            <section aria-labelledby="refunds-title">
                <h2 id="refunds-title">"还没退到的"</h2>
                <div class="tablewrap" role="region" tabindex="0" aria-label="还没退到的表格">
                    <table class="table table--blocks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
                </div>
            </section>
        }
        .into_any(),
    )
}

fn refund_row(one: &RefundLine, list: &MoneyList) -> AnyView {
    let by = if one.asked_by.is_empty() { "系统".to_owned() } else { one.asked_by.clone() };
    let act = match (one.channel.is_online(), list.may_decide) {
        (true, _) => view! { <span class="meta">"系统正在退"</span> }.into_any(),
        (false, false) => view! { <span class="meta">"等机构管理员退"</span> }.into_any(),
        (false, true) => act_form(&one.number, 0, "paid-out", "领款单或回单号", "", "已退", None),
    };
    view! {
        <tr>
            <th scope="row"><a href=format!("{PAGE}?q={}", one.order)>{one.order.clone()}</a></th>
            <td data-label="金额" class="r">{format!("{} 元", one.amount.yuan())}</td>
            <td data-label="退到">{words::channel(one.channel)}</td>
            <td data-label="原因">{one.reason.clone()}</td>
            <td data-label="谁要退的">{format!("{by}，{}", words::moment(Some(one.asked_at), list.now))}</td>
            <td class="acts">{act}</td>
        </tr>
    }
    .into_any()
}

fn heads(words: &[&'static str]) -> AnyView {
    words.iter().map(|word| view! { <th scope="col">{*word}</th> }).collect_view().into_any()
}

fn table(list: &MoneyList) -> AnyView {
    if list.lines.is_empty() {
        return view! { <div class="empty"><p><b>"没有符合的缴费单"</b></p><p class="meta">"审核通过、要缴费的报名会出现在这里。"</p></div> }.into_any();
    }
    let now: Timestamp = list.now;
    let rows = list
        .lines
        .iter()
        .map(|one| {
            let by = one.channel.map_or("", words::channel);
            let when = if one.paid_at.is_some() {
                format!("{} {by}", words::moment(one.paid_at, now))
            } else {
                words::moment(one.until, now)
            };
            view! {
                <tr>
                    <th scope="row"><a href=format!("{PAGE}?q={}", one.number)>{one.name.clone()}</a></th>
                    <td data-label="报名号" class="num">{one.application_number.clone()}</td>
                    <td data-label="计划"><a href=format!("{PAGE}?plan={}", one.plan)>{one.plan_title.clone()}</a></td>
                    <td data-label="金额" class="r">{one.amount.yuan()}</td>
                    <td data-label="状态"><StateBadge tone=tone(one.state) text=words::state(one.state).to_owned()/></td>
                    <td data-label="截止或缴费时间">{when}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section aria-labelledby="orders-title">
            <h2 id="orders-title">"缴费单"</h2>
            <div class="tablewrap" role="region" tabindex="0" aria-label="缴费单的表格">
                <table class="table table--blocks">
                    <thead><tr>{heads(&["姓名", "报名号", "计划", "金额（元）", "状态", "截止或缴费时间"])}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn tone(state: OrderState) -> Tone {
    match state {
        OrderState::Due | OrderState::Paying | OrderState::ByAgency => Tone::Others,
        OrderState::Refunding => Tone::Me,
        OrderState::Paid | OrderState::Waived | OrderState::Refunded | OrderState::PartlyRefunded => Tone::Done,
        OrderState::Expired | OrderState::Cancelled => Tone::Expired,
    }
}
