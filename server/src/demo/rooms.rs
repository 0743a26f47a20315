//! Rooms and sessions of the plan that people of the demonstration applied for: one press seats them.

use super::cases::PLAN;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use domain::account::StaffMember;
use domain::ids::PlanId;
use domain::time::Timestamp;
use records::rooms::{self, RoomTyped, SessionTyped};
use records::{Error, Records};

const ROUTE: &str = "地铁 2 号线学院路站，B 口步行 6 分钟";

/// Enters them, if the plan has none yet.
pub(super) async fn furnish(records: &Records, manager: &StaffMember) -> Result<(), Error> {
    let plan = records::plans::by_number(records, PLAN).await?;
    if !rooms::page(records, manager, plan.id, None).await?.rooms.is_empty() {
        return Ok(());
    }
    let theory = RoomTyped {
        name: "1".into(),
        address: "清河考点　理论楼 2 层机房".into(),
        rows: 6,
        columns: 5,
        subject: plan.subjects.first().cloned().unwrap_or_default(),
        count: 2,
        ..RoomTyped::default()
    };
    let ground = RoomTyped {
        name: "3".into(),
        address: "清河考点　理论楼 1 层 103 室".into(),
        rows: 3,
        columns: 4,
        ground_floor: true,
        count: 1,
        ..RoomTyped::default()
    };
    let skill = RoomTyped {
        name: "实训1".into(),
        address: "清河考点　实训中心 2 楼".into(),
        rows: 4,
        columns: 5,
        subject: plan.subjects.get(1).cloned().unwrap_or_default(),
        count: 1,
        ..RoomTyped::default()
    };
    for typed in [theory, ground, skill] {
        rooms::save_room(records, manager, plan.id, &typed).await?;
    }
    let times = [("机考", (9, 0), (10, 30)), ("", (13, 30), (16, 0))];
    for (subject, (note, from, to)) in plan.subjects.iter().zip(times) {
        let typed = SessionTyped {
            id: None,
            subject: subject.clone(),
            note: note.to_owned(),
            from: at(plan.exam_on, from),
            to: at(plan.exam_on, to),
            entry_minutes: 30,
            late_minutes: 15,
        };
        rooms::save_session(records, manager, plan.id, &typed).await?;
    }
    rooms::keep_route(records, manager, plan.id, ROUTE).await.map(drop)
}

/// One room for both parts of a small exam, whose theory begins at this moment.
pub(super) async fn small(
    records: &Records,
    manager: &StaffMember,
    plan: PlanId,
    begins: Timestamp,
) -> Result<(), Error> {
    let plan = records::plans::get(records, plan).await?;
    let room = RoomTyped {
        name: "1".into(),
        address: "清河考点　理论楼 2 层机房".into(),
        rows: 4,
        columns: 5,
        count: 1,
        ..RoomTyped::default()
    };
    rooms::save_room(records, manager, plan.id, &room).await?;
    for (subject, (from, minutes)) in plan.subjects.iter().zip([(0, 60), (75, 90)]) {
        let from = begins.plus(TimeDelta::minutes(from));
        let typed = SessionTyped {
            id: None,
            subject: subject.clone(),
            note: String::new(),
            from,
            to: from.plus(TimeDelta::minutes(minutes)),
            entry_minutes: 30,
            late_minutes: 15,
        };
        rooms::save_session(records, manager, plan.id, &typed).await?;
    }
    rooms::keep_route(records, manager, plan.id, ROUTE).await.map(drop)
}

fn at(day: NaiveDate, (hour, minute): (u32, u32)) -> Timestamp {
    Timestamp::from_shanghai(day.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()))
}
