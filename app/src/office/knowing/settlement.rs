//! 各机构收费: what the agencies of an authority's region took and gave back in a month, by agency and channel. To be read, and
//! taken out as a sheet.

use crate::Failure;
use crate::office::drawn::drawn;
use crate::paths;
use crate::ui::{TextField, icon};
use crate::wording::money as words;
use chrono::{Months, NaiveDate};
use domain::ids::Fen;
use domain::page::money::{AgencySum, RegionSettlement};
use leptos::prelude::*;

/// A month of a region, as `2026-11`; the present one where nothing else is asked for.
#[server(name = FetchRegionSettlement, endpoint = "office/region-settlement")]
pub async fn region_settlement(#[server(default)] month: String) -> Result<RegionSettlement, Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let day = words::month(&month).unwrap_or_else(|| records.now().day());
    records::payments::region_settlement(&records, &member, day).await.map_err(crate::failure::from_records)
}

/// 各机构收费.
#[component]
pub fn RegionSettlementPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| query.read().get("month").unwrap_or_default());
    let asked = Resource::new(move || asks.get(), region_settlement);
    drawn("各机构收费", None, asked, move |month, _| body(month, &asks.get_untracked()))
}

fn body(month: &RegionSettlement, typed: &str) -> AnyView {
    let shown = month.from.format("%Y-%m").to_string();
    let unread = !typed.is_empty() && words::month(typed).is_none();
    let unread = unread.then(|| {
        view! { <p class="banner" data-state="refused" role="alert">{icon("alert", "")}<span>{words::month_unread(typed, &shown)}</span></p> }
    });
    let (received, returned) = month.sums();
    let waiting = Fen(month.to_return.iter().map(|(.., fen)| fen.0).sum());
    let facts =
        [("收款", received), ("退款", returned), ("净额", Fen(received.0 - returned.0)), ("现在还没退到的", waiting)];
    let facts = facts
        .into_iter()
        .map(|(name, fen)| view! { <div><dt>{name}</dt><dd class="num">{format!("{} 元", fen.yuan())}</dd></div> })
        .collect_view();
    let sheet = format!("{}.xlsx?month={shown}", paths::REGION_SETTLEMENT);
    view! {
        <div class="dash__b stack stack--4">
            <p><a href="/office/reports" rel="external">{icon("left", "s")}"回到报告"</a></p>
            {unread}
            <form method="get" action=paths::REGION_SETTLEMENT class="toolbar">
                <TextField name="month" label="月份" hint="如 2026-11" value=shown.clone() class="w-12 num" maxlength=12 autocomplete="off"/>
                <button class="btn btn--quiet" type="submit">{icon("search", "")}<span>"看这个月"</span></button>
                <a class="btn btn--quiet" href=sheet rel="external">{icon("download", "")}<span>"汇总和各计划 xlsx"</span></a>
            </form>
            <div class="row between"><h2>{format!("{} 至 {}", month.from, month.to)}</h2>{months(month.from)}</div>
            <dl class="kv kv--tight">{facts}</dl>
            {table(&month.agencies())}
            {to_return(month)}
            <p class="meta">"按到账和退到的日子算，和各机构自己的按月结算是同一本账。只有合计，没有考生。机构账单里多付的余额不在这里。"</p>
        </div>
    }
    .into_any()
}

/// The month before, and the month after.
fn months(first: NaiveDate) -> AnyView {
    let to = |day: Option<NaiveDate>, word: &'static str| {
        let month = day?.format("%Y-%m").to_string();
        let href = format!("{}?month={month}", paths::REGION_SETTLEMENT);
        Some(view! { <a href=href rel="external">{format!("{word} {month}")}</a> })
    };
    view! {
        <nav class="row" aria-label="换月份">
            {to(first.checked_sub_months(Months::new(1)), "上个月")}
            {to(first.checked_add_months(Months::new(1)), "下个月")}
        </nav>
    }
    .into_any()
}

fn table(sums: &[AgencySum]) -> AnyView {
    if sums.is_empty() {
        return view! { <div class="empty"><p><b>"这个月各机构没有收款，也没有退款"</b></p></div> }.into_any();
    }
    let heads = words::AGENCY_SUMS.into_iter().map(|word| view! { <th scope="col">{word}</th> }).collect_view();
    let rows = sums
        .iter()
        .map(|sum| {
            let [name, by, plans, payments, received, refunds, returned, net] = words::agency_cells(sum);
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td data-label="渠道">{by}</td>
                    <td data-label="计划" class="r num">{plans}</td>
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
        <div class="tablewrap" role="region" tabindex="0" aria-label="各机构和渠道的收费表格">
            <table class="table table--blocks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}

/// Agencies that still have to give something back: whom to ask why.
fn to_return(month: &RegionSettlement) -> Option<AnyView> {
    if month.to_return.is_empty() {
        return None;
    }
    let lines = month
        .to_return
        .iter()
        .map(|(_, name, fen)| {
            view! { <li><span>{name.clone()}</span><span class="num">{format!("{} 元", fen.yuan())}</span></li> }
                .into_any()
        })
        .collect_view();
    Some(
        view! {
            <section aria-labelledby="to-return-title">
                <h2 id="to-return-title">"现在还没退到的"</h2>
                <ul class="tasks tasks--plain">{lines}</ul>
            </section>
        }
        .into_any(),
    )
}
