//! Doorways of the page of rooms.

use crate::{Failure, paths};
use domain::form::{FieldFault, Problem};
use domain::ids::{ApplicationId, PlanId, RoomId, SessionId};
use domain::page::rooms::{RoomsPage, SeatingRefusal};
use domain::refusal::Refusal;
use domain::seating::{Duty, Keeper, Needs, Place};
use domain::text::typed_number;
use domain::time::Timestamp;
use domain::timeline::{typed_clock, typed_day};
use leptos::prelude::*;

/// The page of rooms.
#[server(name = FetchRooms, endpoint = "office/rooms")]
pub async fn page(
    plan: String,
    #[server(default)] session: String,
    #[server(default)] room: String,
) -> Result<RoomsPage, Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let map = session.parse().ok().zip(room.parse().ok());
    records::rooms::page(&records, &member, plan, map).await.map_err(crate::failure::from_records)
}

/// Adds rooms, or changes one.
#[server(name = SaveRoom, endpoint = "office/rooms-save")]
pub async fn save_room(
    plan: String,
    #[server(default)] room: String,
    #[server(default)] name: String,
    #[server(default)] address: String,
    #[server(default)] site: String,
    #[server(default)] rows: String,
    #[server(default)] columns: String,
    #[server(default)] capacity: String,
    #[server(default)] ground_floor: String,
    #[server(default)] subject: String,
    #[server(default)] count: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = async {
        let typed = records::rooms::RoomTyped {
            id: room.parse().ok(),
            name: name.clone(),
            address: address.clone(),
            site: site.parse().ok(),
            rows: number("排数", &rows, 1, 60)?,
            columns: number("每排座位", &columns, 1, 60)?,
            capacity: optional("用几个座位", &capacity, 1, 3600)?,
            ground_floor: ground_floor == "yes",
            subject: subject.clone(),
            count: optional("加几间", &count, 1, 200)?.unwrap_or(1),
        };
        records::rooms::save_room(&records, &member, id, &typed).await.map_err(crate::failure::from_records)
    }
    .await;
    let kept = [
        ("form", "room".to_owned()),
        ("name", name),
        ("address", address),
        ("site", site),
        ("rows", rows),
        ("columns", columns),
        ("capacity", capacity),
        ("ground_floor", ground_floor),
        ("subject", subject),
        ("count", count),
    ];
    let back = if room.is_empty() { String::new() } else { format!("?edit={}", paths::encode(&room)) };
    settle(out, id, &format!("{back}#room"), |renewed| format!("done=room&renewed={renewed}#rooms"), &kept)
}

/// Removes a room.
#[server(name = DropRoom, endpoint = "office/rooms-drop")]
pub async fn drop_room(plan: String, room: RoomId) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = records::rooms::drop_room(&records, &member, id, room).await.map_err(crate::failure::from_records);
    settle(out, id, "", |()| "done=dropped#rooms".to_owned(), &[])
}

/// Adds a session, or changes one.
#[server(name = SaveSession, endpoint = "office/sessions-save")]
pub async fn save_session(
    plan: String,
    #[server(default)] session: String,
    #[server(default)] subject: String,
    #[server(default)] note: String,
    #[server(default)] day: String,
    #[server(default)] from: String,
    #[server(default)] to: String,
    #[server(default)] entry: String,
    #[server(default)] late: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = async {
        let typed = records::rooms::SessionTyped {
            id: session.parse().ok(),
            subject: subject.clone(),
            note: note.clone(),
            from: moment(&day, (&from, "from", "开始"))?,
            to: moment(&day, (&to, "to", "结束"))?,
            entry_minutes: number("提前几分钟进场", &entry, 0, 240)?,
            late_minutes: number("迟到几分钟不能进", &late, 0, 240)?,
        };
        records::rooms::save_session(&records, &member, id, &typed).await.map_err(crate::failure::from_records)
    }
    .await;
    let kept = [
        ("form", "session".to_owned()),
        ("subject", subject),
        ("note", note),
        ("day", day),
        ("from", from),
        ("to", to),
        ("entry", entry),
        ("late", late),
    ];
    let back = if session.is_empty() { String::new() } else { format!("?edit={}", paths::encode(&session)) };
    settle(out, id, &format!("{back}#session"), |renewed| format!("done=session&renewed={renewed}#sessions"), &kept)
}

/// Removes a session.
#[server(name = DropSession, endpoint = "office/sessions-drop")]
pub async fn drop_session(plan: String, session: SessionId) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = records::rooms::drop_session(&records, &member, id, session).await.map_err(crate::failure::from_records);
    settle(out, id, "", |()| "done=dropped#sessions".to_owned(), &[])
}

/// How to get there.
#[server(name = KeepRoute, endpoint = "office/rooms-route")]
pub async fn keep_route(plan: String, #[server(default)] route: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = records::rooms::keep_route(&records, &member, id, &route).await.map_err(crate::failure::from_records);
    let kept = [("form", "route".to_owned()), ("route", route)];
    settle(out, id, "#route", |renewed| format!("done=route&renewed={renewed}#rooms"), &kept)
}

/// 编排: `mode` is `anew` or `fill`.
#[server(name = ArrangeSeats, endpoint = "office/rooms-arrange")]
pub async fn arrange(
    plan: String,
    seen: i64,
    #[server(default)] mode: String,
    #[server(default)] seed: String,
) -> Result<(), Failure> {
    use records::rooms::Mode;
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = async {
        let mode = if mode == "fill" { Mode::Fill } else { Mode::Anew };
        let seed = optional("排法号", &seed, 0, u16::MAX)?.map_or(1, u64::from);
        records::rooms::arrange(&records, &member, id, seen, mode, seed).await.map_err(crate::failure::from_records)
    }
    .await;
    let kept = [("form", "arrange".to_owned()), ("seed", seed)];
    settle(out, id, "", |done| format!("seated={}&unplaced={}", done.seated, done.unplaced), &kept)
}

/// 发布准考证, from a day on.
#[server(name = PublishTickets, endpoint = "office/rooms-publish")]
pub async fn publish(plan: String, #[server(default)] opens: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = async {
        let day = match opens.trim() {
            "" => None,
            text => Some(typed_day(text).ok_or_else(|| fault("opens", "从哪天能下载", Problem::NotADate))?),
        };
        records::rooms::publish(&records, &member, id, day).await.map_err(crate::failure::from_records)
    }
    .await;
    let kept = [("form", "publish".to_owned()), ("opens", opens)];
    settle(out, id, "", |tickets| format!("tickets={tickets}"), &kept)
}

/// A seat changed by hand: `act` is `move`, `swap`, `fix` or `loosen`.
#[server(name = HandSeat, endpoint = "office/rooms-hand")]
pub async fn hand(
    plan: String,
    seen: i64,
    #[server(default)] act: String,
    /// `application` or `application@seat` of the map.
    #[server(default)]
    who: String,
    /// The map: `session.room`.
    #[server(default)]
    here: String,
    /// Where to: `session.room`.
    #[server(default)]
    block: String,
    #[server(default)] seat: String,
    #[server(default)] despite: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let despite_ = despite == "yes";
    let out = async {
        let (person, from) = match who.split_once('@') {
            Some((person, seat)) => (person, place(&here, seat).ok()),
            None => (who.as_str(), None),
        };
        if person.is_empty() {
            return Err(fault("who", "谁", Problem::Missing));
        }
        let person: ApplicationId = person.parse().map_err(|_| Refusal::from(SeatingRefusal::NoSeat))?;
        let no_seat = || Failure::from(Refusal::from(SeatingRefusal::NoSeat));
        let done = match act.as_str() {
            "fix" | "loosen" => {
                let from = from.ok_or_else(no_seat)?;
                records::rooms::fix(&records, &member, id, seen, from, act == "fix").await
            }
            "swap" => {
                let (from, to) = (from.ok_or_else(no_seat)?, place(&block, &seat)?);
                records::rooms::swap(&records, &member, id, seen, from, to, despite_).await
            }
            _ => {
                let to = place(&block, &seat)?;
                records::rooms::move_to(&records, &member, id, seen, person, to, despite_).await
            }
        };
        done.map_err(crate::failure::from_records)
    }
    .await;
    let map = here.split_once('.').map_or_else(String::new, |(session, room)| format!("session={session}&room={room}"));
    let said = match act.as_str() {
        "fix" => "fixed",
        "loosen" => "loosened",
        _ => "seat",
    };
    let kept = [("form", "hand".to_owned()), ("who", who), ("block", block), ("seat", seat), ("despite", despite)];
    settle(out, id, &format!("?{map}#hand"), |renewed| format!("{map}&done={said}&renewed={renewed}#map"), &kept)
}

/// 合理便利.
#[server(name = GrantAdjustment, endpoint = "office/rooms-grant")]
pub async fn grant(
    plan: String,
    #[server(default)] number: String,
    #[server(default)] ground_floor: String,
    #[server(default)] extra: String,
    #[server(default)] reason: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = async {
        let needs = Needs {
            ground_floor: ground_floor == "yes",
            extra_minutes: optional("延长几分钟", &extra, 0, 240)?.unwrap_or_default(),
        };
        let done = records::rooms::grant(&records, &member, id, &number, needs, &reason).await;
        done.map_err(crate::failure::from_records)
    }
    .await;
    let kept = [
        ("form", "grant".to_owned()),
        ("number", number),
        ("ground_floor", ground_floor),
        ("extra", extra),
        ("reason", reason),
    ];
    let said = if kept.iter().any(|(key, text)| matches!(*key, "ground_floor" | "extra") && !text.is_empty()) {
        "granted"
    } else {
        "ungranted"
    };
    settle(out, id, "#grant", |renewed| format!("done={said}&renewed={renewed}#adjustments"), &kept)
}

/// Puts somebody on duty, or in somebody's stead where `replaces` names one.
#[server(name = PostKeeper, endpoint = "office/rooms-post")]
pub async fn post(
    plan: String,
    #[server(default)] block: String,
    #[server(default)] replaces: String,
    #[server(default)] duty: String,
    #[server(default)] keeper: String,
    #[server(default)] unit: String,
    #[server(default)] card_no: String,
    #[server(default)] card_until: String,
    #[server(default)] why: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = async {
        let until = match card_until.trim() {
            "" => None,
            text => Some(typed_day(text).ok_or_else(|| fault("card_until", "证件有效期", Problem::NotADate))?),
        };
        let one = Keeper {
            name: keeper.clone(),
            unit: unit.clone(),
            duty: Duty::parse(&duty).unwrap_or(Duty::Invigilator),
            card_no: card_no.clone(),
            card_until: until,
        };
        let done = if replaces.is_empty() {
            let Place { session, room, .. } = place(&block, "1")?;
            records::rooms::post(&records, &member, id, session, room, &one).await
        } else {
            records::rooms::replace(&records, &member, id, &replaces, &one, &why).await
        };
        done.map_err(crate::failure::from_records)
    }
    .await;
    let kept = [
        ("form", "keeper".to_owned()),
        ("block", block),
        ("replaces", replaces),
        ("duty", duty),
        ("keeper", keeper),
        ("unit", unit),
        ("card_no", card_no),
        ("card_until", card_until),
        ("why", why),
    ];
    settle(out, id, "#keeper", |()| "done=keeper#watch".to_owned(), &kept)
}

/// Takes somebody off duty.
#[server(name = RelieveKeeper, endpoint = "office/rooms-relieve")]
pub async fn relieve(plan: String, keeper: String, #[server(default)] why: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = records::rooms::relieve(&records, &member, id, &keeper, &why).await;
    let out = out.map_err(crate::failure::from_records);
    settle(
        out,
        id,
        "#watch",
        |()| "done=keeper#watch".to_owned(),
        &[("form", format!("relieve {keeper}")), ("why", why)],
    )
}

/// Answers a candidate's request.
#[server(name = AnswerSeatRequest, endpoint = "office/rooms-answer")]
pub async fn answer(plan: String, request: String, #[server(default)] words: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = records::rooms::answer(&records, &member, id, &request, &words).await;
    let out = out.map_err(crate::failure::from_records);
    let kept = [("form", format!("request {request}")), ("words", words)];
    settle(out, id, "#requests", |()| "done=answered#requests".to_owned(), &kept)
}

fn fault(key: &str, label: &str, problem: Problem) -> Failure {
    Refusal::Answers(vec![FieldFault { key: key.into(), label: label.into(), problem }]).into()
}

/// A seat of a block: `session.room`, and its number as typed.
fn place(block: &str, seat: &str) -> Result<Place, Failure> {
    let parts = block.split_once('.').and_then(|(session, room)| Some((session.parse().ok()?, room.parse().ok()?)));
    let (session, room) = parts.ok_or(Refusal::from(SeatingRefusal::NoSeat))?;
    if seat.trim().is_empty() {
        return Err(fault("seat", "几号座位", Problem::Missing));
    }
    let seat = typed_number(seat).ok_or(Refusal::from(SeatingRefusal::NoSeat))?;
    Ok(Place { session, room, seat })
}

/// A time of day of the form: what was typed, its key and its label.
fn moment(day: &str, (time, key, label): (&str, &str, &str)) -> Result<Timestamp, Failure> {
    let on = typed_day(day).ok_or_else(|| {
        fault("s-day", "日期", if day.trim().is_empty() { Problem::Missing } else { Problem::NotADate })
    })?;
    let at = match time.trim() {
        "" => return Err(fault(key, label, Problem::Missing)),
        time => typed_clock(time).ok_or_else(|| Refusal::from(SeatingRefusal::NotAClock { label: label.into() }))?,
    };
    Ok(Timestamp::from_shanghai(on.and_time(at)))
}

fn optional(label: &str, text: &str, least: u16, most: u16) -> Result<Option<u16>, Failure> {
    if text.trim().is_empty() { Ok(None) } else { number(label, text, least, most).map(Some) }
}

fn number(label: &str, text: &str, least: u16, most: u16) -> Result<u16, Failure> {
    let read = typed_number::<u16>(text).filter(|number| (least..=most).contains(number));
    read.ok_or_else(|| Refusal::from(SeatingRefusal::Number { label: label.into(), least, most }).into())
}

/// Back to the page of the plan: with what was done, or with what was typed and why it was refused.
fn settle<T>(
    out: Result<T, Failure>,
    plan: PlanId,
    back: &str,
    done: impl FnOnce(&T) -> String,
    typed: &[(&str, String)],
) -> Result<(), Failure> {
    let here = paths::office_rooms(plan);
    let next = |value: &T| format!("{here}?{}", done(value));
    let typed = typed.iter().map(|(key, text)| ((*key).to_owned(), text.clone())).collect();
    crate::again::ssr::settle(out, next, &format!("{here}{back}"), typed).map(drop)
}
