//! Two accounts of one person become one: an act of an administrator, with a reason. It is needed where no
//! number links them, as after a new passport.

use super::opening::{by_document, document_index};
use crate::entity::{account, account_photo, account_way, application, file, login, preloaded};
use crate::history::{self, Actor, NewLine};
use crate::keys::place;
use crate::live::{self, outbox::News};
use crate::{Error, Records, Tx, applications, messages, sql};
use domain::account::{MergeRefusal, Role, StaffMember, Way};
use domain::id_document::IdKind;
use domain::ids::AccountId;
use domain::masking::{self, Audience};
use domain::page::mine::What;
use domain::page::people::MergeSide;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};
use serde_json::json;

/// Longest reason that is kept, in characters.
const REASON_MAX: usize = 200;

/// The account of an identity number, masked, for an administrator who is about to merge.
pub async fn look_up(records: &Records, by: &StaffMember, id_no: &str) -> Result<MergeSide, Error> {
    if by.role != Role::Administrator {
        return Err(Error::Forbidden);
    }
    let index = document_index(&records.inner.keys, id_no);
    let row = by_document(records.read(), &index).await?.ok_or(Error::NotFound)?;
    let applications = application::Entity::find()
        .filter(application::Column::AccountId.eq(row.id.as_str()))
        .count(records.read())
        .await?;
    let kind = IdKind::from_code(&row.id_kind).ok_or_else(|| Error::bad_row("account", &row.id, "unknown id_kind"))?;
    Ok(MergeSide {
        id: super::parse_id(&row.id)?,
        name_masked: masking::name(&row.name, Audience::Staff),
        id_kind: kind.label().to_owned(),
        id_no_masked: row.id_masked,
        mobile_masked: row.mobile_masked,
        since: Timestamp(row.created_at),
        applications: u32::try_from(applications).unwrap_or(u32::MAX),
    })
}

/// Merges `from` into `into`: applications, ways to sign in, the photo and known facts move; the account
/// `from` signs in no more, and whoever shows its document is led to the other.
pub async fn merge(
    records: &Records,
    by: &StaffMember,
    from: AccountId,
    into: AccountId,
    reason: &str,
) -> Result<(), Error> {
    if by.role != Role::Administrator {
        return Err(Error::Forbidden);
    }
    let reason: String = reason.trim().chars().take(REASON_MAX).collect();
    if reason.is_empty() {
        return Err(MergeRefusal::NoReason.into());
    }
    if from == into {
        return Err(MergeRefusal::Same.into());
    }
    let now = records.now();
    let mut tx = records.begin().await?;
    // Nobody starts an application on either side meanwhile; in the order of ids, so that two merges never
    // wait for each other.
    for id in [from.min(into), from.max(into)] {
        account::Entity::update_many()
            .col_expr(account::Column::UpdatedAt, Expr::value(now.0))
            .filter(account::Column::Id.eq(id.to_string()))
            .exec(&tx.db)
            .await?;
    }
    let lost = super::find(&tx.db, from).await?;
    let kept = super::find(&tx.db, into).await?;
    if lost.merged_into.is_some() || kept.merged_into.is_some() {
        return Err(MergeRefusal::AlreadyMerged.into());
    }
    let both = sql::text(
        &tx.db,
        "SELECT p.number FROM application a JOIN application b ON b.plan_id = a.plan_id JOIN plan p ON p.id = a.plan_id
         WHERE a.account_id = $1 AND b.account_id = $2
           AND a.stage IN ('draft','submitted','returned','approved')
           AND b.stage IN ('draft','submitted','returned','approved') ORDER BY p.number",
        vec![lost.id.clone().into(), kept.id.clone().into()],
    )
    .await?;
    if let Some(plan) = both {
        return Err(MergeRefusal::BothApplied { plan }.into());
    }
    let moved = move_applications(&tx, &lost, &kept).await?;
    move_ways(&tx, &lost, &kept).await?;
    move_photo(&tx, &lost, &kept).await?;
    move_facts(records, &tx, &lost, kept.clone()).await?;
    applications::tell_birth(&tx, &kept.id).await?;
    messages::move_to(records, &tx, &lost.id, &kept.id).await?;
    login::Entity::delete_many().filter(login::Column::AccountId.eq(lost.id.as_str())).exec(&tx.db).await?;
    let end = account::ActiveModel {
        id: Set(lost.id.clone()),
        password_hash: Set(None),
        merged_into: Set(Some(kept.id.clone())),
        ..Default::default()
    };
    end.update(&tx.db).await?;
    let detail = json!({ "from": lost.id, "into": kept.id, "reason": reason });
    let cases = [lost.id.clone(), kept.id.clone()].into_iter().chain(moved);
    let lines = cases
        .map(|case| NewLine { case, actor: Actor::from(by), what: What::Merged, detail: detail.clone() })
        .collect();
    history::append_all(&tx, now, lines).await?;
    let news = [&lost.id, &kept.id].map(|id| News {
        topic: format!("account:{id}"),
        entity: id.clone(),
        version: 0,
        kind: "merged",
    });
    live::append(&mut tx, now, news.into()).await?;
    tx.commit().await
}

/// Gives the ids of the applications that moved.
async fn move_applications(tx: &Tx, lost: &account::Model, kept: &account::Model) -> Result<Vec<String>, Error> {
    let of_lost = application::Column::AccountId.eq(lost.id.as_str());
    let moved: Vec<String> =
        application::Entity::find().filter(of_lost.clone()).all(&tx.db).await?.into_iter().map(|row| row.id).collect();
    application::Entity::update_many()
        .col_expr(application::Column::AccountId, Expr::value(kept.id.as_str()))
        .filter(of_lost)
        .exec(&tx.db)
        .await?;
    Ok(moved)
}

/// The lost password goes; the lost 报名序号 goes where the other account has one.
async fn move_ways(tx: &Tx, lost: &account::Model, kept: &account::Model) -> Result<(), Error> {
    let number = Way::RegistrationNumber.as_str();
    let has_number = account_way::Entity::find()
        .filter(account_way::Column::AccountId.eq(kept.id.as_str()))
        .filter(account_way::Column::Way.eq(number))
        .one(&tx.db)
        .await?
        .is_some();
    let mut doomed = vec![Way::Password.as_str()];
    doomed.extend(has_number.then_some(number));
    account_way::Entity::delete_many()
        .filter(account_way::Column::AccountId.eq(lost.id.as_str()))
        .filter(account_way::Column::Way.is_in(doomed))
        .exec(&tx.db)
        .await?;
    account_way::Entity::update_many()
        .col_expr(account_way::Column::AccountId, Expr::value(kept.id.as_str()))
        .filter(account_way::Column::AccountId.eq(lost.id.as_str()))
        .exec(&tx.db)
        .await?;
    preloaded::Entity::update_many()
        .col_expr(preloaded::Column::AccountId, Expr::value(kept.id.as_str()))
        .filter(preloaded::Column::AccountId.eq(lost.id.as_str()))
        .exec(&tx.db)
        .await?;
    Ok(())
}

/// The photo moves where the other account has none.
async fn move_photo(tx: &Tx, lost: &account::Model, kept: &account::Model) -> Result<(), Error> {
    if account_photo::Entity::find_by_id(kept.id.as_str()).one(&tx.db).await?.is_some() {
        return Ok(());
    }
    file::Entity::update_many()
        .col_expr(file::Column::AccountId, Expr::value(kept.id.as_str()))
        .filter(file::Column::AccountId.eq(lost.id.as_str()))
        .exec(&tx.db)
        .await?;
    account_photo::Entity::update_many()
        .col_expr(account_photo::Column::AccountId, Expr::value(kept.id.as_str()))
        .filter(account_photo::Column::AccountId.eq(lost.id.as_str()))
        .exec(&tx.db)
        .await?;
    Ok(())
}

/// What the kept account does not know, the lost one tells. Sealed values are bound to their row and are
/// sealed anew.
async fn move_facts(records: &Records, tx: &Tx, lost: &account::Model, kept: account::Model) -> Result<(), Error> {
    let keys = &records.inner.keys;
    let anew = |column: &str, sealed: &Vec<u8>| -> Result<Vec<u8>, Error> {
        let bytes = keys.open(&place("account", column, &lost.id), sealed)?;
        keys.seal(&place("account", column, &kept.id), &bytes)
    };
    let mut change = account::ActiveModel {
        id: Set(kept.id.clone()),
        birth: Set(kept.birth.clone().or_else(|| lost.birth.clone())),
        gender: Set(kept.gender.clone().or_else(|| lost.gender.clone())),
        verified_at: Set(kept.verified_at.or(lost.verified_at)),
        ..Default::default()
    };
    if let (None, Some(sealed)) = (&kept.facts_sealed, &lost.facts_sealed) {
        change.facts_sealed = Set(Some(anew("facts", sealed)?));
    }
    if let (None, Some(sealed)) = (&kept.address_sealed, &lost.address_sealed) {
        change.address_sealed = Set(Some(anew("address", sealed)?));
    }
    if kept.education.is_empty() {
        change.education = Set(lost.education.clone());
    }
    if kept.mobile_masked.is_empty() {
        change.mobile_sealed = Set(anew("mobile", &lost.mobile_sealed)?);
        change.mobile_index = Set(lost.mobile_index.clone());
        change.mobile_masked = Set(lost.mobile_masked.clone());
    }
    change.update(&tx.db).await?;
    Ok(())
}
