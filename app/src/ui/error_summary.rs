use super::icon::icon;
use leptos::html::Div;
use leptos::prelude::*;

/// What must be put right, first thing in the page: one line each, linked to its field.
/// An empty list shows nothing. An empty anchor makes a line without a link.
#[component]
pub fn ErrorSummary(
    /// Id of the control, and the sentence that also stands at the field.
    faults: Vec<(String, String)>,
    /// Whether the summary takes the focus when it appears.
    #[prop(default = true)]
    focus: bool,
    /// Heading; without one it counts the lines.
    #[prop(optional, into)]
    title: Option<String>,
) -> impl IntoView {
    if faults.is_empty() {
        return ().into_any();
    }
    let heading = title.unwrap_or_else(|| match faults.as_slice() {
        // A refusal without a field has nothing to put right at a place.
        [(anchor, _)] if anchor.is_empty() => "没有成功".to_owned(),
        _ => crate::wording::form::faults_title(faults.len()),
    });
    let at = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let Some(summary) = at.get()
            && focus
        {
            let _ = summary.focus();
        }
    });
    let lines = faults
        .into_iter()
        .map(|(anchor, sentence)| {
            if anchor.is_empty() {
                view! { <li><span>{sentence}</span></li> }.into_any()
            } else {
                let href = format!("#{anchor}");
                // The router would take the link for a page: `rel=external` leaves it to the browser.
                view! { <li><a href=href rel="external"><span>{sentence}</span>{icon("right", "s")}</a></li> }
                    .into_any()
            }
        })
        .collect_view();
    view! {
        <div class="errsum" role="alert" tabindex="-1" aria-labelledby="errsum-title" node_ref=at>
            <h2 id="errsum-title">{icon("alert", "")}<span>{heading}</span></h2>
            <ul>{lines}</ul>
        </div>
    }
    .into_any()
}
