//! Saving answers: whole forms, at every pause in typing. A stale page loses politely.

use super::answers::{self, changed_fields, open_targets, typed_only};
use super::draft::{ground_of, judged};
use super::freeze;
use super::load::{self, Whole};
use super::person::Person;
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, live};
use domain::application::{Remark, Stage, SubmitRefusal, Target};
use domain::form::{Answers, FieldKind, check};
use domain::ids::{AccountId, ApplicationId, Revision};
use domain::page::wizard::Saved;
use domain::profile::Profile;
use domain::refusal::{Refusal, UploadRefusal};
use domain::time::Timestamp;

/// Keeps a whole form, wrong answers included. A page drawn from an older revision overwrites nothing:
/// it gets both versions back, unless they say the same.
pub async fn save_answers(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    seen: Revision,
    answers: Answers,
) -> Result<Saved, Error> {
    let (plan, profile) = ground_of(records, load::own(records, account, id).await?.plan).await?;
    let faults = check::keepable(&profile.form, &answers);
    if !faults.is_empty() {
        return Err(Refusal::Answers(faults).into());
    }
    let ours = typed_only(&profile.form, &answers);

    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    let kept = match &whole.stage {
        Stage::Draft => ours.clone(),
        Stage::Returned { remarks, .. } => only_what_is_open(records, &tx, &whole, &profile, remarks, &ours).await?,
        other => return Err(SubmitRefusal::NotADraft(other.name()).into()),
    };
    let anew = match &whole.stage {
        Stage::Returned { remarks, .. } => answered_anew(remarks, &whole.corrected, &kept),
        _ => Vec::new(),
    };
    if kept == whole.answers && anew.is_empty() {
        // Nothing to write: the same text from a stale page harms nobody.
        drop(tx);
        return saved(records, &plan, &profile, &whole).await;
    }
    if whole.row.answers_revision != seen.0 {
        return Ok(Saved::ChangedMeanwhile {
            revision: Revision(whole.row.answers_revision),
            theirs: whole.answers,
            ours,
        });
    }
    if let Stage::Returned { remarks, .. } = &whole.stage {
        let returned = freeze::answers_of_round(records, &tx.db, id, whole.row.round).await?;
        whole.corrected = corrected_fields(&profile, remarks, &whole.corrected, &returned, &kept);
        let more: Vec<Target> = anew.into_iter().filter(|target| !whole.corrected.contains(target)).collect();
        whole.corrected.extend(more);
        whole.row.corrected = load::text(&whole.corrected)?;
    }
    whole.row.answers_sealed = load::seal(records, "answers", &whole.row.id, &kept)?;
    whole.row.answers_revision += 1;
    whole.row.saved_at = now.0;
    whole.answers = kept;
    load::save(&tx, &mut whole.row).await?;
    live::append(&mut tx, now, outbox::of(&whole.row, "saved", Audience::Applicant)).await?;
    tx.commit().await?;
    saved(records, &plan, &profile, &whole).await
}

async fn saved(records: &Records, plan: &domain::plan::Plan, profile: &Profile, whole: &Whole) -> Result<Saved, Error> {
    let person = Person::load(records.read(), whole.account).await?;
    let (_, verdicts) = judged(records, plan, profile, &person, &whole.answers, &whole.facts).await?;
    Ok(Saved::Kept { revision: Revision(whole.row.answers_revision), at: Timestamp(whole.row.saved_at), verdicts })
}

/// While returned, closed answers stay as they are: a page that leaves them out changes nothing,
/// a page that changes them is refused.
async fn only_what_is_open(
    records: &Records,
    tx: &Tx,
    whole: &Whole,
    profile: &Profile,
    remarks: &[Remark],
    ours: &Answers,
) -> Result<Answers, Error> {
    let returned = freeze::answers_of_round(records, &tx.db, whole.id, whole.row.round).await?;
    let open = open_targets(profile, remarks, &returned, ours);
    let mut kept = ours.clone();
    for key in changed_fields(&profile.form, &whole.answers, ours) {
        if open.contains(&Target::Field(key.clone())) {
            continue;
        }
        let belongs = |other: &String| profile.form.field(&key).is_some_and(|field| answers::belongs(field, other));
        if ours.0.keys().any(belongs) {
            return Err(UploadRefusal::NotOpen.into());
        }
        kept.0.extend(
            whole.answers.0.iter().filter(|(other, _)| belongs(other)).map(|(key, value)| (key.clone(), value.clone())),
        );
    }
    Ok(kept)
}

/// What the plan asks for anew is answered by saving it, also with the same answer: the first condition of one level is
/// another than the first of the next.
fn answered_anew(remarks: &[Remark], before: &[Target], now: &Answers) -> Vec<Target> {
    let answered = |target: &Target| matches!(target, Target::Field(key) if now.has(key)) && !before.contains(target);
    remarks
        .iter()
        .filter(|remark| remark.anew.is_some())
        .map(|remark| &remark.on)
        .filter(|on| answered(on))
        .cloned()
        .collect()
}

/// Which returned fields differ now from what was returned; other kinds of targets, and what was answered anew, stay as they
/// are.
pub(crate) fn corrected_fields(
    profile: &Profile,
    remarks: &[Remark],
    before: &[Target],
    returned: &Answers,
    now: &Answers,
) -> Vec<Target> {
    let changed = changed_fields(&profile.form, returned, now);
    let is_anew = |target: &Target| remarks.iter().any(|remark| remark.on == *target && remark.anew.is_some());
    let mut corrected: Vec<Target> =
        before.iter().filter(|target| !matches!(target, Target::Field(_)) || is_anew(target)).cloned().collect();
    for remark in remarks {
        if let Target::Field(key) = &remark.on
            && changed.contains(key)
            && !corrected.contains(&remark.on)
            // A fact of the account is corrected in the profile; typed answers do not hold it.
            && (now.has(key) || profile.form.field(key).is_none_or(|field| field.kind != FieldKind::AccountFact))
        {
            corrected.push(remark.on.clone());
        }
    }
    corrected
}
