//! Small parts that several pages of the desk share.

use crate::Failure;
use crate::again::Again;
use crate::ui::{ErrorSummary, icon};
use domain::application::StageName;
use domain::application::progress::Tone;
use domain::page::desk::QueueFilter;
use domain::refusal::Refusal;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// The colour of a stage, seen from the desk: what waits for the applicant waits for others.
pub fn stage_tone(stage: StageName) -> Tone {
    match stage {
        StageName::Draft => Tone::Draft,
        StageName::Submitted => Tone::Me,
        StageName::Returned => Tone::Others,
        StageName::Approved => Tone::Done,
        StageName::Rejected => Tone::Refused,
        StageName::Withdrawn => Tone::Expired,
    }
}

/// Sentences of a failure, each with the id of its field where it has one.
pub fn faults(failure: &Failure) -> Vec<(String, String)> {
    match failure {
        Failure::Refused(Refusal::Answers(faults))
        | Failure::Refused(Refusal::SignUp(domain::account::SignUpRefusal::Faults(faults))) => {
            faults.iter().map(|fault| (fault.key.clone(), crate::wording::form::fault(fault))).collect()
        }
        other => vec![(String::new(), crate::wording::failure(other))],
    }
}

// These read with `try_get`: while a page is drawn anew, an effect of the part that is just being taken down
// may run once more, and must find nothing rather than panic.

/// The error summary of a form: what its action answered, else what a form without script left behind.
pub fn summary(failure: Signal<Option<Failure>>) -> AnyView {
    let drawn = |failure| match failure {
        Failure::SignInNeeded => sign_in_beside(),
        failure => view! { <ErrorSummary faults=faults(&failure)/> }.into_any(),
    };
    (move || failure.try_get().flatten().map(drawn)).into_any()
}

/// The login ended while this page was open: signing in happens beside it, and what was typed stays.
pub fn sign_in_beside() -> AnyView {
    view! {
        <div class="errsum" role="alert" tabindex="-1">
            <p>{crate::wording::desk::SIGN_IN_BESIDE}</p>
            <p>
                <a class="btn btn--quiet btn--small" href=crate::paths::office_sign_in() target="_blank" rel="external">
                    {crate::wording::failure::SIGN_IN_ELSEWHERE}
                </a>
            </p>
        </div>
    }
    .into_any()
}

/// The sentence at one field.
pub fn fault_of(failure: Signal<Option<Failure>>, key: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        let failure = failure.try_get()??;
        faults(&failure).into_iter().find_map(|(at, sentence)| (at == key).then_some(sentence))
    })
}

/// The failure that a form shows: the action's, once it answered, else the one of the plain form.
pub fn failure_of<T: Clone + Send + Sync + 'static>(
    answer: Signal<Option<Result<T, Failure>>>,
    again: Option<&Again>,
) -> Signal<Option<Failure>> {
    let before = again.map(|again| again.failure.clone());
    Signal::derive(move || match answer.try_get().flatten() {
        None => before.clone(),
        Some(answer) => answer.err(),
    })
}

/// What a plain form left behind, if it was the form whose memory begins with `key`.
pub fn of_form<'a>(again: Option<&'a Again>, key: &str) -> Option<&'a Again> {
    again.filter(|again| again.typed.iter().any(|(known, _)| known.starts_with(key)))
}

/// Draws anew whenever `key` differs. Else the browser keeps the elements of the earlier view, and with
/// them what was typed and ticked there: a decision about one person must never slide to the next.
pub fn anew(key: String, draw: impl Fn() -> AnyView + Clone + Send + Sync + 'static) -> AnyView {
    view! { <For each=move || [key.clone()] key=|key| key.clone() children=move |_| draw()/> }.into_any()
}

/// A page that could not be shown.
pub fn broken(failure: &Failure) -> AnyView {
    #[cfg(feature = "ssr")]
    if *failure == Failure::NotFound
        && let Some(answer) = use_context::<leptos_axum::ResponseOptions>()
    {
        answer.set_status(http::StatusCode::NOT_FOUND);
    }
    let sentence = crate::wording::failure(failure);
    let way = if *failure == Failure::SignInNeeded {
        let here = crate::ui::location();
        let (path, query) = (here.pathname.get_untracked(), here.search.get_untracked());
        let mark = if query.is_empty() || query.starts_with('?') { "" } else { "?" };
        let here = format!("{path}{mark}{query}");
        let to = with_query(&crate::paths::office_sign_in(), "next", &here);
        view! { <a class="btn" href=to rel="external">"去登录"</a> }.into_any()
    } else {
        view! { <a class="btn btn--quiet" href=crate::paths::OFFICE>"回审核台"</a> }.into_any()
    };
    view! {
        <leptos_meta::Title text="没有打开 · 技考工作台"/>
        <section class="dk__c">
            <div class="empty">
                {icon("info", "l")}
                <p><b>{sentence}</b></p>
                {way}
            </div>
        </section>
    }
    .into_any()
}

/// The filter that stands in the address.
pub fn filter_of(query: &ParamsMap) -> QueueFilter {
    let text = |key: &str| query.get(key).unwrap_or_default();
    QueueFilter {
        tab: text("tab"),
        q: text("q"),
        plan: text("plan"),
        only: text("only"),
        page: text("page").parse().unwrap_or(0),
    }
}

/// The filter as it stands in an address, with its `?`; empty when nothing is filtered.
pub fn filter_query(filter: &QueueFilter) -> String {
    let page = if filter.page > 1 { filter.page.to_string() } else { String::new() };
    let mut out = String::new();
    for (key, value) in
        [("tab", &filter.tab), ("q", &filter.q), ("plan", &filter.plan), ("only", &filter.only), ("page", &page)]
    {
        if !value.is_empty() {
            out.push(if out.is_empty() { '?' } else { '&' });
            out.push_str(key);
            out.push('=');
            out.push_str(&crate::paths::encode(value));
        }
    }
    out
}

/// Adds `key=value` to an address.
pub fn with_query(address: &str, key: &str, value: &str) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{key}={}", crate::paths::encode(value))
}

/// Whether a filter leaves lines out, apart from its tab.
pub fn is_filtered(filter: &QueueFilter) -> bool {
    !(filter.q.is_empty() && filter.plan.is_empty() && filter.only.is_empty())
}

/// The server's side of the doorways.
#[cfg(feature = "ssr")]
pub mod ssr {
    use crate::again::ssr::{Desk, reader, whose};
    use crate::signed_in::ssr::{is_plain_form, staff};
    use crate::{Failure, paths};
    use domain::account::StaffMember;
    use leptos::prelude::use_context;
    use records::Records;

    /// The signed-in member of staff; everybody else is sent to the desk's sign-in. A script is told instead: it would
    /// leave a page on which somebody may be writing.
    pub async fn staff_or_sign_in() -> Result<(Records, StaffMember), Failure> {
        let asked = staff().await;
        if let Err(Failure::SignInNeeded) = asked
            && is_plain_form()
        {
            leptos_axum::redirect(&sign_in_and_back());
        }
        asked
    }

    fn sign_in_and_back() -> String {
        let here = use_context::<http::request::Parts>()
            .and_then(|parts| parts.uri.path_and_query().map(|path| path.as_str().to_owned()))
            .filter(|path| path.starts_with("/office") && path != paths::OFFICE && paths::is_ours(path));
        match here {
            Some(here) => super::with_query(&paths::office_sign_in(), "next", &here),
            None => paths::office_sign_in(),
        }
    }

    /// Ends a form that stays on its page: without script back to `here`, with script nothing moves.
    pub fn settle_here<T>(outcome: Result<T, Failure>, here: &str, typed: Vec<(String, String)>) -> Result<T, Failure> {
        match &outcome {
            Ok(_) if !is_plain_form() => outcome,
            _ => crate::again::ssr::settle(outcome, |_| here.to_owned(), here, typed),
        }
    }

    /// Keeps a few lines for one page that follows, under a key that nobody can guess: for what must be
    /// shown once (an invitation, an outcome) and may never stand in an address. Addresses stay behind in a browser: only the
    /// login that asked is shown them.
    pub fn keep_for_next_page(records: &Records, lines: Vec<(String, String)>) -> String {
        let key = records.chance().token();
        if let Some(desk) = use_context::<Desk>() {
            desk.put_for(key.clone(), records.now(), lines, whose());
        }
        key
    }

    /// What was kept under a key.
    pub fn kept(key: &str) -> Option<Vec<(String, String)>> {
        reader().and_then(|reader| reader.take(key)).map(|again| again.typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_survives_its_address() {
        let filter = QueueFilter {
            tab: "returned".into(),
            q: "罗 青&x".into(),
            plan: String::new(),
            only: "doubts".into(),
            page: 2,
        };
        let address = filter_query(&filter);
        assert_eq!(address, "?tab=returned&q=%E7%BD%97%20%E9%9D%92%26x&only=doubts&page=2");
        assert_eq!(filter_query(&QueueFilter::default()), "");
        let mut query = ParamsMap::new();
        for (key, value) in [("tab", "returned"), ("q", "罗 青&x"), ("only", "doubts"), ("page", "2")] {
            query.insert(key, value.to_owned());
        }
        assert_eq!(filter_of(&query), filter);
    }

    #[test]
    fn a_key_joins_any_address() {
        assert_eq!(with_query("/office", "doc", "1"), "/office?doc=1");
        assert_eq!(with_query("/office?tab=x", "doc", "1"), "/office?tab=x&doc=1");
    }
}
