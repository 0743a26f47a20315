//! (being written)

use leptos::prelude::*;

/// (being written)
#[component]
pub fn MinePage() -> impl IntoView {
    view! { <h1>"我的报名"</h1> }
}

/// (being written)
#[component]
pub fn MyCasePage() -> impl IntoView {
    view! { <h1>"报名"</h1> }
}
