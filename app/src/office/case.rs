//! (being written)

use leptos::prelude::*;

/// (being written)
#[component]
pub fn CasePage() -> impl IntoView {
    view! { <h1>"件"</h1> }
}
