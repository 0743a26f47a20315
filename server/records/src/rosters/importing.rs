//! The import: a job that the server does by itself, row by row, until nothing is left that can be imported.

use super::rows::{self, Read};
use super::{Opened, attaching, chain, locked, rules, sheet, state_of, undoing};
use crate::accounts::opening::{self, Newcomer, document_index};
use crate::applications::Person;
use crate::applications::start::{self, Beginner, Begun};
use crate::entity::{roster, roster_row};
use crate::files::store::Gate;
use crate::{Error, Records, Tx, accounts, history, sql, staff};
use domain::account::{StaffMember, Way};
use domain::contact::{Mobile, PersonName};
use domain::id_document::{IdKind, IdNumber};
use domain::ids::{AccountId, RosterId};
use domain::page::mine::What;
use domain::page::roster::{RosterRefusal, RosterState, RowRefusal, RowState};
use domain::refusal::Refusal;
use domain::roster::RosterPerson;
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

/// Rows of one step of the work: between steps others get their turn.
const STEP: u64 = 20;
/// People of one transaction: a commit costs a flush of the disk, and whoever hands in meanwhile waits for its end.
const TOGETHER: usize = 10;

/// The next rows of a roster that stand like this.
pub(super) async fn next_rows(records: &Records, row: &roster::Model, state: &str) -> Result<Vec<i64>, Error> {
    Ok(roster_row::Entity::find()
        .select_only()
        .column(roster_row::Column::RowNo)
        .filter(roster_row::Column::RosterId.eq(row.id.as_str()))
        .filter(roster_row::Column::State.eq(state))
        .order_by_asc(roster_row::Column::RowNo)
        .limit(STEP)
        .into_tuple()
        .all(records.read())
        .await?)
}

/// Begins or resumes the import of everything that is ready. Whoever presses after a colleague is told who it was.
pub async fn begin(records: &Records, member: &StaffMember, id: RosterId) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let now = records.now();
    opened.ground.ensure_takes(now)?;
    let tx = records.begin().await?;
    let found = locked(&tx, &opened.row.id).await;
    if let Err(Error::Refused(Refusal::Roster(RosterRefusal::State(RosterState::Running)))) = &found {
        let row = roster::Entity::find_by_id(opened.row.id.as_str()).one(&tx.db).await?.ok_or(Error::NotFound)?;
        return Err(nothing_left(records, &row).await?.into());
    }
    let row = found?;
    if state_of(&row)? == RosterState::Mapping {
        return Err(RosterRefusal::State(RosterState::Mapping).into());
    }
    rows::restand(&tx, &row.id).await?;
    let ready = sql::number(
        &tx.db,
        "SELECT COUNT(*) FROM roster_row WHERE roster_id = $1 AND state = 'ready'",
        vec![row.id.clone().into()],
    );
    let ready = ready.await?.unwrap_or(0);
    if ready == 0 {
        return Err(nothing_left(records, &row).await?.into());
    }
    sql::run(
        &tx.db,
        "UPDATE roster SET state = 'running', note = NULL, started_at = $1, moved_by = $2 WHERE id = $3",
        vec![now.0.into(), member.id.to_string().into(), row.id.clone().into()],
    )
    .await?;
    sheet::forget(&tx, &row.id).await?;
    let detail = json!({ "plan": opened.ground.plan.number, "rows": ready });
    history::append(&tx, now, &chain(&row.id), &history::Actor::from(member), What::RosterImported, detail).await?;
    tx.commit().await
}

/// Why there is nothing to begin: who has begun it, and when; or that no row was ever ready.
async fn nothing_left(records: &Records, row: &roster::Model) -> Result<RosterRefusal, Error> {
    let Some(at) = row.started_at else { return Ok(RosterRefusal::NothingReady) };
    Ok(RosterRefusal::Imported { by: mover(records, row).await?.name, at: Timestamp(at) })
}

/// Lets a running import rest; it goes on with [`begin`].
pub async fn pause(records: &Records, member: &StaffMember, id: RosterId) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let tx = records.begin().await?;
    sql::run(
        &tx.db,
        "UPDATE roster SET state = 'paused' WHERE id = $1 AND state = 'running'",
        vec![opened.row.id.into()],
    )
    .await?;
    tx.commit().await
}

/// One step of whatever import or taking back is under way. Tells whether there was anything to do. Any number of
/// servers may call it, at any time; after a crash the work goes on where it stood.
pub async fn work(records: &Records) -> Result<bool, Error> {
    let moving = roster::Entity::find()
        .filter(roster::Column::State.is_in(["running", "undoing"]))
        .order_by_asc(roster::Column::StartedAt)
        .order_by_asc(roster::Column::Id)
        .all(records.read())
        .await?;
    let worked = !moving.is_empty();
    // Every roster gets its step: a long one does not hold up a short one.
    for row in moving {
        match state_of(&row)? {
            RosterState::Running => step(records, &row).await?,
            _ => undoing::step(records, &row).await?,
        }
    }
    Ok(worked)
}

/// Who the work is done for.
pub(super) async fn mover(records: &Records, row: &roster::Model) -> Result<StaffMember, Error> {
    let id = row.moved_by.as_ref().unwrap_or(&row.staff_id);
    staff::member(records, id.parse().map_err(|_| Error::bad_row("roster", &row.id, "mover"))?).await
}

async fn step(records: &Records, row: &roster::Model) -> Result<(), Error> {
    let plan = row.plan_id.parse().map_err(|_| Error::bad_row("roster", &row.id, "plan"))?;
    let ground = start::Ground::open(records, plan).await?;
    if let Err(refusal) = ground.ensure_takes(records.now()) {
        return rest(records, row, &Refusal::from(refusal)).await;
    }
    let opened = Opened { head: super::head_of(records, row)?, row: row.clone(), ground };
    let member = mover(records, row).await?;
    let some = next_rows(records, row, "ready").await?;
    if some.is_empty() {
        let tx = records.begin().await?;
        // Only when really nothing is left: a row may have become ready since it was looked.
        sql::run(
            &tx.db,
            "UPDATE roster SET state = 'open' WHERE id = $1 AND state = 'running'
             AND NOT EXISTS (SELECT 1 FROM roster_row w WHERE w.roster_id = roster.id AND w.state = 'ready')",
            vec![row.id.clone().into()],
        )
        .await?;
        return tx.commit().await;
    }
    for some in some.chunks(TOGETHER) {
        match take(records, &opened, &member, some).await {
            Ok(()) => {}
            // One of them cannot be imported, or another import holds some of the same people: each by itself.
            Err(_) => one_by_one(records, &opened, &member, some).await?,
        }
    }
    Ok(())
}

async fn one_by_one(records: &Records, opened: &Opened, member: &StaffMember, some: &[i64]) -> Result<(), Error> {
    let row = &opened.row;
    for number in some {
        match take(records, opened, member, std::slice::from_ref(number)).await {
            Ok(()) => {}
            Err(Error::Refused(refusal)) => refuse(records, row, *number, RowRefusal::Rule(refusal)).await?,
            // What may be better in a moment ends the step; the next one tries again.
            Err(why @ (Error::Database(_) | Error::Files(_) | Error::Disk(_))) => return Err(why),
            Err(why) => {
                tracing::error!("A row of roster {} could not be imported: {why}", row.id);
                refuse(records, row, *number, RowRefusal::Broken).await?;
            }
        }
    }
    Ok(())
}

/// The import comes to rest by itself, and says why.
async fn rest(records: &Records, row: &roster::Model, refusal: &Refusal) -> Result<(), Error> {
    let note = serde_json::to_string(refusal).map_err(|why| Error::bad_row("roster", &row.id, why))?;
    let tx = records.begin().await?;
    sql::run(
        &tx.db,
        "UPDATE roster SET state = 'paused', note = $1 WHERE id = $2 AND state = 'running'",
        vec![note.into(), row.id.clone().into()],
    )
    .await?;
    tx.commit().await
}

async fn refuse(records: &Records, row: &roster::Model, number: i64, refusal: RowRefusal) -> Result<(), Error> {
    let tx = records.begin().await?;
    put_refused(&tx, row, number, "ready", &refusal).await?;
    tx.commit().await
}

async fn put_refused(
    tx: &Tx,
    row: &roster::Model,
    number: i64,
    stood: &str,
    refusal: &RowRefusal,
) -> Result<(), Error> {
    let why = serde_json::to_string(refusal).map_err(|why| Error::bad_row("roster_row", &row.id, why))?;
    sql::run(
        &tx.db,
        "UPDATE roster_row SET state = 'refused', refusal = $1 WHERE roster_id = $2 AND row_no = $3 AND state = $4",
        vec![why.into(), row.id.clone().into(), number.into(), stood.to_owned().into()],
    )
    .await?;
    Ok(())
}

/// A few people in one transaction: all of them, or none.
async fn take(records: &Records, opened: &Opened, member: &StaffMember, numbers: &[i64]) -> Result<(), Error> {
    // Held until the photos' files have their rows.
    let gate = records.inner.files.gate().await;
    let mut tx = records.begin().await?;
    for number in numbers {
        take_one(records, &mut tx, &gate, opened, member, *number).await?;
    }
    tx.commit().await?;
    drop(gate);
    Ok(())
}

/// One person. The row is taken first: whoever comes second finds it taken and does nothing.
async fn take_one(
    records: &Records,
    tx: &mut Tx,
    gate: &Gate,
    opened: &Opened,
    member: &StaffMember,
    number: i64,
) -> Result<(), Error> {
    let roster = &opened.row;
    let taken = sql::run(
        &tx.db,
        "UPDATE roster_row SET state = 'done' WHERE roster_id = $1 AND row_no = $2 AND state = 'ready'
         AND EXISTS (SELECT 1 FROM roster r WHERE r.id = roster_row.roster_id AND r.state = 'running')",
        vec![roster.id.clone().into(), number.into()],
    );
    if taken.await?.rows_affected() == 0 {
        return Ok(());
    }
    let row = roster_row::Entity::find_by_id((roster.id.clone(), number)).one(&tx.db).await?.ok_or(Error::NotFound)?;
    let Read { judged, .. } = rows::read(records, row, &opened.head.layout, &rules(records, &opened.ground))?;
    if !judged.faults.is_empty() {
        // Right yesterday, wrong today: a day has passed.
        return finish(tx, roster, number, RowState::Faulty, None, false).await;
    }
    let newcomer = newcomer(records, &judged.person, &roster.id)?;
    let Some((account, opened_now)) = account_of(records, tx, &newcomer).await? else {
        return put_refused(tx, roster, number, "done", &RowRefusal::OtherName).await;
    };
    let person = Person::load(&tx.db, account).await?;
    let facts = if opened_now { None } else { accounts::facts(records, account).await? };
    let typed = domain::roster::answers(&judged.person, &opened.ground.profile.form);
    let beginner =
        Beginner { account, person: &person, facts: facts.unwrap_or_default(), site: None, typed: Some(typed) };
    let row = match start::begin(records, tx, &opened.ground, beginner).await? {
        Begun::New(row) => row,
        Begun::Existing(id) => {
            return finish(tx, roster, number, RowState::There, Some(&id.to_string()), false).await;
        }
    };
    let now = records.now();
    let actor = history::Actor::from(member);
    history::append(tx, now, &row.id, &actor, What::Collected, json!({ "roster": roster.id })).await?;
    if let Some(photo) = attaching::of_row(tx, &roster.id, number).await? {
        attaching::attach(records, tx, gate, &row, &photo, &actor).await?;
    }
    finish(tx, roster, number, RowState::Done, Some(&row.id), opened_now).await
}

async fn finish(
    tx: &Tx,
    roster: &roster::Model,
    number: i64,
    state: RowState,
    application: Option<&str>,
    opened_account: bool,
) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "UPDATE roster_row SET state = $1, application_id = $2, opened_account = $3 WHERE roster_id = $4 AND row_no = $5",
        vec![
            state.as_str().into(),
            application.map(str::to_owned).into(),
            i64::from(opened_account).into(),
            roster.id.clone().into(),
            number.into(),
        ],
    )
    .await?;
    Ok(())
}

fn newcomer(records: &Records, person: &RosterPerson, roster: &str) -> Result<Newcomer, Error> {
    let bad = |what: &str| Error::bad_row("roster_row", roster, what);
    let kind = IdKind::from_code(&person.id_kind).ok_or_else(|| bad("id_kind"))?;
    let id = IdNumber::parse(Some(kind), &person.id_no, records.now().day()).map_err(|_| bad("id_no"))?;
    Ok(Newcomer {
        name: PersonName::parse(&person.name).map_err(|_| bad("name"))?,
        birth: id.birth().or_else(|| person.birth.parse().ok()),
        gender: id.gender().or_else(|| domain::id_document::Gender::from_label(&person.gender)),
        mobile: Mobile::parse(&person.mobile).ok(),
        id,
        password_hash: None,
        // The agency holds the document in its hands.
        verified: true,
        demo: false,
    })
}

/// The account of a document, and whether it was opened now; none where the number has another name.
async fn account_of(records: &Records, tx: &Tx, new: &Newcomer) -> Result<Option<(AccountId, bool)>, Error> {
    let index = document_index(&records.inner.keys, new.id.as_str());
    let known = match opening::by_document(&tx.db, &index).await? {
        Some(known) => known,
        None => {
            let id = AccountId(records.chance().id(records.now()));
            if opening::insert(records, tx, id, new).await? {
                opening::add_way(records, tx, id, Way::Activation, "", &index).await?;
                return Ok(Some((id, true)));
            }
            // Somebody opened it in the same moment.
            opening::by_document(&tx.db, &index).await?.ok_or(Error::ChangedMeanwhile)?
        }
    };
    if known.name != new.name.as_str() {
        return Ok(None);
    }
    let id = known.id.parse().map_err(|_| Error::bad_row("account", &known.id, "id"))?;
    Ok(Some((id, false)))
}
