//! Where an application stands, for who cannot sign in: by its number and the last four digits of the mobile.

use crate::accounts::throttle;
use crate::applications::{ground_of, load};
use crate::entity::{account, application};
use crate::keys::place;
use crate::{Error, Records};
use domain::account::SignInRefusal;
use domain::application::{Stage, progress};
use domain::message::MessageRefusal;
use domain::page::messages::Standing;
use domain::refusal::Refusal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// Most characters of a number.
const NUMBER_MAX: usize = 60;

/// Where an application stands. An unknown number and wrong digits get the same answer, none, after the same count of
/// tries: five, then the number rests like an account does.
pub async fn standing(records: &Records, number: &str, tail: &str) -> Result<Option<Standing>, Error> {
    let number: String = plain(number).chars().take(NUMBER_MAX).collect();
    let tail = plain(tail);
    let index = records.inner.keys.index("status", &number);
    let attempt = match throttle::reserve(records, format!("status/{index}")).await {
        Ok(attempt) => attempt,
        Err(Error::Refused(Refusal::SignIn(SignInRefusal::Locked { minutes }))) => {
            return Err(MessageRefusal::TooOften { minutes }.into());
        }
        Err(other) => return Err(other),
    };
    let found = find(records, &number, &tail).await;
    let outcome = found.as_ref().map(Option::is_some).map_err(|_| Error::NotFound);
    attempt.settle(records, &outcome).await?;
    let Some(row) = found? else { return Ok(None) };
    let plan = row.plan_id.parse().map_err(|_| Error::bad_row("application", &row.id, "plan"))?;
    let (plan, profile) = ground_of(records, plan).await?;
    let now = records.now();
    let (stage, axes) = (load::stage_of(&row)?, load::axes_of(&row)?);
    let called_off = plan.cancelled && !matches!(stage, Stage::Rejected { .. });
    Ok(Some(Standing {
        now,
        progress: progress::derive(&stage, &axes, None, &plan.window, plan.fee, &profile, now).called_off(called_off),
        trade: plan.occupation_and_trade(),
        level: plan.level,
        phone: plan.contact_phone.clone(),
        plan_title: plan.title,
    }))
}

async fn find(records: &Records, number: &str, tail: &str) -> Result<Option<application::Model>, Error> {
    let digits = tail.len() == 4 && tail.bytes().all(|byte| byte.is_ascii_digit());
    let rows = application::Entity::find().filter(application::Column::Number.eq(number)).all(records.read()).await?;
    for row in rows {
        let owner = account::Entity::find_by_id(row.account_id.as_str()).one(records.read()).await?;
        let Some(owner) = owner.filter(|owner| !owner.mobile_masked.is_empty()) else { continue };
        let keys = &records.inner.keys;
        let mobile = keys.open_text(&place("account", "mobile", &owner.id), &owner.mobile_sealed)?;
        if digits && mobile.ends_with(tail) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// As typed on a phone: full-width characters and spaces are typing aids.
fn plain(text: &str) -> String {
    let folded = text.chars().map(|ch| match ch {
        '！'..='～' => char::from_u32(ch as u32 - 0xFEE0).unwrap_or(ch),
        ch => ch,
    });
    folded.filter(|ch| !ch.is_whitespace()).collect::<String>().to_ascii_uppercase()
}
