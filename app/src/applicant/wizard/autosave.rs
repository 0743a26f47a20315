//! Saving while typing. One request at a time, the newest answers win, an older answer is never mistaken
//! for a newer one: two overlapping actions would let the older overwrite the newer.

#[cfg(feature = "hydrate")]
use super::upload::{self, Kind, Trouble};
#[cfg(feature = "hydrate")]
use crate::part::read::Read;
use crate::part::read::read_fields;
use crate::ui::icon;
use crate::wording::wizard as words;
use domain::form::Answers;
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
#[cfg(feature = "hydrate")]
use server_fn::ServerFn;
use std::time::Duration;

/// Time without typing after which a draft is saved.
const PAUSE: Duration = Duration::from_millis(1500);
/// Longest wait between two tries without a connection, in seconds.
#[cfg(feature = "hydrate")]
const LONGEST_WAIT: u64 = 30;

/// How saving stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "on the server nothing is ever saved by a timer"))]
pub enum SaveState {
    /// Everything is kept.
    Kept,
    /// Typed, and will be sent in a moment.
    Soon,
    /// On its way.
    Saving,
    /// Not kept; it is tried again by itself.
    Retrying(&'static str),
    /// Not kept, and why.
    Stopped(String),
    /// Not kept: the login ended. It is tried again when somebody comes back from signing in.
    SignedOut(String),
}

/// What the rules say about one condition of the plan, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// Number of the condition.
    pub no: u32,
    /// `done`, `me` or `refused`, as pages colour it.
    pub state: String,
    /// The sentence.
    pub words: String,
}
read_fields!(Advice { no, state, words });

/// What became of saving, as the form shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Revision that is kept now.
    pub revision: i64,
    /// The words of the badge.
    pub saved: String,
    /// Advice on the conditions, for the new answers.
    pub advice: Vec<Advice>,
    /// What another page kept instead: nothing was overwritten.
    pub theirs: Option<Answers>,
}
read_fields!(Answered { revision, saved, advice, theirs });

/// Two versions of the same draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Revision that is kept.
    pub revision: i64,
    /// What is kept.
    pub theirs: Answers,
}

/// What happens once everything is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Go on to another page.
    Go(String),
    /// Draw this page again.
    Reload,
    /// Send the whole form like a browser without script, with this as `go`.
    Press(String),
}

/// The queue of one form: at most one request under way, the rest waits as one.
#[derive(Clone, Copy)]
pub struct Saver {
    id: StoredValue<String>,
    /// What stands in the form.
    pub answers: RwSignal<Answers>,
    /// What is known to be kept.
    kept: RwSignal<Answers>,
    /// Revision of what is kept.
    pub revision: RwSignal<i64>,
    /// How saving stands.
    state: RwSignal<SaveState>,
    /// The words of the badge while everything is kept.
    saved: StoredValue<String>,
    /// Advice for what is kept.
    pub advice: RwSignal<Vec<Advice>>,
    /// Another page saved first.
    pub conflict: RwSignal<Option<Conflict>>,
    busy: StoredValue<bool>,
    tries: StoredValue<u32>,
    timer: StoredValue<Option<TimeoutHandle>>,
    then: RwSignal<Option<Then>>,
    /// Values that are given and not typed: shown with the answers, kept elsewhere.
    given: StoredValue<Answers>,
}

impl Saver {
    /// A queue for the draft `id`, of which `now` is kept; the form begins with `answers`, of which `given` are not typed.
    pub fn new(id: String, now: Answered, kept: Answers, answers: Answers, given: Answers) -> Self {
        let saver = Saver {
            id: StoredValue::new(id),
            answers: RwSignal::new(answers),
            kept: RwSignal::new(kept),
            revision: RwSignal::new(now.revision),
            state: RwSignal::new(SaveState::Kept),
            saved: StoredValue::new(now.saved),
            advice: RwSignal::new(now.advice),
            conflict: RwSignal::new(None),
            busy: StoredValue::new(false),
            tries: StoredValue::new(0),
            timer: StoredValue::new(None),
            then: RwSignal::new(None),
            given: StoredValue::new(given),
        };
        saver.watch();
        saver
    }

    /// Something was typed.
    pub fn touch(self) {
        if self.answers.with_untracked(|now| self.kept.with_untracked(|kept| now == kept)) {
            return;
        }
        if !self.busy.get_value() {
            self.state.set(SaveState::Soon);
        }
        self.later(PAUSE);
    }

    /// Saves what is not kept yet, then does `then`.
    pub fn finish(self, then: Then) {
        self.then.set(Some(then));
        self.flush();
    }

    /// Sends the newest answers, unless a request is under way: then they go after it.
    pub fn flush(self) {
        if self.busy.try_get_value() != Some(false) || self.conflict.with_untracked(Option::is_some) {
            return;
        }
        self.stop_timer();
        let sent = self.answers.get_untracked();
        if self.kept.with_untracked(|kept| *kept == sent) {
            self.done();
            return;
        }
        self.busy.set_value(true);
        self.state.set(SaveState::Saving);
        self.send(sent);
    }

    /// Ends a conflict: `chosen` is saved on top of what the other page kept.
    pub fn settle(self, chosen: Answers) {
        if let Some(conflict) = self.conflict.get_untracked() {
            self.revision.set(conflict.revision);
            self.kept.set(conflict.theirs);
            self.answers.set(chosen);
            self.conflict.set(None);
            self.finish(Then::Reload);
        }
    }

    #[cfg(feature = "hydrate")]
    fn send(self, sent: Answers) {
        let request = self.request(&sent);
        leptos::task::spawn_local(async move {
            let outcome = request.await;
            // The page may be gone by now; its signals with it.
            if self.busy.try_get_value().is_some() {
                self.busy.set_value(false);
                self.answered(sent, outcome);
            }
        });
    }

    // Typing only happens in a browser.
    #[cfg(not(feature = "hydrate"))]
    fn send(self, _sent: Answers) {
        let _ = (self.id, self.given, self.tries);
    }

    /// The same form as without script, going nowhere; a key that was emptied is sent empty, so that it is forgotten.
    #[cfg(feature = "hydrate")]
    fn request(self, sent: &Answers) -> impl Future<Output = Result<Answered, Trouble>> + use<> {
        let (id, revision) = (self.id.get_value(), self.revision.get_untracked().to_string());
        let emptied = |kept: &Answers| kept.0.keys().filter(|key| !sent.0.contains_key(*key)).cloned().collect();
        let emptied: Vec<String> = self.kept.with_untracked(emptied);
        let name = |key: &str| format!("answers[{key}]");
        let mut answers: Vec<(String, String)> = sent.0.iter().map(|(key, text)| (name(key), text.clone())).collect();
        answers.extend(emptied.iter().map(|key| (name(key), String::new())));
        async move {
            let mut fields = vec![("id", id.as_str()), ("revision", revision.as_str()), ("go", "auto")];
            fields.extend(answers.iter().map(|(name, text)| (name.as_str(), text.as_str())));
            upload::ask(super::form::SaveForm::PATH, &fields).await.map(|answer| Answered::read(&answer))
        }
    }

    #[cfg(feature = "hydrate")]
    fn answered(self, sent: Answers, outcome: Result<Answered, Trouble>) {
        match outcome {
            Ok(Answered { revision, theirs: Some(mut theirs), .. }) => {
                theirs.0.extend(self.given.get_value().0);
                self.then.set(None);
                self.state.set(SaveState::Stopped(words::MEANWHILE.into()));
                self.conflict.set(Some(Conflict { revision, theirs }));
            }
            Ok(Answered { revision, saved, advice, .. }) => {
                self.tries.set_value(0);
                self.kept.set(sent);
                self.revision.set(revision);
                self.advice.set(advice);
                self.saved.set_value(saved);
                self.state.set(SaveState::Kept);
                // What was typed meanwhile goes next; nothing overlaps.
                self.flush();
            }
            Err(trouble) => match trouble.kind {
                Kind::Network => self.retry(words::OFFLINE),
                Kind::Broken => self.retry(words::RETRYING),
                Kind::SignInNeeded => {
                    self.then.set(None);
                    self.state.set(SaveState::SignedOut(trouble.words));
                }
                _ => {
                    self.then.set(None);
                    self.state.set(SaveState::Stopped(trouble.words));
                }
            },
        }
    }

    fn done(self) {
        if matches!(self.state.get_untracked(), SaveState::Soon) {
            // Typed and taken back: what is kept is what stands here.
            self.state.set(SaveState::Kept);
        }
        match self.then.get_untracked() {
            Some(Then::Go(path)) => {
                self.then.set(None);
                go(&path);
            }
            Some(Then::Press(value)) => {
                self.then.set(None);
                press(&value, self.revision.get_untracked());
            }
            _ => {}
        }
    }

    #[cfg(feature = "hydrate")]
    fn retry(self, words: &'static str) {
        let tries = self.tries.get_value().min(5);
        self.tries.set_value(tries + 1);
        self.state.set(SaveState::Retrying(words));
        self.later(Duration::from_secs((1u64 << tries).min(LONGEST_WAIT)));
    }

    fn later(self, wait: Duration) {
        self.stop_timer();
        if let Ok(handle) = set_timeout_with_handle(move || self.flush(), wait) {
            self.timer.set_value(Some(handle));
        }
    }

    fn stop_timer(self) {
        if let Some(handle) = self.timer.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }

    fn is_kept(self) -> bool {
        self.answers.with_untracked(|now| self.kept.with_untracked(|kept| now == kept))
    }

    /// Browser events that matter: back online, leaving, hiding.
    fn watch(self) {
        // The page and its parts end together: nobody has to stop listening.
        Effect::new(move |_| {
            window_event_listener(leptos::ev::online, move |_| self.flush());
            window_event_listener(leptos::ev::focus, move |_| {
                if matches!(self.state.get_untracked(), SaveState::SignedOut(_)) {
                    self.flush();
                }
            });
            window_event_listener(leptos::ev::pagehide, move |_| self.flush());
            window_event_listener(leptos::ev::beforeunload, move |leaving| {
                if !self.is_kept() {
                    leaving.prevent_default();
                }
            });
        });
        Effect::new(move |_| {
            let kept = self.state.get() == SaveState::Kept;
            if kept && self.then.get() == Some(Then::Reload) && self.is_kept() {
                self.then.set(None);
                // What was chosen stands in boxes that were drawn with something else.
                let _ = window().location().reload();
            }
        });
        Effect::new(move |_| self.show());
    }

    /// Says in the badge above the steps how saving stands.
    fn show(self) {
        let (mark, text) = match self.state.get() {
            SaveState::Kept => ("saved", self.saved.get_value()),
            SaveState::Soon => ("saved", words::SOON.to_owned()),
            SaveState::Saving => ("saving", words::SAVING.to_owned()),
            SaveState::Retrying(words) => ("failed", words.to_owned()),
            SaveState::Stopped(words) | SaveState::SignedOut(words) => ("failed", words),
        };
        let Some(badge) = document().get_element_by_id("saved") else { return };
        let _ = badge.set_attribute("data-save", mark);
        if let Ok(Some(words)) = badge.query_selector("span") {
            words.set_text_content(Some(&text));
            // Signing in happens beside this page: what is not kept stands here.
            if let (SaveState::SignedOut(_), Ok(link)) = (self.state.get_untracked(), document().create_element("a")) {
                let _ = link.set_attribute("href", &crate::paths::sign_in(""));
                let _ = link.set_attribute("target", "_blank");
                link.set_text_content(Some(words::SIGN_IN_BESIDE));
                let _ = words.append_child(&link);
            }
        }
    }
}

/// The badge beside the steps; while the form is filled in, [`Saver`] writes into it.
pub(super) fn badge(saved_at: Timestamp) -> AnyView {
    view! {
        <span class="saved" id="saved" data-save="saved" role="status">
            {icon("check", "s")}
            <span>{words::saved(saved_at)}</span>
        </span>
    }
    .into_any()
}

/// Sends the form as a browser without script does. Its `submit` tells no listener, so nothing holds it back.
#[cfg(feature = "hydrate")]
fn press(go: &str, revision: i64) {
    use wasm_bindgen::JsCast;
    let form =
        document().get_element_by_id("answers").and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok());
    let (Some(form), Ok(word)) = (form, document().create_element("input")) else { return };
    for (name, value) in [("type", "hidden"), ("name", "go"), ("value", go)] {
        let _ = word.set_attribute(name, value);
    }
    let _ = form.append_child(&word);
    // The page was drawn before the last saving.
    if let Ok(Some(drawn)) = form.query_selector("[name=revision]") {
        let _ = drawn.set_attribute("value", &revision.to_string());
    }
    let _ = form.submit();
}

// Buttons are only pressed in a browser.
#[cfg(not(feature = "hydrate"))]
fn press(_go: &str, _revision: i64) {}

/// Goes on to another page. A step is a page that the server makes, without a router around it: going on means
/// loading the next one.
pub(super) fn go(path: &str) {
    let _ = window().location().set_href(path);
}
