use super::icon::icon;
use domain::application::progress::Tone;
use leptos::prelude::*;

/// The icon that belongs to a state; never shown without its word.
pub fn tone_icon(tone: Tone) -> &'static str {
    match tone {
        Tone::Draft => "draft",
        Tone::Me => "me",
        Tone::Others => "wait",
        Tone::Done => "ok",
        Tone::Refused => "no",
        Tone::Expired => "slash",
    }
}

/// A state as icon, word and colour.
#[component]
pub fn StateBadge(
    /// Which of the six states.
    tone: Tone,
    /// The word.
    #[prop(into)]
    text: String,
    /// Another icon than that of the state: `alert` for a warning in a list.
    #[prop(optional)]
    symbol: &'static str,
) -> impl IntoView {
    let symbol = if symbol.is_empty() { tone_icon(tone) } else { symbol };
    view! {
        <span class="badge" data-state=tone.as_str()>
            {icon(symbol, "")}
            <span>{text}</span>
        </span>
    }
    .into_any()
}
