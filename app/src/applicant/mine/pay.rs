//! Paying a fee: how much, until when, by what, and the code to scan. Plain forms; the page follows what happens.

use super::countdown::countdown;
use crate::again::use_again;
use crate::applicant::wizard::{failure_summary, unreachable_page, waiting};
use crate::part::follow::follow;
use crate::ui::{StateBadge, icon};
use crate::wording::money as words;
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::ids::ApplicationId;
use domain::page::money::{MyOrder, PayPage};
use domain::payment::{Attempt, Channel, Device, OrderState};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

/// The page of payment, with the code of the channel that the address names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayShown {
    /// Order and channels.
    pub page: PayPage,
    /// The chosen channel.
    pub by: Option<Channel>,
    /// What its code says, as an SVG path, with the modules per side.
    pub code: Option<(String, String, u32)>,
    /// What is opened instead of scanned; inside 微信 what its window of payment is called with.
    pub link: Option<(Attempt, String)>,
    /// What this browser is.
    pub device: Device,
    /// Whether somebody inside 微信 pays in its own window.
    pub inside_wechat: bool,
}

/// The fee of an application, and the ways to pay it from this device.
#[server(name = FetchPayPage, endpoint = "my/pay")]
pub async fn pay_page(
    /// The application.
    id: ApplicationId,
    /// The channel that was chosen.
    #[server(default)]
    by: String,
    /// The kind of payment, where nothing is scanned.
    #[server(default)]
    way: String,
) -> Result<PayShown, Failure> {
    let (records, account) = crate::signed_in::ssr::applicant().await?;
    let ours = use_context::<crate::signed_in::ssr::PayChannels>().unwrap_or_default();
    let device = use_context::<http::request::Parts>()
        .and_then(|parts| Some(Device::of(parts.headers.get(http::header::USER_AGENT)?.to_str().ok()?)));
    let device = device.unwrap_or(Device::Desktop);
    let mut page = records::payments::pay_page(&records, account, id, &ours.offered)
        .await
        .map_err(crate::failure::from_records)?;
    // What fits this browser comes first; the others keep their order.
    page.channels.sort_by_key(|(channel, _)| !device.prefers(*channel));
    let by = Channel::parse(&by).filter(|by| page.channels.iter().any(|(channel, _)| channel == by));
    let said = page.channels.iter().find(|(channel, _)| Some(*channel) == by).and_then(|(_, code)| code.clone());
    let way = Attempt::parse(&way);
    let link = page.links.iter().find(|(channel, attempt, _)| Some(*channel) == by && Some(*attempt) == way);
    let link = link.map(|(_, attempt, url)| (*attempt, url.clone()));
    // Twenty digits are typed, not scanned.
    let said = said.filter(|_| link.is_none() && by != Some(Channel::Fiscal));
    let code = said.and_then(|said| crate::applicant::wizard::qr(&said).map(|(path, size)| (said, path, size)));
    Ok(PayShown { page, by, code, link, device, inside_wechat: ours.inside_wechat })
}

/// 缴费.
#[component]
pub fn PaymentPage() -> impl IntoView {
    let (params, query) = (crate::ui::params_map(), crate::ui::query_map());
    let id = crate::ui::memo(move |_| params.read().get("id").and_then(|id| id.parse::<ApplicationId>().ok()));
    let by = crate::ui::memo(move |_| {
        let query = query.read();
        (query.get("by").unwrap_or_default(), query.get("way").unwrap_or_default())
    });
    let again = use_again();
    let nonce = StoredValue::new(use_nonce().map(|nonce| nonce.to_string()));
    let kept = Resource::new(
        move || (id.get(), by.get()),
        |(id, (by, way))| async move {
            match id {
                Some(id) => pay_page(id, by, way).await,
                None => Err(Failure::NotFound),
            }
        },
    );
    view! {
        <div class="wrap page page--tight">
            <Transition fallback=waiting>
                {move || Suspend::new(async move {
                    let again = again.await;
                    match kept.await {
                        Ok(shown) => {
                            let refused = again.map(|again| failure_summary(&again.failure, Vec::new()));
                            page(&shown, refused, nonce.get_value())
                        }
                        Err(failure) => {
                            let here = id.get_untracked().map_or_else(|| paths::MINE.to_owned(), paths::pay);
                            unreachable_page(failure, &here)
                        }
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn page(shown: &PayShown, refused: Option<AnyView>, nonce: Option<String>) -> AnyView {
    let page = &shown.page;
    let open = page.order.as_ref().filter(|order| order.state.is_open());
    let over = open.and_then(|order| order.until).is_some_and(|until| page.gives_up && page.now > until);
    let body = match open {
        Some(order) if !over => to_pay(shown, order),
        _ => view! {
            <p class="row">
                {page.order.as_ref().and_then(|order| receipt(page.id, order))}
                <a class="btn btn--quiet" href=paths::my_case(page.id)>"回到这份报名"</a>
            </p>
        }
        .into_any(),
    };
    let badge = page.order.as_ref().map(|order| {
        let state = if over { OrderState::Expired } else { order.state };
        view! { <StateBadge tone=tone(state) text=words::state(state).to_owned()/> }
    });
    let lead = match (&page.order, over) {
        (Some(order), true) => {
            let order = MyOrder { state: OrderState::Expired, ..order.clone() };
            words::lead(&PayPage { order: Some(order), ..page.clone() })
        }
        _ => words::lead(page),
    };
    view! {
        <Title text="缴费"/>
        {window_script(shown, nonce)}
        <nav class="crumb" aria-label="位置">
            <a href=paths::my_case(page.id)>{icon("left", "s")}{page.trade.clone()}</a>
            {follow(vec![format!("application:{}", page.id)])}
        </nav>
        {refused}
        <div class="stack stack--5" data-swap="case">
            <div class="row between"><h1>"缴费"</h1>{badge}</div>
            <p class="lead">{lead}</p>
            <p class="meta">{page.plan_title.clone()}</p>
            {body}
        </div>
    }
    .into_any()
}

fn to_pay(shown: &PayShown, order: &MyOrder) -> AnyView {
    let page = &shown.page;
    let count = order.until.map(|until| countdown(until, page.now));
    let otherwise = words::otherwise(page).map(|text| view! { <p>{text}</p> });
    let facts = [("金额", format!("{} 元", order.amount.yuan())), ("缴费单号", order.number.clone())]
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd class="num">{value}</dd></div> })
        .collect_view();
    let choice = page
        .channels
        .iter()
        .map(|(channel, _)| {
            let chosen = Some(*channel) == shown.by && shown.code.is_some();
            // One button is the next step: what was opened has its own.
            let first = !chosen && shown.link.is_none() && shown.device.prefers(*channel);
            let class = if first { "btn btn--big" } else { "btn btn--quiet" };
            if shown.device.attempt(*channel, shown.inside_wechat) == Attempt::Inside {
                // A link: a form of ours may lead to ourselves alone, and this one leads to 微信 and back.
                let href = paths::pay_inside(page.id);
                return view! { <a class=class href=href rel="external nofollow">{words::INSIDE}</a> }.into_any();
            }
            let word = match (*channel, chosen) {
                (Channel::Fiscal, _) => "取",
                (_, true) => "重新打开",
                (_, false) => "用",
            };
            view! {
                <form method="post" action=paths::pay_by(page.id, channel.as_str())>
                    <button class=class type="submit">{format!("{word}{}", words::channel(*channel))}</button>
                </form>
            }
            .into_any()
        })
        .collect_view();
    let none = page.channels.is_empty().then(|| {
        view! { <p class="banner" data-state="others">{icon("info", "")}<span>{words::NO_CHANNEL}" "{page.contact.clone()}</span></p> }
    });
    let calendar = order.until.map(|_| {
        view! { <p><a href=paths::payment_calendar(page.id) rel="external">{icon("cal", "s")}"把截止时间加到手机日历"</a></p> }
    });
    view! {
        {count}
        {calendar}
        <dl class="kv">{facts}</dl>
        {otherwise}
        {none}
        {code(shown)}
        {opened(shown)}
        {treasury(shown)}
        <section aria-labelledby="ways" class="stack stack--3">
            {(!page.channels.is_empty()).then(|| view! { <h2 id="ways">"选一种缴费方式"</h2> })}
            <div class="row">{choice}</div>
            {(shown.device == Device::Desktop && page.channels.iter().any(|(channel, _)| *channel == Channel::Alipay))
                .then(|| otherwise_by(page.id, Channel::Alipay, Attempt::Page, words::BY_PAGE))}
        </section>
    }
    .into_any()
}

fn code(shown: &PayShown) -> Option<AnyView> {
    let (by, (said, path, size)) = (shown.by?, shown.code.clone()?);
    // Some codes are addresses that a phone opens by itself; others only the channel's own program reads.
    let link = said.starts_with("http").then(|| {
        view! { <a class="btn" href=said rel="external noreferrer" target="_blank">{format!("打开{}", words::channel(by))}</a> }
    });
    Some(
        view! {
            <section class="qrp" aria-label=format!("{}二维码", words::channel(by)) id="code">
                <div class="qr">
                    <svg viewBox=format!("0 0 {size} {size}") role="img" aria-label="付款二维码" shape-rendering="crispEdges">
                        <path d=path fill="#000"/>
                    </svg>
                </div>
                <div>
                    <p><b>{words::scan(by, shown.device)}</b></p>
                    <p class="meta">{words::AFTER_PAYING}</p>
                    {link}
                    <form method="post" action=paths::pay_by(shown.page.id, "check")>
                        <button class="btn btn--quiet" type="submit">"我已付款，查一下"</button>
                    </form>
                </div>
            </section>
        }
        .into_any(),
    )
}

/// 缴费凭证, where money came in.
pub(super) fn receipt(id: ApplicationId, order: &MyOrder) -> Option<AnyView> {
    order.paid_at?;
    Some(
        view! { <a class="btn btn--quiet" href=paths::receipt(id) rel="external">{icon("download", "")}<span>"缴费凭证 PDF"</span></a> }
            .into_any(),
    )
}

/// Another kind of payment than the one that fits the browser.
fn otherwise_by(id: ApplicationId, channel: Channel, attempt: Attempt, words: &'static str) -> AnyView {
    view! {
        <form method="post" action=paths::pay_by(id, channel.as_str())>
            <input type="hidden" name="way" value=attempt.as_str()/>
            <button class="btn btn--quiet" type="submit">{words}</button>
        </form>
    }
    .into_any()
}

/// Opens the window of payment inside 微信. It stands beside what follows changes, so that it runs once.
fn window_script(shown: &PayShown, nonce: Option<String>) -> Option<AnyView> {
    shown.link.as_ref().filter(|(attempt, _)| *attempt == Attempt::Inside)?;
    Some(view! { <script src="/wechat-pay.js" nonce=nonce defer></script> }.into_any())
}

/// Inside 微信: its window opens by itself. Where it does not come, the page says what else works.
fn inside(shown: &PayShown, call: String) -> AnyView {
    view! {
        <section class="panel panel__b stack stack--3" id="inside" data-call=call data-missing=words::INSIDE_MISSING
            data-failed=words::INSIDE_FAILED data-cancelled=words::INSIDE_CANCELLED data-opening=words::INSIDE_OPENING>
            <p><button class="btn btn--big btn--wide" type="button">{words::INSIDE_OPEN}</button></p>
            <p role="status">{words::INSIDE_OPENING}</p>
            <p class="meta">{words::AFTER_PAYING}</p>
            <div class="row">
                <form method="post" action=paths::pay_by(shown.page.id, "check")>
                    <button class="btn btn--quiet" type="submit">"我已付款，查一下"</button>
                </form>
                {otherwise_by(shown.page.id, Channel::Wechat, Attempt::Screen, words::BY_CODE)}
            </div>
        </section>
    }
    .into_any()
}

/// The channel's own page is one press away; inside 微信 its window.
fn opened(shown: &PayShown) -> Option<AnyView> {
    let (by, (attempt, link)) = (shown.by?, shown.link.clone()?);
    if attempt == Attempt::Inside {
        return Some(inside(shown, link));
    }
    Some(
        view! {
            <section class="panel panel__b stack stack--3" id="open">
                <p><a class="btn btn--big btn--wide" href=link rel="external noreferrer">{format!("打开{}付款", words::channel(by))}</a></p>
                <p class="meta">{words::AFTER_PAYING}</p>
                <form method="post" action=paths::pay_by(shown.page.id, "check")>
                    <button class="btn btn--quiet" type="submit">"我已付款，查一下"</button>
                </form>
            </section>
        }
        .into_any(),
    )
}

/// The code of the treasury, to be typed at a bank.
fn treasury(shown: &PayShown) -> Option<AnyView> {
    let (_, code) = shown.page.channels.iter().find(|(channel, _)| *channel == Channel::Fiscal)?;
    let code = code.clone()?;
    let groups: Vec<char> = code.chars().collect();
    let spaced = groups.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
    Some(
        view! {
            <section class="panel panel__b stack stack--3" aria-labelledby="fiscal" id="fiscal-code">
                <h2 id="fiscal">"财政缴款码"</h2>
                <p class="outcome__no"><b class="num">{spaced}</b></p>
                <p class="meta">{words::FISCAL_HOW}</p>
            </section>
        }
        .into_any(),
    )
}

fn tone(state: OrderState) -> Tone {
    match state {
        OrderState::Due | OrderState::Paying => Tone::Me,
        OrderState::Paid | OrderState::Waived | OrderState::Refunded | OrderState::PartlyRefunded => Tone::Done,
        OrderState::ByAgency | OrderState::Refunding => Tone::Others,
        OrderState::Expired | OrderState::Cancelled => Tone::Expired,
    }
}
