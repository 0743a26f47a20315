//! A person whom a portal or an identity provider vouches for: known again by subject or by document, else
//! given an account without being asked anything that the provider has said already.

use super::number;
use crate::accounts::opening::{
    Newcomer, add_way, by_document, document_index, insert, living, mobile_index, same_document,
};
use crate::entity::{account, account_way, login};
use crate::history::{self, Actor};
use crate::keys::place;
use crate::{Error, Records, Tx, applications};
use chrono::NaiveDate;
use domain::account::{Way, WayRefusal};
use domain::contact::{Mobile, PersonName};
use domain::id_document::{Gender, IdKind, IdNumber};
use domain::ids::AccountId;
use domain::masking::{self, Audience};
use domain::page::mine::What;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

/// Who came back, in the provider's words.
#[derive(Clone, Default)]
pub struct Arrival {
    /// Key of the provider in the configuration.
    pub provider: String,
    /// What the provider calls the person, always the same.
    pub subject: String,
    /// 姓名
    pub name: String,
    /// Kind of document; none where the number tells it.
    pub id_kind: Option<IdKind>,
    /// 证件号码
    pub id_no: String,
    /// 手机号码, or empty.
    pub mobile: String,
    /// Born on, where the provider says so.
    pub birth: Option<NaiveDate>,
    /// 性别, where the provider says so.
    pub gender: Option<Gender>,
}

/// Names and numbers stay out of logs.
impl std::fmt::Debug for Arrival {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Arrival").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// The account.
    pub account: AccountId,
    /// Whether it was opened just now.
    pub opened: bool,
    /// Whether an account that was there before has this way from now on.
    pub linked: bool,
    /// Whether the mobile number is still missing.
    pub needs_mobile: bool,
}

/// Lets the person in. `way` is [`Way::Portal`] or [`Way::Oidc`].
pub async fn arrive(records: &Records, way: Way, who: &Arrival) -> Result<Arrived, Error> {
    let pattern = number::pattern(records).await?;
    let subject = records.inner.keys.index("account_way.subject", &who.subject);
    if who.subject.is_empty() {
        return Err(WayRefusal::NoIdentity.into());
    }
    let document = document_of(records, who);
    let tx = records.begin().await?;
    let known = account_way::Entity::find()
        .filter(account_way::Column::Way.eq(way.as_str()))
        .filter(account_way::Column::Provider.eq(who.provider.as_str()))
        .filter(account_way::Column::SubjectIndex.eq(subject.as_str()))
        .one(&tx.db)
        .await?;
    if let Some(known) = known {
        let row = account::Entity::find_by_id(known.account_id).one(&tx.db).await?.ok_or(Error::NotFound)?;
        let row = living(&tx.db, row).await?;
        let arrived = arrived(&row, false)?;
        let needs_mobile = refresh(records, &tx, row, document.as_ref(), who).await?;
        tx.commit().await?;
        return Ok(Arrived { needs_mobile, ..arrived });
    }
    let (Some(document), Ok(name)) = (document, PersonName::parse(&who.name)) else {
        return Err(WayRefusal::NoIdentity.into());
    };
    let mut opened = false;
    let index = document_index(&records.inner.keys, document.as_str());
    let row = match by_document(&tx.db, &index).await? {
        Some(row) => row,
        None => {
            let id = AccountId(records.chance().id(records.now()));
            let new = Newcomer {
                name: name.clone(),
                id: document.clone(),
                birth: who.birth,
                gender: who.gender,
                mobile: Mobile::parse(&who.mobile).ok(),
                password_hash: None,
                verified: true,
                demo: false,
            };
            opened = insert(records, &tx, id, &new).await?;
            if let (true, Some(pattern)) = (opened, &pattern) {
                number::issue(records, &tx, id, pattern).await?;
            }
            // On PostgreSQL somebody may have been quicker with the same document: then theirs is the account.
            by_document(&tx.db, &index).await?.ok_or(Error::ChangedMeanwhile)?
        }
    };
    if !IdKind::from_code(&row.id_kind).is_some_and(|kind| same_document(kind, document.kind())) {
        return Err(WayRefusal::OtherDocument.into());
    }
    let arrived = Arrived { opened, ..arrived(&row, !opened)? };
    add_way(records, &tx, arrived.account, way, &who.provider, &subject).await?;
    let mistrusted = row.verified_at.is_none() && row.name != name.as_str();
    let row = if row.verified_at.is_none() { vouch(records, &tx, row, &name, mistrusted).await? } else { row };
    let detail = json!({ "way": way.as_str(), "provider": who.provider, "opened": opened, "mistrusted": mistrusted });
    let actor = Actor::Applicant(arrived.account);
    history::append(&tx, records.now(), &arrived.account.to_string(), &actor, What::WayAdded, detail).await?;
    let needs_mobile = refresh(records, &tx, row, Some(&document), who).await?;
    tx.commit().await?;
    Ok(Arrived { needs_mobile, ..arrived })
}

fn arrived(row: &account::Model, linked: bool) -> Result<Arrived, Error> {
    let account = row.id.parse().map_err(|why| Error::bad_row("account", &row.id, why))?;
    Ok(Arrived { account, opened: false, linked, needs_mobile: false })
}

fn document_of(records: &Records, who: &Arrival) -> Option<IdNumber> {
    IdNumber::parse(who.id_kind, &who.id_no, records.now().day()).ok()
}

/// The account was opened by somebody whom nobody had seen. Its logins end; and where its name is another one,
/// somebody else may have opened it with this number: then their password, number and answers go too.
async fn vouch(
    records: &Records,
    tx: &Tx,
    row: account::Model,
    name: &PersonName,
    mistrusted: bool,
) -> Result<account::Model, Error> {
    login::Entity::delete_many().filter(login::Column::AccountId.eq(row.id.as_str())).exec(&tx.db).await?;
    let mut change = account::ActiveModel {
        id: Set(row.id.clone()),
        verified_at: Set(Some(records.now().0)),
        name: Set(name.as_str().to_owned()),
        ..Default::default()
    };
    if mistrusted {
        change.password_hash = Set(None);
        change.facts_sealed = Set(None);
        change.address_sealed = Set(None);
        change.education = Set(String::new());
        change.mobile_sealed = Set(records.inner.keys.seal(&place("account", "mobile", &row.id), b"")?);
        change.mobile_index = Set(mobile_index(&records.inner.keys, ""));
        change.mobile_masked = Set(String::new());
        account_way::Entity::delete_many()
            .filter(account_way::Column::AccountId.eq(row.id.as_str()))
            .filter(account_way::Column::Way.is_in([Way::Password.as_str(), Way::RegistrationNumber.as_str()]))
            .exec(&tx.db)
            .await?;
    }
    Ok(change.update(&tx.db).await?)
}

/// Takes over what the provider knows better: a mobile number where none is kept, the newest reissue of a
/// travel permit. Tells whether the mobile number is still missing.
async fn refresh(
    records: &Records,
    tx: &Tx,
    row: account::Model,
    document: Option<&IdNumber>,
    who: &Arrival,
) -> Result<bool, Error> {
    let keys = &records.inner.keys;
    let mut change = account::ActiveModel { id: Set(row.id.clone()), ..Default::default() };
    let mut needs_mobile = row.mobile_masked.is_empty();
    let mut changed = false;
    if let (true, Ok(mobile)) = (needs_mobile, Mobile::parse(&who.mobile)) {
        change.mobile_sealed = Set(keys.seal(&place("account", "mobile", &row.id), mobile.as_str().as_bytes())?);
        change.mobile_index = Set(mobile_index(keys, mobile.as_str()));
        change.mobile_masked = Set(masking::mobile(mobile.as_str(), Audience::Self_));
        (needs_mobile, changed) = (false, true);
    }
    if let Some(document) = document.filter(|new| document_index(keys, new.as_str()) == row.id_index) {
        let place = place("account", "id_no", &row.id);
        if keys.open_text(&place, &row.id_sealed)? != document.as_str() {
            change.id_sealed = Set(keys.seal(&place, document.as_str().as_bytes())?);
            change.id_masked = Set(masking::id_number(document.as_str(), Audience::Self_));
            changed = true;
        }
    }
    let tells_birth = row.birth.is_none() && who.birth.is_some();
    if tells_birth {
        change.birth = Set(who.birth.map(|day| day.to_string()));
        changed = true;
    }
    if row.gender.is_none() && who.gender.is_some() {
        change.gender = Set(who.gender.map(|gender| gender.code().to_owned()));
        changed = true;
    }
    if changed {
        change.updated_at = Set(records.now().0);
        change.update(&tx.db).await?;
    }
    if tells_birth {
        applications::tell_birth(tx, &row.id).await?;
    }
    Ok(needs_mobile)
}
