//! Shortcut keys. A part that has a key carries `data-key`; pressing the key focuses or clicks it.
//! Single keys work only while no field has the focus, and can be switched off (WCAG 2.1.4).

use crate::ui::icon;
use crate::wording::desk::KEYS;
use leptos::html::Dialog;
use leptos::prelude::*;

/// The button in a header that lists the keys.
pub fn help_button() -> AnyView {
    view! {
        <button class="tool only-wide needs-js" type="button" on:click=move |_| browser::strike_help()>
            {icon("kb", "")}
            <span>"快捷键"</span>
            <kbd>"?"</kbd>
        </button>
    }
    .into_any()
}

/// Listens to keys, and holds the dialog that lists them. Once per root.
#[component]
pub fn Keys() -> impl IntoView {
    let on = RwSignal::new(true);
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        on.set(browser::remembered());
    });
    let listener =
        window_event_listener(leptos::ev::keydown, move |pressed| browser::press(&pressed, on.get_untracked()));
    on_cleanup(move || listener.remove());
    let rows = KEYS
        .into_iter()
        .map(|(keys, does)| {
            let keys = keys.split(' ').map(|key| view! { <kbd>{key}</kbd> }).collect_view();
            view! { <div><dt>{keys}</dt><dd>{does}</dd></div> }.into_any()
        })
        .collect_view();
    let switch = move |_| {
        on.update(|on| *on = !*on);
        browser::remember(on.get_untracked());
    };
    view! {
        <button class="vh" type="button" tabindex="-1" aria-hidden="true" data-key="?" on:click=move |_| browser::show(dialog)>
            "快捷键"
        </button>
        <dialog class="dialog dialog--wide" aria-labelledby="keys-title" node_ref=dialog>
            <form method="dialog">
                <h2 id="keys-title">"快捷键"</h2>
                <dl class="keys">{rows}</dl>
                <p class="soft">"单个字母的键只在没有填写框被选中时有效。"</p>
                <p class="row">
                    <button class="btn">"知道了"</button>
                    <button class="btn btn--quiet" type="button" on:click=switch>
                        {move || if on.get() { "关掉单键快捷键" } else { "打开单键快捷键" }}
                    </button>
                </p>
            </form>
        </dialog>
    }
    .into_any()
}

/// What only a browser can do.
#[cfg(feature = "hydrate")]
mod browser {
    use leptos::html::Dialog;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;

    const KEPT_UNDER: &str = "jikao-office-keys";

    pub fn remembered() -> bool {
        let kept = window().local_storage().ok().flatten().and_then(|kept| kept.get_item(KEPT_UNDER).ok().flatten());
        kept.as_deref() != Some("off")
    }

    pub fn remember(on: bool) {
        if let Ok(Some(kept)) = window().local_storage() {
            let _ = kept.set_item(KEPT_UNDER, if on { "on" } else { "off" });
        }
    }

    pub fn show(dialog: NodeRef<Dialog>) {
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
    }

    pub fn strike_help() {
        if let Ok(Some(part)) = document().query_selector("[data-key=\"?\"]")
            && let Ok(part) = part.dyn_into::<web_sys::HtmlElement>()
        {
            part.click();
        }
    }

    pub fn press(pressed: &web_sys::KeyboardEvent, on: bool) {
        let key = pressed.key();
        if key == "Enter" && (pressed.ctrl_key() || pressed.meta_key()) {
            return strike(pressed, "ctrl+enter");
        }
        let held = pressed.ctrl_key() || pressed.meta_key() || pressed.alt_key() || pressed.is_composing();
        if on && !held && !pressed.default_prevented() && key.chars().count() == 1 && !types_text() {
            strike(pressed, &key.to_lowercase());
        }
    }

    fn strike(pressed: &web_sys::KeyboardEvent, key: &str) {
        // Only keys of our own list reach the selector, so nothing needs escaping.
        if !(key == "ctrl+enter" || key.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '/' || ch == '?')) {
            return;
        }
        if matches!(document().query_selector("dialog[open]"), Ok(Some(_))) {
            return;
        }
        let Ok(Some(part)) = document().query_selector(&format!("[data-key=\"{key}\"]")) else { return };
        let Ok(part) = part.dyn_into::<web_sys::HtmlElement>() else { return };
        pressed.prevent_default();
        if is_text(&part) {
            let _ = part.focus();
        } else {
            part.click();
        }
    }

    fn types_text() -> bool {
        document()
            .active_element()
            .and_then(|active| active.dyn_into::<web_sys::HtmlElement>().ok())
            .is_some_and(|active| is_text(&active) || active.tag_name() == "SELECT")
    }

    fn is_text(part: &web_sys::HtmlElement) -> bool {
        match part.tag_name().as_str() {
            "TEXTAREA" => true,
            "INPUT" => {
                !matches!(part.get_attribute("type").as_deref(), Some("radio" | "checkbox" | "submit" | "button"))
            }
            _ => part.has_attribute("contenteditable"),
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    use leptos::html::Dialog;
    use leptos::prelude::NodeRef;

    pub fn remembered() -> bool {
        true
    }
    pub fn remember(_on: bool) {}
    pub fn show(_dialog: NodeRef<Dialog>) {}
    pub fn strike_help() {}
    pub fn press(_pressed: &leptos::ev::KeyboardEvent, _on: bool) {}
}
