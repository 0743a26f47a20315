//! What goes out again.

use super::address;
use crate::ui::icon;
use crate::wording::rosters::guide;
use domain::page::roster::{RosterBoard, RosterDesk};
use leptos::prelude::*;

/// Forms of one file; the route makes them in the same parts.
const FORMS: u32 = 100;

/// The official sheets and the photos of the plan.
pub(super) fn section(desk: &RosterDesk) -> AnyView {
    let links = [("roster.xlsx", "花名册"), ("registration.xlsx", "报名信息表"), ("photos.zip", "照片（按规定命名）")]
        .into_iter()
        .map(|(what, name)| {
            view! { <a class="btn btn--quiet" href=address::out(desk.plan, what) rel="external">{icon("download", "")}<span>{name}</span></a> }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="out-title">
            <div class="panel__h"><h2 id="out-title">"导出"</h2></div>
            <div class="panel__b stack stack--3">
                <p>{format!("这个计划现在有 {} 人。列的先后和原表一样，谁导出过都有记录。", desk.people)}</p>
                <p class="row">{links}</p>
            </div>
        </section>
    }
    .into_any()
}

/// The official sheets with nobody in them, for schools and employers.
pub(super) fn empty(desk: &RosterDesk) -> AnyView {
    let links = [("registration-empty.xlsx", "空的《报名信息表》"), ("roster-empty.xlsx", "空的《花名册》")]
        .into_iter()
        .map(|(what, name)| {
            view! { <a href=address::out(desk.plan, what) rel="external">{icon("download", "s")}<span>{name}</span></a> }
        })
        .collect_view();
    view! {
        <p class="meta">{guide::LEAD}</p>
        <p class="row">{links}</p>
    }
    .into_any()
}

/// 申报表 of this roster, a hundred per file.
pub(super) fn forms(desk: &RosterDesk, board: &RosterBoard) -> AnyView {
    let all = board.line.counts.done + board.line.counts.stays;
    let links = (0..all.div_ceil(FORMS))
        .map(|part| {
            let (first, last) = (part * FORMS + 1, ((part + 1) * FORMS).min(all));
            let href = address::of(desk.plan, board.line.id, &format!("forms.pdf?part={}", part + 1));
            view! { <a href=href rel="external">{icon("download", "s")}<span>{format!("申报表 第 {first}–{last} 人")}</span></a> }
        })
        .collect_view();
    links.into_any()
}
