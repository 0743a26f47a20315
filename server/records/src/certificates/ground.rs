//! What every act on certificates begins with: the plan, who passed, what was issued.

use crate::applications::load;
use crate::entity::{certificate, certificate_edition, score_sheet};
use crate::keys::place;
use crate::scores::marks_of;
use crate::{Error, Records, Tx, sql};
use chrono::{Days, NaiveDate};
use domain::account::StaffMember;
use domain::certificate::CertificateRefusal;
use domain::id_document::IdKind;
use domain::ids::{ApplicationId, PlanId};
use domain::page::certificates::Face;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, QuerySelect};
use std::collections::{HashMap, HashSet};

pub(super) use crate::desk::ground::Ground;

/// Somebody who passed everything.
pub(super) struct Holder {
    pub application: ApplicationId,
    pub account: String,
    pub name: String,
    pub id_kind: IdKind,
    pub id_no: String,
    pub id_masked: String,
    pub photo: Option<String>,
    pub revision: i64,
}

impl Ground {
    /// The first day on which certificates may be issued.
    pub(super) fn from(&self, released: Timestamp) -> NaiveDate {
        let days = Days::new(self.profile.certificate.wait_days.into());
        released.day().checked_add_days(days).unwrap_or(NaiveDate::MAX)
    }

    /// Certificates come after the scores.
    pub(super) fn ensure_ready(&self, released: Option<Timestamp>, now: Timestamp) -> Result<(), Error> {
        let released = released.ok_or(CertificateRefusal::NotReleased)?;
        let from = self.from(released);
        if now.day() < from { Err(CertificateRefusal::TooEarly { from }.into()) } else { Ok(()) }
    }

    /// What a new certificate says of a person.
    pub(super) fn face(&self, holder: &Holder) -> Face {
        Face {
            name: holder.name.clone(),
            id_type: holder.id_kind.label().to_owned(),
            id_masked: holder.id_masked.clone(),
            occupation: self.plan.occupation.clone(),
            trade: self.plan.trade.clone(),
            code: self.plan.code.clone(),
            level: self.plan.level,
            agency: self.plan.agency_name.clone(),
            filing: self.plan.agency_filing.clone(),
            plan: self.plan.number.clone(),
        }
    }
}

/// When the scores of a plan became public; none before.
pub(super) fn released(sheet: Option<&score_sheet::Model>, now: Timestamp) -> Option<Timestamp> {
    sheet.filter(|sheet| sheet.state == "released")?.release_at.map(Timestamp).filter(|at| *at <= now)
}

/// The scores of a plan, held until the transaction ends: nobody else issues meanwhile, and no mark changes.
pub(super) async fn locked_scores(tx: &Tx, plan: PlanId) -> Result<Option<score_sheet::Model>, Error> {
    Ok(score_sheet::Entity::find_by_id(plan.to_string()).lock_exclusive().one(&tx.db).await?)
}

/// The scores of a plan.
pub(super) async fn scores(records: &Records, plan: PlanId) -> Result<Option<score_sheet::Model>, Error> {
    Ok(score_sheet::Entity::find_by_id(plan.to_string()).one(records.read()).await?)
}

/// The applications that passed every subject of the plan. A subject without a mark is not passed.
pub(super) async fn passed<C: ConnectionTrait>(db: &C, ground: &Ground) -> Result<HashSet<String>, Error> {
    let mut reached: HashMap<String, usize> = HashMap::new();
    for ((application, subject), mark) in marks_of(db, ground.plan.id).await? {
        if ground.plan.subjects.contains(&subject) && mark.passes(ground.profile.score.pass_tenths(&subject)) {
            *reached.entry(application).or_default() += 1;
        }
    }
    let all = ground.plan.subjects.len();
    Ok(reached.into_iter().filter(|(_, subjects)| *subjects == all).map(|(id, _)| id).collect())
}

/// Everybody who passed and has no certificate, by 报名号. Who had one revoked for good gets none.
pub(super) async fn waiting<C: ConnectionTrait>(
    records: &Records,
    db: &C,
    ground: &Ground,
) -> Result<Vec<Holder>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        account_id: String,
        name: String,
        photo: Option<String>,
        revision: i64,
        id_kind: String,
        id_sealed: Vec<u8>,
        id_masked: String,
    }
    let passed = passed(db, ground).await?;
    let rows: Vec<Row> = sql::all(
        db,
        "SELECT a.id, a.account_id, a.name, a.photo, a.revision, o.id_kind, o.id_sealed, o.id_masked
         FROM application a JOIN account o ON o.id = a.account_id
         WHERE a.plan_id = $1 AND a.stage = 'approved' AND NOT EXISTS (
             SELECT 1 FROM certificate c WHERE c.application_id = a.id AND (c.state = 'valid' OR c.again = 0))
         ORDER BY a.number",
        vec![ground.plan.id.to_string().into()],
    )
    .await?;
    let mut holders = Vec::new();
    for row in rows.into_iter().filter(|row| passed.contains(&row.id)) {
        let slot = row.photo.as_deref().and_then(|slot| serde_json::from_str::<load::PhotoSlot>(slot).ok());
        holders.push(Holder {
            application: row.id.parse().map_err(|_| Error::bad_row("application", &row.id, "id"))?,
            id_no: records.inner.keys.open_text(&place("account", "id_no", &row.account_id), &row.id_sealed)?,
            id_kind: IdKind::from_code(&row.id_kind)
                .ok_or_else(|| Error::bad_row("account", &row.account_id, "id_kind"))?,
            id_masked: row.id_masked,
            account: row.account_id,
            name: row.name,
            photo: slot.map(|slot| slot.kept.file.to_string()),
            revision: row.revision,
        });
    }
    Ok(holders)
}

/// A certificate of the member's agency, held until the transaction ends.
pub(super) async fn locked(tx: &Tx, member: &StaffMember, id: &str) -> Result<certificate::Model, Error> {
    let found = certificate::Entity::find_by_id(id).lock_exclusive().one(&tx.db).await?;
    found.filter(|row| own(member, row)).ok_or(Error::NotFound)
}

/// Whether a certificate is one of the member's agency.
pub(super) fn own(member: &StaffMember, row: &certificate::Model) -> bool {
    member.agency.is_some_and(|agency| agency.to_string() == row.agency_id)
}

/// The edition of a certificate that counts.
pub(super) async fn newest<C: ConnectionTrait>(
    db: &C,
    row: &certificate::Model,
) -> Result<certificate_edition::Model, Error> {
    let key = (row.id.clone(), row.edition);
    let found = certificate_edition::Entity::find_by_id(key).one(db).await?;
    found.ok_or_else(|| Error::bad_row("certificate", &row.id, "its edition is missing"))
}

/// What an edition says.
pub(super) fn face_of(edition: &certificate_edition::Model) -> Result<Face, Error> {
    serde_json::from_str(&edition.face)
        .map_err(|why| Error::bad_row("certificate_edition", &edition.certificate_id, why))
}

/// Where the identity number of an edition belongs.
pub(super) fn id_place(certificate: &str, edition: i64) -> String {
    place("certificate_edition", "id_no", format!("{certificate}/{edition}"))
}

/// The chain of history of a plan's certificates.
pub(super) fn chain(plan: PlanId) -> String {
    format!("certificates/{plan}")
}
