//! The candidate's side: number and code, then a password, then in.

use super::{code_hash, is_open, kind_of};
use crate::accounts::opening::{Newcomer, add_way, by_document, document_index, insert, mobile_index, same_document};
use crate::accounts::{password, throttle};
use crate::entity::{account, agency, application, login, preloaded};
use crate::history::{self, Actor};
use crate::keys::{digest, place};
use crate::ways::number;
use crate::{Error, Records};
use chrono::NaiveDate;
use domain::account::{SignUpRefusal, Way, WayRefusal};
use domain::contact::{Mobile, PersonName};
use domain::form::{FieldFault, Problem, check};
use domain::id_document::{Gender, IdKind, IdNumber};
use domain::ids::AccountId;
use domain::masking::{self, Audience};
use domain::page::mine::What;
use domain::page::people::Welcome;
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

/// Minutes between the code and the password.
pub const TICKET_MINUTES: i64 = 15;

/// What the candidate types.
#[derive(Clone, Default)]
pub struct Activation {
    /// 手机号码; empty leaves the agency's.
    pub mobile: String,
    /// Born on, only where the document does not tell.
    pub birth: String,
    /// `male` or `female`, only where the document does not tell.
    pub gender: String,
    /// The new password, or the one of the account that the person has.
    pub password: String,
    /// Once more; not asked for an account that the person has.
    pub password_again: String,
    /// Consent to the notice on personal data.
    pub agreed: bool,
}

/// Whose number and code these are; gives a secret for the browser's cookie. Unknown ones take the same way,
/// and tries are counted per number.
pub async fn open(records: &Records, id_no: &str, code: &str) -> Result<String, Error> {
    let keys = &records.inner.keys;
    let index = document_index(keys, id_no);
    let attempt = throttle::reserve(records, format!("activate/{index}")).await?;
    let found = preloaded::Entity::find()
        .filter(preloaded::Column::IdIndex.eq(index.as_str()))
        .filter(preloaded::Column::CodeHash.eq(code_hash(keys, &index, code)))
        .filter(preloaded::Column::UntilAt.gt(records.now().0))
        .filter(is_open())
        .one(records.read())
        .await?;
    attempt.settle(records, &Ok(found.is_some())).await?;
    let Some(row) = found else {
        return Err(number::refusal(attempt.refusal(), WayRefusal::CodeNoMatch));
    };
    let token = records.chance().token();
    let change = preloaded::ActiveModel {
        id: Set(row.id),
        ticket_hash: Set(Some(digest(&token))),
        ticket_until: Set(Some(records.now().0 + TICKET_MINUTES * 60_000)),
        ..Default::default()
    };
    let tx = records.begin().await?;
    change.update(&tx.db).await?;
    tx.commit().await?;
    Ok(token)
}

/// Whose account is about to be opened.
pub async fn welcome(records: &Records, token: &str) -> Result<Welcome, Error> {
    let row = by_ticket(records.read(), records.now(), token).await?;
    let agency = agency::Entity::find_by_id(row.agency_id.as_str()).one(records.read()).await?;
    let known = by_document(records.read(), &row.id_index).await?;
    let has_account = match &known {
        Some(known) => in_use(records.read(), known).await?,
        None => false,
    };
    let kind = kind_of(&row)?;
    Ok(Welcome {
        name_masked: masking::name(&row.name, Audience::Self_),
        agency: agency.map(|agency| agency.name).unwrap_or_default(),
        id_kind: kind,
        id_no_masked: row.id_masked,
        mobile_masked: row.mobile_masked,
        asks_birth: !kind.tells_birth_and_gender() && known.is_none(),
        has_account: has_account && row.resets == 0,
        resets: row.resets != 0,
    })
}

/// Opens the account, or links the one that the person has, and uses the code up.
pub async fn activate(records: &Records, token: &str, typed: &Activation) -> Result<AccountId, Error> {
    let (keys, now) = (&records.inner.keys, records.now());
    let row = by_ticket(records.read(), now, token).await?;
    let id_no = keys.open_text(&place("preloaded", "id_no", &row.id), &row.id_sealed)?;
    let listed_mobile = keys.open_text(&place("preloaded", "mobile", &row.id), &row.mobile_sealed)?;
    let document =
        IdNumber::restore(kind_of(&row)?, &id_no).map_err(|_| Error::bad_row("preloaded", &row.id, "id_no"))?;
    let name = PersonName::parse(&row.name).map_err(|_| Error::bad_row("preloaded", &row.id, "name"))?;
    let known = by_document(records.read(), &row.id_index).await?;
    if known.as_ref().is_some_and(|known| !is_same(known, document.kind())) {
        return Err(WayRefusal::OtherDocument.into());
    }
    if row.resets != 0 {
        let own = [document.as_str(), listed_mobile.as_str(), name.as_str()];
        let faults = password::faults(&typed.password, &typed.password_again, &own);
        if !faults.is_empty() {
            return Err(SignUpRefusal::Faults(faults).into());
        }
        let known = known.ok_or(WayRefusal::ActivationOver)?;
        let id = known.id.parse().map_err(|why| Error::bad_row("account", &known.id, why))?;
        let hash = records.inner.hasher.hash(&typed.password, records.chance()).await?;
        return finish(records, &row, token, id, Step::Reset(hash)).await;
    }
    let used = match &known {
        Some(known) => in_use(records.read(), known).await?,
        None => false,
    };
    if let (true, Some(known)) = (used, &known) {
        let attempt = throttle::reserve(records, format!("sign_in/{}", row.id_index)).await?;
        let matches = records.inner.hasher.verify(&typed.password, known.password_hash.as_deref()).await;
        attempt.settle(records, &matches).await?;
        if !matches? {
            return Err(attempt.refusal().into());
        }
        let id = known.id.parse().map_err(|why| Error::bad_row("account", &known.id, why))?;
        return finish(records, &row, token, id, Step::Link).await;
    }
    let asks_birth = !document.kind().tells_birth_and_gender() && known.is_none();
    let checked = check_typed(typed, &document, &listed_mobile, &name, asks_birth, now)?;
    let hash = records.inner.hasher.hash(&typed.password, records.chance()).await?;
    let new = Newcomer {
        name,
        id: document,
        birth: checked.birth,
        gender: checked.gender,
        mobile: Some(checked.mobile),
        password_hash: Some(hash),
        verified: true,
        demo: false,
    };
    let id = match &known {
        Some(known) => known.id.parse().map_err(|why| Error::bad_row("account", &known.id, why))?,
        None => AccountId(records.chance().id(now)),
    };
    finish(records, &row, token, id, Step::Open(Box::new(new))).await
}

enum Step {
    /// The account in use stays as it is.
    Link,
    /// It is opened, or taken over from somebody who never used it.
    Open(Box<Newcomer>),
    /// The account in use gets this password, and every login ends: somebody saw the person and the document.
    Reset(String),
}

async fn finish(
    records: &Records,
    row: &preloaded::Model,
    token: &str,
    id: AccountId,
    step: Step,
) -> Result<AccountId, Error> {
    let (keys, now) = (&records.inner.keys, records.now());
    let tx = records.begin().await?;
    if let Step::Open(new) = &step
        && !insert(records, &tx, id, new).await?
    {
        let known = by_document(&tx.db, &row.id_index).await?.ok_or(Error::ChangedMeanwhile)?;
        // Meanwhile somebody began to use it, or opened another.
        if known.id != id.to_string() || in_use(&tx.db, &known).await? {
            return Err(Error::ChangedMeanwhile);
        }
        let mobile = new.mobile.as_ref().map_or("", Mobile::as_str);
        let change = account::ActiveModel {
            id: Set(known.id.clone()),
            name: Set(new.name.as_str().to_owned()),
            password_hash: Set(new.password_hash.clone()),
            mobile_sealed: Set(keys.seal(&place("account", "mobile", &known.id), mobile.as_bytes())?),
            mobile_index: Set(mobile_index(keys, mobile)),
            mobile_masked: Set(masking::mobile(mobile, Audience::Self_)),
            verified_at: Set(Some(now.0)),
            updated_at: Set(now.0),
            ..Default::default()
        };
        change.update(&tx.db).await?;
        login::Entity::delete_many().filter(login::Column::AccountId.eq(known.id.as_str())).exec(&tx.db).await?;
    }
    if let Step::Reset(hash) = &step {
        let change = account::ActiveModel {
            id: Set(id.to_string()),
            password_hash: Set(Some(hash.clone())),
            verified_at: Set(Some(now.0)),
            updated_at: Set(now.0),
            ..Default::default()
        };
        change.update(&tx.db).await?;
        login::Entity::delete_many().filter(login::Column::AccountId.eq(id.to_string())).exec(&tx.db).await?;
    }
    let used = preloaded::Entity::update_many()
        .set(preloaded::ActiveModel {
            used_at: Set(Some(now.0)),
            account_id: Set(Some(id.to_string())),
            ticket_hash: Set(None),
            ticket_until: Set(None),
            ..Default::default()
        })
        .filter(preloaded::Column::Id.eq(row.id.as_str()))
        .filter(preloaded::Column::TicketHash.eq(digest(token)))
        .filter(is_open())
        .exec(&tx.db)
        .await?;
    if used.rows_affected != 1 {
        return Err(WayRefusal::ActivationOver.into());
    }
    add_way(records, &tx, id, Way::Password, "", &row.id_index).await?;
    let actor = Actor::Applicant(id);
    if let Step::Reset(_) = step {
        history::append(&tx, now, &row.id, &actor, What::Activated, json!({ "account": id.to_string() })).await?;
        let detail = json!({ "agency": row.agency_id });
        history::append(&tx, now, &id.to_string(), &actor, What::PasswordReset, detail).await?;
        tx.commit().await?;
        return Ok(id);
    }
    add_way(records, &tx, id, Way::Activation, "", &keys.index("account_way.subject", &row.id)).await?;
    history::append(&tx, now, &row.id, &actor, What::Activated, json!({ "account": id.to_string() })).await?;
    let detail = json!({ "way": Way::Activation.as_str(), "agency": row.agency_id });
    history::append(&tx, now, &id.to_string(), &actor, What::WayAdded, detail).await?;
    tx.commit().await?;
    Ok(id)
}

/// Whether somebody has a hold on the account: seen by a portal or an agency, or with an application. One that
/// was merely opened with this number may have been opened by anybody.
async fn in_use<C: ConnectionTrait>(db: &C, row: &account::Model) -> Result<bool, Error> {
    if row.verified_at.is_some() {
        return Ok(true);
    }
    let applied =
        application::Entity::find().filter(application::Column::AccountId.eq(row.id.as_str())).one(db).await?;
    Ok(applied.is_some())
}

fn is_same(known: &account::Model, kind: IdKind) -> bool {
    IdKind::from_code(&known.id_kind).is_some_and(|known| same_document(known, kind))
}

async fn by_ticket<C: ConnectionTrait>(db: &C, now: Timestamp, token: &str) -> Result<preloaded::Model, Error> {
    preloaded::Entity::find()
        .filter(preloaded::Column::TicketHash.eq(digest(token)))
        .filter(preloaded::Column::TicketUntil.gt(now.0))
        .filter(is_open())
        .one(db)
        .await?
        .ok_or_else(|| WayRefusal::ActivationOver.into())
}

struct Checked {
    mobile: Mobile,
    birth: Option<NaiveDate>,
    gender: Option<Gender>,
}

fn check_typed(
    typed: &Activation,
    document: &IdNumber,
    listed_mobile: &str,
    name: &PersonName,
    asks_birth: bool,
    now: Timestamp,
) -> Result<Checked, Error> {
    let mut faults = Vec::new();
    let mut fault = |key: &str, label: &str, problem: Problem| {
        faults.push(FieldFault { key: key.into(), label: label.into(), problem });
    };
    let mobile_text = if typed.mobile.trim().is_empty() { listed_mobile } else { typed.mobile.trim() };
    let mobile = match Mobile::parse(mobile_text) {
        Ok(mobile) => Some(mobile),
        Err(_) if mobile_text.is_empty() => {
            fault("mobile", "手机号码", Problem::Missing);
            None
        }
        Err(why) => {
            fault("mobile", "手机号码", Problem::Mobile(why));
            None
        }
    };
    let (mut birth, mut gender) = (None, None);
    if asks_birth {
        match check::day(&typed.birth) {
            _ if typed.birth.trim().is_empty() => fault("birth", "出生日期", Problem::Missing),
            None => fault("birth", "出生日期", Problem::NotADate),
            Some(day) if day > now.day() => fault("birth", "出生日期", Problem::InFuture),
            day => birth = day,
        }
        match Gender::from_code(&typed.gender) {
            None => fault("gender", "性别", Problem::Missing),
            chosen => gender = chosen,
        }
    }
    let own = [document.as_str(), mobile_text, name.as_str()];
    faults.extend(password::faults(&typed.password, &typed.password_again, &own));
    let mut fault = |key: &str, label: &str, problem: Problem| {
        faults.push(FieldFault { key: key.into(), label: label.into(), problem });
    };
    if !typed.agreed {
        fault("agreed", "个人信息处理同意", Problem::NotAgreed);
    }
    match mobile {
        Some(mobile) if faults.is_empty() => Ok(Checked { mobile, birth, gender }),
        _ => Err(SignUpRefusal::Faults(faults).into()),
    }
}
