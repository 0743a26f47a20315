//! Procedures as data: read from TOML, published once per version, never changed afterwards.

use crate::configuration::{complaint, from_toml, line_of};
use crate::entity::profile;
use crate::{Error, Records};
use domain::form::{Field, FieldKind, When};
use domain::profile::Profile;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Reads a profile, or says where it is wrong: `zynl.toml:12: key: what`.
pub fn parse(text: &str, file_name: &str) -> Result<Profile, Error> {
    let profile: Profile = from_toml(text, file_name)?;
    match first_fault(&profile) {
        None => Ok(profile),
        Some((key, what)) => Err(complaint(file_name, line_of(text, &format!("\"{key}\"")), &key, what)),
    }
}

/// What makes no sense although it can be read: the key at fault and the reason.
fn first_fault(profile: &Profile) -> Option<(String, String)> {
    let fault = |key: &str, what: &str| Some((key.to_owned(), what.to_owned()));
    if profile.name.is_empty() || !profile.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return fault(&profile.name, "a profile's name is small letters and digits");
    }
    if profile.version == 0 {
        return fault(&profile.name, "version counts from 1");
    }
    let steps: BTreeSet<&str> = profile.wizard.iter().map(|step| step.slug()).collect();
    if profile.wizard.is_empty() || steps.len() != profile.wizard.len() {
        return fault(&profile.name, "wizard needs steps, each once");
    }
    for pattern in [&profile.numbering.plan_number, &profile.numbering.application_number] {
        if !pattern.contains("{seq") {
            return fault(pattern, "a number needs {seq}, or two would be equal");
        }
    }
    let spec = &profile.photo.spec;
    if let (Some(least), Some(most)) = (spec.ratio_min, spec.ratio_max)
        && least > most
    {
        return fault(&least.to_string(), "ratio_min is above ratio_max");
    }
    if let (Some(fewest), Some(most)) = (spec.fewest_bytes(), spec.most_bytes())
        && fewest > most
    {
        return fault(&profile.name, "no photo can weigh more than the least and less than the most");
    }
    let mut keys = BTreeSet::new();
    for field in profile.form.fields() {
        if !keys.insert(field.key.as_str()) {
            return fault(&field.key, "a field with this key is there twice");
        }
        if field.kind == FieldKind::Choice && field.choices.is_empty() {
            return fault(&field.key, "a choice needs choices");
        }
    }
    let sections = profile.form.section.iter().map(|section| (&section.key, &section.show));
    let fields = profile.form.fields().map(|field| (&field.key, &field.show));
    let documents = profile.document.iter().map(|document| (&document.key, &document.show));
    for (key, show) in sections.chain(fields).chain(documents) {
        if let Some(what) = show.as_ref().and_then(|when| unknown_in(profile, when)) {
            return Some((key.clone(), what));
        }
    }
    let documents: BTreeSet<&str> = profile.document.iter().map(|document| document.key.as_str()).collect();
    if documents.len() != profile.document.len() {
        return fault(&profile.name, "two documents have the same key");
    }
    if profile.declaration.clauses.is_empty() {
        return fault(&profile.declaration.title, "a declaration needs clauses");
    }
    if profile.review.correction_days > profile.review.correction_days_max || profile.review.claim_minutes == 0 {
        return fault(&profile.name, "review: correction_days above correction_days_max, or no claim_minutes");
    }
    None
}

/// A condition that can never be judged: it looks at a field or a value that is not there.
fn unknown_in(profile: &Profile, when: &When) -> Option<String> {
    let Some(field) = profile.form.field(&when.key) else {
        return Some(format!("show looks at {}, which is no field", when.key));
    };
    let unknown = when.is.iter().chain(&when.is_not).find(|value| !may_be(field, value));
    unknown
        .map(|value| format!("show waits for {} = {value}, which cannot be answered", when.key))
        .or_else(|| unknown_in(profile, when.and.as_ref()?))
}

fn may_be(field: &Field, value: &str) -> bool {
    match field.kind {
        FieldKind::YesNo => matches!(value, "yes" | "no"),
        FieldKind::Choice => field.choices.iter().any(|choice| choice.value == value),
        _ => true,
    }
}

/// Publishes a version. Publishing the same again changes nothing; another text needs another version.
pub async fn publish(records: &Records, profile: &Profile) -> Result<(), Error> {
    let body = serde_json::to_string(profile).map_err(|why| Error::bad_row("profile", &profile.name, why))?;
    let version = i64::from(profile.version);
    let tx = records.begin().await?;
    let known = profile::Entity::find_by_id((profile.name.clone(), version)).one(&tx.db).await?;
    match known {
        Some(known) if known.body == body => Ok(()),
        Some(_) => Err(Error::Configuration(format!(
            "profile {} version {version} is published already with another text: count version up",
            profile.name
        ))),
        None => {
            let row = profile::ActiveModel {
                name: Set(profile.name.clone()),
                version: Set(version),
                body: Set(body),
                published_at: Set(records.now().0),
            };
            profile::Entity::insert(row).exec_without_returning(&tx.db).await?;
            tx.commit().await
        }
    }
}

/// One published version; it never changes, so it is kept in memory.
pub async fn get(records: &Records, name: &str, version: u32) -> Result<Arc<Profile>, Error> {
    if let Some(known) = records.inner.cache.profile(name, version) {
        return Ok(known);
    }
    let row = profile::Entity::find_by_id((name.to_owned(), i64::from(version))).one(records.read()).await?;
    let row = row.ok_or(Error::NotFound)?;
    let body: Profile = serde_json::from_str(&row.body).map_err(|why| Error::bad_row("profile", name, why))?;
    let body = Arc::new(body);
    records.inner.cache.keep_profile(name, version, &body);
    Ok(body)
}

/// The newest published version of a name.
pub async fn newest(records: &Records, name: &str) -> Result<Option<Arc<Profile>>, Error> {
    let row = profile::Entity::find()
        .filter(profile::Column::Name.eq(name))
        .order_by_desc(profile::Column::Version)
        .one(records.read())
        .await?;
    match row {
        None => Ok(None),
        Some(row) => {
            let version = u32::try_from(row.version).map_err(|why| Error::bad_row("profile", name, why))?;
            get(records, name, version).await.map(Some)
        }
    }
}
