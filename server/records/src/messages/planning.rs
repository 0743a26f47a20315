//! Which ways a message takes: by the addresses and the wishes of its recipient.

use super::letters::{Around, kind_of};
use super::places;
use crate::entity::{message as row, message_delivery as delivery, message_webhook};
use crate::keys::place;
use crate::{Error, Records, sql};
use domain::contact::Email;
use domain::message::{MessageKind, To, Urgency, Way, rhythm};
use domain::time::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use std::collections::HashMap;

/// Messages planned in one transaction.
const AT_ONCE: u64 = 500;

/// Ways that this installation has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Open {
    /// A mail server is configured.
    pub mail: bool,
    /// A text message service is configured.
    pub sms: bool,
}

/// Plans the deliveries of messages that were written since the last time; gives how many messages it was. What has no
/// way out stays in the inbox, and is not sent later when a way is opened.
pub async fn plan_deliveries(records: &Records, open: Open) -> Result<usize, Error> {
    let messages = row::Entity::find()
        .filter(row::Column::Planned.eq(0))
        .order_by_asc(row::Column::Id)
        .limit(AT_ONCE)
        .all(records.read())
        .await?;
    if messages.is_empty() {
        return Ok(0);
    }
    let around = Around::load(records, &messages).await?;
    let mut hooks: HashMap<String, Vec<String>> = HashMap::new();
    let living = message_webhook::Entity::find().filter(message_webhook::Column::EndedAt.is_null());
    for hook in living.all(records.read()).await? {
        hooks.entry(hook.agency_id).or_default().push(hook.id);
    }
    let now = records.now();
    let mut planned = Vec::new();
    for message in &messages {
        let kind = kind_of(message)?;
        for way in ways(records, &around, message, kind, open)? {
            planned.push(new(records, message, (kind, way), "", now));
        }
        if kind != MessageKind::MailConfirm
            && let Some(hooks) = message.agency_id.as_ref().and_then(|agency| hooks.get(agency))
        {
            planned.extend(hooks.iter().map(|hook| new(records, message, (kind, Way::Webhook), hook, now)));
        }
    }
    let tx = records.begin().await?;
    // Another node may plan the same at the same time: each delivery is there once.
    let once = OnConflict::columns([delivery::Column::MessageId, delivery::Column::Way, delivery::Column::WebhookId])
        .do_nothing()
        .to_owned();
    let count = messages.len();
    let mut rest = planned.into_iter().peekable();
    while rest.peek().is_some() {
        let some: Vec<_> = rest.by_ref().take(500).collect();
        delivery::Entity::insert_many(some).on_conflict(once.clone()).exec_without_returning(&tx.db).await?;
    }
    let text = format!("UPDATE message SET planned = 1 WHERE id IN ({})", places(1, count));
    sql::run(&tx.db, &text, messages.into_iter().map(|one| one.id.into()).collect()).await?;
    tx.commit().await?;
    Ok(count)
}

/// How long what waits for a way outlives it, in milliseconds: a restart with a wrong configuration loses nothing, and a
/// way that opens after a week does not send last week's messages.
const CLOSED_MS: i64 = 24 * 3_600_000;

/// Gives up what waits for ways that have been closed for a day; gives how much it was. Everything is in the inbox.
pub async fn end_closed(records: &Records, open: &[Way]) -> Result<u64, Error> {
    let closed: Vec<Way> = Way::ALL.into_iter().filter(|way| !open.contains(way)).collect();
    if closed.is_empty() {
        return Ok(0);
    }
    let now = records.now();
    let which = format!(
        "way IN ({}) AND due_at <= $1 AND (state IN ('planned','failed') OR (state = 'sending' AND lease_until <= $1))",
        places(2, closed.len())
    );
    let mut values: Vec<sea_orm::Value> = vec![(now.0 - CLOSED_MS).into()];
    values.extend(closed.iter().map(|way| way.as_str().into()));
    let waiting = format!("SELECT COUNT(*) FROM message_delivery WHERE {which}");
    if sql::number(records.read(), &waiting, values.clone()).await?.unwrap_or(0) == 0 {
        return Ok(0);
    }
    let ended = closed.len() + 2;
    values.push(now.0.into());
    let text = format!(
        "UPDATE message_delivery SET state = 'given_up', reason = 'way-closed', ended_at = ${ended}, lease_until = NULL, lease = ''
         WHERE {which}"
    );
    let tx = records.begin().await?;
    let done = sql::run(&tx.db, &text, values).await?.rows_affected();
    tx.commit().await?;
    Ok(done)
}

fn ways(
    records: &Records,
    around: &Around,
    message: &row::Model,
    kind: MessageKind,
    open: Open,
) -> Result<Vec<Way>, Error> {
    let mut ways = Vec::new();
    match kind.to() {
        To::Agency => {}
        To::Contact => {
            let sealed = message.contact_sealed.as_ref();
            let contact =
                sealed.map(|sealed| records.inner.keys.open_text(&place("message", "contact", &message.id), sealed));
            let is_mail = contact.transpose()?.is_some_and(|contact| Email::parse(&contact).is_ok());
            ways.extend((is_mail && open.mail).then_some(Way::Mail));
            ways.extend((!is_mail && open.sms).then_some(Way::Sms));
        }
        To::Person => {
            let (Some(person), contact) = (around.account(message), around.contact(message)) else { return Ok(ways) };
            // Whoever asks for a code wants it, by the way that was chosen with it.
            let mail = match kind {
                MessageKind::MailConfirm => contact.is_some_and(|one| one.pending_sealed.is_some()),
                MessageKind::MailCode => contact.is_some_and(|one| one.mail_sealed.is_some()),
                MessageKind::SmsCode => false,
                _ => contact.is_some_and(|one| one.mail_sealed.is_some() && one.no_mail == 0),
            };
            ways.extend((mail && open.mail).then_some(Way::Mail));
            let wanted = match kind.urgency() {
                Urgency::Calm => false,
                Urgency::Due => contact.is_none_or(|one| one.no_sms == 0),
                Urgency::Now => kind == MessageKind::SmsCode,
            };
            let sms = wanted && !person.mobile_masked.is_empty();
            ways.extend((sms && open.sms && person.demo == 0).then_some(Way::Sms));
        }
    }
    Ok(ways)
}

fn new(
    records: &Records,
    message: &row::Model,
    (kind, way): (MessageKind, Way),
    hook: &str,
    now: Timestamp,
) -> delivery::ActiveModel {
    delivery::ActiveModel {
        id: Set(records.chance().id(now).to_string()),
        message_id: Set(message.id.clone()),
        way: Set(way.as_str().to_owned()),
        webhook_id: Set(hook.to_owned()),
        state: Set("planned".into()),
        attempts: Set(0),
        due_at: Set(rhythm::due(way, kind.urgency(), now).0),
        lease_until: Set(None),
        lease: Set(String::new()),
        reason: Set(String::new()),
        created_at: Set(now.0),
        ended_at: Set(None),
    }
}
