//! Where the headings are: the top of the sheet as it stands in the file, and a form to say it better.

use super::acts::RereadRoster;
use crate::again::Again;
use crate::ui::TextField;
use crate::wording::rosters::page as words;
use domain::page::roster::{RosterBoard, RosterDesk};
use domain::roster::heading::HIGHEST;
use leptos::prelude::*;
use server_fn::ServerFn;

pub(super) fn section(desk: &RosterDesk, board: &RosterBoard, again: Option<&Again>) -> AnyView {
    if !board.top.open {
        return view! { <p class="meta">{words::READ_FOR_GOOD}</p> }.into_any();
    }
    let layout = &board.layout;
    let typed = |key: &str, otherwise: u32| -> String {
        again.map(|again| again.typed(key)).filter(|text| !text.is_empty()).map_or(otherwise.to_string(), str::to_owned)
    };
    let high = typed("high", layout.headings_high);
    let heights = (1..=HIGHEST)
        .map(|rows| {
            let value = rows.to_string();
            view! { <option value=value.clone() selected=value == high>{format!("{rows} 行")}</option> }
        })
        .collect_view();
    let chosen = typed("sheet", board.top.sheet);
    let sheets = (board.top.sheets.len() > 1).then(|| {
        let options = board
            .top
            .sheets
            .iter()
            .enumerate()
            .map(|(place, (name, rows))| {
                let value = place.to_string();
                let selected = value == chosen;
                view! { <option value=value selected=selected>{format!("{name}（{rows} 行）")}</option> }
            })
            .collect_view();
        view! {
            <div class="field">
                <label for="sheet-no">"读哪张表"</label>
                <select class="select" name="sheet" id="sheet-no">{options}</select>
            </div>
        }
    });
    view! {
        <div class="stack stack--3" id="headings">
            {top(board)}
            <form method="post" action=RereadRoster::PATH class="toolbar">
                <input type="hidden" name="plan" value=desk.plan.to_string()/>
                <input type="hidden" name="roster" value=board.line.id.to_string()/>
                {sheets}
                <TextField name="row" id="heading-row" label="表头从第几行开始" value=typed("row", layout.headings_at) class="w-8 num" inputmode="numeric" maxlength=6/>
                <div class="field">
                    <label for="heading-high">"表头一共"</label>
                    <select class="select" name="high" id="heading-high">{heights}</select>
                </div>
                <button class="btn btn--quiet" type="submit">"按这样读"</button>
            </form>
            <p class="meta">{words::HEADINGS_HINT}</p>
        </div>
    }
    .into_any()
}

/// The first rows, with the numbers that the spreadsheet gives them.
fn top(board: &RosterBoard) -> AnyView {
    let layout = &board.layout;
    let width = board.top.rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let rows = board
        .top
        .rows
        .iter()
        .map(|(number, cells)| {
            let is_heading = (layout.headings_at..layout.begins_at()).contains(number);
            let cells = (0..width)
                .map(|place| {
                    let text = cells.get(place).cloned().unwrap_or_default();
                    if is_heading {
                        view! { <td class="nb"><b>{text}</b></td> }.into_any()
                    } else {
                        view! { <td class="nb">{text}</td> }.into_any()
                    }
                })
                .collect_view();
            let mark = if is_heading {
                "表头"
            } else if *number < layout.headings_at {
                "表头上面"
            } else {
                "人"
            };
            view! { <tr aria-selected=is_heading.then_some("true")><th scope="row" class="num">{*number}</th><td class="nb">{mark}</td>{cells}</tr> }
                .into_any()
        })
        .collect_view();
    view! {
        <div class="tablewrap" role="region" tabindex="0" aria-label="表的前几行，表格">
            <table class="table">
                <thead><tr><th scope="col">"行"</th><th scope="col">"当作"</th><th scope="colgroup" colspan=width.max(1).to_string()>"表里写的"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
