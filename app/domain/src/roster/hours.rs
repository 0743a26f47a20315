//! 学时 of a class beside what the occupation's standard gives for its level.
//!
//! The standards call it 培训参考学时 and, since the template of 2018, no condition for applying asks for it: a class below
//! it is told, and nobody is refused for it. Source of the figures that come with the product: `server/standards`.

use crate::text::fold_char;
use serde::{Deserialize, Serialize};

/// Most hours of a class, as in the form of a plan.
pub const HOURS_MAX: u16 = 2_000;

/// A class that is shorter than its standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortHours {
    /// Hours of the class.
    pub measured: u16,
    /// Hours of the standard.
    pub required: u16,
}

/// Reads hours as people write them: `120`, `１２０ 学时`, `120标准学时`. None for anything else, and beyond
/// [`HOURS_MAX`].
pub fn hours(text: &str) -> Option<u16> {
    let folded: String = text.chars().map(fold_char).filter(|ch| !ch.is_whitespace()).collect();
    let bare = ["标准学时", "个学时", "学时", "课时", "小时"].iter().find_map(|unit| folded.strip_suffix(unit));
    let bare = bare.unwrap_or(&folded);
    let digits = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
    bare.parse().ok().filter(|hours| digits && (1..=HOURS_MAX).contains(hours))
}

/// Whether a class falls short of its standard. Hours that nobody has written are not short.
pub fn short_hours(written: &str, required: Option<u16>) -> Option<ShortHours> {
    let (measured, required) = (hours(written)?, required?);
    (measured < required).then_some(ShortHours { measured, required })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_they_are_written() {
        for (written, read) in [
            ("120", Some(120)),
            (" １２０ 学时", Some(120)),
            ("120标准学时", Some(120)),
            ("40 课时", Some(40)),
            ("2000", Some(2_000)),
            ("2001", None),
            ("0", None),
            ("", None),
            ("三十", None),
            ("+40", None),
            ("40-60", None),
        ] {
            assert_eq!(hours(written), read, "{written}");
        }
    }

    #[test]
    fn a_class_is_short_only_beside_a_standard() {
        assert_eq!(short_hours("32", Some(40)), Some(ShortHours { measured: 32, required: 40 }));
        assert_eq!(short_hours("40学时", Some(40)), None);
        assert_eq!(short_hours("32", None), None, "no figure in the standard");
        assert_eq!(short_hours("", Some(40)), None);
    }
}
