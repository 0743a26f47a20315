//! Reading and writing an application's row: strictly, and never somebody else's.

use super::marks::Marks;
use crate::{
    Error, Records, Tx,
    entity::{application, claim, file},
    keys::place,
};
use domain::application::axes::{Axes, Exam, Filing, Money};
use domain::application::{Claim, Grounds, Remark, Stage, StageName, Target};
use domain::eligibility::ApplicantFacts;
use domain::form::Answers;
use domain::ids::{AccountId, ApplicationId, FileId, PlanId, SiteId, StaffId};
use domain::page::wizard::PhotoKept;
use domain::time::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::HashMap;

/// The photo of an application, as its row keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PhotoSlot {
    pub kept: PhotoKept,
    pub original: FileId,
    pub sha256: String,
}

/// The signature of an application, as its row keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignatureSlot {
    pub file: FileId,
    pub at: Timestamp,
    pub by_phone: bool,
    /// Digest of what was signed; another digest means that it must be signed again.
    pub content: String,
}

/// An application with everything its row keeps, opened.
#[derive(Debug, Clone)]
pub(crate) struct Whole {
    pub row: application::Model,
    pub id: ApplicationId,
    pub account: AccountId,
    pub plan: PlanId,
    pub stage: Stage,
    /// What was typed; facts of account and plan are not among it.
    pub answers: Answers,
    pub facts: ApplicantFacts,
    pub photo: Option<PhotoSlot>,
    pub signature: Option<SignatureSlot>,
    pub corrected: Vec<Target>,
    /// Evidence, in order per requirement.
    pub files: Vec<file::Model>,
    /// The chosen site.
    pub site: Option<SiteId>,
    /// What was confirmed beside the form.
    pub marks: Marks,
}

/// An applicant's own application, for reading.
pub(crate) async fn own(records: &Records, account: AccountId, id: ApplicationId) -> Result<Whole, Error> {
    let row = application::Entity::find_by_id(id.to_string()).one(records.read()).await?;
    whole(records, records.read(), owned(row, account)?).await
}

/// An applicant's own application, held until the transaction ends.
pub(crate) async fn own_locked(
    records: &Records,
    tx: &Tx,
    account: AccountId,
    id: ApplicationId,
) -> Result<Whole, Error> {
    let row = owned(locked(tx, id).await?, account)?;
    whole(records, &tx.db, row).await
}

/// The row, held until the transaction ends. SQLite needs no lock of its own: whoever writes is alone.
pub(crate) async fn locked(tx: &Tx, id: ApplicationId) -> Result<Option<application::Model>, Error> {
    Ok(application::Entity::find_by_id(id.to_string()).lock_exclusive().one(&tx.db).await?)
}

/// The revisions of some rows by id, held until the transaction ends: in the order of ids, so that two
/// servers never hold half of them each.
pub(crate) async fn revisions_locked(
    tx: &Tx,
    ids: impl Iterator<Item = ApplicationId>,
) -> Result<HashMap<String, i64>, Error> {
    let rows: Vec<(String, i64)> = application::Entity::find()
        .select_only()
        .columns([application::Column::Id, application::Column::Revision])
        .filter(application::Column::Id.is_in(ids.map(|id| id.to_string())))
        .order_by_asc(application::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(&tx.db)
        .await?;
    Ok(rows.into_iter().collect())
}

fn owned(row: Option<application::Model>, account: AccountId) -> Result<application::Model, Error> {
    row.filter(|row| row.account_id == account.to_string()).ok_or(Error::NotFound)
}

/// Opens a row.
pub(crate) async fn whole<C: ConnectionTrait>(
    records: &Records,
    db: &C,
    row: application::Model,
) -> Result<Whole, Error> {
    let files = file::Entity::find()
        .filter(file::Column::ApplicationId.eq(row.id.as_str()))
        .filter(file::Column::Kind.eq("evidence"))
        .filter(file::Column::RemovedAt.is_null())
        .order_by_asc(file::Column::Requirement)
        .order_by_asc(file::Column::Position)
        .order_by_asc(file::Column::Id)
        .all(db)
        .await?;
    Ok(Whole {
        id: id(&row, &row.id)?,
        account: id(&row, &row.account_id)?,
        plan: id(&row, &row.plan_id)?,
        stage: stage_of(&row)?,
        answers: unseal(records, "answers", &row.id, &row.answers_sealed)?,
        facts: match &row.facts_sealed {
            Some(sealed) => unseal(records, "facts", &row.id, sealed)?,
            None => ApplicantFacts::default(),
        },
        photo: optional(&row, "photo", row.photo.as_deref())?,
        signature: optional(&row, "signature", row.signature.as_deref())?,
        corrected: json(&row, "corrected", &row.corrected)?,
        site: row.site_id.as_deref().map(|site| id(&row, site)).transpose()?,
        marks: json(&row, "marks", &row.marks)?,
        files,
        row,
    })
}

/// The stage, from the columns that make it true; anything else is a bad row.
pub(crate) fn stage_of(row: &application::Model) -> Result<Stage, Error> {
    let round = u32::try_from(row.round).map_err(|_| Error::bad_row("application", &row.id, "round"))?;
    let name = StageName::parse(&row.stage).ok_or_else(|| Error::bad_row("application", &row.id, "unknown stage"))?;
    let at = |moment: Option<i64>| moment.map(Timestamp);
    Ok(match (name, at(row.submitted_at), at(row.decided_at), at(row.until_at)) {
        (StageName::Draft, None, None, None) => Stage::Draft,
        (StageName::Submitted, Some(at), None, None) => Stage::Submitted { at, round },
        (StageName::Returned, Some(_), Some(at), Some(until)) => {
            let remarks: Option<Vec<Remark>> = optional(row, "remarks", row.remarks.as_deref())?;
            Stage::Returned { at, until, remarks: remarks.unwrap_or_default(), round }
        }
        (StageName::Approved, Some(_), Some(at), None) => Stage::Approved { at },
        (StageName::Rejected, Some(_), Some(at), None) => {
            let grounds: Option<Grounds> = optional(row, "grounds", row.grounds.as_deref())?;
            Stage::Rejected {
                at,
                grounds: grounds.ok_or_else(|| Error::bad_row("application", &row.id, "rejected without grounds"))?,
            }
        }
        (StageName::Withdrawn, _, Some(at), None) => Stage::Withdrawn { at },
        _ => return Err(Error::bad_row("application", &row.id, "stage does not match its facts")),
    })
}

/// Writes a stage into the columns that make it true.
pub(crate) fn put_stage(row: &mut application::Model, stage: &Stage) -> Result<(), Error> {
    row.stage = stage.name().as_str().to_owned();
    row.decided_at = None;
    row.until_at = None;
    row.remarks = None;
    row.grounds = None;
    if !matches!(stage, Stage::Approved { .. }) {
        // Filing, money and exam begin with the approval and end with it.
        put_axes(row, &Axes::default());
    }
    match stage {
        Stage::Draft => {
            row.submitted_at = None;
            row.round = 0;
        }
        Stage::Submitted { at, round } => {
            row.submitted_at = Some(at.0);
            row.round = i64::from(*round);
        }
        Stage::Returned { at, until, remarks, .. } => {
            row.decided_at = Some(at.0);
            row.until_at = Some(until.0);
            row.remarks = Some(text(remarks)?);
        }
        Stage::Approved { at } | Stage::Withdrawn { at } => row.decided_at = Some(at.0),
        Stage::Rejected { at, grounds } => {
            row.decided_at = Some(at.0);
            row.grounds = Some(text(grounds)?);
        }
    }
    Ok(())
}

/// Filing, money and exam, from their columns.
pub(crate) fn axes_of(row: &application::Model) -> Result<Axes, Error> {
    let bad = |why: &str| Error::bad_row("application", &row.id, why);
    Ok(Axes {
        filing: match (row.filing.as_str(), row.filed_at) {
            ("none", None) => Filing::None,
            ("filed", Some(at)) => Filing::Filed { at: Timestamp(at) },
            _ => return Err(bad("filing")),
        },
        money: Money::parse(&row.money, row.due_until.map(Timestamp)).ok_or_else(|| bad("money"))?,
        exam: Exam::parse(&row.exam).ok_or_else(|| bad("exam"))?,
    })
}

/// Writes filing, money and exam into their columns.
pub(crate) fn put_axes(row: &mut application::Model, axes: &Axes) {
    let (filing, filed_at) = match axes.filing {
        Filing::None => ("none", None),
        Filing::Filed { at } => ("filed", Some(at.0)),
    };
    row.filing = filing.to_owned();
    row.filed_at = filed_at;
    row.money = axes.money.as_str().to_owned();
    row.due_until = axes.money.until().map(|until| until.0);
    row.exam = axes.exam.as_str().to_owned();
}

/// Saves the row; its revision counts up with every change.
pub(crate) async fn save(tx: &Tx, row: &mut application::Model) -> Result<(), Error> {
    row.revision += 1;
    let all = row.clone().into_active_model().reset_all();
    application::Entity::update(all).exec(&tx.db).await?;
    Ok(())
}

/// Who holds a case at `now`, if anybody does.
pub(crate) async fn live_claim<C: ConnectionTrait>(
    db: &C,
    id: ApplicationId,
    now: Timestamp,
) -> Result<Option<Claim>, Error> {
    let row = claim::Entity::find_by_id(id.to_string()).filter(claim::Column::UntilAt.gt(now.0)).one(db).await?;
    row.map(|row| claim_of(&row)).transpose()
}

/// A hold, from its row.
pub(crate) fn claim_of(row: &claim::Model) -> Result<Claim, Error> {
    let by: StaffId = row.staff_id.parse().map_err(|_| Error::bad_row("claim", &row.application_id, "staff"))?;
    Ok(Claim { by, name: row.name.clone(), until: Timestamp(row.until_at) })
}

/// Seals a value for a column of an application.
pub(crate) fn seal<T: Serialize>(records: &Records, column: &str, id: &str, value: &T) -> Result<Vec<u8>, Error> {
    let plain = serde_json::to_vec(value).map_err(|fault| Error::bad_row("application", id, fault))?;
    records.inner.keys.seal(&place("application", column, id), &plain)
}

/// Opens a sealed value of an application.
pub(crate) fn unseal<T: DeserializeOwned>(
    records: &Records,
    column: &str,
    id: &str,
    sealed: &[u8],
) -> Result<T, Error> {
    let plain = records.inner.keys.open(&place("application", column, id), sealed)?;
    serde_json::from_slice(&plain).map_err(|fault| Error::bad_row("application", id, fault))
}

/// A value as the text of a column.
pub(crate) fn text<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|fault| Error::bad_row("application", "", fault))
}

/// The value of a text column.
pub(crate) fn json<T: DeserializeOwned>(row: &application::Model, column: &str, text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|_| Error::bad_row("application", &row.id, column))
}

fn optional<T: DeserializeOwned>(
    row: &application::Model,
    column: &str,
    text: Option<&str>,
) -> Result<Option<T>, Error> {
    text.map(|text| json(row, column, text)).transpose()
}

fn id<T: std::str::FromStr>(row: &application::Model, text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::bad_row("application", &row.id, "id"))
}

impl Whole {
    /// Notes that a returned item was worked on. Has no effect outside a return.
    pub(crate) fn correct(&mut self, target: Target) -> Result<(), Error> {
        let Stage::Returned { remarks, .. } = &self.stage else { return Ok(()) };
        if remarks.iter().any(|remark| remark.on == target) && !self.corrected.contains(&target) {
            self.corrected.push(target);
            self.row.corrected = text(&self.corrected)?;
        }
        Ok(())
    }
}
