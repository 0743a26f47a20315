//! What is wrong with a row, cell by cell.

use super::Column;
use crate::contact::{EmailFault, MobileFault, NameFault};
use crate::id_document::IdFault;
use crate::photo::PhotoFault;
use serde::{Deserialize, Serialize};

/// A fault of one cell, with what was found there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RosterFault {
    /// The column.
    pub column: Column,
    /// What is wrong.
    pub kind: FaultKind,
    /// What stands in the cell.
    pub found: String,
}

/// Kinds of faults. The sentence is made by `app::wording`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FaultKind {
    /// 必填列为空
    Missing,
    /// A name that is no name.
    Name(NameFault),
    /// 证件类型不在列表中
    IdKindUnknown,
    /// A number that is no valid identity number.
    Id(IdFault),
    /// 证件号码被表格软件当作数字，末几位已丢失
    IdLossy,
    /// 证件号码在表中重复
    IdDuplicate {
        /// The row that has it first.
        first: u32,
    },
    /// 性别不是男或女
    GenderUnknown,
    /// 性别与证件号码不符
    GenderMismatch {
        /// What the number says: 男 or 女.
        number_says: String,
    },
    /// 出生日期无法识别
    BirthFormat,
    /// 出生日期与证件号码不符
    BirthMismatch {
        /// What the number says.
        number_says: String,
    },
    /// 民族不在列表中
    EthnicityUnknown,
    /// 文化程度不在列表中
    EducationUnknown,
    /// 手机号码不对
    Mobile(MobileFault),
    /// 考生来源不在列表中
    SourceUnknown,
    /// 工作年限不是0-60的整数
    YearsInvalid,
    /// 工作年限大于年龄减15
    YearsImpossible {
        /// Most years that this age allows.
        most: i32,
    },
    /// 原鉴定等级不在列表中
    PriorLevelUnknown,
    /// 电子邮箱格式不对
    Email(EmailFault),
    /// 申报条件不在本计划的条件中
    ConditionUnknown {
        /// How many conditions the plan has.
        of: u32,
    },
    /// Longer than the form takes.
    TooLong {
        /// Characters found.
        length: u32,
        /// Characters allowed.
        limit: u32,
    },
    /// 没有这个人的照片
    PhotoMissing,
    /// 文件名里的身份证号对得上，姓名对不上
    PhotoNameMismatch {
        /// The name in the file's name.
        file_says: String,
    },
    /// 同一个人有两张照片
    PhotoDuplicate,
    /// The photo does not meet the plan's limits.
    Photo(PhotoFault),
}

impl FaultKind {
    /// The short code: `id_check`, `photo_bytes_min`.
    pub fn code(&self) -> String {
        match self {
            FaultKind::Missing => "required".into(),
            FaultKind::Name(fault) => format!("name_{}", fault.code()),
            FaultKind::IdKindUnknown => "id_type_unknown".into(),
            FaultKind::Id(fault) => format!("id_{}", fault.code()),
            FaultKind::IdLossy => "id_lossy".into(),
            FaultKind::IdDuplicate { .. } => "id_duplicate".into(),
            FaultKind::GenderUnknown => "gender_unknown".into(),
            FaultKind::GenderMismatch { .. } => "gender_mismatch".into(),
            FaultKind::BirthFormat => "birth_format".into(),
            FaultKind::BirthMismatch { .. } => "birth_mismatch".into(),
            FaultKind::EthnicityUnknown => "ethnicity_unknown".into(),
            FaultKind::EducationUnknown => "education_unknown".into(),
            FaultKind::Mobile(_) => "mobile_invalid".into(),
            FaultKind::SourceUnknown => "source_unknown".into(),
            FaultKind::YearsInvalid => "years_invalid".into(),
            FaultKind::YearsImpossible { .. } => "years_impossible".into(),
            FaultKind::PriorLevelUnknown => "prior_level_unknown".into(),
            FaultKind::Email(_) => "email_invalid".into(),
            FaultKind::ConditionUnknown { .. } => "condition_unknown".into(),
            FaultKind::TooLong { .. } => "too_long".into(),
            FaultKind::PhotoMissing => "photo_missing".into(),
            FaultKind::PhotoNameMismatch { .. } => "photo_name_mismatch".into(),
            FaultKind::PhotoDuplicate => "photo_duplicate".into(),
            FaultKind::Photo(fault) => format!("photo_{}", fault.code()),
        }
    }
}

impl RosterFault {
    /// The short code, with the column where that is the whole message: `required:文化程度`.
    pub fn code(&self) -> String {
        match (&self.kind, self.column) {
            (FaultKind::Missing, Column::Name) => "name_missing".into(),
            (FaultKind::Missing, Column::IdNo) => "id_missing".into(),
            (FaultKind::Missing, column) => format!("required:{}", column.label()),
            (kind, _) => kind.code(),
        }
    }
}
