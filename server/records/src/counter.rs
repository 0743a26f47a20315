//! 现场审查: originals are looked at over a counter, one by one, and approval waits for all of them.

use crate::accounts::opening::document_index;
use crate::applications::{answers_of_round, ground_of, load};
use crate::desk::access::{self, Scope};
use crate::desk::claim::{locked_case, under_review};
use crate::entity::original_check;
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, desk, history, live, sql, ways};
use domain::account::StaffMember;
use domain::application::ReviewRefusal;
use domain::form::Answers;
use domain::ids::ApplicationId;
use domain::page::desk::{CounterCase, Original, QueueLine};
use domain::page::mine::What;
use domain::profile::{Profile, Requirement, ReviewMode, Source, specialise};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, sea_query::OnConflict};
use serde_json::json;

/// Most cases that one number leads to.
const MOST_FOUND: u64 = 20;

/// Cases within the member's scope by 报名号, 报名序号 or identity number. Each case that is found remembers that it was
/// looked up; the number itself is kept nowhere.
pub async fn look_up(records: &Records, member: &StaffMember, number: &str) -> Result<Vec<ApplicationId>, Error> {
    access::ensure_decides(member)?;
    let scope = Scope::of(records, member).await?;
    let number = number.trim();
    if number.is_empty() {
        return Err(ReviewRefusal::NoSuchCase.into());
    }
    let keys = &records.inner.keys;
    let (clause, value) = scope.clause(1);
    let ids: Vec<Found> = sql::all(
        records.read(),
        &format!(
            "SELECT a.id FROM application a JOIN account o ON o.id = a.account_id
             WHERE {clause} AND a.round > 0 AND a.stage <> 'draft'
               AND (a.number = $2 OR o.id_index = $3 OR EXISTS (
                    SELECT 1 FROM account_way w WHERE w.account_id = o.id AND w.way = 'registration_number'
                       AND w.subject_index = $4))
             ORDER BY a.submitted_at DESC, a.id LIMIT {MOST_FOUND}"
        ),
        vec![
            value,
            number.to_owned().into(),
            document_index(keys, number).into(),
            ways::number::index(keys, number).into(),
        ],
    )
    .await?;
    if ids.is_empty() {
        return Err(ReviewRefusal::NoSuchCase.into());
    }
    let tx = records.begin().await?;
    let now = records.now();
    let mut found = Vec::with_capacity(ids.len());
    for Found { id } in ids {
        let id: ApplicationId = id.parse().map_err(|_| Error::bad_row("application", &id, "id"))?;
        // Holding the case keeps two lines of its history from being written at once.
        load::locked(&tx, id).await?;
        let actor = history::Actor::from(member);
        history::append(&tx, now, &id.to_string(), &actor, What::LookedUp, json!({})).await?;
        found.push(id);
    }
    tx.commit().await?;
    Ok(found)
}

#[derive(sea_orm::FromQueryResult)]
struct Found {
    id: String,
}

/// A case as the counter works with it. Who opens a waiting case takes it up.
pub async fn open(records: &Records, member: &StaffMember, id: ApplicationId) -> Result<CounterCase, Error> {
    access::ensure_decides(member)?;
    match desk::claim(records, member, id).await {
        // Decided already, or in a colleague's hands: shown all the same, and the page says so.
        Ok(_) | Err(Error::Refused(_)) => {}
        Err(other) => return Err(other),
    }
    let case = desk::case(records, member, id).await?;
    Ok(CounterCase { at_counter: case.rules.mode == ReviewMode::Counter, case })
}

/// The line of a case that was found.
pub async fn line(records: &Records, member: &StaffMember, id: ApplicationId) -> Result<QueueLine, Error> {
    let scope = Scope::of(records, member).await?;
    desk::queue::line_of(records, &scope, id, records.now()).await
}

/// Notes which originals were looked at just now; the others of the list are not looked at. Gives the new revision.
pub async fn check(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
    seen: domain::ids::Revision,
    looked_at: &[String],
) -> Result<domain::ids::Revision, Error> {
    access::ensure_decides(member)?;
    let scope = Scope::of(records, member).await?;
    let (plan, profile) = ground_of(records, desk::plan_of(records, &scope, id).await?).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut case = locked_case(&tx, &scope, id).await?;
    if case.revision != seen.0 {
        return Err(Error::ChangedMeanwhile);
    }
    under_review(&tx, member, &case, now).await?;
    let answers = answers_of_round(records, &tx.db, id, case.round).await?;
    let own = specialise(&profile, &plan);
    let known = checked(&tx.db, &case.id).await?;
    let (mut newly, mut undone) = (Vec::new(), Vec::new());
    for document in originals_of(&own, &answers) {
        let was = known.iter().any(|row| row.requirement == document.key);
        match (was, looked_at.contains(&document.key)) {
            (false, true) => newly.push(document),
            (true, false) => undone.push(document),
            _ => {}
        }
    }
    if newly.is_empty() && undone.is_empty() {
        return Ok(seen);
    }
    for document in &newly {
        note(&tx, &case.id, &document.key, member, now).await?;
    }
    for document in &undone {
        original_check::Entity::delete_by_id((case.id.clone(), document.key.clone())).exec(&tx.db).await?;
    }
    load::save(&tx, &mut case).await?;
    let detail = json!({ "text": in_words(&newly, &undone) });
    history::append(&tx, now, &case.id, &history::Actor::from(member), What::OriginalsChecked, detail).await?;
    live::append(&mut tx, now, outbox::of(&case, "originals", Audience::Desk)).await?;
    tx.commit().await?;
    Ok(domain::ids::Revision(case.revision))
}

/// Notes who looked at an original, and when.
async fn note(tx: &Tx, id: &str, requirement: &str, member: &StaffMember, now: Timestamp) -> Result<(), Error> {
    let row = original_check::ActiveModel {
        application_id: Set(id.to_owned()),
        requirement: Set(requirement.to_owned()),
        staff_id: Set(member.id.to_string()),
        staff_name: Set(member.name.clone()),
        at: Set(now.0),
    };
    let again = OnConflict::columns([original_check::Column::ApplicationId, original_check::Column::Requirement])
        .update_columns([
            original_check::Column::StaffId,
            original_check::Column::StaffName,
            original_check::Column::At,
        ])
        .to_owned();
    original_check::Entity::insert(row).on_conflict(again).exec_without_returning(&tx.db).await?;
    Ok(())
}

fn in_words(newly: &[&Requirement], undone: &[&Requirement]) -> String {
    let labels = |all: &[&Requirement]| all.iter().map(|one| one.label.clone()).collect::<Vec<_>>().join("、");
    let words = labels(newly);
    if undone.is_empty() {
        return words;
    }
    let gap = if words.is_empty() { "" } else { "；" };
    format!("{words}{gap}改为未核对：{}", labels(undone))
}

/// The originals that these answers call for, each with who looked at it.
pub(crate) async fn originals<C: ConnectionTrait>(
    db: &C,
    own: &Profile,
    answers: &Answers,
    id: &str,
) -> Result<Vec<Original>, Error> {
    if own.review.mode != ReviewMode::Counter {
        return Ok(Vec::new());
    }
    let known = checked(db, id).await?;
    Ok(originals_of(own, answers)
        .map(|document| Original {
            key: document.key.clone(),
            label: document.label.clone(),
            examples: document.examples.clone(),
            required: document.required,
            checked: known
                .iter()
                .find(|row| row.requirement == document.key)
                .map(|row| (row.staff_name.clone(), Timestamp(row.at))),
        })
        .collect())
}

/// Labels of the required originals that nobody has looked at.
pub(crate) async fn unchecked<C: ConnectionTrait>(
    db: &C,
    own: &Profile,
    answers: &Answers,
    id: &str,
) -> Result<Vec<String>, Error> {
    let all = originals(db, own, answers, id).await?;
    Ok(all.into_iter().filter(|one| one.required && one.checked.is_none()).map(|one| one.label).collect())
}

fn originals_of<'a>(own: &'a Profile, answers: &'a Answers) -> impl Iterator<Item = &'a Requirement> {
    own.documents_for(answers).filter(|document| document.source == Source::Paper)
}

async fn checked<C: ConnectionTrait>(db: &C, id: &str) -> Result<Vec<original_check::Model>, Error> {
    Ok(original_check::Entity::find().filter(original_check::Column::ApplicationId.eq(id)).all(db).await?)
}
