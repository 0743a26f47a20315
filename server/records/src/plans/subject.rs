//! What a public plan examines: occupation, trade and level, with everything that follows from them.

use super::checking::{check_trade, conditions_of};
use super::publish::NewPlan;
use super::{row, search};
use crate::{Error, Records, Tx, sql, standards};
use domain::plan::{Plan, PlanKind, usual_subjects};
use domain::profile::Profile;
use domain::time::Timestamp;

/// A public plan as it would be if it examined what `new` names. Faults as in [`super::prepare`].
pub(crate) async fn with_subject(
    records: &Records,
    plan: &Plan,
    profile: &Profile,
    new: &NewPlan,
) -> Result<Plan, Vec<String>> {
    let standard = match new.standard.as_str() {
        "" => None,
        name => standards::get(records, name).await.map_err(|why| vec![why.to_string()])?,
    };
    let mut faults = Vec::new();
    if plan.kind != PlanKind::LevelRecognition {
        faults.push("kind: a plan for a special capability has no level".into());
    }
    check_trade(new, standard.as_deref(), &mut faults);
    let conditions = conditions_of(new, standard.as_deref());
    if conditions.is_empty() {
        faults.push("conditions: none given, and the standard has none for this level".into());
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    // Subjects are those of the level where the procedure names them; else the usual ones follow the level, and what the
    // plan named by itself stays.
    let subjects = match &profile.papers {
        Some(papers) if !papers.of_level(new.level).is_empty() => papers.of_level(new.level).to_vec(),
        _ if plan.subjects == usual_subjects(plan.level) => usual_subjects(new.level),
        _ => plan.subjects.clone(),
    };
    Ok(Plan {
        title: new.title.clone(),
        occupation: new.occupation.trim().to_owned(),
        trade: new.trade.trim().to_owned(),
        code: new.code.trim().to_owned(),
        level: new.level,
        standard: new.standard.clone(),
        subjects,
        conditions,
        ..plan.clone()
    })
}

/// Writes what a public plan examines from now on.
pub(crate) async fn put_subject(tx: &Tx, plan: &Plan, now: Timestamp) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "UPDATE plan SET title = $2, occupation = $3, trade = $4, code = $5, level = $6, subjects = $7, conditions = $8,
                standard = $9, search = $10, updated_at = $11
         WHERE id = $1",
        vec![
            plan.id.to_string().into(),
            plan.title.clone().into(),
            plan.occupation.clone().into(),
            plan.trade.clone().into(),
            plan.code.clone().into(),
            plan.level.map(|level| i64::from(level.number())).into(),
            row::text(plan.id, &plan.subjects)?.into(),
            row::text(plan.id, &plan.conditions)?.into(),
            plan.standard.clone().into(),
            search::words_of(plan).into(),
            now.0.into(),
        ],
    )
    .await?;
    Ok(())
}
