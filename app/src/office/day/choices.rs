//! Several people fit what was typed at the door: their cards tell which of them stands here.

use crate::paths;
use domain::page::rooms::DayPage as Shown;
use domain::seating::grouped;
use leptos::prelude::*;

/// The people, each with the way to their own page of the door.
pub(super) fn section(shown: &Shown) -> AnyView {
    let lines = shown
        .choices
        .iter()
        .map(|one| {
            let href = paths::office_day_for(shown.plan, &one.ticket);
            view! { <li><span><a href=href>{one.name.clone()}</a><br/><span class="meta num">{one.id_no_masked.clone()}</span></span><span class="meta num">{grouped(&one.ticket)}</span></li> }.into_any()
        })
        .collect_view();
    view! {
        <section aria-labelledby="choices-title" class="stack stack--2">
            <h2 id="choices-title">{format!("{} 人符合，请对照证件选一位", shown.choices.len())}</h2>
            <ul class="tasks tasks--plain">{lines}</ul>
        </section>
    }
    .into_any()
}
