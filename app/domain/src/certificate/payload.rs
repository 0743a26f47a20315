//! What the code on a certificate says: a short statement and its signature (Ed25519), so that the paper can be proved
//! without any network. Version 1:
//!
//! ```text
//! JKC1 ⏎ key ⏎ number ⏎ edition ⏎ name ⏎ end of the identity number ⏎ occupation（trade）⏎ level or 0 ⏎ 20261121
//! ```
//!
//! in UTF-8, followed by 64 bytes of signature over exactly these bytes; the whole in base 32 (RFC 4648, no padding),
//! which a QR code packs tightest. The name stands in full, because only then paper and code can be compared: whoever
//! holds the code holds the paper with the name on it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The first line of version 1; part of what is signed, so that no other signature of the key can be one of these.
const VERSION_1: &str = "JKC1";
/// Bytes of a signature.
const SIGNATURE: usize = 64;
/// Longest text that is looked at, in characters.
pub const LONGEST: usize = 1_200;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What is claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Id of the key: eight hexadecimal digits.
    pub key: String,
    /// 证书编号
    pub number: String,
    /// Edition, from 1.
    pub edition: u32,
    /// 姓名
    pub name: String,
    /// Last four characters of 证件号码.
    pub id_tail: String,
    /// 职业（工种）
    pub what: String,
    /// Level 1 to 5; 0 for 专项职业能力.
    pub level: u8,
    /// 发证日期
    pub issued_on: NaiveDate,
}

/// Why a code proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum PayloadFault {
    /// Not a code of a certificate, or damaged.
    #[error("no code of a certificate")]
    Malformed,
    /// Of a version that is not known here.
    #[error("unknown version")]
    Version,
    /// Signed with a key that is not, or no longer, on the list.
    #[error("unknown key")]
    UnknownKey,
    /// The signature does not belong to the statement: something was changed.
    #[error("forged")]
    Forged,
}

/// A code that was read; its claims count once the signature is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    claims: Claims,
    statement: Vec<u8>,
    signature: [u8; SIGNATURE],
}

impl Claims {
    /// What is signed.
    pub fn statement(&self) -> String {
        let line = |text: &str| text.replace(['\n', '\r'], " ");
        let day = self.issued_on.format("%Y%m%d");
        let Claims { key, number, edition, level, .. } = self;
        let (name, tail, what) = (line(&self.name), line(&self.id_tail), line(&self.what));
        format!("{VERSION_1}\n{key}\n{number}\n{edition}\n{name}\n{tail}\n{what}\n{level}\n{day}")
    }

    /// The code: statement and signature.
    pub fn seal(&self, signature: &[u8; SIGNATURE]) -> String {
        let mut bytes = self.statement().into_bytes();
        bytes.extend_from_slice(signature);
        base32(&bytes)
    }
}

/// Reads a code, or an address with one behind `c=`; nothing in it is proved yet.
pub fn open(text: &str) -> Result<Opened, PayloadFault> {
    let code = text.rsplit_once("c=").map_or(text, |(_, code)| code);
    if code.len() > LONGEST {
        return Err(PayloadFault::Malformed);
    }
    let bytes = from_base32(&crate::text::compact_upper(code)).ok_or(PayloadFault::Malformed)?;
    let at = bytes.len().checked_sub(SIGNATURE).ok_or(PayloadFault::Malformed)?;
    let (statement, signature) = bytes.split_at(at);
    let words = std::str::from_utf8(statement).map_err(|_| PayloadFault::Malformed)?;
    let claims = claims(words)?;
    let mut kept = [0_u8; SIGNATURE];
    kept.copy_from_slice(signature);
    Ok(Opened { claims, statement: statement.to_vec(), signature: kept })
}

fn claims(words: &str) -> Result<Claims, PayloadFault> {
    let parts: Vec<&str> = words.split('\n').collect();
    let [version, key, number, edition, name, id_tail, what, level, day] = parts[..] else {
        let other = parts[0].starts_with("JKC") && parts[0] != VERSION_1;
        return Err(if other { PayloadFault::Version } else { PayloadFault::Malformed });
    };
    if version != VERSION_1 {
        return Err(if version.starts_with("JKC") { PayloadFault::Version } else { PayloadFault::Malformed });
    }
    Ok(Claims {
        key: key.to_owned(),
        number: number.to_owned(),
        edition: edition.parse().map_err(|_| PayloadFault::Malformed)?,
        name: name.to_owned(),
        id_tail: id_tail.to_owned(),
        what: what.to_owned(),
        level: level.parse().map_err(|_| PayloadFault::Malformed)?,
        issued_on: NaiveDate::parse_from_str(day, "%Y%m%d").map_err(|_| PayloadFault::Malformed)?,
    })
}

impl Opened {
    /// Which key is said to have signed.
    pub fn key(&self) -> &str {
        &self.claims.key
    }

    /// The claims, if the key is on the list and the signature is its own. `check` is Ed25519: public key, what was
    /// signed, signature.
    pub fn believed(
        self,
        public: Option<&[u8; 32]>,
        check: impl FnOnce(&[u8; 32], &[u8], &[u8; SIGNATURE]) -> bool,
    ) -> Result<Claims, PayloadFault> {
        let public = public.ok_or(PayloadFault::UnknownKey)?;
        if check(public, &self.statement, &self.signature) { Ok(self.claims) } else { Err(PayloadFault::Forged) }
    }
}

fn base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 8 / 5 + 1);
    for five in bytes.chunks(5) {
        let mut block = [0_u8; 5];
        block[..five.len()].copy_from_slice(five);
        let bits = block.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let letters = (five.len() * 8).div_ceil(5);
        for place in 0..letters {
            out.push(char::from(ALPHABET[(bits >> (35 - 5 * place) & 31) as usize]));
        }
    }
    out
}

/// None for what no encoder writes: other letters, a length that no bytes have, bits left over.
fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 5 / 8);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        bits = bits << 5 | value as u32;
        count += 5;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
            bits &= (1 << count) - 1;
        }
    }
    (count < 5 && bits == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> Claims {
        Claims {
            key: "0a1b2c3d".into(),
            number: "S000033000123264000001".into(),
            edition: 2,
            name: "于小山".into(),
            id_tail: "3426".into(),
            what: "碳排放管理员（碳排放核算员）".into(),
            level: 4,
            issued_on: NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(),
        }
    }

    #[test]
    fn what_was_sealed_is_read_and_counts_only_when_proved() {
        let code = sample().seal(&[7; 64]);
        assert!(code.len() < 330, "{} characters fit the paper", code.len());
        let opened = open(&code).unwrap();
        assert_eq!(opened.key(), "0a1b2c3d");
        let proved = opened.clone().believed(Some(&[1; 32]), |public, statement, signature| {
            *public == [1; 32] && *signature == [7; 64] && statement == sample().statement().as_bytes()
        });
        assert_eq!(proved, Ok(sample()));
        assert_eq!(opened.clone().believed(None, |_, _, _| true), Err(PayloadFault::UnknownKey));
        assert_eq!(opened.believed(Some(&[1; 32]), |_, _, _| false), Err(PayloadFault::Forged));
    }

    #[test]
    fn a_code_is_read_however_it_was_copied() {
        let code = sample().seal(&[9; 64]);
        let spaced: String = code.chars().flat_map(|letter| [letter.to_ascii_lowercase(), ' ']).collect();
        assert_eq!(open(&spaced), open(&code));
        assert_eq!(open(&format!("https://jikao.example/verify?c={code}\n")), open(&code));
    }

    #[test]
    fn other_versions_and_damage_are_told_apart() {
        let old = base32("JKC2\nx\ny".as_bytes().iter().chain(&[0; 64]).copied().collect::<Vec<_>>().as_slice());
        assert_eq!(open(&old), Err(PayloadFault::Version));
        for damaged in ["", "A", "HELLO", "https://example.org/", &"A".repeat(5_000), &base32(&[0xff; 100])] {
            assert_eq!(open(damaged), Err(PayloadFault::Malformed), "{damaged:.30}");
        }
    }

    #[test]
    fn no_line_can_be_smuggled_in() {
        let sly = Claims { name: "于小山\n0000\n高级".into(), ..sample() };
        let opened = open(&sly.seal(&[7; 64])).unwrap();
        assert_eq!(opened.believed(Some(&[0; 32]), |_, _, _| true).unwrap().level, 4);
    }

    proptest! {
        #[test]
        fn base32_gives_back_every_byte(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(from_base32(&base32(&bytes)), Some(bytes));
        }

        #[test]
        fn nothing_typed_breaks_the_reader(text in ".{0,400}") {
            let _ = open(&text);
        }
    }
}
