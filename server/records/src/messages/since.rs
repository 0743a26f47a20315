//! What has become of what a message asks for: a message stays as it was written, what can be done about it does not.

use super::letters::{Around, kind_of};
use super::places;
use crate::applications::load;
use crate::entity::message as row;
use crate::{Error, Records, plans, sql};
use domain::application::Stage;
use domain::application::axes::Money;
use domain::message::MessageKind as Kind;
use domain::page::messages::Since;
use domain::places::PlaceState;
use domain::time::Timestamp;
use sea_orm::FromQueryResult;
use std::collections::HashMap;

/// By message, for those that ask for something which is not to be done any more.
pub(super) async fn of(
    records: &Records,
    around: &Around,
    messages: &[row::Model],
) -> Result<HashMap<String, Since>, Error> {
    let offers = offers(records, messages).await?;
    let mut all = HashMap::new();
    for message in messages {
        let since = match kind_of(message)? {
            Kind::PaymentDue | Kind::PaymentSoon => payment(records, around, message).await?,
            Kind::Returned | Kind::CorrectionSoon => correction(records, around, message)?,
            Kind::PlaceOffered | Kind::PlaceSoon => offers.get(&message.entity).copied().flatten(),
            _ => None,
        };
        all.extend(since.map(|since| (message.id.clone(), since)));
    }
    Ok(all)
}

async fn payment(records: &Records, around: &Around, message: &row::Model) -> Result<Option<Since>, Error> {
    let (Some(case), Some(plan)) = (around.case(message), around.plan(message)) else { return Ok(None) };
    Ok(match load::stage_of(case)? {
        Stage::Approved { .. } => {
            let profile = plans::profile_of(records, plan).await?;
            match load::axes_of(case)?.at(&profile.payment, records.now()).money {
                Money::Paid => Some(Since::Paid),
                Money::Waived => Some(Since::Waived),
                Money::Agency => Some(Since::ByAgency),
                Money::Expired { .. } => Some(Since::Unpaid),
                Money::None | Money::Due { .. } => None,
            }
        }
        Stage::Draft | Stage::Submitted { .. } | Stage::Returned { .. } => Some(Since::Again),
        Stage::Rejected { .. } | Stage::Withdrawn { .. } => Some(Since::Ended),
    })
}

fn correction(records: &Records, around: &Around, message: &row::Model) -> Result<Option<Since>, Error> {
    let Some(case) = around.case(message) else { return Ok(None) };
    Ok(match load::stage_of(case)? {
        Stage::Returned { until, .. } if records.now() > until => Some(Since::Uncorrected),
        Stage::Draft | Stage::Returned { .. } => None,
        Stage::Submitted { .. } | Stage::Approved { .. } => Some(Since::Corrected),
        Stage::Rejected { .. } | Stage::Withdrawn { .. } => Some(Since::Ended),
    })
}

/// What became of offers, by the place that was offered.
async fn offers(records: &Records, messages: &[row::Model]) -> Result<HashMap<String, Option<Since>>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        state: String,
        until_at: Option<i64>,
    }
    let kinds = [Kind::PlaceOffered, Kind::PlaceSoon].map(Kind::as_str);
    let offered: Vec<&row::Model> = messages.iter().filter(|one| kinds.contains(&one.kind.as_str())).collect();
    if offered.is_empty() {
        return Ok(HashMap::new());
    }
    let text = format!("SELECT id, state, until_at FROM waiting_place WHERE id IN ({})", places(1, offered.len()));
    let values = offered.iter().map(|one| one.entity.clone().into()).collect();
    let rows: Vec<Row> = sql::all(records.read(), &text, values).await?;
    let now = records.now();
    let since = |one: &Row| match PlaceState::parse(&one.state) {
        Some(PlaceState::Seated) => Some(Since::Seated),
        Some(PlaceState::Offered) if one.until_at.map(Timestamp).is_none_or(|until| now <= until) => None,
        _ => Some(Since::PassedOn),
    };
    Ok(rows.into_iter().map(|one| (one.id.clone(), since(&one))).collect())
}
