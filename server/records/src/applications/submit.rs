//! 提交: everything is checked again, a seat is taken, answers and texts are frozen.
//!
//! The heavy part (reading, judging, sealing) happens before the transaction; inside, the revision
//! proves that nothing has moved since. So the row everybody wants is held for a few statements only,
//! see [`handing_in`].

use super::draft::{ground_of, judged};
use super::handing_in::{self, Ready};
use super::load::{self, Whole};
use super::person::Person;
use super::{answers, content, freeze, marks, resit, save, seats};
use crate::{Error, Records, desk::doubts, places, plans};
use domain::application::{Stage, SubmitRefusal};
use domain::form::{Answers, FieldFault, check};
use domain::ids::{AccountId, ApplicationId};
use domain::page::wizard::Receipt;
use domain::plan::Plan;
use domain::profile::{Gate, Profile, Step};
use domain::refusal::Refusal;
use domain::time::Timestamp;
use domain::timeline::{IN_FLIGHT_GRACE_SECONDS, WindowRefusal};
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
    let mut was_full = false;
    for _ in 0..TRIES {
        let whole = load::own(records, account, id).await?;
        if let Some(receipt) = given_already(&whole)? {
            return Ok(receipt);
        }
        let ready = prepare(records, whole, key, began, was_full).await?;
        let has_offer = ready.offer.is_some();
        match handing_in::hand_in(records, ready).await {
            Ok(Some(receipt)) => return Ok(receipt),
            Ok(None) => {}
            // Memory said that there were seats, so nobody asked whether one is held for this person.
            Err(Error::Refused(Refusal::Submit(SubmitRefusal::Full { .. } | SubmitRefusal::SiteFull { .. })))
                if !has_offer && !was_full =>
            {
                was_full = true;
            }
            Err(why) => return Err(why),
        }
    }
    Err(Error::ChangedMeanwhile)
}

/// The receipt of the submission that stands, if one does.
fn given_already(whole: &Whole) -> Result<Option<Receipt>, Error> {
    match (&whole.stage, &whole.row.receipt) {
        (Stage::Submitted { .. }, Some(receipt)) => Ok(Some(load::json(&whole.row, "receipt", receipt)?)),
        _ => Ok(None),
    }
}

async fn prepare(
    records: &Records,
    mut whole: Whole,
    key: &str,
    began: Timestamp,
    was_full: bool,
) -> Result<Ready, Error> {
    let (plan, profile) = ground_of(records, whole.plan).await?;
    let offer = offer_for(records, &whole, &plan, began, was_full).await?;
    next_stage(&whole, &plan, offer.is_some(), began, records.now())?;
    if matches!(whole.stage, Stage::Draft) && offer.is_none() && seats::none_left(records, &plan).await? {
        return Err(SubmitRefusal::Full { capacity: plan.capacity }.into());
    }
    let person = Person::load(records.read(), whole.account).await?;
    let (profile, failed) = resit::for_person(records, &plan, profile, &person).await?;
    let asked = answers::asked_only(&profile.form, &whole.answers);
    let full = person.whole_into(records, &profile.form, &asked)?;
    let sites = plans::sites(records, plan.id).await?;
    marks::ensure_begun(&whole, &profile, &full, !sites.is_empty())?;
    let site = sites.into_iter().find(|site| Some(site.id) == whole.site);
    if let Stage::Returned { remarks, .. } = &whole.stage {
        let returned = freeze::answers_of_round(records, records.read(), whole.id, whole.row.round).await?;
        whole.corrected = save::corrected_fields(&profile, remarks, &whole.corrected, &returned, &full);
        if whole.corrected.is_empty() && !whole.marks.answers_to_amendment(whole.row.round) {
            return Err(SubmitRefusal::NothingCorrected.into());
        }
        whole.row.corrected = load::text(&whole.corrected)?;
    }
    let wants_photo = profile.wizard.contains(&Step::Photo) || profile.gate.contains(&Gate::Photo);
    if wants_photo && whole.photo.is_none() {
        return Err(SubmitRefusal::PhotoMissing.into());
    }
    let faults = form_faults(&profile, &plan, &full, &failed, records.now());
    if !faults.is_empty() {
        return Err(SubmitRefusal::FormFaults(faults).into());
    }
    let missing = documents_missing(&profile, &whole, &full, &asked);
    if !missing.is_empty() {
        return Err(SubmitRefusal::DocumentsMissing(missing.into_iter().map(|(_, label)| label).collect()).into());
    }
    let signature = if profile.asks_signature() {
        let signature = whole.signature.clone().ok_or(SubmitRefusal::NotSigned)?;
        if signature.content != content::digest(&whole, &profile) {
            return Err(SubmitRefusal::SignedOtherText.into());
        }
        Some(signature)
    } else {
        None
    };
    let titles = whole.marks.not_agreed(&profile);
    if !titles.is_empty() {
        return Err(SubmitRefusal::ConsentMissing(titles).into());
    }
    let (facts, verdicts) = judged(records, &plan, &profile, &person, &whole.answers, &whole.facts).await?;
    let doubts = doubts::find(records, &whole, &profile, &person, &asked, &facts, &verdicts).await?;
    whole.row.doubt_count = i64::try_from(doubts.len()).unwrap_or(i64::MAX);
    whole.row.doubts = load::text(&doubts)?;
    whole.row.name = person.name().to_owned();
    let freezing = freeze::prepare(records, &whole, &plan, &profile, &person, site.as_ref(), signature.as_ref())?;
    let key = key.chars().take(KEY_MAX).collect();
    Ok(Ready { whole, plan: Arc::new(plan), profile, site, freezing, key, offer, began })
}

/// The seat that is held for a draft. Nobody asks while there are seats for all and registration is open: the way of the
/// many costs nothing more. An offer for another site than the chosen one is not used.
async fn offer_for(
    records: &Records,
    whole: &Whole,
    plan: &Plan,
    began: Timestamp,
    was_full: bool,
) -> Result<Option<places::Offer>, Error> {
    let may_have = was_full || plan.taken >= plan.capacity || !plan.window.is_open(began);
    if !may_have || !matches!(whole.stage, Stage::Draft) {
        return Ok(None);
    }
    let offer = places::offer_of(records, whole.id, began).await?;
    Ok(offer.filter(|offer| offer.site_id.is_none() || offer.site_id == whole.row.site_id))
}

/// Required documents that were not uploaded, each with its label.
pub(super) fn documents_missing(
    profile: &Profile,
    whole: &Whole,
    full: &Answers,
    asked: &Answers,
) -> Vec<(String, String)> {
    profile
        .uploads_for(full, &whole.marks.looked_up(asked))
        .filter(|document| document.required && !whole.files.iter().any(|file| file.requirement == document.key))
        .map(|document| (document.key.clone(), document.label.clone()))
        .collect()
}

/// Everything that is wrong with the answers, in the order of the form; levels and resits by their own rules.
pub(super) fn form_faults(
    profile: &Profile,
    plan: &Plan,
    answers: &Answers,
    failed: &[String],
    now: Timestamp,
) -> Vec<FieldFault> {
    let mut faults = check::form(&profile.form, answers, &plan.conditions, now);
    if let Some(nobody) = resit::fault(profile, answers, failed) {
        // One sentence at the question that decides it is enough.
        faults.retain(|fault| profile.papers.as_ref().is_none_or(|papers| papers.chosen != fault.key));
        faults.push(nobody);
    }
    faults.extend(profile.ladder.as_ref().and_then(|ladder| check::ladder(&profile.form, ladder, plan.level, answers)));
    let place = |fault: &FieldFault| profile.form.fields().position(|field| answers::belongs(field, &fault.key));
    faults.sort_by_key(place);
    faults
}

/// The stage after submitting, by the server's clock alone.
pub(super) fn next_stage(
    whole: &Whole,
    plan: &Plan,
    offered: bool,
    began: Timestamp,
    now: Timestamp,
) -> Result<Stage, Error> {
    let at = match &whole.stage {
        // A seat is held beyond the close of registration too.
        Stage::Draft if offered => now,
        Stage::Draft => {
            plan.window.admit(began, now, IN_FLIGHT_GRACE_SECONDS).map_err(|refusal| match refusal {
                WindowRefusal::NotYetOpen { opens } => SubmitRefusal::NotOpenYet { opens },
                WindowRefusal::Closed { closed } => SubmitRefusal::WindowClosed { closed },
            })?;
            now
        }
        // The same kindness for corrections that were on their way at the deadline.
        Stage::Returned { until, .. }
            if began <= *until && now.since(*until) < i64::from(IN_FLIGHT_GRACE_SECONDS) * 1000 =>
        {
            now.min(*until)
        }
        _ => now,
    };
    Ok(whole.stage.clone().submit(at)?)
}
