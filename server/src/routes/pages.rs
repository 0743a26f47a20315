//! Pages and server functions: rendered by `app`, surrounded by its shell.

use super::guests::{GuestPages, is_shared};
use super::same_arena::SameArena;
use crate::shield::headers::page_policy;
use crate::state::App;
use app::applicant::ApplicantApp;
use app::office::OfficeApp;
use app::shell::ClientBundle;
use app::shell::ssr::document;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use leptos::nonce::use_nonce;
use leptos::prelude::use_context;
use leptos::view;
use leptos_axum::{
    ResponseOptions, generate_route_list, handle_server_fns_with_context, render_app_async_with_context,
};
use std::sync::OnceLock;

/// Addresses of both roots. Listing them renders every page once with resources switched off for the whole
/// process, so it happens once, before the first request.
static PATHS: OnceLock<(Vec<String>, Vec<String>)> = OnceLock::new();

/// Lists the pages; called before anything is served.
pub fn ready() -> &'static (Vec<String>, Vec<String>) {
    PATHS.get_or_init(|| {
        let paths = |list: Vec<leptos_axum::AxumRouteListing>| list.iter().map(|page| page.path().to_owned()).collect();
        (paths(generate_route_list(ApplicantApp)), paths(generate_route_list(OfficeApp)))
    })
}

/// Every page, and `/api/…`.
pub fn router(app: &App) -> Router<App> {
    let (applicant, office) = ready();
    let mut router = Router::new().route("/api/{*name}", post(server_function).get(server_function));
    // The bundles are those of the whole process, so they may live as long.
    let (for_all, for_desk): (&'static ClientBundle, &'static ClientBundle) =
        (Box::leak(Box::new(app.bundles.applicant.clone())), Box::leak(Box::new(app.bundles.office.clone())));
    let shelf = GuestPages::default();
    for path in applicant {
        let shell = move || {
            let since = position();
            document(for_all, false, since, view! { <ApplicantApp/> })
        };
        let render = render_app_async_with_context(page_context(app), shell);
        if is_shared(path) {
            let (shelf, records) = (shelf.clone(), app.records.clone());
            let page = move |request: Request| async move {
                shelf.answer(&records, request, |request| SameArena::new(render(request))).await
            };
            router = router.route(path, get(page));
        } else {
            router = router.route(path, get(move |request: Request| SameArena::new(render(request))));
        }
    }
    for path in office {
        let shell = move || {
            let since = position();
            document(for_desk, true, since, view! { <OfficeApp/> })
        };
        let render = render_app_async_with_context(page_context(app), shell);
        router = router.route(path, get(move |request: Request| SameArena::new(render(request))));
    }
    router
}

/// The newest position of the live stream, read before the page's data are.
fn position() -> i64 {
    use_context::<app::live::ssr::Position>().map_or(0, |position| position.get())
}

fn page_context(app: &App) -> impl Fn() + Clone + Send + Sync + 'static {
    let provide = app.context();
    move || {
        provide();
        if let (Some(answer), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce())
            && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce))
        {
            answer.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

async fn server_function(State(app): State<App>, request: Request<Body>) -> Response {
    let path = request.uri().path();
    let known = server_fn::axum::server_fn_paths().any(|(known, method)| known == path && method == *request.method());
    if !known {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut answer = handle_server_fns_with_context(app.context(), request).await.into_response();
    // The framework answers every refusal as a fault of ours. Ours are logged where they happen, with a number.
    if answer.status() == StatusCode::INTERNAL_SERVER_ERROR
        && answer.headers().contains_key("serverfnerror")
        && !answer.headers().contains_key("x-incident")
    {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    answer
}
