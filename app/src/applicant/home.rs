//! (being written)

use leptos::prelude::*;

/// (being written)
#[component]
pub fn HomePage() -> impl IntoView {
    view! { <h1>"首页"</h1> }
}
