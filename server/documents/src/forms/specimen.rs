//! An invented person on a form and a ticket: for proofs, measurements and tests.

use super::sheets::{
    CertificateSheet, Declaration, FormSheet, Opinion, Orientation, Section, Slot, TicketPaper, TicketSheet, WorkPeriod,
};
use image::{ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

const VALUES: [(&str, &str); 39] = [
    ("name", "于小山"),
    ("gender", "男"),
    ("birth", "1990年12月15日"),
    ("ethnicity", "汉族"),
    ("id_type", "居民身份证"),
    ("id_no", "330822199012153426"),
    ("mobile", "13800000000"),
    ("email", "yu.xiaoshan@example.com"),
    ("address", "浙江省衢州市常山县天马街道文峰路 18 号 2 幢 301 室"),
    ("hukou_type", "本市农村"),
    ("hukou_addr", "浙江省衢州市常山县天马街道"),
    ("source", "企业"),
    ("education", "大学专科"),
    ("school_entry", "2009年9月"),
    ("employer", "云州市清河电气安装有限公司"),
    ("parent_dept", "云州市机关事务管理局"),
    ("years_work", "12"),
    ("years_occ", "7"),
    ("post", "维修电工"),
    ("prior_level", "五级/初级工"),
    ("prior_no", "Y000033000001230500123"),
    ("title_cert", "无"),
    ("occupation", "电工"),
    ("job", "维修电工"),
    ("level", "四级/中级工"),
    ("subjects", "理论、实操"),
    ("exam_kind", "正常考试"),
    ("site", "云州技师学院国家职业技能鉴定所"),
    ("reviewer", "云州技师学院国家职业技能鉴定所"),
    ("agency", "云州技师学院"),
    ("apply_unit", "个人考生报名"),
    ("review_place", "云州市职业技能鉴定指导中心"),
    ("session", "2026年机关事业单位工勤人员考核专题"),
    ("place", "云州市中心考点"),
    ("post_delivery", "否"),
    ("delivery", "邮寄　于小山　13800000000　浙江省衢州市常山县天马街道文峰路 18 号"),
    ("plan_no", "2026-S-001286"),
    ("plan", "云州技师学院 2027 年 1 月第 1 期电工四级认定"),
    ("serial", "2026110086"),
];

const CONDITION: &str =
    "取得本职业或相关职业五级/初级工职业资格证书（职业技能等级证书）后，累计从事本职业或相关职业工作 3 年（含）以上。";

/// A form as most are: every field filled, nothing unusual.
pub fn form() -> FormSheet {
    let values: Vec<(String, String)> = VALUES.iter().map(|(key, text)| ((*key).into(), (*text).into())).collect();
    let labelled = |rows: &[(&str, &str)]| rows.iter().map(|(label, key)| ((*label).into(), text(key))).collect();
    FormSheet {
        values,
        photo: photo(),
        signed_on: "2026年11月21日".into(),
        qr_text: "https://jikao.example/a/2026-S-001286-0017".into(),
        reference_no: "2026-S-001286-0017".into(),
        declaration: Some(Declaration {
            title: "个人承诺书".into(),
            lead: "我申报参加技能等级认定，为了维护认定的严肃性、权威性和公平性，现郑重承诺如下：".into(),
            clauses: vec![
                "本人已阅读并理解国家职业技能标准（评价规范）等相关政策及报名须知内容，符合所报考职业等级的条件要求。"
                    .into(),
                "本人提交的身份证件、学历、工作年限等信息及证件资料准确、真实、有效，不弄虚作假。".into(),
                "如有违反上述承诺的行为，本人自愿承担相应的责任和由此造成的一切后果。".into(),
            ],
        }),
        conditions: CONDITION.into(),
        opinions: vec![Opinion {
            title: "培训单位意见".into(),
            fields: vec![("学时".into(), "120".into()), ("经办人".into(), "周平".into())],
            date: "2026年11月20日".into(),
            ..Opinion::default()
        }],
        work_periods: vec![
            period("2014年7月", "2019年2月", "云州市清河机械厂", "电工"),
            period("2019年3月", "至今", "云州市清河电气安装有限公司", "维修电工"),
        ],
        sections: vec![
            Section {
                title: "申报信息".into(),
                rows: labelled(&[
                    ("报考职业名称", "occupation"),
                    ("报考工种名称", "job"),
                    ("报考职业等级", "level"),
                    ("申报科目", "subjects"),
                    ("计划名称", "plan"),
                ]),
            },
            Section {
                title: "个人信息".into(),
                rows: labelled(&[
                    ("姓名", "name"),
                    ("性别", "gender"),
                    ("身份证件类型", "id_type"),
                    ("身份证件号码", "id_no"),
                    ("出生日期", "birth"),
                    ("文化程度", "education"),
                    ("手机号码", "mobile"),
                    ("通讯地址", "address"),
                ]),
            },
            Section {
                title: "工作信息".into(),
                rows: labelled(&[
                    ("所在单位", "employer"),
                    ("本职业工作年限", "years_occ"),
                    ("从事岗位", "post"),
                    ("原证书等级", "prior_level"),
                    ("原证书编号", "prior_no"),
                ]),
            },
        ],
        printed_at: "2026年11月21日 14:05".into(),
        ..FormSheet::default()
    }
}

/// A ticket with two papers.
pub fn ticket() -> TicketSheet {
    TicketSheet {
        orientation: Orientation::Landscape,
        title: String::new(),
        occasion: "云州技师学院　2027 年 1 月第 1 期　计划编号 2026-S-001286".into(),
        ticket_no: "2701 286 03 17".into(),
        photo: photo(),
        person: pairs(&[
            ("姓名", "于小山"),
            ("证件号码", "3308************26"),
            ("报考职业", "电工（维修电工）"),
            ("等级", "四级/中级工"),
            ("科目", "理论知识、操作技能"),
        ]),
        papers: vec![
            TicketPaper {
                name: "理论知识".into(),
                note: "机考 90 分钟".into(),
                time: "1月17日 周日　9:00".into(),
                arrival: "8:30 开始进场，9:15 后不能进".into(),
                place: "清河考点　理论楼 2 层 203 机房".into(),
                slots: vec![slot("考场", "3"), slot("座位", "17")],
            },
            TicketPaper {
                name: "操作技能".into(),
                note: "150 分钟".into(),
                time: "1月17日 周日　13:30".into(),
                arrival: "13:00 到候考室抽签".into(),
                place: "清河考点　实训中心 2 楼 电工实训区".into(),
                slots: vec![slot("工位组", "B"), slot("顺序", "抽签")],
            },
        ],
        rules: vec![
            "带身份证原件和准考证，手机上的也行。".into(),
            "穿长袖工装和绝缘鞋，工具由考点提供。".into(),
            "手机、手表、无线耳机请放进存包处。".into(),
            "地址：清河区学院路 18 号。".into(),
        ],
        qr_text: "https://jikao.example/t/2701286030017.MEUCIQDx3k2u7l0".into(),
        qr_caption: vec!["进场核验码".into(), "断网也能验".into()],
        route: vec!["地铁 2 号线学院路站".into(), "B 口步行 6 分钟".into()],
        issuer: "云州技师学院职业技能等级认定中心".into(),
        help: "有问题打 0570-0000-256".into(),
        version: "第 2 版　2027年1月8日".into(),
    }
}

/// A certificate as most are.
pub fn certificate() -> CertificateSheet {
    let line = |chinese: &str, english: &str, value: &str| (chinese.into(), english.into(), value.into());
    CertificateSheet {
        title: "职业技能等级证书".into(),
        english_title: "Certificate of Occupational Skill Level".into(),
        agency: "云州技师学院".into(),
        special: false,
        lines: vec![
            line("姓名", "Name", "于小山"),
            line("证件类型", "ID type", "居民身份证"),
            line("证件号码", "ID No.", "330822********3426"),
            line("职业名称", "Occupation", "电工"),
            line("工种/职业方向", "Job", "维修电工"),
            line("职业技能等级", "Skill level", "五级/初级工　Level Five"),
            line("证书编号", "Certificate No.", "S000033000123265000187"),
            line("发证日期", "Issue date", "2026年5月18日"),
        ],
        photo: photo(),
        qr_text: format!("https://jikao.example/verify?c={}", "JJKUGMIKGBQTCYRSMMZWI".repeat(14)),
        queries: vec![
            line("证书信息查询网址", "Certificate query", "http://jndj.osta.org.cn"),
            line("机构信息查询网址", "Agency query", "http://pjjg.osta.org.cn"),
        ],
        stock: "00021734".into(),
        note: String::new(),
        void: String::new(),
    }
}

fn text(key: &str) -> String {
    VALUES.iter().find(|(known, _)| *known == key).map(|(_, text)| (*text).into()).unwrap_or_default()
}

fn pairs(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(label, text)| ((*label).into(), (*text).into())).collect()
}

fn period(from: &str, to: &str, employer: &str, post: &str) -> WorkPeriod {
    WorkPeriod { from: from.into(), to: to.into(), employer: employer.into(), post: post.into() }
}

fn slot(label: &str, value: &str) -> Slot {
    Slot { label: label.into(), value: value.into() }
}

/// Head and shoulders of nobody, 358 by 500 pixels.
fn photo() -> Option<Vec<u8>> {
    let inside =
        |x: f64, y: f64, cx: f64, cy: f64, rx: f64, ry: f64| ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2) < 1.0;
    let picture = RgbImage::from_fn(358, 500, |x, y| {
        let (x, y) = (f64::from(x), f64::from(y));
        let face = inside(x, y, 179.0, 218.0, 72.0, 98.0);
        if !face && y < 215.0 && inside(x, y, 179.0, 190.0, 86.0, 116.0) {
            Rgb([35, 33, 31])
        } else if face || (x - 179.0).abs() < 34.0 && (218.0..370.0).contains(&y) {
            Rgb([226, 181, 146])
        } else if inside(x, y, 179.0, 520.0, 165.0, 175.0) {
            Rgb([44, 62, 80])
        } else {
            Rgb([252, 252, 252])
        }
    });
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg).ok()?;
    Some(bytes)
}
