//! What stands around every page: skip link, header, footer, and the tab bar of phones.
//! Pages fill `<main>`: they begin with `<div class="wrap page">`.

use super::account::SignOut;
use crate::wording::mine as words;
use crate::{Failure, paths, ui::icon};
use domain::account::Viewer;
use domain::time::Timestamp;
use leptos::html::Main;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// What every page of the candidates' side needs to know, asked once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Around {
    /// Who looks.
    pub viewer: Viewer,
    /// Whether this browser was signed in and is no more.
    pub ended: bool,
    /// Messages that the signed-in candidate has not read.
    pub unread: u64,
    /// 大字版
    pub large: bool,
    /// 深色
    pub dark: bool,
    /// Whether the installation offers the personas of the demonstration.
    pub demo: bool,
    /// Server time of this answer.
    pub now: Timestamp,
}

impl Around {
    /// A guest with the ordinary look: what is shown when the question fails.
    fn guest() -> Self {
        Around {
            viewer: Viewer::Guest,
            ended: false,
            unread: 0,
            large: false,
            dark: false,
            demo: false,
            now: Timestamp::default(),
        }
    }

    /// Whether somebody is signed in.
    pub fn signed_in(&self) -> bool {
        matches!(self.viewer, Viewer::Applicant { .. })
    }
}

/// Who looks, and how the page shall look.
#[server(name = FetchAround, endpoint = "around")]
pub async fn around() -> Result<Around, Failure> {
    use crate::signed_in::ssr;
    let viewer = ssr::viewer(false).await?;
    let unread = match &viewer {
        Viewer::Applicant { id, .. } => {
            records::messages::unread(&ssr::records()?, *id).await.map_err(crate::failure::from_records)?
        }
        _ => 0,
    };
    // Signing out takes the cookie away; an end by time or from another device leaves it.
    let ended = viewer == Viewer::Guest && ssr::cookie(ssr::site()?.applicant_cookie()).is_some();
    Ok(Around {
        viewer,
        ended,
        unread,
        large: ssr::cookie("mode").as_deref() == Some("large"),
        dark: ssr::cookie("theme").as_deref() == Some("dark"),
        demo: ssr::site()?.demo,
        now: ssr::records()?.now(),
    })
}

/// The one answer to "who looks", for every page under the frame.
#[derive(Debug, Clone, Copy)]
struct AroundPage(Resource<Around>);

/// Who looks, from the frame; pages await it inside their own `Suspense`.
pub fn use_around() -> Resource<Around> {
    match use_context::<AroundPage>() {
        Some(AroundPage(around)) => around,
        None => Resource::new(|| (), |()| async { around().await.unwrap_or_else(|_| Around::guest()) }),
    }
}

/// Header, page, footer, tab bar.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let around = use_around();
    provide_context(AroundPage(around));
    let location = crate::ui::location();
    let path = location.pathname;
    let here = crate::ui::memo(move |_| {
        let search = location.search.get();
        let mark = if search.is_empty() || search.starts_with('?') { "" } else { "?" };
        format!("{}{mark}{search}", path.get())
    });
    // The wizard has its action bar where the tab bar would be; a phone that only signs has neither.
    let bare = crate::ui::memo(move |_| {
        let path = path.get();
        // On a plan's page the button stands there.
        path.starts_with("/apply/") || path.starts_with("/sign/") || path.starts_with("/plans/")
    });
    let main = NodeRef::<Main>::new();
    // Without this, the focus would stay on a link that is gone after going to another page.
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now)
            && let Some(main) = main.get_untracked()
        {
            let _ = main.focus();
        }
        now
    });
    view! {
        <a class="skip" href="#main" rel="external">"跳到正文"</a>
        <Transition>
            {move || Suspend::new(async move { header(around.await, path, here) })}
        </Transition>
        <main id="main" tabindex="-1" node_ref=main>{children()}</main>
        <footer class="foot">
            <div class="wrap stack stack--2">
                <ul>
                    <li><a href=paths::HOME>"查考试计划"</a></li>
                    <li><a href=paths::VERIFY>"证书查验"</a></li>
                    <li><a href=paths::STATUS>"查报名进度"</a></li>
                    <li><a href=paths::NOTICES>"公示"</a></li>
                    <li><a href=paths::PRIVACY>"个人信息怎么用"</a></li>
                    <li><a href=paths::OFFICE rel="external">"机构工作台"</a></li>
                </ul>
                <p>"技考　职业技能等级认定报名与审核"</p>
            </div>
        </footer>
        <div class:has-tabbar=move || !bare.get() hidden=move || bare.get()>
            <nav class="tabbar" aria-label="底部导航">
                {tab(path, paths::HOME, "search", "找考试")}
                {tab(path, paths::MINE, "list", "我的报名")}
                {tab(path, paths::VERIFY, "cert", "证书")}
                {tab(path, paths::PROFILE, "user", "我的")}
            </nav>
        </div>
    }
}

/// Whether `path` belongs to the part of the site that begins at `root`.
fn is_part(path: &str, root: &str) -> bool {
    match root {
        paths::HOME => path == root || path.starts_with("/plans"),
        // One's own certificates belong to 证书.
        paths::MINE => {
            (path.starts_with(root) && !path.starts_with(paths::MY_CERTIFICATES)) || path.starts_with("/apply")
        }
        paths::VERIFY => path.starts_with(root) || path.starts_with(paths::MY_CERTIFICATES),
        _ => path.starts_with(root),
    }
}

fn tab(path: Memo<String>, to: &'static str, symbol: &'static str, word: &'static str) -> AnyView {
    let current = move || is_part(&path.read(), to).then_some("page");
    view! { <a href=to aria-current=current>{icon(symbol, "")}<span>{word}</span></a> }.into_any()
}

fn place(path: Memo<String>, to: &'static str, word: &'static str) -> AnyView {
    let current = move || is_part(&path.read(), to).then_some("page");
    view! { <a href=to aria-current=current>{word}</a> }.into_any()
}

fn header(around: Around, path: Memo<String>, here: Memo<String>) -> AnyView {
    let demo = around.demo.then(|| {
        view! {
            <aside aria-label="演示">
                <p class="notice-line" data-state="others">
                    <b>"演示"</b>
                    <span>"　人和资料都是虚构的，可以随便试。"</span>
                    <a class="nb" href=paths::sign_in("")>"一键登录"</a>
                </p>
            </aside>
        }
    });
    let name = match &around.viewer {
        Viewer::Applicant { name, .. } => Some(name.clone()),
        _ => None,
    };
    let (mode, mode_word) = if around.large { ("normal", "标准版") } else { ("large", "大字版") };
    let (theme, theme_word) = if around.dark { ("light", "浅色") } else { ("dark", "深色") };
    let person = match name.clone() {
        Some(name) => view! { <a class="tool only-wide" href=paths::PROFILE>{icon("user", "")}<span class="clip">{name}</span></a> }.into_any(),
        None => view! {
            <a class="tool only-wide" href=move || paths::sign_in(&next(&here.read()))>{icon("user", "")}<span>"登录"</span></a>
            <a class="tool only-wide" href=paths::SIGN_UP>"注册"</a>
        }
        .into_any(),
    };
    let leave = move || {
        view! {
            <form method="post" action=SignOut::PATH>
                <button class="tool">{icon("log-out", "")}<span>"退出"</span></button>
            </form>
        }
    };
    let signed_in = name.is_some();
    let bell = signed_in.then(|| bell(around.unread, path));
    let menu = match name {
        Some(name) => view! {
            <li><a href=paths::PROFILE>{icon("user", "")}<span>{name}</span></a></li>
            <li>{leave()}</li>
        }
        .into_any(),
        None => view! {
            <li><a href=move || paths::sign_in(&next(&here.read()))>{icon("user", "")}<span>"登录"</span></a></li>
            <li><a href=paths::SIGN_UP>{icon("pen", "")}<span>"注册"</span></a></li>
        }
        .into_any(),
    };
    view! {
        {demo}
        <header class="head">
            <div class="wrap head__in">
                <a class="brand" href=paths::HOME>
                    <svg aria-hidden="true"><use href="/icons.svg#mark"></use></svg>
                    <span>"技考"</span>
                    <small>"职业技能等级认定"</small>
                </a>
                <nav aria-label="主导航">
                    {place(path, paths::HOME, "查考试计划")}
                    {place(path, paths::MINE, "我的报名")}
                    {place(path, paths::VERIFY, "证书查验")}
                </nav>
                <div class="head__tools">
                    {switch("mode", mode, here, view! {
                        <button class="tool"><span class="big-a" aria-hidden="true">"大"</span><span>{mode_word}</span></button>
                    }.into_any())}
                    <div class="only-wide">
                        {switch("theme", theme, here, view! { <button class="tool">{theme_word}</button> }.into_any())}
                    </div>
                    {bell}
                    {person}
                    {signed_in.then(|| view! { <div class="only-wide">{leave()}</div> })}
                    <details class="menu only-narrow">
                        <summary class="tool">{icon("menu", "")}<span class="vh">"菜单"</span></summary>
                        <ul class="menu__list">
                            {menu}
                            <li>{switch("theme", theme, here, view! {
                                <button>{icon("settings", "")}<span>{theme_word}</span></button>
                            }.into_any())}</li>
                        </ul>
                    </details>
                </div>
            </div>
        </header>
    }
    .into_any()
}

/// 我的消息 with the number of unread ones; a page that follows its topics renews it too.
fn bell(unread: u64, path: Memo<String>) -> AnyView {
    let current = move || path.read().starts_with(paths::MESSAGES).then_some("page");
    let dot = (unread > 0).then(|| {
        let number = if unread > 99 { "99+".to_owned() } else { unread.to_string() };
        view! { <span class="dot" aria-hidden="true">{number}</span> }
    });
    view! {
        <div data-swap="bell">
            <a class="tool bell" href=paths::MESSAGES aria-label=words::bell(unread) aria-current=current>{icon("bell", "")}{dot}</a>
        </div>
    }
    .into_any()
}

/// A form that keeps one preference in a cookie and comes back to this page.
fn switch(name: &'static str, value: &'static str, here: Memo<String>, button: AnyView) -> AnyView {
    view! {
        <form method="post" action="/preferences">
            <input type="hidden" name=name value=value/>
            <input type="hidden" name="back" value=move || here.get()/>
            {button}
        </form>
    }
    .into_any()
}

/// Where signing in leads back to: this page, unless it is one of those that people leave by signing in.
fn next(here: &str) -> String {
    let plain = here.split(['?', '#']).next().unwrap_or_default();
    if plain.starts_with("/sign") || plain == paths::HOME { String::new() } else { here.to_owned() }
}
