//! 预览确认提交: everything once more, each with its way back, then one button.

use super::{Visit, back_link, documents_missing, evidence, field_view, form_faults, head, refused};
use crate::ui::icon;
use crate::wording::{form as sentences, steps, wizard as words};
use crate::{Failure, paths};
use domain::application::{Stage, Target};
use domain::form::{Section, is_asked};
use domain::ids::ApplicationId;
use domain::page::wizard::{Draft, Receipt};
use domain::profile::{Gate, SignatureMode, Step};
use leptos::prelude::*;
use server_fn::ServerFn;
use std::collections::HashMap;

/// Submits. The same `key` makes one application, however often it arrives.
#[server(name = Submit, endpoint = "apply/submit")]
pub async fn submit(
    /// The application.
    id: ApplicationId,
    /// Of the draft and its round.
    key: String,
    /// Texts that were ticked, by key.
    #[server(default)]
    consents: HashMap<String, String>,
) -> Result<Receipt, Failure> {
    let mut waits = None;
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let ticked: Vec<String> = consents.into_keys().collect();
        let agreed = records::applications::agree(&records, account, id, &ticked).await;
        // A second click finds it handed in: the receipt is the same.
        if let Err(why @ records::Error::NotFound) = agreed {
            return Err(crate::failure::from_records(why));
        }
        let out =
            records::applications::submit(&records, account, id, &key).await.map_err(crate::failure::from_records);
        // In a rush one finds a place in the line instead of an error.
        if let Err(failure) = &out {
            waits = crate::applicant::places::wait_instead(&records, account, id, failure).await;
        }
        out
    }
    .await;
    if let Some(line) = waits {
        leptos_axum::redirect(&line);
        return out;
    }
    let submitted = |receipt: &Receipt| format!("{}?submitted=1", paths::my_case(receipt.id));
    crate::again::ssr::settle(out, submitted, &paths::step(id, Step::Preview), Vec::new())
}

/// The step.
pub(super) fn preview_step(draft: &Draft, visit: &Visit) -> AnyView {
    let missing = missing(draft);
    let complete = missing.is_empty();
    // One key per draft and round: a second click, a second tab and a reload all mean the same submission.
    let key = format!("{}-{}", draft.id, round(&draft.stage));
    let again = matches!(draft.stage, Stage::Returned { .. });
    let official = draft.profile.phrases.submit.as_str();
    let label = match (again, official) {
        (true, _) => "重新提交".to_owned(),
        (false, "") => "提交".to_owned(),
        (false, official) => official.to_owned(),
    };
    let main = if complete {
        view! {
            <form method="post" action=Submit::PATH id="submit">
                <input type="hidden" name="id" value=draft.id.to_string()/>
                <input type="hidden" name="key" value=key/>
                <button class="btn btn--big btn--main" type="submit">{label}</button>
            </form>
        }
        .into_any()
    } else {
        let words = format!("先补好 {} 处", missing.len());
        view! { <a class="btn btn--big btn--main" href="#missing" rel="external">{words}</a> }.into_any()
    };
    let list = (!complete).then(|| missing_view(&missing));
    let sections = draft.profile.form.section.iter().filter_map(|section| section_view(draft, section)).collect_view();
    view! {
        {head(draft, Step::Preview)}
        {refused(visit)}
        {list}
        <div class="stack stack--6 mt-6">
        <h1>{super::name(draft, Step::Preview)}</h1>
        {super::notes(draft, Step::Preview)}
        <p class="lead">{words::check(again, draft.profile.review.edit_until)}</p>
        {photo_view(draft)}
        {sections}
        {documents_view(draft)}
        {signature_view(draft)}
        {complete.then(|| consents_view(draft))}
        </div>
        <div class="actionbar">
            {main}
            {back_link(draft, Step::Preview)}
        </div>
    }
    .into_any()
}

fn round(stage: &Stage) -> u32 {
    match stage {
        Stage::Returned { round, .. } | Stage::Submitted { round, .. } => round + 1,
        _ => 1,
    }
}

/// Everything that stands in the way of submitting: where to put it right, and the sentence.
fn missing(draft: &Draft) -> Vec<(String, String)> {
    let form = paths::step(draft.id, Step::Form);
    let mut lines = Vec::new();
    for (step, sentence) in
        [(Step::Entry, steps::ENTRY_OPEN), (Step::Notice, steps::NOTICE_UNREAD), (Step::Site, steps::SITE_MISSING)]
    {
        if draft.profile.wizard.contains(&step) && !draft.passed.contains(&step) {
            lines.push((paths::step(draft.id, step), sentence.to_owned()));
        }
    }
    let wants_photo = draft.profile.wizard.contains(&Step::Photo) || draft.profile.gate.contains(&Gate::Photo);
    if wants_photo && draft.photo.is_none() {
        lines.push((paths::step(draft.id, Step::Photo), words::PHOTO_MISSING.to_owned()));
    }
    for (anchor, sentence) in sentences::faults(&form_faults(draft, &draft.answers)) {
        lines.push((format!("{form}?check=1#{anchor}"), sentence));
    }
    for wanted in documents_missing(draft, &draft.answers) {
        lines.push((evidence::anchor(draft, &wanted.key), words::document_missing(&wanted.label)));
    }
    if !draft.profile.asks_signature() {
        // Signed on paper, or not at all.
    } else if draft.signature_outdated {
        lines.push((paths::step(draft.id, Step::Sign), words::SIGNED_BEFORE.to_owned()));
    } else if draft.signature.is_none() {
        lines.push((paths::step(draft.id, Step::Sign), words::NOT_SIGNED.to_owned()));
    }
    if let Stage::Returned { remarks, .. } = &draft.stage {
        for remark in remarks {
            if !draft.corrected.contains(&remark.on) {
                lines.push((place_of(draft, &remark.on), words::remark(remark)));
            }
        }
    }
    lines
}

/// Where a target is corrected: on the step that the procedure has for it.
pub(in crate::applicant) fn place_of(draft: &Draft, target: &Target) -> String {
    match target {
        Target::Photo => paths::step(draft.id, Step::Photo),
        Target::Field(key) if super::is_entry(draft, key) => paths::step(draft.id, Step::Entry),
        Target::Field(key) => format!("{}#{key}", paths::step(draft.id, Step::Form)),
        Target::Document(key) => evidence::anchor(draft, key),
        Target::Signature => paths::step(draft.id, Step::Sign),
    }
}

fn missing_view(lines: &[(String, String)]) -> AnyView {
    let items = lines
        .iter()
        .map(|(href, sentence)| view! { <li><a href=href.clone()><span>{sentence.clone()}</span>{icon("right", "s")}</a></li> })
        .collect_view();
    view! {
        <div class="errsum" id="missing" tabindex="-1" role="group" aria-labelledby="missing-title">
            <h2 id="missing-title">{icon("alert", "")}<span>{words::missing_title(lines.len())}</span></h2>
            <ul>{items}</ul>
        </div>
    }
    .into_any()
}

/// 修改, where a change is possible.
fn change(draft: &Draft, target: &Target, label: &str) -> Option<AnyView> {
    draft.may_change(target).then(|| {
        let href = place_of(draft, target);
        view! { <a href=href>"修改"<span class="vh">{label.to_owned()}</span></a> }.into_any()
    })
}

fn photo_view(draft: &Draft) -> AnyView {
    let picture = draft.photo.as_ref().map(|photo| {
        view! {
            <img class="ph ph--x" src=paths::file(photo.file) alt="证件照"/>
            <span class="meta num">{words::photo_facts(photo.width, photo.height, photo.bytes)}</span>
        }
    });
    let none = draft.photo.is_none().then_some(words::PHOTO_MISSING);
    view! {
        <section aria-labelledby="p-photo">
            <h2 class="ruled" id="p-photo">"证件照"</h2>
            <p class="row">{picture}<span>{none}</span>{change(draft, &Target::Photo, "证件照")}</p>
        </section>
    }
    .into_any()
}

fn section_view(draft: &Draft, section: &Section) -> Option<AnyView> {
    let form = &draft.profile.form;
    let rows: Vec<AnyView> = section
        .field
        .iter()
        .filter_map(|field| {
            let asked = is_asked(form, field, &draft.answers);
            let value = if asked { field_view::read(draft, field) } else { field.not_applicable.clone() };
            if value.is_empty() && !(asked && field.required) {
                return None;
            }
            let value = if value.is_empty() { "还没填".to_owned() } else { value };
            let typed = !field.is_given();
            let change =
                (asked && typed).then(|| change(draft, &Target::Field(field.key.clone()), &field.label)).flatten();
            let changed = draft.corrected.contains(&Target::Field(field.key.clone())).then_some("");
            Some(
                view! {
                    <div data-changed=changed>
                        <dt>{field.label.clone()}</dt>
                        <dd>{value}</dd>
                        <dd class="act">{change}</dd>
                    </div>
                }
                .into_any(),
            )
        })
        .collect();
    (!rows.is_empty()).then(|| {
        let id = format!("p-{}", section.key);
        let heading = id.clone();
        view! {
            <section aria-labelledby=id>
                <h2 class="ruled" id=heading>{section.title.clone()}</h2>
                <dl class="kv">{rows}</dl>
            </section>
        }
        .into_any()
    })
}

fn documents_view(draft: &Draft) -> AnyView {
    let all = draft
        .profile
        .uploads_for(&draft.answers, &draft.looked_up)
        .map(|wanted| {
            let files = draft
                .files_of(&wanted.key)
                .map(|file| {
                    let href = paths::file(file.id);
                    let picture = if evidence::is_picture(file) {
                        view! { <img src=href.clone() alt="" loading="lazy"/> }.into_any()
                    } else {
                        icon("file", "")
                    };
                    view! {
                        <a class="doc" href=href target="_blank" rel="external">
                            <span class="doc__t">{picture}</span>
                            <span>{file.name.clone()}</span>
                        </a>
                    }
                })
                .collect_view();
            let none = draft.files_of(&wanted.key).next().is_none().then_some("还没传");
            let target = Target::Document(wanted.key.clone());
            view! {
                <div class="stack stack--2">
                    <p class="row between">
                        <b>{wanted.label.clone()}</b>
                        {change(draft, &target, &wanted.label)}
                    </p>
                    <div class="docs">{files}</div>
                    <p class="meta">{none}</p>
                </div>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="p-documents" class="stack">
            <h2 class="ruled" id="p-documents">"证明材料"</h2>
            {all}
            {super::documents::beside(draft)}
        </section>
    }
    .into_any()
}

/// The texts to agree to, each with its box and its words.
fn consents_view(draft: &Draft) -> AnyView {
    let consents = &draft.profile.consent;
    if consents.is_empty() {
        return ().into_any();
    }
    let boxes = consents
        .iter()
        .map(|consent| {
            let text = consent.text.iter().map(|line| view! { <p>{line.clone()}</p> }).collect_view();
            let name = format!("consents[{}]", consent.key);
            let checked = draft.has_agreed(consent);
            view! {
                <div class="stack stack--1">
                    <label class="check">
                        <input type="checkbox" form="submit" name=name value="yes" checked=checked/>
                        <span>{format!("{}《{}》", steps::AGREE, consent.title)}</span>
                    </label>
                    <details class="more">
                        <summary>{icon("down", "s")}<span>{format!("看《{}》", consent.title)}</span></summary>
                        <div class="soft stack stack--2">{text}</div>
                    </details>
                </div>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="p-consents" class="stack stack--3" id="consents">
            <h2 class="ruled" id="p-consents">"阅读并同意"</h2>
            {boxes}
        </section>
    }
    .into_any()
}

fn signature_view(draft: &Draft) -> AnyView {
    match draft.profile.signature {
        SignatureMode::Screen => {}
        SignatureMode::None => return ().into_any(),
        SignatureMode::Paper => {
            return view! {
                <section aria-labelledby="p-signature" class="stack stack--2">
                    <h2 class="ruled" id="p-signature">"签名"</h2>
                    <p>{steps::SIGNED_ON_PAPER}</p>
                </section>
            }
            .into_any();
        }
    }
    let shown = draft.signature.as_ref().map(|signature| {
        view! {
            <img class="sig__img" src=paths::file(signature.file) alt="我的签名"/>
            <span class="meta">{words::signed_at(signature.at, draft.now, signature.by_phone)}</span>
        }
    });
    let none = match (&draft.signature, draft.signature_outdated) {
        (_, true) => words::SIGNED_BEFORE,
        (None, _) => words::NOT_SIGNED,
        _ => "",
    };
    let change = change(draft, &Target::Signature, "签名").or_else(|| {
        draft.signature.is_none().then(|| view! { <a href=paths::step(draft.id, Step::Sign)>"去签名"</a> }.into_any())
    });
    view! {
        <section aria-labelledby="p-signature" class="stack stack--2">
            <h2 class="ruled" id="p-signature">"我的签名"</h2>
            <p class="row">{shown}<span>{none}</span>{change}</p>
        </section>
    }
    .into_any()
}
