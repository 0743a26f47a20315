//! Keeping a sheet for trying: its columns, its cells, and what stands above.

use super::rows::{self, AT_ONCE};
use super::{Head, Opened, Top, chain, ground, locked, matching, rules, save_head, seal_head, sheet, state_of};
use crate::entity::{roster, roster_row};
use crate::{Error, Records, Tx, history, sql};
use domain::account::StaffMember;
use domain::ids::{PlanId, RosterId};
use domain::page::mine::What;
use domain::page::roster::{RosterRefusal, RosterState};
use domain::roster::{Cell, Column, HOURS_MAX, Layout, LayoutRefusal, Sheet, SheetKind, hours as read_hours};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

/// Most characters of a file's name, and of what describes a class.
const NAME_MAX: usize = 120;

/// Keeps an uploaded sheet for trying: the best of the file's by its headings. Columns that are not all known can be
/// named on the page, and so can the row of the headings.
pub async fn keep(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    file_name: &str,
    sheets: Vec<Sheet>,
) -> Result<RosterId, Error> {
    let ground = ground(records, member, plan).await?;
    let Best { place, layout, guessed } = best(&sheets).map_err(RosterRefusal::Layout)?;
    let now = records.now();
    let id = RosterId(records.chance().id(now));
    let (key, rules) = (id.to_string(), rules(records, &ground));
    let mut head = Head {
        file_name: file_name.chars().filter(|ch| !ch.is_control()).take(NAME_MAX).collect(),
        class: String::new(),
        training: String::new(),
        hours: String::new(),
        left_out: Vec::new(),
        top: Top::of(&sheets, place, guessed),
        layout: layout.clone(),
    };
    head.take_facts(None);
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
    let whole = sheets[place].spread(&layout);
    let below = sheet::below(&whole, &layout);
    let count = rows::insert(records, &tx, &key, below, &layout, &rules).await?;
    if count == 0 {
        return Err(RosterRefusal::Nobody.into());
    }
    sheet::keep(records, &tx, &key, &sheets).await?;
    rows::restand(&tx, &key).await?;
    let detail = json!({ "plan": ground.plan.number, "rows": count });
    history::append(&tx, now, &chain(&key), &history::Actor::from(member), What::RosterKept, detail).await?;
    tx.commit().await?;
    Ok(id)
}

/// The sheet that is read, how, and whether its headings are a guess.
struct Best {
    place: usize,
    layout: Layout,
    guessed: bool,
}

/// The first sheet with all columns, or else the first with known headings, or else the first that can be a table.
fn best(sheets: &[Sheet]) -> Result<Best, LayoutRefusal> {
    let mut refused = None;
    let mut known: Option<Best> = None;
    for (place, sheet) in sheets.iter().enumerate() {
        match Layout::propose(sheet) {
            Ok(layout) if layout.check().is_ok() => return Ok(Best { place, layout, guessed: false }),
            Ok(layout) => known = known.or(Some(Best { place, layout, guessed: false })),
            Err(refusal) => refused = refused.or(Some(refusal)),
        }
    }
    let guess = || {
        let mut guesses = sheets.iter().enumerate().filter_map(|(place, sheet)| Some((place, Layout::guess(sheet)?)));
        guesses.next().map(|(place, layout)| Best { place, layout, guessed: true })
    };
    known.or_else(guess).ok_or(refused.unwrap_or(LayoutRefusal::NoHeadings { looked_at: 0 }))
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
    if layout.kind != kind {
        (layout.kind, layout.kind_by_hand) = (kind, true);
    }
    for (place, column) in columns {
        layout.say(*place, *column);
    }
    let missing = layout.check().err();
    // Whoever names the columns agrees with the row that they stand in.
    opened.head.top.guessed &= missing.is_some();
    let state = if missing.is_none() { RosterState::Open } else { RosterState::Mapping };
    // Paused is open, too: the import goes on with what stands there then.
    save_head(records, &tx.db, &row.id, &opened.head, state).await?;
    judge_all(records, &tx, &opened).await?;
    matching::all_again(&tx, &row.id).await?;
    rows::restand(&tx, &row.id).await?;
    tx.commit().await?;
    Ok(missing)
}

/// Reads the file again: headings in row `row`, `high` rows high, of the sheet `place`, from 0. What a person said about
/// columns, cells that were mended and photos that were joined stay, as far as they still make sense.
pub async fn reread(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    place: u32,
    row: u32,
    high: u32,
) -> Result<Option<LayoutRefusal>, Error> {
    let mut opened = Opened::open(records, member, id).await?;
    let rules = opened.rules(records);
    let tx = records.begin().await?;
    let kept = locked(&tx, &opened.row.id).await?;
    opened.head = super::head_of(records, &kept)?;
    let sheet = sheet::open(records, &tx, &kept.id, place).await?.ok_or(RosterRefusal::Begun)?;
    let same = opened.head.top.sheet == place;
    let earlier = opened.head.layout.clone();
    let layout = Layout::said(&sheet, row, high).map_err(RosterRefusal::Layout)?.with_hand(&earlier, same);
    if sheet::below(&sheet, &layout).next().is_none() {
        return Err(RosterRefusal::Nobody.into());
    }
    opened.head.layout = layout;
    opened.head.take_facts(Some(&earlier));
    opened.head.top.turn_to(&sheet, place);
    let missing = opened.head.layout.check().err();
    let state = if missing.is_none() { RosterState::Open } else { RosterState::Mapping };
    save_head(records, &tx.db, &kept.id, &opened.head, state).await?;
    sheet::replace(records, &tx, &opened, &sheet, same, &rules).await?;
    judge_all(records, &tx, &opened).await?;
    matching::all_again(&tx, &kept.id).await?;
    rows::restand(&tx, &kept.id).await?;
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

/// 班别, 培训日期, 学时: they stand above the 花名册 that goes out. Hours are a number, or nothing.
pub async fn describe(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    class: &str,
    training: &str,
    hours: &str,
) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let hours = match read_hours(hours) {
        Some(hours) => hours.to_string(),
        None if hours.trim().is_empty() => String::new(),
        None => return Err(RosterRefusal::NoHours { most: HOURS_MAX }.into()),
    };
    let tx = records.begin().await?;
    let row = roster::Entity::find_by_id(opened.row.id.as_str()).lock_exclusive().one(&tx.db).await?;
    let row = row.ok_or(Error::NotFound)?;
    let mut head = super::head_of(records, &row)?;
    let fit = |text: &str| text.trim().chars().filter(|ch| !ch.is_control()).take(NAME_MAX).collect();
    (head.class, head.training, head.hours) = (fit(class), fit(training), hours);
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
        "DELETE FROM roster_mend WHERE roster_id = $1",
        "DELETE FROM roster_sheet WHERE roster_id = $1",
        "DELETE FROM roster_photo WHERE roster_id = $1",
        "DELETE FROM roster_row WHERE roster_id = $1",
        "DELETE FROM roster WHERE id = $1",
    ] {
        sql::run(&tx.db, statement, key()).await?;
    }
    tx.commit().await
}

impl Head {
    /// Takes class, days and hours from above the headings, where nobody has written something else; `earlier` is how
    /// the sheet was read before.
    fn take_facts(&mut self, earlier: Option<&Layout>) {
        let fact = |layout: &Layout, labels: &[&str]| -> String {
            labels.iter().find_map(|label| layout.fact(label)).unwrap_or_default().to_owned()
        };
        let hours = |layout: &Layout| {
            read_hours(&fact(layout, &["学时", "培训学时"])).map_or_else(String::new, |hours| hours.to_string())
        };
        let before = |of: &dyn Fn(&Layout) -> String| earlier.map(of).unwrap_or_default();
        let class = |layout: &Layout| fact(layout, &["班别"]);
        let training = |layout: &Layout| fact(layout, &["培训日期"]);
        if self.class == before(&class) {
            self.class = class(&self.layout);
        }
        if self.training == before(&training) {
            self.training = training(&self.layout);
        }
        if self.hours == before(&hours) {
            self.hours = hours(&self.layout);
        }
    }
}

/// Whether nothing stands in a row.
pub(super) fn is_blank(cells: &[Cell]) -> bool {
    cells.iter().all(Cell::is_empty)
}
