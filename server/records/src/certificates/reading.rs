//! What the desk and the holders see of certificates.

use super::ground::{Ground, face_of, newest, own, passed, released, scores, waiting};
use crate::applications::{answers_of_round, ground_of};
use crate::entity::{agency, application, certificate, certificate_batch, certificate_edition, certificate_link};
use crate::{Error, Records, desk::access, sql};
use domain::account::{Role, StaffMember};
use domain::certificate::{EditionKind, RevokeReason};
use domain::ids::{AccountId, ApplicationId, PlanId};
use domain::page::certificates::{
    CertificateCase, CertificateDesk, CertificateLine, ChainLink, ChainWhat, Delivery, MyCertificate, Prepared,
    ShareLink,
};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

/// The certificates of a plan.
pub async fn desk(records: &Records, member: &StaffMember, plan: PlanId) -> Result<CertificateDesk, Error> {
    let ground = Ground::open(records, member, plan).await?;
    let now = records.now();
    let released = released(scores(records, plan).await?.as_ref(), now);
    let (waiting, passed) = match released {
        Some(_) => (waiting(records, records.read(), &ground).await?, passed(records.read(), &ground).await?),
        None => Default::default(),
    };
    let rows = rows_of(records, plan).await?;
    let doubtful = rows.iter().filter(|(row, _)| row.state == "valid" && !passed.contains(&row.application_id));
    let doubtful = doubtful.map(|(row, _)| row.id.clone()).collect();
    let prepared = certificate_batch::Entity::find()
        .filter(certificate_batch::Column::PlanId.eq(plan.to_string()))
        .filter(certificate_batch::Column::State.eq("prepared"))
        .one(records.read())
        .await?;
    let prepared = match prepared {
        None => None,
        Some(batch) => {
            let people: Vec<String> = serde_json::from_str(&batch.people)
                .map_err(|why| Error::bad_row("certificate_batch", &batch.id, why))?;
            Some(Prepared {
                people: u32::try_from(people.len()).unwrap_or(u32::MAX),
                own: batch.prepared_by == member.id.to_string(),
                by: batch.prepared_name,
                at: Timestamp(batch.prepared_at),
            })
        }
    };
    Ok(CertificateDesk {
        plan,
        title: ground.plan.title.clone(),
        now,
        released,
        from: released.map(|at| ground.from(at)),
        two_persons: ground.profile.certificate.two_persons,
        waiting: waiting.into_iter().map(|holder| holder.name).collect(),
        prepared,
        lines: rows.iter().map(|(row, edition)| line(row, edition)).collect::<Result<_, _>>()?,
        doubtful,
        may_sign: member.role == Role::Manager,
    })
}

/// One certificate at the desk: the whole chain, and where the paper goes.
pub async fn case(records: &Records, member: &StaffMember, id: &str) -> Result<CertificateCase, Error> {
    access::ensure_decides(member)?;
    let row = certificate::Entity::find_by_id(id).one(records.read()).await?;
    let row = row.filter(|row| own(member, row)).ok_or(Error::NotFound)?;
    let plan = row.plan_id.parse().map_err(|_| Error::bad_row("certificate", &row.id, "plan"))?;
    let (plan_row, _) = ground_of(records, plan).await?;
    let edition = newest(records.read(), &row).await?;
    let address = match row.delivery.as_str() {
        "post" => address(records, &row).await?,
        _ => None,
    };
    Ok(CertificateCase {
        plan,
        title: plan_row.title,
        now: records.now(),
        line: line(&row, &edition)?,
        chain: chain_of(&row, &editions(records.read(), &row.id).await?, true)?,
        address,
        may_sign: member.role == Role::Manager,
    })
}

/// 收件人, 手机 and 地址 as they were handed in.
async fn address(records: &Records, row: &certificate::Model) -> Result<Option<(String, String, String)>, Error> {
    let case = application::Entity::find_by_id(row.application_id.as_str()).one(records.read()).await?;
    let Some(case) = case.filter(|case| case.round > 0) else { return Ok(None) };
    let id = case.id.parse().map_err(|_| Error::bad_row("application", &case.id, "id"))?;
    let answers = answers_of_round(records, records.read(), id, case.round).await?;
    let get = |key: &str| answers.get(key).to_owned();
    let all = (get("recipient"), get("recipient_phone"), get("recipient_address"));
    Ok((!all.2.is_empty()).then_some(all))
}

/// All certificates of a candidate, the newest first.
pub async fn mine(records: &Records, account: AccountId) -> Result<Vec<MyCertificate>, Error> {
    let rows = certificate::Entity::find()
        .filter(certificate::Column::AccountId.eq(account.to_string()))
        .order_by_desc(certificate::Column::IssuedAt)
        .order_by_desc(certificate::Column::Id)
        .all(records.read())
        .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(my_one(records, row).await?);
    }
    Ok(all)
}

/// One's own certificate.
pub async fn one(records: &Records, account: AccountId, id: &str) -> Result<MyCertificate, Error> {
    let row = certificate::Entity::find_by_id(id).one(records.read()).await?;
    my_one(records, row.filter(|row| row.account_id == account.to_string()).ok_or(Error::NotFound)?).await
}

/// The newest certificate of an application: id and number.
pub async fn of_application(records: &Records, id: ApplicationId) -> Result<Option<(String, String)>, Error> {
    let row = certificate::Entity::find()
        .filter(certificate::Column::ApplicationId.eq(id.to_string()))
        .order_by_desc(certificate::Column::IssuedAt)
        .order_by_desc(certificate::Column::Id)
        .one(records.read())
        .await?;
    Ok(row.map(|row| (row.id, row.number)))
}

async fn my_one(records: &Records, row: certificate::Model) -> Result<MyCertificate, Error> {
    let edition = newest(records.read(), &row).await?;
    let now = records.now();
    let links = certificate_link::Entity::find()
        .filter(certificate_link::Column::CertificateId.eq(row.id.as_str()))
        .filter(certificate_link::Column::EndedAt.is_null())
        .filter(certificate_link::Column::UntilAt.gt(now.0))
        .order_by_asc(certificate_link::Column::UntilAt)
        .order_by_asc(certificate_link::Column::Id)
        .all(records.read())
        .await?;
    let plan = row.plan_id.parse().map_err(|_| Error::bad_row("certificate", &row.id, "plan"))?;
    let (_, profile) = ground_of(records, plan).await?;
    let chain = chain_of(&row, &editions(records.read(), &row.id).await?, true)?;
    Ok(MyCertificate {
        now,
        line: line(&row, &edition)?,
        // The holder reads why, and not who did it.
        chain: chain.into_iter().map(|link| ChainLink { by: String::new(), ..link }).collect(),
        links: links
            .into_iter()
            .map(|link| ShareLink { id: link.id, at: Timestamp(link.created_at), until: Timestamp(link.until_at) })
            .collect(),
        share_days: profile.certificate.share_days,
        contact: contact(records, &row.agency_id).await?,
    })
}

/// Whom to ask: name and telephone of an agency.
pub(super) async fn contact(records: &Records, agency: &str) -> Result<(String, String), Error> {
    let row = agency::Entity::find_by_id(agency).one(records.read()).await?;
    Ok(row.map(|row| (row.name, row.phone)).unwrap_or_default())
}

/// All editions of a certificate, the first one first.
pub(super) async fn editions<C: ConnectionTrait>(db: &C, id: &str) -> Result<Vec<certificate_edition::Model>, Error> {
    Ok(certificate_edition::Entity::find()
        .filter(certificate_edition::Column::CertificateId.eq(id))
        .order_by_asc(certificate_edition::Column::Edition)
        .all(db)
        .await?)
}

/// The certificates of a plan with the edition that counts, by number.
pub(super) async fn rows_of(
    records: &Records,
    plan: PlanId,
) -> Result<Vec<(certificate::Model, certificate_edition::Model)>, Error> {
    let rows = certificate::Entity::find()
        .filter(certificate::Column::PlanId.eq(plan.to_string()))
        .order_by_asc(certificate::Column::Number)
        .all(records.read())
        .await?;
    with_editions(records, plan, rows).await
}

/// The valid ones of them from a place on (0 is the first), and no more than these are read.
pub(super) async fn some_valid(
    records: &Records,
    plan: PlanId,
    from: usize,
    most: usize,
) -> Result<Vec<(certificate::Model, certificate_edition::Model)>, Error> {
    let places = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let rows = certificate::Entity::find()
        .filter(certificate::Column::PlanId.eq(plan.to_string()))
        .filter(certificate::Column::State.eq("valid"))
        .order_by_asc(certificate::Column::Number)
        .offset(places(from))
        .limit(places(most))
        .all(records.read())
        .await?;
    with_editions(records, plan, rows).await
}

/// Puts to each of these certificates of a plan, ordered by number, the edition that counts.
async fn with_editions(
    records: &Records,
    plan: PlanId,
    rows: Vec<certificate::Model>,
) -> Result<Vec<(certificate::Model, certificate_edition::Model)>, Error> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let editions: Vec<certificate_edition::Model> = sql::all(
        records.read(),
        "SELECT e.* FROM certificate c JOIN certificate_edition e ON e.certificate_id = c.id AND e.edition = c.edition
         WHERE c.plan_id = $1 AND c.number BETWEEN $2 AND $3",
        vec![plan.to_string().into(), first.number.as_str().into(), last.number.as_str().into()],
    )
    .await?;
    let mut editions: HashMap<String, certificate_edition::Model> =
        editions.into_iter().map(|edition| (edition.certificate_id.clone(), edition)).collect();
    let pair = |row: certificate::Model| {
        let edition = editions.remove(&row.id);
        edition
            .map(|edition| (row, edition))
            .ok_or_else(|| Error::bad_row("certificate", plan, "an edition is missing"))
    };
    rows.into_iter().map(pair).collect()
}

/// A certificate as lists show it.
pub(super) fn line(row: &certificate::Model, edition: &certificate_edition::Model) -> Result<CertificateLine, Error> {
    let at = row.delivered_at.map(Timestamp);
    let delivery = match row.delivery.as_str() {
        "post" => Delivery::Post { sent: at.map(|at| (row.carrier.clone(), row.reference.clone(), at)) },
        _ => Delivery::Pickup { handed: at.map(|at| (row.reference.clone(), at)) },
    };
    Ok(CertificateLine {
        id: row.id.clone(),
        number: row.number.clone(),
        face: face_of(edition)?,
        issued_on: row.issued_on.parse().map_err(|_| Error::bad_row("certificate", &row.id, "issued_on"))?,
        edition: u32::try_from(row.edition).unwrap_or(u32::MAX),
        revoked: revoked(row)?,
        stock: edition.stock.clone().unwrap_or_default(),
        delivery,
    })
}

/// Since when and why a certificate is revoked.
pub(super) fn revoked(row: &certificate::Model) -> Result<Option<(Timestamp, RevokeReason)>, Error> {
    let Some(at) = row.revoked_at else { return Ok(None) };
    let why = row.revoke_reason.as_deref().and_then(RevokeReason::parse);
    Ok(Some((Timestamp(at), why.ok_or_else(|| Error::bad_row("certificate", &row.id, "revoke_reason"))?)))
}

/// Everything that happened, the oldest first; with the words of the desk, or without.
pub(super) fn chain_of(
    row: &certificate::Model,
    editions: &[certificate_edition::Model],
    words: bool,
) -> Result<Vec<ChainLink>, Error> {
    let said = |text: &str| if words { text.to_owned() } else { String::new() };
    let mut chain = Vec::with_capacity(editions.len() + 1);
    for edition in editions {
        let kind = EditionKind::parse(&edition.kind)
            .ok_or_else(|| Error::bad_row("certificate_edition", &edition.certificate_id, "kind"))?;
        chain.push(ChainLink {
            edition: u32::try_from(edition.edition).unwrap_or(u32::MAX),
            what: ChainWhat::Edition(kind),
            at: Timestamp(edition.at),
            reason: said(&edition.reason),
            by: said(&edition.staff_name),
        });
    }
    if let Some((at, why)) = revoked(row)? {
        chain.push(ChainLink {
            edition: u32::try_from(row.edition).unwrap_or(u32::MAX),
            what: ChainWhat::Revoked(why),
            at,
            reason: said(&row.revoke_words),
            by: said(&row.revoked_name),
        });
    }
    Ok(chain)
}

/// The promises: every agency's numbers of a year run from 1 without a gap and end where the counter stands, every
/// certificate has all editions up to the one that counts. Returns what is broken; nothing, if all is kept.
pub async fn broken_promises(records: &Records) -> Result<Vec<String>, Error> {
    #[derive(sea_orm::FromQueryResult)]
    struct Row {
        name: String,
    }
    let questions = [
        "SELECT agency_id || ' ' || CAST(year AS TEXT) || ': numbers are missing' AS name FROM certificate
         GROUP BY agency_id, year HAVING COUNT(*) <> MAX(sequence) OR MIN(sequence) <> 1",
        "SELECT k.name || ': the counter stands elsewhere' AS name FROM counter k WHERE k.name LIKE 'certificate/%' AND k.value <>
         (SELECT COUNT(*) FROM certificate c WHERE 'certificate/' || c.agency_id || '/' || CAST(c.year AS TEXT) = k.name)",
        "SELECT c.number || ': editions are missing' AS name FROM certificate c WHERE c.edition <>
         (SELECT COUNT(*) FROM certificate_edition e WHERE e.certificate_id = c.id)",
    ];
    let mut broken = Vec::new();
    for question in questions {
        let rows: Vec<Row> = sql::all(records.read(), question, Vec::new()).await?;
        broken.extend(rows.into_iter().map(|row| row.name));
    }
    Ok(broken)
}
