//! (being written)

use leptos::prelude::*;

/// (being written)
#[component]
pub fn StaffPage() -> impl IntoView {
    view! { <h1>"人员"</h1> }
}
