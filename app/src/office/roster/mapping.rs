//! Which column is which: as proposed, and changed where the sheet calls it otherwise.

use super::acts::MapRoster;
use super::headings;
use crate::again::Again;
use crate::ui::icon;
use crate::wording::rosters::{layout as refused, page as words};
use domain::page::roster::{RosterBoard, RosterDesk};
use domain::roster::{Column, LayoutRefusal, SheetKind};
use leptos::prelude::*;
use server_fn::ServerFn;

/// While something is missing: the step itself.
pub(super) fn section(desk: &RosterDesk, board: &RosterBoard, again: Option<&Again>) -> AnyView {
    let why = board.unmapped.as_ref().map(|refusal| {
        let words = match refusal {
            LayoutRefusal::NoHeadings { .. } => words::NO_HEADINGS.to_owned(),
            refusal => refused(refusal),
        };
        view! { <p class="banner" data-state="refused" role="alert">{icon("alert", "")}<span>{words}</span></p> }
    });
    view! {
        <section class="panel" aria-labelledby="headings-title">
            <div class="panel__h"><h2 id="headings-title">"表头在哪一行"</h2></div>
            <div class="panel__b stack stack--3">{why}{headings::section(desk, board, again)}</div>
        </section>
        <section class="panel" aria-labelledby="map-title">
            <div class="panel__h"><h2 id="map-title">"对上列名"</h2></div>
            <div class="panel__b stack stack--3">{form(desk, board)}</div>
        </section>
    }
    .into_any()
}

/// Afterwards: folded away, but changeable.
pub(super) fn folded(desk: &RosterDesk, board: &RosterBoard, again: Option<&Again>) -> AnyView {
    // What was typed and refused is seen at once.
    let open = again.is_some_and(|again| !again.typed("row").is_empty());
    view! {
        <details class="more" open=open>
            <summary>"改表头，或换一张表"</summary>
            {headings::section(desk, board, again)}
        </details>
        <details class="more"><summary>"改列名"</summary>{form(desk, board)}</details>
    }
    .into_any()
}

fn form(desk: &RosterDesk, board: &RosterBoard) -> AnyView {
    let layout = &board.layout;
    let rows = layout
        .columns
        .iter()
        .enumerate()
        .filter(|(_, (heading, known))| !heading.is_empty() || known.is_some())
        .map(|(place, (heading, known))| row(place, heading, *known))
        .collect_view();
    let kinds = [SheetKind::Registration, SheetKind::Roster]
        .into_iter()
        .map(|kind| {
            let value = if kind == SheetKind::Roster { "roster" } else { "registration" };
            view! { <option value=value selected=kind == layout.kind>{words::sheet(kind)}</option> }
        })
        .collect_view();
    let needed: Vec<&str> = layout.kind.needed().iter().map(|column| column.label()).collect();
    let above: Vec<String> = layout.facts.iter().map(|(label, value)| format!("{label}：{value}")).collect();
    view! {
        <form method="post" action=MapRoster::PATH class="stack stack--3">
            <input type="hidden" name="plan" value=desk.plan.to_string()/>
            <input type="hidden" name="roster" value=board.line.id.to_string()/>
            {(!above.is_empty()).then(|| view! { <p class="meta">{format!("表头上面读到：{}", above.join("；"))}</p> })}
            <div class="field">
                <label for="kind">"当作哪种表"</label>
                <p class="hint" id="kind-h">{format!("{}必须有：{}", words::sheet(layout.kind), needed.join("、"))}</p>
                <select class="select w-20" name="kind" id="kind" aria-describedby="kind-h">{kinds}</select>
            </div>
            <div class="tablewrap" role="region" tabindex="0" aria-label="列名，表格">
                <table class="table table--blocks">
                    <thead><tr><th scope="col">{words::headings_at(layout)}</th><th scope="col">"是什么"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p><button class="btn" type="submit">"就按这样试"</button></p>
        </form>
    }
    .into_any()
}

fn row(place: usize, heading: &str, known: Option<Column>) -> AnyView {
    let id = format!("c-{place}");
    let options = Column::ALL
        .into_iter()
        .map(|column| {
            view! { <option value=column.key() selected=known == Some(column)>{column.label()}</option> }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row"><label for=id.clone()>{heading.to_owned()}</label></th>
            <td data-label="是什么">
                <select class="select" id=id name=format!("columns[c{place}]")>
                    <option value="" selected=known.is_none()>"不用"</option>
                    {options}
                </select>
            </td>
        </tr>
    }
    .into_any()
}
