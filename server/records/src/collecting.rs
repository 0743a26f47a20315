//! 机构采集: the agency types the data in, and each person confirms theirs by a link that works once.
//!
//! The link alone shows a masked name. Who it is for is asked next: the last four digits of the mobile number or the
//! date of birth, with few tries. Only the browser that answered sees the data, for an hour.

mod sending;

pub use sending::{GAP_MINUTES, MANY_GAP_MINUTES, PER_DAY, send_link, send_links};

use crate::accounts::opening::{self, Newcomer, document_index};
use crate::accounts::throttle;
use crate::applications::{self, Person, ground_of, load};
use crate::desk::access;
use crate::entity::{agency, application, confirm_link as row, plan};
use crate::keys::digest;
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, history, live, plans, sql};
use chrono::TimeDelta;
use domain::account::{SignInRefusal, StaffMember, Way};
use domain::application::Stage;
use domain::contact::{Mobile, PersonName};
use domain::form::{FieldFault, Form, OFFERED_ID_KINDS, Problem};
use domain::id_document::{IdKind, IdNumber};
use domain::ids::{AccountId, ApplicationId, PlanId, Revision};
use domain::masking::{self, Audience as Eye};
use domain::page::collecting::{
    Collected, CollectedLine, CollectedState, CollectingDesk, ConfirmHead, ConfirmLink, ConfirmPage, ConfirmRefusal,
};
use domain::page::mine::What;
use domain::page::wizard::Receipt;
use domain::profile::specialise;
use domain::refusal::Refusal;
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use serde_json::json;

/// Days that a link lives where the procedure does not say.
const LINK_DAYS: u32 = 7;
/// Minutes that the browser which answered may work on the data.
const PROOF_MINUTES: i64 = 60;
/// Wrong answers that end a link.
const WRONG_ANSWERS: i64 = 20;

/// Types one person in: an account without a password where there is none, a draft with the answers, and a link.
pub async fn collect(records: &Records, member: &StaffMember, typed: &Collected) -> Result<ConfirmLink, Error> {
    access::ensure_decides(member)?;
    let plan: PlanId = typed.plan.parse().map_err(|_| Error::NotFound)?;
    let (plan, profile) = ground_of(records, plan).await?;
    if member.agency != Some(plan.agency) {
        return Err(Error::NotFound);
    }
    if !profile.collecting.by_agency {
        return Err(ConfirmRefusal::NotCollected.into());
    }
    let read = read(records, typed)?;
    let account = account_of(records, read).await?;
    let id = applications::start(records, account, plan.id).await?;
    let whole = load::own(records, account, id).await?;
    let collected_before = link_of(records, id).await?.is_some();
    if whole.stage != Stage::Draft || (whole.row.answers_revision > 0 && !collected_before) {
        // What people began themselves is theirs to finish.
        return Err(ConfirmRefusal::AlreadyThere.into());
    }
    let seen = Revision(whole.row.answers_revision);
    let mut answers = typed.answers.clone();
    answers.0.retain(|key, _| profile.form.field(key).is_none_or(|field| !field.is_given()));
    applications::save_answers(records, account, id, seen, answers).await?;
    let tx = records.begin().await?;
    load::locked(&tx, id).await?;
    let actor = history::Actor::from(member);
    history::append(&tx, records.now(), &id.to_string(), &actor, What::Collected, json!({})).await?;
    tx.commit().await?;
    make_link(records, member, id, profile.collecting.link_days).await
}

/// Makes a new link for a person who has not confirmed yet; the one before it dies.
pub async fn renew_link(records: &Records, member: &StaffMember, id: ApplicationId) -> Result<ConfirmLink, Error> {
    let (_, days) = unconfirmed(records, member, id).await?;
    make_link(records, member, id, days).await
}

/// A case of the member's agency that its person has not confirmed yet, and the days that a link of its procedure lives.
async fn unconfirmed(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
) -> Result<(application::Model, u32), Error> {
    access::ensure_decides(member)?;
    let case = application::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    let own = member.agency.is_some_and(|agency| agency.to_string() == case.agency_id);
    let link = link_of(records, id).await?;
    if !own || (link.is_none() && !is_on_roster(records, id).await?) {
        return Err(Error::NotFound);
    }
    if link.is_some_and(|link| link.used_at.is_some()) || load::stage_of(&case)? != Stage::Draft {
        return Err(ConfirmRefusal::LinkOver.into());
    }
    let plan = case.plan_id.parse().map_err(|_| Error::bad_row("application", &case.id, "plan"))?;
    let (_, profile) = ground_of(records, plan).await?;
    Ok((case, profile.collecting.link_days))
}

/// What the page of collecting shows: the plans, what the chosen one asks, and who was collected so far.
pub async fn desk(records: &Records, member: &StaffMember, plan: Option<PlanId>) -> Result<CollectingDesk, Error> {
    access::ensure_decides(member)?;
    let agency = member.agency.ok_or(Error::NotFound)?;
    let now = records.now();
    let mut desk = CollectingDesk {
        now,
        plans: Vec::new(),
        form: Form::default(),
        conditions: Vec::new(),
        subjects: Vec::new(),
        lines: lines(records, &agency.to_string(), now).await?,
        waiting: match plan {
            Some(plan) => sending::waiting(records, agency, plan).await?,
            None => 0,
        },
    };
    let rows = plan::Entity::find()
        .filter(plan::Column::AgencyId.eq(agency.to_string()))
        .filter(plan::Column::ClosesAt.gte(now.0))
        .all(records.read())
        .await?;
    for row in rows {
        let id: PlanId = row.id.parse().map_err(|_| Error::bad_row("plan", &row.id, "id"))?;
        let own = plans::get(records, id).await?;
        let profile = plans::profile_of(records, &own).await?;
        if !profile.collecting.by_agency {
            continue;
        }
        desk.plans.push((id, own.title.clone()));
        if plan == Some(id) {
            desk.form = specialise(&profile, &own).form;
            desk.conditions = own.conditions.clone();
            desk.subjects = own.subjects.clone();
        }
    }
    Ok(desk)
}

/// What a link leads to, for a browser that has answered (`proof`) or not yet.
pub async fn page(records: &Records, token: &str, proof: Option<&str>) -> Result<ConfirmPage, Error> {
    let link = known(records, token).await?;
    let head = head(records, &link).await?;
    let id = application_of(&link)?;
    let case = application::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    if link.used_at.is_some() {
        return Ok(ConfirmPage::Done(head, case.number.unwrap_or_default()));
    }
    ensure_living(records, &link)?;
    if !is_proven(records, &link, proof) {
        return Ok(ConfirmPage::Ask(head));
    }
    let account = case.account_id.parse().map_err(|_| Error::bad_row("application", &case.id, "account"))?;
    let draft = applications::draft(records, account, id).await?;
    Ok(ConfirmPage::Open(Box::new((head, draft))))
}

/// Answers who one is: the last four digits of the mobile number, or the date of birth in any common form. Gives the
/// secret that this browser goes on with.
pub async fn prove(records: &Records, token: &str, answer: &str) -> Result<String, Error> {
    let link = known(records, token).await?;
    ensure_living(records, &link)?;
    if link.used_at.is_some() {
        return Err(ConfirmRefusal::LinkOver.into());
    }
    // By application, so that a new link gives no new tries.
    let attempt = throttle::reserve(records, format!("confirm/{}", link.application_id)).await.map_err(words)?;
    let case = application::Entity::find_by_id(link.application_id.as_str()).one(records.read()).await?;
    let case = case.ok_or(Error::NotFound)?;
    let account = case.account_id.parse().map_err(|_| Error::bad_row("application", &case.id, "account"))?;
    let person = Person::load(records.read(), account).await?;
    let digits: String = answer.chars().filter(char::is_ascii_digit).collect();
    let mobile = person.mobile(records)?;
    let birth = person.birth.map(|day| day.format("%Y%m%d").to_string());
    let matches = (digits.len() == 4 && mobile.ends_with(&digits)) || birth.is_some_and(|birth| birth == digits);
    attempt.settle(records, &Ok(matches)).await?;
    if !matches {
        end_if_guessed(records, &link).await?;
        return Err(words(attempt.refusal().into()));
    }
    let proof = records.chance().token();
    let tx = records.begin().await?;
    let until = records.now().plus(TimeDelta::minutes(PROOF_MINUTES));
    sql::run(
        &tx.db,
        "UPDATE confirm_link SET proof_hash = $1, proof_until = $2 WHERE id = $3",
        vec![digest(&proof).into(), until.0.into(), link.id.into()],
    )
    .await?;
    tx.commit().await?;
    Ok(proof)
}

/// A rest after five answers leaves thousands of them until the link ends, and there are ten thousand: whoever goes on
/// guessing ends the link, and the agency sees that it wants a new one.
async fn end_if_guessed(records: &Records, link: &row::Model) -> Result<(), Error> {
    let wrong = format!("confirm_wrong/{}", link.id);
    if throttle::count_until(records, &wrong, Timestamp(link.until_at)).await? < WRONG_ANSWERS {
        return Ok(());
    }
    let tx = records.begin().await?;
    let text = "UPDATE confirm_link SET until_at = $1 WHERE id = $2 AND used_at IS NULL";
    sql::run(&tx.db, text, vec![(records.now().0 - 1).into(), link.id.clone().into()]).await?;
    tx.commit().await
}

/// Whose application a browser may work on that has answered.
pub async fn whose(records: &Records, token: &str, proof: Option<&str>) -> Result<(AccountId, ApplicationId), Error> {
    let link = known(records, token).await?;
    ensure_living(records, &link)?;
    if link.used_at.is_some() {
        return Err(ConfirmRefusal::LinkOver.into());
    }
    if !is_proven(records, &link, proof) {
        return Err(ConfirmRefusal::AskAgain.into());
    }
    let case = application::Entity::find_by_id(link.application_id.as_str()).one(records.read()).await?;
    let case = case.ok_or(Error::NotFound)?;
    let account = case.account_id.parse().map_err(|_| Error::bad_row("application", &case.id, "account"))?;
    Ok((account, application_of(&link)?))
}

/// 确认: hands the application in by the same act as everybody's, with all its checks; the link is used up.
pub async fn confirm(records: &Records, token: &str, proof: Option<&str>, key: &str) -> Result<Receipt, Error> {
    let (account, id) = whose(records, token, proof).await?;
    let receipt = applications::submit(records, account, id, key).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let case = load::locked(&tx, id).await?.ok_or(Error::NotFound)?;
    let used = sql::run(
        &tx.db,
        "UPDATE confirm_link SET used_at = $1 WHERE application_id = $2 AND replaced_at IS NULL AND used_at IS NULL",
        vec![now.0.into(), case.id.clone().into()],
    );
    // A second click finds the link used, and the same receipt.
    if used.await?.rows_affected() == 1 {
        history::append(&tx, now, &case.id, &history::Actor::Applicant(account), What::Confirmed, json!({})).await?;
        live::append(&mut tx, now, outbox::of(&case, "confirmed", Audience::Desk)).await?;
    }
    tx.commit().await?;
    Ok(receipt)
}

/// A person as typed, every part read.
fn read(records: &Records, typed: &Collected) -> Result<Newcomer, Error> {
    let mut faults = Vec::new();
    let mut fault = |key: &str, label: &str, problem| {
        faults.push(FieldFault { key: key.into(), label: label.into(), problem });
    };
    let name = PersonName::parse(&typed.name).map_err(|why| fault("name", "姓名", Problem::Name(why))).ok();
    let kind = IdKind::from_code(&typed.id_kind).filter(|kind| OFFERED_ID_KINDS.contains(kind));
    if kind.is_none() {
        fault("id_kind", "证件类型", Problem::NotOffered);
    }
    let id = IdNumber::parse(kind, &typed.id_no, records.now().day());
    let id = id.map_err(|why| fault("id_no", "证件号码", Problem::Id(why))).ok();
    let mobile = Mobile::parse(&typed.mobile).map_err(|why| fault("mobile", "手机号码", Problem::Mobile(why))).ok();
    match (name, id, mobile) {
        (Some(name), Some(id), Some(mobile)) if faults.is_empty() => Ok(Newcomer {
            birth: id.birth(),
            gender: id.gender(),
            name,
            id,
            mobile: Some(mobile),
            password_hash: None,
            // The agency holds the document in its hands.
            verified: true,
            demo: false,
        }),
        _ => Err(Refusal::Answers(faults).into()),
    }
}

/// The account of a document. It is opened where there is none, and never changed where there is one.
async fn account_of(records: &Records, new: Newcomer) -> Result<AccountId, Error> {
    let index = document_index(&records.inner.keys, new.id.as_str());
    let tx = records.begin().await?;
    if let Some(known) = opening::by_document(&tx.db, &index).await? {
        // Another name under this number is a typing mistake somewhere: nobody is registered under it.
        if known.name != new.name.as_str() {
            return Err(ConfirmRefusal::NoMatch.into());
        }
        return known.id.parse().map_err(|_| Error::bad_row("account", &known.id, "id"));
    }
    let id = AccountId(records.chance().id(records.now()));
    if !opening::insert(records, &tx, id, &new).await? {
        return Err(Error::ChangedMeanwhile);
    }
    opening::add_way(records, &tx, id, Way::Activation, "", &index).await?;
    tx.commit().await?;
    Ok(id)
}

/// Makes a link; the one before it dies.
pub(crate) async fn make_link(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
    days: u32,
) -> Result<ConfirmLink, Error> {
    let token = records.chance().token();
    let tx = records.begin().await?;
    load::locked(&tx, id).await?.ok_or(Error::NotFound)?;
    let (_, until) = put_link(records, &tx, member, id, days, &token).await?;
    let actor = history::Actor::from(member);
    history::append(&tx, records.now(), &id.to_string(), &actor, What::LinkMade, json!({ "until": until })).await?;
    tx.commit().await?;
    Ok(ConfirmLink { id, path: format!("/confirm/{token}"), until })
}

/// Puts a link in the place of the one before it, on an application that is held; gives its id and its last moment.
async fn put_link(
    records: &Records,
    tx: &Tx,
    member: &StaffMember,
    id: ApplicationId,
    days: u32,
    token: &str,
) -> Result<(String, Timestamp), Error> {
    let now = records.now();
    let days = if days == 0 { LINK_DAYS } else { days };
    let until = Timestamp::end_of(now.plus(TimeDelta::days(i64::from(days))).day());
    replace(tx, id, now).await?;
    let link = records.chance().id(now).to_string();
    let kept = row::ActiveModel {
        id: Set(link.clone()),
        token_hash: Set(digest(token)),
        application_id: Set(id.to_string()),
        created_by: Set(member.id.to_string()),
        created_at: Set(now.0),
        until_at: Set(until.0),
        proof_hash: Set(None),
        proof_until: Set(None),
        used_at: Set(None),
        replaced_at: Set(None),
    };
    kept.insert(&tx.db).await?;
    Ok((link, until))
}

async fn replace(tx: &Tx, id: ApplicationId, now: Timestamp) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "UPDATE confirm_link SET replaced_at = $1 WHERE application_id = $2 AND replaced_at IS NULL",
        vec![now.0.into(), id.to_string().into()],
    )
    .await?;
    Ok(())
}

/// Whether a roster brought the application: its person has no link before one is made or sent.
async fn is_on_roster(records: &Records, id: ApplicationId) -> Result<bool, Error> {
    let text = "SELECT COUNT(*) FROM roster_row WHERE application_id = $1 AND state IN ('done', 'stays')";
    Ok(sql::number(records.read(), text, vec![id.to_string().into()]).await?.unwrap_or(0) > 0)
}

async fn link_of(records: &Records, id: ApplicationId) -> Result<Option<row::Model>, Error> {
    Ok(row::Entity::find()
        .filter(row::Column::ApplicationId.eq(id.to_string()))
        .filter(row::Column::ReplacedAt.is_null())
        .one(records.read())
        .await?)
}

/// The link of a secret. One that was replaced is over.
async fn known(records: &Records, token: &str) -> Result<row::Model, Error> {
    let found = row::Entity::find()
        .filter(row::Column::TokenHash.eq(digest(token)))
        .filter(row::Column::ReplacedAt.is_null())
        .one(records.read())
        .await?;
    found.ok_or_else(|| ConfirmRefusal::LinkOver.into())
}

fn ensure_living(records: &Records, link: &row::Model) -> Result<(), Error> {
    if link.until_at >= records.now().0 { Ok(()) } else { Err(ConfirmRefusal::LinkOver.into()) }
}

fn is_proven(records: &Records, link: &row::Model, proof: Option<&str>) -> bool {
    let (Some(proof), Some(known), Some(until)) = (proof, &link.proof_hash, link.proof_until) else { return false };
    // Both are digests of secrets that nobody can choose: comparing them tells nothing.
    digest(proof) == *known && until >= records.now().0
}

async fn head(records: &Records, link: &row::Model) -> Result<ConfirmHead, Error> {
    let case = application::Entity::find_by_id(link.application_id.as_str()).one(records.read()).await?;
    let case = case.ok_or(Error::NotFound)?;
    let account = case.account_id.parse().map_err(|_| Error::bad_row("application", &case.id, "account"))?;
    let person = Person::load(records.read(), account).await?;
    let plan = case.plan_id.parse().map_err(|_| Error::bad_row("application", &case.id, "plan"))?;
    let plan = plans::get(records, plan).await?;
    let agency = agency::Entity::find_by_id(case.agency_id.as_str()).one(records.read()).await?;
    Ok(ConfirmHead {
        name_masked: masking::name(person.name(), Eye::Public),
        id_no_masked: masking::id_number(&person.id_number(records)?, Eye::Public),
        plan_title: plan.title,
        agency_name: plan.agency_name,
        agency_phone: agency.map_or_else(String::new, |agency| agency.phone),
        until: Timestamp(link.until_at),
        now: records.now(),
    })
}

#[derive(FromQueryResult)]
struct Line {
    id: String,
    link: String,
    plan_id: String,
    name: String,
    id_masked: String,
    mobile_masked: String,
    title: String,
    until_at: i64,
    used_at: Option<i64>,
}

async fn lines(records: &Records, agency: &str, now: Timestamp) -> Result<Vec<CollectedLine>, Error> {
    let rows: Vec<Line> = sql::all(
        records.read(),
        "SELECT a.id, l.id AS link, a.plan_id, a.name, o.id_masked, o.mobile_masked, p.title, l.until_at, l.used_at
         FROM confirm_link l JOIN application a ON a.id = l.application_id JOIN account o ON o.id = a.account_id
         JOIN plan p ON p.id = a.plan_id
         WHERE a.agency_id = $1 AND l.replaced_at IS NULL ORDER BY l.created_at DESC, a.id LIMIT 500",
        vec![agency.to_owned().into()],
    )
    .await?;
    let mut sent = sending::sent(records, rows.iter().map(|row| row.id.clone()).collect()).await?;
    rows.into_iter()
        .map(|row| {
            let state = match row.used_at {
                Some(_) => CollectedState::Confirmed,
                None if row.until_at < now.0 => CollectedState::Expired,
                None => CollectedState::Waiting,
            };
            Ok(CollectedLine {
                id: row.id.parse().map_err(|_| Error::bad_row("application", &row.id, "id"))?,
                name: row.name,
                id_no_masked: row.id_masked,
                mobile_masked: row.mobile_masked,
                plan: row.plan_id.parse().map_err(|_| Error::bad_row("application", &row.id, "plan"))?,
                plan_title: row.title,
                state,
                at: Timestamp(row.used_at.unwrap_or(row.until_at)),
                sent: sent.remove(&row.link),
            })
        })
        .collect()
}

fn application_of(link: &row::Model) -> Result<ApplicationId, Error> {
    link.application_id.parse().map_err(|_| Error::bad_row("confirm_link", &link.id, "application"))
}

/// The throttle's words, in the words of this page.
fn words(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::SignIn(SignInRefusal::Locked { minutes })) => ConfirmRefusal::Locked { minutes }.into(),
        Error::Refused(Refusal::SignIn(_)) => ConfirmRefusal::NoMatch.into(),
        other => other,
    }
}
