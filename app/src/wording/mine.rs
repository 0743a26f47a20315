//! Sentences of 我的报名: what to do next, what happened, what comes.

use super::wizard::by_plan;
use domain::application::axes::{Filing, Money};
use domain::application::progress::{Act, Progress, Tone};
use domain::application::{Party, Stage};
use domain::page::mine::{Happening, MyApplication, MyCase, What};
use domain::profile::{EditUntil, Standing};
use domain::time::{Timestamp, chinese_date, chinese_moment};

/// The heading of the list.
pub fn to_do_title(count: usize) -> String {
    if count == 0 { "我的报名".into() } else { format!("您有 {count} 件事要做") }
}

/// The name of the bell in the header.
pub fn bell(unread: u64) -> String {
    if unread == 0 { "我的消息".into() } else { format!("我的消息，{unread} 条未读") }
}

/// What the card asks for: heading and button.
pub fn to_do(one: &MyApplication) -> (String, &'static str) {
    let progress = &one.progress;
    if let Some(fee) = one.due {
        let button = if one.pays_here { "去缴费" } else { "看怎么缴" };
        let approved = matches!(progress.standing, Standing::Approved | Standing::Filed);
        return (format!("{}请交 {} 元", if approved { "审核通过了，" } else { "" }, fee.yuan()), button);
    }
    let (asked, button) = if progress.acts.contains(&Act::Correct) {
        ("按审核老师说的改几处，再提交", "去修改")
    } else {
        ("报名还没提交，接着填", "接着填")
    };
    (asked.to_owned(), button)
}

/// What happens when the time runs out; empty where nothing does, or where another page says it.
pub fn otherwise(one: &MyApplication) -> &'static str {
    let progress = &one.progress;
    if one.due.is_some() {
        ""
    } else if progress.acts.contains(&Act::Correct) {
        "到时没改好，这次报名作废，名额让给别人。"
    } else if one.place.as_ref().is_some_and(|place| place.held_until().is_some()) {
        "到时没提交，名额就给下一位。填过的会留着。"
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
    if line.progress.called_off {
        return "机构取消了这个计划，点进去看原因和退费".into();
    }
    match (line.progress.tone, line.progress.over) {
        (_, true) if line.progress.standing == Standing::Approved || line.progress.standing == Standing::Filed => {
            "到期没有缴费，点进去看还能做什么".into()
        }
        (_, true) if line.progress.standing == Standing::Returned => "退回以后，到期没有改好重新提交".into(),
        (_, true) => format!("{begun} 开始填写，到期没有提交"),
        (Tone::Others, _) => "机构正在审核，有结果会马上显示在这里".into(),
        (Tone::Done, _) => done(line, now),
        (Tone::Refused, _) => "点进去看原因，和还能做什么".into(),
        (Tone::Expired, _) => "您撤回了这份报名".into(),
        _ => format!("{begun} 开始填写"),
    }
}

/// The line of an approved application: what comes next.
fn done(line: &MyApplication, now: Timestamp) -> String {
    match (line.progress.standing, line.progress.until) {
        (Standing::Scored, _) => "成绩已经发布".into(),
        (Standing::Filed, _) => "机构已报给主管部门，准考证看下面".into(),
        (_, Some(until)) => format!("请在 {} 前缴费，怎么缴点进去看", chinese_moment(until, now.day())),
        _ => "审核通过，等机构提交申报和发准考证".into(),
    }
}

/// What the money asks of an approved applicant: how much, until when, how, and what happens otherwise.
pub fn payment(case: &MyCase) -> Vec<String> {
    let (plan, now) = (&case.plan, case.now);
    let phone = format!("{} {}", plan.contact, plan.contact_phone);
    let otherwise = match (case.lines.gives_up, case.lines.unpaid.as_str()) {
        (false, _) => None,
        (true, "") => Some("到时没有缴费，名额就让给别人。".to_owned()),
        (true, official) => Some(format!("“{}”：到时没有缴费，名额就让给别人。", official.trim_end_matches('。'))),
    };
    let mut lines = Vec::new();
    match case.axes.money {
        Money::Due { until } => {
            let fee = case.order.as_ref().map_or(plan.fee, |order| order.amount).yuan();
            lines.push(match until {
                Some(until) => format!("费用 {fee} 元，{} 截止。", chinese_moment(until, now.day())),
                None => format!("费用 {fee} 元。"),
            });
            if case.order.is_none() {
                lines.push(format!("请按机构通知的方式缴，没收到通知就打 {phone}。"));
            }
            lines.extend(otherwise);
            if !case.lines.gate {
                lines.push("缴费不影响审核、申报和准考证。".into());
            }
        }
        Money::Expired { until } => {
            let when = until.map_or_else(String::new, |until| chinese_moment(until, now.day()));
            let official = case.lines.unpaid.trim_end_matches('。');
            let gap = if official.is_empty() { "" } else { "。" };
            lines.push(format!("{official}{gap}缴费时间 {when} 已过，名额可能已经让出。"));
            lines.push(format!("还想参加，请马上打机构电话 {phone}。"));
        }
        Money::Paid if case.order.is_none() => lines.push("费用已经缴清。".into()),
        Money::Paid => {}
        Money::Waived => lines.push("这次考试不用缴费。".into()),
        Money::Agency => lines.push("费用由机构统一缴，您不用缴。".into()),
        Money::None => {}
    }
    lines.extend(case.order.as_ref().and_then(super::money::settled));
    lines
}

/// Why a submission can still be taken back, or until when.
pub fn undo_hint(edit_until: EditUntil) -> &'static str {
    match edit_until {
        EditUntil::Claim => "审核老师开始看之前，可以撤回来改，改好再提交。",
        EditUntil::Decision => "审核结果出来之前，可以撤回来改，改好再提交。老师正在看也可以，会告诉老师您撤回了。",
    }
}

/// What to bring to the counter.
pub fn counter(labels: &[String]) -> String {
    format!("请带原件到现场审查：{}。老师当面逐项核对，核对结果会显示在下面的“经过”里。", labels.join("、"))
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
        What::WayAdded => "多了一种登录方式",
        What::NumberFound => "找回了报名序号",
        What::Merged => "两个账号合成了一个",
        What::Preloaded => "预录了账号",
        What::CodeRenewed => "换了激活码",
        What::CodeRevoked => "收回了激活码",
        What::Activated => "激活了账号",
        What::ResetCodeGiven => "窗口核对证件后给了重设码",
        What::PasswordCodeSent => "发了重设密码的验证码",
        What::PasswordReset => "忘了密码，设了新密码",
        What::Filed => "机构已提交申报",
        What::RoomsChanged => "考场安排有变",
        What::SeatsArranged => "座位已编排",
        What::TicketIssued => "准考证已发",
        What::TicketReissued => "时间、地点、考场、座位或怎么去有变，准考证已重发",
        What::Attended => "到场情况已登记",
        What::MisconductNoted => "登记了违纪",
        What::AdjustmentGranted => "同意了合理便利",
        What::SeatAsked => "申请更正准考证或合理便利",
        What::SeatAnswered => "机构答复了申请",
        What::FilingUndone => "机构收回了申报",
        What::OriginalsChecked => "现场核对了原件",
        What::OpinionWritten => "填了意见",
        What::OpinionSealed => "盖了章",
        What::LookedUp => "窗口查到了这份报名",
        What::Printed => "机构打印了表格",
        What::Collected => "机构填报了资料",
        What::LinkMade => "机构发了确认链接",
        What::LinkSent => "机构把确认链接发给了您",
        What::Confirmed => "您确认了资料",
        What::StaffInvited | What::StaffJoined | What::StaffLetIn | What::StaffShutOut | What::StaffPassword => "",
        What::SiteChosen => "选了报名机构",
        What::ResultsRecorded => "登记了成绩",
        What::FeePaid => "费用已缴",
        What::FeeExpired => "到期没有缴费，名额让出",
        What::FeeWaived => "费用免收",
        What::RefundAsked => "正在退款",
        What::Refunded => "退款已退回",
        What::CertificatesPrepared => "机构在准备证书",
        What::CertificatesDropped => "机构收回了准备好的证书名单",
        What::CertificateIssued => "证书已核发",
        What::CertificateCorrected => "证书已更正",
        What::CertificateReissued => "证书已补发",
        What::CertificateRevoked => "证书已撤销",
        What::CertificateStocked => "证书已打印",
        What::CertificateDelivered => "证书已交付",
        What::CertificatesExported => "机构导出了证书数据",
        What::PaidAgain => "多付或晚付的钱，自动退回",
        What::MessageWays => "改了消息发到哪里",
        What::PlanActed => "考试安排有变动",
        What::PlanCancelled => "计划已取消",
        What::MoneyActed => "办理费用",
        What::RosterKept | What::RosterImported => "机构导入了名单",
        What::RosterUndone => "机构撤回了名单导入",
        What::ScoresImported => "导入了成绩",
        What::ScoresEntered => "录入了成绩",
        What::ScoresLocked => "锁定了成绩",
        What::ScoresUnlocked => "解除了成绩锁定",
        What::ScoresReleased => "成绩发布",
        What::ScoreCorrected => "机构更正了成绩",
        What::RecheckAsked => "您申请复核成绩",
        What::RecheckAnswered => "机构答复了复核",
        What::CertificateFound => "系统查到了原证书",
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
    if case.line.progress.called_off {
        return "这场考试不办了，报名跟着结束，不用您做什么。".into();
    }
    match &case.stage {
        Stage::Draft if case.line.progress.over => {
            "报名时间已过，这份草稿不能再提交。填过的会留着，下一期可以照着填。".into()
        }
        Stage::Draft => {
            let until = case.line.progress.until.unwrap_or(case.plan.window.closes);
            format!("还没提交。{} 前提交才算报上。", chinese_moment(until, now.day()))
        }
        Stage::Submitted { .. } => {
            format!(
                "{} 正在审核，一般 {} 个工作日内有结果。结果会马上显示在这一页，不用反复登录查。",
                case.plan.agency_name, case.answer_days
            )
        }
        Stage::Returned { until, .. } if now > *until => {
            format!("补正时间 {} 已过，名额已让出。", chinese_moment(*until, now.day()))
        }
        Stage::Returned { until, remarks, .. } => {
            let what = match by_plan(remarks) {
                Some(anew) => format!(
                    "计划由“{}”变更为“{}”，有 {} 处要重新核对，名额为您留着。",
                    anew.was,
                    anew.is,
                    remarks.len()
                ),
                None => format!("审核老师退回了 {} 处。只要改这几处，其他已经合格。", remarks.len()),
            };
            format!("{what}{} 前改好并重新提交。", chinese_moment(*until, now.day()))
        }
        Stage::Approved { at } => {
            let exam = chinese_date(case.plan.exam_on, now.day());
            match (case.line.progress.standing, case.axes.filing) {
                (Standing::Scored, _) => "成绩已经发布，见下面。".into(),
                (_, Filing::Filed { at }) => format!(
                    "{} 在 {} 把您报给了主管部门。考试 {exam}。",
                    case.plan.agency_name,
                    chinese_moment(at, now.day())
                ),
                _ => format!("{} 审核通过。考试 {exam}。", chinese_moment(*at, now.day())),
            }
        }
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
                format!("{} 元，到时在这一页缴。", case.plan.fee.yuan())
            },
        ),
        ("考试".into(), exam(case)),
    ]
}

/// When the exam is, and where.
fn exam(case: &MyCase) -> String {
    let day = chinese_date(case.plan.exam_on, case.now.day());
    if case.plan.site.is_empty() { day } else { format!("{day}，{}", case.plan.site) }
}

/// The question before giving up.
pub const WITHDRAW_TITLE: &str = "确定放弃这次报名？";
/// What giving up means.
pub fn withdraw_meaning(case: &MyCase) -> String {
    let seat = if case.stage.holds_seat() { "名额会马上让给别人，" } else { "" };
    format!("{seat}填过的内容不能再提交。报名截止前可以从头再报。")
}

/// Whether the applicant moves next, by filling in, mending or paying.
pub fn waits_for_applicant(one: &MyApplication) -> bool {
    (one.progress.awaits == Party::Applicant || one.due.is_some()) && !one.progress.over
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::Fen;

    #[test]
    fn a_card_asks_for_corrections_for_the_rest_or_for_the_fee() {
        let line = |acts, due: Option<Fen>, over| MyApplication {
            id: "01939a4e-0000-7000-8000-000000000001".parse().unwrap(),
            number: String::new(),
            plan_title: String::new(),
            trade: String::new(),
            occupation: String::new(),
            direction: String::new(),
            level: String::new(),
            agency_name: String::new(),
            progress: Progress {
                label: String::new(),
                standing: if due.is_some() { Standing::Approved } else { Standing::Returned },
                payment: String::new(),
                tone: if due.is_some() { Tone::Done } else { Tone::Me },
                awaits: if due.is_some() { Party::Payer } else { Party::Applicant },
                acts,
                until: None,
                over,
                called_off: false,
            },
            since: Timestamp(0),
            has_payment: false,
            due,
            pays_here: true,
            prints: Vec::new(),
            place: None,
        };
        assert_eq!(to_do(&line(vec![Act::Correct, Act::Withdraw], None, false)).1, "去修改");
        assert_eq!(to_do(&line(vec![Act::Continue], None, false)).1, "接着填");
        let owes = line(vec![], Some(Fen(28_000)), false);
        assert_eq!(to_do(&owes), ("审核通过了，请交 280.00 元".to_owned(), "去缴费"));
        assert!(waits_for_applicant(&owes));
        assert!(!waits_for_applicant(&line(vec![], None, true)));
    }
}
