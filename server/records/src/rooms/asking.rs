//! Requests of candidates before the exam: something on the ticket is wrong, or a room without stairs or more time is
//! needed. Answered with words; what is granted is entered as an adjustment.

use super::ground::Ground;
use crate::applications::{self, ground_of, load, papers};
use crate::entity::file;
use crate::files;
use crate::files::row::NewFile;
use crate::files::store::{Gate, KeptBytes};
use crate::history::{self, Actor};
use crate::keys::place;
use crate::live::outbox::{self, Audience};
use crate::messages::{self, Telling};
use crate::{Error, Records, live, sql};
use domain::account::StaffMember;
use domain::application::Stage;
use domain::ids::{AccountId, ApplicationId, FileId, PlanId};
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::page::rooms::{SeatRequest, SeatingRefusal};
use domain::paper::{PaperFormat, PaperSpec};
use domain::time::Timestamp;
use sea_orm::{EntityTrait, FromQueryResult, IntoActiveModel};
use serde_json::json;

/// Longest request and answer, in characters.
const LONGEST: usize = 500;

/// Heaviest proof.
pub const PROOF_MAX_BYTES: u64 = 10 * 1024 * 1024;

/// A proof with its name on the device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// Its name.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Asks, up to the first exam day; one request at a time. A proof is kept like evidence: checked, and without what is
/// hidden in pictures.
pub async fn ask(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    words: &str,
    proof: Option<Proof>,
) -> Result<(), Error> {
    let words: String = words.trim().chars().take(LONGEST).collect();
    if words.is_empty() {
        return Err(SeatingRefusal::NoReason.into());
    }
    // Whose it is comes before what it is.
    applications::case_of(records, account, id).await?;
    let proof = match proof.filter(|proof| !proof.bytes.is_empty()) {
        None => None,
        Some(proof) => Some(kept(records, proof).await?),
    };
    let mut tx = records.begin().await?;
    let now = records.now();
    let case = load::own_locked(records, &tx, account, id).await?;
    let (plan, _) = ground_of(records, case.plan).await?;
    if !matches!(case.stage, Stage::Approved { .. }) || now.day() >= plan.exam_on {
        return Err(SeatingRefusal::AskingOver { exam_on: plan.exam_on }.into());
    }
    let text = "SELECT COUNT(*) FROM seat_request WHERE application_id = $1 AND answered_at IS NULL";
    if sql::number(&tx.db, text, vec![id.to_string().into()]).await? != Some(0) {
        return Err(SeatingRefusal::AskedAlready.into());
    }
    let key = records.chance().id(now).to_string();
    let sealed = records.inner.keys.seal(&place("seat_request", "words", &key), words.as_bytes())?;
    sql::run(
        &tx.db,
        "INSERT INTO seat_request (id, application_id, plan_id, words_sealed, asked_at) VALUES ($1, $2, $3, $4, $5)",
        vec![key.clone().into(), id.to_string().into(), case.plan.to_string().into(), sealed.into(), now.0.into()],
    )
    .await?;
    let mut row = case.row;
    if let Some(proof) = &proof {
        let file = NewFile {
            requirement: &key,
            name: &proof.name,
            pages: proof.pages,
            points: &proof.marks,
            ..NewFile::of(&row.id, "request", proof.format, &proof.bytes)
        }
        .row(records, FileId(records.chance().id(now)), now)?;
        file::Entity::insert(file.into_active_model()).exec_without_returning(&tx.db).await?;
    }
    load::save(&tx, &mut row).await?;
    history::append(&tx, now, &row.id, &Actor::Applicant(account), What::SeatAsked, json!({})).await?;
    live::append(&mut tx, now, outbox::of(&row, What::SeatAsked.as_str(), Audience::Desk)).await?;
    tx.commit().await
}

/// A proof whose bytes are kept. The gate holds the sweeper out until a row names them.
struct KeptProof {
    name: String,
    marks: Vec<String>,
    format: &'static str,
    pages: u32,
    bytes: KeptBytes,
    _gate: Gate,
}

/// Looks at a proof as at evidence, and keeps its bytes.
async fn kept(records: &Records, proof: Proof) -> Result<KeptProof, Error> {
    let Proof { name, bytes } = proof;
    let marks = files::scan(records, &bytes).await?;
    let spec = PaperSpec {
        formats: vec![PaperFormat::Jpeg, PaperFormat::Png, PaperFormat::Pdf],
        max_bytes: Some(PROOF_MAX_BYTES),
        ..PaperSpec::default()
    };
    let sheet = records.inner.files.work(move || papers::check(bytes, &spec)).await?;
    let sheet = sheet.map_err(|_| SeatingRefusal::Proof)?;
    let gate = records.inner.files.gate().await;
    let bytes = records.inner.files.keep(&gate, sheet.bytes).await?;
    Ok(KeptProof { name, marks, format: sheet.format, pages: sheet.pages, bytes, _gate: gate })
}

/// Answers a request with words that its candidate reads.
pub async fn answer(records: &Records, member: &StaffMember, plan: PlanId, id: &str, words: &str) -> Result<(), Error> {
    let words: String = words.trim().chars().take(LONGEST).collect();
    if words.is_empty() {
        return Err(SeatingRefusal::NoReason.into());
    }
    Ground::managed(records, member, plan).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let text = "SELECT application_id FROM seat_request WHERE id = $1 AND plan_id = $2 AND answered_at IS NULL";
    let case = sql::text(&tx.db, text, vec![id.into(), plan.to_string().into()]).await?.ok_or(Error::NotFound)?;
    let case = case.parse().map_err(|_| Error::bad_row("seat_request", id, "application"))?;
    let mut row = load::locked(&tx, case).await?.ok_or(Error::NotFound)?;
    let text = "UPDATE seat_request SET answer = $1, answered_by = $2, answered_at = $3
                WHERE id = $4 AND answered_at IS NULL";
    let values = vec![words.clone().into(), member.id.to_string().into(), now.0.into(), id.into()];
    if sql::run(&tx.db, text, values).await?.rows_affected() != 1 {
        return Err(Error::ChangedMeanwhile);
    }
    load::save(&tx, &mut row).await?;
    let detail = json!({ "text": words });
    history::append(&tx, now, &row.id, &Actor::from(member), What::SeatAnswered, detail).await?;
    live::append(&mut tx, now, outbox::of(&row, What::SeatAnswered.as_str(), Audience::Desk)).await?;
    messages::tell(records, &mut tx, now, Telling::about(&row, MessageKind::SeatAnswered).of(id, 1)).await?;
    tx.commit().await
}

/// Requests of one application, or of a plan with those that wait first.
pub(crate) async fn requests(records: &Records, column: &str, id: &str) -> Result<Vec<SeatRequest>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        application_id: String,
        name: String,
        words_sealed: Vec<u8>,
        proof: Option<String>,
        asked_at: i64,
        answer: String,
        answered_at: Option<i64>,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        &format!(
            "SELECT q.id, q.application_id, a.name, q.words_sealed, f.id AS proof, q.asked_at, q.answer, q.answered_at
             FROM seat_request q JOIN application a ON a.id = q.application_id
             LEFT JOIN file f ON f.application_id = q.application_id AND f.kind = 'request' AND f.requirement = q.id
             WHERE q.{column} = $1
             ORDER BY CASE WHEN q.answered_at IS NULL THEN 0 ELSE 1 END, q.asked_at, q.id LIMIT 200"
        ),
        vec![id.into()],
    )
    .await?;
    let request = |row: Row| {
        let bad = |why: &str| Error::bad_row("seat_request", &row.id, why);
        Ok(SeatRequest {
            application: row.application_id.parse().map_err(|_| bad("application"))?,
            words: records.inner.keys.open_text(&place("seat_request", "words", &row.id), &row.words_sealed)?,
            proof: row.proof.as_deref().and_then(|id| id.parse().ok()),
            at: Timestamp(row.asked_at),
            answer: row.answered_at.map(|at| (Timestamp(at), row.answer.clone())),
            name: row.name.clone(),
            id: row.id.clone(),
        })
    };
    rows.into_iter().map(request).collect()
}
