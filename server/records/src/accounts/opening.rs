//! One person, one account: finding it by document, opening it, and what leads to it.

use crate::entity::{account, account_way};
use crate::keys::{Keys, place};
use crate::{Error, Records, Tx};
use chrono::NaiveDate;
use domain::account::Way;
use domain::contact::{Mobile, PersonName};
use domain::id_document::{Gender, IdKind, IdNumber};
use domain::ids::AccountId;
use domain::masking::{self, Audience};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, TryInsertResult};

/// Most steps from a merged account to the one that it became part of.
const LONGEST_CHAIN: usize = 20;

/// A person without an account yet, every part read.
#[derive(Debug, Clone)]
pub(crate) struct Newcomer {
    pub name: PersonName,
    pub id: IdNumber,
    pub birth: Option<NaiveDate>,
    pub gender: Option<Gender>,
    /// None where a portal did not say; the profile page asks for it.
    pub mobile: Option<Mobile>,
    /// None where the person signs in elsewhere.
    pub password_hash: Option<String>,
    /// Whether somebody has seen the document: a portal, or the agency that prepared the account.
    pub verified: bool,
    /// Whether it is a persona of the demonstration.
    pub demo: bool,
}

/// Opens an account, or tells by `false` that the number has one: in that case nothing is written.
pub(crate) async fn insert(records: &Records, tx: &Tx, id: AccountId, new: &Newcomer) -> Result<bool, Error> {
    let keys = &records.inner.keys;
    let now = records.now();
    let mobile = new.mobile.as_ref().map_or("", Mobile::as_str);
    let row = account::ActiveModel {
        id: Set(id.to_string()),
        name: Set(new.name.as_str().to_owned()),
        id_kind: Set(new.id.kind().code().to_owned()),
        id_sealed: Set(keys.seal(&place("account", "id_no", id), new.id.as_str().as_bytes())?),
        id_index: Set(document_index(keys, new.id.as_str())),
        id_masked: Set(masking::id_number(new.id.as_str(), Audience::Self_)),
        mobile_sealed: Set(keys.seal(&place("account", "mobile", id), mobile.as_bytes())?),
        mobile_index: Set(mobile_index(keys, mobile)),
        mobile_masked: Set(masking::mobile(mobile, Audience::Self_)),
        birth: Set(new.id.birth().or(new.birth).map(|day| day.to_string())),
        gender: Set(new.id.gender().or(new.gender).map(|gender| gender.code().to_owned())),
        address_sealed: Set(None),
        education: Set(String::new()),
        password_hash: Set(new.password_hash.clone()),
        facts_sealed: Set(None),
        verified_at: Set(new.verified.then_some(now.0)),
        merged_into: Set(None),
        demo: Set(i64::from(new.demo)),
        created_at: Set(now.0),
        updated_at: Set(now.0),
    };
    let inserted = account::Entity::insert(row)
        .on_conflict_do_nothing_on([account::Column::IdIndex])
        .exec_without_returning(&tx.db)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

/// Lets a way lead to an account. A way that leads there already stays as it is.
pub(crate) async fn add_way(
    records: &Records,
    tx: &Tx,
    id: AccountId,
    way: Way,
    provider: &str,
    subject_index: &str,
) -> Result<(), Error> {
    let now = records.now();
    let row = account_way::ActiveModel {
        id: Set(records.chance().id(now).to_string()),
        account_id: Set(id.to_string()),
        way: Set(way.as_str().to_owned()),
        provider: Set(provider.to_owned()),
        subject_index: Set(subject_index.to_owned()),
        shown_sealed: Set(None),
        created_at: Set(now.0),
    };
    account_way::Entity::insert(row)
        .on_conflict_do_nothing_on([
            account_way::Column::Way,
            account_way::Column::Provider,
            account_way::Column::SubjectIndex,
        ])
        .exec_without_returning(&tx.db)
        .await?;
    Ok(())
}

/// The account of a document, or of the account that this one was merged into.
pub(crate) async fn by_document<C: ConnectionTrait>(db: &C, index: &str) -> Result<Option<account::Model>, Error> {
    let row = account::Entity::find().filter(account::Column::IdIndex.eq(index)).one(db).await?;
    match row {
        Some(row) => living(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// Follows a merged account to the one that it became part of.
pub(crate) async fn living<C: ConnectionTrait>(db: &C, mut row: account::Model) -> Result<account::Model, Error> {
    for _ in 0..LONGEST_CHAIN {
        let Some(into) = row.merged_into.clone() else { return Ok(row) };
        row = account::Entity::find_by_id(into).one(db).await?.ok_or(Error::NotFound)?;
    }
    Err(Error::bad_row("account", &row.id, "merged in a circle"))
}

/// The blind index that a number is found by. The text alone decides, because nobody chooses a kind of
/// document when signing in; a reissued Hong Kong and Macao pass keeps its first nine characters.
pub(crate) fn document_index(keys: &Keys, text: &str) -> String {
    let kind = IdNumber::recognise(text);
    let number = IdNumber::normalise(kind, text);
    let lifelong = match kind {
        IdKind::HongKongMacaoPass => number.get(..9).unwrap_or(&number),
        _ => &number,
    };
    keys.index("account.id_no", lifelong)
}

/// Whether two kinds can be the same document: the number of a first-generation card became an eighteen-digit one.
pub(crate) fn same_document(one: IdKind, other: IdKind) -> bool {
    let today = |kind| if kind == IdKind::Resident15 { IdKind::Resident } else { kind };
    today(one) == today(other)
}

/// The blind index of a mobile number.
pub(crate) fn mobile_index(keys: &Keys, mobile: &str) -> String {
    keys.index("account.mobile", mobile)
}
