use leptos::prelude::*;
use leptos_meta::Title;

/// What becomes of personal data.
#[component]
pub fn PrivacyPage() -> impl IntoView {
    view! {
        <Title text="个人信息怎么用 - 技考"/>
        <div class="wrap wrap--narrow page stack stack--6">
            <h1>"个人信息怎么用"</h1>
            {super::notice()}
        </div>
    }
    .into_any()
}
