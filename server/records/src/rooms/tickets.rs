//! 准考证: numbers by the procedure's pattern, a version that counts up whenever a ticket would say something else.

use super::ground::{AT_ONCE, Ground, Known, held, save};
use crate::entity::{admission_ticket as ticket, application, seating};
use crate::history::{Actor, NewLine};
use crate::keys::digest;
use crate::live::outbox::News;
use crate::messages::{self, Telling};
use crate::{Error, Records, Tx, history, live, plans, sql};
use chrono::NaiveDate;
use domain::account::StaffMember;
use domain::ids::{ApplicationId, PlanId, SiteId};
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::page::rooms::SeatingRefusal;
use domain::plan::Plan;
use domain::profile::Profile;
use domain::seating::{ticket_no, ticket_window, verify};
use domain::time::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// 发布: everybody with all seats gets a ticket, to be printed from `opens` to the last exam day. Done again, it gives
/// tickets to who came later. Gives how many tickets were written.
pub async fn publish(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    opens: Option<NaiveDate>,
) -> Result<u32, Error> {
    let ground = Ground::managed(records, member, plan).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut row = held(&tx, plan).await?;
    let known = Known::load(records, &tx.db, &ground).await?;
    if known.seatings.is_empty() {
        return Err(SeatingRefusal::NotSeated.into());
    }
    let firm = verify(&known.hall, &known.seatings).iter().filter(|(.., conflict)| conflict.is_firm()).count();
    let unplaced = known.wanted().saturating_sub(known.seatings.len());
    if firm > 0 || unplaced > 0 {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        return Err(SeatingRefusal::Unfinished { conflicts: count(firm), unplaced: count(unplaced) }.into());
    }
    let days = known.hall.sessions.iter().map(|session| session.from.day());
    let (first, last) =
        days.fold((ground.plan.exam_on, ground.plan.exam_on), |(first, last), day| (first.min(day), last.max(day)));
    let window = match (&row.opens_on, opens) {
        // What was promised stays unless another day is asked for.
        (Some(known), None) => {
            let opens = known.parse().map_err(|_| Error::bad_row("seating", &row.plan_id, "opens_on"))?;
            domain::seating::TicketWindow { opens, closes: last }
        }
        _ => ticket_window(&ground.profile, opens, now.day(), first, last).map_err(SeatingRefusal::from)?,
    };
    row.opens_on = Some(window.opens.to_string());
    row.closes_on = Some(window.closes.to_string());
    row.published_at = row.published_at.or(Some(now.0));
    let written = issue(records, &mut tx, &ground, &known, &mut row, &Actor::from(member)).await?;
    save(&tx, &mut row).await?;
    tx.commit().await?;
    Ok(written)
}

/// After a change: once tickets are out, everybody whose ticket would say something else gets a new version.
pub(super) async fn follow(
    records: &Records,
    tx: &mut Tx,
    ground: &Ground,
    row: &mut seating::Model,
    actor: &Actor,
) -> Result<u32, Error> {
    if row.published_at.is_none() {
        return Ok(0);
    }
    let known = Known::load(records, &tx.db, ground).await?;
    let last = known.hall.sessions.iter().map(|session| session.from.day()).max();
    if let Some(last) = last {
        row.closes_on = Some(last.max(ground.plan.exam_on).to_string());
    }
    issue(records, tx, ground, &known, row, actor).await
}

/// The same after the plan itself was changed: a ticket names its place where the room has no address of its own.
pub(crate) async fn reissue(
    records: &Records,
    tx: &mut Tx,
    plan: Plan,
    profile: Arc<Profile>,
    actor: &Actor,
) -> Result<u32, Error> {
    let row = seating::Entity::find_by_id(plan.id.to_string()).lock_exclusive().one(&tx.db).await?;
    let Some(mut row) = row.filter(|row| row.published_at.is_some()) else { return Ok(0) };
    let written = follow(records, tx, &Ground { plan, profile }, &mut row, actor).await?;
    save(tx, &mut row).await?;
    Ok(written)
}

/// What a ticket says beside its seats.
struct Around<'a> {
    /// How to get there.
    route: &'a str,
    /// Where a room without an address is.
    place: &'a str,
    /// Names of the sites to choose from.
    sites: HashMap<SiteId, String>,
}

/// What a ticket says, in the order of time, and where its person sits first.
fn said(known: &Known, around: &Around<'_>) -> Vec<(ApplicationId, String)> {
    let sessions: HashMap<_, _> = known.sessions.iter().map(|line| (line.session.id, line)).collect();
    let rooms: HashMap<_, _> = known.rooms.iter().enumerate().map(|(at, line)| (line.room.id, (at, line))).collect();
    let chosen = |person: &domain::seating::Person| Some((person.id, around.sites.get(&person.site?)?.as_str()));
    let places: HashMap<ApplicationId, &str> = known.hall.people.iter().filter_map(chosen).collect();
    let mut of: HashMap<ApplicationId, BTreeMap<(i64, usize, u16), String>> = HashMap::new();
    for one in &known.seatings {
        let (Some(session), Some((at, room))) = (sessions.get(&one.place.session), rooms.get(&one.place.room)) else {
            continue;
        };
        let place = match room.address.as_str() {
            "" => places.get(&one.person).copied().unwrap_or(around.place),
            own => own,
        };
        let text = format!(
            "{}|{}|{}|{}|{}|{}|{}|{}|{}",
            session.session.subject,
            session.session.from.0,
            session.session.to.0,
            session.note,
            session.entry_minutes,
            session.late_minutes,
            room.room.name,
            place,
            one.place.seat
        );
        of.entry(one.person).or_default().insert((session.session.from.0, *at, one.place.seat), text);
    }
    let whole = |person: &domain::seating::Person| {
        let seats = of.get(&person.id).filter(|seats| seats.len() == person.subjects.len() && !seats.is_empty())?;
        let first = *seats.keys().next()?;
        let texts: Vec<&str> = seats.values().map(String::as_str).collect();
        let (name, extra) = (known.name(person.id), person.needs.extra_minutes);
        Some((first, person.id, digest(&format!("{}|{extra}|{name}|{}", texts.join("\n"), around.route))))
    };
    let mut all: Vec<_> = known.hall.people.iter().filter_map(whole).collect();
    all.sort();
    all.into_iter().map(|(_, id, said)| (id, said)).collect()
}

async fn issue(
    records: &Records,
    tx: &mut Tx,
    ground: &Ground,
    known: &Known,
    row: &mut seating::Model,
    actor: &Actor,
) -> Result<u32, Error> {
    let now = records.now();
    let plan = ground.plan.id;
    let sites = plans::sites(records, plan).await?.into_iter().map(|site| (site.id, site.name)).collect();
    let route = row.route.clone();
    let around = Around { route: &route, place: &ground.plan.site, sites };
    let changed = changed(tx, ground, said(known, &around), row, now).await?;
    let accounts = seat(records, tx, plan, &changed).await?;
    for some in changed.chunks(AT_ONCE) {
        write(tx, some).await?;
        let lines = some.iter().map(|one| NewLine {
            case: one.application_id.clone(),
            actor: actor.clone(),
            what: if one.version == 1 { What::TicketIssued } else { What::TicketReissued },
            detail: json!({ "number": one.number, "version": one.version, "text": format!("第 {} 版", one.version) }),
        });
        history::append_all(tx, now, lines.collect()).await?;
        let told = some.iter().filter_map(|one| {
            let account = accounts.get(&one.application_id)?;
            Some(telling(ground, row, one, account))
        });
        messages::tell_all(records, tx, now, told.collect()).await?;
    }
    // Who was approved once more has a ticket that says the same as before.
    sql::run(
        &tx.db,
        "UPDATE application SET exam = 'seated' WHERE plan_id = $1 AND stage = 'approved' AND exam = 'none'
         AND id IN (SELECT t.application_id FROM admission_ticket t JOIN exam_seat e ON e.application_id = t.application_id
                    WHERE t.plan_id = $1)",
        vec![plan.to_string().into()],
    )
    .await?;
    Ok(u32::try_from(changed.len()).unwrap_or(u32::MAX))
}

/// The tickets that say something else than before, or nothing yet: those get the next number of the plan.
async fn changed(
    tx: &Tx,
    ground: &Ground,
    said: Vec<(ApplicationId, String)>,
    row: &mut seating::Model,
    now: Timestamp,
) -> Result<Vec<ticket::Model>, Error> {
    let plan = ground.plan.id.to_string();
    let before = ticket::Entity::find().filter(ticket::Column::PlanId.eq(plan.as_str())).all(&tx.db).await?;
    let before: HashMap<String, ticket::Model> =
        before.into_iter().map(|ticket| (ticket.application_id.clone(), ticket)).collect();
    let mut changed = Vec::new();
    for (id, shown) in said {
        match before.get(&id.to_string()) {
            Some(old) if old.shown == shown => {}
            Some(old) => {
                let version = old.version + 1;
                changed.push(ticket::Model { shown, version, issued_at: now.0, ..old.clone() });
            }
            None => {
                row.last_seq += 1;
                let seq = u32::try_from(row.last_seq).unwrap_or(u32::MAX);
                changed.push(ticket::Model {
                    application_id: id.to_string(),
                    plan_id: plan.clone(),
                    number: ticket_no(&ground.profile, &ground.plan.number, seq),
                    version: 1,
                    shown,
                    issued_at: now.0,
                });
            }
        }
    }
    Ok(changed)
}

async fn write(tx: &Tx, some: &[ticket::Model]) -> Result<(), Error> {
    let rows = some.iter().cloned().map(|one| ticket::ActiveModel {
        application_id: Set(one.application_id),
        plan_id: Set(one.plan_id),
        number: Set(one.number),
        version: Set(one.version),
        shown: Set(one.shown),
        issued_at: Set(one.issued_at),
    });
    let again = OnConflict::column(ticket::Column::ApplicationId)
        .update_columns([ticket::Column::Version, ticket::Column::Shown, ticket::Column::IssuedAt])
        .to_owned();
    ticket::Entity::insert_many(rows).on_conflict(again).exec_without_returning(&tx.db).await?;
    Ok(())
}

/// What its candidate is told: that there is a ticket and from when on it can be printed, or that it says something else.
fn telling(ground: &Ground, row: &seating::Model, one: &ticket::Model, account: &str) -> Telling {
    let kind = if one.version == 1 { MessageKind::TicketPublished } else { MessageKind::TicketChanged };
    let telling = Telling::to_account(account, kind, &one.application_id, one.version)
        .agency(ground.plan.agency)
        .under(&one.plan_id, &one.application_id)
        .number(one.number.as_str());
    match row.opens_on.as_deref().and_then(|day| day.parse().ok()) {
        Some(day) => telling.at(Timestamp::start_of(day)),
        None => telling,
    }
}

/// `exam` becomes 考场已定; the pages of everybody concerned hear of it. Gives the account of each application.
async fn seat(
    records: &Records,
    tx: &mut Tx,
    plan: PlanId,
    changed: &[ticket::Model],
) -> Result<HashMap<String, String>, Error> {
    if changed.is_empty() {
        return Ok(HashMap::new());
    }
    // Held in the order of ids, as everywhere, so that nobody waits in a circle.
    let rows: Vec<(String, String, String, String, i64)> = application::Entity::find()
        .select_only()
        .columns([
            application::Column::Id,
            application::Column::AccountId,
            application::Column::AgencyId,
            application::Column::Region,
            application::Column::Revision,
        ])
        .filter(application::Column::PlanId.eq(plan.to_string()))
        .filter(application::Column::Stage.eq("approved"))
        .order_by_asc(application::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(&tx.db)
        .await?;
    let rows: HashMap<String, _> = rows.into_iter().map(|row| (row.0.clone(), row)).collect();
    for some in changed.chunks(AT_ONCE) {
        let places: Vec<String> = (1..=some.len()).map(|place| format!("${place}")).collect();
        let text = format!(
            "UPDATE application SET exam = CASE WHEN exam = 'none' THEN 'seated' ELSE exam END, revision = revision + 1
             WHERE id IN ({})",
            places.join(",")
        );
        let ids = some.iter().map(|one| one.application_id.clone().into()).collect();
        sql::run(&tx.db, &text, ids).await?;
        let mut news = Vec::with_capacity(some.len() * 3);
        for one in some {
            let Some((id, account, agency, region, revision)) = rows.get(&one.application_id) else { continue };
            let topics = [
                format!("account:{account}"),
                format!("application:{id}"),
                format!("agency:{agency}"),
                format!("region:{region}"),
            ];
            news.extend(topics.into_iter().map(|topic| News {
                topic,
                entity: id.clone(),
                version: revision + 1,
                kind: "ticket",
            }));
        }
        live::append(tx, records.now(), news).await?;
    }
    Ok(rows.into_values().map(|(id, account, ..)| (id, account)).collect())
}
