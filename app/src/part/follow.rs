//! Following: a page that only shows things keeps itself up to date. When something changed, the same page is
//! asked for again, and every region marked `data-swap` is replaced by its newer self.

use crate::live::{LiveBadge, LiveEvent, use_live};
use leptos::prelude::*;

/// The live badge of a page that follows `topics`.
pub fn follow(topics: Vec<String>) -> AnyView {
    super::part("follow", &topics, badge(topics.clone()))
}

fn badge(topics: Vec<String>) -> AnyView {
    let status = use_live(Signal::stored(topics), Callback::new(|_: LiveEvent| swap()));
    view! { <LiveBadge status/> }.into_any()
}

/// Takes the badge over.
#[cfg(feature = "applicant")]
pub fn take_over(facts: &str, place: web_sys::HtmlElement) {
    super::browser::draw(facts, place, badge);
}

#[cfg(not(feature = "applicant"))]
fn swap() {}

#[cfg(feature = "applicant")]
fn swap() {
    leptos::task::spawn_local(async {
        if let Some(newer) = browser::ask_again().await {
            browser::replace_regions(&newer);
        }
    });
}

#[cfg(feature = "applicant")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Document, DomParser, Response, SupportedType};

    /// The same page as it is now; `None` when the network is away: the next event or the poll asks again.
    pub async fn ask_again() -> Option<Document> {
        let here = window().location().href().ok()?;
        let answer: Response = JsFuture::from(window().fetch_with_str(&here)).await.ok()?.dyn_into().ok()?;
        if !answer.ok() {
            return None;
        }
        let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
        DomParser::new().ok()?.parse_from_string(&text, SupportedType::TextHtml).ok()
    }

    /// Replaces each region by the one of the same name, where it differs. Focus inside a region stays on the page.
    pub fn replace_regions(newer: &Document) {
        let Ok(regions) = document().query_selector_all("[data-swap]") else { return };
        for at in 0..regions.length() {
            let Some(region) = regions.item(at).and_then(|node| node.dyn_into::<web_sys::Element>().ok()) else {
                continue;
            };
            let name = region.get_attribute("data-swap").unwrap_or_default();
            let Ok(Some(other)) = newer.query_selector(&format!("[data-swap=\"{name}\"]")) else { continue };
            let inside = other.inner_html();
            if region.inner_html() != inside {
                region.set_inner_html(&inside);
                crate::part::browser::parts_in(&region);
            }
        }
    }
}
