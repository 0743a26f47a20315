//! Asking whether a certificate is true: by number and name, by the code on the paper, by a link of its holder. Nobody
//! signs in, and strangers see only what they could compare with the paper.

use super::ground::face_of;
use super::reading::{chain_of, contact, editions, revoked as revoked_since};
use crate::accounts::throttle;
use crate::entity::{attempt, certificate, certificate_edition, certificate_link};
use crate::{Error, Records, keys as secrets, sql};
use chrono::NaiveDate;
use domain::account::SignInRefusal;
use domain::certificate::payload::{self, PayloadFault};
use domain::certificate::{EditionKind, Typed, read};
use domain::contact::PersonName;
use domain::masking::{self, Audience};
use domain::page::certificates::{Finding, Found, Verdict};
use domain::refusal::Refusal;
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Revoked numbers of the published list, the newest first.
const LISTED: u64 = 20_000;

/// How much of the person is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Masked, as on lists for the public.
    Masked,
    /// The name in full: whoever asks holds the paper, or a link of the holder.
    Name,
}

/// By 证书编号 and 姓名.
pub async fn by_number(records: &Records, number: &str, name: &str) -> Result<Finding, Error> {
    let number = match read(number) {
        Typed::Number(number) => number,
        Typed::Old(kind) => return Ok(Finding::Old(kind)),
        Typed::Fault(fault) => return Ok(Finding::NoNumber(fault)),
    };
    let name = name.trim();
    if name.is_empty() {
        return Ok(Finding::NoName);
    }
    let Some(row) = by_its_number(records, &number).await? else { return Ok(Finding::Unknown) };
    let subject = format!("certificate/{number}");
    let now = records.now();
    let tried = attempt::Entity::find_by_id(subject.as_str()).one(records.read()).await?;
    if let Some(minutes) = tried.and_then(|tried| minutes_until(tried.locked_until, now)) {
        return Ok(Finding::Resting { minutes });
    }
    let name = PersonName::parse(name).map_or_else(|_| name.to_owned(), PersonName::into_string);
    let all = editions(records.read(), &row.id).await?;
    let mut asked = None;
    for edition in all.iter().rev() {
        // Who holds an older paper types what stands on it.
        if face_of(edition)?.name.eq_ignore_ascii_case(&name) {
            asked = Some(edition.edition);
            break;
        }
    }
    match asked {
        Some(edition) => found(records, row, all, edition, false, Shown::Masked, None).await,
        // Names are not to be guessed: only wrong ones are counted, so that asking costs no write.
        None => match throttle::reserve(records, subject).await {
            Err(Error::Refused(Refusal::SignIn(SignInRefusal::Locked { minutes }))) => Ok(Finding::Resting { minutes }),
            Err(other) => Err(other),
            Ok(_) => Ok(Finding::NameMismatch),
        },
    }
}

/// By the code on the paper, or by the address in it.
pub async fn by_code(records: &Records, code: &str) -> Result<Finding, Error> {
    let opened = match payload::open(code) {
        Ok(opened) => opened,
        Err(fault) => return Ok(Finding::Code(fault)),
    };
    let publics = records.inner.keys.certificate_publics();
    let public = publics.iter().find(|(id, _)| id == opened.key()).map(|(_, public)| public);
    let claims = match opened.believed(public, secrets::is_signed) {
        Ok(claims) => claims,
        Err(fault) => return Ok(Finding::Code(fault)),
    };
    let Some(row) = by_its_number(records, &claims.number).await? else { return Ok(Finding::Unknown) };
    let all = editions(records.read(), &row.id).await?;
    if !all.iter().any(|edition| edition.edition == i64::from(claims.edition)) {
        return Ok(Finding::Code(PayloadFault::Forged));
    }
    found(records, row, all, claims.edition.into(), true, Shown::Name, None).await
}

/// By a link of the holder.
pub async fn by_link(records: &Records, token: &str) -> Result<Finding, Error> {
    let link = certificate_link::Entity::find()
        .filter(certificate_link::Column::TokenHash.eq(secrets::digest(token)))
        .one(records.read())
        .await?;
    let now = records.now();
    let Some(link) = link.filter(|link| link.ended_at.is_none() && now.0 <= link.until_at) else {
        return Ok(Finding::LinkOver);
    };
    let row = certificate::Entity::find_by_id(link.certificate_id.as_str()).one(records.read()).await?;
    let row = row.ok_or_else(|| Error::bad_row("certificate_link", &link.id, "certificate"))?;
    let all = editions(records.read(), &row.id).await?;
    let edition = row.edition;
    found(records, row, all, edition, false, Shown::Name, Some(Timestamp(link.until_at))).await
}

async fn by_its_number(records: &Records, number: &str) -> Result<Option<certificate::Model>, Error> {
    Ok(certificate::Entity::find().filter(certificate::Column::Number.eq(number)).one(records.read()).await?)
}

async fn found(
    records: &Records,
    row: certificate::Model,
    editions: Vec<certificate_edition::Model>,
    asked: i64,
    signed: bool,
    shown: Shown,
    link_until: Option<Timestamp>,
) -> Result<Finding, Error> {
    let mut later = editions.iter().filter(|edition| edition.edition > asked);
    let verdict = match revoked_since(&row)? {
        Some((at, why)) => Verdict::Revoked { at, why },
        // A correction weighs more than a new paper: the older one says something wrong.
        None => match later.clone().rev().find(|edition| edition.kind == EditionKind::Correction.as_str()) {
            Some(edition) => Verdict::Corrected { at: Timestamp(edition.at) },
            None => match later.next_back() {
                Some(edition) => Verdict::Replaced { at: Timestamp(edition.at) },
                None => Verdict::Valid,
            },
        },
    };
    let counts = editions.iter().find(|edition| edition.edition == row.edition);
    let mut face = face_of(counts.ok_or_else(|| Error::bad_row("certificate", &row.id, "its edition is missing"))?)?;
    face.id_masked = masking::id_number(&face.id_masked, Audience::Public);
    if shown == Shown::Masked {
        face.name = masking::name(&face.name, Audience::Public);
    }
    let renewed = row.state == "revoked" && row.again != 0 && {
        let text = "SELECT COUNT(*) FROM certificate WHERE application_id = $1 AND issued_at >= $2 AND id <> $3";
        let values = vec![row.application_id.clone().into(), row.revoked_at.into(), row.id.clone().into()];
        sql::number(records.read(), text, values).await?.unwrap_or(0) > 0
    };
    let count = |edition: i64| u32::try_from(edition).unwrap_or(u32::MAX);
    Ok(Finding::Found(Box::new(Found {
        verdict,
        face,
        issued_on: row.issued_on.parse().map_err(|_| Error::bad_row("certificate", &row.id, "issued_on"))?,
        edition: count(asked),
        newest: count(row.edition),
        signed,
        chain: chain_of(&row, &editions, false)?,
        renewed,
        link_until,
        contact: contact(records, &row.agency_id).await?,
        number: row.number,
    })))
}

fn minutes_until(until: i64, now: Timestamp) -> Option<u32> {
    (until > now.0).then(|| u32::try_from((until - now.0 + 59_999) / 60_000).unwrap_or(u32::MAX))
}

/// The published keys: id and public half, the newest first.
pub fn keys(records: &Records) -> Vec<(String, [u8; 32])> {
    records.inner.keys.certificate_publics()
}

/// The published list of revoked numbers, each with its day; the newest first, at most 20,000.
pub async fn revoked(records: &Records) -> Result<Vec<(String, NaiveDate)>, Error> {
    let rows: Vec<(String, Option<i64>)> = certificate::Entity::find()
        .select_only()
        .columns([certificate::Column::Number, certificate::Column::RevokedAt])
        .filter(certificate::Column::State.eq("revoked"))
        .order_by_desc(certificate::Column::RevokedAt)
        .order_by_desc(certificate::Column::Number)
        .limit(LISTED)
        .into_tuple()
        .all(records.read())
        .await?;
    Ok(rows.into_iter().filter_map(|(number, at)| Some((number, Timestamp(at?).day()))).collect())
}

/// A valid certificate of our own register as the lookup of earlier certificates knows it; none for another name.
pub async fn known_to(
    records: &Records,
    number: &str,
    name: &str,
) -> Result<Option<crate::certificate_lookup::Certificate>, Error> {
    let Typed::Number(number) = read(number) else { return Ok(None) };
    let Some(row) = by_its_number(records, &number).await?.filter(|row| row.state == "valid") else {
        return Ok(None);
    };
    let face = face_of(&super::ground::newest(records.read(), &row).await?)?;
    let Some(level) = face.level.filter(|_| face.name == name.trim()) else { return Ok(None) };
    Ok(Some(crate::certificate_lookup::Certificate {
        certificate_no: row.number,
        name: face.name,
        occupation: if face.trade.is_empty() { face.occupation } else { face.trade },
        level: level.number(),
        issued_on: row.issued_on,
        issuer: face.agency,
        kind: "skill_level".into(),
    }))
}

/// How long what was asked can be shown again, in milliseconds.
const ASKED_FOR_MS: i64 = 30 * 60_000;
/// Where a sealed question belongs.
const QUESTION: &str = "verify|question|1";

/// What somebody asked, sealed for an address: no name ever stands in one in the clear, and nothing is kept.
pub fn seal_question(records: &Records, number: &str, name: &str) -> Result<String, Error> {
    let short = |text: &str| text.trim().chars().take(60).collect::<String>();
    let asked = serde_json::json!([records.now().0, short(number), short(name)]).to_string();
    let sealed = records.inner.keys.seal(QUESTION, asked.as_bytes())?;
    Ok(base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, sealed))
}

/// Number and name of a sealed question; none for another text, or after half an hour.
pub fn open_question(records: &Records, sealed: &str) -> Option<(String, String)> {
    let sealed = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, sealed).ok()?;
    let asked = records.inner.keys.open_text(QUESTION, &sealed).ok()?;
    let (at, number, name): (i64, String, String) = serde_json::from_str(&asked).ok()?;
    (records.now().0 - at < ASKED_FOR_MS).then_some((number, name))
}
