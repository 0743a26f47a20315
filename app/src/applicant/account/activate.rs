//! Opening an account that an agency prepared: number and code, then a password, then in.

use crate::again::{Again, use_again};
use crate::ui::{Banner, DateField, ErrorSummary, RadioCard, RadioCards, TextField, icon};
use crate::wording::{account as say, failure as failures};
use crate::{Failure, paths};
#[cfg(feature = "ssr")]
use domain::account::WayRefusal;
use domain::application::progress::Tone;
use domain::id_document::Gender;
use domain::page::people::Welcome;
#[cfg(feature = "ssr")]
use domain::refusal::Refusal;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// The page, going on to `next` afterwards.
pub(super) fn address(next: &str) -> String {
    if next.is_empty() { paths::ACTIVATE.into() } else { format!("{}?next={}", paths::ACTIVATE, paths::encode(next)) }
}

/// The page for somebody who forgot the password, going on to `next` afterwards.
pub(super) fn reset_address(next: &str) -> String {
    let on = if next.is_empty() { String::new() } else { format!("&next={}", paths::encode(next)) };
    format!("{}?reset=1{on}", paths::ACTIVATE)
}

/// Tries number and code. What opens the second step stands in a cookie, never in an address.
#[server(name = OpenActivation, endpoint = "account/activate-open")]
pub async fn open_activation(
    id_no: String,
    code: String,
    next: String,
    #[server(default)] reset: String,
) -> Result<(), Failure> {
    use crate::signed_in::ssr;
    let next = if paths::is_ours(&next) { next } else { String::new() };
    let (records, site) = (ssr::records()?, ssr::site()?);
    let outcome = records::preloaded::open(&records, id_no.trim(), &code).await.map_err(crate::failure::from_records);
    if let Ok(token) = &outcome {
        ssr::answer_with_cookie(&ticket_cookie(&site, token));
    }
    let back = if reset.is_empty() { address(&next) } else { reset_address(&next) };
    let typed = vec![("step".to_owned(), "code".to_owned()), ("id_no".to_owned(), id_no)];
    crate::again::ssr::settle(outcome, |_| back.clone(), &back, typed).map(|_| ())
}

/// Sets the password, opens the account and signs in.
#[server(name = FinishActivation, endpoint = "account/activate")]
pub async fn finish_activation(
    #[server(default)] mobile: String,
    #[server(default)] birth: String,
    #[server(default)] gender: String,
    password: String,
    #[server(default)] password_again: String,
    #[server(default)] agreed: String,
    next: String,
) -> Result<(), Failure> {
    use crate::signed_in::ssr;
    let next = if paths::is_ours(&next) { next } else { String::new() };
    let (records, site) = (ssr::records()?, ssr::site()?);
    let token = ssr::cookie(ticket_name(&site)).unwrap_or_default();
    let typed = vec![
        ("step".to_owned(), "password".to_owned()),
        ("mobile".to_owned(), mobile.clone()),
        ("birth".to_owned(), birth.clone()),
        ("gender".to_owned(), gender.clone()),
        ("agreed".to_owned(), agreed.clone()),
    ];
    let outcome = async {
        let chosen =
            records::preloaded::Activation { mobile, birth, gender, password, password_again, agreed: agreed == "yes" };
        let account =
            records::preloaded::activate(&records, &token, &chosen).await.map_err(crate::failure::from_records)?;
        super::begin_login(&records, account).await
    }
    .await;
    let over = matches!(outcome, Err(Failure::Refused(Refusal::Way(WayRefusal::ActivationOver))));
    if outcome.is_ok() || over {
        ssr::answer_with_cookie(&ticket_cookie(&site, ""));
    }
    let on = if next.is_empty() { paths::MINE.to_owned() } else { next.clone() };
    crate::again::ssr::settle(outcome, |()| on, &address(&next), typed)
}

/// Whose account is about to be opened in this browser; none before the first step.
#[server(name = FetchWelcome, endpoint = "account/activation")]
pub async fn activation() -> Result<Option<Welcome>, Failure> {
    use crate::signed_in::ssr;
    let (records, site) = (ssr::records()?, ssr::site()?);
    let Some(token) = ssr::cookie(ticket_name(&site)) else { return Ok(None) };
    match records::preloaded::welcome(&records, &token).await {
        Ok(welcome) => Ok(Some(welcome)),
        Err(records::Error::Refused(_)) => Ok(None),
        Err(why) => Err(crate::failure::from_records(why)),
    }
}

#[cfg(feature = "ssr")]
fn ticket_name(site: &crate::signed_in::ssr::Site) -> &'static str {
    if site.secure() { "__Host-jikao-activate" } else { "jikao-activate" }
}

#[cfg(feature = "ssr")]
fn ticket_cookie(site: &crate::signed_in::ssr::Site, token: &str) -> String {
    let cookie = site.set_cookie(ticket_name(site), token);
    if token.is_empty() { cookie } else { format!("{cookie}; Max-Age={}", records::preloaded::TICKET_MINUTES * 60) }
}

/// Activation.
#[component]
pub fn ActivatePage() -> impl IntoView {
    let query = crate::ui::query_map();
    let again = use_again();
    let welcome = Resource::new(|| (), |()| activation());
    let next =
        crate::ui::memo(move |_| query.read().get("next").filter(|next| paths::is_ours(next)).unwrap_or_default());
    let forgot = crate::ui::memo(move |_| query.read().get("reset").is_some());
    view! {
        <div class="wrap page">
            <Transition>
                {move || Suspend::new(async move {
                    let (again, welcome) = (again.await, welcome.await);
                    match welcome {
                        Err(failure) => crate::ui::fault_page(&failure),
                        Ok(None) => {
                            let form = if forgot.get_untracked() { CodeForm::RESET } else { CodeForm::ACTIVATE };
                            ask_code(&form, again.as_ref(), next.get_untracked())
                        }
                        Ok(Some(welcome)) => ask_password(&welcome, again.as_ref(), next.get_untracked()),
                    }
                })}
            </Transition>
        </div>
    }
}

/// The first step asks for a number and a code; which code, and what for, differs.
struct CodeForm {
    heading: &'static str,
    refused: &'static str,
    lead: &'static str,
    label: &'static str,
    hint: &'static str,
    reset: &'static str,
    other: &'static str,
}

impl CodeForm {
    const ACTIVATE: CodeForm = CodeForm {
        heading: "激活账号",
        refused: "没有激活成功",
        lead: say::ACTIVATE_LEAD,
        label: "激活码",
        hint: say::CODE_HINT,
        reset: "",
        other: "已经激活过？",
    };
    const RESET: CodeForm = CodeForm {
        heading: "重设密码",
        refused: "没有对上",
        lead: say::RESET_LEAD,
        label: "重设码",
        hint: say::RESET_HINT,
        reset: "1",
        other: "想起来了？",
    };
}

fn titled(heading: &str, refused: bool) -> String {
    if refused { format!("错误：{heading} - 技考") } else { format!("{heading} - 技考") }
}

fn ask_code(form: &CodeForm, again: Option<&Again>, next: String) -> AnyView {
    let title = titled(form.heading, again.is_some());
    let refused = form.refused;
    let summary = again.map(|again| {
        let sentence = crate::wording::failure(&again.failure);
        view! { <ErrorSummary faults=vec![("id_no".to_owned(), sentence)] title=refused/> }
    });
    let typed = again.map(|again| again.typed("id_no").to_owned()).unwrap_or_default();
    let sign_in = paths::sign_in(&next);
    view! {
        <Title text=title/>
        <div class="auth">
            <h1>{form.heading}</h1>
            {summary}
            <p class="lead">{form.lead}</p>
            <form class="stack stack--5" method="post" action=OpenActivation::PATH>
                <input type="hidden" name="next" value=next/>
                <input type="hidden" name="reset" value=form.reset/>
                <TextField name="id_no" label="证件号码" value=typed autocomplete="username" class="num" maxlength=40/>
                <TextField name="code" label=form.label hint=form.hint autocomplete="one-time-code" class="w-12 num" maxlength=20/>
                <button class="btn btn--big btn--wide">"下一步"</button>
            </form>
            <p class="auth__alt"><span>{form.other}</span><a href=sign_in>"登录"</a></p>
        </div>
    }
    .into_any()
}

fn ask_password(welcome: &Welcome, again: Option<&Again>, next: String) -> AnyView {
    let again = again.filter(|again| again.typed("step") == "password");
    let faults = again.map(|again| failures::lines(&again.failure)).unwrap_or_default();
    let (heading, agency, button) = if welcome.resets {
        ("设新密码", "核对证件的机构", "设新密码并登录")
    } else {
        ("激活账号", "预录机构", "激活并登录")
    };
    let title = titled(heading, !faults.is_empty());
    let error =
        |key: &str| Signal::stored(faults.iter().find(|(known, _)| known == key).map(|(_, sentence)| sentence.clone()));
    let typed = |key: &str| again.map(|again| again.typed(key).to_owned()).unwrap_or_default();
    let facts = [
        ("姓名", welcome.name_masked.clone()),
        (welcome.id_kind.label(), welcome.id_no_masked.clone()),
        (agency, welcome.agency.clone()),
    ];
    let facts = facts
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd class="num">{value}</dd></div> })
        .collect_view();
    let fields = if welcome.resets {
        view! {
            <Banner tone=Tone::Others><p>{say::RESET_NOW}</p></Banner>
            <TextField name="password" label="新密码" hint=say::password_hint() error=error("password") kind="password" autocomplete="new-password" maxlength=200/>
            <TextField name="password_again" label="再输一次密码" error=error("password_again") kind="password" autocomplete="new-password" maxlength=200/>
        }
        .into_any()
    } else if welcome.has_account {
        view! {
            <Banner tone=Tone::Others><p>{say::ACCOUNT_IN_USE}</p></Banner>
            <TextField name="password" label="原来的密码" error=error("password") kind="password" autocomplete="current-password" maxlength=200/>
        }
        .into_any()
    } else {
        new_account(welcome, &typed, &error)
    };
    view! {
        <Title text=title/>
        <div class="auth">
            <ErrorSummary faults=faults.clone()/>
            <h1>{heading}</h1>
            <dl class="kv">{facts}</dl>
            <form class="stack stack--5" method="post" action=FinishActivation::PATH>
                <input type="hidden" name="next" value=next/>
                {fields}
                <button class="btn btn--big btn--wide">{button}</button>
            </form>
            <p class="meta">{say::NOT_YOU}</p>
        </div>
    }
    .into_any()
}

fn new_account(
    welcome: &Welcome,
    typed: &impl Fn(&str) -> String,
    error: &impl Fn(&str) -> Signal<Option<String>>,
) -> AnyView {
    let has_mobile = !welcome.mobile_masked.is_empty();
    let mobile_hint = if has_mobile { say::keep_mobile(&welcome.mobile_masked) } else { say::MOBILE_HINT.to_owned() };
    let asks = welcome.asks_birth.then(|| {
        let genders = Gender::ALL.map(|gender| RadioCard::new(gender.code(), gender.label())).to_vec();
        view! {
            <DateField name="birth" label="出生日期" value=typed("birth") hint=say::BIRTH_HINT error=error("birth") autocomplete="bday"/>
            <RadioCards name="gender" legend="性别" cards=genders value=typed("gender") error=error("gender") columns=2/>
        }
    });
    let agreed = typed("agreed") == "yes";
    let agreed_error = error("agreed");
    let invalid = agreed_error.get_untracked().is_some();
    view! {
        <TextField name="mobile" label="手机号码" value=typed("mobile") hint=mobile_hint error=error("mobile") optional=has_mobile kind="tel" inputmode="tel" autocomplete="tel" class="num" maxlength=30/>
        {asks}
        <TextField name="password" label="设密码" hint=say::password_hint() error=error("password") kind="password" autocomplete="new-password" maxlength=200/>
        <TextField name="password_again" label="再输一次密码" error=error("password_again") kind="password" autocomplete="new-password" maxlength=200/>
        <details class="more">
            <summary>{icon("down", "s")}<span>"个人信息怎么用"</span></summary>
            <div class="stack">{super::notice()}</div>
        </details>
        <div class="field" class:field--bad=invalid>
            {crate::ui::error_line("agreed-e".to_owned(), agreed_error)}
            <label class="check">
                <input
                    type="checkbox"
                    id="agreed"
                    name="agreed"
                    value="yes"
                    checked=agreed
                    aria-invalid=invalid.then_some("true")
                    aria-describedby=invalid.then_some("agreed-e")
                />
                <span>{say::CONSENT}</span>
            </label>
        </div>
    }
    .into_any()
}
