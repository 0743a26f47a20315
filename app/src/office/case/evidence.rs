//! The evidence: a tab per requirement, one file at a time.

use super::{Around, with_document};
use crate::paths;
use crate::ui::icon;
use crate::wording::photo::weight;
use domain::application::Target;
use domain::page::desk::{Case, EvidenceGroup};
use domain::page::wizard::FileKept;
use leptos::prelude::*;

/// Tabs and viewer.
pub(super) fn pane(case: &Case, around: &Around, document: Memo<String>) -> AnyView {
    let id = case.line.id;
    let groups = case.evidence.clone();
    let first = groups.iter().flat_map(|group| &group.files).next().map(|file| file.id.to_string()).unwrap_or_default();
    let shown = crate::ui::memo(move |_| {
        let asked = document.get();
        if asked.is_empty() { first.clone() } else { asked }
    });
    let tabs = groups
        .iter()
        .enumerate()
        .map(|(at, group)| {
            let href = group.files.first().map(|file| with_document(around, id, &file.id.to_string()));
            let changed = case.corrected.contains(&Target::Document(group.key.clone()));
            tab(at, group, href, shown, changed)
        })
        .collect_view();
    let links: Vec<(FileKept, String)> = groups
        .iter()
        .flat_map(|group| &group.files)
        .map(|file| (file.clone(), with_document(around, id, &file.id.to_string())))
        .collect();
    let viewer = move || {
        let shown = shown.get();
        let found = groups.iter().find_map(|group| {
            let at = group.files.iter().position(|file| file.id.to_string() == shown)?;
            Some((group, at))
        });
        match found {
            Some((group, at)) => viewer(group, at, &links, paths::office_merged(id, &group.key)),
            None => view! { <p class="meta mt-2">"没有可看的材料。"</p> }.into_any(),
        }
    };
    view! {
        <section id="files" aria-labelledby="files-title">
            <div class="between row">
                <h3 id="files-title">"材料"</h3>
                <nav class="chips" aria-label="材料">{tabs}</nav>
            </div>
            {viewer}
        </section>
    }
    .into_any()
}

fn tab(at: usize, group: &EvidenceGroup, href: Option<String>, shown: Memo<String>, changed: bool) -> AnyView {
    let label = group.label.clone();
    let Some(href) = href else {
        return view! { <span class="chip">{format!("{label}：没有交")}</span> }.into_any();
    };
    let files: Vec<String> = group.files.iter().map(|file| file.id.to_string()).collect();
    let here = crate::ui::memo(move |_| shown.with(|shown| files.contains(shown)));
    let key = (at < 9).then(|| (at + 1).to_string());
    let mark = changed.then(|| view! { <span class="badge" data-state="others">"补过"</span> });
    view! {
        <a
            class=move || if here.get() { "chip chip--on" } else { "chip" }
            href=href
            data-noscroll=""
            data-key=key.clone()
            aria-current=move || here.get().then_some("true")
        >
            <span>{label}</span>
            {mark}
            {key.clone().map(|key| view! { <kbd>{key}</kbd> })}
        </a>
    }
    .into_any()
}

fn viewer(group: &EvidenceGroup, at: usize, links: &[(FileKept, String)], merged: String) -> AnyView {
    let Some(file) = group.files.get(at) else { return ().into_any() };
    let src = paths::office_file(file.id);
    let name = file.name.clone();
    let zoom = RwSignal::new(1_u8);
    let turn = RwSignal::new(0_u16);
    let picture = file.format != "pdf";
    let content = if picture {
        view! { <img src=src.clone() alt=format!("{}：{name}", group.label)/> }.into_any()
    } else {
        // Without `sandbox`: browsers open their PDF viewer only outside of one. The answer itself forbids
        // everything else, and a kept PDF has no scripts.
        view! { <iframe src=src.clone() title=format!("{}：{name}", group.label)></iframe> }.into_any()
    };
    let siblings = (group.files.len() > 1).then(|| {
        let links = group
            .files
            .iter()
            .enumerate()
            .map(|(place, file)| {
                let href = links.iter().find(|(other, _)| other.id == file.id).map(|(_, href)| href.clone());
                let here = (place == at).then_some("page");
                view! { <a href=href aria-current=here data-noscroll="">{place + 1}</a> }.into_any()
            })
            .collect_view();
        view! { <nav class="pages" aria-label=format!("{}的各份", group.label)>{links}</nav> }
    });
    let pages = if file.pages > 1 { format!("，{} 页", file.pages) } else { String::new() };
    let about = format!("{}{pages}", weight(file.bytes));
    view! {
        {siblings}
        <figure class="docview" data-zoom=move || zoom.get().to_string() data-turn=move || turn.get().to_string()>
            <div class="docview__s" tabindex="0" role="region" aria-label="材料，可滚动">{content}</div>
            <figcaption>
                {picture.then(|| super::photo::tools(zoom, turn))}
                <span class="clip grow">{name}</span>
                <span class="meta num">{about}</span>
                <a class="btn btn--text btn--small" href=src target="_blank" rel="noopener external">"单独打开"</a>
                <a class="btn btn--text btn--small" href=merged download="" rel="external">
                    {icon("download", "s")}
                    <span>{format!("下载合并的 PDF（{}）", group.label)}</span>
                </a>
            </figcaption>
        </figure>
    }
    .into_any()
}
