//! A notice that a manager writes to many: looked at before it goes, sent once.

use super::{Telling, managed, tell_all};
use crate::{Error, Records, history, plans, sql};
use domain::account::StaffMember;
use domain::ids::PlanId;
use domain::message::{Facts, Language, MessageKind, MessageRefusal, template};
use domain::page::messages::{Audience, Letter, NoticePreview};
use domain::page::mine::What;
use domain::plan::Plan;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;

/// How many are shown as they will look.
const SHOWN: usize = 3;

#[derive(FromQueryResult)]
struct Person {
    application: String,
    account: String,
    number: Option<String>,
    name: String,
    mail: i64,
}

async fn people<C: ConnectionTrait>(db: &C, plan: PlanId, audience: Audience) -> Result<Vec<Person>, Error> {
    let which = match audience {
        Audience::Everybody => "a.stage IN ('submitted','returned','approved')",
        Audience::Submitted => "a.stage = 'submitted'",
        Audience::Returned => "a.stage = 'returned'",
        Audience::Approved => "a.stage = 'approved'",
        Audience::Unpaid => "a.stage = 'approved' AND a.money = 'due'",
    };
    let text = format!(
        "SELECT a.id AS application, a.account_id AS account, a.number, o.name,
                CAST(CASE WHEN c.mail_sealed IS NOT NULL AND c.no_mail = 0 THEN 1 ELSE 0 END AS BIGINT) AS mail
         FROM application a JOIN account o ON o.id = a.account_id
         LEFT JOIN message_contact c ON c.account_id = a.account_id
         WHERE a.plan_id = $1 AND {which} ORDER BY a.number, a.id"
    );
    sql::all(db, &text, vec![plan.to_string().into()]).await
}

/// The plan, where the member manages its agency.
async fn theirs(records: &Records, member: &StaffMember, plan: PlanId) -> Result<Plan, Error> {
    let agency = managed(member)?;
    let plan = plans::get(records, plan).await?;
    if plan.agency == agency { Ok(plan) } else { Err(Error::NotFound) }
}

/// How many people a notice would reach, and the first of them as they would read it. Nothing is kept.
pub async fn notice_preview(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    audience: Audience,
    subject: &str,
    body: &str,
) -> Result<NoticePreview, Error> {
    let plan = theirs(records, member, plan).await?;
    template::check(subject, body)?;
    let all = people(records.read(), plan.id, audience).await?;
    if all.is_empty() {
        return Err(MessageRefusal::Nobody.into());
    }
    let letter = |one: &Person| Letter {
        id: String::new(),
        kind: MessageKind::Notice,
        at: records.now(),
        language: Language::Zh,
        name: one.name.clone(),
        plan: Some(plan.id),
        plan_title: plan.title.clone(),
        trade: plan.occupation_and_trade(),
        level: plan.level,
        agency: plan.agency_name.clone(),
        phone: plan.contact_phone.clone(),
        number: one.number.clone().unwrap_or_default(),
        application: one.application.parse().ok(),
        facts: Facts { title: subject.trim().into(), words: body.trim().into(), ..Facts::default() },
        own: None,
    };
    Ok(NoticePreview {
        people: count(&all),
        by_mail: u32::try_from(all.iter().filter(|one| one.mail == 1).count()).unwrap_or(u32::MAX),
        first: all.iter().take(SHOWN).map(letter).collect(),
    })
}

/// Sends a notice to those whom the preview counted. When there are others now, it is refused and looked at again.
pub async fn send_notice(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    audience: Audience,
    subject: &str,
    body: &str,
    shown: u32,
) -> Result<u32, Error> {
    let plan = theirs(records, member, plan).await?;
    template::check(subject, body)?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let all = people(&tx.db, plan.id, audience).await?;
    let count = count(&all);
    if count == 0 {
        return Err(MessageRefusal::Nobody.into());
    }
    if count != shown {
        return Err(MessageRefusal::OtherPeople { now: count, shown }.into());
    }
    let id = records.chance().id(now).to_string();
    let (plan_id, agency) = (plan.id.to_string(), plan.agency.to_string());
    sql::run(
        &tx.db,
        "INSERT INTO message_bulk (id, agency_id, plan_id, audience, subject, body, people, by_name, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        vec![
            id.clone().into(),
            agency.clone().into(),
            plan_id.clone().into(),
            audience.as_str().into(),
            subject.trim().into(),
            body.trim().into(),
            i64::from(count).into(),
            member.name.clone().into(),
            now.0.into(),
        ],
    )
    .await?;
    let told = all.iter().map(|one| {
        Telling::to_account(&one.account, MessageKind::Notice, &id, 1)
            .agency(&agency)
            .under(&plan_id, &one.application)
            .title(subject.trim())
            .words(body.trim())
    });
    tell_all(records, &mut tx, now, told.collect()).await?;
    let detail = json!({ "act": "notice", "text": format!("{}（{count} 人）", subject.trim()) });
    history::append(&tx, now, &plan_id, &history::Actor::from(member), What::PlanActed, detail).await?;
    tx.commit().await?;
    Ok(count)
}

fn count(all: &[Person]) -> u32 {
    u32::try_from(all.len()).unwrap_or(u32::MAX)
}
