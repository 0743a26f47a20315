//! (being written)

use leptos::prelude::*;

/// (being written)
#[component]
pub fn DashboardPage() -> impl IntoView {
    view! { <h1>"概览"</h1> }
}
