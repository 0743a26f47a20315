use leptos::prelude::*;

/// A submit button that says what it is doing and cannot be pressed twice meanwhile.
#[component]
pub fn BusyButton(
    /// Whether the form is on its way, usually `action.pending()`.
    #[prop(into)]
    pending: Signal<bool>,
    /// The verb.
    #[prop(into)]
    label: String,
    /// What it says while busy: 正在提交.
    #[prop(into)]
    busy: String,
    /// Further classes: `btn--big btn--wide`.
    #[prop(optional)]
    class: &'static str,
    /// `name` and `value` that are sent when this button was pressed.
    #[prop(optional)]
    sends: Option<(&'static str, String)>,
) -> impl IntoView {
    let class = if class.is_empty() { "btn".to_owned() } else { format!("btn {class}") };
    let (name, value) = sends.unzip();
    view! {
        <button
            type="submit"
            class=class
            name=name
            value=value
            aria-busy=move || pending.get().then_some("true")
            on:click=move |pressed| {
                if pending.get_untracked() {
                    pressed.prevent_default();
                }
            }
        >
            <span>{move || if pending.get() { busy.clone() } else { label.clone() }}</span>
        </button>
    }
    .into_any()
}
