//! 我的报名: what I must do first, what others are doing, what has ended.

use super::countdown::countdown;
use super::path::path;
use crate::applicant::wizard::{unreachable_page, waiting};
use crate::ui::{StateBadge, icon};
use crate::wording::mine as words;
use crate::{Failure, paths};
use domain::application::progress::{Act, Tone};
use domain::ids::AccountId;
use domain::page::mine::{Mine, MyApplication};
use domain::time::Timestamp;
use leptos::prelude::*;
use leptos_meta::Title;

/// All applications of the signed-in candidate, and whose they are.
#[server(name = FetchMine, endpoint = "my/list")]
pub async fn mine() -> Result<(AccountId, Mine), Failure> {
    let (records, account) = crate::signed_in::ssr::applicant().await?;
    let mine = records::applications::mine(&records, account).await.map_err(crate::failure::from_records)?;
    Ok((account, mine))
}

/// The list.
#[component]
pub fn MinePage() -> impl IntoView {
    let kept = Resource::new(|| (), |()| mine());
    let around = crate::applicant::frame::use_around();
    view! {
        <div class="wrap page">
            <Title text="我的报名"/>
            <Transition fallback=waiting>
                {move || Suspend::new(async move {
                    let unread = around.await.unread;
                    match kept.await {
                        Ok((account, mine)) => {
                            list(mine, unread, crate::part::follow::follow(vec![format!("account:{account}")]))
                        }
                        Err(failure) => unreachable_page(failure, paths::MINE),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn list(mine: Mine, unread: u64, live: AnyView) -> AnyView {
    let now = mine.now;
    let table = super::table::table(&mine.applications);
    let (to_do, rest): (Vec<_>, Vec<_>) = mine.applications.into_iter().partition(words::waits_for_applicant);
    let (going, ended): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|one| matches!(one.progress.tone, Tone::Others | Tone::Done));
    let nothing = to_do.is_empty() && going.is_empty() && ended.is_empty();
    // What stands in the table with all its facts is not told twice.
    let (going, ended): (Vec<_>, Vec<_>) = (
        going.into_iter().filter(|one| !one.has_payment).collect(),
        ended.into_iter().filter(|one| !one.has_payment).collect(),
    );
    let title = words::to_do_title(to_do.len());
    let cards = to_do.iter().enumerate().map(|(at, one)| card(at + 1, one, now)).collect_view();
    let going = (!going.is_empty()).then(|| {
        let count = going.len();
        let all = going.iter().map(|one| line(one, now)).collect_view();
        view! {
            <section aria-labelledby="going">
                <h2 class="ruled" id="going">{format!("正在办理（{count}）")}</h2>
                {all}
            </section>
        }
    });
    let ended = (!ended.is_empty()).then(|| {
        let count = ended.len();
        let all = ended.iter().map(|one| ended_line(one, now)).collect_view();
        view! {
            <section aria-labelledby="ended">
                <h2 class="ruled" id="ended">{format!("已结束（{count}）")}</h2>
                <ul class="tasks tasks--plain">{all}</ul>
            </section>
        }
    });
    let nothing = nothing.then(|| {
        view! {
            <div class="empty">
                {icon("inbox", "")}
                <p><b>"还没有报过名"</b></p>
                <p class="meta">"先找一场考试，看看自己符合哪一级。"</p>
                <a class="btn" href=paths::HOME>"查考试计划"</a>
            </div>
        }
    });
    view! {
        <div class="row between">
            <h1 data-swap="title">{title}</h1>
            {live}
        </div>
        <p class="mt-2 row" data-swap="messages">
            <a class="row row--tight" href=paths::MESSAGES>
                {icon("bell", "s")}<span>"我的消息"</span>
                {(unread > 0).then(|| view! { <span class="dot"><span>{unread}</span><span class="vh">" 条未读"</span></span> })}
            </a>
            <a class="row row--tight" href=paths::MY_CERTIFICATES>{icon("cert", "s")}<span>"我的证书"</span></a>
        </p>
        <div class="stack stack--6 mt-4" data-swap="list">
            {cards}
            {table}
            {going}
            {ended}
            {nothing}
        </div>
    }
    .into_any()
}

fn name_of(one: &MyApplication) -> String {
    format!("{} {}", one.trade, one.level)
}

fn card(number: usize, one: &MyApplication, now: Timestamp) -> AnyView {
    let (asked, button) = words::to_do(one);
    let href = if one.due.is_some() {
        if one.pays_here { paths::pay(one.id) } else { paths::my_case(one.id) }
    } else if one.progress.acts.contains(&Act::Correct) {
        paths::my_case(one.id)
    } else {
        paths::go_on(one.id)
    };
    let heading = format!("todo-{number}");
    let of = format!("{heading}-of");
    let name = format!("{heading} {of}");
    // In a line no clock runs against anybody.
    let waits = one.place.as_ref().is_some_and(|place| place.state == domain::places::PlaceState::Waiting);
    let until = one.progress.until.filter(|_| !waits);
    view! {
        <section class="todo" data-state="me" aria-labelledby=name>
            <p class="todo__h">
                <span>{icon("me", "s")}<span>{format!("第 {number} 件　{}", if one.due.is_some() { "缴费".to_owned() } else { words::badge(&one.progress) })}</span></span>
                <span class="num">{until.map(|until| words::deadline(until, now))}</span>
            </p>
            <div class="todo__b">
                <div class="stack stack--2">
                    <h2 id=heading>{asked}</h2>
                    <p class="soft">
                        <a id=of href=paths::my_case(one.id)>{name_of(one)}</a>
                        <span>{format!("　{}", one.agency_name)}</span>
                    </p>
                    {crate::applicant::places::beside(one, now)}
                    {until.map(|until| countdown(until, now))}
                    {(!waits && !words::otherwise(one).is_empty()).then(|| view! { <p class="meta">{words::otherwise(one)}</p> })}
                    {one.due.and_then(|_| downloads(one))}
                </div>
                <a class=if number == 1 { "btn btn--big" } else { "btn btn--big btn--quiet" } href=href>
                    <span>{button}</span>
                    {icon("arrow", "")}
                </a>
            </div>
        </section>
    }
    .into_any()
}

fn line(one: &MyApplication, now: Timestamp) -> AnyView {
    view! {
        <article class="app">
            <div class="row between">
                <h3><a href=paths::my_case(one.id)>{name_of(one)}</a></h3>
                <StateBadge tone=one.progress.tone text=words::badge(&one.progress)/>
            </div>
            <p class="meta">
                <span>{one.agency_name.clone()}</span>
                <span class="num">{format!("　报名号 {}", one.number)}</span>
            </p>
            {path(one.progress.tone, false, false, Default::default())}
            <p class="meta">{words::standing(one, now)}</p>
            {downloads(one)}
        </article>
    }
    .into_any()
}

/// Forms and tickets that are there now.
fn downloads(one: &MyApplication) -> Option<AnyView> {
    let links: Vec<AnyView> = one
        .prints
        .iter()
        .map(|print| {
            let href = paths::my_print(one.id, print.what);
            view! { <a href=href rel="external">{format!("下载{}", print.title)}</a> }.into_any()
        })
        .collect();
    (!links.is_empty()).then(|| view! { <p class="row row--tight">{links}</p> }.into_any())
}

fn ended_line(one: &MyApplication, now: Timestamp) -> AnyView {
    view! {
        <li>
            <span>
                <a href=paths::my_case(one.id)>{name_of(one)}</a>
                <br/>
                <span class="meta">{words::standing(one, now)}</span>
            </span>
            <StateBadge tone=one.progress.tone text=words::badge(&one.progress)/>
        </li>
    }
    .into_any()
}
