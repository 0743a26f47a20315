//! What people see of a line: everybody how long it is and how it moved, each their own place.

use crate::{Error, Records, sql};
use domain::ids::{AccountId, ApplicationId, PlanId};
use domain::places::{Line, Place, PlaceState};
use domain::time::Timestamp;
use domain::timeline::RegistrationWindow;
use sea_orm::FromQueryResult;
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct Counted {
    waiting: i64,
    offered: i64,
    moved: i64,
    last: Option<i64>,
    hours: Option<i64>,
}

/// The line of a plan. Hours are those of its newest place; 0 where nobody ever waited.
pub async fn line(records: &Records, plan: PlanId) -> Result<Line, Error> {
    let counted: Option<Counted> = sql::one(
        records.read(),
        "SELECT COALESCE(SUM(CASE WHEN w.state = 'waiting' AND a.stage = 'draft' THEN 1 ELSE 0 END), 0) AS waiting,
                COALESCE(SUM(CASE WHEN w.state = 'offered' THEN 1 ELSE 0 END), 0) AS offered,
                COALESCE(SUM(CASE WHEN w.offered_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS moved,
                MAX(w.offered_at) AS last, MAX(w.hours) AS hours
         FROM waiting_place w JOIN application a ON a.id = w.application_id WHERE w.plan_id = $1",
        vec![plan.to_string().into()],
    )
    .await?;
    let small = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(counted.map_or_else(Line::default, |one| Line {
        waiting: small(one.waiting),
        offered: small(one.offered),
        moved: small(one.moved),
        last: one.last.map(Timestamp),
        hours: small(one.hours.unwrap_or(0)),
    }))
}

#[derive(FromQueryResult)]
struct Mine {
    application_id: String,
    plan_id: String,
    state: String,
    joined_at: i64,
    until_at: Option<i64>,
    site: Option<String>,
    ahead: i64,
}

const MINE: &str = "SELECT w.application_id, w.plan_id, w.state, w.joined_at, w.until_at, s.name AS site,
        (SELECT COUNT(*) FROM waiting_place b JOIN application x ON x.id = b.application_id
         WHERE b.plan_id = w.plan_id AND b.turn < w.turn AND b.state = 'waiting' AND x.stage = 'draft') AS ahead
     FROM waiting_place w JOIN application a ON a.id = w.application_id LEFT JOIN plan_site s ON s.id = w.site_id";

/// The newest place of a draft: how many are ahead, or until when a seat is held. None where it never waited, or was
/// handed in.
pub async fn place(records: &Records, id: ApplicationId) -> Result<Option<Place>, Error> {
    let question = format!("{MINE} WHERE w.application_id = $1 AND a.stage = 'draft' ORDER BY w.turn DESC LIMIT 1");
    match sql::one::<Mine, _>(records.read(), &question, vec![id.to_string().into()]).await? {
        Some(mine) => Ok(Some(shown(records, mine).await?)),
        None => Ok(None),
    }
}

/// The open places of a person, by application.
pub(crate) async fn places_of(records: &Records, account: AccountId) -> Result<HashMap<String, Place>, Error> {
    let question = format!("{MINE} WHERE a.account_id = $1 AND a.stage = 'draft' AND w.state IN ('waiting','offered')");
    let rows: Vec<Mine> = sql::all(records.read(), &question, vec![account.to_string().into()]).await?;
    let mut places = HashMap::with_capacity(rows.len());
    for mine in rows {
        places.insert(mine.application_id.clone(), shown(records, mine).await?);
    }
    Ok(places)
}

async fn shown(records: &Records, mine: Mine) -> Result<Place, Error> {
    let bad = |why: &str| Error::bad_row("waiting_place", &mine.application_id, why);
    let mut state = PlaceState::parse(&mine.state).ok_or_else(|| bad("state"))?;
    let until = mine.until_at.map(Timestamp);
    // The clock has passed it; the row will follow in a moment.
    if state == PlaceState::Offered && until.is_some_and(|until| until < records.now()) {
        state = PlaceState::Passed;
    }
    Ok(Place {
        state,
        ahead: u32::try_from(mine.ahead).unwrap_or(u32::MAX),
        joined: Timestamp(mine.joined_at),
        until,
        site: mine.site.unwrap_or_default(),
        line: line(records, mine.plan_id.parse().map_err(|_| bad("plan"))?).await?,
    })
}

/// Until when somebody may hand in: to the end of an offer, where that is later than registration. Whoever waits in a
/// line that goes on has nothing to hand in, and nothing has ended either.
pub(crate) fn window_of(
    window: RegistrationWindow,
    place: Option<&Place>,
    review_close: Timestamp,
) -> RegistrationWindow {
    let closes = match place {
        Some(Place { state: PlaceState::Offered, until: Some(until), .. }) => window.closes.max(*until),
        Some(Place { state: PlaceState::Waiting, .. }) => window.closes.max(review_close),
        _ => window.closes,
    };
    RegistrationWindow { closes, ..window }
}
