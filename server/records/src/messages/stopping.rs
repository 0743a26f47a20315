//! 退订: what every mail carries that can be switched off. Whoever has the mail switches mails off with it, without signing in.

use super::addresses::save;
use crate::entity::{account, message_contact as row};
use crate::history::{self, Actor};
use crate::keys::{Keys, digest};
use crate::{Error, Records, Tx};
use domain::ids::AccountId;
use domain::page::messages::MailToStop;
use domain::page::mine::What;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};
use serde_json::json;

/// Characters of an account's id at the beginning of a token.
const ID: usize = 36;
/// Hexadecimal digits of the proof behind it: 128 bits.
const PROOF: usize = 32;

/// The secret of the link. It belongs to one proved address: once another one counts, it switches nothing off.
pub(super) fn token(keys: &Keys, contact: &row::Model) -> String {
    format!("{}-{}", contact.account_id, proof(keys, contact))
}

fn proof(keys: &Keys, contact: &row::Model) -> String {
    let of = format!("{}/{}", contact.account_id, contact.confirmed_at.unwrap_or(0));
    keys.index("mail-off", &of).chars().take(PROOF).collect()
}

/// Whose token it is; none where it does not count.
async fn whose<C: ConnectionTrait>(records: &Records, db: &C, token: &str) -> Result<Option<row::Model>, Error> {
    let Some((id, given)) = token.split_at_checked(ID) else { return Ok(None) };
    let (Ok(id), Some(given)) = (id.parse::<AccountId>(), given.strip_prefix('-')) else { return Ok(None) };
    let kept = row::Entity::find_by_id(id.to_string()).one(db).await?.filter(|kept| kept.mail_sealed.is_some());
    // Digests are compared, so that the time it takes tells nothing of the proof.
    Ok(kept.filter(|kept| digest(given) == digest(&proof(&records.inner.keys, kept))))
}

/// What a link would switch off; none where it counts no longer.
pub async fn mail_to_stop(records: &Records, token: &str) -> Result<Option<MailToStop>, Error> {
    let kept = whose(records, records.read(), token).await?;
    Ok(kept.map(|kept| MailToStop { mail: kept.mail_masked, stopped: kept.no_mail == 1 }))
}

/// No more mails to the address that the link was sent to. Said twice, it is written down once. The inbox stays.
pub async fn stop_mail(records: &Records, token: &str) -> Result<(), Error> {
    let known = whose(records, records.read(), token).await?.ok_or(Error::NotFound)?;
    let tx = records.begin().await?;
    held(&tx, &known.account_id).await?;
    let mut kept = whose(records, &tx.db, token).await?.ok_or(Error::NotFound)?;
    if kept.no_mail == 1 {
        return Ok(());
    }
    kept.no_mail = 1;
    let sms = kept.no_sms == 0;
    save(records, &tx, kept).await?;
    note(records, &tx, &known.account_id, json!({ "mail": false, "sms": sms, "by": "link" })).await?;
    tx.commit().await
}

/// Holds the account, whose history is a chain.
pub(super) async fn held(tx: &Tx, account: &str) -> Result<(), Error> {
    account::Entity::find_by_id(account).lock_exclusive().one(&tx.db).await?.map(drop).ok_or(Error::NotFound)
}

/// A line in the history of the account, which is held.
pub(super) async fn note(records: &Records, tx: &Tx, account: &str, detail: serde_json::Value) -> Result<(), Error> {
    let id = account.parse().map_err(|_| Error::bad_row("message_contact", account, "account"))?;
    history::append(tx, records.now(), account, &Actor::Applicant(id), What::MessageWays, detail).await
}
