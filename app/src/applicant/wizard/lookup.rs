//! 证书查询: a button beside the number of an earlier certificate. It saves the form and asks the register; what is
//! known is filled in. Whoever does not use it, or is not found, types as before.

use super::form::FormState;
use crate::part::read::read_fields;
use crate::ui::icon;
use crate::wording::collecting as words;
use domain::page::wizard::Draft;
use domain::refusal::Refusal;
use leptos::prelude::*;
use serde::Serialize;

/// What `go` of the form begins with when the button was pressed; the key of the number follows.
pub(super) const GO: &str = "lookup:";

/// What stands at the number: the button, and what came of it.
#[derive(Debug, Clone, Serialize)]
pub struct Lookup {
    /// Key of the number.
    key: String,
    /// The certificate was found: what need not be handed in.
    found: String,
    /// It was not: why, and what to do instead.
    refused: String,
}
read_fields!(Lookup { key, found, refused });

impl Lookup {
    /// Where the procedure knows documents that a lookup makes needless.
    pub fn of(draft: &Draft, again: Option<&crate::again::Again>) -> Option<Lookup> {
        let needless = draft.profile.document.iter().filter(|one| !one.unless_looked_up.is_empty());
        let key = needless.clone().map(|one| one.unless_looked_up.clone()).next()?;
        draft.profile.form.field(&key)?;
        let known = draft.looked_up.contains(&key);
        let documents: Vec<&str> =
            needless.filter(|one| one.unless_looked_up == key).map(|one| one.label.as_str()).collect();
        let refused = again.and_then(|again| refused(&again.failure)).unwrap_or_default();
        let found = if known && refused.is_empty() { words::found(&documents) } else { String::new() };
        Some(Lookup { key, found, refused })
    }

    /// The line of the summary on top of the page.
    pub fn told(&self) -> Option<(String, String)> {
        (!self.refused.is_empty()).then(|| (self.key.clone(), self.refused.clone()))
    }
}

/// Why nothing was found, if that is what was refused.
fn refused(failure: &crate::Failure) -> Option<String> {
    match failure {
        crate::Failure::Refused(Refusal::Lookup(why)) => Some(words::lookup(why).to_owned()),
        _ => None,
    }
}

/// The button below the field `key`, where it is that number.
pub(super) fn button(state: FormState, key: &str) -> Option<AnyView> {
    let lookup = state.facts.with_value(|facts| facts.lookup.clone()).filter(|lookup| lookup.key == key)?;
    let go = format!("{GO}{key}");
    let press = go.clone();
    let found = (!lookup.found.is_empty()).then(|| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{lookup.found}</span></p> }
    });
    let refused = (!lookup.refused.is_empty())
        .then(|| view! { <p class="err" id="lookup-e">{icon("alert", "s")}<span>{lookup.refused}</span></p> });
    Some(
        view! {
            <div class="stack stack--2">
                {refused}
                {found}
                <p class="row">
                    <button
                        class="btn btn--quiet"
                        type="submit"
                        name="go"
                        value=go
                        on:click=move |event| {
                            event.prevent_default();
                            state.saver.finish(super::autosave::Then::Press(press.clone()));
                        }
                    >
                        {icon("search", "")}
                        <span>"查询证书"</span>
                    </button>
                    <span class="hint">{words::LOOKUP_HINT}</span>
                </p>
            </div>
        }
        .into_any(),
    )
}
