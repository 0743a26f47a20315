//! 《职业技能等级认定方案审批（备案）表》, field by field, with what the system itself needs of a plan.

/// A part of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What is examined, for how many, for how much.
    Basics,
    /// 应知认定安排
    Theory,
    /// 应会认定安排
    Skill,
    /// The ten dates and those around them.
    Dates,
    /// 培训
    Training,
}

impl Section {
    /// In the order of the form.
    pub const ALL: [Section; 5] = [Section::Basics, Section::Theory, Section::Skill, Section::Dates, Section::Training];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Section::Basics => "认定内容",
            Section::Theory => "应知认定安排（理论）",
            Section::Skill => "应会认定安排（实操）",
            Section::Dates => "时间点，从考试日倒推",
            Section::Training => "培训情况",
        }
    }
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A line of text, at most so many characters.
    Line(u32),
    /// Several lines, at most so many characters.
    Area(u32),
    /// A whole number within bounds.
    Number(u32, u32),
    /// Yuan.
    Money,
    /// A day.
    Day,
    /// A time of day.
    Clock,
    /// A day, or a day and a time.
    Point,
    /// One of the agency's filed occupations.
    Scope,
    /// One of the procedures.
    Procedure,
}

/// One field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// Key in forms and files.
    pub key: &'static str,
    /// 中文, as the official form has it.
    pub label: &'static str,
    /// Where it stands.
    pub section: Section,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether a plan cannot be filed without it.
    pub required: bool,
    /// A line under the label, or empty.
    pub hint: &'static str,
}

/// Columns of 考评员简况: part of the key (`assessor.0.name`) and label.
pub const ASSESSOR_PARTS: [(&str, &str); 6] = [
    ("name", "姓名"),
    ("gender", "性别"),
    ("age", "年龄"),
    ("unit", "所在单位"),
    ("title", "职务、职称或专长"),
    ("card", "考评员胸卡号"),
];

/// Every field, in the order of the form.
pub fn fields() -> &'static [FieldSpec] {
    &super::table::FIELDS
}

/// The field of that key.
pub fn field(key: &str) -> Option<&'static FieldSpec> {
    fields().iter().find(|field| field.key == key)
}

/// What a field is called where it stands alone: 应知认定日期, 应会负责人.
pub fn label(key: &str) -> String {
    match field(key) {
        Some(field) => {
            let before = match field.section {
                Section::Theory if !field.label.starts_with("应知") => "应知",
                Section::Skill if !field.label.starts_with("应会") => "应会",
                _ => "",
            };
            format!("{before}{}", field.label)
        }
        None => match key.strip_prefix("assessor.") {
            Some(rest) => {
                let (row, part) = rest.split_once('.').unwrap_or((rest, ""));
                let name = ASSESSOR_PARTS.iter().find(|(known, _)| *known == part).map_or("", |(_, label)| label);
                let name = name.strip_prefix("考评员").unwrap_or(name);
                format!("第 {} 位考评员的{name}", row.parse::<usize>().unwrap_or(0) + 1)
            }
            None => key.to_owned(),
        },
    }
}
