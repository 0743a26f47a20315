//! Only our own pages may change something (CSRF). Cookies alone prove nothing: a foreign page can make a
//! browser send them.

use crate::shield::answers::Reader;
use crate::state::App;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, Response, StatusCode, header};
use axum::middleware::Next;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses every request that could change something and does not come from a page of ours.
pub async fn ours(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // Channels of payment prove themselves by signatures, and mail programs by the secret of the address; no browser stands
    // behind them, and no cookie counts there.
    let path = request.uri().path();
    let proved = path.starts_with(crate::routes::NOTIFY) || crate::routes::is_by_token(path);
    if safe || proved || is_ours(request.headers(), &app.origins) {
        return next.run(request).await;
    }
    tracing::warn!(
        path = request.uri().path(),
        "Refused a form from elsewhere; ours come from {}",
        app.origins.join(" ")
    );
    Reader::of(request.headers(), request.uri().path()).words(&app, StatusCode::FORBIDDEN, None)
}

/// Browsers of today say where a request comes from (`Sec-Fetch-Site`); older ones say it by `Origin`, the
/// oldest by `Referer`, which our pages ask them to send to ourselves. Who says nothing is not believed.
pub fn is_ours(headers: &HeaderMap, origins: &[String]) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(SEC_FETCH_SITE) {
        return site == "same-origin";
    }
    if let Some(origin) = text(header::ORIGIN) {
        return origins.iter().any(|ours| ours == origin);
    }
    text(header::REFERER).is_some_and(|referer| {
        origins.iter().any(|ours| {
            referer.strip_prefix(ours.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn asked(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect::<HeaderMap>();
        is_ours(&headers, &["https://jikao.example".to_owned()])
    }

    #[test]
    fn our_own_pages_are_believed() {
        assert!(asked(&[("sec-fetch-site", "same-origin")]));
        assert!(asked(&[("origin", "https://jikao.example")]));
        assert!(asked(&[("referer", "https://jikao.example/sign-in")]));
    }

    #[test]
    fn others_are_not() {
        assert!(!asked(&[]));
        assert!(!asked(&[("sec-fetch-site", "same-site"), ("origin", "https://jikao.example")]));
        assert!(!asked(&[("sec-fetch-site", "cross-site")]));
        assert!(!asked(&[("sec-fetch-site", "none")]));
        assert!(!asked(&[("origin", "null")]));
        assert!(!asked(&[("origin", "https://jikao.example.evil.test")]));
        assert!(!asked(&[("referer", "https://jikao.example.evil.test/")]));
        assert!(!asked(&[("origin", "https://evil.test"), ("referer", "https://jikao.example/")]));
    }
}
