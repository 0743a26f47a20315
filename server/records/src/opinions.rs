//! 意见栏: what the training unit and the agency say on the form, with their seals; under one case or under many.

use crate::applications::{load, papers};
use crate::desk::access::{self, Scope};
use crate::desk::claim::locked_case;
use crate::entity::{application, file, opinion, plan};
use crate::files::{self, row::NewFile};
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, history, keys::place, live, plans, sql};
use domain::account::StaffMember;
use domain::application::{ReviewRefusal, Stage};
use domain::form::{Answers, FieldFault, Form, Problem, Section, check};
use domain::ids::{ApplicationId, FileId, PlanId};
use domain::page::mine::What;
use domain::page::opinion::{OpinionDesk, OpinionKept, OpinionTyped, OpinionsWritten, Seal};
use domain::paper::{PaperFormat, PaperSpec};
use domain::profile::{Opinion, Profile};
use domain::refusal::Refusal;
use domain::time::Timestamp;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, Set,
    sea_query::OnConflict,
};
use serde_json::json;

/// Most characters of an opinion in words.
pub const TEXT_MAX: usize = 300;
/// Heaviest scan of a seal.
const SCAN_MAX_BYTES: u64 = 5 * 1024 * 1024;
/// Most cases at once.
const MOST: usize = 500;

/// Writes an opinion under a case that is not filed yet. The seal stays as it is unless the electronic one is asked for.
pub async fn write(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
    key: &str,
    typed: &OpinionTyped,
) -> Result<(), Error> {
    let (scope, profile) = ground(records, member, id).await?;
    let asked = asked(&profile, key)?;
    ensure_well_typed(records, asked, typed)?;
    write_one(records, member, &scope, id, asked, typed).await
}

/// Writes the same opinion under many cases, each in its own act; those that cannot take it stay as they are.
pub async fn write_many(
    records: &Records,
    member: &StaffMember,
    ids: &[ApplicationId],
    key: &str,
    typed: &OpinionTyped,
) -> Result<OpinionsWritten, Error> {
    let mut outcome = OpinionsWritten::default();
    for id in ids.iter().take(MOST) {
        match write(records, member, *id, key, typed).await {
            Ok(()) => outcome.written += 1,
            Err(Error::Refused(Refusal::Review(refusal))) => outcome.refused.push((*id, refusal)),
            // Somebody else's case: as if it had not been in the list.
            Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(outcome)
}

/// Puts the scan of a stamp under an opinion that was written before.
pub async fn seal_with_scan(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
    key: &str,
    file_name: &str,
    bytes: Vec<u8>,
) -> Result<(), Error> {
    let (scope, profile) = ground(records, member, id).await?;
    let asked = asked(&profile, key)?;
    let marks = files::scan(records, &bytes).await?;
    let spec = PaperSpec {
        formats: vec![PaperFormat::Jpeg, PaperFormat::Png],
        max_bytes: Some(SCAN_MAX_BYTES),
        ..PaperSpec::default()
    };
    let picture = records.inner.files.work(move || papers::check(bytes, &spec)).await?.map_err(Refusal::Paper)?;
    // The gate holds the sweeper out until the row names the bytes.
    let gate = records.inner.files.gate().await;
    let kept = records.inner.files.keep(&gate, picture.bytes).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut case = open_case(&tx, &scope, id).await?;
    let written = find(&tx.db, &case.id, key).await?;
    if written.is_none() {
        return Err(ReviewRefusal::OpinionsMissing(vec![asked.title.clone()]).into());
    }
    let file = FileId(records.chance().id(now));
    let row = NewFile {
        requirement: key,
        name: file_name,
        points: &marks,
        ..NewFile::of(&case.id, "seal", picture.format, &kept)
    }
    .row(records, file, now)?;
    file::Entity::insert(row.into_active_model()).exec_without_returning(&tx.db).await?;
    sql::run(
        &tx.db,
        "UPDATE opinion SET seal = 'scan', seal_file = $1, at = $2, staff_id = $3, staff_name = $4
         WHERE application_id = $5 AND key = $6",
        vec![
            file.to_string().into(),
            now.0.into(),
            member.id.to_string().into(),
            member.name.clone().into(),
            case.id.clone().into(),
            key.to_owned().into(),
        ],
    )
    .await?;
    done(&mut tx, records, member, &mut case, What::OpinionSealed, asked).await?;
    tx.commit().await?;
    drop(gate);
    Ok(())
}

/// Every opinion of the procedure, with what was written under a case.
pub(crate) async fn of_case(records: &Records, profile: &Profile, id: &str) -> Result<Vec<OpinionKept>, Error> {
    kept(records, records.read(), profile, id).await
}

/// Headings of the required opinions that are not complete.
pub(crate) async fn missing<C: ConnectionTrait>(
    records: &Records,
    db: &C,
    profile: &Profile,
    id: &str,
) -> Result<Vec<String>, Error> {
    if !profile.opinion.iter().any(|opinion| opinion.required) {
        return Ok(Vec::new());
    }
    let all = kept(records, db, profile, id).await?;
    Ok(all.into_iter().filter(|one| one.asked.required && !one.is_complete()).map(|one| one.asked.title).collect())
}

/// Cases of a plan that wait for opinions or for the review.
pub async fn desk(records: &Records, member: &StaffMember, plan: Option<PlanId>) -> Result<OpinionDesk, Error> {
    access::ensure_decides(member)?;
    let agency = member.agency.ok_or(Error::NotFound)?.to_string();
    let rows = plan::Entity::find().filter(plan::Column::AgencyId.eq(&agency)).all(records.read()).await?;
    let mut desk = OpinionDesk { now: records.now(), plans: Vec::new(), asked: Vec::new(), cases: Vec::new() };
    for row in rows {
        let id: PlanId = row.id.parse().map_err(|_| Error::bad_row("plan", &row.id, "id"))?;
        let own = plans::get(records, id).await?;
        let profile = plans::profile_of(records, &own).await?;
        if profile.opinion.is_empty() {
            continue;
        }
        desk.plans.push((id, own.title.clone()));
        if plan == Some(id) {
            desk.asked = profile.opinion.clone();
            desk.cases = cases(records, &profile, id).await?;
        }
    }
    Ok(desk)
}

#[derive(FromQueryResult)]
struct CaseRow {
    id: String,
    number: Option<String>,
    name: String,
}

async fn cases(
    records: &Records,
    profile: &Profile,
    plan: PlanId,
) -> Result<Vec<(ApplicationId, String, String, Vec<String>)>, Error> {
    let rows: Vec<CaseRow> = sql::all(
        records.read(),
        "SELECT id, number, name FROM application WHERE plan_id = $1 AND round > 0
           AND stage IN ('submitted','returned','approved') AND filing = 'none' ORDER BY number, id LIMIT 500",
        vec![plan.to_string().into()],
    )
    .await?;
    let mut cases = Vec::with_capacity(rows.len());
    for row in rows {
        let opinions = kept(records, records.read(), profile, &row.id).await?;
        let complete = opinions.into_iter().filter(OpinionKept::is_complete).map(|one| one.asked.key).collect();
        let id = row.id.parse().map_err(|_| Error::bad_row("application", &row.id, "id"))?;
        cases.push((id, row.number.unwrap_or_default(), row.name, complete));
    }
    Ok(cases)
}

async fn write_one(
    records: &Records,
    member: &StaffMember,
    scope: &Scope,
    id: ApplicationId,
    asked: &Opinion,
    typed: &OpinionTyped,
) -> Result<(), Error> {
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut case = open_case(&tx, scope, id).await?;
    let before = find(&tx.db, &case.id, &asked.key).await?;
    let (seal, seal_file) = match before {
        _ if typed.electronic && asked.seal => (Seal::Electronic.as_str().to_owned(), None),
        Some(before) => (before.seal, before.seal_file),
        None => (Seal::None.as_str().to_owned(), None),
    };
    let row = opinion::ActiveModel {
        application_id: Set(case.id.clone()),
        key: Set(asked.key.clone()),
        fields_sealed: Set(seal_fields(records, &case.id, &asked.key, &typed.fields)?),
        text: Set(typed.text.trim().to_owned()),
        staff_id: Set(member.id.to_string()),
        staff_name: Set(member.name.clone()),
        at: Set(now.0),
        seal: Set(seal),
        seal_file: Set(seal_file),
    };
    let again = OnConflict::columns([opinion::Column::ApplicationId, opinion::Column::Key])
        .update_columns([
            opinion::Column::FieldsSealed,
            opinion::Column::Text,
            opinion::Column::StaffId,
            opinion::Column::StaffName,
            opinion::Column::At,
            opinion::Column::Seal,
            opinion::Column::SealFile,
        ])
        .to_owned();
    opinion::Entity::insert(row).on_conflict(again).exec_without_returning(&tx.db).await?;
    done(&mut tx, records, member, &mut case, What::OpinionWritten, asked).await?;
    tx.commit().await
}

/// The revision counts up, history and live pages hear of it.
async fn done(
    tx: &mut Tx,
    records: &Records,
    member: &StaffMember,
    case: &mut application::Model,
    what: What,
    asked: &Opinion,
) -> Result<(), Error> {
    let now = records.now();
    load::save(tx, case).await?;
    let detail = json!({ "text": asked.title, "key": asked.key });
    history::append(tx, now, &case.id, &history::Actor::from(member), what, detail).await?;
    live::append(tx, now, outbox::of(case, what.as_str(), Audience::Desk)).await
}

/// Whether a case may be given opinions, and the rules it stands under.
async fn ground(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
) -> Result<(Scope, std::sync::Arc<Profile>), Error> {
    access::ensure_decides(member)?;
    let scope = Scope::of(records, member).await?;
    let row = application::Entity::find_by_id(id.to_string()).one(records.read()).await?;
    let row = row.filter(|row| scope.covers(row)).ok_or(Error::NotFound)?;
    let plan = row.plan_id.parse().map_err(|_| Error::bad_row("application", &row.id, "plan"))?;
    let profile = plans::profile_of(records, &plans::get(records, plan).await?).await?;
    Ok((scope, profile))
}

/// Whether this member writes opinions on this case: asked before a file for it is taken in.
pub async fn ensure_writes(records: &Records, member: &StaffMember, id: ApplicationId) -> Result<(), Error> {
    ground(records, member, id).await.map(|_| ())
}

/// A case that can still take opinions: handed in, not ended, not filed.
async fn open_case(tx: &Tx, scope: &Scope, id: ApplicationId) -> Result<application::Model, Error> {
    let case = locked_case(tx, scope, id).await?;
    let stage = load::stage_of(&case)?;
    match stage {
        _ if case.filing != "none" => Err(ReviewRefusal::FiledAlready.into()),
        Stage::Submitted { .. } | Stage::Returned { .. } | Stage::Approved { .. } => Ok(case),
        other => Err(ReviewRefusal::NotUnderReview(other.name()).into()),
    }
}

fn asked<'a>(profile: &'a Profile, key: &str) -> Result<&'a Opinion, Error> {
    profile.opinion.iter().find(|opinion| opinion.key == key).ok_or(Error::NotFound)
}

fn ensure_well_typed(records: &Records, asked: &Opinion, typed: &OpinionTyped) -> Result<(), Error> {
    let section = Section {
        key: asked.key.clone(),
        title: asked.title.clone(),
        hint: String::new(),
        show: None,
        field: asked.field.clone(),
    };
    let form = Form { section: vec![section] };
    let mut faults = check::keepable(&form, &typed.fields);
    if faults.is_empty() {
        faults = check::form(&form, &typed.fields, &[], records.now());
    }
    let length = typed.text.trim().chars().count();
    if length > TEXT_MAX {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        faults.push(FieldFault {
            key: "text".into(),
            label: "意见".into(),
            problem: Problem::TooLong { length: count(length), limit: count(TEXT_MAX) },
        });
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Answers(faults).into()) }
}

async fn kept<C: ConnectionTrait>(
    records: &Records,
    db: &C,
    profile: &Profile,
    id: &str,
) -> Result<Vec<OpinionKept>, Error> {
    if profile.opinion.is_empty() {
        return Ok(Vec::new());
    }
    let rows = opinion::Entity::find().filter(opinion::Column::ApplicationId.eq(id)).all(db).await?;
    profile
        .opinion
        .iter()
        .map(|asked| {
            let none = OpinionKept {
                asked: asked.clone(),
                fields: Answers::default(),
                text: String::new(),
                by: None,
                seal: Seal::None,
                seal_file: None,
            };
            let Some(row) = rows.iter().find(|row| row.key == asked.key) else { return Ok(none) };
            let bad = |why: &str| Error::bad_row("opinion", &row.application_id, why);
            let plain = records.inner.keys.open(&place_of(&row.application_id, &row.key), &row.fields_sealed)?;
            Ok(OpinionKept {
                fields: serde_json::from_slice(&plain).map_err(|_| bad("fields"))?,
                text: row.text.clone(),
                by: Some((row.staff_name.clone(), Timestamp(row.at))),
                seal: Seal::parse(&row.seal).ok_or_else(|| bad("seal"))?,
                seal_file: row.seal_file.as_deref().map(str::parse).transpose().map_err(|_| bad("seal_file"))?,
                ..none
            })
        })
        .collect()
}

async fn find<C: ConnectionTrait>(db: &C, id: &str, key: &str) -> Result<Option<opinion::Model>, Error> {
    Ok(opinion::Entity::find_by_id((id.to_owned(), key.to_owned())).one(db).await?)
}

fn seal_fields(records: &Records, id: &str, key: &str, fields: &Answers) -> Result<Vec<u8>, Error> {
    let plain = serde_json::to_vec(fields).map_err(|why| Error::bad_row("opinion", id, why))?;
    records.inner.keys.seal(&place_of(id, key), &plain)
}

fn place_of(id: &str, key: &str) -> String {
    place("opinion", key, id)
}
