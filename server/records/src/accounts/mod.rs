//! Candidates' accounts: one per identity document, numbers sealed, the same answer for known and unknown.

use crate::entity::account;
use crate::keys::place;
use crate::{Error, Records, Tx, logins, ways};
use domain::account::{Person, SignInRefusal, SignUp, SignUpRefusal, Way};
use domain::contact::{Address, Mobile};
use domain::eligibility::ApplicantFacts;
use domain::form::{FieldFault, Problem};
use domain::id_document::{Gender, IdKind};
use domain::ids::AccountId;
use domain::masking::{self, Audience};
use domain::refusal::Refusal;
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

mod check;
mod merge;
pub(crate) mod opening;
pub mod password;
pub mod photo;
pub mod recovery;
pub(crate) mod throttle;

pub use merge::{look_up, merge};

use check::Checked;
use opening::{Newcomer, document_index, mobile_index};

/// Longest name of an education that is kept, in characters.
const EDUCATION_MAX: u32 = 20;

/// Opens an account, or does nothing when the identity number has one: the answer and the work are
/// the same, so that nobody learns who is registered. Afterwards the person signs in.
pub async fn sign_up(records: &Records, typed: &SignUp) -> Result<(), Error> {
    let now = records.now();
    let checked = check::sign_up(typed, now.day()).map_err(SignUpRefusal::Faults)?;
    let hash = records.inner.hasher.hash(&typed.password, records.chance()).await?;
    open(records, checked, &hash).await
}

async fn open(records: &Records, checked: Checked, hash: &str) -> Result<(), Error> {
    let index = document_index(&records.inner.keys, checked.id.as_str());
    let now = records.now();
    let id = AccountId(records.chance().id(now));
    let numbering = ways::number::pattern(records).await?;
    let tx = records.begin().await?;
    // Known or unknown, something is written and made durable: an empty commit would be quicker.
    throttle::count(&tx.db, &format!("sign_up/{index}"), now).await?;
    insert(records, &tx, id, checked, hash, false, numbering.as_deref()).await?;
    tx.commit().await
}

/// Writes an account that signs in by its number; one that is there already stays as it is.
async fn insert(
    records: &Records,
    tx: &Tx,
    id: AccountId,
    checked: Checked,
    hash: &str,
    demo: bool,
    numbering: Option<&str>,
) -> Result<(), Error> {
    let Checked { name, id: document, birth, gender, mobile } = checked;
    let index = document_index(&records.inner.keys, document.as_str());
    let new = Newcomer {
        name,
        id: document,
        birth,
        gender,
        mobile: Some(mobile),
        password_hash: Some(hash.to_owned()),
        verified: false,
        demo,
    };
    if opening::insert(records, tx, id, &new).await? {
        opening::add_way(records, tx, id, Way::Password, "", &index).await?;
        if let Some(pattern) = numbering {
            ways::number::issue(records, tx, id, pattern).await?;
        }
    }
    Ok(())
}

/// Whose number and password these are. The number may be typed in any form: with spaces, full width,
/// a small x, 15 digits. Unknown numbers take the same way through throttle, queue and hashing.
pub async fn sign_in(records: &Records, id_no: &str, password: &str) -> Result<AccountId, Error> {
    let index = document_index(&records.inner.keys, id_no);
    let attempt = throttle::reserve(records, format!("sign_in/{index}")).await?;
    let row: Option<(String, Option<String>)> = account::Entity::find()
        .select_only()
        .columns([account::Column::Id, account::Column::PasswordHash])
        .filter(account::Column::IdIndex.eq(index))
        .filter(account::Column::MergedInto.is_null())
        .into_tuple()
        .one(records.read())
        .await?;
    let hash = row.as_ref().and_then(|(_, hash)| hash.as_deref());
    let matches = records.inner.hasher.verify(password, hash).await;
    attempt.settle(records, &matches).await?;
    match (matches?, row) {
        (true, Some((id, _))) => parse_id(&id),
        _ => Err(attempt.refusal().into()),
    }
}

/// Who the candidate is, masked for the candidate.
pub async fn person(records: &Records, id: AccountId) -> Result<Person, Error> {
    let row = find(records.read(), id).await?;
    let address = address_of(records, &row)?;
    let parts = [
        ("手机号码", row.mobile_masked.is_empty()),
        ("通讯地址", address.is_empty()),
        ("文化程度", row.education.is_empty()),
    ];
    let missing: Vec<String> = parts.iter().filter(|(_, empty)| *empty).map(|(label, _)| (*label).to_owned()).collect();
    // Name and number are there from the start.
    let all = parts.len() + 2;
    let complete_percent = u32::try_from((all - missing.len()) * 100 / all).unwrap_or(0);
    let kept = ways::of(records, id).await?;
    Ok(Person {
        id,
        name: row.name.clone(),
        id_kind: kind_of(&row)?,
        id_no_masked: row.id_masked.clone(),
        birth: birth_of(&row)?,
        gender: gender_of(&row)?,
        mobile_masked: row.mobile_masked.clone(),
        address,
        education: row.education,
        complete_percent,
        missing,
        registration_number: ways::number::of(records, id).await?,
        has_password: row.password_hash.is_some(),
        ways: kept,
    })
}

/// Changes what people may change themselves. No `mobile` means that it stays as it is.
pub async fn update_profile(
    records: &Records,
    id: AccountId,
    mobile: Option<&str>,
    address: &str,
    education: &str,
) -> Result<(), Error> {
    let fault = |key: &str, label: &str, problem| FieldFault { key: key.into(), label: label.into(), problem };
    let mut faults = Vec::new();
    let mobile = match mobile.map(Mobile::parse).transpose() {
        Ok(mobile) => mobile,
        Err(why) => {
            faults.push(fault("mobile", "手机号码", Problem::Mobile(why)));
            None
        }
    };
    let length = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if length(education.trim()) > EDUCATION_MAX {
        let problem = Problem::TooLong { length: length(education.trim()), limit: EDUCATION_MAX };
        faults.push(fault("education", "文化程度", problem));
    }
    let address = if address.trim().is_empty() {
        None
    } else if let Ok(address) = Address::parse(address) {
        Some(address)
    } else {
        let limit = u32::try_from(domain::contact::LONGEST_ADDRESS).unwrap_or(u32::MAX);
        faults.push(fault("address", "通讯地址", Problem::TooLong { length: length(address), limit }));
        None
    };
    if !faults.is_empty() {
        return Err(Refusal::Answers(faults).into());
    }
    let keys = &records.inner.keys;
    let mut row = account::ActiveModel {
        id: Set(id.to_string()),
        education: Set(education.trim().to_owned()),
        updated_at: Set(records.now().0),
        ..Default::default()
    };
    row.address_sealed = Set(match address {
        Some(address) => Some(keys.seal(&place("account", "address", id), address.as_str().as_bytes())?),
        None => None,
    });
    if let Some(mobile) = mobile {
        row.mobile_sealed = Set(keys.seal(&place("account", "mobile", id), mobile.as_str().as_bytes())?);
        row.mobile_index = Set(mobile_index(keys, mobile.as_str()));
        row.mobile_masked = Set(masking::mobile(mobile.as_str(), Audience::Self_));
    }
    save(records, row).await
}

/// Changes the password and ends every other login of the account. `keep_token` is the browser that asks.
/// Who came by another way and has no password yet needs no old one.
pub async fn change_password(
    records: &Records,
    id: AccountId,
    old: &str,
    new: &str,
    keep_token: &str,
) -> Result<(), Error> {
    let row = find(records.read(), id).await?;
    if let Some(hash) = &row.password_hash {
        let attempt = throttle::reserve(records, format!("password/{id}")).await?;
        let matches = records.inner.hasher.verify(old, Some(hash)).await;
        attempt.settle(records, &matches).await?;
        if !matches? {
            return Err(attempt.refusal().into());
        }
    }
    let keys = &records.inner.keys;
    let id_no = keys.open_text(&place("account", "id_no", id), &row.id_sealed)?;
    let mobile = keys.open_text(&place("account", "mobile", id), &row.mobile_sealed)?;
    if let Some(problem) = password::fault(new, &[&id_no, &mobile, &row.name]) {
        let fault = FieldFault { key: "password".into(), label: "新密码".into(), problem };
        return Err(SignUpRefusal::Faults(vec![fault]).into());
    }
    let hash = records.inner.hasher.hash(new, records.chance()).await?;
    let change = account::ActiveModel {
        id: Set(id.to_string()),
        password_hash: Set(Some(hash)),
        updated_at: Set(records.now().0),
        ..Default::default()
    };
    let tx = records.begin().await?;
    change.update(&tx.db).await?;
    opening::add_way(records, &tx, id, Way::Password, "", &row.id_index).await?;
    tx.commit().await?;
    logins::end_all_of_account(records, id, Some(keep_token)).await
}

/// Facts for the eligibility check, as far as the person has told them.
pub async fn facts(records: &Records, id: AccountId) -> Result<Option<ApplicantFacts>, Error> {
    let row = find(records.read(), id).await?;
    let Some(sealed) = row.facts_sealed else {
        return Ok(None);
    };
    let text = records.inner.keys.open_text(&place("account", "facts", id), &sealed)?;
    serde_json::from_str(&text).map(Some).map_err(|why| Error::bad_row("account", id, why))
}

/// Keeps facts of the eligibility check. The birth date of the identity number stands above a typed one.
pub async fn keep_facts(records: &Records, id: AccountId, facts: &ApplicantFacts) -> Result<(), Error> {
    let row = find(records.read(), id).await?;
    let mut facts = facts.clone();
    facts.birth = birth_of(&row)?.or(facts.birth);
    let text = serde_json::to_vec(&facts).map_err(|why| Error::bad_row("account", id, why))?;
    let row = account::ActiveModel {
        id: Set(id.to_string()),
        facts_sealed: Set(Some(records.inner.keys.seal(&place("account", "facts", id), &text)?)),
        updated_at: Set(records.now().0),
        ..Default::default()
    };
    save(records, row).await
}

/// Makes a person of the demonstration, or finds them again.
pub async fn create_demo(records: &Records, typed: &SignUp) -> Result<AccountId, Error> {
    create_demo_all(records, std::slice::from_ref(typed), true).await?.pop().ok_or(Error::NotFound)
}

/// Makes people of the demonstration who share one password, or finds them again: it is hashed once, and all are there
/// after one transaction, in this order. `offered` says whether one click signs in as one of them.
pub async fn create_demo_all(records: &Records, all: &[SignUp], offered: bool) -> Result<Vec<AccountId>, Error> {
    let (mut ids, mut fresh) = (Vec::with_capacity(all.len()), Vec::new());
    for (place, typed) in (0..).zip(all) {
        let found = known(records, &document_index(&records.inner.keys, &typed.id_no)).await?;
        let id = found.unwrap_or_else(|| AccountId(records.chance().id(Timestamp(records.now().0 + place))));
        if found.is_none() {
            fresh.push((id, check::sign_up(typed, records.now().day()).map_err(SignUpRefusal::Faults)?));
        }
        ids.push(id);
    }
    let (Some(first), false) = (all.first(), fresh.is_empty()) else { return Ok(ids) };
    let hash = records.inner.hasher.hash(&first.password, records.chance()).await?;
    let numbering = ways::number::pattern(records).await?;
    let tx = records.begin().await?;
    for (id, checked) in fresh {
        insert(records, &tx, id, checked, &hash, offered, numbering.as_deref()).await?;
    }
    tx.commit().await?;
    Ok(ids)
}

/// The personas of the demonstration, oldest first: id and name.
pub async fn demo_personas(records: &Records) -> Result<Vec<(AccountId, String)>, Error> {
    let rows = account::Entity::find()
        .filter(account::Column::Demo.eq(1))
        .filter(account::Column::MergedInto.is_null())
        .order_by_asc(account::Column::CreatedAt)
        .order_by_asc(account::Column::Id)
        .all(records.read())
        .await?;
    rows.into_iter().map(|row| Ok((parse_id(&row.id)?, row.name))).collect()
}

/// Forgets tries to sign in and codes that count no longer, and ways to other sign-ins that nobody came back from.
/// Run it now and then.
pub async fn sweep(records: &Records) -> Result<(), Error> {
    ways::sweep(records).await?;
    recovery::sweep(records).await?;
    throttle::sweep(records).await
}

async fn known(records: &Records, index: &str) -> Result<Option<AccountId>, Error> {
    let row = account::Entity::find().filter(account::Column::IdIndex.eq(index)).one(records.read()).await?;
    row.map(|row| parse_id(&row.id)).transpose()
}

async fn save(records: &Records, row: account::ActiveModel) -> Result<(), Error> {
    let tx = records.begin().await?;
    row.update(&tx.db).await?;
    tx.commit().await
}

async fn find(db: &impl ConnectionTrait, id: AccountId) -> Result<account::Model, Error> {
    account::Entity::find_by_id(id.to_string()).one(db).await?.ok_or(Error::NotFound)
}

fn address_of(records: &Records, row: &account::Model) -> Result<String, Error> {
    match &row.address_sealed {
        Some(sealed) => records.inner.keys.open_text(&place("account", "address", &row.id), sealed),
        None => Ok(String::new()),
    }
}

fn parse_id(text: &str) -> Result<AccountId, Error> {
    text.parse().map_err(|why| Error::bad_row("account", text, why))
}

fn kind_of(row: &account::Model) -> Result<IdKind, Error> {
    IdKind::from_code(&row.id_kind).ok_or_else(|| Error::bad_row("account", &row.id, "unknown id_kind"))
}

fn birth_of(row: &account::Model) -> Result<Option<chrono::NaiveDate>, Error> {
    let read = |text: &str| text.parse().map_err(|why| Error::bad_row("account", &row.id, why));
    row.birth.as_deref().map(read).transpose()
}

fn gender_of(row: &account::Model) -> Result<Option<Gender>, Error> {
    let read = |code: &str| Gender::from_code(code).ok_or_else(|| Error::bad_row("account", &row.id, "unknown gender"));
    row.gender.as_deref().map(read).transpose()
}

/// Signing in is refused with nothing but this, whatever the reason.
pub(crate) const NO_MATCH: SignInRefusal = SignInRefusal::NoMatch;
