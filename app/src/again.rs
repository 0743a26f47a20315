//! Forms without script: when a plain form is refused, the answer is a redirect back to the page with
//! `?again=KEY`; under that key the server remembers for ten minutes, in memory only, what was typed
//! and why it was refused, so that the page shows both. Nothing personal ever stands in an address.

use crate::Failure;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What a form is shown with once more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Again {
    /// Why it was refused.
    pub failure: Failure,
    /// What was typed, without secrets.
    pub typed: Vec<(String, String)>,
}

impl Again {
    /// What was typed under `key`.
    pub fn typed(&self, key: &str) -> &str {
        self.typed.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value.as_str())
    }
}

/// What is remembered under a key, once.
#[server(name = FetchAgain, endpoint = "again")]
pub async fn again(key: String) -> Result<Option<Again>, Failure> {
    Ok(use_context::<ssr::Desk>().and_then(|desk| desk.take(&key)))
}

/// The resource of a form page: `None` on a first visit.
pub fn use_again() -> Resource<Option<Again>> {
    let query = crate::ui::query_map();
    let key = move || query.read().get("again").unwrap_or_default();
    // On the server the memory is at hand now; inside the future the request's context may be gone.
    #[cfg(feature = "ssr")]
    let desk = use_context::<ssr::Desk>();
    Resource::new(key, move |key| {
        #[cfg(feature = "ssr")]
        let found = desk.as_ref().and_then(|desk| desk.take(&key));
        #[cfg(not(feature = "ssr"))]
        let found = None;
        async move { if key.is_empty() || cfg!(feature = "ssr") { found } else { again(key).await.ok().flatten() } }
    })
}

/// The server's side.
#[cfg(feature = "ssr")]
pub mod ssr {
    use super::Again;
    use crate::{Failure, signed_in::ssr::is_plain_form};
    use leptos::prelude::use_context;
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};

    const KEPT: usize = 2_000;
    const KEEP_MS: i64 = 10 * 60_000;

    /// Remembers refused forms: at most 2,000 of them, ten minutes each.
    #[derive(Debug, Clone, Default)]
    pub struct Desk(Arc<Mutex<VecDeque<(String, i64, Again)>>>);

    impl Desk {
        /// Remembers `again` under `key`.
        pub fn put(&self, key: String, now_ms: i64, again: Again) {
            let mut kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            kept.retain(|(_, at, _)| now_ms - at < KEEP_MS);
            if kept.len() >= KEPT {
                kept.pop_front();
            }
            kept.push_back((key, now_ms, again));
        }

        /// What is remembered under `key`. It stays, so that reloading the page shows the same.
        pub fn take(&self, key: &str) -> Option<Again> {
            let kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            kept.iter().find(|(known, ..)| known == key).map(|(.., again)| again.clone())
        }
    }

    /// Ends a form: with script the outcome goes back as it is; without, the person is sent on to
    /// `next`, or back to `back` with what was typed and why it was refused.
    pub fn settle<T>(
        outcome: Result<T, Failure>,
        next: impl FnOnce(&T) -> String,
        back: &str,
        typed: Vec<(String, String)>,
    ) -> Result<T, Failure> {
        match &outcome {
            Ok(done) => leptos_axum::redirect(&next(done)),
            Err(failure) if is_plain_form() => leptos_axum::redirect(&back_with(failure, back, typed)),
            Err(_) => {}
        }
        outcome
    }

    /// The address to go back to: sign-in for people who are not, else `back` with the key of what was typed.
    pub fn back_with(failure: &Failure, back: &str, typed: Vec<(String, String)>) -> String {
        let sign_in = *failure == Failure::SignInNeeded;
        if sign_in && back.starts_with("/office") {
            return crate::paths::office_sign_in();
        }
        if sign_in && typed.is_empty() {
            return crate::paths::sign_in(back);
        }
        let (Some(desk), Some(records)) = (use_context::<Desk>(), use_context::<records::Records>()) else {
            return back.to_owned();
        };
        let key = records.chance().token();
        desk.put(key.clone(), records.now().0, Again { failure: failure.clone(), typed });
        let (path, fragment) = back.split_once('#').map_or((back, ""), |(path, fragment)| (path, fragment));
        let mark = if path.contains('?') { '&' } else { '?' };
        let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
        let back = format!("{path}{mark}again={key}{fragment}");
        // After signing in, the form is there again with what was typed.
        if sign_in { crate::paths::sign_in(&back) } else { back }
    }
}
