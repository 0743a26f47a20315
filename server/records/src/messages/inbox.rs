//! 我的消息: everything that a candidate was told, and the appointments that follow from it.

use super::letters::Around;
use super::since;
use crate::applications::{ground_of, load};
use crate::entity::message as row;
use crate::live::{self, outbox::News};
use crate::{Error, Records, rooms, sql};
use domain::application::Stage;
use domain::ids::{AccountId, ApplicationId};
use domain::message::MessageKind;
use domain::message::calendar::Appointment;
use domain::page::messages::{Inbox, InboxLine};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

/// Messages on one page.
const PER_PAGE: u64 = 20;
/// Reminders before a session of an exam, in minutes: the day before, and two hours before.
const EXAM_ALARMS: [u32; 2] = [1440, 120];

/// A page of 我的消息, newest first; pages count from 1.
pub async fn inbox(records: &Records, account: AccountId, page: u32) -> Result<Inbox, Error> {
    let total = row::Entity::find().filter(theirs(account)).count(records.read()).await?;
    let pages = u32::try_from(total.div_ceil(PER_PAGE)).unwrap_or(1).max(1);
    let page = page.clamp(1, pages);
    let rows = row::Entity::find()
        .filter(theirs(account))
        .order_by_desc(row::Column::At)
        .order_by_desc(row::Column::Id)
        .offset(u64::from(page - 1) * PER_PAGE)
        .limit(PER_PAGE)
        .all(records.read())
        .await?;
    Ok(Inbox {
        now: records.now(),
        lines: lines(records, &rows).await?,
        unread: unread(records, account).await?,
        page,
        pages,
    })
}

pub(super) async fn lines(records: &Records, rows: &[row::Model]) -> Result<Vec<InboxLine>, Error> {
    let around = Around::load(records, rows).await?;
    let since = since::of(records, &around, rows).await?;
    let line = |one: &row::Model| {
        let (letter, read) = (around.letter(records, one)?, one.read_at.is_some());
        Ok(InboxLine { letter, read, since: since.get(&one.id).copied() })
    };
    rows.iter().map(line).collect()
}

/// Secrets are for the mailbox or the mobile alone: whoever reads one here has proved nothing.
fn theirs(account: AccountId) -> Condition {
    let secrets = MessageKind::ALL.iter().filter(|kind| kind.is_secret()).map(|kind| kind.as_str());
    Condition::all().add(row::Column::AccountId.eq(account.to_string())).add(row::Column::Kind.is_not_in(secrets))
}

/// How many messages a candidate has not read.
pub async fn unread(records: &Records, account: AccountId) -> Result<u64, Error> {
    let count = row::Entity::find().filter(theirs(account)).filter(row::Column::ReadAt.is_null());
    Ok(count.count(records.read()).await?)
}

/// Notes that a message was read.
pub async fn read(records: &Records, account: AccountId, id: &str) -> Result<(), Error> {
    note_read(records, account, "AND id = $3", Some(id)).await
}

/// Notes that all were read.
pub async fn read_all(records: &Records, account: AccountId) -> Result<(), Error> {
    note_read(records, account, "", None).await
}

async fn note_read(records: &Records, account: AccountId, which: &str, id: Option<&str>) -> Result<(), Error> {
    let mut tx = records.begin().await?;
    let now = records.now();
    let text = format!("UPDATE message SET read_at = $2 WHERE account_id = $1 AND read_at IS NULL {which}");
    let mut values = vec![account.to_string().into(), now.0.into()];
    values.extend(id.map(Into::into));
    if sql::run(&tx.db, &text, values).await?.rows_affected() > 0 {
        // The count on other open pages.
        let topic = format!("account:{account}");
        live::append(&mut tx, now, vec![News { topic, entity: account.to_string(), version: 0, kind: "read" }]).await?;
    }
    tx.commit().await
}

/// The sessions of one's ticket, for a calendar; none before the ticket is out.
pub async fn appointments(records: &Records, account: AccountId, id: ApplicationId) -> Result<Vec<Appointment>, Error> {
    let whole = load::own(records, account, id).await?;
    if !matches!(whole.stage, Stage::Approved { .. }) {
        return Ok(Vec::new());
    }
    let (plan, _) = ground_of(records, whole.plan).await?;
    let Some(seats) = rooms::seats_of(records.read(), &id.to_string()).await? else { return Ok(Vec::new()) };
    let level = plan.level.map_or("", |level| level.short());
    Ok(seats
        .papers
        .iter()
        .map(|paper| Appointment {
            uid: format!("{id}-{}@jikao", crate::keys::digest(&paper.subject).chars().take(12).collect::<String>()),
            sequence: u32::try_from(seats.version).unwrap_or(0),
            from: Timestamp(paper.starts_at),
            to: Timestamp(paper.ends_at + seats.extra_minutes * 60_000),
            title: format!("{} {level} {}", plan.occupation_and_trade(), paper.subject),
            place: [paper.address.as_str(), paper.room.as_str()].join(" ").trim().to_owned(),
            words: format!(
                "准考证号 {}\n{} 第 {} 座\n提前 {} 分钟入场，开考 {} 分钟后不能入场\n请带身份证和准考证",
                seats.number, paper.room, paper.seat, paper.entry_minutes, paper.late_minutes
            ),
            alarms: EXAM_ALARMS.to_vec(),
        })
        .collect())
}

/// The deadline of a payment, for a calendar; none where nothing is due.
pub async fn deadline(records: &Records, account: AccountId, id: ApplicationId) -> Result<Option<Appointment>, Error> {
    let whole = load::own(records, account, id).await?;
    let (plan, _) = ground_of(records, whole.plan).await?;
    let axes = load::axes_of(&whole.row)?;
    let until = match axes.money {
        domain::application::axes::Money::Due { until: Some(until) } if until > records.now() => until,
        _ => return Ok(None),
    };
    Ok(Some(Appointment {
        uid: format!("{id}-payment@jikao"),
        sequence: u32::try_from(until.0 / 60_000).unwrap_or(0),
        from: Timestamp(until.0 - 30 * 60_000),
        to: until,
        title: format!("缴费截止：{}", plan.occupation_and_trade()),
        place: String::new(),
        words: format!("{}\n{} {}", plan.title, plan.contact, plan.contact_phone),
        alarms: vec![1440, 120],
    }))
}
