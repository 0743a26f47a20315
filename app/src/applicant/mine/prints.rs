//! What can be printed: each with its name, and where it is not there yet, when it will be.

use crate::paths;
use crate::ui::icon;
use crate::wording::printing as words;
use domain::application::progress::Tone;
use domain::ids::ApplicationId;
use domain::page::mine::{MyCase, PrintLine};
use domain::profile::{Printable, Standing, Step};
use leptos::prelude::*;

/// The section on the page of an application.
pub(super) fn section(case: &MyCase) -> Option<AnyView> {
    // What has ended prints no more than it does already, and promises nothing.
    let progress = &case.line.progress;
    let over = [Standing::Withdrawn, Standing::Rejected, Standing::Scored];
    let ended = progress.tone == Tone::Expired || over.contains(&progress.standing);
    let shown = if ended { &case.line.prints } else { &case.prints };
    if shown.is_empty() {
        return None;
    }
    let lines = shown.iter().map(|print| line(case.line.id, print)).collect_view();
    let draft = case.line.progress.standing == Standing::Draft;
    let marked = (draft && !case.line.prints.is_empty())
        .then(|| view! { <p class="meta">"提交以前下载的，纸上印有“草稿”。内容改了要重新下载。"</p> });
    Some(
        view! {
            <section aria-labelledby="prints" class="stack stack--2">
                <h2 id="prints">"表格下载"</h2>
                <ul class="tasks tasks--plain">{lines}</ul>
                {marked}
                {comes_back(case)}
            </section>
        }
        .into_any(),
    )
}

fn line(id: ApplicationId, print: &PrintLine) -> AnyView {
    match &print.refusal {
        None => view! {
            <li>
                <a href=paths::my_print(id, print.what) rel="external">{icon("download", "s")}<span>{format!("下载{}（PDF）", print.title)}</span></a>
            </li>
        }
        .into_any(),
        Some(refusal) => view! {
            <li><span>{print.title.clone()}</span><span class="meta">{words::when(refusal)}</span></li>
        }
        .into_any(),
    }
}

/// Sign, stamp, come back: where the scan belongs.
fn comes_back(case: &MyCase) -> Option<AnyView> {
    let back = case.comes_back.as_ref()?;
    let form = case.line.prints.iter().any(|print| print.what == Printable::ApplicationForm);
    let open = matches!(case.line.progress.standing, Standing::Draft | Standing::Returned);
    if !form || !open {
        return None;
    }
    let link = (!back.is_there).then(|| {
        view! { <a href=paths::step(case.line.id, Step::Documents)>{format!("去传{}", back.label)}</a> }
    });
    Some(view! { <p class="row"><span>{words::comes_back(&back.label, back.is_there)}</span>{link}</p> }.into_any())
}
