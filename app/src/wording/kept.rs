//! Sentences for forms that came after the login had ended.

use domain::time::{Timestamp, chinese_moment};

/// On the page to sign in: when the login ended, and that nothing is lost.
pub fn waits(ended: Timestamp, until: Timestamp, now: Timestamp) -> String {
    // Both are minutes away nearly always: a day that is today only stands in the way.
    let at = |moment: Timestamp| match moment.day() == now.day() {
        true => moment.in_shanghai().format("%H:%M").to_string(),
        false => chinese_moment(moment, now.day()),
    };
    format!(
        "登录在 {} 结束了，刚才那一步没有办，填的内容替您留到 {}。请用同一个账号登录，回去就能看到，看过再按一次。",
        at(ended),
        at(until)
    )
}

/// On the page to sign in of the desk, where nothing was sent.
pub const ENDED: &str = "登录已结束。请重新登录，登录后回到刚才那一页。";

/// At the form that is filled in again.
pub const FILLED: &str = "登录结束时填的内容放回来了，还没有提交。请看一遍，再按一次。";
/// At a form that is only a button.
pub const PRESSED: &str = "按下时登录已经结束，这一步还没有办。要办请再按一次。";
/// Where the form no longer stands on its page.
pub const NO_FORM: &str =
    "登录结束前填的那张表现在不在这一页了，可能别处已经办过。填的内容在下面，要用请抄走，过半小时自动清掉。";
/// Where somebody else signed in.
pub const ANOTHERS: &str = "这个浏览器上留着另一个账号填的内容，只给那个账号看。要接着填，请用那个账号登录。";

/// Files that have to be chosen anew.
pub fn files(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
    format!("文件没法替您留着，请重新选择：{}。", names.join("、"))
}

/// A line of the desk, some minutes before a login ends however much is done with it.
pub fn ends_soon(at: Timestamp) -> String {
    format!(
        "本次登录 {} 结束（一次最长 8 小时）。请把手上的先提交；结束后填的内容也会替您留着。",
        at.in_shanghai().format("%H:%M")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_ago_is_told_by_the_clock_and_yesterday_by_its_day() {
        let at = |text| Timestamp::parse_shanghai(text).unwrap();
        let (ended, until) = (at("2026-11-21 23:50:00"), at("2026-11-22 00:25:00"));
        let told = waits(ended, until, at("2026-11-21 23:55:00"));
        assert!(told.starts_with("登录在 23:50 结束了") && told.contains("留到 11月22日 周日 00:25。"), "{told}");
    }

    #[test]
    fn files_are_named() {
        let names = ["证明.pdf".to_owned(), "照片.jpg".to_owned()];
        assert_eq!(files(&names), "文件没法替您留着，请重新选择：“证明.pdf”、“照片.jpg”。");
    }
}
