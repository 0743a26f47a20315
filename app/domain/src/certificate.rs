//! 证书: how numbers are made and read, why one is revoked, and what the code on the paper says.
//!
//! A certificate keeps its number for ever. What is corrected, or printed anew because the paper was lost, is a further
//! edition of the same number; what was wrong from the start is revoked, and its number is never given again.

pub mod payload;
mod typed;

pub use typed::{Typed, read};

use crate::certificate_no::{CertificateNo, CertificateNoFault};
use crate::occupation::SkillLevel;
use crate::profile::fill;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The national code of 22 characters: 备案号, year, level, sequence (domain rule of 职业技能等级证书编码).
const NATIONAL_PATTERN: &str = "{filing}{yy}{level}{seq:6}";
/// Numbers of 专项职业能力 certificates, which have no level: in no rule, of the product's choice.
const SPECIAL_PATTERN: &str = "{filing}-{yyyy}-{seq:6}";
/// Longest number of a pattern of one's own, in characters.
pub const LONGEST_NUMBER: usize = 32;
/// Last number of an agency in one year: the national code has six digits for it.
pub const LAST_SEQUENCE: u32 = 999_999;

/// What a procedure says of its certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CertificateRules {
    /// Pattern of the number, with `{filing}`, `{yy}` or `{yyyy}`, `{level}`, `{seq:6}`.
    pub number: String,
    /// Pattern where the plan has no level: 专项职业能力.
    pub special_number: String,
    /// Whether one person prepares and another one, a manager, signs.
    pub two_persons: bool,
    /// Calendar days that the scores must have been public before certificates are issued.
    pub wait_days: u32,
    /// Longest that a shared link lives, in days.
    pub share_days: u32,
    /// Columns of the sheet for the national query, in their order.
    pub columns: Vec<Column>,
    /// Where anybody can ask for certificates and agencies, as printed on the certificate.
    pub queries: Vec<Query>,
}

/// An address printed on the certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// 证书信息查询网址
    pub label: String,
    /// The same in English.
    pub english: String,
    /// The address.
    pub url: String,
}

/// A column of the sheet for the national query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// 序号
    Serial,
    /// 姓名
    Name,
    /// 证件类型
    IdType,
    /// 证件号码
    IdNo,
    /// 性别
    Gender,
    /// 出生日期
    Birth,
    /// 职业名称
    Occupation,
    /// 工种/职业方向
    Trade,
    /// 职业（工种）编码
    Code,
    /// 职业技能等级
    Level,
    /// 证书编号
    Number,
    /// 发证日期
    IssuedOn,
    /// 评价机构名称
    Agency,
    /// 机构备案号
    Filing,
    /// 计划编号
    Plan,
    /// 纸质证书号
    Stock,
}

impl Column {
    /// The heading.
    pub fn label(self) -> &'static str {
        match self {
            Column::Serial => "序号",
            Column::Name => "姓名",
            Column::IdType => "证件类型",
            Column::IdNo => "证件号码",
            Column::Gender => "性别",
            Column::Birth => "出生日期",
            Column::Occupation => "职业名称",
            Column::Trade => "工种/职业方向",
            Column::Code => "职业（工种）编码",
            Column::Level => "职业技能等级",
            Column::Number => "证书编号",
            Column::IssuedOn => "发证日期",
            Column::Agency => "评价机构名称",
            Column::Filing => "机构备案号",
            Column::Plan => "计划编号",
            Column::Stock => "纸质证书号",
        }
    }
}

impl Default for CertificateRules {
    fn default() -> Self {
        let query = |label: &str, english: &str, url: &str| Query {
            label: label.into(),
            english: english.into(),
            url: url.into(),
        };
        CertificateRules {
            number: NATIONAL_PATTERN.into(),
            special_number: SPECIAL_PATTERN.into(),
            two_persons: false,
            wait_days: 0,
            share_days: 30,
            // No rule prints the order of the national sheet; a procedure names its own.
            columns: vec![
                Column::Serial,
                Column::Name,
                Column::IdType,
                Column::IdNo,
                Column::Occupation,
                Column::Trade,
                Column::Level,
                Column::Number,
                Column::IssuedOn,
                Column::Agency,
                Column::Filing,
            ],
            queries: vec![
                query("证书信息查询网址", "Certificate query", "http://jndj.osta.org.cn"),
                query("机构信息查询网址", "Agency query", "http://pjjg.osta.org.cn"),
            ],
        }
    }
}

/// Why no number can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NumberFault {
    /// It has 22 characters, and is no national code.
    #[error("no national code: {0}")]
    Code(CertificateNoFault),
    /// A part of the code says something else than agency, year, level or sequence.
    #[error("the parts do not match")]
    Parts,
    /// The pattern makes something that is no number.
    #[error("the pattern makes no number")]
    Pattern,
    /// The year's numbers are used up.
    #[error("no number left")]
    Full,
}

/// The number of a new certificate. The national code is made and then read again: its first thirteen characters must
/// be the agency's 备案号, the others year, level and sequence.
pub fn number(
    pattern: &str,
    filing: &str,
    year: i32,
    level: Option<SkillLevel>,
    sequence: u32,
) -> Result<String, NumberFault> {
    if !(1..=LAST_SEQUENCE).contains(&sequence) {
        return Err(NumberFault::Full);
    }
    let (yyyy, yy) = (format!("{year:04}"), format!("{:02}", year.rem_euclid(100)));
    let level = level.map(|level| level.number());
    let (level_text, seq) = (level.map_or_else(String::new, |level| level.to_string()), sequence.to_string());
    let values =
        [("filing", filing), ("yyyy", yyyy.as_str()), ("yy", yy.as_str()), ("level", &level_text), ("seq", &seq)];
    let text = fill(pattern, &values);
    if text.len() == 22 {
        let number = CertificateNo::parse(&text).map_err(NumberFault::Code)?;
        let fits = number.parts().is_some_and(|parts| {
            number.filing_code() == Some(filing)
                && parts.year == yy
                && Some(parts.level) == level
                && parts.sequence.parse() == Ok(sequence)
        });
        return if fits { Ok(number.into_string()) } else { Err(NumberFault::Parts) };
    }
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    if text.is_empty() || text.len() > LONGEST_NUMBER || !text.bytes().all(plain) || !text.contains(&seq) {
        return Err(NumberFault::Pattern);
    }
    Ok(text)
}

/// The level as the English side of the certificate says it.
pub fn english_level(level: SkillLevel) -> &'static str {
    match level {
        SkillLevel::Apprentice => "Apprentice",
        SkillLevel::JuniorWorker => "Level Five",
        SkillLevel::IntermediateWorker => "Level Four",
        SkillLevel::SeniorWorker => "Level Three",
        SkillLevel::Technician => "Level Two",
        SkillLevel::SeniorTechnician => "Level One",
        SkillLevel::SpecialTechnician => "Special Grade Technician",
        SkillLevel::ChiefTechnician => "Chief Technician",
    }
}

/// How an edition came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditionKind {
    /// 核发
    First,
    /// 更正: what it says was wrong.
    Correction,
    /// 补发: the paper was lost or spoilt, what it says stays.
    Reissue,
}

impl EditionKind {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            EditionKind::First => "first",
            EditionKind::Correction => "correction",
            EditionKind::Reissue => "reissue",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [EditionKind::First, EditionKind::Correction, EditionKind::Reissue].into_iter().find(|one| one.as_str() == word)
    }
}

/// Why a certificate was revoked: these words are public, whatever else was written stays inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeReason {
    /// A score was corrected.
    ScoreCorrected,
    /// Misconduct, or untrue papers.
    Misconduct,
    /// It should not have been issued like this.
    IssuedWrongly,
    /// The holder asked for it.
    Request,
}

impl RevokeReason {
    /// Every reason, in the order of the form.
    pub const ALL: [RevokeReason; 4] =
        [RevokeReason::ScoreCorrected, RevokeReason::Misconduct, RevokeReason::IssuedWrongly, RevokeReason::Request];

    /// The word in the database and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            RevokeReason::ScoreCorrected => "score_corrected",
            RevokeReason::Misconduct => "misconduct",
            RevokeReason::IssuedWrongly => "issued_wrongly",
            RevokeReason::Request => "request",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        RevokeReason::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// Why nothing was done about certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum CertificateRefusal {
    /// The scores are not public yet.
    #[error("scores not released")]
    NotReleased,
    /// The scores must have been public for some days.
    #[error("not before {from}")]
    TooEarly {
        /// The first day.
        from: chrono::NaiveDate,
    },
    /// Nobody who passed is without a certificate.
    #[error("nobody")]
    Nobody,
    /// A list waits for its signature.
    #[error("prepared already")]
    PreparedAlready {
        /// Who prepared it.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// No list waits for a signature.
    #[error("nothing prepared")]
    NothingPrepared,
    /// The procedure wants two people.
    #[error("two people needed")]
    TwoPersons,
    /// Who prepared a list does not sign it.
    #[error("the same person")]
    SamePerson,
    /// No number can be made.
    #[error("number: {0}")]
    Number(NumberFault),
    /// A reason is missing.
    #[error("no reason")]
    NoReason,
    /// It was revoked: nothing is done to it any more.
    #[error("revoked")]
    Revoked,
    /// Nothing differs from what it says already.
    #[error("nothing changed")]
    SameFace,
    /// No name.
    #[error("no name")]
    Name,
    /// No identity number of its kind.
    #[error("no identity number")]
    IdNo,
    /// Not a number of paper stock: 1 to 12 digits.
    #[error("no stock number")]
    Stock,
    /// Another certificate is printed on that paper.
    #[error("stock {stock} is used")]
    StockTaken {
        /// The number.
        stock: String,
    },
    /// Every certificate has its paper.
    #[error("nothing without paper")]
    NoneWithoutStock,
    /// To whom it was handed, or carrier and tracking number, is missing.
    #[error("no receiver")]
    NoReceiver,
    /// So many links live already.
    #[error("too many links")]
    TooManyLinks {
        /// Most links of one certificate.
        limit: u32,
    },
    /// More in one file than fits.
    #[error("nothing to print")]
    NothingToPrint,
}

/// Most digits of the number of paper stock.
const STOCK_DIGITS: usize = 12;

/// Reads the number of paper stock: `NO.00021734`, `００021734`; the zeros in front belong to it.
pub fn stock(text: &str) -> Option<String> {
    let folded = crate::text::compact_upper(text);
    let digits = folded.trim_start_matches("NO").trim_start_matches(['.', '．', ':']);
    let fits = (1..=STOCK_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| digits.to_owned())
}

/// The number of the paper that lies `steps` below; none where the digits run out.
pub fn stock_after(first: &str, steps: u64) -> Option<String> {
    let number = first.parse::<u64>().ok()?.checked_add(steps)?;
    let text = format!("{number:0width$}", width = first.len());
    (text.len() <= STOCK_DIGITS).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILING: &str = "S000033000123";

    #[test]
    fn the_national_code_is_made_and_read_again() {
        let level = Some(SkillLevel::IntermediateWorker);
        assert_eq!(number(NATIONAL_PATTERN, FILING, 2026, level, 1).unwrap(), "S000033000123264000001");
        assert_eq!(number(NATIONAL_PATTERN, FILING, 2026, level, LAST_SEQUENCE + 1), Err(NumberFault::Full));
        assert_eq!(number(NATIONAL_PATTERN, FILING, 2026, level, 0), Err(NumberFault::Full));
        let broken = number(NATIONAL_PATTERN, "S000099000123", 2026, level, 1);
        assert_eq!(broken, Err(NumberFault::Code(CertificateNoFault::Province)));
        // Parts in another order are no code of this agency, also where they happen to be one of another.
        assert_eq!(number("S000033000124{yy}{level}{seq:6}", FILING, 2026, level, 1), Err(NumberFault::Parts));
        assert_eq!(number("{filing}{yy}5{seq:6}", FILING, 2026, level, 1), Err(NumberFault::Parts));
        assert_eq!(number("{filing}27{level}{seq:6}", FILING, 2026, level, 1), Err(NumberFault::Parts));
    }

    #[test]
    fn special_capabilities_and_patterns_of_ones_own_have_other_numbers() {
        assert_eq!(number(SPECIAL_PATTERN, FILING, 2026, None, 7).unwrap(), "S000033000123-2026-000007");
        assert_eq!(number("YZ{yy}-{seq:6}", FILING, 2026, None, 187).unwrap(), "YZ26-000187");
        assert_eq!(number("yz{seq:6}", FILING, 2026, None, 1), Err(NumberFault::Pattern));
        assert_eq!(number("YZ{yy}", FILING, 2026, None, 7), Err(NumberFault::Pattern));
        assert_eq!(number("{what}{seq}", FILING, 2026, None, 7), Err(NumberFault::Pattern));
    }

    #[test]
    fn paper_has_a_number_of_its_own() {
        assert_eq!(stock(" NO. ０0021734 ").as_deref(), Some("00021734"));
        assert_eq!(stock("NO.").as_deref(), None);
        assert_eq!(stock("1234567890123"), None);
        assert_eq!(stock_after("00021734", 3).as_deref(), Some("00021737"));
        assert_eq!(stock_after("999999999999", 1), None);
    }
}
