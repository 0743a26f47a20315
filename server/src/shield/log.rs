//! One line for every request: what kind of address, how it ended, how long it took. Never what stood in
//! the address: links and searches can hold secrets and names.

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::Response;
use axum::middleware::Next;
use tokio::time::Instant;

/// Logs the request when its answer begins.
pub async fn logged(request: Request, next: Next) -> Response<Body> {
    let began = Instant::now();
    let method = request.method().clone();
    let route = route(&request);
    let answer = next.run(request).await;
    let (status, ms) = (answer.status().as_u16(), began.elapsed().as_millis());
    if status >= 500 {
        tracing::error!(%method, route, status, ms, "Answered with a fault");
    } else if route.starts_with("/assets/") || route == "/healthz" {
        tracing::debug!(%method, route, status, ms, "Answered");
    } else {
        tracing::info!(%method, route, status, ms, "Answered");
    }
    answer
}

fn route(request: &Request) -> String {
    let path = request.uri().path();
    // Server functions stand behind one route, and their names say nothing about anybody.
    let is_name =
        |path: &str| path.len() < 80 && path.bytes().all(|byte| byte.is_ascii_lowercase() || b"/-_".contains(&byte));
    match request.extensions().get::<MatchedPath>() {
        Some(_) if path.starts_with("/api/") && is_name(path) => path.to_owned(),
        Some(matched) => matched.as_str().to_owned(),
        None => "(none)".to_owned(),
    }
}
