//! Numbers that carry no check digit: their form is all there is to check.

use super::IdKind;
use crate::text::all_digits;

/// Whether a folded number has the form of its kind. Kinds with a check digit answer false.
pub(super) fn fits(kind: IdKind, number: &[u8]) -> bool {
    match kind {
        IdKind::HongKongMacaoPass => is_hong_kong_macao_pass(number),
        IdKind::TaiwanPass => is_taiwan_pass(number),
        IdKind::ForeignerPermanent2017 => is_permanent_residence_2017(number),
        IdKind::ChinesePassport => is_chinese_passport(number),
        IdKind::ForeignPassport => is_foreign_passport(number),
        IdKind::Resident
        | IdKind::HongKongMacaoResidence
        | IdKind::TaiwanResidence
        | IdKind::Resident15
        | IdKind::ForeignerPermanent2023 => false,
    }
}

/// The kind that a folded number most likely is. It need not be a right number of that kind:
/// a resident number with a digit missing is still one, so that the person is told so.
pub(super) fn recognise(number: &str) -> IdKind {
    let bytes = number.as_bytes();
    let form_only =
        [IdKind::HongKongMacaoPass, IdKind::TaiwanPass, IdKind::ForeignerPermanent2017, IdKind::ChinesePassport];
    if let Some(kind) = form_only.into_iter().find(|kind| fits(*kind, bytes)) {
        return kind;
    }
    match bytes {
        [b'8', b'1' | b'2', b'0', b'0', b'0', b'0', ..] if bytes.len() == 18 => IdKind::HongKongMacaoResidence,
        [b'8', b'3', b'0', b'0', b'0', b'0', ..] if bytes.len() == 18 => IdKind::TaiwanResidence,
        [b'9', ..] if bytes.len() == 18 => IdKind::ForeignerPermanent2023,
        _ if bytes.len() == 15 && all_digits(bytes) => IdKind::Resident15,
        _ if number.chars().count() == 18 || is_mostly_digits(bytes) => IdKind::Resident,
        _ => IdKind::ForeignPassport,
    }
}

/// Nothing typed yet, or a long run of digits that may end in X.
fn is_mostly_digits(number: &[u8]) -> bool {
    match number {
        [] => true,
        [body @ .., b'X'] => body.len() > 10 && all_digits(body),
        _ => number.len() > 10 && all_digits(number),
    }
}

/// H or M, a lifetime number of eight digits, and on older cards a two-digit reissue counter;
/// HA or MA and seven digits for holders without Chinese nationality, since July 2024.
fn is_hong_kong_macao_pass(number: &[u8]) -> bool {
    match number {
        [b'H' | b'M', b'A', rest @ ..] if rest.len() == 7 => all_digits(rest),
        [b'H' | b'M', rest @ ..] => matches!(rest.len(), 8 | 10) && all_digits(rest),
        _ => false,
    }
}

/// Eight digits on the card of 2015; ten on the booklet before, often with a letter in brackets.
fn is_taiwan_pass(number: &[u8]) -> bool {
    match number {
        [body @ .., b'(', b'A'..=b'Z' | b'0'..=b'9', b')'] => body.len() == 10 && all_digits(body),
        _ => matches!(number.len(), 8 | 10) && all_digits(number),
    }
}

/// The ten-digit booklet, which the card of 2015 replaced.
pub(super) fn is_taiwan_booklet(number: &[u8]) -> bool {
    number.len() != 8 && is_taiwan_pass(number)
}

/// Three letters of the country and twelve digits.
fn is_permanent_residence_2017(number: &[u8]) -> bool {
    number.len() == 15
        && number.iter().take(3).all(u8::is_ascii_uppercase)
        && number.iter().skip(3).all(u8::is_ascii_digit)
}

/// E or G and eight digits, or E, a letter other than I and O, and seven digits.
fn is_chinese_passport(number: &[u8]) -> bool {
    match number {
        [b'E', b'A'..=b'H' | b'J'..=b'N' | b'P'..=b'Z', rest @ ..] => rest.len() == 7 && all_digits(rest),
        [b'E' | b'G', rest @ ..] => rest.len() == 8 && all_digits(rest),
        _ => false,
    }
}

/// Five to seventeen capitals and digits; states agree on no more.
fn is_foreign_passport(number: &[u8]) -> bool {
    matches!(number.len(), 5..=17) && number.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
