//! News for open pages: rows in the act's own transaction, and a bell that rings after commit.

use crate::{Error, Records, Tx, desk::access, entity::outbox as row, sql};
use domain::account::{Role, Viewer};
use domain::ids::ApplicationId;
use sea_orm::{DatabaseBackend, EntityTrait, FromQueryResult, Set};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::watch;

pub(crate) mod outbox;

/// How far back PostgreSQL's outbox is read again: a row whose transaction took its id early and
/// committed late would otherwise be overtaken and lost.
const OVERLAP_IDS: i64 = 512;
/// How long a transaction may stay open before its news may be overtaken, in milliseconds.
const OVERLAP_MS: i64 = 15_000;
/// News older than this is dropped, in milliseconds: a page that slept a day reloads itself.
const KEEP_MS: i64 = 24 * 3_600_000;

/// The bell: rung after every commit that left news.
#[derive(Debug, Clone)]
pub struct Hub {
    bell: Arc<watch::Sender<u64>>,
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl Hub {
    /// A bell nobody listens to yet.
    pub fn new() -> Self {
        Hub { bell: Arc::new(watch::Sender::new(0)) }
    }

    /// Rings.
    pub fn wake(&self) {
        self.bell.send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    /// Listens. Nodes that share PostgreSQL do not hear each other's bells, so a listener also looks once a second.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }
}

/// One piece of news: what changed, never what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromQueryResult)]
pub struct Event {
    /// Position in the outbox; sent as the id of the server-sent event.
    pub id: i64,
    /// Who listens: `account:…`, `application:…`, `agency:…`, `region:…`, `plan:…`, `signature:…`.
    pub topic: String,
    /// Id of the thing that changed.
    pub entity: String,
    /// Its revision after the change; 0 where it has none.
    pub version: i64,
    /// A short word: `submitted`, `claimed`, `seats`, …
    pub kind: String,
}

impl Records {
    /// The bell.
    pub fn hub(&self) -> &Hub {
        &self.inner.hub
    }
}

/// News after `last_id` on these topics, oldest first. A `region:` topic hears every region below it.
///
/// On PostgreSQL the last moments are read again, so an event may come twice ([`Tail`] drops the second).
pub async fn since(records: &Records, last_id: i64, topics: &[String], limit: u64) -> Result<Vec<Event>, Error> {
    if topics.is_empty() {
        return Ok(Vec::new());
    }
    let (fresh, mut values) = fresh(records, last_id);
    let mut wanted = Vec::new();
    for topic in topics.iter().take(50) {
        let number = values.len() + 1;
        match topic.strip_prefix("region:") {
            Some(code) => {
                wanted.push(format!("topic LIKE ${number}"));
                values.push(format!("region:{}%", access::region_prefix(code)).into());
            }
            None => {
                wanted.push(format!("topic = ${number}"));
                values.push(topic.clone().into());
            }
        }
    }
    let text = format!(
        "SELECT id, topic, entity, version, kind FROM outbox WHERE {fresh} AND ({}) ORDER BY id LIMIT {}",
        wanted.join(" OR "),
        limit.min(1000)
    );
    sql::all(records.read(), &text, values).await
}

/// All news after `last_id`, oldest first: for the one reader that tells everybody on this server.
/// On PostgreSQL the last moments come again, as with [`since`].
pub async fn everything_since(records: &Records, last_id: i64, limit: u64) -> Result<Vec<Event>, Error> {
    let (fresh, values) = fresh(records, last_id);
    let text = format!(
        "SELECT id, topic, entity, version, kind FROM outbox WHERE {fresh} ORDER BY id LIMIT {}",
        limit.min(5000)
    );
    sql::all(records.read(), &text, values).await
}

/// What all division codes of a region begin with: `330000` covers `33…`. A `region:` topic is matched by it.
pub fn region_prefix(code: &str) -> &str {
    access::region_prefix(code)
}

/// The condition for news after `last_id`, with its values.
fn fresh(records: &Records, last_id: i64) -> (&'static str, Vec<sea_orm::Value>) {
    match records.backend() {
        DatabaseBackend::Sqlite => ("id > $1", vec![last_id.into()]),
        _ => (
            "(id > $1 OR (id > $2 AND at > $3))",
            vec![last_id.into(), (last_id - OVERLAP_IDS).into(), (records.now().0 - OVERLAP_MS).into()],
        ),
    }
}

/// The newest position: where a page that was just drawn begins to listen.
pub async fn newest(records: &Records) -> Result<i64, Error> {
    Ok(sql::number(records.read(), "SELECT COALESCE(MAX(id), 0) FROM outbox", vec![]).await?.unwrap_or(0))
}

/// Reads on from where it stopped, and tells nothing twice.
#[derive(Debug, Clone)]
pub struct Tail {
    last: i64,
    told: HashSet<i64>,
}

impl Tail {
    /// Begins after `last_id`.
    pub fn after(last_id: i64) -> Self {
        Tail { last: last_id, told: HashSet::new() }
    }

    /// What is new.
    pub async fn next(&mut self, records: &Records, topics: &[String]) -> Result<Vec<Event>, Error> {
        let mut news = since(records, self.last, topics, 500).await?;
        news.retain(|event| self.told.insert(event.id));
        if let Some(newest) = news.iter().map(|event| event.id).max() {
            self.last = self.last.max(newest);
        }
        let oldest = self.last - OVERLAP_IDS;
        self.told.retain(|id| *id > oldest);
        Ok(news)
    }
}

/// Whether this person may hear of a topic.
pub async fn may_listen(records: &Records, viewer: &Viewer, topic: &str) -> Result<bool, Error> {
    let Some((kind, id)) = topic.split_once(':') else { return Ok(false) };
    Ok(match (kind, viewer) {
        ("plan", _) => true,
        ("account", Viewer::Applicant { id: own, .. }) => id == own.to_string(),
        ("application", _) => match id.parse::<ApplicationId>() {
            Ok(id) => access::may_read(records, viewer, id).await?,
            Err(_) => false,
        },
        ("signature", Viewer::Applicant { id: own, .. }) => {
            let owner = sql::text(
                records.read(),
                "SELECT a.account_id FROM signature_request s JOIN application a ON a.id = s.application_id WHERE s.id = $1",
                vec![id.into()],
            );
            owner.await?.is_some_and(|owner| owner == own.to_string())
        }
        ("agency", Viewer::Staff(member)) => {
            member.role.reads_cases() && member.agency.is_some_and(|agency| agency.to_string() == id)
        }
        ("region", Viewer::Staff(member)) if member.role == Role::Authority => access::region_of(records, member)
            .await?
            .is_some_and(|own| access::region_prefix(id).starts_with(own.as_str())),
        _ => false,
    })
}

/// The topics that a person's own pages listen to.
pub async fn topics_of(records: &Records, viewer: &Viewer) -> Result<Vec<String>, Error> {
    Ok(match viewer {
        Viewer::Guest => Vec::new(),
        Viewer::Applicant { id, .. } => vec![format!("account:{id}")],
        Viewer::Staff(member) => match (member.agency, member.role) {
            (Some(agency), _) => vec![format!("agency:{agency}")],
            (None, Role::Authority) => {
                access::region_of(records, member).await?.map(|own| format!("region:{own}")).into_iter().collect()
            }
            _ => Vec::new(),
        },
    })
}

/// Forgets news older than a day. Returns how many rows went.
pub async fn forget_old(records: &Records) -> Result<u64, Error> {
    let done =
        sql::run(&records.inner.write, "DELETE FROM outbox WHERE at < $1", vec![(records.now().0 - KEEP_MS).into()])
            .await?;
    Ok(done.rows_affected())
}

/// Writes news into the transaction; the bell rings when it commits.
pub(crate) async fn append(tx: &mut Tx, at: domain::time::Timestamp, news: Vec<outbox::News>) -> Result<(), Error> {
    if news.is_empty() {
        return Ok(());
    }
    let rows = news.into_iter().map(|one| row::ActiveModel {
        at: Set(at.0),
        topic: Set(one.topic),
        entity: Set(one.entity),
        version: Set(one.version),
        kind: Set(one.kind.to_owned()),
        ..Default::default()
    });
    row::Entity::insert_many(rows).exec_without_returning(&tx.db).await?;
    tx.woke = true;
    Ok(())
}
