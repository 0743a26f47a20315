//! Other texts in cells: typed one by one, one for all, or as proposed. Every mend is kept with what stood there before
//! and can be put back.

use super::rows::{self, Read};
use super::{Opened, locked, matching};
use crate::entity::{roster_mend as mend_row, roster_row as row};
use crate::keys::place as seal_place;
use crate::{Error, Records, Tx, sql};
use domain::account::StaffMember;
use domain::ids::RosterId;
use domain::page::roster::{MendDone, MendGroup, MendLine, Mended, RosterRefusal};
use domain::roster::{self, Cell, Layout, MendReason, Rules, judge};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

/// Rows that are looked through for proposals: the largest roster that is imported in one go.
const MOST: u64 = 10_000;
/// Proposals that are shown, and done, together.
const SHOWN: usize = 300;
/// Mends that can be put back from the page.
const LAST: u64 = 5;

/// A cell that was changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Change {
    row: u32,
    place: u32,
    old: Cell,
    new: Cell,
}

/// Puts other texts into cells: row as the spreadsheet counts, place from 0. Rows that are imported stay as they are.
pub async fn mend(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    cells: &[(u32, u32, String)],
) -> Result<Mended, Error> {
    change(records, member, id, cells, |_, text| Some(cell_of(text))).await
}

/// Does what was proposed and shown: a text that is not proposed for its cell any more, because somebody was faster,
/// leaves the cell as it is.
pub async fn mend_proposed(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    reason: MendReason,
    cells: &[(u32, u32, String)],
) -> Result<Mended, Error> {
    change(records, member, id, cells, |seen, text| {
        let judged = judge::row(seen.row, seen.cells, seen.layout, seen.rules);
        let mends = roster::mends(seen.cells, seen.layout, &judged, seen.rules);
        let of_cell = mends.iter().filter(|mend| mend.place == seen.place && mend.reason == reason);
        of_cell.flat_map(|mend| &mend.becomes).any(|one| one == text).then(|| cell_of(text))
    })
    .await
}

/// Puts back what a mend has changed. Cells that were changed again since, and rows that were imported, stay.
pub async fn put_back(records: &Records, member: &StaffMember, id: RosterId, mend: &str) -> Result<Mended, Error> {
    let opened = Opened::open(records, member, id).await?;
    let kept = mend_row::Entity::find_by_id(mend).one(records.read()).await?;
    let kept = kept.filter(|kept| kept.roster_id == opened.row.id).ok_or(Error::NotFound)?;
    let changes = changes_of(records, &kept)?;
    let rules = opened.rules(records);
    let tx = records.begin().await?;
    let row = locked(&tx, &opened.row.id).await?;
    let opened = Opened { head: super::head_of(records, &row)?, ..opened };
    let marked = sql::run(
        &tx.db,
        "UPDATE roster_mend SET undone_at = $1 WHERE id = $2 AND undone_at IS NULL",
        vec![records.now().0.into(), kept.id.clone().into()],
    );
    if marked.await?.rows_affected() == 0 {
        return Err(RosterRefusal::PutBack.into());
    }
    let mut done = Mended::default();
    let mut rest = changes.as_slice();
    while let Some(first) = rest.first() {
        let of_row = rest.iter().take_while(|change| change.row == first.row).count();
        let (some, later) = rest.split_at(of_row);
        rest = later;
        let Some(OpenRow { mut cells, .. }) = open_row(records, &tx, &row.id, first.row).await? else {
            done.left += u32::try_from(some.len()).unwrap_or(u32::MAX);
            continue;
        };
        let before = done.cells;
        for change in some {
            match cells.get_mut(place(change.place)) {
                Some(cell) if *cell == change.new => {
                    *cell = change.old.clone();
                    done.cells += 1;
                }
                _ => done.left += 1,
            }
        }
        if done.cells > before {
            write(records, &tx, &opened, first.row, &cells, &rules).await?;
        }
    }
    rows::restand(&tx, &row.id).await?;
    tx.commit().await?;
    Ok(done)
}

/// A cell that somebody wants changed.
struct Seen<'a> {
    row: u32,
    place: u32,
    cells: &'a [Cell],
    layout: &'a Layout,
    rules: &'a Rules,
}

async fn change(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    cells: &[(u32, u32, String)],
    wanted: impl Fn(&Seen<'_>, &str) -> Option<Cell>,
) -> Result<Mended, Error> {
    let mut opened = Opened::open(records, member, id).await?;
    let rules = opened.rules(records);
    let tx = records.begin().await?;
    let row = locked(&tx, &opened.row.id).await?;
    opened.head = super::head_of(records, &row)?;
    let layout = &opened.head.layout;
    let mut numbers: Vec<u32> = cells.iter().map(|(number, ..)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut changes = Vec::new();
    let mut done = Mended::default();
    for number in numbers {
        let of_row = cells.iter().filter(|(at, ..)| *at == number);
        let Some(OpenRow { cells: mut now, refused }) = open_row(records, &tx, &row.id, number).await? else {
            done.left += u32::try_from(of_row.count()).unwrap_or(u32::MAX);
            continue;
        };
        let (before, so_far) = (now.clone(), done.cells);
        for (_, at, text) in of_row.filter(|(_, at, _)| place(*at) < layout.columns.len()) {
            let seen = Seen { row: number, place: *at, cells: &before, layout, rules: &rules };
            let Some(new) = wanted(&seen, text.trim()) else {
                done.left += 1;
                continue;
            };
            let at = place(*at);
            if now.len() <= at {
                now.resize(at + 1, Cell::Empty);
            }
            if now[at].shown() != new.shown() {
                changes.push(Change {
                    row: number,
                    place: u32::try_from(at).unwrap_or(u32::MAX),
                    old: std::mem::replace(&mut now[at], new.clone()),
                    new,
                });
                done.cells += 1;
            }
        }
        // A row that the import refused is tried again, even if it stays as it is.
        if refused || done.cells > so_far {
            write(records, &tx, &opened, number, &now, &rules).await?;
        }
    }
    if !changes.is_empty() {
        note(records, &tx, member, &row.id, &changes).await?;
    }
    rows::restand(&tx, &row.id).await?;
    tx.commit().await?;
    Ok(done)
}

/// A row that can still be changed.
struct OpenRow {
    cells: Vec<Cell>,
    refused: bool,
}

async fn open_row(records: &Records, tx: &Tx, roster: &str, number: u32) -> Result<Option<OpenRow>, Error> {
    let kept = row::Entity::find_by_id((roster.to_owned(), i64::from(number))).one(&tx.db).await?;
    let kept = kept.filter(|kept| matches!(kept.state.as_str(), "ready" | "faulty" | "refused"));
    kept.map(|kept| Ok(OpenRow { cells: rows::cells_of(records, &kept)?, refused: kept.state == "refused" }))
        .transpose()
}

async fn write(
    records: &Records,
    tx: &Tx,
    opened: &Opened,
    number: u32,
    cells: &[Cell],
    rules: &Rules,
) -> Result<(), Error> {
    let new = rows::rewrite(records, tx, &opened.row.id, number, cells, opened, rules).await?;
    matching::row_again(tx, &new).await
}

async fn note(records: &Records, tx: &Tx, member: &StaffMember, roster: &str, changes: &[Change]) -> Result<(), Error> {
    let now = records.now();
    let id = records.chance().id(now).to_string();
    let plain = serde_json::to_vec(changes).map_err(|why| Error::bad_row("roster_mend", &id, why))?;
    let kept = mend_row::Model {
        body_sealed: records.inner.keys.seal(&seal_place("roster_mend", "body", &id), &plain)?,
        id,
        roster_id: roster.to_owned(),
        staff_name: member.name.clone(),
        at: now.0,
        cells: i64::try_from(changes.len()).unwrap_or(i64::MAX),
        undone_at: None,
    };
    mend_row::Entity::insert(kept.into_active_model()).exec_without_returning(&tx.db).await?;
    Ok(())
}

fn changes_of(records: &Records, kept: &mend_row::Model) -> Result<Vec<Change>, Error> {
    let plain = records.inner.keys.open(&seal_place("roster_mend", "body", &kept.id), &kept.body_sealed)?;
    serde_json::from_slice(&plain).map_err(|why| Error::bad_row("roster_mend", &kept.id, why))
}

fn cell_of(text: &str) -> Cell {
    if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text.trim().to_owned()) }
}

fn place(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// Mends that were done last and not put back.
pub(super) async fn last(records: &Records, roster: &str) -> Result<Vec<MendDone>, Error> {
    let kept = mend_row::Entity::find()
        .filter(mend_row::Column::RosterId.eq(roster))
        .filter(mend_row::Column::UndoneAt.is_null())
        .order_by_desc(mend_row::Column::At)
        .order_by_desc(mend_row::Column::Id)
        .limit(LAST)
        .all(records.read())
        .await?;
    let done = kept.into_iter().map(|kept| MendDone {
        id: kept.id,
        by: kept.staff_name,
        at: Timestamp(kept.at),
        cells: super::many(kept.cells),
    });
    Ok(done.collect())
}

/// Rows of a roster with cells that can be mended together.
pub(super) async fn mendable(records: &Records, roster: &str) -> Result<u32, Error> {
    let count =
        "SELECT COUNT(*) FROM roster_row WHERE roster_id = $1 AND mends > 0 AND state IN ('ready','faulty','refused')";
    Ok(super::many(sql::number(records.read(), count, vec![roster.to_owned().into()]).await?.unwrap_or(0)))
}

/// What is proposed, by reason, the surest first.
pub(super) async fn proposed(records: &Records, opened: &Opened) -> Result<Vec<MendGroup>, Error> {
    let kept = row::Entity::find()
        .filter(row::Column::RosterId.eq(opened.row.id.as_str()))
        .filter(row::Column::State.is_in(["ready", "faulty", "refused"]))
        .filter(row::Column::Mends.gt(0))
        .order_by_asc(row::Column::RowNo)
        .limit(MOST)
        .all(records.read())
        .await?;
    let (layout, rules) = (&opened.head.layout, opened.rules(records));
    let mut groups: Vec<MendGroup> =
        MendReason::ALL.map(|reason| MendGroup { reason, lines: Vec::new(), more: 0 }).into();
    for one in kept {
        let cells = rows::cells_of(records, &one)?;
        let Read { judged, .. } = rows::read(records, one, layout, &rules)?;
        for mend in roster::mends(&cells, layout, &judged, &rules) {
            let Some(group) = groups.iter_mut().find(|group| group.reason == mend.reason) else { continue };
            if group.lines.len() >= SHOWN {
                group.more += 1;
                continue;
            }
            group.lines.push(MendLine {
                row: judged.row,
                name: judged.person.name.clone(),
                place: mend.place,
                column: mend.column,
                found: mend.found,
                becomes: mend.becomes,
            });
        }
    }
    groups.retain(|group| !group.lines.is_empty());
    Ok(groups)
}
