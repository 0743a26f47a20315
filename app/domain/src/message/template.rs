//! Templates: a subject and a text with placeholders like `{姓名}`. A line whose placeholder has no value is left out, so
//! that one template serves an approval with and without a fee.

use super::MessageRefusal;

/// Every placeholder that a template may name, with what it stands for in English.
pub const PLACEHOLDERS: [(&str, &str); 14] = [
    ("姓名", "name"),
    ("计划", "plan"),
    ("工种", "trade"),
    ("等级", "level"),
    ("机构", "agency"),
    ("电话", "phone"),
    ("报名号", "application"),
    ("编号", "number"),
    ("截止时间", "until"),
    ("时间", "at"),
    ("金额", "amount"),
    ("说明", "words"),
    ("标题", "title"),
    ("链接", "link"),
];

/// Most characters of a subject.
pub const SUBJECT_MAX: u32 = 80;
/// Most characters of a text.
pub const BODY_MAX: u32 = 2000;

/// Puts the values in. Lines with a placeholder that has no value, or an empty one, are left out.
pub fn fill(text: &str, values: &[(&str, String)]) -> String {
    let mut out: Vec<String> = Vec::new();
    'lines: for line in text.lines() {
        let mut filled = String::with_capacity(line.len() + 32);
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else { break };
            let name = own_name(name);
            let value = values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
            match value {
                Some(value) if !value.is_empty() => {
                    filled.push_str(before);
                    filled.push_str(value);
                }
                _ => continue 'lines,
            }
            rest = behind;
        }
        filled.push_str(rest);
        out.push(filled);
    }
    out.join("\n")
}

/// `name` and `姓名` are the same placeholder.
fn own_name(name: &str) -> &str {
    let name = name.trim();
    PLACEHOLDERS.iter().find(|(own, english)| *own == name || *english == name).map_or(name, |(own, _)| own)
}

/// What is wrong with a template that somebody wrote.
pub fn check(subject: &str, body: &str) -> Result<(), MessageRefusal> {
    if subject.trim().is_empty() || body.trim().is_empty() {
        return Err(MessageRefusal::Empty);
    }
    for (text, limit) in [(subject, SUBJECT_MAX), (body, BODY_MAX)] {
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        if length > limit {
            return Err(MessageRefusal::TooLong { length, limit });
        }
    }
    let mut unknown: Vec<String> = Vec::new();
    for text in [subject, body] {
        for line in text.lines() {
            let mut pieces = line.split('{');
            if pieces.next().is_some_and(|before| before.contains('}')) {
                unknown.push("}".into());
            }
            for piece in pieces {
                match piece.split_once('}') {
                    Some((name, _)) if PLACEHOLDERS.iter().any(|(own, _)| *own == own_name(name)) => {}
                    Some((name, _)) => unknown.push(format!("{{{}}}", name.trim())),
                    None => unknown.push(format!("{{{}", piece.chars().take(10).collect::<String>())),
                }
            }
        }
    }
    unknown.dedup();
    if unknown.is_empty() { Ok(()) } else { Err(MessageRefusal::Placeholders(unknown)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Vec<(&'static str, String)> {
        vec![("姓名", "李强".into()), ("截止时间", "12月6日 周日 23:59".into()), ("金额", String::new())]
    }

    #[test]
    fn lines_without_a_value_are_left_out() {
        let text = "{姓名}，您好：\n请缴费 {金额} 元。\n请在 {截止时间} 前补正。\n没有占位的行。";
        assert_eq!(fill(text, &values()), "李强，您好：\n请在 12月6日 周日 23:59 前补正。\n没有占位的行。");
        assert_eq!(fill("{ name }: {until}", &values()), "李强: 12月6日 周日 23:59");
    }

    #[test]
    fn a_value_is_never_read_as_a_template() {
        let values = vec![("说明", "{姓名} { } }{".to_owned())];
        assert_eq!(fill("原因：{说明}", &values), "原因：{姓名} { } }{");
    }

    #[test]
    fn unknown_placeholders_and_loose_braces_are_named() {
        assert_eq!(check("{姓名}", "请看 {链接}"), Ok(()));
        let wrong = check("{姓 名}", "{password} 和 {未关").unwrap_err();
        let all = ["{姓 名}", "{password}", "{未关"].map(str::to_owned).to_vec();
        assert_eq!(wrong, MessageRefusal::Placeholders(all));
        assert_eq!(check("a}", "b"), Err(MessageRefusal::Placeholders(vec!["}".into()])));
        assert_eq!(check("  ", "b"), Err(MessageRefusal::Empty));
        let long = "长".repeat(81);
        assert_eq!(check(&long, "b"), Err(MessageRefusal::TooLong { length: 81, limit: 80 }));
    }
}
