//! Addresses of an agency that messages are pushed to.

use super::managed;
use crate::entity::message_webhook as row;
use crate::keys::place;
use crate::{Error, Records, sql};
use domain::account::StaffMember;
use domain::message::MessageRefusal;
use domain::page::messages::Endpoint;
use domain::time::Timestamp;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, Set,
};

/// Most addresses of an agency that live at once.
const MOST: u32 = 5;
/// Most characters of an address.
const URL_MAX: usize = 300;

/// The addresses of the member's agency.
pub async fn endpoints(records: &Records, member: &StaffMember) -> Result<Vec<Endpoint>, Error> {
    #[derive(FromQueryResult)]
    struct Last {
        state: String,
        reason: String,
        ended_at: i64,
    }
    let agency = managed(member)?;
    let rows = row::Entity::find()
        .filter(row::Column::AgencyId.eq(agency.to_string()))
        .filter(row::Column::EndedAt.is_null())
        .order_by_asc(row::Column::CreatedAt)
        .order_by_asc(row::Column::Id)
        .all(records.read())
        .await?;
    let mut all = Vec::with_capacity(rows.len());
    for one in rows {
        let last: Vec<Last> = sql::all(
            records.read(),
            "SELECT state, reason, ended_at FROM message_delivery
             WHERE webhook_id = $1 AND way = 'webhook' AND ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT 20",
            vec![one.id.clone().into()],
        )
        .await?;
        all.push(Endpoint {
            last_sent: last.iter().find(|last| last.state == "sent").map(|last| Timestamp(last.ended_at)),
            last_reason: last
                .first()
                .filter(|last| last.state != "sent")
                .map(|last| last.reason.clone())
                .unwrap_or_default(),
            id: one.id,
            url: one.url,
            by: one.created_name,
            since: Timestamp(one.created_at),
        });
    }
    Ok(all)
}

/// Adds an address; gives the secret that its pushes are signed with, which is shown once. `local` also allows addresses
/// of this house without TLS, for installations that say so.
pub async fn add_endpoint(records: &Records, member: &StaffMember, url: &str, local: bool) -> Result<String, Error> {
    let agency = managed(member)?.to_string();
    let url = url.trim();
    if url.chars().count() > URL_MAX || !(is_public(url) || (local && is_plain(url))) {
        return Err(MessageRefusal::Endpoint.into());
    }
    let tx = records.begin().await?;
    let now = records.now();
    let living =
        row::Entity::find().filter(row::Column::AgencyId.eq(agency.as_str())).filter(row::Column::EndedAt.is_null());
    if living.count(&tx.db).await? >= u64::from(MOST) {
        return Err(MessageRefusal::TooManyEndpoints { limit: MOST }.into());
    }
    let (id, secret) = (records.chance().id(now).to_string(), records.chance().token());
    let fresh = row::ActiveModel {
        secret_sealed: Set(records.inner.keys.seal(&place("message_webhook", "secret", &id), secret.as_bytes())?),
        id: Set(id),
        agency_id: Set(agency),
        url: Set(url.to_owned()),
        created_name: Set(member.name.clone()),
        created_at: Set(now.0),
        ended_at: Set(None),
    };
    row::Entity::insert(fresh).exec_without_returning(&tx.db).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Ends an address: what waits for it is given up.
pub async fn end_endpoint(records: &Records, member: &StaffMember, id: &str) -> Result<(), Error> {
    let agency = managed(member)?.to_string();
    let tx = records.begin().await?;
    let now = records.now();
    let found = row::Entity::find_by_id(id).one(&tx.db).await?;
    let found = found.filter(|one| one.agency_id == agency && one.ended_at.is_none()).ok_or(Error::NotFound)?;
    let mut ended = found.into_active_model();
    ended.ended_at = Set(Some(now.0));
    row::Entity::update(ended).exec(&tx.db).await?;
    sql::run(
        &tx.db,
        "UPDATE message_delivery SET state = 'given_up', reason = 'endpoint-ended', ended_at = $2
         WHERE webhook_id = $1 AND state IN ('planned','failed')",
        vec![id.into(), now.0.into()],
    )
    .await?;
    tx.commit().await
}

/// An `https://` address of a host with a public name. That the name leads into this house is looked at when it is sent.
fn is_public(url: &str) -> bool {
    let Some(host) = url.strip_prefix("https://").and_then(host_of) else { return false };
    let named = host
        .rsplit_once('.')
        .is_some_and(|(_, top)| top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic()));
    named && !host.ends_with(".local") && !host.ends_with(".internal") && !host.ends_with(".localhost")
}

fn is_plain(url: &str) -> bool {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).and_then(host_of).is_some()
}

/// The host of what follows `https://`; none where it names somebody, or has characters that no address has.
fn host_of(rest: &str) -> Option<&str> {
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.split(':').next()?;
    let clean = rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}@".contains(&byte));
    let named = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    (clean && named).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_goes_to_public_names_over_tls() {
        for good in ["https://a.example.org/hook", "https://a.example.org:8443/hook?x=1"] {
            assert!(is_public(good), "{good}");
        }
        for bad in [
            "http://a.example.org/hook",
            "https://localhost/hook",
            "https://127.0.0.1/hook",
            "https://10.0.0.1",
            "https://[::1]/",
            "https://db.internal/",
            "https://user@a.example.org/",
            "https://a.example.org/a b",
            "https://",
            "ftp://a.example.org",
        ] {
            assert!(!is_public(bad), "{bad}");
        }
        assert!(is_plain("http://127.0.0.1:9000/hook"));
    }
}
