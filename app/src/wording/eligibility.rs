//! Sentences about conditions: met or not, why, from when, and which proof.

use chrono::{Datelike, NaiveDate};
use domain::application::progress::Tone;
use domain::eligibility::{ConditionVerdict, Outcome, Reason, any_true, needs_reviewer, proof};
use domain::time::chinese_date;

/// What stands above the questions.
pub const LEAD: &str = "回答几个问题，马上知道符合哪一条。不用登录；登录后会带进报名表，不用再填。";
/// What the answer is worth.
const ADVICE: &str = "这是按您填的算出来的，供您参考；最后以机构审核证明材料为准。";
/// There is nothing to compute with.
pub const NO_RULES: &str = "这个计划的申报条件没有录成可以自动计算的规则。请对照条件原文，拿不准就打电话问机构。";

/// `3 年 5 个月`.
pub fn months(count: u32) -> String {
    match (count / 12, count % 12) {
        (0, months) => format!("{months} 个月"),
        (years, 0) => format!("{years} 年"),
        (years, months) => format!("{years} 年 {months} 个月"),
    }
}

fn day(day: NaiveDate) -> String {
    // The year is always written: these days lie years apart.
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// Why a condition is not met.
pub fn reason(reason: &Reason) -> String {
    match reason {
        Reason::WorkMonthsShort { have, need, since: None } => {
            format!("工作年限算得 {}，要满 {}", months(*have), months(*need))
        }
        Reason::WorkMonthsShort { have, need, since: Some(since) } => {
            format!("{}取证后的工作年限算得 {}，要满 {}", day(*since), months(*have), months(*need))
        }
        Reason::NoWorkInScope => "没有填本职业或相关职业的工作".to_owned(),
        Reason::AgeShort { have, need } => format!("现在满 {have} 岁，要满 {need} 岁"),
        Reason::BirthUnknown => "还没填出生日期".to_owned(),
        Reason::ApprenticeshipNotCompleted => "要本职业学徒期满".to_owned(),
        Reason::CertMissing { need } => format!("没有填证书，要有{}或更高的证书", need.name()),
        Reason::CertOccupationOutOfScope { occ } => format!("“{occ}”的证书不是本职业或相关职业"),
        Reason::CertLevelTooLow { have, need } => format!("证书是{}，要{}或更高", have.name(), need.name()),
        Reason::CertAfterAsOf { date } => format!("证书 {} 才发，报名截止时还没有", day(*date)),
        Reason::AnniversaryNotReached { reached_on } => format!("取证的年数到 {} 才满", day(*reached_on)),
        Reason::TitleMissing { need } => format!("没有填职称，要{}或更高", need.name()),
        Reason::TitleRankTooLow { have, need } => format!("职称是{}，要{}或更高", have.name(), need.name()),
        Reason::TitleAfterAsOf { date } => format!("职称 {} 才取得，报名截止时还没有", day(*date)),
        Reason::TitleMatchUnknown => "职称和本职业是否对应，要由机构老师判断".to_owned(),
        Reason::TitleNotMatching => "职称和本职业不对应".to_owned(),
        Reason::EduMissing => "没有填学历".to_owned(),
        Reason::EduKindNotListed { kind } => format!("“{}”不在这一条列出的学校里", kind.name()),
        Reason::EduClassNotListed { have: Some(have) } => format!("“{have}”不在这一条列出的班别里"),
        Reason::EduClassNotListed { have: None } => "这一条要说明班别（如高级工班）".to_owned(),
        Reason::EduNotGraduated { status } => format!("现在是{}，要取得毕业证书", status.name()),
        Reason::MajorListNotConfigured { major: Some(major) } => {
            format!("“{major}”是不是本专业或相关专业，要由机构老师判断")
        }
        Reason::MajorListNotConfigured { major: None } => "所学专业是不是本专业或相关专业，要由机构老师判断".to_owned(),
        Reason::MajorNotInList { major: Some(major) } => format!("“{major}”不在本专业和相关专业里"),
        Reason::MajorNotInList { major: None } => "还没填所学专业".to_owned(),
        Reason::AssessedUnknown => "学校的专业是不是经评估论证，要由机构老师判断".to_owned(),
        Reason::NotAssessed => "学校的专业没有经评估论证".to_owned(),
        Reason::NotEnrolled => "不是这一条列出的学校的在校生".to_owned(),
    }
}

/// A proof that a condition asks for.
pub fn proof(key: &str) -> &str {
    match key {
        proof::WORK => "工作年限证明",
        proof::WORK_COMMITMENT => "工作年限承诺书",
        proof::SOCIAL_SECURITY => "社保缴纳记录",
        proof::CERTIFICATE => "职业资格或技能等级证书",
        proof::TITLE => "职称证书",
        proof::EDUCATION => "毕业证书或在校证明",
        proof::APPRENTICESHIP => "学徒期满证明",
        other => other,
    }
}

/// State and word of one verdict.
pub fn status(verdict: &ConditionVerdict) -> (Tone, &'static str) {
    match (verdict.outcome, verdict.earliest) {
        (Outcome::Yes, _) => (Tone::Done, "符合"),
        (Outcome::Unknown, _) => (Tone::Me, "要人工判断"),
        (Outcome::No, Some(_)) => (Tone::Me, "还没到"),
        (Outcome::No, None) => (Tone::Refused, "不符合"),
    }
}

/// Why, from when, and which proof, in one line.
pub fn explained(verdict: &ConditionVerdict, today: NaiveDate) -> String {
    // Alternatives of one condition often lack the same thing: it is said once.
    let mut reasons: Vec<String> = Vec::new();
    for reason in verdict.reasons.iter().map(reason) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let mut text = reasons.join("；");
    if let (Outcome::No, Some(earliest)) = (verdict.outcome, verdict.earliest) {
        push(&mut text, &format!("照这样到 {} 就符合", chinese_date(earliest, today)));
    }
    if verdict.outcome != Outcome::No && !verdict.evidence.is_empty() {
        let proofs = verdict.evidence.iter().map(|key| proof(key)).collect::<Vec<_>>().join("、");
        push(&mut text, &format!("要交：{proofs}"));
    }
    if !text.is_empty() {
        text.push('。');
    }
    text
}

fn push(text: &mut String, more: &str) {
    if !text.is_empty() {
        text.push('；');
    }
    text.push_str(more);
}

/// One verdict in one line, for the card of a condition.
pub fn verdict(verdict: &ConditionVerdict) -> String {
    let (_, word) = status(verdict);
    // The first day of no year: so that the year is always written.
    match explained(verdict, NaiveDate::MIN) {
        why if why.is_empty() => word.to_owned(),
        why => format!("{word}：{why}"),
    }
}

/// On the card of a condition, where no month of work was counted.
pub const UNCOUNTED: &str = "要看工作年限：在“工作经历”里填上起止年月，就能算够不够。不填也可以，由审核老师看证明。";

/// The answer as a whole: state, heading, line.
pub fn overall(verdicts: &[ConditionVerdict], today: NaiveDate) -> (Tone, String, String) {
    if any_true(verdicts) {
        let met: Vec<String> = verdicts
            .iter()
            .filter(|verdict| verdict.outcome == Outcome::Yes)
            .map(|verdict| format!("（{}）", verdict.no))
            .collect();
        return (
            Tone::Done,
            "您可以报考".to_owned(),
            format!("符合条件{}，报名时选其中一条就行。{ADVICE}", met.join("、")),
        );
    }
    if needs_reviewer(verdicts) {
        return (
            Tone::Me,
            "可能可以，要由机构老师判断".to_owned(),
            format!("可以先报名，把证明交齐，由老师看。{ADVICE}"),
        );
    }
    match verdicts.iter().filter_map(|verdict| verdict.earliest).min() {
        Some(earliest) => (
            Tone::Me,
            format!("还不能报，最早 {} 起可以", chinese_date(earliest, today)),
            format!("按现在的工作接着做算。可以到时再报下一期，或者先看低一级的计划。{ADVICE}"),
        ),
        None => (
            Tone::Refused,
            "按您填的，现在不能报".to_owned(),
            format!("哪一条差什么，下面写了。可以看看低一级的计划，或者补填漏掉的证书、工作、学历。{ADVICE}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_read_as_people_say_them() {
        assert_eq!(months(41), "3 年 5 个月");
        assert_eq!(months(36), "3 年");
        assert_eq!(months(0), "0 个月");
    }

    #[test]
    fn a_no_says_why_and_from_when() {
        let verdict = ConditionVerdict {
            no: 1,
            outcome: Outcome::No,
            reasons: vec![Reason::WorkMonthsShort { have: 30, need: 36, since: None }],
            earliest: NaiveDate::from_ymd_opt(2027, 5, 1),
            evidence: vec![proof::WORK.to_owned()],
        };
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        assert_eq!(
            explained(&verdict, today),
            "工作年限算得 2 年 6 个月，要满 3 年；照这样到 2027年5月1日 周六 就符合。"
        );
        assert_eq!(overall(&[verdict], today).0, Tone::Me);
    }
}
