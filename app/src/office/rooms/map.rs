//! 座位图: one room during one session as a table that looks like the room, and the form that changes a seat.

use super::{HandSeat, span, typed};
use crate::again::Again;
use crate::paths;
use crate::ui::{SelectField, TextField, icon};
use crate::wording::rooms as words;
use domain::page::rooms::{RoomsPage, SeatLine, SeatMap};
use leptos::prelude::*;
use server_fn::ServerFn;

pub(super) fn section(shown: &RoomsPage, again: Option<&Again>) -> Option<AnyView> {
    if shown.maps.is_empty() {
        return None;
    }
    let options: Vec<(String, String)> = std::iter::once((String::new(), "请选择".to_owned()))
        .chain(shown.maps.iter().map(|(session, room, people)| {
            let name = format!("{} {}（{people} 人）", session.subject, words::room(&room.name));
            (format!("{}&room={}", session.id, room.id), format!("{name} {}", span(session, shown.now)))
        }))
        .collect();
    let links = options
        .iter()
        .skip(1)
        .map(|(value, label)| {
            let href = format!("{}?session={value}#map", paths::office_rooms(shown.plan));
            let here =
                shown.map.as_ref().is_some_and(|map| *value == format!("{}&room={}", map.session.id, map.room.id));
            view! { <li><a href=href aria-current=here.then_some("true")>{label.clone()}</a></li> }.into_any()
        })
        .collect_view();
    let many = shown.maps.len() > 8;
    let list = view! { <ul class="tasks tasks--plain">{links}</ul> }.into_any();
    let list = if many {
        let count = shown.maps.len();
        view! { <details class="more" open=shown.map.is_none()><summary>{format!("选一个考场（{count} 个）")}</summary>{list}</details> }
            .into_any()
    } else {
        list
    };
    Some(
        view! {
            <section aria-labelledby="map" class="stack stack--3">
                <h2 id="map">"座位图"</h2>
                {list}
                {shown.map.as_ref().map(|map| one(shown, map, again))}
            </section>
        }
        .into_any(),
    )
}

fn one(shown: &RoomsPage, map: &SeatMap, again: Option<&Again>) -> AnyView {
    let rows = (0..map.room.rows)
        .map(|row| {
            let cells = (1..=map.room.columns).map(|column| cell(map, row * map.room.columns + column)).collect_view();
            view! { <tr><th scope="row">{format!("{} 排", row + 1)}</th>{cells}</tr> }.into_any()
        })
        .collect_view();
    let heads =
        (1..=map.room.columns).map(|column| view! { <th scope="col">{format!("{column} 列")}</th> }).collect_view();
    let name = format!("{} {}", map.session.subject, words::room(&map.room.name));
    view! {
        <div class="panel">
            <div class="panel__h"><h3>{name.clone()}</h3><span class="meta num">{span(&map.session, shown.now)}</span></div>
            <div class="panel__b stack stack--4">
                <p class="meta">{format!("{} 人，{} 个座位。上面是讲台。黄色是同单位相邻，红色是不能用的座位。", map.seats.len(), map.room.capacity)}</p>
                <div class="tablewrap" role="region" tabindex="0" aria-label=format!("{name}座位图")>
                    <table class="table table--fit">
                        <thead><tr><th scope="col"><span class="vh">"排"</span></th>{heads}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {shown.may_arrange.then(|| hand(shown, map, again))}
            </div>
        </div>
    }
    .into_any()
}

fn cell(map: &SeatMap, seat: u16) -> AnyView {
    if seat > map.room.capacity {
        return view! { <td class="none"><span class="vh">"没有座位"</span></td> }.into_any();
    }
    match map.seats.iter().find(|line| line.seat == seat) {
        None => view! { <td><span class="meta num">{seat}</span><br/><span class="meta">"空"</span></td> }.into_any(),
        Some(line) => taken(line),
    }
}

fn taken(line: &SeatLine) -> AnyView {
    let class = match (line.firm, line.beside) {
        (true, _) => "bad",
        (false, true) => "warn",
        _ => "",
    };
    let told = match (line.firm, line.beside) {
        (true, _) => "，不能用",
        (false, true) => "，同单位相邻",
        _ => "",
    };
    let needs = words::needs(line.needs);
    let unit: String = line.unit.chars().take(8).collect();
    let marks = [line.fixed.then(|| "固定".to_owned()), (!needs.is_empty()).then_some(needs)];
    let marks: Vec<String> = marks.into_iter().flatten().collect();
    view! {
        <td class=class>
            <span class="meta num">{line.seat}</span><span class="vh">{format!("号{told}")}</span>" "
            <b class="nb">{line.name.clone()}</b>
            <br/>
            <span class="meta nb" title=line.unit.clone()>{unit}</span>
            {(!marks.is_empty()).then(|| view! { <br/><span class="meta nb">{marks.join("，")}</span> })}
        </td>
    }
    .into_any()
}

fn hand(shown: &RoomsPage, map: &SeatMap, again: Option<&Again>) -> AnyView {
    let here = format!("{}.{}", map.session.id, map.room.id);
    let people: Vec<(String, String)> = std::iter::once((String::new(), "请选择".to_owned()))
        .chain(
            map.seats
                .iter()
                .map(|line| (format!("{}@{}", line.id, line.seat), format!("{} 号 {}", line.seat, line.name))),
        )
        .chain(
            shown
                .unplaced
                .iter()
                .filter(|line| line.subject == map.session.subject)
                .map(|line| (line.id.to_string(), format!("没有座位：{}", line.name))),
        )
        .collect();
    let sessions = shown.sessions.iter().filter(|line| line.session.subject == map.session.subject);
    let mut blocks: Vec<(String, String)> = Vec::new();
    for line in sessions {
        for room in shown.rooms.iter().filter(|room| room.room.serves(&line.session.subject)) {
            let label = format!("{}　{}", words::room(&room.room.name), span(&line.session, shown.now));
            blocks.push((format!("{}.{}", line.session.id, room.room.id), label));
        }
    }
    let checked = again.is_some_and(|again| again.typed("form") == "hand" && again.typed("despite") == "yes");
    view! {
        <form method="post" action=HandSeat::PATH class="stack stack--3" id="hand">
            <input type="hidden" name="plan" value=shown.plan.to_string()/>
            <input type="hidden" name="seen" value=shown.revision.to_string()/>
            <input type="hidden" name="here" value=here.clone()/>
            <h4>"手动调整"</h4>
            <p class="meta">{words::HAND_HINT}</p>
            <div class="toolbar">
                <SelectField name="who" label="谁" options=people value=typed(again, "hand", "who", "")/>
                <SelectField name="block" id="hand-block" label="换到哪个考场" options=blocks value=typed(again, "hand", "block", &here)/>
                <TextField name="seat" label="几号座位" value=typed(again, "hand", "seat", "") class="w-4 num" inputmode="numeric" autocomplete="off"/>
            </div>
            <label class="check"><input type="checkbox" name="despite" value="yes" checked=checked/><span>"知道了，仍然这样排"</span></label>
            <div class="row">
                <button class="btn btn--quiet" type="submit" name="act" value="move">{icon("arrow", "")}<span>"移到空座位"</span></button>
                <button class="btn btn--quiet" type="submit" name="act" value="swap">{icon("refresh", "")}<span>"和那个座位互换"</span></button>
                <button class="btn btn--quiet" type="submit" name="act" value="fix">{icon("lock", "")}<span>"固定这个人的座位"</span></button>
                <button class="btn btn--text" type="submit" name="act" value="loosen">"取消固定"</button>
            </div>
        </form>
    }
    .into_any()
}
