//! The queue: who waits, the longest waiting first.

mod bulk;
mod column;

pub use bulk::{ApproveMany, FetchBulkOutcome};
pub use column::{Board, column};

use super::parts::{broken, filter_of, filter_query};
use crate::live::{LiveBadge, LiveEvent, LiveStatus, use_live};
use crate::ui::icon;
use crate::wording::desk as words;
use crate::{Failure, paths};
use domain::ids::StaffId;
use domain::page::desk::{Queue, QueueFilter};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

/// A page of the queue, with what the page needs to know of its viewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskQueue {
    /// The page.
    pub queue: Queue,
    /// What the page listens to.
    pub topics: Vec<String>,
    /// Whether the viewer's role decides at all.
    pub decides: bool,
    /// The viewer.
    pub me: StaffId,
}

/// A page of the queue.
#[server(name = FetchQueue, endpoint = "office/queue")]
pub async fn queue(#[server(default)] filter: QueueFilter) -> Result<DeskQueue, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    if !member.role.reads_cases() {
        leptos_axum::redirect("/office/staff");
        return Err(Failure::Forbidden);
    }
    let asked = async {
        let queue = records::desk::queue(&records, &member, &filter).await?;
        let (decides, me) = (member.role.decides(), member.id);
        let topics = records::live::topics_of(&records, &domain::account::Viewer::Staff(member)).await?;
        Ok(DeskQueue { queue, topics, decides, me })
    };
    asked.await.map_err(crate::failure::from_records)
}

/// The filter of the address; other parts of the address do not disturb it.
pub(super) fn use_filter() -> Memo<QueueFilter> {
    let query = crate::ui::query_map();
    crate::ui::memo(move |_| filter_of(&query.read()))
}

/// Asks for the queue again whenever the desk hears of a change, and gives it to the board. `on_event`
/// hears of it too.
pub(super) fn use_live_board(
    board: Board,
    filter: Memo<QueueFilter>,
    on_event: impl Fn(&LiveEvent) + Send + Sync + 'static,
) -> Signal<LiveStatus> {
    let ask = move || {
        leptos::task::spawn_local(async move {
            let asked = filter.get_untracked();
            if let Ok(fresh) = queue(asked.clone()).await
                && filter.try_get_untracked().is_some_and(|now| now == asked)
            {
                board.arrived(fresh.queue);
            }
        });
    };
    use_live(
        board.topics.into(),
        Callback::new(move |event: LiveEvent| {
            on_event(&event);
            ask();
        }),
    )
}

/// Header with the tabs and their counts.
pub(super) fn header(board: Board, filter: &QueueFilter, status: Signal<LiveStatus>, in_case: bool) -> AnyView {
    let tabs: Vec<(&'static str, &'static str, fn(&Queue) -> u64)> = vec![
        ("", "待我审", |queue| queue.waiting),
        ("claimed", "别人在审", |queue| queue.claimed),
        ("returned", "等补正", |queue| queue.returned),
        ("decided", "今天已审", |queue| queue.decided_today),
    ];
    let current = if filter.tab == "waiting" { "" } else { filter.tab.as_str() };
    let links = tabs
        .into_iter()
        .map(|(key, word, count)| {
            let to = QueueFilter { tab: key.into(), page: 0, ..filter.clone() };
            let href = format!("{}{}", paths::OFFICE, filter_query(&to));
            let here = (key == current).then_some("page");
            let count = move || board.head.with(count);
            view! { <a href=href aria-current=here><span>{word}</span>" "<span class="n">{count}</span></a> }.into_any()
        })
        .collect_view();
    let back = format!("{}{}", paths::OFFICE, filter_query(filter));
    let back = in_case.then(|| {
        view! {
            <a class="btn btn--quiet only-narrow" href=back>
                {icon("list", "")}
                <span>"队列"</span>
                <span class="num">{move || board.head.with(|head| head.waiting)}</span>
            </a>
        }
    });
    let tabs_class = if in_case { "tabs only-wide" } else { "tabs" };
    view! {
        <header class="deskhead">
            <h1>"审核台"</h1>
            <LiveBadge status=status/>
            <nav class=tabs_class aria-label="队列">{links}</nav>
            <span class="grow"></span>
            {back}
            {super::keys::help_button()}
        </header>
    }
    .into_any()
}

/// 审核台.
#[component]
pub fn QueuePage() -> impl IntoView {
    let filter = use_filter();
    let query = crate::ui::query_map();
    let outcome_key = crate::ui::memo(move |_| query.read().get("outcome").unwrap_or_default());
    let picked = crate::ui::memo(move |_| query.read().get_all("pick").unwrap_or_default());
    let check_clean = crate::ui::memo(move |_| query.read().get("check").as_deref() == Some("clean"));
    // The outcome of a bulk approval changes the queue, so it is asked for again.
    let asked = Resource::new(move || (filter.get(), outcome_key.get()), |(filter, _)| queue(filter));
    let outcome = Resource::new(
        move || outcome_key.get(),
        |key| async move { if key.is_empty() { None } else { bulk::outcome(key).await.ok().flatten() } },
    );
    let approve = ServerAction::<ApproveMany>::new();
    let again = crate::again::use_again();
    let board = Board::new();
    let status = use_live_board(board, filter, |_| {});
    let pane = move || if picked.read().is_empty() && outcome_key.read().is_empty() { "queue" } else { "case" };
    view! {
        <Title text="审核台 · 技考"/>
        <main class="dk" id="main" data-pane=pane>
            <Transition>
                {move || {
                    // Asked outside: the list is drawn anew when only this changes.
                    let clean = check_clean.get();
                    Suspend::new(async move {
                        let desk = match asked.await {
                            Ok(desk) => desk,
                            Err(failure) => return broken(&failure),
                        };
                        let filter = filter.get_untracked();
                        board.take(desk.queue.clone(), desk.topics.clone());
                        let header = header(board, &filter, status, false);
                        let selectable = desk.decides && matches!(filter.tab.as_str(), "" | "waiting");
                        let list = column(board, &filter, desk.me, None, selectable, clean);
                        let (outcome, again) = (outcome.await, again.await);
                        let right = move || {
                            let picked = picked.get();
                            match &outcome {
                                _ if !picked.is_empty() => bulk::confirmation(&desk.queue, &filter, &picked, approve, again.as_ref()),
                                Some(outcome) => bulk::report(outcome),
                                None => start(&desk, &filter),
                            }
                        };
                        view! { {header} {list} {right} }.into_any()
                    })
                }}
            </Transition>
        </main>
    }
}

/// The pane beside the list before a case is opened.
fn start(desk: &DeskQueue, filter: &QueueFilter) -> AnyView {
    let free = desk.queue.lines.iter().find(|line| line.claim.as_ref().is_none_or(|claim| claim.by == desk.me));
    let note = (!desk.decides).then(|| view! { <p class="meta">{words::READ_ONLY}</p> });
    let inside = match free {
        Some(line) => {
            let href = format!("{}{}", paths::case(line.id), filter_query(filter));
            let waited = words::age(desk.queue.now, line.since);
            view! {
                <p><b>{format!("{}　{} {}", line.name, line.trade, line.level)}</b></p>
                <p class="meta">{format!("报名号 {}，{waited}", line.number)}</p>
                <a class="btn" href=href data-key="j">
                    <span>{if desk.decides && matches!(filter.tab.as_str(), "" | "waiting") { "从最久的开始审" } else { "打开第一件" }}</span>
                    <kbd>"J"</kbd>
                </a>
            }
            .into_any()
        }
        None => {
            let (title, next) = words::empty_queue(&filter.tab, super::parts::is_filtered(filter));
            view! { <p><b>{title}</b></p> <p class="meta">{next}</p> }.into_any()
        }
    };
    view! {
        <section class="dk__c" aria-label="开始">
            <div class="empty">{icon("inbox", "l")} {inside} {note}</div>
        </section>
    }
    .into_any()
}
