use super::ways::{FindNumber, SignInByNumber, WayForm, ways_offered};
use crate::again::{Again, use_again};
use crate::applicant::frame::use_around;
use crate::ui::{Banner, ErrorSummary, TextField, icon};
use crate::wording::{self, account as say};
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::page::people::WaysOffered;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// Signs a candidate in. The answer and its time tell nothing about whether a number is known.
#[server(name = SignIn, endpoint = "account/sign-in")]
pub async fn sign_in(
    /// Identity number, typed in any form.
    id_no: String,
    /// Password.
    password: String,
    /// Where to go on, a path of this site.
    next: String,
    /// Whether the person has just signed up: then 报名序号 is shown first, where there is one.
    #[server(default)]
    fresh: String,
) -> Result<(), Failure> {
    use crate::failure::from_records;
    use crate::signed_in::ssr;
    use records::ways::number::matters;
    let next = if paths::is_ours(&next) { next } else { String::new() };
    let outcome = async {
        // What is not there was not compared with anything.
        if let Some(nothing) = say::sign_in_empty(&id_no, &password) {
            return Err(Failure::Told(nothing.into()));
        }
        let records = ssr::records()?;
        let account = records::accounts::sign_in(&records, id_no.trim(), &password).await.map_err(from_records)?;
        super::begin_login(&records, account).await?;
        // It is shown after signing in, never after signing up: there it would tell who is registered.
        let number = match fresh.as_str() {
            "" => None,
            _ if !matters(&records, paths::plan_in(&next)).await.map_err(from_records)? => None,
            _ => records::ways::number::of(&records, account).await.map_err(from_records)?,
        };
        Ok(number.is_some())
    }
    .await;
    let on = if next.is_empty() { paths::MINE.to_owned() } else { next.clone() };
    let next_page = |numbered: &bool| if *numbered { paths::registration_number(&next) } else { on };
    let typed = vec![("id_no".to_owned(), id_no), ("fresh".to_owned(), fresh)];
    crate::again::ssr::settle(outcome, next_page, &paths::sign_in(&next), typed).map(|_| ())
}

/// Signs out: the login ends on the server, whatever the browser keeps.
#[server(name = SignOut, endpoint = "account/sign-out")]
pub async fn sign_out() -> Result<(), Failure> {
    use crate::signed_in::ssr;
    let (records, site) = (ssr::records()?, ssr::site()?);
    if let Some(token) = ssr::cookie(site.applicant_cookie()) {
        records::logins::end(&records, &token).await.map_err(crate::failure::from_records)?;
    }
    ssr::answer_with_cookie(&site.set_cookie(site.applicant_cookie(), ""));
    leptos_axum::redirect(paths::HOME);
    Ok(())
}

/// The personas of the demonstration: id and name. Empty where there is no demonstration.
#[server(name = FetchPersonas, endpoint = "account/demo-personas")]
pub async fn personas() -> Result<Vec<(String, String)>, Failure> {
    use crate::signed_in::ssr;
    if !ssr::site()?.demo {
        return Ok(Vec::new());
    }
    let found = records::accounts::demo_personas(&ssr::records()?).await.map_err(crate::failure::from_records)?;
    Ok(found.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

/// Sign-in.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let again = use_again();
    let personas = Resource::new(|| (), |()| async { personas().await.unwrap_or_default() });
    let offered = Resource::new(|| (), |()| async { ways_offered().await.unwrap_or_default() });
    let found = super::ways::use_found_number();
    let around = use_around();
    // Read now: inside the future the request's context may be gone.
    #[cfg(feature = "ssr")]
    let kept = crate::kept::waits(false);
    #[cfg(not(feature = "ssr"))]
    let kept = None;
    let asked = crate::ui::memo(move |_| {
        let query = query.read();
        let next = query.get("next").filter(|next| paths::is_ours(next)).unwrap_or_default();
        (next, query.get("fresh").is_some(), query.get("way").unwrap_or_default())
    });
    view! {
        <div class="wrap page">
            <Transition>
                {move || {
                    let (next, fresh, way) = asked.get();
                    let kept = kept.clone();
                    Suspend::new(async move {
                        let (again, personas, around) = (again.await, personas.await, around.await);
                        let (offered, found) = (offered.await, found.await);
                        let form = WayForm::of(&way, &offered);
                        let fresh = fresh || again.as_ref().is_some_and(|again| !again.typed("fresh").is_empty());
                        let facts = Facts { again, next, fresh, personas, offered, found, signed_in: around.signed_in(), ended: around.ended, kept };
                        page(form, &facts)
                    })
                }}
            </Transition>
        </div>
    }
}

/// What the page is drawn from.
pub(super) struct Facts {
    pub again: Option<Again>,
    pub next: String,
    fresh: bool,
    personas: Vec<(String, String)>,
    pub offered: WaysOffered,
    /// 报名序号 that was just found again.
    pub found: Option<String>,
    signed_in: bool,
    /// Whether a login of this browser has ended by itself.
    ended: bool,
    /// The sentence about a form that waits for somebody who signs in.
    kept: Option<String>,
}

impl Facts {
    /// What was typed before the form was refused.
    pub fn typed(&self, key: &str) -> String {
        self.again.as_ref().map(|again| again.typed(key).to_owned()).unwrap_or_default()
    }
}

fn page(form: WayForm, facts: &Facts) -> AnyView {
    let heading = form.heading();
    let failure = facts.again.as_ref().map(|again| &again.failure);
    let title = if failure.is_some() { format!("错误：{heading} - 技考") } else { format!("{heading} - 技考") };
    // The refusal of a provider belongs to no field.
    let anchor = if facts.typed("way").is_empty() { "id_no" } else { "" };
    let summary = failure.map(|failure| {
        view! { <ErrorSummary faults=vec![(anchor.to_owned(), wording::failure(failure))] title=form.refused()/> }
    });
    let news = if facts.fresh && failure.is_none() {
        view! { <Banner tone=Tone::Done role="status"><p>{say::SIGNED_UP}</p></Banner> }.into_any()
    } else if facts.signed_in {
        let on = if facts.next.is_empty() { paths::MINE.to_owned() } else { facts.next.clone() };
        view! { <Banner tone=Tone::Others><p><span>"您已经登录。"</span><a href=on>"接着办"</a></p></Banner> }
            .into_any()
    } else if !facts.next.is_empty() && failure.is_none() {
        // Nobody is sent here without a word.
        let words = if facts.ended { wording::failure::SIGN_IN_NEEDED } else { say::SIGN_IN_FIRST };
        let words = facts.kept.clone().unwrap_or_else(|| words.to_owned());
        view! { <Banner tone=Tone::Me role="status"><p>{words}</p></Banner> }.into_any()
    } else {
        ().into_any()
    };
    let drawn = match form {
        WayForm::Account => own_account(facts),
        WayForm::Number => super::ways::by_number(facts, SignInByNumber::PATH),
        WayForm::Find => super::ways::find(facts, FindNumber::PATH),
    };
    view! {
        <Title text=title/>
        <div class="auth">
            <h1>{heading}</h1>
            {summary}
            {news}
            {drawn}
            {super::ways::others(form, facts)}
            <p class="auth__alt"><span>"机构老师请到"</span><a href=paths::office_sign_in() rel="external">"机构工作台"</a></p>
            {demo(&facts.personas, &facts.next)}
        </div>
    }
    .into_any()
}

fn own_account(facts: &Facts) -> AnyView {
    let next = &facts.next;
    let sign_up = if next.is_empty() {
        paths::SIGN_UP.to_owned()
    } else {
        format!("{}?next={}", paths::SIGN_UP, paths::encode(next))
    };
    view! {
        <form class="stack stack--5" method="post" action=SignIn::PATH>
            <input type="hidden" name="next" value=next.clone()/>
            {facts.fresh.then(|| view! { <input type="hidden" name="fresh" value="1"/> })}
            <TextField name="id_no" label="证件号码" value=facts.typed("id_no") hint=say::SIGN_IN_HINT autocomplete="username" class="num" maxlength=40/>
            <TextField name="password" label="密码" kind="password" autocomplete="current-password" maxlength=200/>
            <button class="btn btn--big btn--wide">"登录"</button>
        </form>
        <p class="auth__alt"><span>"忘了密码？"</span><a href=paths::forgot(false, next)>"重设密码"</a></p>
        <p class="auth__alt"><span>"还没有账号？"</span><a href=sign_up>{say::sign_up_link(facts.offered.registration_number)}</a></p>
    }
    .into_any()
}

fn demo(personas: &[(String, String)], next: &str) -> AnyView {
    if personas.is_empty() {
        return ().into_any();
    }
    let buttons = personas
        .iter()
        .map(|(id, name)| {
            view! {
                <form method="post" action="/demo/sign-in">
                    <input type="hidden" name="account" value=id.clone()/>
                    <input type="hidden" name="next" value=next.to_owned()/>
                    <button class="btn btn--quiet btn--wide">{icon("user", "")}<span>{name.clone()}</span></button>
                </form>
            }
        })
        .collect_view();
    view! {
        <section class="panel panel__b stack stack--3" aria-labelledby="demo">
            <h2 id="demo" class="h-s">"演示：不用密码，点一个人"</h2>
            {buttons}
        </section>
    }
    .into_any()
}
