//! Everything that the wizard's pages need, in one answer.

use super::load;
use super::person::Person;
use super::{answers, content, eligibility, freeze, photo, resit};
use crate::{Error, Records, entity::file, files, plans};
use domain::application::Stage;
use domain::eligibility::{ApplicantFacts, ConditionVerdict};
use domain::form::{self, Answers, FieldKind};
use domain::ids::{AccountId, ApplicationId, PlanId, Revision};
use domain::page::wizard::{Draft, FileKept, SignatureKept};
use domain::plan::Plan;
use domain::profile::{Profile, Step};
use domain::time::Timestamp;
use std::sync::Arc;

/// An applicant's own application, as the wizard shows it.
pub async fn draft(records: &Records, account: AccountId, id: ApplicationId) -> Result<Draft, Error> {
    let whole = load::own(records, account, id).await?;
    let (plan, profile) = ground_of(records, whole.plan).await?;
    let person = Person::load(records.read(), account).await?;
    let (profile, failed) = resit::for_person(records, &plan, profile, &person).await?;
    let sites = plans::sites(records, plan.id).await?;
    let (facts, verdicts) = judged(records, &plan, &profile, &person, &whole.answers, &whole.facts).await?;
    let signed = content::is_signed(&whole, &profile);
    let open_targets = match &whole.stage {
        Stage::Returned { remarks, .. } => {
            let returned = freeze::answers_of_round(records, records.read(), id, whole.row.round).await?;
            let mut open = answers::open_targets(&profile, remarks, &returned, &whole.answers);
            if profile.asks_signature() && !signed && !open.contains(&domain::application::Target::Signature) {
                open.push(domain::application::Target::Signature);
            }
            open
        }
        _ => Vec::new(),
    };
    let mut answers = person.masked_into(records, &profile.form, &whole.answers)?;
    let site = sites.iter().find(|site| Some(site.id) == whole.site);
    answers::put_chosen(&profile, &plan, site, &mut answers);
    Ok(Draft {
        passed: passed(&whole, &profile, &answers, !sites.is_empty()),
        site: site.map(|site| site.id),
        agreed: whole.marks.agreed.clone(),
        proofs: whole.marks.proofs.clone(),
        looked_up: whole.marks.looked_up(&whole.answers),
        subjects: resit::subjects(&profile, &plan, &answers),
        failed,
        sites,
        id,
        number: whole.row.number.clone().unwrap_or_default(),
        stage: whole.stage.clone(),
        revision: Revision(whole.row.answers_revision),
        saved_at: Timestamp(whole.row.saved_at),
        now: records.now(),
        answers,
        facts,
        verdicts,
        earlier_photo: match &whole.photo {
            Some(_) => None,
            None => photo::offered(records, account, id, &profile.photo.spec).await?,
        },
        photo: whole.photo.as_ref().map(|slot| slot.kept.clone()),
        files: files_kept(records, &whole.files)?,
        signature: whole.signature.as_ref().filter(|_| content::is_drawn(&whole, &profile)).map(signature_kept),
        signature_outdated: whole.signature.is_some() && !signed,
        open_targets,
        corrected: whole.corrected.clone(),
        plan,
        profile: Profile::clone(&profile),
    })
}

/// Which of the steps without a form of their own are done.
fn passed(whole: &load::Whole, profile: &Profile, answers: &Answers, has_sites: bool) -> Vec<Step> {
    let done = |step: &Step| match step {
        Step::Entry => profile.entry.as_ref().is_none_or(|entry| {
            entry.wrong_place(answers).is_none()
                && entry.field.iter().all(|field| {
                    !field.required || !form::is_asked(&profile.form, field, answers) || answers.has(&field.key)
                })
        }),
        Step::Notice => whole.marks.notice.is_some(),
        Step::Site => !has_sites || whole.site.is_some(),
        _ => false,
    };
    profile.wizard.iter().copied().filter(done).collect()
}

/// The plan, and the procedure it was published with as it stands for this plan.
pub(crate) async fn ground_of(records: &Records, plan: PlanId) -> Result<(Plan, Arc<Profile>), Error> {
    let plan = plans::get(records, plan).await?;
    let profile = plans::profile_of(records, &plan).await?;
    Ok((plan, profile))
}

/// Facts and verdicts for answers. A procedure that asks for no work judges nobody by it: what was never asked is not
/// missing, and the reviewer has the documents.
pub(crate) async fn judged(
    records: &Records,
    plan: &Plan,
    profile: &Profile,
    person: &Person,
    answers: &Answers,
    kept: &ApplicantFacts,
) -> Result<(ApplicantFacts, Vec<ConditionVerdict>), Error> {
    let facts = eligibility::facts(&profile.form, answers, person, kept);
    let asks = profile.form.fields().any(|field| field.kind == FieldKind::Jobs);
    let verdicts = if asks || !facts.jobs.is_empty() { plans::judge(records, plan, &facts).await? } else { Vec::new() };
    Ok((facts, verdicts))
}

/// Kept evidence, as pages show it.
pub(crate) fn files_kept(records: &Records, rows: &[file::Model]) -> Result<Vec<FileKept>, Error> {
    rows.iter().map(|row| file_kept(records, row)).collect()
}

/// One kept file, as pages show it.
pub(crate) fn file_kept(records: &Records, row: &file::Model) -> Result<FileKept, Error> {
    Ok(FileKept {
        id: row.id.parse().map_err(|_| Error::bad_row("file", &row.id, "id"))?,
        requirement: row.requirement.clone(),
        name: files::name_of(records, row)?,
        format: row.format.clone(),
        bytes: u64::try_from(row.bytes).unwrap_or(0),
        pages: u32::try_from(row.pages).unwrap_or(0),
        at: Timestamp(row.created_at),
        unscanned: row.points.contains(files::scan::UNSCANNED),
    })
}

/// A kept signature, as pages show it.
pub(crate) fn signature_kept(slot: &load::SignatureSlot) -> SignatureKept {
    SignatureKept { file: slot.file, at: slot.at, by_phone: slot.by_phone }
}
