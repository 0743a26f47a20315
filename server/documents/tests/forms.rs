//! Print-outs from outside: every template, with ordinary, rare and hostile texts.

#![allow(clippy::expect_used, reason = "a test may stop at the first surprise")]

use documents::forms::{
    FORMS, FontPlaces, FormSheet, MOST_TICKETS, Orientation, Places, Press, PressFault, PrintFault,
    specimen_certificate, specimen_form, specimen_ticket,
};
use domain::time::Timestamp;
use lopdf::Document;
use std::fs;
use std::sync::LazyLock;

static PRESS: LazyLock<Press> = LazyLock::new(|| Press::open(&places()).expect("fonts and templates"));

fn places() -> Places {
    Places { fonts: FontPlaces::usual(None), templates: None }
}

/// All text of a PDF, page after page, without blanks.
fn text(pdf: &[u8]) -> String {
    let document = Document::load_mem(pdf).expect("a PDF");
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    document.extract_text(&pages).expect("text").split_whitespace().collect()
}

fn printed(template: &str, sheet: &FormSheet) -> String {
    text(&PRESS.application_form(template, sheet).expect(template).pdf)
}

/// Whether the words follow one another, with anything in between.
fn in_order(text: &str, words: &[&str]) -> Result<(), String> {
    let mut rest = text;
    for word in words {
        let at = rest.find(word).ok_or_else(|| format!("{word} is not where it should be, before: {rest}"))?;
        rest = &rest[at + word.len()..];
    }
    Ok(())
}

/// Of each of the five guides; the last is the 申报表 of T20.
#[test]
fn labels_stand_in_the_order_of_the_official_forms() {
    let orders: [(&str, &[&str]); 5] = [
        (
            "zj-daily",
            &[
                "浙江省职业技能鉴定申请表",
                "姓名",
                "性别",
                "申报条件",
                "初审机构",
                "考生来源",
                "所在单位",
                "证书领取",
                "承诺",
                "签字",
                "盖章",
            ],
        ),
        (
            "jx-gongqin",
            &[
                "姓名",
                "证件类型",
                "身份证号",
                "考生来源",
                "主管部门",
                "报考职业",
                "鉴定级别",
                "考试类别",
                "考试类型",
                "申报单位",
                "现场审核地点",
                "参加考试日程",
                "参加考试地点",
                "是否邮政快递",
                "盖章",
                "人事科意见",
                "现场审核",
            ],
        ),
        (
            "zhhn",
            &[
                "基础信息",
                "姓名",
                "证件类型",
                "证件号码",
                "性别",
                "出生日期",
                "手机号码",
                "民族",
                "户口性质",
                "户口地址",
                "考生来源",
                "入学时间",
                "工龄",
                "所在学校",
                "上一级资格",
                "报考信息",
                "认定级别",
                "报考条件",
            ],
        ),
        ("zynl", &["申报信息", "报考职业名称", "申报科目", "个人信息", "姓名", "手机号码", "工作信息", "原证书编号"]),
        (
            "qz-institution",
            &[
                "职业技能等级认定申报表",
                "申报人姓名",
                "性别",
                "出生年月",
                "学历",
                "证件类型",
                "手机号码",
                "证件号码",
                "考生来源",
                "工作单位",
                "通讯地址",
                "现职业",
                "技能等级",
                "现职称等级",
                "申报职业",
                "申报等级",
                "考核科目",
                "理论",
                "实操",
                "综合",
                "申报条件",
                "本职业工作",
                "单位盖章",
                "承诺",
                "申报人签字",
                "培训",
                "学时",
                "经办人",
                "盖章",
                "机构",
                "盖章",
                "备注",
            ],
        ),
    ];
    for (name, order) in orders {
        let text = printed(name, &specimen_form());
        in_order(&text, order).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
}

#[test]
fn values_stand_beside_their_labels() {
    for name in FORMS {
        let text = printed(name, &specimen_form());
        for value in ["于小山", "居民身份证", "330822199012153426", "13800000000", "申请编号：2026-S-001286-0017"]
        {
            assert!(text.contains(value), "{name} without {value}");
        }
        assert!(text.contains("打印时间：2026年11月21日14:05"), "{name}");
        assert!(!text.contains("草稿"), "{name}");
    }
}

#[test]
fn the_institutions_own_pledge_is_printed_when_the_sheet_has_none() {
    let sheet = FormSheet { declaration: None, ..specimen_form() };
    let text = printed("qz-institution", &sheet);
    assert!(text.contains("愿意承担取消职业技能认定资格和其他法律责任"), "{text}");
    assert!(text.contains("本人确认并承诺上述条款。"), "{text}");
}

#[test]
fn an_empty_sheet_is_a_blank_form() {
    for name in FORMS {
        let printed = PRESS.application_form(name, &FormSheet { draft: true, ..FormSheet::default() }).expect(name);
        assert_eq!((printed.pages, printed.missing_glyphs.len()), (1, 0), "{name}");
        assert!(text(&printed.pdf).contains("草稿"), "{name}");
    }
}

#[test]
fn what_people_type_is_never_read_as_source() {
    let hostile = [
        "#panic(\"no\")",
        "$x^2$",
        "*bold*_thin_",
        "]][[",
        "\\u{41}\\",
        "<a@b>",
        "//c/*d*/",
        "`e`",
        "{{f}}",
        "=g",
        "--h...",
        "\"i\"'j'",
        "https://k.example",
    ];
    for name in FORMS {
        let mut sheet = specimen_form();
        for value in hostile {
            sheet.set("employer", value);
            sheet.sections[2].rows[0].1 = value.into();
            assert!(printed(name, &sheet).contains(value), "{name} changed {value}");
        }
    }
}

#[test]
fn marks_that_turn_the_reading_and_control_characters_are_left_out() {
    let mut sheet = specimen_form();
    sheet.set("employer", "甲\u{202e}乙\u{0}丙\u{7}丁");
    let out = PRESS.application_form("zhhn", &sheet).expect("printed");
    assert!(text(&out.pdf).contains("甲乙丙丁"));
    assert!(out.missing_glyphs.is_empty(), "{:?}", out.missing_glyphs);
}

#[test]
fn rare_characters_are_printed_or_named() {
    let mut sheet = specimen_form();
    sheet.set("name", "买买提·吐尔逊𠮷䶮㛃\u{e000}");
    for name in FORMS.into_iter().filter(|name| *name != "zynl") {
        let out = PRESS.application_form(name, &sheet).expect(name);
        assert_eq!(out.pages, 1, "{name}");
        // A private character is in no font; the others are where a wide font is installed.
        assert!(out.missing_glyphs.contains(&'\u{e000}'), "{name}: {:?}", out.missing_glyphs);
        assert!(out.missing_glyphs.iter().all(|c| "𠮷䶮㛃\u{e000}".contains(*c)), "{name}: {:?}", out.missing_glyphs);
        assert!(text(&out.pdf).contains("买买提·吐尔逊"), "{name}");
    }
}

#[test]
fn the_same_sheet_gives_the_same_bytes_on_every_thread() {
    let sheet = FormSheet { made: Timestamp::parse_shanghai("2026-11-21 14:05:00"), ..specimen_form() };
    let first = PRESS.application_form("qz-institution", &sheet).expect("printed");
    let other = Press::open(&places()).expect("a second press");
    assert_eq!(other.application_form("qz-institution", &sheet).expect("printed"), first);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| PRESS.application_form("qz-institution", &sheet).expect("printed")))
            .collect();
        for thread in threads {
            assert_eq!(thread.join().expect("no panic"), first);
        }
    });
    assert!(String::from_utf8_lossy(&first.pdf).contains("D:20261121140500+08'00"), "date of the sheet");
}

#[test]
fn tickets_come_in_order_one_on_each_page() {
    let mut sheets = Vec::new();
    for place in 1..=5 {
        let mut sheet = specimen_ticket();
        sheet.ticket_no = format!("2701 286 03 {place:02}");
        sheet.orientation = if place % 2 == 0 { Orientation::Portrait } else { Orientation::Landscape };
        sheets.push(sheet);
    }
    let printed = PRESS.tickets(&sheets, None).expect("tickets");
    assert_eq!((printed.pages, printed.missing_glyphs.len()), (5, 0));
    let text = text(&printed.pdf);
    in_order(&text, &["27012860301", "27012860302", "27012860303", "27012860304", "27012860305"]).expect("in order");
    in_order(
        &text,
        &["职业技能等级认定准考证", "于小山", "3308************26", "理论知识", "9:00", "考场", "座位", "操作技能"],
    )
    .expect("a whole ticket");
    assert_eq!(PRESS.tickets(&[], None), Err(PrintFault::TicketCount { measured: 0, allowed: MOST_TICKETS }));
}

#[test]
fn a_damaged_picture_and_a_long_code_are_named() {
    let broken = FormSheet { photo: Some(b"no picture".to_vec()), ..specimen_form() };
    assert_eq!(PRESS.application_form("zhhn", &broken), Err(PrintFault::Picture { which: "photo".into() }));
    let long = FormSheet { qr_text: "x".repeat(301), ..specimen_form() };
    assert_eq!(PRESS.application_form("zhhn", &long), Err(PrintFault::QrTooLong { measured: 301, allowed: 300 }));
    assert_eq!(
        PRESS.application_form("../common", &specimen_form()),
        Err(PrintFault::UnknownTemplate { name: "../common".into() })
    );
}

#[test]
fn no_font_is_a_clear_fault() {
    let empty = tempfile::tempdir().expect("a folder");
    let searched = vec![empty.path().to_path_buf()];
    let fault = Press::open(&Places { fonts: FontPlaces(searched.clone()), templates: None }).expect_err("no font");
    assert_eq!(fault, PressFault::FontsMissing { searched });
    assert!(fault.to_string().contains(&empty.path().display().to_string()));
}

#[test]
fn a_folder_replaces_and_adds_templates() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = "#import \"common.typ\": *\n#let show-sheet(sheet) = form-page(sheet, \"本校申请表\", (room, inset) => {\n  head(sheet, \"本校申请表\")\n  table(inset: inset, columns: 2, name(\"姓名\"), field(sheet, \"name\"))\n})\n";
    fs::write(folder.path().join("zhhn.typ"), plain).expect("written");
    fs::write(folder.path().join("our-school.typ"), plain).expect("written");
    let places = Places { templates: Some(folder.path().to_path_buf()), ..places() };
    let press = Press::open(&places).expect("a press");
    for name in ["zhhn", "our-school"] {
        let printed = press.application_form(name, &specimen_form()).expect(name);
        assert!(text(&printed.pdf).contains("本校申请表"), "{name}");
    }
    press.proof().expect("all templates work");
    fs::write(folder.path().join("our-school.typ"), plain.replace("field(sheet", "feld(sheet")).expect("written");
    match Press::open(&places).expect("a press").proof() {
        Err(PrintFault::Template { file, line, message }) => {
            assert_eq!((file.as_str(), line), ("our-school.typ", 4));
            assert!(message.contains("feld"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        Press::open(&Places { templates: Some(folder.path().join("none")), ..places.clone() }),
        Err(PressFault::TemplatesUnreadable { .. })
    ));
}

#[test]
fn a_certificate_says_everything_in_two_languages() {
    let sheet = specimen_certificate();
    let printed = PRESS.certificates(std::slice::from_ref(&sheet), None).expect("certificate");
    if let Some(folder) = std::env::var_os("JIKAO_PROOFS") {
        fs::write(std::path::Path::new(&folder).join("certificate.pdf"), &printed.pdf).expect("a proof");
    }
    assert_eq!((printed.pages, printed.missing_glyphs.len()), (1, 0));
    let said = text(&printed.pdf);
    for words in [
        "职业技能等级证书",
        "CertificateofOccupationalSkillLevel",
        "本证书由",
        "Thisistocertifythatthebearer",
        "姓名Name",
        "S000033000123265000187",
        "LevelFive",
        "http://jndj.osta.org.cn",
        "http://pjjg.osta.org.cn",
        "NO.00021734",
        "2026年5月18日",
    ] {
        let words: String = words.split_whitespace().collect();
        assert!(said.contains(&words), "{words} in {said}");
    }
    let again = PRESS.certificates(std::slice::from_ref(&sheet), None).expect("certificate");
    assert_eq!(printed.pdf, again.pdf, "the same sheet gives the same bytes");
    let picture = PRESS.certificate_picture(&sheet).expect("picture");
    assert!(picture.starts_with("<svg") && picture.len() < 1_500_000, "{} bytes", picture.len());
}

#[test]
fn a_certificate_with_the_longest_words_keeps_one_page() {
    let mut sheet = specimen_certificate();
    sheet.agency = "某某省某某市职业技能等级认定与人才评价服务指导中心（试点）".into();
    for line in &mut sheet.lines {
        if ["Name", "Occupation", "Job"].contains(&line.1.as_str()) {
            line.2 = "阿卜杜热西提·买买提明贵金属首饰与宝玉石检测员及相关从业人员".into();
        }
    }
    sheet.void = "已撤销".into();
    sheet.note = "第 3 版".into();
    let printed = PRESS.certificates(&[sheet.clone(), sheet], None).expect("certificates");
    if let Some(folder) = std::env::var_os("JIKAO_PROOFS") {
        fs::write(std::path::Path::new(&folder).join("certificate-long.pdf"), &printed.pdf).expect("a proof");
    }
    assert_eq!(printed.pages, 2);
    assert!(PRESS.certificates(&[], None).is_err());
}
