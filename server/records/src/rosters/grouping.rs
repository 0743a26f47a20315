//! Faults of a roster by their reason, and one right text for every row that says the same wrong thing.

use super::{Opened, rows};
use crate::entity::roster_row as row;
use crate::{Error, Records};
use domain::account::StaffMember;
use domain::ids::RosterId;
use domain::page::roster::FaultGroup;
use domain::roster::{Column, FaultKind};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Rows that are looked at: the largest roster that is imported in one go.
const MOST: u64 = 10_000;
/// Groups that are shown.
const SHOWN: usize = 12;
/// Rows that a group names.
const NAMED: usize = 5;

/// What is wrong, the most frequent first: equal faults of one column with equal text are one group. What stands there
/// says the same of all of them: a number that ends wrongly is not among those whose birth date does not exist.
pub(super) async fn groups(records: &Records, opened: &Opened) -> Result<Vec<FaultGroup>, Error> {
    let mut groups: Vec<FaultGroup> = Vec::new();
    for (number, column, kind, found) in faults(records, opened).await? {
        // Numbers and names are different in every row: there the fault alone makes the group.
        let shared = shared(column);
        let same =
            |group: &&mut FaultGroup| group.column == column && group.kind == kind && (!shared || group.found == found);
        match groups.iter_mut().find(same) {
            Some(group) => {
                group.rows += 1;
                if group.first.len() < NAMED {
                    group.first.push(number);
                }
            }
            None => {
                let mendable = shared && opened.head.layout.place_of(column).is_some();
                groups.push(FaultGroup { column, kind, found, rows: 1, first: vec![number], mendable });
            }
        }
    }
    groups.sort_by(|one, other| other.rows.cmp(&one.rows).then_with(|| one.first.cmp(&other.first)));
    groups.truncate(SHOWN);
    Ok(groups)
}

/// Whether many rows of this column say the same.
fn shared(column: Column) -> bool {
    !matches!(column, Column::Name | Column::IdNo | Column::Mobile)
}

async fn faults(records: &Records, opened: &Opened) -> Result<Vec<(u32, Column, FaultKind, String)>, Error> {
    let kept = row::Entity::find()
        .filter(row::Column::RosterId.eq(opened.row.id.as_str()))
        .filter(row::Column::State.eq("faulty"))
        .filter(row::Column::Faults.gt(0))
        .order_by_asc(row::Column::RowNo)
        .limit(MOST)
        .all(records.read())
        .await?;
    let rules = opened.rules(records);
    let mut all = Vec::new();
    for one in kept {
        let judged = rows::read(records, one, &opened.head.layout, &rules)?.judged;
        all.extend(judged.faults.into_iter().map(|fault| (judged.row, fault.column, fault.kind, fault.found)));
    }
    Ok(all)
}

/// Puts `text` into every row that is at fault in `column` with `found` standing there. Gives how many.
pub async fn mend_same(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    column: Column,
    found: &str,
    text: &str,
) -> Result<u32, Error> {
    let opened = Opened::open(records, member, id).await?;
    let place = opened.head.layout.place_of(column).and_then(|place| u32::try_from(place).ok());
    let place = place.filter(|_| shared(column)).ok_or(Error::NotFound)?;
    let mut cells: Vec<(u32, u32, String)> = Vec::new();
    for (number, at, _, there) in faults(records, &opened).await? {
        if at == column && there == found && cells.last().is_none_or(|last| last.0 != number) {
            cells.push((number, place, text.to_owned()));
        }
    }
    Ok(super::mend(records, member, id, &cells).await?.cells)
}
