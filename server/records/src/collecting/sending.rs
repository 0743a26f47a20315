//! Links on their way: by text message to the mobile of the person whom an agency typed in, and by mail where the address is
//! proved. A link is known to nobody after it was shown, so sending makes another one.

use super::{put_link, unconfirmed};
use crate::desk::access;
use crate::entity::{account, application, message_contact};
use crate::messages::{Open, Telling, tell};
use crate::{Error, Records, Tx, applications::load, history, sql};
use domain::account::StaffMember;
use domain::application::Stage;
use domain::ids::{AgencyId, ApplicationId, PlanId};
use domain::message::{DeliveryState, MessageKind, Way};
use domain::page::collecting::{ConfirmRefusal, LinkOnItsWay, LinkSent, LinksSent};
use domain::page::mine::What;
use domain::refusal::Refusal;
use domain::time::Timestamp;
use sea_orm::{EntityTrait, FromQueryResult, Value};
use serde_json::json;
use std::collections::HashMap;

/// Minutes between two sendings to one person.
pub const GAP_MINUTES: i64 = 10;
/// Minutes in which whoever was sent a link is left alone when many are sent.
pub const MANY_GAP_MINUTES: i64 = 24 * 60;
/// Sendings to one person within a day.
pub const PER_DAY: u32 = 3;
/// Most people of one press; the next press goes on with those who were not sent one.
const AT_ONCE: u32 = 500;
const DAY_MS: i64 = 24 * 3_600_000;
/// Whom the agency typed in or brought on a roster, and who has not confirmed: with a link or still without.
const WAITING: &str = "FROM application a LEFT JOIN confirm_link l ON l.application_id = a.id AND l.replaced_at IS NULL
    WHERE a.plan_id = $1 AND a.agency_id = $2 AND a.stage = 'draft' AND l.used_at IS NULL AND (l.id IS NOT NULL
      OR EXISTS (SELECT 1 FROM roster_row w WHERE w.application_id = a.id AND w.state IN ('done', 'stays')))";

/// Makes a new link and sends it to the person, by every way that leads there; the link before it dies.
pub async fn send_link(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
    open: Open,
) -> Result<Timestamp, Error> {
    send(records, member, id, open, GAP_MINUTES).await
}

/// Sends a link to everybody of a plan who has not confirmed, save those who were sent one within a day and those whose
/// browser is at it now.
pub async fn send_links(records: &Records, member: &StaffMember, plan: PlanId, open: Open) -> Result<LinksSent, Error> {
    #[derive(FromQueryResult)]
    struct One {
        id: String,
        proof_until: Option<i64>,
    }
    access::ensure_decides(member)?;
    let agency = member.agency.ok_or(Error::NotFound)?;
    if !open.sms && !open.mail {
        return Err(ConfirmRefusal::NotSent.into());
    }
    let text = format!("SELECT a.id, l.proof_until {WAITING} ORDER BY COALESCE(l.created_at, 0), a.id LIMIT {AT_ONCE}");
    let all: Vec<One> =
        sql::all(records.read(), &text, vec![plan.to_string().into(), agency.to_string().into()]).await?;
    let mut done = LinksSent::default();
    for one in all {
        if one.proof_until.is_some_and(|until| until >= records.now().0) {
            done.busy += 1;
            continue;
        }
        let id = one.id.parse().map_err(|_| Error::bad_row("application", &one.id, "id"))?;
        match send(records, member, id, open, MANY_GAP_MINUTES).await {
            Ok(_) => done.sent += 1,
            Err(Error::Refused(Refusal::Confirm(why))) => match why {
                ConfirmRefusal::SentLately { .. } | ConfirmRefusal::SentOften { .. } => done.lately += 1,
                ConfirmRefusal::NoAddress => done.unreachable += 1,
                // Confirmed while the others were sent theirs.
                ConfirmRefusal::LinkOver => {}
                other => return Err(other.into()),
            },
            Err(other) => return Err(other),
        }
    }
    Ok(done)
}

/// How many of a plan have not confirmed.
pub(super) async fn waiting(records: &Records, agency: AgencyId, plan: PlanId) -> Result<u32, Error> {
    let values = vec![plan.to_string().into(), agency.to_string().into()];
    let count = sql::number(records.read(), &format!("SELECT COUNT(*) {WAITING}"), values).await?;
    Ok(count.and_then(|count| u32::try_from(count).ok()).unwrap_or(0))
}

async fn send(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
    open: Open,
    gap_minutes: i64,
) -> Result<Timestamp, Error> {
    let (case, days) = unconfirmed(records, member, id).await?;
    if !open.sms && !open.mail {
        return Err(ConfirmRefusal::NotSent.into());
    }
    if !reaches(records, &case, open).await? {
        return Err(ConfirmRefusal::NoAddress.into());
    }
    let secret = records.chance().short_token();
    let mut tx = records.begin().await?;
    let now = records.now();
    let held = load::locked(&tx, id).await?.ok_or(Error::NotFound)?;
    if load::stage_of(&held)? != Stage::Draft {
        return Err(ConfirmRefusal::LinkOver.into());
    }
    ensure_not_often(&tx, id, now, gap_minutes).await?;
    let (link, until) = put_link(records, &tx, member, id, days, &secret).await?;
    let actor = history::Actor::from(member);
    history::append(&tx, now, &held.id, &actor, What::LinkSent, json!({ "until": until })).await?;
    let telling = Telling::to_account(&held.account_id, MessageKind::ConfirmAsked, link, 0)
        .agency(&held.agency_id)
        .under(&held.plan_id, &held.id)
        .number(secret)
        .until(until);
    tell(records, &mut tx, now, telling).await?;
    tx.commit().await?;
    Ok(until)
}

/// Whether any of the open ways leads to the person.
async fn reaches(records: &Records, case: &application::Model, open: Open) -> Result<bool, Error> {
    let person = account::Entity::find_by_id(case.account_id.as_str()).one(records.read()).await?;
    let person = person.ok_or(Error::NotFound)?;
    let contact = message_contact::Entity::find_by_id(case.account_id.as_str()).one(records.read()).await?;
    let contact = contact.as_ref();
    let sms = !person.mobile_masked.is_empty() && person.demo == 0 && contact.is_none_or(|one| one.no_sms == 0);
    let mail = contact.is_some_and(|one| one.mail_sealed.is_some() && one.no_mail == 0);
    Ok((open.sms && sms) || (open.mail && mail))
}

async fn ensure_not_often(tx: &Tx, id: ApplicationId, now: Timestamp, gap_minutes: i64) -> Result<(), Error> {
    #[derive(FromQueryResult)]
    struct Sent {
        at: i64,
    }
    let text = "SELECT at FROM message WHERE application_id = $1 AND kind = $2 AND at > $3 ORDER BY at DESC";
    let kind = MessageKind::ConfirmAsked.as_str();
    let sent: Vec<Sent> =
        sql::all(&tx.db, text, vec![id.to_string().into(), kind.into(), (now.0 - DAY_MS).into()]).await?;
    let rests = sent.first().map_or(0, |last| last.at + gap_minutes * 60_000 - now.0);
    if rests > 0 {
        let minutes = u32::try_from((rests + 59_999) / 60_000).unwrap_or(0);
        return Err(ConfirmRefusal::SentLately { minutes }.into());
    }
    if sent.len() >= PER_DAY as usize {
        return Err(ConfirmRefusal::SentOften { limit: PER_DAY }.into());
    }
    Ok(())
}

/// What became of links that were sent and still count, by the link; `cases` are theirs.
pub(super) async fn sent(records: &Records, cases: Vec<String>) -> Result<HashMap<String, LinkSent>, Error> {
    #[derive(FromQueryResult)]
    struct One {
        link: String,
        at: i64,
        planned: i64,
        way: Option<String>,
        state: Option<String>,
        due_at: Option<i64>,
        ended_at: Option<i64>,
        reason: Option<String>,
    }
    if cases.is_empty() {
        return Ok(HashMap::new());
    }
    let places = (2..cases.len() + 2).map(|place| format!("${place}")).collect::<Vec<_>>().join(",");
    let text = format!(
        "SELECT m.entity AS link, m.at, m.planned, d.way, d.state, d.due_at, d.ended_at, d.reason
         FROM message m LEFT JOIN message_delivery d ON d.message_id = m.id AND d.way <> 'webhook'
         WHERE m.application_id IN ({places}) AND m.kind = $1 ORDER BY m.id, d.id"
    );
    let mut values = vec![Value::from(MessageKind::ConfirmAsked.as_str())];
    values.extend(cases.into_iter().map(Value::from));
    let rows: Vec<One> = sql::all(records.read(), &text, values).await?;
    let mut all: HashMap<String, LinkSent> = HashMap::new();
    for row in rows {
        let (at, waits) = (Timestamp(row.at), row.planned == 0);
        let sent = all.entry(row.link).or_insert(LinkSent { at, waits, ways: Vec::new() });
        let way = row.way.as_deref().and_then(Way::parse);
        if let (Some(way), Some(state)) = (way, row.state.as_deref().and_then(DeliveryState::parse)) {
            let at = Timestamp(row.ended_at.or(row.due_at).unwrap_or(row.at));
            sent.ways.push(LinkOnItsWay { way, state, at, reason: row.reason.unwrap_or_default() });
        }
    }
    Ok(all)
}
