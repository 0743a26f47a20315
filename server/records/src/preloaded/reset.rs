//! A forgotten password: the counter looks at the person and the document, and gives a code that sets a new one.

use super::{code_hash, in_groups, new_code};
use crate::desk::access::{self, Scope};
use crate::entity::{account, application, preloaded};
use crate::history::{self, Actor};
use crate::keys::place;
use crate::{Error, Records};
use domain::account::StaffMember;
use domain::ids::ApplicationId;
use domain::masking::{self, Audience};
use domain::page::mine::What;
use domain::page::people::NewCode;
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

/// Hours that a code for a new password works: the person sets it at the counter or at home the same day.
pub const RESET_HOURS: i64 = 24;

/// A code for the person of a case within the member's scope; an earlier one works no more. Whoever asks says that
/// person and document were looked at; that stands in the history of the account. The password itself is set by the person
/// alone, and until then the old one works.
pub async fn reset(records: &Records, by: &StaffMember, case: ApplicationId) -> Result<NewCode, Error> {
    access::ensure_decides(by)?;
    let scope = Scope::of(records, by).await?;
    let (keys, now) = (&records.inner.keys, records.now());
    let tx = records.begin().await?;
    let case = application::Entity::find_by_id(case.to_string()).one(&tx.db).await?;
    let case = case.filter(|row| scope.covers(row)).ok_or(Error::NotFound)?;
    let person = account::Entity::find_by_id(case.account_id.as_str()).one(&tx.db).await?.ok_or(Error::NotFound)?;
    preloaded::Entity::update_many()
        .set(preloaded::ActiveModel { revoked_at: Set(Some(now.0)), ..Default::default() })
        .filter(preloaded::Column::AgencyId.eq(case.agency_id.as_str()))
        .filter(preloaded::Column::IdIndex.eq(person.id_index.as_str()))
        .filter(preloaded::Column::Resets.eq(1))
        .filter(super::is_open())
        .exec(&tx.db)
        .await?;
    let id = records.chance().id(now).to_string();
    let code = new_code(records);
    let until = Timestamp(now.0 + RESET_HOURS * 3_600_000);
    let id_no = keys.open_text(&place("account", "id_no", &person.id), &person.id_sealed)?;
    let mobile = keys.open_text(&place("account", "mobile", &person.id), &person.mobile_sealed)?;
    let masked = masking::id_number(&id_no, Audience::Staff);
    let row = preloaded::ActiveModel {
        id: Set(id.clone()),
        agency_id: Set(case.agency_id),
        name: Set(person.name.clone()),
        id_kind: Set(person.id_kind),
        id_sealed: Set(keys.seal(&place("preloaded", "id_no", &id), id_no.as_bytes())?),
        id_index: Set(person.id_index.clone()),
        id_masked: Set(masked.clone()),
        mobile_sealed: Set(keys.seal(&place("preloaded", "mobile", &id), mobile.as_bytes())?),
        mobile_masked: Set(masking::mobile(&mobile, Audience::Staff)),
        code_hash: Set(code_hash(keys, &person.id_index, &code)),
        until_at: Set(until.0),
        ticket_hash: Set(None),
        ticket_until: Set(None),
        account_id: Set(Some(person.id.clone())),
        used_at: Set(None),
        revoked_at: Set(None),
        resets: Set(1),
        created_by: Set(by.id.to_string()),
        created_at: Set(now.0),
    };
    row.insert(&tx.db).await?;
    history::append(&tx, now, &person.id, &Actor::from(by), What::ResetCodeGiven, json!({ "code": id })).await?;
    tx.commit().await?;
    Ok(NewCode { name: person.name, id_no_masked: masked, code: in_groups(&code), until })
}
