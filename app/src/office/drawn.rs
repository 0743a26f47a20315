//! A page of the desk that the server draws: its heading, then what was asked for, or why there is nothing.

use super::keys;
use super::parts::broken;
use crate::Failure;
use crate::again::{Again, use_again};
use leptos::prelude::*;
use leptos_meta::Title;

/// Draws a page under its title. `beside` stands behind the heading; `body` gets what was asked for, and what was
/// refused where somebody comes back from a form.
pub(super) fn drawn<T: Clone + Send + Sync + 'static>(
    title: &'static str,
    beside: Option<AnyView>,
    asked: Resource<Result<T, Failure>>,
    body: impl Fn(&T, Option<&Again>) -> AnyView + Clone + Send + 'static,
) -> AnyView {
    view! {
        <Title text=format!("{title} · 技考工作台")/>
        <main id="main">
            <header class="deskhead"><h1>{title}</h1>{beside}<span class="grow"></span>{keys::help_button()}</header>
            {once_there(asked, body)}
        </main>
    }
    .into_any()
}

/// What was asked for once it is there, or why there is nothing; `body` also gets what was refused where somebody comes
/// back from a form.
pub(super) fn once_there<T: Clone + Send + Sync + 'static>(
    asked: Resource<Result<T, Failure>>,
    body: impl Fn(&T, Option<&Again>) -> AnyView + Clone + Send + 'static,
) -> AnyView {
    let again = use_again();
    view! {
        <Transition>
            {move || {
                let body = body.clone();
                Suspend::new(async move {
                    let again = again.await;
                    match asked.await {
                        Err(failure) => broken(&failure),
                        Ok(found) => body(&found, again.as_ref()),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}
