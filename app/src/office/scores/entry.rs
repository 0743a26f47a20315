//! All people of a plan with their marks: entered here by two people while the scores are open.

use super::acts::EnterScores;
use crate::Failure;
use crate::again::Again;
use crate::paths;
use crate::ui::{StateBadge, TextField, icon};
use crate::wording::scores as words;
use domain::application::progress::Tone;
use domain::page::scores::{ScoreBoard, ScoreCell, ScoreLine, ScoreRefusal, ScoreState};
use domain::refusal::Refusal;
use domain::scores::{ExamResult, Mark, MarkFault, Noted};
use leptos::prelude::*;
use server_fn::ServerFn;

/// People on one page.
const PER_PAGE: usize = 50;

/// Id of the input of a cell.
pub(super) fn id_of(key: &str) -> String {
    format!("m-{}", key.replace('.', "-"))
}

/// The people of one page, among all or among those who were looked for.
pub(super) struct People<'a> {
    shown: Vec<&'a ScoreLine>,
    page: usize,
    pages: usize,
    q: &'a str,
}

impl<'a> People<'a> {
    pub(super) fn of(board: &'a ScoreBoard, page: usize, q: &'a str) -> People<'a> {
        // Numbers are printed with gaps.
        let tight: String = q.split_whitespace().collect();
        let fits = |line: &&ScoreLine| q.is_empty() || line.name.contains(q) || line.ticket.contains(&tight);
        let found: Vec<&ScoreLine> = board.lines.iter().filter(fits).collect();
        let pages = found.len().div_ceil(PER_PAGE).max(1);
        let page = page.clamp(1, pages);
        People { shown: found.into_iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).collect(), page, pages, q }
    }

    /// Who is shown.
    pub(super) fn shown(&self) -> &[&'a ScoreLine] {
        &self.shown
    }

    /// What a form brings back to the same people.
    pub(super) fn hidden(&self) -> AnyView {
        view! {
            <input type="hidden" name="page" value=self.page.to_string()/>
            <input type="hidden" name="q" value=self.q.to_owned()/>
        }
        .into_any()
    }

    /// The rest of an address that leads to the same people again.
    fn query(&self, page: usize) -> String {
        let q = if self.q.is_empty() { String::new() } else { format!("&q={}", paths::encode(self.q)) };
        format!("{q}&page={page}")
    }
}

pub(super) fn section(board: &ScoreBoard, people: &People<'_>, again: Option<&Again>) -> AnyView {
    if board.lines.is_empty() {
        return view! { <div class="empty"><p><b>"这个计划还没有考生"</b></p><p class="meta">"审核通过的人会出现在这里。"</p></div> }.into_any();
    }
    let open = board.state == ScoreState::Open;
    let heads = board.subjects.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view();
    let rows = people.shown.iter().map(|line| row(board, line, open, again)).collect_view();
    let table = view! {
        <div class="tablewrap" role="region" tabindex="0" aria-label="各人成绩">
            <table class="table table--blocks">
                <thead><tr><th scope="col">"姓名"</th><th scope="col">"准考证号"</th><th scope="col">"证件号码"</th>{heads}<th scope="col">"结果"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    let body = if people.shown.is_empty() {
        view! { <div class="empty"><p><b>{format!("没有姓名或准考证号里有“{}”的考生", people.q)}</b></p></div> }
            .into_any()
    } else if open {
        view! {
            <form method="post" action=EnterScores::PATH class="stack stack--3">
                <input type="hidden" name="plan" value=board.plan.to_string()/>
                {people.hidden()}
                <p class="meta">{words::HANDS_HINT}</p>
                {table}
                <p><button class="btn" type="submit">"保存这一页"</button></p>
            </form>
        }
        .into_any()
    } else {
        table.into_any()
    };
    view! {
        <section aria-labelledby="entry-title" class="stack stack--3">
            <h2 id="entry-title">{if open { "录入成绩" } else { "各人成绩" }}</h2>
            {differences(board)}
            {contradictions(board)}
            {search(board, people)}
            {body}
            {(people.pages > 1).then(|| turn(board, people))}
        </section>
    }
    .into_any()
}

/// Looking for somebody among many.
fn search(board: &ScoreBoard, people: &People<'_>) -> Option<AnyView> {
    if board.lines.len() <= PER_PAGE && people.q.is_empty() {
        return None;
    }
    let all = (!people.q.is_empty()).then(|| view! { <a href=paths::scores(board.plan)>"看全部"</a> });
    Some(
        view! {
            <form method="get" action=paths::SCORES class="toolbar" role="search">
                <input type="hidden" name="plan" value=board.plan.to_string()/>
                <TextField name="q" label="姓名或准考证号" value=people.q.to_owned() class="w-20" maxlength=60 autocomplete="off"/>
                <button class="btn btn--quiet" type="submit">{icon("search", "")}<span>"查找"</span></button>
                {all}
            </form>
        }
        .into_any(),
    )
}

fn turn(board: &ScoreBoard, people: &People<'_>) -> AnyView {
    let (page, pages) = (people.page, people.pages);
    let link = |to: usize, word: &'static str| {
        let href = format!("{}{}", paths::scores(board.plan), people.query(to));
        view! { <a href=href>{word}</a> }
    };
    view! {
        <nav class="row" aria-label="翻页">
            {(page > 1).then(|| link(page - 1, "上一页"))}
            <span class="num">{format!("第 {page} 页，共 {pages} 页")}</span>
            {(page < pages).then(|| link(page + 1, "下一页"))}
        </nav>
    }
    .into_any()
}

fn row(board: &ScoreBoard, line: &ScoreLine, open: bool, again: Option<&Again>) -> AnyView {
    let cells = line
        .cells
        .iter()
        .enumerate()
        .map(|(place, cell)| {
            let subject = board.subjects.get(place).cloned().unwrap_or_default();
            if open && cell.sits { input(line, place, cell, subject, again) } else { shown(cell, subject) }
        })
        .collect_view();
    let (tone, text) = match line.result {
        ExamResult::Pass => (Tone::Done, words::result(line.result)),
        ExamResult::Fail => (Tone::Refused, words::result(line.result)),
        ExamResult::Incomplete => (Tone::Draft, words::result(line.result)),
    };
    view! {
        <tr>
            <th scope="row">{line.name.clone()}</th>
            <td data-label="准考证号" class="num">{line.ticket.clone()}</td>
            <td data-label="证件号码" class="num">{line.id_no_masked.clone()}</td>
            {cells}
            <td data-label="结果"><StateBadge tone=tone text=text/></td>
        </tr>
    }
    .into_any()
}

fn shown(cell: &ScoreCell, subject: String) -> AnyView {
    let text = if cell.sits || cell.mark != Mark::Blank { words::mark(cell.mark) } else { "不考".to_owned() };
    view! { <td data-label=subject class="num">{text}</td> }.into_any()
}

fn input(line: &ScoreLine, place: usize, cell: &ScoreCell, subject: String, again: Option<&Again>) -> AnyView {
    let key = format!("{}.{place}", line.id);
    let id = id_of(&key);
    let fault = fault_of(again, &key);
    let entered = again.filter(|again| again.typed.iter().any(|(known, _)| known.starts_with("mark ")));
    let value = match entered {
        Some(again) => again.typed(&format!("mark {key}")).to_owned(),
        // Who was noted as absent is absent until somebody says otherwise.
        None => match (cell.own, cell.noted) {
            (None, Some(noted)) if cell.mark == Mark::Blank => noted.mark().shown(),
            (own, _) => own.map_or_else(String::new, Mark::shown),
        },
    };
    let noted = cell.noted.filter(|noted| *noted != Noted::Came);
    let noted = noted.map(|noted| view! { <span class="meta">{words::noted(noted)}</span> });
    let counts = (cell.mark != Mark::Blank)
        .then(|| view! { <span class="meta">{format!("已有 {}", words::mark(cell.mark))}</span> });
    let waits = (cell.own.is_some() && cell.hands == 1).then(|| view! { <span class="meta">"等另一个人录"</span> });
    let error = format!("{id}-e");
    let said = fault.map(|why| view! { <p class="err" id=error.clone()>{words::mark_fault(why)}</p> });
    let described = fault.map(|_| error);
    let class = if cell.differs.is_empty() && cell.contradicted().is_none() { "" } else { "warn" };
    let label = format!("{} {subject}", line.name);
    view! {
        <td data-label=subject class=class>
            <label class="vh" for=id.clone()>{label}</label>
            {said}
            <input class="input num w-8" name=format!("marks[m{key}]") id=id value=value maxlength="8" autocomplete="off" aria-invalid=fault.map(|_| "true") aria-describedby=described/>
            " "{noted}" "{counts}" "{waits}
        </td>
    }
    .into_any()
}

fn fault_of(again: Option<&Again>, key: &str) -> Option<MarkFault> {
    match &again?.failure {
        Failure::Refused(Refusal::Scores(ScoreRefusal::Cells(cells))) => {
            cells.iter().find(|(known, _)| known == key).map(|(_, why)| *why)
        }
        _ => None,
    }
}

/// Where a mark says something else than the exam room noted.
fn contradictions(board: &ScoreBoard) -> Option<AnyView> {
    if board.contradictions() == 0 {
        return None;
    }
    let cells = board
        .lines
        .iter()
        .flat_map(|line| line.cells.iter().zip(&board.subjects).map(move |(cell, subject)| (line, cell, subject)));
    let rows = cells
        .filter_map(|(line, cell, subject)| Some((line, cell, subject, cell.contradicted()?)))
        .take(PER_PAGE)
        .map(|(line, cell, subject, noted)| {
            let day = paths::office_day_for(board.plan, &line.ticket);
            view! {
                <tr>
                    <th scope="row">{line.name.clone()}</th>
                    <td data-label="准考证号" class="num"><a href=day rel="external">{line.ticket.clone()}</a></td>
                    <td data-label="科目">{subject.clone()}</td>
                    <td data-label="成绩" class="num">{words::mark(cell.mark)}</td>
                    <td data-label="考场">{words::noted(noted)}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    Some(
        view! {
            <section aria-labelledby="contradicted-title" class="stack stack--2">
                <h3 id="contradicted-title">{format!("和考场登记对不上的 {} 处", board.contradictions())}</h3>
                <p class="meta">{words::CONTRADICTED_HINT}</p>
                <div class="tablewrap" role="region" tabindex="0" aria-label="和考场登记对不上的">
                    <table class="table table--blocks">
                        <thead><tr><th scope="col">"姓名"</th><th scope="col">"准考证号"</th><th scope="col">"科目"</th><th scope="col">"成绩"</th><th scope="col">"考场"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any(),
    )
}

/// Where two people entered different marks.
fn differences(board: &ScoreBoard) -> Option<AnyView> {
    if board.differences() == 0 {
        return None;
    }
    let rows = board
        .lines
        .iter()
        .flat_map(|line| line.cells.iter().zip(&board.subjects).map(move |(cell, subject)| (line, cell, subject)))
        .filter(|(_, cell, _)| !cell.differs.is_empty())
        .map(|(line, cell, subject)| {
            let said = cell.differs.iter().map(|(who, mark)| format!("{who} 录 {}", words::mark(*mark)));
            view! {
                <tr>
                    <th scope="row">{line.name.clone()}</th>
                    <td data-label="准考证号" class="num">{line.ticket.clone()}</td>
                    <td data-label="科目">{subject.clone()}</td>
                    <td data-label="两个人录的" class="num">{said.collect::<Vec<_>>().join("，")}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    Some(
        view! {
            <section aria-labelledby="differ-title" class="stack stack--2">
                <h3 id="differ-title">{format!("两个人录得不一样的 {} 处", board.differences())}</h3>
                <p class="meta">"请对照试卷。录错的人在下面改自己那一份，一样了就算数。"</p>
                <div class="tablewrap" role="region" tabindex="0" aria-label="录得不一样的">
                    <table class="table table--blocks">
                        <thead><tr><th scope="col">"姓名"</th><th scope="col">"准考证号"</th><th scope="col">"科目"</th><th scope="col">"两个人录的"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any(),
    )
}
