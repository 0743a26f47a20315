//! (being written)

use leptos::prelude::*;

/// (being written)
#[component]
pub fn EligibilityPage() -> impl IntoView {
    view! { <h1>"条件"</h1> }
}
