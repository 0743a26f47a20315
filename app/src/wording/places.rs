//! Sentences about waiting for a seat: how long the line is, how it moved, what to do with an offer.

use super::form::stage;
use domain::places::{Line, Place, PlaceRefusal, PlaceState};
use domain::time::{Timestamp, chinese_moment};

/// Why nobody joined or left, and what to do next.
pub fn refusal(refusal: &PlaceRefusal) -> String {
    match refusal {
        PlaceRefusal::SeatsLeft { left } => format!("现在还有 {left} 个名额，不用候补。请填好后直接提交。"),
        PlaceRefusal::Closed { closed } => {
            format!("{} 已截止报名，不能再排队候补。可以看同职业的其他计划。", chinese_moment(*closed, closed.day()))
        }
        PlaceRefusal::NotADraft(now) => format!("这份报名{}，不用候补。", stage(*now)),
        PlaceRefusal::NotIn => "您不在候补队伍里，或者已经退出。请刷新看最新情况。".to_owned(),
    }
}

/// What everybody reads of a line on the page of a full plan.
pub fn line(line: &Line, now: Timestamp) -> String {
    let waiting = match line.waiting {
        0 => "现在没有人候补".to_owned(),
        waiting => format!("{waiting} 人在候补"),
    };
    let held = match line.offered {
        0 => String::new(),
        held => format!("，{held} 个名额正给候补的人留着"),
    };
    let moved = match (line.moved, line.last) {
        (0, _) | (_, None) => "还没有名额放出来".to_owned(),
        (moved, Some(last)) => format!("已放出 {moved} 个名额，最近一次 {}", chinese_moment(last, now.day())),
    };
    format!("{waiting}{held}；{moved}。")
}

/// What joining means, beside its button.
pub fn joining(hours: u32) -> String {
    let held = if hours == 0 { "留一段时间".to_owned() } else { format!("留 {hours} 小时") };
    format!(
        "按加入的先后排。名额放出来先给排在最前的人{held}，这段时间别人抢不走；没提交就给下一位。排队时可以慢慢填。"
    )
}

/// The heading of one's own place.
pub fn title(place: &Place) -> String {
    match place.state {
        PlaceState::Waiting => format!("候补第 {} 位", place.ahead + 1),
        PlaceState::Offered => "轮到您了，名额给您留着".to_owned(),
        PlaceState::Passed => "给您留的名额过了时间，已给下一位".to_owned(),
        PlaceState::Left => "您已退出候补".to_owned(),
        PlaceState::Ended => "候补已结束".to_owned(),
        PlaceState::Seated => "已经有名额".to_owned(),
    }
}

/// What it means, and what to do.
pub fn meaning(place: &Place, now: Timestamp) -> String {
    let site = if place.site.is_empty() { String::new() } else { format!("（{}）", place.site) };
    match (place.state, place.until) {
        (PlaceState::Waiting, _) => {
            let ahead = match place.ahead {
                0 => "前面没有人，下一个名额就是您的".to_owned(),
                ahead => format!("前面还有 {ahead} 人"),
            };
            format!(
                "{ahead}{site}。有名额时会通知您，给您留 {} 小时。现在可以先把报名填完整、签好名，到时一点就能提交。",
                place.line.hours
            )
        }
        (PlaceState::Offered, Some(until)) => {
            format!("请在 {} 前提交{site}。到时没有提交，名额就给下一位。", chinese_moment(until, now.day()))
        }
        (PlaceState::Passed, _) => "还想参加，可以重新排到队尾。填过的都还在。".to_owned(),
        (PlaceState::Ended, _) => "审核已经结束，不会再有名额。填过的都还在，可以看其他计划。".to_owned(),
        _ => "填过的都还在。还想参加，可以重新排队。".to_owned(),
    }
}

/// Beside an application in the list.
pub fn short(place: &Place, now: Timestamp) -> String {
    match (place.state, place.until) {
        (PlaceState::Offered, Some(until)) => {
            format!("轮到您了，请在 {} 前提交", chinese_moment(until, now.day()))
        }
        _ => format!("{}，共 {} 人在排", title(place), place.line.waiting),
    }
}

/// What the page of an application says first while it waits.
pub const LEAD: &str = "正在排队候补。现在可以先填好，轮到您时再提交。";

/// Under the heading after a submission that found no seat.
pub const JOINED: &str = "没有抢到名额，已经替您排上候补。填过的都在，不用再做什么；不想等可以随时退出。";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_long_it_is_and_how_it_moved() {
        let now = Timestamp::parse_shanghai("2026-11-21 12:00:00").unwrap();
        let line_of = Line { waiting: 12, offered: 2, moved: 5, last: Some(now), hours: 24 };
        assert_eq!(
            line(&line_of, now),
            "12 人在候补，2 个名额正给候补的人留着；已放出 5 个名额，最近一次 11月21日 周六 12:00。"
        );
        assert_eq!(line(&Line::default(), now), "现在没有人候补；还没有名额放出来。");
    }

    #[test]
    fn a_place_says_what_to_do() {
        let now = Timestamp::parse_shanghai("2026-11-21 12:00:00").unwrap();
        let mut place = Place {
            state: PlaceState::Waiting,
            ahead: 0,
            joined: now,
            until: None,
            site: String::new(),
            line: Line { waiting: 3, hours: 24, ..Line::default() },
        };
        assert_eq!(title(&place), "候补第 1 位");
        assert!(meaning(&place, now).starts_with("前面没有人"));
        assert_eq!(short(&place, now), "候补第 1 位，共 3 人在排");
        (place.state, place.until) = (PlaceState::Offered, Some(Timestamp(now.0 + 3_600_000)));
        assert!(short(&place, now).contains("11月21日 周六 13:00 前提交"), "{}", short(&place, now));
    }
}
