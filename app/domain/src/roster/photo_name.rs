//! Photo files are named by identity number and name (330822199012153426张三.JPG), in any order and with any sign between.

use crate::contact::PersonName;

/// What a file's name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoName {
    /// The identity number in normal form, where one was found.
    pub id_no: Option<String>,
    /// The rest: the name, as typed.
    pub name: String,
}

/// Reads a file's name, without folder. The ending does not matter.
pub fn read(file_name: &str) -> PhotoName {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let folded: Vec<char> = stem.trim().chars().map(fold).collect();
    let mut at = 0;
    while at < folded.len() {
        let begins = folded[at].is_ascii_alphanumeric() && (at == 0 || !folded[at - 1].is_ascii_alphanumeric());
        if begins {
            let end =
                folded[at..].iter().position(|ch| !ch.is_ascii_alphanumeric()).map_or(folded.len(), |len| at + len);
            let word: String = folded[at..end].iter().collect::<String>().to_ascii_uppercase();
            if is_number(&word) {
                let rest: String = folded[..at].iter().chain(&folded[end..]).collect();
                return PhotoName { id_no: Some(word), name: tidy(&rest) };
            }
            at = end;
        } else {
            at += 1;
        }
    }
    PhotoName { id_no: None, name: tidy(&folded.into_iter().collect::<String>()) }
}

/// Whether two names are the same once typing habits are gone.
pub fn same_name(one: &str, other: &str) -> bool {
    match (PersonName::parse(one), PersonName::parse(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one.trim() == other.trim(),
    }
}

fn fold(ch: char) -> char {
    match ch {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '－' | '＿' | '（' | '）' => {
            char::from_u32(u32::from(ch) - 0xfee0).unwrap_or(ch)
        }
        '\u{3000}' => ' ',
        other => other,
    }
}

fn tidy(rest: &str) -> String {
    rest.trim_matches(|ch: char| ch.is_whitespace() || matches!(ch, '_' | '-' | '+' | '(' | ')' | '.' | ',' | '，'))
        .to_owned()
}

/// The forms of identity numbers that sheets use: 18 and 15 digits, permits, the foreigners' card of 2017.
fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match word.len() {
        18 => digits(&word[..17]) && (digits(&word[17..]) || word.ends_with('X')),
        15 => digits(word) || (word[..3].bytes().all(|byte| byte.is_ascii_alphabetic()) && digits(&word[3..])),
        9..=11 => word[..1].bytes().all(|byte| byte.is_ascii_alphabetic()) && digits(&word[1..]),
        8 => digits(word),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_name_are_found_in_any_order() {
        let wanted = |name: &str| PhotoName { id_no: Some("330822199012153426".into()), name: name.into() };
        for file in [
            "330822199012153426张三.JPG",
            "张三330822199012153426.jpg",
            "330822199012153426-张三.jpeg",
            "张三_330822199012153426.png",
            "３３０８２２１９９０１２１５３４２６ 张三.jpg",
        ] {
            assert_eq!(read(file), wanted("张三"), "{file}");
        }
        assert_eq!(read("33010219950101049x李四.jpg").id_no.as_deref(), Some("33010219950101049X"));
        assert_eq!(read("张三.jpg"), PhotoName { id_no: None, name: "张三".into() });
        assert_eq!(read("IMG_20260101.jpg").id_no.as_deref(), Some("20260101"), "the eight digits of a Taiwan permit");
    }
}
