//! 确认资料: what the agency collected, opened by a link, checked and confirmed by the person it is about. No sign-in:
//! the link, and an answer that only this person knows. Every form works without script.

use super::wizard::signature_pad::signature_pad;
use super::wizard::{declaration_view, failure_summary, waiting};
use crate::again::{Again, use_again};
use crate::ui::{ErrorSummary, PlainForm, TextField, faults_of, icon};
use crate::wording::collecting as words;
use crate::{Failure, paths};
use domain::application::SubmitRefusal;
use domain::form::{Answers, FieldKind};
use domain::page::collecting::{ConfirmHead, ConfirmPage};
use domain::page::wizard::Draft;
use domain::refusal::Refusal;
use domain::time::chinese_moment;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use std::collections::HashMap;

/// What a link leads to.
#[server(name = FetchConfirm, endpoint = "confirm/page")]
pub async fn confirm_page(
    /// The secret of the link.
    token: String,
) -> Result<ConfirmPage, Failure> {
    let (records, proof) = ssr::asked()?;
    records::collecting::page(&records, &token, proof.as_deref()).await.map_err(crate::failure::from_records)
}

/// Answers who one is.
#[server(name = ProveConfirm, endpoint = "confirm/prove")]
pub async fn prove(token: String, #[server(default)] answer: String) -> Result<(), Failure> {
    let (records, _) = ssr::asked()?;
    let out = records::collecting::prove(&records, &token, &answer).await.map_err(crate::failure::from_records);
    if let Ok(proof) = &out {
        let site = crate::signed_in::ssr::site()?;
        crate::signed_in::ssr::answer_with_cookie(&site.set_cookie(site.confirm_cookie(), proof));
    }
    let here = paths::confirm(&token);
    crate::again::ssr::settle(out.map(|_| ()), |()| here.clone(), &here, Vec::new())
}

/// Keeps corrections; with `then` = `confirm` the application is handed in at once.
#[server(name = SaveConfirm, endpoint = "confirm/save")]
pub async fn save(
    token: String,
    revision: i64,
    #[server(default)] answers: HashMap<String, String>,
    #[server(default)] agreed: Vec<String>,
    #[server(default)] truthful: String,
    #[server(default)] then: String,
) -> Result<(), Failure> {
    let (records, proof) = ssr::asked()?;
    let here = paths::confirm(&token);
    let mut typed: Vec<(String, String)> =
        answers.iter().map(|(key, value)| (format!("answer {key}"), value.clone())).collect();
    typed.push(("saved".into(), "yes".into()));
    let sent = ssr::Sent { revision, answers: &answers, agreed: &agreed, truthful: truthful == "yes", then: &then };
    let out = ssr::save(&records, &token, proof.as_deref(), sent).await;
    let done = |_: &()| if then == "confirm" { here.clone() } else { format!("{here}?saved=1") };
    crate::again::ssr::settle(out, done, &here, typed)
}

#[cfg(feature = "ssr")]
mod ssr {
    use crate::Failure;
    use crate::failure::from_records;
    use domain::form::{FieldFault, Problem};
    use domain::ids::Revision;
    use domain::page::wizard::Saved;
    use domain::refusal::Refusal;
    use records::{Records, applications, collecting};
    use std::collections::HashMap;

    /// The records, and what this browser got when it answered.
    pub(super) fn asked() -> Result<(Records, Option<String>), Failure> {
        let site = crate::signed_in::ssr::site()?;
        Ok((crate::signed_in::ssr::records()?, crate::signed_in::ssr::cookie(site.confirm_cookie())))
    }

    /// What the form sent.
    pub(super) struct Sent<'a> {
        pub revision: i64,
        pub answers: &'a HashMap<String, String>,
        pub agreed: &'a [String],
        pub truthful: bool,
        pub then: &'a str,
    }

    pub(super) async fn save(
        records: &Records,
        token: &str,
        proof: Option<&str>,
        sent: Sent<'_>,
    ) -> Result<(), Failure> {
        let (account, id) = collecting::whose(records, token, proof).await.map_err(from_records)?;
        let draft = applications::draft(records, account, id).await.map_err(from_records)?;
        // What the page did not show stays as it was collected.
        let mut kept = draft.answers.clone();
        kept.0.retain(|key, _| draft.profile.form.field(key).is_none_or(|field| !field.is_given()));
        for (key, value) in sent.answers {
            kept.set(key, value);
        }
        let saved = applications::save_answers(records, account, id, Revision(sent.revision), kept).await;
        if let Saved::ChangedMeanwhile { .. } = saved.map_err(from_records)? {
            return Err(Failure::ChangedMeanwhile);
        }
        if !draft.profile.consent.is_empty() {
            applications::agree(records, account, id, sent.agreed).await.map_err(from_records)?;
        }
        if sent.then != "confirm" {
            return Ok(());
        }
        // A drawn signature agrees by itself.
        if !draft.profile.asks_signature() && !sent.truthful {
            let label = draft.profile.declaration.title.clone();
            let fault = FieldFault { key: "truthful".into(), label, problem: Problem::NotAgreed };
            return Err(Failure::Refused(Refusal::Answers(vec![fault])));
        }
        let key = records.chance().token();
        collecting::confirm(records, token, proof, &key).await.map(drop).map_err(from_records)
    }
}

/// What the agency typed, behind the link that its person got: to be read, completed and confirmed.
#[component]
pub fn ConfirmLinkPage() -> impl IntoView {
    let params = crate::ui::params_map();
    let token = crate::ui::memo(move |_| params.read().get("token").unwrap_or_default());
    let query = crate::ui::query_map();
    let saved = crate::ui::memo(move |_| query.read().get("saved").is_some());
    let again = use_again();
    let kept = Resource::new(move || token.get(), confirm_page);
    view! {
        <div class="wrap wrap--narrow page stack stack--5">
            <Title text="确认资料"/>
            <Suspense fallback=waiting>
                {move || Suspend::new(async move {
                    let again = again.await;
                    let token = token.get_untracked();
                    match kept.await {
                        Ok(ConfirmPage::Ask(head)) => ask(&head, &token, again.as_ref()),
                        Ok(ConfirmPage::Open(open)) => {
                            sheet(&open.0, &open.1, &token, saved.get_untracked(), again.as_ref())
                        }
                        Ok(ConfirmPage::Done(head, number)) => done(&head, &number),
                        Err(failure) => over(&failure),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn ask(head: &ConfirmHead, token: &str, again: Option<&Again>) -> AnyView {
    let refused = again.map(|again| failure_summary(&again.failure, Vec::new()));
    view! {
        {refused}
        <h1>"确认您的报名资料"</h1>
        <p class="lead">{format!("{} 替您填了报名资料，要您本人核对、确认。", head.agency_name)}</p>
        <dl class="kv kv--tight">
            <div><dt>"姓名"</dt><dd>{head.name_masked.clone()}</dd></div>
            <div><dt>"证件号码"</dt><dd class="num">{head.id_no_masked.clone()}</dd></div>
            <div><dt>"报考"</dt><dd>{head.plan_title.clone()}</dd></div>
        </dl>
        <form method="post" action=ProveConfirm::PATH class="stack stack--3">
            <input type="hidden" name="token" value=token.to_owned()/>
            <TextField
                name="answer"
                label="手机号码末四位，或出生日期"
                hint="例如 7788，或 1992-08-12。用来确认是您本人。"
                inputmode="numeric"
                class="w-12 num"
                maxlength=20
            />
            <p><button class="btn btn--big" type="submit">"看我的资料"</button></p>
        </form>
        {contact(head)}
    }
    .into_any()
}

fn sheet(head: &ConfirmHead, draft: &Draft, token: &str, saved: bool, again: Option<&Again>) -> AnyView {
    let failure = again.map(|again| &again.failure);
    let faults = faults_of(failure);
    let refused = again.map(|again| {
        let missing = lacking(&again.failure);
        if faults.is_empty() {
            failure_summary(&again.failure, missing)
        } else {
            let mut lines: Vec<_> =
                faults.iter().map(|fault| (fault.key.clone(), crate::wording::form::fault(fault))).collect();
            // Whoever is sent back is told of the photo, too, and not at the next try.
            lines.extend(draft.photo.is_none().then(|| ("photo".to_owned(), words::PHOTO_MISSING.to_owned())));
            view! { <ErrorSummary faults=lines/> }.into_any()
        }
    });
    // What was typed before a refusal stands there again.
    let mut answers = draft.answers.clone();
    for (key, value) in again.iter().flat_map(|again| &again.typed) {
        if let Some(key) = key.strip_prefix("answer ") {
            answers.set(key, value);
        }
    }
    let told = saved.then(|| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>"已保存。核对完请点最下面的“确认无误，提交”。"</span></p> }
    });
    let sign = draft.profile.asks_signature();
    view! {
        <h1>"核对您的资料"</h1>
        <p class="lead">{format!("{}。不对的直接改，最后点“确认无误，提交”。", draft.plan.title)}</p>
        <p class="meta">{format!("{} 截止。", chinese_moment(head.until.min(draft.plan.window.closes), head.now.day()))}</p>
        {refused}
        {told}
        {photo(draft, token)}
        {sign.then(|| signing(draft, token))}
        {form(draft, &answers, &faults, token, sign)}
        {contact(head)}
    }
    .into_any()
}

/// What stands elsewhere on this page and is still missing, as a line that leads there.
fn lacking(failure: &Failure) -> Vec<(String, String)> {
    let (place, sentence) = match failure {
        Failure::Refused(Refusal::Submit(SubmitRefusal::PhotoMissing)) => ("photo", words::PHOTO_MISSING),
        Failure::Refused(Refusal::Submit(SubmitRefusal::NotSigned)) => ("sign-title", words::NOT_SIGNED),
        Failure::Refused(Refusal::Submit(SubmitRefusal::SignedOtherText)) => ("sign-title", words::SIGNED_OTHER),
        _ => return Vec::new(),
    };
    vec![(place.to_owned(), sentence.to_owned())]
}

/// The photo, for itself: it does not wait for the form.
fn photo(draft: &Draft, token: &str) -> AnyView {
    let there = draft.photo.as_ref().map(|photo| {
        let src = format!("{}/photo?v={}", paths::confirm(token), photo.at.0);
        view! { <img class="ph ph--x" src=src alt="您的证件照"/> }
    });
    let advice = draft.profile.photo.advice.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    let limits = crate::wording::photo::limits(&draft.profile.photo.spec)
        .into_iter()
        .map(|(what, limit)| format!("{what} {limit}"))
        .collect::<Vec<_>>()
        .join("；");
    let word = if draft.photo.is_some() { "换一张" } else { "上传证件照" };
    view! {
        <section aria-labelledby="photo-title" class="stack stack--3">
            <h2 id="photo-title">"证件照"</h2>
            <ul class="meta">{advice}</ul>
            {there}
            <form method="post" enctype="multipart/form-data" action=format!("{}/photo", paths::confirm(token)) class="stack stack--2">
                <div class="field">
                    <label for="photo">{word}</label>
                    <p class="hint">{limits}</p>
                    <input class="input" type="file" name="photo" id="photo" accept="image/*" required/>
                </div>
                <p><button class="btn btn--quiet" type="submit">{icon("upload", "")}<span>"上传"</span></button></p>
            </form>
        </section>
    }
    .into_any()
}

/// The pledge with a drawn signature, or a picture of one.
fn signing(draft: &Draft, token: &str) -> AnyView {
    let signed = draft.signature.is_some();
    let inside = if signed {
        view! { <p class="banner" data-state="done">{icon("ok", "")}<span>"已经签名。改了资料要再签一次。"</span></p> }
            .into_any()
    } else {
        signature_pad(format!("{}/signature", paths::confirm(token)), paths::confirm(token))
    };
    view! {
        <section aria-labelledby="sign-title" class="stack stack--3">
            <h2 id="sign-title">"签名"</h2>
            <p class="meta">"先核对、保存下面的资料，再签名：签名以后改的，要重新签。"</p>
            {declaration_view(&draft.profile.declaration)}
            {inside}
        </section>
    }
    .into_any()
}

fn form(draft: &Draft, answers: &Answers, faults: &[domain::form::FieldFault], token: &str, sign: bool) -> AnyView {
    let plain = PlainForm {
        name: "answers",
        answers,
        faults,
        conditions: &draft.plan.conditions,
        subjects: &draft.plan.subjects,
    };
    let sections = draft
        .profile
        .form
        .section
        .iter()
        .map(|section| {
            let facts = section
                .field
                .iter()
                .filter(|field| matches!(field.kind, FieldKind::AccountFact | FieldKind::Preset))
                .map(|field| {
                    let value = match field.kind {
                        FieldKind::Preset => field.preset(answers).to_owned(),
                        _ => draft.answers.get(&field.key).to_owned(),
                    };
                    view! { <div><dt>{field.label.clone()}</dt><dd>{value}</dd></div> }
                })
                .collect_view();
            let fields = section.field.iter().map(|field| plain.control(field)).collect_view();
            view! {
                <section class="stack stack--3">
                    <h2>{section.title.clone()}</h2>
                    <dl class="kv kv--tight">{facts}</dl>
                    {fields}
                </section>
            }
            .into_any()
        })
        .collect_view();
    let consents = draft
        .profile
        .consent
        .iter()
        .map(|consent| {
            let text = consent.text.iter().map(|line| view! { <p>{line.clone()}</p> }).collect_view();
            let checked = draft.has_agreed(consent);
            view! {
                <details class="more"><summary>{icon("down", "s")}<span>{consent.title.clone()}</span></summary><div>{text}</div></details>
                <label class="check">
                    <input type="checkbox" name="agreed[]" value=consent.key.clone() checked=checked/>
                    <span>{format!("我已阅读并同意《{}》", consent.title)}</span>
                </label>
            }
            .into_any()
        })
        .collect_view();
    let fault = faults.iter().find(|fault| fault.key == "truthful").map(crate::wording::form::fault);
    let pledge = (!sign).then(|| {
        view! {
            <section class="stack stack--2">
                {declaration_view(&draft.profile.declaration)}
                {fault.map(|sentence| view! { <p class="err" id="truthful-e">{icon("alert", "s")}<span>{sentence}</span></p> })}
                <label class="check">
                    <input type="checkbox" name="truthful" id="truthful" value="yes"/>
                    <span>"资料是我本人的，我已核对并作出上面的承诺"</span>
                </label>
            </section>
        }
    });
    view! {
        <form method="post" action=SaveConfirm::PATH class="stack stack--5">
            <input type="hidden" name="token" value=token.to_owned()/>
            <input type="hidden" name="revision" value=draft.revision.0.to_string()/>
            {sections}
            {consents}
            {pledge}
            <div class="row">
                <button class="btn btn--big" name="then" value="confirm" type="submit">"确认无误，提交"</button>
                <button class="btn btn--quiet" name="then" value="save" type="submit">"只保存"</button>
            </div>
        </form>
    }
    .into_any()
}

fn done(head: &ConfirmHead, number: &str) -> AnyView {
    view! {
        <section class="outcome" data-state="done">
            {icon("ok", "")}
            <h1 tabindex="-1">"已确认，报名已提交"</h1>
            <p class="lead">{head.plan_title.clone()}</p>
            <p class="outcome__no"><span>"报名号"</span><b class="num">{number.to_owned()}</b></p>
        </section>
        <p>{format!("{} 会审核，结果由机构通知您。请记下报名号，凭它和手机号码后四位随时能查。", head.agency_name)}</p>
        <p class="row"><a class="btn btn--quiet" href=paths::STATUS>"查报名进度"</a></p>
        {contact(head)}
    }
    .into_any()
}

fn contact(head: &ConfirmHead) -> AnyView {
    view! {
        <p class="meta">
            <span>{format!("有疑问打 {} ", head.agency_name)}</span>
            <a href=format!("tel:{}", head.agency_phone) rel="external">{head.agency_phone.clone()}</a>
        </p>
    }
    .into_any()
}

fn over(failure: &Failure) -> AnyView {
    view! {
        <section class="empty">
            <h1>"这个链接不能再用"</h1>
            <p>{crate::wording::failure(failure)}</p>
            <p class="meta">{words::CONFIRMED_BEFORE}</p>
            <a class="btn btn--quiet" href=paths::STATUS>"查报名进度"</a>
        </section>
    }
    .into_any()
}
