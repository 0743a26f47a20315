//! (being written)

use leptos::prelude::*;

/// (being written)
#[component]
pub fn SignUpPage() -> impl IntoView {
    view! { <h1>"注册"</h1> }
}

/// (being written)
#[component]
pub fn SignInPage() -> impl IntoView {
    view! { <h1>"登录"</h1> }
}

/// (being written)
#[component]
pub fn ProfilePage() -> impl IntoView {
    view! { <h1>"个人资料"</h1> }
}

/// (being written)
#[component]
pub fn PrivacyPage() -> impl IntoView {
    view! { <h1>"个人信息"</h1> }
}
