//! 成绩: a plan is chosen, its marks are imported or entered by two people, compared, locked, released and corrected.

mod acts;
mod entry;
mod import;
mod rechecks;

use super::keys;
use super::parts::summary;
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::ui::{SelectField, StateBadge, TextField, icon};
use crate::wording::scores as words;
use crate::{Failure, paths};
use acts::{LockScores, ReleaseScores, UnlockScores, desk};
use domain::application::progress::Tone;
use domain::page::scores::{ScoreBoard, ScoreDesk, ScoreRefusal, ScoreState};
use domain::refusal::Refusal;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// What the address asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Asks {
    plan: String,
    page: usize,
    /// Part of a name or of a number: only these people are shown.
    q: String,
    done: Option<String>,
}

/// 成绩.
#[component]
pub fn ScoresPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        let number = |key: &str| query.get(key).and_then(|text| text.parse::<u32>().ok());
        let done = match (number("taken"), number("entered"), query.get("done")) {
            (Some(rows), ..) => Some(words::taken(rows, number("left").unwrap_or(0))),
            (_, Some(changed), _) => Some(words::entered(changed, number("differ").unwrap_or(0))),
            (.., Some(done)) => said(&done).map(str::to_owned),
            _ => None,
        };
        let page = number("page").and_then(|page| usize::try_from(page).ok()).unwrap_or(1).max(1);
        let q = query.get("q").unwrap_or_default().trim().chars().take(60).collect();
        Asks { plan: query.get("plan").unwrap_or_default(), page, q, done }
    });
    let asked = Resource::new(move || asks.get().plan, desk);
    view! {
        <Title text="成绩 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"成绩"</h1>{super::plans::around::tabs("scores")}<span class="grow"></span>{keys::help_button()}</header>
            {once_there(asked, move |desk, again| page(desk, &asks.get_untracked(), again))}
        </main>
    }
}

/// What was done, from the short word in the address.
fn said(done: &str) -> Option<&'static str> {
    Some(match done {
        "kept" => "成绩表试过了，结果在下面。取用以前什么都没有改。",
        "mended" => "改过的格子重新试过了，结果在下面。",
        "dropped" => "上传的成绩表已经丢弃，成绩没有变。",
        "locked" => "成绩已锁定。",
        "unlocked" => "锁定已解除，可以接着录入。",
        "out" => "成绩已发布，考生现在就能看到自己的。",
        "released" => "发布时间已定。到时考生看到自己的成绩。",
        "corrected" => "成绩已更正，原来的留着。",
        "answered" => "复核已答复，考生已经看到。",
        _ => return None,
    })
}

/// Everything that a form of this page came back with, cell by cell where it is about cells.
fn refused(again: Option<&Again>) -> AnyView {
    match again.map(|again| &again.failure) {
        None => ().into_any(),
        Some(Failure::Refused(Refusal::Scores(ScoreRefusal::Cells(cells)))) => {
            let faults = cells
                .iter()
                .map(|(key, why)| (entry::id_of(key), words::mark_fault(*why).to_owned()))
                .collect::<Vec<_>>();
            view! { <crate::ui::ErrorSummary faults=faults/> }.into_any()
        }
        Some(failure) => summary(Signal::stored(Some(failure.clone()))),
    }
}

fn page(desk: &ScoreDesk, asks: &Asks, again: Option<&Again>) -> AnyView {
    let done = asks.done.clone().filter(|_| again.is_none());
    let told = done.map(|done| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{done}</span></p> }
    });
    let options = std::iter::once((String::new(), "请选择".to_owned()))
        .chain(desk.plans.iter().map(|(id, title, people)| (id.to_string(), format!("{title}（{people} 人）"))))
        .collect();
    let none = desk.plans.is_empty().then(|| {
        view! { <div class="empty"><p><b>"还没有可以录成绩的计划"</b></p><p class="meta">"有人审核通过以后，计划会出现在这里。"</p></div> }
    });
    view! {
        <div class="dash__b stack stack--4">
            {told}
            {refused(again)}
            {none}
            {(!desk.plans.is_empty()).then(|| view! {
                <form method="get" action=paths::SCORES class="toolbar">
                    <SelectField name="plan" label="计划" options=options value=asks.plan.clone()/>
                    <button class="btn btn--quiet" type="submit">"看这个计划"</button>
                </form>
            })}
            {desk.board.as_ref().map(|board| of_plan(desk, board, asks, again))}
        </div>
    }
    .into_any()
}

fn of_plan(desk: &ScoreDesk, board: &ScoreBoard, asks: &Asks, again: Option<&Again>) -> AnyView {
    let open = board.state == ScoreState::Open;
    let people = entry::People::of(board, asks.page, &asks.q);
    let rechecks = rechecks::section(board, &people, desk.now, again);
    view! {
        {standing(desk, board, again)}
        {open.then(|| import::section(board))}
        {entry::section(board, &people, again)}
        {rechecks}
    }
    .into_any()
}

/// The moment that the plan has for the public list of scores: candidates see their own from then on.
fn planned(desk: &ScoreDesk, board: &ScoreBoard) -> Option<AnyView> {
    let at = board.public_from.filter(|at| *at > desk.now)?;
    Some(
        view! {
            <form method="post" action=ReleaseScores::PATH>
                <input type="hidden" name="plan" value=board.plan.to_string()/>
                <input type="hidden" name="at" value=at.in_shanghai().format("%Y-%m-%d %H:%M").to_string()/>
                <p><button class="btn btn--quiet" type="submit">{words::release_as_planned(at, desk.now)}</button></p>
            </form>
        }
        .into_any(),
    )
}

/// Where the plan stands, and the one next step.
fn standing(desk: &ScoreDesk, board: &ScoreBoard, again: Option<&Again>) -> AnyView {
    let plan = board.plan.to_string();
    let tone = match board.state {
        ScoreState::Open => Tone::Me,
        ScoreState::Locked { .. } => Tone::Others,
        ScoreState::Released { .. } => Tone::Done,
    };
    let reason = again.map_or("", |again| again.typed("reason")).to_owned();
    let contradicted = (board.contradictions() > 0).then(|| {
        view! { <p class="banner" data-state="me">{icon("alert", "")}<span>{words::contradictions(board.contradictions())}</span></p> }
    });
    let next = match board.state {
        _ if !board.may_release => view! { <p class="meta">"锁定和发布由机构管理员来做。"</p> }.into_any(),
        ScoreState::Open => view! {
            <form method="post" action=LockScores::PATH class="stack stack--2">
                <input type="hidden" name="plan" value=plan/>
                <p class="meta">{words::LOCK_HINT}</p>
                {contradicted}
                <p><button class="btn" type="submit">{icon("lock", "")}<span>"锁定成绩"</span></button></p>
            </form>
        }
        .into_any(),
        ScoreState::Released { at } if at <= desk.now => ().into_any(),
        ScoreState::Locked { .. } | ScoreState::Released { .. } => view! {
            <form method="post" action=ReleaseScores::PATH class="stack stack--3">
                <input type="hidden" name="plan" value=plan.clone()/>
                <p class="meta">{words::RELEASE_HINT}</p>
                <TextField name="at" label="发布时间" hint="例如 2027-01-21 09:00。只写日期就是那天 0 点，空着就是现在" value=again.map_or("", |again| again.typed("at")).to_owned() class="w-20 num" maxlength=30 optional=true/>
                <p><button class="btn" type="submit">"发布成绩"</button></p>
            </form>
            {planned(desk, board)}
            <form method="post" action=UnlockScores::PATH class="stack stack--3">
                <input type="hidden" name="plan" value=plan/>
                <TextField name="reason" label="为什么解除锁定" value=reason maxlength=200/>
                <p><button class="btn btn--quiet" type="submit">"解除锁定，接着录入"</button></p>
            </form>
        }
        .into_any(),
    };
    view! {
        <section class="panel" aria-labelledby="standing-title">
            <div class="panel__h"><h2 id="standing-title">{board.title.clone()}</h2><StateBadge tone=tone text=words::state(board.state, desk.now)/></div>
            <div class="panel__b stack stack--3"><p>{words::progress(board)}</p>{next}</div>
        </section>
    }
    .into_any()
}
