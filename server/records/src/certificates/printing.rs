//! Certificates on their way to the press.

use super::ground::{Ground, chain, face_of, id_place, newest, own};
use super::reading::some_valid;
use crate::applications::ground_of;
use crate::entity::{certificate, certificate_edition};
use crate::{Error, Records, files, history};
use chrono::{Datelike, NaiveDate};
use documents::forms::CertificateSheet;
use domain::account::{StaffMember, Viewer};
use domain::certificate::{CertificateRefusal, english_level};
use domain::ids::PlanId;
use domain::masking::{self, Audience};
use domain::page::certificates::Face;
use domain::page::mine::What;
use domain::profile::Profile;
use sea_orm::EntityTrait;
use serde_json::json;

/// Most certificates of one file: their photos are in memory together.
pub const MOST_AT_ONCE: usize = 500;

/// A certificate on its way to the press.
#[derive(Debug, Clone)]
pub struct CertificateToPrint {
    /// What stands on it.
    pub sheet: CertificateSheet,
    /// Name to save it under.
    pub name: String,
}

/// One certificate, for its holder or for the agency that issued it. `origin` is where the code on it leads.
pub async fn sheet(records: &Records, viewer: &Viewer, id: &str, origin: &str) -> Result<CertificateToPrint, Error> {
    let row = certificate::Entity::find_by_id(id).one(records.read()).await?.ok_or(Error::NotFound)?;
    match viewer {
        Viewer::Applicant { id, .. } if row.account_id == id.to_string() => {}
        Viewer::Staff(member) if own(member, &row) && member.role.decides() => {
            let tx = records.begin().await?;
            let detail = json!({ "what": "certificate", "number": row.number });
            let actor = history::Actor::from(member);
            history::append(&tx, records.now(), &row.application_id, &actor, What::Printed, detail).await?;
            tx.commit().await?;
        }
        _ => return Err(Error::NotFound),
    }
    let plan = row.plan_id.parse().map_err(|_| Error::bad_row("certificate", &row.id, "plan"))?;
    let (_, profile) = ground_of(records, plan).await?;
    let edition = newest(records.read(), &row).await?;
    let photo = match &edition.photo {
        Some(photo) => Some(records.inner.files.read(&files::row(records, photo).await?.sha256).await?),
        None => None,
    };
    set(records, &profile, &row, &edition, photo, origin)
}

/// The valid certificates of a plan by number, at most [`MOST_AT_ONCE`] from place `from` (0 is the first) on.
pub async fn sheets_of_plan(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    from: usize,
    origin: &str,
) -> Result<Vec<CertificateToPrint>, Error> {
    let ground = Ground::open(records, member, plan).await?;
    let rows = some_valid(records, plan, from, MOST_AT_ONCE).await?;
    let photos: Vec<String> = rows.iter().filter_map(|(_, edition)| edition.photo.clone()).collect();
    let digests = files::digests(records, &photos).await?;
    let mut sheets = Vec::with_capacity(rows.len());
    for (row, edition) in &rows {
        let photo = match edition.photo.as_ref().and_then(|photo| digests.get(photo)) {
            Some(digest) => Some(records.inner.files.read(digest).await?),
            None => None,
        };
        sheets.push(set(records, &ground.profile, row, edition, photo, origin)?);
    }
    if sheets.is_empty() {
        return Err(CertificateRefusal::NothingToPrint.into());
    }
    let tx = records.begin().await?;
    let detail = json!({ "what": "certificates", "people": sheets.len() });
    history::append(&tx, records.now(), &chain(plan), &history::Actor::from(member), What::Printed, detail).await?;
    tx.commit().await?;
    Ok(sheets)
}

fn set(
    records: &Records,
    profile: &Profile,
    row: &certificate::Model,
    edition: &certificate_edition::Model,
    photo: Option<Vec<u8>>,
    origin: &str,
) -> Result<CertificateToPrint, Error> {
    let face = face_of(edition)?;
    let id_no = records.inner.keys.open_text(&id_place(&row.id, edition.edition), &edition.id_sealed)?;
    let issued_on: NaiveDate =
        row.issued_on.parse().map_err(|_| Error::bad_row("certificate", &row.id, "issued_on"))?;
    let special = face.level.is_none();
    let queries = profile.certificate.queries.iter();
    Ok(CertificateToPrint {
        name: format!("{}-{}-证书.pdf", row.number, face.name),
        sheet: CertificateSheet {
            title: if special { "专项职业能力证书" } else { "职业技能等级证书" }.into(),
            english_title: if special {
                "Certificate of Specialized Occupational Competency"
            } else {
                "Certificate of Occupational Skill Level"
            }
            .into(),
            lines: lines(row, &face, &id_no, issued_on),
            agency: face.agency,
            special,
            photo,
            qr_text: format!("{origin}/verify?c={}", edition.payload),
            queries: queries.map(|one| (one.label.clone(), one.english.clone(), one.url.clone())).collect(),
            stock: edition.stock.clone().unwrap_or_default(),
            note: if edition.edition > 1 { format!("第 {} 版", edition.edition) } else { String::new() },
            void: if row.state == "revoked" { "已撤销".into() } else { String::new() },
        },
    })
}

/// The fields: Chinese, English, value.
fn lines(row: &certificate::Model, face: &Face, id_no: &str, on: NaiveDate) -> Vec<(String, String, String)> {
    let line = |chinese: &str, english: &str, value: String| (chinese.into(), english.into(), value);
    let masked = masking::id_number(id_no, Audience::Self_);
    let mut lines = vec![
        line("姓名", "Name", face.name.clone()),
        line("证件类型", "ID type", face.id_type.clone()),
        line("证件号码", "ID No.", masked),
        line("职业名称", "Occupation", face.occupation.clone()),
    ];
    if !face.trade.is_empty() {
        lines.push(line("工种/职业方向", "Job", face.trade.clone()));
    }
    if let Some(level) = face.level {
        lines.push(line("职业技能等级", "Skill level", format!("{}　{}", level.name(), english_level(level))));
    }
    lines.push(line("证书编号", "Certificate No.", row.number.clone()));
    lines.push(line("发证日期", "Issue date", format!("{}年{}月{}日", on.year(), on.month(), on.day())));
    lines
}
