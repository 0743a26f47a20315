//! A procedure in words: for clerks, for managers who publish one, for candidates who read about it.
//! Everything is made from the same configuration that is enforced.

pub mod compare;
pub mod rehearse;
pub mod show;
pub mod wrong;

use domain::form::{Field, FieldKind, When};
use domain::occupation::SkillLevel;
use domain::plan::PlanKind;
use domain::profile::{Gate, Printable, Profile, Standing, Step, WayIn};

/// The name of a step: the procedure's, else the product's.
pub fn step_name(profile: &Profile, step: Step) -> &str {
    match (profile.step_title(step), step) {
        ("", Step::Entry) => "确认报名范围",
        ("", Step::Notice) => "确认报名须知",
        ("", Step::Site) => "选择报名机构",
        ("", Step::Photo) => "上传证件照",
        ("", Step::Form) => "填写报名信息",
        ("", Step::Documents) => "上传材料",
        ("", Step::Sign) => "在线签名",
        ("", Step::Preview) => "预览并提交",
        (title, _) => title,
    }
}

/// A way to sign in.
pub fn way_in(way: WayIn) -> &'static str {
    match way {
        WayIn::Account => "自己的账号（证件号码和密码）",
        WayIn::Portal => "政务服务网账号",
        WayIn::Oidc => "扫码登录",
        WayIn::RegistrationNumber => "报名序号和证件号码",
        WayIn::Activation => "机构给的一次性激活码",
    }
}

/// What must be ready before one begins.
pub fn gate(gate: Gate) -> &'static str {
    match gate {
        Gate::Profile => "个人资料（文化程度、通讯地址）",
        Gate::Photo => "头像照片",
    }
}

/// A standing in the words of the product.
pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Draft => "草稿",
        Standing::Submitted => "待审核",
        Standing::Returned => "退回补正",
        Standing::Approved => "审核通过",
        Standing::Rejected => "审核不通过",
        Standing::Withdrawn => "已撤回",
        Standing::Filed => "已提交申报",
        Standing::Scored => "成绩发布",
    }
}

/// What can be printed.
pub fn printable(profile: &Profile, what: Printable) -> String {
    match what {
        Printable::ApplicationForm if profile.print.title.is_empty() => "申报表".into(),
        Printable::ApplicationForm => format!("《{}》", profile.print.title),
        Printable::Ticket => "《准考证》".into(),
    }
}

/// A condition: `“考生来源”是“学校”`.
pub fn when(profile: &Profile, when: &When) -> String {
    let entry = profile.entry.iter().flat_map(|entry| &entry.field);
    let field = entry.chain(profile.form.fields()).find(|field| field.key == when.key);
    let name = match (when.key.as_str(), field) {
        ("plan.level", _) => "报考等级".to_owned(),
        ("plan.kind", _) => "计划类型".to_owned(),
        ("plan.occupation", _) => "职业".to_owned(),
        ("plan.code", _) => "职业编码".to_owned(),
        (_, Some(field)) => format!("“{}”", field.label),
        (key, None) => key.to_owned(),
    };
    let values = |values: &[String]| {
        values.iter().map(|value| value_word(&when.key, field, value)).collect::<Vec<_>>().join("或")
    };
    let mut said = Vec::new();
    if !when.is.is_empty() {
        said.push(format!("{name}是{}", values(&when.is)));
    }
    if !when.is_not.is_empty() {
        said.push(format!("{name}不是{}", values(&when.is_not)));
    }
    if let Some(further) = &when.and {
        said.push(self::when(profile, further));
    }
    said.retain(|part| !part.is_empty());
    said.join("，并且")
}

fn value_word(key: &str, field: Option<&Field>, value: &str) -> String {
    let level =
        |value: &str| SkillLevel::parse(value).map_or_else(|| value.to_owned(), |level| level.name().to_owned());
    match (key, field.map(|field| field.kind)) {
        ("plan.level", _) if value == "special" => "专项能力".into(),
        ("plan.level", _) | (_, Some(FieldKind::Level)) => level(value),
        ("plan.kind", _) => PlanKind::parse(value).map_or_else(|| value.to_owned(), |kind| kind.label().to_owned()),
        (_, Some(FieldKind::YesNo)) => if value == "yes" { "“是”" } else { "“否”" }.into(),
        _ if value.is_empty() => "空着".into(),
        _ => format!("“{}”", field.map_or(value, |field| choice_word(field, value))),
    }
}

/// The words of a choice.
pub fn choice_word<'a>(field: &'a Field, value: &'a str) -> &'a str {
    field.choices.iter().find(|choice| choice.value == value).map_or(value, |choice| choice.label.as_str())
}

/// What is answered, and how.
pub fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::PlanFact => "来自计划，不用填",
        FieldKind::AccountFact => "来自个人资料，不用填",
        FieldKind::Preset => "已定好，不用填",
        FieldKind::Subjects => "选科目",
        FieldKind::Text => "文字",
        FieldKind::LongText => "多行文字",
        FieldKind::PersonName => "姓名",
        FieldKind::Mobile => "手机号码",
        FieldKind::CreditCode => "统一社会信用代码",
        FieldKind::Years => "整年数",
        FieldKind::Date => "日期",
        FieldKind::YesNo => "是或否",
        FieldKind::Choice => "选一项",
        FieldKind::Level => "选等级",
        FieldKind::CertificateNo => "证书编号",
        FieldKind::Condition => "从计划的申报条件里选一条",
        FieldKind::Jobs => "工作经历（职业、起止年月）",
    }
}

/// A text with its placeholders, for the notice of a plan.
pub fn plan_notice(profile: &Profile, plan: &domain::plan::Plan) -> String {
    let day = |at: domain::time::Timestamp| at.day().to_string();
    let exam = match plan.kind {
        PlanKind::LevelRecognition => "职业技能等级认定考试",
        PlanKind::SpecialCapability => "专项职业能力考核",
    };
    let conditions: Vec<String> = plan.conditions.iter().map(|(number, text)| format!("({number}){text}")).collect();
    // The template writes a dash where there is no trade.
    let trade = if plan.trade.is_empty() { "——" } else { plan.trade.as_str() };
    let level = plan.level.map_or("专项能力/专项", SkillLevel::name);
    domain::profile::fill(
        &profile.plan_notice,
        &[
            ("exam", plan.exam_on.to_string().as_str()),
            ("kind", exam),
            ("occupation", plan.occupation.as_str()),
            ("trade", trade),
            ("level", level),
            ("conditions", conditions.concat().as_str()),
            ("opens", day(plan.window.opens).as_str()),
            ("closes", day(plan.window.closes).as_str()),
            ("agency", plan.agency_name.as_str()),
            ("number", plan.number.as_str()),
        ],
    )
}
