//! Sentences of the review desk.

use domain::application::{Claim, StageName};
use domain::page::desk::Doubt;
use domain::page::mine::What;
use domain::time::{Timestamp, chinese_date, chinese_moment};

/// 41 分, 3 小时, 2 天: how long something has waited.
pub fn age(now: Timestamp, since: Timestamp) -> String {
    match now.since(since).max(0) / 60_000 {
        0 => "刚刚".into(),
        minutes @ 1..=59 => format!("{minutes} 分"),
        minutes @ 60..=1439 => format!("{} 小时", minutes / 60),
        minutes => format!("{} 天", minutes / 1440),
    }
}

/// `10:42` for today, `11-20 16:42` for other days.
pub fn stamp(at: Timestamp, now: Timestamp) -> String {
    let local = at.in_shanghai();
    if at.day() == now.day() { local.format("%H:%M").to_string() } else { local.format("%m-%d %H:%M").to_string() }
}

/// Behind a number beside 概览.
pub const WAIT_FOR_ANSWERS: &str = " 件等答复";
/// Behind a number beside 计划.
pub const PLANS_WAIT: &str = " 个计划等处理";

/// The login ended while a page was open.
pub const SIGN_IN_BESIDE: &str =
    "登录已结束，这一步没有办，填的都还在这一页。请在新标签页用同一个账号登录，再回到这里按一次。";

/// `12月6日 周日 23:59`.
pub fn moment(at: Timestamp, now: Timestamp) -> String {
    chinese_moment(at, now.day())
}

/// The word of a stage, seen from the desk.
pub fn stage(stage: StageName) -> &'static str {
    match stage {
        StageName::Draft => "草稿",
        StageName::Submitted => "等审核",
        StageName::Returned => "等补正",
        StageName::Approved => "已通过",
        StageName::Rejected => "不通过",
        StageName::Withdrawn => "已撤回",
    }
}

/// A doubt in a few characters, for the queue.
pub fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::ConditionNotMet => "条件没算够".into(),
        Doubt::ConditionUnknown => "条件要人看".into(),
        Doubt::Photo(code) => photo_flag(code).into(),
        Doubt::Duplicate => "疑似重复".into(),
        Doubt::CertificateNo => "证书号少见".into(),
        Doubt::IdNumber => "证件号少见".into(),
        Doubt::WorkYears => "年限对不上".into(),
        Doubt::Resubmitted => "补正后再交".into(),
    }
}

fn photo_flag(code: &str) -> &'static str {
    match code {
        "background" => "照片背景",
        "blank" => "照片空白",
        "grayscale" => "黑白照片",
        "edited" => "照片修过",
        _ => "照片要看",
    }
}

/// What a doubt means and what to look at.
pub fn doubt_advice(doubt: &Doubt) -> &'static str {
    match doubt {
        Doubt::ConditionNotMet => "按填的内容算，还没有达到选的申报条件。请看下面的条件和证明材料。",
        Doubt::ConditionUnknown => "选的申报条件算不出来，要人判断。请看证明材料。",
        Doubt::Photo(_) => "系统只是提醒，请看照片再定。",
        Doubt::Duplicate => "同一个人或同一个手机号还有别的报名，见下面“其他报名”。",
        Doubt::CertificateNo => "证书编号和常见的写法不一样，请对照证书图片。",
        Doubt::IdNumber => "证件号码里有少见的内容，例如已撤销的地区代码，请对照证件。",
        Doubt::WorkYears => "填的工作年限和逐段工作经历算出来的不一样，请核对。",
        Doubt::Resubmitted => "退回后补正再交的，改过的地方标着“改过”。",
    }
}

/// How the rules came out, in one line.
pub fn doubts_count(count: usize) -> String {
    if count == 0 { "全部通过，没有疑点".into() } else { format!("{count} 处要您看") }
}

/// One line of a case's history.
pub fn happening(what: What, who: &str) -> String {
    let words = match what {
        What::Started => "开始填写",
        What::PhotoKept => "上传了照片",
        What::FileAdded => "加了一份材料",
        What::FileRemoved => "删了一份材料",
        What::Signed => "签了承诺书",
        What::Submitted => "提交",
        What::Undone => "撤回修改",
        What::Withdrawn => "撤回报名",
        What::Claimed => "领取审核",
        What::Released => "放回队列",
        What::Opened => "打开了全部内容",
        What::Revealed => "查看了完整号码",
        What::Approved => "审核通过",
        What::Returned => "退回补正",
        What::Rejected => "审核不通过",
        What::Reopened => "恢复审核",
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
        What::Filed => "提交申报",
        What::FilingUndone => "收回申报",
        What::OriginalsChecked => "核对原件",
        What::OpinionWritten => "填写意见",
        What::OpinionSealed => "盖章（扫描件）",
        What::LookedUp => "在窗口查到这份报名",
        What::Printed => "打印了表格",
        What::Collected => "填报了资料",
        What::LinkMade => "做了确认链接",
        What::LinkSent => "把确认链接发给了本人",
        What::Confirmed => "本人确认了资料",
        What::CertificateFound => "系统查到了原证书",
        What::StaffInvited => "邀请了工作人员",
        What::StaffJoined => "接受了邀请",
        What::StaffLetIn => "恢复了登录",
        What::StaffShutOut => "停用了登录",
        What::StaffPassword => "改了密码",
        What::SiteChosen => "选了报名机构",
        What::ResultsRecorded => "登记了各科成绩",
        What::FeePaid => return named("费用已缴", who),
        What::FeeExpired => return named("到期没有缴费，名额让出", who),
        What::FeeWaived => "免收费用",
        What::RefundAsked => return named("退款", who),
        What::Refunded => return named("退款已到账", who),
        What::CertificatesPrepared => "准备了证书名单",
        What::CertificatesDropped => "收回了证书名单",
        What::CertificateIssued => "核发了证书",
        What::CertificateCorrected => "更正了证书",
        What::CertificateReissued => "补发了证书",
        What::CertificateRevoked => "撤销了证书",
        What::CertificateStocked => "登记了纸质证书号",
        What::CertificateDelivered => "交付了证书",
        What::CertificatesExported => "导出了证书数据",
        What::PaidAgain => return named("多付或晚付的钱，自动退回", who),
        What::MessageWays => return named("改了消息发到哪里", who),
        What::PlanActed => "改了考试安排",
        What::PlanCancelled => return named("计划取消", who),
        What::MoneyActed => return named("办理费用", who),
        What::RosterKept => "上传了名单",
        What::RosterImported => "导入了名单",
        What::RosterUndone => "撤回了名单导入",
        What::RoomsChanged => "改了考场、场次或监考安排",
        What::SeatsArranged => "编排了座位",
        What::TicketIssued => "发了准考证",
        What::TicketReissued => "重发了准考证",
        What::Attended => "登记了到场情况",
        What::MisconductNoted => "登记了违纪",
        What::AdjustmentGranted => "同意了合理便利",
        What::SeatAsked => "申请更正准考证或合理便利",
        What::SeatAnswered => "答复了考务申请",
        What::ScoresImported => "导入了成绩表",
        What::ScoresEntered => "录入了成绩",
        What::ScoresLocked => "锁定了成绩",
        What::ScoresUnlocked => "解除了成绩锁定",
        What::ScoresReleased => "发布了成绩",
        What::ScoreCorrected => "更正了一科成绩",
        What::RecheckAsked => "申请复核成绩",
        What::RecheckAnswered => "答复了成绩复核",
    };
    let staff = matches!(what, What::StaffInvited | What::StaffJoined | What::StaffLetIn | What::StaffShutOut);
    if who.is_empty() && staff {
        return format!("系统{words}");
    }
    if who.is_empty() { format!("申报人{words}") } else { format!("{who} {words}") }
}

/// What the system does by itself has no person in front.
fn named(words: &str, who: &str) -> String {
    if who.is_empty() { words.to_owned() } else { format!("{who} {words}") }
}

/// Who holds a case, told to the person who holds it.
pub fn held_by_you(claim: &Claim, now: Timestamp) -> String {
    format!("您正在审，到 {} 为止，别人只能看", stamp(claim.until, now))
}

/// Who holds a case, told to everybody else.
pub fn held_by(claim: &Claim, now: Timestamp) -> String {
    format!("{} 正在审，到 {} 为止", claim.name, stamp(claim.until, now))
}

/// Ask before approving many.
pub fn bulk_question(count: usize) -> String {
    format!("确定通过这 {count} 件？")
}

/// What approving many will do.
pub const BULK_ADVICE: &str = "只会通过规则全部合格的；有疑点的、别人正在审的会留下，并告诉您原因。";

/// What came of approving many.
pub fn bulk_outcome(approved: usize, refused: usize) -> String {
    match (approved, refused) {
        (approved, 0) => format!("已通过 {approved} 件。"),
        (0, refused) => format!("没有通过任何一件，{refused} 件留下了，原因见下。"),
        (approved, refused) => format!("已通过 {approved} 件，{refused} 件留下了，原因见下。"),
    }
}

/// The button above the queue.
pub fn new_rows(count: usize) -> String {
    format!("有 {count} 条新的")
}

/// Why the list is empty.
pub fn empty_queue(tab: &str, filtered: bool) -> (&'static str, &'static str) {
    if filtered {
        return ("没有符合条件的", "换个词，或去掉筛选再看。");
    }
    match tab {
        "claimed" => ("没有别人在审的", "同事领取的会出现在这里。"),
        "returned" => ("没有等补正的", "退回给申报人、还没交回来的会出现在这里。"),
        "decided" => ("今天还没有审过", "通过、退回、不通过的都会记在这里。"),
        _ => ("没有待审的了", "新的来了会自动出现。"),
    }
}

/// Told after a decision, on the next case.
pub fn decided(stage: StageName) -> &'static str {
    match stage {
        StageName::Approved => "上一件已通过。",
        StageName::Returned => "上一件已退回补正。",
        StageName::Rejected => "上一件已定为不通过。",
        _ => "上一件已处理。",
    }
}

/// The case changed under an open page.
pub const CHANGED_LIVE: &str = "这件刚有变化。您正在看的是变化前的，写的还在。";
/// A decision came too late.
pub const CHANGED_BEFORE_DECISION: &str = "没有提交：您打开以后，这件有变化。您写的都还在，请看过变化再决定。";
/// The authority's desk.
pub const READ_ONLY: &str = "您可以查看，决定由评价机构作出。";
/// Why a full number is shown only with a reason.
pub const REVEAL_HINT: &str = "查看完整内容会记入这件的历史，请写明为什么要看。";
/// Under the words to the applicant.
pub const SENT_VERBATIM: &str = "申报人会原样看到";

/// Deadline hint.
pub fn until_hint(default: Timestamp, latest: Timestamp, now: Timestamp) -> String {
    let days = (default.day() - now.day()).num_days();
    format!("一般 {days} 天，最晚 {}。到这一天 23:59 为止。", chinese_date(latest.day(), now.day()))
}

/// A chart in one sentence.
pub fn chart(submitted: &[u64], decided: &[u64]) -> String {
    let (total_in, total_out) = (submitted.iter().sum::<u64>(), decided.iter().sum::<u64>());
    let most = submitted.iter().max().copied().unwrap_or(0);
    format!("最近 {} 天共提交 {total_in} 件，审了 {total_out} 件，最多的一天提交 {most} 件。", submitted.len())
}

/// A file without faults.
pub const PROFILE_FINE: &str = "没有错误。下面是试走的结果和全文，看过再发布；发布后不能再改，要改就出新的一版。";

/// What happened to the file.
pub const PROFILE_PUBLISHED: &str = "已发布。以后发布的计划用这一版，已经发布的计划还用原来的。";

/// What the box takes.
pub const PROFILE_PASTE: &str = "把整个文件贴在这里。检查不会发布，改到没有错误才能发布。";

/// Heading over what is wrong with a file.
pub fn profile_faults(count: usize) -> String {
    format!("有 {count} 处要改，改好才能发布")
}

/// Why a version was not published.
pub fn version_must_count_up(newest: u32) -> String {
    format!("没有发布：已经有第 {newest} 版了。请把 version 改成 {}，再检查一次。", newest + 1)
}

/// What an invitation link is good for.
pub const INVITATION: &str = "链接只显示这一次，72 小时内有效，用过就失效。请复制后发给本人，由本人设置密码。";

/// An invitation that cannot be used.
pub const INVITATION_OVER: &str = "邀请链接已经用过，或超过了 72 小时。请让机构管理员再发一次。";

/// The staff password was changed.
pub const PASSWORD_CHANGED: &str = "密码已改好。别的浏览器上的登录都已结束。";

/// Shortcut keys of the desk: keys and what they do.
pub const KEYS: [(&str, &str); 10] = [
    ("J K", "下一件，上一件"),
    ("A", "选“通过”"),
    ("R", "选“退回补正”"),
    ("X", "选“不通过”"),
    ("Ctrl Enter", "提交决定，看下一件"),
    ("U", "恢复上一件的决定"),
    ("1–9", "看第几份材料"),
    ("Z", "放大照片"),
    ("/", "到搜索框"),
    ("?", "打开这个说明"),
];

/// After filing.
pub fn filed(count: u32) -> String {
    format!("{count} 份报名已提交申报，申报人已经看到。")
}

/// After a filing was taken back.
pub fn unfiled(count: u32) -> String {
    format!("{count} 份报名已收回申报，回到审核通过。")
}

/// The question before filing.
pub fn file_question(count: u64) -> String {
    format!(
        "审核通过、还没申报的有 {count} 份。提交申报后，申报人看到“已提交申报”，审核决定就不能再改；有错可以收回申报。"
    )
}

/// The question before taking a filing back.
pub fn unfile_question(count: u64) -> String {
    format!("已申报的有 {count} 份。收回后回到“审核通过”，已经下载的准考证作废。请先和主管部门说好。")
}

/// A case that its applicant took back while it was open here.
pub const TAKEN_BACK: &str = "申报人刚把这件撤回去修改了，您的领取已经取消。改好再提交后，会重新排进待审。";

/// Above the list of originals.
pub const ORIGINALS: &str = "当面看原件，核对一项勾一项。要的原件都勾上，才能通过。";

/// Why a code for a new password is given.
pub const RESET_LEAD: &str =
    "核对证件后给本人一个重设码，密码由本人在登录页“重设密码”里自己设。在设好以前，原来的密码照样能用。";
/// Nobody said that the document was looked at.
pub const LOOK_FIRST: &str = "还没有生成重设码。请先核对本人和证件原件，勾选“本人在场”，再点一次。";
/// The code is shown once.
pub const RESET_ONCE: &str =
    "只显示这一次，24 小时内有效，用一次就作废。请抄给本人：登录页点“重设密码”，输证件号码和这个码。";
/// The counter's first page.
pub const COUNTER: &str = "输入报名号、报名序号或证件号码。查找会记入这件的历史，号码不会留在网址里。";

/// A lookup of the certificate filled the field in.
pub const LOOKED_UP: &str = "系统查询";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_told_in_the_largest_fitting_unit() {
        let now = Timestamp(10 * 86_400_000);
        let told: Vec<_> =
            [0, 41, 60 * 3, 60 * 24 * 2].iter().map(|minutes| age(now, Timestamp(now.0 - minutes * 60_000))).collect();
        assert_eq!(told, ["刚刚", "41 分", "3 小时", "2 天"]);
    }

    #[test]
    fn a_bulk_outcome_counts_both_sides() {
        assert_eq!(bulk_outcome(5, 0), "已通过 5 件。");
        assert_eq!(bulk_outcome(4, 1), "已通过 4 件，1 件留下了，原因见下。");
    }
}
