//! A sheet of scores: uploaded, tried, mended, taken.

use super::acts::{DropScoreSheet, MendScoreSheet, TakeScoreSheet};
use crate::paths;
use crate::ui::icon;
use crate::wording::scores as words;
use domain::page::scores::{FaultyRow, ScoreBoard, ScoreTrial};
use domain::scores::ScoreFault;
use leptos::prelude::*;
use server_fn::ServerFn;

pub(super) fn section(board: &ScoreBoard) -> AnyView {
    let plan = board.plan;
    let trial = board.trial.as_ref().map(|trial| tried(trial, &plan.to_string()));
    view! {
        <section class="panel" aria-labelledby="import-title">
            <div class="panel__h"><h2 id="import-title">"导入成绩表"</h2></div>
            <div class="panel__b stack stack--4">
                <form method="post" enctype="multipart/form-data" action=paths::score_sheet(plan) class="stack stack--3">
                    <div class="field">
                        <label for="sheet">"成绩表"</label>
                        <p class="hint" id="sheet-h">{words::SHEET_HINT}</p>
                        <input class="input" type="file" name="file" id="sheet" accept=".xlsx,.xls,.csv" aria-describedby="sheet-h" required/>
                    </div>
                    <p class="row">
                        <button class="btn" type="submit">{icon("upload", "")}<span>"上传，试一遍"</span></button>
                        <a href=paths::score_sheet_blank(plan) rel="external">{icon("download", "s")}<span>"下载这个计划的成绩表来填"</span></a>
                    </p>
                </form>
                {trial}
            </div>
        </section>
    }
    .into_any()
}

fn tried(trial: &ScoreTrial, plan: &str) -> AnyView {
    let refused = trial.refusal.as_ref().map(|refusal| {
        view! { <p class="banner" data-state="refused" role="alert">{icon("alert", "")}<span>{words::sheet(refusal)}</span></p> }
    });
    let left = trial.rows - trial.ready;
    let counts = format!("{}：{} 行，{} 行可以取用，{left} 行要改。", trial.file_name, trial.rows, trial.ready);
    let replaces = (trial.replaces > 0).then(|| {
        view! { <p class="banner" data-state="me">{icon("alert", "")}<span>{format!("有 {} 格和已有的成绩不同，取用后换成表里的。", trial.replaces)}</span></p> }
    });
    let take = (trial.ready > 0).then(|| {
        view! {
            <form method="post" action=TakeScoreSheet::PATH>
                <input type="hidden" name="plan" value=plan.to_owned()/>
                <button class="btn" type="submit">{format!("取用 {} 行", trial.ready)}</button>
            </form>
        }
    });
    let mend = (!trial.faulty.is_empty()).then(|| {
        let rows = trial.faulty.iter().map(faulty).collect_view();
        view! {
            <form method="post" action=MendScoreSheet::PATH class="stack stack--3">
                <input type="hidden" name="plan" value=plan.to_owned()/>
                <div class="tablewrap" role="region" tabindex="0" aria-label="要改的行">
                    <table class="table table--blocks">
                        <thead><tr><th scope="col">"行"</th><th scope="col">"准考证号"</th><th scope="col">"姓名"</th><th scope="col">"要改的格子"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <p><button class="btn btn--quiet" type="submit">"改好了，再试一遍"</button></p>
            </form>
        }
    });
    view! {
        <div class="stack stack--3" id="trial">
            <h3>"试的结果"</h3>
            {refused}
            <p role="status">{counts}</p>
            {replaces}
            <div class="row">
                {take}
                <form method="post" action=DropScoreSheet::PATH>
                    <input type="hidden" name="plan" value=plan.to_owned()/>
                    <button class="btn btn--quiet" type="submit">"丢弃这份表"</button>
                </form>
            </div>
            {mend}
        </div>
    }
    .into_any()
}

/// Every cell at fault with its reason and a place to put the right text. A cell is there once, whatever is wrong with it.
fn faulty(row: &FaultyRow) -> AnyView {
    let mut cells: Vec<(u32, String, String, Vec<String>)> = Vec::new();
    let mut others = Vec::new();
    for (fault, place) in &row.faults {
        let sentence = words::fault(fault);
        match place {
            None => others.push(sentence),
            Some(cell) => match cells.iter_mut().find(|(column, ..)| *column == cell.column) {
                Some((.., sentences)) => sentences.push(sentence),
                None => cells.push((cell.column, cell.heading.clone(), cell.found.clone(), vec![sentence])),
            },
        }
    }
    let cells = cells
        .into_iter()
        .map(|(column, heading, found, sentences)| {
            let id = format!("c-{}-{column}", row.row);
            let (error, described) = (format!("{id}-e"), format!("{id}-e"));
            view! {
                <div class="field field--bad">
                    <label for=id.clone()>{heading}</label>
                    <p class="err" id=error>{icon("alert", "s")}<span>{sentences.join("")}</span></p>
                    <input class="input w-20" name=format!("cells[r{}.{column}]", row.row) id=id value=found aria-describedby=described/>
                </div>
            }
            .into_any()
        })
        .collect_view();
    let others = others.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view();
    let unknown = row.faults.iter().any(|(fault, _)| *fault == ScoreFault::TicketUnknown);
    let ticket = if unknown { String::new() } else { row.ticket.clone() };
    view! {
        <tr>
            <th scope="row" class="num">{format!("第 {} 行", row.row)}</th>
            <td data-label="准考证号" class="num">{ticket}</td>
            <td data-label="姓名">{row.name.clone()}</td>
            <td>{cells}{others}</td>
        </tr>
    }
    .into_any()
}
