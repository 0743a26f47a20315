//! Rooms, sessions, the way to the place, and what was granted to people.

use super::ground::{Ground, Known, chain, held, save};
use super::tickets;
use crate::entity::seating;
use crate::keys::place;
use crate::{Error, Records, Tx, history, sql};
use domain::account::StaffMember;
use domain::form::{FieldFault, Problem};
use domain::ids::{ApplicationId, PlanId, RoomId, SessionId, SiteId};
use domain::page::mine::What;
use domain::page::rooms::SeatingRefusal;
use domain::refusal::Refusal;
use domain::seating::{MOST_SIDE, Needs};
use domain::time::Timestamp;
use sea_orm::Value;
use serde_json::json;

/// Longest name of a room, address or note, in characters.
const LONGEST: usize = 120;
/// Most rooms that are added at once.
const MOST_ROOMS: u16 = 200;
/// Longest session, in milliseconds.
const LONGEST_SESSION: i64 = 12 * 3_600_000;
/// Most extra minutes.
const MOST_EXTRA: u16 = 240;

/// A room as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoomTyped {
    /// The room that is changed; none for a new one.
    pub id: Option<RoomId>,
    /// Name.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// Its site.
    pub site: Option<SiteId>,
    /// Rows.
    pub rows: u16,
    /// Seats of a row.
    pub columns: u16,
    /// Seats that may be used; none for all.
    pub capacity: Option<u16>,
    /// Whether it is reached without stairs.
    pub ground_floor: bool,
    /// The only subject that it serves; empty for all.
    pub subject: String,
    /// How many such rooms; their names count on: 3, 4, 5.
    pub count: u16,
}

/// A session as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionTyped {
    /// The session that is changed; none for a new one.
    pub id: Option<SessionId>,
    /// 科目
    pub subject: String,
    /// 机考 90 分钟
    pub note: String,
    /// Begin.
    pub from: Timestamp,
    /// End.
    pub to: Timestamp,
    /// Minutes before the begin from which people may enter.
    pub entry_minutes: u16,
    /// Minutes after the begin until which people may still enter.
    pub late_minutes: u16,
}

struct Change {
    ground: Ground,
    tx: Tx,
    row: seating::Model,
}

impl Change {
    async fn begin(records: &Records, member: &StaffMember, plan: PlanId) -> Result<Change, Error> {
        let ground = Ground::managed(records, member, plan).await?;
        let tx = records.begin().await?;
        let row = held(&tx, plan).await?;
        Ok(Change { ground, tx, row })
    }

    /// Writes it down; gives how many tickets have a new version now.
    async fn end(
        mut self,
        records: &Records,
        member: &StaffMember,
        what: What,
        detail: serde_json::Value,
    ) -> Result<u32, Error> {
        let actor = history::Actor::from(member);
        history::append(&self.tx, records.now(), &chain(self.ground.plan.id), &actor, what, detail).await?;
        let renewed = tickets::follow(records, &mut self.tx, &self.ground, &mut self.row, &actor).await?;
        save(&self.tx, &mut self.row).await?;
        self.tx.commit().await?;
        Ok(renewed)
    }

    /// Whether a room or session belongs to this plan.
    async fn owns(&self, table: &str, id: &str) -> Result<(), Error> {
        let text = format!("SELECT COUNT(*) FROM {table} WHERE id = $1 AND plan_id = $2");
        let found = sql::number(&self.tx.db, &text, vec![id.into(), self.ground.plan.id.to_string().into()]).await?;
        if found == Some(1) { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Whether subject and site of a room are among those of this plan.
    async fn ensure_offered(&self, typed: &RoomTyped) -> Result<(), Error> {
        let refused = |key: &str, label: &str| Refusal::Answers(vec![fault(key, label, Problem::NotOffered)]);
        if !typed.subject.is_empty() && !self.ground.plan.subjects.contains(&typed.subject) {
            return Err(refused("subject", "科目").into());
        }
        let Some(site) = typed.site else { return Ok(()) };
        match self.owns("plan_site", &site.to_string()).await {
            Err(Error::NotFound) => Err(refused("site", "考点").into()),
            other => other,
        }
    }

    /// Whether no other session of this plan is of this subject at this time: a form sent twice adds one.
    async fn ensure_new(&self, typed: &SessionTyped) -> Result<(), Error> {
        let text =
            "SELECT COUNT(*) FROM exam_session WHERE plan_id = $1 AND subject = $2 AND starts_at = $3 AND ends_at = $4
                      AND id <> $5";
        let own = typed.id.map(|id| id.to_string()).unwrap_or_default();
        let subject = typed.subject.clone();
        let plan = self.ground.plan.id.to_string();
        let values = vec![plan.into(), subject.clone().into(), typed.from.0.into(), typed.to.0.into(), own.into()];
        match sql::number(&self.tx.db, text, values).await? {
            Some(0) => Ok(()),
            _ => Err(SeatingRefusal::SessionTwice { subject, from: typed.from }.into()),
        }
    }

    /// Whether no other room of this plan has one of these names.
    async fn ensure_unused(&self, names: &[String], own: Option<RoomId>) -> Result<(), Error> {
        let own = own.map(|id| id.to_string()).unwrap_or_default();
        let text = "SELECT COUNT(*) FROM exam_room WHERE plan_id = $1 AND name = $2 AND id <> $3";
        for name in names {
            let plan = self.ground.plan.id.to_string();
            let values = vec![plan.into(), name.clone().into(), own.clone().into()];
            if sql::number(&self.tx.db, text, values).await? != Some(0) {
                return Err(SeatingRefusal::RoomTwice(name.clone()).into());
            }
        }
        Ok(())
    }
}

/// The seats of a room: those that are said, or as many as rows and columns have.
fn seats_of(typed: &RoomTyped) -> Result<u32, Error> {
    for (label, side) in [("排数", typed.rows), ("每排座位", typed.columns)] {
        if !(1..=MOST_SIDE).contains(&side) {
            return Err(SeatingRefusal::Number { label: label.into(), least: 1, most: MOST_SIDE }.into());
        }
    }
    let most = u32::from(typed.rows) * u32::from(typed.columns);
    let seats = typed.capacity.map_or(most, u32::from);
    if (1..=most).contains(&seats) { Ok(seats) } else { Err(SeatingRefusal::RoomSize { seats, most }.into()) }
}

/// Adds rooms, or changes one; gives how many tickets say something else now.
pub async fn save_room(records: &Records, member: &StaffMember, plan: PlanId, typed: &RoomTyped) -> Result<u32, Error> {
    let mut faults = Vec::new();
    let name = named(&typed.name, "name", "名称或编号", true, &mut faults);
    let address = named(&typed.address, "address", "地点", false, &mut faults);
    if !faults.is_empty() {
        return Err(Refusal::Answers(faults).into());
    }
    let capacity = seats_of(typed)?;
    let change = Change::begin(records, member, plan).await?;
    change.ensure_offered(typed).await?;
    let names = match typed.id {
        Some(_) => vec![name],
        None => counted(&name, typed.count.clamp(1, MOST_ROOMS)),
    };
    change.ensure_unused(&names, typed.id).await?;
    let facts = |name: &str| -> Vec<Value> {
        vec![
            typed.site.map(|site| site.to_string()).into(),
            name.to_owned().into(),
            address.clone().into(),
            typed.subject.clone().into(),
            i64::from(typed.rows).into(),
            i64::from(typed.columns).into(),
            i64::from(capacity).into(),
            i64::from(typed.ground_floor).into(),
        ]
    };
    if let (Some(id), Some(name)) = (typed.id, names.first()) {
        change.owns("exam_room", &id.to_string()).await?;
        let mut values = facts(name);
        values.push(id.to_string().into());
        let text = "UPDATE exam_room SET site_id = $1, name = $2, address = $3, subject = $4, seat_rows = $5,
                    seat_columns = $6, capacity = $7, ground_floor = $8 WHERE id = $9";
        sql::run(&change.tx.db, text, values).await?;
    } else {
        for (at, name) in names.iter().enumerate() {
            let now = records.now();
            let mut values = facts(name);
            let later = i64::try_from(at).unwrap_or_default();
            let id = records.chance().id(now).to_string();
            values.extend([id.into(), plan.to_string().into(), (now.0 + later).into()]);
            let text = "INSERT INTO exam_room (site_id, name, address, subject, seat_rows, seat_columns, capacity,
                        ground_floor, id, plan_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
            sql::run(&change.tx.db, text, values).await?;
        }
    }
    change.end(records, member, What::RoomsChanged, json!({ "rooms": names, "seats": capacity })).await
}

/// Removes a room in which nobody sits.
pub async fn drop_room(records: &Records, member: &StaffMember, plan: PlanId, id: RoomId) -> Result<(), Error> {
    let change = Change::begin(records, member, plan).await?;
    drop_one(&change, "exam_room", "room_id", &id.to_string()).await?;
    change.end(records, member, What::RoomsChanged, json!({ "dropped_room": id })).await.map(drop)
}

/// Adds a session, or changes one; gives how many tickets say something else now.
pub async fn save_session(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    typed: &SessionTyped,
) -> Result<u32, Error> {
    let mut faults = Vec::new();
    let note = named(&typed.note, "note", "说明", false, &mut faults);
    if !faults.is_empty() {
        return Err(Refusal::Answers(faults).into());
    }
    let length = typed.to.since(typed.from);
    if length <= 0 || length > LONGEST_SESSION {
        return Err(SeatingRefusal::TimesOutOfOrder.into());
    }
    // Whoever comes after the end is not late, but absent.
    let minutes = u16::try_from(length / 60_000).unwrap_or(u16::MAX).min(240);
    if typed.late_minutes > minutes {
        return Err(SeatingRefusal::Number { label: "迟到几分钟不能进".into(), least: 0, most: minutes }.into());
    }
    let change = Change::begin(records, member, plan).await?;
    if !change.ground.plan.subjects.contains(&typed.subject) {
        return Err(Refusal::Answers(vec![fault("subject", "科目", Problem::NotOffered)]).into());
    }
    let exam_on = change.ground.plan.exam_on;
    if typed.from.day() < exam_on {
        return Err(SeatingRefusal::BeforeExamDay { exam_on }.into());
    }
    change.ensure_new(typed).await?;
    let mut values: Vec<Value> = vec![
        typed.subject.clone().into(),
        note.into(),
        typed.from.0.into(),
        typed.to.0.into(),
        i64::from(typed.entry_minutes.min(240)).into(),
        i64::from(typed.late_minutes.min(240)).into(),
    ];
    if let Some(id) = typed.id {
        change.owns("exam_session", &id.to_string()).await?;
        values.push(id.to_string().into());
        // A session with people keeps its subject: their seats are seats in it.
        let text = "SELECT COUNT(*) FROM exam_seat WHERE session_id = $1 AND subject <> $2";
        let asked = vec![id.to_string().into(), typed.subject.clone().into()];
        let people = sql::number(&change.tx.db, text, asked).await?.unwrap_or_default();
        if people > 0 {
            return Err(SeatingRefusal::InUse { people: u32::try_from(people).unwrap_or(u32::MAX) }.into());
        }
        let text = "UPDATE exam_session SET subject = $1, note = $2, starts_at = $3, ends_at = $4, entry_minutes = $5,
                    late_minutes = $6 WHERE id = $7";
        sql::run(&change.tx.db, text, values).await?;
    } else {
        let now = records.now();
        values.extend([records.chance().id(now).to_string().into(), plan.to_string().into(), now.0.into()]);
        let text = "INSERT INTO exam_session (subject, note, starts_at, ends_at, entry_minutes, late_minutes, id, plan_id, created_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        sql::run(&change.tx.db, text, values).await?;
    }
    let detail = json!({ "subject": typed.subject, "from": typed.from, "to": typed.to });
    change.end(records, member, What::RoomsChanged, detail).await
}

/// Removes a session in which nobody sits.
pub async fn drop_session(records: &Records, member: &StaffMember, plan: PlanId, id: SessionId) -> Result<(), Error> {
    let change = Change::begin(records, member, plan).await?;
    drop_one(&change, "exam_session", "session_id", &id.to_string()).await?;
    change.end(records, member, What::RoomsChanged, json!({ "dropped_session": id })).await.map(drop)
}

async fn drop_one(change: &Change, table: &str, column: &str, id: &str) -> Result<(), Error> {
    change.owns(table, id).await?;
    for users in ["exam_seat", "room_staff"] {
        let still = if users == "room_staff" { " AND gone_at IS NULL" } else { "" };
        let text = format!("SELECT COUNT(*) FROM {users} WHERE {column} = $1{still}");
        let people = sql::number(&change.tx.db, &text, vec![id.into()]).await?.unwrap_or_default();
        if people > 0 {
            return Err(SeatingRefusal::InUse { people: u32::try_from(people).unwrap_or(u32::MAX) }.into());
        }
    }
    sql::run(&change.tx.db, &format!("DELETE FROM room_staff WHERE {column} = $1"), vec![id.into()]).await?;
    sql::run(&change.tx.db, &format!("DELETE FROM {table} WHERE id = $1"), vec![id.into()]).await?;
    Ok(())
}

/// How to get there, as tickets say it: lines, the first in ink.
pub async fn keep_route(records: &Records, member: &StaffMember, plan: PlanId, route: &str) -> Result<u32, Error> {
    let mut faults = Vec::new();
    let route = named(route, "route", "怎么去", false, &mut faults);
    if !faults.is_empty() {
        return Err(Refusal::Answers(faults).into());
    }
    let mut change = Change::begin(records, member, plan).await?;
    change.row.route.clone_from(&route);
    change.end(records, member, What::RoomsChanged, json!({ "route": route })).await
}

/// 合理便利: grants a room without stairs or extra time to somebody who sits the exam; nothing takes it back.
pub async fn grant(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    number: &str,
    needs: Needs,
    reason: &str,
) -> Result<u32, Error> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(SeatingRefusal::NoReason.into());
    }
    if needs.extra_minutes > MOST_EXTRA {
        return Err(SeatingRefusal::Number { label: "延长几分钟".into(), least: 0, most: MOST_EXTRA }.into());
    }
    let change = Change::begin(records, member, plan).await?;
    let known = Known::load(records, &change.tx.db, &change.ground).await?;
    let wanted = number.trim();
    let found: Vec<ApplicationId> = known
        .hall
        .people
        .iter()
        .map(|person| person.id)
        .filter(|id| known.names.get(id).is_some_and(|named| named.number == wanted || named.name == wanted))
        .collect();
    // Two people of one name are told apart by their numbers.
    let id = match found.as_slice() {
        [id] => *id,
        _ => return Err(Refusal::Answers(vec![fault("number", "报名号或姓名", Problem::NotOffered)]).into()),
    };
    let key = id.to_string();
    if needs == Needs::default() {
        let gone = "DELETE FROM adjustment WHERE application_id = $1";
        if sql::run(&change.tx.db, gone, vec![key.clone().into()]).await?.rows_affected() == 0 {
            return Err(SeatingRefusal::NothingToGrant.into());
        }
    } else {
        let sealed = records.inner.keys.seal(&place("adjustment", "reason", &key), reason.as_bytes())?;
        sql::run(
            &change.tx.db,
            "INSERT INTO adjustment (application_id, plan_id, ground_floor, extra_minutes, reason_sealed, staff_id, staff_name, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (application_id) DO UPDATE SET ground_floor = excluded.ground_floor,
                extra_minutes = excluded.extra_minutes, reason_sealed = excluded.reason_sealed,
                staff_id = excluded.staff_id, staff_name = excluded.staff_name, at = excluded.at",
            vec![
                key.clone().into(),
                plan.to_string().into(),
                i64::from(needs.ground_floor).into(),
                i64::from(needs.extra_minutes).into(),
                sealed.into(),
                member.id.to_string().into(),
                member.name.clone().into(),
                records.now().0.into(),
            ],
        )
        .await?;
    }
    let detail = json!({ "case": key, "ground_floor": needs.ground_floor, "extra_minutes": needs.extra_minutes });
    change.end(records, member, What::AdjustmentGranted, detail).await
}

fn fault(key: &str, label: &str, problem: Problem) -> FieldFault {
    FieldFault { key: key.into(), label: label.into(), problem }
}

fn named(text: &str, key: &str, label: &str, required: bool, faults: &mut Vec<FieldFault>) -> String {
    let text = text.trim().to_owned();
    let length = text.chars().count();
    if required && length == 0 {
        faults.push(fault(key, label, Problem::Missing));
    } else if length > LONGEST {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        faults.push(fault(key, label, Problem::TooLong { length: count(length), limit: count(LONGEST) }));
    }
    text
}

/// Names that count on from the first: `3` gives 3, 4, 5; `机房 A` gives 机房 A1, 机房 A2.
fn counted(first: &str, count: u16) -> Vec<String> {
    if count <= 1 {
        return vec![first.to_owned()];
    }
    let stem = first.trim_end_matches(|ch: char| ch.is_ascii_digit());
    let from: u32 = first[stem.len()..].parse().unwrap_or(1);
    (0..u32::from(count)).map(|at| format!("{stem}{}", from + at)).collect()
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn names_count_on() {
        assert_eq!(counted("203", 1), ["203"]);
        assert_eq!(counted("第9", 3), ["第9", "第10", "第11"]);
        assert_eq!(counted("机房 A", 2), ["机房 A1", "机房 A2"]);
    }
}
