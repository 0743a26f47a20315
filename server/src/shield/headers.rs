//! Headers that every answer carries.

use crate::state::App;
use app::signed_in::ssr::cookie_in;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Response, header};
use axum::middleware::Next;

/// For whatever is no page of ours: nothing in it may run or load anything.
const NOTHING: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The policy of our pages; scripts run by the nonce of this one answer.
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; frame-src 'self'; \
         manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    )
}

/// Adds what is missing.
pub async fn secured(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    let signed_in = [app.site.applicant_cookie(), app.site.staff_cookie()]
        .into_iter()
        .any(|name| cookie_in(request.headers(), name).is_some());
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    let mut add = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    add(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(header::REFERRER_POLICY, "same-origin");
    add(header::CONTENT_SECURITY_POLICY, NOTHING);
    add(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    add(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    add(
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    );
    // Somebody else may sit at this screen next: what a signed-in person saw is not kept.
    add(header::CACHE_CONTROL, if signed_in { "no-store" } else { "no-cache" });
    if app.site.secure() {
        add(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    answer
}
