//! Numbers as people type them into a query.

use super::LONGEST_NUMBER;
use crate::certificate_no::{CertificateKind, CertificateNo, CertificateNoFault};

/// What a typed number is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// A number that a register may know, folded to capitals without spaces.
    Number(String),
    /// 职业资格证书 of the time before: no agency here ever issued it.
    Old(CertificateKind),
    /// No number at all.
    Fault(CertificateNoFault),
}

/// Reads a number: full-width characters, small letters and spaces are folded; old forms are recognised for what they
/// are.
pub fn read(text: &str) -> Typed {
    // A number is never longer than this, however it is typed.
    let text: String = text.chars().take(200).collect();
    let number = CertificateNo::normalise(&text).replace(['－', '—', '–', '−'], "-");
    let joined = number.replace('-', "");
    match CertificateNo::kind_of(&joined) {
        Some(CertificateKind::Skill22) if joined == number || is_national(&joined) => {
            match CertificateNo::parse(&joined) {
                Ok(number) => Typed::Number(number.into_string()),
                Err(fault) => Typed::Fault(fault),
            }
        }
        Some(old @ (CertificateKind::Qualification16 | CertificateKind::Shanghai13)) if joined == number => {
            Typed::Old(old)
        }
        _ if is_plain(&number) => Typed::Number(number),
        _ => Typed::Fault(CertificateNoFault::Length),
    }
}

fn is_national(number: &str) -> bool {
    CertificateNo::parse(number).is_ok()
}

fn is_plain(number: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    (6..=LONGEST_NUMBER).contains(&number.len()) && number.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_small_and_spaced_numbers_are_one_number() {
        let number = Typed::Number("S000033000123264000001".into());
        for typed in [
            "S000033000123264000001",
            "ｓ０００033000123２６４000001",
            " s0000 33 000123 26 4 000001\u{3000}",
            "S0000-33-000123-26-4-000001",
        ] {
            assert_eq!(read(typed), number, "{typed}");
        }
        assert_eq!(read("s000033000123－2026－000007"), Typed::Number("S000033000123-2026-000007".into()));
    }

    #[test]
    fn old_numbers_are_recognised_and_nonsense_is_named() {
        assert_eq!(read("1933000000400123"), Typed::Old(CertificateKind::Qualification16));
        assert_eq!(read("１2345 67890123"), Typed::Old(CertificateKind::Shanghai13));
        assert_eq!(read("S0000330O0123264000001"), Typed::Fault(CertificateNoFault::Charset));
        assert_eq!(read("X000033000123264000001"), Typed::Fault(CertificateNoFault::Class));
        for nothing in ["", "12", "证书", &"9".repeat(4_000)] {
            assert_eq!(read(nothing), Typed::Fault(CertificateNoFault::Length));
        }
    }
}
