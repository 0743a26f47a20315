//! The address digits of a number, GB/T 2260.

/// Whether two digits are a province in use, 83 being Taiwan on residence permits.
///
/// Only these two digits are checked hard: counties are renamed and their codes retired,
/// while a person keeps the number of the county that issued it.
pub fn is_province(code: u8) -> bool {
    matches!(
        code,
        11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83
    )
}

/// Whether six address digits name no single county by their form alone.
///
/// The list of counties, retired ones included, is too heavy for a phone. `00` never numbers a
/// prefecture, and a county only in the four cities that have none and in the three regions
/// whose residence permits end in 0000.
pub(super) fn names_no_county(address: &[u8]) -> bool {
    match address {
        b"810000" | b"820000" | b"830000" | b"441900" | b"442000" | b"460400" | b"620200" => false,
        [_, _, b'0', b'0', _, _] | [_, _, _, _, b'0', b'0'] => true,
        _ => false,
    }
}
