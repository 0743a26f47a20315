//! Going to another sign-in and coming back: begun in this browser, within minutes, once.

use crate::entity::portal_visit;
use crate::keys::digest;
use crate::{Error, Records};
use domain::account::WayRefusal;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};

/// Minutes that a person has at the provider's page.
pub const VISIT_MINUTES: i64 = 15;
/// Days that a spent ticket stays known.
const SPENT_DAYS: i64 = 7;

/// Somebody who is about to go. Everything follows from one secret in the browser's cookie, so the database
/// holds nothing that a thief could use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Secret for the cookie of this browser.
    pub token: String,
}

impl Visit {
    /// What the provider must send back unchanged.
    pub fn state(&self) -> String {
        digest(&format!("state|{}", self.token))
    }

    /// What the provider must put into the identity that it signs.
    pub fn nonce(&self) -> String {
        digest(&format!("nonce|{}", self.token))
    }

    /// What proves to the provider that who asks for the identity is who sent the person (PKCE, RFC 7636).
    pub fn verifier(&self) -> String {
        digest(&format!("verifier|{}", self.token))
    }
}

/// Somebody goes to `provider`, and afterwards on to `next`.
pub async fn begin(records: &Records, provider: &str, next: &str) -> Result<Visit, Error> {
    let token = records.chance().token();
    let now = records.now().0;
    let row = portal_visit::ActiveModel {
        token_hash: Set(digest(&token)),
        provider: Set(provider.to_owned()),
        next: Set(next.to_owned()),
        spent: Set(None),
        created_at: Set(now),
        until_at: Set(now + VISIT_MINUTES * 60_000),
        used_at: Set(None),
    };
    let tx = records.begin().await?;
    portal_visit::Entity::insert(row).exec_without_returning(&tx.db).await?;
    tx.commit().await?;
    Ok(Visit { token })
}

/// Where the visit leads on to, while it is under way; empty when it is unknown or over.
pub async fn next_of(records: &Records, token: &str) -> Result<String, Error> {
    let row = portal_visit::Entity::find_by_id(digest(token)).one(records.read()).await?;
    Ok(row.map(|row| row.next).unwrap_or_default())
}

/// Somebody came back from `provider` with a ticket or code. Each visit ends once, and each ticket is taken
/// once, whatever the provider says of it afterwards. Gives where to go on to.
pub async fn spend(records: &Records, token: &str, provider: &str, ticket: &str) -> Result<String, Error> {
    let now = records.now().0;
    let key = digest(token);
    let tx = records.begin().await?;
    let row = portal_visit::Entity::find_by_id(key.as_str()).one(&tx.db).await?;
    let Some(row) = row.filter(|row| row.provider == provider) else {
        return Err(WayRefusal::Expired.into());
    };
    if row.used_at.is_some() {
        return Err(WayRefusal::Replayed.into());
    }
    if row.until_at <= now {
        return Err(WayRefusal::Expired.into());
    }
    let spent = portal_visit::Entity::update_many()
        .col_expr(portal_visit::Column::UsedAt, Expr::value(now))
        .col_expr(portal_visit::Column::Spent, Expr::value(digest(&format!("{provider}|{ticket}"))))
        .filter(portal_visit::Column::TokenHash.eq(key))
        .filter(portal_visit::Column::UsedAt.is_null())
        .exec(&tx.db)
        .await;
    match spent {
        Ok(done) if done.rows_affected == 1 => {}
        Ok(_) => return Err(WayRefusal::Replayed.into()),
        Err(why) if Error::is_duplicate(&why) => return Err(WayRefusal::Replayed.into()),
        Err(why) => return Err(why.into()),
    }
    tx.commit().await?;
    Ok(row.next)
}

pub(super) async fn sweep(records: &Records) -> Result<(), Error> {
    let now = records.now().0;
    let over = Condition::any()
        .add(Condition::all().add(portal_visit::Column::UsedAt.is_null()).add(portal_visit::Column::UntilAt.lte(now)))
        .add(portal_visit::Column::UsedAt.lte(now - SPENT_DAYS * 24 * 3_600_000));
    let tx = records.begin().await?;
    portal_visit::Entity::delete_many().filter(over).exec(&tx.db).await?;
    tx.commit().await
}
