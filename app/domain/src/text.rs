//! Folding of what people type, and the shape shared by values that are one checked text.

/// The ASCII character that a compatibility form stands for, else the character itself.
///
/// The part of Unicode NFKC that keyboards, spreadsheets and PDF copies produce in numbers:
/// full-width and small forms, wide and no-break spaces, raised, lowered, circled and
/// mathematical digits, the Roman ten. Full tables would weigh 100 KB on a phone.
/// Look-alikes that NFKC keeps (Cyrillic Х, Arabic-Indic digits) are kept, so they are refused.
pub(crate) fn fold_char(ch: char) -> char {
    let digit = |base: u32| shifted(ch, base, b'0');
    match ch {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => shifted(ch, 0xff01, b'!'),
        '²' => '2',
        '³' => '3',
        '¹' => '1',
        '⁰' | '⓪' => '0',
        '⁴'..='⁹' => shifted(ch, 0x2074, b'4'),
        '₀'..='₉' => digit(0x2080),
        '①'..='⑨' => shifted(ch, 0x2460, b'1'),
        '\u{1fbf0}'..='\u{1fbf9}' => digit(0x1fbf0),
        '\u{1d7ce}'..='\u{1d7ff}' => char::from(b'0' + ((ch as u32 - 0x1d7ce) % 10) as u8),
        'Ⅹ' | 'ⅹ' => 'X',
        'Ⓐ'..='Ⓩ' => shifted(ch, 0x24b6, b'A'),
        'ⓐ'..='ⓩ' => shifted(ch, 0x24d0, b'a'),
        '⁺' | '₊' | '﹢' => '+',
        '﹣' => '-',
        '⁽' | '₍' | '︵' | '﹙' => '(',
        '⁾' | '₎' | '︶' | '﹚' => ')',
        other => other,
    }
}

/// `ch` moved from the block that begins at `base` to the ASCII run that begins at `start`.
fn shifted(ch: char, base: u32, start: u8) -> char {
    char::from_u32(ch as u32 - base + u32::from(start)).unwrap_or(ch)
}

/// White space as people mean it: Unicode's, and the four separators of old tables.
pub(crate) fn is_space(ch: char) -> bool {
    ch.is_whitespace() || matches!(ch, '\u{1c}'..='\u{1f}')
}

/// Folded, without any space: the form numbers are compared in.
pub fn compact(text: &str) -> String {
    text.chars().map(fold_char).filter(|ch| !is_space(*ch)).collect()
}

/// Folded, without any space, in capitals: the form identity numbers are kept in.
pub(crate) fn compact_upper(text: &str) -> String {
    let mut text = compact(text);
    text.make_ascii_uppercase();
    text
}

/// A whole number as people type it: full-width digits and blanks around it are no fault.
pub fn typed_number<N: std::str::FromStr>(text: &str) -> Option<N> {
    compact(text).parse().ok()
}

/// Whether every byte is an ASCII digit; true for the empty text.
pub(crate) fn all_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

/// The number that two ASCII digits write; None for anything else.
pub(crate) fn two_digits(text: &[u8]) -> Option<u8> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some((tens - b'0') * 10 + (ones - b'0')),
        _ => None,
    }
}

/// Gives a value of one checked text its accessor, its masked Debug, and its way over the wire,
/// where it is a plain string that is parsed again on arrival.
macro_rules! checked_text {
    ($name:ident, $fault:ty, |$text:ident| $shown:expr) => {
        impl $name {
            /// The normalised text in full: it may be a person's, so never log it.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Gives up the normalised text in full.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $fault;

            fn try_from(text: String) -> Result<Self, $fault> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }

        // What reaches a log is masked, so that a forgotten `{:?}` names no person.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let $text = self.0.as_str();
                f.debug_tuple(stringify!($name)).field(&$shown).finish()
            }
        }
    };
}
pub(crate) use checked_text;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_input_methods_produce_become_ascii() {
        assert_eq!(compact_upper("３３０８ ２２\u{a0}１９x"), "33082219X");
        assert_eq!(compact("⑴①²³¹⁰⁴₉𝟗🯰\u{3000}"), "⑴1231049\u{39}0");
        assert_eq!(compact_upper("ⅹⓧ（ａ）"), "XX(A)");
    }

    #[test]
    fn look_alikes_stay_what_they_are() {
        assert_eq!(compact_upper("Х٣\u{200b}"), "Х٣\u{200b}");
    }

    #[test]
    fn folding_agrees_with_itself() {
        for ch in '\0'..=char::MAX {
            assert_eq!(fold_char(fold_char(ch)), fold_char(ch), "{ch:?}");
        }
    }
}
