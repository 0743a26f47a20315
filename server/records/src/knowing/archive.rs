//! Everything of a plan for the archive: what was handed in, decided, marked and given, each file with its SHA-256.

mod beside;
mod exam;

use super::reports::plan_report;
use crate::applications::answers_of_round;
use crate::entity::{application, file, plan};
use crate::{Error, Records, history, sql};
use domain::account::{Role, StaffMember};
use domain::ids::PlanId;
use domain::page::knowing::{Report, Table};
use domain::page::mine::What;
use domain::planner::{FilingDesk, FilingOutcome};
use domain::time::{Timestamp, official_moment};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

/// Applications that are read at once.
const AT_ONCE: u64 = 200;

/// A plan on its way into the archive.
#[derive(Debug, Clone)]
pub struct Archive {
    /// 计划编号
    pub number: String,
    /// The report of the plan.
    pub report: Report,
    /// Tables: people, scores, certificates, the history, opinions on the plan and on cases, visits on site, objections, and
    /// the exam: seats with how people came, staff, misconduct, corrections, rechecks.
    pub tables: Vec<Table>,
    /// Files, in the order of the archive.
    pub files: Vec<ArchivedFile>,
}

/// A file of the archive, read when its turn comes: memory stays small.
#[derive(Debug, Clone)]
pub struct ArchivedFile {
    /// Folder: the number of the application, `visits` or `objections`.
    pub folder: String,
    /// Name in it.
    pub name: String,
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    Stored(String),
    Answers { id: String, round: i64 },
}

impl ArchivedFile {
    /// Its bytes.
    pub async fn read(&self, records: &Records) -> Result<Vec<u8>, Error> {
        match &self.source {
            Source::Stored(sha256) => records.inner.files.read(sha256).await,
            Source::Answers { id, round } => {
                let id = id.parse().map_err(|_| Error::bad_row("application", id, "id"))?;
                let answers = answers_of_round(records, records.read(), id, *round).await?;
                serde_json::to_vec_pretty(&answers).map_err(|why| Error::bad_row("frozen", id.to_string(), why))
            }
        }
    }
}

/// The archive of a plan, for the manager of its agency. Taking it out is a line of its history.
pub async fn archive(records: &Records, member: &StaffMember, id: PlanId) -> Result<Archive, Error> {
    if member.role != Role::Manager {
        return Err(Error::Forbidden);
    }
    let found = plan::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    if member.agency.map(|agency| agency.to_string()).as_deref() != Some(found.agency_id.as_str()) {
        return Err(Error::NotFound);
    }
    let report = plan_report(records, member, id).await?;
    let (visits, mut files) = beside::visited(records, &found.id).await?;
    let (objections, proofs) = beside::objected(records, &found.id).await?;
    files.extend(proofs);
    files.extend(handed_in(records, &found.id).await?);
    let mut tables = vec![
        people(records, &found.id).await?,
        scores(records, &found.id).await?,
        certificates(records, &found.id).await?,
        happened(records, &found.id).await?,
        said_of_plan(records, &found.id).await?,
        said_of_cases(records, &found.id).await?,
        visits,
        objections,
    ];
    tables.extend(exam::held(records, &found.id).await?);
    let tx = records.begin().await?;
    let detail = json!({ "act": "archived", "text": "" });
    history::append(&tx, records.now(), &found.id, &history::Actor::from(member), What::PlanActed, detail).await?;
    tx.commit().await?;
    Ok(Archive { number: found.number, report, tables, files })
}

async fn handed_in(records: &Records, id: &str) -> Result<Vec<ArchivedFile>, Error> {
    let mut all = Vec::new();
    let mut from = 0;
    loop {
        let some = application::Entity::find()
            .filter(application::Column::PlanId.eq(id))
            .filter(application::Column::Round.gt(0))
            .order_by_asc(application::Column::Id)
            .offset(from)
            .limit(AT_ONCE)
            .all(records.read())
            .await?;
        if some.is_empty() {
            return Ok(all);
        }
        from += AT_ONCE;
        let kept = file::Entity::find()
            .filter(file::Column::ApplicationId.is_in(some.iter().map(|one| one.id.clone())))
            .filter(file::Column::RemovedAt.is_null())
            .order_by_asc(file::Column::Kind)
            .order_by_asc(file::Column::Position)
            .order_by_asc(file::Column::Id)
            .all(records.read())
            .await?;
        for one in some {
            let folder = one.number.clone().unwrap_or_else(|| one.id.clone());
            all.push(ArchivedFile {
                folder: folder.clone(),
                name: "answers.json".into(),
                source: Source::Answers { id: one.id.clone(), round: one.round },
            });
            let own = kept.iter().filter(|file| file.application_id.as_deref() == Some(one.id.as_str()));
            for (at, file) in own.enumerate() {
                let ending = if file.format == "jpeg" { "jpg" } else { file.format.as_str() };
                let what = if file.requirement.is_empty() { file.kind.as_str() } else { file.requirement.as_str() };
                all.push(ArchivedFile {
                    folder: folder.clone(),
                    name: format!("{:02}-{what}.{ending}", at + 1),
                    source: Source::Stored(file.sha256.clone()),
                });
            }
        }
    }
}

fn moment(at: Option<i64>) -> String {
    at.map(|at| official_moment(Timestamp(at))).unwrap_or_default()
}

fn headings(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

/// What a word of the database means; the archive is read without the product. Only the history keeps its own words: its lines
/// are chained by them.
fn word(kept: &str) -> &str {
    match kept {
        "submitted" => "待审核",
        "returned" => "退回补正",
        "approved" => "审核通过",
        "rejected" => "审核不通过",
        "withdrawn" => "已撤回",
        "draft" => "草稿",
        "none" => "无",
        "due" => "待缴费",
        "paid" => "已缴费",
        "expired" => "逾期未缴",
        "waived" => "免收",
        "agency" => "机构统一缴",
        "score" => "分数",
        "present" => "已到",
        "late" => "迟到",
        "absent" => "缺考",
        "disciplined" => "违纪",
        "carried" => "以前合格，保留",
        "sheet" => "成绩表",
        "hands" => "两人录入",
        "correction" => "更正",
        "kept" => "维持原成绩",
        "corrected" => "已更正",
        "valid" => "有效",
        "revoked" => "已撤销",
        "invigilator" => "监考员",
        "assessor" => "考评员",
        "roster" => "报名公示",
        "scores" => "成绩公示",
        "sustained" => "成立",
        "dismissed" => "不成立",
        other => other,
    }
}

/// Numbers of identity are masked: the full ones stand in what was handed in, and in the register.
async fn people(records: &Records, id: &str) -> Result<Table, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        number: Option<String>,
        name: String,
        id_masked: String,
        stage: String,
        money: String,
        ticket: Option<String>,
        submitted_at: Option<i64>,
        decided_at: Option<i64>,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT a.number, a.name, o.id_masked, a.stage, a.money, t.number AS ticket, a.submitted_at, a.decided_at
         FROM application a JOIN account o ON o.id = a.account_id LEFT JOIN admission_ticket t ON t.application_id = a.id
         WHERE a.plan_id = $1 AND a.round > 0 ORDER BY a.number, a.id",
        vec![id.into()],
    )
    .await?;
    Ok(Table {
        title: "people".into(),
        headings: headings(&["报名号", "姓名", "证件号码", "状态", "费用", "准考证号", "提交", "审结"]),
        rows: rows
            .into_iter()
            .map(|row| {
                vec![
                    row.number.unwrap_or_default(),
                    row.name,
                    row.id_masked,
                    word(&row.stage).to_owned(),
                    word(&row.money).to_owned(),
                    row.ticket.unwrap_or_default(),
                    moment(row.submitted_at),
                    moment(row.decided_at),
                ]
            })
            .collect(),
    })
}

async fn scores(records: &Records, id: &str) -> Result<Table, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        number: Option<String>,
        subject: String,
        kind: String,
        tenths: Option<i64>,
        source: String,
        at: i64,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT a.number, s.subject, s.kind, s.tenths, s.source, s.at FROM score s JOIN application a ON a.id = s.application_id
         WHERE s.plan_id = $1 ORDER BY a.number, s.subject",
        vec![id.into()],
    )
    .await?;
    let mark = |tenths: i64| format!("{}.{}", tenths / 10, tenths % 10);
    Ok(Table {
        title: "scores".into(),
        headings: headings(&["报名号", "科目", "类别", "分数", "来源", "时间"]),
        rows: rows
            .into_iter()
            .map(|row| {
                let number = row.number.unwrap_or_default();
                vec![
                    number,
                    row.subject,
                    word(&row.kind).to_owned(),
                    row.tenths.map(mark).unwrap_or_default(),
                    word(&row.source).to_owned(),
                    moment(Some(row.at)),
                ]
            })
            .collect(),
    })
}

async fn certificates(records: &Records, id: &str) -> Result<Table, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        number: String,
        case_number: Option<String>,
        issued_on: String,
        state: String,
        edition: i64,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT c.number, a.number AS case_number, c.issued_on, c.state, c.edition FROM certificate c
         JOIN application a ON a.id = c.application_id WHERE c.plan_id = $1 ORDER BY c.number",
        vec![id.into()],
    )
    .await?;
    Ok(Table {
        title: "certificates".into(),
        headings: headings(&["证书编号", "报名号", "核发日期", "状态", "版次"]),
        rows: rows
            .into_iter()
            .map(|row| {
                let (case, state) = (row.case_number.unwrap_or_default(), word(&row.state).to_owned());
                vec![row.number, case, row.issued_on, state, row.edition.to_string()]
            })
            .collect(),
    })
}

/// The history of the plan and of every application, with the hashes that chain its lines.
async fn happened(records: &Records, id: &str) -> Result<Table, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        case_id: String,
        seq: i64,
        at: i64,
        actor_kind: String,
        actor_name: String,
        what: String,
        detail: String,
        previous: String,
        hash: String,
    }
    let chains = [id.to_owned()]
        .into_iter()
        .chain(["rooms", "scores", "certificates", "roster"].into_iter().map(|topic| format!("{topic}/{id}")));
    let mut values: Vec<sea_orm::Value> = vec![id.into()];
    values.extend(chains.map(sea_orm::Value::from));
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT case_id, seq, at, actor_kind, actor_name, what, detail, previous, hash FROM history
         WHERE case_id IN ($2, $3, $4, $5, $6) OR case_id IN (SELECT id FROM application WHERE plan_id = $1 AND round > 0)
         ORDER BY case_id, seq",
        values,
    )
    .await?;
    Ok(Table {
        title: "history".into(),
        headings: headings(&["所属", "序号", "时间", "谁", "姓名", "做了什么", "细节", "前一行的摘要", "本行摘要"]),
        rows: rows
            .into_iter()
            .map(|row| {
                let (seq, at) = (row.seq.to_string(), moment(Some(row.at)));
                vec![row.case_id, seq, at, row.actor_kind, row.actor_name, row.what, row.detail, row.previous, row.hash]
            })
            .collect(),
    })
}

/// What the desks said of the plan and of every change of it.
async fn said_of_plan(records: &Records, id: &str) -> Result<Table, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        about: String,
        why: String,
        desk: String,
        outcome: String,
        text: String,
        staff_name: String,
        body: String,
        at: i64,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT '备案，第' || CAST(o.round AS TEXT) || '次' AS about, '' AS why, o.desk, o.outcome, o.text, o.staff_name, o.body, o.at
         FROM planning_opinion o WHERE o.planning_id = $1
         UNION ALL
         SELECT '变更：' || a.text, a.reason, o.desk, CASE WHEN o.approved = 1 THEN 'approve' ELSE 'refuse' END, o.text,
                o.staff_name, o.body, o.at
         FROM amendment_opinion o JOIN amendment a ON a.id = o.amendment_id WHERE a.planning_id = $1
         ORDER BY 8, 3 DESC",
        vec![id.into()],
    )
    .await?;
    let bad = |why: &str| Error::bad_row("planning_opinion", id, why);
    let read = |row: Row| {
        let desk = match FilingDesk::parse(&row.desk).ok_or_else(|| bad("desk"))? {
            FilingDesk::Centre => "认定中心审核",
            FilingDesk::Authority => "人社部门审批",
        };
        let outcome = match FilingOutcome::parse(&row.outcome).ok_or_else(|| bad("outcome"))? {
            FilingOutcome::Approve => "同意",
            FilingOutcome::Return => "退回修改",
            FilingOutcome::Refuse => "不同意",
        };
        let (desk, outcome) = (desk.to_owned(), outcome.to_owned());
        Ok(vec![row.about, row.why, desk, outcome, row.text, row.staff_name, row.body, moment(Some(row.at))])
    };
    Ok(Table {
        title: "opinions".into(),
        headings: headings(&["事项", "原因", "哪一级", "结论", "意见", "谁", "单位", "时间"]),
        rows: rows.into_iter().map(read).collect::<Result<_, Error>>()?,
    })
}

/// 意见栏 under the applications. A scanned seal lies among the files of its case.
async fn said_of_cases(records: &Records, id: &str) -> Result<Table, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        number: Option<String>,
        key: String,
        text: String,
        staff_name: String,
        seal: String,
        at: i64,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT a.number, o.key, o.text, o.staff_name, o.seal, o.at FROM opinion o JOIN application a ON a.id = o.application_id
         WHERE a.plan_id = $1 ORDER BY a.number, o.at, o.key",
        vec![id.into()],
    )
    .await?;
    let read = |row: Row| {
        let seal = match row.seal.as_str() {
            "electronic" => "电子章",
            "scan" => "盖章扫描件",
            _ => "",
        };
        vec![row.number.unwrap_or_default(), row.key, row.text, row.staff_name, seal.to_owned(), moment(Some(row.at))]
    };
    Ok(Table {
        title: "case-opinions".into(),
        headings: headings(&["报名号", "意见栏", "意见", "谁", "盖章", "时间"]),
        rows: rows.into_iter().map(read).collect(),
    })
}
