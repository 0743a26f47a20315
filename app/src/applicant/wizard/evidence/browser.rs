//! Choosing, looking at and sending evidence files, in the browser alone.

use super::super::upload::{self, Kind};
use super::{FetchFiles, FileShown, List, Sending, papers};
use crate::part::read::Read;
use domain::paper::{HEAD_BYTES, TAIL_BYTES, inspect_head};
use gloo_file::futures::read_as_bytes;
use leptos::prelude::*;
use server_fn::ServerFn;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use web_sys::{FileList, FormData, HtmlInputElement};

thread_local! {
    /// Chosen files until they are kept: a failed upload is tried again without choosing again.
    static WAITING: RefCell<Vec<(usize, web_sys::File)>> = const { RefCell::new(Vec::new()) };
    static NUMBER: Cell<usize> = const { Cell::new(0) };
    /// One upload at a time, in the order chosen.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

pub fn chosen(list: List, event: &leptos::ev::Event) {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
    take(list, input.files());
    // The same file can be chosen again.
    input.set_value("");
}

pub fn dropped(list: List, event: &leptos::ev::DragEvent) {
    take(list, event.data_transfer().and_then(|data| data.files()));
}

fn take(list: List, files: Option<FileList>) {
    let Some(files) = files else { return };
    for file in (0..files.length()).filter_map(|at| files.get(at)) {
        let number = NUMBER.get();
        NUMBER.set(number + 1);
        let one = Sending {
            number,
            name: file.name(),
            bytes: file.size() as u64,
            percent: RwSignal::new(0),
            problem: RwSignal::new(None),
        };
        WAITING.with_borrow_mut(|waiting| waiting.push((number, file)));
        list.sending.update(|all| all.push(one));
    }
    go_on(list);
}

pub fn retry(list: List, number: usize) {
    list.sending.with_untracked(|all| {
        if let Some(one) = all.iter().find(|one| one.number == number) {
            one.percent.set(0);
            one.problem.set(None);
        }
    });
    go_on(list);
}

pub fn forget(number: usize) {
    WAITING.with_borrow_mut(|waiting| waiting.retain(|(known, _)| *known != number));
}

fn go_on(list: List) {
    if BUSY.replace(true) {
        return;
    }
    leptos::task::spawn_local(async move {
        loop {
            let next = list
                .sending
                .try_with_untracked(|all| all.iter().find(|one| one.problem.with_untracked(Option::is_none)).cloned());
            let Some(Some(one)) = next else { break };
            let file = WAITING.with_borrow(|waiting| {
                waiting.iter().find(|(number, _)| *number == one.number).map(|(_, file)| file.clone())
            });
            match file {
                Some(file) => match send(list, &one, &file).await {
                    Ok(()) => {
                        list.forget(one.number);
                        list.problem.set(None);
                        list.news.set(format!("{} 已上传", one.name));
                        ask_again(list).await;
                    }
                    Err(problem) => one.problem.set(Some(problem)),
                },
                None => list.forget(one.number),
            }
        }
        BUSY.set(false);
    });
}

/// Looks at the file first: what the server would refuse is told before anything is sent.
async fn send(list: List, one: &Sending, file: &web_sys::File) -> Result<(), (String, bool)> {
    let blob = gloo_file::Blob::from(web_sys::Blob::from(file.clone()));
    let total = blob.size();
    let head = read_as_bytes(&blob.slice(0, total.min(HEAD_BYTES as u64))).await;
    let tail = read_as_bytes(&blob.slice(total.saturating_sub(TAIL_BYTES as u64), total)).await;
    let (Ok(head), Ok(tail)) = (head, tail) else {
        return Err(("这个文件读不出来。请重新选一次。".into(), false));
    };
    let glance = list.need.with_value(|need| inspect_head(&head, &tail, total, Some(&one.name), &need.file));
    if !glance.faults.is_empty() {
        return Err((glance.faults.iter().map(papers::paper_fault).collect(), false));
    }
    let Ok(form) = FormData::new() else { return Err((String::new(), true)) };
    let _ = form.append_with_blob_and_filename("file", file, &one.name);
    let path = list.need.with_value(|need| need.upload.clone());
    let percent = one.percent;
    upload::send(&path, &form, move |now| {
        percent.try_set(now);
    })
    .await
    .map_err(|trouble| (trouble.words, trouble.kind != Kind::Refused))
}

/// Moves or removes a file, then shows what is kept.
pub fn change(list: List, url: &'static str, fields: Vec<(&'static str, String)>) {
    leptos::task::spawn_local(async move {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let outcome = upload::ask(url, &fields).await;
        list.problem.set(outcome.err().map(|trouble| trouble.words));
        ask_again(list).await;
    });
}

/// Asks the server what is kept now.
async fn ask_again(list: List) {
    let (id, _) = list.place.get_value();
    if let Ok(kept) = upload::ask(FetchFiles::PATH, &[("id", &id)]).await {
        list.files.try_set(Vec::<FileShown>::read(&kept));
    }
}
