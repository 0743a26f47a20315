//! Sampling lists for supervisors: drawn by a public rule with a seed that is kept, looked at one by one.

use super::results::many;
use crate::desk::access::Scope;
use crate::keys::place;
use crate::{Error, Records, Tx, history, sql};
use chrono::NaiveDate;
use domain::account::{Role, StaffMember};
use domain::form::{FieldFault, Problem};
use domain::knowing::SamplingRefusal;
use domain::masking::{self, Audience};
use domain::occupation::SkillLevel;
use domain::page::knowing::{SampleItem, SampleVerdict, Sampling, SamplingLine, Strata};
use domain::page::mine::What;
use domain::refusal::Refusal;
use domain::time::Timestamp;
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use std::collections::BTreeMap;

/// Longest title and note, in characters.
const TITLE_MAX: usize = 60;
const WORDS_MAX: usize = 500;
/// Largest share of a stratum in per cent, and most that are drawn of each at least.
const MOST: [u32; 2] = [100, 1_000];
/// Most people of one list: a list is for looking at.
const LONGEST: usize = 5_000;

/// A list as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Name.
    pub title: String,
    /// By what it is spread.
    pub strata: Strata,
    /// Share in per cent.
    pub percent: u32,
    /// Fewest of each stratum.
    pub least: u32,
    /// Exams from.
    pub from: Option<NaiveDate>,
    /// Exams until.
    pub until: Option<NaiveDate>,
    /// A seed that was agreed on, thrown here where there is none.
    pub seed: Option<u64>,
}

fn fault(key: &str, label: &str, problem: Problem) -> FieldFault {
    FieldFault { key: key.into(), label: label.into(), problem }
}

/// Draws a list from the approved applications of the member's agency or region; gives its id.
pub async fn draw(records: &Records, member: &StaffMember, wanted: &Wanted) -> Result<String, Error> {
    let scope = supervised(records, member).await?;
    let (title, from, until) = read(wanted)?;
    let frame = frame(records, &scope, wanted.strata, from, until).await?;
    let people: Vec<(&str, &str)> = frame.iter().map(|(stratum, id)| (stratum.as_str(), id.as_str())).collect();
    // Nine digits: short enough to be read out before witnesses.
    let thrown = || u64::from_be_bytes(records.chance().bytes::<8>()) % 1_000_000_000;
    let seed = wanted.seed.unwrap_or_else(thrown);
    let drawn = domain::knowing::draw(&people, wanted.percent, wanted.least, seed);
    ensure_to_be_looked_at(drawn.len(), (from, until))?;
    let (agency, region) = owner(&scope);
    let tx = records.begin().await?;
    let now = records.now();
    let id = records.chance().id(now).to_string();
    sql::run(
        &tx.db,
        "INSERT INTO sampling (id, agency_id, region, title, strata, percent, least, from_on, until_on, seed, frame, drawn_by, drawn_name, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        vec![
            id.clone().into(),
            agency.into(),
            region.into(),
            title.clone().into(),
            wanted.strata.as_str().into(),
            i64::from(wanted.percent).into(),
            i64::from(wanted.least).into(),
            from.to_string().into(),
            until.to_string().into(),
            seed.to_string().into(),
            i64::try_from(frame.len()).unwrap_or(i64::MAX).into(),
            member.id.to_string().into(),
            member.name.clone().into(),
            now.0.into(),
        ],
    )
    .await?;
    insert_items(&tx, &id, &drawn).await?;
    let detail = json!({ "act": "sample_drawn", "text": title, "seed": seed.to_string(), "people": drawn.len() });
    history::append(&tx, now, &chain(&id), &history::Actor::from(member), What::PlanActed, detail).await?;
    tx.commit().await?;
    Ok(id)
}

/// Title and days of what is asked for, or what is wrong with it.
fn read(wanted: &Wanted) -> Result<(String, NaiveDate, NaiveDate), Error> {
    let title: String = wanted.title.trim().chars().take(TITLE_MAX).collect();
    let mut faults = Vec::new();
    if title.is_empty() {
        faults.push(fault("title", "名称", Problem::Missing));
    }
    for (key, label, day) in [("from", "考试日期从", wanted.from), ("until", "到", wanted.until)] {
        if day.is_none() {
            faults.push(fault(key, label, Problem::Missing));
        }
    }
    let (Some(from), Some(until), []) = (wanted.from, wanted.until, faults.as_slice()) else {
        return Err(Refusal::Answers(faults).into());
    };
    let numbers = [("每层抽百分之几", wanted.percent, 1, MOST[0]), ("每层至少几人", wanted.least, 0, MOST[1])];
    if let Some((label, _, least, most)) =
        numbers.into_iter().find(|(_, number, least, most)| !(least..=most).contains(&number))
    {
        let (label, least, most) = (label.to_owned(), u64::from(least), u64::from(most));
        return Err(Refusal::from(SamplingRefusal::Number { label, least, most }).into());
    }
    if from > until {
        return Err(Refusal::from(SamplingRefusal::Backwards { from, until }).into());
    }
    Ok((title, from, until))
}

/// A list of nobody, or of more people than anybody looks at, is none.
fn ensure_to_be_looked_at(people: usize, (from, until): (NaiveDate, NaiveDate)) -> Result<(), Error> {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let refusal = match people {
        0 => SamplingRefusal::Nobody { from, until },
        1..=LONGEST => return Ok(()),
        more => SamplingRefusal::TooMany { people: number(more), most: number(LONGEST) },
    };
    Err(Refusal::from(refusal).into())
}

/// Writes who was drawn, in order.
async fn insert_items(tx: &Tx, id: &str, drawn: &[(&str, &str)]) -> Result<(), Error> {
    let numbered: Vec<(i64, &(&str, &str))> = (1..).zip(drawn).collect();
    for some in numbered.chunks(200) {
        let mut values: Vec<Value> = vec![id.into()];
        let mut places = Vec::with_capacity(some.len());
        for (no, (stratum, application)) in some {
            let at = values.len();
            places.push(format!("($1, ${}, ${}, ${})", at + 1, at + 2, at + 3));
            values.extend::<[Value; 3]>([(*no).into(), (*application).into(), (*stratum).into()]);
        }
        let text =
            format!("INSERT INTO sampling_item (sampling_id, no, application_id, stratum) VALUES {}", places.join(","));
        sql::run(&tx.db, &text, values).await?;
    }
    Ok(())
}

/// Managers look after their own agency, authorities after their region.
async fn supervised(records: &Records, member: &StaffMember) -> Result<Scope, Error> {
    if !matches!(member.role, Role::Manager | Role::Authority) {
        return Err(Error::Forbidden);
    }
    Scope::of(records, member).await
}

fn owner(scope: &Scope) -> (Option<String>, String) {
    match scope {
        Scope::Agency(id) => (Some(id.clone()), String::new()),
        Scope::Region(prefix) => (None, prefix.clone()),
    }
}

fn chain(id: &str) -> String {
    format!("sampling/{id}")
}

/// Everybody who can be drawn, with their strata.
async fn frame(
    records: &Records,
    scope: &Scope,
    strata: Strata,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<(String, String)>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        number: String,
        occupation: String,
        trade: String,
        level: Option<i64>,
        subject: Option<String>,
        starts_at: Option<i64>,
    }
    let (clause, value) = scope.clause(1);
    let seats = match strata {
        Strata::Session => (
            "e.subject, e.starts_at",
            "LEFT JOIN exam_seat s ON s.application_id = a.id LEFT JOIN exam_session e ON e.id = s.session_id",
        ),
        Strata::Trade => ("CAST(NULL AS TEXT) AS subject, CAST(NULL AS BIGINT) AS starts_at", ""),
    };
    let text = format!(
        "SELECT a.id, p.number, p.occupation, p.trade, p.level, {} FROM plan p
         JOIN application a ON a.plan_id = p.id AND a.stage = 'approved' {}
         WHERE {clause} AND p.exam_on BETWEEN $2 AND $3 AND p.cancelled_at IS NULL",
        seats.0, seats.1
    );
    let values = vec![value, from.to_string().into(), until.to_string().into()];
    let rows: Vec<Row> = sql::all(records.read(), &text, values).await?;
    let name = |row: &Row| match strata {
        Strata::Trade => {
            let level = row.level.and_then(|level| u8::try_from(level).ok()).and_then(SkillLevel::from_number);
            let level = level.map_or("专项职业能力", SkillLevel::name);
            format!("{}　{level}", domain::plan::occupation_and_trade(&row.occupation, &row.trade))
        }
        Strata::Session => match (&row.subject, row.starts_at) {
            (Some(subject), Some(at)) => {
                format!("{}　{subject}　{}", row.number, domain::time::official_moment(Timestamp(at)))
            }
            _ => format!("{}　还没有编排", row.number),
        },
    };
    Ok(rows.into_iter().map(|row| (name(&row), row.id)).collect())
}

#[derive(FromQueryResult)]
struct Line {
    id: String,
    title: String,
    strata: String,
    percent: i64,
    least: i64,
    from_on: String,
    until_on: String,
    seed: String,
    frame: i64,
    drawn_name: String,
    at: i64,
    items: i64,
    seen: i64,
}

impl Line {
    fn read(self) -> Result<SamplingLine, Error> {
        let bad = |what: &str| Error::bad_row("sampling", &self.id, what);
        Ok(SamplingLine {
            strata: Strata::parse(&self.strata).ok_or_else(|| bad("strata"))?,
            percent: u32::try_from(self.percent).map_err(|_| bad("percent"))?,
            least: u32::try_from(self.least).map_err(|_| bad("least"))?,
            from: self.from_on.parse().map_err(|_| bad("from"))?,
            until: self.until_on.parse().map_err(|_| bad("until"))?,
            seed: self.seed.parse().map_err(|_| bad("seed"))?,
            frame: many(self.frame),
            items: many(self.items),
            seen: many(self.seen),
            at: Timestamp(self.at),
            drawn_by: self.drawn_name,
            title: self.title,
            id: self.id,
        })
    }
}

async fn lines(records: &Records, scope: &Scope, id: Option<&str>) -> Result<Vec<SamplingLine>, Error> {
    let (agency, region) = owner(scope);
    let (clause, value): (&str, Value) = match agency {
        Some(id) => ("s.agency_id = $1", id.into()),
        None => ("s.agency_id IS NULL AND s.region = $1", region.into()),
    };
    let mut values = vec![value];
    let one = id.map_or(String::new(), |id| {
        values.push(id.into());
        " AND s.id = $2".to_owned()
    });
    let text = format!(
        "SELECT s.id, s.title, s.strata, s.percent, s.least, s.from_on, s.until_on, s.seed, s.frame, s.drawn_name, s.at,
            (SELECT COUNT(*) FROM sampling_item i WHERE i.sampling_id = s.id) AS items,
            (SELECT COUNT(*) FROM sampling_item i WHERE i.sampling_id = s.id AND i.verdict IS NOT NULL) AS seen
         FROM sampling s WHERE {clause}{one} ORDER BY s.at DESC, s.id LIMIT 200"
    );
    sql::all::<Line, _>(records.read(), &text, values).await?.into_iter().map(Line::read).collect()
}

/// The lists of the member's agency or region, the newest first.
pub async fn list(records: &Records, member: &StaffMember) -> Result<Vec<SamplingLine>, Error> {
    let scope = supervised(records, member).await?;
    lines(records, &scope, None).await
}

/// One list.
pub async fn one(records: &Records, member: &StaffMember, id: &str) -> Result<Sampling, Error> {
    let scope = supervised(records, member).await?;
    let line = lines(records, &scope, Some(id)).await?.pop().ok_or(Error::NotFound)?;
    #[derive(FromQueryResult)]
    struct Row {
        no: i64,
        application_id: String,
        number: Option<String>,
        name: String,
        title: String,
        stratum: String,
        verdict: Option<String>,
        words_sealed: Option<Vec<u8>>,
        by_name: String,
        seen_at: Option<i64>,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT i.no, i.application_id, a.number, a.name, p.title, i.stratum, i.verdict, i.words_sealed, i.by_name, i.seen_at
         FROM sampling_item i JOIN application a ON a.id = i.application_id JOIN plan p ON p.id = a.plan_id
         WHERE i.sampling_id = $1 ORDER BY i.no",
        vec![id.into()],
    )
    .await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let words = match &row.words_sealed {
            Some(sealed) => records.inner.keys.open_text(&place("sampling_item", "words", item(id, row.no)), sealed)?,
            None => String::new(),
        };
        let verdict = row.verdict.as_deref().and_then(SampleVerdict::parse).zip(row.seen_at);
        items.push(SampleItem {
            no: u32::try_from(row.no).unwrap_or(0),
            application: row.application_id.parse().map_err(|_| Error::bad_row("sampling_item", id, "application"))?,
            number: row.number.unwrap_or_default(),
            name: masking::name(&row.name, Audience::Staff),
            plan: row.title,
            stratum: row.stratum,
            verdict: verdict.map(|(verdict, at)| (verdict, words, row.by_name, Timestamp(at))),
        });
    }
    Ok(Sampling { now: records.now(), line, items })
}

fn item(id: &str, no: i64) -> String {
    format!("{id}/{no}")
}

/// Notes what a supervisor found; a later look replaces the earlier one, and both stand in the history.
pub async fn note_verdict(
    records: &Records,
    member: &StaffMember,
    id: &str,
    no: u32,
    verdict: SampleVerdict,
    words: &str,
) -> Result<(), Error> {
    let scope = supervised(records, member).await?;
    lines(records, &scope, Some(id)).await?.pop().ok_or(Error::NotFound)?;
    let words: String = words.trim().chars().take(WORDS_MAX).collect();
    if words.is_empty() && verdict != SampleVerdict::Fine {
        return Err(Refusal::Answers(vec![fault("words", "看到了什么", Problem::Missing)]).into());
    }
    let sealed =
        records.inner.keys.seal(&place("sampling_item", "words", item(id, i64::from(no))), words.as_bytes())?;
    let tx = records.begin().await?;
    let now = records.now();
    let done = sql::run(
        &tx.db,
        "UPDATE sampling_item SET verdict = $3, words_sealed = $4, by_name = $5, seen_at = $6 WHERE sampling_id = $1 AND no = $2",
        vec![
            id.into(),
            i64::from(no).into(),
            verdict.as_str().into(),
            sealed.into(),
            member.name.clone().into(),
            now.0.into(),
        ],
    );
    if done.await?.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    let detail = json!({ "act": "sample_seen", "text": verdict.as_str(), "no": no });
    history::append(&tx, now, &chain(id), &history::Actor::from(member), What::PlanActed, detail).await?;
    tx.commit().await
}

/// The list as it is taken out: the tables of its sheet. Names are masked there, too; the numbers lead to the cases.
pub async fn taken_out(records: &Records, member: &StaffMember, id: &str) -> Result<Sampling, Error> {
    let sampling = one(records, member, id).await?;
    let tx = records.begin().await?;
    let detail = json!({ "sheet": "sampling" });
    let actor = history::Actor::from(member);
    history::append(&tx, records.now(), &chain(id), &actor, What::Printed, detail).await?;
    tx.commit().await?;
    Ok(sampling)
}

/// How many of each stratum a list holds, in the order of the list.
pub fn per_stratum(sampling: &Sampling) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for item in &sampling.items {
        *counts.entry(&item.stratum).or_default() += 1;
    }
    counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}
