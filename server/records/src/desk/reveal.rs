//! Showing a full number to staff: an act with a reason, in the history.

use super::access::{self, Scope};
use super::claim::locked_case;
use crate::applications::answers_of_round;
use crate::{Error, Records, history};
use domain::account::StaffMember;
use domain::application::ReviewRefusal;
use domain::ids::ApplicationId;
use domain::masking::Audience;
use domain::page::mine::What;
use serde_json::json;

/// Most characters of a reason that are kept.
const REASON_MAX: usize = 200;

/// The full answer behind a masked one, as it was handed in.
pub async fn reveal(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
    key: &str,
    reason: &str,
) -> Result<String, Error> {
    let scope = Scope::of(records, member).await?;
    access::ensure_decides(member)?;
    let reason: String = reason.trim().chars().take(REASON_MAX).collect();
    if reason.is_empty() {
        return Err(ReviewRefusal::NoGrounds.into());
    }
    if crate::applications::masked(key, "", Audience::Staff).is_none() {
        return Err(Error::NotFound);
    }
    let tx = records.begin().await?;
    let now = records.now();
    let case = locked_case(&tx, &scope, id).await?;
    let answers = answers_of_round(records, &tx.db, id, case.round).await?;
    if !answers.has(key) {
        return Err(Error::NotFound);
    }
    history::append(
        &tx,
        now,
        &case.id,
        &history::Actor::from(member),
        What::Revealed,
        json!({ "key": key, "text": reason }),
    )
    .await?;
    tx.commit().await?;
    Ok(answers.get(key).to_owned())
}
