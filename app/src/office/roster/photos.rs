//! Photos: uploaded as an archive, as files or as a folder, and joined by hand where their names do not say whose they are.

use super::acts::{DropRosterPhoto, JoinRosterPhoto};
use super::{address, limits_in_words, one_button};
use crate::ui::icon;
use crate::wording::photo as limits;
use crate::wording::rosters::page as words;
use domain::page::roster::{Joining, RosterBoard, RosterDesk, RosterPhoto};
use leptos::prelude::*;
use server_fn::ServerFn;

pub(super) fn upload(desk: &RosterDesk, board: &RosterBoard) -> AnyView {
    let left_out = (!board.left_out.is_empty()).then(|| {
        let names = board
            .left_out
            .iter()
            .map(|one| view! { <li><b class="num">{one.name.clone()}</b>" "{words::left_out(one.why)}</li> })
            .collect_view();
        view! {
            <div role="status">
                <p><b>{format!("上次传的有 {} 个没有取用", board.left_out.len())}</b></p>
                <ul>{names}</ul>
            </div>
        }
    });
    let so_far = (board.photos > 0)
        .then(|| view! { <p>{format!("已经收了 {} 张。同一张再传一次不会重复。", board.photos)}</p> });
    let action = address::of(desk.plan, board.line.id, "photos");
    view! {
        <section class="panel" aria-labelledby="photos-title">
            <div class="panel__h"><h2 id="photos-title">"照片"</h2></div>
            <div class="panel__b stack stack--3" id="photos">
                {so_far}
                {left_out}
                <form method="post" enctype="multipart/form-data" action=action class="stack stack--3">
                    <div class="field">
                        <label for="zip">"压缩包或照片"</label>
                        <p class="hint" id="zip-h">{words::PHOTOS_HINT}</p>
                        <input class="input" type="file" name="file" id="zip" accept=".zip,.jpg,.jpeg,.png" multiple aria-describedby="zip-h"/>
                    </div>
                    <div class="field">
                        <label for="folder">"或者一个文件夹"</label>
                        <p class="hint" id="folder-h">{words::FOLDER_HINT}</p>
                        <input class="input" type="file" name="file" id="folder" attr:webkitdirectory="" aria-describedby="folder-h"/>
                    </div>
                    <p class="meta">{format!("要求：{}", limits_in_words(desk))}</p>
                    <p><button class="btn btn--quiet" type="submit">{icon("upload", "")}<span>"上传照片"</span></button></p>
                </form>
            </div>
        </section>
    }
    .into_any()
}

/// Photos without a person and people without a photo, side by side.
pub(super) fn strays(desk: &RosterDesk, board: &RosterBoard) -> AnyView {
    if board.stray_photos.is_empty() {
        return view! { <div class="empty"><p><b>"没有要配的照片"</b></p><p class="meta">{format!("还缺照片的有 {} 人。", board.lacking.len())}</p></div> }
            .into_any();
    }
    let rows = board.stray_photos.iter().map(|photo| stray(desk, board, photo)).collect_view();
    let lacking: Vec<String> = board.lacking.iter().map(|(row, name)| format!("第 {row} 行 {name}")).collect();
    view! {
        <div class="cols cols--aside">
            <div class="tablewrap" role="region" tabindex="0" aria-label="没配上的照片，表格">
                <table class="table table--blocks">
                    <thead><tr><th scope="col">"照片"</th><th scope="col">"文件名"</th><th scope="col">"是谁的"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <section class="panel" aria-labelledby="lacking-title">
                <div class="panel__h"><h2 id="lacking-title">{format!("还缺照片的 {} 人", lacking.len())}</h2></div>
                <div class="panel__b"><ul>{lacking.into_iter().map(|name| view! { <li>{name}</li> }).collect_view()}</ul></div>
            </section>
        </div>
    }
    .into_any()
}

fn stray(desk: &RosterDesk, board: &RosterBoard, photo: &RosterPhoto) -> AnyView {
    let picture = photo.shown.then(|| {
        let href = address::of(desk.plan, board.line.id, &format!("photo/{}", photo.id));
        view! { <img class="ph ph--m" src=href alt=format!("照片 {}", photo.file_name) loading="lazy"/> }
    });
    let faults: String = photo.faults.iter().map(limits::fault).collect();
    let faults = (!faults.is_empty()).then(|| view! { <p class="err">{icon("alert", "s")}<span>{faults}</span></p> });
    let certain = photo.row.as_ref().filter(|_| matches!(photo.joining, Joining::OtherName | Joining::Twice));
    let yes = certain.map(|(row, _)| {
        let label = if photo.joining == Joining::Twice { "换成这张" } else { "是同一个人，配上" };
        let more = vec![("photo", photo.id.clone()), ("row", row.to_string())];
        one_button(desk, board, JoinRosterPhoto::PATH, "btn btn--quiet btn--small", label.to_owned(), more)
    });
    let id = format!("whose-{}", photo.id);
    let options = board
        .lacking
        .iter()
        .map(|(row, name)| view! { <option value=row.to_string()>{format!("第 {row} 行 {name}")}</option> })
        .collect_view();
    let by_hand = (!board.lacking.is_empty()).then(|| {
        view! {
            <form method="post" action=JoinRosterPhoto::PATH class="row">
                <input type="hidden" name="plan" value=desk.plan.to_string()/>
                <input type="hidden" name="roster" value=board.line.id.to_string()/>
                <input type="hidden" name="photo" value=photo.id.clone()/>
                <label class="vh" for=id.clone()>{format!("{} 是谁的照片", photo.file_name)}</label>
                <select class="select w-20" id=id name="row"><option value="">"选一个人"</option>{options}</select>
                <button class="btn btn--quiet btn--small" type="submit">"配上"</button>
            </form>
        }
    });
    view! {
        <tr>
            <td data-label="照片">{picture}</td>
            <th scope="row" class="num">{photo.file_name.clone()}</th>
            <td>
                <div class="stack stack--2">
                    <p>{words::stray(photo)}</p>
                    {faults}
                    <div class="row">
                        {yes}
                        {by_hand}
                        {one_button(desk, board, DropRosterPhoto::PATH, "link link--danger", "删掉".to_owned(), vec![("photo", photo.id.clone())])}
                    </div>
                </div>
            </td>
        </tr>
    }
    .into_any()
}
