//! 异议: what people object to a public list, who they are, and the answer.

use super::drafting::{manages, note};
use super::filing::given;
use super::notices::current;
use crate::applications::papers;
use crate::files::{self, Served};
use crate::keys::place;
use crate::messages::{self, Telling};
use crate::{Error, Records, sql};
use domain::account::StaffMember;
use domain::ids::PlanId;
use domain::masking::{self, Audience};
use domain::message::MessageKind;
use domain::page::planner::ObjectionLine;
use domain::paper::{PaperFormat, PaperSpec};
use domain::planner::PlannerRefusal;
use domain::refusal::Refusal;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult};

/// Objections to one list within an hour: more are no longer people.
const PER_HOUR: i64 = 60;
const HOUR_MS: i64 = 3_600_000;
/// Most characters of a name, of a way to be reached, and of what is said.
const WORDS_MAX: [usize; 3] = [50, 100, 2_000];
/// Heaviest proof: anybody may send one.
pub const PROOF_MAX_BYTES: u64 = 5 * 1024 * 1024;

/// Objections to a list, those without answer first.
pub(super) async fn objections(records: &Records, notice: &str) -> Result<Vec<ObjectionLine>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        line_no: Option<i64>,
        name: Option<String>,
        name_sealed: Vec<u8>,
        contact_sealed: Vec<u8>,
        text_sealed: Vec<u8>,
        at: i64,
        outcome: Option<String>,
        answer: String,
        answered_by: String,
        answered_at: Option<i64>,
        proof_format: Option<String>,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT o.id, o.line_no, a.name, o.name_sealed, o.contact_sealed, o.text_sealed, o.at, o.outcome, o.answer,
                o.answered_by, o.answered_at, o.proof_format
         FROM objection o LEFT JOIN notice_line l ON l.notice_id = o.notice_id AND l.no = o.line_no
         LEFT JOIN application a ON a.id = l.application_id
         WHERE o.notice_id = $1 ORDER BY CASE WHEN o.answered_at IS NULL THEN 0 ELSE 1 END, o.at, o.id LIMIT 500",
        vec![notice.into()],
    )
    .await?;
    let keys = &records.inner.keys;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let open = |column: &str, sealed: &[u8]| keys.open_text(&place("objection", column, &row.id), sealed);
        lines.push(ObjectionLine {
            about: match (row.line_no, &row.name) {
                (Some(no), Some(name)) => format!("第 {no} 行　{name}"),
                (Some(no), None) => format!("第 {no} 行"),
                _ => String::new(),
            },
            name: masking::name(&open("name", &row.name_sealed)?, Audience::Staff),
            contact: masking::contact(&open("contact", &row.contact_sealed)?, Audience::Staff),
            text: open("text", &row.text_sealed)?,
            at: Timestamp(row.at),
            proof: row.proof_format,
            answer: row
                .answered_at
                .map(|at| (row.outcome.as_deref() == Some("sustained"), row.answer, row.answered_by, Timestamp(at))),
            id: row.id,
        });
    }
    Ok(lines)
}

/// 异议: anybody may object to a list that is public, with what speaks for it: in words, and as a picture or a PDF. A
/// picture is encoded anew: places and names hidden in it do not stay.
pub async fn object(
    records: &Records,
    notice: &str,
    line: Option<u32>,
    name: &str,
    contact: &str,
    text: &str,
    proof: Option<Vec<u8>>,
) -> Result<(), Error> {
    let cut = |words: &str, most: usize| -> String { words.trim().chars().take(most).collect() };
    let [name, contact, text] = [cut(name, WORDS_MAX[0]), cut(contact, WORDS_MAX[1]), cut(text, WORDS_MAX[2])];
    if name.is_empty() || contact.is_empty() || text.is_empty() {
        return Err(PlannerRefusal::NoReason.into());
    }
    let checked = match proof.filter(|bytes| !bytes.is_empty()) {
        None => None,
        Some(bytes) => Some(checked_proof(records, notice, bytes).await?),
    };
    // The gate holds the sweeper out until the row names the bytes.
    let gate = records.inner.files.gate().await;
    let kept = match &checked {
        None => None,
        Some(sheet) => Some(records.inner.files.keep(&gate, sheet.bytes.clone()).await?),
    };
    let tx = records.begin().await?;
    let now = records.now();
    let row = current(&tx.db, records, notice).await.map_err(over)?;
    ensure_quiet(&tx.db, notice, now).await?;
    let known = match line {
        None => None,
        Some(no) => {
            sql::number(
                &tx.db,
                "SELECT no FROM notice_line WHERE notice_id = $1 AND no = $2",
                vec![notice.into(), i64::from(no).into()],
            )
            .await?
        }
    };
    let id = records.chance().id(now).to_string();
    let seal = |column: &str, words: &str| records.inner.keys.seal(&place("objection", column, &id), words.as_bytes());
    sql::run(
        &tx.db,
        "INSERT INTO objection (id, notice_id, line_no, name_sealed, contact_sealed, text_sealed, at, proof_sha256, proof_format,
            proof_bytes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vec![
            id.clone().into(),
            row.id.into(),
            known.into(),
            seal("name", &name)?.into(),
            seal("contact", &contact)?.into(),
            seal("text", &text)?.into(),
            now.0.into(),
            kept.as_ref().map(|kept| kept.sha256.clone()).into(),
            checked.map(|sheet| sheet.format.to_owned()).into(),
            kept.map(|kept| kept.bytes).into(),
        ],
    )
    .await?;
    tx.commit().await?;
    drop(gate);
    Ok(())
}

async fn checked_proof(records: &Records, notice: &str, bytes: Vec<u8>) -> Result<papers::CheckedPaper, Error> {
    // Nobody makes this server decode anything for a list that is not there, or all the time.
    current(records.read(), records, notice).await.map_err(over)?;
    ensure_quiet(records.read(), notice, records.now()).await?;
    files::scan(records, &bytes).await?;
    let spec = PaperSpec {
        formats: vec![PaperFormat::Jpeg, PaperFormat::Png, PaperFormat::Pdf],
        max_bytes: Some(PROOF_MAX_BYTES),
        ..PaperSpec::default()
    };
    Ok(records.inner.files.work(move || papers::check(bytes, &spec)).await?.map_err(Refusal::Paper)?)
}

/// Refuses what people alone would not send within an hour.
async fn ensure_quiet<C: ConnectionTrait>(db: &C, notice: &str, now: Timestamp) -> Result<(), Error> {
    let text = "SELECT COUNT(*) FROM objection WHERE notice_id = $1 AND at > $2";
    let lately = sql::number(db, text, vec![notice.into(), (now.0 - HOUR_MS).into()]).await?;
    if lately.unwrap_or(0) >= PER_HOUR { Err(PlannerRefusal::Crowded.into()) } else { Ok(()) }
}

/// Nobody objects to a list that is gone.
fn over(why: Error) -> Error {
    match why {
        Error::NotFound => PlannerRefusal::NoticeOver.into(),
        other => other,
    }
}

/// What came with an objection, for the agency that has to answer: that it was looked at is a line of the plan's history.
pub async fn proof(records: &Records, member: &StaffMember, id: PlanId, objection: &str) -> Result<Served, Error> {
    let agency = manages(member)?;
    #[derive(FromQueryResult)]
    struct Row {
        agency_id: String,
        proof_sha256: String,
        proof_format: String,
        line_no: Option<i64>,
    }
    let row: Option<Row> = sql::one(
        records.read(),
        "SELECT p.agency_id, o.proof_sha256, o.proof_format, o.line_no FROM objection o JOIN notice n ON n.id = o.notice_id
         JOIN plan p ON p.id = n.plan_id WHERE o.id = $1 AND p.id = $2 AND o.proof_sha256 IS NOT NULL",
        vec![objection.into(), id.to_string().into()],
    )
    .await?;
    let row = row.filter(|row| row.agency_id == agency.to_string()).ok_or(Error::NotFound)?;
    let bytes = records.inner.files.read(&row.proof_sha256).await?;
    let tx = records.begin().await?;
    note(&tx, records.now(), id, member, "objection_proof", "").await?;
    tx.commit().await?;
    let ending = match row.proof_format.as_str() {
        "jpeg" => "jpg",
        other => other,
    };
    let about = row.line_no.map_or_else(String::new, |no| format!("-{no}"));
    Ok(Served {
        content_type: files::media_type(&row.proof_format),
        bytes,
        download_name: format!("objection{about}.{ending}"),
    })
}

/// Who objected and how they are reached, in full: for the agency that has to answer, with a reason that stays in the
/// history of the plan.
pub async fn reveal_objector(
    records: &Records,
    member: &StaffMember,
    objection: &str,
    why: &str,
) -> Result<(PlanId, String), Error> {
    let agency = manages(member)?;
    let why = given(why)?;
    #[derive(FromQueryResult)]
    struct Row {
        plan_id: String,
        agency_id: String,
        name_sealed: Vec<u8>,
        contact_sealed: Vec<u8>,
    }
    let tx = records.begin().await?;
    let row: Option<Row> = sql::one(
        &tx.db,
        "SELECT n.plan_id, p.agency_id, o.name_sealed, o.contact_sealed FROM objection o
         JOIN notice n ON n.id = o.notice_id JOIN plan p ON p.id = n.plan_id WHERE o.id = $1",
        vec![objection.into()],
    )
    .await?;
    let row = row.filter(|row| row.agency_id == agency.to_string()).ok_or(Error::NotFound)?;
    let plan: PlanId = row.plan_id.parse().map_err(|_| Error::bad_row("objection", objection, "plan"))?;
    let open =
        |column: &str, sealed: &[u8]| records.inner.keys.open_text(&place("objection", column, objection), sealed);
    let whole = format!("{}　{}", open("name", &row.name_sealed)?, open("contact", &row.contact_sealed)?);
    note(&tx, records.now(), plan, member, "objector_revealed", &why).await?;
    tx.commit().await?;
    Ok((plan, whole))
}

/// Answers an objection, with a reason. One that is sustained takes its line off a roster; scores are corrected by the
/// act of that name, and the list shows them at once.
pub async fn answer_objection(
    records: &Records,
    member: &StaffMember,
    objection: &str,
    sustained: bool,
    words: &str,
) -> Result<PlanId, Error> {
    let agency = manages(member)?;
    let words = given(words)?;
    #[derive(FromQueryResult)]
    struct Row {
        notice_id: String,
        plan_id: String,
        kind: String,
        agency_id: String,
        line_no: Option<i64>,
        contact_sealed: Vec<u8>,
    }
    let mut tx = records.begin().await?;
    let now = records.now();
    let row: Option<Row> = sql::one(
        &tx.db,
        "SELECT n.id AS notice_id, n.plan_id, n.kind, p.agency_id, o.line_no, o.contact_sealed FROM objection o
         JOIN notice n ON n.id = o.notice_id JOIN plan p ON p.id = n.plan_id WHERE o.id = $1",
        vec![objection.into()],
    )
    .await?;
    let row = row.filter(|row| row.agency_id == agency.to_string()).ok_or(Error::NotFound)?;
    let plan: PlanId = row.plan_id.parse().map_err(|_| Error::bad_row("notice", &row.notice_id, "plan"))?;
    let done = sql::run(
        &tx.db,
        "UPDATE objection SET outcome = $2, answer = $3, answered_by = $4, answered_at = $5
         WHERE id = $1 AND answered_at IS NULL",
        vec![
            objection.into(),
            if sustained { "sustained" } else { "dismissed" }.into(),
            words.clone().into(),
            member.name.clone().into(),
            now.0.into(),
        ],
    );
    if done.await?.rows_affected() == 0 {
        return Err(PlannerRefusal::Answered.into());
    }
    if let (true, "roster", Some(no)) = (sustained, row.kind.as_str(), row.line_no) {
        sql::run(
            &tx.db,
            "UPDATE notice_line SET struck_at = $3 WHERE notice_id = $1 AND no = $2 AND struck_at IS NULL",
            vec![row.notice_id.clone().into(), no.into(), now.0.into()],
        )
        .await?;
    }
    let contact = records.inner.keys.open_text(&place("objection", "contact", objection), &row.contact_sealed)?;
    if messages::is_address(&contact) {
        let telling = Telling::to_contact(objection, &contact, agency, MessageKind::ObjectionAnswered).plan(plan);
        let words = format!("{}{words}", if sustained { "异议成立。" } else { "异议不成立。" });
        messages::tell(records, &mut tx, now, telling.words(words)).await?;
    }
    let act = if sustained { "objection_sustained" } else { "objection_dismissed" };
    let about = row.line_no.map_or_else(String::new, |no| format!("第 {no} 行。"));
    note(&tx, now, plan, member, act, &format!("{about}{words}")).await?;
    tx.commit().await?;
    Ok(plan)
}
