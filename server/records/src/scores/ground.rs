//! What every act on scores begins with: whose plan it is, who sits its exam, which marks there are.

use crate::entity::score_sheet;
use crate::keys::place;
use crate::{Error, Records, Tx, results, sql};
use domain::application::axes::{Axes, Money};
use domain::ids::{ApplicationId, PlanId};
use domain::page::scores::{MarkSource, ScoreRefusal, ScoreState};
use domain::scores::{Mark, Noted, Sitting, Subject};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, QuerySelect, Set};
use std::collections::{BTreeMap, HashMap};

pub(super) use crate::desk::ground::Ground;

/// Marks by application and subject.
pub(crate) type Marks = HashMap<(String, String), Mark>;

/// Somebody who sits the exam.
pub(super) struct Sitter {
    pub id: ApplicationId,
    pub ticket: String,
    pub name: String,
    pub id_no: String,
    pub id_masked: String,
    /// Subjects of this exam, in the order of the plan.
    pub subjects: Vec<String>,
    /// Subjects passed before, where this is a resit, with their marks where they are known.
    pub carried: BTreeMap<String, Option<u16>>,
}

impl Ground {
    /// Marks come after the exam.
    pub(super) fn ensure_held(&self, now: Timestamp) -> Result<(), Error> {
        if now.day() < self.plan.exam_on {
            return Err(ScoreRefusal::NotHeldYet { exam_on: self.plan.exam_on }.into());
        }
        Ok(())
    }

    /// Months that a passed subject counts.
    pub(super) fn valid_months(&self) -> u32 {
        self.profile.papers.as_ref().map_or(12, |papers| papers.valid_months)
    }

    /// The name that the plan has for a kind of subject.
    pub(super) fn subject_named(&self, subject: Subject) -> Option<&String> {
        self.plan.subjects.iter().find(|name| Subject::named(name) == Some(subject))
    }

    /// Everybody who sits the exam, by 准考证号.
    pub(super) async fn sitters(&self, records: &Records) -> Result<Vec<Sitter>, Error> {
        let rows: Vec<SitterRow> = sql::all(
            records.read(),
            "SELECT a.id, COALESCE(t.number, a.number) AS number, a.name, a.money, a.due_until, o.id AS account, o.id_sealed, o.id_masked, o.id_index, f.texts
             FROM application a JOIN account o ON o.id = a.account_id
             LEFT JOIN frozen f ON f.application_id = a.id AND f.round = a.round
             LEFT JOIN admission_ticket t ON t.application_id = a.id
             WHERE a.plan_id = $1 AND a.stage = 'approved' ORDER BY 2",
            vec![self.plan.id.to_string().into()],
        )
        .await?;
        let mut sitters = Vec::with_capacity(rows.len());
        for row in rows {
            let money = Money::parse(&row.money, row.due_until.map(Timestamp)).unwrap_or_default();
            let axes = Axes { money, ..Axes::default() }.at(&self.profile.payment, records.now());
            if matches!(axes.money, Money::Expired { .. }) {
                continue;
            }
            sitters.push(self.sitter(records, row).await?);
        }
        Ok(sitters)
    }

    async fn sitter(&self, records: &Records, row: SitterRow) -> Result<Sitter, Error> {
        let subjects = self.subjects_of(row.texts.as_deref());
        let mut carried = BTreeMap::new();
        if subjects.len() < self.plan.subjects.len() {
            let passed = results::passed(records, &row.id_index, &self.plan, self.valid_months()).await?;
            carried = passed.into_iter().filter(|(name, _)| !subjects.contains(name)).collect();
        }
        Ok(Sitter {
            id: row.id.parse().map_err(|_| Error::bad_row("application", &row.id, "id"))?,
            ticket: row.number.unwrap_or_default(),
            name: row.name,
            id_no: records.inner.keys.open_text(&place("account", "id_no", &row.account), &row.id_sealed)?,
            id_masked: row.id_masked,
            subjects,
            carried,
        })
    }
}

impl Sitter {
    /// The person as a sheet knows them.
    pub(super) fn sitting(&self) -> Sitting {
        let kind = |name: &String| Subject::named(name);
        Sitting {
            name: self.name.clone(),
            id_no: self.id_no.clone(),
            subjects: self.subjects.iter().chain(self.carried.keys()).filter_map(kind).collect(),
            carried: self.carried.iter().filter_map(|(name, tenths)| Some((kind(name)?, *tenths))).collect(),
        }
    }

    /// The mark that counts in a subject.
    pub(super) fn mark(&self, marks: &Marks, subject: &str) -> Mark {
        let known = marks.get(&(self.id.to_string(), subject.to_owned())).copied();
        known.or_else(|| self.carried.get(subject).map(|tenths| Mark::Carried(*tenths))).unwrap_or(Mark::Blank)
    }
}

#[derive(FromQueryResult)]
struct SitterRow {
    id: String,
    number: Option<String>,
    name: String,
    money: String,
    due_until: Option<i64>,
    account: String,
    id_sealed: Vec<u8>,
    id_masked: String,
    id_index: String,
    texts: Option<String>,
}

#[derive(FromQueryResult)]
struct MarkRow {
    application_id: String,
    subject: String,
    kind: String,
    tenths: Option<i64>,
}

/// Kind and number of a mark, as the database keeps them.
pub(super) fn parse_mark(kind: &str, tenths: Option<i64>, id: &str) -> Result<Mark, Error> {
    let tenths = tenths.map(|tenths| u16::try_from(tenths).unwrap_or(u16::MAX));
    Mark::from_parts(kind, tenths).ok_or_else(|| Error::bad_row("score", id, "kind"))
}

/// The marks that count, of a whole plan.
pub(crate) async fn marks_of<C: ConnectionTrait>(db: &C, plan: PlanId) -> Result<Marks, Error> {
    let text = "SELECT application_id, subject, kind, tenths FROM score WHERE plan_id = $1";
    let rows: Vec<MarkRow> = sql::all(db, text, vec![plan.to_string().into()]).await?;
    let mark = |row: MarkRow| {
        let mark = parse_mark(&row.kind, row.tenths, &row.application_id)?;
        Ok(((row.application_id, row.subject), mark))
    };
    rows.into_iter().map(mark).collect()
}

/// What exam rooms noted, by application and subject.
pub(super) type NotedAll = HashMap<(String, String), Noted>;

/// What exam rooms noted, of a whole plan.
pub(super) async fn noted_of<C: ConnectionTrait>(db: &C, plan: PlanId) -> Result<NotedAll, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        application_id: String,
        subject: String,
        presence: String,
    }
    let rows: Vec<Row> = sql::all(
        db,
        "SELECT t.application_id, s.subject, t.presence FROM attendance t JOIN exam_session s ON s.id = t.session_id
         WHERE t.plan_id = $1
         UNION ALL SELECT m.application_id, s.subject, 'misconduct' AS presence FROM misconduct m
         JOIN exam_session s ON s.id = m.session_id WHERE m.plan_id = $1",
        vec![plan.to_string().into()],
    )
    .await?;
    let mut all = NotedAll::new();
    for row in rows {
        let noted = match row.presence.as_str() {
            "absent" => Noted::Absent,
            "misconduct" => Noted::Misconduct,
            _ => Noted::Came,
        };
        let kept = all.entry((row.application_id, row.subject)).or_insert(noted);
        // A misconduct says more than that somebody came.
        if noted == Noted::Misconduct {
            *kept = noted;
        }
    }
    Ok(all)
}

/// What one person entered.
pub(super) struct Entry {
    pub staff: String,
    pub name: String,
    pub mark: Mark,
}

/// What people entered, of a whole plan.
pub(super) async fn entries_of<C: ConnectionTrait>(
    db: &C,
    plan: PlanId,
) -> Result<HashMap<(String, String), Vec<Entry>>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        application_id: String,
        subject: String,
        staff_id: String,
        staff_name: String,
        kind: String,
        tenths: Option<i64>,
    }
    let text = "SELECT application_id, subject, staff_id, staff_name, kind, tenths FROM score_entry
                WHERE plan_id = $1 ORDER BY at, staff_id";
    let rows: Vec<Row> = sql::all(db, text, vec![plan.to_string().into()]).await?;
    let mut all: HashMap<(String, String), Vec<Entry>> = HashMap::new();
    for row in rows {
        let mark = parse_mark(&row.kind, row.tenths, &row.application_id)?;
        let entry = Entry { staff: row.staff_id, name: row.staff_name, mark };
        all.entry((row.application_id, row.subject)).or_default().push(entry);
    }
    Ok(all)
}

/// A mark that counts from now on.
pub(super) struct Counting<'a> {
    /// Whose: the id of the application.
    pub application: &'a str,
    pub subject: &'a str,
    pub mark: Mark,
    /// How it came to be known.
    pub source: MarkSource,
    /// Who recorded it.
    pub by: &'a str,
}

/// Writes the mark that counts.
pub(super) async fn put(tx: &Tx, plan: PlanId, counting: Counting<'_>, now: Timestamp) -> Result<(), Error> {
    let Counting { application, subject, mark, source, by } = counting;
    sql::run(
        &tx.db,
        "INSERT INTO score (application_id, subject, plan_id, kind, tenths, source, recorded_by, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (application_id, subject) DO UPDATE
         SET kind = excluded.kind, tenths = excluded.tenths, source = excluded.source,
             recorded_by = excluded.recorded_by, at = excluded.at",
        vec![
            application.into(),
            subject.into(),
            plan.to_string().into(),
            mark.kind().into(),
            mark.tenths().map(i64::from).into(),
            source.as_str().into(),
            by.into(),
            now.0.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The sheet of a plan, held until the transaction ends; made where there is none yet.
pub(super) async fn locked_sheet(tx: &Tx, plan: PlanId) -> Result<score_sheet::Model, Error> {
    let fresh = score_sheet::ActiveModel {
        plan_id: Set(plan.to_string()),
        state: Set("open".to_owned()),
        revision: Set(0),
        ..Default::default()
    };
    score_sheet::Entity::insert(fresh)
        .on_conflict_do_nothing_on([score_sheet::Column::PlanId])
        .exec_without_returning(&tx.db)
        .await?;
    let row = score_sheet::Entity::find_by_id(plan.to_string()).lock_exclusive().one(&tx.db).await?;
    row.ok_or(Error::NotFound)
}

/// How a sheet stands.
pub(super) fn state_of(row: Option<&score_sheet::Model>) -> Result<ScoreState, Error> {
    let Some(row) = row else { return Ok(ScoreState::Open) };
    Ok(match (row.state.as_str(), row.locked_at, row.release_at) {
        ("open", None, None) => ScoreState::Open,
        ("locked", Some(at), None) => ScoreState::Locked { at: Timestamp(at) },
        ("released", Some(_), Some(at)) => ScoreState::Released { at: Timestamp(at) },
        _ => return Err(Error::bad_row("score_sheet", &row.plan_id, "state does not match its facts")),
    })
}

/// Ends where marks are no longer entered.
pub(super) fn ensure_open(row: &score_sheet::Model) -> Result<(), Error> {
    match state_of(Some(row))? {
        ScoreState::Open => Ok(()),
        ScoreState::Locked { .. } => Err(ScoreRefusal::Locked.into()),
        ScoreState::Released { .. } => Err(ScoreRefusal::Released.into()),
    }
}

/// The chain of history of a plan's scores.
pub(super) fn chain(plan: PlanId) -> String {
    format!("scores/{plan}")
}
