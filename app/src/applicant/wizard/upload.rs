//! Asking the server from a part: files with progress, and the same forms that go without script. `fetch` tells nothing
//! about how far a request body has come, so this is an `XMLHttpRequest`. Browser only.

use crate::part::read::Given;
use crate::wording::failure as words;
use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{FormData, ProgressEvent, UrlSearchParams, XmlHttpRequest};

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What to do about it.
    pub kind: Kind,
    /// The sentence.
    pub words: String,
}

/// What can be done about a trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The server was not reached: again, once the network is back.
    Network,
    /// The server stumbled: again, after a while.
    Broken,
    /// Again, after signing in.
    SignInNeeded,
    /// Again only with something else.
    Refused,
}

impl Trouble {
    /// The server was not reached.
    pub fn network() -> Trouble {
        Trouble { kind: Kind::Network, words: words::NETWORK.to_owned() }
    }

    /// Reads a [`crate::Failure`], as the server writes it.
    fn read(failure: &Given, status: u16) -> Trouble {
        if let Some(told) = failure.at("Refused").at("words").text() {
            return Trouble { kind: Kind::Refused, words: told };
        }
        if let Some(number) = failure.at("Broken").text() {
            return Trouble { kind: Kind::Broken, words: words::broken(&number) };
        }
        let (kind, told) = match (failure.text().as_deref(), status) {
            (Some("SignInNeeded"), _) | (None, 401) => (Kind::SignInNeeded, words::SIGN_IN_NEEDED),
            (Some("Forbidden"), _) | (None, 403) => (Kind::Refused, words::FORBIDDEN),
            (Some("NotFound"), _) | (None, 404) => (Kind::Refused, words::NOT_FOUND),
            (Some("ChangedMeanwhile"), _) => (Kind::Refused, words::CHANGED_MEANWHILE),
            (None, 413) => (Kind::Refused, words::BROKEN_OFF),
            _ => (Kind::Refused, words::MALFORMED),
        };
        Trouble { kind, words: told.to_owned() }
    }
}

/// Sends files to `path`. `progress` hears percents.
pub async fn send(path: &str, form: &FormData, progress: impl Fn(u32) + 'static) -> Result<(), Trouble> {
    let request = open(path).map_err(lost)?;
    let heard = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            progress((event.loaded() * 100.0 / event.total()) as u32);
        }
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(heard.as_ref().unchecked_ref()));
    }
    let answer = answered(&request, |request| request.send_with_opt_form_data(Some(form))).await?;
    // What was kept does not matter here: pages ask for the list anew. Why something was not kept does.
    let failure = answer.at("failure");
    if failure.is_there() { Err(Trouble::read(&failure, 200)) } else { Ok(()) }
}

/// Sends a form to a server function, as the browser would send it without script.
pub async fn ask(path: &str, fields: &[(&str, &str)]) -> Result<Given, Trouble> {
    let request = open(path).map_err(lost)?;
    let form = UrlSearchParams::new().map_err(lost)?;
    for (name, value) in fields {
        form.append(name, value);
    }
    answered(&request, |request| request.send_with_opt_url_search_params(Some(&form))).await
}

fn open(path: &str) -> Result<XmlHttpRequest, JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open_with_async("POST", path, true)?;
    request.set_request_header("Accept", "application/json")?;
    Ok(request)
}

async fn answered(
    request: &XmlHttpRequest,
    send: impl FnOnce(&XmlHttpRequest) -> Result<(), JsValue>,
) -> Result<Given, Trouble> {
    let waiting = request.clone();
    let ended = Promise::new(&mut |resolve: Function, _reject: Function| {
        // `loadend` comes after success, failure and abortion alike.
        waiting.set_onloadend(Some(&resolve));
    });
    send(request).map_err(lost)?;
    let _ = wasm_bindgen_futures::JsFuture::from(ended).await;
    let text = request.response_text().ok().flatten().unwrap_or_default();
    let answer = Given::parse(&text).unwrap_or_else(Given::nothing);
    match request.status().unwrap_or(0) {
        200..=299 => Ok(answer),
        0 | 502..=504 => Err(Trouble::network()),
        status => Err(Trouble::read(&answer, status)),
    }
}

fn lost(_: JsValue) -> Trouble {
    Trouble::network()
}
