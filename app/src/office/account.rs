//! Staff accounts: signing in and out apart from candidates, the first password, changing it.

use super::parts::{broken, failure_of, fault_of, summary};
use crate::again::use_again;
use crate::ui::{Banner, BusyButton, TextField, icon};
use crate::wording::desk as words;
use crate::wording::kept::ENDED;
use crate::{Failure, paths};
use domain::account::{Role, StaffMember};
use domain::application::progress::Tone;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;

/// Signs staff in. A login that the browser still has ends, so that the cookie is always a new one.
#[server(name = SignInStaff, endpoint = "office/sign-in")]
pub async fn sign_in(login_name: String, password: String, #[server(default)] next: String) -> Result<(), Failure> {
    use crate::signed_in::ssr::{records, site};
    let (records, site) = (records()?, site()?);
    let typed = vec![("login_name".to_owned(), login_name.clone())];
    let signed_in = async {
        let id = records::staff::sign_in(&records, &login_name, &password).await?;
        let member = records::staff::member(&records, id).await?;
        ssr::begin(&records, &site, &member).await?;
        Ok(member)
    };
    let out = signed_in.await.map_err(crate::failure::from_records);
    let back = if ssr::leads_inside(&next) {
        super::parts::with_query(&paths::office_sign_in(), "next", &next)
    } else {
        paths::office_sign_in()
    };
    let home =
        |member: &StaffMember| if ssr::leads_inside(&next) { next.clone() } else { ssr::home(member).to_owned() };
    crate::again::ssr::settle(out, home, &back, typed).map(|_| ())
}

/// Ends this browser's login.
#[server(name = SignOutStaff, endpoint = "office/sign-out")]
pub async fn sign_out() -> Result<(), Failure> {
    use crate::signed_in::ssr::{answer_with_cookie, cookie, records, site};
    let (records, site) = (records()?, site()?);
    if let Some(token) = cookie(site.staff_cookie()) {
        records::logins::end(&records, &token).await.map_err(crate::failure::from_records)?;
    }
    answer_with_cookie(&site.set_cookie(site.staff_cookie(), ""));
    leptos_axum::redirect(&paths::office_sign_in());
    Ok(())
}

/// Sets the first password by an invitation, and signs in.
#[server(name = AcceptInvitation, endpoint = "office/accept-invitation")]
pub async fn accept(token: String, password: String, password_again: String) -> Result<(), Failure> {
    use crate::signed_in::ssr::{records, site};
    let (records, site) = (records()?, site()?);
    let accepted = async {
        ssr::same(&password, &password_again)?;
        let id = records::staff::accept_invite(&records, &token, &password).await?;
        let member = records::staff::member(&records, id).await?;
        ssr::begin(&records, &site, &member).await?;
        Ok(member)
    };
    let out = accepted.await.map_err(crate::failure::from_records);
    let back = format!("/office/invite/{}", paths::encode(&token));
    crate::again::ssr::settle(out, |member| ssr::home(member).to_owned(), &back, vec![]).map(|_| ())
}

/// Changes one's own password.
#[server(name = ChangeStaffPassword, endpoint = "office/change-password")]
pub async fn change_password(old: String, password: String, password_again: String) -> Result<(), Failure> {
    use crate::signed_in::ssr::{cookie, site};
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let keep = cookie(site()?.staff_cookie()).unwrap_or_default();
    let changed = async {
        ssr::same(&password, &password_again)?;
        records::staff::change_password(&records, member.id, &old, &password, &keep).await
    };
    let out = changed.await.map_err(crate::failure::from_records);
    crate::again::ssr::settle(out, |()| "/office/me?changed=yes".to_owned(), "/office/me", vec![])
}

/// Whom an invitation is for.
#[server(name = FetchInvitation, endpoint = "office/invitation")]
pub async fn invitation(token: String) -> Result<String, Failure> {
    let records = crate::signed_in::ssr::records()?;
    records::staff::invited(&records, &token).await.map_err(crate::failure::from_records)
}

/// The personas that demonstration mode offers: id, name, role, body. Empty otherwise.
#[server(name = FetchStaffPersonas, endpoint = "office/personas")]
pub async fn personas() -> Result<Vec<StaffMember>, Failure> {
    use crate::signed_in::ssr::{records, site};
    if !site()?.demo {
        return Ok(Vec::new());
    }
    records::staff::demo_staff(&records()?).await.map_err(crate::failure::from_records)
}

/// Who is signed in, for the page about oneself.
#[server(name = FetchMe, endpoint = "office/me")]
pub async fn me() -> Result<StaffMember, Failure> {
    super::parts::ssr::staff_or_sign_in().await.map(|(_, member)| member)
}

/// The server's side of these doorways.
#[cfg(feature = "ssr")]
mod ssr {
    use crate::paths;
    use crate::signed_in::ssr::{Site, answer_with_cookie, cookie};
    use domain::account::{SignUpRefusal, StaffMember};
    use domain::form::{FieldFault, Problem};
    use records::{Error, Records, logins};

    pub(super) async fn begin(records: &Records, site: &Site, member: &StaffMember) -> Result<(), Error> {
        if let Some(old) = cookie(site.staff_cookie()) {
            logins::end(records, &old).await?;
        }
        let token = logins::start_staff(records, member.id).await?;
        answer_with_cookie(&site.set_cookie(site.staff_cookie(), &token));
        Ok(())
    }

    pub(super) fn home(member: &StaffMember) -> &'static str {
        if member.role.reads_cases() { paths::OFFICE } else { "/office/staff" }
    }

    pub(super) fn leads_inside(next: &str) -> bool {
        paths::is_ours(next) && next.starts_with("/office") && !next.starts_with("/office/sign-in")
    }

    /// Whether somebody was on the way to a page, in a browser that was signed in: signing out takes the cookie away.
    pub(super) fn was_signed_in(next: &str) -> bool {
        leads_inside(next) && crate::signed_in::ssr::site().is_ok_and(|site| cookie(site.staff_cookie()).is_some())
    }

    pub(super) fn same(password: &str, again: &str) -> Result<(), Error> {
        if password == again {
            return Ok(());
        }
        let fault =
            FieldFault {
                key: "password_again".into(), label: "再输一遍".into(), problem: Problem::PasswordsDiffer
            };
        Err(SignUpRefusal::Faults(vec![fault]).into())
    }
}

/// 工作人员登录.
#[component]
pub fn SignInPage() -> impl IntoView {
    let action = ServerAction::<SignInStaff>::new();
    let again = use_again();
    let offered = Resource::new(|| (), |()| async move { personas().await.unwrap_or_default() });
    let next = crate::ui::query_map().with_untracked(|query| query.get("next").unwrap_or_default());
    // Read now: inside the future the request's context may be gone.
    let news = crate::kept::waits(true).or_else(|| ssr::was_signed_in(&next).then(|| ENDED.to_owned()));
    let news = StoredValue::new(news);
    let next = StoredValue::new(next);
    let nonce = use_nonce().map(|nonce| nonce.to_string());
    view! {
        <Title text="工作人员登录 · 技考"/>
        // Whoever is sent here is signed out: no list of a door stays open on this device.
        <script src="/door-end.js" nonce=nonce defer></script>
        <main class="gate" id="main">
            <Suspense>
                {move || Suspend::new(async move {
                    let again = again.await;
                    let failure = failure_of(action.value().into(), again.as_ref());
                    let typed = again.as_ref().map_or("", |again| again.typed("login_name")).to_owned();
                    let news = news.get_value().map(|words| view! { <Banner tone=Tone::Me role="status"><p>{words}</p></Banner> });
                    view! {
                        <div class="auth panel panel__b">
                            <h1>"工作人员登录"</h1>
                            {news}
                            {summary(failure)}
                            <ActionForm action=action attr:class="stack stack--4">
                                <input type="hidden" name="next" value=next.get_value()/>
                                <TextField name="login_name" label="登录名" value=typed autocomplete="username" maxlength=60/>
                                <TextField name="password" label="密码" kind="password" autocomplete="current-password"/>
                                <BusyButton pending=action.pending() label="登录" busy="正在登录" class="btn--wide"/>
                            </ActionForm>
                            <p class="auth__alt">
                                <span>"您是申报人？"</span>
                                <a href="/sign-in" rel="external">"到申报人登录"</a>
                            </p>
                        </div>
                    }
                    .into_any()
                })}
            </Suspense>
            <Suspense>{move || Suspend::new(async move { demo_panel(offered.await, &next.get_value()) })}</Suspense>
        </main>
    }
}

fn demo_panel(people: Vec<StaffMember>, next: &str) -> AnyView {
    if people.is_empty() {
        return ().into_any();
    }
    let next = if ssr::leads_inside(next) { next.to_owned() } else { String::new() };
    let rows = people
        .into_iter()
        .map(|person| {
            view! {
                <form method="post" action="/demo/sign-in">
                    <input type="hidden" name="staff" value=person.id.to_string()/>
                    <input type="hidden" name="next" value=next.clone()/>
                    <button class="btn btn--quiet btn--wide">
                        <span>{person.name}</span>
                        <span class="meta">{format!("{}，{}", person.role.label(), person.body)}</span>
                    </button>
                </form>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section class="auth panel panel__b stack stack--3" aria-labelledby="demo-title">
            <h2 id="demo-title">"演示：一键登录"</h2>
            <p class="meta">"这是演示数据，人和机构都是虚构的。"</p>
            {rows}
        </section>
    }
    .into_any()
}

/// 设置第一个密码.
#[component]
pub fn InvitePage() -> impl IntoView {
    let params = crate::ui::params_map();
    let token = crate::ui::memo(move |_| params.read().get("token").unwrap_or_default());
    let action = ServerAction::<AcceptInvitation>::new();
    let again = use_again();
    let invited = Resource::new(move || token.get(), invitation);
    view! {
        <Title text="接受邀请 · 技考"/>
        <main class="gate" id="main">
            <Suspense>
                {move || Suspend::new(async move {
                    let (invited, again) = (invited.await, again.await);
                    let failure = failure_of(action.value().into(), again.as_ref());
                    let Ok(name) = invited else {
                        return view! {
                            <div class="auth panel panel__b">
                                <h1>"邀请链接不能用了"</h1>
                                <p>{words::INVITATION_OVER}</p>
                                <p class="auth__alt"><a href=paths::office_sign_in()>"已有密码，去登录"</a></p>
                            </div>
                        }
                        .into_any();
                    };
                    view! {
                        <div class="auth panel panel__b">
                            <h1>{format!("{name}，请设置密码")}</h1>
                            {summary(failure)}
                            <ActionForm action=action attr:class="stack stack--4">
                                <input type="hidden" name="token" value=token.get_untracked()/>
                                {new_password(failure)}
                                <BusyButton pending=action.pending() label="设好密码，进入工作台" busy="正在保存" class="btn--wide"/>
                            </ActionForm>
                        </div>
                    }
                    .into_any()
                })}
            </Suspense>
        </main>
    }
}

fn new_password(failure: Signal<Option<Failure>>) -> AnyView {
    let hint = format!("至少 {} 位，不要含登录名和姓名", domain::account::PASSWORD_MIN);
    view! {
        <TextField
            name="password"
            label="新密码"
            kind="password"
            hint=hint
            autocomplete="new-password"
            maxlength=domain::account::PASSWORD_MAX
            error=fault_of(failure, "password")
        />
        <TextField
            name="password_again"
            label="再输一遍"
            kind="password"
            autocomplete="new-password"
            maxlength=domain::account::PASSWORD_MAX
            error=fault_of(failure, "password_again")
        />
    }
    .into_any()
}

/// 我: who is signed in, password, sign-out.
#[component]
pub fn MePage() -> impl IntoView {
    let change = ServerAction::<ChangeStaffPassword>::new();
    let leave = ServerAction::<SignOutStaff>::new();
    let again = use_again();
    let me = Resource::new(|| (), |()| me());
    let query = crate::ui::query_map();
    let changed = crate::ui::memo(move |_| query.read().get("changed").is_some());
    view! {
        <Title text="我 · 技考工作台"/>
        <main id="main">
            <header class="deskhead">
                <h1>"我"</h1>
            </header>
            <Suspense>
                {move || Suspend::new(async move {
                    let (me, again) = (me.await, again.await);
                    let failure = failure_of(change.value().into(), again.as_ref());
                    match me {
                        Err(failure) => broken(&failure),
                        Ok(me) => view! {
                            <div class="dash__b">
                                {about(me)}
                                <section class="panel">
                                    <div class="panel__h"><h2>"改密码"</h2></div>
                                    <div class="panel__b stack stack--4">
                                        {move || changed.get().then(|| view! {
                                            <Banner tone=Tone::Done role="status">{words::PASSWORD_CHANGED}</Banner>
                                        })}
                                        {summary(failure)}
                                        <ActionForm action=change attr:class="stack stack--4">
                                            <TextField name="old" label="现在的密码" kind="password" autocomplete="current-password"/>
                                            {new_password(failure)}
                                            <p><BusyButton pending=change.pending() label="改密码" busy="正在保存"/></p>
                                        </ActionForm>
                                    </div>
                                </section>
                                {looks()}
                                <ActionForm action=leave>
                                    <button class="btn btn--quiet">{icon("log-out", "")}<span>"退出登录"</span></button>
                                </ActionForm>
                            </div>
                        }
                        .into_any(),
                    }
                })}
            </Suspense>
        </main>
    }
}

/// How the pages look in this browser.
fn looks() -> AnyView {
    let choices = [
        ("mode", "large", "大字版"),
        ("mode", "normal", "标准字号"),
        ("theme", "dark", "深色"),
        ("theme", "light", "浅色"),
    ];
    let buttons = choices
        .into_iter()
        .map(|(name, value, word)| view! { <button class="btn btn--quiet btn--small" name=name value=value>{word}</button> })
        .collect_view();
    view! {
        <form class="row row--tight" method="post" action="/preferences" aria-label="显示">
            <input type="hidden" name="back" value="/office/me"/>
            <span class="label">"显示"</span>
            {buttons}
        </form>
    }
    .into_any()
}

fn about(me: StaffMember) -> AnyView {
    let may = match me.role {
        Role::Reviewer => "审核本机构的报名",
        Role::Manager => "审核本机构的报名，管理本机构的人员",
        Role::Authority => "查看本地区所有机构，不作决定",
        Role::Administrator => "管理机构和人员，不看报名",
    };
    let rows = [("姓名", me.name), ("岗位", me.role.label().to_owned()), ("单位", me.body), ("可以做", may.to_owned())]
        .into_iter()
        .map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
        .collect_view();
    view! { <dl class="kv kv--tight">{rows}</dl> }.into_any()
}
