//! Time left, by the server's clock.

use domain::time::Timestamp;
use leptos::prelude::*;
use std::time::Duration;

const MINUTE: i64 = 60_000;

/// `2 天 06 小时 18 分后截止`; ticks once a minute.
pub(in crate::applicant) fn countdown(until: Timestamp, now: Timestamp) -> AnyView {
    crate::part::part("countdown", &(until, now), ticking((until, now)))
}

/// Takes a countdown over.
#[cfg(feature = "applicant")]
pub fn take_over(facts: &str, place: web_sys::HtmlElement) {
    crate::part::browser::draw(facts, place, ticking);
}

fn ticking((until, now): (Timestamp, Timestamp)) -> AnyView {
    let left = RwSignal::new(until.since(now));
    Effect::new(move |_| {
        let ticking = set_interval_with_handle(
            move || {
                left.try_update(|left| *left -= MINUTE);
            },
            Duration::from_secs(60),
        );
        if let Ok(ticking) = ticking {
            on_cleanup(move || ticking.clear());
        }
    });
    let urgent = move || left.get() < 60 * MINUTE;
    let part = move |unit: i64, within: i64| (left.get().max(0) / (unit * MINUTE) % within).to_string();
    let days = move || part(24 * 60, 10_000);
    let hours = move || part(60, 24);
    let minutes = move || part(1, 60);
    let still = move || left.get() > 0;
    view! {
        <p class="count" class:t-me=urgent role="timer" hidden=move || left.get() <= 0>
            <b>{days}</b><small>"天"</small>
            <b>{hours}</b><small>"小时"</small>
            <b>{minutes}</b><small>"分后截止"</small>
        </p>
        <p class="t-me" hidden=still>"已经截止"</p>
    }
    .into_any()
}
