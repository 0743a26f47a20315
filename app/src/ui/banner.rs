use super::badge::tone_icon;
use super::icon::icon;
use domain::application::progress::Tone;
use leptos::prelude::*;

/// A notice above a page; at most one per page. Faults of a form go into `ErrorSummary`.
#[component]
pub fn Banner(
    /// Colour and icon.
    tone: Tone,
    /// `"alert"` for an interruption, `"status"` for news, empty for plain text.
    #[prop(optional)]
    role: &'static str,
    /// Words, and perhaps a link.
    children: Children,
) -> impl IntoView {
    let role = (!role.is_empty()).then_some(role);
    view! {
        <div class="banner" data-state=tone.as_str() role=role>
            {icon(tone_icon(tone), "")}
            <div>{children()}</div>
        </div>
    }
    .into_any()
}
