//! A roster's photos on their way into applications: with the import, or after it.

use super::photos::pair_of;
use crate::applications::{load, photo as picture};
use crate::entity::{application, roster_photo};
use crate::files::store::Gate;
use crate::history::{self, Actor};
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, live, sql};
use domain::account::StaffMember;
use domain::page::mine::What;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter};
use serde_json::json;

/// Photos that find their application at once, in one go.
const AT_ONCE: u64 = 50;

/// The usable photo of a row.
pub(super) async fn of_row(tx: &Tx, roster: &str, number: i64) -> Result<Option<roster_photo::Model>, Error> {
    Ok(roster_photo::Entity::find()
        .filter(roster_photo::Column::RosterId.eq(roster))
        .filter(roster_photo::Column::RowNo.eq(number))
        .filter(roster_photo::Column::Good.eq(1))
        .filter(roster_photo::Column::Joined.is_in(["number", "name", "hand"]))
        .one(&tx.db)
        .await?)
}

/// Puts a photo into a draft.
pub(super) async fn attach(
    records: &Records,
    tx: &mut Tx,
    gate: &Gate,
    case: &application::Model,
    photo: &roster_photo::Model,
    actor: &Actor,
) -> Result<(), Error> {
    let now = records.now();
    let pair = pair_of(records, gate, photo).await?;
    // The caller holds the row, or has just written it.
    let mut whole = load::whole(records, &tx.db, case.clone()).await?;
    let kept = picture::put(records, tx, &mut whole, &pair, now, None).await?;
    let detail = json!({ "file": kept.file, "width": kept.width, "height": kept.height, "bytes": kept.bytes });
    history::append(tx, now, &case.id, actor, What::PhotoKept, detail).await?;
    live::append(tx, now, outbox::of(&whole.row, "photo", Audience::Applicant)).await
}

/// Photos that came after the import: into drafts of the roster that have none. What a person has uploaded stays.
pub(super) async fn late(records: &Records, member: &StaffMember, roster: &str) -> Result<(), Error> {
    #[derive(FromQueryResult)]
    struct One {
        row_no: i64,
        application_id: String,
    }
    loop {
        let some: Vec<One> = sql::all(
            records.read(),
            &format!(
                "SELECT w.row_no, w.application_id FROM roster_row w JOIN application a ON a.id = w.application_id
                 WHERE w.roster_id = $1 AND w.state = 'done' AND a.stage = 'draft' AND a.photo IS NULL
                 AND EXISTS (SELECT 1 FROM roster_photo p WHERE p.roster_id = w.roster_id AND p.row_no = w.row_no
                   AND p.good = 1 AND p.joined IN ('number','name','hand')) ORDER BY w.row_no LIMIT {AT_ONCE}"
            ),
            vec![roster.to_owned().into()],
        )
        .await?;
        if some.is_empty() {
            return Ok(());
        }
        let mut attached = 0;
        for one in some {
            let gate = records.inner.files.gate().await;
            let mut tx = records.begin().await?;
            let id = one.application_id.parse().map_err(|_| Error::bad_row("roster_row", roster, "application"))?;
            let case = load::locked(&tx, id).await?.filter(|case| case.stage == "draft" && case.photo.is_none());
            if let (Some(case), Some(photo)) = (case, of_row(&tx, roster, one.row_no).await?) {
                attach(records, &mut tx, &gate, &case, &photo, &Actor::from(member)).await?;
                attached += 1;
            }
            tx.commit().await?;
            drop(gate);
        }
        if attached == 0 {
            return Ok(());
        }
    }
}
