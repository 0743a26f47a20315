//! Small charts as SVG: zero based, values written, told in a sentence.

use crate::wording::desk as words;
use chrono::{Datelike, NaiveDate};
use leptos::prelude::*;

const WIDTH: u64 = 640;
const HEIGHT: u64 = 190;
const FLOOR: u64 = 160;
const CEILING: u64 = 24;

/// Two bars per day: handed in, decided.
pub fn per_day(submitted: &[(NaiveDate, u64)], decided: &[(NaiveDate, u64)]) -> AnyView {
    let counts = |days: &[(NaiveDate, u64)]| days.iter().map(|(_, count)| *count).collect::<Vec<_>>();
    let (ins, outs) = (counts(submitted), counts(decided));
    let most = ins.iter().chain(&outs).max().copied().unwrap_or(0).max(1);
    let days = u64::try_from(submitted.len()).unwrap_or(1).max(1);
    let step = WIDTH / days;
    let bar = (step * 2 / 5).clamp(4, 18);
    let height = |count: u64| (FLOOR - CEILING) * count / most;
    let column = |at: usize, (day, count): &(NaiveDate, u64)| {
        let left = u64::try_from(at).unwrap_or(0) * step + step / 2 - bar;
        let done = outs.get(at).copied().unwrap_or(0);
        let today = at + 1 == submitted.len();
        let label = if today { "今天".to_owned() } else { format!("{}-{:02}", day.month(), day.day()) };
        let value = |x: u64, count: u64| {
            (count > 0).then(|| view! { <text class="v mid" x=x y=FLOOR - height(count) - 4>{count}</text> })
        };
        // Every second date has room for its words on a phone.
        let label = (at % 2 == (submitted.len() + 1) % 2)
            .then(|| view! { <text class="mid" x=left + bar y=FLOOR + 18>{label}</text> });
        view! {
            <rect class="fill-1" x=left y=FLOOR - height(*count) width=bar height=height(*count)></rect>
            <rect class="fill-3" x=left + bar + 1 y=FLOOR - height(done) width=bar height=height(done)></rect>
            {value(left + bar / 2, *count)}
            {value(left + bar + bar / 2 + 1, done)}
            {label}
        }
        .into_any()
    };
    let columns = submitted.iter().enumerate().map(|(at, day)| column(at, day)).collect_view();
    let sentence = words::chart(&ins, &outs);
    // The same numbers for who reads instead of looking, the newest day first.
    let rows = submitted
        .iter()
        .zip(&outs)
        .rev()
        .map(|((day, count), done)| {
            view! { <tr><th scope="row" class="num">{day.to_string()}</th><td class="r num">{*count}</td><td class="r num">{*done}</td></tr> }.into_any()
        })
        .collect_view();
    view! {
        <svg class="chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=sentence.clone()>
            <path class="grid" d=format!("M0 {FLOOR}H{WIDTH}M0 {}H{WIDTH}", FLOOR - (FLOOR - CEILING) / 2)></path>
            {columns}
        </svg>
        <ul class="legend">
            <li><svg viewBox="0 0 28 12" aria-hidden="true"><rect class="fill-1" width="28" height="12"></rect></svg><span>"提交"</span></li>
            <li><svg viewBox="0 0 28 12" aria-hidden="true"><rect class="fill-3" width="28" height="12"></rect></svg><span>"审完"</span></li>
        </ul>
        <p class="meta">{sentence}</p>
        <details class="more">
            <summary>"每天的数"</summary>
            <table class="table table--fit">
                <thead><tr><th scope="col">"日期"</th><th scope="col" class="r">"提交"</th><th scope="col" class="r">"审完"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .into_any()
}

/// A line without axes, for a figure in the strip.
pub fn spark(days: &[(NaiveDate, u64)], label: &str) -> AnyView {
    if days.len() < 2 {
        return ().into_any();
    }
    let most = days.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let last = u64::try_from(days.len() - 1).unwrap_or(1);
    let point = |(at, (_, count)): (usize, &(NaiveDate, u64))| {
        (u64::try_from(at).unwrap_or(0) * 84 / last + 2, 27 - 24 * count / most)
    };
    let points: Vec<(u64, u64)> = days.iter().enumerate().map(point).collect();
    let line: Vec<String> = points.iter().map(|(x, y)| format!("{x} {y}")).collect();
    let line = line.join("L");
    let (x, y) = points.last().copied().unwrap_or((86, 27));
    view! {
        <svg class="spark" viewBox="0 0 88 30" role="img" aria-label=label.to_owned()>
            <path class="area-1" d=format!("M2 30L{line}L86 30Z")></path>
            <path class="line-1" d=format!("M{line}")></path>
            <circle class="fill-1" cx=x cy=y r="2.5"></circle>
        </svg>
    }
    .into_any()
}

/// Steps, each with what is left of the first.
pub fn funnel(steps: Vec<(&'static str, u64)>) -> AnyView {
    let most = steps.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let mut before = None::<u64>;
    let rows = steps
        .into_iter()
        .map(|(label, count)| {
            // A step may hold more people than the one before, where that one was left out: no share is told then.
            let share = before.filter(|before| *before > 0 && count <= *before);
            let share = share.map(|before| format!("{}% 走到这步", count * 100 / before));
            before = Some(count);
            view! {
                <li>
                    <span>{label}</span>
                    <progress class="meter meter--tall" max=most.to_string() value=count.to_string() aria-hidden="true"></progress>
                    <span class="v"><b>{count}</b>" "<small>{share}</small></span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ol class="funnel">{rows}</ol> }.into_any()
}

/// Days before and after today that the timeline of plans shows.
const BEFORE: i64 = 30;
const AFTER: i64 = 90;
/// Most plans of the timeline: those that come next.
const LANES: usize = 14;

/// A plan on the timeline: its title, the first and last day of registration, and the day of the exam.
pub type Lane = (String, NaiveDate, NaiveDate, NaiveDate);

/// Plans on their timeline around today. The same days stand in the table of plans.
pub fn timeline(lanes: Vec<Lane>, today: NaiveDate) -> AnyView {
    let place = |day: NaiveDate| ((day - today).num_days() + BEFORE).clamp(0, BEFORE + AFTER) * 640 / (BEFORE + AFTER);
    let mut shown: Vec<Lane> = lanes.into_iter().filter(|lane| (lane.3 - today).num_days() >= -BEFORE).collect();
    shown.sort_by_key(|lane| lane.3);
    shown.truncate(LANES);
    if shown.is_empty() {
        return view! { <p class="meta">"最近没有要考的计划。"</p> }.into_any();
    }
    let height = i64::try_from(shown.len()).unwrap_or(1) * 34 + 26;
    let sentence = format!("{} 个计划的报名时间和考试日，前 {BEFORE} 天到后 {AFTER} 天", shown.len());
    let rows = shown
        .iter()
        .zip(0i64..)
        .map(|((title, opens, closes, exam), at)| {
            let (top, left) = (at * 34 + 8, place(*opens));
            let width = (place(*closes) - left).max(2);
            // The day first: a long title may end at the edge of a phone.
            let label = format!("{}-{:02} 考　{title}", exam.month(), exam.day());
            view! {
                <text class="over" x="0" y=top + 8>{label}</text>
                <rect class="fill-2" x=left y=top + 14 width=width height="8"></rect>
                <rect class="fill-3" x=place(*exam) - 3 y=top + 11 width="6" height="14"></rect>
            }
            .into_any()
        })
        .collect_view();
    let now = place(today);
    view! {
        <svg class="chart" viewBox=format!("0 0 640 {height}") role="img" aria-label=sentence>
            <path class="now" d=format!("M{now} 0V{}", height - 20)></path>
            {rows}
            <text class="now-t mid" x=now y=height - 4>"今天"</text>
        </svg>
        <ul class="legend">
            <li><svg viewBox="0 0 28 12" aria-hidden="true"><rect class="fill-2" width="28" height="12"></rect></svg><span>"报名"</span></li>
            <li><svg viewBox="0 0 28 12" aria-hidden="true"><rect class="fill-3" width="28" height="12"></rect></svg><span>"考试"</span></li>
        </ul>
    }
    .into_any()
}
