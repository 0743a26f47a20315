//! Saving while typing. One request at a time, the newest answers win, an older answer is never mistaken
//! for a newer one: two overlapping actions would let the older overwrite the newer.

use super::form::save_form;
use crate::Failure;
use crate::ui::icon;
use crate::wording::wizard as words;
use domain::eligibility::ConditionVerdict;
use domain::form::{Answers, FieldKind};
use domain::ids::{ApplicationId, Revision};
use domain::page::wizard::{Draft, Saved};
use domain::time::Timestamp;
use leptos::prelude::*;
use std::time::Duration;

/// Time without typing after which a draft is saved.
const PAUSE: Duration = Duration::from_millis(1500);
/// Longest wait between two tries without a connection, in seconds.
const LONGEST_WAIT: u64 = 30;

/// How saving stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveState {
    /// Everything is kept, since then.
    Kept(Timestamp),
    /// Typed, and will be sent in a moment.
    Soon,
    /// On its way.
    Saving,
    /// Not kept; it is tried again by itself.
    Retrying(&'static str),
    /// Not kept, and why.
    Stopped(String),
}

/// Two versions of the same draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Revision that is kept.
    pub revision: Revision,
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
}

/// The queue of one form: at most one request under way, the rest waits as one.
#[derive(Clone, Copy)]
pub struct Saver {
    id: ApplicationId,
    /// What stands in the form.
    pub answers: RwSignal<Answers>,
    /// What is known to be kept.
    kept: RwSignal<Answers>,
    /// Revision of what is kept.
    pub revision: RwSignal<Revision>,
    /// How saving stands.
    pub state: RwSignal<SaveState>,
    /// Verdicts for what is kept.
    pub verdicts: RwSignal<Vec<ConditionVerdict>>,
    /// Another page saved first.
    pub conflict: RwSignal<Option<Conflict>>,
    busy: StoredValue<bool>,
    tries: StoredValue<u32>,
    timer: StoredValue<Option<TimeoutHandle>>,
    then: RwSignal<Option<Then>>,
    navigate: Callback<String>,
    /// Facts of plan and account: shown with the answers, kept elsewhere.
    facts: StoredValue<Answers>,
}

impl Saver {
    /// A queue for `draft`; the form begins with `answers`.
    pub fn new(draft: &Draft, answers: Answers, reload: RwSignal<u32>) -> Self {
        let saver = Saver {
            id: draft.id,
            answers: RwSignal::new(answers),
            kept: RwSignal::new(draft.answers.clone()),
            revision: RwSignal::new(draft.revision),
            state: RwSignal::new(SaveState::Kept(draft.saved_at)),
            verdicts: RwSignal::new(draft.verdicts.clone()),
            conflict: RwSignal::new(None),
            busy: StoredValue::new(false),
            tries: StoredValue::new(0),
            timer: StoredValue::new(None),
            then: RwSignal::new(None),
            navigate: navigator(),
            facts: StoredValue::new(facts(draft)),
        };
        saver.watch(reload);
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
        let (id, revision) = (self.id, self.revision.get_untracked());
        let fields = self.kept.with_untracked(|kept| fields(&sent, kept));
        leptos::task::spawn_local(async move {
            let outcome = save_form(id, revision.0, String::from("auto"), fields).await;
            // The page may be gone by now; its signals with it.
            if self.busy.try_get_value().is_some() {
                self.busy.set_value(false);
                self.answered(sent, outcome);
            }
        });
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

    fn answered(self, sent: Answers, outcome: Result<Saved, Failure>) {
        match outcome {
            Ok(Saved::Kept { revision, at, verdicts }) => {
                self.tries.set_value(0);
                self.kept.set(sent);
                self.revision.set(revision);
                self.verdicts.set(verdicts);
                self.state.set(SaveState::Kept(at));
                // What was typed meanwhile goes next; nothing overlaps.
                self.flush();
            }
            Ok(Saved::ChangedMeanwhile { revision, mut theirs, .. }) => {
                theirs.0.extend(self.facts.get_value().0);
                self.then.set(None);
                self.state.set(SaveState::Stopped(words::MEANWHILE.into()));
                self.conflict.set(Some(Conflict { revision, theirs }));
            }
            Err(Failure::Network) => self.retry(words::OFFLINE),
            Err(Failure::Broken(_)) => self.retry(words::RETRYING),
            Err(failure) => {
                self.then.set(None);
                self.state.set(SaveState::Stopped(crate::wording::failure(&failure)));
            }
        }
    }

    fn done(self) {
        if matches!(self.state.get_untracked(), SaveState::Soon) {
            // Typed and taken back: what is kept is what stands here.
            self.state.update(|state| *state = SaveState::Kept(Timestamp::default()));
        }
        if let Some(Then::Go(path)) = self.then.get_untracked() {
            self.then.set(None);
            self.navigate.run(path);
        }
    }

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
    fn watch(self, reload: RwSignal<u32>) {
        Effect::new(move |_| {
            let online = window_event_listener(leptos::ev::online, move |_| self.flush());
            let hidden = window_event_listener(leptos::ev::pagehide, move |_| self.flush());
            let leaving = window_event_listener(leptos::ev::beforeunload, move |leaving| {
                if !self.is_kept() {
                    leaving.prevent_default();
                }
            });
            on_cleanup(move || {
                online.remove();
                hidden.remove();
                leaving.remove();
                self.stop_timer();
                self.last_words();
            });
        });
        Effect::new(move |_| {
            let kept = matches!(self.state.get(), SaveState::Kept(_));
            if kept && self.then.get() == Some(Then::Reload) && self.is_kept() {
                self.then.set(None);
                reload.update(|count| *count += 1);
            }
        });
    }

    /// Going to another step without the button: the last words go out at once. The page still stands while its
    /// signals end, so none may change any more. Only in an effect: the server, too, cleans up after drawing.
    fn last_words(self) {
        let typed = self.answers.try_get_untracked().zip(self.kept.try_get_untracked());
        let (Some((sent, kept)), Some(revision)) = (typed, self.revision.try_get_untracked()) else { return };
        let waits = self.busy.try_get_value() == Some(true) || self.conflict.try_get_untracked() != Some(None);
        if waits || sent == kept {
            return;
        }
        let (id, fields) = (self.id, fields(&sent, &kept));
        leptos::task::spawn_local(async move {
            // Nobody is there any more to hear how it went.
            let _ = save_form(id, revision.0, String::from("auto"), fields).await;
        });
    }

    /// The badge beside the steps.
    pub fn badge(self) -> AnyView {
        let last = StoredValue::new(match self.state.get_untracked() {
            SaveState::Kept(at) => at,
            _ => Timestamp::default(),
        });
        let mark = move || match self.state.get() {
            SaveState::Kept(_) | SaveState::Soon => "saved",
            SaveState::Saving => "saving",
            SaveState::Retrying(_) | SaveState::Stopped(_) => "failed",
        };
        let text = move || match self.state.get() {
            SaveState::Kept(at) => {
                if at > last.get_value() {
                    last.set_value(at);
                }
                words::saved(last.get_value())
            }
            SaveState::Soon => words::SOON.to_owned(),
            SaveState::Saving => words::SAVING.to_owned(),
            SaveState::Retrying(words) => words.to_owned(),
            SaveState::Stopped(words) => words,
        };
        view! {
            <span class="saved" data-save=mark role="status">
                {icon("check", "s")}
                <span>{text}</span>
            </span>
        }
        .into_any()
    }
}

fn facts(draft: &Draft) -> Answers {
    let mut facts = draft.answers.clone();
    let form = &draft.profile.form;
    facts.0.retain(|key, _| {
        form.field(key).is_some_and(|field| matches!(field.kind, FieldKind::PlanFact | FieldKind::AccountFact))
    });
    facts
}

/// All answers as a form sends them; a key that was emptied is sent empty, so that it is forgotten.
fn fields(now: &Answers, kept: &Answers) -> std::collections::HashMap<String, String> {
    let emptied = kept.0.keys().filter(|key| !now.0.contains_key(*key)).map(|key| (key.clone(), String::new()));
    now.0.iter().map(|(key, value)| (key.clone(), value.clone())).chain(emptied).collect()
}

/// The way to another page, kept where timers find it. A step is a part of a page that the server makes,
/// without a router around it: going on means loading the next page.
pub(super) fn navigator() -> Callback<String> {
    Callback::new(|path: String| {
        let _ = window().location().set_href(&path);
    })
}
