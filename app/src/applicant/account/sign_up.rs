use crate::again::use_again;
use crate::applicant::frame::use_around;
use crate::part::read::read_fields;
use crate::ui::{BusyButton, DateField, ErrorSummary, RadioCard, RadioCards, SelectField, TextField, icon};
use crate::wording::{account as say, failure as failures, form as words};
use crate::{Failure, paths};
use chrono::NaiveDate;
use domain::account::{PASSWORD_MAX, PASSWORD_MIN, SignUp};
use domain::contact::{Mobile, PersonName};
use domain::form::{OFFERED_ID_KINDS, Problem, check};
use domain::id_document::{Gender, IdKind, IdNumber};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::Serialize;
use server_fn::ServerFn;

/// Opens an account; afterwards the person signs in.
#[server(name = OpenAccount, endpoint = "account/sign-up")]
pub async fn open_account(
    /// What was typed.
    form: SignUp,
    /// Where to go on after signing in, a path of this site.
    next: String,
) -> Result<(), Failure> {
    let next = if paths::is_ours(&next) { next } else { String::new() };
    let outcome = async {
        let records = crate::signed_in::ssr::records()?;
        records::accounts::sign_up(&records, &form).await.map_err(crate::failure::from_records)
    }
    .await;
    let sign_in = paths::sign_in(&next);
    let on = format!("{sign_in}{}fresh=1", if next.is_empty() { '?' } else { '&' });
    let back = if next.is_empty() {
        paths::SIGN_UP.to_owned()
    } else {
        format!("{}?next={}", paths::SIGN_UP, paths::encode(&next))
    };
    let typed = [
        ("name", form.name),
        ("id_kind", form.id_kind),
        ("id_no", form.id_no),
        ("birth", form.birth),
        ("gender", form.gender),
        ("mobile", form.mobile),
        ("agreed", form.agreed),
    ];
    let typed = typed.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    crate::again::ssr::settle(outcome, |()| on, &back, typed)
}

/// Opening an account: who one is, a mobile number, a password.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let next =
        crate::ui::memo(move |_| query.read().get("next").filter(|next| paths::is_ours(next)).unwrap_or_default());
    let again = use_again();
    let around = use_around();
    view! {
        <div class="wrap page">
            <Transition>
                {move || Suspend::new(async move {
                    let (again, around) = (again.await, around.await);
                    let typed = again.as_ref().map_or_else(Vec::new, |again| again.typed.clone());
                    let failure = again.map(|again| again.failure);
                    let wrong = failure.is_some();
                    let refused = failure.as_ref().map(failures::lines).unwrap_or_default();
                    let facts = Facts { refused, typed, next: next.get_untracked(), today: around.now.day() };
                    let drawn = page(facts.clone());
                    view! {
                        <Title text=if wrong { "错误：注册 - 技考" } else { "注册 - 技考" }/>
                        {crate::part::part("sign-up", &facts, drawn)}
                    }
                })}
            </Transition>
        </div>
    }
}

/// What the form is drawn from.
#[derive(Debug, Clone, Serialize)]
struct Facts {
    /// What the server refused, in words: phones need no code for refusals that only the server finds.
    refused: Lines,
    typed: Vec<(String, String)>,
    next: String,
    today: NaiveDate,
}

read_fields!(Facts { refused, typed, next, today });

/// Takes the form over.
#[cfg(feature = "applicant")]
pub fn take_over(facts: &str, place: web_sys::HtmlElement) {
    crate::part::browser::draw(facts, place, page);
}

/// What is wrong with one part of a sign-up, as far as the browser can tell.
fn problem(key: &str, text: &str, kind: Option<IdKind>, today: NaiveDate, password: &str) -> Option<String> {
    let count = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let sentence = |label: &str, problem: Problem| Some(words::problem(label, &problem));
    match key {
        "name" => PersonName::parse(text).err().map(|fault| words::name_fault(fault).to_owned()),
        "id_no" => IdNumber::parse(kind, text, today).err().map(|fault| words::id_fault(fault, kind, text)),
        "mobile" => Mobile::parse(text).err().map(|fault| words::mobile_fault(fault, text)),
        "birth" => match check::day(text) {
            _ if text.trim().is_empty() => None,
            None => sentence("出生日期", Problem::NotADate),
            Some(day) if day > today => sentence("出生日期", Problem::InFuture),
            Some(_) => None,
        },
        "password" if count < PASSWORD_MIN => {
            sentence("密码", Problem::TooShort { length: count, needed: PASSWORD_MIN })
        }
        "password" if count > PASSWORD_MAX => sentence("密码", Problem::TooLong { length: count, limit: PASSWORD_MAX }),
        "password_again" if text != password => sentence("密码", Problem::PasswordsDiffer),
        _ => None,
    }
}

/// Anchors and sentences of the faults that stand in the form now.
type Lines = Vec<(String, String)>;

/// What was last typed into a field.
fn text_of(kept: StoredValue<Vec<(String, String)>>, key: &str) -> String {
    kept.with_value(|kept| {
        kept.iter().find(|(known, _)| known == key).map(|(_, text)| text.clone()).unwrap_or_default()
    })
}

fn set_line(lines: &mut Lines, key: &str, sentence: Option<String>) {
    lines.retain(|(known, _)| known != key);
    if let Some(sentence) = sentence {
        lines.push((key.to_owned(), sentence));
    }
}

fn page(Facts { refused, typed, next, today }: Facts) -> AnyView {
    let busy = RwSignal::new(false);
    // Without script every field is there; in the browser those that a document tells are hidden.
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    let kept = StoredValue::new(typed.clone());
    let typed = move |key: &str| {
        typed.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let kind = RwSignal::new(IdKind::from_code(&typed("id_kind")).unwrap_or(IdKind::Resident));
    // What the server refused is said with what was typed, as the browser says it while typing.
    let exactly = move |mut lines: Lines| {
        for (key, sentence) in &mut lines {
            let text = text_of(kept, key);
            if matches!(key.as_str(), "id_no" | "mobile") && !text.is_empty() {
                *sentence =
                    problem(key, &text, Some(kind.get_untracked()), today, "").unwrap_or_else(|| sentence.clone());
            }
        }
        lines
    };
    let first = exactly(refused);
    // At the fields: follows every correction. Above the form: what the last sending came back with.
    let lines = RwSignal::new(first.clone());
    let summary = RwSignal::new(first);
    let error = move |key: &'static str| {
        Signal::derive(move || {
            lines.with(|lines| lines.iter().find(|(known, _)| known == key).map(|(_, sentence)| sentence.clone()))
        })
    };
    let on_leave = move |key: &'static str| {
        Callback::new(move |text: String| {
            kept.update_value(|kept| {
                kept.retain(|(known, _)| known != key);
                kept.push((key.to_owned(), text.clone()));
            });
            let found = problem(key, &text, Some(kind.get_untracked()), today, &text_of(kept, "password"));
            lines.update(|lines| set_line(lines, key, found));
        })
    };
    let on_kind = Callback::new(move |code: String| {
        let Some(chosen) = IdKind::from_code(&code) else { return };
        kind.set(chosen);
        let text = text_of(kept, "id_no");
        if !text.is_empty() {
            lines.update(|lines| set_line(lines, "id_no", problem("id_no", &text, Some(chosen), today, "")));
        }
    });
    let kinds = OFFERED_ID_KINDS.map(|kind| (kind.code().to_owned(), kind.label().to_owned())).to_vec();
    let genders = Gender::ALL.map(|gender| RadioCard::new(gender.code(), gender.label())).to_vec();
    let told = move || awake.get() && kind.get().tells_birth_and_gender();
    let sign_in = paths::sign_in(&next);
    let agreed = typed("agreed") == "yes";
    let agreed_error = error("agreed");
    view! {
        <div class="auth">
            {move || view! { <ErrorSummary faults=summary.get()/> }}
            <h1>"注册"</h1>
            <p class="lead">{say::SIGN_UP_LEAD}</p>
            <form method="post" action=OpenAccount::PATH class="stack stack--5" novalidate="" on:submit=move |_| busy.set(true)>
                <input type="hidden" name="next" value=next/>
                <TextField name="form[name]" id="name" label="姓名" value=typed("name") hint=say::NAME_HINT error=error("name") autocomplete="name" maxlength=60 on_leave=on_leave("name")/>
                <SelectField name="form[id_kind]" id="id_kind" label="证件类型" options=kinds value=kind.get_untracked().code() error=error("id_kind") on_change=on_kind/>
                <TextField name="form[id_no]" id="id_no" label="证件号码" value=typed("id_no") error=error("id_no") autocomplete="username" class="num" maxlength=40 on_leave=on_leave("id_no")/>
                <div class="when stack stack--5" hidden=told>
                    <DateField name="form[birth]" id="birth" label="出生日期" value=typed("birth") hint=say::BIRTH_HINT error=error("birth") autocomplete="bday" on_leave=on_leave("birth")/>
                    <RadioCards name="form[gender]" id="gender" legend="性别" cards=genders value=typed("gender") error=error("gender") columns=2/>
                </div>
                <TextField name="form[mobile]" id="mobile" label="手机号码" value=typed("mobile") hint=say::MOBILE_HINT error=error("mobile") kind="tel" inputmode="tel" autocomplete="tel" class="num" maxlength=30 on_leave=on_leave("mobile")/>
                <TextField name="form[password]" id="password" label="密码" hint=say::password_hint() error=error("password") kind="password" autocomplete="new-password" maxlength=200 on_leave=on_leave("password")/>
                <TextField name="form[password_again]" id="password_again" label="再输一次密码" error=error("password_again") kind="password" autocomplete="new-password" maxlength=200 on_leave=on_leave("password_again")/>
                <details class="more">
                    <summary>{icon("down", "s")}<span>"个人信息怎么用"</span></summary>
                    <div class="stack">{super::notice()}</div>
                </details>
                <div class="field" class:field--bad=move || agreed_error.get().is_some()>
                    {crate::ui::error_line("agreed-e".to_owned(), agreed_error)}
                    <label class="check">
                        <input
                            type="checkbox"
                            id="agreed"
                            name="form[agreed]"
                            value="yes"
                            checked=agreed
                            aria-invalid=move || agreed_error.get().is_some().then_some("true")
                            aria-describedby=move || agreed_error.get().is_some().then_some("agreed-e")
                            on:change=move |_| lines.update(|lines| set_line(lines, "agreed", None))
                        />
                        <span>{say::CONSENT}</span>
                    </label>
                </div>
                <BusyButton pending=Signal::from(busy) label="注册" busy="正在注册" class="btn--big btn--wide"/>
            </form>
            <p class="auth__alt"><span>"已有账号？"</span><a href=sign_in>"登录"</a></p>
        </div>
    }
    .into_any()
}
