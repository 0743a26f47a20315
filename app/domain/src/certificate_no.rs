//! Numbers of certificates: 职业技能等级证书 and the older 职业资格证书 an applicant may name.

use serde::{Deserialize, Serialize};

use crate::id_document::is_province;
use crate::text::{all_digits, checked_text, compact_upper, two_digits};

/// The number of a certificate, in capitals and without spaces. None of its forms has a
/// check digit: only the register knows whether it was issued.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateNo(String);

// 证书编号 is public by design.
checked_text!(CertificateNo, CertificateNoFault, |number| number);

/// The form of a certificate number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateKind {
    /// 职业技能等级证书: a letter and 21 digits
    Skill22,
    /// 职业资格证书 as issued before: 16 digits
    Qualification16,
    /// 职业资格证书 of Shanghai: 13 digits, elsewhere written with 000 before them
    Shanghai13,
}

impl CertificateKind {
    /// The short code that is stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            CertificateKind::Skill22 => "skill22",
            CertificateKind::Qualification16 => "qualification16",
            CertificateKind::Shanghai13 => "shanghai13",
        }
    }

    /// The name of the certificate.
    pub fn label(self) -> &'static str {
        match self {
            CertificateKind::Skill22 => "职业技能等级证书",
            CertificateKind::Qualification16 | CertificateKind::Shanghai13 => "职业资格证书",
        }
    }
}

/// Why a text is no certificate number; the first check that fails speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CertificateNoFault {
    /// Not 22, 16 or 13 characters.
    #[error("not 22, 16 or 13 characters")]
    Length,
    /// The kind of agency is none of those there are.
    #[error("no such class of agency")]
    Class,
    /// Something other than a digit where a digit belongs.
    #[error("a character that cannot stand there")]
    Charset,
    /// No such province.
    #[error("no such province")]
    Province,
    /// The level is not 1 to 5.
    #[error("no such level")]
    Level,
}

impl CertificateNoFault {
    /// The short code that is sent and counted.
    pub fn code(self) -> &'static str {
        match self {
            CertificateNoFault::Length => "length",
            CertificateNoFault::Class => "class",
            CertificateNoFault::Charset => "charset",
            CertificateNoFault::Province => "province",
            CertificateNoFault::Level => "level",
        }
    }
}

/// What a reviewer should know of a number that is right in form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateNoWarning {
    /// An old form that was never the whole country's: compare with the paper.
    LocalForm,
}

/// The seven parts of a 职业技能等级证书 number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertificateParts<'a> {
    /// `Y` 用人单位 or `S` 社会培训评价组织
    pub class: &'a str,
    /// 评价机构代码, four digits; 0000 when filed with a province
    pub agency: &'a str,
    /// Province of the agency or its station, two digits of GB/T 2260
    pub province: &'a str,
    /// 机构（站点）序列码, six digits that the province assigns
    pub site: &'a str,
    /// Last two digits of the year of issue
    pub year: &'a str,
    /// Level, 5 (初级工) to 1 (高级技师)
    pub level: u8,
    /// The agency's own counter, six digits
    pub sequence: &'a str,
}

impl CertificateNo {
    /// Reads a number as typed.
    pub fn parse(text: &str) -> Result<CertificateNo, CertificateNoFault> {
        let number = compact_upper(text);
        let bytes = number.as_bytes();
        match kind_of_folded(&number).ok_or(CertificateNoFault::Length)? {
            CertificateKind::Skill22 => check_skill(bytes)?,
            CertificateKind::Qualification16 => check_qualification(bytes)?,
            CertificateKind::Shanghai13 => {}
        }
        Ok(CertificateNo(number))
    }

    /// The form that a text has, right or wrong; None when its length fits none.
    pub fn kind_of(text: &str) -> Option<CertificateKind> {
        kind_of_folded(&compact_upper(text))
    }

    /// The normal form of a text, right or wrong: what a form shows back to the person.
    pub fn normalise(text: &str) -> String {
        compact_upper(text)
    }

    /// The form of this number.
    pub fn kind(&self) -> CertificateKind {
        match self.0.len() {
            22 => CertificateKind::Skill22,
            16 => CertificateKind::Qualification16,
            _ => CertificateKind::Shanghai13,
        }
    }

    /// What a reviewer should know of this number.
    pub fn warning(&self) -> Option<CertificateNoWarning> {
        (self.kind() == CertificateKind::Shanghai13).then_some(CertificateNoWarning::LocalForm)
    }

    /// The seven parts, for a 职业技能等级证书.
    pub fn parts(&self) -> Option<CertificateParts<'_>> {
        let number = self.0.as_str();
        (self.kind() == CertificateKind::Skill22).then(|| CertificateParts {
            class: &number[..1],
            agency: &number[1..5],
            province: &number[5..7],
            site: &number[7..13],
            year: &number[13..15],
            level: number.as_bytes()[15] - b'0',
            sequence: &number[16..],
        })
    }

    /// The agency's 备案号, for a 职业技能等级证书: the first thirteen characters.
    pub fn filing_code(&self) -> Option<&str> {
        (self.kind() == CertificateKind::Skill22).then(|| &self.0[..13])
    }

    /// The level 5 (初级工) to 1 (高级技师), where the number tells it.
    pub fn level(&self) -> Option<u8> {
        let place = match self.kind() {
            CertificateKind::Skill22 => 15,
            CertificateKind::Qualification16 => 10,
            CertificateKind::Shanghai13 => return None,
        };
        self.0.as_bytes().get(place).map(|digit| digit - b'0')
    }
}

fn kind_of_folded(number: &str) -> Option<CertificateKind> {
    let digits = all_digits(number.as_bytes());
    match number.chars().count() {
        22 => Some(CertificateKind::Skill22),
        16 if digits => Some(CertificateKind::Qualification16),
        13 if digits => Some(CertificateKind::Shanghai13),
        _ => None,
    }
}

fn check_skill(number: &[u8]) -> Result<(), CertificateNoFault> {
    let [b'Y' | b'S', digits @ ..] = number else {
        return Err(CertificateNoFault::Class);
    };
    if digits.len() != 21 || !all_digits(digits) {
        return Err(CertificateNoFault::Charset);
    }
    ensure_province(&digits[4..6])?;
    ensure_level(digits[14])
}

/// Year 2, province 2, city 2, class of agency 1 (0 to 4), agency 3, level 1, sequence 5.
fn check_qualification(number: &[u8]) -> Result<(), CertificateNoFault> {
    ensure_province(&number[2..4])?;
    ensure_level(number[10])?;
    match number[6] {
        b'0'..=b'4' => Ok(()),
        _ => Err(CertificateNoFault::Class),
    }
}

fn ensure_province(digits: &[u8]) -> Result<(), CertificateNoFault> {
    match two_digits(digits) {
        Some(code) if is_province(code) => Ok(()),
        _ => Err(CertificateNoFault::Province),
    }
}

fn ensure_level(digit: u8) -> Result<(), CertificateNoFault> {
    match digit {
        b'1'..=b'5' => Ok(()),
        _ => Err(CertificateNoFault::Level),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_number_tells_its_level_or_warns() {
        assert_eq!(CertificateNo::parse("1933000000400123").unwrap().level(), Some(4));
        let shanghai = CertificateNo::parse("1234567890123").unwrap();
        assert_eq!(shanghai.level(), None);
        assert_eq!(shanghai.warning(), Some(CertificateNoWarning::LocalForm));
        assert_eq!(CertificateNo::parse("1933005000400123"), Err(CertificateNoFault::Class));
    }
}
