//! 报名序号: issued once per account, signed in with beside the identity number, found again by mobile number.
//! It never locks anybody out: the password stays a way of its own, counted apart.

use super::current_profiles;
use crate::accounts::opening::{document_index, mobile_index};
use crate::accounts::throttle;
use crate::entity::{account, account_way, counter};
use crate::history::{self, Actor};
use crate::keys::{Keys, place};
use crate::{Error, Records, Tx, sql};
use chrono::Datelike;
use domain::account::{SignInRefusal, Way, WayRefusal};
use domain::contact::Mobile;
use domain::ids::{AccountId, PlanId};
use domain::page::mine::What;
use domain::profile::{Profile, WayIn, fill};
use domain::refusal::Refusal;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, Set};
use serde_json::json;

/// Digits of `{random}` where the pattern does not say how many.
const RANDOM_DIGITS: usize = 4;
/// Tries to find a number that nobody has; the counter in it makes a second try all but impossible.
const TRIES: usize = 5;

/// The pattern of the procedures that use 报名序号; none where no procedure does.
pub(crate) async fn pattern(records: &Records) -> Result<Option<String>, Error> {
    Ok(current_profiles(records).await?.iter().find_map(|profile| of_profile(profile).map(str::to_owned)))
}

/// The pattern of this procedure, if its people sign in by number.
pub(crate) fn of_profile(profile: &Profile) -> Option<&str> {
    let pattern = profile.numbering.registration_number.as_str();
    (profile.sign_in.contains(&WayIn::RegistrationNumber) && !pattern.is_empty()).then_some(pattern)
}

/// Whether somebody who is on the way to this plan signs in by number there; on the way nowhere in particular, whether
/// anybody does.
pub async fn matters(records: &Records, plan: Option<PlanId>) -> Result<bool, Error> {
    let Some(plan) = plan else { return Ok(pattern(records).await?.is_some()) };
    let plan = crate::plans::get(records, plan).await?;
    Ok(of_profile(crate::plans::profile_of(records, &plan).await?.as_ref()).is_some())
}

/// The number of an account, for its owner.
pub async fn of(records: &Records, account: AccountId) -> Result<Option<String>, Error> {
    match row_of(records.read(), account).await? {
        Some(row) => shown(records, &row).map(Some),
        None => Ok(None),
    }
}

/// Gives the account a number if a procedure uses them and it has none.
pub(crate) async fn ensure(records: &Records, account: AccountId) -> Result<(), Error> {
    let Some(pattern) = pattern(records).await? else { return Ok(()) };
    if row_of(records.read(), account).await?.is_some() {
        return Ok(());
    }
    let tx = records.begin().await?;
    // Two sign-ins of one person at once wait for each other here.
    let held = account::Entity::update_many()
        .col_expr(account::Column::UpdatedAt, Expr::col(account::Column::UpdatedAt))
        .filter(account::Column::Id.eq(account.to_string()))
        .exec(&tx.db)
        .await?;
    if held.rows_affected == 1 && row_of(&tx.db, account).await?.is_none() {
        issue(records, &tx, account, &pattern).await?;
    }
    tx.commit().await
}

/// Issues a number. `{yyyy}` and `{seq:6}` count, `{random:4}` keeps it from being guessed.
pub(crate) async fn issue(records: &Records, tx: &Tx, account: AccountId, pattern: &str) -> Result<String, Error> {
    let (keys, now) = (&records.inner.keys, records.now());
    let year = now.day().year().to_string();
    for _ in 0..TRIES {
        let seq = next(&tx.db, &format!("registration_number/{year}")).await?.to_string();
        let random = digits(records, random_width(pattern));
        let number = fill(pattern, &[("yyyy", &year), ("seq", &seq), ("random", &random)]);
        let id = records.chance().id(now).to_string();
        let row = account_way::ActiveModel {
            account_id: Set(account.to_string()),
            way: Set(Way::RegistrationNumber.as_str().to_owned()),
            provider: Set(String::new()),
            subject_index: Set(index(keys, &number)),
            shown_sealed: Set(Some(keys.seal(&place("account_way", "shown", &id), number.as_bytes())?)),
            created_at: Set(now.0),
            id: Set(id),
        };
        let inserted = account_way::Entity::insert(row)
            .on_conflict_do_nothing_on([
                account_way::Column::Way,
                account_way::Column::Provider,
                account_way::Column::SubjectIndex,
            ])
            .exec_without_returning(&tx.db)
            .await?;
        if matches!(inserted, sea_orm::TryInsertResult::Inserted(1)) {
            return Ok(number);
        }
    }
    Err(Error::Configuration(format!("numbering.registration_number {pattern:?} gives no number that is free")))
}

/// Whose number and identity number these are. Unknown ones take the same way.
pub async fn sign_in(records: &Records, number: &str, id_no: &str) -> Result<AccountId, Error> {
    let keys = &records.inner.keys;
    let document = document_index(keys, id_no);
    let attempt = throttle::reserve(records, format!("number/{document}")).await?;
    let found = sql::text(
        records.read(),
        "SELECT a.id FROM account_way w JOIN account a ON a.id = w.account_id
         WHERE w.way = 'registration_number' AND w.provider = '' AND w.subject_index = $1
           AND a.id_index = $2 AND a.merged_into IS NULL",
        vec![index(keys, number).into(), document.into()],
    )
    .await?;
    attempt.settle(records, &Ok(found.is_some())).await?;
    match found {
        Some(id) => id.parse().map_err(|why| Error::bad_row("account", &id, why)),
        None => Err(refusal(attempt.refusal(), WayRefusal::NumberNoMatch)),
    }
}

#[derive(FromQueryResult)]
struct Found {
    account: String,
    way: String,
    shown: Option<Vec<u8>>,
}

/// 找回报名序号: shows the number to whoever knows identity and mobile number. Each time is a line in the
/// account's history; whoever is unknown gets one and the same answer, after the same work.
pub async fn find_again(records: &Records, id_no: &str, mobile: &str) -> Result<String, Error> {
    if pattern(records).await?.is_none() {
        return Err(Error::NotFound);
    }
    let keys = &records.inner.keys;
    let document = document_index(keys, id_no);
    let mobile = Mobile::normalise(mobile);
    let attempt = throttle::reserve(records, format!("find_number/{document}")).await?;
    let found: Option<Found> = if mobile.is_empty() {
        None
    } else {
        sql::one(
            records.read(),
            "SELECT a.id AS account, w.id AS way, w.shown_sealed AS shown
             FROM account a JOIN account_way w ON w.account_id = a.id AND w.way = 'registration_number'
             WHERE a.id_index = $1 AND a.mobile_index = $2 AND a.merged_into IS NULL",
            vec![document.as_str().into(), mobile_index(keys, &mobile).into()],
        )
        .await?
    };
    // Shown as often as asked, but not without end: a right try counts as well.
    attempt.settle(records, &Ok(false)).await?;
    let now = records.now();
    let tx = records.begin().await?;
    match &found {
        Some(found) => {
            history::append(&tx, now, &found.account, &Actor::System, What::NumberFound, json!({})).await?;
        }
        None => {
            throttle::count(&tx.db, &format!("nothing_found/{document}"), now).await?;
        }
    }
    tx.commit().await?;
    match found {
        Some(Found { way, shown: Some(sealed), .. }) => keys.open_text(&place("account_way", "shown", way), &sealed),
        _ => Err(refusal(attempt.refusal(), WayRefusal::NothingFound)),
    }
}

/// The throttle's words stay, the rest is said in the words of this way.
pub(crate) fn refusal(throttled: SignInRefusal, otherwise: WayRefusal) -> Error {
    match throttled {
        SignInRefusal::NoMatch => Refusal::from(otherwise).into(),
        rests => rests.into(),
    }
}

/// The blind index of a number, however it was typed.
pub(crate) fn index(keys: &Keys, number: &str) -> String {
    keys.index("account.registration_number", &folded(number))
}

/// A number or code as it is compared: letters and digits alone, capitals, no full width.
pub(crate) fn folded(text: &str) -> String {
    let half = |ch: char| match u32::from(ch) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(ch),
        _ => ch,
    };
    text.chars().map(half).filter(char::is_ascii_alphanumeric).map(|ch| ch.to_ascii_uppercase()).collect()
}

async fn row_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Option<account_way::Model>, Error> {
    Ok(account_way::Entity::find()
        .filter(account_way::Column::AccountId.eq(account.to_string()))
        .filter(account_way::Column::Way.eq(Way::RegistrationNumber.as_str()))
        .one(db)
        .await?)
}

fn shown(records: &Records, row: &account_way::Model) -> Result<String, Error> {
    let sealed = row.shown_sealed.as_ref().ok_or_else(|| Error::bad_row("account_way", &row.id, "no number"))?;
    records.inner.keys.open_text(&place("account_way", "shown", &row.id), sealed)
}

async fn next<C: ConnectionTrait>(db: &C, name: &str) -> Result<i64, Error> {
    let new = counter::ActiveModel { name: Set(name.to_owned()), value: Set(0) };
    counter::Entity::insert(new).on_conflict_do_nothing_on([counter::Column::Name]).exec_without_returning(db).await?;
    counter::Entity::update_many()
        .col_expr(counter::Column::Value, Expr::col(counter::Column::Value).add(1))
        .filter(counter::Column::Name.eq(name))
        .exec(db)
        .await?;
    Ok(counter::Entity::find_by_id(name).one(db).await?.ok_or(Error::NotFound)?.value)
}

fn random_width(pattern: &str) -> usize {
    let inside = pattern.split_once("{random:").and_then(|(_, rest)| rest.split_once('}'));
    inside.and_then(|(width, _)| width.parse().ok()).unwrap_or(RANDOM_DIGITS)
}

/// So many digits, each as likely as the others.
pub(crate) fn digits(records: &Records, width: usize) -> String {
    let mut out = String::with_capacity(width);
    while out.len() < width {
        let bytes: [u8; 16] = records.chance().bytes();
        // 250 and above would make the small digits likelier.
        out.extend(
            bytes.iter().filter(|byte| **byte < 250).take(width - out.len()).map(|byte| char::from(b'0' + byte % 10)),
        );
    }
    out
}
