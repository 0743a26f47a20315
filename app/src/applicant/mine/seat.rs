//! 准考证 on the page of an application, and what can be asked about it before the exam.

use crate::again::Again;
use crate::paths;
use crate::ui::{TextArea, icon};
use domain::application::Stage;
use domain::application::axes::Exam;
use domain::page::mine::MyCase;
use domain::page::rooms::SeatRequest;
use domain::profile::Printable;
use domain::time::chinese_moment;
use leptos::prelude::*;

/// The ticket, as soon as room and seat are known and it can be looked at; and requests up to the exam.
pub(super) fn section(case: &MyCase, again: Option<&Again>) -> Option<AnyView> {
    let there = case.line.prints.iter().any(|print| print.what == Printable::Ticket);
    let seated = there && case.axes.exam == Exam::Seated;
    let open = matches!(case.stage, Stage::Approved { .. })
        && case.axes.exam != Exam::ScorePublic
        && case.now.day() < case.plan.exam_on;
    if !seated && !open && case.seat_requests.is_empty() {
        return None;
    }
    let look = seated.then(|| {
        view! {
            <p>"考场和座位已经排好。考试当天带上准考证和证件原件，手机上的也行。"</p>
            <p class="row">
                <a class="btn btn--big" href=paths::my_ticket(case.line.id) rel="external">{icon("id", "")}<span>"看准考证"</span></a>
                <a href=paths::exam_calendar(case.line.id) rel="external">{icon("cal", "s")}"加到手机日历"</a>
            </p>
        }
    });
    let asked = case.seat_requests.iter().map(|one| request(case, one)).collect_view();
    let waits = case.seat_requests.iter().any(|one| one.answer.is_none());
    let ask = (open && !waits).then(|| ask(case, again.filter(|again| !again.typed("seat").is_empty())));
    Some(
        view! {
            <section aria-labelledby="ticket" class="stack stack--2">
                <h2 id="ticket">{if seated { "准考证" } else { "准考证更正和合理便利" }}</h2>
                {look}
                {asked}
                {ask}
            </section>
        }
        .into_any(),
    )
}

fn request(case: &MyCase, one: &SeatRequest) -> AnyView {
    let at = |at| chinese_moment(at, case.now.day());
    let (state, told) = match &one.answer {
        None => ("others", format!("{}申请：{}。等机构答复。", at(one.at), one.words)),
        Some((when, words)) => ("done", format!("{}申请：{}。机构{}答复：{words}", at(one.at), one.words, at(*when))),
    };
    let proof = one.proof.map(|file| {
        view! { <a href=paths::file(file) rel="external">"看附上的证明"</a> }
    });
    view! { <p class="banner" data-state=state>{icon("info", "")}<span>{told}</span>{proof}</p> }.into_any()
}

fn ask(case: &MyCase, again: Option<&Again>) -> AnyView {
    let typed = again.map_or("", |again| again.typed("seat")).trim_start_matches('.').to_owned();
    view! {
        <details class="more" open=again.is_some()>
            <summary>{icon("down", "s")}<span>"准考证上有错，或要无台阶考场、延长时间"</span></summary>
            <form method="post" action=paths::my_seat_request(case.line.id) enctype="multipart/form-data" class="stack stack--3">
                <p class="meta">"写清楚哪里不对，或需要什么。有诊断书、残疾证、身份证等证明的，拍照或扫描附上；原件请在考试前交机构核对。答复会显示在这里。"</p>
                <div class="field">
                    <label for="seat-words">"申请内容"</label>
                    <TextArea name="words".to_owned() id="seat-words".to_owned() value=typed rows=3 maxlength=500/>
                </div>
                <div class="field">
                    <label for="seat-proof">"证明 "<span class="opt">"选填"</span></label>
                    <p class="hint" id="seat-proof-h">"JPG、PNG 图片或 PDF，不超过 10 MB"</p>
                    <input class="filein" type="file" name="proof" id="seat-proof" accept="image/jpeg,image/png,application/pdf" aria-describedby="seat-proof-h"/>
                </div>
                <p><button class="btn btn--quiet" type="submit">"提交申请"</button></p>
            </form>
        </details>
    }
    .into_any()
}
