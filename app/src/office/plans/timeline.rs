//! The dates of a plan as a picture, and the same as a table.

use crate::ui::{StateBadge, icon};
use crate::wording::planner as words;
use chrono::{Datelike, NaiveDate};
use domain::application::progress::Tone;
use domain::page::planner::PlanView;
use domain::planner::PlanStage;
use domain::time::Timestamp;
use domain::timeline::{Milestone, PointName, TimePoint, UnknownDays};
use leptos::prelude::*;

const WIDTH: i64 = 1000;
const ROW: i64 = 31;
const BAR: i64 = 20;
const TOP: i64 = 24;

/// Where a day stands from left to right.
struct Scale {
    first: NaiveDate,
    days: i64,
}

impl Scale {
    fn x(&self, day: NaiveDate) -> i64 {
        (day - self.first).num_days().clamp(0, self.days) * WIDTH / self.days
    }
}

/// Beginning and end of what lasts, with its words and colour.
const BARS: [(&str, PointName, PointName, &str); 4] = [
    ("报名", PointName::RegOpen, PointName::RegClose, "fill-1"),
    ("报名公示", PointName::RosterPubStart, PointName::RosterPubEnd, "fill-1"),
    ("准考证下载", PointName::TicketStart, PointName::TicketEnd, "fill-2"),
    ("成绩公示", PointName::ScorePubStart, PointName::ScorePubEnd, "fill-1"),
];
/// What is due on one day.
const MARKS: [PointName; 5] =
    [PointName::ReviewClose, PointName::PayDeadline, PointName::EformDue, PointName::PlanFiled, PointName::PaperDue];

/// The picture, for wide screens; nothing where no dates are set.
pub fn chart(stones: &[Milestone], now: Timestamp) -> AnyView {
    let at = |point: Option<PointName>| stones.iter().find(|stone| stone.point == point).and_then(|stone| stone.at);
    let days = || stones.iter().filter_map(|stone| stone.at).map(TimePoint::day);
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return ().into_any() };
    let pad = |day: NaiveDate, days: i64| day + chrono::Duration::days(days);
    let scale = Scale { first: pad(first, -2), days: ((last - first).num_days() + 5).max(14) };
    let mut rows: Vec<AnyView> = Vec::new();
    let mut y = TOP;
    let mut lines: Vec<(i64, AnyView)> = Vec::new();
    for (word, from, to, class) in BARS {
        let (Some(from), Some(to)) = (at(Some(from)), at(Some(to))) else { continue };
        let (left, right) = (scale.x(from.day()), scale.x(pad(to.day(), 1)).max(scale.x(from.day()) + 4));
        let text = format!("{word}　{} – {}", words::short(from), words::short(to));
        let view = view! { <rect class=class x=left y=y width=right - left height=BAR rx="3"></rect> }.into_any();
        lines.push((y, view));
        rows.push(beside(left, right, y, text));
        y += ROW;
    }
    for point in MARKS {
        let Some(day) = at(Some(point)) else { continue };
        let x = scale.x(day.day());
        let d = format!("M{x} {}l8 8-8 8-8-8z", y + BAR / 2 - 8);
        lines.push((y, view! { <path class="fill-4" d=d></path> }.into_any()));
        rows.push(beside(x - 9, x + 9, y, format!("{}　{}", words::point(Some(point)), words::short(day))));
        y += ROW - 5;
    }
    if let Some(exam) = at(None) {
        let x = scale.x(exam.day());
        lines.push((y, view! { <rect class="fill-3" x=x y=y width="12" height=BAR rx="3"></rect> }.into_any()));
        rows.push(beside(x, x + 12, y, format!("考试　{}", words::exam_day(exam))));
        y += ROW;
    }
    let height = y + 6;
    let months = months(&scale, height);
    let today = now.day();
    let now_line = (first <= pad(today, 2) && today <= pad(last, 2)).then(|| {
        let x = scale.x(today);
        view! {
            <path class="now" d=format!("M{x} 16V{height}")></path>
            <text class="now-t" x=x + 4 y=height - 2>"今天"</text>
        }
    });
    let bars = lines.into_iter().map(|(_, view)| view).collect_view();
    view! {
        <div class="only-wide">
            <svg class="chart" viewBox=format!("0 0 {WIDTH} {height}") role="img" aria-label="计划时间图，文字版见下表">
                {months}{bars}{rows.into_iter().collect_view()}{now_line}
            </svg>
        </div>
    }
    .into_any()
}

/// Words beside a bar: on the right, or on the left where the right has no room.
fn beside(left: i64, right: i64, y: i64, text: String) -> AnyView {
    let base = y + BAR - 6;
    if right < WIDTH * 6 / 10 {
        view! { <text x=right + 8 y=base>{text}</text> }.into_any()
    } else {
        view! { <text class="end" x=left - 8 y=base>{text}</text> }.into_any()
    }
}

/// A line at the first of every month.
fn months(scale: &Scale, height: i64) -> AnyView {
    let last = scale.first + chrono::Duration::days(scale.days);
    let mut out = Vec::new();
    let mut day = scale.first;
    while day <= last {
        if day.day() == 1 || day == scale.first {
            let x = scale.x(day);
            let word = if day.month() == 1 && day.day() == 1 {
                format!("{}年1月", day.year())
            } else {
                format!("{}月", day.month())
            };
            let line = (day.day() == 1).then(|| view! { <path class="grid" d=format!("M{x} 0V{height}")></path> });
            // A month that has only a few days left before the next line has no room for its name.
            let room = day.day() < 26;
            out.push(view! { {line}{room.then(|| view! { <text x=x + 5 y="12">{word}</text> })} }.into_any());
        }
        let Some(next) = day.succ_opt() else { break };
        day = next;
    }
    out.into_iter().collect_view().into_any()
}

/// Where days were counted that nobody has announced yet.
pub fn unknown(unknown: Option<UnknownDays>) -> Option<AnyView> {
    unknown.map(|unknown| {
        view! { <p class="banner" data-state="me">{icon("info", "")}<span>{words::unknown_days(unknown)}</span></p> }
            .into_any()
    })
}

/// Every date with its rule, the latest legal day, who must act and how far away it is; on a phone date and distance
/// alone, with the latest day under them.
pub fn table(plan: &PlanView) -> AnyView {
    let (rules, now) = (&plan.rules, plan.now);
    if plan.milestones.is_empty() {
        return view! { <p class="meta">"还没有定考试日。定了以后，这里按规则倒推出全部时间点。"</p> }.into_any();
    }
    let rows = plan
        .milestones
        .iter()
        .map(|stone| {
            let set = stone.at.map_or_else(|| "没有定".to_owned(), words::at);
            let latest = stone.latest.map(|day| day.to_string()).unwrap_or_default();
            let below = (!latest.is_empty()).then(|| {
                view! { <span class="only-narrow meta"><br/>{format!("最晚 {latest}")}</span> }
            });
            let filed = stone.point == Some(PointName::PlanFiled) && plan.row.stage != PlanStage::Draft;
            let (tone, text) = match stone.at {
                Some(_) if filed => (Tone::Done, "已报".to_owned()),
                Some(at) => words::distance(at, now),
                None => (Tone::Draft, "没有定".to_owned()),
            };
            view! {
                <tr>
                    <th scope="row">{words::point(stone.point)}</th>
                    <td class="num">{set}{below}<span class="only-narrow"><br/><StateBadge tone=tone text=text.clone()/></span></td>
                    <td class="num nb only-wide">{latest.clone()}</td>
                    <td class="meta only-wide">{words::rule_of(stone.point, rules)}</td>
                    <td class="only-wide">{words::who(stone.who)}</td>
                    <td class="only-wide"><StateBadge tone=tone text=text/></td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="tablewrap" role="region" tabindex="0" aria-label="全部时间点">
            <table class="table table--fit">
                <caption class="vh">"全部时间点"</caption>
                <thead><tr>
                    <th scope="col">"时间点"</th><th scope="col">"定在"</th><th scope="col" class="only-wide">"最晚"</th>
                    <th scope="col" class="only-wide">"规则"</th><th scope="col" class="only-wide">"谁来做"</th><th scope="col" class="only-wide">"状态"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="meta">{words::counting(rules)}</p>
    }
    .into_any()
}
