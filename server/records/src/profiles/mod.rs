//! Procedures as data: read from TOML, published once per version, never changed afterwards.

mod read;

pub use read::{Complaint, What, parse, read};

use crate::entity::{plan, profile};
use crate::{Error, Records};
use domain::account::{Role, StaffMember};
use domain::profile::Profile;
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set};
use std::sync::Arc;

/// A published version, with how many plans keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The version.
    pub profile: Arc<Profile>,
    /// When.
    pub at: Timestamp,
    /// Plans that were published with it.
    pub plans: u64,
}

/// Publishes a version. Publishing the same again changes nothing; another text needs another version.
pub async fn publish(records: &Records, profile: &Profile) -> Result<(), Error> {
    let body = serde_json::to_string(profile).map_err(|why| Error::bad_row("profile", &profile.name, why))?;
    let version = i64::from(profile.version);
    let tx = records.begin().await?;
    let known = profile::Entity::find_by_id((profile.name.clone(), version)).one(&tx.db).await?;
    match known {
        Some(known) if known.body == body => Ok(()),
        Some(_) => Err(Error::Configuration(format!(
            "profile {} version {version} is published already with another text: count version up",
            profile.name
        ))),
        None => {
            let row = profile::ActiveModel {
                name: Set(profile.name.clone()),
                version: Set(version),
                body: Set(body),
                published_at: Set(records.now().0),
            };
            profile::Entity::insert(row).exec_without_returning(&tx.db).await?;
            tx.commit().await
        }
    }
}

/// One published version; it never changes, so it is kept in memory.
pub async fn get(records: &Records, name: &str, version: u32) -> Result<Arc<Profile>, Error> {
    if let Some(known) = records.inner.cache.profile(name, version) {
        return Ok(known);
    }
    let row = profile::Entity::find_by_id((name.to_owned(), i64::from(version))).one(records.read()).await?;
    let row = row.ok_or(Error::NotFound)?;
    let body: Profile = serde_json::from_str(&row.body).map_err(|why| Error::bad_row("profile", name, why))?;
    let body = Arc::new(body);
    records.inner.cache.keep_profile(name, version, &body);
    Ok(body)
}

/// The newest published version of a name.
pub async fn newest(records: &Records, name: &str) -> Result<Option<Arc<Profile>>, Error> {
    let row = profile::Entity::find()
        .filter(profile::Column::Name.eq(name))
        .order_by_desc(profile::Column::Version)
        .one(records.read())
        .await?;
    match row {
        None => Ok(None),
        Some(row) => {
            let version = u32::try_from(row.version).map_err(|why| Error::bad_row("profile", name, why))?;
            get(records, name, version).await.map(Some)
        }
    }
}

/// Publishes a version from the desk: a manager or an administrator, and the version must be above all others.
pub async fn publish_by(records: &Records, member: &StaffMember, profile: &Profile) -> Result<(), Error> {
    ensure_may_publish(member)?;
    if let Some(newest) = newest(records, &profile.name).await?
        && newest.version >= profile.version
    {
        return Err(Error::Configuration(format!(
            "version: {} is published already as version {}: make it {}",
            profile.name,
            newest.version,
            newest.version + 1
        )));
    }
    publish(records, profile).await?;
    tracing::info!(staff.id = %member.id, "Published profile {} version {}", profile.name, profile.version);
    Ok(())
}

/// Refuses everybody who neither manages an agency nor runs the system.
pub fn ensure_may_publish(member: &StaffMember) -> Result<(), Error> {
    if matches!(member.role, Role::Manager | Role::Administrator) { Ok(()) } else { Err(Error::Forbidden) }
}

#[derive(FromQueryResult)]
struct Used {
    profile: String,
    profile_version: i64,
    plans: i64,
}

/// Every published version, by name, the newest first.
pub async fn published(records: &Records) -> Result<Vec<Published>, Error> {
    let rows = profile::Entity::find()
        .order_by_asc(profile::Column::Name)
        .order_by_desc(profile::Column::Version)
        .all(records.read())
        .await?;
    let used: Vec<Used> = plan::Entity::find()
        .select_only()
        .columns([plan::Column::Profile, plan::Column::ProfileVersion])
        .column_as(plan::Column::Id.count(), "plans")
        .group_by(plan::Column::Profile)
        .group_by(plan::Column::ProfileVersion)
        .into_model()
        .all(records.read())
        .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let version = u32::try_from(row.version).map_err(|why| Error::bad_row("profile", &row.name, why))?;
        let plans = used
            .iter()
            .find(|used| used.profile == row.name && used.profile_version == row.version)
            .map_or(0, |used| u64::try_from(used.plans).unwrap_or(0));
        let profile = get(records, &row.name, version).await?;
        all.push(Published { profile, at: Timestamp(row.published_at), plans });
    }
    Ok(all)
}
