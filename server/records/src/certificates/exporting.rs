//! Certificates as data: rows for the national query, and a credential that machines can prove.

use super::ground::{Ground, chain, face_of, id_place, newest};
use super::reading::{contact, rows_of};
use crate::entity::{account, certificate};
use crate::keys::is_signed;
use crate::{Error, Records, history};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::StaffMember;
use domain::certificate::{CertificateRefusal, Column, english_level};
use domain::id_document::Gender;
use domain::ids::{AccountId, PlanId};
use domain::page::mine::What;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Accounts asked for by one statement.
const AT_ONCE: usize = 500;

/// A sheet on its way out: title, headings, rows.
pub type Table = (String, Vec<String>, Vec<Vec<String>>);

/// The sheet for the national query, in the column order of the procedure, with identity numbers in full; for managers.
/// That it was taken out is a line of the history.
pub async fn rows(records: &Records, member: &StaffMember, plan: PlanId) -> Result<Table, Error> {
    let ground = Ground::managed(records, member, plan).await?;
    let mut all = rows_of(records, plan).await?;
    all.retain(|(row, _)| row.state == "valid");
    if all.is_empty() {
        return Err(CertificateRefusal::NothingToPrint.into());
    }
    let mut owners: HashMap<String, account::Model> = HashMap::new();
    let ids: Vec<String> = all.iter().map(|(row, _)| row.account_id.clone()).collect();
    for some in ids.chunks(AT_ONCE) {
        let found = account::Entity::find().filter(account::Column::Id.is_in(some)).all(records.read()).await?;
        owners.extend(found.into_iter().map(|owner| (owner.id.clone(), owner)));
    }
    let columns = &ground.profile.certificate.columns;
    let mut rows = Vec::with_capacity(all.len());
    for (place, (row, edition)) in all.iter().enumerate() {
        let face = face_of(edition)?;
        let owner = owners.get(&row.account_id);
        let id_no = records.inner.keys.open_text(&id_place(&row.id, edition.edition), &edition.id_sealed)?;
        let cell = |column: &Column| match column {
            Column::Serial => (place + 1).to_string(),
            Column::Name => face.name.clone(),
            Column::IdType => face.id_type.clone(),
            Column::IdNo => id_no.clone(),
            Column::Gender => owner
                .and_then(|owner| Gender::from_code(owner.gender.as_deref()?))
                .map_or_else(String::new, |gender| gender.label().to_owned()),
            Column::Birth => owner.and_then(|owner| owner.birth.clone()).unwrap_or_default(),
            Column::Occupation => face.occupation.clone(),
            Column::Trade => face.trade.clone(),
            Column::Code => face.code.clone(),
            Column::Level => face.level.map_or_else(|| "专项能力".to_owned(), |level| level.name().to_owned()),
            Column::Number => row.number.clone(),
            Column::IssuedOn => row.issued_on.clone(),
            Column::Agency => face.agency.clone(),
            Column::Filing => face.filing.clone(),
            Column::Plan => face.plan.clone(),
            Column::Stock => edition.stock.clone().unwrap_or_default(),
        };
        rows.push(columns.iter().map(cell).collect());
    }
    let tx = records.begin().await?;
    let detail = json!({ "people": rows.len() });
    let actor = history::Actor::from(member);
    history::append(&tx, records.now(), &chain(plan), &actor, What::CertificatesExported, detail).await?;
    tx.commit().await?;
    let headings = columns.iter().map(|column| column.label().to_owned()).collect();
    Ok((format!("{}证书数据上报表", ground.plan.title), headings, rows))
}

/// One's own certificate as an Open Badges 3.0 credential (W3C Verifiable Credentials 2.0), and the same as a JWT signed
/// with the key of certificates. Machines prove the JWT; `{origin}/.well-known/certificate-keys.json` has the keys.
pub async fn credential(
    records: &Records,
    holder: AccountId,
    id: &str,
    origin: &str,
) -> Result<(Value, String), Error> {
    let row = certificate::Entity::find_by_id(id).one(records.read()).await?;
    let row = row.filter(|row| row.account_id == holder.to_string()).ok_or(Error::NotFound)?;
    if row.state != "valid" {
        return Err(CertificateRefusal::Revoked.into());
    }
    let edition = newest(records.read(), &row).await?;
    let face = face_of(&edition)?;
    let (agency, phone) = contact(records, &row.agency_id).await?;
    let address = format!("{origin}/verify?c={}", edition.payload);
    let issuer = format!("urn:jikao:agency:{}", face.filing);
    let level = face.level.map_or_else(String::new, |level| format!("　{}", level.name()));
    let english = face.level.map_or("Specialized competency", english_level);
    let credential = json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
        ],
        "id": format!("urn:uuid:{}", row.id),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": format!("{}{level}", face.what()),
        "issuer": { "id": issuer, "type": ["Profile"], "name": agency, "phone": phone },
        "validFrom": format!("{}T00:00:00+08:00", row.issued_on),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                { "type": "IdentityObject", "identityHash": face.name, "identityType": "name", "hashed": false }
            ],
            "achievement": {
                "id": format!("urn:jikao:achievement:{}", row.number),
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "name": format!("{}{level}", face.what()),
                "humanCode": row.number,
                "description": format!("职业技能等级证书 Certificate of Occupational Skill Level, {english}"),
                "criteria": { "narrative": "通过职业技能等级认定全部科目 Passed every subject of the assessment" },
                "tag": [face.code, english]
            }
        },
        "evidence": [{ "id": address, "type": ["Evidence"], "name": "证书查验" }],
        "credentialStatus": {
            "id": format!("{origin}/.well-known/certificate-revocations.json"),
            "type": "1EdTechRevocationList"
        }
    });
    let token = jwt(records, &credential, &issuer, origin)?;
    Ok((credential, token))
}

/// VC-JWT (W3C VC-JOSE-COSE): header and claims in base64url, signed with Ed25519.
fn jwt(records: &Records, credential: &Value, issuer: &str, origin: &str) -> Result<String, Error> {
    let key = records.inner.keys.certificate_key()?;
    let kid = format!("{origin}/.well-known/certificate-keys.json#{key}");
    let header = json!({ "alg": "EdDSA", "typ": "vc+jwt", "kid": kid });
    let mut claims = credential.clone();
    claims["iss"] = issuer.into();
    claims["jti"] = credential["id"].clone();
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = records.inner.keys.sign_certificate(signed.as_bytes())?;
    debug_assert!(
        records.inner.keys.certificate_publics().iter().any(|(_, key)| is_signed(key, signed.as_bytes(), &signature)),
        "what we sign is proved by what we publish"
    );
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}
