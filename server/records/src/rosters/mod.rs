//! 名单: a sheet is kept and tried, mended cell by cell, joined with photos, imported row by row, and taken back.
//!
//! A few rows are imported by one transaction that also says so in the rows: an import that was killed goes on where it
//! stood, two servers or two clerks may work at once, and nobody is imported twice.

mod attaching;
mod board;
mod grouping;
mod importing;
mod keeping;
mod leaving;
mod matching;
mod mending;
mod out;
mod photos;
mod rows;
mod sheet;
mod undoing;

pub use board::desk;
pub use grouping::mend_same;
pub use importing::{begin, pause, work};
pub use keeping::{describe, drop_roster, keep, map, reread};
pub use leaving::{leave_out, take_back};
pub use mending::{mend, mend_proposed, put_back};
pub use out::{Blank, FormsPart, Leaving, LinkLine, Sheets, blank, forms, links, photos_of, sheets};
pub use photos::{
    ArrivedPhoto, drop_photo, ensure_takes_photos, join_photo, keep_photos, photo, photos_arrived, photos_later,
    render_photo,
};
pub use undoing::undo;

pub(crate) use out::hours_of;

use crate::applications::start;
use crate::desk::access;
use crate::entity::roster as row;
use crate::keys::place;
use crate::{Error, Records, Tx};
use domain::account::StaffMember;
use domain::ids::{PlanId, RosterId};
use domain::page::collecting::ConfirmRefusal;
use domain::page::roster::{LeftOut, RosterRefusal, RosterState};
use domain::roster::{Layout, Rules};
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};
use serde::{Deserialize, Serialize};

/// What stands above the rows; sealed, because facts above the headings name people.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Head {
    file_name: String,
    layout: Layout,
    /// 班别
    class: String,
    /// 培训日期
    training: String,
    /// 学时
    hours: String,
    left_out: Vec<LeftOut>,
    top: Top,
}

/// The top of the uploaded file, for a person to say where the headings are.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Top {
    /// Names and numbers of rows of its sheets.
    sheets: Vec<(String, u32)>,
    /// Which of them is read, from 0.
    sheet: u32,
    /// The first rows of it.
    rows: Vec<(u32, Vec<String>)>,
    /// Whether no heading is known, so that the row is a guess.
    guessed: bool,
}

/// A roster with its plan, for a member of its agency.
struct Opened {
    row: row::Model,
    head: Head,
    ground: start::Ground,
}

/// The plan of a member's own agency, whose procedure lets the agency collect.
async fn ground(records: &Records, member: &StaffMember, plan: PlanId) -> Result<start::Ground, Error> {
    access::ensure_decides(member)?;
    let ground = start::Ground::open(records, plan).await?;
    if member.agency != Some(ground.plan.agency) {
        return Err(Error::NotFound);
    }
    if !ground.profile.collecting.by_agency {
        return Err(ConfirmRefusal::NotCollected.into());
    }
    Ok(ground)
}

impl Opened {
    async fn open(records: &Records, member: &StaffMember, id: RosterId) -> Result<Opened, Error> {
        let row = row::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
        let plan = row.plan_id.parse().map_err(|_| Error::bad_row("roster", &row.id, "plan"))?;
        let ground = ground(records, member, plan).await?;
        Ok(Opened { head: head_of(records, &row)?, ground, row })
    }

    fn rules(&self, records: &Records) -> Rules {
        rules(records, &self.ground)
    }
}

fn rules(records: &Records, ground: &start::Ground) -> Rules {
    Rules { today: records.now().day(), conditions: u32::try_from(ground.plan.conditions.len()).unwrap_or(u32::MAX) }
}

/// The row, held until the transaction ends; a roster that the server works on is nobody's to change.
async fn locked(tx: &Tx, id: &str) -> Result<row::Model, Error> {
    let row = row::Entity::find_by_id(id).lock_exclusive().one(&tx.db).await?.ok_or(Error::NotFound)?;
    match state_of(&row)? {
        state if state.is_moving() || state == RosterState::Undone => Err(RosterRefusal::State(state).into()),
        _ => Ok(row),
    }
}

fn state_of(row: &row::Model) -> Result<RosterState, Error> {
    RosterState::parse(&row.state).ok_or_else(|| Error::bad_row("roster", &row.id, "state"))
}

fn head_of(records: &Records, row: &row::Model) -> Result<Head, Error> {
    let plain = records.inner.keys.open(&place("roster", "head", &row.id), &row.head_sealed)?;
    serde_json::from_slice(&plain).map_err(|why| Error::bad_row("roster", &row.id, why))
}

fn seal_head(records: &Records, id: &str, head: &Head) -> Result<Vec<u8>, Error> {
    let plain = serde_json::to_vec(head).map_err(|why| Error::bad_row("roster", id, why))?;
    records.inner.keys.seal(&place("roster", "head", id), &plain)
}

async fn save_head<C: ConnectionTrait>(
    records: &Records,
    db: &C,
    id: &str,
    head: &Head,
    state: RosterState,
) -> Result<(), Error> {
    crate::sql::run(
        db,
        "UPDATE roster SET head_sealed = $1, state = $2 WHERE id = $3",
        vec![seal_head(records, id, head)?.into(), state.as_str().into(), id.to_owned().into()],
    )
    .await?;
    Ok(())
}

/// The history that tells what was done with a roster.
fn chain(id: &str) -> String {
    format!("roster/{id}")
}

fn many(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
