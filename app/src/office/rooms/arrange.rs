//! Where the seats of a plan stand, arranging, who has no seat and why, publishing, and what was granted to people.

use super::{AnswerSeatRequest, ArrangeSeats, GrantAdjustment, PublishTickets, typed};
use crate::again::Again;
use crate::paths;
use crate::ui::{StateBadge, TextField, icon};
use crate::wording::rooms as words;
use domain::application::progress::Tone;
use domain::page::rooms::{RoomsPage, SeatRequest};
use domain::time::chinese_moment;
use leptos::prelude::*;
use server_fn::ServerFn;

/// Tickets of one PDF; more come in parts.
const TICKETS_OF_PART: u32 = 1_000;

pub(super) fn section(shown: &RoomsPage, again: Option<&Again>) -> AnyView {
    let (tone, state) = match (shown.tickets.published, shown.seated) {
        (Some(_), _) => (Tone::Done, "准考证已发布"),
        (None, 0) => (Tone::Me, "还没编排"),
        (None, _) if shown.unplaced.is_empty() && shown.conflicts.is_empty() => (Tone::Me, "可以发布准考证"),
        (None, _) => (Tone::Me, "还有要调整的"),
    };
    let facts = [
        ("考生", format!("{} 人", shown.people)),
        ("要排", format!("{} 个人次", shown.wanted)),
        ("已排", format!("{} 个人次", shown.seated)),
        ("准考证", words::tickets(&shown.tickets, shown.now)),
    ]
    .into_iter()
    .map(|(name, value)| view! { <div><dt>{name}</dt><dd class="num">{value}</dd></div> })
    .collect_view();
    let acts = if shown.may_arrange {
        view! { {arranging(shown, again)}{publishing(shown, again)} }.into_any()
    } else {
        view! { <p class="meta">"编排和发布由机构管理员来做。"</p> }.into_any()
    };
    view! {
        <section class="panel" aria-labelledby="seats-title">
            <div class="panel__h"><h2 id="seats-title">"座位编排"</h2><StateBadge tone=tone text=state.to_owned()/></div>
            <div class="panel__b stack stack--4">
                <dl class="kv kv--tight">{facts}</dl>
                {acts}
                {downloads(shown)}
            </div>
        </section>
        {unplaced(shown)}
        {conflicts(shown)}
    }
    .into_any()
}

fn arranging(shown: &RoomsPage, again: Option<&Again>) -> AnyView {
    let out = shown.tickets.published.is_some();
    let fill = shown.seated > 0 && shown.seated < shown.wanted || out && shown.tickets.waiting > 0;
    let anew = (!out).then(|| {
        let (word, class) =
            if shown.seated == 0 { ("自动编排", "btn") } else { ("全部重排", "btn btn--quiet") };
        view! { <button class=class type="submit" name="mode" value="anew">{word}</button> }
    });
    let fill = (fill || out).then(|| {
        view! { <button class="btn btn--quiet" type="submit" name="mode" value="fill">"只给没有座位的人补排"</button> }
    });
    view! {
        <form method="post" action=ArrangeSeats::PATH class="stack stack--2">
            <input type="hidden" name="plan" value=shown.plan.to_string()/>
            <input type="hidden" name="seen" value=shown.revision.to_string()/>
            <p class="meta">{words::ARRANGE_HINT}</p>
            <div class="toolbar">
                <TextField name="seed" label="排法号" hint="换一个数，排法就换" value=typed(again, "arrange", "seed", "1") class="w-4 num" inputmode="numeric" autocomplete="off"/>
                {anew}
                {fill}
            </div>
        </form>
    }
    .into_any()
}

fn publishing(shown: &RoomsPage, again: Option<&Again>) -> Option<AnyView> {
    if shown.seated == 0 {
        return None;
    }
    let out = shown.tickets.published.is_some();
    let word = if out { "补发、改下载时间" } else { "发布准考证" };
    Some(
        view! {
            <form method="post" action=PublishTickets::PATH class="stack stack--2">
                <input type="hidden" name="plan" value=shown.plan.to_string()/>
                <p class="meta">{words::PUBLISH_HINT}</p>
                <div class="toolbar">
                    <TextField name="opens" kind="date" label="从哪天能下载" hint="空着按规程" value=typed(again, "publish", "opens", "") class="w-12 num" optional=true/>
                    <button class=if out { "btn btn--quiet" } else { "btn" } type="submit">{icon("id", "")}<span>{word}</span></button>
                </div>
            </form>
        }
        .into_any(),
    )
}

/// All tickets as PDF, in the order of rooms and seats.
fn downloads(shown: &RoomsPage) -> Option<AnyView> {
    if shown.tickets.tickets == 0 || !shown.may_arrange {
        return None;
    }
    let parts = shown.tickets.tickets.div_ceil(TICKETS_OF_PART);
    let links = (1..=parts)
        .map(|part| {
            let (from, to) = ((part - 1) * TICKETS_OF_PART + 1, (part * TICKETS_OF_PART).min(shown.tickets.tickets));
            let word = if parts == 1 {
                "全部准考证（PDF）".to_owned()
            } else {
                format!("准考证 {from}–{to}（PDF）")
            };
            let href = format!("/office/plans/{}/tickets.pdf?part={part}", shown.plan);
            view! { <a class="btn btn--quiet" href=href rel="external">{icon("print", "")}<span>{word}</span></a> }
                .into_any()
        })
        .collect_view();
    Some(view! { <p class="row">{links}</p> }.into_any())
}

fn unplaced(shown: &RoomsPage) -> Option<AnyView> {
    if shown.unplaced.is_empty() {
        return None;
    }
    let rows = shown
        .unplaced
        .iter()
        .map(|line| {
            let why = line.why.as_ref().map_or_else(|| "有空座位，点“补排”就能排上。".to_owned(), words::misfit);
            view! {
                <tr>
                    <th scope="row"><a href=paths::case(line.id) rel="external">{line.name.clone()}</a></th>
                    <td data-label="报名号" class="num">{line.number.clone()}</td>
                    <td data-label="科目">{line.subject.clone()}</td>
                    <td data-label="原因">{why}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    Some(
        view! {
            <section aria-labelledby="unplaced" class="stack stack--3">
                <h2 id="unplaced">{format!("没有座位的 {} 个人次", shown.wanted.saturating_sub(shown.seated).max(1))}</h2>
                <div class="tablewrap tablewrap--tall" role="region" tabindex="0" aria-label="没有座位的人">
                    <table class="table table--blocks">
                        <thead><tr><th scope="col">"姓名"</th><th scope="col">"报名号"</th><th scope="col">"科目"</th><th scope="col">"原因"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any(),
    )
}

fn conflicts(shown: &RoomsPage) -> Option<AnyView> {
    if shown.conflicts.is_empty() {
        return None;
    }
    let rows = shown
        .conflicts
        .iter()
        .map(|line| {
            let at = format!("{} {} {} 号", line.subject, words::room(&line.room), line.place.seat);
            let href = format!("{}#map", paths::office_seat_map(shown.plan, line.place.session, line.place.room));
            view! {
                <tr>
                    <th scope="row">{line.name.clone()}</th>
                    <td data-label="座位"><a href=href>{at}</a></td>
                    <td data-label="原因" class="bad">{words::conflict(&line.conflict)}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    Some(
        view! {
            <section aria-labelledby="conflicts" class="stack stack--3">
                <h2 id="conflicts">{format!("不能用的座位 {} 处", shown.conflicts.len())}</h2>
                <div class="tablewrap" role="region" tabindex="0" aria-label="不能用的座位">
                    <table class="table table--blocks">
                        <thead><tr><th scope="col">"姓名"</th><th scope="col">"座位"</th><th scope="col">"原因"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any(),
    )
}

/// What candidates asked, with the answer or the form for one.
pub(super) fn requests(shown: &RoomsPage, again: Option<&Again>) -> Option<AnyView> {
    if shown.requests.is_empty() {
        return None;
    }
    let rows = shown.requests.iter().map(|one| request(shown, one, again)).collect_view();
    let waiting = shown.requests.iter().filter(|one| one.answer.is_none()).count();
    Some(
        view! {
            <section aria-labelledby="requests" class="stack stack--3">
                <h2 id="requests">{format!("考生的申请，{waiting} 件等答复")}</h2>
                <ul class="tasks tasks--plain">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

fn request(shown: &RoomsPage, one: &SeatRequest, again: Option<&Again>) -> AnyView {
    let form = format!("request {}", one.id);
    let answer = match &one.answer {
        Some((at, words)) => {
            let told = format!("{}答复：{words}", chinese_moment(*at, shown.now.day()));
            view! { <p class="meta">{told}</p> }.into_any()
        }
        None if shown.may_arrange => view! {
            <form method="post" action=AnswerSeatRequest::PATH class="toolbar">
                <input type="hidden" name="plan" value=shown.plan.to_string()/>
                <input type="hidden" name="request" value=one.id.clone()/>
                <TextField name="words" id=format!("answer-{}", one.id) label="答复" hint="考生会原样看到" value=typed(again, &form, "words", "") maxlength=500/>
                <button class="btn btn--quiet" type="submit">"答复"</button>
            </form>
        }
        .into_any(),
        None => view! { <p class="meta">"等机构管理员答复。"</p> }.into_any(),
    };
    view! {
        <li>
            <div class="stack stack--2">
                <p><a href=paths::case(one.application) rel="external">{one.name.clone()}</a>" "<span class="meta num">{chinese_moment(one.at, shown.now.day())}</span></p>
                <p>{one.words.clone()}</p>
                {(shown.may_arrange && one.answer.is_none()).then(|| view! {
                    <p><a href=format!("{}?give={}#grant", paths::office_rooms(shown.plan), paths::encode(&one.name))>"同意合理便利，先去登记"</a></p>
                })}
                {one.proof.map(|file| view! { <p><a href=paths::office_file(file) rel="external">{icon("file", "s")}"看证明"</a></p> })}
                {answer}
            </div>
        </li>
    }
    .into_any()
}

/// 合理便利: what was granted, and the form for more.
pub(super) fn adjustments(shown: &RoomsPage, give: &str, again: Option<&Again>) -> AnyView {
    let rows = shown
        .adjustments
        .iter()
        .map(|line| {
            view! {
                <li>
                    <span><a href=paths::case(line.id) rel="external">{line.name.clone()}</a><br/><span class="meta">{line.reason.clone()}</span></span>
                    <span>{words::needs(line.needs)}</span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    let back = again.is_some_and(|again| again.typed("form") == "grant");
    let open = back || !give.is_empty();
    let checked = back && again.is_some_and(|again| again.typed("ground_floor") == "yes");
    let form = shown.may_arrange.then(|| {
        view! {
            <details class="more" id="grant" open=open>
                <summary>"同意一项合理便利"</summary>
                <form method="post" action=GrantAdjustment::PATH class="stack stack--3">
                    <input type="hidden" name="plan" value=shown.plan.to_string()/>
                    <div class="toolbar">
                        <TextField name="number" label="报名号或姓名" value=typed(again, "grant", "number", give) maxlength=60 autocomplete="off"/>
                        <TextField name="extra" label="延长几分钟" value=typed(again, "grant", "extra", "") class="w-4 num" inputmode="numeric" optional=true/>
                    </div>
                    <label class="check"><input type="checkbox" name="ground_floor" value="yes" checked=checked/><span>"安排无台阶的考场"</span></label>
                    <div class="toolbar">
                        <TextField name="reason" id="grant-reason" label="依据" hint="例如：残疾人证，已核对原件" value=typed(again, "grant", "reason", "") maxlength=200/>
                        <button class="btn btn--quiet" type="submit">"保存"</button>
                    </div>
                    <p class="meta">"两项都不填，就是取消原来同意的。"</p>
                </form>
            </details>
        }
    });
    view! {
        <section aria-labelledby="adjustments" class="stack stack--3">
            <h2 id="adjustments">"合理便利"</h2>
            {shown.adjustments.is_empty().then(|| view! { <p class="meta">"还没有。"</p> })}
            <ul class="tasks tasks--plain">{rows}</ul>
            {form}
        </section>
    }
    .into_any()
}
