//! What the page of rosters shows: lists by page, never a whole roster at once.

use super::photos::file_name;
use super::rows::{self, Read};
use super::{Opened, ground, many, mending, out, sheet, state_of};
use crate::entity::{roster, roster_photo as photo, roster_row as row};
use crate::{Error, Records, sql, standards};
use domain::account::StaffMember;
use domain::ids::{PlanId, RosterId};
use domain::masking::{self, Audience};
use domain::page::collecting::ConfirmRefusal;
use domain::page::roster::{
    ClassHours, Joining, RosterBoard, RosterCell, RosterCounts, RosterDesk, RosterLine, RosterPhoto, RosterRow,
    RosterState, RosterTab, RowState,
};
use domain::refusal::Refusal;
use domain::roster::{Column, FaultKind, LayoutRefusal, RosterFault, short_hours};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

/// Rows of a page.
const PAGE: u64 = 50;
/// Rosters of a plan that are shown.
const ROSTERS: u64 = 50;
/// People without a photo that are offered for joining by hand.
const LACKING: u64 = 300;

/// The page of a plan's rosters; `chosen` is the one that is opened, or else the newest.
pub async fn desk(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    chosen: Option<RosterId>,
    tab: Option<RosterTab>,
    page: u32,
) -> Result<RosterDesk, Error> {
    let (ground, collects) = match ground(records, member, plan).await {
        Ok(ground) => (ground, true),
        Err(Error::Refused(Refusal::Confirm(ConfirmRefusal::NotCollected))) => {
            (crate::applications::start::Ground::open(records, plan).await?, false)
        }
        Err(other) => return Err(other),
    };
    let kept = roster::Entity::find()
        .filter(roster::Column::PlanId.eq(plan.to_string()))
        .order_by_desc(roster::Column::CreatedAt)
        .order_by_desc(roster::Column::Id)
        .limit(ROSTERS)
        .all(records.read())
        .await?;
    let mut counts = counts(records, plan).await?;
    let mut rosters = Vec::with_capacity(kept.len());
    for row in &kept {
        rosters.push(line(records, row, counts.remove(&row.id).unwrap_or_default())?);
    }
    let opened = chosen.or_else(|| rosters.first().map(|line| line.id)).filter(|_| collects);
    let board = match opened.and_then(|id| rosters.iter().find(|line| line.id == id)) {
        Some(line) => Some(board(records, member, line.clone(), tab, page).await?),
        None => None,
    };
    Ok(RosterDesk {
        now: records.now(),
        plan,
        collects,
        spec: ground.profile.photo.spec.clone(),
        conditions: ground.plan.conditions.clone(),
        people: out::people_of(records, plan).await?,
        title: ground.plan.title,
        number: ground.plan.number,
        rosters,
        board,
    })
}

#[derive(FromQueryResult)]
struct Count {
    roster_id: String,
    state: String,
    number: i64,
}

async fn counts(records: &Records, plan: PlanId) -> Result<HashMap<String, RosterCounts>, Error> {
    let rows: Vec<Count> = sql::all(
        records.read(),
        "SELECT w.roster_id, w.state, COUNT(*) AS number FROM roster r JOIN roster_row w ON w.roster_id = r.id
         WHERE r.plan_id = $1 GROUP BY w.roster_id, w.state",
        vec![plan.to_string().into()],
    )
    .await?;
    let mut counts: HashMap<String, RosterCounts> = HashMap::new();
    for row in rows {
        let state = RowState::parse(&row.state).ok_or_else(|| Error::bad_row("roster_row", &row.roster_id, "state"))?;
        counts.entry(row.roster_id).or_default().add(state, many(row.number));
    }
    Ok(counts)
}

fn line(records: &Records, row: &roster::Model, counts: RosterCounts) -> Result<RosterLine, Error> {
    Ok(RosterLine {
        id: row.id.parse().map_err(|_| Error::bad_row("roster", &row.id, "id"))?,
        file_name: super::head_of(records, row)?.file_name,
        by: row.staff_name.clone(),
        at: Timestamp(row.created_at),
        state: state_of(row)?,
        counts,
    })
}

async fn board(
    records: &Records,
    member: &StaffMember,
    line: RosterLine,
    tab: Option<RosterTab>,
    page: u32,
) -> Result<RosterBoard, Error> {
    let opened = Opened::open(records, member, line.id).await?;
    let key = opened.row.id.clone();
    let needs_work = line.counts.faulty + line.counts.refused > 0;
    let tab = tab.unwrap_or(if needs_work { RosterTab::Faulty } else { RosterTab::All });
    let photos = photo::Entity::find().filter(photo::Column::RosterId.eq(key.as_str()));
    let strays = photos.clone().filter(photo::Column::Joined.is_in(["no", "other_name", "twice"]));
    let number_of_strays = strays.clone().count(records.read()).await?;
    let all = row::Entity::find().filter(row::Column::RosterId.eq(key.as_str()));
    let wanted = match tab {
        RosterTab::Faulty => all.filter(row::Column::State.is_in(["faulty", "refused"])),
        _ => all,
    };
    let total = match tab {
        RosterTab::Photos => number_of_strays,
        // All of them stand on one page, as far as they are done together.
        RosterTab::Mends => 0,
        _ => wanted.clone().count(records.read()).await?,
    };
    let pages = u32::try_from(total.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
    let page = page.clamp(1, pages);
    let skip = u64::from(page - 1) * PAGE;
    let mut board = RosterBoard {
        unmapped: unmapped(&opened),
        class_hours: class_hours(records, &opened).await?,
        top: opened.head.top.shown(sheet::is_open(records, &key).await?),
        mendable: mending::mendable(records, &key).await?,
        mends: if tab == RosterTab::Mends { mending::proposed(records, &opened).await? } else { Vec::new() },
        mended: mending::last(records, &key).await?,
        class: opened.head.class.clone(),
        training: opened.head.training.clone(),
        hours: opened.head.hours.clone(),
        left_out: opened.head.left_out.clone(),
        layout: opened.head.layout.clone(),
        tab,
        page,
        pages,
        rows: Vec::new(),
        groups: if tab == RosterTab::Faulty { super::grouping::groups(records, &opened).await? } else { Vec::new() },
        photos_wanted: opened.row.photos_wanted == 1,
        photos: u32::try_from(photos.count(records.read()).await?).unwrap_or(u32::MAX),
        strays: u32::try_from(number_of_strays).unwrap_or(u32::MAX),
        stray_photos: Vec::new(),
        lacking: Vec::new(),
        note: opened.row.note.as_deref().and_then(|note| serde_json::from_str(note).ok()),
        unconfirmed: unconfirmed(records, &key).await?,
        line,
    };
    match tab {
        RosterTab::Photos => {
            let some = strays.order_by_asc(photo::Column::Id).offset(skip).limit(PAGE).all(records.read()).await?;
            for one in &some {
                board.stray_photos.push(photo_shown(records, &opened, one).await?);
            }
            board.lacking = lacking(records, &opened).await?;
        }
        RosterTab::Mends => {}
        RosterTab::Faulty | RosterTab::All => {
            let some = wanted.order_by_asc(row::Column::RowNo).offset(skip).limit(PAGE).all(records.read()).await?;
            board.rows = rows_shown(records, &opened, some).await?;
            // Before its columns are known a sheet is shown by its beginning.
            if board.line.state == RosterState::Mapping {
                board.rows.truncate(5);
            }
        }
    }
    Ok(board)
}

/// Why the columns of a sheet are not enough; a table without headings is asked about first.
fn unmapped(opened: &Opened) -> Option<LayoutRefusal> {
    let top = &opened.head.top;
    if top.guessed {
        return Some(LayoutRefusal::NoHeadings { looked_at: u32::try_from(top.rows.len()).unwrap_or(u32::MAX) });
    }
    opened.head.layout.check().err()
}

/// How many drafts of a roster nobody has confirmed.
async fn unconfirmed(records: &Records, key: &str) -> Result<u32, Error> {
    let number = sql::number(
        records.read(),
        "SELECT COUNT(*) FROM roster_row w JOIN application a ON a.id = w.application_id
         WHERE w.roster_id = $1 AND w.state = 'done' AND a.stage = 'draft'",
        vec![key.into()],
    );
    Ok(many(number.await?.unwrap_or(0)))
}

/// Rows with the photos that belong to them.
async fn rows_shown(records: &Records, opened: &Opened, some: Vec<row::Model>) -> Result<Vec<RosterRow>, Error> {
    let numbers: Vec<i64> = some.iter().map(|row| row.row_no).collect();
    let photos = photo::Entity::find()
        .filter(photo::Column::RosterId.eq(opened.row.id.as_str()))
        .filter(photo::Column::RowNo.is_in(numbers))
        .filter(photo::Column::Joined.ne("twice"))
        .all(records.read())
        .await?;
    let mut shown = Vec::with_capacity(some.len());
    for one in some {
        let own = photos.iter().filter(|photo| photo.row_no == Some(one.row_no));
        // The one that counts stands before one that somebody has to look at.
        let own = own.max_by_key(|photo| photo.joined != "other_name");
        shown.push(row_shown(records, opened, one, own).await?);
    }
    Ok(shown)
}

/// The class beside the standard of the plan; the standard of the occupation itself, where the plan has a template.
async fn class_hours(records: &Records, opened: &Opened) -> Result<Option<ClassHours>, Error> {
    let plan = &opened.ground.plan;
    let Some(level) = plan.level else { return Ok(None) };
    for name in [&plan.standard, &plan.occupation] {
        let Some(standard) = standards::get(records, name).await? else { continue };
        if let Some(required) = standard.training_hours.get(&level).copied() {
            let short = short_hours(&opened.head.hours, Some(required));
            let (occupation, edition) = (standard.occupation.clone(), standard.edition.clone());
            return Ok(Some(ClassHours { required, occupation, edition, level, short }));
        }
    }
    Ok(None)
}

async fn row_shown(
    records: &Records,
    opened: &Opened,
    row: row::Model,
    photo: Option<&photo::Model>,
) -> Result<RosterRow, Error> {
    let layout = &opened.head.layout;
    let state = RowState::parse(&row.state).ok_or_else(|| Error::bad_row("roster_row", &row.roster_id, "state"))?;
    let Read { row, mut judged } = rows::read(records, row, layout, &opened.rules(records))?;
    if let Some(first) = rows::twin(records.read(), &row).await? {
        let found = judged.person.id_no.clone();
        judged.faults.push(RosterFault { column: Column::IdNo, kind: FaultKind::IdDuplicate { first }, found });
    }
    let mut cells: Vec<RosterCell> = Vec::new();
    if state.is_open() {
        for fault in judged.faults {
            let place = layout.place_of(fault.column).and_then(|place| u32::try_from(place).ok());
            match cells.iter_mut().find(|cell| cell.column == fault.column) {
                Some(cell) => cell.faults.push(fault.kind),
                None => {
                    cells.push(RosterCell { place, column: fault.column, found: fault.found, faults: vec![fault.kind] })
                }
            }
        }
        if state == RowState::Refused {
            // What the import refuses is a matter of name and number.
            for column in [Column::Name, Column::IdNo] {
                if cells.iter().all(|cell| cell.column != column) {
                    let place = layout.place_of(column).and_then(|place| u32::try_from(place).ok());
                    let found = judged.person.get(column).to_owned();
                    cells.push(RosterCell { place, column, found, faults: Vec::new() });
                }
            }
        }
    }
    let shown = match photo {
        Some(photo) => Some(photo_shown(records, opened, photo).await?),
        None => None,
    };
    let lacks = shown.as_ref().is_none_or(|photo| photo.joining == Joining::OtherName);
    Ok(RosterRow {
        row: judged.row,
        state,
        id_no_masked: masking::id_number(&judged.person.id_no, Audience::Staff),
        photo_missing: state.is_open() && opened.row.photos_wanted == 1 && row.photo_later == 0 && lacks,
        photo_later: row.photo_later == 1,
        name: judged.person.name,
        gender: judged.person.gender,
        education: judged.person.education,
        years: judged.person.years,
        condition: judged.person.condition,
        cells,
        photo: shown,
        refusal: row.refusal.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        application: row.application_id.as_deref().and_then(|id| id.parse().ok()),
    })
}

async fn photo_shown(records: &Records, opened: &Opened, photo: &photo::Model) -> Result<RosterPhoto, Error> {
    let bad = |what: &str| Error::bad_row("roster_photo", &photo.id, what);
    let row = match photo.row_no {
        Some(number) => row::Entity::find_by_id((photo.roster_id.clone(), number)).one(records.read()).await?,
        None => None,
    };
    let row = match row {
        Some(row) => {
            let number = u32::try_from(row.row_no).map_err(|_| bad("row"))?;
            Some((number, rows::read(records, row, &opened.head.layout, &opened.rules(records))?.judged.person.name))
        }
        None => None,
    };
    Ok(RosterPhoto {
        file_name: file_name(records, photo)?,
        joining: Joining::parse(&photo.joined).ok_or_else(|| bad("joined"))?,
        faults: serde_json::from_str(&photo.faults).map_err(|_| bad("faults"))?,
        shown: !(photo.used_sha256.is_empty() && photo.original_sha256.is_empty()),
        id: photo.id.clone(),
        row,
    })
}

/// People whose photo is wanted and not there.
async fn lacking(records: &Records, opened: &Opened) -> Result<Vec<(u32, String)>, Error> {
    let rows: Vec<row::Model> = sql::all(
        records.read(),
        &format!(
            "SELECT w.* FROM roster_row w WHERE w.roster_id = $1 AND (w.state IN ('ready','faulty','refused')
               OR (w.state = 'done' AND EXISTS (SELECT 1 FROM application a
                 WHERE a.id = w.application_id AND a.stage = 'draft' AND a.photo IS NULL)))
             AND NOT EXISTS (SELECT 1 FROM roster_photo p WHERE p.roster_id = w.roster_id AND p.row_no = w.row_no
               AND p.joined IN ('number','name','hand')) ORDER BY w.row_no LIMIT {LACKING}"
        ),
        vec![opened.row.id.clone().into()],
    )
    .await?;
    let rules = opened.rules(records);
    rows.into_iter()
        .map(|row| {
            let read = rows::read(records, row, &opened.head.layout, &rules)?;
            Ok((read.judged.row, read.judged.person.name))
        })
        .collect()
}
