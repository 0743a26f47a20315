//! 结算: a month by plan and channel, from the ledger, with its sheet.

use crate::Failure;
use crate::office::drawn::drawn;
use crate::ui::{TextField, icon};
use crate::wording::money as words;
use domain::ids::Fen;
use domain::page::money::{Settlement, SettlementLine};
use leptos::prelude::*;

const PAGE: &str = "/office/money/settlement";

/// A month, as `2026-11`; the present one where nothing else is asked for.
#[server(name = FetchSettlement, endpoint = "office/money-settlement")]
pub async fn settlement(#[server(default)] month: String) -> Result<Settlement, Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let day = words::month(&month).unwrap_or_else(|| records.now().day());
    records::payments::settlement(&records, &member, day).await.map_err(crate::failure::from_records)
}

/// 按月结算.
#[component]
pub fn SettlementPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| query.read().get("month").unwrap_or_default());
    let asked = Resource::new(move || asks.get(), settlement);
    drawn("按月结算", None, asked, move |month, _| body(month, &asks.get_untracked()))
}

fn body(month: &Settlement, typed: &str) -> AnyView {
    let shown = month.from.format("%Y-%m").to_string();
    let unread = !typed.is_empty() && words::month(typed).is_none();
    let unread = unread.then(|| {
        view! { <p class="banner" data-state="refused" role="alert">{icon("alert", "")}<span>{words::month_unread(typed, &shown)}</span></p> }
    });
    let (received, returned) = month.sums();
    let facts = [
        ("收款", received),
        ("退款", returned),
        ("净额", Fen(received.0 - returned.0)),
        ("现在还没退到的", month.to_return),
    ];
    let facts = facts.into_iter().map(|(name, fen)| {
        view! { <div><dt>{name}</dt><dd class="num">{format!("{} 元", fen.yuan())}</dd></div> }
    });
    let facts = facts.collect_view();
    let sheet = format!("/office/money/settlement.xlsx?month={shown}");
    view! {
        <div class="dash__b stack stack--4">
            <p><a href="/office/money" rel="external">{icon("left", "s")}"回到费用"</a></p>
            {unread}
            <form method="get" action=PAGE class="toolbar">
                <TextField name="month" label="月份" hint="如 2026-11" value=shown.clone() class="w-12 num" maxlength=12 autocomplete="off"/>
                <button class="btn btn--quiet" type="submit">{icon("search", "")}<span>"看这个月"</span></button>
                <a class="btn btn--quiet" href=sheet rel="external">{icon("download", "")}<span>"汇总和明细 xlsx"</span></a>
            </form>
            <h2>{format!("{} 至 {}", month.from, month.to)}</h2>
            <dl class="kv kv--tight">{facts}</dl>
            {table(&month.lines)}
            <p class="meta">"按到账和退到的日子算，包括后来又退的、多付的和过期才到的。机构账单里多付的余额不在这里。"</p>
        </div>
    }
    .into_any()
}

fn table(lines: &[SettlementLine]) -> AnyView {
    if lines.is_empty() {
        return view! { <div class="empty"><p><b>"这个月没有收款，也没有退款"</b></p></div> }.into_any();
    }
    let heads = words::SETTLEMENT.into_iter().map(|word| view! { <th scope="col">{word}</th> }).collect_view();
    let rows = lines
        .iter()
        .map(|line| {
            let [plan, by, payments, received, refunds, returned, net] = words::settlement_cells(line);
            view! {
                <tr>
                    <th scope="row"><a href=format!("/office/money?plan={}", line.plan) rel="external">{plan}</a></th>
                    <td data-label="渠道">{by}</td>
                    <td data-label="收款笔数" class="r num">{payments}</td>
                    <td data-label="收款（元）" class="r num">{received}</td>
                    <td data-label="退款笔数" class="r num">{refunds}</td>
                    <td data-label="退款（元）" class="r num">{returned}</td>
                    <td data-label="净额（元）" class="r num">{net}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="tablewrap" role="region" tabindex="0" aria-label="按计划和渠道的结算表格">
            <table class="table table--blocks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}
