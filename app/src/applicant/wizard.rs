//! (being written)

use leptos::prelude::*;

/// (being written)
#[component]
pub fn WizardPage() -> impl IntoView {
    view! { <h1>"报名"</h1> }
}
