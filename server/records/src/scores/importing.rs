//! From a sheet: kept as it is, tried as often as one likes, mended cell by cell, taken row by row. A row with a fault
//! changes nothing and stays behind.

use super::ground::{Counting, Ground, Marks, Sitter, chain, ensure_open, locked_sheet, noted_of, put};
use crate::entity::trial as row;
use crate::keys::place;
use crate::{Error, Records, Tx, history, sql};
use domain::account::StaffMember;
use domain::ids::PlanId;
use domain::page::mine::What;
use domain::page::scores::{FaultyRow, MarkSource, ScoreRefusal, ScoreTrial};
use domain::roster::{Cell, Sheet};
use domain::scores::{self, Mark, Noted, ScoreRow, Sitting};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// Most faulty rows that are shown at once; the others follow when these are mended.
const FAULTY_SHOWN: usize = 100;

/// What was taken from a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Rows taken.
    pub rows: u32,
    /// Rows at fault, left behind to be mended.
    pub left: u32,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    file_name: String,
    sheet: Sheet,
}

/// Keeps an uploaded sheet for trying; an earlier one of the same member and plan goes.
pub async fn keep_sheet(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    file_name: &str,
    sheet: Sheet,
) -> Result<(), Error> {
    let ground = Ground::open(records, member, plan).await?;
    ground.ensure_held(records.now())?;
    let tx = records.begin().await?;
    ensure_open(&locked_sheet(&tx, plan).await?)?;
    write(records, &tx, member, plan, &Kept { file_name: file_name.to_owned(), sheet }).await?;
    tx.commit().await
}

/// Puts other texts into cells of the kept sheet: row as the spreadsheet counts, place from 0.
pub async fn mend(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    cells: &[(u32, u32, String)],
) -> Result<(), Error> {
    Ground::open(records, member, plan).await?;
    let tx = records.begin().await?;
    ensure_open(&locked_sheet(&tx, plan).await?)?;
    let mut kept = read(records, &tx.db, member, plan).await?.ok_or(ScoreRefusal::NoTrial)?;
    for (at, column, text) in cells {
        let found = kept.sheet.rows.iter_mut().find(|(number, _)| number == at);
        let cell = found.and_then(|(_, cells)| cells.get_mut(usize::try_from(*column).unwrap_or(usize::MAX)));
        if let Some(cell) = cell {
            *cell = if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text.trim().to_owned()) };
        }
    }
    write(records, &tx, member, plan, &kept).await?;
    tx.commit().await
}

/// Throws the kept sheet away.
pub async fn drop_trial(records: &Records, member: &StaffMember, plan: PlanId) -> Result<(), Error> {
    Ground::open(records, member, plan).await?;
    let tx = records.begin().await?;
    remove(&tx, member, plan).await?;
    tx.commit().await
}

/// Takes every row without a fault. What is left can be mended and taken later.
pub async fn take(records: &Records, member: &StaffMember, plan: PlanId) -> Result<Taken, Error> {
    let ground = Ground::open(records, member, plan).await?;
    ground.ensure_held(records.now())?;
    let sitters = ground.sitters(records).await?;
    let tx = records.begin().await?;
    ensure_open(&locked_sheet(&tx, plan).await?)?;
    let mut kept = read(records, &tx.db, member, plan).await?.ok_or(ScoreRefusal::NoTrial)?;
    let judged = scores::rows(&kept.sheet, &sittings(&sitters)).map_err(|_| ScoreRefusal::NothingReady)?;
    let ready: Vec<&ScoreRow> = judged.iter().filter(|row| row.faults.is_empty()).collect();
    if ready.is_empty() {
        return Err(ScoreRefusal::NothingReady.into());
    }
    let (now, by) = (records.now(), member.id.to_string());
    for row in &ready {
        let Some(sitter) = sitters.iter().find(|sitter| sitter.ticket == row.ticket) else { continue };
        let application = sitter.id.to_string();
        for (subject, mark) in &row.marks {
            let Some(name) = ground.subject_named(*subject) else { continue };
            if sitter.subjects.contains(name) && *mark != Mark::Blank {
                let (mark, source) = (*mark, MarkSource::Sheet);
                let counting = Counting { application: &application, subject: name, mark, source, by: &by };
                put(&tx, plan, counting, now).await?;
            }
        }
    }
    let taken = Taken { rows: many(ready.len()), left: many(judged.len() - ready.len()) };
    let numbers: Vec<u32> = ready.iter().map(|row| row.row).collect();
    kept.sheet.rows.retain(|(number, _)| numbers.binary_search(number).is_err());
    if taken.left == 0 {
        remove(&tx, member, plan).await?;
    } else {
        write(records, &tx, member, plan, &kept).await?;
    }
    let detail = json!({ "rows": taken.rows, "left": taken.left });
    history::append(&tx, now, &chain(plan), &history::Actor::from(member), What::ScoresImported, detail).await?;
    tx.commit().await?;
    Ok(taken)
}

/// The rows of a sheet to fill in: 准考证号, 姓名, 证件号码, 职业, 等级, one column per subject, 备注. Who was noted as absent in
/// the exam room stands there as 缺考; a misconduct is remarked and left to whoever decides.
pub async fn blank_sheet(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
) -> Result<(String, Vec<String>, Vec<Vec<String>>), Error> {
    let ground = Ground::open(records, member, plan).await?;
    let mut headings: Vec<String> = ["准考证号", "姓名", "证件号码", "职业", "等级"].map(str::to_owned).into();
    let heading = |name: &String| match scores::Subject::named(name) {
        Some(subject) => format!("{}成绩", subject.label()),
        None => format!("{name}成绩"),
    };
    headings.extend(ground.plan.subjects.iter().map(heading));
    headings.push("备注".to_owned());
    let level = ground.plan.level.map_or("", |level| level.short()).to_owned();
    let noted = noted_of(records.read(), plan).await?;
    let rows = ground.sitters(records).await?.into_iter().map(|sitter| {
        let mut cells = vec![
            sitter.ticket.clone(),
            sitter.name.clone(),
            sitter.id_no.clone(),
            ground.plan.occupation_and_trade(),
            level.clone(),
        ];
        let of = |subject: &String| noted.get(&(sitter.id.to_string(), subject.clone())).copied();
        let sits = |subject: &&String| sitter.subjects.contains(subject);
        let mark = |subject: &String| {
            of(subject).filter(|_| sits(&subject)).map_or_else(String::new, |one| one.mark().shown())
        };
        cells.extend(ground.plan.subjects.iter().map(mark));
        let misconduct = |subject: &&String| of(subject) == Some(Noted::Misconduct);
        let told: Vec<String> =
            ground.plan.subjects.iter().filter(misconduct).map(|subject| format!("{subject}考场登记违纪")).collect();
        cells.push(told.join("，"));
        cells
    });
    let rows = rows.collect();
    let tx = records.begin().await?;
    // The sheet shows full identity numbers: who took it out is on record.
    let actor = history::Actor::from(member);
    history::append(&tx, records.now(), &chain(plan), &actor, What::Printed, json!({ "sheet": "scores" })).await?;
    tx.commit().await?;
    Ok((ground.plan.title.clone(), headings, rows))
}

/// What the kept sheet of a member would do now.
pub(super) async fn trial(
    records: &Records,
    member: &StaffMember,
    ground: &Ground,
    sitters: &[Sitter],
    marks: &Marks,
) -> Result<Option<ScoreTrial>, Error> {
    let Some(kept) = read(records, records.read(), member, ground.plan.id).await? else { return Ok(None) };
    let mut trial =
        ScoreTrial { file_name: kept.file_name, rows: 0, ready: 0, replaces: 0, refusal: None, faulty: Vec::new() };
    match scores::rows(&kept.sheet, &sittings(sitters)) {
        Err(refusal) => trial.refusal = Some(refusal),
        Ok(judged) => {
            trial.rows = many(judged.len());
            let (ready, faulty): (Vec<ScoreRow>, Vec<ScoreRow>) =
                judged.into_iter().partition(|row| row.faults.is_empty());
            trial.ready = many(ready.len());
            trial.replaces = many(ready.iter().map(|row| replaced(ground, sitters, marks, row)).sum());
            trial.faulty = faulty
                .into_iter()
                .take(FAULTY_SHOWN)
                .map(|row| FaultyRow {
                    name: scores::name_in(&kept.sheet, row.row),
                    faults: row
                        .faults
                        .iter()
                        .map(|fault| (*fault, scores::cell_of(&kept.sheet, row.row, fault)))
                        .collect(),
                    row: row.row,
                    ticket: row.ticket,
                })
                .collect();
        }
    }
    Ok(Some(trial))
}

/// How many marks of a row would replace another one.
fn replaced(ground: &Ground, sitters: &[Sitter], marks: &Marks, row: &ScoreRow) -> usize {
    let Some(sitter) = sitters.iter().find(|sitter| sitter.ticket == row.ticket) else { return 0 };
    let differs = |subject: &scores::Subject, mark: &Mark| {
        let known = ground.subject_named(*subject).map(|name| sitter.mark(marks, name));
        *mark != Mark::Blank && known.is_some_and(|known| known != Mark::Blank && known != *mark)
    };
    row.marks.iter().filter(|(subject, mark)| differs(subject, mark)).count()
}

fn sittings(sitters: &[Sitter]) -> BTreeMap<String, Sitting> {
    sitters.iter().map(|sitter| (sitter.ticket.clone(), sitter.sitting())).collect()
}

fn many(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

async fn read<C: sea_orm::ConnectionTrait>(
    records: &Records,
    db: &C,
    member: &StaffMember,
    plan: PlanId,
) -> Result<Option<Kept>, Error> {
    let found = row::Entity::find()
        .filter(row::Column::PlanId.eq(plan.to_string()))
        .filter(row::Column::StaffId.eq(member.id.to_string()))
        .filter(row::Column::Kind.eq("scores"))
        .one(db)
        .await?;
    let Some(found) = found else { return Ok(None) };
    let plain = records.inner.keys.open(&place("trial", "sheet", &found.id), &found.sheet_sealed)?;
    serde_json::from_slice(&plain).map(Some).map_err(|why| Error::bad_row("trial", &found.id, why))
}

async fn write(records: &Records, tx: &Tx, member: &StaffMember, plan: PlanId, kept: &Kept) -> Result<(), Error> {
    remove(tx, member, plan).await?;
    let now = records.now();
    let id = records.chance().id(now).to_string();
    let plain = serde_json::to_vec(kept).map_err(|why| Error::bad_row("trial", &id, why))?;
    let fresh = row::ActiveModel {
        sheet_sealed: Set(records.inner.keys.seal(&place("trial", "sheet", &id), &plain)?),
        id: Set(id),
        plan_id: Set(plan.to_string()),
        staff_id: Set(member.id.to_string()),
        kind: Set("scores".to_owned()),
        at: Set(now.0),
    };
    row::Entity::insert(fresh).exec_without_returning(&tx.db).await?;
    Ok(())
}

async fn remove(tx: &Tx, member: &StaffMember, plan: PlanId) -> Result<(), Error> {
    sql::run(
        &tx.db,
        "DELETE FROM trial WHERE plan_id = $1 AND staff_id = $2 AND kind = 'scores'",
        vec![plan.to_string().into(), member.id.to_string().into()],
    )
    .await?;
    Ok(())
}
