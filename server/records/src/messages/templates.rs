//! How an agency words its messages.

use super::managed;
use crate::entity::message_template as row;
use crate::{Error, Records};
use domain::account::StaffMember;
use domain::message::{Language, MessageKind, template};
use domain::page::messages::OwnWords;
use domain::time::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel};

/// The words of the member's agency for a kind; none where it uses those of the product.
pub async fn own_words(
    records: &Records,
    member: &StaffMember,
    kind: MessageKind,
    language: Language,
) -> Result<Option<OwnWords>, Error> {
    let key = (managed(member)?.to_string(), kind.as_str().to_owned(), language.as_str().to_owned());
    let kept = row::Entity::find_by_id(key).one(records.read()).await?;
    Ok(kept.map(|kept| OwnWords {
        subject: kept.subject,
        body: kept.body,
        by: kept.edited_name,
        at: Timestamp(kept.edited_at),
    }))
}

/// Words a kind anew, with placeholders that are known. What was told already reads anew, too; what was sent was sent.
pub async fn keep_words(
    records: &Records,
    member: &StaffMember,
    kind: MessageKind,
    language: Language,
    subject: &str,
    body: &str,
) -> Result<(), Error> {
    let agency = managed(member)?;
    if !kind.is_worded_by_agencies() {
        return Err(Error::NotFound);
    }
    let (subject, body) = (subject.trim(), body.replace("\r\n", "\n"));
    template::check(subject, &body)?;
    let tx = records.begin().await?;
    let fresh = row::Model {
        agency_id: agency.to_string(),
        kind: kind.as_str().into(),
        language: language.as_str().into(),
        subject: subject.into(),
        body: body.trim().into(),
        edited_name: member.name.clone(),
        edited_at: records.now().0,
    };
    let again = OnConflict::columns([row::Column::AgencyId, row::Column::Kind, row::Column::Language])
        .update_columns([row::Column::Subject, row::Column::Body, row::Column::EditedName, row::Column::EditedAt])
        .to_owned();
    row::Entity::insert(fresh.into_active_model()).on_conflict(again).exec_without_returning(&tx.db).await?;
    tx.commit().await
}

/// Back to the words of the product.
pub async fn drop_words(
    records: &Records,
    member: &StaffMember,
    kind: MessageKind,
    language: Language,
) -> Result<(), Error> {
    let key = (managed(member)?.to_string(), kind.as_str().to_owned(), language.as_str().to_owned());
    let tx = records.begin().await?;
    row::Entity::delete_by_id(key).exec(&tx.db).await?;
    tx.commit().await
}
