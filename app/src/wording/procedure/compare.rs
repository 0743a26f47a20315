//! Two versions side by side: what was added, taken away and changed, key by key.

use domain::page::sheet::{Part, Sheet};
use domain::profile::Profile;
use serde_json::{Map, Value};

/// What differs.
pub fn compare(before: &Profile, after: &Profile) -> Sheet {
    let name = |profile: &Profile| format!("{} 第 {} 版", profile.name, profile.version);
    let mut sheet = Sheet { title: format!("{} 和 {} 的区别", name(before), name(after)), ..Sheet::default() };
    let (Ok(Value::Object(old)), Ok(Value::Object(new))) = (serde_json::to_value(before), serde_json::to_value(after))
    else {
        return sheet;
    };
    let mut rest = Part::new("其他");
    for key in keys(&old, &new) {
        let mut part = Part::new(word(key));
        differ("", old.get(key).unwrap_or(&Value::Null), new.get(key).unwrap_or(&Value::Null), &mut part.lines);
        // A single value needs no heading of its own.
        if part.lines.len() == 1 && part.lines[0].0.is_empty() {
            rest.line(word(key), part.lines.remove(0).1);
        } else {
            sheet.add(part);
        }
    }
    sheet.add(rest);
    if sheet.parts.is_empty() {
        let mut part = Part::new("结果");
        part.say("两份完全一样。");
        sheet.add(part);
    }
    sheet
}

fn keys<'a>(old: &'a Map<String, Value>, new: &'a Map<String, Value>) -> Vec<&'a str> {
    let more = new.keys().filter(|key| !old.contains_key(*key));
    old.keys().chain(more).map(String::as_str).collect()
}

fn differ(path: &str, old: &Value, new: &Value, out: &mut Vec<(String, String)>) {
    if old == new {
        return;
    }
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for key in keys(old, new) {
                let (old, new) = (old.get(key).unwrap_or(&Value::Null), new.get(key).unwrap_or(&Value::Null));
                differ(&joined(path, word(key)), old, new, out);
            }
        }
        (Value::Array(old), Value::Array(new)) if old.iter().chain(new).any(Value::is_object) => {
            lists(path, old, new, out);
        }
        _ => out.push((path.to_owned(), format!("原来{}，现在{}", said(old), said(new)))),
    }
}

/// Lists of things with names: each is compared with the one of its name.
fn lists(path: &str, old: &[Value], new: &[Value], out: &mut Vec<(String, String)>) {
    let named = |list: &[Value]| -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (at, value) in list.iter().enumerate() {
            let own = key_of(value).unwrap_or_else(|| (at + 1).to_string());
            let twins = names.iter().filter(|known| **known == own || known.starts_with(&format!("{own}#"))).count();
            names.push(if twins > 0 { format!("{own}#{}", twins + 1) } else { own });
        }
        names
    };
    let (old_names, new_names) = (named(old), named(new));
    for (value, name) in old.iter().zip(&old_names) {
        match new_names.iter().position(|other| other == name) {
            None => out.push((joined(path, &title_of(value)), "去掉了".into())),
            Some(at) => differ(&joined(path, &title_of(value)), value, &new[at], out),
        }
    }
    for (value, name) in new.iter().zip(&new_names) {
        if !old_names.contains(name) {
            out.push((joined(path, &title_of(value)), "新加的".into()));
        }
    }
    let kept: Vec<&String> = old_names.iter().filter(|name| new_names.contains(name)).collect();
    let moved: Vec<&String> = new_names.iter().filter(|name| old_names.contains(name)).collect();
    if kept != moved {
        let titles: Vec<String> = new.iter().map(title_of).collect();
        out.push((joined(path, "顺序"), format!("现在是 {}", titles.join("、"))));
    }
}

fn joined(path: &str, more: &str) -> String {
    if path.is_empty() { more.to_owned() } else { format!("{path} › {more}") }
}

fn key_of(value: &Value) -> Option<String> {
    ["key", "at", "what", "topic", "value"].iter().find_map(|key| Some(value.get(key)?.as_str()?.to_owned()))
}

fn title_of(value: &Value) -> String {
    let named = ["label", "title", "topic", "text"]
        .iter()
        .find_map(|key| value.get(key)?.as_str().filter(|text| !text.is_empty()));
    named.map_or_else(|| key_of(value).unwrap_or_default(), |name| format!("“{name}”"))
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => "没有".into(),
        Value::Bool(true) => "是".into(),
        Value::Bool(false) => "否".into(),
        Value::String(text) if text.is_empty() => "空".into(),
        Value::String(text) => format!("“{text}”"),
        Value::Number(number) => format!(" {number} "),
        Value::Array(all) if all.is_empty() => "没有".into(),
        Value::Array(all) => all.iter().map(said).collect::<Vec<_>>().join("、"),
        Value::Object(all) => all
            .iter()
            .filter(|(_, value)| !matches!(value, Value::Null) && **value != Value::Array(Vec::new()))
            .map(|(key, value)| format!("{}{}", word(key), said(value)))
            .collect::<Vec<_>>()
            .join("，"),
    }
}

/// A key of the file in Chinese; the key itself where it has no word.
fn word(key: &str) -> &str {
    match key {
        "name" => "名称",
        "version" => "版本",
        "title" => "标题",
        "summary" => "用途",
        "wizard" => "步骤和顺序",
        "step" => "步骤的名称和说明",
        "sign_in" => "登录方式",
        "gate" => "开始前要备齐的",
        "entry" => "报名范围",
        "refusal" => "走错地方的提示",
        "go" => "应到哪里",
        "notice" => "报名公告",
        "plan_notice" => "计划公告",
        "help" => "咨询电话",
        "phone" => "电话",
        "site" => "报名机构",
        "consent" => "要同意的文本",
        "ladder" => "逐级申报",
        "papers" => "科目和补考",
        "by_level" => "各等级的科目",
        "resit_most" => "补考最多几科",
        "valid_months" => "合格科目保留月数",
        "collecting" => "机构代填",
        "numbering" => "编号",
        "plan_number" => "计划编号",
        "plan_title" => "计划名称",
        "application_number" => "报名号",
        "registration_number" => "报名序号",
        "times" => "时间要求",
        "photo" => "证件照",
        "spec" => "要求",
        "formats" => "格式",
        "exact" => "像素",
        "width_more_than" => "宽大于",
        "height_more_than" => "高大于",
        "max_width" => "宽不超过",
        "max_height" => "高不超过",
        "ratio_min" => "宽高比不小于",
        "ratio_max" => "宽高比不大于",
        "bytes_more_than" => "字节数大于",
        "bytes_less_than" => "字节数小于",
        "max_bytes" => "字节数不超过",
        "background" => "背景",
        "advice" => "提示",
        "form" => "报名表",
        "section" => "分组",
        "field" => "项目",
        "label" => "显示的名称",
        "hint" => "提示",
        "kind" => "填法",
        "required" => "必填",
        "show" => "出现的条件",
        "when" => "条件",
        "is" => "是",
        "is_not" => "不是",
        "not_applicable" => "不用填时记作",
        "choices" => "选项",
        "max" => "最多字数",
        "value" => "值",
        "case" => "分情况的值",
        "document" => "材料",
        "examples" => "举例",
        "any_of" => "有一样就行",
        "source" => "来源",
        "file" => "文件要求",
        "max_files" => "最多份数",
        "merged_bytes_less_than" => "合起来字节数小于",
        "declaration" => "承诺书",
        "lead" => "开头",
        "clauses" => "条款",
        "text" => "正文",
        "signature" => "签名方式",
        "review" => "审核",
        "mode" => "方式",
        "edit_until" => "可以撤回修改到",
        "correction_days" => "补正天数",
        "correction_days_max" => "补正最多天数",
        "answer_days" => "出结果的工作日",
        "reject_reason" => "不通过的原因",
        "return_remark" => "退回时的话",
        "opinion" => "意见栏",
        "seal" => "盖章",
        "print" => "打印的表",
        "template" => "样式",
        "returns_as" => "签好后作为哪份材料上传",
        "download" => "可以打印什么",
        "payment" => "缴费",
        "payer" => "谁来缴",
        "fiscal_code" => "财政缴款码",
        "days" => "天数",
        "unpaid_gives_up" => "不缴视为弃考",
        "late_money" => "过期以后到的钱",
        "places" => "候补",
        "offer_hours" => "名额保留的小时数",
        "ticket" => "准考证",
        "ticket_number" => "准考证号",
        "score" => "成绩",
        "certificate" => "证书",
        "special_number" => "专项能力证书编号",
        "two_persons" => "两人签发",
        "wait_days" => "成绩发布几天后发证",
        "share_days" => "分享链接的天数",
        "columns" => "上报表的列",
        "queries" => "查询网址",
        "pass" => "合格分",
        "pass_by_subject" => "各科合格分",
        "recheck_days" => "申请复核的天数",
        "landscape" => "横向",
        "opens_days_before" => "考前几天开放",
        "rules" => "规则",
        "phrases" => "用语",
        "note" => "说明",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::profile::HelpLine;

    fn line(topic: &str, phone: &str) -> HelpLine {
        HelpLine { topic: topic.into(), phone: vec![phone.into()] }
    }

    #[test]
    fn what_was_added_taken_away_and_changed_is_said() {
        let before = Profile {
            version: 1,
            help: vec![line("政策", "0791-1111111"), line("技术", "0791-2222222")],
            ..Profile::default()
        };
        let mut after = Profile {
            version: 2,
            help: vec![line("政策", "0791-3333333"), line("发票", "0791-4444444")],
            ..Profile::default()
        };
        after.payment.days = 5;
        let text = compare(&before, &after).text();
        assert!(text.contains("“政策” › 电话：原来“0791-1111111”，现在“0791-3333333”"), "{text}");
        assert!(text.contains("“技术”：去掉了") && text.contains("“发票”：新加的"), "{text}");
        assert!(text.contains("版本：原来 1 ，现在 2 "), "{text}");
        assert!(text.contains("天数：原来 0 ，现在 5 "), "{text}");
    }

    #[test]
    fn two_of_a_kind_are_said_to_be_the_same() {
        assert!(compare(&Profile::default(), &Profile::default()).text().contains("两份完全一样。"));
    }
}
