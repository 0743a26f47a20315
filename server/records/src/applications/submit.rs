//! 提交: everything is checked again, a seat is taken, answers and texts are frozen.
//!
//! The heavy part (reading, judging, sealing) happens before the transaction; inside, the revision
//! proves that nothing has moved since. So the row everybody wants is held for a few statements only.

use super::draft::{ground_of, judged};
use super::freeze::{self, Freezing};
use super::load::{self, Whole};
use super::person::Person;
use super::{answers, content, save, seats};
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, desk::doubts, history, live, sql};
use chrono::Datelike;
use domain::application::{Stage, SubmitRefusal};
use domain::form::check;
use domain::ids::{AccountId, ApplicationId};
use domain::page::mine::What;
use domain::page::wizard::Receipt;
use domain::plan::Plan;
use domain::profile::{self, Profile};
use domain::time::Timestamp;
use domain::timeline::{IN_FLIGHT_GRACE_SECONDS, WindowRefusal};
use serde_json::json;
use std::sync::Arc;

/// How often a submission is prepared anew because something moved meanwhile.
const TRIES: usize = 5;
/// Most characters of a submission key that are kept.
const KEY_MAX: usize = 100;

/// Submits. Clicking again, or fifty times at once, gives the same receipt.
pub async fn submit(records: &Records, account: AccountId, id: ApplicationId, key: &str) -> Result<Receipt, Error> {
    submit_begun(records, account, id, key, records.now()).await
}

/// Submits a request that reached the server at `began`: one that was on its way when registration
/// closed is still taken for a moment.
pub async fn submit_begun(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    key: &str,
    began: Timestamp,
) -> Result<Receipt, Error> {
    for _ in 0..TRIES {
        let whole = load::own(records, account, id).await?;
        if let Some(receipt) = given_already(&whole)? {
            return Ok(receipt);
        }
        let ready = prepare(records, whole, began).await?;
        if let Some(receipt) = hand_in(records, ready, key, began).await? {
            return Ok(receipt);
        }
    }
    Err(Error::ChangedMeanwhile)
}

/// What is ready to be written.
struct Ready {
    whole: Whole,
    plan: Plan,
    profile: Arc<Profile>,
    freezing: Freezing,
}

/// The receipt of the submission that stands, if one does.
fn given_already(whole: &Whole) -> Result<Option<Receipt>, Error> {
    match (&whole.stage, &whole.row.receipt) {
        (Stage::Submitted { .. }, Some(receipt)) => Ok(Some(load::json(&whole.row, "receipt", receipt)?)),
        _ => Ok(None),
    }
}

async fn prepare(records: &Records, mut whole: Whole, began: Timestamp) -> Result<Ready, Error> {
    let (plan, profile) = ground_of(records, whole.plan).await?;
    next_stage(&whole, &plan, began, records.now())?;
    let person = Person::load(records.read(), whole.account).await?;
    let asked = answers::asked_only(&profile.form, &whole.answers);
    let full = person.whole_into(records, &profile.form, &asked)?;
    if let Stage::Returned { remarks, .. } = &whole.stage {
        let returned = freeze::answers_of_round(records, records.read(), whole.id, whole.row.round).await?;
        whole.corrected = save::corrected_fields(&profile, remarks, &whole.corrected, &returned, &full);
        if whole.corrected.is_empty() {
            return Err(SubmitRefusal::NothingCorrected.into());
        }
        whole.row.corrected = load::text(&whole.corrected)?;
    }
    if whole.photo.is_none() {
        return Err(SubmitRefusal::PhotoMissing.into());
    }
    let faults = check::form(&profile.form, &full, &plan.conditions, records.now());
    if !faults.is_empty() {
        return Err(SubmitRefusal::FormFaults(faults).into());
    }
    let missing: Vec<String> = profile
        .documents_for(&full)
        .filter(|document| document.required && !whole.files.iter().any(|file| file.requirement == document.key))
        .map(|document| document.label.clone())
        .collect();
    if !missing.is_empty() {
        return Err(SubmitRefusal::DocumentsMissing(missing).into());
    }
    let signature = whole.signature.clone().ok_or(SubmitRefusal::NotSigned)?;
    if signature.content != content::digest(&whole, &profile) {
        return Err(SubmitRefusal::SignedOtherText.into());
    }
    let (facts, verdicts) = judged(records, &plan, &profile, &person, &whole.answers, &whole.facts).await?;
    let doubts = doubts::find(records, &whole, &profile, &person, &asked, &facts, &verdicts).await?;
    whole.row.doubt_count = i64::try_from(doubts.len()).unwrap_or(i64::MAX);
    whole.row.doubts = load::text(&doubts)?;
    whole.row.name = person.name().to_owned();
    let freezing = freeze::prepare(records, &whole, &plan, &profile, &person, &signature)?;
    Ok(Ready { whole, plan, profile, freezing })
}

/// Writes what is ready. None when something moved since it was prepared.
async fn hand_in(records: &Records, ready: Ready, key: &str, began: Timestamp) -> Result<Option<Receipt>, Error> {
    let Ready { whole, plan, profile, freezing } = ready;
    let mut tx = records.begin().await?;
    let now = records.now();
    let standing = load::locked(&tx, whole.id).await?.ok_or(Error::NotFound)?;
    if standing.revision != whole.row.revision {
        return Ok(None);
    }
    let stage = next_stage(&whole, &plan, began, now)?;
    let Stage::Submitted { at, round } = stage else { return Err(SubmitRefusal::NotADraft(stage.name()).into()) };
    let mut row = whole.row.clone();
    load::put_stage(&mut row, &stage)?;
    row.submit_key = Some(key.chars().take(KEY_MAX).collect());
    freeze::keep(&tx, whole.id, round, freezing, at).await?;
    let signed = whole.signature.as_ref().map(|signature| signature.content.clone());
    let actor = history::Actor::Applicant(whole.account);
    history::append(&tx, now, &row.id, &actor, What::Submitted, json!({ "round": round, "content": signed })).await?;
    let first = round == 1;
    let number = match &row.number {
        Some(number) => number.clone(),
        None => next_number(&tx, &plan, &profile).await?,
    };
    let receipt = Receipt { id: whole.id, number: number.clone(), at, round };
    row.number = Some(number);
    row.receipt = Some(load::text(&receipt)?);
    load::save(&tx, &mut row).await?;
    let audience = if first { Audience::Seats } else { Audience::Desk };
    live::append(&mut tx, now, outbox::of(&row, "submitted", audience)).await?;
    // A returned application has kept its seat.
    let taken = match first {
        true => Some(seats::take(&tx, whole.plan).await?.ok_or(SubmitRefusal::Full { capacity: plan.capacity })?),
        false => None,
    };
    tx.commit().await?;
    if let Some(taken) = taken {
        taken.publish(records);
    }
    Ok(Some(receipt))
}

/// The stage after submitting, by the server's clock alone.
fn next_stage(whole: &Whole, plan: &Plan, began: Timestamp, now: Timestamp) -> Result<Stage, Error> {
    let at = match &whole.stage {
        Stage::Draft => {
            plan.window.admit(began, now, IN_FLIGHT_GRACE_SECONDS).map_err(|refusal| match refusal {
                WindowRefusal::NotYetOpen { opens } => SubmitRefusal::NotOpenYet { opens },
                WindowRefusal::Closed { closed } => SubmitRefusal::WindowClosed { closed },
            })?;
            now
        }
        // The same kindness for corrections that were on their way at the deadline.
        Stage::Returned { until, .. } if began <= *until && now.since(*until) < i64::from(IN_FLIGHT_GRACE_SECONDS) * 1000 => now.min(*until),
        _ => now,
    };
    Ok(whole.stage.clone().submit(at)?)
}

/// Draws the next 报名号 of the procedure's pattern. Everything but `{seq}` names the counter.
async fn next_number(tx: &Tx, plan: &Plan, profile: &Profile) -> Result<String, Error> {
    let (year, month) = (plan.year.to_string(), format!("{:02}", plan.window.opens.day().month()));
    let level = plan.level.map_or_else(String::new, |level| level.number().to_string());
    let values = [
        ("plan", plan.number.as_str()),
        ("yyyy", year.as_str()),
        ("month", month.as_str()),
        ("agency", plan.agency_filing.as_str()),
        ("occupation", plan.occupation.as_str()),
        ("trade", plan.trade.as_str()),
        ("level", level.as_str()),
    ];
    let counter = profile::fill(&profile.numbering.application_number, &values);
    let seq = sql::number(
        &tx.db,
        "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value",
        vec![counter.clone().into()],
    );
    let seq = seq.await?.unwrap_or(1).to_string();
    Ok(profile::fill(&counter, &[("seq", seq.as_str())]))
}
