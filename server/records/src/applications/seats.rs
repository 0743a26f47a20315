//! Seats: never one too many, whatever happens at once. Where a plan has sites, each seat is one of a site and one of
//! the plan; the sites come first and in the order of their ids, the plan's row last, so that nobody waits in a circle.

use crate::{Error, Records, Tx, sql};
use domain::ids::{PlanId, SiteId};
use domain::plan::Plan;
use std::collections::BTreeMap;

/// Seats that are taken, as they will stand after the commit.
#[must_use = "pages see the seats only once they are published"]
pub(crate) struct Taken {
    plan: PlanId,
    seats: Option<i64>,
    sites: Vec<(String, i64)>,
}

impl Taken {
    /// Counts as they stand after a later change of the same transaction.
    pub(crate) fn then(&mut self, later: Taken) {
        self.seats = later.seats.or(self.seats);
        self.sites.retain(|(site, _)| !later.sites.iter().any(|(newer, _)| newer == site));
        self.sites.extend(later.sites);
    }

    /// Tells this server's pages after the commit.
    pub(crate) fn publish(&self, records: &Records) {
        let count = |seats: i64| u32::try_from(seats).unwrap_or(0);
        if let Some(seats) = self.seats {
            records.inner.cache.seats_changed(self.plan, count(seats));
        }
        for (site, seats) in &self.sites {
            if let Ok(site) = site.parse::<SiteId>() {
                records.inner.cache.site_seats_changed(self.plan, site, count(*seats));
            }
        }
    }
}

/// Why seats could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoSeat {
    /// At this site.
    Site(String),
    /// In the whole plan.
    Plan,
    /// The plan was called off.
    Cancelled,
}

/// Takes seats at sites and in the plan if that many are left everywhere, or none: on `Err` the transaction must be
/// dropped. These are the rows that everybody wants in a rush, so they come last before commit.
pub(crate) async fn take(
    tx: &Tx,
    plan: PlanId,
    seats: i64,
    sites: &BTreeMap<String, i64>,
) -> Result<Result<Taken, NoSeat>, Error> {
    let mut at_sites = Vec::with_capacity(sites.len());
    for (site, seats) in sites {
        match take_at(tx, site, *seats).await? {
            Some(taken) => at_sites.push((site.clone(), taken)),
            None => return Ok(Err(NoSeat::Site(site.clone()))),
        }
    }
    let taken = sql::number(
        &tx.db,
        "UPDATE plan SET taken = taken + $2
         WHERE id = $1 AND taken + $2 <= capacity AND cancelled_at IS NULL RETURNING taken",
        vec![plan.to_string().into(), seats.into()],
    );
    Ok(match taken.await? {
        Some(seats) => Ok(Taken { plan, seats: Some(seats), sites: at_sites }),
        None if is_cancelled(tx, plan).await? => Err(NoSeat::Cancelled),
        None => Err(NoSeat::Plan),
    })
}

/// Whether a plan was called off. Asked of the row that everybody waits for: whoever comes later is refused.
async fn is_cancelled(tx: &Tx, plan: PlanId) -> Result<bool, Error> {
    let text = "SELECT cancelled_at FROM plan WHERE id = $1 AND cancelled_at IS NOT NULL";
    Ok(sql::number(&tx.db, text, vec![plan.to_string().into()]).await?.is_some())
}

/// Takes one seat, at the site of an application if it has one.
pub(crate) async fn take_one(tx: &Tx, plan: PlanId, site: Option<&str>) -> Result<Result<Taken, NoSeat>, Error> {
    take(tx, plan, 1, &site.map(|site| (site.to_owned(), 1)).into_iter().collect()).await
}

async fn take_at(tx: &Tx, site: &str, seats: i64) -> Result<Option<i64>, Error> {
    let taken = sql::number(
        &tx.db,
        "UPDATE plan_site SET taken = taken + $2 WHERE id = $1 AND taken + $2 <= capacity RETURNING taken",
        vec![site.into(), seats.into()],
    );
    taken.await
}

/// Whether a plan is full: asked of memory, and only if that says so, of the database. A quick no for those
/// who come too late; who gets a seat is decided by [`take`] alone.
pub(crate) async fn none_left(records: &Records, plan: &Plan) -> Result<bool, Error> {
    if plan.taken < plan.capacity {
        return Ok(false);
    }
    let left = sql::number(
        records.read(),
        "SELECT capacity - taken FROM plan WHERE id = $1",
        vec![plan.id.to_string().into()],
    );
    Ok(left.await?.is_some_and(|left| left <= 0))
}

/// Whether a site is full at this moment.
pub(crate) async fn site_full(tx: &Tx, site: SiteId) -> Result<bool, Error> {
    let left =
        sql::number(&tx.db, "SELECT capacity - taken FROM plan_site WHERE id = $1", vec![site.to_string().into()]);
    Ok(left.await?.is_none_or(|left| left <= 0))
}

/// Gives a seat back, at the site of the application too.
pub(crate) async fn free(tx: &Tx, plan: PlanId, site: Option<&str>) -> Result<Taken, Error> {
    let mut sites = Vec::new();
    if let Some(site) = site {
        sites.push((site.to_owned(), free_at(tx, site).await?));
    }
    let seats = sql::number(
        &tx.db,
        "UPDATE plan SET taken = taken - 1 WHERE id = $1 AND taken > 0 RETURNING taken",
        vec![plan.to_string().into()],
    );
    let seats = seats.await?.ok_or_else(|| Error::bad_row("plan", plan, "a seat to give back was never taken"))?;
    Ok(Taken { plan, seats: Some(seats), sites })
}

async fn free_at(tx: &Tx, site: &str) -> Result<i64, Error> {
    let seats = sql::number(
        &tx.db,
        "UPDATE plan_site SET taken = taken - 1 WHERE id = $1 AND taken > 0 RETURNING taken",
        vec![site.into()],
    );
    seats.await?.ok_or_else(|| Error::bad_row("plan_site", site, "a seat to give back was never taken"))
}

/// Moves a seat from one site to another: one conditional change each. None when the other one is full; then the
/// transaction must be dropped.
pub(crate) async fn change_site(tx: &Tx, plan: PlanId, from: Option<&str>, to: SiteId) -> Result<Option<Taken>, Error> {
    let to = to.to_string();
    let mut sites = Vec::new();
    // In the order of ids, like everybody else.
    let mut rows: Vec<&str> = from.into_iter().chain([to.as_str()]).collect();
    rows.sort_unstable();
    for site in rows {
        if site == to {
            match take_at(tx, site, 1).await? {
                Some(taken) => sites.push((site.to_owned(), taken)),
                None => return Ok(None),
            }
        } else {
            sites.push((site.to_owned(), free_at(tx, site).await?));
        }
    }
    Ok(Some(Taken { plan, seats: None, sites }))
}
