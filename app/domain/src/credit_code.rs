//! 统一社会信用代码, the number of an employer (GB 32100-2015).

use serde::{Deserialize, Serialize};

use crate::text::{all_digits, checked_text, compact_upper};

/// The 31 characters of the code in the order of their values: no I, O, S, V, Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A checked 统一社会信用代码: 18 capitals and digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode(String);

checked_text!(CreditCode, CreditCodeFault, |code| code);

/// Why a text is no 统一社会信用代码; the first check that fails speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CreditCodeFault {
    /// Not 18 characters.
    #[error("not 18 characters")]
    Length,
    /// A character outside the alphabet, or a letter among the six division digits.
    #[error("a character that cannot stand there")]
    Charset,
    /// The last character does not follow from those before it.
    #[error("check character does not fit")]
    Check,
}

impl CreditCodeFault {
    /// The short code that is sent and counted.
    pub fn code(self) -> &'static str {
        match self {
            CreditCodeFault::Length => "length",
            CreditCodeFault::Charset => "charset",
            CreditCodeFault::Check => "check",
        }
    }
}

impl CreditCode {
    /// Reads a code as typed. An applicant without an employer has none: `-` is refused here.
    pub fn parse(text: &str) -> Result<CreditCode, CreditCodeFault> {
        let code = compact_upper(text);
        if code.chars().count() != 18 {
            return Err(CreditCodeFault::Length);
        }
        // The first two places may hold letters in practice; the division is always digits.
        let in_alphabet = code.bytes().all(|byte| value(byte).is_some());
        if !in_alphabet || !all_digits(&code.as_bytes()[2..8]) {
            return Err(CreditCodeFault::Charset);
        }
        let (body, check) = code.split_at(17);
        if CreditCode::check_character(body) != check.chars().next() {
            return Err(CreditCodeFault::Check);
        }
        Ok(CreditCode(code))
    }

    /// The normal form of a text, right or wrong: what a form shows back to the person.
    pub fn normalise(text: &str) -> String {
        compact_upper(text)
    }

    /// The 18th character for the 17 before it; None unless they are 17 of the alphabet.
    pub fn check_character(body: &str) -> Option<char> {
        if body.len() != 17 {
            return None;
        }
        let mut weight = 1;
        let mut sum = 0;
        for byte in body.bytes() {
            sum += value(byte)? * weight;
            weight = weight * 3 % 31;
        }
        ALPHABET.get((31 - sum % 31) % 31).map(|byte| char::from(*byte))
    }

    /// Whether the nine characters of the organisation inside (GB 11714) have their own check
    /// character right. Some issued codes do not, so this is for a warning only.
    pub fn organisation_check_holds(&self) -> bool {
        let organisation = &self.0.as_bytes()[8..17];
        let sum: u32 = organisation
            .iter()
            .zip([3, 7, 9, 10, 5, 8, 4, 2])
            .map(|(byte, weight)| {
                let value = if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 };
                u32::from(value) * weight
            })
            .sum();
        let check = match 11 - sum % 11 {
            10 => b'X',
            11 => b'0',
            value => b'0' + value as u8,
        };
        organisation[8] == check
    }

    /// The six division digits of the registering authority's county.
    pub fn division(&self) -> &str {
        &self.0[2..8]
    }
}

/// The value of a character, 0 to 30.
fn value(byte: u8) -> Option<usize> {
    ALPHABET.iter().position(|known| *known == byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_organisation_inside_has_its_own_check() {
        let published = CreditCode::parse("91350100M000100Y43").unwrap();
        assert!(published.organisation_check_holds());
        assert_eq!(published.division(), "350100");

        let body = "91350100M000100Y5";
        let code = format!("{body}{}", CreditCode::check_character(body).unwrap());
        assert!(!CreditCode::parse(&code).unwrap().organisation_check_holds());
    }
}
