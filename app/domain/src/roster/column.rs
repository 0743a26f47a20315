//! The columns that agencies' sheets have, under whatever heading they stand.

use serde::{Deserialize, Serialize};

/// A known column. Headings: seeds 004 (报名信息表, 花名册, 申报表).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// 序号
    Number,
    /// 姓名
    Name,
    /// 证件类型
    IdKind,
    /// 证件号码
    IdNo,
    /// 性别
    Gender,
    /// 出生日期
    Birth,
    /// 出生年月
    BirthMonth,
    /// 民族
    Ethnicity,
    /// 文化程度
    Education,
    /// 手机号码
    Mobile,
    /// 考生来源
    Source,
    /// 所在单位
    Employer,
    /// 工作单位或联系地址
    EmployerOrAddress,
    /// 工作年限
    Years,
    /// 本职业（工种）年限
    YearsInTrade,
    /// 原鉴定等级
    PriorLevel,
    /// 现有职业资格证书号码
    PriorNo,
    /// 通讯地址
    Address,
    /// 电子邮箱
    Email,
    /// 申报条件
    Condition,
}

impl Column {
    /// Every column.
    pub const ALL: [Column; 20] = [
        Column::Number,
        Column::Name,
        Column::IdKind,
        Column::IdNo,
        Column::Gender,
        Column::Birth,
        Column::BirthMonth,
        Column::Ethnicity,
        Column::Education,
        Column::Mobile,
        Column::Source,
        Column::Employer,
        Column::EmployerOrAddress,
        Column::Years,
        Column::YearsInTrade,
        Column::PriorLevel,
        Column::PriorNo,
        Column::Address,
        Column::Email,
        Column::Condition,
    ];

    /// The heading in the official sheets.
    pub fn label(self) -> &'static str {
        self.headings()[0]
    }

    /// Headings under which it stands, without spaces; the official one first.
    pub fn headings(self) -> &'static [&'static str] {
        match self {
            Column::Number => &["序号", "编号", "no", "no."],
            Column::Name => &["姓名", "申报人姓名", "考生姓名", "学员姓名"],
            Column::IdKind => &["证件类型", "身份证件类型", "证件种类"],
            Column::IdNo => &["证件号码", "身份证号码", "身份证号", "身份证件号码", "证件号", "身份证"],
            Column::Gender => &["性别"],
            Column::Birth => &["出生日期", "出生年月日", "生日"],
            Column::BirthMonth => &["出生年月"],
            Column::Ethnicity => &["民族"],
            Column::Education => &["文化程度", "学历"],
            Column::Mobile => &["手机号码", "电话", "手机", "手机号", "联系电话", "移动电话"],
            Column::Source => &["考生来源", "考生类别", "人员类别"],
            Column::Employer => &["所在单位", "工作单位", "单位", "单位名称", "所在单位或学校", "所在学校或单位"],
            Column::EmployerOrAddress => &["工作单位或联系地址", "工作单位或地址"],
            Column::Years => &["工作年限", "工龄"],
            Column::YearsInTrade => &["本职业(工种)年限", "本职业工作年限", "本工种年限", "从事本职业年限"],
            Column::PriorLevel => &["原鉴定等级", "现职业技能等级", "原证书等级", "现技能等级"],
            Column::PriorNo => &["现有职业资格证书号码", "原证书编号", "现有证书号码", "证书编号"],
            Column::Address => &["通讯地址", "联系地址", "地址"],
            Column::Email => &["电子邮箱", "邮箱", "电子邮件", "email", "e-mail"],
            Column::Condition => &["申报条件", "符合申报条件"],
        }
    }

    /// The column that a heading means: spaces, line breaks, stars and full-width forms do not matter.
    pub fn of_heading(heading: &str) -> Option<Column> {
        let plain = plain(heading);
        Column::ALL.into_iter().find(|column| column.headings().contains(&plain.as_str()))
    }

    /// The word in stored mappings and addresses: `id_no`.
    pub fn key(self) -> &'static str {
        match self {
            Column::Number => "number",
            Column::Name => "name",
            Column::IdKind => "id_kind",
            Column::IdNo => "id_no",
            Column::Gender => "gender",
            Column::Birth => "birth",
            Column::BirthMonth => "birth_month",
            Column::Ethnicity => "ethnicity",
            Column::Education => "education",
            Column::Mobile => "mobile",
            Column::Source => "source",
            Column::Employer => "employer",
            Column::EmployerOrAddress => "employer_or_address",
            Column::Years => "years",
            Column::YearsInTrade => "years_in_trade",
            Column::PriorLevel => "prior_level",
            Column::PriorNo => "prior_no",
            Column::Address => "address",
            Column::Email => "email",
            Column::Condition => "condition",
        }
    }

    /// Reads [`Column::key`].
    pub fn from_key(key: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|column| column.key() == key)
    }
}

/// A heading without what people add to it.
pub(super) fn plain(heading: &str) -> String {
    heading
        .chars()
        .filter(|ch| !ch.is_whitespace() && !matches!(ch, '*' | '＊' | '\u{feff}' | '：' | ':'))
        .map(|ch| match ch {
            '（' => '(',
            '）' => ')',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_however_they_are_spaced() {
        assert_eq!(Column::of_heading("姓  名"), Some(Column::Name));
        assert_eq!(Column::of_heading("手机\n号码"), Some(Column::Mobile));
        assert_eq!(Column::of_heading(" *证件号码 "), Some(Column::IdNo));
        assert_eq!(Column::of_heading("本职业（工种）年限"), Some(Column::YearsInTrade));
        assert_eq!(Column::of_heading("备注"), None);
        for column in Column::ALL {
            assert_eq!(Column::from_key(column.key()), Some(column));
            assert_eq!(Column::of_heading(column.label()), Some(column));
        }
    }
}
