//! Sentences about plans: how one stands, until when, how many seats.

use chrono::NaiveDate;
use domain::application::progress::Tone;
use domain::ids::Fen;
use domain::photo::PhotoSpec;
use domain::plan::PlanState;
use domain::time::{Timestamp, chinese_date, chinese_moment};
use domain::timeline::RegistrationWindow;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// How a plan stands, as a state and its word.
pub fn badge(state: PlanState) -> (Tone, &'static str) {
    match state {
        PlanState::Upcoming { .. } => (Tone::Others, "即将开始"),
        PlanState::Open { few: false, .. } => (Tone::Done, "正在报名"),
        PlanState::Open { few: true, .. } => (Tone::Me, "名额不多"),
        PlanState::Full => (Tone::Expired, "名额已满"),
        PlanState::Closed { .. } => (Tone::Expired, "报名已截止"),
    }
}

/// Icon of the badge, where it is not that of the state.
pub fn badge_icon(state: PlanState) -> &'static str {
    if matches!(state, PlanState::Open { few: true, .. }) { "alert" } else { "" }
}

/// `还有 15 天`, while the end lies ahead; else empty.
pub fn left(window: &RegistrationWindow, state: PlanState, now: Timestamp) -> String {
    match state {
        PlanState::Open { .. } | PlanState::Full => format!("还有 {}", time_left(window.closes, now)),
        PlanState::Upcoming { .. } | PlanState::Closed { .. } => String::new(),
    }
}

/// Until when one can register, or since when not.
pub fn registration(window: &RegistrationWindow, state: PlanState, now: Timestamp) -> String {
    let today = now.day();
    match state {
        PlanState::Upcoming { opens } => format!("{} 开始报名", chinese_moment(opens, today)),
        PlanState::Closed { closed } => format!("{} 已截止", chinese_moment(closed, today)),
        PlanState::Open { .. } | PlanState::Full => {
            format!("报名至 {}", chinese_moment(window.closes, today))
        }
    }
}

/// `15 天`, `2 天 6 小时`, `5 小时 20 分`, `12 分钟`: exact where it matters.
fn time_left(until: Timestamp, now: Timestamp) -> String {
    let left = until.since(now).max(0);
    let (days, hours, minutes) = (left / DAY_MS, left % DAY_MS / HOUR_MS, left % HOUR_MS / MINUTE_MS);
    match (days, hours) {
        (7.., _) | (1.., 0) => format!("{days} 天"),
        (1.., _) => format!("{days} 天 {hours} 小时"),
        (_, 1..) => format!("{hours} 小时 {minutes} 分"),
        _ => format!("{minutes} 分钟"),
    }
}

/// Numbers and units of a countdown.
pub fn countdown(until: Timestamp, now: Timestamp) -> Vec<(i64, &'static str)> {
    let left = until.since(now).max(0);
    if left >= DAY_MS {
        vec![(left / DAY_MS, "天"), (left % DAY_MS / HOUR_MS, "小时后截止")]
    } else {
        vec![(left / HOUR_MS, "小时"), (left % HOUR_MS / MINUTE_MS, "分后截止")]
    }
}

/// `考试　1月17日 周日`.
pub fn exam(day: NaiveDate, now: Timestamp) -> String {
    format!("考试　{}", chinese_date(day, now.day()))
}

/// `余 54 / 240 个名额`.
pub fn seats(capacity: u32, taken: u32) -> String {
    format!("余 {} / {capacity} 个名额", capacity.saturating_sub(taken))
}

/// Why one cannot register now, and what to do instead; `None` while one can.
pub fn not_open(state: PlanState, now: Timestamp) -> Option<String> {
    let today = now.day();
    match state {
        PlanState::Open { .. } => None,
        PlanState::Upcoming { opens } => Some(format!(
            "{} 开始报名，到时这里会出现报名按钮。可以先测一测能不能报，把照片和材料准备好。",
            chinese_moment(opens, today)
        )),
        PlanState::Full => {
            Some("名额已经报满。有人放弃时名额会放出来，可以排队候补；也可以看同职业的其他计划。".to_owned())
        }
        PlanState::Closed { closed } => {
            Some(format!("{} 已截止，不能再报这一期。可以看同职业的其他计划。", chinese_moment(closed, today)))
        }
    }
}

/// The way down to the other plans of an occupation.
pub fn to_others(occupation: &str, others: usize) -> String {
    format!("看{occupation}的其他 {others} 个计划")
}

/// Agency and title in one line; a title that begins with its agency says both.
pub fn of_agency(agency: &str, title: &str) -> String {
    if title.starts_with(agency) { title.to_owned() } else { format!("{agency}　{title}") }
}

/// The fee.
pub fn fee(fee: Fen) -> String {
    if fee.0 == 0 { "不收费".to_owned() } else { format!("{} 元，审核通过后再交", fee.yuan()) }
}

/// What lies ahead after the button.
pub fn steps(names: &[String]) -> String {
    format!("分 {} 步：{}。每一步都自动保存，可以换设备接着填。名额在提交时占用。", names.len(), names.join("、"))
}

/// What the photo must be, printed from the limits that are enforced.
pub fn photo_limits(spec: &PhotoSpec) -> Vec<String> {
    super::photo::limits(spec).into_iter().map(|(name, value)| format!("{name}：{value}")).collect()
}

/// The official words, where the procedure has none of its own.
pub const SAME_TRADE: &str = "同一时间段不能报考同一工种";

/// What stands behind the official words.
pub fn same_trade(plan: &str, since: Timestamp, stage: domain::application::StageName, now: Timestamp) -> String {
    format!(
        "您 {} 已经报过“{plan}”，{}。可以接着办那一份，或者放弃它再报这一份。",
        chinese_moment(since, now.day()),
        super::form::stage(stage)
    )
}

/// What giving up the other application means.
pub fn give_up(plan: &str) -> String {
    format!("放弃后，“{plan}”那一份的名额会让给别人，填过的内容不能再提交。放弃以后，再点这一页的“马上报名”。")
}

/// The other application was given up.
pub const GIVEN_UP: &str = "那一份已经放弃。现在可以报这一份了。";

/// An empty result.
pub fn nothing_found(filtered: bool) -> &'static str {
    if filtered {
        "没有符合这些条件的计划。可以去掉几个条件再找。"
    } else {
        "现在没有可以报名的计划。可以看看已经截止的，新的一期常在同一个机构。"
    }
}

/// Heading over the people to ask.
pub const HELP: &str = "有问题找谁";

/// For which places somebody is there.
pub fn help_region(region: &str) -> String {
    format!("负责{region}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_exact_where_it_matters() {
        let left = |ms: i64| time_left(Timestamp(ms), Timestamp(0));
        assert_eq!(left(15 * DAY_MS + HOUR_MS), "15 天");
        assert_eq!(left(2 * DAY_MS + 6 * HOUR_MS), "2 天 6 小时");
        assert_eq!(left(5 * HOUR_MS + 20 * MINUTE_MS), "5 小时 20 分");
        assert_eq!(left(59_000), "0 分钟");
        assert_eq!(left(-1), "0 分钟");
    }
}
