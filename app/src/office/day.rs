//! 考试日: the door on a phone or tablet. A scanner, a phone's camera or a hand gives the number; photo, seat and the one
//! button come back. Plain forms: what works on a bad line is a page.

mod choices;
mod door;

pub use door::shell;

use super::keys;
use super::parts::{broken, summary};
use crate::again::{Again, use_again};
use crate::ui::{SelectField, StateBadge, TextArea, TextField, icon};
use crate::wording::rooms as words;
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::ids::{ApplicationId, PlanId, SessionId};
use domain::page::rooms::{DayPage as Shown, DayPerson, DaySeat, DaySession, Presence};
use domain::seating::grouped;
use domain::time::{Timestamp, chinese_moment};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// The page of the exam day.
#[server(name = FetchDay, endpoint = "office/day")]
pub async fn day(plan: String, #[server(default)] code: String) -> Result<Shown, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    records::rooms::day(&records, &member, plan, &code).await.map_err(crate::failure::from_records)
}

/// 签到, and what else is noted about somebody: `act` is `in`, `back` or `misconduct`.
#[server(name = NoteAtDoor, endpoint = "office/day-note")]
pub async fn note(
    plan: String,
    id: ApplicationId,
    session: SessionId,
    #[server(default)] code: String,
    #[server(default)] act: String,
    #[server(default)] words: String,
) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let done = async {
        match act.as_str() {
            "back" => records::rooms::take_back(&records, &member, plan, id, session, &words).await.map(|()| "back"),
            "misconduct" => {
                records::rooms::misconduct(&records, &member, plan, id, session, &words).await.map(|()| "misconduct")
            }
            _ => records::rooms::check_in(&records, &member, plan, id, session).await.map(Presence::as_str),
        }
    };
    let out = done.await.map_err(crate::failure::from_records);
    let here = paths::office_day_for(plan, &code);
    let typed = vec![("act".to_owned(), act), ("words".to_owned(), words)];
    crate::again::ssr::settle(out, |done| format!("{here}&done={done}"), &here, typed).map(drop)
}

/// 缺考: everybody of a session who has not come.
#[server(name = NoteAbsent, endpoint = "office/day-absent")]
pub async fn absent(plan: String, session: SessionId) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = records::rooms::absent(&records, &member, plan, session).await.map_err(crate::failure::from_records);
    let here = paths::office_day(plan);
    crate::again::ssr::settle(out, |people| format!("{here}?absent={people}"), &here, Vec::new()).map(drop)
}

/// Decides between two doors that state different things.
#[server(name = DecideAtDoor, endpoint = "office/day-decide")]
pub async fn decide(
    plan: String,
    id: ApplicationId,
    session: SessionId,
    #[server(default)] came: String,
    #[server(default)] reason: String,
) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = match came.as_str() {
        "yes" | "no" => {
            let came = came == "yes";
            let done = records::rooms::decide_at_door(&records, &member, plan, id, session, came, &reason).await;
            done.map_err(crate::failure::from_records)
        }
        _ => Err(Failure::Told("请先选是到场还是缺考。".to_owned())),
    };
    let here = paths::office_day(plan);
    let typed = vec![("came".to_owned(), came), ("reason".to_owned(), reason), ("decides".to_owned(), id.to_string())];
    crate::again::ssr::settle(out, |()| format!("{here}?done=decided"), &format!("{here}#conflicts"), typed).map(drop)
}

/// 补登: lines noted without a network.
#[server(name = MergeNotes, endpoint = "office/day-merge")]
pub async fn merge(
    plan: String,
    #[server(default)] on: String,
    #[server(default)] lines: String,
) -> Result<(), Failure> {
    use super::parts::ssr::keep_for_next_page;
    use domain::form::{FieldFault, Problem};
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = async {
        let day = on.trim().parse().map_err(|_| {
            let fault = FieldFault { key: "on".into(), label: "哪一天".into(), problem: Problem::NotADate };
            Failure::from(domain::refusal::Refusal::Answers(vec![fault]))
        })?;
        let merged = records::rooms::merge(&records, &member, plan, day, &lines).await;
        let merged = merged.map_err(crate::failure::from_records)?;
        let told = merged.into_iter().map(|(line, what)| (line, words::merged(&what))).collect();
        Ok(keep_for_next_page(&records, told))
    }
    .await;
    let here = paths::office_day(plan);
    let typed = vec![("on".to_owned(), on), ("lines".to_owned(), lines)];
    let back = format!("{here}#merge");
    crate::again::ssr::settle(out, |key| format!("{here}?merged={key}#merge"), &back, typed).map(drop)
}

/// What the address asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Asks {
    plan: String,
    code: String,
    done: Option<String>,
    merged: String,
}

/// 考试日.
#[component]
pub fn DayPage() -> impl IntoView {
    let (params, query) = (crate::ui::params_map(), crate::ui::query_map());
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        let text = |key: &str| query.get(key).unwrap_or_default();
        let done = match (text("done").as_str(), text("absent").parse::<u32>()) {
            ("present", _) => Some("签到成功。".to_owned()),
            ("late", _) => Some("签到成功，记为迟到。".to_owned()),
            ("back", _) => Some("登记已撤销。".to_owned()),
            ("decided", _) => Some("已判断，记录在案。".to_owned()),
            ("misconduct", _) => Some("违纪已登记。".to_owned()),
            (_, Ok(people)) => Some(format!("{people} 人登记为缺考。")),
            _ => None,
        };
        Asks { plan: params.read().get("id").unwrap_or_default(), code: text("code"), done, merged: text("merged") }
    });
    let asked = Resource::new(move || asks.get(), |asks| async move { day(asks.plan, asks.code).await });
    let again = use_again();
    // Read now: inside the future the request's context may be gone.
    let nonce = use_nonce().map(|nonce| nonce.to_string());
    let merged = super::parts::ssr::kept(&asks.get_untracked().merged).unwrap_or_default();
    view! {
        <Title text="考试日 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"考试日"</h1>{super::plans::around::tabs("day")}<span class="grow"></span>{keys::help_button()}</header>
            <Transition>
                {move || {
                    let (merged, nonce) = (merged.clone(), nonce.clone());
                    Suspend::new(async move {
                        let again = again.await;
                        match asked.await {
                            Err(failure) => broken(&failure),
                            Ok(shown) => page(&shown, &asks.get_untracked(), again.as_ref(), &merged, nonce),
                        }
                    })
                }}
            </Transition>
        </main>
    }
}

fn page(
    shown: &Shown,
    asks: &Asks,
    again: Option<&Again>,
    merged: &[(String, String)],
    nonce: Option<String>,
) -> AnyView {
    let done = asks.done.clone().filter(|_| again.is_none());
    let told = done.map(|done| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{done}</span></p> }
    });
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    let unknown = shown.unknown.as_ref().map(|code| {
        view! {
            <p class="banner" data-state="refused" role="alert">{icon("no", "")}
                <span>{format!("没有找到“{code}”。请核对准考证号，也可以用报名号、姓名或号码末三位以上查；还是没有，请找考务负责人。")}</span>
            </p>
        }
    });
    let choices = (!shown.choices.is_empty()).then(|| choices::section(shown));
    // After somebody was let in, the field waits for the next.
    let clear = shown.person.is_none() || asks.done.is_some();
    let code = if clear && shown.unknown.is_none() { String::new() } else { asks.code.clone() };
    view! {
        <div class="dash__b stack stack--5">
            <nav class="crumb" aria-label="位置">
                <a href=paths::office_rooms(shown.plan)>{icon("left", "s")}{shown.title.clone()}</a>
            </nav>
            {told}
            {refused}
            {unknown}
            {choices}
            <form method="get" action=paths::office_day(shown.plan) class="toolbar" role="search">
                <div class="field">
                    <label for="code">"准考证号"</label>
                    <p class="hint" id="code-h">"扫二维码，或输入号码、末几位、姓名"</p>
                    <input class="input w-20 num" name="code" id="code" value=code maxlength="200" autocomplete="off" autofocus=clear aria-describedby="code-h"/>
                </div>
                <button class="btn" type="submit">{icon("search", "")}<span>"查找"</span></button>
            </form>
            {shown.person.as_ref().map(|person| somebody(shown, person, asks, again))}
            {door::panel(shown, nonce)}
            {door::conflicts(shown, again)}
            {sessions(shown)}
            {newest(shown)}
            {offline(shown, again, merged)}
        </div>
    }
    .into_any()
}

/// The seat that the door is about now: the next that is still open, else the last.
fn current<'a>(shown: &Shown, person: &'a DayPerson) -> Option<&'a DaySeat> {
    person.seats.iter().find(|seat| shown.now <= seat.session.to).or(person.seats.last())
}

fn somebody(shown: &Shown, person: &DayPerson, asks: &Asks, again: Option<&Again>) -> AnyView {
    let photo = person.photo.map(|file| {
        view! { <img class="ph ph--xl" src=paths::office_file(file) alt=format!("{}的证件照", person.name) width="150" height="210"/> }
    });
    let now_seat = current(shown, person);
    let facts = [
        ("准考证号", grouped(&person.ticket)),
        ("版本", format!("第 {} 版", person.version)),
        ("证件号码", person.id_no_masked.clone()),
        ("合理便利", words::needs(person.needs)),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(name, text)| view! { <div><dt>{name}</dt><dd class="num">{text}</dd></div> })
    .collect_view();
    let seats = person.seats.iter().map(|seat| seat_row(shown, seat)).collect_view();
    let misconduct = person
        .misconduct
        .iter()
        .map(|line| {
            let text = format!("{} {}登记违纪：{}", chinese_moment(line.at, shown.now.day()), line.by, line.words);
            view! { <p class="banner" data-state="refused">{icon("alert", "")}<span>{text}</span></p> }.into_any()
        })
        .collect_view();
    let seat = now_seat.map(|seat| {
        view! {
            <p class="outcome__no"><span>{format!("{}　考场", seat.session.subject)}</span><b class="num">{seat.room.clone()}</b><span>"座位"</span><b class="num">{seat.seat}</b></p>
        }
    });
    view! {
        <section class="panel" aria-labelledby="who">
            <div class="panel__h"><h2 id="who" tabindex="-1">{person.name.clone()}</h2>{now_seat.map(|seat| badge(shown, seat))}</div>
            <div class="panel__b stack stack--4">
                // The one button is in reach of a thumb: what is rarely asked for stands under it.
                <div class="row row--top">{photo}<div class="stack stack--3">{seat}{now_seat.map(|seat| door(shown, person, seat, asks))}</div></div>
                <dl class="kv kv--tight">{facts}</dl>
                {misconduct}
                <div class="tablewrap" role="region" tabindex="0" aria-label="各科座位">
                    <table class="table table--blocks">
                        <thead><tr><th scope="col">"科目"</th><th scope="col">"时间"</th><th scope="col">"考场和座位"</th><th scope="col">"到场"</th></tr></thead>
                        <tbody>{seats}</tbody>
                    </table>
                </div>
                {now_seat.map(|seat| more(shown, person, seat, asks, again))}
            </div>
        </section>
    }
    .into_any()
}

fn badge(shown: &Shown, seat: &DaySeat) -> AnyView {
    let (tone, text) = match &seat.presence {
        Some((Presence::Present, ..)) => (Tone::Done, "已签到"),
        Some((Presence::Late, ..)) => (Tone::Done, "已签到，迟到"),
        Some((Presence::Absent, ..)) => (Tone::Refused, "已登记缺考"),
        None if shown.now < seat.entry.0 => (Tone::Others, "还没到进场时间"),
        None if shown.now > seat.entry.1 => (Tone::Refused, "已过进场时间"),
        None => (Tone::Me, "等签到"),
    };
    view! { <StateBadge tone=tone text=text.to_owned()/> }.into_any()
}

fn clock(at: Timestamp) -> String {
    at.in_shanghai().format("%H:%M").to_string()
}

/// The one button.
fn door(shown: &Shown, person: &DayPerson, seat: &DaySeat, asks: &Asks) -> AnyView {
    let (opens, closes) = seat.entry;
    let rule = format!("{} 开始进场，{} 后不能进。请对照证件和照片。", clock(opens), clock(closes));
    if let Some((how, at, by)) = seat.presence.as_ref().filter(|(how, ..)| *how != Presence::Absent) {
        let text = format!(
            "{} {by}{}。",
            chinese_moment(*at, shown.now.day()),
            if *how == Presence::Late { "签到，迟到" } else { "签到" }
        );
        return view! { <p class="meta">{text}</p> }.into_any();
    }
    view! {
        <form method="post" action=NoteAtDoor::PATH class="stack stack--2">
            {hidden(shown, person, seat, asks)}
            <p class="meta">{rule}</p>
            <p><button class="btn btn--big" type="submit" name="act" value="in">{icon("check", "")}<span>{format!("是本人，{}签到", seat.session.subject)}</span></button></p>
        </form>
    }
    .into_any()
}

fn hidden(shown: &Shown, person: &DayPerson, seat: &DaySeat, asks: &Asks) -> AnyView {
    let code = if asks.code.is_empty() { person.ticket.clone() } else { asks.code.clone() };
    view! {
        <input type="hidden" name="plan" value=shown.plan.to_string()/>
        <input type="hidden" name="id" value=person.id.to_string()/>
        <input type="hidden" name="session" value=seat.session.id.to_string()/>
        <input type="hidden" name="code" value=code/>
    }
    .into_any()
}

/// What happens rarely: a note taken back, a misconduct.
fn more(shown: &Shown, person: &DayPerson, seat: &DaySeat, asks: &Asks, again: Option<&Again>) -> AnyView {
    let typed =
        |act: &str| again.filter(|again| again.typed("act") == act).map_or("", |again| again.typed("words")).to_owned();
    let open = |act: &str| again.is_some_and(|again| again.typed("act") == act);
    let back = seat.presence.is_some().then(|| {
        view! {
            <details class="more" open=open("back")>
                <summary>"登记错了，撤销"</summary>
                <form method="post" action=NoteAtDoor::PATH class="toolbar">
                    {hidden(shown, person, seat, asks)}
                    <TextField name="words" id="back-words" label="原因" value=typed("back") maxlength=200/>
                    <button class="btn btn--quiet" type="submit" name="act" value="back">"撤销登记"</button>
                </form>
            </details>
        }
    });
    view! {
        {back}
        <details class="more" open=open("misconduct")>
            <summary>"登记违纪"</summary>
            <form method="post" action=NoteAtDoor::PATH class="stack stack--3">
                {hidden(shown, person, seat, asks)}
                <div class="field">
                    <label for="misconduct-words">"经过"</label>
                    <TextArea name="words".to_owned() id="misconduct-words".to_owned() value=typed("misconduct") rows=3 maxlength=1000/>
                </div>
                <p><button class="btn btn--quiet" type="submit" name="act" value="misconduct">"登记违纪"</button></p>
            </form>
        </details>
    }
    .into_any()
}

fn seat_row(shown: &Shown, seat: &DaySeat) -> AnyView {
    let came = match &seat.presence {
        Some((how, at, by)) => format!("{}　{} {by}", words::presence(*how), clock(*at)),
        None => "—".to_owned(),
    };
    view! {
        <tr>
            <th scope="row">{seat.session.subject.clone()}</th>
            <td data-label="时间" class="num">{super::rooms::span(&seat.session, shown.now)}</td>
            <td data-label="考场和座位" class="num">{format!("{} {} 号", words::room(&seat.room), seat.seat)}</td>
            <td data-label="到场">{came}</td>
        </tr>
    }
    .into_any()
}

fn sessions(shown: &Shown) -> AnyView {
    if shown.sessions.iter().all(|one| one.expected == 0) {
        return view! { <div class="empty"><p><b>"还没有场次"</b></p><p class="meta">"编排并发布准考证以后，这里按场次签到。"</p></div> }.into_any();
    }
    // A session in which nobody sits has nothing to check in.
    let rows = shown.sessions.iter().filter(|one| one.expected > 0).map(|one| session_row(shown, one)).collect_view();
    view! {
        <section aria-labelledby="sessions" class="stack stack--3">
            <h2 id="sessions">"各场到场"</h2>
            <div class="tablewrap" role="region" tabindex="0" aria-label="各场到场表">
                <table class="table table--blocks">
                    <thead><tr><th scope="col">"场次"</th><th scope="col">"时间"</th><th scope="col">"到场"</th><th scope="col">"考场"</th><th scope="col">"办理"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn session_row(shown: &Shown, one: &DaySession) -> AnyView {
    let left = one.expected.saturating_sub(one.present + one.absent);
    let came = format!("{} / {} 人，迟到 {}，缺考 {}", one.present, one.expected, one.late, one.absent);
    let rooms: Vec<String> = one.rooms.iter().map(|(name, all, here)| format!("{name}：{here}/{all}")).collect();
    let act = (left > 0 && shown.now > one.entry.1).then(|| {
        view! {
            <form method="post" action=NoteAbsent::PATH>
                <input type="hidden" name="plan" value=shown.plan.to_string()/>
                <input type="hidden" name="session" value=one.session.id.to_string()/>
                <button class="btn btn--quiet" type="submit">{format!("{left} 人登记缺考")}</button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row">{one.session.subject.clone()}</th>
            <td data-label="时间" class="num">{super::rooms::span(&one.session, shown.now)}</td>
            <td data-label="到场" class="num">{came}</td>
            <td data-label="考场" class="num">{rooms.join("　")}</td>
            <td class="acts">{act}</td>
        </tr>
    }
    .into_any()
}

fn newest(shown: &Shown) -> Option<AnyView> {
    if shown.newest.is_empty() {
        return None;
    }
    let rows = shown
        .newest
        .iter()
        .map(|one| {
            let late = (one.how == Presence::Late).then_some("　迟到");
            let seat = format!("　{} {} 号", words::room(&one.room), one.seat);
            view! { <li><span><b>{one.name.clone()}</b>{seat}</span><span class="meta num">{clock(one.at)}{late}</span></li> }.into_any()
        })
        .collect_view();
    Some(
        view! {
            <section aria-labelledby="newest" class="stack stack--2">
                <h2 id="newest">"刚签到的"</h2>
                <ul class="tasks tasks--plain">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

/// 补登 of what was noted without a network.
fn offline(shown: &Shown, again: Option<&Again>, merged: &[(String, String)]) -> Option<AnyView> {
    let first = shown.sessions.first()?;
    let typed = |key: &str| again.map_or("", |again| again.typed(key)).to_owned();
    let days: std::collections::BTreeSet<String> =
        shown.sessions.iter().map(|one| one.session.from.day().to_string()).collect();
    let options = days.into_iter().map(|day| (day.clone(), day)).collect();
    let today = shown.now.day().to_string();
    let on = match typed("on") {
        none if none.is_empty() && shown.now.day() >= first.session.from.day() => today,
        on => on,
    };
    let rows = merged
        .iter()
        .map(|(line, what)| {
            view! { <li><span class="num">{line.clone()}</span><span class="meta">{what.clone()}</span></li> }
                .into_any()
        })
        .collect_view();
    let open = !merged.is_empty() || again.is_some_and(|again| !again.typed("on").is_empty());
    Some(
        view! {
            <details class="more" id="merge" open=open>
                <summary>"没有网络时记下的，补登"</summary>
                {(!merged.is_empty()).then(|| view! { <ul class="tasks tasks--plain" role="status">{rows}</ul> })}
                <form method="post" action=MergeNotes::PATH class="stack stack--3">
                    <input type="hidden" name="plan" value=shown.plan.to_string()/>
                    <p class="meta">{words::MERGE_HINT}</p>
                    <SelectField name="on" label="哪一天" options=options value=on/>
                    <div class="field">
                        <label for="merge-lines">"准考证号和时间"</label>
                        <TextArea name="lines".to_owned() id="merge-lines".to_owned() value=typed("lines") rows=5 maxlength=20000/>
                    </div>
                    <p><button class="btn btn--quiet" type="submit">"补登"</button></p>
                </form>
            </details>
        }
        .into_any(),
    )
}
