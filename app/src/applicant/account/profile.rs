use super::SignOut;
use crate::again::{Again, use_again};
use crate::ui::{Banner, ErrorSummary, SelectField, TextField, fault_page, icon};
use crate::wording::{account as say, failure as failures};
use crate::{Failure, paths};
use domain::account::{Person, SignInRefusal};
use domain::application::progress::Tone;
use domain::contact::Mobile;
use domain::eligibility::EducationKind;
use domain::id_document::Gender;
use domain::refusal::Refusal;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// Who is signed in, masked; people who are not are sent to sign in.
#[server(name = FetchProfile, endpoint = "account/profile")]
pub async fn profile() -> Result<Person, Failure> {
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::accounts::person(&records, account).await.map_err(crate::failure::from_records)
    }
    .await;
    if outcome == Err(Failure::SignInNeeded) {
        leptos_axum::redirect(&paths::sign_in(paths::PROFILE));
    }
    outcome
}

/// Changes what people may change themselves.
#[server(name = UpdateProfile, endpoint = "account/update")]
pub async fn update_profile(
    /// New mobile number; empty leaves it as it is.
    mobile: String,
    /// 通讯地址
    address: String,
    /// 文化程度
    education: String,
    /// Where to go on afterwards, or empty.
    #[server(default)]
    next: String,
) -> Result<(), Failure> {
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let new_mobile = Some(mobile.trim()).filter(|mobile| !mobile.is_empty());
        records::accounts::update_profile(&records, account, new_mobile, &address, &education)
            .await
            .map_err(crate::failure::from_records)
    }
    .await;
    let typed = [("form", "profile".to_owned()), ("mobile", mobile), ("address", address), ("education", education)];
    let typed = typed.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let next = if paths::is_ours(&next) { format!("next={}", paths::encode(&next)) } else { String::new() };
    let (kept, back) = match next.as_str() {
        "" => (format!("{}?saved=profile", paths::PROFILE), paths::PROFILE.to_owned()),
        next => (format!("{}?saved=profile&{next}", paths::PROFILE), format!("{}?{next}", paths::PROFILE)),
    };
    crate::again::ssr::settle(outcome, |()| kept, &back, typed)
}

/// Changes the password; every other login of the account ends.
#[server(name = ChangePassword, endpoint = "account/password")]
pub async fn change_password(
    /// The present password; none where the account has none yet.
    #[server(default)]
    old: String,
    /// The new one.
    password: String,
    /// The new one again.
    password_again: String,
) -> Result<(), Failure> {
    use domain::account::SignUpRefusal;
    use domain::form::{FieldFault, Problem};
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        if password != password_again {
            let fault = FieldFault {
                key: "password_again".into(),
                label: "再输一次新密码".into(),
                problem: Problem::PasswordsDiffer,
            };
            return Err(Failure::from(SignUpRefusal::Faults(vec![fault])));
        }
        let site = crate::signed_in::ssr::site()?;
        let keep = crate::signed_in::ssr::cookie(site.applicant_cookie()).unwrap_or_default();
        records::accounts::change_password(&records, account, &old, &password, &keep)
            .await
            .map_err(crate::failure::from_records)
    }
    .await;
    let typed = vec![("form".to_owned(), "password".to_owned())];
    crate::again::ssr::settle(outcome, |()| format!("{}?saved=password", paths::PROFILE), paths::PROFILE, typed)
}

/// Profile of the signed-in candidate.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let query = crate::ui::query_map();
    let person = Resource::new(|| (), |()| profile());
    let again = use_again();
    let asked = crate::ui::memo(move |_| {
        let query = query.read();
        let next = query.get("next").filter(|next| paths::is_ours(next)).unwrap_or_default();
        (query.get("saved").unwrap_or_default(), query.get("first").unwrap_or_default(), next)
    });
    view! {
        <Transition fallback=|| view! { <div class="wrap page"><p class="skel skel--60"></p></div> }>
            {move || Suspend::new(async move {
                match (person.await, again.await) {
                    (Ok(person), again) => page(&person, again.as_ref(), &asked.get_untracked()),
                    (Err(failure), _) => fault_page(&failure),
                }
            })}
        </Transition>
    }
}

/// Faults of a form of this page; a wrong present password is said at its field.
fn lines(again: &Again) -> Vec<(String, String)> {
    match &again.failure {
        Failure::Refused(Refusal::SignIn(SignInRefusal::NoMatch)) => {
            vec![("old".to_owned(), say::OLD_PASSWORD_WRONG.to_owned())]
        }
        failure => {
            let mut lines = failures::lines(failure);
            for (key, sentence) in &mut lines {
                let typed = again.typed(key);
                if let ("mobile", Err(fault)) = (key.as_str(), Mobile::parse(typed)) {
                    *sentence = crate::wording::form::mobile_fault(fault, typed);
                }
            }
            lines
        }
    }
}

fn page(person: &Person, again: Option<&Again>, (saved, first, next): &(String, String, String)) -> AnyView {
    let faults = again.map(lines).unwrap_or_default();
    let title = if faults.is_empty() { "个人资料 - 技考" } else { "错误：个人资料 - 技考" };
    let error =
        |key: &str| Signal::stored(faults.iter().find(|(known, _)| known == key).map(|(_, sentence)| sentence.clone()));
    let news = match (saved.as_str(), first.as_str()) {
        _ if again.is_some() => None,
        ("profile", _) => Some((Tone::Done, say::PROFILE_SAVED)),
        ("password", _) => Some((Tone::Done, say::PASSWORD_CHANGED)),
        (_, "mobile") => Some((Tone::Me, say::MOBILE_FIRST)),
        (_, "linked") => Some((Tone::Others, say::LINKED_FIRST)),
        _ => None,
    };
    // Somebody who came from a plan has to fill these in before going on there.
    let needed = !next.is_empty() && first.is_empty();
    // Going on is the thing to do once it is said; one main button on a page.
    let save = if news.is_some() && !next.is_empty() { "btn btn--quiet" } else { "btn" };
    let on = (!next.is_empty()).then(|| view! { <p><a class="btn" href=next.clone()>"接着办"</a></p> });
    let of_profile = again.filter(|again| again.typed("form") == "profile");
    let typed = |key: &str, kept: &str| of_profile.map_or_else(|| kept.to_owned(), |again| again.typed(key).to_owned());
    let mut educations: Vec<(String, String)> = vec![(String::new(), "请选择".to_owned())];
    educations.extend(EducationKind::ALL.map(|kind| (kind.name().to_owned(), kind.name().to_owned())));
    let education = typed("education", &person.education);
    if !educations.iter().any(|(value, _)| *value == education) {
        educations.push((education.clone(), education.clone()));
    }
    let facts = [
        ("姓名", person.name.clone()),
        (person.id_kind.label(), person.id_no_masked.clone()),
        ("出生日期", person.birth.map(|day| day.to_string()).unwrap_or_default()),
        ("性别", person.gender.map(Gender::label).unwrap_or_default().to_owned()),
        ("手机号码", person.mobile_masked.clone()),
        ("报名序号", person.registration_number.clone().unwrap_or_default()),
        ("登录方式", ways(person)),
    ];
    let facts = facts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd class="num">{value}</dd></div> })
        .collect_view();
    let has_mobile = !person.mobile_masked.is_empty();
    let (mobile_label, mobile_hint) =
        if has_mobile { ("换手机号码", say::NEW_MOBILE_HINT) } else { ("手机号码", say::MOBILE_HINT) };
    view! {
        <Title text=title/>
        <div class="wrap wrap--narrow page stack stack--8">
            <ErrorSummary faults=faults.clone()/>
            {news.map(|(tone, words)| view! { <Banner tone=tone role="status"><p>{words}</p>{on}</Banner> })}
            <div class="stack stack--3">
                <h1>"个人资料"</h1>
                {super::tabs(paths::PROFILE)}
                <p class="soft">{say::complete(person.complete_percent, &person.missing, needed)}</p>
                <progress class="meter meter--full" max="100" value=person.complete_percent aria-hidden="true"></progress>
            </div>
            <section class="stack" aria-labelledby="who">
                <h2 id="who">"注册时的资料"</h2>
                <dl class="kv">{facts}</dl>
                <p class="meta">"姓名和证件号码写错了，请带证件到机构窗口更正。"</p>
            </section>
            <p><a href=paths::PROFILE_PHOTO>"证件照：存一张，每次报名都能用"</a></p>
            <section class="stack" aria-labelledby="more">
                <h2 id="more">"可以自己改的"</h2>
                <form class="stack stack--5" method="post" action=UpdateProfile::PATH>
                    <input type="hidden" name="next" value=next.clone()/>
                    <TextField name="mobile" label=mobile_label value=typed("mobile", "") hint=mobile_hint error=error("mobile") optional=has_mobile kind="tel" inputmode="tel" autocomplete="tel" class="w-20 num" maxlength=30/>
                    <SelectField name="education" label="文化程度" options=educations value=education error=error("education") optional=!needed/>
                    <TextField name="address" label="通讯地址" value=typed("address", &person.address) hint=say::ADDRESS_HINT error=error("address") optional=!needed autocomplete="street-address" maxlength=200/>
                    <p><button class=save>"保存"</button></p>
                </form>
            </section>
            {secret(person.has_password, &error)}
            <div class="row">
                <form method="post" action=SignOut::PATH><button class="btn btn--quiet">{icon("log-out", "")}<span>"退出登录"</span></button></form>
                <a href=paths::PRIVACY>"个人信息怎么用"</a>
            </div>
        </div>
    }
    .into_any()
}

/// The ways that lead to this account, each once.
fn ways(person: &Person) -> String {
    let mut names: Vec<&str> = Vec::new();
    for kept in &person.ways {
        let name = say::way_name(kept.way);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("、")
}

/// Changing the password, or setting the first one.
fn secret(has_password: bool, error: &impl Fn(&str) -> Signal<Option<String>>) -> AnyView {
    let word = if has_password { "换密码" } else { "设密码" };
    let old = if has_password {
        view! { <TextField name="old" label="现在的密码" error=error("old") kind="password" autocomplete="current-password" maxlength=200/> }
            .into_any()
    } else {
        view! { <p class="soft">{say::NO_PASSWORD_YET}</p> }.into_any()
    };
    view! {
        <section class="stack" aria-labelledby="secret">
            <h2 id="secret">{word}</h2>
            <form class="stack stack--5" method="post" action=ChangePassword::PATH>
                {old}
                <TextField name="password" label="新密码" hint=say::password_hint() error=error("password") kind="password" autocomplete="new-password" maxlength=200/>
                <TextField name="password_again" label="再输一次新密码" error=error("password_again") kind="password" autocomplete="new-password" maxlength=200/>
                <p><button class="btn btn--quiet">{word}</button></p>
            </form>
        </section>
    }
    .into_any()
}
