//! 消息 at the desk: what the office is told, how the ways do, the log of sending, sending again.

pub mod endpoints;
pub mod notice;
pub mod templates;

use super::keys;
use super::parts::{summary, with_query};
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::ui::{SelectField, StateBadge, icon};
use crate::wording::messages::{pages as words, templates as letters};
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::message::{DeliveryState, Way};
use domain::page::messages::{DeliveryLine, DeskMessages, InboxLine, WayHealth};
use domain::time::{Timestamp, chinese_moment};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// The page, and which ways this installation has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// What the records say.
    pub desk: DeskMessages,
    /// Whether mail is sent from here.
    pub mail: bool,
    /// Whether text messages are sent from here.
    pub sms: bool,
}

impl Shown {
    /// Whether this installation sends on that way.
    fn is_open(&self, way: Way) -> bool {
        match way {
            Way::Mail => self.mail,
            Way::Sms => self.sms,
            Way::Webhook => true,
        }
    }
}

/// The log that the address asks for.
#[server(name = FetchDeskMessages, endpoint = "office/messages")]
pub async fn desk(
    #[server(default)] plan: String,
    #[server(default)] way: String,
    #[server(default)] state: String,
) -> Result<Shown, Failure> {
    let open = use_context::<crate::signed_in::ssr::PostWays>().unwrap_or_default().open;
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let (plan, way, state) = (plan.parse().ok(), Way::parse(&way), DeliveryState::parse(&state));
    let desk =
        records::messages::desk(&records, &member, plan, way, state).await.map_err(crate::failure::from_records)?;
    Ok(Shown { desk, mail: open.mail, sms: open.sms })
}

/// Sends again, or notes that the office has read what it was told: `act` says which.
#[server(name = DeskMessageAct, endpoint = "office/message-act")]
pub async fn act(act: String, #[server(default)] id: String) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let done = match act.as_str() {
        "again" => records::messages::again(&records, &member, &id).await,
        "read" => records::messages::own_read(&records, &member).await,
        _ => Err(records::Error::NotFound),
    };
    let out = done.map_err(crate::failure::from_records);
    let next = if act == "again" {
        with_query(paths::OFFICE_MESSAGES, "done", "again")
    } else {
        paths::OFFICE_MESSAGES.into()
    };
    crate::again::ssr::settle(out, |()| next, paths::OFFICE_MESSAGES, Vec::new())
}

/// 消息.
#[component]
pub fn MessagesPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        let get = |key: &str| query.get(key).unwrap_or_default();
        [get("plan"), get("way"), get("state"), get("done")]
    });
    let asked = Resource::new(move || asks.get(), |[plan, way, state, _]| desk(plan, way, state));
    view! {
        <Title text="消息 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"消息"</h1>{super::plans::around::tabs("messages")}<span class="grow"></span>{keys::help_button()}</header>
            {once_there(asked, move |shown, again| body(shown, &asks.get_untracked(), again))}
        </main>
    }
}

/// The pages around messages, for who manages.
pub(super) fn tabs(here: &'static str) -> AnyView {
    let tab = |to: &'static str, word: &'static str| {
        view! { <a href=to aria-current=(to == here).then_some("page")>{word}</a> }.into_any()
    };
    view! {
        <nav class="tabs" aria-label="消息">
            {tab(paths::OFFICE_MESSAGES, "发送记录")}
            {tab(notice::PAGE, "写通知")}
            {tab(templates::PAGE, "模板")}
            {tab(endpoints::PAGE, "接口推送")}
        </nav>
    }
    .into_any()
}

fn body(shown: &Shown, [plan, way, state, done]: &[String; 4], again: Option<&Again>) -> AnyView {
    let desk = &shown.desk;
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    let news = (done == "again").then(|| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>"已排到最前面，马上重发。"</span></p> }
    });
    let closed = match (shown.mail, shown.sms) {
        (true, true) => None,
        (false, false) => Some("本站没有开通邮件和短信：消息只在考生登录后的“我的消息”里。"),
        (true, false) => Some("本站没有开通短信，消息由邮件和“我的消息”送达。"),
        (false, true) => Some("本站没有开通邮件，消息由短信和“我的消息”送达。"),
    };
    let closed = closed.map(|text| view! { <p class="banner" data-state="others">{icon("info", "")}<span>{text}"要开通，请找系统管理员。"</span></p> });
    let waits = desk.ways.iter().filter(|one| !shown.is_open(one.way) && one.waiting > 0).map(|one| {
        view! { <p class="banner" data-state="others">{icon("info", "")}<span>{words::closed_waiting(one.way, one.waiting)}</span></p> }
    });
    let waits = waits.collect_view();
    let all = |first: &str| vec![(String::new(), first.to_owned())];
    let mut plans = all("全部计划");
    plans.extend(desk.plans.iter().map(|(id, title)| (id.to_string(), title.clone())));
    let mut ways = all("全部渠道");
    ways.extend(Way::ALL.map(|way| (way.as_str().to_owned(), words::way(way).to_owned())));
    let mut states = all("全部状态");
    states.extend(DeliveryState::ALL.map(|state| (state.as_str().to_owned(), words::state(state).to_owned())));
    let health = desk.ways.iter().map(|one| health(one, shown, desk.now)).collect_view();
    view! {
        <div class="dash__b stack stack--5">
            {refused}
            {news}
            {desk.may_manage.then(|| tabs(paths::OFFICE_MESSAGES))}
            {own(desk)}
            {closed}
            {waits}
            <section aria-labelledby="ways-title" class="stack stack--2">
                <h2 id="ways-title">"渠道"</h2>
                <div class="tablewrap" role="region" tabindex="0" aria-label="渠道的表格"><table class="table table--blocks">
                    <thead><tr><th scope="col">"渠道"</th><th scope="col">"状态"</th><th scope="col" class="r">"24 小时内送出"</th><th scope="col" class="r">"没有送达"</th><th scope="col" class="r">"等待"</th><th scope="col">"最近送出"</th><th scope="col">"最近失败的原因"</th></tr></thead>
                    <tbody>{health}</tbody>
                </table></div>
            </section>
            <section aria-labelledby="log-title" class="stack stack--3">
                <h2 id="log-title">"发送记录"</h2>
                <form method="get" action=paths::OFFICE_MESSAGES class="toolbar">
                    <SelectField name="plan" label="计划" options=plans value=plan.clone()/>
                    <SelectField name="way" label="渠道" options=ways value=way.clone()/>
                    <SelectField name="state" label="状态" options=states value=state.clone()/>
                    <button class="btn btn--quiet" type="submit">{icon("filter", "")}<span>"筛选"</span></button>
                </form>
                {log(shown)}
            </section>
            {notices(desk)}
        </div>
    }
    .into_any()
}

fn own(desk: &DeskMessages) -> Option<AnyView> {
    if desk.own.is_empty() {
        return None;
    }
    let unread = desk.own.iter().filter(|one| !one.read).count();
    let line = |one: &InboxLine| {
        let written = letters::write(&one.letter, None);
        let at = chinese_moment(one.letter.at, desk.now.day());
        let badge = (!one.read).then(|| view! { <StateBadge tone=Tone::Me text="未读" symbol="bell"/> });
        view! {
            <li class="row between">
                <span><a href=letters::path(&one.letter) rel="external">{written.subject}</a>" "{badge}</span>
                <span class="meta num">{at}</span>
            </li>
        }
        .into_any()
    };
    let lines = desk.own.iter().map(line).collect_view();
    let read = (unread > 0 && desk.may_manage).then(|| {
        view! {
            <form method="post" action=DeskMessageAct::PATH>
                <input type="hidden" name="act" value="read"/>
                <button class="btn btn--quiet btn--small">"全部标为已读"</button>
            </form>
        }
    });
    Some(
        view! {
            <section class="panel" aria-labelledby="own-title">
                <div class="panel__h"><h2 id="own-title">"给本机构的提醒"</h2>{read}</div>
                <div class="panel__b"><ul class="stack stack--2">{lines}</ul></div>
            </section>
        }
        .into_any(),
    )
}

fn health(one: &WayHealth, shown: &Shown, now: Timestamp) -> AnyView {
    let (tone, word) = match (shown.is_open(one.way), one.given_up) {
        (false, _) => (Tone::Expired, "没有开通"),
        (true, 0) => (Tone::Done, "正常"),
        (true, _) => (Tone::Refused, "有没送达的"),
    };
    let last = one.last_sent.map_or_else(|| "—".to_owned(), |at| chinese_moment(at, now.day()));
    let log = format!("{}?way={}", paths::OFFICE_MESSAGES, one.way.as_str());
    view! {
        <tr>
            <th scope="row" class="acts"><a href=log>{words::way(one.way)}</a></th>
            <td data-label="状态"><StateBadge tone=tone text=word/></td>
            <td data-label="24 小时内送出" class="r num">{one.sent}</td>
            <td data-label="没有送达" class="r num">{one.given_up}</td>
            <td data-label="等待" class="r num">{one.waiting}</td>
            <td data-label="最近送出" class="num">{last}</td>
            <td data-label="最近失败的原因">{words::reason(&one.last_reason)}</td>
        </tr>
    }
    .into_any()
}

fn tone(state: DeliveryState) -> Tone {
    match state {
        DeliveryState::Planned | DeliveryState::Sending => Tone::Others,
        DeliveryState::Sent => Tone::Done,
        DeliveryState::Failed => Tone::Me,
        DeliveryState::GivenUp => Tone::Refused,
    }
}

fn log(shown: &Shown) -> AnyView {
    let desk = &shown.desk;
    if desk.lines.is_empty() {
        return view! { <div class="empty"><p><b>"没有发送记录"</b></p><p class="meta">"经邮件、短信或接口推送送出的消息会列在这里，不含姓名和地址。"</p></div> }.into_any();
    }
    let row = |one: &DeliveryLine| {
        let failed = matches!(one.state, DeliveryState::Failed | DeliveryState::GivenUp);
        // A way that is closed sends nothing, whoever asks.
        let again = (desk.may_manage && failed && shown.is_open(one.way)).then(|| {
            view! {
                <form method="post" action=DeskMessageAct::PATH>
                    <input type="hidden" name="act" value="again"/>
                    <input type="hidden" name="id" value=one.id.clone()/>
                    <button class="btn btn--quiet btn--small">"重发"</button>
                </form>
            }
        });
        let number = match one.application {
            Some(id) => view! { <a href=paths::case(id) rel="external">{one.number.clone()}</a> }.into_any(),
            None => one.number.clone().into_any(),
        };
        let waiting = matches!(one.state, DeliveryState::Planned | DeliveryState::Failed);
        let (tone, state) = match (shown.is_open(one.way), one.state) {
            (false, _) if waiting => (Tone::Expired, "渠道没有开通"),
            (_, DeliveryState::GivenUp) if one.reason == "over" => (Tone::Done, "不用再发"),
            (_, state) => (tone(state), words::state(state)),
        };
        let reason = if failed { words::reason(&one.reason) } else { String::new() };
        let tries = if one.attempts > 0 { format!("　失败 {} 次", one.attempts) } else { String::new() };
        view! {
            <tr>
                <th scope="row">{letters::label(one.kind)}</th>
                <td data-label="计划">{one.plan_title.clone()}</td>
                <td data-label="报名号" class="num">{number}</td>
                <td data-label="渠道">{words::way(one.way)}</td>
                <td data-label="状态"><StateBadge tone=tone text=state/></td>
                <td data-label="时间" class="num">{chinese_moment(one.moment, desk.now.day())}</td>
                <td data-label="原因">{reason}{tries}</td>
                <td class="acts">{again}</td>
            </tr>
        }
        .into_any()
    };
    let rows = desk.lines.iter().map(row).collect_view();
    view! {
        <div class="tablewrap" role="region" tabindex="0" aria-label="发送记录的表格"><table class="table table--blocks">
            <thead><tr><th scope="col">"消息"</th><th scope="col">"计划"</th><th scope="col">"报名号"</th><th scope="col">"渠道"</th><th scope="col">"状态"</th><th scope="col">"时间"</th><th scope="col">"原因"</th><th scope="col"><span class="vh">"操作"</span></th></tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
    .into_any()
}

fn notices(desk: &DeskMessages) -> Option<AnyView> {
    if desk.notices.is_empty() {
        return None;
    }
    let rows = desk
        .notices
        .iter()
        .map(|one| {
            view! {
                <tr>
                    <th scope="row">{one.subject.clone()}</th>
                    <td data-label="计划">{one.plan_title.clone()}</td>
                    <td data-label="发给">{words::audience(one.audience)}</td>
                    <td data-label="人数" class="r num">{one.people}</td>
                    <td data-label="谁发的">{one.by.clone()}</td>
                    <td data-label="时间" class="num">{chinese_moment(one.at, desk.now.day())}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    Some(
        view! {
            <section aria-labelledby="notices-title" class="stack stack--2">
                <h2 id="notices-title">"发过的通知"</h2>
                <div class="tablewrap" role="region" tabindex="0" aria-label="通知的表格"><table class="table table--blocks">
                    <thead><tr><th scope="col">"标题"</th><th scope="col">"计划"</th><th scope="col">"发给"</th><th scope="col" class="r">"人数"</th><th scope="col">"谁发的"</th><th scope="col">"时间"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </section>
        }
        .into_any(),
    )
}
