//! What happened, case by case: append-only, each line chained to the one before by its hash.

use crate::{Error, Records, Tx, entity, sql};
use domain::account::StaffMember;
use domain::ids::AccountId;
use domain::page::mine::What;
use domain::time::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, Set,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Hash before the first line of a case.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// A checkpoint leaves out the last minute, so that no act still under way can slip under it.
const CHECKPOINT_LAG_MS: i64 = 60_000;

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The applicant; the name stays with the application.
    Applicant(AccountId),
    /// A member of staff.
    Staff {
        /// Id.
        id: String,
        /// Name, as colleagues know it.
        name: String,
    },
    /// The system itself.
    System,
}

impl From<&StaffMember> for Actor {
    fn from(member: &StaffMember) -> Self {
        Actor::Staff { id: member.id.to_string(), name: member.name.clone() }
    }
}

impl Actor {
    fn parts(&self) -> (&'static str, String, String) {
        match self {
            Actor::Applicant(id) => ("applicant", id.to_string(), String::new()),
            Actor::Staff { id, name } => ("staff", id.clone(), name.clone()),
            Actor::System => ("system", String::new(), String::new()),
        }
    }
}

/// A chain was broken: the first line that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenAt(pub i64);

/// A signed digest over the heads of all chains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Id.
    pub id: i64,
    /// It covers every line before this moment.
    pub at: Timestamp,
    /// Chains it covers.
    pub cases: i64,
    /// SHA-256 over all heads.
    pub heads: String,
    /// Ed25519, hexadecimal.
    pub signature: String,
}

/// A line to be. `detail` holds ids, codes and words of the office, never personal data.
pub struct NewLine {
    /// Id of the case.
    pub case: String,
    /// Who.
    pub actor: Actor,
    /// What.
    pub what: What,
    /// Particulars.
    pub detail: Value,
}

/// Adds a line to a case, see [`NewLine`].
pub async fn append(tx: &Tx, at: Timestamp, case: &str, actor: &Actor, what: What, detail: Value) -> Result<(), Error> {
    append_all(tx, at, vec![NewLine { case: case.to_owned(), actor: actor.clone(), what, detail }]).await
}

/// Adds a line each to different cases.
pub(crate) async fn append_all(tx: &Tx, at: Timestamp, new: Vec<NewLine>) -> Result<(), Error> {
    let places: Vec<String> = (1..=new.len()).map(|place| format!("${place}")).collect();
    let question = format!(
        "SELECT h.case_id, h.seq, h.hash FROM history h WHERE h.case_id IN ({})
         AND h.seq = (SELECT MAX(l.seq) FROM history l WHERE l.case_id = h.case_id)",
        places.join(",")
    );
    let heads: Vec<Head> =
        sql::all(&tx.db, &question, new.iter().map(|line| line.case.clone().into()).collect()).await?;
    let mut heads: HashMap<String, (i64, String)> =
        heads.into_iter().map(|head| (head.case_id, (head.seq, head.hash))).collect();
    let lines = new.into_iter().map(|new| {
        let (seq, previous) = heads.remove(&new.case).map_or((1, BEGINNING.to_owned()), |(seq, hash)| (seq + 1, hash));
        let (actor_kind, actor_id, actor_name) = new.actor.parts();
        let mut line = entity::history::Model {
            case_id: new.case,
            seq,
            at: at.0,
            actor_kind: actor_kind.to_owned(),
            actor_id,
            actor_name,
            what: new.what.as_str().to_owned(),
            detail: new.detail.to_string(),
            previous,
            hash: String::new(),
        };
        line.hash = hash_of(&line);
        line.into_active_model()
    });
    entity::history::Entity::insert_many(lines).exec_without_returning(&tx.db).await?;
    Ok(())
}

/// Follows the chain of a case from its beginning. `Ok(Err(…))` names the first line that was changed, moved or left out.
pub async fn verify(records: &Records, case: &str) -> Result<Result<(), BrokenAt>, Error> {
    let mut previous = BEGINNING.to_owned();
    for (place, line) in lines(records, case).await?.into_iter().enumerate() {
        let expected = i64::try_from(place).unwrap_or(i64::MAX) + 1;
        if line.seq != expected || line.previous != previous || line.hash != hash_of(&line) {
            return Ok(Err(BrokenAt(expected)));
        }
        previous = line.hash;
    }
    Ok(Ok(()))
}

/// Signs a digest over the heads of all chains as they stood a minute ago. None when nothing is that old.
pub async fn checkpoint(records: &Records) -> Result<Option<Checkpoint>, Error> {
    let at = Timestamp(records.now().0 - CHECKPOINT_LAG_MS);
    let (cases, heads) = heads(records, at).await?;
    if cases == 0 {
        return Ok(None);
    }
    let signature = records.inner.keys.sign_checkpoint(&statement(at, cases, &heads));
    let tx = records.begin().await?;
    let kept = entity::checkpoint::ActiveModel {
        at: Set(at.0),
        cases: Set(cases),
        heads: Set(heads),
        signature: Set(signature),
        ..Default::default()
    }
    .insert(&tx.db)
    .await?;
    tx.commit().await?;
    Ok(Some(Checkpoint { id: kept.id, at, cases, heads: kept.heads, signature: kept.signature }))
}

/// Whether a checkpoint still describes what is kept and was signed by us. A chain that was
/// rewritten as a whole passes [`verify`] but not this.
pub async fn verify_checkpoint(records: &Records, checkpoint: &Checkpoint) -> Result<bool, Error> {
    let (cases, heads) = heads(records, checkpoint.at).await?;
    let statement = statement(checkpoint.at, cases, &heads);
    Ok(cases == checkpoint.cases
        && heads == checkpoint.heads
        && records.inner.keys.is_our_checkpoint(&statement, &checkpoint.signature))
}

/// The lines of a case, oldest first.
pub(crate) async fn lines(records: &Records, case: &str) -> Result<Vec<entity::history::Model>, Error> {
    Ok(entity::history::Entity::find()
        .filter(entity::history::Column::CaseId.eq(case))
        .order_by_asc(entity::history::Column::Seq)
        .all(records.read())
        .await?)
}

#[derive(FromQueryResult)]
struct Head {
    case_id: String,
    seq: i64,
    hash: String,
}

async fn heads(records: &Records, before: Timestamp) -> Result<(i64, String), Error> {
    let heads: Vec<Head> = sql::all(
        records.read(),
        "SELECT h.case_id, h.seq, h.hash FROM history h
         JOIN (SELECT case_id, MAX(seq) AS seq FROM history WHERE at < $1 GROUP BY case_id) top
           ON top.case_id = h.case_id AND top.seq = h.seq
         ORDER BY h.case_id",
        vec![before.0.into()],
    )
    .await?;
    let mut digest = Sha256::new();
    for head in &heads {
        digest.update(format!("{} {} {}\n", head.case_id, head.seq, head.hash));
    }
    Ok((i64::try_from(heads.len()).unwrap_or(i64::MAX), hex::encode(digest.finalize())))
}

fn statement(at: Timestamp, cases: i64, heads: &str) -> String {
    format!("jikao checkpoint 1\n{}\n{cases}\n{heads}\n", at.0)
}

fn hash_of(line: &entity::history::Model) -> String {
    // A JSON array keeps the parts apart, whatever they contain.
    let canonical = json!([
        line.case_id,
        line.seq,
        line.at,
        line.actor_kind,
        line.actor_id,
        line.actor_name,
        line.what,
        line.detail
    ]);
    let mut digest = Sha256::new();
    digest.update(&line.previous);
    digest.update(canonical.to_string());
    hex::encode(digest.finalize())
}
