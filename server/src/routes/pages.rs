//! Pages and server functions: rendered by `app`, surrounded by its shell.

use super::same_arena::{OwnRoot, SameArena};
use crate::shield::headers::page_policy;
use crate::state::App;
use app::applicant::ApplicantApp;
use app::office::{OfficeApp, OfficePages};
use app::shell::ClientBundle;
use app::shell::ssr::document;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use leptos::nonce::use_nonce;
use leptos::prelude::{Owner, use_context};
use leptos::view;
use leptos_axum::{
    ResponseOptions, generate_route_list, handle_server_fns_with_context, render_app_async_with_context,
};
use std::sync::OnceLock;

/// Addresses of all roots. Listing them renders every page once with resources switched off for the whole
/// process, so it happens once, before the first request.
static PATHS: OnceLock<Paths> = OnceLock::new();

/// Addresses of each root.
#[derive(Debug)]
pub struct Paths {
    applicant: Vec<String>,
    office: Vec<String>,
    office_pages: Vec<String>,
}

/// Lists the pages; called before anything is served.
pub fn ready() -> &'static Paths {
    PATHS.get_or_init(|| {
        let paths = |list: Vec<leptos_axum::AxumRouteListing>| list.iter().map(|page| page.path().to_owned()).collect();
        Paths {
            applicant: paths(generate_route_list(ApplicantApp)),
            office: paths(generate_route_list(OfficeApp)),
            office_pages: paths(generate_route_list(OfficePages)),
        }
    })
}

/// Every page, and `/api/…`.
pub fn router(app: &App) -> Router<App> {
    let Paths { applicant, office, office_pages } = ready();
    let mut router = Router::new().route("/api/{*name}", post(server_function).get(server_function));
    // The bundles are those of the whole process, so they may live as long.
    let keep = |bundle: ClientBundle| -> &'static ClientBundle { Box::leak(Box::new(bundle)) };
    let (for_all, for_desk) = (keep(app.bundles.applicant.clone()), keep(app.bundles.office.clone()));
    // The look of the desk, and of the code only what takes parts over.
    let for_pages = keep(ClientBundle { css: for_desk.css.clone(), ..for_all.clone() });
    for path in applicant {
        let shell = move || {
            let since = position();
            drawn_here();
            document(for_all, false, since, view! { <ApplicantApp/> })
        };
        let render = render_app_async_with_context(page_context(app), shell);
        router = router.route(path, get(move |request: Request| SameArena::new(render(request))));
    }
    for path in office {
        let shell = move || {
            let since = position();
            document(for_desk, true, since, view! { <OfficeApp/> })
        };
        let render = render_app_async_with_context(page_context(app), shell);
        router = router.route(path, get(move |request: Request| SameArena::new(render(request))));
    }
    for path in office_pages {
        let shell = move || {
            let since = position();
            drawn_here();
            document(for_pages, true, since, view! { <OfficePages/> })
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

/// This page is not drawn again in the browser, so its data need not travel along; parts carry their own.
fn drawn_here() {
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
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
    let running = OwnRoot::new(handle_server_fns_with_context(app.context(), request));
    let mut answer = running.await.into_response();
    // The framework answers every refusal as a fault of ours. Ours are logged where they happen, with a number.
    if answer.status() == StatusCode::INTERNAL_SERVER_ERROR
        && answer.headers().contains_key("serverfnerror")
        && !answer.headers().contains_key("x-incident")
    {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    answer
}
