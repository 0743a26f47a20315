//! What is wrong with a profile, for whoever writes it at the desk.

use super::{kind, step_name};
use domain::profile::Profile;
use domain::profile::check::{Part, Wrong, kind_word};

/// The sentence of a fault.
pub fn wrong(wrong: &Wrong) -> String {
    let own = Profile::default();
    let step = |step| format!("“{}”（{}）", step_name(&own, step), domain::profile::Step::slug(step));
    match wrong {
        Wrong::Empty => "是空的。请写上内容；不是必须的，就去掉这个键。".into(),
        Wrong::NotAKey(text, signs) => {
            format!("“{text}”不能作名字。要用小写字母开头，只含小写字母、数字和 {signs}。")
        }
        Wrong::Twice(what) => format!("“{what}”写了两次。请去掉一个，或换一个名字。"),
        Wrong::OutOfRange { measured, least, most } => format!("现在是 {measured}，要在 {least} 到 {most} 之间。"),
        Wrong::Above { measured, other, limit } => format!("现在是 {measured}，不能超过 {other} 的 {limit}。"),
        Wrong::StepMissing(missing) => format!("少了步骤{}。每个程序都要有填表、照片和预览。", step(*missing)),
        Wrong::StepPlace(at, first) => {
            format!("步骤{}要放在{}。", step(*at), if *first { "最前面" } else { "最后面" })
        }
        Wrong::StepNeeds(at, part) => format!("有步骤{}，就要有{}。", step(*at), self::part(*part)),
        Wrong::NeedsStep(at) => {
            format!("没有步骤{}，这里写的就没有地方显示。请在 wizard 里加上，或去掉这里。", step(*at))
        }
        Wrong::NoField { key, like } => match like {
            Some(like) => format!("没有叫 {key} 的项目。是不是 {like}？"),
            None => format!("没有叫 {key} 的项目。请核对名字，或先加上这个项目。"),
        },
        Wrong::NeverTyped(key) => {
            format!("{key} 只显示、不填写，不能作条件。看计划请用 plan.level 或 plan.kind。")
        }
        Wrong::NoPlanKey(key) => {
            format!("计划没有 {key}。可以用 {}。", domain::profile::PLAN_KEYS.join("、"))
        }
        Wrong::NeverAnswered { key, value, offered } => {
            format!("{key} 不会是 {value}。它只能是 {}。", offered.join("、"))
        }
        Wrong::AsksNothing => "条件没有说是什么。请加 is = [\"…\"] 或 is_not = [\"…\"]。".into(),
        Wrong::NoFact(known) => format!("没有这一项资料。可以用 {}。", known.join("、")),
        Wrong::NoChoices => "选一项的，要写出选项 choices。".into(),
        Wrong::NoEffect(of) => format!("“{}”（{}）用不到它。请去掉，或换 kind。", kind(*of), kind_word(*of)),
        Wrong::NoValue => "没有一种情况符合时，就没有值了。请加 value = \"…\"。".into(),
        Wrong::Kind { key, is, must } => {
            format!("{key} 的填法是 {}，这里要 {}（{}）。", kind_word(*is), kind_word(*must), kind(*must))
        }
        Wrong::TooFew(least) => format!("至少要有 {least} 个。"),
        Wrong::Placeholder { name, known } => {
            let known: Vec<String> = known.iter().map(|name| format!("{{{name}}}")).collect();
            format!("{{{name}}} 不会被替换。可以用 {}。", known.join(" "))
        }
        Wrong::NeedsPlaceholder(name) => format!("要有 {{{name}}}，否则两个号码会一样或容易被猜到。"),
        Wrong::CalledFor(what) => format!("因为 {what}，这里要写上；不要的话，请改 {what}。"),
        Wrong::Contradicts(other) => format!("和 {other} 矛盾，没有人能同时符合。"),
        Wrong::NoDocument(key) => format!("没有叫 {key} 的材料。请先加 [[document]]。"),
        Wrong::NoTarget(text) => {
            format!("“{text}”不是可以退回的地方。要写 photo、signature、field:项目 或 document:材料。")
        }
        Wrong::Phone(text) => format!("“{text}”不是电话号码。要 5 到 20 位数字，中间可以用 - 隔开。"),
        Wrong::Level(text) => format!("“{text}”不是等级。要写 5、4、3、2 或 1。"),
    }
}

fn part(part: Part) -> &'static str {
    match part {
        Part::Entry => " [entry]：title、field 和 refusal",
        Part::Notice => "公告 notice，或这一步的 note",
        Part::Site => " [site]：title 和 reviewer_label",
        Part::Document => "要上传的 [[document]]",
        Part::Screen => " signature = \"screen\"",
        Part::Field => " [[form.section.field]]",
    }
}

/// The sentence of a file that cannot be read, from what the reader said in English.
pub fn unreadable(why: &str) -> String {
    let quoted = why.split('`').nth(1).unwrap_or_default();
    if why.starts_with("unknown field") {
        let known = why.split_once("expected").map_or("", |(_, known)| known).replace(" one of ", "").replace('`', "");
        format!("没有 {quoted} 这个键。这里可以写：{}。", known.trim())
    } else if why.starts_with("missing field") {
        format!("少了 {quoted} 这个键。")
    } else if why.starts_with("unknown variant") {
        let known = why.split_once("expected").map_or("", |(_, known)| known).replace(" one of ", "").replace('`', "");
        format!("{quoted} 不在可以写的值里：{}。", known.trim())
    } else if why.starts_with("invalid type") {
        // `invalid type: string "five", expected u32`
        let (found, wanted) = why.split_once(", expected ").unwrap_or((why, ""));
        format!("这里要{}，现在是{}。文字要加引号，数字不加。", wanted_kind(wanted), found_kind(found))
    } else if why.starts_with("duplicate key") {
        "同一个键写了两次。请去掉一个。".into()
    } else {
        format!("读不懂：{why}。请核对引号、括号和逗号。")
    }
}

/// What the reader expects, by its own word for it.
fn wanted_kind(word: &str) -> &'static str {
    match word.split_whitespace().last().unwrap_or_default() {
        "u8" | "u16" | "u32" | "u64" | "i32" | "i64" | "usize" | "NonZeroU32" => "整数",
        "f64" => "数字",
        "string" | "str" | "identifier" => "文字",
        "boolean" => " true 或 false",
        "sequence" => "一个列表 […]",
        "map" => "一张表 {…}",
        _ => "别的写法",
    }
}

/// What the reader found instead.
fn found_kind(found: &str) -> String {
    let found = found.trim_start_matches("invalid type: ");
    let value = found.split(['"', '`']).nth(1).unwrap_or_default();
    match found.split_whitespace().next().unwrap_or_default() {
        "string" => format!("文字 \"{value}\""),
        "integer" => format!("整数 {value}"),
        "floating" => format!("小数 {value}"),
        "boolean" => value.to_owned(),
        "sequence" => "一个列表".to_owned(),
        "map" => "一张表".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_reader_says_is_said_in_chinese() {
        assert_eq!(
            unreadable("unknown field `titel`, expected one of `name`, `title`"),
            "没有 titel 这个键。这里可以写：name, title。"
        );
        assert_eq!(unreadable("missing field `title`"), "少了 title 这个键。");
        assert_eq!(
            unreadable("invalid type: string \"five\", expected u32"),
            "这里要整数，现在是文字 \"five\"。文字要加引号，数字不加。"
        );
        assert_eq!(
            unreadable("invalid type: integer `5`, expected a string"),
            "这里要文字，现在是整数 5。文字要加引号，数字不加。"
        );
        assert_eq!(
            unreadable("invalid type: boolean `true`, expected a sequence"),
            "这里要一个列表 […]，现在是true。文字要加引号，数字不加。"
        );
    }
}
