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
    Ok(ssr::reader().and_then(|reader| reader.take(&key)))
}

/// The resource of a form page: `None` on a first visit.
pub fn use_again() -> Resource<Option<Again>> {
    let query = crate::ui::query_map();
    let key = move || query.read().get("again").unwrap_or_default();
    // On the server the memory is at hand now; inside the future the request's context may be gone.
    #[cfg(feature = "ssr")]
    let reader = ssr::reader();
    Resource::new(key, move |key| {
        #[cfg(feature = "ssr")]
        let found = reader.as_ref().and_then(|reader| reader.take(&key));
        #[cfg(not(feature = "ssr"))]
        let found = None;
        async move { if key.is_empty() || cfg!(feature = "ssr") { found } else { again(key).await.ok().flatten() } }
    })
}

/// What fields take in memory: their text, and what holds each of them.
#[cfg(feature = "ssr")]
pub(crate) fn bytes_of(fields: &[(String, String)]) -> usize {
    const FIELD: usize = 112;
    fields.iter().map(|(key, value)| key.len() + value.len() + FIELD).sum()
}

/// The server's side.
#[cfg(feature = "ssr")]
pub mod ssr {
    use super::Again;
    use crate::Failure;
    use crate::signed_in::ssr::{Site, cookie, is_plain_form};
    use domain::time::Timestamp;
    use leptos::prelude::use_context;
    use records::Records;
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

    /// Most that is remembered at once.
    const KEPT: usize = 2_000;
    /// The heaviest that it may be together, in bytes.
    const BYTES: usize = 32 * 1024 * 1024;
    const KEEP_MS: i64 = 10 * 60_000;

    /// Remembers refused forms, and what one page shows once: at most 2,000, ten minutes each.
    #[derive(Debug, Clone, Default)]
    pub struct Desk(Arc<Mutex<VecDeque<Kept>>>);

    #[derive(Debug)]
    struct Kept {
        key: String,
        at: Timestamp,
        /// The browser's logins that it is for; none where the key alone counts.
        whose: Option<String>,
        again: Again,
    }

    impl Kept {
        fn bytes(&self) -> usize {
            super::bytes_of(&self.again.typed) + 512
        }
    }

    impl Desk {
        /// Remembers `again` under `key`, for whoever has the key: the login of who typed it may just have ended.
        pub fn put(&self, key: String, now: Timestamp, again: Again) {
            self.keep(Kept { key, at: now, whose: None, again });
        }

        /// Remembers lines under `key` for the logins of one browser alone.
        pub fn put_for(&self, key: String, now: Timestamp, lines: Vec<(String, String)>, whose: String) {
            // These lines were not refused, and nobody reads the failure.
            let again = Again { failure: Failure::NotFound, typed: lines };
            self.keep(Kept { key, at: now, whose: Some(whose), again });
        }

        /// What is remembered under `key` for a browser with the logins `whose`. It stays, so that reloading the page shows
        /// the same.
        pub fn take(&self, key: &str, now: Timestamp, whose: &str) -> Option<Again> {
            let kept = self.living(now);
            let found = kept.iter().find(|one| one.key == key)?;
            found.whose.as_ref().is_none_or(|own| own == whose).then(|| found.again.clone())
        }

        fn keep(&self, new: Kept) {
            let mut kept = self.living(new.at);
            let room = BYTES.saturating_sub(new.bytes());
            let mut held: usize = kept.iter().map(Kept::bytes).sum();
            while kept.len() >= KEPT || held > room {
                let Some(oldest) = kept.pop_front() else { break };
                held -= oldest.bytes();
            }
            kept.push_back(new);
        }

        fn living(&self, now: Timestamp) -> MutexGuard<'_, VecDeque<Kept>> {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.retain(|one| now.0 - one.at.0 < KEEP_MS);
            kept
        }
    }

    /// The memory as the browser of this request may read it.
    #[derive(Clone)]
    pub struct Reader {
        desk: Desk,
        records: Records,
        whose: String,
    }

    impl Reader {
        /// What is remembered under `key` and meant for this browser.
        pub fn take(&self, key: &str) -> Option<Again> {
            self.desk.take(key, self.records.now(), &self.whose)
        }
    }

    /// That memory; asked for while the request is at hand.
    pub fn reader() -> Option<Reader> {
        Some(Reader { desk: use_context()?, records: use_context()?, whose: whose() })
    }

    /// The logins of this browser, at the desk and as a candidate.
    pub fn whose() -> String {
        let Some(site) = use_context::<Site>() else { return String::new() };
        let login = |name: &str| cookie(name).unwrap_or_default();
        format!("{} {}", login(site.staff_cookie()), login(site.applicant_cookie()))
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
        let (Some(desk), Some(records)) = (use_context::<Desk>(), use_context::<Records>()) else {
            return back.to_owned();
        };
        let key = records.chance().token();
        desk.put(key.clone(), records.now(), Again { failure: failure.clone(), typed });
        let (path, fragment) = back.split_once('#').map_or((back, ""), |(path, fragment)| (path, fragment));
        let mark = if path.contains('?') { '&' } else { '?' };
        let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
        let back = format!("{path}{mark}again={key}{fragment}");
        // After signing in, the form is there again with what was typed.
        if sign_in { crate::paths::sign_in(&back) } else { back }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn typed(text: &str) -> Vec<(String, String)> {
            vec![("number".to_owned(), text.to_owned())]
        }

        fn refused(text: &str) -> Again {
            Again { failure: Failure::NotFound, typed: typed(text) }
        }

        #[test]
        fn what_one_page_shows_once_is_for_the_login_that_asked() {
            let (desk, now) = (Desk::default(), Timestamp(0));
            desk.put_for("k".to_owned(), now, typed("330102199001011234"), "wang ".to_owned());
            for other in ["", " ", "zhou ", " wang"] {
                assert_eq!(desk.take("k", now, other), None, "{other:?}");
            }
            assert_eq!(desk.take("k", now, "wang ").unwrap().typed("number"), "330102199001011234");
        }

        #[test]
        fn after_ten_minutes_nothing_is_known_even_if_nobody_came_since() {
            let desk = Desk::default();
            desk.put("k".to_owned(), Timestamp(0), refused("字"));
            assert!(desk.take("k", Timestamp(KEEP_MS - 1), "").is_some());
            assert_eq!(desk.take("k", Timestamp(KEEP_MS), ""), None);
        }

        #[test]
        fn many_heavy_forms_do_not_fill_the_memory() {
            let desk = Desk::default();
            let heavy = "x".repeat(BYTES / 8);
            for at in 0..20 {
                desk.put(at.to_string(), Timestamp(0), refused(&heavy));
            }
            let held: Vec<i32> = (0..20).filter(|at| desk.take(&at.to_string(), Timestamp(0), "").is_some()).collect();
            assert_eq!(held, [13, 14, 15, 16, 17, 18, 19], "the newest");
            let empty = vec![(String::new(), String::new()); BYTES / 100];
            desk.put("empty".to_owned(), Timestamp(0), Again { failure: Failure::NotFound, typed: empty });
            assert_eq!(desk.take("19", Timestamp(0), ""), None, "fields weigh, also when nothing stands in them");
        }
    }
}
