//! 更正, 补发, 撤销: the number stays, what was before stays readable.

use super::ground::{Ground, face_of, id_place, locked, newest};
use super::issuing::{sealed, tail};
use crate::entity::{application, certificate, certificate_edition};
use crate::live::outbox::{self, Audience};
use crate::messages::{self, Telling};
use crate::{Error, Records, Tx, history, live};
use domain::account::{Role, StaffMember};
use domain::certificate::payload::Claims;
use domain::certificate::{CertificateRefusal, EditionKind, RevokeReason};
use domain::contact::PersonName;
use domain::id_document::{IdKind, IdNumber};
use domain::masking::{self, Audience as Reader};
use domain::message::MessageKind;
use domain::page::certificates::Face;
use domain::page::mine::What;
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::json;

/// Most characters of a reason.
const REASON_MAX: usize = 300;
/// Most characters of an occupation or a trade.
const WORDS_MAX: usize = 60;

/// What a certificate shall say; empty texts leave what it says, a trade of `-` takes it away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// 姓名
    pub name: String,
    /// 证件号码
    pub id_no: String,
    /// 职业名称
    pub occupation: String,
    /// 工种/职业方向
    pub trade: String,
}

/// 更正: a further edition of the same number that says something else.
pub async fn correct(
    records: &Records,
    member: &StaffMember,
    id: &str,
    changes: &Changes,
    reason: &str,
) -> Result<(), Error> {
    let reason = words(reason)?;
    let mut tx = records.begin().await?;
    let row = open(records, &tx, member, id).await?;
    let before = newest(&tx.db, &row).await?;
    let now = records.now();
    let (mut face, mut id_no) = (face_of(&before)?, id_number(records, &before)?);
    let (old_face, old_id) = (face.clone(), id_no.clone());
    if !changes.name.trim().is_empty() {
        let name = PersonName::parse(&changes.name).map_err(|_| CertificateRefusal::Name)?;
        face.name = name.into_string();
    }
    if !changes.id_no.trim().is_empty() {
        let kinds = IdKind::named(&face.id_type);
        let number = IdNumber::parse_as_one_of(kinds, &changes.id_no, now.day());
        id_no = number.map_err(|_| CertificateRefusal::IdNo)?.as_str().to_owned();
        face.id_masked = masking::id_number(&id_no, Reader::Self_);
    }
    let short = |text: &str| text.trim().chars().filter(|ch| !ch.is_control()).take(WORDS_MAX).collect::<String>();
    match short(&changes.occupation).as_str() {
        "" => {}
        text => face.occupation = text.to_owned(),
    }
    match short(&changes.trade).as_str() {
        "" => {}
        "-" => face.trade = String::new(),
        text => face.trade = text.to_owned(),
    }
    if face == old_face && id_no == old_id {
        return Err(CertificateRefusal::SameFace.into());
    }
    let next = Next { kind: EditionKind::Correction, face, id_no, photo: before.photo, reason };
    add(records, &mut tx, member, row, next, What::CertificateCorrected, now).await?;
    tx.commit().await
}

/// 补发: the paper was lost or spoilt; a further edition that says the same.
pub async fn reissue(records: &Records, member: &StaffMember, id: &str, reason: &str) -> Result<(), Error> {
    let reason = words(reason)?;
    let mut tx = records.begin().await?;
    let row = open(records, &tx, member, id).await?;
    let before = newest(&tx.db, &row).await?;
    let next = Next {
        kind: EditionKind::Reissue,
        face: face_of(&before)?,
        id_no: id_number(records, &before)?,
        photo: before.photo,
        reason,
    };
    let now = records.now();
    add(records, &mut tx, member, row, next, What::CertificateReissued, now).await?;
    tx.commit().await
}

/// 撤销: for ever. `again` lets the person get a new one, with another number, if they still pass.
pub async fn revoke(
    records: &Records,
    member: &StaffMember,
    id: &str,
    why: RevokeReason,
    reason: &str,
    again: bool,
) -> Result<(), Error> {
    let reason = words(reason)?;
    let mut tx = records.begin().await?;
    let mut row = open(records, &tx, member, id).await?;
    let now = records.now();
    let (application, number) = (row.application_id.clone(), row.number.clone());
    let telling = telling(&row, MessageKind::CertificateRevoked, row.edition, &reason);
    messages::tell(records, &mut tx, now, telling).await?;
    row.state = "revoked".into();
    row.revoked_at = Some(now.0);
    row.revoked_name = member.name.clone();
    row.revoke_reason = Some(why.as_str().to_owned());
    row.revoke_words = reason.clone();
    row.again = i64::from(again);
    row.into_active_model().reset_all().update(&tx.db).await?;
    let detail = json!({ "number": number, "why": why, "text": reason });
    tell(&mut tx, member, &application, What::CertificateRevoked, detail, "certificate_revoked", now).await?;
    tx.commit().await
}

/// What its holder is told.
fn telling(row: &certificate::Model, kind: MessageKind, edition: i64, reason: &str) -> Telling {
    let telling = Telling::to_account(&row.account_id, kind, &row.id, edition).agency(&row.agency_id);
    telling.under(&row.plan_id, &row.application_id).number(row.number.as_str()).words(reason)
}

fn words(text: &str) -> Result<String, Error> {
    let text: String = text.trim().chars().take(REASON_MAX).collect();
    if text.is_empty() { Err(CertificateRefusal::NoReason.into()) } else { Ok(text) }
}

/// A certificate that is not revoked, for a manager of its agency.
async fn open(records: &Records, tx: &Tx, member: &StaffMember, id: &str) -> Result<certificate::Model, Error> {
    let row = locked(tx, member, id).await?;
    let plan = row.plan_id.parse().map_err(|_| Error::bad_row("certificate", &row.id, "plan"))?;
    Ground::open(records, member, plan).await?;
    if member.role != Role::Manager {
        return Err(Error::Forbidden);
    }
    if row.state != "valid" { Err(CertificateRefusal::Revoked.into()) } else { Ok(row) }
}

fn id_number(records: &Records, edition: &certificate_edition::Model) -> Result<String, Error> {
    records.inner.keys.open_text(&id_place(&edition.certificate_id, edition.edition), &edition.id_sealed)
}

struct Next {
    kind: EditionKind,
    face: Face,
    id_no: String,
    photo: Option<String>,
    reason: String,
}

async fn add(
    records: &Records,
    tx: &mut Tx,
    member: &StaffMember,
    mut row: certificate::Model,
    next: Next,
    what: What,
    now: Timestamp,
) -> Result<(), Error> {
    let edition = row.edition + 1;
    let issued_on = row.issued_on.parse().map_err(|_| Error::bad_row("certificate", &row.id, "issued_on"))?;
    let claims = Claims {
        key: records.inner.keys.certificate_key()?,
        number: row.number.clone(),
        edition: u32::try_from(edition).unwrap_or(u32::MAX),
        name: next.face.name.clone(),
        id_tail: tail(&next.id_no),
        what: next.face.what(),
        level: next.face.level.map_or(0, |level| level.number()),
        issued_on,
    };
    let fresh = certificate_edition::ActiveModel {
        certificate_id: Set(row.id.clone()),
        edition: Set(edition),
        kind: Set(next.kind.as_str().to_owned()),
        face: Set(json!(next.face).to_string()),
        id_sealed: Set(records.inner.keys.seal(&id_place(&row.id, edition), next.id_no.as_bytes())?),
        photo: Set(next.photo),
        payload: Set(sealed(records, &claims)?),
        reason: Set(next.reason.clone()),
        staff_id: Set(member.id.to_string()),
        staff_name: Set(member.name.clone()),
        at: Set(now.0),
        agency_id: Set(row.agency_id.clone()),
        stock: Set(None),
    };
    certificate_edition::Entity::insert(fresh).exec_without_returning(&tx.db).await?;
    let (application, number) = (row.application_id.clone(), row.number.clone());
    let telling = telling(&row, MessageKind::CertificateCorrected, edition, &next.reason);
    messages::tell(records, tx, now, telling).await?;
    row.edition = edition;
    // The new paper is still to be handed over.
    row.carrier = String::new();
    row.reference = String::new();
    row.delivered_at = None;
    row.into_active_model().reset_all().update(&tx.db).await?;
    let detail = json!({ "number": number, "edition": edition, "text": next.reason });
    tell(tx, member, &application, what, detail, "certificate_changed", now).await
}

/// The line of history, and the pages that are open.
pub(super) async fn tell(
    tx: &mut Tx,
    member: &StaffMember,
    application: &str,
    what: What,
    detail: serde_json::Value,
    kind: &'static str,
    now: Timestamp,
) -> Result<(), Error> {
    history::append(tx, now, application, &history::Actor::from(member), what, detail).await?;
    let case = application::Entity::find_by_id(application).one(&tx.db).await?.ok_or(Error::NotFound)?;
    live::append(tx, now, outbox::of(&case, kind, Audience::Desk)).await
}
