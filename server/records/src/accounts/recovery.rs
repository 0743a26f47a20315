//! A forgotten password, set anew by a code that goes to the mobile or to the proved mail address of the account.
//!
//! Known or unknown, whoever asks gets the same answer after the same work, and a page to type a code on. The code leaves with
//! the post, later, so that sending tells nothing either. What was typed is kept as a keyed hash alone.

use super::opening::{add_way, by_document, document_index, mobile_index};
use super::{parse_id, password, throttle};
use crate::entity::{account, login, message_contact, password_code as row, preloaded};
use crate::history::{self, Actor};
use crate::keys::{Keys, digest, place};
use crate::messages::{Open, Telling, tell_all};
use crate::ways::number::{digits, folded};
use crate::{Error, Records, Tx, sql};
use domain::account::{RecoveryRefusal, SignInRefusal, SignUpRefusal, Way};
use domain::contact::Mobile;
use domain::form::{FieldFault, Problem};
use domain::id_document::IdNumber;
use domain::ids::AccountId;
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::page::people::CodeAsked;
use domain::refusal::Refusal;
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::json;

/// Minutes that a code counts.
pub const CODE_MINUTES: i64 = 10;
/// Digits of a code.
pub const CODE_DIGITS: usize = 6;
/// Tries of a code; the schema counts no further.
pub const GUESSES: u32 = 5;
/// Codes for one number within a day: with their tries, one chance in twenty thousand to guess one.
pub const PER_DAY: i64 = 10;
/// Codes asked for from one network within a quarter of an hour: a whole campus may share one.
pub const PER_NETWORK: i64 = 60;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Digits from which on a text without letters is a mobile number or a resident's number, or a slip in one of them.
const LONG: usize = 11;

/// What is typed on the second page.
#[derive(Clone, Default)]
pub struct NewPassword {
    /// The code.
    pub code: String,
    /// 证件号码, asked for where a mobile number was typed first: several people may share one, and numbers change hands.
    pub id_no: String,
    /// The new password.
    pub password: String,
    /// Once more.
    pub password_again: String,
}

/// Asks for a code by a mobile number, which it goes to, or by the number of a document: then it goes to the mobile and to the
/// proved mail address. `network` is where the browser is. Gives a secret for the browser's cookie, whoever it is.
pub async fn ask(records: &Records, typed: &str, network: &str, open: Open) -> Result<String, Error> {
    let keys = &records.inner.keys;
    let whose = Whose::read(records, typed, open)?;
    let crowd = format!("code_from/{}", keys.index("password_code.network", network));
    let crowded = |minutes| RecoveryRefusal::Crowded { minutes };
    throttle::reserve_up_to(records, crowd, PER_NETWORK).await.map_err(|why| resting(why, crowded))?;
    let too_often = |minutes| RecoveryRefusal::TooOften { minutes };
    throttle::reserve(records, format!("code/{}", whose.subject)).await.map_err(|why| resting(why, too_often))?;
    let found = whose.found(records).await?;
    let now = records.now();
    let (id, ticket) = (records.chance().id(now).to_string(), records.chance().token());
    let code = digits(records, CODE_DIGITS);
    let until = Timestamp(now.0 + CODE_MINUTES * MINUTE_MS);
    let mut tx = records.begin().await?;
    ensure_not_too_many(&tx, &whose.subject, now).await?;
    end_all(&tx, std::slice::from_ref(&whose.subject), now).await?;
    let kept = row::ActiveModel {
        id: Set(id.clone()),
        subject: Set(whose.subject.clone()),
        by_mobile: Set(i64::from(whose.by_mobile)),
        code_hash: Set(code_hash(keys, &id, &code)),
        ticket_hash: Set(digest(&ticket)),
        guesses: Set(0),
        created_at: Set(now.0),
        until_at: Set(until.0),
        used_at: Set(None),
        ended_at: Set(None),
    };
    row::Entity::insert(kept).exec_without_returning(&tx.db).await?;
    match &found {
        Some(found) => {
            let telling = |kind| {
                let telling = Telling::to_account(&found.id, kind, &id, 0);
                telling.number(&code).until(until)
            };
            tell_all(records, &mut tx, now, found.kinds.iter().copied().map(telling).collect()).await?;
            let detail = json!({ "code": id });
            history::append(&tx, now, &found.id, &Actor::System, What::PasswordCodeSent, detail).await?;
        }
        // As much is written as for somebody who is known.
        None => {
            throttle::count(&tx.db, &format!("code_to_nobody/{}", whose.subject), now).await?;
        }
    }
    tx.commit().await?;
    Ok(ticket)
}

/// What the page that asks for the code shows; none where the browser's code is over.
pub async fn asked(records: &Records, ticket: &str) -> Result<Option<CodeAsked>, Error> {
    Ok(living(records, ticket).await?.map(|kept| CodeAsked { by_mobile: kept.by_mobile == 1 }))
}

/// Sets the new password by the code and ends every login and every other code of the account.
pub async fn finish(records: &Records, ticket: &str, typed: &NewPassword) -> Result<AccountId, Error> {
    let keys = &records.inner.keys;
    let kept = living(records, ticket).await?.ok_or(RecoveryRefusal::Over)?;
    let by_mobile = kept.by_mobile == 1;
    let faults = typed_faults(typed, by_mobile);
    if !faults.is_empty() {
        return Err(SignUpRefusal::Faults(faults).into());
    }
    let left = guess(records, &kept.id).await?;
    // Right or wrong, known or unknown, the same is looked for.
    let document = if by_mobile { document_index(keys, &typed.id_no) } else { kept.subject.clone() };
    let person = by_document(records.read(), &document).await?;
    let person = person.filter(|person| !by_mobile || person.mobile_index == kept.subject);
    let right = code_hash(keys, &kept.id, &typed.code) == kept.code_hash;
    let Some(person) = person.filter(|_| right) else {
        return Err(RecoveryRefusal::NoMatch { left }.into());
    };
    let id_no = keys.open_text(&place("account", "id_no", &person.id), &person.id_sealed)?;
    let mobile = keys.open_text(&place("account", "mobile", &person.id), &person.mobile_sealed)?;
    // Only now, when the person is proved: this knows the numbers of the account.
    let faults = password::faults(&typed.password, &typed.password_again, &[&id_no, &mobile, &person.name]);
    if !faults.is_empty() {
        give_back(records, &kept.id).await?;
        return Err(SignUpRefusal::Faults(faults).into());
    }
    let hash = records.inner.hasher.hash(&typed.password, records.chance()).await?;
    set(records, &kept, &person, hash).await
}

async fn set(records: &Records, kept: &row::Model, person: &account::Model, hash: String) -> Result<AccountId, Error> {
    let (id, now) = (parse_id(&person.id)?, records.now());
    let tx = records.begin().await?;
    let used = row::Entity::update_many()
        .set(row::ActiveModel { used_at: Set(Some(now.0)), ..Default::default() })
        .filter(row::Column::Id.eq(kept.id.as_str()))
        .filter(row::Column::UsedAt.is_null())
        .filter(row::Column::EndedAt.is_null())
        .exec(&tx.db)
        .await?;
    if used.rows_affected != 1 {
        return Err(RecoveryRefusal::Over.into());
    }
    let change = account::ActiveModel {
        id: Set(person.id.clone()),
        password_hash: Set(Some(hash)),
        updated_at: Set(now.0),
        ..Default::default()
    };
    change.update(&tx.db).await?;
    login::Entity::delete_many().filter(login::Column::AccountId.eq(person.id.as_str())).exec(&tx.db).await?;
    let subjects = [kept.subject.clone(), person.id_index.clone(), person.mobile_index.clone()];
    end_all(&tx, &subjects, now).await?;
    // A code that the counter gave is of no use any more.
    preloaded::Entity::update_many()
        .set(preloaded::ActiveModel { revoked_at: Set(Some(now.0)), ..Default::default() })
        .filter(preloaded::Column::IdIndex.eq(person.id_index.as_str()))
        .filter(preloaded::Column::Resets.eq(1))
        .filter(crate::preloaded::is_open())
        .exec(&tx.db)
        .await?;
    add_way(records, &tx, id, Way::Password, "", &person.id_index).await?;
    let detail = json!({ "code": kept.id });
    history::append(&tx, now, &person.id, &Actor::Applicant(id), What::PasswordReset, detail).await?;
    tx.commit().await?;
    Ok(id)
}

/// Forgets codes that are neither used nor counted any more.
pub(super) async fn sweep(records: &Records) -> Result<(), Error> {
    let tx = records.begin().await?;
    row::Entity::delete_many().filter(row::Column::CreatedAt.lt(records.now().0 - DAY_MS)).exec(&tx.db).await?;
    tx.commit().await
}

/// Whom a code is for, as it was typed.
struct Whose {
    /// A keyed hash of it.
    subject: String,
    by_mobile: bool,
    open: Open,
}

/// Somebody who is known.
struct Found {
    id: String,
    /// A message for each way that the code takes; none where there is no way to this person.
    kinds: Vec<MessageKind>,
}

impl Whose {
    fn read(records: &Records, typed: &str, open: Open) -> Result<Whose, Error> {
        if !open.sms && !open.mail {
            return Err(RecoveryRefusal::Closed.into());
        }
        let keys = &records.inner.keys;
        if let Ok(mobile) = Mobile::parse(typed) {
            if !open.sms {
                return Err(RecoveryRefusal::MailAlone.into());
            }
            return Ok(Whose { subject: mobile_index(keys, mobile.as_str()), by_mobile: true, open });
        }
        // Only a number that nobody can have is refused: that tells nothing of anybody.
        let plain = folded(typed);
        let long = plain.len() >= LONG && !plain.trim_end_matches('X').contains(|ch: char| !ch.is_ascii_digit());
        let slip = long && IdNumber::parse(None, typed, records.now().day()).is_err();
        if plain.is_empty() || slip || typed.contains(['@', '＠']) {
            return Err(RecoveryRefusal::NotANumber.into());
        }
        Ok(Whose { subject: document_index(keys, typed), by_mobile: false, open })
    }

    async fn found(&self, records: &Records) -> Result<Option<Found>, Error> {
        let db = records.read();
        let person = if self.by_mobile {
            // Of several with this mobile any will do: the code goes there, and the document tells them apart.
            account::Entity::find()
                .filter(account::Column::MobileIndex.eq(self.subject.as_str()))
                .filter(account::Column::MergedInto.is_null())
                .order_by_asc(account::Column::CreatedAt)
                .order_by_asc(account::Column::Id)
                .one(db)
                .await?
        } else {
            by_document(db, &self.subject).await?
        };
        let id = person.as_ref().map_or("", |person| person.id.as_str());
        let contact = message_contact::Entity::find_by_id(id).one(db).await?;
        let Some(person) = person else { return Ok(None) };
        let has_mail = contact.is_some_and(|contact| contact.mail_sealed.is_some());
        let mut kinds = Vec::new();
        if self.open.sms && !person.mobile_masked.is_empty() {
            kinds.push(MessageKind::SmsCode);
        }
        if self.open.mail && has_mail && !self.by_mobile {
            kinds.push(MessageKind::MailCode);
        }
        Ok(Some(Found { id: person.id, kinds }))
    }
}

async fn ensure_not_too_many(tx: &Tx, subject: &str, now: Timestamp) -> Result<(), Error> {
    let since = now.0 - DAY_MS;
    let within = "FROM password_code WHERE subject = $1 AND created_at > $2";
    let values = || vec![subject.into(), since.into()];
    if sql::number(&tx.db, &format!("SELECT COUNT(*) {within}"), values()).await?.unwrap_or(0) < PER_DAY {
        return Ok(());
    }
    let first = sql::number(&tx.db, &format!("SELECT MIN(created_at) {within}"), values()).await?.unwrap_or(now.0);
    let minutes = u32::try_from((first - since + MINUTE_MS - 1) / MINUTE_MS).unwrap_or(0).max(1);
    Err(RecoveryRefusal::TooOften { minutes }.into())
}

/// Codes of these that could still be used are over.
async fn end_all(tx: &Tx, subjects: &[String], now: Timestamp) -> Result<(), Error> {
    row::Entity::update_many()
        .set(row::ActiveModel { ended_at: Set(Some(now.0)), ..Default::default() })
        .filter(row::Column::Subject.is_in(subjects.iter().cloned()))
        .filter(row::Column::UsedAt.is_null())
        .filter(row::Column::EndedAt.is_null())
        .exec(&tx.db)
        .await?;
    Ok(())
}

async fn living(records: &Records, ticket: &str) -> Result<Option<row::Model>, Error> {
    Ok(row::Entity::find()
        .filter(row::Column::TicketHash.eq(digest(ticket)))
        .filter(row::Column::UsedAt.is_null())
        .filter(row::Column::EndedAt.is_null())
        .filter(row::Column::UntilAt.gt(records.now().0))
        .filter(row::Column::Guesses.lt(i64::from(GUESSES)))
        .one(records.read())
        .await?)
}

/// Counts a try before it is made, so that many at once gain nothing; gives how many are left.
async fn guess(records: &Records, id: &str) -> Result<u32, Error> {
    let tx = records.begin().await?;
    let counted = sql::number(
        &tx.db,
        "UPDATE password_code SET guesses = guesses + 1
         WHERE id = $1 AND guesses < $2 AND used_at IS NULL AND ended_at IS NULL AND until_at > $3 RETURNING guesses",
        vec![id.into(), i64::from(GUESSES).into(), records.now().0.into()],
    );
    let guesses = counted.await?.ok_or(RecoveryRefusal::Over)?;
    tx.commit().await?;
    Ok(GUESSES.saturating_sub(u32::try_from(guesses).unwrap_or(GUESSES)))
}

/// A right code was no guess.
async fn give_back(records: &Records, id: &str) -> Result<(), Error> {
    let tx = records.begin().await?;
    let text = "UPDATE password_code SET guesses = guesses - 1 WHERE id = $1 AND guesses > 0";
    sql::run(&tx.db, text, vec![id.into()]).await?;
    tx.commit().await
}

/// What is wrong before anybody is looked for: it is the same for everybody.
fn typed_faults(typed: &NewPassword, by_mobile: bool) -> Vec<FieldFault> {
    let missing =
        |key: &str, label: &str| FieldFault { key: key.into(), label: label.into(), problem: Problem::Missing };
    let mut faults = Vec::new();
    if folded(&typed.code).is_empty() {
        faults.push(missing("code", "验证码"));
    }
    if by_mobile && folded(&typed.id_no).is_empty() {
        faults.push(missing("id_no", "证件号码"));
    }
    faults.extend(password::faults(&typed.password, &typed.password_again, &[typed.id_no.trim()]));
    faults
}

/// Bound to its row: a code says nothing about another.
fn code_hash(keys: &Keys, id: &str, code: &str) -> String {
    keys.index("password_code.code", &format!("{id}|{}", folded(code)))
}

/// The throttle's words, in the words of this act.
fn resting(error: Error, otherwise: impl Fn(u32) -> RecoveryRefusal) -> Error {
    match error {
        Error::Refused(Refusal::SignIn(SignInRefusal::Locked { minutes })) => otherwise(minutes).into(),
        other => other,
    }
}
