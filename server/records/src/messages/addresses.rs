//! Where a candidate wants mail, proved by a link before anything else is sent there, and which ways not.

use crate::entity::{account, message_contact as row};
use crate::keys::{digest, place};
use crate::messages::{Telling, stopping, tell};
use crate::{Error, Records, Tx, accounts::throttle};
use domain::account::SignInRefusal;
use domain::contact::Email;
use domain::ids::AccountId;
use domain::masking::{self, Audience};
use domain::message::{Language, MessageKind, MessageRefusal};
use domain::page::messages::ContactPage;
use domain::refusal::Refusal;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde_json::json;

/// How long the link of a new address counts.
const CODE_MS: i64 = 24 * 3_600_000;

/// What the page of messages shows of a candidate's addresses.
pub async fn contact(records: &Records, id: AccountId) -> Result<ContactPage, Error> {
    let person = account::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    let kept = row::Entity::find_by_id(id.to_string()).one(records.read()).await?;
    let now = records.now().0;
    Ok(match kept {
        Some(kept) => ContactPage {
            mail: kept.mail_masked,
            pending: if kept.code_until.is_some_and(|until| until > now) { kept.pending_masked } else { String::new() },
            mobile: person.mobile_masked,
            no_mail: kept.no_mail == 1,
            no_sms: kept.no_sms == 1,
            language: Language::parse(&kept.language).unwrap_or_default(),
        },
        None => ContactPage {
            mail: String::new(),
            pending: String::new(),
            mobile: person.mobile_masked,
            no_mail: false,
            no_sms: false,
            language: Language::Zh,
        },
    })
}

/// Asks for a new mail address: a link goes there, and nothing else before it was opened. Few times an hour, so that
/// nobody's mailbox is filled from here.
pub async fn set_mail(records: &Records, id: AccountId, typed: &str) -> Result<(), Error> {
    let mail = Email::parse(typed).map_err(|_| MessageRefusal::MailAddress)?;
    // Counted and never cleared: asking itself is what is limited.
    match throttle::reserve(records, format!("mail/{id}")).await {
        Ok(_) => {}
        Err(Error::Refused(Refusal::SignIn(SignInRefusal::Locked { minutes }))) => {
            return Err(MessageRefusal::TooOften { minutes }.into());
        }
        Err(other) => return Err(other),
    }
    let token = records.chance().token();
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut kept = held(records, &tx, id).await?;
    let sealed = records.inner.keys.seal(&place("message_contact", "pending", id), mail.as_str().as_bytes())?;
    kept.pending_sealed = Some(sealed);
    kept.pending_masked = masking::email(mail.as_str(), Audience::Self_);
    kept.code_hash = Some(digest(&token));
    kept.code_until = Some(now.0 + CODE_MS);
    save(records, &tx, kept).await?;
    let telling = Telling::to_account(id, MessageKind::MailConfirm, format!("mail/{id}"), now.0).number(token);
    tell(records, &mut tx, now, telling).await?;
    tx.commit().await
}

/// The masked address that a link would confirm; none where the link counts no longer.
pub async fn contact_to_confirm(records: &Records, token: &str) -> Result<Option<String>, Error> {
    let kept = row::Entity::find().filter(row::Column::CodeHash.eq(digest(token))).one(records.read()).await?;
    let now = records.now().0;
    Ok(kept.filter(|kept| kept.code_until.is_some_and(|until| until > now)).map(|kept| kept.pending_masked))
}

/// The link was opened and confirmed: from now on the address counts.
pub async fn confirm_mail(records: &Records, token: &str) -> Result<(), Error> {
    let tx = records.begin().await?;
    let now = records.now();
    let found =
        row::Entity::find().filter(row::Column::CodeHash.eq(digest(token))).lock_exclusive().one(&tx.db).await?;
    let found = found.filter(|kept| kept.code_until.is_some_and(|until| until > now.0));
    let mut kept = found.ok_or(MessageRefusal::CodeOver)?;
    let sealed = kept.pending_sealed.take().ok_or(MessageRefusal::CodeOver)?;
    let keys = &records.inner.keys;
    let mail = keys.open(&place("message_contact", "pending", &kept.account_id), &sealed)?;
    kept.mail_sealed = Some(keys.seal(&place("message_contact", "mail", &kept.account_id), &mail)?);
    kept.mail_masked = std::mem::take(&mut kept.pending_masked);
    kept.confirmed_at = Some(now.0);
    kept.code_hash = None;
    kept.code_until = None;
    save(records, &tx, kept).await?;
    tx.commit().await
}

/// No mail any more: the address is forgotten.
pub async fn forget_mail(records: &Records, id: AccountId) -> Result<(), Error> {
    let tx = records.begin().await?;
    let mut kept = held(records, &tx, id).await?;
    kept.mail_sealed = None;
    kept.mail_masked = String::new();
    kept.confirmed_at = None;
    kept.pending_sealed = None;
    kept.pending_masked = String::new();
    kept.code_hash = None;
    kept.code_until = None;
    save(records, &tx, kept).await?;
    tx.commit().await
}

/// Which ways not, and in which language. The inbox cannot be closed: decisions and deadlines are always there.
pub async fn keep_preferences(
    records: &Records,
    id: AccountId,
    no_mail: bool,
    no_sms: bool,
    language: Language,
) -> Result<(), Error> {
    let tx = records.begin().await?;
    stopping::held(&tx, &id.to_string()).await?;
    let mut kept = held(records, &tx, id).await?;
    let before = (kept.no_mail, kept.no_sms);
    kept.no_mail = i64::from(no_mail);
    kept.no_sms = i64::from(no_sms);
    kept.language = language.as_str().into();
    let is_new = before != (kept.no_mail, kept.no_sms);
    save(records, &tx, kept).await?;
    if is_new {
        let detail = json!({ "mail": !no_mail, "sms": !no_sms, "by": "page" });
        stopping::note(records, &tx, &id.to_string(), detail).await?;
    }
    tx.commit().await
}

/// The row of a candidate, held; made where there is none.
async fn held(records: &Records, tx: &Tx, id: AccountId) -> Result<row::Model, Error> {
    let fresh = row::Model {
        account_id: id.to_string(),
        mail_sealed: None,
        mail_masked: String::new(),
        confirmed_at: None,
        pending_sealed: None,
        pending_masked: String::new(),
        code_hash: None,
        code_until: None,
        no_mail: 0,
        no_sms: 0,
        language: Language::Zh.as_str().into(),
        updated_at: records.now().0,
    };
    row::Entity::insert(fresh.into_active_model())
        .on_conflict_do_nothing_on([row::Column::AccountId])
        .exec_without_returning(&tx.db)
        .await?;
    row::Entity::find_by_id(id.to_string()).lock_exclusive().one(&tx.db).await?.ok_or(Error::NotFound)
}

pub(super) async fn save(records: &Records, tx: &Tx, mut kept: row::Model) -> Result<(), Error> {
    kept.updated_at = records.now().0;
    row::Entity::update(kept.into_active_model().reset_all()).exec(&tx.db).await?;
    Ok(())
}

/// Two accounts become one: messages follow, and the mail address where the kept one has none.
pub(crate) async fn move_to(records: &Records, tx: &Tx, lost: &str, kept: &str) -> Result<(), Error> {
    crate::sql::run(
        &tx.db,
        "UPDATE message SET account_id = $2, recipient = 'account:' || $2 WHERE account_id = $1",
        vec![lost.into(), kept.into()],
    )
    .await?;
    let Some(old) = row::Entity::find_by_id(lost).one(&tx.db).await? else { return Ok(()) };
    row::Entity::delete_by_id(lost).exec(&tx.db).await?;
    if row::Entity::find_by_id(kept).one(&tx.db).await?.is_some() {
        return Ok(());
    }
    let keys = &records.inner.keys;
    let mail = old.mail_sealed.as_ref().map(|sealed| {
        let mail = keys.open(&place("message_contact", "mail", lost), sealed)?;
        keys.seal(&place("message_contact", "mail", kept), &mail)
    });
    let moved = row::Model {
        account_id: kept.to_owned(),
        mail_sealed: mail.transpose()?,
        // An address that was never proved is asked for again.
        pending_sealed: None,
        pending_masked: String::new(),
        code_hash: None,
        code_until: None,
        ..old
    };
    row::Entity::insert(moved.into_active_model()).exec_without_returning(&tx.db).await?;
    Ok(())
}
