//! Sentences of the steps before and beside the form, and of the list of tasks of a draft.

use chrono::NaiveDate;
use domain::application::SiteRefusal;
use domain::plan::Site;
use domain::profile::{Gate, LadderFault};
use domain::time::{Timestamp, chinese_date, chinese_moment};

/// A level inside a sentence: 三级/高级工.
fn level(number: u8) -> String {
    domain::occupation::SkillLevel::from_number(number)
        .map_or_else(|| format!("{number} 级"), |level| level.name().to_owned())
}

/// 逐级申报: what is there, what is wanted, what is possible.
pub fn ladder(fault: &LadderFault) -> String {
    let wanted = level(fault.wanted);
    match (fault.present, fault.possible) {
        (Some(present), Some(possible)) => format!(
            "要一级一级往上报：您现在是{}，这次报的是{wanted}，现在可以报的是{}。请换一个{}的计划；原级别填错了就改。",
            level(present),
            level(possible),
            level(possible)
        ),
        (Some(present), None) => format!("您已经是{}，没有更高的级别可以报。原级别填错了就改。", level(present)),
        (None, Some(possible)) => format!(
            "要一级一级往上报：您没有选原级别，只能从{}报起，这次报的是{wanted}。已经有证书的，请在这里选原级别。",
            level(possible)
        ),
        (None, None) => format!("没有原级别的不能报{wanted}。已经有证书的，请在这里选原级别。"),
    }
}

/// More subjects than a resit takes.
pub fn too_many_subjects(chosen: u32, limit: u32) -> String {
    format!("选了 {chosen} 科，补考一次最多报 {limit} 科。请只留 {limit} 科，其余的下一次再报。")
}

/// Nothing of the kind was failed.
pub const NOT_FAILED: &str = "没有查到您在这个职业、这个等级有不合格的科目，或者选的那科已经合格，不能报补考。请改选另一种考试类型；觉得不对，请打机构电话核对成绩。";

/// What stands on a site's card about its seats.
pub fn site_seats(site: &Site) -> String {
    match site.seats_left() {
        0 => format!("{} 个名额已满，不能选", site.capacity),
        left => format!("还有 {left} 个名额（共 {} 个）", site.capacity),
    }
}

/// The exam day on a site's card.
pub fn site_exam(day: NaiveDate, now: Timestamp) -> String {
    format!("考试　{}", chinese_date(day, now.day()))
}

/// Until when the site can be changed.
pub fn site_until(closes: Timestamp, now: Timestamp) -> String {
    format!("{} 报名截止以前都可以改选，提交以后、老师开始审核以前也可以。", chinese_moment(closes, now.day()))
}

/// Why a site was not taken.
pub fn site_refusal(refusal: &SiteRefusal) -> String {
    match refusal {
        SiteRefusal::Unknown => "没有这个报名机构。请从列出的里面选一个。".to_owned(),
        SiteRefusal::Full { site, capacity } => {
            format!("没有改：“{site}”的 {capacity} 个名额刚好报满。原来选的不变，请看看别的机构。")
        }
        SiteRefusal::WindowClosed { closed } => format!(
            "没有改：{}已截止报名，不能再改选。要换地方，请打机构电话。",
            chinese_moment(*closed, NaiveDate::MIN)
        ),
        SiteRefusal::Claimed { until } => {
            format!("老师正在审核这份报名，现在不能改选。{}以后可以再试。", chinese_moment(*until, NaiveDate::MIN))
        }
        SiteRefusal::Decided(now) => {
            format!("这份报名{}，不能再改选报名机构。要换地方，请打机构电话。", super::form::stage(*now))
        }
    }
}

/// No site yet.
pub const SITE_MISSING: &str = "还没有选报名机构。选了哪里就在哪里考试。";
/// The notice was not confirmed.
pub const NOTICE_UNREAD: &str = "还没有确认报名须知。请看一遍，点“我已阅读，下一步”。";
/// The entry questions are open.
pub const ENTRY_OPEN: &str = "还没有确认是不是在这里报名。请回答那几个问题。";

/// Every seat of the site went while the form was filled in.
pub fn site_full(site: &str, capacity: u32) -> String {
    format!("没有提交：“{site}”的 {capacity} 个名额已经报满。填过的都还在，请改选别的报名机构，再提交。")
}

/// Texts that were not ticked.
pub fn consent_missing(titles: &[String]) -> String {
    let titles: Vec<String> = titles.iter().map(|title| format!("《{title}》")).collect();
    format!("没有提交：还没有勾选同意{}。请先看一遍，同意后勾选，再提交。", titles.join("和"))
}

/// The box of a consent.
pub const AGREE: &str = "我已阅读并同意";

/// What must be ready first, with its page and the word of its link.
pub fn gate(gate: Gate) -> (&'static str, &'static str, &'static str) {
    match gate {
        Gate::Profile => ("个人资料", "文化程度和通讯地址，填一次，以后报名都能用", "去填写"),
        Gate::Photo => ("头像", "一张证件照，传一次，以后报名都能用", "去上传"),
    }
}

/// Above what must be ready first.
pub fn not_ready(count: usize) -> String {
    format!("未完成无法报名：先办好下面 {count} 件事，再回来点“马上报名”")
}

/// Several proofs, each of which is enough.
pub fn any_of(labels: &[&str]) -> String {
    format!("任选一种就够：{}", labels.join("，或"))
}

/// What is shown as an original.
pub fn bring(labels: &[String]) -> String {
    format!("带原件到现场，不用在这里上传：{}。", labels.join("、"))
}

/// Above the download of the form that comes back signed; `label` is the document it is handed in as.
pub fn print_first(label: &str) -> String {
    format!("先下载打印，签字盖章，再作为“{label}”传上来")
}
/// When the form has to be printed once more.
pub const PRINT_AGAIN: &str = "表上的内容就是您填的内容。改了内容，要重新下载、重新签字盖章。";
/// Who signs on paper signs nothing here.
pub const SIGNED_ON_PAPER: &str = "在打印的申请表上手写签名，这里不用签。";
/// Where presets come from.
pub const PRESET_SOURCE: &str = "本次考试统一规定，不用填。";

/// Heading of the tasks of a draft.
pub fn tasks_title(official: &str, left: usize) -> String {
    let title = if official.is_empty() { "完成报名" } else { official };
    match left {
        0 => format!("{title}：都办好了，可以提交"),
        left => format!("{title}：还有 {left} 件事"),
    }
}

/// A task in words: done, to do, or not yet.
pub fn task_state(done: bool, can: bool) -> &'static str {
    match (done, can) {
        (true, _) => "已办好",
        (false, true) => "要办",
        (false, false) => "还不能办",
    }
}

/// Why the last task has to wait.
pub const TASK_LAST: &str = "上面几件都办好以后，才能提交";
