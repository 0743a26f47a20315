//! The kinds of identity document an applicant may show.

use serde::{Deserialize, Serialize};

/// A kind of identity document. The number alone often, but not always, tells which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum IdKind {
    /// 居民身份证, 18 characters, GB 11643-1999
    #[serde(rename = "RIC")]
    Resident,
    /// 港澳居民居住证, numbers begin 810000 or 820000
    #[serde(rename = "HMRP")]
    HongKongMacaoResidence,
    /// 台湾居民居住证, numbers begin 830000
    #[serde(rename = "TWRP")]
    TaiwanResidence,
    /// 居民身份证 of the first generation, 15 digits, no longer valid by itself since 2013
    #[serde(rename = "RIC15")]
    Resident15,
    /// 外国人永久居留身份证 of 2023, 18 characters
    #[serde(rename = "FPR23")]
    ForeignerPermanent2023,
    /// 外国人永久居留身份证 of 2017, three letters and twelve digits; stays valid
    #[serde(rename = "FPR17")]
    ForeignerPermanent2017,
    /// 港澳居民来往内地通行证
    #[serde(rename = "HMTP")]
    HongKongMacaoPass,
    /// 台湾居民来往大陆通行证
    #[serde(rename = "TWTP")]
    TaiwanPass,
    /// 中国护照
    #[serde(rename = "PASS-CN")]
    ChinesePassport,
    /// 外国护照
    #[serde(rename = "PASS-F")]
    ForeignPassport,
}

impl IdKind {
    /// Every kind, in the order a form offers them.
    pub const ALL: [IdKind; 10] = [
        IdKind::Resident,
        IdKind::HongKongMacaoResidence,
        IdKind::TaiwanResidence,
        IdKind::HongKongMacaoPass,
        IdKind::TaiwanPass,
        IdKind::ForeignerPermanent2023,
        IdKind::ForeignerPermanent2017,
        IdKind::ChinesePassport,
        IdKind::ForeignPassport,
        IdKind::Resident15,
    ];

    /// The short code that is stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            IdKind::Resident => "RIC",
            IdKind::HongKongMacaoResidence => "HMRP",
            IdKind::TaiwanResidence => "TWRP",
            IdKind::Resident15 => "RIC15",
            IdKind::ForeignerPermanent2023 => "FPR23",
            IdKind::ForeignerPermanent2017 => "FPR17",
            IdKind::HongKongMacaoPass => "HMTP",
            IdKind::TaiwanPass => "TWTP",
            IdKind::ChinesePassport => "PASS-CN",
            IdKind::ForeignPassport => "PASS-F",
        }
    }

    /// The kind behind a stored code.
    pub fn from_code(code: &str) -> Option<IdKind> {
        IdKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The document's official name.
    pub fn label(self) -> &'static str {
        match self {
            IdKind::Resident => "居民身份证",
            IdKind::HongKongMacaoResidence => "港澳居民居住证",
            IdKind::TaiwanResidence => "台湾居民居住证",
            IdKind::Resident15 => "居民身份证（15位）",
            IdKind::ForeignerPermanent2023 => "外国人永久居留身份证",
            IdKind::ForeignerPermanent2017 => "外国人永久居留身份证（2017版）",
            IdKind::HongKongMacaoPass => "港澳居民来往内地通行证",
            IdKind::TaiwanPass => "台湾居民来往大陆通行证",
            IdKind::ChinesePassport => "中国护照",
            IdKind::ForeignPassport => "外国护照",
        }
    }

    /// The kinds that a form or sheet may mean by a name; empty for an unknown name.
    ///
    /// Sheets say 港澳台居民居住证 or 护照 where several kinds are possible: the number decides.
    pub fn named(name: &str) -> &'static [IdKind] {
        match name.trim() {
            "居民身份证" | "身份证" | "中华人民共和国居民身份证" => &[IdKind::Resident],
            "居民身份证（15位）" => &[IdKind::Resident15],
            "港澳台居民居住证" => &[IdKind::HongKongMacaoResidence, IdKind::TaiwanResidence],
            "港澳居民居住证" => &[IdKind::HongKongMacaoResidence],
            "台湾居民居住证" => &[IdKind::TaiwanResidence],
            "港澳居民来往内地通行证" => &[IdKind::HongKongMacaoPass],
            "台湾居民来往大陆通行证" => &[IdKind::TaiwanPass],
            "外国人永久居留身份证" | "外国人永久居留证" => {
                &[IdKind::ForeignerPermanent2023, IdKind::ForeignerPermanent2017]
            }
            "外国人永久居留身份证（2017版）" => &[IdKind::ForeignerPermanent2017],
            "护照" => &[IdKind::ChinesePassport, IdKind::ForeignPassport],
            "中国护照" => &[IdKind::ChinesePassport],
            "外国护照" => &[IdKind::ForeignPassport],
            _ => &[],
        }
    }

    /// Whether birth date and gender are written in the number, so that no one types them.
    pub fn tells_birth_and_gender(self) -> bool {
        match self {
            IdKind::Resident
            | IdKind::HongKongMacaoResidence
            | IdKind::TaiwanResidence
            | IdKind::Resident15
            | IdKind::ForeignerPermanent2023 => true,
            IdKind::ForeignerPermanent2017
            | IdKind::HongKongMacaoPass
            | IdKind::TaiwanPass
            | IdKind::ChinesePassport
            | IdKind::ForeignPassport => false,
        }
    }
}

/// 性别, as GB/T 2261.1 has it on identity documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// 男
    Male,
    /// 女
    Female,
}

impl Gender {
    /// Both, in the order of the standard.
    pub const ALL: [Gender; 2] = [Gender::Male, Gender::Female];

    /// The word on the document.
    pub fn label(self) -> &'static str {
        match self {
            Gender::Male => "男",
            Gender::Female => "女",
        }
    }

    /// The gender a form or sheet means.
    pub fn from_label(label: &str) -> Option<Gender> {
        match label.trim() {
            "男" | "男性" => Some(Gender::Male),
            "女" | "女性" => Some(Gender::Female),
            _ => None,
        }
    }

    /// The short code that is stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Gender::Male => "male",
            Gender::Female => "female",
        }
    }

    /// The gender behind a stored code.
    pub fn from_code(code: &str) -> Option<Gender> {
        Gender::ALL.into_iter().find(|gender| gender.code() == code)
    }
}
