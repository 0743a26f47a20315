//! What is printed, as plain data in its final words.

use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Everything one application form shows. Texts are already official: 无工作单位, 四级/中级工.
/// What is empty stays an empty cell to be filled by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormSheet {
    /// Title; empty for the template's own.
    pub title: String,
    /// Field key and text, such as `employer` and 无工作单位; the order is free.
    pub values: Vec<(String, String)>,
    /// Identity photo, JPEG or PNG.
    pub photo: Option<Vec<u8>>,
    /// Signature, PNG or JPEG.
    pub signature: Option<Vec<u8>>,
    /// When it was signed, such as 2026年11月21日; empty leaves room for the hand.
    pub signed_on: String,
    /// What the QR code says: the reference number or an address; empty for none.
    pub qr_text: String,
    /// Reference number of the application; empty for none.
    pub reference_no: String,
    /// The promise the applicant signs; none for the template's own.
    pub declaration: Option<Declaration>,
    /// Text of the eligibility condition as it was chosen.
    pub conditions: String,
    /// Opinions already given; a template finds them by their title.
    pub opinions: Vec<Opinion>,
    /// Work in this occupation, in order.
    pub work_periods: Vec<WorkPeriod>,
    /// Fields by section, for templates that know no fields of their own.
    pub sections: Vec<Section>,
    /// Remark below the table; empty for the template's own.
    pub remark: String,
    /// When it was printed, as it is shown; empty for nothing.
    pub printed_at: String,
    /// Date inside the PDF; none leaves it out.
    pub made: Option<Timestamp>,
    /// Not handed in yet: 草稿 is printed across the page.
    pub draft: bool,
}

impl FormSheet {
    /// Sets the text of a field.
    pub fn set(&mut self, key: &str, text: impl Into<String>) {
        let text = text.into();
        match self.values.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => *old = text,
            None => self.values.push((key.to_owned(), text)),
        }
    }
}

/// The promise an applicant signs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// Its name, such as 个人承诺书.
    pub title: String,
    /// The sentence before the clauses.
    pub lead: String,
    /// The clauses, without their numbers.
    pub clauses: Vec<String>,
}

/// What a unit or an agency says about the applicant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// Which slot it fills, such as 培训单位意见.
    pub title: String,
    /// Label and text, such as 学时 and 120, 经办人 and a name.
    pub fields: Vec<(String, String)>,
    /// The opinion itself.
    pub text: String,
    /// Its date, such as 2026年11月21日.
    pub date: String,
    /// Picture of the seal, PNG with a clear ground.
    pub seal: Option<Vec<u8>>,
    /// Name in an electronic seal, which is drawn where there is no picture; empty for none.
    pub seal_name: String,
}

/// A time of work in the occupation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkPeriod {
    /// First month, such as 2019年3月.
    pub from: String,
    /// Last month, or 至今.
    pub to: String,
    /// Where.
    pub employer: String,
    /// As what.
    pub post: String,
}

/// Fields that belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its name, such as 申报信息.
    pub title: String,
    /// Label and text, in order.
    pub rows: Vec<(String, String)>,
}

/// Which way a page lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Orientation {
    /// 横向
    #[default]
    Landscape,
    /// 纵向
    Portrait,
}

/// One admission ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSheet {
    /// Which way the page lies.
    pub orientation: Orientation,
    /// Title; empty for 职业技能等级认定准考证.
    pub title: String,
    /// The line below the title: agency, round, number of the plan.
    pub occasion: String,
    /// 准考证号, grouped as it is read aloud.
    pub ticket_no: String,
    /// Identity photo, JPEG or PNG.
    pub photo: Option<Vec<u8>>,
    /// Label and text beside the photo, the name first: 姓名, 证件号码 (masked or full), 报考职业, 等级, 科目.
    pub person: Vec<(String, String)>,
    /// The papers, in order of time.
    pub papers: Vec<TicketPaper>,
    /// What to keep in mind, one sentence each.
    pub rules: Vec<String>,
    /// What the QR code says; empty for none.
    pub qr_text: String,
    /// The lines below the QR code, the first in ink: 进场核验码, 断网也能验.
    pub qr_caption: Vec<String>,
    /// How to get there, the first line in ink; empty for none.
    pub route: Vec<String>,
    /// Who issued it.
    pub issuer: String,
    /// Whom to ask, such as 有问题打 0570-0000-256.
    pub help: String,
    /// Which edition of this ticket it is and when it was made, such as 第2版 2027年1月8日; empty for nothing.
    pub version: String,
}

/// One paper on a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketPaper {
    /// 理论知识
    pub name: String,
    /// 机考 90 分钟
    pub note: String,
    /// 1月17日 周日　9:00
    pub time: String,
    /// 8:30 开始进场，9:15 后不能进
    pub arrival: String,
    /// 清河考点　理论楼 2 层 203 机房
    pub place: String,
    /// What is read from afar: 考场 3, 座位 17.
    pub slots: Vec<Slot>,
}

/// A figure read from afar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// 考场, 座位, 工位组, 顺序
    pub label: String,
    /// 3, 17, B, 抽签
    pub value: String,
}

/// One certificate: Chinese and English side by side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateSheet {
    /// 职业技能等级证书
    pub title: String,
    /// Certificate of Occupational Skill Level
    pub english_title: String,
    /// Who issued it.
    pub agency: String,
    /// Whether it is of a 专项职业能力, which has no level: another sentence.
    pub special: bool,
    /// Chinese label, English label and value, in order: 姓名 first, 发证日期 last.
    pub lines: Vec<(String, String, String)>,
    /// Identity photo, JPEG or PNG.
    pub photo: Option<Vec<u8>>,
    /// What the QR code says; empty for none.
    pub qr_text: String,
    /// Where anybody can ask: Chinese, English, address.
    pub queries: Vec<(String, String, String)>,
    /// Number of the paper, without NO.; empty leaves room for the one that is on it.
    pub stock: String,
    /// Which edition it is, such as 第 2 版; empty for the first.
    pub note: String,
    /// Printed across it, such as 已撤销; empty where it counts.
    pub void: String,
}
