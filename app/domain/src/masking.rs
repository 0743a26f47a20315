//! 脱敏: how much of a person's data each audience sees. Masked on the server, never in the page.

use serde::{Deserialize, Serialize};

mod address;

pub use address::address;

/// Who will look at the masked text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Audience {
    /// The person, who knows the rest.
    #[serde(rename = "self")]
    Self_,
    /// Staff; revealing the rest is an act of its own, with a reason, in the history.
    #[serde(rename = "staff")]
    Staff,
    /// Anyone, on publicity lists and certificate look-ups.
    #[serde(rename = "public")]
    Public,
}

impl Audience {
    /// Every audience, from the nearest to the farthest.
    pub const ALL: [Audience; 3] = [Audience::Self_, Audience::Staff, Audience::Public];

    /// The short code that is sent.
    pub fn code(self) -> &'static str {
        match self {
            Audience::Self_ => "self",
            Audience::Staff => "staff",
            Audience::Public => "public",
        }
    }

    /// The audience behind a code.
    pub fn from_code(code: &str) -> Option<Audience> {
        Audience::ALL.into_iter().find(|audience| audience.code() == code)
    }
}

/// 姓名: first and last character, the first alone in public; 张三 is 张* for everyone.
pub fn name(name: &str, audience: Audience) -> String {
    let count = name.chars().count();
    match (count, audience) {
        (0 | 1, _) => stars(count),
        (2, _) | (_, Audience::Public) => keep(name, 1, 0),
        (_, Audience::Self_ | Audience::Staff) => keep(name, 1, 1),
    }
}

/// 证件号码: the first six and last four; in public only the last four, so no birth date.
/// Numbers shorter than a resident's show less, so that at least five characters stay hidden.
pub fn id_number(number: &str, audience: Audience) -> String {
    let count = number.chars().count();
    let (head, tail) = match (audience, count) {
        (Audience::Self_ | Audience::Staff, 15..) => (6, 4),
        (Audience::Self_ | Audience::Staff, 12..=14) => (3, 4),
        (Audience::Self_ | Audience::Staff, 9..=11) => (2, 2),
        (Audience::Public, 9..) => (0, 4),
        (_, 6..=8) => (0, 2),
        (_, 0..=5) => (0, 0),
    };
    keep(number, head, tail)
}

/// 手机: the first three and last four for everyone; publicity lists carry no mobile at all.
pub fn mobile(number: &str, _audience: Audience) -> String {
    match number.chars().count() {
        11.. => keep(number, 3, 4),
        count @ 0..=6 => stars(count),
        _ => keep(number, 0, 2),
    }
}

/// 邮箱: the first character and the domain, three stars whatever the length.
pub fn email(email: &str, _audience: Audience) -> String {
    let mut masked = String::new();
    if let Some((local, domain)) = email.rsplit_once('@') {
        masked.extend(local.chars().take(1));
        masked.push_str("***@");
        masked.push_str(domain);
    } else {
        masked.push_str("***");
    }
    masked
}

/// A way to be reached, whatever somebody wrote: a number, an address, a name in some other service.
pub fn contact(text: &str, audience: Audience) -> String {
    match text {
        _ if text.contains('@') => email(text, audience),
        _ if text.bytes().all(|byte| byte.is_ascii_digit() || b"+- ".contains(&byte)) => mobile(text, audience),
        _ => keep(text, 1, 0),
    }
}

/// 银行卡: the last four digits for everyone.
pub fn bank_card(number: &str, _audience: Audience) -> String {
    match number.chars().count() {
        count @ 0..=7 => stars(count),
        _ => keep(number, 0, 4),
    }
}

/// The text with all but its first `head` and last `tail` characters starred.
fn keep(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    text.chars().enumerate().map(|(place, ch)| if place < head || place + tail >= count { ch } else { '*' }).collect()
}

fn stars(count: usize) -> String {
    "*".repeat(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_never_show_whole() {
        for audience in Audience::ALL {
            assert_eq!(name("张", audience), "*");
            assert_eq!(name("张三", audience), "张*");
            assert_eq!(mobile("138000", audience), "******");
            assert_eq!(email("nobody", audience), "***");
            assert_eq!(bank_card("6222", audience), "****");
            assert_eq!(bank_card("6222020000000000018", audience), "***************0018");
        }
        assert_eq!(contact("13700009876", Audience::Staff), "137****9876");
        assert_eq!(contact("微信 abc", Audience::Staff), "微*****");
        assert_eq!(contact("li@example.cn", Audience::Staff), "l***@example.cn");
        assert_eq!(id_number("H12345678", Audience::Self_), "H1*****78");
        assert_eq!(id_number("H12345678", Audience::Public), "*****5678");
        assert_eq!(id_number("12345678", Audience::Public), "******78");
        assert_eq!(id_number("CAN110481080310", Audience::Staff), "CAN110*****0310");
    }
}
