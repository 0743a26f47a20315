//! What stands around every page of the desk: skip link, rail, shortcut keys.

use super::keys::Keys;
use crate::signed_in::staff_viewer;
use crate::ui::icon;
use domain::account::{Role, StaffMember, Viewer};
use leptos::prelude::*;

/// How many cases wait, as far as the open page knows; shown in the rail.
#[derive(Debug, Clone, Copy)]
pub struct Waiting(pub RwSignal<Option<u64>>);

/// Rail and page. The pages for people who are not signed in stand alone.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let path = crate::ui::location().pathname;
    let gate = crate::ui::memo(move |_| is_gate(&path.get()));
    let viewer =
        Resource::new(move || gate.get(), |gate| async move { if gate { None } else { staff_viewer().await.ok() } });
    let waiting = RwSignal::new(None);
    provide_context(Waiting(waiting));
    view! {
        <a class="skip" href="#main" rel="external">"跳到正文"</a>
        <div class=move || if gate.get() { "" } else { "desk" }>
            <Transition>
                {move || Suspend::new(async move {
                    match viewer.await {
                        Some(Viewer::Staff(member)) => rail(&member, path, waiting),
                        _ => ().into_any(),
                    }
                })}
            </Transition>
            {children()}
        </div>
        <Keys/>
    }
}

/// Addresses of the application in the browser.
const TAKEN_OVER: [&str; 2] = ["/office", "/office/dashboard"];

/// What is no page of this application: the browser asks the server, which knows all the others.
#[component]
pub fn Elsewhere() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    {
        let here = crate::ui::location();
        let (path, query) = (here.pathname.get_untracked(), here.search.get_untracked());
        let mark = if query.is_empty() || query.starts_with('?') { "" } else { "?" };
        let _ = window().location().set_href(&format!("{path}{mark}{query}"));
    }
    view! { <main id="main" class="dash__b" aria-busy="true"></main> }
}

fn is_gate(path: &str) -> bool {
    path == "/office/sign-in" || path.starts_with("/office/invite/")
}

fn rail(member: &StaffMember, path: Memo<String>, waiting: RwSignal<Option<u64>>) -> AnyView {
    let home = if member.role.reads_cases() { "/office" } else { "/office/staff" };
    // Always there and hidden while unknown: the server draws it before it knows the count.
    let unknown = move || waiting.get().unwrap_or(0) == 0;
    let dot = view! {
        <span class="dot" hidden=unknown><span>{move || waiting.get().unwrap_or(0)}</span><span class="vh">" 件待审"</span></span>
    };
    let decides = member.role.decides();
    let cases = member.role.reads_cases().then(|| {
        let desk =
            move || (path.read().as_str() == "/office" || path.read().starts_with("/office/cases/")).then_some("page");
        view! {
            <a href="/office" aria-current=desk>{icon("inbox", "")}<span>"审核台"</span>{dot}</a>
            {place(path, "/office/dashboard", "chart", "概览", "")}
            {place(path, "/office/plans", "cal", "计划", "")}
            {(member.role == Role::Authority).then(|| place(path, "/office/cockpit", "grid", "全局", ""))}
            {(member.role != Role::Reviewer).then(|| place(path, "/office/reports", "file", "报告", ""))}
            {decides.then(|| place(path, "/office/counter", "search", "窗口", ""))}
            {decides.then(|| place(path, "/office/collect", "plus", "采集", ""))}
            {decides.then(|| place(path, "/office/money", "yuan", "费用", ""))}
            {decides.then(|| place(path, "/office/scores", "pen", "成绩", ""))}
            {decides.then(|| place(path, "/office/messages", "bell", "消息", ""))}
        }
    });
    let people = matches!(member.role, Role::Manager | Role::Administrator).then(|| {
        view! {
            {place(path, "/office/people", "id", "考生", "")}
            {place(path, "/office/staff", "users", "人员", "")}
            {place(path, "/office/profiles", "list", "程序", "")}
        }
    });
    view! {
        <nav class="rail" aria-label="工作台导航">
            <a class="mark" href=home rel=(home != "/office").then_some("external")>
                <span class="vh">"技考工作台首页"</span>
                <svg aria-hidden="true"><use href="/icons.svg#mark"></use></svg>
            </a>
            {cases}
            {people}
            {place(path, "/office/me", "user", "我", "end")}
        </nav>
    }
    .into_any()
}

fn place(
    path: Memo<String>,
    to: &'static str,
    symbol: &'static str,
    word: &'static str,
    class: &'static str,
) -> AnyView {
    // A page below it (a plan's rooms, a day's bills) belongs to it as well.
    let here = move || {
        let rest = path.read().strip_prefix(to).map(|rest| (rest.is_empty(), rest.starts_with('/')));
        match rest {
            Some((true, _)) => Some("page"),
            Some((_, true)) => Some("true"),
            _ => None,
        }
    };
    // All but three places are drawn by the server: the browser goes there, not the application.
    let rel = (!TAKEN_OVER.contains(&to)).then_some("external");
    view! { <a href=to class=class aria-current=here rel=rel>{icon(symbol, "")}<span>{word}</span></a> }.into_any()
}
