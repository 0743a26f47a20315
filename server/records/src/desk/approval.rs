//! What an approval needs, and what it makes of the money.

use crate::applications::{answers_of_round, load};
use crate::entity::application;
use crate::{Error, Records, Tx, counter, opinions, payments};
use domain::application::ReviewRefusal;
use domain::application::axes::Axes;
use domain::plan::Plan;
use domain::profile::{Profile, ReviewMode};
use domain::time::Timestamp;

/// Ends with the names of what is missing: originals that nobody looked at, opinions that nobody wrote.
pub(super) async fn ensure_ready(
    records: &Records,
    tx: &Tx,
    plan: &Plan,
    profile: &Profile,
    case: &application::Model,
) -> Result<(), Error> {
    if profile.review.mode == ReviewMode::Counter {
        let id = case.id.parse().map_err(|_| Error::bad_row("application", &case.id, "id"))?;
        let answers = answers_of_round(records, &tx.db, id, case.round).await?;
        let own = domain::profile::specialise(profile, plan);
        let missing = counter::unchecked(&tx.db, &own, &answers, &case.id).await?;
        if !missing.is_empty() {
            return Err(ReviewRefusal::OriginalsUnchecked(missing).into());
        }
    }
    let missing = opinions::missing(records, &tx.db, profile, &case.id).await?;
    if missing.is_empty() { Ok(()) } else { Err(ReviewRefusal::OpinionsMissing(missing).into()) }
}

/// Sets what is due from now on; gives the deadline, where there is one.
pub(super) async fn put_money(
    records: &Records,
    tx: &Tx,
    case: &mut application::Model,
    profile: &Profile,
    now: Timestamp,
) -> Result<Option<Timestamp>, Error> {
    let money = payments::on_approval(records, tx, case, profile, now).await?;
    load::put_axes(case, &Axes { money, ..Axes::default() });
    Ok(money.until())
}
