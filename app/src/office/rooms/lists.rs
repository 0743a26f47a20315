//! Rooms and sessions: their lists, and the form of one.

use super::{Asks, DropRoom, DropSession, KeepRoute, SaveRoom, SaveSession, span, typed};
use crate::again::Again;
use crate::paths;
use crate::ui::{SelectField, TextField, icon};
use domain::page::rooms::{RoomLine, RoomsPage, SessionLine};
use leptos::prelude::*;
use server_fn::ServerFn;

/// Minutes that a new session begins with.
const ENTRY: u16 = 30;
const LATE: u16 = 15;

fn heads(names: &[&'static str]) -> AnyView {
    names.iter().map(|name| view! { <th scope="col">{*name}</th> }).collect_view().into_any()
}

pub(super) fn sessions(shown: &RoomsPage, asks: &Asks, again: Option<&Again>) -> AnyView {
    let rows = shown.sessions.iter().map(|line| session_row(shown, line)).collect_view();
    let table = (!shown.sessions.is_empty()).then(|| {
        view! {
            <div class="tablewrap" role="region" tabindex="0" aria-label="场次表">
                <table class="table table--blocks">
                    <thead><tr>{heads(&["科目", "时间", "进场", "说明", "已排", "办理"])}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    let none = shown.sessions.is_empty().then(|| {
        view! { <p class="meta">"先加场次：每一科一场或几场，各有自己的时间。一个人的各科不会排在同一时间。"</p> }
    });
    let edited = shown.sessions.iter().find(|line| line.session.id.to_string() == asks.edit);
    view! {
        <section aria-labelledby="sessions" class="stack stack--3">
            <h2 id="sessions">"场次"</h2>
            {none}
            {table}
            {shown.may_arrange.then(|| session_form(shown, edited, again))}
        </section>
    }
    .into_any()
}

fn session_row(shown: &RoomsPage, line: &SessionLine) -> AnyView {
    let id = line.session.id.to_string();
    let acts = shown.may_arrange.then(|| {
        let href = format!("{}?edit={id}#session", paths::office_rooms(shown.plan));
        let drop = (line.seated == 0).then(|| {
            view! {
                <form method="post" action=DropSession::PATH>
                    <input type="hidden" name="plan" value=shown.plan.to_string()/>
                    <input type="hidden" name="session" value=id.clone()/>
                    <button class="link link--danger" type="submit">"删除"<span class="vh">{line.session.subject.clone()}</span></button>
                </form>
            }
        });
        view! { <a href=href>"改"<span class="vh">{line.session.subject.clone()}</span></a>{drop} }
    });
    view! {
        <tr>
            <th scope="row">{line.session.subject.clone()}</th>
            <td data-label="时间" class="num">{span(&line.session, shown.now)}</td>
            <td data-label="进场">{format!("提前 {} 分钟，迟到 {} 分钟不能进", line.entry_minutes, line.late_minutes)}</td>
            <td data-label="说明">{line.note.clone()}</td>
            <td data-label="已排" class="num">{format!("{} 人", line.seated)}</td>
            <td><div class="row row--tight">{acts}</div></td>
        </tr>
    }
    .into_any()
}

fn session_form(shown: &RoomsPage, edited: Option<&SessionLine>, again: Option<&Again>) -> AnyView {
    let clock = |at: domain::time::Timestamp| at.in_shanghai().format("%H:%M").to_string();
    let kept = |key: &str, of: &dyn Fn(&SessionLine) -> String, new: &str| {
        let now = edited.map_or_else(|| new.to_owned(), of);
        typed(again, "session", key, &now)
    };
    let options = shown.subjects.iter().map(|subject| (subject.clone(), subject.clone())).collect();
    let next = shown.subjects.iter().find(|one| !shown.sessions.iter().any(|line| line.session.subject == **one));
    let next = next.or(shown.subjects.first()).cloned().unwrap_or_default();
    let exam_on = shown.sessions.last().map_or(shown.exam_on, |line| line.session.from.day()).to_string();
    let id = edited.map(|line| line.session.id.to_string()).unwrap_or_default();
    let (title, button) =
        if edited.is_some() { ("改这一场", "保存场次") } else { ("加一场", "加这一场") };
    let back = again.is_some_and(|again| again.typed("form") == "session");
    let open = edited.is_some() || shown.sessions.is_empty() || back;
    view! {
        <details class="more" id="session" open=open>
            <summary>{title}</summary>
            <form method="post" action=SaveSession::PATH class="stack stack--3">
                <input type="hidden" name="plan" value=shown.plan.to_string()/>
                <input type="hidden" name="session" value=id/>
                <div class="toolbar">
                    <SelectField name="subject" id="s-subject" label="科目" options=options value=kept("subject", &|line| line.session.subject.clone(), &next)/>
                    <TextField name="day" id="s-day" kind="date" label="日期" value=kept("day", &|line| line.session.from.day().to_string(), &exam_on) class="w-12 num"/>
                    <TextField name="from" kind="time" label="开始" value=kept("from", &|line| clock(line.session.from), "09:00") class="w-8 num"/>
                    <TextField name="to" kind="time" label="结束" value=kept("to", &|line| clock(line.session.to), "10:30") class="w-8 num"/>
                </div>
                <div class="toolbar">
                    <TextField name="entry" label="提前几分钟进场" value=kept("entry", &|line| line.entry_minutes.to_string(), &ENTRY.to_string()) class="w-4 num" inputmode="numeric"/>
                    <TextField name="late" label="迟到几分钟不能进" value=kept("late", &|line| line.late_minutes.to_string(), &LATE.to_string()) class="w-4 num" inputmode="numeric"/>
                    <TextField name="note" label="说明" value=kept("note", &|line| line.note.clone(), "") maxlength=60 optional=true/>
                    <button class="btn btn--quiet" type="submit">{button}</button>
                </div>
            </form>
        </details>
    }
    .into_any()
}

pub(super) fn rooms(shown: &RoomsPage, asks: &Asks, again: Option<&Again>) -> AnyView {
    let rows = shown.rooms.iter().map(|line| room_row(shown, line)).collect_view();
    let seats: u32 = shown.rooms.iter().map(|line| u32::from(line.room.capacity)).sum();
    let table = (!shown.rooms.is_empty()).then(|| {
        view! {
            <p class="meta">{format!("{} 个考场，{seats} 个座位。", shown.rooms.len())}</p>
            <div class="tablewrap tablewrap--tall" role="region" tabindex="0" aria-label="考场表">
                <table class="table table--blocks">
                    <thead><tr>{heads(&["考场", "地点", "座位", "条件", "已排", "办理"])}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    let edited = shown.rooms.iter().find(|line| line.room.id.to_string() == asks.edit);
    view! {
        <section aria-labelledby="rooms" class="stack stack--3">
            <h2 id="rooms">"考场"</h2>
            {shown.rooms.is_empty().then(|| view! { <p class="meta">"加考场：几排几列，一次可以加几间一样的。"</p> })}
            {table}
            {shown.may_arrange.then(|| room_form(shown, edited, again))}
            {shown.may_arrange.then(|| route_form(shown, again))}
        </section>
    }
    .into_any()
}

fn room_row(shown: &RoomsPage, line: &RoomLine) -> AnyView {
    let room = &line.room;
    let id = room.id.to_string();
    let site = shown.sites.iter().find(|(id, _)| Some(*id) == room.site).map(|(_, name)| name.clone());
    let place = [site.unwrap_or_default(), line.address.clone()];
    let place: Vec<String> = place.into_iter().filter(|part| !part.is_empty()).collect();
    let traits = [
        room.ground_floor.then(|| "无台阶".to_owned()),
        room.subject.as_ref().map(|subject| format!("只用于{subject}")),
    ];
    let traits: Vec<String> = traits.into_iter().flatten().collect();
    let acts = shown.may_arrange.then(|| {
        let href = format!("{}?edit={id}#room", paths::office_rooms(shown.plan));
        let drop = (line.seated == 0).then(|| {
            view! {
                <form method="post" action=DropRoom::PATH>
                    <input type="hidden" name="plan" value=shown.plan.to_string()/>
                    <input type="hidden" name="room" value=id.clone()/>
                    <button class="link link--danger" type="submit">"删除"<span class="vh">{room.name.clone()}</span></button>
                </form>
            }
        });
        view! { <a href=href>"改"<span class="vh">{room.name.clone()}</span></a>{drop} }
    });
    view! {
        <tr>
            <th scope="row">{room.name.clone()}</th>
            <td data-label="地点">{if place.is_empty() { "—".to_owned() } else { place.join("　") }}</td>
            <td data-label="座位" class="num">{format!("{} 排 × {}，{} 个", room.rows, room.columns, room.capacity)}</td>
            <td data-label="条件">{if traits.is_empty() { "—".to_owned() } else { traits.join("，") }}</td>
            <td data-label="已排" class="num">{format!("{} 人次", line.seated)}</td>
            <td><div class="row row--tight">{acts}</div></td>
        </tr>
    }
    .into_any()
}

fn room_form(shown: &RoomsPage, edited: Option<&RoomLine>, again: Option<&Again>) -> AnyView {
    let kept = |key: &str, of: &dyn Fn(&RoomLine) -> String, new: &str| {
        let now = edited.map_or_else(|| new.to_owned(), of);
        typed(again, "room", key, &now)
    };
    let all = |options: Vec<(String, String)>, none: &str| -> Vec<(String, String)> {
        std::iter::once((String::new(), none.to_owned())).chain(options).collect()
    };
    let subjects = shown.subjects.iter().map(|subject| (subject.clone(), format!("只用于{subject}"))).collect();
    let sites: Vec<(String, String)> = shown.sites.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let has_sites = !sites.is_empty();
    let checked = match again.filter(|again| again.typed("form") == "room") {
        Some(again) => again.typed("ground_floor") == "yes",
        None => edited.is_some_and(|line| line.room.ground_floor),
    };
    let id = edited.map(|line| line.room.id.to_string()).unwrap_or_default();
    let next = (shown.rooms.len() + 1).to_string();
    let (title, button) =
        if edited.is_some() { ("改这个考场", "保存考场") } else { ("加考场", "加考场") };
    let back = again.is_some_and(|again| again.typed("form") == "room");
    let open = edited.is_some() || shown.rooms.is_empty() || back;
    let full = |line: &RoomLine| {
        let room = &line.room;
        if room.capacity == room.rows * room.columns { String::new() } else { room.capacity.to_string() }
    };
    view! {
        <details class="more" id="room" open=open>
            <summary>{title}</summary>
            <form method="post" action=SaveRoom::PATH class="stack stack--3">
                <input type="hidden" name="plan" value=shown.plan.to_string()/>
                <input type="hidden" name="room" value=id/>
                <div class="toolbar">
                    <TextField name="name" label="名称或编号" value=kept("name", &|line| line.room.name.clone(), &next) maxlength=40/>
                    <TextField name="address" label="地点" value=kept("address", &|line| line.address.clone(), "") maxlength=120 optional=true/>
                    {has_sites.then(|| view! { <SelectField name="site" id="r-site" label="考点" options=all(sites, "不限") value=kept("site", &|line| line.room.site.map(|site| site.to_string()).unwrap_or_default(), "")/> })}
                </div>
                <div class="toolbar">
                    <TextField name="rows" label="排数" value=kept("rows", &|line| line.room.rows.to_string(), "6") class="w-4 num" inputmode="numeric"/>
                    <TextField name="columns" label="每排座位" value=kept("columns", &|line| line.room.columns.to_string(), "5") class="w-4 num" inputmode="numeric"/>
                    <TextField name="capacity" label="用几个座位" value=kept("capacity", &full, "") class="w-4 num" inputmode="numeric" optional=true/>
                    <SelectField name="subject" id="r-subject" label="用途" options=all(subjects, "各科都用") value=kept("subject", &|line| line.room.subject.clone().unwrap_or_default(), "")/>
                    {edited.is_none().then(|| view! { <TextField name="count" label="加几间" value=kept("count", &|_| "1".into(), "1") class="w-4 num" inputmode="numeric"/> })}
                </div>
                <div class="row">
                    <label class="check"><input type="checkbox" name="ground_floor" value="yes" checked=checked/><span>"无台阶（一楼或有电梯）"</span></label>
                    <button class="btn btn--quiet" type="submit">{icon("plus", "")}<span>{button}</span></button>
                </div>
            </form>
        </details>
    }
    .into_any()
}

fn route_form(shown: &RoomsPage, again: Option<&Again>) -> AnyView {
    view! {
        <form method="post" action=KeepRoute::PATH class="toolbar" id="route">
            <input type="hidden" name="plan" value=shown.plan.to_string()/>
            <TextField name="route" id="route-text" label="怎么去" hint="印在准考证上，例如：地铁 2 号线学院路站，B 口步行 6 分钟" value=typed(again, "route", "route", &shown.route) class="w-20" maxlength=120 optional=true/>
            <button class="btn btn--quiet" type="submit">"保存怎么去"</button>
        </form>
    }
    .into_any()
}
