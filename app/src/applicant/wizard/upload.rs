//! Sending files with progress: `fetch` tells nothing about how far a request body has come, so this
//! is an `XMLHttpRequest`. Browser only.

use crate::Failure;
use domain::refusal::UploadRefusal;
use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{FormData, ProgressEvent, XmlHttpRequest};

/// What the upload routes say: what was kept, or why not. Only the second matters here, because pages
/// ask for the draft anew.
#[derive(serde::Deserialize)]
struct Answer {
    #[serde(default)]
    failure: Option<Failure>,
}

/// Sends `form` to `path`. `progress` hears percents.
pub async fn send(path: &str, form: &FormData, progress: impl Fn(u32) + 'static) -> Result<(), Failure> {
    let request = XmlHttpRequest::new().map_err(lost)?;
    request.open_with_async("POST", path, true).map_err(lost)?;
    request.set_request_header("Accept", "application/json").map_err(lost)?;
    let heard = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            progress((event.loaded() * 100.0 / event.total()) as u32);
        }
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(heard.as_ref().unchecked_ref()));
    }
    let waiting = request.clone();
    let ended = Promise::new(&mut |resolve: Function, _reject: Function| {
        // `loadend` comes after success, failure and abortion alike.
        waiting.set_onloadend(Some(&resolve));
    });
    request.send_with_opt_form_data(Some(form)).map_err(lost)?;
    let _ = wasm_bindgen_futures::JsFuture::from(ended).await;
    drop(heard);
    let text = request.response_text().ok().flatten().unwrap_or_default();
    // From bytes, as server functions read: one reader for each shape, not two.
    match request.status().unwrap_or(0) {
        200..=299 => match serde_json::from_slice::<Answer>(text.as_bytes()) {
            Ok(Answer { failure: Some(failure) }) => Err(failure),
            _ => Ok(()),
        },
        0 | 502..=504 => Err(Failure::Network),
        status => Err(serde_json::from_slice(text.as_bytes()).unwrap_or(match status {
            401 => Failure::SignInNeeded,
            403 => Failure::Forbidden,
            404 => Failure::NotFound,
            413 => Failure::from(UploadRefusal::BrokenOff),
            _ => Failure::Malformed,
        })),
    }
}

fn lost(_: JsValue) -> Failure {
    Failure::Network
}
