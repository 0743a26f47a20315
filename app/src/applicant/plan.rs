//! (being written)

use leptos::prelude::*;

/// (being written)
#[component]
pub fn PlanPage() -> impl IntoView {
    view! { <h1>"计划"</h1> }
}
