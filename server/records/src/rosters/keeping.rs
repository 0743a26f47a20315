//! Keeping a sheet for trying: its columns, its cells, and what stands above.

use super::rows::{self, AT_ONCE};
use super::{Head, Opened, chain, ground, locked, matching, rules, save_head, seal_head, state_of};
use crate::entity::{roster, roster_row};
use crate::{Error, Records, Tx, history, sql};
use domain::account::StaffMember;
use domain::ids::{PlanId, RosterId};
use domain::page::mine::What;
use domain::page::roster::{RosterRefusal, RosterState};
use domain::roster::{Cell, Column, Layout, LayoutRefusal, Sheet, SheetKind};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

/// Most characters of a file's name, and of what describes a class.
const NAME_MAX: usize = 120;

/// Keeps an uploaded sheet for trying: the first one of the file that has headings. Columns that are not all known can
/// be named on the page.
pub async fn keep(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    file_name: &str,
    sheets: Vec<Sheet>,
) -> Result<RosterId, Error> {
    let ground = ground(records, member, plan).await?;
    let mut refused = None;
    let mut found = None;
    for sheet in sheets {
        match Layout::propose(&sheet) {
            Ok(layout) => {
                found = Some((sheet, layout));
                break;
            }
            Err(refusal) => refused = refused.or(Some(refusal)),
        }
    }
    let Some((sheet, layout)) = found else {
        let refusal = refused.unwrap_or(LayoutRefusal::NoHeadings { looked_at: 0 });
        return Err(RosterRefusal::Layout(refusal).into());
    };
    let now = records.now();
    let id = RosterId(records.chance().id(now));
    let (key, rules) = (id.to_string(), rules(records, &ground));
    let below =
        sheet.rows.iter().filter(|(number, cells)| *number > layout.headings_at && !cells.iter().all(Cell::is_empty));
    let fact = |label: &str| layout.fact(label).unwrap_or_default().to_owned();
    let head = Head {
        file_name: file_name.chars().filter(|ch| !ch.is_control()).take(NAME_MAX).collect(),
        class: fact("班别"),
        training: fact("培训日期"),
        hours: String::new(),
        left_out: Vec::new(),
        layout: layout.clone(),
    };
    let state = if layout.check().is_ok() { RosterState::Open } else { RosterState::Mapping };
    let tx = records.begin().await?;
    let kept = roster::Model {
        id: key.clone(),
        plan_id: plan.to_string(),
        agency_id: ground.plan.agency.to_string(),
        staff_id: member.id.to_string(),
        staff_name: member.name.clone(),
        state: state.as_str().to_owned(),
        head_sealed: seal_head(records, &key, &head)?,
        photos_wanted: 0,
        note: None,
        created_at: now.0,
        started_at: None,
        moved_by: None,
    };
    roster::Entity::insert(kept.into_active_model()).exec_without_returning(&tx.db).await?;
    let mut some = Vec::new();
    let mut count = 0_usize;
    for (number, cells) in below {
        some.push(rows::fresh(records, &key, *number, cells, &layout, &rules)?.into_active_model());
        count += 1;
        if some.len() as u64 == AT_ONCE {
            roster_row::Entity::insert_many(std::mem::take(&mut some)).exec_without_returning(&tx.db).await?;
        }
    }
    if count == 0 {
        return Err(RosterRefusal::Nobody.into());
    }
    if !some.is_empty() {
        roster_row::Entity::insert_many(some).exec_without_returning(&tx.db).await?;
    }
    rows::restand(&tx, &key).await?;
    let detail = json!({ "plan": ground.plan.number, "rows": count });
    history::append(&tx, now, &chain(&key), &history::Actor::from(member), What::RosterKept, detail).await?;
    tx.commit().await?;
    Ok(id)
}

/// Says which column is which, by position from 0. What was chosen stays, also while something is still missing; then
/// the roster cannot be imported.
pub async fn map(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    kind: SheetKind,
    columns: &[(usize, Option<Column>)],
) -> Result<Option<LayoutRefusal>, Error> {
    let mut opened = Opened::open(records, member, id).await?;
    let tx = records.begin().await?;
    let row = locked(&tx, &opened.row.id).await?;
    opened.head = super::head_of(records, &row)?;
    let layout = &mut opened.head.layout;
    layout.kind = kind;
    for (place, column) in columns {
        if let Some(known) = layout.columns.get_mut(*place) {
            known.1 = *column;
        }
    }
    let missing = layout.check().err();
    let state = if missing.is_none() { RosterState::Open } else { RosterState::Mapping };
    // Paused is open, too: the import goes on with what stands there then.
    save_head(records, &tx.db, &row.id, &opened.head, state).await?;
    judge_all(records, &tx, &opened).await?;
    matching::all_again(&tx, &row.id).await?;
    rows::restand(&tx, &row.id).await?;
    tx.commit().await?;
    Ok(missing)
}

async fn judge_all(records: &Records, tx: &Tx, opened: &Opened) -> Result<(), Error> {
    let rules = opened.rules(records);
    let mut after = 0;
    loop {
        let some = roster_row::Entity::find()
            .filter(roster_row::Column::RosterId.eq(opened.row.id.as_str()))
            .filter(roster_row::Column::RowNo.gt(after))
            .filter(roster_row::Column::State.is_in(["ready", "faulty", "refused"]))
            .order_by_asc(roster_row::Column::RowNo)
            .limit(AT_ONCE)
            .all(&tx.db)
            .await?;
        let Some(last) = some.last() else { return Ok(()) };
        after = last.row_no;
        for row in &some {
            let cells = rows::cells_of(records, row)?;
            let number = u32::try_from(row.row_no).unwrap_or(u32::MAX);
            rows::rewrite(records, tx, &opened.row.id, number, &cells, opened, &rules).await?;
        }
    }
}

/// Puts other texts into cells: row as the spreadsheet counts, place from 0. Rows that are imported stay as they are.
pub async fn mend(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    cells: &[(u32, u32, String)],
) -> Result<(), Error> {
    let mut opened = Opened::open(records, member, id).await?;
    let rules = opened.rules(records);
    let tx = records.begin().await?;
    let row = locked(&tx, &opened.row.id).await?;
    opened.head = super::head_of(records, &row)?;
    let width = opened.head.layout.columns.len();
    let mut numbers: Vec<u32> = cells.iter().map(|(number, ..)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let kept = roster_row::Entity::find_by_id((row.id.clone(), i64::from(number))).one(&tx.db).await?;
        let Some(kept) = kept.filter(|kept| matches!(kept.state.as_str(), "ready" | "faulty" | "refused")) else {
            continue;
        };
        let mut texts = rows::cells_of(records, &kept)?;
        let mut changed = kept.state == "refused";
        for (_, place, text) in cells.iter().filter(|(at, ..)| *at == number) {
            let place = usize::try_from(*place).unwrap_or(usize::MAX);
            if place >= width {
                continue;
            }
            if texts.len() <= place {
                texts.resize(place + 1, Cell::Empty);
            }
            if texts[place].shown() != text.trim() {
                texts[place] = if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text.trim().to_owned()) };
                changed = true;
            }
        }
        if changed {
            let new = rows::rewrite(records, &tx, &row.id, number, &texts, &opened, &rules).await?;
            matching::row_again(&tx, &new).await?;
        }
    }
    rows::restand(&tx, &row.id).await?;
    tx.commit().await
}

/// 班别, 培训日期, 学时: they stand above the 花名册 that goes out.
pub async fn describe(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    class: &str,
    training: &str,
    hours: &str,
) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let tx = records.begin().await?;
    let row = roster::Entity::find_by_id(opened.row.id.as_str()).lock_exclusive().one(&tx.db).await?;
    let row = row.ok_or(Error::NotFound)?;
    let mut head = super::head_of(records, &row)?;
    let fit = |text: &str| text.trim().chars().filter(|ch| !ch.is_control()).take(NAME_MAX).collect();
    (head.class, head.training, head.hours) = (fit(class), fit(training), fit(hours));
    save_head(records, &tx.db, &row.id, &head, state_of(&row)?).await?;
    tx.commit().await
}

/// Throws a roster away that nobody was imported from, or whose import was taken back.
pub async fn drop_roster(records: &Records, member: &StaffMember, id: RosterId) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let tx = records.begin().await?;
    let row = roster::Entity::find_by_id(opened.row.id.as_str()).lock_exclusive().one(&tx.db).await?;
    let row = row.ok_or(Error::NotFound)?;
    let state = state_of(&row)?;
    let key = || vec![row.id.clone().into()];
    let kept = "SELECT COUNT(*) FROM roster_row WHERE roster_id = $1 AND state IN ('done','stays')";
    if state.is_moving() || sql::number(&tx.db, kept, key()).await? != Some(0) {
        return Err(RosterRefusal::State(state).into());
    }
    for statement in [
        "DELETE FROM roster_photo WHERE roster_id = $1",
        "DELETE FROM roster_row WHERE roster_id = $1",
        "DELETE FROM roster WHERE id = $1",
    ] {
        sql::run(&tx.db, statement, key()).await?;
    }
    tx.commit().await
}
