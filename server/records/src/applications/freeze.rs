//! What was handed in, with the texts that were agreed to: kept for every round, changed by nobody.

use super::answers::{asked_only, not_applicable, put_chosen};
use super::load::{self, SignatureSlot, Whole};
use super::person::Person;
use super::{content, resit};
use crate::{
    Error, Records, Tx,
    desk::access,
    entity::{file, frozen as row},
    sql,
};
use domain::account::Viewer;
use domain::form::Answers;
use domain::ids::{ApplicationId, Fen, FileId};
use domain::masking::{self, Audience};
use domain::plan::{Plan, Site};
use domain::profile::{Consent, Declaration, Profile};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One round, as it was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// Which time.
    pub round: u32,
    /// When.
    pub at: Timestamp,
    /// Answers that were asked, account facts included; numbers masked for staff.
    pub answers: Answers,
    /// What was agreed to.
    pub texts: Texts,
    /// What was handed in: requirement and file. The photo stands under `photo`, the signature under `signature`.
    pub files: Vec<(String, FileId)>,
}

/// The texts of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// Procedure and its version.
    pub profile: (String, u32),
    /// 计划编号 and 计划名称.
    pub plan: (String, String),
    /// Conditions as they read.
    pub conditions: Vec<(u32, String)>,
    /// The pledge, word by word.
    pub declaration: Declaration,
    /// Its SHA-256.
    pub declaration_digest: String,
    /// When and how it was signed on a screen, with the digest of what was signed; none where people sign on paper
    /// or not at all.
    pub(crate) signature: Option<SignatureSlot>,
    /// Fee in fen.
    pub fee: i64,
    /// Window and exam: first moment, last second, first day.
    pub dates: (Timestamp, Timestamp, chrono::NaiveDate),
    /// Official values of the fields that were not asked, by key.
    pub not_applicable: Vec<(String, String)>,
    /// What was agreed to: text and time.
    #[serde(default)]
    pub consents: Vec<(Consent, Timestamp)>,
    /// The chosen site, as it was then.
    #[serde(default)]
    pub site: Option<Site>,
    /// Subjects of the exam.
    #[serde(default)]
    pub subjects: Vec<String>,
    /// Which of several proofs was handed in: document and proof, in words.
    #[serde(default)]
    pub proofs: Vec<(String, String)>,
}

/// A round of an application, for its applicant or for staff who may read the case.
pub async fn frozen(records: &Records, viewer: &Viewer, id: ApplicationId, round: u32) -> Result<Frozen, Error> {
    if !access::may_read(records, viewer, id).await? {
        return Err(Error::NotFound);
    }
    let found = find(records.read(), id, i64::from(round)).await?.ok_or(Error::NotFound)?;
    let mut answers: Answers = load::unseal(records, "frozen", &found.application_id, &found.answers_sealed)?;
    if matches!(viewer, Viewer::Staff(_)) {
        mask(&mut answers, Audience::Staff);
    }
    let bad = |column: &str| Error::bad_row("frozen", &found.application_id, column);
    Ok(Frozen {
        round,
        at: Timestamp(found.at),
        answers,
        texts: serde_json::from_str(&found.texts).map_err(|_| bad("texts"))?,
        files: serde_json::from_str(&found.files).map_err(|_| bad("files"))?,
    })
}

/// The answers of a round, in full.
pub(crate) async fn answers_of_round<C: ConnectionTrait>(
    records: &Records,
    db: &C,
    id: ApplicationId,
    round: i64,
) -> Result<Answers, Error> {
    let found = find(db, id, round).await?.ok_or_else(|| Error::bad_row("frozen", id, "the round is missing"))?;
    load::unseal(records, "frozen", &found.application_id, &found.answers_sealed)
}

/// The answers of the newest rounds of many applications, by their ids.
pub(crate) async fn answers_of_many<C: ConnectionTrait>(
    records: &Records,
    db: &C,
    ids: &[String],
) -> Result<HashMap<String, Answers>, Error> {
    let places: Vec<String> = (1..=ids.len()).map(|place| format!("${place}")).collect();
    let text = format!(
        "SELECT f.* FROM frozen f JOIN application a ON a.id = f.application_id AND a.round = f.round WHERE a.id IN ({})",
        places.join(",")
    );
    let rows: Vec<row::Model> = sql::all(db, &text, ids.iter().map(|id| id.as_str().into()).collect()).await?;
    rows.into_iter()
        .map(|found| {
            let answers = load::unseal(records, "frozen", &found.application_id, &found.answers_sealed)?;
            Ok((found.application_id, answers))
        })
        .collect()
}

/// Rows of the files of a round, removed since or not.
pub(crate) async fn files_of(records: &Records, id: ApplicationId, frozen: &Frozen) -> Result<Vec<file::Model>, Error> {
    let ids: Vec<String> = frozen.files.iter().map(|(_, file)| file.to_string()).collect();
    let rows = file::Entity::find()
        .filter(file::Column::ApplicationId.eq(id.to_string()))
        .filter(file::Column::Id.is_in(ids.clone()))
        .all(records.read())
        .await?;
    let mut rows: Vec<file::Model> = rows;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(rows)
}

/// Whether a file was ever handed in.
pub(crate) async fn was_handed_in(records: &Records, file: &file::Model) -> Result<bool, Error> {
    let Some(application) = file.application_id.clone() else { return Ok(false) };
    let rounds = sql::number(
        records.read(),
        "SELECT COUNT(*) FROM frozen WHERE application_id = $1 AND files LIKE $2",
        vec![application.into(), format!("%\"{}\"%", file.id).into()],
    );
    Ok(rounds.await?.unwrap_or(0) > 0)
}

/// Masks what staff see only by an act of revealing.
pub(crate) fn mask(answers: &mut Answers, audience: Audience) {
    for (key, value) in &mut answers.0 {
        if let Some(masked) = masked(key, value, audience) {
            *value = masked;
        }
    }
}

/// The masked form of an answer, where its key is one of those that are masked.
pub(crate) fn masked(key: &str, value: &str, audience: Audience) -> Option<String> {
    match key {
        "id_no" => Some(masking::id_number(value, audience)),
        "mobile" => Some(masking::mobile(value, audience)),
        "address" | "hukou_addr" => Some(masking::address(value, audience)),
        "email" => Some(masking::email(value, audience)),
        _ => None,
    }
}

/// A round that is about to be kept: sealed and written out before the transaction begins.
pub(crate) struct Freezing {
    /// Digest of everything that is handed in.
    pub content: String,
    answers_sealed: Vec<u8>,
    texts: String,
    files: String,
}

/// Prepares a round. The signature has been checked before.
pub(crate) fn prepare(
    records: &Records,
    whole: &Whole,
    plan: &Plan,
    profile: &Profile,
    person: &Person,
    site: Option<&Site>,
    signature: Option<&SignatureSlot>,
) -> Result<Freezing, Error> {
    let asked = asked_only(&profile.form, &whole.answers);
    let mut answers = person.whole_into(records, &profile.form, &asked)?;
    put_chosen(profile, plan, site, &mut answers);
    let agreed = |consent: &Consent| {
        let given =
            whole.marks.agreed.iter().find(|given| given.key == consent.key && given.version == consent.version);
        given.map(|given| (consent.clone(), given.at))
    };
    let proof = |(document, proof): (&String, &String)| {
        let rule = profile.requirement(document)?;
        let one = rule.any_of.iter().find(|one| one.value == *proof)?;
        Some((rule.label.clone(), one.label.clone()))
    };
    let subjects = resit::subjects(profile, plan, &answers);
    let fee_rules = &profile.payment;
    let texts = Texts {
        profile: (profile.name.clone(), profile.version),
        plan: (plan.number.clone(), plan.title.clone()),
        conditions: plan.conditions.clone(),
        declaration: profile.declaration.clone(),
        declaration_digest: content::declaration_digest(profile),
        signature: signature.cloned(),
        fee: match whole.marks.amended {
            Some(amended) => amended.fee,
            None => fee_rules.fee_of(plan, &answers, subjects.len()).0.0,
        },
        dates: (plan.window.opens, plan.window.closes, site.map_or(plan.exam_on, |site| site.exam_on)),
        not_applicable: not_applicable(&profile.form, &asked),
        consents: profile.consent.iter().filter_map(agreed).collect(),
        site: site.cloned(),
        subjects,
        proofs: whole.marks.proofs.iter().filter_map(proof).collect(),
    };
    let mut files: Vec<(String, String)> = Vec::new();
    files.extend(whole.photo.iter().map(|photo| ("photo".to_owned(), photo.kept.file.to_string())));
    files.extend(whole.files.iter().map(|file| (file.requirement.clone(), file.id.clone())));
    files.extend(signature.map(|signature| ("signature".to_owned(), signature.file.to_string())));
    Ok(Freezing {
        content: signature.map_or_else(|| content::digest(whole, profile), |signature| signature.content.clone()),
        answers_sealed: load::seal(records, "frozen", &whole.row.id, &answers)?,
        texts: load::text(&texts)?,
        files: load::text(&files)?,
    })
}

/// Keeps rounds: which application, which time, what, and when.
pub(crate) async fn keep(
    tx: &Tx,
    rounds: impl Iterator<Item = (ApplicationId, u32, &Freezing, Timestamp)>,
) -> Result<(), Error> {
    let rows = rounds.map(|(id, round, freezing, at)| row::ActiveModel {
        application_id: Set(id.to_string()),
        round: Set(i64::from(round)),
        answers_sealed: Set(freezing.answers_sealed.clone()),
        texts: Set(freezing.texts.clone()),
        files: Set(freezing.files.clone()),
        at: Set(at.0),
    });
    row::Entity::insert_many(rows).exec_without_returning(&tx.db).await?;
    Ok(())
}

/// The fee of the round that stands, as it was when it was handed in.
pub(crate) async fn fee_of(tx: &Tx, case: &crate::entity::application::Model) -> Result<Fen, Error> {
    Ok(Fen(texts_of(&tx.db, case).await?.fee))
}

/// The texts of the round that stands.
pub(crate) async fn texts_of<C: ConnectionTrait>(
    db: &C,
    case: &crate::entity::application::Model,
) -> Result<Texts, Error> {
    let id = case.id.parse().map_err(|_| Error::bad_row("application", &case.id, "id"))?;
    let found = find(db, id, case.round).await?.ok_or_else(|| Error::bad_row("frozen", &case.id, "no round"))?;
    serde_json::from_str(&found.texts).map_err(|_| Error::bad_row("frozen", &found.application_id, "texts"))
}

/// Drops a round that its applicant took back before anybody looked at it.
pub(crate) async fn drop_round(tx: &Tx, id: ApplicationId, round: i64) -> Result<(), Error> {
    row::Entity::delete_by_id((id.to_string(), round)).exec(&tx.db).await?;
    Ok(())
}

async fn find<C: ConnectionTrait>(db: &C, id: ApplicationId, round: i64) -> Result<Option<row::Model>, Error> {
    Ok(row::Entity::find_by_id((id.to_string(), round)).one(db).await?)
}
