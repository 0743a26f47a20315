//! Sentences of an empty sheet: the way to it, and what may stand in its columns.

use domain::roster::{Allowed, Column, SheetKind, WORK_FROM, allowed};

/// The name of the second sheet.
pub const TITLE: &str = "填写说明";
/// Headings of the second sheet.
pub const HEADINGS: [&str; 3] = ["列", "要不要填", "可以写什么"];
/// Beside the empty sheets on the page.
pub const LEAD: &str = "还没有名单？下载空表发给学校、企业去填，填好的直接在这里上传。表里有一页说明每一列可以写什么。";

/// Above the table.
pub fn notes(kind: SheetKind) -> [String; 3] {
    let sheet = super::page::sheet(kind);
    [
        format!("人填在前面的“{sheet}”里，一人一行，这一页只是说明。"),
        "表头请不要改；列的先后可以换，不用的选填列可以空着。".to_owned(),
        "整张表都设成了文本，证件号码、手机号码照着输就行；从别的表粘贴时，请选“只粘贴值”。".to_owned(),
    ]
}

/// Whether a column has to be filled in.
pub fn need(allowed: &Allowed, column: Column) -> &'static str {
    match column {
        _ if allowed.needed => "必填",
        Column::Number => "不用填",
        _ => "选填",
    }
}

/// Every column of the sheet and every condition of the plan: what it is called, whether it is needed, what may stand there.
pub fn lines(kind: SheetKind, conditions: &[(u32, String)]) -> Vec<[String; 3]> {
    let of = u32::try_from(conditions.len()).unwrap_or(u32::MAX);
    let columns = kind.columns().iter().map(|column| {
        let allowed = allowed(kind, *column, of);
        [column.label().to_owned(), need(&allowed, *column).to_owned(), column_line(*column, &allowed)]
    });
    let asked = conditions.iter().filter(|_| kind.columns().contains(&Column::Condition));
    let conditions = asked.map(|(number, text)| [format!("申报条件第 {number} 条"), String::new(), text.clone()]);
    columns.chain(conditions).collect()
}

/// What may stand in a column.
fn column_line(column: Column, allowed: &Allowed) -> String {
    let words = allowed.words.join("、");
    let most = allowed.most.unwrap_or_default();
    match column {
        Column::Number => "1、2、3 顺着编；空着也行。".to_owned(),
        Column::Name => "照证件写，2 到 50 个字，不加称呼和数字；名字里的点写“·”，例如阿依古丽·买买提。".to_owned(),
        Column::IdKind => format!("写其中一种：{words}。"),
        Column::IdNo => "照证件写。居民身份证是 18 位，最后一位可以是 X。一个号码在表里只写一次。".to_owned(),
        Column::Gender => format!("写{}，要和身份证号码一致。", allowed.words.join("或")),
        Column::Birth => "写成 1990-12-15 的样子，要和身份证号码一致。".to_owned(),
        Column::BirthMonth => "写成 1990-12 的样子，要和身份证号码一致。".to_owned(),
        Column::Ethnicity => format!("写其中一种，带不带“族”字都行：{words}。"),
        Column::Education | Column::Source => format!("写其中一种：{words}。"),
        Column::Mobile => "本人在用的 11 位手机号码：确认报名的链接和通知发到这里。".to_owned(),
        Column::Years | Column::YearsInTrade => {
            format!("0 到 {most} 的整数，不满一年写 0；从 {WORK_FROM} 岁算起，不能比年龄允许的多。")
        }
        Column::PriorLevel => format!("现在有的职业技能等级，写其中一种：{words}。"),
        Column::PriorNo => format!("现有证书上的编号，最多 {most} 个字；没有写“无”。"),
        Column::Employer => format!("单位或学校的全称，最多 {most} 个字。"),
        Column::EmployerOrAddress => format!("单位的全称；没有单位的，写能收到信的地址。最多 {most} 个字。"),
        Column::Address => format!("能收到信的地址，最多 {most} 个字。"),
        Column::Email => "写成 name@example.com 的样子；没有就空着。".to_owned(),
        Column::Condition => match most {
            0 => "这个计划没有分条的申报条件，请先问机构怎么写。".to_owned(),
            1 => "写 1；条件的原文在下面。".to_owned(),
            _ => format!("写符合的是第几条，1 到 {most}，只写一个数字；每一条的原文在下面。"),
        },
    }
}
