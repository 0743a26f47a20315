//! 一起改: what is proposed stands beside what is written, by reason, and is done by one button. What was done can be
//! put back.

use super::acts::{MendProposed, PutBackMend};
use super::one_button;
use crate::ui::icon;
use crate::wording::desk::stamp;
use crate::wording::rosters::page as words;
use domain::page::roster::{MendGroup, MendLine, RosterBoard, RosterDesk};
use domain::roster::MendReason;
use leptos::prelude::*;
use server_fn::ServerFn;

pub(super) fn groups(desk: &RosterDesk, board: &RosterBoard) -> AnyView {
    if board.mends.is_empty() {
        return view! { <div class="empty"><p><b>"没有能一起改的格子"</b></p><p class="meta">"别的错，请在“要改”里一格一格改。"</p></div> }
            .into_any();
    }
    board.mends.iter().map(|one| group(desk, board, one)).collect_view().into_any()
}

fn group(desk: &RosterDesk, board: &RosterBoard, group: &MendGroup) -> AnyView {
    let reason = group.reason.as_str();
    let (title, hint) = words::mend_reason(group.reason);
    let all = group.lines.len().saturating_add(usize::try_from(group.more).unwrap_or(usize::MAX));
    let sure = group.reason.is_sure();
    let lines = group.lines.iter().map(|one| line(one, sure)).collect_view();
    let more = (group.more > 0).then(|| {
        view! { <p class="meta">{format!("还有 {} 处，改完这些再给出。", group.more)}</p> }
    });
    let label = if group.reason == MendReason::DayAsked { "照选好的改" } else { "照勾选的改" };
    let heading = format!("mends-{reason}");
    let labelled = heading.clone();
    view! {
        <section class="panel" aria-labelledby=labelled>
            <div class="panel__h"><h2 id=heading>{title}</h2><span class="meta num">{format!("{all} 处")}</span></div>
            <div class="panel__b stack stack--3">
                <p class="soft">{hint}</p>
                <form method="post" action=MendProposed::PATH class="stack stack--3">
                    <input type="hidden" name="plan" value=desk.plan.to_string()/>
                    <input type="hidden" name="roster" value=board.line.id.to_string()/>
                    <input type="hidden" name="reason" value=reason/>
                    <div class="tablewrap" role="region" tabindex="0" aria-label=format!("{title}，表格")>
                        <table class="table table--blocks">
                            <thead><tr>
                                <th scope="col">"行"</th><th scope="col">"姓名"</th><th scope="col">"列"</th>
                                <th scope="col">"现在写的"</th><th scope="col">"改成"</th>
                            </tr></thead>
                            <tbody>{lines}</tbody>
                        </table>
                    </div>
                    {more}
                    <p><button class="btn btn--quiet" type="submit">{label}</button></p>
                </form>
            </div>
        </section>
    }
    .into_any()
}

fn line(line: &MendLine, sure: bool) -> AnyView {
    let name = format!("cells[r{}.{}]", line.row, line.place);
    let of_whom = format!("，第 {} 行 {}", line.row, line.column.label());
    let found = if line.found.is_empty() { "（空）".to_owned() } else { line.found.clone() };
    let becomes = match line.becomes.as_slice() {
        [only] => {
            let only = only.clone();
            view! {
                <label class="check">
                    <input type="checkbox" name=name value=only.clone() checked=sure/>
                    <span class="num">{only}<span class="vh">{of_whom}</span></span>
                </label>
            }
            .into_any()
        }
        several => {
            let options =
                several.iter().map(|one| view! { <option value=one.clone()>{one.clone()}</option> }).collect_view();
            let id = format!("m-{}-{}", line.row, line.place);
            view! {
                <label class="vh" for=id.clone()>{format!("改成{of_whom}")}</label>
                <select class="select w-12" name=name id=id><option value="">"先不改"</option>{options}</select>
            }
            .into_any()
        }
    };
    view! {
        <tr>
            <td data-label="行" class="num">{line.row}</td>
            <th scope="row">{if line.name.is_empty() { "—".to_owned() } else { line.name.clone() }}</th>
            <td data-label="列">{line.column.label()}</td>
            <td data-label="现在写的" class="num"><s>{found}</s></td>
            <td data-label="改成">{becomes}</td>
        </tr>
    }
    .into_any()
}

/// The mends that can be put back.
pub(super) fn done(desk: &RosterDesk, board: &RosterBoard) -> Option<AnyView> {
    if board.mended.is_empty() {
        return None;
    }
    let lines = board
        .mended
        .iter()
        .map(|one| {
            let more = vec![("mend", one.id.clone()), ("tab", board.tab.as_str().to_owned())];
            let said = format!("{} {} 改了 {} 格", stamp(one.at, desk.now), one.by, one.cells);
            view! {
                <li><div class="row between grow">
                    <span>{icon("undo", "s")}" "{said}</span>
                    {one_button(desk, board, PutBackMend::PATH, "btn btn--quiet btn--small", "改回去".to_owned(), more)}
                </div></li>
            }
            .into_any()
        })
        .collect_view();
    Some(
        view! {
            <details class="more">
                <summary>"改过的，可以改回去"</summary>
                <ul class="tasks tasks--plain">{lines}</ul>
            </details>
        }
        .into_any(),
    )
}
