//! Sentences of 我的报名: what to do next, what happened, what comes.

use domain::application::progress::{Act, Progress, Tone};
use domain::application::{Party, Stage};
use domain::page::mine::{Happening, MyApplication, MyCase, What};
use domain::time::{Timestamp, chinese_date, chinese_moment};

/// The heading of the list.
pub fn to_do_title(count: usize) -> String {
    if count == 0 { "我的报名".into() } else { format!("您有 {count} 件事要做") }
}

/// What the card asks for: heading and button.
pub fn to_do(progress: &Progress) -> (&'static str, &'static str) {
    if progress.acts.contains(&Act::Correct) {
        ("按审核老师说的改几处，再提交", "去修改")
    } else {
        ("报名还没提交，接着填", "接着填")
    }
}

/// What happens when the time runs out.
pub fn otherwise(progress: &Progress) -> &'static str {
    if progress.acts.contains(&Act::Correct) {
        "到时没改好，这次报名作废，名额让给别人。"
    } else {
        "到时没提交，就报不上这一期。填过的会留着。"
    }
}

/// `12月6日 周日 23:59 截止`.
pub fn deadline(until: Timestamp, now: Timestamp) -> String {
    format!("{} 截止", chinese_moment(until, now.day()))
}

/// The badge, from the reader's side; the procedure's own word where it has one.
pub fn badge(progress: &Progress) -> String {
    progress.label.clone()
}

/// The line of an application that has ended or waits for others.
pub fn standing(line: &MyApplication, now: Timestamp) -> String {
    let begun = chinese_date(line.since.day(), now.day());
    match (line.progress.tone, line.progress.over) {
        (_, true) => format!("{begun} 开始填写，到期没有提交"),
        (Tone::Others, _) => "机构正在审核，有结果会马上显示在这里".into(),
        (Tone::Done, _) => "审核通过，等机构通知缴费和领准考证".into(),
        (Tone::Refused, _) => "点进去看原因，和还能做什么".into(),
        (Tone::Expired, _) => "您撤回了这份报名".into(),
        _ => format!("{begun} 开始填写"),
    }
}

/// One line of the timeline, for its applicant.
pub fn happening(what: What) -> &'static str {
    match what {
        What::Started => "开始填写",
        What::PhotoKept => "上传了证件照",
        What::FileAdded => "上传了材料",
        What::FileRemoved => "删除了材料",
        What::Signed => "签了承诺书",
        What::Submitted => "提交报名",
        What::Undone => "撤回来修改",
        What::Withdrawn => "放弃报名",
        What::Claimed => "审核老师开始看",
        What::Released => "审核老师先放下了",
        What::Opened => "审核老师打开了材料",
        What::Revealed => "审核老师核对了证件号码",
        What::Approved => "审核通过",
        What::Returned => "退回，请改几处",
        What::Rejected => "审核不通过",
        What::Reopened => "机构重新审核",
    }
}

/// When a line of the timeline happened, and its words.
pub fn happened_at(happening: &Happening, now: Timestamp) -> String {
    let at = chinese_moment(happening.at, now.day());
    if happening.text.is_empty() { at } else { format!("{at}　{}", happening.text) }
}

/// What the page says under the state: what happened, why, what next.
pub fn lead(case: &MyCase) -> String {
    let now = case.now;
    match &case.stage {
        Stage::Draft if case.line.progress.over => {
            "报名时间已过，这份草稿不能再提交。填过的会留着，下一期可以照着填。".into()
        }
        Stage::Draft => format!("还没提交。{} 前提交才算报上。", chinese_moment(case.plan.window.closes, now.day())),
        Stage::Submitted { .. } => {
            format!(
                "{} 正在审核，一般 {} 个工作日内有结果。结果会马上显示在这一页，不用反复登录查。",
                case.plan.agency_name, case.answer_days
            )
        }
        Stage::Returned { until, .. } if now > *until => {
            format!("补正时间 {} 已过，名额已让出。", chinese_moment(*until, now.day()))
        }
        Stage::Returned { until, remarks, .. } => format!(
            "审核老师退回了 {} 处。只要改这几处，其他已经合格。{} 前改好并重新提交。",
            remarks.len(),
            chinese_moment(*until, now.day())
        ),
        Stage::Approved { at } => format!(
            "{} 审核通过。考试 {}，请留意机构的缴费和准考证通知，电话 {}。",
            chinese_moment(*at, now.day()),
            chinese_date(case.plan.exam_on, now.day()),
            case.plan.contact_phone
        ),
        Stage::Rejected { grounds, .. } => format!("不通过：{}", grounds.text),
        Stage::Withdrawn { at } => format!("您在 {} 放弃了这份报名，名额已让出。", chinese_moment(*at, now.day())),
    }
}

/// What may be done after a rejection or a withdrawal while the window is open.
pub const AGAIN_POSSIBLE: &str = "报名还没截止。条件合适的话，可以换一条申报条件或补齐材料，重新报名。";
/// After the window.
pub const AGAIN_LATER: &str = "这一期报名已截止，可以看看下一期。有疑问请打电话问机构。";

/// Why nothing can be taken back at the moment.
pub const CLAIMED: &str = "审核老师正在看您的材料，这时不能撤回。看完会马上显示结果。";

/// What follows a submission, in order.
pub fn what_next(case: &MyCase) -> Vec<(String, String)> {
    let today = case.now.day();
    vec![
        (
            "机构审核".into(),
            format!(
                "一般 {} 个工作日内有结果，最晚 {}。",
                case.answer_days,
                chinese_moment(case.plan.review_close, today)
            ),
        ),
        ("要改的，会告诉您哪几处".into(), "只改那几处就行，其他不用再填。".into()),
        (
            "通过后缴费".into(),
            if case.plan.fee.0 == 0 {
                "这次考试不收费。".into()
            } else {
                format!("{} 元，缴费方式看机构通知。", case.plan.fee.yuan())
            },
        ),
        ("考试".into(), format!("{}，{}", chinese_date(case.plan.exam_on, today), case.plan.site)),
    ]
}

/// The question before giving up.
pub const WITHDRAW_TITLE: &str = "确定放弃这次报名？";
/// What giving up means.
pub fn withdraw_meaning(case: &MyCase) -> String {
    let seat = if case.stage.holds_seat() { "名额会马上让给别人，" } else { "" };
    format!("{seat}填过的内容不能再提交。报名截止前可以从头再报。")
}

/// Whether anybody but the applicant moves next.
pub fn waits_for_applicant(progress: &Progress) -> bool {
    progress.awaits == Party::Applicant && !progress.over
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_returned_application_asks_for_corrections_and_a_draft_for_the_rest() {
        let progress = |acts| Progress {
            label: String::new(),
            tone: Tone::Me,
            awaits: Party::Applicant,
            acts,
            until: None,
            over: false,
        };
        assert_eq!(to_do(&progress(vec![Act::Correct, Act::Withdraw])).1, "去修改");
        assert_eq!(to_do(&progress(vec![Act::Continue])).1, "接着填");
        assert!(!waits_for_applicant(&Progress { over: true, ..progress(vec![]) }));
    }
}
