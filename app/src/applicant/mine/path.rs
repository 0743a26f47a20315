//! The progress path: where an application is on its way.

use domain::application::progress::Tone;
use leptos::prelude::*;

/// Four nodes, five while a fee is `due`; `dates` are small lines under the four, empty where nothing is known yet.
pub(super) fn path(tone: Tone, due: bool, over_after_submission: bool, dates: [String; 4]) -> AnyView {
    // How many nodes are done, and what the next one is called and looks like.
    let (done, names) = match tone {
        Tone::Draft => (0, ["填写", "提交", "审核", "考试"]),
        Tone::Me => (2, ["填写", "提交", "补正", "考试"]),
        Tone::Others | Tone::Refused => (2, ["填写", "提交", "审核", "考试"]),
        Tone::Done => (3, ["填写", "提交", "审核", "考试"]),
        Tone::Expired => (if over_after_submission { 2 } else { 0 }, ["填写", "提交", "审核", "考试"]),
    };
    let mut stops: Vec<(&str, String)> = names.into_iter().zip(dates).collect();
    let tone = if due && tone == Tone::Done {
        stops.insert(3, ("缴费", String::new()));
        Tone::Me
    } else {
        tone
    };
    let nodes = stops
        .into_iter()
        .enumerate()
        .map(|(at, (name, date))| {
            let current = at == done;
            let state = if at < done {
                Some("done")
            } else if current {
                // The exam still lies ahead of everybody.
                Some(if tone == Tone::Done { "others" } else { tone.as_str() })
            } else {
                None
            };
            let said = if at < done { "，已完成" } else { "" };
            let date = (!date.is_empty()).then(|| view! { <small>{date}</small> });
            view! {
                <li data-state=state aria-current=current.then_some("step")>
                    <span><span>{name}</span><span class="vh">{said}</span>{date}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="path" aria-label="进度">{nodes}</ol> }.into_any()
}
