//! Occupational standards: conditions and trades of an occupation, imported from files.

mod directory;
mod template;

use crate::configuration::complaint;
use crate::entity::standard;
use crate::{Error, Records};
use domain::eligibility::OccupationalStandard;
use sea_orm::{EntityTrait, Set};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Imports `{ name: standard, … }`; a standard of the same name is replaced. Gives the names.
pub async fn import(records: &Records, json_text: &str) -> Result<Vec<String>, Error> {
    let standards: BTreeMap<String, OccupationalStandard> = serde_json::from_str(json_text)
        .map_err(|why| Error::Configuration(format!("standards:{}: {why}", why.line())))?;
    keep(records, standards).await
}

/// Imports a file of any form: an occupation with its template (TOML), whole standards (JSON), or the ministry's
/// directory (JSON). From the directory, standards that are there take codes and trades; with `template`, the other
/// occupations get a standard of that template. Gives the names of what was changed.
pub async fn import_file(
    records: &Records,
    text: &str,
    file: &str,
    template: Option<&str>,
) -> Result<Vec<String>, Error> {
    if file.ends_with(".toml") {
        let standard = template::read(text, file)?;
        return keep(records, BTreeMap::from([(standard.occupation.clone(), standard)])).await;
    }
    let value: Value = serde_json::from_str(text).map_err(|why| complaint(file, why.line(), "", why))?;
    if directory::is_directory(&value) {
        let entries = directory::read(&value, text, file)?;
        return keep_directory(records, entries, file, template).await;
    }
    let standards: BTreeMap<String, OccupationalStandard> =
        serde_json::from_str(text).map_err(|why| complaint(file, why.line(), "", why))?;
    keep(records, standards).await
}

async fn keep_directory(
    records: &Records,
    entries: Vec<directory::Entry>,
    file: &str,
    template: Option<&str>,
) -> Result<Vec<String>, Error> {
    let mut standards = BTreeMap::new();
    for entry in entries {
        let mut standard = match (get(records, &entry.name).await?, template) {
            (Some(known), _) => OccupationalStandard::clone(&known),
            (None, None) => continue,
            (None, Some(template)) => OccupationalStandard {
                code: None,
                occupation: entry.name.clone(),
                edition: template.to_owned(),
                trades: Vec::new(),
                trade_required_from: None,
                trade_levels: BTreeMap::new(),
                trade_codes: BTreeMap::new(),
                related_occupations: Vec::new(),
                own_majors: Vec::new(),
                related_majors: Vec::new(),
                levels: template::levels(template, &BTreeMap::new())
                    .map_err(|(key, why)| complaint(file, 1, &key, why))?,
                training_hours: BTreeMap::new(),
                subjects: BTreeMap::new(),
                notes: None,
            },
        };
        standard.code = Some(entry.code);
        for (name, code) in entry.trades {
            if !standard.trades.contains(&name) {
                standard.trades.push(name.clone());
            }
            standard.trade_codes.insert(name, code);
        }
        standards.insert(entry.name, standard);
    }
    keep(records, standards).await
}

async fn keep(records: &Records, standards: BTreeMap<String, OccupationalStandard>) -> Result<Vec<String>, Error> {
    let now = records.now().0;
    let tx = records.begin().await?;
    for (name, body) in &standards {
        let text = serde_json::to_string(body).map_err(|why| Error::bad_row("standard", name, why))?;
        let row = standard::ActiveModel {
            name: Set(name.clone()),
            edition: Set(body.edition.clone()),
            body: Set(text),
            imported_at: Set(now),
        };
        standard::Entity::delete_by_id(name.as_str()).exec(&tx.db).await?;
        standard::Entity::insert(row).exec_without_returning(&tx.db).await?;
    }
    tx.commit().await?;
    records.inner.cache.forget_standards();
    Ok(standards.into_keys().collect())
}

/// The standard of that name.
pub async fn get(records: &Records, name: &str) -> Result<Option<Arc<OccupationalStandard>>, Error> {
    if let Some(known) = records.inner.cache.standard(name, records.now()) {
        return Ok(known);
    }
    let row = standard::Entity::find_by_id(name).one(records.read()).await?;
    let found = match row {
        None => None,
        Some(row) => {
            let body: OccupationalStandard =
                serde_json::from_str(&row.body).map_err(|why| Error::bad_row("standard", name, why))?;
            Some(Arc::new(body))
        }
    };
    records.inner.cache.keep_standard(name, found.clone(), records.now());
    Ok(found)
}
