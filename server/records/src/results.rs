//! Results by subject: who passed what, so that a resit offers only what was failed.

use crate::accounts::opening::document_index;
use crate::entity::subject_result;
use crate::{Error, Records, Tx, history};
use chrono::{Months, NaiveDate};
use domain::account::{Role, StaffMember};
use domain::id_document::IdNumber;
use domain::ids::PlanId;
use domain::occupation::{OccupationCode, SkillLevel, TradeCode};
use domain::page::mine::What;
use domain::plan::{Plan, occupation_and_trade};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::json;
use std::collections::BTreeMap;

/// Tenths of a point from which a subject is passed: 60 of 100.
const PASS_TENTHS: i64 = 600;
/// Highest score, in tenths.
const MOST_TENTHS: i64 = 1_000;
/// Chain of history that recordings stand in: they belong to no single case.
const CASE: &str = "results";
/// Rows written by one statement.
const AT_ONCE: usize = 500;
/// The columns of a file, in any order.
const COLUMNS: [&str; 5] = ["证件号码", "职业编码", "等级", "科目", "成绩"];

/// What came of one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Passed; the score in tenths where there is one.
    Passed(Option<u16>),
    /// Failed; the score in tenths where there is one.
    Failed(Option<u16>),
    /// 缺考
    Absent,
}

impl Outcome {
    /// Reads a score (`59.5`), or 合格, 不合格, 缺考.
    pub fn parse(text: &str) -> Option<Outcome> {
        match text.trim() {
            "合格" => return Some(Outcome::Passed(None)),
            "不合格" => return Some(Outcome::Failed(None)),
            "缺考" => return Some(Outcome::Absent),
            _ => {}
        }
        let (whole, rest) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(rest) || whole.len() > 3 || rest.trim_end_matches('0').len() > 1 {
            return None;
        }
        let tenths = whole.parse::<i64>().ok()? * 10 + i64::from(rest.as_bytes()[0] - b'0');
        let score = u16::try_from(tenths).ok();
        match tenths {
            ..PASS_TENTHS => Some(Outcome::Failed(score)),
            PASS_TENTHS..=MOST_TENTHS => Some(Outcome::Passed(score)),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Outcome::Passed(_) => "passed",
            Outcome::Failed(_) => "failed",
            Outcome::Absent => "absent",
        }
    }

    fn tenths(self) -> Option<i64> {
        match self {
            Outcome::Passed(score) | Outcome::Failed(score) => score.map(i64::from),
            Outcome::Absent => None,
        }
    }
}

/// One result. The person need not have an account yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewResult {
    /// 证件号码
    pub id_no: String,
    /// 职业编码; where a plan has none, its occupation and trade.
    pub code: String,
    /// 等级
    pub level: SkillLevel,
    /// 科目
    pub subject: String,
    /// What came of it.
    pub outcome: Outcome,
    /// The plan of the exam, where it was held here.
    pub plan: Option<PlanId>,
}

/// Records results, as a manager or an administrator. The newest result of a subject counts; earlier ones stay.
pub async fn record(records: &Records, member: &StaffMember, new: &[NewResult]) -> Result<(), Error> {
    if !matches!(member.role, Role::Manager | Role::Administrator) {
        return Err(Error::Forbidden);
    }
    write(records, &history::Actor::from(member), &member.id.to_string(), new).await
}

/// Imports a CSV file with the columns 证件号码, 职业编码, 等级, 科目, 成绩. All or nothing; bad rows are named by
/// line. Gives the number of results.
pub async fn import(records: &Records, text: &str, file_name: &str) -> Result<usize, Error> {
    let new = read(text, file_name, records.now().day())?;
    write(records, &history::Actor::System, "system", &new).await?;
    Ok(new.len())
}

async fn write(records: &Records, actor: &history::Actor, by: &str, new: &[NewResult]) -> Result<(), Error> {
    if new.is_empty() {
        return Ok(());
    }
    let tx: Tx = records.begin().await?;
    let now = records.now();
    for some in new.chunks(AT_ONCE) {
        let rows = some.iter().map(|one| subject_result::ActiveModel {
            id: Set(records.chance().id(now).to_string()),
            id_index: Set(document_index(&records.inner.keys, &one.id_no)),
            trade_key: Set(one.code.trim().to_owned()),
            level: Set(i64::from(one.level.number())),
            subject: Set(one.subject.trim().to_owned()),
            score: Set(one.outcome.tenths()),
            outcome: Set(one.outcome.word().to_owned()),
            at: Set(now.0),
            plan_id: Set(one.plan.map(|plan| plan.to_string())),
            recorded_by: Set(by.to_owned()),
        });
        subject_result::Entity::insert_many(rows).exec_without_returning(&tx.db).await?;
    }
    history::append(&tx, now, CASE, actor, What::ResultsRecorded, json!({ "count": new.len() })).await?;
    tx.commit().await
}

/// The subjects of a plan that this person has failed and not passed since: a passed one stays so for `valid_months`
/// before the day of the exam. In the order of the plan.
pub(crate) async fn to_sit_again(
    records: &Records,
    id_index: &str,
    plan: &Plan,
    valid_months: u32,
) -> Result<Vec<String>, Error> {
    let Some(level) = plan.level else { return Ok(Vec::new()) };
    let rows = subject_result::Entity::find()
        .filter(subject_result::Column::IdIndex.eq(id_index))
        .filter(subject_result::Column::TradeKey.eq(trade_key(plan)))
        .filter(subject_result::Column::Level.eq(i64::from(level.number())))
        .order_by_asc(subject_result::Column::At)
        .order_by_asc(subject_result::Column::Id)
        .all(records.read())
        .await?;
    let since = plan.exam_on.checked_sub_months(Months::new(valid_months)).unwrap_or(plan.exam_on);
    let mut open: BTreeMap<&str, bool> = BTreeMap::new();
    for row in &rows {
        let passed = row.outcome == "passed";
        let valid = Timestamp(row.at).day() >= since;
        let failed = open.entry(row.subject.as_str()).or_default();
        match (passed, valid) {
            (true, true) => *failed = false,
            (true, false) => {}
            (false, _) => *failed = true,
        }
    }
    let failed = |subject: &&String| open.get(subject.as_str()).copied().unwrap_or(false);
    Ok(plan.subjects.iter().filter(failed).cloned().collect())
}

/// The subjects of a plan that this person has passed and that still count, with their marks where there are any. The newest
/// result of a subject counts: what was corrected to a failure, or failed since, is not passed.
pub(crate) async fn passed(
    records: &Records,
    id_index: &str,
    plan: &Plan,
    valid_months: u32,
) -> Result<BTreeMap<String, Option<u16>>, Error> {
    let Some(level) = plan.level else { return Ok(BTreeMap::new()) };
    let since = plan.exam_on.checked_sub_months(Months::new(valid_months)).unwrap_or(plan.exam_on);
    let rows = subject_result::Entity::find()
        .filter(subject_result::Column::IdIndex.eq(id_index))
        .filter(subject_result::Column::TradeKey.eq(trade_key(plan)))
        .filter(subject_result::Column::Level.eq(i64::from(level.number())))
        .order_by_asc(subject_result::Column::At)
        .order_by_asc(subject_result::Column::Id)
        .all(records.read())
        .await?;
    let newest: BTreeMap<String, subject_result::Model> =
        rows.into_iter().map(|row| (row.subject.clone(), row)).collect();
    let counts = |row: &subject_result::Model| row.outcome == "passed" && row.at >= Timestamp::start_of(since).0;
    let tenths = |row: subject_result::Model| row.score.and_then(|score| u16::try_from(score).ok());
    Ok(newest.into_iter().filter(|(_, row)| counts(row)).map(|(subject, row)| (subject, tenths(row))).collect())
}

/// The same trade at another level is still the same trade.
pub(crate) fn trade_key(plan: &Plan) -> String {
    if plan.code.is_empty() { occupation_and_trade(&plan.occupation, &plan.trade) } else { plan.code.clone() }
}

/// Reads a file; every bad row is named with what would be right.
fn read(text: &str, file_name: &str, today: NaiveDate) -> Result<Vec<NewResult>, Error> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let head = lines.next().map(|(_, line)| cells(line)).unwrap_or_default();
    let places: Vec<Option<usize>> =
        COLUMNS.iter().map(|name| head.iter().position(|cell| cell.trim() == *name)).collect();
    let missing: Vec<&str> =
        COLUMNS.iter().zip(&places).filter(|(_, place)| place.is_none()).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        let why = format!(
            "{file_name}:1: the first line must name the columns {}; {} missing",
            COLUMNS.join(", "),
            missing.join(", ")
        );
        return Err(Error::Configuration(why));
    }
    let (mut results, mut faults) = (Vec::new(), Vec::new());
    for (at, line) in lines {
        let cells = cells(line);
        let cell = |column: usize| places[column].and_then(|place| cells.get(place)).map_or("", |cell| cell.trim());
        match row(&cell, today) {
            Ok(result) => results.push(result),
            Err(what) => faults.push(format!("{file_name}:{}: {what}", at + 1)),
        }
    }
    if faults.is_empty() { Ok(results) } else { Err(Error::Configuration(faults.join("\n"))) }
}

/// One row. What is wrong is named by its column; a number of a person is never repeated.
fn row<'a>(cell: &impl Fn(usize) -> &'a str, today: NaiveDate) -> Result<NewResult, String> {
    let id = IdNumber::parse(None, cell(0), today).map_err(|why| format!("证件号码: {why}"))?;
    let code = cell(1);
    if OccupationCode::parse(code).is_err() && TradeCode::parse(code).is_err() {
        return Err(format!("职业编码: {code} is no code as 4-09-07-04 or 4-09-07-04-03"));
    }
    let level = SkillLevel::parse(cell(2)).filter(|level| (1..=5).contains(&level.number()));
    let subject = cell(3);
    if subject.is_empty() {
        return Err("科目: is empty".into());
    }
    Ok(NewResult {
        id_no: id.as_str().to_owned(),
        code: code.to_owned(),
        level: level.ok_or_else(|| format!("等级: {} is none of 5, 4, 3, 2, 1", cell(2)))?,
        subject: subject.to_owned(),
        outcome: Outcome::parse(cell(4))
            .ok_or_else(|| format!("成绩: {} is neither 0 to 100 nor 合格, 不合格, 缺考", cell(4)))?,
        plan: None,
    })
}

/// The cells of a line; one in quotation marks may hold commas.
fn cells(line: &str) -> Vec<String> {
    let (mut all, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.trim_end_matches('\r').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                cell.push('"');
                letters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    all.push(cell);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_passed_from_sixty_on() {
        assert_eq!(Outcome::parse("59.9"), Some(Outcome::Failed(Some(599))));
        assert_eq!(Outcome::parse("60"), Some(Outcome::Passed(Some(600))));
        assert_eq!(Outcome::parse("100"), Some(Outcome::Passed(Some(1_000))));
        assert_eq!(Outcome::parse("缺考"), Some(Outcome::Absent));
        for wrong in ["100.1", "-3", "", "六十", "59.95", "1e2"] {
            assert_eq!(Outcome::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_bad_row_is_named_and_no_number_of_a_person_repeated() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let text = "\u{feff}证件号码,职业编码,等级,科目,成绩\r\n110101199003070134,4-09-07-04-03,4,理论,59\r\nx,4-09,9,,abc\r\n";
        let Err(Error::Configuration(told)) = read(text, "results.csv", today) else { panic!("read") };
        assert!(told.contains("results.csv:3: 证件号码") && !told.contains("110101199003070134"), "{told}");
        let Err(Error::Configuration(told)) = read("a,b\n", "results.csv", today) else { panic!("read") };
        assert!(told.contains("职业编码"), "{told}");
    }

    #[test]
    fn a_cell_in_quotation_marks_may_hold_a_comma() {
        assert_eq!(cells("a,\"b,\"\"c\"\"\",d"), ["a", "b,\"c\"", "d"]);
    }
}
