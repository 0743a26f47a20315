//! 对账: a day held against the channel's bill, and what the nights found by themselves.

use super::{PAGE, heads};
use crate::Failure;
use crate::office::keys;
use crate::office::parts::broken;
use crate::ui::{SelectField, StateBadge, TextField, icon};
use crate::wording::money as words;
use domain::application::progress::Tone;
use domain::page::money::Reconciliation;
use domain::payment::Channel;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

/// A day of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Channels that can be asked.
    pub channels: Vec<Channel>,
    /// The day.
    pub day: String,
    /// What came of it; none where nothing was asked, or the channel gives no bill that we read.
    pub found: Option<Reconciliation>,
    /// Why there is nothing.
    pub silent: bool,
    /// What was typed is no day.
    pub unread: bool,
    /// What the nights found, newest first.
    pub nights: Vec<Reconciliation>,
}

/// Holds a day against the channel's bill.
#[server(name = FetchMoneyDay, endpoint = "office/money-day")]
pub async fn money_day(#[server(default)] channel: String, #[server(default)] day: String) -> Result<Day, Failure> {
    use crate::signed_in::ssr::{Bills, PayChannels};
    // The request's context may be gone after the first question.
    let (channels, bills) = (use_context::<PayChannels>().unwrap_or_default().offered, use_context::<Bills>());
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let nights = records::payments::nights(&records, &member, &channels).await.map_err(crate::failure::from_records)?;
    let asked = domain::timeline::typed_day(&day);
    let shown = asked.unwrap_or_else(|| records.now().day());
    let unread = asked.is_none() && !day.trim().is_empty();
    let mut answer =
        Day { channels: channels.clone(), day: shown.to_string(), found: None, silent: false, unread, nights };
    let (Some(day), Some(channel), Some(bills)) = (asked, Channel::parse(&channel), bills) else { return Ok(answer) };
    if !channels.contains(&channel) {
        return Ok(answer);
    }
    match (bills.0)(channel, day).await {
        Ok(Some(bill)) => {
            let found = records::payments::reconcile(&records, &member, channel, day, bill).await;
            answer.found = Some(found.map_err(crate::failure::from_records)?);
        }
        Ok(None) | Err(()) => answer.silent = true,
    }
    Ok(answer)
}

/// 对账.
#[component]
pub fn DayPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        (query.get("channel").unwrap_or_default(), query.get("day").unwrap_or_default())
    });
    let asked = Resource::new(move || asks.get(), |(channel, day)| money_day(channel, day));
    view! {
        <Title text="对账 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"和渠道对账"</h1><span class="grow"></span>{keys::help_button()}</header>
            <Transition>
                {move || Suspend::new(async move {
                    match asked.await {
                        Err(failure) => broken(&failure),
                        Ok(day) => day_body(&day, asks.get_untracked()),
                    }
                })}
            </Transition>
        </main>
    }
}

fn day_body(day: &Day, (chosen, typed): (String, String)) -> AnyView {
    let unread = day.unread.then(|| {
        view! { <p class="banner" data-state="refused" role="alert">{icon("alert", "")}<span>{words::day_unread(&typed)}</span></p> }
    });
    let options = day
        .channels
        .iter()
        .map(|channel| (channel.as_str().to_owned(), words::channel(*channel).to_owned()))
        .collect::<Vec<_>>();
    let none = options.is_empty();
    let silent = day.silent.then(|| {
        view! { <p class="banner" data-state="others">{icon("info", "")}<span>"这个渠道现在没有可以读的账单。当天的账单第二天上午 10 点以后才有；过了这个时间还没有，请到商家平台核对。"</span></p> }
    });
    view! {
        <div class="dash__b stack stack--4">
            <p><a href=PAGE rel="external">{icon("left", "s")}"回到费用"</a></p>
            {none.then(|| view! { <div class="empty"><p><b>"没有网上缴费的渠道"</b></p><p class="meta">"系统管理员在配置里加了渠道，才有账可对。"</p></div> })}
            {(!none).then(|| view! {
                <form method="get" action="/office/money/day" class="toolbar">
                    <SelectField name="channel" label="渠道" options=options.clone() value=chosen.clone()/>
                    <TextField name="day" label="哪一天" hint="如 2026-11-21" value=if unread.is_some() { typed.clone() } else { day.day.clone() } class="w-12 num" maxlength=20/>
                    <button class="btn" type="submit">"对账"</button>
                </form>
            })}
            {unread}
            {silent}
            {day.found.as_ref().map(found)}
            {(!none).then(|| nights(&day.nights))}
        </div>
    }
    .into_any()
}

/// What the nights found: a line per day and channel, with the way to its differences.
fn nights(nights: &[Reconciliation]) -> AnyView {
    if nights.is_empty() {
        return view! { <p class="meta">"每天上午 10 点以后，系统自动取前一天的账单来对。结果会列在这里。"</p> }
            .into_any();
    }
    let rows = nights
        .iter()
        .map(|one| {
            let href = format!("/office/money/day?channel={}&day={}", one.channel.as_str(), one.day);
            let (tone, text) = match one.differences.len() {
                0 => (Tone::Done, "一致".to_owned()),
                count => (Tone::Me, format!("{count} 笔不一致")),
            };
            view! {
                <tr>
                    <th scope="row"><a href=href>{format!("{} {}", one.day, words::channel(one.channel))}</a></th>
                    <td data-label="一致的" class="r">{format!("{} 笔", one.agreed)}</td>
                    <td data-label="金额（元）" class="r">{one.sum.yuan()}</td>
                    <td data-label="结果"><StateBadge tone text/></td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section aria-labelledby="nights-title">
            <h2 id="nights-title">"最近几天自动对的"</h2>
            <div class="tablewrap" role="region" tabindex="0" aria-label="自动对账的表格">
                <table class="table table--blocks">
                    <thead><tr>{heads(&["哪一天", "一致的", "金额（元）", "结果"])}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn found(found: &Reconciliation) -> AnyView {
    let rows = found
        .differences
        .iter()
        .map(|difference| {
            let (what, next) = words::difference(difference);
            view! { <li><span><b class="num">{what}</b><br/><span class="meta">{next}</span></span></li> }.into_any()
        })
        .collect_view();
    let fine = found
        .differences
        .is_empty()
        .then(|| view! { <p class="banner" data-state="done">{icon("ok", "")}<b>"账目一致"</b></p> });
    view! {
        <section aria-labelledby="found-title" class="stack stack--3">
            <h2 id="found-title">{format!("{} {}", found.day, words::channel(found.channel))}</h2>
            <p>{format!("一致的 {} 笔，共 {} 元；不一致的 {} 笔。", found.agreed, found.sum.yuan(), found.differences.len())}</p>
            {fine}
            {(!found.differences.is_empty()).then(|| view! { <ul class="tasks tasks--plain">{rows}</ul> })}
        </section>
    }
    .into_any()
}
