//! What is confirmed beside the form: that the notice was read, which texts were agreed to, which of several proofs
//! lies there, and what a lookup of certificates filled in.

use super::draft::ground_of;
use super::load::{self, Whole};
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, live};
use domain::application::{Stage, SubmitRefusal};
use domain::form::Answers;
use domain::ids::{AccountId, ApplicationId};
use domain::page::wizard::Agreed;
use domain::profile::{Profile, Step};
use domain::refusal::UploadRefusal;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The marks of an application, as its row keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Marks {
    /// When the notice was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreed: Vec<Agreed>,
    /// The proof that was handed in, by key of the document.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub proofs: BTreeMap<String, String>,
    /// What the lookup filled in, by field: true as long as nobody changes the answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub looked_up: BTreeMap<String, String>,
    /// The plan became another one under it, and it went back for that reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended: Option<PlanAmended>,
}

/// What stands of the round that went back with its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlanAmended {
    /// That round.
    pub round: i64,
    /// Its fee in fen, frozen when it was handed in: another occupation or level makes it neither more nor less.
    pub fee: i64,
}

impl Marks {
    /// Whether handing in the round unchanged says something: yes to the plan as it is now.
    pub(crate) fn answers_to_amendment(&self, round: i64) -> bool {
        self.amended.is_some_and(|amended| amended.round == round)
    }

    /// Fields that the lookup filled in. They are one certificate: with one of them changed, none counts.
    pub(crate) fn looked_up(&self, answers: &Answers) -> Vec<String> {
        let stands = self.looked_up.iter().all(|(key, value)| answers.get(key) == value.as_str());
        if stands { self.looked_up.keys().cloned().collect() } else { Vec::new() }
    }

    /// Titles of the texts of the procedure that were not agreed to as they read now.
    pub(crate) fn not_agreed(&self, profile: &Profile) -> Vec<String> {
        let given = |key: &str, version: u32| self.agreed.iter().any(|one| one.key == key && one.version == version);
        profile
            .consent
            .iter()
            .filter(|consent| !given(&consent.key, consent.version))
            .map(|consent| consent.title.clone())
            .collect()
    }
}

/// Confirms the notice. Confirming again changes nothing.
pub async fn confirm_notice(records: &Records, account: AccountId, id: ApplicationId) -> Result<(), Error> {
    mark(records, account, id, |_, marks, now| {
        marks.notice.get_or_insert(now);
    })
    .await
}

/// Agrees to texts of the procedure, by key; each is kept with its version and the time. A text that is not among
/// `keys` is no longer agreed to.
pub async fn agree(records: &Records, account: AccountId, id: ApplicationId, keys: &[String]) -> Result<(), Error> {
    mark(records, account, id, |profile, marks, now| {
        let before = std::mem::take(&mut marks.agreed);
        for consent in profile.consent.iter().filter(|consent| keys.contains(&consent.key)) {
            let known = before.iter().find(|given| given.key == consent.key && given.version == consent.version);
            let fresh = || Agreed { key: consent.key.clone(), version: consent.version, at: now };
            marks.agreed.push(known.cloned().unwrap_or_else(fresh));
        }
    })
    .await
}

/// Says which of several proofs was handed in for a document; an unknown one forgets what was said.
pub async fn choose_proof(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    document: &str,
    proof: &str,
) -> Result<(), Error> {
    mark(records, account, id, |profile, marks, _| {
        let known = profile.requirement(document).is_some_and(|rule| rule.any_of.iter().any(|one| one.value == proof));
        if known {
            marks.proofs.insert(document.to_owned(), proof.to_owned());
        } else {
            marks.proofs.remove(document);
        }
    })
    .await
}

/// Keeps what a lookup of certificates found for fields of the form: as long as they stand unchanged, the documents
/// that would prove them are not asked for.
pub async fn keep_looked_up(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    found: &Answers,
) -> Result<(), Error> {
    mark(records, account, id, |profile, marks, _| {
        marks.looked_up.clear();
        for (key, value) in &found.0 {
            if profile.form.field(key).is_some_and(|field| !field.is_given()) {
                marks.looked_up.insert(key.clone(), value.trim().to_owned());
            }
        }
    })
    .await
}

/// Changes the marks of an application that still takes changes.
async fn mark(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    change: impl FnOnce(&Profile, &mut Marks, Timestamp),
) -> Result<(), Error> {
    let (_, profile) = ground_of(records, load::own(records, account, id).await?.plan).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    if !matches!(whole.stage, Stage::Draft | Stage::Returned { .. }) {
        return Err(UploadRefusal::NotOpen.into());
    }
    let mut marks = whole.marks.clone();
    change(&profile, &mut marks, now);
    if marks == whole.marks {
        return Ok(());
    }
    whole.row.marks = load::text(&marks)?;
    load::save(&tx, &mut whole.row).await?;
    live::append(&mut tx, now, outbox::of(&whole.row, "marked", Audience::Applicant)).await?;
    tx.commit().await
}

/// What must be settled before the form matters: the right place, the notice read, a site chosen.
pub(super) fn ensure_begun(whole: &Whole, profile: &Profile, answers: &Answers, has_sites: bool) -> Result<(), Error> {
    if let Some(wrong) = profile.entry.as_ref().and_then(|entry| entry.wrong_place(answers)) {
        return Err(SubmitRefusal::WrongPlace { text: wrong.text.clone(), go: wrong.go.clone() }.into());
    }
    if profile.wizard.contains(&Step::Notice) && whole.marks.notice.is_none() {
        return Err(SubmitRefusal::NoticeUnread.into());
    }
    if has_sites && whole.site.is_none() {
        return Err(SubmitRefusal::SiteMissing.into());
    }
    Ok(())
}
