//! One case: what was answered, what the rules say, and the decision.

mod acts;
mod answers;
mod changes;
mod decide;
mod decision;
mod evidence;
mod history;
mod more;
mod photo;
mod verdicts;

pub use acts::{ClaimCase, FetchRevealed, ReleaseCase, ReopenCase, RevealAnswer};
pub use decide::DecideCase;

use super::parts::{broken, filter_query, sign_in_beside, stage_tone, with_query};
use super::queue::{Board, column, header, queue, use_filter, use_live_board};
use crate::again::Again;
use crate::live::LiveEvent;
use crate::ui::{LevelTag, StateBadge, icon};
use crate::wording::desk as words;
use crate::{Failure, paths};
use domain::application::{Claim, StageName};
use domain::ids::{ApplicationId, StaffId};
use domain::page::desk::{Case, QueueLine};
use leptos::html::Section;
use leptos::prelude::*;
use leptos_meta::Title;
use std::sync::Arc;

/// One case, whole. Opening it is a line in its history.
#[server(name = FetchCase, endpoint = "office/case")]
pub async fn case(id: String) -> Result<Case, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let id: ApplicationId = id.parse().map_err(|_| Failure::NotFound)?;
    records::desk::case(&records, &member, id).await.map_err(crate::failure::from_records)
}

/// What the open case shares among its panes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    /// Who holds it now.
    claim: RwSignal<Option<Claim>>,
    /// Whether that is the viewer.
    mine: RwSignal<bool>,
    /// Whether it no longer waits for a decision, though it did when it was drawn.
    ended: RwSignal<bool>,
    /// Whether its applicant took it back while it was open.
    taken_back: RwSignal<bool>,
    /// Whether something changed since it was drawn.
    changed: RwSignal<bool>,
    /// Asks for the case again when it grows.
    refresh: RwSignal<u32>,
    /// Revision that was drawn.
    revision: RwSignal<i64>,
    /// Whether the page moved on to another case, which then takes the focus.
    moved: StoredValue<bool>,
    /// Whether the login was found ended while it was open.
    signed_out: RwSignal<bool>,
}

impl Open {
    fn new() -> Self {
        Open {
            claim: RwSignal::new(None),
            mine: RwSignal::new(false),
            ended: RwSignal::new(false),
            taken_back: RwSignal::new(false),
            changed: RwSignal::new(false),
            refresh: RwSignal::new(0),
            revision: RwSignal::new(0),
            moved: StoredValue::new(false),
            signed_out: RwSignal::new(false),
        }
    }

    fn drawn(self, case: &Case) {
        self.claim.set(case.line.claim.clone().filter(|claim| claim.until > case.now));
        self.mine.set(case.mine);
        self.ended.set(false);
        self.taken_back.set(false);
        self.changed.set(false);
        self.revision.set(case.line.revision.0);
    }
}

/// 审核台, with one case open.
#[component]
pub fn CasePage() -> impl IntoView {
    let params = crate::ui::params_map();
    let query = crate::ui::query_map();
    let id = crate::ui::memo(move |_| params.read().get("id").unwrap_or_default());
    let current = crate::ui::memo(move |_| id.read().parse::<ApplicationId>().ok());
    let filter = use_filter();
    let open = Open::new();
    // The first case comes with the page. Later ones are fetched while the one before still stands there, and
    // are put in its place at once: a page half taken down would not survive a key pressed meanwhile.
    let first = Resource::new(|| (), move |()| case(id.get_untracked()));
    let loaded = RwSignal::new(None::<Loaded>);
    Effect::new(move |before: Option<(String, u32)>| {
        let now = (id.get(), open.refresh.get());
        if let Some((before, _)) = before.as_ref().filter(|before| **before != now) {
            let same = *before == now.0;
            open.moved.set_value(!same);
            let asked = now.clone();
            leptos::task::spawn_local(async move {
                let case = case(asked.0.clone()).await;
                let signed_out = matches!(case, Err(Failure::SignInNeeded));
                let _ = open.signed_out.try_set(signed_out);
                // What was written stands on the page that is there: it stays until somebody is signed in again.
                let stays = signed_out && same;
                if !stays && id.try_get_untracked().is_some_and(|id| id == asked.0) {
                    loaded.update(|loaded| *loaded = Some(Loaded::after(loaded.as_ref(), case)));
                }
            });
        }
        now
    });
    let listed = Resource::new(move || filter.get(), queue);
    let again = crate::again::use_again();
    let revealed_key = crate::ui::memo(move |_| query.read().get("shown").unwrap_or_default());
    let revealed = Resource::new(
        move || revealed_key.get(),
        |key| async move { if key.is_empty() { None } else { acts::revealed(key).await.ok().flatten() } },
    );
    let document = crate::ui::memo(move |_| query.read().get("doc").unwrap_or_default());
    let last = crate::ui::memo(move |_| query.read().get("last").unwrap_or_default());
    let board = Board::new();
    let status = use_live_board(board, filter, move |event| heard(open, id, event));
    view! {
        <main class="dk" id="main" data-pane="case">
            <Transition>
                {move || Suspend::new(async move {
                    match listed.await {
                        Err(failure) => broken(&failure),
                        Ok(desk) => {
                            let filter = filter.get_untracked();
                            board.take(desk.queue, desk.topics);
                            let header = header(board, &filter, status, true);
                            let list = column(board, &filter, desk.me, Some(current), false, false);
                            view! { {header} {list} }.into_any()
                        }
                    }
                })}
            </Transition>
            <Transition>
                {move || Suspend::new(async move {
                    let (case, listed, again, revealed) = (first.await, listed.await, again.await, revealed.await);
                    loaded.update(|loaded| {
                        // The server draws until everything is there and sends the last drawing only, so what it
                        // shows may not depend on how often it drew.
                        let shown = if cfg!(feature = "ssr") { None } else { loaded.take() };
                        let case = shown.as_ref().map_or_else(|| Arc::new(case), |shown| shown.case.clone());
                        *loaded = Some(Loaded { serial: shown.map_or(0, |shown| shown.serial + 1), case });
                    });
                    let draw = move |shown: Loaded| {
                        let case = match &*shown.case {
                            Ok(case) => case,
                            Err(failure) => return broken(failure),
                        };
                        open.drawn(case);
                        let again = again.as_ref().filter(|_| shown.serial == 0);
                        let revealed = revealed.clone().filter(|(of, ..)| *of == case.line.id.to_string());
                        let last = last.get_untracked();
                        let (previous, next) = match &listed {
                            Ok(desk) => neighbours(board.still(&desk.queue), case, desk.me, &last),
                            Err(_) => (case.previous, case.next),
                        };
                        let around = Around { previous, next, address: filter_query(&filter.get_untracked()), last };
                        let title = format!("{} · 审核台", case.line.name);
                        let content = content(case, open, &around, document, revealed.map(|(_, key, value)| (key, value)), again);
                        let decision = decision::pane(case, open, &around, again);
                        view! { <Title text=title/> {content} {decision} }.into_any()
                    };
                    view! { <For each=move || loaded.get() key=|shown| shown.serial children=draw/> }.into_any()
                })}
            </Transition>
        </main>
    }
}

/// The case that is drawn. A new number draws everything anew, so that nothing ticked or typed for one
/// person slides to the next.
#[derive(Debug, Clone)]
struct Loaded {
    serial: u32,
    case: Arc<Result<Case, Failure>>,
}

impl Loaded {
    fn after(before: Option<&Loaded>, case: Result<Case, Failure>) -> Self {
        Loaded { serial: before.map_or(1, |before| before.serial + 1), case: Arc::new(case) }
    }
}

/// The cases before and after, in the order of the list at the side.
#[derive(Debug, Clone)]
pub(super) struct Around {
    previous: Option<ApplicationId>,
    next: Option<ApplicationId>,
    /// The list's filter, as it stands in addresses.
    address: String,
    /// The case decided just before: `id.stage`, or "".
    last: String,
}

impl Around {
    fn to(&self, id: ApplicationId) -> String {
        format!("{}{}", paths::case(id), self.address)
    }
}

fn neighbours(
    lines: Vec<QueueLine>,
    case: &Case,
    me: StaffId,
    last: &str,
) -> (Option<ApplicationId>, Option<ApplicationId>) {
    let Some(at) = lines.iter().position(|line| line.id == case.line.id) else {
        return (case.previous, case.next);
    };
    let decided = last.split_once('.').map_or("", |(id, _)| id);
    let free = |line: &&QueueLine| {
        line.claim.as_ref().is_none_or(|claim| claim.by == me || claim.until <= case.now)
            && line.id.to_string() != decided
    };
    let previous = lines.iter().take(at).rev().find(free);
    let next = lines.iter().skip(at + 1).find(free);
    // Past the end of the list it goes on with what was left out before.
    let next = next.or_else(|| lines.iter().take(at).find(free));
    (previous.map(|line| line.id), next.map(|line| line.id))
}

/// A change of the open case: who holds it is told at once; anything else is told, never forced upon the reader.
fn heard(open: Open, id: Memo<String>, event: &LiveEvent) {
    let ours = event.is_resync() || event.entity == *id.read_untracked();
    if !ours {
        return;
    }
    if event.version > open.revision.get_untracked() {
        open.changed.set(true);
    }
    let asked = id.get_untracked();
    leptos::task::spawn_local(async move {
        let fresh = case(asked.clone()).await;
        if id.try_get_untracked().is_none_or(|now| now != asked) {
            return;
        }
        open.signed_out.set(matches!(fresh, Err(Failure::SignInNeeded)));
        if let Err(Failure::NotFound) = fresh {
            // A draft again: nobody's business but its applicant's.
            open.taken_back.set(true);
            open.ended.set(true);
            open.mine.set(false);
            open.claim.set(None);
        }
        if let Ok(fresh) = fresh {
            open.claim.set(fresh.line.claim.filter(|claim| claim.until > fresh.now));
            open.mine.set(fresh.mine);
            open.ended.set(fresh.line.stage != StageName::Submitted);
            open.changed.set(fresh.line.revision.0 > open.revision.get_untracked());
        }
    });
}

fn content(
    case: &Case,
    open: Open,
    around: &Around,
    document: Memo<String>,
    shown: Option<(String, String)>,
    again: Option<&Again>,
) -> AnyView {
    let pane = NodeRef::<Section>::new();
    Effect::new(move |_| {
        if let Some(pane) = pane.get()
            && open.moved.get_value()
        {
            open.moved.set_value(false);
            let _ = pane.focus();
        }
    });
    let files: usize = case.evidence.iter().map(|group| group.files.len()).sum();
    view! {
        <section class="dk__c" id="case" tabindex="0" aria-labelledby="case-name" node_ref=pane>
            {decided_before(&around.last)}
            {move || open.signed_out.get().then(sign_in_beside)}
            {move || open.taken_back.get().then(taken_back_banner)}
            {move || (open.changed.get() && !open.taken_back.get()).then(|| changed_banner(open))}
            {top(case, open, around)}
            <nav class="tabs only-narrow" aria-label="案件">
                <a href="#rules" rel="external"><span>"规则"</span>" "<span class="n">{case.doubts.len()}</span></a>
                <a href="#files" rel="external"><span>"材料"</span>" "<span class="n">{files}</span></a>
                <a href="#check" rel="external">"填的内容"</a>
                <a href="#log" rel="external">"记录"</a>
            </nav>
            {more::pane(case)}
            <div class="dk__pair">
                <div class="stack stack--4">
                    {photo::pane(case)}
                    <section id="rules" aria-labelledby="rules-title">{verdicts::pane(case)}</section>
                </div>
                {evidence::pane(case, around, document)}
            </div>
            <div class="dk__two">
                <section id="check" aria-label="填的内容">{answers::pane(case, shown, again)}</section>
                <section aria-labelledby="log">{history::pane(case)}</section>
            </div>
        </section>
    }
    .into_any()
}

fn top(case: &Case, open: Open, around: &Around) -> AnyView {
    let now = case.now;
    let hold = move || {
        open.claim.get().map(|claim| {
            let sentence = if open.mine.get() { words::held_by_you(&claim, now) } else { words::held_by(&claim, now) };
            view! { <span class="meta">{icon("lock", "s")}<span>{sentence}</span></span> }
        })
    };
    let tone = stage_tone(case.line.stage);
    let round = if case.line.round > 1 { format!("第 {} 次提交", case.line.round) } else { String::new() };
    view! {
        <div class="dk__t">
            <div>
                <h2 id="case-name">
                    <span>{case.line.name.clone()}</span>
                    <span class="meta num">{case.line.number.clone()}</span>
                    {(case.line.stage != StageName::Submitted).then(|| view! { <StateBadge tone=tone text=case.label.clone()/> })}
                </h2>
                <p class="row row--tight">
                    <LevelTag level=case.plan.level/>
                    <span>{case.plan.occupation_and_trade()}</span>
                    <span class="meta">{case.plan.title.clone()}</span>
                    <span class="meta">{round}</span>
                </p>
                <p aria-live="polite">{hold}</p>
            </div>
            <nav class="row nowrap" aria-label="前后的件">
                {neighbour(around, around.previous, "left", "上一件", "K", "k")}
                {neighbour(around, around.next, "right", "下一件", "J", "j")}
            </nav>
        </div>
    }
    .into_any()
}

fn neighbour(
    around: &Around,
    to: Option<ApplicationId>,
    symbol: &'static str,
    word: &'static str,
    shown: &'static str,
    key: &'static str,
) -> AnyView {
    match to {
        Some(id) => {
            let href = around.to(id);
            view! {
                <a class="btn btn--quiet pn" href=href data-key=key>
                    {icon(symbol, "")}
                    <span class="vh">{word}</span>
                    <kbd class="only-wide">{shown}</kbd>
                </a>
            }
            .into_any()
        }
        None => ().into_any(),
    }
}

/// After a decision: what was decided, and the way back.
fn decided_before(last: &str) -> AnyView {
    let Some((id, stage)) = last.split_once('.') else { return ().into_any() };
    let (Ok(id), Some(stage)) = (id.parse::<ApplicationId>(), StageName::parse(stage)) else { return ().into_any() };
    let href = format!("{}#reopen", paths::case(id));
    view! {
        <div class="banner mb-3" data-state="done" role="status">
            {icon("ok", "")}
            <span>{words::decided(stage)}</span>
            <a class="btn btn--quiet btn--small" href=href data-key="u"><span>"恢复它"</span><kbd>"U"</kbd></a>
        </div>
    }
    .into_any()
}

fn taken_back_banner() -> AnyView {
    view! {
        <div class="banner mb-3" data-state="others" role="status">
            {icon("info", "")}
            <span>{words::TAKEN_BACK}</span>
            <a class="btn btn--quiet btn--small" href=paths::OFFICE>"看下一件"</a>
        </div>
    }
    .into_any()
}

fn changed_banner(open: Open) -> AnyView {
    view! {
        <div class="banner mb-3" data-state="others" role="status">
            {icon("info", "")}
            <span>{words::CHANGED_LIVE}</span>
            <button class="btn btn--quiet btn--small" type="button" on:click=move |_| open.refresh.update(|count| *count += 1)>
                "看最新的"
            </button>
        </div>
    }
    .into_any()
}

/// The address of this case with another document shown.
fn with_document(around: &Around, id: ApplicationId, document: &str) -> String {
    with_query(&around.to(id), "doc", document)
}
