use crate::again::use_again;
use crate::applicant::frame::use_around;
use crate::ui::{Banner, ErrorSummary, TextField, icon};
use crate::wording::{self, account as say};
use crate::{Failure, paths};
use domain::application::progress::Tone;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
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
) -> Result<(), Failure> {
    use crate::applicant::eligibility::remembered;
    use crate::failure::from_records;
    use crate::signed_in::ssr;
    let next = if paths::is_ours(&next) { next } else { String::new() };
    let outcome = async {
        let (records, site) = (ssr::records()?, ssr::site()?);
        let account = records::accounts::sign_in(&records, id_no.trim(), &password).await.map_err(from_records)?;
        // A fresh token for every sign-in: whoever knew the old one is out.
        if let Some(old) = ssr::cookie(site.applicant_cookie()) {
            records::logins::end(&records, &old).await.map_err(from_records)?;
        }
        let token = records::logins::start_applicant(&records, account).await.map_err(from_records)?;
        ssr::answer_with_cookie(&site.set_cookie(site.applicant_cookie(), &token));
        remembered::take_over(&records, &site, account).await
    }
    .await;
    let on = if next.is_empty() { paths::MINE.to_owned() } else { next.clone() };
    crate::again::ssr::settle(outcome, |()| on, &paths::sign_in(&next), vec![("id_no".to_owned(), id_no)])
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
    let query = use_query_map();
    let again = use_again();
    let personas = Resource::new(|| (), |()| async { personas().await.unwrap_or_default() });
    let around = use_around();
    let asked = Memo::new(move |_| {
        let query = query.read();
        let next = query.get("next").filter(|next| paths::is_ours(next)).unwrap_or_default();
        (next, query.get("fresh").is_some())
    });
    view! {
        <div class="wrap page">
            <Transition>
                {move || {
                    let (next, fresh) = asked.get();
                    Suspend::new(async move {
                        let (again, personas, around) = (again.await, personas.await, around.await);
                        let failure = again.as_ref().map(|again| again.failure.clone());
                        let typed = again.map(|again| again.typed("id_no").to_owned()).unwrap_or_default();
                        page(failure.as_ref(), typed, next, fresh, personas, around.signed_in())
                    })
                }}
            </Transition>
        </div>
    }
}

fn page(
    failure: Option<&Failure>,
    typed: String,
    next: String,
    fresh: bool,
    personas: Vec<(String, String)>,
    signed_in: bool,
) -> AnyView {
    let title = if failure.is_some() { "错误：登录 - 技考" } else { "登录 - 技考" };
    let sign_up = if next.is_empty() {
        paths::SIGN_UP.to_owned()
    } else {
        format!("{}?next={}", paths::SIGN_UP, paths::encode(&next))
    };
    let summary = failure.map(|failure| view! { <ErrorSummary faults=vec![("id_no".to_owned(), wording::failure(failure))] title="没有登录成功"/> });
    let news = if fresh {
        view! { <Banner tone=Tone::Done role="status"><p>{say::SIGNED_UP}</p></Banner> }.into_any()
    } else if signed_in {
        let on = if next.is_empty() { paths::MINE.to_owned() } else { next.clone() };
        view! { <Banner tone=Tone::Others><p><span>"您已经登录。"</span><a href=on>"接着办"</a></p></Banner> }
            .into_any()
    } else {
        ().into_any()
    };
    view! {
        <Title text=title/>
        <div class="auth">
            <h1>"登录"</h1>
            {summary}
            {news}
            <form class="stack stack--5" method="post" action=SignIn::PATH>
                <input type="hidden" name="next" value=next.clone()/>
                <TextField name="id_no" label="证件号码" value=typed hint=say::SIGN_IN_HINT autocomplete="username" class="num" maxlength=40/>
                <TextField name="password" label="密码" kind="password" autocomplete="current-password" maxlength=200/>
                <button class="btn btn--big btn--wide">"登录"</button>
            </form>
            <p class="auth__alt"><span>"还没有账号？"</span><a href=sign_up>"注册"</a></p>
            <p class="auth__alt"><span>"机构老师请到"</span><a href=paths::office_sign_in() rel="external">"机构工作台"</a></p>
            {demo(personas, next)}
        </div>
    }
    .into_any()
}

fn demo(personas: Vec<(String, String)>, next: String) -> AnyView {
    if personas.is_empty() {
        return ().into_any();
    }
    let buttons = personas
        .into_iter()
        .map(|(id, name)| {
            view! {
                <form method="post" action="/demo/sign-in">
                    <input type="hidden" name="account" value=id/>
                    <input type="hidden" name="next" value=next.clone()/>
                    <button class="btn btn--quiet btn--wide">{icon("user", "")}<span>{name}</span></button>
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
