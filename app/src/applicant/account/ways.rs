//! Other ways in: 报名序号, finding it again, providers of the configuration, accounts that an agency prepared.

use super::sign_in::Facts;
use crate::ui::{TextField, icon};
use crate::wording::account as say;
use crate::{Failure, paths};
use domain::page::people::WaysOffered;
use leptos::prelude::*;
use leptos_meta::Title;

/// What this installation offers beside the own account.
#[server(name = FetchWaysOffered, endpoint = "account/ways")]
pub async fn ways_offered() -> Result<WaysOffered, Failure> {
    use crate::signed_in::ssr::{Providers, records};
    let offered = records::ways::offered(&records()?).await.map_err(crate::failure::from_records)?;
    let providers = use_context::<Providers>().unwrap_or_default();
    Ok(WaysOffered {
        providers: providers.0.into_iter().map(|button| (button.key, button.title)).collect(),
        registration_number: offered.registration_number,
        activation: offered.activation,
    })
}

/// Signs a candidate in by 报名序号 and identity number.
#[server(name = SignInByNumber, endpoint = "account/sign-in-number")]
pub async fn sign_in_by_number(number: String, id_no: String, next: String) -> Result<(), Failure> {
    let next = if paths::is_ours(&next) { next } else { String::new() };
    let outcome = async {
        let records = crate::signed_in::ssr::records()?;
        let account = records::ways::number::sign_in(&records, &number, id_no.trim())
            .await
            .map_err(crate::failure::from_records)?;
        super::begin_login(&records, account).await
    }
    .await;
    let on = if next.is_empty() { paths::MINE.to_owned() } else { next.clone() };
    let typed = vec![("number".to_owned(), number), ("id_no".to_owned(), id_no)];
    crate::again::ssr::settle(outcome, |()| on, &paths::sign_in_way("number", &next), typed)
}

/// 找回报名序号: the number is shown on the page that follows, never in its address.
#[server(name = FindNumber, endpoint = "account/find-number")]
pub async fn find_number(id_no: String, mobile: String, next: String) -> Result<(), Failure> {
    use crate::again::{Again, ssr::Desk};
    let next = if paths::is_ours(&next) { next } else { String::new() };
    let back = paths::sign_in_way("find", &next);
    let records = crate::signed_in::ssr::records()?;
    let outcome =
        records::ways::number::find_again(&records, id_no.trim(), &mobile).await.map_err(crate::failure::from_records);
    let shown = |number: &String| {
        let key = records.chance().token();
        if let Some(desk) = use_context::<Desk>() {
            // The shelf of refused forms serves: nobody reads the failure.
            let kept = Again { failure: Failure::NotFound, typed: vec![(FOUND.to_owned(), number.clone())] };
            desk.put(key.clone(), records.now(), kept);
        }
        format!("{back}&found={key}")
    };
    let typed = vec![("id_no".to_owned(), id_no), ("mobile".to_owned(), mobile)];
    crate::again::ssr::settle(outcome, shown, &back, typed).map(|_| ())
}

/// Key under which a number that was found again waits for its page.
const FOUND: &str = "found registration number";

/// The number that was just found again, as the address's key leads to it.
pub(super) fn use_found_number() -> Resource<Option<String>> {
    let query = crate::ui::query_map();
    let key = move || query.read().get("found").unwrap_or_default();
    // On the server the memory is at hand now; inside the future the request's context may be gone.
    #[cfg(feature = "ssr")]
    let reader = crate::again::ssr::reader();
    Resource::new(key, move |key| {
        #[cfg(feature = "ssr")]
        let found = reader.as_ref().and_then(|reader| reader.take(&key));
        #[cfg(not(feature = "ssr"))]
        let found: Option<crate::again::Again> = None;
        async move {
            let found = if cfg!(feature = "ssr") || key.is_empty() {
                found
            } else {
                crate::again::again(key).await.ok().flatten()
            };
            found.map(|found| found.typed(FOUND).to_owned()).filter(|number| !number.is_empty())
        }
    })
}

/// Which form the sign-in page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WayForm {
    Account,
    Number,
    Find,
}

impl WayForm {
    /// By the word of the address, as far as it is offered here.
    pub fn of(word: &str, offered: &WaysOffered) -> WayForm {
        match word {
            "number" if offered.registration_number => WayForm::Number,
            "find" if offered.registration_number => WayForm::Find,
            _ => WayForm::Account,
        }
    }

    pub fn heading(self) -> &'static str {
        match self {
            WayForm::Account => "登录",
            WayForm::Number => "用报名序号登录",
            WayForm::Find => "找回报名序号",
        }
    }

    pub fn refused(self) -> &'static str {
        match self {
            WayForm::Account | WayForm::Number => "没有登录成功",
            WayForm::Find => "没有找到",
        }
    }
}

pub(super) fn by_number(facts: &Facts, action: &'static str) -> AnyView {
    let find = paths::sign_in_way("find", &facts.next);
    view! {
        <form class="stack stack--5" method="post" action=action>
            <input type="hidden" name="next" value=facts.next.clone()/>
            <TextField name="number" label="报名序号" value=facts.typed("number") hint=say::NUMBER_HINT inputmode="numeric" autocomplete="off" class="num" maxlength=40/>
            <TextField name="id_no" label="证件号码" value=facts.typed("id_no") autocomplete="username" class="num" maxlength=40/>
            <button class="btn btn--big btn--wide">"登录"</button>
        </form>
        <p class="auth__alt"><span>"忘了报名序号？"</span><a href=find>"找回报名序号"</a></p>
    }
    .into_any()
}

pub(super) fn find(facts: &Facts, action: &'static str) -> AnyView {
    if let Some(number) = &facts.found {
        let sign_in = paths::sign_in_way("number", &facts.next);
        return view! {
            <section class="outcome" data-state="done" role="status">
                {icon("ok", "l")}
                <p class="outcome__no">"报名序号 "<b class="num">{number.clone()}</b></p>
                <p class="soft">{say::NUMBER_FOUND}</p>
                <p><a class="btn btn--big" href=sign_in>"用报名序号登录"</a></p>
            </section>
        }
        .into_any();
    }
    view! {
        <p class="lead">{say::FIND_LEAD}</p>
        <form class="stack stack--5" method="post" action=action>
            <input type="hidden" name="next" value=facts.next.clone()/>
            <TextField name="id_no" label="证件号码" value=facts.typed("id_no") autocomplete="username" class="num" maxlength=40/>
            <TextField name="mobile" label="手机号码" value=facts.typed("mobile") hint=say::FIND_MOBILE_HINT kind="tel" inputmode="tel" autocomplete="tel" class="num" maxlength=30/>
            <button class="btn btn--big btn--wide">"找回"</button>
        </form>
    }
    .into_any()
}

/// The ways that are not open now, as links.
pub(super) fn others(form: WayForm, facts: &Facts) -> AnyView {
    let next = &facts.next;
    let link = |href: String, symbol: &'static str, words: String, external: bool| {
        let rel = external.then_some("external");
        view! { <a class="btn btn--quiet btn--wide" href=href rel=rel>{icon(symbol, "")}<span>{words}</span></a> }
            .into_any()
    };
    let mut links = Vec::new();
    if form != WayForm::Account {
        links.push(link(paths::sign_in(next), "user", "用证件号码和密码登录".to_owned(), false));
    }
    for (key, title) in &facts.offered.providers {
        links.push(link(paths::sign_in_with(key, next), "shield", say::sign_in_with(title), true));
    }
    if facts.offered.registration_number && form != WayForm::Number {
        links.push(link(paths::sign_in_way("number", next), "id", "用报名序号登录".to_owned(), false));
    }
    if facts.offered.activation {
        links.push(link(super::activate::address(next), "check", "激活机构预录的账号".to_owned(), false));
    }
    if links.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="stack stack--3" aria-labelledby="other-ways">
            <h2 id="other-ways" class="h-s">"也可以"</h2>
            {links}
        </section>
    }
    .into_any()
}

/// The number of who is signed in.
#[server(name = FetchRegistrationNumber, endpoint = "account/registration-number")]
pub async fn registration_number() -> Result<Option<String>, Failure> {
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::ways::number::of(&records, account).await.map_err(crate::failure::from_records)
    }
    .await;
    if outcome == Err(Failure::SignInNeeded) {
        leptos_axum::redirect(&paths::sign_in(&paths::registration_number("")));
    }
    outcome
}

/// 报名序号, shown large once after signing up.
#[component]
pub fn RegistrationNumberPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let number = Resource::new(|| (), |()| registration_number());
    let next =
        crate::ui::memo(move |_| query.read().get("next").filter(|next| paths::is_ours(next)).unwrap_or_default());
    view! {
        <div class="wrap wrap--narrow page">
            <Transition>
                {move || Suspend::new(async move {
                    let on = match next.get_untracked() {
                        none if none.is_empty() => paths::HOME.to_owned(),
                        next => next,
                    };
                    match number.await {
                        Err(failure) => crate::ui::fault_page(&failure),
                        Ok(None) => crate::ui::fault_page(&Failure::NotFound),
                        Ok(Some(number)) => view! {
                            <Title text="您的报名序号 - 技考"/>
                            <section class="outcome" data-state="done">
                                {icon("ok", "l")}
                                <h1>"注册成功"</h1>
                                <p class="outcome__no">"报名序号 "<b class="num">{number}</b></p>
                                <p class="lead">{say::NUMBER_ISSUED}</p>
                                <p class="soft">{say::NUMBER_KEPT}</p>
                                <p><a class="btn btn--big" href=on>"接着办"</a></p>
                            </section>
                        }
                        .into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}
