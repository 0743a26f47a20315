//! What happened to the case, the newest first.

use crate::wording::desk as words;
use domain::page::desk::Case;
use domain::page::mine::Happening;
use domain::time::Timestamp;
use leptos::prelude::*;

/// The whole history.
pub(super) fn pane(case: &Case) -> AnyView {
    view! {
        <h3 id="log">"记录"</h3>
        {lines(case.history.iter().rev(), case.now)}
    }
    .into_any()
}

/// Some lines of it.
pub(super) fn lines<'a>(happenings: impl Iterator<Item = &'a Happening>, now: Timestamp) -> AnyView {
    let rows = happenings
        .map(|happening| {
            let text = (!happening.text.is_empty())
                .then(|| view! { <br/><span class="soft pre">{happening.text.clone()}</span> });
            view! {
                <li>
                    <time>{words::stamp(happening.at, now)}</time>
                    <span><span>{words::happening(happening.what, &happening.who)}</span>{text}</span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ol class="log">{rows}</ol> }.into_any()
}
