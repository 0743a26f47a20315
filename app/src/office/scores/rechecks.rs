//! 复核 and 更正: what candidates ask, what is answered, what was corrected.

use super::acts::{AnswerRecheck, CorrectScore};
use super::entry::People;
use crate::again::Again;
use crate::paths;
use crate::ui::{SelectField, StateBadge, TextField, icon};
use crate::wording::desk::moment;
use crate::wording::scores as words;
use domain::application::progress::Tone;
use domain::page::scores::{Recheck, ScoreBoard, ScoreState};
use domain::scores::Mark;
use domain::time::Timestamp;
use leptos::prelude::*;
use server_fn::ServerFn;

pub(super) fn section(
    board: &ScoreBoard,
    people: &People<'_>,
    now: Timestamp,
    again: Option<&Again>,
) -> Option<AnyView> {
    if board.state == ScoreState::Open {
        return None;
    }
    let asked = board.rechecks.iter().map(|one| request(board, one, now, again)).collect_view();
    let none = board.rechecks.is_empty().then(|| view! { <p class="meta">"没有人申请复核。"</p> });
    let offered = match board.recheck_days {
        0 => "这个计划的程序不设成绩复核。".to_owned(),
        days => format!("考生在发布后 {days} 天以内可以申请。"),
    };
    Some(
        view! {
            <section class="panel" id="rechecks" aria-labelledby="rechecks-title">
                <div class="panel__h"><h2 id="rechecks-title">"成绩复核"</h2></div>
                <div class="panel__b stack stack--4"><p class="meta">{offered}</p>{none}{asked}</div>
            </section>
            {board.may_release.then(|| correct(board, people, again))}
            {corrections(board, now)}
        }
        .into_any(),
    )
}

fn request(board: &ScoreBoard, one: &Recheck, now: Timestamp, again: Option<&Again>) -> AnyView {
    let head = format!("{} {} {}", one.name, one.ticket, one.subject);
    let typed = |key: &str| again.map_or("", |again| again.typed(&format!("{key} of {}", one.id))).to_owned();
    let answer = match &one.answer {
        Some((at, corrected, text)) => {
            let what = if *corrected { "已更正" } else { "维持原成绩" };
            view! { <p>{icon("ok", "s")}<span>{format!("{} {what}：{text}", moment(*at, now))}</span></p> }.into_any()
        }
        None if board.may_release => view! {
            <form method="post" action=AnswerRecheck::PATH class="stack stack--3">
                <input type="hidden" name="plan" value=board.plan.to_string()/>
                <input type="hidden" name="id" value=one.id.clone()/>
                <TextField name="mark" id=format!("mark-{}", one.id) label="更正为" hint="不用改就空着" value=typed("mark") class="w-8 num" maxlength=8 optional=true/>
                <TextField name="words" id=format!("words-{}", one.id) label="答复" hint="考生会原样看到" value=typed("words") maxlength=300/>
                <p><button class="btn" type="submit">"答复"</button></p>
            </form>
        }
        .into_any(),
        None => view! { <p class="meta">"由机构管理员答复。"</p> }.into_any(),
    };
    let (tone, state) = if one.answer.is_some() { (Tone::Done, "已答复") } else { (Tone::Me, "等答复") };
    view! {
        <article class="stack stack--2">
            <div class="row between"><h3>{head}</h3><StateBadge tone=tone text=state/></div>
            <p>{format!("{} 申请，现在的成绩 {}：{}", moment(one.at, now), words::mark(one.mark), one.reason)}</p>
            {answer}
        </article>
    }
    .into_any()
}

/// Of the people who are shown above: with thousands, somebody is looked for first.
fn correct(board: &ScoreBoard, people: &People<'_>, again: Option<&Again>) -> AnyView {
    let typed = |key: &str| again.map_or("", |again| again.typed(key)).to_owned();
    let fewer = people.shown().len() < board.lines.len();
    let cells = people.shown().iter().flat_map(|line| {
        let named = line.cells.iter().zip(&board.subjects);
        named.filter(|(cell, _)| cell.sits && !matches!(cell.mark, Mark::Blank | Mark::Carried(_))).map(
            move |(cell, subject)| {
                let words = format!("{} {} {subject} {}", line.ticket, line.name, words::mark(cell.mark));
                (format!("{}.{subject}", line.id), words)
            },
        )
    });
    let options = std::iter::once((String::new(), "请选择".to_owned())).chain(cells).collect();
    view! {
        <section class="panel" id="correct" aria-labelledby="correct-title">
            <div class="panel__h"><h2 id="correct-title">"更正成绩"</h2></div>
            <form method="post" action=CorrectScore::PATH class="panel__b stack stack--3">
                <input type="hidden" name="plan" value=board.plan.to_string()/>
                {people.hidden()}
                <p class="meta">{words::CORRECT_HINT}</p>
                {fewer.then(|| view! { <p class="meta">"只列出上面这一页的人。要更正别人，先在上面查找姓名或准考证号。"</p> })}
                <SelectField name="cell" label="谁的哪一科" options=options value=typed("cell")/>
                <TextField name="mark" label="新成绩" value=typed("mark") class="w-8 num" maxlength=8/>
                <TextField name="reason" id="correct-reason" label="为什么更正" value=typed("reason why") maxlength=300/>
                <p><button class="btn" type="submit">"更正"</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn corrections(board: &ScoreBoard, now: Timestamp) -> Option<AnyView> {
    if board.corrections.is_empty() {
        return None;
    }
    let rows = board
        .corrections
        .iter()
        .map(|one| {
            let unearned = one.unearned.as_ref().map(|(id, number)| {
                let href = paths::office_certificate(id);
                view! { <br/><a class="t-me" href=href rel="external">{words::unearned(number)}</a> }
            });
            view! {
                <tr>
                    <th scope="row" class="num">{one.ticket.clone()}</th>
                    <td data-label="科目">{one.subject.clone()}</td>
                    <td data-label="原来" class="num">{words::mark(one.old)}</td>
                    <td data-label="更正为" class="num">{words::mark(one.new)}</td>
                    <td data-label="原因">{one.reason.clone()}</td>
                    <td data-label="谁">{format!("{} {}", one.by, moment(one.at, now))}{unearned}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let heads = ["准考证号", "科目", "原来", "更正为", "原因", "谁"]
        .into_iter()
        .map(|word| view! { <th scope="col">{word}</th> })
        .collect_view();
    Some(
        view! {
            <section aria-labelledby="corrected-title">
                <h2 id="corrected-title">"更正过的"</h2>
                <div class="tablewrap" role="region" tabindex="0" aria-label="更正过的">
                    <table class="table table--blocks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
                </div>
            </section>
        }
        .into_any(),
    )
}
