//! What stands around every page of the desk: skip link, rail, shortcut keys.

use super::keys::Keys;
#[cfg(not(feature = "ssr"))]
use crate::signed_in::staff_viewer;
use crate::ui::icon;
use crate::wording::desk as words;
use domain::account::{Role, StaffMember, Viewer};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// How many cases wait, as far as the open page knows; shown in the rail.
#[derive(Debug, Clone, Copy)]
pub struct Waiting(pub RwSignal<Option<u64>>);

/// Rail and page. The pages for people who are not signed in stand alone.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let path = crate::ui::location().pathname;
    let gate = crate::ui::memo(move |_| is_gate(&path.get()));
    let around = Resource::new(move || gate.get(), |gate| async move { if gate { None } else { who_looks().await } });
    let waiting = RwSignal::new(None);
    provide_context(Waiting(waiting));
    view! {
        <a class="skip" href="#main" rel="external">"跳到正文"</a>
        <Transition>
            {move || Suspend::new(async move { ends_soon(around.await.and_then(|around| around.ends)) })}
        </Transition>
        <div class=move || if gate.get() { "" } else { "desk" }>
            <Transition>
                {move || Suspend::new(async move {
                    match around.await {
                        Some(Around { viewer: Viewer::Staff(member), plans, answers, .. }) => {
                            rail(&member, path, waiting, plans, answers)
                        }
                        _ => ().into_any(),
                    }
                })}
            </Transition>
            {children()}
        </div>
        <Keys/>
    }
}

/// Who looks, and what stands beside every page. All but the viewer is told with the page: the browser never asks.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Around {
    viewer: Viewer,
    /// How long this login goes on at most, in milliseconds, and the line that says so.
    ends: Option<(i64, String)>,
    /// Plans that wait for this member.
    plans: u64,
    /// What waits for an answer.
    answers: u64,
}

#[cfg(feature = "ssr")]
fn who_looks() -> impl Future<Output = Option<Around>> + Send + 'static {
    use crate::signed_in::ssr::{cookie, records, site};
    // Taken now: inside the future the request's context may be gone.
    let asked = records().ok().zip(site().ok().and_then(|site| cookie(site.staff_cookie())));
    async move {
        let (records, token) = asked?;
        let viewer = records::logins::viewer(&records, Some(&token)).await.ok()?;
        let Viewer::Staff(member) = &viewer else { return None };
        // What cannot be counted leaves the page as it is.
        let waiting = records::desk::waiting(&records, member).await.unwrap_or_default();
        let until = records::logins::longest_until(&records, &token).await.ok()?;
        let ends = until.map(|until| (until.since(records.now()), crate::wording::kept::ends_soon(until)));
        Some(Around { viewer, ends, plans: waiting.plans, answers: waiting.answers })
    }
}

#[cfg(not(feature = "ssr"))]
async fn who_looks() -> Option<Around> {
    let viewer = staff_viewer().await.ok()?;
    Some(Around { viewer, ends: None, plans: 0, answers: 0 })
}

/// The line, out of sight until `login.js` shows it.
fn ends_soon(ends: Option<(i64, String)>) -> AnyView {
    let Some((left, words)) = ends else { return ().into_any() };
    view! { <p class="banner" data-state="me" id="login-ends" role="status" data-left=left hidden>{words}</p> }
        .into_any()
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

fn rail(member: &StaffMember, path: Memo<String>, waiting: RwSignal<Option<u64>>, plans: u64, answers: u64) -> AnyView {
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
            {place_with(path, "/office/dashboard", "chart", "概览", "", count(answers, words::WAIT_FOR_ANSWERS))}
            {place_with(path, "/office/plans", "cal", "计划", "", count(plans, words::PLANS_WAIT))}
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

/// A number beside a place, where there is anything to count.
fn count(number: u64, words: &'static str) -> AnyView {
    if number == 0 {
        return ().into_any();
    }
    view! { <span class="dot"><span>{number}</span><span class="vh">{words}</span></span> }.into_any()
}

fn place(
    path: Memo<String>,
    to: &'static str,
    symbol: &'static str,
    word: &'static str,
    class: &'static str,
) -> AnyView {
    place_with(path, to, symbol, word, class, ().into_any())
}

fn place_with(
    path: Memo<String>,
    to: &'static str,
    symbol: &'static str,
    word: &'static str,
    class: &'static str,
    count: AnyView,
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
    view! { <a href=to class=class aria-current=here rel=rel>{icon(symbol, "")}<span>{word}</span>{count}</a> }
        .into_any()
}
