//! A forgotten password: a code to the mobile or the mailbox, then a new password, then in. Where no codes go out, the ways that
//! there are instead.

#[cfg(feature = "ssr")]
use super::ways::ways_offered;
use crate::again::{Again, use_again};
use crate::ui::{Banner, ErrorSummary, TextField, icon};
use crate::wording::{account as accounts, failure as failures, recovery as say};
use crate::{Failure, paths};
#[cfg(feature = "ssr")]
use domain::account::RecoveryRefusal;
use domain::application::progress::Tone;
use domain::page::people::{CodeAsked, WaysOffered};
#[cfg(feature = "ssr")]
use domain::refusal::Refusal;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// What the page knows before anything is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgot {
    /// Whether codes go out as text messages.
    pub sms: bool,
    /// Whether codes go out as mail.
    pub mail: bool,
    /// Minutes that a code counts.
    pub minutes: i64,
    /// The code that this browser asked for.
    pub asked: Option<CodeAsked>,
    /// Other ways in.
    pub offered: WaysOffered,
}

/// Which ways there are, and whether this browser waits for a code.
#[server(name = FetchForgot, endpoint = "account/forgotten")]
pub async fn forgotten() -> Result<Forgot, Failure> {
    use crate::signed_in::ssr;
    let (records, site) = (ssr::records()?, ssr::site()?);
    let (open, offered) = (ssr::open_for_codes(), ways_offered().await?);
    let asked = match ssr::cookie(ticket_name(&site)) {
        Some(ticket) => records::accounts::recovery::asked(&records, &ticket).await,
        None => Ok(None),
    };
    let asked = asked.map_err(crate::failure::from_records)?;
    let minutes = records::accounts::recovery::CODE_MINUTES;
    Ok(Forgot { sms: open.sms, mail: open.mail, minutes, asked, offered })
}

/// Asks for a code. What the browser gets is the same whether the number is known or not.
#[server(name = AskCode, endpoint = "account/forgot-ask")]
pub async fn ask_code(
    /// 手机号码 or 证件号码.
    #[server(default)]
    number: String,
    /// Where to go on, a path of this site.
    #[server(default)]
    next: String,
) -> Result<(), Failure> {
    use crate::signed_in::ssr;
    let next = if paths::is_ours(&next) { next } else { String::new() };
    let (records, site) = (ssr::records()?, ssr::site()?);
    let (network, open) = (ssr::network(), ssr::open_for_codes());
    let outcome = records::accounts::recovery::ask(&records, number.trim(), &network, open).await;
    let outcome = outcome.map_err(crate::failure::from_records);
    if let Ok(ticket) = &outcome {
        ssr::answer_with_cookie(&ticket_cookie(&site, ticket));
    }
    let typed = vec![("step".to_owned(), "number".to_owned()), ("number".to_owned(), number)];
    let on = paths::forgot(true, &next);
    crate::again::ssr::settle(outcome, |_| on, &paths::forgot(false, &next), typed).map(|_| ())
}

/// Sets the new password by the code, and signs in.
#[server(name = SetForgotten, endpoint = "account/forgot")]
pub async fn set_forgotten(
    #[server(default)] code: String,
    #[server(default)] id_no: String,
    #[server(default)] password: String,
    #[server(default)] password_again: String,
    #[server(default)] next: String,
) -> Result<(), Failure> {
    use crate::signed_in::ssr;
    let next = if paths::is_ours(&next) { next } else { String::new() };
    let (records, site) = (ssr::records()?, ssr::site()?);
    let ticket = ssr::cookie(ticket_name(&site)).unwrap_or_default();
    let typed = [("step", "code"), ("code", code.as_str()), ("id_no", id_no.as_str())];
    let typed: Vec<_> = typed.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let outcome = async {
        let chosen = records::accounts::recovery::NewPassword { code, id_no, password, password_again };
        let account = records::accounts::recovery::finish(&records, &ticket, &chosen).await;
        super::begin_login(&records, account.map_err(crate::failure::from_records)?).await
    }
    .await;
    // A code that is over asks for another one.
    let over = is_over(&outcome);
    if outcome.is_ok() || over {
        ssr::answer_with_cookie(&ticket_cookie(&site, ""));
    }
    let on = if next.is_empty() { paths::MINE.to_owned() } else { next.clone() };
    crate::again::ssr::settle(outcome, |()| on, &paths::forgot(!over, &next), typed)
}

#[cfg(feature = "ssr")]
fn is_over(outcome: &Result<(), Failure>) -> bool {
    matches!(
        outcome,
        Err(Failure::Refused(Refusal::Recovery(RecoveryRefusal::Over | RecoveryRefusal::NoMatch { left: 0 })))
    )
}

#[cfg(feature = "ssr")]
fn ticket_name(site: &crate::signed_in::ssr::Site) -> &'static str {
    if site.secure() { "__Host-jikao-forgot" } else { "jikao-forgot" }
}

#[cfg(feature = "ssr")]
fn ticket_cookie(site: &crate::signed_in::ssr::Site, ticket: &str) -> String {
    let cookie = site.set_cookie(ticket_name(site), ticket);
    if ticket.is_empty() {
        return cookie;
    }
    format!("{cookie}; Max-Age={}", records::accounts::recovery::CODE_MINUTES * 60)
}

/// 忘了密码.
#[component]
pub fn ForgotPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let again = use_again();
    let asked = Resource::new(|| (), |()| forgotten());
    let next =
        crate::ui::memo(move |_| query.read().get("next").filter(|next| paths::is_ours(next)).unwrap_or_default());
    let types = crate::ui::memo(move |_| query.read().get("step").is_some());
    view! {
        <div class="wrap page">
            <Transition>
                {move || Suspend::new(async move {
                    let (again, page) = (again.await, asked.await);
                    match page {
                        Err(failure) => crate::ui::fault_page(&failure),
                        Ok(page) => {
                            let (next, waits) = (next.get_untracked(), page.asked.filter(|_| types.get_untracked()));
                            match waits {
                                Some(asked) => ask_password(&page, asked, again.as_ref(), &next),
                                None => ask_number(&page, again.as_ref(), &next),
                            }
                        }
                    }
                })}
            </Transition>
        </div>
    }
}

/// The first page: whose password.
fn ask_number(page: &Forgot, again: Option<&Again>, next: &str) -> AnyView {
    let summary = again.map(|again| {
        let sentence = crate::wording::failure(&again.failure);
        let anchor = if page.sms || page.mail { "number" } else { "" };
        view! { <ErrorSummary faults=vec![(anchor.to_owned(), sentence)] title="没有办成"/> }
    });
    let typed = again.map(|again| again.typed("number").to_owned()).unwrap_or_default();
    let form = if page.sms || page.mail {
        let (lead, label, hint) = match (page.sms, page.mail) {
            (true, true) => (say::LEAD, "手机号码或证件号码", say::NUMBER_HINT),
            (true, false) => (say::LEAD, "手机号码或证件号码", say::NUMBER_HINT_SMS),
            (false, _) => (say::LEAD_MAIL, "证件号码", say::NUMBER_HINT_MAIL),
        };
        view! {
            <p class="lead">{lead}</p>
            <form class="stack stack--5" method="post" action=AskCode::PATH>
                <input type="hidden" name="next" value=next.to_owned()/>
                <TextField name="number" label=label value=typed hint=hint autocomplete="username" class="num" maxlength=40/>
                <button class="btn btn--big btn--wide">"发验证码"</button>
            </form>
            <p class="soft">{say::OTHERS}</p>
        }
        .into_any()
    } else {
        view! { <Banner tone=Tone::Others><p>{say::CLOSED}</p></Banner> }.into_any()
    };
    view! {
        <Title text=titled(again.is_some())/>
        <div class="auth">
            <h1>"忘了密码"</h1>
            {summary}
            {form}
            {others(&page.offered, next)}
            <p class="auth__alt"><span>"想起来了？"</span><a href=paths::sign_in(next)>"登录"</a></p>
        </div>
    }
    .into_any()
}

/// What works without a code of ours: the counter, and other ways to sign in.
fn others(offered: &WaysOffered, next: &str) -> AnyView {
    let link = |href: String, symbol: &'static str, words: String, external: bool| {
        let rel = external.then_some("external");
        view! { <a class="btn btn--quiet btn--wide" href=href rel=rel>{icon(symbol, "")}<span>{words}</span></a> }
            .into_any()
    };
    let mut links = Vec::new();
    for (key, title) in &offered.providers {
        links.push(link(paths::sign_in_with(key, next), "shield", accounts::sign_in_with(title), true));
    }
    if offered.registration_number {
        links.push(link(paths::sign_in_way("number", next), "id", "用报名序号登录".to_owned(), false));
    }
    links.push(link(super::activate::reset_address(next), "check", "用窗口给的重设码".to_owned(), false));
    view! {
        <section class="stack stack--3" aria-label="别的办法">
            {links}
            <p class="meta">{say::COUNTER}</p>
        </section>
    }
    .into_any()
}

/// The second page: the code and the new password.
fn ask_password(page: &Forgot, asked: CodeAsked, again: Option<&Again>, next: &str) -> AnyView {
    let again = again.filter(|again| again.typed("step") == "code");
    let faults = again.map(|again| failures::lines(&again.failure)).unwrap_or_default();
    let error =
        |key: &str| Signal::stored(faults.iter().find(|(known, _)| known == key).map(|(_, sentence)| sentence.clone()));
    let typed = |key: &str| again.map(|again| again.typed(key).to_owned()).unwrap_or_default();
    let sent = say::asked(page.minutes);
    let document = asked.by_mobile.then(|| {
        view! { <TextField name="id_no" label="证件号码" value=typed("id_no") hint=say::ID_HINT error=error("id_no") autocomplete="username" class="num" maxlength=40/> }
    });
    view! {
        <Title text=titled(again.is_some())/>
        <div class="auth">
            <ErrorSummary faults=faults.clone()/>
            <h1>"设新密码"</h1>
            <Banner tone=Tone::Others role="status"><p>{sent}</p></Banner>
            <form class="stack stack--5" method="post" action=SetForgotten::PATH>
                <input type="hidden" name="next" value=next.to_owned()/>
                <TextField name="code" label="验证码" value=typed("code") hint=say::CODE_HINT error=error("code") inputmode="numeric" autocomplete="one-time-code" class="w-8 num" maxlength=10/>
                {document}
                <TextField name="password" label="新密码" hint=accounts::password_hint() error=error("password") kind="password" autocomplete="new-password" maxlength=200/>
                <TextField name="password_again" label="再输一次密码" error=error("password_again") kind="password" autocomplete="new-password" maxlength=200/>
                <p class="soft">{say::NOW}</p>
                <button class="btn btn--big btn--wide">"设新密码并登录"</button>
            </form>
            <p class="auth__alt"><span>"没收到，或者号码填错了？"</span><a href=paths::forgot(false, next)>"再要一个"</a></p>
        </div>
    }
    .into_any()
}

fn titled(refused: bool) -> &'static str {
    if refused { "错误：忘了密码 - 技考" } else { "忘了密码 - 技考" }
}
