//! Words of messages: templates, inbox, desk.

mod english;
pub mod pages;
pub mod templates;

use domain::message::MessageRefusal;

/// What is missing before anything is looked up; none where both are there.
#[cfg(feature = "ssr")]
pub fn standing_lacks(number: &str, tail: &str) -> Option<String> {
    let digits = tail.trim().chars().count();
    if number.trim().is_empty() {
        Some("报名号还没填。它像 2026-S-001201-0006，在提交成功的页面和通知里。".into())
    } else if digits != 4 || !tail.trim().chars().all(|one| one.is_ascii_digit()) {
        Some(format!("手机后四位要 4 个数字，现在是 {digits} 个字。"))
    } else {
        None
    }
}

/// Said for an unknown number and for wrong digits alike.
#[cfg(feature = "ssr")]
pub const NO_STANDING: &str = "没有找到。请核对报名号和手机后四位：报名号在提交成功的页面和通知里，手机是报名时填的那一个。输错五次要等 15 分钟。";

/// Why something about messages was refused, and what to do next.
pub fn refusal(refusal: &MessageRefusal) -> String {
    match refusal {
        MessageRefusal::MailAddress => "这不是邮箱地址。请按 name@example.com 的样子填写。".into(),
        MessageRefusal::CodeOver => {
            "这个确认链接已经用过或者超过 24 小时。请在“我的消息”的“消息发到哪里”里重新发送。".into()
        }
        MessageRefusal::Placeholders(unknown) => {
            format!("模板里有不认识的占位：{}。请从页面列出的占位里选用，或把花括号去掉。", unknown.join("、"))
        }
        MessageRefusal::Empty => "标题和正文都要填写。".into(),
        MessageRefusal::TooLong { length, limit } => format!("写了 {length} 个字，最多 {limit} 个字。请缩短后再保存。"),
        MessageRefusal::Nobody => "这个范围里现在没有人。请换一个范围。".into(),
        MessageRefusal::OtherPeople { now, shown } => {
            format!("预览时是 {shown} 人，现在是 {now} 人。请看过新的预览再发送。")
        }
        MessageRefusal::Endpoint => "推送地址要以 https:// 开头，指向一个公网域名，最多 300 个字符。".into(),
        MessageRefusal::TooManyEndpoints { limit } => format!("最多 {limit} 个推送地址。请先停用一个。"),
        MessageRefusal::NotFailed => "这一条没有失败，不需要再发。刷新后可以看到它的状态。".into(),
        MessageRefusal::TooOften { minutes } => format!("试的次数太多了，请 {minutes} 分钟后再试。"),
    }
}
