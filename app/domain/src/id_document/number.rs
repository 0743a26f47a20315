//! The number of an identity document, checked, and what it tells of its holder.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::address::{is_province, names_no_county};
use super::check_digit::resident_check_character;
use super::shape;
use super::{Gender, IdKind};
use crate::masking::{self, Audience};
use crate::text::{all_digits, compact_upper, two_digits};

/// Births before this year are refused: no living applicant has one, a slip of the finger may.
pub const OLDEST_BIRTH_YEAR: i32 = 1900;

/// A checked identity number in its normal form: capitals, no spaces, 15 digits made 18.
///
/// Over the wire go kind and number alone; birth date, gender and warnings are read again.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Kept", try_from = "Kept")]
pub struct IdNumber {
    kind: IdKind,
    number: String,
    birth: Option<NaiveDate>,
    gender: Option<Gender>,
    warnings: Vec<IdWarning>,
}

/// Why a text is no identity number of its kind; the first check that fails speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum IdFault {
    /// Too few or too many characters.
    #[error("wrong number of characters")]
    Length,
    /// A character that does not belong there.
    #[error("a character that cannot stand there")]
    Charset,
    /// No such province, or not the prefix of this kind.
    #[error("address digits unknown or of another kind of document")]
    Address,
    /// The birth date is in no calendar.
    #[error("birth date does not exist")]
    Date,
    /// Born before [`OLDEST_BIRTH_YEAR`].
    #[error("birth date before 1900")]
    TooOld,
    /// Born after today.
    #[error("birth date in the future")]
    Future,
    /// The last character does not follow from those before it.
    #[error("check character does not fit")]
    Check,
    /// Not the form of a number of this kind, which has no check digit.
    #[error("not the form of this kind of document")]
    Pattern,
}

impl IdFault {
    /// The short code that is sent and counted.
    pub fn code(self) -> &'static str {
        match self {
            IdFault::Length => "length",
            IdFault::Charset => "charset",
            IdFault::Address => "address",
            IdFault::Date => "date",
            IdFault::TooOld => "too_old",
            IdFault::Future => "future",
            IdFault::Check => "check",
            IdFault::Pattern => "pattern",
        }
    }
}

/// What a reviewer should know of a number that is right in itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdWarning {
    /// The address digits name a province or prefecture, no county.
    UnknownCounty,
    /// A form no longer issued, or no longer valid by itself.
    SupersededForm,
    /// The number has the prefix of another kind of document.
    LooksLike(IdKind),
}

impl IdNumber {
    /// Reads a number as typed. With no kind given, the number's form tells it.
    ///
    /// Order of the checks: length, characters, address, date exists, year 1900 or later,
    /// not after `today`, check character.
    pub fn parse(kind: Option<IdKind>, text: &str, today: NaiveDate) -> Result<IdNumber, IdFault> {
        let folded = compact_upper(text);
        let kind = kind.unwrap_or_else(|| shape::recognise(&folded));
        match kind {
            IdKind::Resident15 => read_resident(kind, lengthen(&folded)?, today),
            IdKind::Resident
            | IdKind::HongKongMacaoResidence
            | IdKind::TaiwanResidence
            | IdKind::ForeignerPermanent2023 => read_resident(kind, folded, today),
            IdKind::HongKongMacaoPass
            | IdKind::TaiwanPass
            | IdKind::ForeignerPermanent2017
            | IdKind::ChinesePassport
            | IdKind::ForeignPassport => read_form_only(kind, folded),
        }
    }

    /// Reads a number that must be of one of several kinds, as [`IdKind::named`] gives them.
    /// The fault is that of the likeliest kind; no kinds at all is [`IdFault::Pattern`].
    pub fn parse_as_one_of(kinds: &[IdKind], text: &str, today: NaiveDate) -> Result<IdNumber, IdFault> {
        let likely = IdNumber::recognise(text);
        let kind = kinds.iter().copied().find(|kind| *kind == likely).or(kinds.first().copied());
        match kind {
            Some(kind) => IdNumber::parse(Some(kind), text, today),
            None => Err(IdFault::Pattern),
        }
    }

    /// Reads back a number kept earlier in its normal form. The calendar moves on, so a birth
    /// date is not compared with today again.
    pub fn restore(kind: IdKind, number: &str) -> Result<IdNumber, IdFault> {
        match kind {
            IdKind::Resident15 => read_resident(kind, number.to_owned(), NaiveDate::MAX),
            other => IdNumber::parse(Some(other), number, NaiveDate::MAX),
        }
    }

    /// The kind that a text most likely is, right or wrong.
    pub fn recognise(text: &str) -> IdKind {
        shape::recognise(&compact_upper(text))
    }

    /// The normal form of a text, right or wrong: what a form shows back to the person.
    pub fn normalise(kind: IdKind, text: &str) -> String {
        let folded = compact_upper(text);
        match kind {
            IdKind::Resident15 => lengthen(&folded).unwrap_or(folded),
            _ => folded,
        }
    }

    /// The kind of document.
    pub fn kind(&self) -> IdKind {
        self.kind
    }

    /// The number in full, in normal form. Show it through [`crate::masking`], never log it.
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// Birth date, where the number tells it.
    pub fn birth(&self) -> Option<NaiveDate> {
        self.birth
    }

    /// Gender, where the number tells it.
    pub fn gender(&self) -> Option<Gender> {
        self.gender
    }

    /// What a reviewer should know of the number.
    pub fn warnings(&self) -> &[IdWarning] {
        &self.warnings
    }

    /// The part that stays the same for one person: equal keys, same person.
    ///
    /// A travel permit for Hong Kong and Macao residents counts its reissues in the last two
    /// of eleven characters; the first nine are for life.
    pub fn dedupe_key(&self) -> &str {
        match self.kind {
            IdKind::HongKongMacaoPass => self.number.get(..9).unwrap_or(&self.number),
            _ => &self.number,
        }
    }

    /// The six address digits, where the number has them: a county of the year of issue.
    pub fn county_code(&self) -> Option<&str> {
        match self.kind {
            IdKind::Resident | IdKind::HongKongMacaoResidence | IdKind::TaiwanResidence | IdKind::Resident15 => {
                self.number.get(..6)
            }
            _ => None,
        }
    }
}

/// A first-generation number as the second generation writes it: 19 before the year, and a
/// check character. People born before 1900 had sequences 996 to 999; none applies any more.
fn lengthen(folded: &str) -> Result<String, IdFault> {
    if folded.chars().count() != 15 {
        return Err(IdFault::Length);
    }
    match folded.split_at_checked(6) {
        Some((address, rest)) if all_digits(folded.as_bytes()) => {
            let mut number = String::with_capacity(18);
            number.push_str(address);
            number.push_str("19");
            number.push_str(rest);
            number.push(resident_check_character(&number).ok_or(IdFault::Charset)?);
            Ok(number)
        }
        _ => Err(IdFault::Charset),
    }
}

fn read_resident(kind: IdKind, number: String, today: NaiveDate) -> Result<IdNumber, IdFault> {
    if number.chars().count() != 18 {
        return Err(IdFault::Length);
    }
    let Some((body, check)) = number.split_at_checked(17) else {
        return Err(IdFault::Charset);
    };
    let digits = body.as_bytes();
    if !all_digits(digits) || !matches!(check.as_bytes(), [b'0'..=b'9' | b'X']) {
        return Err(IdFault::Charset);
    }
    ensure_address(kind, digits)?;
    let birth = read_birth(&digits[6..14], today)?;
    if resident_check_character(body) != check.chars().next() {
        return Err(IdFault::Check);
    }
    let gender = if digits[16] % 2 == 1 { Gender::Male } else { Gender::Female };
    let warnings = resident_warnings(kind, &number);
    Ok(IdNumber { kind, number, birth: Some(birth), gender: Some(gender), warnings })
}

fn ensure_address(kind: IdKind, digits: &[u8]) -> Result<(), IdFault> {
    // A foreigner's number puts the province of application after the 9 that no citizen has.
    let province = if kind == IdKind::ForeignerPermanent2023 { &digits[1..3] } else { &digits[..2] };
    let prefix_fits = match kind {
        IdKind::HongKongMacaoResidence => digits.starts_with(b"810000") || digits.starts_with(b"820000"),
        IdKind::TaiwanResidence => digits.starts_with(b"830000"),
        IdKind::ForeignerPermanent2023 => digits.starts_with(b"9"),
        _ => true,
    };
    if prefix_fits && two_digits(province).is_some_and(is_province) { Ok(()) } else { Err(IdFault::Address) }
}

fn read_birth(digits: &[u8], today: NaiveDate) -> Result<NaiveDate, IdFault> {
    let value = digits.iter().fold(0u32, |value, digit| value * 10 + u32::from(digit - b'0'));
    let year = (value / 10_000) as i32;
    let birth = NaiveDate::from_ymd_opt(year, value / 100 % 100, value % 100)
        // Astronomers count a year 0, calendars do not.
        .filter(|_| year > 0)
        .ok_or(IdFault::Date)?;
    if year < OLDEST_BIRTH_YEAR {
        Err(IdFault::TooOld)
    } else if birth > today {
        Err(IdFault::Future)
    } else {
        Ok(birth)
    }
}

fn resident_warnings(kind: IdKind, number: &str) -> Vec<IdWarning> {
    let mut warnings = Vec::new();
    if kind == IdKind::Resident15 {
        warnings.push(IdWarning::SupersededForm);
    }
    if kind != IdKind::ForeignerPermanent2023 && names_no_county(&number.as_bytes()[..6]) {
        warnings.push(IdWarning::UnknownCounty);
    }
    let likely = shape::recognise(number);
    if kind == IdKind::Resident && likely != kind {
        warnings.push(IdWarning::LooksLike(likely));
    }
    warnings
}

fn read_form_only(kind: IdKind, number: String) -> Result<IdNumber, IdFault> {
    if !shape::fits(kind, number.as_bytes()) {
        return Err(IdFault::Pattern);
    }
    let booklet = kind == IdKind::TaiwanPass && shape::is_taiwan_booklet(number.as_bytes());
    let warnings = if booklet { vec![IdWarning::SupersededForm] } else { Vec::new() };
    Ok(IdNumber { kind, number, birth: None, gender: None, warnings })
}

/// What crosses the wire: everything else follows from it.
#[derive(Serialize, Deserialize)]
struct Kept {
    kind: IdKind,
    number: String,
}

impl From<IdNumber> for Kept {
    fn from(id: IdNumber) -> Kept {
        Kept { kind: id.kind, number: id.number }
    }
}

impl TryFrom<Kept> for IdNumber {
    type Error = IdFault;

    fn try_from(kept: Kept) -> Result<IdNumber, IdFault> {
        IdNumber::restore(kept.kind, &kept.number)
    }
}

// What reaches a log is masked, so that a forgotten `{:?}` names no person.
impl std::fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdNumber")
            .field("kind", &self.kind)
            .field("number", &masking::id_number(&self.number, Audience::Public))
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}
