//! Parts: the pieces of a candidate's page that are kinder with script. The page itself is made by the server and
//! stays as it is; only what stands inside a part is code on the phone. So a phone loads a wizard, not a site.
//!
//! A part is drawn twice from the same facts: by the server into the page, and by the browser over it.

pub mod follow;
pub mod read;

use leptos::prelude::*;
use serde::Serialize;

/// Wraps `view` as the part `name`; `facts` travel with the page, so that the browser draws the same.
pub fn part(name: &'static str, facts: &impl Serialize, view: AnyView) -> AnyView {
    let facts = serde_json::to_string(facts).unwrap_or_default();
    view! { <div class="part" data-part=name data-facts=facts>{view}</div> }.into_any()
}

/// The browser's side.
#[cfg(feature = "applicant")]
pub mod browser {
    use super::read::{Given, Read};
    use leptos::mount::hydrate_from;
    use leptos::prelude::*;
    use std::cell::Cell;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlElement};

    /// Takes one part over: its name, its facts and its place.
    pub type TakeOver = fn(&str, &str, HtmlElement);

    thread_local! {
        static KNOWN: Cell<Option<TakeOver>> = const { Cell::new(None) };
    }

    /// Takes over every part of the page, and remembers how, for parts that come later.
    pub fn begin(take_over: TakeOver) {
        KNOWN.set(Some(take_over));
        if let Some(body) = document().body() {
            parts_in(&body);
        }
    }

    /// Takes over every part inside `place`.
    pub fn parts_in(place: &Element) {
        let (Some(take_over), Ok(parts)) = (KNOWN.get(), place.query_selector_all("[data-part]")) else { return };
        for at in 0..parts.length() {
            let Some(part) = parts.item(at).and_then(|node| node.dyn_into::<HtmlElement>().ok()) else { continue };
            let (name, facts) = (part.get_attribute("data-part"), part.get_attribute("data-facts"));
            take_over(&name.unwrap_or_default(), &facts.unwrap_or_default(), part);
        }
    }

    /// Draws a part over what the server drew, from the same facts.
    pub fn draw<T: Read + 'static>(facts: &str, place: HtmlElement, view: fn(T) -> AnyView) {
        // What cannot be read is left as the server drew it: that works without us.
        if let Some(facts) = Given::parse(facts) {
            let facts = T::read(&facts);
            hydrate_from(place, move || view(facts)).forget();
        }
    }
}
