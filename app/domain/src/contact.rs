//! How a person is called and reached: name, mobile, e-mail, postal address.

use serde::{Deserialize, Serialize};

use crate::masking::{self, Audience};
use crate::text::{all_digits, checked_text, compact, fold_char, is_space};

/// Fewest characters of a name.
pub const SHORTEST_NAME: usize = 2;
/// Most characters of a name.
pub const LONGEST_NAME: usize = 50;
/// Most characters of an e-mail address, RFC 5321.
pub const LONGEST_EMAIL: usize = 254;
/// Most characters of a postal address.
pub const LONGEST_ADDRESS: usize = 200;

/// 姓名 as on the identity document: Chinese characters with `·` between parts, or Latin letters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

checked_text!(PersonName, NameFault, |name| masking::name(name, Audience::Public));

/// Why a text is no name; the first check that fails speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NameFault {
    /// Nothing but spaces.
    #[error("no name given")]
    Missing,
    /// Begins as a spreadsheet formula does.
    #[error("begins like a spreadsheet formula")]
    Formula,
    /// Shorter than [`SHORTEST_NAME`] or longer than [`LONGEST_NAME`].
    #[error("not 2 to 50 characters")]
    Length,
    /// A character no name has: digits, signs, a dot at either end.
    #[error("a character that no name has")]
    Chars,
}

impl NameFault {
    /// The short code that is sent and counted.
    pub fn code(self) -> &'static str {
        match self {
            NameFault::Missing => "missing",
            NameFault::Formula => "formula",
            NameFault::Length => "length",
            NameFault::Chars => "chars",
        }
    }
}

impl PersonName {
    /// Reads a name as typed. Spaces inside a Chinese name are typing aids and go; every kind
    /// of middle dot becomes U+00B7.
    pub fn parse(text: &str) -> Result<PersonName, NameFault> {
        let text = text.trim_matches(is_space);
        let Some(first) = text.chars().next() else {
            return Err(NameFault::Missing);
        };
        // A name is exported to spreadsheets, where such a cell would be computed.
        if matches!(first, '=' | '+' | '-' | '@') {
            return Err(NameFault::Formula);
        }
        let latin = text.chars().all(is_latin_name_char);
        let name: String = if latin {
            text.to_owned()
        } else {
            text.chars().filter(|ch| !is_space(*ch)).map(settle_name_char).collect()
        };
        let count = name.chars().count();
        let known = latin || name.chars().all(|ch| ch == '·' || is_han(ch));
        // Latin names need one letter; a dot stands between the parts of a Chinese name.
        let formed =
            if latin { name.contains(is_latin_letter) } else { !name.starts_with('·') && !name.ends_with('·') };
        if count > LONGEST_NAME {
            Err(NameFault::Length)
        } else if !known {
            Err(NameFault::Chars)
        } else if count < SHORTEST_NAME {
            Err(NameFault::Length)
        } else if !formed {
            Err(NameFault::Chars)
        } else {
            Ok(PersonName(name))
        }
    }
}

fn is_latin_letter(ch: char) -> bool {
    ch.is_ascii_alphabetic()
}

fn is_latin_name_char(ch: char) -> bool {
    is_latin_letter(ch) || matches!(ch, ' ' | ',' | '.' | '\'' | '-')
}

/// Middle dots in one form, and the nine doubled characters of GB 18030 as Unicode joins them,
/// so that one name is one text whichever keyboard wrote it.
fn settle_name_char(ch: char) -> char {
    match ch {
        '•' | '．' | '・' | '‧' | '∙' | '⋅' | '●' | '.' | '\u{387}' => '·',
        '\u{f92c}' => '郎',
        '\u{f979}' => '凉',
        '\u{f995}' => '秊',
        '\u{f9e7}' => '裏',
        '\u{f9f1}' => '隣',
        '\u{fa0c}' => '兀',
        '\u{fa0d}' => '嗀',
        '\u{fa18}' => '礼',
        '\u{fa20}' => '蘒',
        other => other,
    }
}

/// Chinese characters of GB 18030-2022 and what Unicode added since: the basic block,
/// extensions A to J, the compatibility block, and 〇.
fn is_han(ch: char) -> bool {
    matches!(
        ch,
        '〇' | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{fa6d}'
            | '\u{fa70}'..='\u{fad9}'
            | '\u{20000}'..='\u{33479}'
    )
}

/// A mainland mobile number: eleven digits from 13 to 19. Segments are not listed: they grow.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mobile(String);

checked_text!(Mobile, MobileFault, |number| masking::mobile(number, Audience::Public));

/// Why a text is no mobile number; the first check that fails speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum MobileFault {
    /// Empty, or holding something other than digits; a foreign country code too.
    #[error("not only digits")]
    Charset,
    /// Not eleven digits.
    #[error("not eleven digits")]
    Length,
    /// Does not begin with 13 to 19.
    #[error("does not begin like a mobile number")]
    Prefix,
}

impl MobileFault {
    /// The short code that is sent and counted.
    pub fn code(self) -> &'static str {
        match self {
            MobileFault::Charset => "charset",
            MobileFault::Length => "length",
            MobileFault::Prefix => "prefix",
        }
    }
}

impl Mobile {
    /// Reads a number as typed, with or without +86, spaces and hyphens.
    pub fn parse(text: &str) -> Result<Mobile, MobileFault> {
        let number = Mobile::normalise(text);
        let digits = number.as_bytes();
        if digits.is_empty() || !all_digits(digits) {
            Err(MobileFault::Charset)
        } else if digits.len() != 11 {
            Err(MobileFault::Length)
        } else if !matches!(digits, [b'1', b'3'..=b'9', ..]) {
            Err(MobileFault::Prefix)
        } else {
            Ok(Mobile(number))
        }
    }

    /// The normal form of a text, right or wrong: what a form shows back to the person.
    pub fn normalise(text: &str) -> String {
        let mut number = compact(text);
        number.retain(|ch| ch != '-');
        let national = ["+86", "0086", "86"].iter().find_map(|code| {
            number
                .strip_prefix(code)
                .filter(|rest| rest.len() == 11 && rest.starts_with('1') && all_digits(rest.as_bytes()))
        });
        match national {
            Some(rest) => rest.to_owned(),
            None => number,
        }
    }
}

/// An e-mail address; the domain in small letters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

checked_text!(Email, EmailFault, |email| masking::email(email, Audience::Public));

/// Why a text is no e-mail address; the first check that fails speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum EmailFault {
    /// Nothing but spaces.
    #[error("no address given")]
    Missing,
    /// Longer than [`LONGEST_EMAIL`].
    #[error("longer than 254 characters")]
    Length,
    /// A space, a Chinese character or another sign that mail systems do not carry.
    #[error("a character that no address has")]
    Chars,
    /// Not `name@example.com`.
    #[error("not a name, an at sign and a domain")]
    Pattern,
}

impl EmailFault {
    /// The short code that is sent and counted.
    pub fn code(self) -> &'static str {
        match self {
            EmailFault::Missing => "missing",
            EmailFault::Length => "length",
            EmailFault::Chars => "chars",
            EmailFault::Pattern => "pattern",
        }
    }
}

impl Email {
    /// Reads an address as typed. Only delivery proves it; this catches slips.
    pub fn parse(text: &str) -> Result<Email, EmailFault> {
        let folded: String = text.chars().map(fold_char).collect();
        let folded = folded.trim_matches(is_space);
        if folded.is_empty() {
            return Err(EmailFault::Missing);
        }
        if folded.chars().count() > LONGEST_EMAIL {
            return Err(EmailFault::Length);
        }
        if !folded.bytes().all(is_email_byte) {
            return Err(EmailFault::Chars);
        }
        match folded.split_once('@') {
            Some((local, domain)) if is_local_part(local) && is_domain(domain) => {
                let mut address = String::with_capacity(folded.len());
                address.push_str(local);
                address.push('@');
                address.push_str(&domain.to_ascii_lowercase());
                Ok(Email(address))
            }
            _ => Err(EmailFault::Pattern),
        }
    }
}

fn is_email_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-' | b'@')
}

fn is_local_part(local: &str) -> bool {
    local.len() <= 64 && !local.contains('@') && local.split('.').all(|part| !part.is_empty())
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        matches!(label.len(), 1..=63)
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    domain.split('.').all(label) && domain.rsplit_once('.').is_some_and(|(_, last)| !all_digits(last.as_bytes()))
}

/// 通讯地址, one line of text as people write it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

checked_text!(Address, AddressFault, |address| masking::address(address, Audience::Public));

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum AddressFault {
    /// Nothing but spaces.
    #[error("no address given")]
    Missing,
    /// Longer than [`LONGEST_ADDRESS`].
    #[error("longer than 200 characters")]
    Length,
}

impl AddressFault {
    /// The short code that is sent and counted.
    pub fn code(self) -> &'static str {
        match self {
            AddressFault::Missing => "missing",
            AddressFault::Length => "length",
        }
    }
}

impl Address {
    /// Reads an address as typed; line breaks, control characters and runs of spaces become
    /// one space.
    pub fn parse(text: &str) -> Result<Address, AddressFault> {
        let mut address = String::with_capacity(text.len());
        for word in text.split(|ch| is_space(ch) || ch.is_control()).filter(|word| !word.is_empty()) {
            if !address.is_empty() {
                address.push(' ');
            }
            address.push_str(word);
        }
        if address.is_empty() {
            Err(AddressFault::Missing)
        } else if address.chars().count() > LONGEST_ADDRESS {
            Err(AddressFault::Length)
        } else {
            Ok(Address(address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_a_name_an_at_sign_and_a_domain() {
        let read = |text: &str| Email::parse(text).map(Email::into_string).map_err(EmailFault::code);
        assert_eq!(read(" Li.Si+a@Example.COM "), Ok("Li.Si+a@example.com".into()));
        assert_eq!(read("ｌｉ＠example.com"), Ok("li@example.com".into()));
        assert_eq!(read("  "), Err("missing"));
        assert_eq!(read("user at example"), Err("chars"));
        assert_eq!(read("李四@example.com"), Err("chars"));
        for text in ["user", "@example.com", "a@b", "a@b@c.cn", "a..b@c.cn", "a@c..cn", "a@-c.cn", "a@1.2", "a@c.cn."] {
            assert_eq!(read(text), Err("pattern"), "{text}");
        }
        assert_eq!(read(&format!("{}@example.com", "a".repeat(243))), Err("length"));
        assert_eq!(read(&format!("{}@example.com", "a".repeat(65))), Err("pattern"));
    }

    #[test]
    fn an_address_becomes_one_line() {
        let read = |text: &str| Address::parse(text).map(Address::into_string);
        assert_eq!(read(" 第一行\r\n第二行\u{3000}3号\0"), Ok("第一行 第二行 3号".into()));
        assert_eq!(read("=1+1"), Ok("=1+1".into()));
        assert_eq!(read(" \n"), Err(AddressFault::Missing));
        assert!(read(&"路".repeat(LONGEST_ADDRESS)).is_ok());
        assert_eq!(read(&"路".repeat(LONGEST_ADDRESS + 1)), Err(AddressFault::Length));
    }

    #[test]
    fn the_doubled_characters_of_gb18030_are_one() {
        assert_eq!(PersonName::parse("张\u{fa18}").unwrap(), PersonName::parse("张礼").unwrap());
        assert_eq!(PersonName::parse("..."), Err(NameFault::Chars));
        assert_eq!(PersonName::parse("A"), Err(NameFault::Length));
    }

    #[test]
    fn debug_names_no_person() {
        assert_eq!(format!("{:?}", PersonName::parse("欧阳小明").unwrap()), "PersonName(\"欧***\")");
        assert_eq!(format!("{:?}", Mobile::parse("13800000000").unwrap()), "Mobile(\"138****0000\")");
    }
}
