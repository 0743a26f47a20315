//! 选择报名机构: chosen on the way, changed until registration closes, with the seat if there is one already.

use super::draft::ground_of;
use super::{load, seats};
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, history, live, places, plans};
use domain::application::{SiteRefusal, Stage};
use domain::ids::{AccountId, ApplicationId, SiteId};
use domain::page::mine::What;
use serde_json::json;

/// Chooses a site. A draft takes no seat; what is handed in and not yet in a reviewer's hands takes its seat along,
/// or stays where it is when the other site is full.
pub async fn choose_site(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    wanted: SiteId,
) -> Result<(), Error> {
    let (plan, _) = ground_of(records, load::own(records, account, id).await?.plan).await?;
    let sites = plans::sites(records, plan.id).await?;
    let site = sites.iter().find(|site| site.id == wanted).ok_or(SiteRefusal::Unknown)?;
    let full = || SiteRefusal::Full { site: site.name.clone(), capacity: site.capacity };

    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    if whole.site == Some(wanted) {
        return Ok(());
    }
    let has_seat = match &whole.stage {
        Stage::Draft => false,
        Stage::Submitted { .. } | Stage::Returned { .. } => true,
        other => return Err(SiteRefusal::Decided(other.name()).into()),
    };
    let offered = !has_seat
        && places::offer_of(records, id, now).await?.is_some_and(|offer| offer.site_id == Some(wanted.to_string()));
    if !plan.window.is_open(now) && !offered {
        return Err(SiteRefusal::WindowClosed { closed: plan.window.closes }.into());
    }
    if let (Stage::Submitted { .. }, Some(claim)) = (&whole.stage, load::live_claim(&tx.db, id, now).await?) {
        return Err(SiteRefusal::Claimed { until: claim.until }.into());
    }
    if !has_seat && !offered && seats::site_full(&tx, wanted).await? {
        return Err(full().into());
    }
    let before = whole.row.site_id.replace(wanted.to_string());
    load::save(&tx, &mut whole.row).await?;
    let detail = json!({ "text": site.name, "site": wanted, "before": before });
    history::append(&tx, now, &whole.row.id, &history::Actor::Applicant(account), What::SiteChosen, detail).await?;
    let audience = if has_seat { Audience::Seats } else { Audience::Applicant };
    live::append(&mut tx, now, outbox::of(&whole.row, "site", audience)).await?;
    let moved = match has_seat {
        true => Some(seats::change_site(&tx, plan.id, before.as_deref(), wanted).await?.ok_or_else(full)?),
        false => None,
    };
    tx.commit().await?;
    if let Some(moved) = moved {
        moved.publish(records);
    }
    Ok(())
}
