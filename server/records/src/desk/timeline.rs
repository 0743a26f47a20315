//! The history of a case, as its readers see it.

use crate::{Error, Records, entity::history as row, history};
use domain::ids::ApplicationId;
use domain::page::mine::{Happening, What};
use domain::time::Timestamp;
use serde_json::Value;

/// What the applicant sees: without names of staff, without who looked when.
pub(crate) async fn for_applicant(records: &Records, id: ApplicationId) -> Result<Vec<Happening>, Error> {
    let lines = history::lines(records, &id.to_string()).await?;
    let mut seen = Vec::new();
    for line in lines {
        let mut happening = happening(&line)?;
        if happening.what.for_applicant() {
            happening.who.clear();
            seen.push(happening);
        }
    }
    Ok(seen)
}

/// What staff see: everything.
pub(crate) async fn for_staff(records: &Records, id: ApplicationId) -> Result<Vec<Happening>, Error> {
    of(records, &id.to_string()).await
}

/// Everything of whatever has a history: a case, somebody's access.
pub(crate) async fn of(records: &Records, case: &str) -> Result<Vec<Happening>, Error> {
    history::lines(records, case).await?.iter().map(happening).collect()
}

fn happening(line: &row::Model) -> Result<Happening, Error> {
    let what = What::parse(&line.what).ok_or_else(|| Error::bad_row("history", &line.case_id, "what"))?;
    let detail: Value =
        serde_json::from_str(&line.detail).map_err(|_| Error::bad_row("history", &line.case_id, "detail"))?;
    let said = |key: &str| detail.get(key).and_then(Value::as_str);
    let text = said("text").unwrap_or_default();
    let text = match (said("was"), said("is")) {
        (Some(was), Some(is)) => format!("{was} → {is}\n{text}"),
        _ => text.to_owned(),
    };
    Ok(Happening { at: Timestamp(line.at), what, who: line.actor_name.clone(), text })
}
