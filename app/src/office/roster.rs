//! 名单: a sheet is uploaded and tried, columns and cells are mended in place, photos are joined, people are imported
//! while the page follows, and everything goes out again.

mod acts;
pub mod address;
mod class;
mod headings;
mod mapping;
mod mends;
mod outlet;
mod photos;
mod rows;

use super::parts::summary;
use crate::Failure;
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::ui::{StateBadge, icon};
use crate::wording::desk::stamp;
use crate::wording::photo as limits;
use crate::wording::rosters::{page as words, refusal};
use acts::{BeginRoster, DropRoster, PauseRoster, UndoRoster, desk};
use domain::application::progress::Tone;
use domain::page::roster::{RosterBoard, RosterDesk, RosterLine, RosterRefusal, RosterState, RosterTab};
use domain::refusal::Refusal;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use server_fn::ServerFn;

/// Seconds after which a page looks again while the server works.
const LOOK_AGAIN: &str = "2";

/// What the address asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Asks {
    plan: String,
    roster: String,
    tab: String,
    page: String,
    done: String,
}

/// 导入名单.
#[component]
pub fn RosterPage() -> impl IntoView {
    let (query, params) = (crate::ui::query_map(), crate::ui::params_map());
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        let get = |key: &str| query.get(key).unwrap_or_default();
        let plan = params.read().get("id").unwrap_or_default();
        Asks { plan, roster: get("roster"), tab: get("tab"), page: get("page"), done: get("done") }
    });
    let asked = Resource::new(move || asks.get(), |asks| desk(asks.plan, asks.roster, asks.tab, asks.page));
    view! {
        <Title text="导入名单 · 技考工作台"/>
        <main id="main">
            {once_there(asked, move |desk, again| page(desk, &asks.get_untracked(), again))}
        </main>
    }
}

fn page(desk: &RosterDesk, asks: &Asks, again: Option<&Again>) -> AnyView {
    let state = desk.board.as_ref().map(|board| board.line.state);
    // The address keeps its word while the page follows; once the work is over, the numbers say more.
    let is_over = match asks.done.as_str() {
        "begun" => state != Some(RosterState::Running),
        "undoing" => state != Some(RosterState::Undoing),
        _ => false,
    };
    let told = words::said(&asks.done).filter(|_| again.is_none() && !is_over).map(|done| {
        let (state, symbol) = if asks.done == "photos-some" { ("me", "alert") } else { ("done", "ok") };
        view! { <p class="banner" data-state=state role="status">{icon(symbol, "")}<span>{done}</span></p> }
    });
    let refused = again.map(|again| match &again.failure {
        // Nothing failed: a colleague was faster. It stays true while the page follows, and when the work is over.
        Failure::Refused(Refusal::Roster(why @ RosterRefusal::Imported { .. })) => {
            let sentence = refusal(why);
            view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{sentence}</span></p> }
                .into_any()
        }
        failure => summary(Signal::stored(Some(failure.clone()))),
    });
    let files = desk
        .board
        .as_ref()
        .map(|board| format!("{}　{} {} 上传", board.line.file_name, board.line.by, stamp(board.line.at, desk.now)));
    let body = if desk.collects {
        view! {
            {desk.board.as_ref().map(|board| opened(desk, board, again))}
            {upload(desk)}
            {others(desk)}
        }
        .into_any()
    } else {
        view! { <div class="empty"><p><b>"这个计划不收名单"</b></p><p class="meta">{words::NOT_COLLECTED}</p></div> }
            .into_any()
    };
    view! {
        <header class="deskhead">
            <h1>"导入名单"</h1>
            <a href=format!("/office/plans/{}", desk.plan)>{desk.title.clone()}</a>
            <span class="meta num">{desk.number.clone()}</span>
            {super::plans::around::tabs("roster")}
            <span class="grow"></span>
            <span class="meta">{files}</span>
        </header>
        <div class="dash__b">
            {told}
            {refused}
            {body}
            {(desk.people > 0).then(|| outlet::section(desk))}
        </div>
    }
    .into_any()
}

/// 传文件, 对上列名, 改错, 确认导入.
fn steps(board: &RosterBoard) -> AnyView {
    let counts = board.line.counts;
    let now = match board.line.state {
        RosterState::Mapping => 1,
        RosterState::Open if counts.faulty + counts.refused > 0 => 2,
        _ => 3,
    };
    let names = ["传文件", "对上列名", "改错", "确认导入"]
        .into_iter()
        .enumerate()
        .map(|(at, name)| {
            let done = at < now || (at == 3 && counts.done > 0 && counts.ready + counts.faulty + counts.refused == 0);
            let state = if done {
                "done"
            } else if at == now {
                "now"
            } else {
                "next"
            };
            let current = (state == "now").then_some("step");
            view! {
                <li data-s=state aria-current=current>
                    {done.then(|| icon("check", "s"))}
                    <span>{if done { name.to_owned() } else { format!("{}. {name}", at + 1) }}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="steps" aria-label="导入步骤">{names}</ol> }.into_any()
}

fn opened(desk: &RosterDesk, board: &RosterBoard, again: Option<&Again>) -> AnyView {
    let state = board.line.state;
    let note = board.note.as_ref().map(|note| {
        view! { <p class="banner" data-state="me" role="status">{icon("alert", "")}<span>{format!("导入停下了：{}", crate::wording::form::refusal(note))}</span></p> }
    });
    let looks_again = state.is_moving().then(|| view! { <Meta http_equiv="refresh" content=LOOK_AGAIN/> });
    let middle = match state {
        RosterState::Mapping => mapping::section(desk, board, again).into_any(),
        state if state.is_moving() => ().into_any(),
        _ => view! {
            {tabs(desk, board)}
            {match board.tab {
                RosterTab::Photos => photos::strays(desk, board),
                RosterTab::Mends if state != RosterState::Undone => mends::groups(desk, board),
                // What was taken back is read, and mended no more.
                _ if state == RosterState::Undone => rows::table(desk, board, again),
                _ => view! { {rows::groups(desk, board)}{rows::table(desk, board, again)} }.into_any(),
            }}
            {pages(desk, board)}
            {mends::done(desk, board)}
        }
        .into_any(),
    };
    let other_plan = board.layout.fact("计划编号").filter(|number| *number != desk.number).map(|number| {
        let words = words::other_plan(number, &desk.number);
        view! { <p class="banner" data-state="me">{icon("alert", "")}<span>{words}</span></p> }
    });
    let tools = (!state.is_moving() && state != RosterState::Undone).then(|| {
        view! {
            {(state != RosterState::Mapping).then(|| photos::upload(desk, board))}
            {(state != RosterState::Mapping).then(|| class::section(desk, board, again))}
            {(state != RosterState::Mapping).then(|| mapping::folded(desk, board, again))}
        }
    });
    view! {
        {looks_again}
        {steps(board)}
        {note}
        {other_plan}
        {class::told(board)}
        {standing(desk, board)}
        {middle}
        {tools}
    }
    .into_any()
}

/// The numbers, the bar, and the next step.
fn standing(desk: &RosterDesk, board: &RosterBoard) -> AnyView {
    let counts = board.line.counts;
    let state = board.line.state;
    let (at, of) = match state {
        RosterState::Undoing => (counts.undone + counts.stays, counts.done + counts.undone + counts.stays),
        RosterState::Running | RosterState::Paused => {
            let taken = counts.done + counts.there + counts.refused;
            (taken, taken + counts.ready)
        }
        _ => (counts.all() - counts.faulty - counts.refused, counts.all()),
    };
    let said = match state {
        RosterState::Undoing => format!("正在撤回：{at} / {of}"),
        RosterState::Running => format!("正在导入：{at} / {of}"),
        RosterState::Paused => format!("导入停在 {at} / {of}"),
        RosterState::Mapping => format!("读到 {} 人，先对上列名", counts.all()),
        _ => words::summary(board),
    };
    let meter = (state != RosterState::Mapping).then(|| {
        view! {
            <progress
                class="meter meter--full meter--tall"
                max=of.max(1).to_string()
                value=at.to_string()
                aria-labelledby="standing-title"
            ></progress>
        }
    });
    let colours = matches!(state, RosterState::Open | RosterState::Paused).then(|| three_colours(board));
    let meter = if colours.is_some() { None } else { meter };
    let live = if state.is_moving() { "polite" } else { "off" };
    let lead = if state.is_moving() { words::MOVING_HINT } else { words::lead(board) };
    view! {
        <section class="panel" aria-labelledby="standing-title">
            <div class="panel__b stack stack--3">
                <h2 id="standing-title" aria-live=live>{said}</h2>
                {meter}
                {colours}
                <p class="soft">{lead}</p>
                {acts_of(desk, board)}
            </div>
        </section>
    }
    .into_any()
}

/// The bar in three colours, each with its number and word: what can be imported, what is to be mended, what was refused.
fn three_colours(board: &RosterBoard) -> AnyView {
    let counts = board.line.counts;
    let good = counts.ready + counts.done + counts.there + counts.stays;
    let parts = [
        (good, "t-done", "ok", "可以导入或已导入"),
        (counts.faulty, "t-me", "alert", "要改"),
        (counts.refused, "t-refused", "no", "不能导入"),
    ];
    let all = parts.iter().map(|(count, ..)| count).sum::<u32>().max(1);
    let mut from = 0.0;
    let bars = parts
        .iter()
        .map(|(count, class, ..)| {
            let (x, width) = (from, f64::from(*count) * 100.0 / f64::from(all));
            from += width;
            view! { <rect class=*class x=x.to_string() y="0" width=width.to_string() height="4" fill="currentColor"/> }
                .into_any()
        })
        .collect_view();
    let words = parts
        .iter()
        .map(|(count, class, symbol, word)| {
            view! { <span class=format!("row row--tight {class}")>{icon(symbol, "s")}<span><b class="num">{*count}</b>{format!(" {word}")}</span></span> }
                .into_any()
        })
        .collect_view();
    view! {
        <svg viewBox="0 0 100 4" width="100%" height="12" preserveAspectRatio="none" aria-hidden="true">{bars}</svg>
        <p class="row">{words}</p>
    }
    .into_any()
}

/// A form with one button.
pub(super) fn one_button(
    desk: &RosterDesk,
    board: &RosterBoard,
    path: &'static str,
    class: &'static str,
    label: String,
    more: Vec<(&'static str, String)>,
) -> AnyView {
    let hidden =
        more.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    view! {
        <form method="post" action=path>
            <input type="hidden" name="plan" value=desk.plan.to_string()/>
            <input type="hidden" name="roster" value=board.line.id.to_string()/>
            {hidden}
            <button class=class type="submit">{label}</button>
        </form>
    }
    .into_any()
}

fn acts_of(desk: &RosterDesk, board: &RosterBoard) -> AnyView {
    let counts = board.line.counts;
    let button = |path, class, label: String| one_button(desk, board, path, class, label, Vec::new());
    let import = match board.line.state {
        RosterState::Open if counts.ready > 0 => {
            Some(button(BeginRoster::PATH, "btn", format!("导入 {} 人", counts.ready)))
        }
        RosterState::Paused if counts.ready > 0 => {
            Some(button(BeginRoster::PATH, "btn", format!("接着导入 {} 人", counts.ready)))
        }
        RosterState::Running => Some(button(PauseRoster::PATH, "btn btn--quiet", "暂停".to_owned())),
        _ => None,
    };
    let at_rest = matches!(board.line.state, RosterState::Open | RosterState::Paused);
    let undo = (at_rest && counts.done > 0).then(|| {
        view! {
            <details class="more">
                <summary>"撤回整份导入"</summary>
                <div class="stack stack--2">
                    <p class="meta">{words::UNDO_HINT}</p>
                    {button(UndoRoster::PATH, "btn btn--danger", format!("撤回 {} 人", counts.done))}
                </div>
            </details>
        }
    });
    let links = (board.unconfirmed > 0).then(|| {
        view! {
            <form method="post" action=address::of(desk.plan, board.line.id, "links.xlsx")>
                <button class="btn btn--quiet" type="submit">{icon("link", "")}<span>{format!("给 {} 人做确认链接", board.unconfirmed)}</span></button>
            </form>
            <p class="meta">
                {words::LINKS_HINT}
                <a href=format!("/office/collect?plan={}", desk.plan) rel="external">{words::LINKS_SENT}</a>
            </p>
        }
    });
    let drop = (!board.line.state.is_moving() && counts.done + counts.stays == 0)
        .then(|| button(DropRoster::PATH, "btn btn--quiet", "丢弃这份名单".to_owned()));
    let marked = (counts.faulty + counts.refused > 0 && matches!(board.line.state, RosterState::Open | RosterState::Paused)).then(|| {
        view! { <a href=address::of(desk.plan, board.line.id, "faults.xlsx") rel="external">{icon("download", "s")}<span>"下载标好错误的表"</span></a> }
    });
    let forms = (counts.done + counts.stays > 0).then(|| outlet::forms(desk, board));
    view! {
        <div class="row">{import}{drop}{marked}{forms}</div>
        {links}
        {undo}
    }
    .into_any()
}

fn tabs(desk: &RosterDesk, board: &RosterBoard) -> AnyView {
    let counts = board.line.counts;
    let all = [
        (RosterTab::Faulty, "要改", counts.faulty + counts.refused),
        (RosterTab::All, "全部", counts.all() + counts.left_out),
        (RosterTab::Mends, "可以一起改", board.mendable),
        (RosterTab::Photos, "没配上的照片", board.strays),
    ];
    let links = all
        .into_iter()
        .filter(|(tab, _, number)| match tab {
            RosterTab::Photos => board.photos_wanted,
            RosterTab::Mends if board.line.state == RosterState::Undone => false,
            RosterTab::Mends => *number > 0 || board.tab == RosterTab::Mends,
            RosterTab::Faulty | RosterTab::All => true,
        })
        .map(|(tab, name, number)| {
            let current = (tab == board.tab).then_some("page");
            let href = format!("{}#rows", address::at(desk.plan, board.line.id, tab, 1));
            view! { <a href=href aria-current=current>{name}" "<span class="n">{number}</span></a> }
        })
        .collect_view();
    view! { <nav class="tabs" id="rows" aria-label="看哪些行">{links}</nav> }.into_any()
}

fn pages(desk: &RosterDesk, board: &RosterBoard) -> AnyView {
    if board.pages < 2 {
        return ().into_any();
    }
    // Ten around the one that is shown.
    let first = board.page.saturating_sub(5).max(1);
    let last = (first + 9).min(board.pages);
    let links = (first..=last)
        .map(|number| {
            let current = (number == board.page).then_some("page");
            let href = format!("{}#rows", address::at(desk.plan, board.line.id, board.tab, number));
            view! { <a href=href aria-current=current>{number}</a> }
        })
        .collect_view();
    view! { <nav class="pages" aria-label="分页">{links}<span class="meta">{format!("共 {} 页", board.pages)}</span></nav> }.into_any()
}

fn upload(desk: &RosterDesk) -> AnyView {
    let first = desk.board.is_none();
    let form = view! {
        <form method="post" enctype="multipart/form-data" action=address::upload(desk.plan) class="stack stack--3">
            <div class="field">
                <label for="sheet">"名单"</label>
                <p class="hint" id="sheet-h">{words::SHEET_HINT}</p>
                <input class="input" type="file" name="file" id="sheet" accept=".xlsx,.xls,.csv" aria-describedby="sheet-h" required/>
            </div>
            <p><button class="btn" class:btn--quiet=!first type="submit">{icon("upload", "")}<span>"上传，试一遍"</span></button></p>
        </form>
    };
    view! {
        <section class="panel" aria-labelledby="upload-title">
            <div class="panel__h"><h2 id="upload-title">{if first { "上传名单" } else { "再传一份名单" }}</h2></div>
            <div class="panel__b stack stack--3">
                {form}
                {outlet::empty(desk)}
                <p class="meta">{format!("照片在表读好以后传。这个计划要：{}", limits_in_words(desk))}</p>
            </div>
        </section>
    }
    .into_any()
}

fn limits_in_words(desk: &RosterDesk) -> String {
    let all: Vec<String> =
        limits::limits(&desk.spec).into_iter().map(|(name, value)| format!("{name}{value}")).collect();
    format!("{}。", all.join("，"))
}

/// Every roster of the plan.
fn others(desk: &RosterDesk) -> AnyView {
    if desk.rosters.len() < 2 {
        return ().into_any();
    }
    let rows = desk.rosters.iter().map(|line| other(desk, line)).collect_view();
    view! {
        <section aria-labelledby="others-title" class="stack stack--3">
            <h2 id="others-title">"这个计划的名单"</h2>
            <div class="tablewrap" role="region" tabindex="0" aria-label="这个计划的名单，表格">
                <table class="table table--blocks">
                    <thead><tr><th scope="col">"文件"</th><th scope="col">"上传"</th><th scope="col">"状态"</th><th scope="col">"人数"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn other(desk: &RosterDesk, line: &RosterLine) -> AnyView {
    let tone = match line.state {
        RosterState::Mapping | RosterState::Paused => Tone::Me,
        RosterState::Running | RosterState::Undoing => Tone::Others,
        RosterState::Undone => Tone::Expired,
        RosterState::Open if line.counts.done > 0 => Tone::Done,
        RosterState::Open => Tone::Draft,
    };
    let current = desk.board.as_ref().is_some_and(|board| board.line.id == line.id).then_some("true");
    view! {
        <tr>
            <th scope="row"><a href=address::opened(desk.plan, line.id) aria-current=current>{line.file_name.clone()}</a></th>
            <td data-label="上传">{format!("{} {}", line.by, stamp(line.at, desk.now))}</td>
            <td data-label="状态"><StateBadge tone=tone text=words::state(line.state, line.counts.done > 0)/></td>
            <td data-label="人数" class="num">{format!("{}，已导入 {}", line.counts.all(), line.counts.done)}</td>
        </tr>
    }
    .into_any()
}
