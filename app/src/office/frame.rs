//! What stands around every page: header, footer, skip link.

use leptos::prelude::*;

/// (being written)
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    view! { <main id="main">{children()}</main> }
}
