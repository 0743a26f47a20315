//! Photos of a roster: each is judged by the plan's limits, kept, and joined to its person.

use super::{Opened, attaching, locked, matching, rows, save_head, state_of};
use crate::accounts::opening::document_index;
use crate::applications::photo::{self as upload, format_of};
use crate::applications::pictures::{self, JudgedPhoto};
use crate::entity::{roster_photo as photo, roster_row};
use crate::files::pair::{Pair, Picture};
use crate::files::store::{Gate, digest};
use crate::files::{self, Served};
use crate::keys::place;
use crate::{Error, Records, sql};
use domain::account::StaffMember;
use domain::ids::RosterId;
use domain::page::roster::{Joining, LeftOut, RosterRefusal, RosterState};
use domain::photo::{PhotoFault, PhotoSpec, inspect};
use domain::roster::photo_name;
use sea_orm::{EntityTrait, IntoActiveModel};

/// Most characters of a file's name that are kept.
const NAME_MAX: usize = 200;
/// Most names that are kept of what was left out.
const LEFT_OUT_MAX: usize = 200;

/// A photo out of an archive or a folder.
#[derive(Debug, Clone)]
pub struct ArrivedPhoto {
    /// Name of its file, without folders.
    pub name: String,
    /// At most one byte more than the plan allows.
    pub bytes: Vec<u8>,
}

/// A photo that was looked at: what is kept of it.
struct Looked {
    name: String,
    faults: Vec<PhotoFault>,
    points: Vec<String>,
    used: Option<Picture>,
    original: Option<Picture>,
}

/// Whether photos can be added, and the limits that they are judged by.
pub async fn ensure_takes_photos(records: &Records, member: &StaffMember, id: RosterId) -> Result<PhotoSpec, Error> {
    let opened = Opened::open(records, member, id).await?;
    match state_of(&opened.row)? {
        state if state.is_moving() || state == RosterState::Undone => Err(RosterRefusal::State(state).into()),
        _ => Ok(opened.ground.profile.photo.spec.clone()),
    }
}

/// Keeps a few photos and joins them to their people. A photo that is there already is not kept twice, so an upload that
/// broke off can simply be sent again.
pub async fn keep_photos(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    arrived: Vec<ArrivedPhoto>,
) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let spec = opened.ground.profile.photo.spec.clone();
    let gate = records.inner.files.gate().await;
    let looked = arrived.into_iter().map(|one| look(records, &gate, one, &spec));
    let looked = futures::future::try_join_all(looked).await?;
    let tx = records.begin().await?;
    let row = locked(&tx, &opened.row.id).await?;
    for one in looked {
        let fresh = fresh(records, &row.id, one)?;
        let known = sql::number(
            &tx.db,
            "SELECT COUNT(*) FROM roster_photo WHERE roster_id = $1 AND original_sha256 = $2 AND original_sha256 <> ''
             AND id_index = $3 AND name_index = $4",
            vec![
                row.id.clone().into(),
                fresh.original_sha256.clone().into(),
                fresh.id_index.clone().into(),
                fresh.name_index.clone().into(),
            ],
        );
        if known.await? == Some(0) {
            photo::Entity::insert(fresh.clone().into_active_model()).exec_without_returning(&tx.db).await?;
            matching::find(&tx, &fresh).await?;
        }
    }
    sql::run(&tx.db, "UPDATE roster SET photos_wanted = 1 WHERE id = $1", vec![row.id.clone().into()]).await?;
    tx.commit().await?;
    drop(gate);
    Ok(())
}

/// After the last photo of an upload: rows stand anew, and what was left out is named.
pub async fn photos_arrived(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    left_out: Vec<LeftOut>,
) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let tx = records.begin().await?;
    let row = locked(&tx, &opened.row.id).await?;
    let mut head = super::head_of(records, &row)?;
    head.left_out = left_out;
    head.left_out.truncate(LEFT_OUT_MAX);
    save_head(records, &tx.db, &row.id, &head, state_of(&row)?).await?;
    rows::restand(&tx, &row.id).await?;
    tx.commit().await?;
    attaching::late(records, member, &opened.row.id).await
}

async fn look(records: &Records, gate: &Gate, arrived: ArrivedPhoto, spec: &PhotoSpec) -> Result<Looked, Error> {
    let limit = spec.most_bytes().unwrap_or(upload::MOST_BYTES).min(upload::MOST_BYTES);
    let name: String = arrived.name.chars().filter(|ch| !ch.is_control()).take(NAME_MAX).collect();
    let measured = arrived.bytes.len() as u64;
    let mut looked = Looked { name, faults: Vec::new(), points: Vec::new(), used: None, original: None };
    if measured > limit {
        // What lies behind the limit was not unpacked, so nothing else can be said about it.
        looked.faults.push(PhotoFault::BytesMax { measured, at_most: limit });
        return Ok(looked);
    }
    let mut marks = files::scan(records, &arrived.bytes).await?;
    let (bytes, named, limits) = (arrived.bytes.clone(), looked.name.clone(), spec.clone());
    let judged = records.inner.files.work(move || upload::judge_as_chosen(bytes, &named, &limits)).await?;
    match judged {
        Ok(judged) => {
            looked.points.clone_from(&judged.points);
            looked.used = Some(kept(records, gate, judged).await?);
        }
        Err(faults) => looked.faults = faults,
    }
    looked.points.append(&mut marks);
    // What is no picture is not kept: it could not be shown, and nobody needs it.
    if let Some(facts) = inspect(&arrived.bytes, None, &PhotoSpec::default()).facts {
        let size = Some((facts.width, facts.height));
        // Nothing had to be taken out of it: the two are one file, which is written once.
        let same = looked.used.as_ref().filter(|used| used.sha256 == digest(&arrived.bytes));
        let (sha256, bytes) = match same {
            Some(used) => (used.sha256.clone(), used.bytes),
            None => {
                let kept = records.inner.files.keep(gate, arrived.bytes).await?;
                (kept.sha256, kept.bytes)
            }
        };
        looked.original = Some(Picture { sha256, bytes, format: facts.format, size });
    }
    Ok(looked)
}

async fn kept(records: &Records, gate: &Gate, judged: JudgedPhoto) -> Result<Picture, Error> {
    let bytes = records.inner.files.keep(gate, judged.bytes).await?;
    let size = Some((judged.width, judged.height));
    Ok(Picture { sha256: bytes.sha256, bytes: bytes.bytes, format: judged.format, size })
}

fn fresh(records: &Records, roster: &str, looked: Looked) -> Result<photo::Model, Error> {
    let now = records.now();
    let id = records.chance().id(now).to_string();
    let named = photo_name::read(&looked.name);
    let side = |picture: &Option<Picture>, which: fn((u32, u32)) -> u32| {
        picture.as_ref().and_then(|picture| picture.size).map(|size| i64::from(which(size)))
    };
    let word = |picture: &Option<Picture>| {
        picture.as_ref().map_or_else(String::new, |picture| picture.format.name().to_owned())
    };
    let sha = |picture: &Option<Picture>| picture.as_ref().map_or_else(String::new, |picture| picture.sha256.clone());
    let bytes = |picture: &Option<Picture>| picture.as_ref().map_or(0, |picture| picture.bytes);
    Ok(photo::Model {
        roster_id: roster.to_owned(),
        name_sealed: records.inner.keys.seal(&place("roster_photo", "name", &id), looked.name.as_bytes())?,
        id_index: named.id_no.as_deref().map_or_else(String::new, |number| document_index(&records.inner.keys, number)),
        name_index: rows::name_index(records, &named.name),
        row_no: None,
        joined: Joining::No.as_str().to_owned(),
        faults: json(&id, &looked.faults)?,
        good: i64::from(looked.used.is_some()),
        points: json(&id, &looked.points)?,
        used_sha256: sha(&looked.used),
        used_bytes: bytes(&looked.used),
        used_format: word(&looked.used),
        width: side(&looked.used, |size| size.0),
        height: side(&looked.used, |size| size.1),
        original_sha256: sha(&looked.original),
        original_bytes: bytes(&looked.original),
        original_format: word(&looked.original),
        original_width: side(&looked.original, |size| size.0),
        original_height: side(&looked.original, |size| size.1),
        at: now.0,
        id,
    })
}

fn json<T: serde::Serialize>(id: &str, value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|why| Error::bad_row("roster_photo", id, why))
}

/// Joins a photo to a row by hand. The photo that the row had before is free again.
pub async fn join_photo(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    photo_id: &str,
    row_no: u32,
) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let tx = records.begin().await?;
    let row = locked(&tx, &opened.row.id).await?;
    let found = photo::Entity::find_by_id(photo_id).one(&tx.db).await?.filter(|photo| photo.roster_id == row.id);
    let found = found.ok_or(Error::NotFound)?;
    let person = roster_row::Entity::find_by_id((row.id.clone(), i64::from(row_no))).one(&tx.db).await?;
    let person = person.ok_or(Error::NotFound)?;
    if !matches!(found.joined.as_str(), "no" | "other_name" | "twice") {
        return Err(RosterRefusal::Joined.into());
    }
    sql::run(
        &tx.db,
        "UPDATE roster_photo SET row_no = NULL, joined = 'no'
         WHERE roster_id = $1 AND row_no = $2 AND id <> $3 AND joined IN ('number','name','hand')",
        vec![row.id.clone().into(), person.row_no.into(), found.id.clone().into()],
    )
    .await?;
    matching::put(&tx, &found.id, Some(person.row_no), Joining::Hand).await?;
    rows::restand(&tx, &row.id).await?;
    tx.commit().await?;
    attaching::late(records, member, &opened.row.id).await
}

/// Throws a photo away.
pub async fn drop_photo(records: &Records, member: &StaffMember, id: RosterId, photo_id: &str) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let tx = records.begin().await?;
    let row = locked(&tx, &opened.row.id).await?;
    let gone = sql::run(
        &tx.db,
        "DELETE FROM roster_photo WHERE id = $1 AND roster_id = $2",
        vec![photo_id.to_owned().into(), row.id.clone().into()],
    );
    if gone.await?.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    rows::restand(&tx, &row.id).await?;
    tx.commit().await
}

/// Lets people without a usable photo add theirs when they confirm: one row, or all of them.
pub async fn photos_later(
    records: &Records,
    member: &StaffMember,
    id: RosterId,
    row_no: Option<u32>,
) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let tx = records.begin().await?;
    let row = locked(&tx, &opened.row.id).await?;
    let mut values: Vec<sea_orm::Value> = vec![row.id.clone().into()];
    let one = match row_no {
        Some(number) => {
            values.push(i64::from(number).into());
            " AND row_no = $2"
        }
        None => "",
    };
    let text = format!(
        "UPDATE roster_row SET photo_later = 1 WHERE roster_id = $1{one} AND state IN ('ready','faulty','refused')
         AND NOT EXISTS (SELECT 1 FROM roster_photo p WHERE p.roster_id = roster_row.roster_id
           AND p.row_no = roster_row.row_no AND p.good = 1 AND p.joined IN ('number','name','hand'))"
    );
    sql::run(&tx.db, &text, values).await?;
    rows::restand(&tx, &row.id).await?;
    tx.commit().await
}

/// 用原图重做: cut and encoded anew until it meets the limits; never enlarged, never retouched.
pub async fn render_photo(records: &Records, member: &StaffMember, id: RosterId, photo_id: &str) -> Result<(), Error> {
    let opened = Opened::open(records, member, id).await?;
    let found = photo::Entity::find_by_id(photo_id).one(records.read()).await?;
    let found = found.filter(|photo| photo.roster_id == opened.row.id).ok_or(Error::NotFound)?;
    if found.good == 1 || found.original_sha256.is_empty() {
        return Err(RosterRefusal::NotRendered.into());
    }
    let bytes = records.inner.files.read(&found.original_sha256).await?;
    let spec = opened.ground.profile.photo.spec.clone();
    let judged = records.inner.files.work(move || pictures::render(bytes, &spec)).await?;
    let judged = judged.map_err(|_| RosterRefusal::NotRendered)?;
    let gate = records.inner.files.gate().await;
    let points = json(&found.id, &judged.points)?;
    let used = kept(records, &gate, judged).await?;
    let tx = records.begin().await?;
    let row = locked(&tx, &opened.row.id).await?;
    let size = used.size.unwrap_or_default();
    sql::run(
        &tx.db,
        "UPDATE roster_photo SET good = 1, faults = '[]', points = $1, used_sha256 = $2, used_bytes = $3, used_format = $4,
           width = $5, height = $6 WHERE id = $7 AND roster_id = $8",
        vec![
            points.into(),
            used.sha256.into(),
            used.bytes.into(),
            used.format.name().into(),
            i64::from(size.0).into(),
            i64::from(size.1).into(),
            found.id.into(),
            row.id.clone().into(),
        ],
    )
    .await?;
    rows::restand(&tx, &row.id).await?;
    tx.commit().await?;
    drop(gate);
    Ok(())
}

/// A photo to look at, for the agency alone.
pub async fn photo(records: &Records, member: &StaffMember, id: RosterId, photo_id: &str) -> Result<Served, Error> {
    let opened = Opened::open(records, member, id).await?;
    let found = photo::Entity::find_by_id(photo_id).one(records.read()).await?;
    let found = found.filter(|photo| photo.roster_id == opened.row.id).ok_or(Error::NotFound)?;
    let (sha256, format) = match found.used_sha256.as_str() {
        "" => (&found.original_sha256, &found.original_format),
        used => (&used.to_owned(), &found.used_format),
    };
    if sha256.is_empty() {
        return Err(Error::NotFound);
    }
    Ok(Served {
        content_type: files::media_type(format),
        bytes: records.inner.files.read(sha256).await?,
        download_name: file_name(records, &found)?,
    })
}

pub(super) fn file_name(records: &Records, photo: &photo::Model) -> Result<String, Error> {
    records.inner.keys.open_text(&place("roster_photo", "name", &photo.id), &photo.name_sealed)
}

/// The two pictures of a good photo, on their way into an application.
pub(super) async fn pair_of(records: &Records, gate: &Gate, photo: &photo::Model) -> Result<Pair, Error> {
    let side = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok());
    let used = records.inner.files.keep_again(gate, &photo.used_sha256, photo.used_bytes).await?;
    let original = records.inner.files.keep_again(gate, &photo.original_sha256, photo.original_bytes).await?;
    Ok(Pair {
        used: Picture {
            sha256: used.sha256,
            bytes: used.bytes,
            format: format_of(&photo.used_format),
            size: side(photo.width).zip(side(photo.height)),
        },
        original: Picture {
            sha256: original.sha256,
            bytes: original.bytes,
            format: format_of(&photo.original_format),
            size: side(photo.original_width).zip(side(photo.original_height)),
        },
        points: serde_json::from_str(&photo.points).map_err(|why| Error::bad_row("roster_photo", &photo.id, why))?,
        file_name: file_name(records, photo)?,
    })
}
