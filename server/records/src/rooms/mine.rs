//! What the ticket of one application says, and whether it can be printed.

use super::board::published;
use crate::entity::seating;
use crate::{Error, sql};
use domain::application::printing::TicketStand;
use domain::ids::{ApplicationId, PlanId};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter};
use std::collections::{HashMap, HashSet};

/// The seats that a ticket names.
pub(crate) struct TicketSeats {
    pub number: String,
    pub version: i64,
    pub issued_at: Timestamp,
    /// In order of time.
    pub papers: Vec<PaperSeat>,
    /// How to get there.
    pub route: String,
    /// Minutes more than others have.
    pub extra_minutes: i64,
}

/// One of them.
#[derive(FromQueryResult)]
pub(crate) struct PaperSeat {
    pub subject: String,
    pub note: String,
    pub starts_at: i64,
    pub ends_at: i64,
    pub entry_minutes: i64,
    pub late_minutes: i64,
    pub room: String,
    pub address: String,
    pub seat: i64,
}

/// How the tickets of a plan stand.
pub(crate) async fn stand<C: ConnectionTrait>(db: &C, plan: &str) -> Result<TicketStand, Error> {
    Ok(stands_of(db, &[plan.to_owned()]).await?.remove(plan).unwrap_or_default())
}

/// How the tickets of some plans stand; plans that arrange no seats are left out.
pub(crate) async fn stands_of<C: ConnectionTrait>(
    db: &C,
    plans: &[String],
) -> Result<HashMap<String, TicketStand>, Error> {
    let rows = seating::Entity::find().filter(seating::Column::PlanId.is_in(plans.iter().cloned())).all(db).await?;
    let stand = |row: seating::Model| {
        let stand = match published(Some(&row))? {
            Some((_, window)) => TicketStand::Out(window),
            None => TicketStand::Pending,
        };
        Ok((row.plan_id, stand))
    };
    rows.into_iter().map(stand).collect()
}

/// The seats of one application; none before its ticket was given out.
pub(crate) async fn seats_of<C: ConnectionTrait>(db: &C, application: &str) -> Result<Option<TicketSeats>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        number: String,
        version: i64,
        issued_at: i64,
        route: String,
        extra_minutes: Option<i64>,
    }
    let row: Option<Row> = sql::one(
        db,
        "SELECT t.number, t.version, t.issued_at, s.route, j.extra_minutes FROM admission_ticket t
         JOIN seating s ON s.plan_id = t.plan_id LEFT JOIN adjustment j ON j.application_id = t.application_id
         WHERE t.application_id = $1",
        vec![application.into()],
    )
    .await?;
    let Some(row) = row else { return Ok(None) };
    let papers: Vec<PaperSeat> = sql::all(
        db,
        "SELECT e.subject, s.note, s.starts_at, s.ends_at, s.entry_minutes, s.late_minutes, r.name AS room, r.address, e.seat
         FROM exam_seat e JOIN exam_session s ON s.id = e.session_id JOIN exam_room r ON r.id = e.room_id
         WHERE e.application_id = $1 ORDER BY s.starts_at, e.subject",
        vec![application.into()],
    )
    .await?;
    Ok((!papers.is_empty()).then_some(TicketSeats {
        number: row.number,
        version: row.version,
        issued_at: Timestamp(row.issued_at),
        papers,
        route: row.route,
        extra_minutes: row.extra_minutes.unwrap_or_default(),
    }))
}

/// Everybody with a ticket and a seat, in the order of time, room and seat of their first paper.
pub(crate) async fn by_seat<C: ConnectionTrait>(db: &C, plan: PlanId) -> Result<Vec<ApplicationId>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        application_id: String,
    }
    let rows: Vec<Row> = sql::all(
        db,
        "SELECT e.application_id FROM exam_seat e JOIN exam_session s ON s.id = e.session_id
         JOIN exam_room r ON r.id = e.room_id JOIN admission_ticket t ON t.application_id = e.application_id
         JOIN application a ON a.id = e.application_id AND a.stage = 'approved'
         WHERE e.plan_id = $1 ORDER BY s.starts_at, s.id, r.created_at, r.id, e.seat",
        vec![plan.to_string().into()],
    )
    .await?;
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for row in rows {
        let id = row.application_id.parse().map_err(|_| Error::bad_row("exam_seat", &row.application_id, "id"))?;
        if seen.insert(id) {
            all.push(id);
        }
    }
    Ok(all)
}
