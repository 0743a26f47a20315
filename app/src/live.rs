//! Live pages: the server says *that* something changed, never what; the page then asks again through
//! its ordinary doorway, so there is one way to authorise and nothing personal in the stream.
//!
//! A page calls [`use_live`] once with its topics (`account:…`, `application:…`, `agency:…`, `region:…`,
//! `plan:…`, `signature:…`), refetches in the callback, and shows a [`LiveBadge`].

#[cfg(feature = "hydrate")]
mod browser;

use crate::paths;
use crate::wording::failure::{LIVE_ENDED, SIGN_IN_AGAIN, SIGN_IN_ELSEWHERE};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Something changed. Several changes of one thing within 300 ms arrive as the last of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveEvent {
    /// Position in the stream; grows.
    pub id: i64,
    /// Topic it was sent to.
    pub topic: String,
    /// Id of the changed thing.
    pub entity: String,
    /// Its revision now.
    pub version: i64,
    /// What happened, in a word (`submitted`, `claimed`, …), or [`LiveEvent::RESYNC`].
    pub kind: String,
}

impl LiveEvent {
    /// The kind of an event that means: much may have changed, ask for everything again.
    pub const RESYNC: &str = "resync";
    /// The kind of the first message of a stream; pages never see it.
    pub const HELLO: &str = "hello";

    /// Much may have changed: after a gap, or every 30 seconds while disconnected.
    pub fn resync() -> Self {
        LiveEvent { id: 0, topic: String::new(), entity: String::new(), version: 0, kind: Self::RESYNC.to_owned() }
    }

    /// Whether everything should be asked for again.
    pub fn is_resync(&self) -> bool {
        self.kind == Self::RESYNC
    }
}

/// How the connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LiveStatus {
    /// Not begun: on the server, without script, or without topics.
    #[default]
    Waiting,
    /// Changes arrive at once.
    On,
    /// Connecting again.
    Retry,
    /// Given up for the moment; the callback runs every 30 seconds instead.
    Off,
    /// The login has ended: nothing is asked until the page is looked at anew.
    Ended,
}

/// Listens to `topics` while the page is seen, and runs `on_event` for every change. Does nothing on the
/// server. One call per page: a browser allows few connections to one host.
pub fn use_live(topics: Signal<Vec<String>>, on_event: Callback<LiveEvent>) -> Signal<LiveStatus> {
    let status = RwSignal::new(LiveStatus::Waiting);
    #[cfg(feature = "hydrate")]
    browser::listen(topics, on_event, status, browser::newest());
    #[cfg(not(feature = "hydrate"))]
    let _ = (topics, on_event);
    status.into()
}

/// 实时 / 重连中 / 已断开: tells whether the page keeps itself up to date, and where to sign in once the login has ended.
#[component]
pub fn LiveBadge(
    /// What [`use_live`] returned.
    #[prop(into)]
    status: Signal<LiveStatus>,
) -> impl IntoView {
    let state = move || match status.get() {
        LiveStatus::Waiting | LiveStatus::On => "on",
        LiveStatus::Retry => "retry",
        LiveStatus::Off | LiveStatus::Ended => "off",
    };
    let words = move || match status.get() {
        LiveStatus::Waiting | LiveStatus::On => "实时",
        LiveStatus::Retry => "重连中",
        LiveStatus::Off => "已断开，每 30 秒刷新",
        LiveStatus::Ended => LIVE_ENDED,
    };
    // Without script nothing is live: the badge appears with the connection.
    let hidden = move || status.get() == LiveStatus::Waiting;
    let sign_in = move || (status.get() == LiveStatus::Ended).then(sign_in_again);
    view! { <span class="live" data-live=state role="status" hidden=hidden><span>{words}</span>{sign_in}</span> }
}

/// Where to sign in. At the desk beside the page, where somebody may be writing; a candidate's page comes back by itself.
fn sign_in_again() -> AnyView {
    #[cfg(feature = "hydrate")]
    let here = browser::here();
    // No stream on the server, and none that has ended.
    #[cfg(not(feature = "hydrate"))]
    let here = String::new();
    if here.starts_with(paths::OFFICE) {
        let href = paths::office_sign_in();
        return view! { <a href=href target="_blank" rel="external">{SIGN_IN_ELSEWHERE}</a> }.into_any();
    }
    view! { <a href=paths::sign_in(&here) rel="external">{SIGN_IN_AGAIN}</a> }.into_any()
}

/// The server's side.
#[cfg(feature = "ssr")]
pub mod ssr {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    /// The newest position of the stream that this server has seen; provided by the router.
    #[derive(Debug, Clone, Default)]
    pub struct Position(Arc<AtomicI64>);

    impl Position {
        /// The position.
        pub fn get(&self) -> i64 {
            self.0.load(Ordering::Relaxed)
        }

        /// Moves it forward to `id`.
        pub fn reached(&self, id: i64) {
            self.0.fetch_max(id, Ordering::Relaxed);
        }
    }
}
