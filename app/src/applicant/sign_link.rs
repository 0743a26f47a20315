//! (being written)

use leptos::prelude::*;

/// (being written)
#[component]
pub fn SignLinkPage() -> impl IntoView {
    view! { <h1>"签名"</h1> }
}
