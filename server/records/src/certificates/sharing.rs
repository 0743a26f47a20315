//! Links that a holder sends to an employer; each has an end.

use crate::applications::ground_of;
use crate::entity::{certificate, certificate_link};
use crate::{Error, Records, keys};
use chrono::TimeDelta;
use domain::certificate::CertificateRefusal;
use domain::ids::AccountId;
use domain::time::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect, Set,
};

/// Most links of one certificate that live at once.
const MOST_LINKS: u32 = 5;

/// Makes a link that lives for so many days, at most those of the procedure. Gives its secret, which is kept nowhere,
/// and its last moment.
pub async fn share(records: &Records, account: AccountId, id: &str, days: u32) -> Result<(String, Timestamp), Error> {
    let tx = records.begin().await?;
    let now = records.now();
    let row = certificate::Entity::find_by_id(id).lock_exclusive().one(&tx.db).await?;
    let row = row.filter(|row| row.account_id == account.to_string()).ok_or(Error::NotFound)?;
    let plan = row.plan_id.parse().map_err(|_| Error::bad_row("certificate", &row.id, "plan"))?;
    let (_, profile) = ground_of(records, plan).await?;
    let living = certificate_link::Entity::find()
        .filter(certificate_link::Column::CertificateId.eq(id))
        .filter(certificate_link::Column::EndedAt.is_null())
        .filter(certificate_link::Column::UntilAt.gt(now.0))
        .count(&tx.db)
        .await?;
    if living >= MOST_LINKS.into() {
        return Err(CertificateRefusal::TooManyLinks { limit: MOST_LINKS }.into());
    }
    let days = days.clamp(1, profile.certificate.share_days.max(1));
    let until = Timestamp::end_of(now.plus(TimeDelta::days(days.into())).day());
    let token = records.chance().token();
    let fresh = certificate_link::ActiveModel {
        id: Set(records.chance().id(now).to_string()),
        token_hash: Set(keys::digest(&token)),
        certificate_id: Set(id.to_owned()),
        created_at: Set(now.0),
        until_at: Set(until.0),
        ended_at: Set(None),
    };
    certificate_link::Entity::insert(fresh).exec_without_returning(&tx.db).await?;
    tx.commit().await?;
    Ok((token, until))
}

/// Ends a link before its time.
pub async fn end_link(records: &Records, account: AccountId, link: &str) -> Result<(), Error> {
    let tx = records.begin().await?;
    let mut row = certificate_link::Entity::find_by_id(link).one(&tx.db).await?.ok_or(Error::NotFound)?;
    let owner = certificate::Entity::find_by_id(row.certificate_id.as_str()).one(&tx.db).await?;
    owner.filter(|owner| owner.account_id == account.to_string()).ok_or(Error::NotFound)?;
    row.ended_at = row.ended_at.or(Some(records.now().0));
    row.into_active_model().reset_all().update(&tx.db).await?;
    tx.commit().await
}
