//! The ways to an account besides its password: 报名序号, provincial portals, OpenID Connect.

use crate::entity::account_way;
use crate::{Error, Records};
use domain::account::{Way, WayKept};
use domain::ids::AccountId;
use domain::profile::{Profile, WayIn};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};
use std::sync::Arc;

pub mod arrival;
pub mod number;
pub mod visit;

/// Which ways of our own the published procedures use, besides identity number and password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offered {
    /// 报名序号 and identity number.
    pub registration_number: bool,
    /// Accounts that an agency prepared.
    pub activation: bool,
}

/// What the sign-in page offers.
pub async fn offered(records: &Records) -> Result<Offered, Error> {
    let mut offered = Offered::default();
    for profile in current_profiles(records).await? {
        offered.registration_number |= number::of_profile(&profile).is_some();
        offered.activation |= profile.sign_in.contains(&WayIn::Activation);
    }
    Ok(offered)
}

/// The ways that lead to an account, in the order of [`Way::ALL`] (two may be as old as each other), of one kind the
/// oldest first.
pub async fn of(records: &Records, account: AccountId) -> Result<Vec<WayKept>, Error> {
    let rows = account_way::Entity::find()
        .filter(account_way::Column::AccountId.eq(account.to_string()))
        .order_by_asc(account_way::Column::CreatedAt)
        .order_by_asc(account_way::Column::Id)
        .all(records.read())
        .await?;
    let mut ways = rows
        .into_iter()
        .map(|row| {
            let way = Way::parse(&row.way).ok_or_else(|| Error::bad_row("account_way", &row.id, "unknown way"))?;
            Ok(WayKept { way, provider: row.provider, since: Timestamp(row.created_at) })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    ways.sort_by_key(|kept| Way::ALL.iter().position(|way| *way == kept.way));
    Ok(ways)
}

/// Forgets those who went to another sign-in and did not come back. Spent tickets stay known for a week:
/// by then every provider has forgotten them.
pub async fn sweep(records: &Records) -> Result<(), Error> {
    visit::sweep(records).await
}

#[derive(FromQueryResult)]
struct Newest {
    name: String,
    version: i64,
}

/// The newest version of every published procedure, by name.
pub(crate) async fn current_profiles(records: &Records) -> Result<Vec<Arc<Profile>>, Error> {
    let newest: Vec<Newest> = crate::sql::all(
        records.read(),
        "SELECT name, MAX(version) AS version FROM profile GROUP BY name ORDER BY name",
        vec![],
    )
    .await?;
    let mut profiles = Vec::with_capacity(newest.len());
    for Newest { name, version } in newest {
        let version = u32::try_from(version).map_err(|why| Error::bad_row("profile", &name, why))?;
        profiles.push(crate::profiles::get(records, &name, version).await?);
    }
    Ok(profiles)
}
