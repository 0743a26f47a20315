use leptos::prelude::*;

/// A symbol of `/icons.svg`, always decoration: the word beside it says the same.
#[component]
pub fn Icon(
    /// Id in the sprite: `check`, `alert`, `level-4`, ….
    name: &'static str,
    /// `""` for the size of controls, `"s"` beside text, `"l"` large.
    #[prop(optional)]
    size: &'static str,
) -> impl IntoView {
    icon(name, size)
}

/// The same as [`Icon`], for plain functions.
pub fn icon(name: &'static str, size: &'static str) -> AnyView {
    let class = match size {
        "s" => "icon icon--s",
        "l" => "icon icon--l",
        _ => "icon",
    };
    let href = format!("/icons.svg#{name}");
    view! {
        <svg class=class aria-hidden="true">
            <use href=href></use>
        </svg>
    }
    .into_any()
}
