//! The exam itself: who sat where and came when, who watched over it, what happened, and what was looked at again.

use super::{headings, moment, word};
use crate::keys::place;
use crate::{Error, Records, sql};
use domain::page::knowing::Table;
use domain::scores::Mark;
use domain::time::{Timestamp, official_moment};
use sea_orm::FromQueryResult;

/// All tables of the exam.
pub(super) async fn held(records: &Records, id: &str) -> Result<Vec<Table>, Error> {
    Ok(vec![
        seats(records, id).await?,
        staff(records, id).await?,
        misconduct(records, id).await?,
        corrections(records, id).await?,
        rechecks(records, id).await?,
    ])
}

/// `2027-01-17 09:00:00 至 2027-01-17 10:30:00`
fn span(from: i64, to: i64) -> String {
    format!("{} 至 {}", official_moment(Timestamp(from)), official_moment(Timestamp(to)))
}

/// Every seat with how its person came, and what was granted.
async fn seats(records: &Records, id: &str) -> Result<Table, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        number: Option<String>,
        name: String,
        ticket: Option<String>,
        version: Option<i64>,
        subject: String,
        starts_at: i64,
        ends_at: i64,
        room: String,
        seat: i64,
        ground_floor: Option<i64>,
        extra_minutes: Option<i64>,
        presence: Option<String>,
        at: Option<i64>,
        staff_name: Option<String>,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT a.number, a.name, t.number AS ticket, t.version, e.subject, s.starts_at, s.ends_at, r.name AS room, e.seat,
                j.ground_floor, j.extra_minutes, c.presence, c.at, c.staff_name
         FROM exam_seat e JOIN application a ON a.id = e.application_id
         JOIN exam_session s ON s.id = e.session_id JOIN exam_room r ON r.id = e.room_id
         LEFT JOIN admission_ticket t ON t.application_id = e.application_id
         LEFT JOIN adjustment j ON j.application_id = e.application_id
         LEFT JOIN attendance c ON c.application_id = e.application_id AND c.session_id = e.session_id
         WHERE e.plan_id = $1 ORDER BY s.starts_at, s.id, r.created_at, r.id, e.seat",
        vec![id.into()],
    )
    .await?;
    let read = |row: Row| {
        let extra = row.extra_minutes.filter(|minutes| *minutes > 0).map(|minutes| format!("延长 {minutes} 分钟"));
        let ground = row.ground_floor.filter(|floor| *floor != 0).map(|_| "无台阶考场".to_owned());
        let granted: Vec<String> = [ground, extra].into_iter().flatten().collect();
        vec![
            row.number.unwrap_or_default(),
            row.name,
            row.ticket.unwrap_or_default(),
            row.version.map_or_else(String::new, |version| version.to_string()),
            row.subject,
            span(row.starts_at, row.ends_at),
            row.room,
            row.seat.to_string(),
            granted.join("，"),
            row.presence.as_deref().map_or("没有登记", word).to_owned(),
            moment(row.at),
            row.staff_name.unwrap_or_default(),
        ]
    };
    Ok(Table {
        title: "seats".into(),
        headings: headings(&[
            "报名号",
            "姓名",
            "准考证号",
            "准考证版本",
            "科目",
            "时间",
            "考场",
            "座位",
            "合理便利",
            "到场",
            "登记时间",
            "谁登记",
        ]),
        rows: rows.into_iter().map(read).collect(),
    })
}

/// Who was on duty, also those whom somebody stood in for.
async fn staff(records: &Records, id: &str) -> Result<Table, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        subject: String,
        starts_at: i64,
        ends_at: i64,
        room: String,
        duty: String,
        name: String,
        unit: String,
        card_no: String,
        card_until: Option<String>,
        before: Option<String>,
        gone_at: Option<i64>,
        gone_reason: String,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT s.subject, s.starts_at, s.ends_at, r.name AS room, k.duty, k.name, k.unit, k.card_no, k.card_until,
                b.name AS before, k.gone_at, k.gone_reason
         FROM room_staff k JOIN exam_session s ON s.id = k.session_id JOIN exam_room r ON r.id = k.room_id
         LEFT JOIN room_staff b ON b.id = k.replaces
         WHERE k.plan_id = $1 ORDER BY s.starts_at, s.id, r.created_at, r.id, k.added_at, k.id",
        vec![id.into()],
    )
    .await?;
    let read = |row: Row| {
        vec![
            row.subject,
            span(row.starts_at, row.ends_at),
            row.room,
            word(&row.duty).to_owned(),
            row.name,
            row.unit,
            row.card_no,
            row.card_until.unwrap_or_default(),
            row.before.unwrap_or_default(),
            moment(row.gone_at),
            row.gone_reason,
        ]
    };
    Ok(Table {
        title: "staff".into(),
        headings: headings(&[
            "科目",
            "时间",
            "考场",
            "职责",
            "姓名",
            "工作单位",
            "考评员证号",
            "证有效期",
            "顶替谁",
            "撤下时间",
            "撤下原因",
        ]),
        rows: rows.into_iter().map(read).collect(),
    })
}

async fn misconduct(records: &Records, id: &str) -> Result<Table, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        number: Option<String>,
        name: String,
        subject: String,
        words_sealed: Vec<u8>,
        at: i64,
        staff_name: String,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT m.id, a.number, a.name, s.subject, m.words_sealed, m.at, m.staff_name FROM misconduct m
         JOIN application a ON a.id = m.application_id JOIN exam_session s ON s.id = m.session_id
         WHERE m.plan_id = $1 ORDER BY m.at, m.id",
        vec![id.into()],
    )
    .await?;
    let read = |row: Row| {
        let words = records.inner.keys.open_text(&place("misconduct", "words", &row.id), &row.words_sealed)?;
        let (number, at) = (row.number.unwrap_or_default(), moment(Some(row.at)));
        Ok(vec![number, row.name, row.subject, words, at, row.staff_name])
    };
    Ok(Table {
        title: "misconduct".into(),
        headings: headings(&["报名号", "姓名", "科目", "经过", "登记时间", "谁登记"]),
        rows: rows.into_iter().map(read).collect::<Result<_, Error>>()?,
    })
}

/// 更正: the old mark beside the new one.
async fn corrections(records: &Records, id: &str) -> Result<Table, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        number: Option<String>,
        subject: String,
        old_kind: String,
        old_tenths: Option<i64>,
        new_kind: String,
        new_tenths: Option<i64>,
        reason: String,
        staff_name: String,
        at: i64,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT a.number, c.subject, c.old_kind, c.old_tenths, c.new_kind, c.new_tenths, c.reason, c.staff_name, c.at
         FROM application a JOIN score_correction c ON c.application_id = a.id WHERE a.plan_id = $1 ORDER BY c.at, c.id",
        vec![id.into()],
    )
    .await?;
    let shown = |kind: &str, tenths: Option<i64>| {
        let tenths = tenths.and_then(|tenths| u16::try_from(tenths).ok());
        Mark::from_parts(kind, tenths).map_or_else(String::new, Mark::shown)
    };
    let read = |row: Row| {
        vec![
            row.number.unwrap_or_default(),
            row.subject,
            shown(&row.old_kind, row.old_tenths),
            shown(&row.new_kind, row.new_tenths),
            row.reason,
            row.staff_name,
            moment(Some(row.at)),
        ]
    };
    Ok(Table {
        title: "corrections".into(),
        headings: headings(&["报名号", "科目", "原来", "更正为", "原因", "谁", "时间"]),
        rows: rows.into_iter().map(read).collect(),
    })
}

/// 复核: what was asked, and the answer.
async fn rechecks(records: &Records, id: &str) -> Result<Table, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        number: Option<String>,
        subject: String,
        reason_sealed: Vec<u8>,
        asked_at: i64,
        outcome: Option<String>,
        answer: String,
        answered_by: Option<String>,
        answered_at: Option<i64>,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT r.id, a.number, r.subject, r.reason_sealed, r.asked_at, r.outcome, r.answer, m.name AS answered_by, r.answered_at
         FROM application a JOIN recheck r ON r.application_id = a.id LEFT JOIN staff m ON m.id = r.answered_by
         WHERE a.plan_id = $1 ORDER BY r.asked_at, r.id",
        vec![id.into()],
    )
    .await?;
    let read = |row: Row| {
        Ok(vec![
            row.number.unwrap_or_default(),
            row.subject,
            records.inner.keys.open_text(&place("recheck", "reason", &row.id), &row.reason_sealed)?,
            moment(Some(row.asked_at)),
            row.outcome.as_deref().map_or("没有答复", word).to_owned(),
            row.answer,
            row.answered_by.unwrap_or_default(),
            moment(row.answered_at),
        ])
    };
    Ok(Table {
        title: "rechecks".into(),
        headings: headings(&["报名号", "科目", "为什么", "申请时间", "结果", "答复", "谁答复", "答复时间"]),
        rows: rows.into_iter().map(read).collect::<Result<_, Error>>()?,
    })
}
