//! 确认这里可以报名: a few questions before anything else, so that nobody fills a form in the wrong place.

#[cfg(feature = "ssr")]
use super::next_step;
use super::{Visit, back_link, head, name};
use crate::ui::{ErrorSummary, PlainForm, icon};
use crate::wording::form as sentences;
use crate::{Failure, paths};
use domain::form::{FieldFault, Problem, is_asked};
use domain::ids::ApplicationId;
use domain::page::wizard::Draft;
use domain::profile::{Entry, Step, WrongPlace};
use leptos::prelude::*;
use server_fn::ServerFn;
use std::collections::HashMap;

/// Keeps the answers and goes on where they allow it.
#[server(name = SaveEntry, endpoint = "apply/entry")]
pub async fn save_entry(
    /// The application.
    id: ApplicationId,
    /// Answers by key.
    #[server(default)]
    answers: HashMap<String, String>,
) -> Result<bool, Failure> {
    use crate::failure::from_records;
    let typed: Vec<(String, String)> = answers.clone().into_iter().collect();
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let draft = records::applications::draft(&records, account, id).await.map_err(from_records)?;
        let mut all = draft.answers.clone();
        for field in draft.profile.entry.iter().flat_map(|entry| &entry.field) {
            all.set(&field.key, answers.get(&field.key).map_or("", String::as_str));
        }
        let saved = records::applications::save_answers(&records, account, id, draft.revision, all).await;
        if let domain::page::wizard::Saved::ChangedMeanwhile { .. } = saved.map_err(from_records)? {
            return Err(Failure::ChangedMeanwhile);
        }
        let now = records::applications::draft(&records, account, id).await.map_err(from_records)?;
        Ok((now.passed.contains(&Step::Entry), paths::step(id, next_step(&now, Step::Entry))))
    }
    .await;
    let here = paths::step(id, Step::Entry);
    let onward = |(passed, next): &(bool, String)| if *passed { next.clone() } else { format!("{here}?check=1") };
    crate::again::ssr::settle(outcome, onward, &here, typed).map(|(passed, _)| passed)
}

/// The step.
pub(super) fn entry_step(draft: &Draft, visit: &Visit) -> AnyView {
    let Some(entry) = &draft.profile.entry else {
        return super::unreachable_page(Failure::NotFound, paths::MINE);
    };
    let faults = if visit.check { faults(draft, entry) } else { Vec::new() };
    let form = PlainForm { name: "answers", answers: &draft.answers, faults: &faults, conditions: &[], subjects: &[] };
    let fields = entry.field.iter().map(|field| form.control(field)).collect_view();
    let summary = (!faults.is_empty()).then(|| view! { <ErrorSummary faults=sentences::faults(&faults)/> });
    let wrong = entry.wrong_place(&draft.answers).map(|wrong| elsewhere(draft, wrong));
    view! {
        {head(draft, Step::Entry)}
        {super::refused(visit)}
        {summary}
        {wrong}
        <form method="post" action=SaveEntry::PATH id="entry" class="stack stack--5 mt-6" novalidate>
            <input type="hidden" name="id" value=draft.id.to_string()/>
            <h1>{name(draft, Step::Entry)}</h1>
            {super::notes(draft, Step::Entry)}
            <p class="lead">{entry.title.clone()}</p>
            {fields}
        </form>
        <div class="actionbar">
            <button class="btn btn--big btn--main" type="submit" form="entry"><span>"下一步"</span>{icon("arrow", "")}</button>
            {back_link(draft, Step::Entry)}
        </div>
    }
    .into_any()
}

/// Questions that are still open.
fn faults(draft: &Draft, entry: &Entry) -> Vec<FieldFault> {
    entry
        .field
        .iter()
        .filter(|field| field.required && !draft.answers.has(&field.key))
        .filter(|field| is_asked(&draft.profile.form, field, &draft.answers))
        .map(|field| FieldFault { key: field.key.clone(), label: field.label.clone(), problem: Problem::Missing })
        .collect()
}

/// Why not here, where instead, and what becomes of what is there.
fn elsewhere(draft: &Draft, wrong: &WrongPlace) -> AnyView {
    view! {
        <div class="errsum" tabindex="-1" role="group" aria-labelledby="wrong-place">
            <h2 id="wrong-place">{icon("no", "")}<span>{wrong.text.clone()}</span></h2>
            <p>{wrong.go.clone()}</p>
            <p class="row">
                <a href="#entry" rel="external">"选错了？改下面的回答"</a>
                <a href=format!("{}?withdraw=1", paths::my_case(draft.id))>"放弃这份报名"</a>
            </p>
            <p class="meta">"先放着也可以：这份草稿留在“我的报名”里，不占名额。"</p>
        </div>
    }
    .into_any()
}
