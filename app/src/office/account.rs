//! (being written)

use leptos::prelude::*;

/// (being written)
#[component]
pub fn SignInPage() -> impl IntoView {
    view! { <h1>"登录"</h1> }
}

/// (being written)
#[component]
pub fn InvitePage() -> impl IntoView {
    view! { <h1>"邀请"</h1> }
}

/// (being written)
#[component]
pub fn MePage() -> impl IntoView {
    view! { <h1>"我"</h1> }
}
