//! The official sheets as files: with everybody of a plan, or empty for others to fill in.

use app::wording::rosters::{guide, page as words};
use domain::roster::SheetKind;
use records::rosters::{Blank, Sheets};
use rosters::writing::{Guide, HeadLines};

/// The sheet with everybody, under its head lines.
pub(super) fn filled(kind: SheetKind, sheets: &Sheets) -> Result<Vec<u8>, String> {
    let (title, head) = head(kind, sheets);
    rosters::writing::xlsx(kind, title, &head, &sheets.people).map_err(|why| why.to_string())
}

/// The sheet with nobody, and what may stand in its columns.
pub(super) fn empty(kind: SheetKind, blank: &Blank) -> Result<Vec<u8>, String> {
    let (title, head) = head(kind, &blank.sheets);
    let guide = Guide {
        title: guide::TITLE.to_owned(),
        notes: guide::notes(kind).to_vec(),
        headings: guide::HEADINGS.map(str::to_owned),
        rows: guide::lines(kind, &blank.conditions),
    };
    rosters::writing::blank(kind, words::sheet(kind), title, &head, &guide).map_err(|why| why.to_string())
}

/// Title and head lines, in the words of the official form.
fn head(kind: SheetKind, sheets: &Sheets) -> (&'static str, HeadLines) {
    let pair = |label: &str, value: &str| format!("{label}：{value}");
    let trade =
        if sheets.level.is_empty() { sheets.trade.clone() } else { format!("{}（{}）", sheets.trade, sheets.level) };
    match kind {
        SheetKind::Registration => (
            "职业技能等级认定报名信息表",
            vec![
                vec![pair("备案机构名称", &sheets.agency), pair("计划编号", &sheets.number)],
                vec![pair("鉴定工种", &trade), pair("考试时间", &sheets.exam_on.to_string())],
            ],
        ),
        SheetKind::Roster => (
            "职业技能培训班学员花名册",
            vec![
                vec![pair("培训机构", &sheets.agency), pair("工种", &sheets.trade), pair("等级", &sheets.level)],
                vec![pair("班别", &sheets.class), pair("培训日期", &sheets.training), pair("学时", &sheets.hours)],
            ],
        ),
    }
}
