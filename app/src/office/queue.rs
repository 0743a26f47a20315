//! (being written)

use leptos::prelude::*;

/// (being written)
#[component]
pub fn QueuePage() -> impl IntoView {
    view! { <h1>"审核台"</h1> }
}
