//! Occupations, trades and skill levels: the vocabulary of the national catalogue.

use serde::de::{Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A grade of the national scale ("新八级工", 人社部发〔2022〕14号).
///
/// Ordered by skill: `JuniorWorker < SeniorWorker`, although the printed number falls from 5 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkillLevel {
    /// 学徒工: no examination.
    Apprentice,
    /// 五级/初级工
    JuniorWorker,
    /// 四级/中级工
    IntermediateWorker,
    /// 三级/高级工
    SeniorWorker,
    /// 二级/技师
    Technician,
    /// 一级/高级技师
    SeniorTechnician,
    /// 特级技师: appointed by employers, not open to registration.
    SpecialTechnician,
    /// 首席技师: appointed by employers, not open to registration.
    ChiefTechnician,
}

impl SkillLevel {
    /// Every level, lowest skill first.
    pub const ALL: [SkillLevel; 8] = [
        SkillLevel::Apprentice,
        SkillLevel::JuniorWorker,
        SkillLevel::IntermediateWorker,
        SkillLevel::SeniorWorker,
        SkillLevel::Technician,
        SkillLevel::SeniorTechnician,
        SkillLevel::SpecialTechnician,
        SkillLevel::ChiefTechnician,
    ];

    /// The five levels people register for, lowest skill first.
    pub const EXAMINED: [SkillLevel; 5] = [
        SkillLevel::JuniorWorker,
        SkillLevel::IntermediateWorker,
        SkillLevel::SeniorWorker,
        SkillLevel::Technician,
        SkillLevel::SeniorTechnician,
    ];

    /// The printed number, 5 (初级工) to 1 (高级技师); 0 for 学徒工, 7 and 8 for 特级 and 首席技师.
    pub const fn number(self) -> u8 {
        match self {
            SkillLevel::Apprentice => 0,
            SkillLevel::JuniorWorker => 5,
            SkillLevel::IntermediateWorker => 4,
            SkillLevel::SeniorWorker => 3,
            SkillLevel::Technician => 2,
            SkillLevel::SeniorTechnician => 1,
            SkillLevel::SpecialTechnician => 7,
            SkillLevel::ChiefTechnician => 8,
        }
    }

    /// The level with this printed number.
    pub const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => SkillLevel::Apprentice,
            5 => SkillLevel::JuniorWorker,
            4 => SkillLevel::IntermediateWorker,
            3 => SkillLevel::SeniorWorker,
            2 => SkillLevel::Technician,
            1 => SkillLevel::SeniorTechnician,
            7 => SkillLevel::SpecialTechnician,
            8 => SkillLevel::ChiefTechnician,
            _ => return None,
        })
    }

    /// The name pair of the screens: `四级/中级工`.
    pub const fn name(self) -> &'static str {
        match self {
            SkillLevel::Apprentice => "学徒工",
            SkillLevel::JuniorWorker => "五级/初级工",
            SkillLevel::IntermediateWorker => "四级/中级工",
            SkillLevel::SeniorWorker => "三级/高级工",
            SkillLevel::Technician => "二级/技师",
            SkillLevel::SeniorTechnician => "一级/高级技师",
            SkillLevel::SpecialTechnician => "特级技师",
            SkillLevel::ChiefTechnician => "首席技师",
        }
    }

    /// The short name: `四级`.
    pub const fn short(self) -> &'static str {
        match self {
            SkillLevel::Apprentice => "学徒工",
            SkillLevel::JuniorWorker => "五级",
            SkillLevel::IntermediateWorker => "四级",
            SkillLevel::SeniorWorker => "三级",
            SkillLevel::Technician => "二级",
            SkillLevel::SeniorTechnician => "一级",
            SkillLevel::SpecialTechnician => "特级",
            SkillLevel::ChiefTechnician => "首席",
        }
    }

    /// What the holder is called: `中级工`.
    pub const fn title(self) -> &'static str {
        match self {
            SkillLevel::Apprentice => "学徒工",
            SkillLevel::JuniorWorker => "初级工",
            SkillLevel::IntermediateWorker => "中级工",
            SkillLevel::SeniorWorker => "高级工",
            SkillLevel::Technician => "技师",
            SkillLevel::SeniorTechnician => "高级技师",
            SkillLevel::SpecialTechnician => "特级技师",
            SkillLevel::ChiefTechnician => "首席技师",
        }
    }

    /// Whether people register for it; the others are appointed by employers or have no exam.
    pub const fn is_examined(self) -> bool {
        matches!(self.number(), 1..=5)
    }

    /// Reads every way the guides write a level: `四级/中级工`, `四级`, `中级工`, `中级`, `4`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let [digit @ b'0'..=b'9'] = text.as_bytes() {
            return Self::from_number(digit - b'0');
        }
        let bare = match text {
            "初级" => "初级工",
            "中级" => "中级工",
            "高级" => "高级工",
            other => other,
        };
        Self::ALL.into_iter().find(|level| bare == level.name() || bare == level.short() || bare == level.title())
    }
}

// A level travels as its printed number. As a key of a map it arrives as text, hence both.
impl Serialize for SkillLevel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

impl<'de> Deserialize<'de> for SkillLevel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LevelVisitor)
    }
}

struct LevelVisitor;

impl Visitor<'_> for LevelVisitor {
    type Value = SkillLevel;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number of a skill level, 5 to 1 (or 0, 7, 8)")
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<SkillLevel, E> {
        u8::try_from(number)
            .ok()
            .and_then(SkillLevel::from_number)
            .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<SkillLevel, E> {
        u64::try_from(number)
            .map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
            .and_then(|number| self.visit_u64(number))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<SkillLevel, E> {
        SkillLevel::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// Why a text is no code of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum CodeFault {
    /// An occupation code reads `4-09-07-04`, major group 1 to 8.
    #[error("an occupation code reads 4-09-07-04")]
    NotAnOccupation,
    /// A trade code reads `4-09-07-04-03`.
    #[error("a trade code reads 4-09-07-04-03")]
    NotATrade,
}

/// 职业编码, `4-09-07-04`: 大类-中类-小类-细类. Codes of the 1999 catalogue look the same and mean
/// other things, so the edition is kept beside the code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OccupationCode(String);

impl OccupationCode {
    /// Reads a code; surrounding blanks are forgiven.
    pub fn parse(text: &str) -> Result<Self, CodeFault> {
        let text = text.trim();
        if is_code(text, 4) { Ok(Self(text.into())) } else { Err(CodeFault::NotAnOccupation) }
    }

    /// The code as printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 工种 code, `4-09-07-04-03`: the code of its occupation and two more digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TradeCode(String);

impl TradeCode {
    /// Reads a code; surrounding blanks are forgiven.
    pub fn parse(text: &str) -> Result<Self, CodeFault> {
        let text = text.trim();
        if is_code(text, 5) { Ok(Self(text.into())) } else { Err(CodeFault::NotATrade) }
    }

    /// The occupation this trade belongs to.
    pub fn occupation(&self) -> OccupationCode {
        OccupationCode(self.0[..10].into())
    }

    /// The code as printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One digit 1 to 8, then `groups - 1` times a hyphen and two digits.
fn is_code(text: &str, groups: usize) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == groups * 3 - 2
        && matches!(bytes[0], b'1'..=b'8')
        && bytes[1..].iter().enumerate().all(|(at, byte)| match at % 3 {
            0 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

impl TryFrom<String> for OccupationCode {
    type Error = CodeFault;
    fn try_from(text: String) -> Result<Self, CodeFault> {
        Self::parse(&text)
    }
}

impl TryFrom<String> for TradeCode {
    type Error = CodeFault;
    fn try_from(text: String) -> Result<Self, CodeFault> {
        Self::parse(&text)
    }
}

impl From<OccupationCode> for String {
    fn from(code: OccupationCode) -> String {
        code.0
    }
}

impl From<TradeCode> for String {
    fn from(code: TradeCode) -> String {
        code.0
    }
}

impl fmt::Display for OccupationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for TradeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 工种: a branch of an occupation. The levels are its own: 碳排放咨询员 exists only from 三级 up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trade {
    /// The name in the catalogue.
    pub name: String,
    /// The code, where the catalogue gives one.
    pub code: Option<TradeCode>,
    /// The levels it is examined at, lowest skill first.
    pub levels: Vec<SkillLevel>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_order_by_skill_and_read_every_spelling() {
        assert!(SkillLevel::JuniorWorker < SkillLevel::SeniorTechnician);
        assert!(SkillLevel::ALL.is_sorted());
        for level in SkillLevel::ALL {
            assert_eq!(SkillLevel::from_number(level.number()), Some(level));
            for text in [level.name(), level.short(), level.title(), &level.number().to_string()] {
                assert_eq!(SkillLevel::parse(text), Some(level), "{text}");
            }
        }
        assert_eq!(SkillLevel::parse(" 中级 "), Some(SkillLevel::IntermediateWorker));
        for text in ["", "6", "9", "六级", "四级/高级工", "44"] {
            assert_eq!(SkillLevel::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_level_travels_as_its_number() {
        assert_eq!(serde_json::to_string(&SkillLevel::SeniorWorker).unwrap(), "3");
        assert_eq!(serde_json::from_str::<SkillLevel>("3").unwrap(), SkillLevel::SeniorWorker);
        assert_eq!(serde_json::from_str::<SkillLevel>("\"3\"").unwrap(), SkillLevel::SeniorWorker);
        for text in ["6", "-1", "300", "\"x\"", "null"] {
            assert!(serde_json::from_str::<SkillLevel>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn codes_have_one_shape() {
        assert_eq!(OccupationCode::parse(" 4-09-07-04 ").unwrap().as_str(), "4-09-07-04");
        let trade = TradeCode::parse("4-09-07-04-03").unwrap();
        assert_eq!(trade.occupation().as_str(), "4-09-07-04");
        for text in ["", "9-09-07-04", "0-09-07-04", "4-9-07-04", "4-09-07-04-03", "4-09-07-0x", "四-09-07-04"] {
            assert_eq!(OccupationCode::parse(text), Err(CodeFault::NotAnOccupation), "{text}");
        }
        for text in ["4-09-07-04", "4-09-07-04-3", "4-09-07-04_03"] {
            assert_eq!(TradeCode::parse(text), Err(CodeFault::NotATrade), "{text}");
        }
    }
}
