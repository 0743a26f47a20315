//! Saving, on the server: by itself while typing, and by the buttons of the plain form.

use super::super::autosave::Answered;
use crate::Failure;
use domain::ids::ApplicationId;
use leptos::prelude::*;
use std::collections::HashMap;
#[cfg(feature = "ssr")]
use {
    super::super::{after_form, documents_missing, form_faults, jobs, lookup},
    crate::paths,
    domain::form::{Answers, FieldKind},
    domain::page::wizard::Draft,
    domain::profile::Step,
};

/// Saves answers. `go` says what comes then, for plain forms: `next`, `update:KEY`, `row-add:KEY`,
/// `row-remove:KEY:N`, `lookup:KEY` (looks the certificate up whose number stands under that key); `auto` goes nowhere.
#[server(name = SaveForm, endpoint = "apply/save")]
pub async fn save_form(
    /// The application.
    id: ApplicationId,
    /// Revision that the page was drawn from.
    revision: i64,
    /// What comes then.
    go: String,
    /// Answers by key.
    #[server(default)]
    answers: HashMap<String, String>,
) -> Result<Answered, Failure> {
    let typed: Vec<(String, String)> = answers.clone().into_iter().collect();
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        ssr::save(&records, account, id, revision, &go, answers).await
    }
    .await;
    if go == "auto" {
        return outcome.map(|(saved, _)| saved);
    }
    let form = match go.strip_prefix(lookup::GO) {
        Some(key) => format!("{}#{}", paths::step(id, Step::Form), paths::encode(key)),
        None => paths::step(id, Step::Form),
    };
    let outcome = match outcome {
        Ok((Answered { theirs: Some(_), .. }, _)) => Err(Failure::ChangedMeanwhile),
        other => other,
    };
    crate::again::ssr::settle(outcome, |(_, next)| next.clone(), &form, typed).map(|(saved, _)| saved)
}

#[cfg(feature = "ssr")]
mod ssr {
    use super::super::super::lookup::GO;
    use super::super::facts::advice;
    use super::{Answered, after, overlay};
    use crate::Failure;
    use crate::failure::from_records;
    use crate::wording::wizard as words;
    use domain::ids::{AccountId, ApplicationId, Revision};
    use domain::page::wizard::Saved;
    use records::{Records, applications};
    use std::collections::HashMap;

    /// Lays the posted answers over the kept ones, saves, and says where to go.
    pub async fn save(
        records: &Records,
        account: AccountId,
        id: ApplicationId,
        revision: i64,
        go: &str,
        answers: HashMap<String, String>,
    ) -> Result<(Answered, String), Failure> {
        let draft = applications::draft(records, account, id).await.map_err(from_records)?;
        let merged = overlay(&draft, answers, go);
        let saved = applications::save_answers(records, account, id, Revision(revision), merged.clone())
            .await
            .map_err(from_records)?;
        // What was typed is kept whatever the register says.
        let saved = match (saved, go.strip_prefix(GO)) {
            (Saved::Kept { .. }, Some(key)) => {
                records::certificate_lookup::look_up_prior(records, account, id, merged.get(key))
                    .await
                    .map_err(from_records)?
            }
            (saved, _) => saved,
        };
        let answered = match saved {
            Saved::Kept { revision, at, verdicts } => {
                Answered { revision: revision.0, saved: words::saved(at), advice: advice(&verdicts), theirs: None }
            }
            Saved::ChangedMeanwhile { revision, theirs, .. } => {
                Answered { revision: revision.0, saved: String::new(), advice: Vec::new(), theirs: Some(theirs) }
            }
        };
        Ok((answered, after(&draft, &merged, go)))
    }
}

/// The kept answers with the posted ones on top: a page posts only what it shows.
#[cfg(feature = "ssr")]
fn overlay(draft: &Draft, posted: HashMap<String, String>, go: &str) -> Answers {
    let mut answers = draft.answers.clone();
    // A box that is not ticked sends nothing: the bare key says that the boxes were on the page.
    for field in draft.profile.form.fields().filter(|field| field.kind == FieldKind::Subjects) {
        if posted.contains_key(&field.key) {
            answers.0.retain(|key, _| key.split('.').next() != Some(field.key.as_str()));
        }
    }
    for (key, value) in posted {
        answers.set(&key, &value);
    }
    if let Some((key, row)) = go.strip_prefix("row-remove:").and_then(|rest| rest.split_once(':')) {
        jobs::remove_row(&mut answers, key, row.parse().unwrap_or(usize::MAX));
    }
    answers
}

/// Where a plain form goes after saving.
#[cfg(feature = "ssr")]
fn after(draft: &Draft, answers: &Answers, go: &str) -> String {
    let form = paths::step(draft.id, Step::Form);
    if let Some(key) = go.strip_prefix("update:").or_else(|| go.strip_prefix(lookup::GO)) {
        return format!("{form}#{}", paths::encode(key));
    }
    if let Some(key) = go.strip_prefix("row-add:") {
        return format!("{form}?rows={}#{key}", answers.rows(key) + 1);
    }
    if let Some((key, _)) = go.strip_prefix("row-remove:").and_then(|rest| rest.split_once(':')) {
        return format!("{form}#{key}");
    }
    let documents = draft.profile.documents_apart() || documents_missing(draft, answers).next().is_none();
    if documents && form_faults(draft, answers).is_empty() { after_form(draft) } else { format!("{form}?check=1") }
}
