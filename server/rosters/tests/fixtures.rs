//! The sheets and archives that agencies send, and what must be said about each.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use domain::photo::PhotoSpec;
use domain::roster::{Cell, Judged, Layout, LayoutRefusal, RosterPerson, Rules, SheetKind, judge};
use rosters::{Archive, SheetRefusal, photos, read, writing};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;

fn file(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn expected() -> Value {
    serde_json::from_slice(&file("expected.json")).unwrap()
}

fn rules() -> Rules {
    Rules { today: chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(), conditions: 3 }
}

fn spec() -> PhotoSpec {
    // 衢州: JPG或JPEG，大于30K且小于2M，大于215*300
    PhotoSpec {
        formats: vec![domain::photo::PhotoFormat::Jpeg],
        width_more_than: Some(215),
        height_more_than: Some(300),
        bytes_more_than: Some(30_720),
        bytes_less_than: Some(2_097_152),
        ..PhotoSpec::default()
    }
}

fn judged(name: &str) -> (Layout, Vec<Judged>) {
    let sheets = read(&file(name)).unwrap_or_else(|why| panic!("{name}: {why}"));
    let layout = Layout::propose(&sheets[0]).unwrap_or_else(|why| panic!("{name}: {why}"));
    layout.check().unwrap_or_else(|why| panic!("{name}: {why}"));
    let rows = judge::rows(&sheets[0], &layout, &rules());
    (layout, rows)
}

fn codes(rows: &[Judged]) -> BTreeMap<String, Vec<String>> {
    rows.iter()
        .filter(|row| !row.faults.is_empty())
        .map(|row| (row.row.to_string(), row.faults.iter().map(|fault| fault.code()).collect()))
        .collect()
}

#[test]
fn every_sheet_is_judged_as_expected() {
    let expected = expected();
    let mut seen = 0;
    for (name, wanted) in expected["files"].as_object().unwrap() {
        if !wanted["errors"].is_object() {
            continue;
        }
        let (_, rows) = judged(name);
        assert_eq!(rows.len() as u64, wanted["rows"].as_u64().unwrap(), "{name}: rows");
        let errors: BTreeMap<String, Vec<String>> = serde_json::from_value(wanted["errors"].clone()).unwrap();
        assert_eq!(codes(&rows), errors, "{name}");
        for (row, person) in wanted["names"].as_object().into_iter().flatten() {
            let found = rows.iter().find(|judged| judged.row.to_string() == *row).unwrap();
            assert_eq!(found.person.name, person.as_str().unwrap(), "{name} row {row}");
        }
        seen += 1;
    }
    assert_eq!(seen, 8, "sheets with rows");
}

#[test]
fn numbers_are_brought_into_one_form() {
    let (_, rows) = judged("报名信息表_30.xlsx");
    let at = |row: u32| &rows.iter().find(|judged| judged.row == row).unwrap().person;
    assert!(at(26).id_no.ends_with('X'), "a small x became a capital one");
    assert_eq!(at(29).mobile, "13800004321", "full-width digits with spaces");
    assert_eq!(at(29).birth.len(), 10, "a day with slashes");
    let (_, rows) = judged("报名信息表_错误.xlsx");
    let at = |row: u32| &rows.iter().find(|judged| judged.row == row).unwrap().person;
    assert_eq!(at(26).id_no.len(), 18, "spaces inside the number");
    assert_eq!(at(27).mobile.len(), 11, "+86 before the number");
}

#[test]
fn what_stands_above_the_headings_is_read() {
    let (layout, _) = judged("报名信息表_30.xlsx");
    assert_eq!(layout.kind, SheetKind::Registration);
    assert_eq!(layout.fact("计划编号"), Some("2026-S-000123"));
    assert_eq!(layout.fact("鉴定工种"), Some("电工（四级/中级工）"));
    let (layout, rows) = judged("花名册_30.xlsx");
    assert_eq!(layout.kind, SheetKind::Roster);
    assert_eq!(layout.fact("培训机构"), Some("衢州市示例职业培训学校"));
    assert_eq!(layout.fact("班别"), Some("2026年第3期"));
    assert!(
        rows.iter().all(|row| !row.person.id_kind.is_empty() && row.person.birth.len() == 10),
        "the number tells both"
    );
}

#[test]
fn a_sheet_without_the_number_column_is_refused_by_name() {
    let sheets = read(&file("报名信息表_缺列.xlsx")).unwrap();
    let refusal = Layout::propose(&sheets[0]).unwrap().check().unwrap_err();
    assert_eq!(refusal, LayoutRefusal::ColumnsMissing(vec!["证件号码".into()]));
}

#[test]
fn a_sheet_without_headings_is_refused() {
    let sheets = read(&file("空表.xlsx")).unwrap();
    let refused =
        sheets.first().is_none_or(|sheet| matches!(Layout::propose(sheet), Err(LayoutRefusal::NoHeadings { .. })));
    assert!(refused);
}

#[test]
fn t19_twenty_seven_are_ready_and_three_are_named() {
    let (_, rows) = judged("报名信息表_30.xlsx");
    let mut archive = Archive::open(Cursor::new(file("照片_T19.zip"))).unwrap();
    let mut kept = 0;
    let joined = photos::join(&mut archive, &rows, &spec(), |_, _| {
        kept += 1;
        Ok::<(), ()>(())
    })
    .unwrap();
    let wanted: BTreeMap<String, Vec<String>> =
        serde_json::from_value(expected()["files"]["照片_T19.zip"]["named"].clone()).unwrap();
    let found: BTreeMap<String, Vec<String>> = joined
        .faults
        .iter()
        .map(|(row, faults)| (row.to_string(), faults.iter().map(|fault| fault.code()).collect()))
        .collect();
    assert_eq!(found, wanted);
    assert_eq!((kept, joined.ready().count(), joined.unmatched.len()), (27, 27, 0));
}

#[test]
fn names_from_chinese_windows_match() {
    let (_, rows) = judged("报名信息表_30.xlsx");
    let mut archive = Archive::open(Cursor::new(file("照片_gbk.zip"))).unwrap();
    let joined = photos::join(&mut archive, &rows, &spec(), |_, _| Ok::<(), ()>(())).unwrap();
    assert_eq!(joined.ready().collect::<Vec<_>>(), [5, 6, 7, 8, 9, 10]);
    assert!(joined.unmatched.is_empty());
}

#[test]
fn paths_that_lead_out_and_links_are_left_out_by_name() {
    let (_, rows) = judged("报名信息表_30.xlsx");
    let mut archive = Archive::open(Cursor::new(file("照片_zipslip.zip"))).unwrap();
    assert_eq!(archive.bad().len(), 6, "{:?}", archive.bad());
    let joined = photos::join(&mut archive, &rows, &spec(), |_, _| Ok::<(), ()>(())).unwrap();
    assert_eq!(joined.ready().collect::<Vec<_>>(), [5]);
}

#[test]
fn a_bomb_is_read_to_the_limit_and_no_further() {
    let (_, rows) = judged("报名信息表_30.xlsx");
    let mut archive = Archive::open(Cursor::new(file("照片_zipbomb.zip"))).unwrap();
    let entry = archive.file(0, 2_097_152).unwrap();
    assert_eq!(entry.bytes.len(), 2_097_153);
    let joined = photos::join(&mut archive, &rows[..1], &spec(), |_, _| Ok::<(), ()>(())).unwrap();
    let codes: Vec<String> = joined.faults[&5].iter().map(|fault| fault.code()).collect();
    assert_eq!(codes, ["photo_bytes_max"]);
}

#[test]
fn one_person_goes_out_into_every_sheet_and_comes_back() {
    let (_, rows) = judged("报名信息表_30.xlsx");
    let people: Vec<RosterPerson> = rows.into_iter().map(|row| row.person).collect();
    for (kind, title) in [(SheetKind::Registration, "职业技能等级认定报名信息表"), (SheetKind::Roster, "学员花名册")]
    {
        let head = vec![vec!["计划编号：2026-S-000123".to_owned(), "备案机构名称：示例学校".to_owned()]];
        let bytes = writing::xlsx(kind, title, &head, &people).unwrap();
        let sheets = read(&bytes).unwrap();
        let layout = Layout::propose(&sheets[0]).unwrap();
        assert_eq!((layout.kind, layout.fact("计划编号")), (kind, Some("2026-S-000123")));
        layout.check().unwrap();
        let headings: Vec<_> = layout.columns.iter().filter_map(|(_, column)| *column).collect();
        assert_eq!(headings, kind.columns(), "the order of the form");
        let again = judge::rows(&sheets[0], &layout, &rules());
        assert_eq!(codes(&again), BTreeMap::new(), "{title}");
        assert!(again.iter().zip(&people).all(|(again, person)| again.person.id_no == person.id_no));
    }
}

/// T20: both sheets have the columns of the guide's forms, in their order. The third, 申报表, is a form for each person:
/// `labels_stand_in_the_order_of_the_official_forms` in `documents`.
#[test]
fn t20_the_columns_stand_in_the_order_of_the_guide() {
    let registration = "姓名 证件类型 证件号码 性别 出生日期 民族 文化程度 手机号码 考生来源 所在单位 工作年限 原鉴定等级 \
                        通讯地址 电子邮箱 申报条件";
    let roster =
        "序号 姓名 性别 出生年月 文化程度 本职业（工种）年限 现有职业资格证书号码 工作单位或联系地址 身份证号码 电话";
    let (_, rows) = judged("报名信息表_30.xlsx");
    let people: Vec<RosterPerson> = rows.into_iter().map(|row| row.person).collect();
    for (kind, wanted) in [(SheetKind::Registration, registration), (SheetKind::Roster, roster)] {
        let sheet = read(&writing::xlsx(kind, "表", &Vec::new(), &people).unwrap()).unwrap().remove(0);
        let headings = Layout::propose(&sheet).unwrap().headings_at;
        let (_, cells) = sheet.rows.iter().find(|(number, _)| *number == headings).unwrap();
        // The form spreads short words: 姓  名.
        let printed: Vec<String> = cells.iter().map(|cell| cell.shown().split_whitespace().collect()).collect();
        assert_eq!(printed, wanted.split_whitespace().collect::<Vec<_>>());
    }
}

/// Schools fill in an empty sheet. Nobody stands in it, nothing in its head is taken for a fact, and whatever is typed into
/// it stays text.
#[test]
fn an_empty_sheet_has_the_columns_of_the_form_and_keeps_every_digit() {
    let pair = |label: &str| format!("{label}：");
    let head = vec![vec![pair("计划编号") + "2026-S-000123"], vec![pair("班别"), pair("培训日期"), pair("学时")]];
    let guide = writing::Guide {
        title: "填写说明".into(),
        notes: vec!["只是说明。".into()],
        headings: ["列", "要不要填", "可以写什么"].map(str::to_owned),
        rows: vec![["姓名", "必填", "照证件写"].map(str::to_owned), ["性别", "必填", "男或女"].map(str::to_owned)],
    };
    for (kind, name) in [(SheetKind::Registration, "报名信息表"), (SheetKind::Roster, "花名册")] {
        let bytes = writing::blank(kind, name, "表", &head, &guide).unwrap();
        let sheets = read(&bytes).unwrap();
        assert_eq!(sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), [name, "填写说明"]);
        let layout = Layout::propose(&sheets[0]).unwrap();
        assert_eq!((layout.kind, layout.check()), (kind, Ok(())));
        assert_eq!(layout.columns.iter().filter_map(|(_, column)| *column).collect::<Vec<_>>(), kind.columns());
        assert_eq!(layout.facts, [("计划编号".to_owned(), "2026-S-000123".to_owned())], "班别 is not 培训日期");
        assert!(judge::rows(&sheets[0], &layout, &rules()).is_empty(), "nobody stands in it");
        assert!(Layout::propose(&sheets[1]).is_err(), "the guide is no sheet of people");

        let part = |part: &str| {
            let mut archive = Archive::open(Cursor::new(bytes.clone())).unwrap();
            let place = archive.names().position(|name| name.ends_with(part)).unwrap();
            String::from_utf8(archive.file(place, 1_000_000).unwrap().bytes).unwrap()
        };
        let (sheet, styles) = (part("sheet1.xml"), part("styles.xml"));
        // @ is text; the book gives it a number of its own.
        let text = styles.split(" formatCode=\"@\"").next().unwrap().rsplit('"').nth(1).unwrap();
        let text = format!("numFmtId=\"{text}\"");
        let formats =
            styles.split("<cellXfs").nth(1).unwrap().split("</cellXfs>").next().unwrap().split("<xf ").skip(1);
        let is_text: Vec<bool> = formats.map(|format| format.contains(&text)).collect();
        let columns = sheet.split("<cols>").nth(1).unwrap().split("</cols>").next().unwrap();
        let attribute = |column: &str, name: &str| -> usize {
            column.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
        };
        let mut next = 1;
        for column in columns.split("<col ").skip(1) {
            assert_eq!(attribute(column, "min"), next);
            assert!(is_text[attribute(column, "style")], "{column}");
            next = attribute(column, "max") + 1;
        }
        assert_eq!(next, kind.columns().len() + 1, "to the last column, as far down as the sheet goes");
    }
}

#[test]
fn a_cell_is_text_whatever_it_begins_with() {
    let rows = vec![vec!["=1+1".to_owned(), "@SUM(A1)".to_owned()]];
    let headings = vec!["甲".to_owned(), "乙".to_owned()];
    let bytes = writing::table("表", &Vec::new(), &headings, &rows).unwrap();
    let sheet = read(&bytes).unwrap().remove(0);
    assert_eq!(sheet.rows.last().unwrap().1[0], Cell::Text("=1+1".into()), "no formula came out of it");
    let text = String::from_utf8(writing::csv(&headings, &rows).unwrap()).unwrap();
    assert!(text.contains("'=1+1") && text.contains("'@SUM(A1)"), "{text}");
}

/// Who adds up a report needs numbers; who reads a 准考证号 needs every digit of it.
#[test]
fn counts_and_shares_of_a_report_are_numbers_and_codes_are_text() {
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
    let headings = texts(&["名称", "提交", "合格率", "准考证号", "计划"]);
    let rows = [texts(&["123", "40", "66.7%", "20260012860017", "四月计划"]), texts(&["=1", "=2", "—", "0017", "3"])];
    let book = writing::book("报告", &Vec::new(), &[("按机构", &headings, &rows)]).unwrap();
    let sheet = read(&book).unwrap().remove(0);
    let shown = |cell: &Cell| match cell {
        Cell::Number(number) => format!("{number:.3}"),
        Cell::Text(text) => format!("text {text}"),
        other => format!("{other:?}"),
    };
    let rows: Vec<Vec<String>> =
        sheet.rows.iter().rev().take(2).map(|(_, cells)| cells.iter().map(shown).collect()).collect();
    assert_eq!(rows[1], ["text 123", "40.000", "0.667", "text 20260012860017", "text 四月计划"]);
    assert_eq!(rows[0], ["text =1", "text =2", "text —", "text 0017", "3.000"]);
}

#[test]
fn an_amount_is_a_number_that_can_be_added_up() {
    let rows = vec![vec!["280.00".to_owned(), "280.00".to_owned()], vec!["—".to_owned(), "007".to_owned()]];
    let headings = vec!["金额（元）".to_owned(), "编号".to_owned()];
    let bytes = writing::table("表", &Vec::new(), &headings, &rows).unwrap();
    let sheet = read(&bytes).unwrap().remove(0);
    let cells: Vec<&Cell> = sheet.rows.iter().rev().take(2).flat_map(|(_, row)| row).collect();
    assert!(matches!(cells[2], Cell::Number(yuan) if (*yuan - 280.0).abs() < f64::EPSILON), "{cells:?}");
    let texts = [cells[0], cells[1], cells[3]].map(Clone::clone);
    assert_eq!(
        texts,
        ["—", "007", "280.00"].map(|text| Cell::Text(text.into())),
        "everything else stays as it is written"
    );
}

#[test]
fn one_cell_over_a_whole_class_is_read_in_each_of_its_rows() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let plain = rust_xlsxwriter::Format::new();
    sheet.merge_range(0, 0, 0, 3, "花名册", &plain).unwrap();
    for (place, heading) in (0..).zip(["姓名", "身份证号码", "文化程度", "工作单位"]) {
        // Headings of two rows, each merged.
        sheet.merge_range(1, place, 2, place, heading, &plain).unwrap();
    }
    let people = [("张三", "330802199503120244"), ("李四", "330802199503120260"), ("王五", "330802199503120287")];
    for (row, (name, number)) in (3..).zip(people) {
        sheet.write_string(row, 0, name).unwrap();
        sheet.write_string(row, 1, number).unwrap();
    }
    sheet.merge_range(3, 2, 4, 2, "高中", &plain).unwrap();
    sheet.merge_range(3, 3, 5, 3, "市一建", &plain).unwrap();
    let sheets = read(&book.save_to_buffer().unwrap()).unwrap();
    let layout = Layout::propose(&sheets[0]).unwrap();
    let judged = judge::rows(&sheets[0], &layout, &rules());
    let said: Vec<[&str; 3]> = judged
        .iter()
        .map(|row| [row.person.name.as_str(), row.person.education.as_str(), row.person.employer.as_str()])
        .collect();
    assert_eq!(said, [["张三", "高中", "市一建"], ["李四", "高中", "市一建"], ["王五", "", "市一建"]]);
}

#[test]
fn hostile_files_are_refused_with_a_reason() {
    assert_eq!(read(b"").unwrap_err(), SheetRefusal::Empty);
    assert_eq!(read(b"%PDF-1.7 not a sheet").unwrap_err(), SheetRefusal::NotASheet);
    assert_eq!(read(&[0xff, 0xd8, 0xff, 0xe0]).unwrap_err(), SheetRefusal::NotASheet);
    assert!(matches!(read(b"PK\x03\x04 but no archive").unwrap_err(), SheetRefusal::Broken(_)));
    for page in [
        "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><body><table><tr><td>姓名</td></tr></table></body></html>",
        "\u{feff}\r\n<meta charset=utf-8><TABLE border=1><tr><th>姓名</th></tr></TABLE>",
        "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook></Workbook>",
        "<style>td{}</style><table><tr><td>姓名</td></tr></table>",
    ] {
        assert_eq!(read(page.as_bytes()).unwrap_err(), SheetRefusal::WebPage, "{page}");
        let (gbk, ..) = encoding_rs::GB18030.encode(page);
        assert_eq!(read(&gbk).unwrap_err(), SheetRefusal::WebPage, "{page}");
    }
    assert!(read("姓名,备注\n张三,<备注>见 <table>\n".as_bytes()).is_ok(), "a sign in a cell makes no page");
    assert_eq!(read(&file("照片_gbk.zip")).unwrap_err(), SheetRefusal::NotASheet, "a zip of photos is no workbook");
    assert!(matches!(read(&file("照片_zipbomb.zip")), Err(SheetRefusal::NotASheet | SheetRefusal::Bomb { .. })));
    let long = "甲,乙\n".repeat(30_000);
    assert!(matches!(read(long.as_bytes()).unwrap_err(), SheetRefusal::TooManyRows { .. }));
}
