//! What a guest answered, in memory only, for two hours: the browser keeps a random key in a cookie that
//! ends with the browser, so no personal data stands in an address or on a shared computer's disk.

use super::answers::facts_of;
use crate::Failure;
use crate::signed_in::ssr::{Site, answer_with_cookie, cookie};
use domain::form::Answers;
use domain::ids::AccountId;
use records::Records;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

const COOKIE: &str = "jikao-check";
/// Most browsers remembered at once; the oldest is forgotten first.
const KEPT: usize = 5_000;
const KEEP_MS: i64 = 2 * 3_600_000;

/// Answers, and whether they were sent to be judged.
#[derive(Debug, Clone)]
pub struct Remembered {
    /// What was typed.
    pub answers: Answers,
    /// Whether an answer was asked for.
    pub checked: bool,
}

static DESK: Mutex<VecDeque<(String, i64, Remembered)>> = Mutex::new(VecDeque::new());

/// What this browser answered.
pub fn recall() -> Option<Remembered> {
    let key = cookie(COOKIE)?;
    let kept = DESK.lock().unwrap_or_else(PoisonError::into_inner);
    kept.iter().find(|(known, ..)| *known == key).map(|(.., remembered)| remembered.clone())
}

/// Remembers what this browser answers.
pub fn remember(records: &Records, site: &Site, remembered: Remembered) {
    let now = records.now().0;
    let known = cookie(COOKIE);
    let mut kept = DESK.lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|(_, at, _)| now - at < KEEP_MS);
    // Only a key that we gave out is used again.
    let old = kept.iter().position(|(key, ..)| Some(key) == known.as_ref()).and_then(|at| kept.remove(at));
    if kept.len() >= KEPT {
        kept.pop_front();
    }
    let key = match old {
        Some((key, ..)) => key,
        None => {
            let key = records.chance().token();
            answer_with_cookie(&site.set_cookie(COOKIE, &key));
            key
        }
    };
    kept.push_back((key, now, remembered));
}

/// After signing in: the answers become facts of the account, and the browser forgets them.
pub async fn take_over(records: &Records, site: &Site, account: AccountId) -> Result<(), Failure> {
    let Some(key) = cookie(COOKIE) else { return Ok(()) };
    let remembered = {
        let mut kept = DESK.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .position(|(known, ..)| *known == key)
            .and_then(|at| kept.remove(at))
            .map(|(.., remembered)| remembered)
    };
    answer_with_cookie(&site.set_cookie(COOKIE, ""));
    match remembered {
        Some(Remembered { answers, checked: true }) => match facts_of(&answers, records.now().day()) {
            Ok(facts) => {
                records::accounts::keep_facts(records, account, &facts).await.map_err(crate::failure::from_records)
            }
            Err(_) => Ok(()),
        },
        _ => Ok(()),
    }
}
