//! Bank card numbers, needed only where a fee is refunded by transfer.
//!
//! 金融账户 is sensitive personal information (PIPL 28): never keep one longer than the refund.

use serde::{Deserialize, Serialize};

use crate::masking::{self, Audience};
use crate::text::{all_digits, checked_text, compact};

/// Fewest digits of a card number.
pub const SHORTEST: usize = 16;
/// Most digits of a card number.
pub const LONGEST: usize = 19;

/// A bank card number: 16 to 19 digits.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BankCard(String);

checked_text!(BankCard, BankCardFault, |number| masking::bank_card(number, Audience::Public));

/// Why a text is no bank card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum BankCardFault {
    /// Empty, or holding something other than digits.
    #[error("not only digits")]
    Charset,
    /// Fewer than [`SHORTEST`] or more than [`LONGEST`] digits.
    #[error("not 16 to 19 digits")]
    Length,
}

impl BankCardFault {
    /// The short code that is sent and counted.
    pub fn code(self) -> &'static str {
        match self {
            BankCardFault::Charset => "charset",
            BankCardFault::Length => "length",
        }
    }
}

impl BankCard {
    /// Reads a number as typed, in groups or not.
    pub fn parse(text: &str) -> Result<BankCard, BankCardFault> {
        let mut number = compact(text);
        number.retain(|ch| ch != '-');
        if number.is_empty() || !all_digits(number.as_bytes()) {
            Err(BankCardFault::Charset)
        } else if !(SHORTEST..=LONGEST).contains(&number.len()) {
            Err(BankCardFault::Length)
        } else {
            Ok(BankCard(number))
        }
    }

    /// Whether the last digit fits (Luhn). Some old domestic cards fail, so this is for a
    /// warning only.
    pub fn luhn_holds(&self) -> bool {
        let sum: u32 = self
            .0
            .bytes()
            .rev()
            .enumerate()
            .map(|(place, byte)| match (u32::from(byte - b'0'), place % 2) {
                (digit, 0) => digit,
                (digit, _) => digit * 2 / 10 + digit * 2 % 10,
            })
            .sum();
        sum.is_multiple_of(10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_joined_and_other_text_is_refused() {
        let card = BankCard::parse("6222 0200-0000 0000 018").unwrap();
        assert_eq!(card.as_str(), "6222020000000000018");
        assert_eq!(BankCard::parse(""), Err(BankCardFault::Charset));
        assert_eq!(BankCard::parse("622202000000000X"), Err(BankCardFault::Charset));
        assert_eq!(BankCard::parse("622202000000000"), Err(BankCardFault::Length));
        assert_eq!(BankCard::parse("62220200000000000189"), Err(BankCardFault::Length));
    }
}
