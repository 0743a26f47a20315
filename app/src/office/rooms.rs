//! 考场与准考证 of one plan: rooms and sessions, arranging, the seat map, staff, tickets.

mod acts;
mod arrange;
mod lists;
mod map;
mod watch;

pub use acts::{
    AnswerSeatRequest, ArrangeSeats, DropRoom, DropSession, FetchRooms, GrantAdjustment, HandSeat, KeepRoute,
    PostKeeper, PublishTickets, RelieveKeeper, SaveRoom, SaveSession,
};

use super::keys;
use super::parts::summary;
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::paths;
use crate::ui::icon;
use crate::wording::rooms as words;
use domain::page::rooms::RoomsPage as Shown;
use leptos::prelude::*;
use leptos_meta::Title;

/// What the address asks for beside the plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Asks {
    plan: String,
    session: String,
    room: String,
    /// The room or session that is open to be changed.
    edit: String,
    /// To whom an adjustment is about to be granted.
    give: String,
    done: Option<String>,
}

/// 考场与准考证.
#[component]
pub fn RoomsPage() -> impl IntoView {
    let (params, query) = (crate::ui::params_map(), crate::ui::query_map());
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        let text = |key: &str| query.get(key).unwrap_or_default();
        let number = |key: &str| query.get(key).and_then(|text| text.parse::<u32>().ok());
        let done = match (number("seated"), number("tickets")) {
            (Some(seated), _) => Some(words::arranged(seated, number("unplaced").unwrap_or(0))),
            (_, Some(0)) => Some("准考证没有要补发的，都是最新的。".to_owned()),
            (_, Some(tickets)) => Some(format!("发了 {tickets} 张准考证，考生已经能看到。")),
            _ => said(&text("done")).map(|done| match number("renewed") {
                None | Some(0) => done.to_owned(),
                Some(renewed) => format!("{done}{}", words::renewed(renewed)),
            }),
        };
        Asks {
            plan: params.read().get("id").unwrap_or_default(),
            session: text("session"),
            room: text("room"),
            edit: text("edit"),
            give: text("give").chars().take(60).collect(),
            done,
        }
    });
    let asked =
        Resource::new(move || asks.get(), |asks| async move { acts::page(asks.plan, asks.session, asks.room).await });
    view! {
        <Title text="考场与准考证 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"考场与准考证"</h1>{super::plans::around::tabs("rooms")}<span class="grow"></span>{keys::help_button()}</header>
            {once_there(asked, move |shown, again| page(shown, &asks.get_untracked(), again))}
        </main>
    }
}

/// What was done, from the short word in the address.
fn said(done: &str) -> Option<&'static str> {
    Some(match done {
        "room" => "考场已保存。",
        "session" => "场次已保存。",
        "dropped" => "已删除。",
        "route" => "怎么去已保存，会印在准考证上。",
        "seat" => "座位已改。",
        "fixed" => "座位已固定，重排也不动。",
        "loosened" => "已取消固定，重排时可以换。",
        "granted" => "合理便利已保存，编排时会先照顾。",
        "ungranted" => "合理便利已取消。",
        "keeper" => "监考和考评安排已保存。",
        "answered" => "申请已答复，考生已经看到。",
        _ => return None,
    })
}

fn page(shown: &Shown, asks: &Asks, again: Option<&Again>) -> AnyView {
    let done = asks.done.clone().filter(|_| again.is_none());
    let told = done.map(|done| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{done}</span></p> }
    });
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    let furnished = !shown.rooms.is_empty() && !shown.sessions.is_empty();
    let lists = view! {
        {lists::sessions(shown, asks, again)}
        {lists::rooms(shown, asks, again)}
    }
    .into_any();
    let seats = view! {
        {arrange::section(shown, again)}
        {map::section(shown, again)}
        {watch::section(shown, again)}
    }
    .into_any();
    // What comes next stands first.
    let (first, second) = if furnished { (seats, lists) } else { (lists, seats) };
    view! {
        <div class="dash__b stack stack--5">
            <div class="row between">
                <nav class="crumb" aria-label="位置">
                    <a href=format!("/office/plans/{}", shown.plan) rel="external">{icon("left", "s")}{shown.title.clone()}</a>
                </nav>
                <a class="btn btn--quiet" href=paths::office_day(shown.plan) rel="external">{icon("users", "")}<span>"考试日签到"</span></a>
            </div>
            {told}
            {refused}
            {first}
            {second}
            {arrange::requests(shown, again)}
            {arrange::adjustments(shown, &asks.give, again)}
        </div>
    }
    .into_any()
}

/// What was typed into the form `form` under `key`, when it came back; else `kept`.
fn typed(again: Option<&Again>, form: &str, key: &str, kept: &str) -> String {
    match again.filter(|again| again.typed("form") == form) {
        Some(again) => again.typed(key).to_owned(),
        None => kept.to_owned(),
    }
}

/// `1月17日 周日 9:00–10:30`
pub(super) fn span(session: &domain::seating::Session, now: domain::time::Timestamp) -> String {
    use chrono::Timelike;
    let (from, to) = (session.from.in_shanghai(), session.to.in_shanghai());
    let day = domain::time::chinese_date(session.from.day(), now.day());
    format!("{day} {}:{:02}–{}:{:02}", from.hour(), from.minute(), to.hour(), to.minute())
}
