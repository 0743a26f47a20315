//! Sentences of the wizard: steps, saving, signing, what is still missing.

use chrono::Timelike;
use domain::application::{Anew, AskedAnew, Remark};
use domain::profile::{EditUntil, Step};
use domain::time::{Timestamp, chinese_moment};

/// The name of a step, as the procedure prints it.
pub fn step(step: Step) -> &'static str {
    match step {
        Step::Photo => "上传证件照",
        Step::Entry => "确认这里可以报名",
        Step::Notice => "确认报名须知",
        Step::Site => "选择报名机构",
        Step::Form => "填写报名信息",
        Step::Documents => "上传证件信息",
        Step::Sign => "扫码在线签名",
        Step::Preview => "预览确认提交",
    }
}

/// The title of a step's page; begins with 错误 where there is one.
pub fn title(at: Step, wrong: bool) -> String {
    if wrong { format!("错误：{}", step(at)) } else { step(at).to_owned() }
}

/// The button below the notice.
pub const NOTICE_READ: &str = "我已阅读，下一步";

/// `第 2 步，共 4 步`.
pub fn step_of(at: usize, all: usize) -> String {
    format!("第 {at} 步，共 {all} 步")
}

/// The deadline in the line above the steps.
pub fn closes(closes: Timestamp, now: Timestamp) -> String {
    format!("{} 前提交", chinese_moment(closes, now.day()))
}

/// `10:42`, the clock of a saved draft.
pub fn clock(at: Timestamp) -> String {
    let local = at.in_shanghai();
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// The badge after saving.
pub fn saved(at: Timestamp) -> String {
    format!("已保存 {}", clock(at))
}

/// The button below the form.
pub const SAVE_AND_GO_ON: &str = "保存，下一步";
/// After the official words about saving the form: why it matters, and what to do next.
pub const SAVED_FORM: &str = "填的都存好了，离开也不会丢。现在接着办这一步，或以后从“我的报名”回来。";
/// While saving.
pub const SAVING: &str = "正在保存";
/// Typed, but not sent yet.
pub const SOON: &str = "稍后自动保存";
/// The way to sign in beside the page, where the login ended while it was open.
pub const SIGN_IN_BESIDE: &str = "在新标签页登录";
/// The connection is gone; nothing is lost.
pub const OFFLINE: &str = "没有保存成功，网络断了。填的都还在这一页，网络恢复后自动再试";
/// Something on our side; it is tried again.
pub const RETRYING: &str = "没有保存成功，系统这边出了问题。填的都还在这一页，会自动再试";
/// Another page saved first.
pub const MEANWHILE: &str = "还没有保存：这份报名在别的页面或设备上改过，请先选用哪一个";

/// Why a person cannot go on while a conflict is open.
pub const CHOOSE_FIRST: &str = "这份报名在另一个页面或设备上也改过。下面不一样的地方，请逐条选用哪一个，选好后保存。";

/// The questions of a section that do not apply, and what is recorded instead.
pub fn not_applicable(title: &str, recorded: &[String]) -> String {
    if recorded.is_empty() {
        format!("“{title}”不用填。")
    } else {
        format!("“{title}”不用填，按规定记录为：{}。", recorded.join("、"))
    }
}

/// Beside 更新, for browsers without script.
pub const UPDATE_HINT: &str = "选好后点“更新”，再显示要填的内容。";

/// A document is missing.
pub fn document_missing(label: &str) -> String {
    format!("“{label}”还没有上传。")
}

/// No photo yet.
pub const PHOTO_MISSING: &str = "还没有证件照。";
/// No signature yet.
pub const NOT_SIGNED: &str = "还没有签名。";
/// Signed before the last change.
pub const SIGNED_BEFORE: &str = "签名以后内容又改过，要再签一次。";

/// Heading of what is missing before submission.
pub fn missing_title(count: usize) -> String {
    format!("还有 {count} 处没有完成，补好就能提交")
}

/// Above what is about to be submitted, `again` after a correction.
pub fn check(again: bool, edit_until: EditUntil) -> &'static str {
    match (again, edit_until) {
        (true, _) => "请核对改过的几处。要改的点“修改”。这次提交以后不能再撤回来改，请核对无误再提交。",
        (false, EditUntil::Claim) => "请核对。要改的点“修改”，核对无误再提交。审核老师开始看之前，提交了也能撤回来改。",
        (false, EditUntil::Decision) => {
            "请核对。要改的点“修改”，核对无误再提交。审核结果出来之前，提交了也能撤回来改。"
        }
    }
}

/// A returned item that was not opened for correction.
pub const CLOSED_FIELD: &str = "这次不用改";

/// The banner above every step of a returned application.
pub fn returned(until: Timestamp, now: Timestamp, remarks: &[Remark]) -> String {
    let what = match by_plan(remarks) {
        Some(anew) => format!("计划由“{}”变更为“{}”，要重新核对几处，其他不用再填。", anew.was, anew.is),
        None => "审核老师退回了几处，只需要改这几处，其他已经合格，不用再填。".to_owned(),
    };
    format!("{what}{} 前改好并重新提交，过期就不能再改。", chinese_moment(until, now.day()))
}

/// What became of the plan, where it is the plan that asks.
pub fn by_plan(remarks: &[Remark]) -> Option<&Anew> {
    remarks.iter().find_map(|remark| remark.anew.as_ref())
}

/// What stands at something that was returned: who says it, and what.
pub fn remark(remark: &Remark) -> String {
    match &remark.anew {
        Some(anew) => format!("计划已变更为“{}”。{}。", anew.is, asked_anew(anew.ask)),
        None => format!("审核老师：{}", remark.text),
    }
}

/// The same where it is clear who says it.
pub fn remark_alone(remark: &Remark) -> String {
    match &remark.anew {
        Some(anew) => asked_anew(anew.ask).to_owned(),
        None => remark.text.clone(),
    }
}

/// What is to be done because a plan examines something else now.
fn asked_anew(ask: AskedAnew) -> &'static str {
    match ask {
        AskedAnew::Condition => "请按新的申报条件重新选择",
        AskedAnew::Field => "这一项请按新的要求填写",
        AskedAnew::Document => "要交这份材料",
        AskedAnew::Signature => "承诺的内容变了，请重新签名",
        AskedAnew::Whole => "愿意参加，请核对后再次提交；不愿意，请撤回",
    }
}

/// The wizard of something that is no draft any more.
pub const NOT_A_DRAFT: &str = "这份报名已经提交，内容不能在这里改了。进度和可以做的事在“我的报名”里。";

/// Validity of a link for signing.
pub fn link_until(until: Timestamp) -> String {
    format!("有效到 {}，只能用一次", clock(until))
}

/// `9 分 48 秒`.
pub fn minutes_left(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    format!("{} 分 {:02} 秒", seconds / 60, seconds % 60)
}

/// What a signature is, with the time.
pub fn signed_at(at: Timestamp, now: Timestamp, by_phone: bool) -> String {
    let way = if by_phone { "在手机上" } else { "在这台设备上" };
    format!("{} {way}签的", chinese_moment(at, now.day()))
}

/// The pad is empty.
pub const PAD_EMPTY: &str = "还没有签名。请在框里手写您的姓名。";
/// The box of consent is not ticked.
pub const NOT_AGREED: &str = "还没有勾选“同意”。请读完承诺书再勾选。";

/// Progress of an upload.
pub fn sent(percent: u32) -> String {
    if percent >= 100 { "正在检查".into() } else { format!("正在上传 {percent}%") }
}

/// What a kept file is: `1.8 MB，3 页`.
pub fn file_facts(bytes: u64, pages: u32, pdf: bool) -> String {
    let weight = super::photo::weight(bytes);
    if pdf { format!("{weight}，{pages} 页") } else { weight }
}

/// The line of facts of a kept photo.
pub fn photo_facts(width: u32, height: u32, bytes: u64) -> String {
    format!("{width}×{height}，{}", super::photo::weight(bytes))
}

/// The same, where the form asks nothing that the conditions could be judged by.
pub const CONDITION_PLAIN: &str = "选您符合的一条，由审核老师按材料决定。";
/// What the condition cards are for.
pub const CONDITION_ADVICE: &str = "每条旁边的结果是按您填的内容算的，只供参考。算出来不符合也可以选，由审核老师决定。";
