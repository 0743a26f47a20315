//! A signed-in browser. The cookie holds a secret of 256 bits, the row only its digest.

use crate::entity::{account, login, staff};
use crate::keys::digest;
use crate::{Error, Records};
use domain::account::Viewer;
use domain::ids::{AccountId, StaffId};
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, Set};

/// Minutes without a request after which a candidate's login ends.
pub const APPLICANT_IDLE_MINUTES: i64 = 30;
/// Minutes without a request after which a staff login ends.
pub const STAFF_IDLE_MINUTES: i64 = 15;
/// Hours after which any login ends.
pub const LONGEST_HOURS: i64 = 8;

/// Hours for which it is known whose login has ended: a form that comes late is kept for that person alone.
pub const KNOWN_HOURS: i64 = 24;

const MINUTE: i64 = 60_000;

/// Whose a login is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A candidate's.
    Applicant(AccountId),
    /// A member of staff's.
    Staff(StaffId),
}

impl Whose {
    /// Who looks, where it is somebody.
    pub fn of(viewer: &Viewer) -> Option<Whose> {
        match viewer {
            Viewer::Guest => None,
            Viewer::Applicant { id, .. } => Some(Whose::Applicant(*id)),
            Viewer::Staff(member) => Some(Whose::Staff(member.id)),
        }
    }
}

/// A login that has ended by itself, or from another device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Whose it was.
    pub whose: Whose,
    /// When it ended.
    pub at: Timestamp,
}

/// Starts a login of a candidate and gives the secret for the cookie.
pub async fn start_applicant(records: &Records, id: AccountId) -> Result<String, Error> {
    // Whoever signed up before a procedure with 报名序号 was published gets one now.
    crate::ways::number::ensure(records, id).await?;
    start(records, Some(id.to_string()), None).await
}

/// Starts a login of staff and gives the secret for the cookie.
pub async fn start_staff(records: &Records, id: StaffId) -> Result<String, Error> {
    start(records, None, Some(id.to_string())).await
}

async fn start(records: &Records, account_id: Option<String>, staff_id: Option<String>) -> Result<String, Error> {
    let token = records.chance().token();
    let now = records.now().0;
    let row = login::ActiveModel {
        token_hash: Set(digest(&token)),
        account_id: Set(account_id),
        staff_id: Set(staff_id),
        created_at: Set(now),
        seen_at: Set(now),
        until_at: Set(now + LONGEST_HOURS * 60 * MINUTE),
    };
    let tx = records.begin().await?;
    login::Entity::insert(row).exec_without_returning(&tx.db).await?;
    tx.commit().await?;
    Ok(token)
}

/// Who looks: a guest when the token is unknown, idle for too long or too old. Counts as a sign of life.
pub async fn viewer(records: &Records, token: Option<&str>) -> Result<Viewer, Error> {
    let (viewer, row) = look(records, token).await?;
    let now = records.now();
    if let Some(row) = row.filter(|row| viewer != Viewer::Guest && now.0 - row.seen_at >= MINUTE) {
        login::Entity::update_many()
            .col_expr(login::Column::SeenAt, Expr::value(now.0))
            .filter(login::Column::TokenHash.eq(row.token_hash.as_str()))
            .filter(login::Column::SeenAt.lt(now.0))
            .exec(&records.inner.write)
            .await?;
    }
    Ok(viewer)
}

/// Who looks, without counting as a sign of life: an open stream must not keep a forgotten desk signed in.
pub async fn peek(records: &Records, token: Option<&str>) -> Result<Viewer, Error> {
    Ok(look(records, token).await?.0)
}

async fn look(records: &Records, token: Option<&str>) -> Result<(Viewer, Option<login::Model>), Error> {
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Ok((Viewer::Guest, None));
    };
    let found = login::Entity::find_by_id(digest(token)).one(records.read()).await?;
    let Some(row) = found.filter(|row| records.now().0 < over_at(row)) else {
        return Ok((Viewer::Guest, None));
    };
    let viewer = match (&row.account_id, &row.staff_id) {
        (Some(id), _) => applicant(records, id).await?,
        (None, Some(id)) => member(records, id).await?,
        (None, None) => Viewer::Guest,
    };
    Ok((viewer, Some(row)))
}

/// Whose login ended, and when: by time, or from another device. Nothing is known of one that goes on, that its owner
/// signed out of, or that ended longer than [`KNOWN_HOURS`] ago.
pub async fn ended(records: &Records, token: &str) -> Result<Option<Ended>, Error> {
    let found = login::Entity::find_by_id(digest(token)).one(records.read()).await?;
    let Some(row) = found.filter(|row| records.now().0 >= over_at(row)) else { return Ok(None) };
    let whose = match (&row.account_id, &row.staff_id) {
        (Some(id), _) => Whose::Applicant(id.parse().map_err(|why| Error::bad_row("login", id, why))?),
        (None, Some(id)) => Whose::Staff(id.parse().map_err(|why| Error::bad_row("login", id, why))?),
        (None, None) => return Ok(None),
    };
    Ok(Some(Ended { whose, at: Timestamp(over_at(&row)) }))
}

/// When this login ends however much is done with it; none of one that has ended.
pub async fn longest_until(records: &Records, token: &str) -> Result<Option<Timestamp>, Error> {
    let found = login::Entity::find_by_id(digest(token)).one(records.read()).await?;
    Ok(found.filter(|row| records.now().0 < over_at(row)).map(|row| Timestamp(row.until_at)))
}

/// The moment from which nobody is signed in by it. `seen_at` is written at most once a minute, so a minute of grace is
/// added to the idle time.
fn over_at(row: &login::Model) -> i64 {
    let idle = if row.account_id.is_some() { APPLICANT_IDLE_MINUTES } else { STAFF_IDLE_MINUTES };
    row.until_at.min(row.seen_at + (idle + 1) * MINUTE)
}

async fn applicant(records: &Records, id: &str) -> Result<Viewer, Error> {
    let name: Option<String> = account::Entity::find_by_id(id)
        .filter(account::Column::MergedInto.is_null())
        .select_only()
        .column(account::Column::Name)
        .into_tuple()
        .one(records.read())
        .await?;
    let id = id.parse().map_err(|why| Error::bad_row("login", id, why))?;
    Ok(name.map_or(Viewer::Guest, |name| Viewer::Applicant { id, name }))
}

async fn member(records: &Records, id: &str) -> Result<Viewer, Error> {
    let row = staff::Entity::find_by_id(id).filter(staff::Column::Active.eq(1)).one(records.read()).await?;
    match row {
        Some(row) => Ok(Viewer::Staff(crate::staff::member_of(records, row).await?)),
        None => Ok(Viewer::Guest),
    }
}

/// Ends this login.
pub async fn end(records: &Records, token: &str) -> Result<(), Error> {
    let tx = records.begin().await?;
    login::Entity::delete_by_id(digest(token)).exec(&tx.db).await?;
    tx.commit().await
}

/// Ends every login of a candidate, except the one with the token `except`.
pub async fn end_all_of_account(records: &Records, id: AccountId, except: Option<&str>) -> Result<(), Error> {
    end_all(records, login::Column::AccountId, id.to_string(), except).await
}

/// Ends every login of a member of staff, except the one with the token `except`.
pub async fn end_all_of_staff(records: &Records, id: StaffId, except: Option<&str>) -> Result<(), Error> {
    end_all(records, login::Column::StaffId, id.to_string(), except).await
}

/// They end now, and stay known for a while as logins that have ended.
async fn end_all(records: &Records, whose: login::Column, id: String, except: Option<&str>) -> Result<(), Error> {
    let now = records.now().0;
    let mut doomed = Condition::all().add(whose.eq(id)).add(login::Column::UntilAt.gt(now));
    if let Some(token) = except {
        doomed = doomed.add(login::Column::TokenHash.ne(digest(token)));
    }
    let tx = records.begin().await?;
    login::Entity::update_many().col_expr(login::Column::UntilAt, Expr::value(now)).filter(doomed).exec(&tx.db).await?;
    tx.commit().await
}

/// Forgets logins that ended longer than [`KNOWN_HOURS`] ago. Run it now and then.
pub async fn sweep(records: &Records) -> Result<(), Error> {
    let known_since = records.now().0 - KNOWN_HOURS * 60 * MINUTE;
    let idle = |minutes: i64| login::Column::SeenAt.lte(known_since - (minutes + 1) * MINUTE);
    let over = Condition::any()
        .add(login::Column::UntilAt.lte(known_since))
        .add(Condition::all().add(login::Column::StaffId.is_null()).add(idle(APPLICANT_IDLE_MINUTES)))
        .add(Condition::all().add(login::Column::AccountId.is_null()).add(idle(STAFF_IDLE_MINUTES)));
    let tx = records.begin().await?;
    login::Entity::delete_many().filter(over).exec(&tx.db).await?;
    tx.commit().await
}
