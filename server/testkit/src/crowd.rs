//! Crowds: one complete draft is made by the acts, the others are its copies under their own people, ids, seals and
//! history, so that every promise can be asked for afterwards.

use domain::ids::{AccountId, ApplicationId, FileId, PlanId};
use records::keys::{Keys, place};
use records::{Chance, Records, accounts};
use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult, Statement, TransactionTrait, Value};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// Somebody's complete draft.
pub type Draft = (AccountId, ApplicationId);

/// What went wrong, in words.
pub type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// Drafts per transaction.
const BATCH: usize = 200;

/// So many complete, signed drafts for a plan, each of another person; `side` is a connection of its own to the
/// database of `records`, whose keys lie in `folder`.
pub async fn crowd(
    records: &Records,
    side: &DatabaseConnection,
    folder: &Path,
    plan: PlanId,
    count: usize,
) -> Result<Vec<Draft>, Trouble> {
    let (account, application) = first(records, plan).await?;
    let template = Template::read(side, folder, account, application).await?;
    let mut drafts = vec![(account, application)];
    while drafts.len() < count {
        let tx = side.begin().await?;
        for _ in 0..BATCH.min(count - drafts.len()) {
            drafts.push(template.copy(records, &tx).await?);
        }
        tx.commit().await?;
    }
    Ok(drafts)
}

/// Seals the answers and facts of applications anew that were copied from `from` row by row: under another id nobody could
/// open them.
pub async fn own_seals(
    side: &DatabaseConnection,
    folder: &Path,
    (account, from): Draft,
    copies: &[String],
) -> Result<(), Trouble> {
    let template = Template::read(side, folder, account, from).await?;
    let tx = side.begin().await?;
    for id in copies {
        let seal = |column: &str, plain: &[u8]| template.keys.seal(&place("application", column, id), plain);
        let values: [Value; 3] =
            [seal("answers", &template.answers)?.into(), seal("facts", &template.facts)?.into(), id.clone().into()];
        let text = "UPDATE application SET answers_sealed = $1, facts_sealed = $2 WHERE id = $3";
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), text, values)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The one that is made by the acts.
async fn first(records: &Records, plan: PlanId) -> Result<Draft, Trouble> {
    let number = number_of(next_person());
    let typed = domain::account::SignUp {
        name: "李强".into(),
        id_kind: "RIC".into(),
        id_no: number.0.clone(),
        mobile: number.1,
        password: crate::PASSWORD.into(),
        password_again: crate::PASSWORD.into(),
        agreed: "yes".into(),
        ..domain::account::SignUp::default()
    };
    accounts::sign_up(records, &typed).await?;
    let account = accounts::sign_in(records, &number.0, crate::PASSWORD).await?;
    Ok((account, crate::complete_draft(records, account, plan).await?))
}

/// Everything about a draft that its copies share, or that must be sealed again for each.
struct Template {
    keys: Keys,
    account: String,
    application: String,
    answers: Vec<u8>,
    facts: Vec<u8>,
    photo: String,
    signature: String,
    files: Vec<FileRow>,
    history: Vec<Line>,
}

#[derive(FromQueryResult)]
struct Sealed {
    answers_sealed: Vec<u8>,
    facts_sealed: Vec<u8>,
    photo: String,
    signature: String,
}

#[derive(FromQueryResult)]
struct FileRow {
    id: String,
    name_sealed: Vec<u8>,
}

#[derive(FromQueryResult)]
struct Line {
    seq: i64,
    at: i64,
    actor_kind: String,
    what: String,
    detail: String,
}

const ACCOUNT: &str = "INSERT INTO account (id, name, id_kind, id_sealed, id_index, id_masked, mobile_sealed, mobile_index,
        mobile_masked, birth, gender, address_sealed, education, password_hash, facts_sealed, demo, created_at, updated_at)
    SELECT $1, name, id_kind, $2, $3, id_masked, $4, $5, mobile_masked, birth, gender, NULL, education, password_hash, NULL,
        demo, created_at, updated_at FROM account WHERE id = $6";
const APPLICATION: &str = "INSERT INTO application (id, account_id, plan_id, agency_id, region, name, birth, trade_key, window_opens,
        window_closes, stage, round, revision, answers_revision, answers_sealed, facts_sealed, started_at, saved_at, corrected,
        doubts, doubt_count, photo, signature)
    SELECT $1, $2, plan_id, agency_id, region, name, birth, trade_key, window_opens, window_closes, stage, round, revision,
        answers_revision, $3, $4, started_at, saved_at, corrected, doubts, doubt_count, $5, $6 FROM application WHERE id = $7";
const FILE: &str = "INSERT INTO file (id, application_id, kind, requirement, position, name_sealed, format, bytes, pages, width,
        height, points, sha256, created_at, removed_at)
    SELECT $1, $2, kind, requirement, position, $3, format, bytes, pages, width, height, points, sha256, created_at, removed_at
        FROM file WHERE id = $4";
const HISTORY: &str =
    "INSERT INTO history (case_id, seq, at, actor_kind, actor_id, actor_name, what, detail, previous, hash)
    VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8, $9)";

impl Template {
    async fn read(
        side: &DatabaseConnection,
        folder: &Path,
        account: AccountId,
        application: ApplicationId,
    ) -> Result<Template, Trouble> {
        let keys = Keys::load_or_create(folder, &Chance::System)?;
        let id = application.to_string();
        let ask = |text: &str| Statement::from_sql_and_values(side.get_database_backend(), text, [id.clone().into()]);
        let row = Sealed::find_by_statement(ask(
            "SELECT answers_sealed, facts_sealed, photo, signature FROM application WHERE id = $1",
        ));
        let row = row.one(side).await?.ok_or("the first draft is gone")?;
        let files = FileRow::find_by_statement(ask(
            "SELECT id, name_sealed FROM file WHERE application_id = $1 AND removed_at IS NULL",
        ));
        let history = Line::find_by_statement(ask(
            "SELECT seq, at, actor_kind, what, detail FROM history WHERE case_id = $1 ORDER BY seq",
        ));
        Ok(Template {
            answers: keys.open(&place("application", "answers", &id), &row.answers_sealed)?,
            facts: keys.open(&place("application", "facts", &id), &row.facts_sealed)?,
            photo: row.photo,
            signature: row.signature,
            files: files.all(side).await?,
            history: history.all(side).await?,
            account: account.to_string(),
            application: id,
            keys,
        })
    }

    async fn copy<C: ConnectionTrait>(&self, records: &Records, db: &C) -> Result<Draft, Trouble> {
        let now = records.now();
        let (account, application) = (AccountId(Chance::System.id(now)), ApplicationId(Chance::System.id(now)));
        let (account_text, id) = (account.to_string(), application.to_string());
        let (number, mobile) = number_of(next_person());
        let seal = |table: &str, column: &str, id: &str, plain: &[u8]| self.keys.seal(&place(table, column, id), plain);
        let person: Vec<Value> = vec![
            account_text.clone().into(),
            seal("account", "id_no", &account_text, number.as_bytes())?.into(),
            self.keys.index("bench", &number).into(),
            seal("account", "mobile", &account_text, mobile.as_bytes())?.into(),
            self.keys.index("bench", &mobile).into(),
            self.account.clone().into(),
        ];
        run(db, ACCOUNT, person).await?;
        let (mut photo, mut signature) = (self.photo.clone(), self.signature.clone());
        let mut files = Vec::with_capacity(self.files.len());
        for file in &self.files {
            let name = self.keys.open(&place("file", "name", &file.id), &file.name_sealed)?;
            let copy = FileId(Chance::System.id(now)).to_string();
            photo = photo.replace(&file.id, &copy);
            signature = signature.replace(&file.id, &copy);
            files.push(vec![
                copy.clone().into(),
                id.clone().into(),
                seal("file", "name", &copy, &name)?.into(),
                file.id.clone().into(),
            ]);
        }
        let whole: Vec<Value> = vec![
            id.clone().into(),
            account_text.clone().into(),
            seal("application", "answers", &id, &self.answers)?.into(),
            seal("application", "facts", &id, &self.facts)?.into(),
            photo.into(),
            signature.into(),
            self.application.clone().into(),
        ];
        run(db, APPLICATION, whole).await?;
        for file in files {
            run(db, FILE, file).await?;
        }
        self.write_history(db, &id, &account_text).await?;
        Ok((account, application))
    }

    /// The same lines for another case, chained anew.
    async fn write_history<C: ConnectionTrait>(&self, db: &C, case: &str, actor: &str) -> Result<(), Trouble> {
        let mut previous = "0".repeat(64);
        for line in &self.history {
            let said = json!([case, line.seq, line.at, line.actor_kind, actor, "", line.what, line.detail]);
            let hash = hex::encode(Sha256::digest(format!("{previous}{said}")));
            let row: Vec<Value> = vec![
                case.into(),
                line.seq.into(),
                line.at.into(),
                line.actor_kind.clone().into(),
                actor.into(),
                line.what.clone().into(),
                line.detail.clone().into(),
                previous.into(),
                hash.clone().into(),
            ];
            run(db, HISTORY, row).await?;
            previous = hash;
        }
        Ok(())
    }
}

async fn run<C: ConnectionTrait>(db: &C, text: &str, values: Vec<Value>) -> Result<(), Trouble> {
    let done = db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), text, values)).await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err("a draft could not be copied".into()) }
}

fn next_person() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Identity number and mobile of the n-th person; nobody has them.
fn number_of(person: u32) -> (String, String) {
    let (day, sequence) = (person / 900, person % 900 + 50);
    let birth = format!("{}{:02}{:02}", 1960 + day / 336 % 40, day / 28 % 12 + 1, day % 28 + 1);
    (crate::id_number("330106", &birth, sequence), format!("137{person:08}"))
}
