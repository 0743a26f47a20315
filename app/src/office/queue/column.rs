//! The list of cases. It keeps still while it is being read: rows change in place, go grey when they are
//! gone, and what is new waits behind a button.

use crate::office::frame::Waiting;
use crate::office::parts::{filter_query, is_filtered, with_query};
use crate::paths;
use crate::ui::icon;
use crate::wording::desk as words;
use domain::ids::{ApplicationId, StaffId};
use domain::page::desk::{Queue, QueueFilter, QueueLine};
use domain::time::Timestamp;
use leptos::prelude::*;

/// Waiting longer than this is marked, in milliseconds: one day.
const LONG_MS: i64 = 24 * 3_600_000;

/// What the list shows. Lives as long as the page; the list inside is drawn anew when the filter changes.
#[derive(Debug, Clone, Copy)]
pub struct Board {
    /// Counts of the header, always the latest; its lines are those that were taken.
    pub head: RwSignal<Queue>,
    /// What the page listens to.
    pub topics: RwSignal<Vec<String>>,
    shown: RwSignal<Vec<Row>>,
    fresh: RwSignal<Option<Queue>>,
    unseen: RwSignal<usize>,
    taken_at: RwSignal<Timestamp>,
    rail: Option<Waiting>,
}

/// A line, and whether it has left the list since it was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    line: QueueLine,
    gone: bool,
    new: bool,
}

impl Board {
    /// An empty board.
    pub fn new() -> Self {
        Board {
            head: RwSignal::new(Queue::default()),
            topics: RwSignal::new(Vec::new()),
            shown: RwSignal::new(Vec::new()),
            fresh: RwSignal::new(None),
            unseen: RwSignal::new(0),
            taken_at: RwSignal::new(Timestamp::default()),
            rail: use_context(),
        }
    }

    /// Shows this page from the beginning.
    pub fn take(self, queue: Queue, topics: Vec<String>) {
        self.show(queue, None);
        if self.topics.with_untracked(|now| *now != topics) {
            self.topics.set(topics);
        }
    }

    /// Merges a newer answer into the list without moving a row.
    pub fn arrived(self, fresh: Queue) {
        if self.shown.with_untracked(Vec::is_empty) {
            return self.show(fresh, Some(self.taken_at.get_untracked()));
        }
        let mut gone = 0;
        let mut rows = self.shown.get_untracked();
        for row in &mut rows {
            match fresh.lines.iter().find(|line| line.id == row.line.id) {
                Some(line) => (row.line, row.gone) = (line.clone(), false),
                // A later page may hold it now; it is gone for sure only where this page holds everything.
                None => row.gone = fresh.total <= u64::try_from(fresh.lines.len()).unwrap_or(u64::MAX),
            }
            gone += u64::from(row.gone);
        }
        let left = self.head.with_untracked(|head| head.total).saturating_sub(gone);
        self.unseen.set(usize::try_from(fresh.total.saturating_sub(left)).unwrap_or(0));
        self.shown.set(rows);
        let taken_total = self.head.with_untracked(|head| head.total);
        self.tell_rail(fresh.waiting);
        // The total stays the one that was taken: it is what "new" is counted against.
        self.head.set(Queue { total: taken_total, ..fresh.clone() });
        self.fresh.set(Some(fresh));
    }

    /// The lines that are still there, as the list shows them; before it shows any, those of `queue`.
    pub fn still(self, queue: &Queue) -> Vec<QueueLine> {
        let shown = self.shown.get_untracked();
        if shown.is_empty() {
            return queue.lines.clone();
        }
        shown.into_iter().filter(|row| !row.gone).map(|row| row.line).collect()
    }

    fn show(self, queue: Queue, since: Option<Timestamp>) {
        let row = |line: &QueueLine| Row {
            line: line.clone(),
            gone: false,
            new: since.is_some_and(|since| line.since > since),
        };
        self.shown.set(queue.lines.iter().map(row).collect());
        self.taken_at.set(queue.now);
        self.unseen.set(0);
        self.fresh.set(None);
        self.tell_rail(queue.waiting);
        self.head.set(queue);
    }

    fn show_fresh(self) {
        if let Some(fresh) = self.fresh.get_untracked() {
            self.show(fresh, Some(self.taken_at.get_untracked()));
        }
    }

    fn tell_rail(self, count: u64) {
        // After the frame: while the page wakes up, the rail still holds what the server drew.
        if let Some(Waiting(waiting)) = self.rail {
            browser::next_frame(move || waiting.set(Some(count)));
        }
    }
}

impl Default for Board {
    fn default() -> Self {
        Self::new()
    }
}

/// Search, list, pages, and (where rows can be selected) the bar for many at once.
pub fn column(
    board: Board,
    filter: &QueueFilter,
    me: StaffId,
    current: Option<Memo<Option<ApplicationId>>>,
    selectable: bool,
    check_clean: bool,
) -> AnyView {
    let address = StoredValue::new(filter_query(filter));
    let row = move |row: Row| line(board, row, me, current, selectable, check_clean, address);
    let new_rows = move || words::new_rows(board.unseen.get());
    let (title, next) = words::empty_queue(&filter.tab, is_filtered(filter));
    let empty = move || {
        board.shown.with(Vec::is_empty).then(|| {
            view! { <li class="empty"><p><b>{title}</b></p><p class="meta">{next}</p></li> }
        })
    };
    let chosen = RwSignal::new(0_usize);
    view! {
        <section class="dk__q" aria-label="队列">
            {search(board, filter)}
            <button
                class="newrows"
                type="button"
                hidden=move || board.unseen.get() == 0
                on:click=move |_| board.show_fresh()
            >
                {icon("down", "s")}
                <span aria-live="polite">{new_rows}</span>
            </button>
            <ol class="queue" tabindex="0" aria-label="等得久的在前" on:change=move |_| chosen.set(browser::chosen())>
                <For
                    each=move || board.shown.get()
                    key=move |row| (row.line.id, row.line.revision, row.line.claim.clone().map(|claim| (claim.by, claim.until)), row.gone, check_clean)
                    children=row
                />
                {empty}
            </ol>
            {pages(board, filter)}
            {selectable.then(|| bar(filter, chosen))}
        </section>
    }
    .into_any()
}

fn line(
    board: Board,
    row: Row,
    me: StaffId,
    current: Option<Memo<Option<ApplicationId>>>,
    selectable: bool,
    check_clean: bool,
    address: StoredValue<String>,
) -> AnyView {
    let Row { line, gone, new } = row;
    let href = format!("{}{}", paths::case(line.id), address.get_value());
    let here = move || current.is_some_and(|current| current.get() == Some(line.id)).then_some("true");
    let since = line.since;
    let age = move || words::age(board.head.with(|head| head.now), since);
    let late = move || (board.head.with(|head| head.now).since(since) > LONG_MS).then_some("me");
    let held = line.claim.as_ref().filter(|claim| !gone && claim.until > board.taken_at.get_untracked());
    let (flag, tone) = match (held, &line.first_doubt) {
        (Some(claim), _) if claim.by == me => ("您在审".to_owned(), Some("me")),
        (Some(claim), _) => (format!("{} 在审", claim.name), Some("others")),
        (None, Some(doubt)) => (words::doubt(doubt), None),
        (None, None) if line.stage == domain::application::StageName::Submitted => ("无疑点".to_owned(), None),
        (None, None) => (words::stage(line.stage).to_owned(), None),
    };
    let class = if line.doubts > 0 || held.is_some() { "flag" } else { "" };
    let box_label = format!("选中 {}", line.name);
    let pick = format!("{}:{}", line.id, line.revision.0);
    let checked = check_clean && line.doubts == 0 && held.is_none_or(|claim| claim.by == me);
    let select = selectable.then(|| {
        view! {
            <label class="check">
                <input type="checkbox" name="pick" value=pick form="bulk" checked=checked/>
                <span class="vh">{box_label}</span>
            </label>
        }
    });
    let mark = new.then(|| view! { <span class="badge" data-state="others">"新"</span> });
    view! {
        <li class=if selectable { "queue__s" } else { "" } data-gone=gone.then_some("")>
            {select}
            <a href=href aria-current=here>
                <b>{line.name}</b>
                <span class="age" data-state=late>{mark}<span>{age}</span></span>
                <small>{format!("{} {}", line.trade, line.level)}</small>
                <small class=class data-state=tone>{flag}</small>
            </a>
        </li>
    }
    .into_any()
}

fn search(board: Board, filter: &QueueFilter) -> AnyView {
    let plans = board.head.with_untracked(|head| head.plans.clone());
    let options = std::iter::once((String::new(), "所有计划".to_owned()))
        .chain(plans.into_iter().map(|(id, title)| (id.to_string(), title)))
        .collect();
    let only = filter.only == "doubts";
    let turned = QueueFilter { only: if only { String::new() } else { "doubts".into() }, page: 0, ..filter.clone() };
    let href = format!("{}{}", paths::OFFICE, filter_query(&turned));
    let reset = QueueFilter { tab: filter.tab.clone(), ..Default::default() };
    let reset = is_filtered(filter).then(|| {
        let href = format!("{}{}", paths::OFFICE, filter_query(&reset));
        view! { <a class="chip" href=href>"去掉筛选"{icon("x", "s")}</a> }
    });
    let hidden = |name: &'static str, value: &str| {
        (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value.to_owned()/> })
    };
    view! {
        <form class="dk__f" method="get" action=paths::OFFICE role="search" aria-label="在队列里找">
            {hidden("tab", &filter.tab)}
            {hidden("only", &filter.only)}
            <label class="vh" for="queue-q">"姓名或报名号"</label>
            <input class="input" type="search" id="queue-q" name="q" value=filter.q.clone() maxlength="60" placeholder="姓名、报名号，按 / 聚焦" data-key="/"/>
            <div class="row row--tight nowrap">
                <label class="vh" for="queue-plan">"计划"</label>
                <select class="select grow" id="queue-plan" name="plan">{crate::ui::options_view(options, &filter.plan)}</select>
                <button class="btn btn--quiet">"找"</button>
            </div>
            <p class="row row--tight">
                <a class=if only { "chip chip--on" } else { "chip" } href=href aria-current=only.then_some("true")>"只看有疑点"</a>
                {reset}
            </p>
        </form>
    }
    .into_any()
}

fn pages(board: Board, filter: &QueueFilter) -> AnyView {
    let (total, page, per_page) =
        board.head.with_untracked(|head| (head.total, u64::from(head.page.max(1)), u64::from(head.per_page.max(1))));
    let last = total.div_ceil(per_page).max(1);
    if last == 1 {
        return ().into_any();
    }
    let to = |page: u64| {
        let filter = QueueFilter { page: u32::try_from(page).unwrap_or(1), ..filter.clone() };
        format!("{}{}", paths::OFFICE, filter_query(&filter))
    };
    view! {
        <nav class="pages" aria-label="分页">
            {(page > 1).then(|| view! { <a href=to(page - 1)>{icon("left", "s")}<span>"上一页"</span></a> })}
            <span class="num">{format!("{page} / {last}，共 {total} 件")}</span>
            {(page < last).then(|| view! { <a href=to(page + 1)><span>"下一页"</span>{icon("right", "s")}</a> })}
        </nav>
    }
    .into_any()
}

fn bar(filter: &QueueFilter, chosen: RwSignal<usize>) -> AnyView {
    let clean = with_query(&format!("{}{}", paths::OFFICE, filter_query(filter)), "check", "clean");
    let keep = [
        ("tab", filter.tab.clone()),
        ("q", filter.q.clone()),
        ("plan", filter.plan.clone()),
        ("only", filter.only.clone()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
    .collect_view();
    let words = move || match chosen.get() {
        0 => "勾选后一起通过".to_owned(),
        count => format!("已选 {count} 件"),
    };
    view! {
        <div class="bulkbar" role="region" aria-label="批量处理">
            <b class="num" aria-live="polite">{words}</b>
            <form id="bulk" method="get" action=paths::OFFICE>
                {keep}
                <button class="btn btn--small">"通过选中的"</button>
            </form>
            <a href=clean>"选没有疑点的"</a>
        </div>
    }
    .into_any()
}

/// What only a browser can do.
#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;

    pub fn chosen() -> usize {
        let ticked = document().query_selector_all("input[name=pick]:checked");
        ticked.map_or(0, |found| usize::try_from(found.length()).unwrap_or(0))
    }

    pub fn next_frame(then: impl FnOnce() + 'static) {
        request_animation_frame(then);
    }
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    pub fn chosen() -> usize {
        0
    }
    pub fn next_frame(_then: impl FnOnce() + 'static) {}
}
