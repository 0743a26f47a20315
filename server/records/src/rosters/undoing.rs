//! Taking a whole import back, before anybody of it was filed: drafts that nobody has worked on go, and with them the
//! accounts that the import opened and nobody has used. What a person has begun to work on stays theirs.

use super::importing::{mover, next_rows};
use super::{Opened, chain, many, state_of};
use crate::entity::{application, roster, roster_row};
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, history, live, sql};
use domain::account::StaffMember;
use domain::ids::RosterId;
use domain::page::mine::What;
use domain::page::roster::{RosterRefusal, RosterState, RowState};
use sea_orm::{EntityTrait, QuerySelect};
use serde_json::json;

/// What hangs on a draft that was never handed in.
const OF_DRAFT: [&str; 6] = [
    "DELETE FROM confirm_link WHERE application_id = $1",
    "DELETE FROM claim WHERE application_id = $1",
    "DELETE FROM signature_request WHERE application_id = $1",
    "DELETE FROM original_check WHERE application_id = $1",
    "UPDATE account_photo SET from_application = NULL WHERE from_application = $1",
    "DELETE FROM file WHERE application_id = $1",
];

/// What hangs on an account that nobody has used.
const OF_ACCOUNT: [&str; 4] = [
    "DELETE FROM account_way WHERE account_id = $1",
    "DELETE FROM account_photo WHERE account_id = $1",
    "DELETE FROM file WHERE account_id = $1",
    "DELETE FROM account WHERE id = $1",
];

/// Whether an account was used by anybody but the import.
const USED: &str = "SELECT (SELECT COUNT(*) FROM application WHERE account_id = $1) + (SELECT COUNT(*) FROM login WHERE account_id = $2)
    + (SELECT COUNT(*) FROM preloaded WHERE account_id = $3) + (SELECT COUNT(*) FROM account WHERE merged_into = $4)
    + (SELECT COUNT(*) FROM account WHERE id = $5 AND password_hash IS NOT NULL)
    + (SELECT COUNT(*) FROM account_way WHERE account_id = $6 AND way <> 'activation')";

/// Begins to take an import back. The server does it by itself, row by row.
pub async fn undo(records: &Records, member: &StaffMember, id: RosterId) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let now = records.now();
    let tx = records.begin().await?;
    let row = roster::Entity::find_by_id(opened.row.id.as_str()).lock_exclusive().one(&tx.db).await?;
    let row = row.ok_or(Error::NotFound)?;
    match state_of(&row)? {
        RosterState::Open | RosterState::Paused | RosterState::Running => {}
        other => return Err(RosterRefusal::State(other).into()),
    }
    let count = |question: &'static str| sql::number(&tx.db, question, vec![row.id.clone().into()]);
    let filed = count(
        "SELECT COUNT(*) FROM roster_row w JOIN application a ON a.id = w.application_id
         WHERE w.roster_id = $1 AND w.state = 'done' AND a.filing = 'filed'",
    )
    .await?
    .unwrap_or(0);
    if filed > 0 {
        return Err(RosterRefusal::Filed { people: many(filed) }.into());
    }
    let done = count("SELECT COUNT(*) FROM roster_row WHERE roster_id = $1 AND state = 'done'").await?.unwrap_or(0);
    if done == 0 {
        return Err(RosterRefusal::NothingToUndo.into());
    }
    sql::run(
        &tx.db,
        "UPDATE roster SET state = 'undoing', note = NULL, moved_by = $1 WHERE id = $2",
        vec![member.id.to_string().into(), row.id.clone().into()],
    )
    .await?;
    let detail = json!({ "plan": opened.ground.plan.number, "rows": done });
    history::append(&tx, now, &chain(&row.id), &history::Actor::from(member), What::RosterUndone, detail).await?;
    tx.commit().await
}

/// One step of taking back.
pub(super) async fn step(records: &Records, row: &roster::Model) -> Result<(), Error> {
    let some = next_rows(records, row, "done").await?;
    if some.is_empty() {
        let tx = records.begin().await?;
        sql::run(
            &tx.db,
            "UPDATE roster SET state = 'undone' WHERE id = $1 AND state = 'undoing'
             AND NOT EXISTS (SELECT 1 FROM roster_row w WHERE w.roster_id = roster.id AND w.state = 'done')",
            vec![row.id.clone().into()],
        )
        .await?;
        return tx.commit().await;
    }
    let member = mover(records, row).await?;
    for number in some {
        give_back(records, row, &member, number).await?;
    }
    Ok(())
}

async fn give_back(records: &Records, roster: &roster::Model, member: &StaffMember, number: i64) -> Result<(), Error> {
    let mut tx = records.begin().await?;
    let row = roster_row::Entity::find_by_id((roster.id.clone(), number)).lock_exclusive().one(&tx.db).await?;
    let Some(row) = row.filter(|row| row.state == RowState::Done.as_str()) else { return Ok(()) };
    let case = match &row.application_id {
        Some(id) => application::Entity::find_by_id(id.as_str()).lock_exclusive().one(&tx.db).await?,
        None => None,
    };
    let Some(case) = case else {
        leave(&tx, &row, RowState::Undone).await?;
        return tx.commit().await;
    };
    // The import wrote the answers once; a second revision is somebody's work.
    let untouched = case.stage == "draft" && case.round == 0 && case.answers_revision == 1 && case.signature.is_none();
    let evidence = sql::number(
        &tx.db,
        "SELECT COUNT(*) FROM file WHERE application_id = $1 AND kind NOT IN ('photo','photo_original')",
        vec![case.id.clone().into()],
    )
    .await?;
    if !untouched || evidence != Some(0) {
        leave(&tx, &row, RowState::Stays).await?;
        return tx.commit().await;
    }
    let now = records.now();
    let actor = history::Actor::from(member);
    history::append(&tx, now, &case.id, &actor, What::RosterUndone, json!({ "roster": roster.id })).await?;
    live::append(&mut tx, now, outbox::of(&case, "withdrawn", Audience::Applicant)).await?;
    leave(&tx, &row, RowState::Undone).await?;
    // Another import may have found the draft and only pointed at it: there the person can be imported again.
    sql::run(
        &tx.db,
        "UPDATE roster_row SET application_id = NULL, state = CASE state WHEN 'there' THEN 'ready' ELSE state END
         WHERE application_id = $1",
        vec![case.id.clone().into()],
    )
    .await?;
    for statement in OF_DRAFT {
        sql::run(&tx.db, statement, vec![case.id.clone().into()]).await?;
    }
    sql::run(&tx.db, "DELETE FROM application WHERE id = $1", vec![case.id.clone().into()]).await?;
    if row.opened_account == 1 {
        forget(&tx, &case.account_id).await?;
    }
    tx.commit().await
}

/// Removes an account that the import opened, where nobody has used it: a name typed wrong must not stay under a number.
async fn forget(tx: &Tx, account: &str) -> Result<(), Error> {
    let used = sql::number(&tx.db, USED, vec![account.to_owned().into(); 6]);
    if used.await? != Some(0) {
        return Ok(());
    }
    for statement in OF_ACCOUNT {
        sql::run(&tx.db, statement, vec![account.to_owned().into()]).await?;
    }
    Ok(())
}

async fn leave(tx: &Tx, row: &roster_row::Model, state: RowState) -> Result<(), Error> {
    let application = if state == RowState::Stays { row.application_id.clone() } else { None };
    sql::run(
        &tx.db,
        "UPDATE roster_row SET state = $1, application_id = $2 WHERE roster_id = $3 AND row_no = $4",
        vec![state.as_str().into(), application.into(), row.roster_id.clone().into(), row.row_no.into()],
    )
    .await?;
    Ok(())
}
