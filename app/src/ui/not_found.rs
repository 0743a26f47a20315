use leptos::prelude::*;

/// The page for addresses that lead nowhere; the answer carries status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(answer) = use_context::<leptos_axum::ResponseOptions>() {
        answer.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <section class="empty">
            <h1>"没有这一页"</h1>
            <p>"链接可能不完整，或者内容已经撤下。"</p>
            <p>
                <a class="btn btn-primary" href="/">"回到查考试计划"</a>
            </p>
        </section>
    }
}
