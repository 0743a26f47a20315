//! Candidates' accounts: one per identity document, numbers sealed, the same answer for known and unknown.

use crate::entity::account;
use crate::keys::{Keys, place};
use crate::{Error, Records, logins};
use domain::account::{Person, SignInRefusal, SignUp, SignUpRefusal};
use domain::contact::{Address, Mobile};
use domain::eligibility::ApplicantFacts;
use domain::form::{FieldFault, Problem};
use domain::id_document::{Gender, IdKind, IdNumber};
use domain::ids::AccountId;
use domain::masking::{self, Audience};
use domain::refusal::Refusal;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

mod check;
pub mod password;
pub(crate) mod throttle;

use check::Checked;

/// Longest name of an education that is kept, in characters.
const EDUCATION_MAX: u32 = 20;

/// Opens an account, or does nothing when the identity number has one: the answer and the work are
/// the same, so that nobody learns who is registered. Afterwards the person signs in.
pub async fn sign_up(records: &Records, typed: &SignUp) -> Result<(), Error> {
    let now = records.now();
    let checked = check::sign_up(typed, now.day()).map_err(SignUpRefusal::Faults)?;
    let hash = records.inner.hasher.hash(&typed.password, records.chance()).await?;
    let index = sign_in_index(&records.inner.keys, checked.id.as_str());
    open(records, &checked, &hash, index, false).await?;
    Ok(())
}

async fn open(records: &Records, checked: &Checked, hash: &str, index: String, demo: bool) -> Result<(), Error> {
    let keys = &records.inner.keys;
    let now = records.now();
    let id = AccountId(records.chance().id(now));
    let mobile = checked.mobile.as_str();
    let row = account::ActiveModel {
        id: Set(id.to_string()),
        name: Set(checked.name.as_str().to_owned()),
        id_kind: Set(checked.id.kind().code().to_owned()),
        id_sealed: Set(keys.seal(&place("account", "id_no", id), checked.id.as_str().as_bytes())?),
        id_index: Set(index.clone()),
        id_masked: Set(masking::id_number(checked.id.as_str(), Audience::Self_)),
        mobile_sealed: Set(keys.seal(&place("account", "mobile", id), mobile.as_bytes())?),
        mobile_index: Set(mobile_index(keys, mobile)),
        mobile_masked: Set(masking::mobile(mobile, Audience::Self_)),
        birth: Set(checked.birth.map(|day| day.to_string())),
        gender: Set(checked.gender.map(|gender| gender.code().to_owned())),
        address_sealed: Set(None),
        education: Set(String::new()),
        password_hash: Set(hash.to_owned()),
        facts_sealed: Set(None),
        demo: Set(i64::from(demo)),
        created_at: Set(now.0),
        updated_at: Set(now.0),
    };
    let tx = records.begin().await?;
    // Known or unknown, something is written and made durable: an empty commit would be quicker.
    throttle::count(&tx.db, &format!("sign_up/{index}"), now).await?;
    account::Entity::insert(row)
        .on_conflict_do_nothing_on([account::Column::IdIndex])
        .exec_without_returning(&tx.db)
        .await?;
    tx.commit().await
}

/// Whose number and password these are. The number may be typed in any form: with spaces, full width,
/// a small x, 15 digits. Unknown numbers take the same way through throttle, queue and hashing.
pub async fn sign_in(records: &Records, id_no: &str, password: &str) -> Result<AccountId, Error> {
    let index = sign_in_index(&records.inner.keys, id_no);
    let attempt = throttle::reserve(records, format!("sign_in/{index}")).await?;
    let row: Option<(String, String)> = account::Entity::find()
        .select_only()
        .columns([account::Column::Id, account::Column::PasswordHash])
        .filter(account::Column::IdIndex.eq(index))
        .into_tuple()
        .one(records.read())
        .await?;
    let hash = row.as_ref().map(|(_, hash)| hash.as_str());
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
    let parts = [("通讯地址", address.is_empty()), ("文化程度", row.education.is_empty())];
    let missing: Vec<String> = parts.iter().filter(|(_, empty)| *empty).map(|(label, _)| (*label).to_owned()).collect();
    // Name, number and mobile are there from the start.
    let all = parts.len() + 3;
    let complete_percent = u32::try_from((all - missing.len()) * 100 / all).unwrap_or(0);
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
pub async fn change_password(
    records: &Records,
    id: AccountId,
    old: &str,
    new: &str,
    keep_token: &str,
) -> Result<(), Error> {
    let attempt = throttle::reserve(records, format!("password/{id}")).await?;
    let row = find(records.read(), id).await?;
    let matches = records.inner.hasher.verify(old, Some(&row.password_hash)).await;
    attempt.settle(records, &matches).await?;
    if !matches? {
        return Err(attempt.refusal().into());
    }
    let keys = &records.inner.keys;
    let id_no = keys.open_text(&place("account", "id_no", id), &row.id_sealed)?;
    let mobile = keys.open_text(&place("account", "mobile", id), &row.mobile_sealed)?;
    if let Some(problem) = password::fault(new, &[&id_no, &mobile, &row.name]) {
        let fault = FieldFault { key: "password".into(), label: "新密码".into(), problem };
        return Err(SignUpRefusal::Faults(vec![fault]).into());
    }
    let hash = records.inner.hasher.hash(new, records.chance()).await?;
    let row = account::ActiveModel {
        id: Set(id.to_string()),
        password_hash: Set(hash),
        updated_at: Set(records.now().0),
        ..Default::default()
    };
    save(records, row).await?;
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

/// Opens a persona of the demonstration, or finds it again. Only such accounts are offered without a password.
pub async fn create_demo(records: &Records, typed: &SignUp) -> Result<AccountId, Error> {
    let index = sign_in_index(&records.inner.keys, &typed.id_no);
    if let Some(id) = known(records, &index).await? {
        return Ok(id);
    }
    let checked = check::sign_up(typed, records.now().day()).map_err(SignUpRefusal::Faults)?;
    let hash = records.inner.hasher.hash(&typed.password, records.chance()).await?;
    open(records, &checked, &hash, index.clone(), true).await?;
    known(records, &index).await?.ok_or(Error::NotFound)
}

/// The personas of the demonstration, oldest first: id and name.
pub async fn demo_personas(records: &Records) -> Result<Vec<(AccountId, String)>, Error> {
    let rows = account::Entity::find()
        .filter(account::Column::Demo.eq(1))
        .order_by_asc(account::Column::CreatedAt)
        .order_by_asc(account::Column::Id)
        .all(records.read())
        .await?;
    rows.into_iter().map(|row| Ok((parse_id(&row.id)?, row.name))).collect()
}

/// Forgets tries to sign in that count no longer. Run it now and then.
pub async fn sweep(records: &Records) -> Result<(), Error> {
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

/// The blind index that a number is found by. The text alone decides, because nobody chooses a kind of
/// document when signing in; a reissued Hong Kong and Macao pass keeps its first nine characters.
fn sign_in_index(keys: &Keys, text: &str) -> String {
    let kind = IdNumber::recognise(text);
    let number = IdNumber::normalise(kind, text);
    let lifelong = match kind {
        IdKind::HongKongMacaoPass => number.get(..9).unwrap_or(&number),
        _ => &number,
    };
    keys.index("account.id_no", lifelong)
}

/// The blind index of a mobile number.
fn mobile_index(keys: &Keys, mobile: &str) -> String {
    keys.index("account.mobile", mobile)
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
