//! Sentences about plans on their way: stages, dates, conflicts, filing, public lists.

use domain::application::progress::Tone;
use domain::page::planner::FilingBadge;
use domain::planner::{
    AffectedWhy, AmendmentStage, Examination, FilingDesk, FilingOutcome, NoticeKind, PlanFault, PlanFaultWhy,
    PlanStage, PlannerRefusal, SettledBy, label,
};
use domain::time::{Timestamp, chinese_date, weekday};
use domain::timeline::{
    DayCount, DayUnit, LeadTimes, Measure, Milestone, PointName, TimePoint, TimeRule, TimeViolation, UnknownDays, Who,
};

/// A submission came after its plan was called off.
pub const CANCELLED: &str = "这个计划已经取消，没有提交。填过的都还在，可以看同职业的其他计划。";

/// Beside the button that takes a filing back.
pub const TAKE_BACK_HINT: &str = "认定中心还没有审核，可以撤回来改；改好再提交，编号不变。";

/// On the public page of a plan that was called off.
pub const PLAN_CANCELLED: &str = "这个计划已经取消。报过名的人已收到通知，缴过的费用全额退回。";

/// To somebody whose plan was called off, with the reason.
pub fn called_off(why: &str) -> String {
    format!("机构取消了这个计划。原因：{why}。缴过的费用全额原路退回，不用申请。")
}

/// Where a plan stands, for its badge.
pub fn stage(stage: PlanStage) -> (Tone, &'static str) {
    match stage {
        PlanStage::Draft => (Tone::Draft, "草稿"),
        PlanStage::AtCentre => (Tone::Others, "认定中心审核中"),
        PlanStage::AtAuthority => (Tone::Others, "人社部门审批中"),
        PlanStage::Returned => (Tone::Me, "退回修改"),
        PlanStage::Approved => (Tone::Me, "已批准，等发布"),
        PlanStage::Refused => (Tone::Refused, "没有批准"),
        PlanStage::Published => (Tone::Done, "已发布，日期已锁定"),
        PlanStage::Cancelled => (Tone::Expired, "已取消"),
    }
}

/// Where an amendment stands, for its badge.
pub fn amendment(stage: AmendmentStage) -> (Tone, &'static str) {
    match stage {
        AmendmentStage::AtCentre => (Tone::Others, "变更待审，认定中心审核中"),
        AmendmentStage::AtAuthority => (Tone::Others, "变更待审，人社部门审批中"),
        AmendmentStage::Approved => (Tone::Done, "变更已批准"),
        AmendmentStage::Refused => (Tone::Refused, "变更没有批准"),
        AmendmentStage::Withdrawn => (Tone::Expired, "变更已撤回"),
    }
}

/// The short word of a stage, for tabs.
pub fn stage_tab(stage: PlanStage) -> &'static str {
    match stage {
        PlanStage::Draft => "草稿",
        PlanStage::AtCentre => "待审核",
        PlanStage::AtAuthority => "待审批",
        PlanStage::Returned => "退回",
        PlanStage::Approved => "待发布",
        PlanStage::Refused => "没批准",
        PlanStage::Published => "已发布",
        PlanStage::Cancelled => "已取消",
    }
}

/// Whether a plan lies within the filing, for its badge.
pub fn filing_badge(badge: FilingBadge) -> (Tone, &'static str) {
    match badge {
        FilingBadge::Inside => (Tone::Done, "在备案范围内"),
        FilingBadge::Expired => (Tone::Refused, "考试日备案已到期"),
        FilingBadge::Outside => (Tone::Refused, "不在备案范围"),
        FilingBadge::Unknown => (Tone::Draft, "机构没有登记备案范围"),
    }
}

/// A point of time, as the official guide names it; none is the exam.
pub fn point(point: Option<PointName>) -> &'static str {
    match point {
        None => "考试",
        Some(PointName::RegOpen) => "报名开始",
        Some(PointName::RegClose) => "报名截止",
        Some(PointName::ReviewClose) => "初审截止",
        Some(PointName::CorrectionDeadline) => "补正截止",
        Some(PointName::PayDeadline) => "缴费截止",
        Some(PointName::RosterPubStart) => "报名公示开始",
        Some(PointName::RosterPubEnd) => "报名公示截止",
        Some(PointName::ObjectionDue) => "异议截止",
        Some(PointName::EformDue) => "电子材料报送",
        Some(PointName::PlanFiled) => "方案备案",
        Some(PointName::PaperDue) => "纸质材料报送",
        Some(PointName::TicketStart) => "准考证开始",
        Some(PointName::TicketEnd) => "准考证结束",
        Some(PointName::ScorePubStart) => "成绩公示开始",
        Some(PointName::ScorePubEnd) => "成绩公示截止",
    }
}

/// Who must act.
pub fn who(who: Who) -> &'static str {
    match who {
        Who::Applicants => "考生",
        Who::Reviewers => "审核员",
        Who::Agency => "机构",
        Who::Public => "任何人可查看、提异议",
    }
}

/// `2027-01-17` or `2027-01-17 09:00`, with the day of the week where it is an exam.
pub fn at(at: TimePoint) -> String {
    match at {
        TimePoint::Day(day) => day.to_string(),
        TimePoint::Moment(at) => at.format("%Y-%m-%d %H:%M").to_string(),
    }
}

/// The same in words: `1月17日 周日 09:00`.
pub fn at_in_words(at: TimePoint, now: Timestamp) -> String {
    match at {
        TimePoint::Day(day) => chinese_date(day, now.day()),
        TimePoint::Moment(moment) => format!("{} {}", chinese_date(moment.date(), now.day()), moment.format("%H:%M")),
    }
}

/// Which rule stands behind a point.
pub fn rule_of(point: Option<PointName>, rules: &LeadTimes) -> String {
    let days = |need: Option<u16>, words: &str| need.map(|need| format!("{words} {need} {}", unit(rules.day_unit)));
    let lead = |need: Option<u16>| days(need, "考前至少");
    let found = match point {
        None => lead(rules.filing_lead).map(|words| format!("备案要在{words}")),
        Some(PointName::RegOpen) => Some("早于报名截止".into()),
        Some(PointName::RegClose) => Some("早于考试".into()),
        Some(PointName::ReviewClose) => Some("不早于报名截止".into()),
        Some(PointName::PayDeadline) => Some("初审之后、考试之前".into()),
        Some(PointName::RosterPubStart) if rules.review_before_pub => Some("初审之后".into()),
        Some(PointName::RosterPubEnd) => days(rules.pub_min_days, "公示至少"),
        Some(PointName::EformDue) => lead(rules.eform_lead),
        Some(PointName::PlanFiled) => lead(rules.filing_lead),
        Some(PointName::PaperDue) => lead(rules.paper_lead),
        Some(PointName::TicketStart) => {
            let offset = rules.ticket_offset.map(|need| format!("考前正好 {need} {}", unit(DayUnit::Calendar)));
            offset.or_else(|| days(rules.ticket_min_days, "下载至少"))
        }
        Some(PointName::TicketEnd) if rules.ticket_ends_on_exam_day => Some("和考试同一天".into()),
        Some(PointName::ScorePubStart) => Some("考试之后".into()),
        Some(PointName::ScorePubEnd) => Some("晚于公示开始".into()),
        Some(_) => None,
    };
    found.unwrap_or_default()
}

fn unit(counted: DayUnit) -> &'static str {
    match counted {
        DayUnit::Calendar => "天",
        DayUnit::Working => "个工作日",
    }
}

/// How days are counted here, in one line.
pub fn counting(rules: &LeadTimes) -> String {
    let ends = match rules.day_count {
        DayCount::Difference => "不算起始那一天",
        DayCount::Inclusive => "起止两天都算",
    };
    match rules.day_unit {
        DayUnit::Calendar => format!("按自然日计算，{ends}。"),
        DayUnit::Working => format!("按工作日计算（周末和法定节假日不算，调休上班的算），{ends}。"),
    }
}

/// Days are counted in a year whose holidays nobody has put in yet.
pub fn unknown_days(UnknownDays { known, year }: UnknownDays) -> String {
    let known = known.map_or_else(|| "还没有哪一年的放假安排".to_owned(), |known| format!("放假安排只到 {known} 年"));
    format!(
        "{known}，{year} 年的工作日暂按周一到周五数，公布放假安排以后时间点可能要动。国务院办公厅一般在每年 11 月公布下一年的安排：请系统管理员补进数据目录的 holidays.toml 并重启，再回来核对一遍。"
    )
}

/// What does not fit together, and what would.
pub fn conflict(violation: &TimeViolation, now: Timestamp) -> String {
    let own = point(Some(violation.point));
    let said = |measure: Measure| match measure {
        Measure::At(at) => at_in_words(at, now),
        Measure::Days(days) => format!("{days} {}", unit(violation.unit)),
    };
    let (is, need) = (said(violation.measured), said(violation.required));
    let wrong = match violation.rule {
        TimeRule::OpenBeforeClose => format!("{own}（{is}）要早于报名截止（{need}）"),
        TimeRule::CloseBeforeExam => format!("{own}（{is}）要早于考试（{need}）"),
        TimeRule::ReviewAfterClose => format!("{own}（{is}）不能早于报名截止（{need}）"),
        TimeRule::ReviewBeforePub => format!("{own}（{is}）要在初审截止（{need}）之后"),
        TimeRule::PubMinDays => format!("报名公示现在有 {is}，至少要 {need}"),
        TimeRule::PubBeforeExam => format!("{own}（{is}）不能晚于考试（{need}）"),
        TimeRule::TicketEndsOnExamDay => format!("{own}（{is}）要和最后一场考试（{need}）同一天"),
        TimeRule::TicketMinDays => format!("准考证下载现在有 {is}，至少要 {need}"),
        TimeRule::TicketStartOffset => format!("{own}在考前 {is}，要正好 {need}"),
        TimeRule::EformLead | TimeRule::FilingLead | TimeRule::PaperLead => format!("{own}在考前 {is}，至少要 {need}"),
        TimeRule::ScorePubAfterExam => format!("{own}（{is}）要晚于最后一场考试（{need}）"),
        TimeRule::ScorePubOrder => format!("{own}（{is}）要晚于成绩公示开始（{need}）"),
        TimeRule::PayAfterReview => format!("{own}（{is}）不能早于初审截止（{need}）"),
        TimeRule::PayBeforeExam => format!("{own}（{is}）要早于考试（{need}）"),
    };
    match violation.fix {
        Some(fix) => format!("{wrong}。{own}改成{}就合适。", at_in_words(fix, now)),
        None => format!("{wrong}。没有合适的日期，请另选考试日。"),
    }
}

/// A point that cannot be kept any more.
pub fn too_late(stone: &Milestone) -> String {
    let latest = stone.latest.map(|day| day.to_string()).unwrap_or_default();
    format!("按这个考试日，{}最晚 {latest}，已经过了。请把考试日往后移。", point(stone.point))
}

/// Before a plan is published whose registration is over already.
pub fn published_late(close: TimePoint, now: Timestamp) -> String {
    format!(
        "报名截止（{}）已经过了，照这样发布没有人能报名。发布以后用“变更”推后报名截止，变更要重新审批。",
        at_in_words(close, now)
    )
}

/// What is wrong with a field, with its name.
pub fn fault(fault: &PlanFault) -> String {
    let name = label(&fault.key);
    match &fault.why {
        PlanFaultWhy::Missing => format!("{name}还没有填。"),
        PlanFaultWhy::NotANumber { min, max } => format!("{name}要填整数，{min} 到 {max}。"),
        PlanFaultWhy::NotMoney => format!("{name}要填金额，如 280 或 280.00，最多 10000。"),
        PlanFaultWhy::NotADay => format!("{name}不是日期。请照 2027-01-17 的样子填。"),
        PlanFaultWhy::NotAClock => format!("{name}不是钟点。请照 09:00 的样子填。"),
        PlanFaultWhy::NotATime => format!("{name}不是日期。请照 2027-01-17 或 2027-01-17 09:00 的样子填。"),
        PlanFaultWhy::EndsFirst => format!("{name}要晚于开始。"),
        PlanFaultWhy::TooLong { max } => format!("{name}太长，最多 {max} 个字。"),
        PlanFaultWhy::OutsideFiling => {
            format!("{name}不在本机构的备案范围内，或考试那天备案已到期。请换一项，或请主管部门先更新备案。")
        }
        PlanFaultWhy::Unknown => format!("{name}没有找到。请核对名称。"),
        PlanFaultWhy::TooFewInvigilators { need } => format!("{name}不够，按试场和人数至少 {need} 人。"),
        PlanFaultWhy::AssessorsOdd => format!("{name}至少 3 人，而且是单数。"),
        PlanFaultWhy::NoCard => format!("{name}还没有填。没有胸卡号的不能考评。"),
        PlanFaultWhy::SameCard { first } => {
            format!("{name}和第 {first} 位的一样。胸卡号一人一个，请核对是哪一位写错了。")
        }
        PlanFaultWhy::Rule(words) => format!("还不能发布：{words}"),
        PlanFaultWhy::WrittenForAnother => {
            format!("{name}是为原来的工种和等级写的。请改成新的，或清空，用国家职业标准的。")
        }
    }
}

/// What stands above a form that was kept: whether its dates were solved as asked, how many fields are empty, how many
/// are filled wrongly, how many dates do not fit.
pub fn draft_saved(solved: bool, missing: usize, wrong: usize, conflicts: usize) -> String {
    let mut said = vec!["草稿已保存".to_owned()];
    if !solved {
        said.push("时间点没有倒推：请先选业务程序，填好应知或应会的认定日期，再点一次".to_owned());
    }
    let mut count = |number: usize, words: &str| {
        if number > 0 {
            said.push(format!("{number} {words}"));
        }
    };
    count(wrong, "栏填得不对，见标红的");
    count(conflicts, "处时间对不上，见“时间点”");
    count(missing, "栏还没填");
    if said.len() == 1 {
        said.push("各栏都填好了，可以提交备案".to_owned());
    }
    format!("{}。", said.join("；"))
}

/// Whom another occupation or level concerns, in one sentence.
pub fn affects(found: &Examination) -> String {
    format!(
        "改工种或等级会影响已报名的 {} 人：{} 人退回补正，{} 人保留。请看下面的名单，确认后再提交一次。",
        found.returned + found.kept,
        found.returned,
        found.kept
    )
}

/// Why an application goes back when its plan becomes another one.
pub fn affected_why(why: AffectedWhy) -> &'static str {
    match why {
        AffectedWhy::Level => "报的是另一个等级",
        AffectedWhy::Occupation => "报的是另一个职业",
        AffectedWhy::Condition => "选的申报条件变了",
        AffectedWhy::NotShown => "按交来的资料看不出符合",
        AffectedWhy::Form => "有栏目要重填",
        AffectedWhy::Documents => "要补材料",
    }
}

fn settled(by: SettledBy) -> &'static str {
    match by {
        SettledBy::Filed => "名单已经申报给人社部门",
        SettledBy::Notice => "名单已经公示",
        SettledBy::Seats => "座位已经编排",
        SettledBy::Tickets => "准考证已经生成",
        SettledBy::Scores => "成绩已经录入",
        SettledBy::Certificates => "证书已经核发",
    }
}

/// Why nothing was done.
pub fn refusal(refusal: &PlannerRefusal) -> String {
    match refusal {
        PlannerRefusal::Faults(faults) => faults.iter().map(fault).collect::<Vec<_>>().join(""),
        PlannerRefusal::Conflicts(found) => {
            found.iter().map(|one| conflict(one, Timestamp(0))).collect::<Vec<_>>().join("")
        }
        PlannerRefusal::NoReason => "请写明原因，看的人才知道为什么。".to_owned(),
        PlannerRefusal::NotNow(now) => format!("这个计划现在是“{}”，不能这样做。请刷新看最新情况。", stage(*now).1),
        PlannerRefusal::NotTakenBack(now) => not_taken_back(*now),
        PlannerRefusal::SamePerson => "审核和审批要由两个人来做。请换一位同事审批。".to_owned(),
        PlannerRefusal::NotOpen => "现在不在报名时间内，没有可以提前截止的。".to_owned(),
        PlannerRefusal::SeatsTaken { taken } => format!("已经有 {taken} 人占了名额，不能改得比这少。"),
        PlannerRefusal::Nothing => "没有改动。请改好要变更的内容，再提交。".to_owned(),
        PlannerRefusal::AmendmentWaits => {
            "上一次变更还在等审批。请等批复，或先撤回再提交新的；联系人和人数可以直接改。".to_owned()
        }
        PlannerRefusal::NoAmendment => "没有等审批的变更，可能已经批过或撤回。请刷新页面。".to_owned(),
        PlannerRefusal::Affects(found) => affects(found),
        PlannerRefusal::Settled(by) => format!("{}，工种和等级不能再变更。要换请另建计划。", settled(*by)),
        PlannerRefusal::SameTrade(people) => format!(
            "有人在重叠的报名时间里已经报了新的工种：{}。同一时间段不能报考同一工种，请先联系他们撤回其中一个。",
            people.join("、")
        ),
        PlannerRefusal::TooNear => {
            "离考试太近，报了名的人来不及补正，工种和等级不能再变更。要换请另建计划。".to_owned()
        }
        PlannerRefusal::TooManyPhotos { most } => format!("每次勘查最多 {most} 张照片，多的没有保存。"),
        PlannerRefusal::VisitAhead { on, today } => {
            format!("勘查日期写的是 {on}，今天是 {today}。勘查做完了再记，请核对日期。")
        }
        PlannerRefusal::ExamOver => "考试已经结束，不能取消。成绩有误请用“更正成绩”。".to_owned(),
        PlannerRefusal::WindowTooShort { need, days } => {
            format!("公示至少 {need} 天，现在只有 {days} 天。请推后公示截止，或先变更考试日。")
        }
        PlannerRefusal::NothingToShow => {
            "还没有可以公示的名单：报名公示要有人审核通过，成绩公示要先发布成绩。".to_owned()
        }
        PlannerRefusal::NoticeThere => "这个计划的这份公示已经定过了，每份只公示一次。".to_owned(),
        PlannerRefusal::NoticeOver => "公示已经结束，不再受理。有疑问请打机构电话。".to_owned(),
        PlannerRefusal::Crowded => "现在提异议的人很多，请过一小时再提交，或打机构电话。".to_owned(),
        PlannerRefusal::Answered => "这条异议已经答复过了。请刷新看最新的。".to_owned(),
        PlannerRefusal::ScopeInUse => "有计划正用着这项备案，不能删除。可以把有效期改到今天。".to_owned(),
    }
}

/// Why a filing is not taken back, and what to do instead.
fn not_taken_back(now: PlanStage) -> String {
    match now {
        PlanStage::Draft | PlanStage::Returned => {
            format!("这个计划现在是“{}”，不用撤回：可以直接改，改好再提交。", stage(now).1)
        }
        PlanStage::AtAuthority => {
            "认定中心已经同意，方案到了人社部门，不能再撤回。要改，请联系人社部门退回；不办了，可以取消计划。"
                .to_owned()
        }
        _ => format!("这个计划现在是“{}”，不能再撤回。请刷新看最新情况。", stage(now).1),
    }
}

/// One of the two desks.
pub fn desk(desk: FilingDesk) -> &'static str {
    match desk {
        FilingDesk::Centre => "认定中心审核意见",
        FilingDesk::Authority => "人社部门审批意见",
    }
}

/// What a desk decided.
pub fn outcome(outcome: FilingOutcome) -> (Tone, &'static str) {
    match outcome {
        FilingOutcome::Approve => (Tone::Done, "同意"),
        FilingOutcome::Return => (Tone::Me, "退回修改"),
        FilingOutcome::Refuse => (Tone::Refused, "不同意"),
    }
}

/// The two public lists.
pub fn notice(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Roster => "报名公示",
        NoticeKind::Scores => "成绩公示",
    }
}

/// What happened to a plan, from the word in its history.
pub fn act(act: &str) -> &str {
    match act {
        "drafted" => "写了草稿",
        "copied" => "从另一个计划复制",
        "filed" => "提交备案",
        "taken_back" => "撤回修改",
        "approve_centre" => "认定中心审核同意",
        "approve_authority" => "人社部门批准",
        "return" => "退回修改",
        "refuse" => "没有批准",
        "inspected" => "现场勘查",
        "published" => "发布",
        "amended" => "变更",
        "amendment_asked" => "提交变更，待审",
        "amendment_centre" => "同意变更（认定中心）",
        "amendment_refused" => "不同意变更",
        "amendment_withdrawn" => "撤回变更",
        "visit_photo" => "加勘查照片",
        "closed" => "提前截止报名",
        "cancelled" | "plan_cancelled" => "取消计划",
        "notice_roster" => "开始报名公示",
        "notice_scores" => "开始成绩公示",
        "objection_sustained" => "异议成立，名单已更正",
        "objection_dismissed" => "异议不成立，已答复",
        "objection_proof" => "看了异议的证明材料",
        "objector_revealed" => "看了异议人的姓名和联系方式",
        "archived" => "取走了计划档案",
        "roster_kept" => "上传了名单",
        "roster_imported" => "导入了名单",
        "roster_undone" => "撤销了名单导入",
        "scores_imported" => "导入了成绩表",
        "scores_entered" => "录入了成绩",
        "scores_locked" => "锁定了成绩",
        "scores_unlocked" => "解除了成绩锁定",
        "scores_released" => "发布了成绩",
        "certificates_prepared" => "编好了证书名单",
        "certificate_issued" => "核发了证书",
        _ => "有变动",
    }
}

/// Days from now: `还有 15 天`, `今天`, `已过`.
pub fn distance(at: TimePoint, now: Timestamp) -> (Tone, String) {
    if at.ends() < now {
        return (Tone::Done, "已过".into());
    }
    match (at.day() - now.day()).num_days() {
        days if days <= 0 => (Tone::Me, "今天".into()),
        1 => (Tone::Me, "明天".into()),
        days if days <= 30 => (Tone::Others, format!("还有 {days} 天")),
        _ => (Tone::Draft, "未到".into()),
    }
}

/// `1月17日 周日`, for the timeline: without the year.
pub fn short(at: TimePoint) -> String {
    let day = at.day();
    format!("{}月{}日", chrono::Datelike::month(&day), chrono::Datelike::day(&day))
}

/// The exam with its day of the week.
pub fn exam_day(at: TimePoint) -> String {
    format!("{} {}", short(at), weekday(at.day()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::timeline::{TimePoints, WorkCalendar, check};

    #[test]
    fn days_are_named_as_they_are_counted() {
        let at = |text: &str| TimePoint::parse(text).ok();
        let times = TimePoints {
            roster_pub_start: at("2026-11-24"),
            roster_pub_end: at("2026-11-30"),
            ticket_start: at("2026-12-10"),
            exams: at("2026-12-20").into_iter().collect(),
            ..TimePoints::default()
        };
        let mut rules = LeadTimes { pub_min_days: Some(10), ticket_offset: Some(5), ..LeadTimes::default() };
        let now = Timestamp::start_of(at("2026-11-22").map(TimePoint::day).unwrap_or_default());
        let said = |rules: &LeadTimes| -> Vec<String> {
            let found = check(&times, rules, &WorkCalendar::default());
            found
                .iter()
                .map(|one| conflict(one, now))
                .map(|said| said.split('。').next().unwrap_or("").to_owned())
                .collect()
        };
        assert_eq!(said(&rules), ["报名公示现在有 6 天，至少要 10 天", "准考证开始在考前 10 天，要正好 5 天"]);
        rules.day_unit = DayUnit::Working;
        assert_eq!(
            said(&rules),
            ["报名公示现在有 4 个工作日，至少要 10 个工作日", "准考证开始在考前 10 天，要正好 5 天"],
            "the day on which printing begins is counted back day by day"
        );
        assert_eq!(rule_of(Some(PointName::TicketStart), &rules), "考前正好 5 天");
        assert_eq!(rule_of(Some(PointName::RosterPubEnd), &rules), "公示至少 10 个工作日");
    }
}
