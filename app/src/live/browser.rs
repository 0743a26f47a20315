//! The browser's side: one `EventSource`, opened while the page is seen, opened again after a while when it breaks.

use super::{LiveEvent, LiveStatus};
use crate::part::read::{Given, Read, read_fields};
use leptos::leptos_dom::helpers::{TimeoutHandle, WindowListenerHandle};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventSource, MessageEvent, RequestInit, Response};

/// Changes that come within this time are handed over together, in milliseconds.
const GATHER_MS: u64 = 300;
/// Failures after which the page asks every 30 seconds instead.
const GIVE_UP_AFTER: u32 = 3;

/// How the server answers whoever has to sign in first.
const SIGN_IN_NEEDED: u16 = 401;

/// A sleep after which everything is asked for again, in milliseconds: six hours.
const LONG_SLEEP_MS: f64 = 6.0 * 3_600_000.0;

static NEWEST: AtomicI64 = AtomicI64::new(0);

/// The newest position that any page of this tab has seen. The position before the page's data were read
/// travels with the page (`data-since`): what happens between rendering and connecting is then replayed
/// instead of missed.
pub(super) fn newest() -> i64 {
    let drawn = document().document_element().and_then(|root| root.get_attribute("data-since"));
    let drawn = drawn.and_then(|since| since.parse().ok()).unwrap_or(0);
    NEWEST.fetch_max(drawn, Ordering::Relaxed).max(drawn)
}

/// Path and query of this page.
pub(super) fn here() -> String {
    let here = window().location();
    format!("{}{}", here.pathname().unwrap_or_default(), here.search().unwrap_or_default())
}

read_fields!(LiveEvent { id, topic, entity, version, kind });

pub(super) fn listen(
    topics: Signal<Vec<String>>,
    on_event: Callback<LiveEvent>,
    status: RwSignal<LiveStatus>,
    since: i64,
) {
    NEWEST.fetch_max(since, Ordering::Relaxed);
    let line = Rc::new_cyclic(|me: &Weak<Line>| Line {
        me: me.clone(),
        on_event,
        status,
        topics: RefCell::default(),
        open: RefCell::default(),
        retry: RefCell::default(),
        handover: RefCell::default(),
        gathered: RefCell::default(),
        failures: Cell::new(0),
        last: Cell::new(since),
        heard_at: Cell::new(js_sys::Date::now()),
        listeners: RefCell::default(),
    });
    line.watch_the_window();
    // Dropped with the page; dropping it ends everything.
    let kept = StoredValue::new_local(line);
    Effect::new(move |_| {
        let wanted = topics.get().join(",");
        kept.with_value(|line| line.listen_to(wanted));
    });
}

/// The connection of one page.
struct Line {
    me: Weak<Line>,
    on_event: Callback<LiveEvent>,
    status: RwSignal<LiveStatus>,
    topics: RefCell<String>,
    open: RefCell<Option<Open>>,
    retry: RefCell<Option<TimeoutHandle>>,
    handover: RefCell<Option<TimeoutHandle>>,
    gathered: RefCell<Vec<LiveEvent>>,
    failures: Cell<u32>,
    last: Cell<i64>,
    heard_at: Cell<f64>,
    listeners: RefCell<Vec<WindowListenerHandle>>,
}

/// An open `EventSource` with the functions it calls.
struct Open {
    source: EventSource,
    _opened: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _broken: Closure<dyn FnMut()>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        for timer in [self.retry.take(), self.handover.take()].into_iter().flatten() {
            timer.clear();
        }
        for listener in self.listeners.take() {
            listener.remove();
        }
    }
}

impl Line {
    fn listen_to(&self, topics: String) {
        if *self.topics.borrow() != topics {
            *self.topics.borrow_mut() = topics;
            self.connect();
        }
    }

    /// A hidden page needs no stream; a page that is seen again, or a network that is back, needs one at once.
    fn watch_the_window(&self) {
        for name in ["visibilitychange", "online", "pageshow"] {
            let me = self.me.clone();
            let listener = window_event_listener_untyped(name, move |_| {
                let Some(line) = me.upgrade() else { return };
                if document().hidden() {
                    line.close();
                } else if line.status.try_get_untracked() != Some(LiveStatus::On) {
                    line.connect();
                }
            });
            self.listeners.borrow_mut().push(listener);
        }
    }

    fn close(&self) {
        if let Some(timer) = self.retry.take() {
            timer.clear();
        }
        self.open.take();
        // The first connection of a page is no return of a lost one.
        if !self.topics.borrow().is_empty() && self.status.try_get_untracked() != Some(LiveStatus::Waiting) {
            self.show(LiveStatus::Retry);
        }
    }

    fn connect(&self) {
        self.close();
        // What happened while the page slept for long may be forgotten by now.
        let now = js_sys::Date::now();
        if self.heard_at.replace(now) + LONG_SLEEP_MS < now {
            self.gather(LiveEvent::resync());
        }
        if self.topics.borrow().is_empty() || document().hidden() {
            return;
        }
        let Ok(source) = EventSource::new(&self.address()) else {
            return self.broken();
        };
        let me = self.me.clone();
        let opened = Closure::<dyn FnMut()>::new(move || {
            if let Some(line) = me.upgrade() {
                line.failures.set(0);
                line.show(LiveStatus::On);
            }
        });
        let me = self.me.clone();
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            if let (Some(line), Some(text)) = (me.upgrade(), message.data().as_string()) {
                line.heard(&text);
            }
        });
        let me = self.me.clone();
        let broken = Closure::<dyn FnMut()>::new(move || {
            if let Some(line) = me.upgrade() {
                line.broken();
            }
        });
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onmessage(Some(message.as_ref().unchecked_ref()));
        source.set_onerror(Some(broken.as_ref().unchecked_ref()));
        *self.open.borrow_mut() = Some(Open { source, _opened: opened, _message: message, _broken: broken });
    }

    fn address(&self) -> String {
        format!("/live?topics={}&last={}", crate::paths::encode(&self.topics.borrow()), self.last.get())
    }

    fn heard(&self, text: &str) {
        let Some(event) = Given::parse(text).map(|given| LiveEvent::read(&given)) else { return };
        let known = self.last.get();
        // After a resync the server's position counts, even where it went back: another database.
        self.heard_at.set(js_sys::Date::now());
        self.last.set(if event.is_resync() { event.id } else { known.max(event.id) });
        NEWEST.fetch_max(event.id, Ordering::Relaxed);
        if event.kind != LiveEvent::HELLO {
            self.gather(event);
        } else if known == 0 {
            // Nobody knows what happened between drawing the page and connecting.
            self.gather(LiveEvent::resync());
        }
    }

    fn gather(&self, event: LiveEvent) {
        let mut gathered = self.gathered.borrow_mut();
        gathered.retain(|other| other.topic != event.topic || other.entity != event.entity || other.kind != event.kind);
        gathered.push(event);
        if self.handover.borrow().is_none() {
            let me = self.me.clone();
            *self.handover.borrow_mut() = after(GATHER_MS, move || {
                let Some(line) = me.upgrade() else { return };
                line.handover.take();
                for event in line.gathered.take() {
                    line.on_event.try_run(event);
                }
            });
        }
    }

    /// The browser would try again by itself, but every browser at the same moment, and never after a refusal.
    fn broken(&self) {
        if let Some(open) = &*self.open.borrow() {
            // What the browser has closed by itself was answered, and refused.
            if open.source.ready_state() == EventSource::CLOSED {
                self.ask_why();
            }
            open.source.close();
        }
        let failures = self.failures.get() + 1;
        self.failures.set(failures);
        let given_up = failures >= GIVE_UP_AFTER;
        self.show(if given_up { LiveStatus::Off } else { LiveStatus::Retry });
        let wait = match failures {
            1 => 1_000.0 + 6_000.0 * js_sys::Math::random(),
            2 => 4_000.0 + 8_000.0 * js_sys::Math::random(),
            _ => 27_000.0 + 6_000.0 * js_sys::Math::random(),
        };
        let me = self.me.clone();
        let timer = after(wait as u64, move || {
            let Some(line) = me.upgrade() else { return };
            line.retry.take();
            if given_up {
                line.gather(LiveEvent::resync());
            }
            line.connect();
            if given_up {
                line.show(LiveStatus::Off);
            }
        });
        if let Some(earlier) = self.retry.replace(timer) {
            earlier.clear();
        }
    }

    /// A stream does not tell why it was refused; its address does. Without a login there is nothing to ask for: the page
    /// rests until somebody looks at it again, who may have signed in elsewhere.
    fn ask_why(&self) {
        let (me, address) = (self.me.clone(), self.address());
        leptos::task::spawn_local(async move {
            let refused = status_of(&address).await == Some(SIGN_IN_NEEDED);
            let Some(line) = me.upgrade().filter(|_| refused) else { return };
            line.close();
            line.failures.set(0);
            line.show(LiveStatus::Ended);
        });
    }

    fn show(&self, status: LiveStatus) {
        let Some(shown) = self.status.try_get_untracked() else { return };
        // Only a stream that opens tells of a new login.
        if shown != status && (shown != LiveStatus::Ended || status == LiveStatus::On) {
            self.status.set(status);
        }
    }
}

/// The status of an answer, without its body; none while the network is away.
async fn status_of(address: &str) -> Option<u16> {
    let head = RequestInit::new();
    head.set_method("HEAD");
    let answer = JsFuture::from(window().fetch_with_str_and_init(address, &head)).await.ok()?;
    Some(answer.dyn_into::<Response>().ok()?.status())
}

fn after(ms: u64, then: impl FnOnce() + 'static) -> Option<TimeoutHandle> {
    set_timeout_with_handle(then, Duration::from_millis(ms)).ok()
}
