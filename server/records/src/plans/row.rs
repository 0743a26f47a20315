//! A plan and its row.

use crate::Error;
use crate::entity::{agency, plan, plan_site};
use domain::ids::{Fen, PlanId};
use domain::occupation::SkillLevel;
use domain::plan::{Plan, PlanKind, Site};
use domain::time::Timestamp;
use domain::timeline::RegistrationWindow;
use sea_orm::Set;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads a row strictly.
pub(super) fn read(row: plan::Model, agency: &agency::Model) -> Result<Plan, Error> {
    let id = row.id.clone();
    let bad = |why: &str| Error::bad_row("plan", &id, why);
    let small = |value: i64, what: &str| u32::try_from(value).map_err(|_| bad(what));
    let level =
        row.level.map(|number| u8::try_from(number).ok().and_then(SkillLevel::from_number).ok_or_else(|| bad("level")));
    Ok(Plan {
        id: id.parse().map_err(|_| bad("id"))?,
        agency: row.agency_id.parse().map_err(|_| bad("agency_id"))?,
        agency_name: agency.name.clone(),
        agency_filing: agency.filing_code.clone(),
        year: i32::try_from(row.year).map_err(|_| bad("year"))?,
        kind: PlanKind::parse(&row.kind).ok_or_else(|| bad("kind"))?,
        level: level.transpose()?,
        subjects: list(&id, &row.subjects)?,
        window: RegistrationWindow { opens: Timestamp(row.opens_at), closes: Timestamp(row.closes_at) },
        review_close: Timestamp(row.review_close),
        exam_on: row.exam_on.parse().map_err(|_| bad("exam_on"))?,
        capacity: small(row.capacity, "capacity")?,
        taken: small(row.taken, "taken")?,
        fee: Fen(row.fee),
        scope: list(&id, &row.scope)?,
        instructions: list(&id, &row.instructions)?,
        conditions: list(&id, &row.conditions)?,
        profile_version: small(row.profile_version, "profile_version")?,
        cancelled: row.cancelled_at.is_some(),
        number: row.number,
        title: row.title,
        contact: row.contact,
        contact_phone: row.contact_phone,
        occupation: row.occupation,
        trade: row.trade,
        code: row.code,
        city: row.city,
        city_name: row.city_name,
        county: row.county,
        county_name: row.county_name,
        site: row.site,
        profile: row.profile,
        standard: row.standard,
    })
}

/// The row of a plan that is published now.
pub(super) fn write(plan: &Plan, words: String, now: Timestamp) -> Result<plan::ActiveModel, Error> {
    Ok(plan::ActiveModel {
        id: Set(plan.id.to_string()),
        number: Set(plan.number.clone()),
        year: Set(i64::from(plan.year)),
        title: Set(plan.title.clone()),
        agency_id: Set(plan.agency.to_string()),
        contact: Set(plan.contact.clone()),
        contact_phone: Set(plan.contact_phone.clone()),
        kind: Set(plan.kind.as_str().to_owned()),
        occupation: Set(plan.occupation.clone()),
        trade: Set(plan.trade.clone()),
        code: Set(plan.code.clone()),
        level: Set(plan.level.map(|level| i64::from(level.number()))),
        subjects: Set(text(plan.id, &plan.subjects)?),
        city: Set(plan.city.clone()),
        city_name: Set(plan.city_name.clone()),
        county: Set(plan.county.clone()),
        county_name: Set(plan.county_name.clone()),
        site: Set(plan.site.clone()),
        opens_at: Set(plan.window.opens.0),
        closes_at: Set(plan.window.closes.0),
        review_close: Set(plan.review_close.0),
        exam_on: Set(plan.exam_on.to_string()),
        capacity: Set(i64::from(plan.capacity)),
        taken: Set(i64::from(plan.taken)),
        fee: Set(plan.fee.0),
        scope: Set(text(plan.id, &plan.scope)?),
        instructions: Set(text(plan.id, &plan.instructions)?),
        conditions: Set(text(plan.id, &plan.conditions)?),
        profile: Set(plan.profile.clone()),
        profile_version: Set(i64::from(plan.profile_version)),
        standard: Set(plan.standard.clone()),
        search: Set(words),
        published_at: Set(now.0),
        updated_at: Set(now.0),
        cancelled_at: Set(None),
    })
}

/// Reads the row of a site strictly.
pub(super) fn read_site(row: plan_site::Model) -> Result<Site, Error> {
    let bad = |why: &str| Error::bad_row("plan_site", &row.id, why);
    Ok(Site {
        id: row.id.parse().map_err(|_| bad("id"))?,
        capacity: u32::try_from(row.capacity).map_err(|_| bad("capacity"))?,
        taken: u32::try_from(row.taken).map_err(|_| bad("taken"))?,
        exam_on: row.exam_on.parse().map_err(|_| bad("exam_on"))?,
        name: row.name,
        address: row.address,
        reviewer: row.reviewer,
        contact: row.contact,
        phone: row.phone,
    })
}

/// The row of a site of a plan, at this place of its list.
pub(super) fn write_site(plan: PlanId, position: i64, site: &Site) -> plan_site::ActiveModel {
    plan_site::ActiveModel {
        id: Set(site.id.to_string()),
        plan_id: Set(plan.to_string()),
        position: Set(position),
        name: Set(site.name.clone()),
        address: Set(site.address.clone()),
        capacity: Set(i64::from(site.capacity)),
        taken: Set(i64::from(site.taken)),
        reviewer: Set(site.reviewer.clone()),
        contact: Set(site.contact.clone()),
        phone: Set(site.phone.clone()),
        exam_on: Set(site.exam_on.to_string()),
    }
}

fn list<T: DeserializeOwned>(id: &str, text: &str) -> Result<Vec<T>, Error> {
    serde_json::from_str(text).map_err(|why| Error::bad_row("plan", id, why))
}

pub(super) fn text<T: Serialize>(id: PlanId, list: &[T]) -> Result<String, Error> {
    serde_json::to_string(list).map_err(|why| Error::bad_row("plan", id, why))
}
