//! Small acts on an open case: claiming, releasing, revealing, reopening.

use crate::Failure;
use domain::application::Claim;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Takes the case for review, or renews one's own hold.
#[server(name = ClaimCase, endpoint = "office/claim")]
pub async fn claim(id: String) -> Result<Claim, Failure> {
    let (records, member, id, here) = ssr::open(&id).await?;
    let out = records::desk::claim(&records, &member, id).await.map_err(crate::failure::from_records);
    crate::office::parts::ssr::settle_here(out, &here, vec![])
}

/// Puts the case back into the queue.
#[server(name = ReleaseCase, endpoint = "office/release")]
pub async fn release(id: String) -> Result<(), Failure> {
    let (records, member, id, here) = ssr::open(&id).await?;
    let out = records::desk::release(&records, &member, id).await.map_err(crate::failure::from_records);
    crate::office::parts::ssr::settle_here(out.map(|_| ()), &here, vec![])
}

/// Takes a decision back, with a reason that stays in the history.
#[server(name = ReopenCase, endpoint = "office/reopen")]
pub async fn reopen(id: String, seen: i64, #[server(default)] reason: String) -> Result<(), Failure> {
    let (records, member, id, here) = ssr::open(&id).await?;
    let seen = domain::ids::Revision(seen);
    let out = match ssr::given(&reason) {
        Ok(()) => {
            records::desk::reopen(&records, &member, id, seen, &reason).await.map_err(crate::failure::from_records)
        }
        Err(none) => Err(none),
    };
    crate::office::parts::ssr::settle_here(out.map(|_| ()), &here, vec![("reopen".to_owned(), reason)])
}

/// An answer in full: key and value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revealed {
    /// Key of the field.
    pub key: String,
    /// The whole answer.
    pub value: String,
}

/// Shows a masked answer in full. The reason goes into the history of the case.
#[server(name = RevealAnswer, endpoint = "office/reveal")]
pub async fn reveal(id: String, key: String, #[server(default)] reason: String) -> Result<Revealed, Failure> {
    let (records, member, id, here) = ssr::open(&id).await?;
    let out = match ssr::given(&reason) {
        Ok(()) => {
            records::desk::reveal(&records, &member, id, &key, &reason).await.map_err(crate::failure::from_records)
        }
        Err(none) => Err(none),
    };
    let out = out.map(|value| Revealed { key: key.clone(), value });
    if !crate::signed_in::ssr::is_plain_form() {
        return out;
    }
    let next = |shown: &Revealed| {
        let kept = vec![("case".to_owned(), id.to_string()), (shown.key.clone(), shown.value.clone())];
        let kept = crate::office::parts::ssr::keep_for_next_page(&records, kept);
        format!("{}#answer-{key}", crate::office::parts::with_query(&here, "shown", &kept))
    };
    crate::again::ssr::settle(out, next, &here, vec![(format!("reason:{key}"), reason)])
}

/// What a browser without script just revealed: the case, the key, the value.
#[server(name = FetchRevealed, endpoint = "office/revealed")]
pub async fn revealed(key: String) -> Result<Option<(String, String, String)>, Failure> {
    crate::signed_in::ssr::staff().await?;
    let kept = crate::office::parts::ssr::kept(&key);
    Ok(kept.and_then(|lines| match lines.as_slice() {
        [(_, case), (key, value)] => Some((case.clone(), key.clone(), value.clone())),
        _ => None,
    }))
}

/// The opening of every act.
#[cfg(feature = "ssr")]
mod ssr {
    use crate::{Failure, paths};
    use domain::account::StaffMember;
    use domain::form::{FieldFault, Problem};
    use domain::ids::ApplicationId;
    use domain::refusal::Refusal;
    use records::Records;

    /// Acts that stay in the history need a reason in words.
    pub(super) fn given(reason: &str) -> Result<(), Failure> {
        if !reason.trim().is_empty() {
            return Ok(());
        }
        let fault = FieldFault { key: "reason".into(), label: "原因".into(), problem: Problem::Missing };
        Err(Failure::Refused(Refusal::Answers(vec![fault])))
    }

    pub(super) async fn open(id: &str) -> Result<(Records, StaffMember, ApplicationId, String), Failure> {
        let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
        let id: ApplicationId = id.parse().map_err(|_| Failure::NotFound)?;
        Ok((records, member, id, paths::case(id)))
    }
}
