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
}

/// The value of a character, 0 to 30.
fn value(byte: u8) -> Option<usize> {
    ALPHABET.iter().position(|known| *known == byte)
}
