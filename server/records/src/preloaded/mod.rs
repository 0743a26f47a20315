//! Accounts that an agency prepares: the person opens theirs by a one-time code. The code is shown once and
//! kept only as a keyed hash; no part of the identity number ever works in its place. A forgotten password is
//! set anew by a code of the same kind, given at the counter.

mod activate;
mod reset;
mod rows;

pub use activate::{Activation, TICKET_MINUTES, activate, open, welcome};
pub use reset::{RESET_HOURS, reset};

use crate::accounts::opening::document_index;
use crate::entity::preloaded;
use crate::history::{self, Actor, NewLine};
use crate::keys::{Keys, place};
use crate::{Error, Records, Tx};
use domain::account::{Role, StaffMember};
use domain::contact::Mobile;
use domain::id_document::IdKind;
use domain::ids::AgencyId;
use domain::masking::{self, Audience};
use domain::page::mine::What;
use domain::page::people::{AddedPeople, NewCode, PreloadedLine, PreloadedState, RowFault, RowProblem};
use domain::time::Timestamp;
use rows::Person;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// Days that a code works.
pub const CODE_DAYS: i64 = 30;
/// Characters of a code: eight of thirty-one are 10^12 codes, and five tries a quarter of an hour.
const CODE_LENGTH: usize = 8;
/// Letters and digits that nobody confuses when reading from paper: no I, L, O, 0, 1.
const CODE_ALPHABET: &[u8; 31] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
/// Rows that are written at once.
const AT_ONCE: usize = 200;

/// Prepares accounts from a pasted list or a CSV file: 姓名, 证件类型, 证件号码, 手机号码. Good rows are kept and
/// get a code, every other row is named with what is wrong.
pub async fn add(records: &Records, by: &StaffMember, text: &str) -> Result<AddedPeople, Error> {
    let agency = agency_of(by)?;
    let (keys, now) = (&records.inner.keys, records.now());
    let (read, mut faults) = rows::read(text, now.day());
    let good = distinct(keys, read, &mut faults);
    let tx = records.begin().await?;
    let listed = listed(&tx, agency).await?;
    let until = Timestamp(now.0 + CODE_DAYS * 24 * 3_600_000);
    let mut added = AddedPeople::default();
    let mut new = Vec::new();
    let mut lines = Vec::new();
    for (index, person) in good {
        if listed.contains(&index) {
            faults.push(RowFault { row: person.row, typed: person.typed, problems: vec![RowProblem::AlreadyListed] });
            continue;
        }
        let id = records.chance().id(now).to_string();
        let code = new_code(records);
        let masked = masking::id_number(person.id.as_str(), Audience::Staff);
        let mobile = person.mobile.as_ref().map_or("", Mobile::as_str);
        new.push(preloaded::ActiveModel {
            id: Set(id.clone()),
            agency_id: Set(agency.to_string()),
            name: Set(person.name.as_str().to_owned()),
            id_kind: Set(person.id.kind().code().to_owned()),
            id_sealed: Set(keys.seal(&place("preloaded", "id_no", &id), person.id.as_str().as_bytes())?),
            id_index: Set(index.clone()),
            id_masked: Set(masked.clone()),
            mobile_sealed: Set(keys.seal(&place("preloaded", "mobile", &id), mobile.as_bytes())?),
            mobile_masked: Set(masking::mobile(mobile, Audience::Staff)),
            code_hash: Set(code_hash(keys, &index, &code)),
            until_at: Set(until.0),
            ticket_hash: Set(None),
            ticket_until: Set(None),
            account_id: Set(None),
            used_at: Set(None),
            revoked_at: Set(None),
            resets: Set(0),
            created_by: Set(by.id.to_string()),
            created_at: Set(now.0),
        });
        lines.push(NewLine { case: id, actor: by.into(), what: What::Preloaded, detail: json!({ "agency": agency }) });
        let name = person.name.as_str().to_owned();
        added.codes.push(NewCode { name, id_no_masked: masked, code: in_groups(&code), until });
    }
    insert(&tx, new, lines, now).await?;
    tx.commit().await?;
    faults.sort_by_key(|fault| fault.row);
    added.faults = faults;
    Ok(added)
}

/// Everybody once, each with the index of their document; whoever stands there twice is a fault.
fn distinct(keys: &Keys, read: Vec<Person>, faults: &mut Vec<RowFault>) -> Vec<(String, Person)> {
    let mut first_line: HashMap<String, u32> = HashMap::new();
    let mut good = Vec::with_capacity(read.len());
    for person in read {
        let index = document_index(keys, person.id.as_str());
        match first_line.get(&index) {
            Some(row) => {
                let problems = vec![RowProblem::TwiceInList { row: *row }];
                faults.push(RowFault { row: person.row, typed: person.typed, problems });
            }
            None => {
                first_line.insert(index.clone(), person.row);
                good.push((index, person));
            }
        }
    }
    good
}

/// Whose account the agency has prepared already, with a code that still waits.
async fn listed(tx: &Tx, agency: AgencyId) -> Result<HashSet<String>, Error> {
    let rows = preloaded::Entity::find()
        .filter(preloaded::Column::AgencyId.eq(agency.to_string()))
        .filter(preloaded::Column::Resets.eq(0))
        .filter(preloaded::Column::UsedAt.is_null())
        .filter(preloaded::Column::RevokedAt.is_null())
        .all(&tx.db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id_index).collect())
}

async fn insert(tx: &Tx, new: Vec<preloaded::ActiveModel>, lines: Vec<NewLine>, now: Timestamp) -> Result<(), Error> {
    let mut new = new.into_iter().peekable();
    while new.peek().is_some() {
        let some: Vec<_> = new.by_ref().take(AT_ONCE).collect();
        preloaded::Entity::insert_many(some).exec_without_returning(&tx.db).await?;
    }
    let mut lines = lines.into_iter().peekable();
    while lines.peek().is_some() {
        history::append_all(tx, now, lines.by_ref().take(AT_ONCE).collect()).await?;
    }
    Ok(())
}

/// Replaces a code that was lost or is too old; the earlier one works no more.
pub async fn renew(records: &Records, by: &StaffMember, id: &str) -> Result<NewCode, Error> {
    let agency = agency_of(by)?;
    let row = find(records, agency, id).await?;
    let now = records.now();
    let until = Timestamp(now.0 + CODE_DAYS * 24 * 3_600_000);
    let code = new_code(records);
    let change = preloaded::ActiveModel {
        code_hash: Set(code_hash(&records.inner.keys, &row.id_index, &code)),
        until_at: Set(until.0),
        ticket_hash: Set(None),
        ticket_until: Set(None),
        ..Default::default()
    };
    act(records, by, id, change, What::CodeRenewed).await?;
    Ok(NewCode { name: row.name, id_no_masked: row.id_masked, code: in_groups(&code), until })
}

/// Takes a code back.
pub async fn revoke(records: &Records, by: &StaffMember, id: &str) -> Result<(), Error> {
    let agency = agency_of(by)?;
    find(records, agency, id).await?;
    let change = preloaded::ActiveModel { revoked_at: Set(Some(records.now().0)), ..Default::default() };
    act(records, by, id, change, What::CodeRevoked).await
}

async fn act(
    records: &Records,
    by: &StaffMember,
    id: &str,
    change: preloaded::ActiveModel,
    what: What,
) -> Result<(), Error> {
    let tx = records.begin().await?;
    let done = preloaded::Entity::update_many()
        .set(change)
        .filter(preloaded::Column::Id.eq(id))
        .filter(preloaded::Column::UsedAt.is_null())
        .filter(preloaded::Column::RevokedAt.is_null())
        .exec(&tx.db)
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::ChangedMeanwhile);
    }
    history::append(&tx, records.now(), id, &Actor::from(by), what, json!({})).await?;
    tx.commit().await
}

/// An agency's list, newest first.
pub async fn list(records: &Records, by: &StaffMember) -> Result<Vec<PreloadedLine>, Error> {
    let agency = agency_of(by)?;
    let now = records.now().0;
    let rows = preloaded::Entity::find()
        .filter(preloaded::Column::AgencyId.eq(agency.to_string()))
        .filter(preloaded::Column::Resets.eq(0))
        .order_by_desc(preloaded::Column::CreatedAt)
        .order_by_asc(preloaded::Column::Id)
        .all(records.read())
        .await?;
    rows.into_iter()
        .map(|row| {
            let (state, at) = match (row.used_at, row.revoked_at) {
                (Some(at), _) => (PreloadedState::Used, at),
                (None, Some(at)) => (PreloadedState::Revoked, at),
                (None, None) if row.until_at <= now => (PreloadedState::Expired, row.until_at),
                (None, None) => (PreloadedState::Waiting, row.until_at),
            };
            Ok(PreloadedLine {
                id_kind: kind_of(&row)?.label().to_owned(),
                id: row.id,
                name: row.name,
                id_no_masked: row.id_masked,
                mobile_masked: row.mobile_masked,
                state,
                at: Timestamp(at),
            })
        })
        .collect()
}

/// Only a manager prepares accounts, and only for the own agency.
fn agency_of(by: &StaffMember) -> Result<AgencyId, Error> {
    match (by.role, by.agency) {
        (Role::Manager, Some(agency)) => Ok(agency),
        _ => Err(Error::Forbidden),
    }
}

async fn find(records: &Records, agency: AgencyId, id: &str) -> Result<preloaded::Model, Error> {
    preloaded::Entity::find_by_id(id)
        .filter(preloaded::Column::AgencyId.eq(agency.to_string()))
        .filter(preloaded::Column::Resets.eq(0))
        .one(records.read())
        .await?
        .ok_or(Error::NotFound)
}

fn kind_of(row: &preloaded::Model) -> Result<IdKind, Error> {
    IdKind::from_code(&row.id_kind).ok_or_else(|| Error::bad_row("preloaded", &row.id, "unknown id_kind"))
}

fn new_code(records: &Records) -> String {
    let mut code = String::with_capacity(CODE_LENGTH);
    while code.len() < CODE_LENGTH {
        let bytes: [u8; 16] = records.chance().bytes();
        // 248 is eight times the alphabet; above it the first letters would be likelier.
        let letters = bytes.iter().filter(|byte| **byte < 248);
        let missing = CODE_LENGTH - code.len();
        code.extend(
            letters.take(missing).filter_map(|byte| CODE_ALPHABET.get(usize::from(byte % 31))).map(|b| char::from(*b)),
        );
    }
    code
}

/// `ABCD-EFGH`: two groups are read aloud and typed with fewer mistakes.
fn in_groups(code: &str) -> String {
    let (head, tail) = code.split_at(code.len() / 2);
    format!("{head}-{tail}")
}

/// Bound to the person: a code says nothing about another number.
fn code_hash(keys: &Keys, index: &str, code: &str) -> String {
    keys.index("preloaded.code", &format!("{index}|{}", crate::ways::number::folded(code)))
}

/// The code can still be used.
pub(super) fn is_open() -> Condition {
    Condition::all().add(preloaded::Column::UsedAt.is_null()).add(preloaded::Column::RevokedAt.is_null())
}
