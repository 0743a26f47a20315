//! Handing out what is due, and taking back what came of it. Whoever takes a delivery holds it for a while; when that
//! node dies, the next one takes it up again. So everything is sent at least once, and a doubled sending carries the same id.

use super::letters::{Around, kind_of};
use super::{OVER, places, since, stopping};
use crate::entity::{message as row, message_delivery as delivery, message_webhook};
use crate::keys::place;
use crate::{Error, Records, sql};
use domain::contact::{Email, Mobile};
use domain::message::{DeliveryState, MessageKind, To, Urgency, Way, rhythm};
use domain::page::messages::Letter;
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, DatabaseBackend, EntityTrait, FromQueryResult, QueryFilter, Value};
use std::collections::HashMap;

/// Where something is sent to. Never logged.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A mail address.
    Mail(String),
    /// Eleven digits.
    Mobile(String),
    /// A system of the agency.
    Endpoint {
        /// Its address.
        url: String,
        /// The secret that it knows us by.
        secret: String,
    },
}

/// A delivery that is to be sent now.
pub struct Outgoing {
    /// Id of the delivery: the same however often it is sent.
    pub delivery: String,
    /// Which taking-up this is.
    pub lease: String,
    /// Where to.
    pub address: Address,
    /// What.
    pub letter: Letter,
    /// The secret of the link that switches such mails off; none where they cannot be, or on other ways.
    pub stop: Option<String>,
}

/// What came of a sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The other side has taken it.
    Sent,
    /// It has not; `reason` is a word without personal data.
    Failed {
        /// Why.
        reason: String,
        /// Whether trying again can help.
        again: bool,
    },
}

/// Takes deliveries of these ways that are due; the caller has [`rhythm::LEASE_MS`] to send and settle each.
pub async fn take_due(records: &Records, ways: &[Way], limit: u32) -> Result<Vec<Outgoing>, Error> {
    #[derive(FromQueryResult)]
    struct Taken {
        id: String,
    }
    if ways.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    let now = records.now();
    let lease = records.chance().token();
    let mut values: Vec<Value> = vec![now.0.into(), (now.0 + rhythm::LEASE_MS).into(), lease.clone().into()];
    values.extend(ways.iter().map(|way| Value::from(way.as_str())));
    // Nodes that share PostgreSQL step around each other's rows; SQLite has one writer.
    let skip = match records.backend() {
        DatabaseBackend::Sqlite => "",
        _ => " FOR UPDATE SKIP LOCKED",
    };
    let text = format!(
        "UPDATE message_delivery SET state = 'sending', lease_until = $2, lease = $3 WHERE id IN (
            SELECT id FROM message_delivery WHERE way IN ({}) AND due_at <= $1
             AND (state IN ('planned','failed') OR (state = 'sending' AND lease_until <= $1))
             ORDER BY due_at, id LIMIT {limit}{skip}) RETURNING id",
        places(4, ways.len())
    );
    // Looked at before it is written: most of the time nothing is due, and nobody should wait for that.
    if next_due(records, ways).await?.is_none_or(|due| due > now) {
        return Ok(Vec::new());
    }
    let tx = records.begin().await?;
    let taken: Vec<Taken> = sql::all(&tx.db, &text, values).await?;
    tx.commit().await?;
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = taken.into_iter().map(|one| one.id).collect();
    outgoing(records, &ids, &lease).await
}

/// When the next delivery of these ways is due, or its lease ends.
pub async fn next_due(records: &Records, ways: &[Way]) -> Result<Option<Timestamp>, Error> {
    if ways.is_empty() {
        return Ok(None);
    }
    let text = format!(
        "SELECT due FROM (SELECT CASE WHEN state = 'sending' THEN lease_until ELSE due_at END AS due
         FROM message_delivery WHERE state IN ('planned','failed','sending') AND way IN ({})) AS open
         ORDER BY due LIMIT 1",
        places(1, ways.len())
    );
    let values = ways.iter().map(|way| way.as_str().into()).collect();
    Ok(sql::number(records.read(), &text, values).await?.map(Timestamp))
}

async fn outgoing(records: &Records, ids: &[String], lease: &str) -> Result<Vec<Outgoing>, Error> {
    let db = records.read();
    let rows = delivery::Entity::find().filter(delivery::Column::Id.is_in(ids.iter().cloned())).all(db).await?;
    let of: Vec<String> = rows.iter().map(|one| one.message_id.clone()).collect();
    let messages = row::Entity::find().filter(row::Column::Id.is_in(of)).all(db).await?;
    let around = Around::load(records, &messages).await?;
    let since = since::of(records, &around, &messages).await?;
    let messages: HashMap<&str, &row::Model> = messages.iter().map(|one| (one.id.as_str(), one)).collect();
    let mut all = Vec::with_capacity(rows.len());
    for one in rows {
        let Some(message) = messages.get(one.message_id.as_str()) else { continue };
        // It waited for the morning, or for another try, and was done meanwhile. Systems of agencies hear everything.
        let done = since.get(&message.id).is_some_and(|since| since.is_known());
        if one.way != Way::Webhook.as_str() && (done || is_dead(records, message).await?) {
            let over = Outcome::Failed { reason: OVER.into(), again: false };
            settle(records, &one.id, lease, &over).await?;
            continue;
        }
        match address(records, &around, message, &one).await? {
            Some(address) => all.push(Outgoing {
                stop: match (&address, around.contact(message)) {
                    (Address::Mail(_), Some(contact)) if kind_of(message)?.can_be_switched_off() => {
                        Some(stopping::token(&records.inner.keys, contact))
                    }
                    _ => None,
                },
                letter: around.letter(records, message)?,
                delivery: one.id,
                lease: lease.to_owned(),
                address,
            }),
            // Taken back since it was planned: the address, the wish, the endpoint.
            None => {
                let gone = Outcome::Failed { reason: "no-address".into(), again: false };
                settle(records, &one.id, lease, &gone).await?;
            }
        }
    }
    Ok(all)
}

/// Whether what it carries opens nothing any more: a code that is over, a link that another took the place of.
async fn is_dead(records: &Records, message: &row::Model) -> Result<bool, Error> {
    let lives = match kind_of(message)? {
        MessageKind::SmsCode | MessageKind::MailCode => {
            "SELECT COUNT(*) FROM password_code WHERE id = $1 AND used_at IS NULL AND ended_at IS NULL AND until_at > $2"
        }
        MessageKind::ConfirmAsked => {
            "SELECT COUNT(*) FROM confirm_link WHERE id = $1 AND used_at IS NULL AND replaced_at IS NULL AND until_at >= $2"
        }
        _ => return Ok(false),
    };
    let values = vec![message.entity.clone().into(), records.now().0.into()];
    Ok(sql::number(records.read(), lives, values).await?.unwrap_or(0) == 0)
}

async fn address(
    records: &Records,
    around: &Around,
    message: &row::Model,
    one: &delivery::Model,
) -> Result<Option<Address>, Error> {
    let keys = &records.inner.keys;
    let way = Way::parse(&one.way).ok_or_else(|| Error::bad_row("message_delivery", &one.id, "way"))?;
    let kind = kind_of(message)?;
    if way == Way::Webhook {
        let hook = message_webhook::Entity::find_by_id(one.webhook_id.as_str()).one(records.read()).await?;
        let Some(hook) = hook.filter(|hook| hook.ended_at.is_none()) else { return Ok(None) };
        let secret = keys.open_text(&place("message_webhook", "secret", &hook.id), &hook.secret_sealed)?;
        return Ok(Some(Address::Endpoint { url: hook.url, secret }));
    }
    if let (To::Contact, Some(sealed)) = (kind.to(), &message.contact_sealed) {
        let contact = keys.open_text(&place("message", "contact", &message.id), sealed)?;
        return Ok(match way {
            Way::Mail => Email::parse(&contact).ok().map(|mail| Address::Mail(mail.as_str().to_owned())),
            _ => Mobile::parse(&contact).ok().map(|mobile| Address::Mobile(mobile.as_str().to_owned())),
        });
    }
    let Some(person) = around.account(message) else { return Ok(None) };
    let contact = around.contact(message);
    if way == Way::Sms {
        let unwanted = kind != MessageKind::SmsCode && contact.is_some_and(|one| one.no_sms == 1);
        if person.mobile_masked.is_empty() || unwanted {
            return Ok(None);
        }
        let mobile = keys.open_text(&place("account", "mobile", &person.id), &person.mobile_sealed)?;
        return Ok(Mobile::parse(&mobile).ok().map(|mobile| Address::Mobile(mobile.as_str().to_owned())));
    }
    let Some(contact) = contact else { return Ok(None) };
    let (column, sealed) = match kind {
        MessageKind::MailConfirm => ("pending", contact.pending_sealed.as_ref()),
        MessageKind::MailCode => ("mail", contact.mail_sealed.as_ref()),
        _ => ("mail", contact.mail_sealed.as_ref().filter(|_| contact.no_mail == 0)),
    };
    let Some(sealed) = sealed else { return Ok(None) };
    let mail = keys.open_text(&place("message_contact", column, &contact.account_id), sealed)?;
    Ok(Some(Address::Mail(mail)))
}

/// Writes down what came of a sending; gives the state now. Who was overtaken changes nothing.
pub async fn settle(
    records: &Records,
    id: &str,
    lease: &str,
    outcome: &Outcome,
) -> Result<Option<DeliveryState>, Error> {
    let tx = records.begin().await?;
    let now = records.now();
    let held = sql::number(
        &tx.db,
        "SELECT attempts FROM message_delivery WHERE id = $1 AND lease = $2 AND state = 'sending'",
        vec![id.into(), lease.into()],
    );
    let Some(attempts) = held.await? else { return Ok(None) };
    let (state, attempts, due, reason) = match outcome {
        Outcome::Sent => (DeliveryState::Sent, attempts, None, ""),
        Outcome::Failed { reason, again } => {
            #[derive(FromQueryResult)]
            struct On {
                way: String,
                kind: String,
            }
            let text =
                "SELECT d.way, m.kind FROM message_delivery d JOIN message m ON m.id = d.message_id WHERE d.id = $1";
            let on: Option<On> = sql::one(&tx.db, text, vec![id.into()]).await?;
            let way = on.as_ref().and_then(|on| Way::parse(&on.way)).unwrap_or(Way::Mail);
            let kind = on.as_ref().and_then(|on| MessageKind::parse(&on.kind));
            let urgency = kind.map_or(Urgency::Calm, MessageKind::urgency);
            let next = if *again { rhythm::again(way, urgency, attempts + 1, now) } else { None };
            let state = if next.is_some() { DeliveryState::Failed } else { DeliveryState::GivenUp };
            (state, attempts + 1, next, reason.as_str())
        }
    };
    let ended = due.is_none().then_some(now.0);
    sql::run(
        &tx.db,
        "UPDATE message_delivery SET state = $3, attempts = $4, due_at = COALESCE($5, due_at), reason = $6, ended_at = $7,
                lease_until = NULL, lease = '' WHERE id = $1 AND lease = $2 AND state = 'sending'",
        vec![
            id.into(),
            lease.into(),
            state.as_str().into(),
            attempts.into(),
            due.map(|due| due.0).into(),
            reason.into(),
            ended.into(),
        ],
    )
    .await?;
    tx.commit().await?;
    Ok(Some(state))
}

/// A delivery as the log of an installation shows it: for counting, without anybody's data.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct LogLine {
    /// Id.
    pub id: String,
    /// On which way.
    pub way: String,
    /// Where it stands.
    pub state: String,
    /// Failures.
    pub attempts: i64,
    /// Why the last one failed.
    pub reason: String,
}

/// All deliveries, oldest first, at most 100,000: for checks of an installation.
pub async fn delivered(records: &Records) -> Result<Vec<LogLine>, Error> {
    let text = "SELECT id, way, state, attempts, reason FROM message_delivery ORDER BY id LIMIT 100000";
    sql::all(records.read(), text, vec![]).await
}
