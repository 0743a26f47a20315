//! Occupational standards: conditions and trades of an occupation, imported as one JSON file.

use crate::entity::standard;
use crate::{Error, Records};
use domain::eligibility::OccupationalStandard;
use sea_orm::{EntityTrait, Set};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Imports `{ name: standard, … }`; a standard of the same name is replaced. Gives the names.
pub async fn import(records: &Records, json_text: &str) -> Result<Vec<String>, Error> {
    let standards: BTreeMap<String, OccupationalStandard> = serde_json::from_str(json_text)
        .map_err(|why| Error::Configuration(format!("standards:{}: {why}", why.line())))?;
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
