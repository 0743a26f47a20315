//! Sentences about figures, signals, sampling lists and reports.

use chrono::NaiveDate;
use domain::knowing::SamplingRefusal;
use domain::page::knowing::{Due, DueBy, DueWhat, Evidence, Look, SignalKind};
use domain::planner::FilingDesk;

/// What is due: 审核截止，还有 3 件没审.
pub fn due(due: &Due) -> String {
    match due.what {
        DueWhat::WindowCloses => "今天报名截止".into(),
        DueWhat::Review(waiting) => format!("审核到期，还有 {waiting} 件没审"),
        DueWhat::Tickets => "快考试了，准考证还没发布".into(),
        DueWhat::Exam => "今天考试".into(),
        DueWhat::EnterScores => "已经考完，成绩还没锁定".into(),
        DueWhat::ReleaseScores => "成绩已锁定，还没发布".into(),
        DueWhat::Objections(count) => format!("{count} 条异议等答复"),
        DueWhat::Requests(count) => format!("{count} 件准考证更正或合理便利的申请等答复"),
        DueWhat::Rechecks(count) => format!("{count} 件成绩复核等答复"),
        DueWhat::Doors(count) => format!("{count} 处签到说法不一，要判断"),
        DueWhat::Opinion(FilingDesk::Centre) => "备案等认定中心审核".into(),
        DueWhat::Opinion(FilingDesk::Authority) => "备案等人社部门审批".into(),
        DueWhat::ChangeOpinion(FilingDesk::Centre) => "变更等认定中心审核".into(),
        DueWhat::ChangeOpinion(FilingDesk::Authority) => "变更等人社部门审批".into(),
    }
}

/// Why no sampling list was drawn.
pub fn not_drawn(refusal: &SamplingRefusal) -> String {
    match refusal {
        SamplingRefusal::Number { label, least, most } => {
            format!("“{label}”要填 {least} 到 {most} 的整数。请改一下再抽。")
        }
        SamplingRefusal::Backwards { from, until } => {
            format!("考试日期从 {from} 到 {until}，前后颠倒了。请核对。")
        }
        SamplingRefusal::Nobody { from, until } => {
            format!("{from} 到 {until} 之间的考试，还没有审核通过的人，没有可抽的。请换考试日期。")
        }
        SamplingRefusal::TooMany { people, most } => {
            format!("这样要抽 {people} 人，一份名单最多 {most} 人。请把考试日期分几段，或把比例调小。")
        }
    }
}

/// Who has to do it.
pub fn due_by(by: DueBy) -> &'static str {
    match by {
        DueBy::Applicants => "申报人",
        DueBy::Reviewers => "审核员",
        DueBy::Managers => "机构负责人",
        DueBy::Hall => "监考和考务",
        DueBy::Desks => "认定中心和人社部门",
    }
}

/// Since when: 今天, 晚了 3 天, 还有 5 天.
pub fn due_on(on: NaiveDate, today: NaiveDate) -> String {
    match (on - today).num_days() {
        0 => "今天".into(),
        days if days < 0 => format!("晚了 {} 天", -days),
        days => format!("还有 {days} 天"),
    }
}

/// `66.7%`; `—` of nobody.
pub fn rate(passed: u64, of: u64) -> String {
    if of == 0 {
        return "—".into();
    }
    let permille = (passed * 1_000 + of / 2) / of;
    format!("{}.{}%", permille / 10, permille % 10)
}

/// A kind of signal.
pub fn signal(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::PassRate => "合格率离得远",
        SignalKind::TwoPlaces => "一人同日两场",
        SignalKind::SharedMobile => "一号多人",
        SignalKind::AddressBurst => "同址集中提交",
        SignalKind::SharedPhoto => "多人同一张照片",
    }
}

/// What was found, and by which rule.
pub fn evidence(evidence: &Evidence) -> String {
    match evidence {
        Evidence::PassRate { own, others, test } => format!(
            "本计划 {} 人里 {} 人合格（{:.1}%），同职业同等级其他计划 {} 人里 {} 人合格（{:.1}%）；两个比例的 z 检验 z = {:.2}，按约定 |z| ≥ 3 且相差 ≥ 15 个百分点才列出",
            own.1, own.0, test.0, others.1, others.0, test.1, test.2
        ),
        Evidence::TwoPlaces { on } => format!("同一个人有两个计划都在 {on} 考"),
        Evidence::SharedMobile { people, least } => format!("{people} 个人用同一个手机号报名；{least} 人起列出"),
        Evidence::AddressBurst { people, least, among } => {
            format!("一小时内 {people} 个人写了同一个通讯地址；{least} 人起列出，看的是最近 {among} 件")
        }
        Evidence::SharedPhoto { people, digest } => {
            format!("{people} 个人交的是同一个照片文件（SHA-256 {digest}…）")
        }
    }
}

/// Said where fewer are listed than were counted: the others lie beyond what this reader may see, or the list is long.
pub fn listed(evidence: &Evidence, listed: usize) -> Option<String> {
    let people = match evidence {
        Evidence::SharedMobile { people, .. }
        | Evidence::AddressBurst { people, .. }
        | Evidence::SharedPhoto { people, .. } => *people,
        Evidence::PassRate { .. } | Evidence::TwoPlaces { .. } => return None,
    };
    (people > u64::try_from(listed).unwrap_or(u64::MAX))
        .then(|| format!("。下面列出 {listed} 个，其余的超出列出的数目，或不在您能看的范围里"))
}

/// The words of a link to look at something, and its address.
pub fn look(look: &Look) -> (String, String) {
    match look {
        Look::Plan(id) => ("计划".to_owned(), format!("/office/plans/{id}")),
        Look::Case(id, number) => {
            (number.clone().unwrap_or_else(|| "没有报名号的一件".to_owned()), format!("/office/cases/{id}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_said_from_today() {
        let day = |text: &str| text.parse().unwrap_or_default();
        assert_eq!(due_on(day("2026-11-21"), day("2026-11-21")), "今天");
        assert_eq!(due_on(day("2026-11-18"), day("2026-11-21")), "晚了 3 天");
        assert_eq!(due_on(day("2026-12-01"), day("2026-11-21")), "还有 10 天");
        let photo = Evidence::SharedPhoto { people: 9, digest: "f714".into() };
        assert_eq!(listed(&photo, 9), None);
        assert!(listed(&photo, 6).is_some_and(|text| text.contains("列出 6 个")));
        assert_eq!((rate(2, 3), rate(0, 0)), ("66.7%".into(), "—".into()));
    }
}
