//! What changed under an open page: before and now, side by side.

use super::history;
use crate::wording::desk as words;
use domain::page::desk::Case;
use domain::time::Timestamp;
use leptos::prelude::*;

/// Every difference a reviewer would see: label, before, now.
pub(super) fn between(before: &Case, now: &Case) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    let mut differ = |label: &str, before: String, now: String| {
        if before != now {
            out.push((label.to_owned(), before, now));
        }
    };
    differ("状态", words::stage(before.line.stage).into(), words::stage(now.line.stage).into());
    differ("第几次提交", before.line.round.to_string(), now.line.round.to_string());
    let holder = |case: &Case| case.line.claim.as_ref().map_or("没有人".to_owned(), |claim| claim.name.clone());
    differ("谁在审", holder(before), holder(now));
    for line in now.sections.iter().flat_map(|section| &section.answers) {
        let earlier = before.sections.iter().flat_map(|section| &section.answers).find(|other| other.key == line.key);
        differ(&line.label, earlier.map(|line| line.value.clone()).unwrap_or_default(), line.value.clone());
    }
    let photo = |case: &Case| case.photo.as_ref().map_or("没有".to_owned(), |photo| words::stamp(photo.at, now.now));
    differ("照片上传于", photo(before), photo(now));
    for group in &now.evidence {
        let names = |case: &Case| {
            let files = case.evidence.iter().filter(|other| other.key == group.key).flat_map(|group| &group.files);
            files.map(|file| file.name.clone()).collect::<Vec<_>>().join("、")
        };
        differ(&group.label, names(before), names(now));
    }
    out
}

/// The table of them.
pub(super) fn table(changes: Vec<(String, String, String)>) -> AnyView {
    let rows = changes
        .into_iter()
        .map(|(label, before, now)| {
            view! { <tr><th scope="row">{label}</th><td data-label="您打开时">{before}</td><td data-label="现在">{now}</td></tr> }.into_any()
        })
        .collect_view();
    view! {
        <div class="tablewrap" role="region" tabindex="0" aria-label="变化">
            <table class="table table--blocks">
                <thead><tr><th scope="col">"项目"</th><th scope="col">"您打开时"</th><th scope="col">"现在"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// For pages without script, which hold no earlier state: what happened since the page was drawn.
pub(super) fn since(case: &Case, drawn: Timestamp) -> AnyView {
    history::lines(case.history.iter().filter(|happening| happening.at >= drawn), case.now)
}
