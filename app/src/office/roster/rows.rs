//! The rows: every cell at fault with its reason and a place to put the right text.

use super::acts::{
    JoinRosterPhoto, LeaveOutRow, MendRoster, MendSame, RenderRosterPhoto, RosterPhotosLater, TakeBackRow,
};
use super::{address, one_button};
use crate::again::Again;
use crate::ui::{StateBadge, icon};
use crate::wording::rosters::page as words;
use domain::application::progress::Tone;
use domain::page::roster::{Joining, RosterBoard, RosterCell, RosterDesk, RosterRow, RosterState, RowState};
use leptos::prelude::*;
use server_fn::ServerFn;

/// Where a button outside the table belongs to its form.
const FORM: &str = "mend";

pub(super) fn table(desk: &RosterDesk, board: &RosterBoard, again: Option<&Again>) -> AnyView {
    if board.rows.is_empty() {
        return view! { <div class="empty"><p><b>"没有要改的行"</b></p><p class="meta">"看全部，请点上面的“全部”。"</p></div> }
            .into_any();
    }
    let with_photos = board.photos_wanted;
    let rows = board.rows.iter().map(|row| line(desk, board, row, with_photos, again)).collect_view();
    let heads = ["行", "照片", "姓名", "证件号码", "性别", "文化程度", "年限", "条件", "检查结果，怎么办"]
        .into_iter()
        .filter(|head| with_photos || *head != "照片")
        .map(|head| view! { <th scope="col">{head}</th> })
        .collect_view();
    let undone = board.line.state == RosterState::Undone;
    let mendable = !undone && board.rows.iter().any(|row| row.cells.iter().any(|cell| cell.place.is_some()));
    let everybody = (!undone && board.rows.iter().any(|row| row.photo_missing)).then(|| {
        one_button(desk, board, RosterPhotosLater::PATH, "btn btn--quiet", "缺照片的都由本人补".to_owned(), Vec::new())
    });
    view! {
        <div class="tablewrap" role="region" tabindex="0" aria-label="名单，表格">
            <table class="table table--blocks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        </div>
        <div class="row">
            <form method="post" action=MendRoster::PATH id=FORM>
                <input type="hidden" name="plan" value=desk.plan.to_string()/>
                <input type="hidden" name="roster" value=board.line.id.to_string()/>
                {mendable.then(|| view! { <button class="btn" type="submit">"改好了，再试一遍"</button> })}
            </form>
            {everybody}
        </div>
    }
    .into_any()
}

/// What is wrong, by reason; where many rows say the same, one text mends them all.
pub(super) fn groups(desk: &RosterDesk, board: &RosterBoard) -> Option<AnyView> {
    // What one row alone has stands in its row.
    if board.groups.iter().all(|group| group.rows < 2) {
        return None;
    }
    let lines = board
        .groups
        .iter()
        .filter(|group| group.rows > 1)
        .enumerate()
        .map(|(at, group)| {
            let first: Vec<String> = group.first.iter().map(u32::to_string).collect();
            let more = if group.rows as usize > first.len() { " 行等" } else { " 行" };
            let where_at = format!("第 {}{more}", first.join("、"));
            let id = format!("same-{at}");
            let all = group.mendable.then(|| {
                view! {
                    <form method="post" action=MendSame::PATH class="toolbar">
                        <input type="hidden" name="plan" value=desk.plan.to_string()/>
                        <input type="hidden" name="roster" value=board.line.id.to_string()/>
                        <input type="hidden" name="column" value=group.column.key()/>
                        <input type="hidden" name="found" value=group.found.clone()/>
                        <div class="field">
                            <label for=id.clone()>{format!("{} 行的{}都改成", group.rows, group.column.label())}</label>
                            <input class="input w-20" name="text" id=id maxlength="200" autocomplete="off"/>
                        </div>
                        <button class="btn btn--quiet" type="submit">"一起改"</button>
                    </form>
                }
            });
            view! {
                <li><div class="stack stack--2 grow">
                    <p><b>{format!("{} 行　", group.rows)}</b>{words::fault_of_group(group)}</p>
                    <p class="meta num">{where_at}</p>
                    {all}
                </div></li>
            }
            .into_any()
        })
        .collect_view();
    Some(
        view! {
            <details class="more" open>
                <summary>"按原因看，一起改"</summary>
                <ul class="tasks tasks--plain">{lines}</ul>
            </details>
        }
        .into_any(),
    )
}

fn line(desk: &RosterDesk, board: &RosterBoard, row: &RosterRow, with_photos: bool, again: Option<&Again>) -> AnyView {
    let (tone, symbol) = match row.state {
        RowState::Ready => (Tone::Done, ""),
        RowState::Faulty => (Tone::Refused, ""),
        RowState::Refused => (Tone::Me, "alert"),
        RowState::Done => (Tone::Done, "check"),
        RowState::There | RowState::Stays => (Tone::Others, ""),
        RowState::Undone | RowState::LeftOut => (Tone::Expired, ""),
    };
    let dash = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
    let picture = with_photos.then(|| {
        let picture = match &row.photo {
            Some(photo) if photo.shown => {
                let href = address::of(desk.plan, board.line.id, &format!("photo/{}", photo.id));
                view! { <img class="ph ph--s" src=href alt=format!("{}的照片", row.name) loading="lazy"/> }.into_any()
            }
            _ => view! { <span class="meta">{if row.photo_later { "本人补" } else { "无" }}</span> }.into_any(),
        };
        view! { <td data-label="照片">{picture}</td> }
    });
    let refusal = row.refusal.as_ref().map(|refusal| view! { <p>{words::row_refusal(refusal)}</p> });
    let mended_here = board.line.state != RosterState::Undone;
    let cells = row.cells.iter().map(|cell| field(row, cell, mended_here, again)).collect_view();
    let condition = if row.condition.is_empty() { "—".to_owned() } else { format!("（{}）", row.condition) };
    view! {
        <tr>
            <td data-label="行" class="num">{row.row}</td>
            {picture}
            <th scope="row">{dash(&row.name)}</th>
            <td data-label="证件号码" class="num">{dash(&row.id_no_masked)}</td>
            <td data-label="性别">{dash(&row.gender)}</td>
            <td data-label="文化程度">{dash(&row.education)}</td>
            <td data-label="年限" class="num">{dash(&row.years)}</td>
            <td data-label="条件">{condition}</td>
            <td>
                <div class="stack stack--2">
                    <p><StateBadge tone=tone text=words::row_state(row.state) symbol=symbol/></p>
                    {refusal}
                    {cells}
                    {photo(desk, board, row)}
                    {leaving(desk, board, row)}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

fn field(row: &RosterRow, cell: &RosterCell, mended_here: bool, again: Option<&Again>) -> AnyView {
    let sentences: String = cell.faults.iter().map(|kind| words::fault(cell.column, kind, &cell.found)).collect();
    let bad = !sentences.is_empty();
    let Some(place) = cell.place.filter(|_| mended_here) else {
        return view! { <p>{sentences}</p> }.into_any();
    };
    let key = format!("r{}.{place}", row.row);
    let typed = again.map_or("", |again| again.typed(&format!("cell {key}")));
    let value = if typed.is_empty() { cell.found.clone() } else { typed.to_owned() };
    let id = format!("c-{}-{place}", row.row);
    let error = format!("{id}-e");
    let described = bad.then(|| error.clone());
    view! {
        <div class="field" class:field--bad=bad>
            <label for=id.clone()>{cell.column.label()}<span class="vh">{format!("，第 {} 行", row.row)}</span></label>
            {bad.then(|| view! { <p class="err" id=error>{icon("alert", "s")}<span>{sentences}</span></p> })}
            <input class="input w-20" form=FORM name=format!("cells[{key}]") id=id value=value aria-describedby=described maxlength="300"/>
        </div>
    }
    .into_any()
}

/// Whoever does not belong into the sheet is left out, and can be taken back.
fn leaving(desk: &RosterDesk, board: &RosterBoard, row: &RosterRow) -> Option<AnyView> {
    let more = vec![("row", row.row.to_string()), ("tab", board.tab.as_str().to_owned())];
    let at_rest = matches!(board.line.state, RosterState::Open | RosterState::Paused);
    let (path, label) = match row.state {
        RowState::LeftOut => (TakeBackRow::PATH, "还是要导入"),
        state if state.is_open() => (LeaveOutRow::PATH, "这一行不导入"),
        _ => return None,
    };
    at_rest.then(|| one_button(desk, board, path, "link", label.to_owned(), more))
}

/// What is wrong with the photo, and the ways out.
fn photo(desk: &RosterDesk, board: &RosterBoard, row: &RosterRow) -> AnyView {
    let Some(sentence) = words::photo_of_row(row)
        .filter(|_| row.state.is_open() && !row.photo_later && board.line.state != RosterState::Undone)
    else {
        return ().into_any();
    };
    let number = row.row.to_string();
    let button =
        |path, label: &str, more| one_button(desk, board, path, "btn btn--quiet btn--small", label.to_owned(), more);
    let ways = match &row.photo {
        Some(photo) if photo.joining == Joining::OtherName => {
            let more = vec![("photo", photo.id.clone()), ("row", number.clone())];
            Some(button(JoinRosterPhoto::PATH, "是同一个人，配上", more))
        }
        Some(photo) if photo.shown => {
            Some(button(RenderRosterPhoto::PATH, "用原图重做", vec![("photo", photo.id.clone())]))
        }
        _ => None,
    };
    view! {
        <p class="err">{icon("alert", "s")}<span>{sentence}</span></p>
        <div class="row">
            {ways}
            {button(RosterPhotosLater::PATH, "让考生自己补", vec![("row", number)])}
        </div>
    }
    .into_any()
}
