//! The page on the phone: a single-use link, the pledge, a pad. No sign-in; who holds the link may sign.

use super::wizard::signature_pad::{SIGNED, TO_SIGN, signature_pad};
use super::wizard::{declaration_view, failure_summary, waiting};
use crate::again::use_again;
use crate::ui::icon;
use crate::wording::wizard as words;
use crate::{Failure, paths};
use domain::page::wizard::ToSign;
use leptos::prelude::*;
use leptos_meta::Title;

/// What is signed by this link.
#[server(name = FetchToSign, endpoint = "apply/to-sign")]
pub async fn to_sign(
    /// The secret of the link.
    token: String,
) -> Result<ToSign, Failure> {
    let records = crate::signed_in::ssr::records()?;
    records::applications::to_sign(&records, &token).await.map_err(crate::failure::from_records)
}

/// Signing on the phone.
#[component]
pub fn SignLinkPage() -> impl IntoView {
    let params = crate::ui::params_map();
    let token = crate::ui::memo(move |_| params.read().get("token").unwrap_or_default());
    let again = use_again();
    let kept = Resource::new(move || token.get(), to_sign);
    view! {
        <div class="wrap wrap--narrow page page--tight stack">
            <Title text="手机签名"/>
            <Suspense fallback=waiting>
                {move || Suspend::new(async move {
                    let again = again.await;
                    let shown = kept.await;
                    let token = token.get_untracked();
                    match shown {
                        Ok(shown) => {
                            let refused = again.map(|again| failure_summary(&again.failure, Vec::new()));
                            let drawn = page(&shown, &token);
                            view! {
                                {refused}
                                {drawn}
                            }
                            .into_any()
                        }
                        Err(failure) => over(&failure),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

/// What is signed, with a pad below it; once signed, thanks stand in its place.
fn page(shown: &ToSign, token: &str) -> AnyView {
    view! {
        <section class="outcome" data-state="done" role="status" id=SIGNED hidden>
            {icon("ok", "")}
            <p class="h-s">"签好了"</p>
            <p class="lead">"可以关掉这一页，回到电脑上继续，那边会自己往下走。"</p>
        </section>
        <div class="stack" id=TO_SIGN>
            <h1>"手机签名"</h1>
            <p class="lead">
                <span>{format!("{}，您要签的是：", shown.name_masked)}</span>
                <b>{shown.plan_title.clone()}</b>
            </p>
            <p class="meta">{words::link_until(shown.until)}</p>
            {declaration_view(&shown.declaration)}
            {signature_pad(paths::sign_by_link(token) + "/signature", String::new())}
        </div>
    }
    .into_any()
}

/// A link that is used up answers the same after signing without script: both cases are told.
fn over(failure: &Failure) -> AnyView {
    view! {
        <section class="empty">
            <h1>"这个链接不能再用"</h1>
            <p>{crate::wording::failure(failure)}</p>
            <p class="meta">"如果您刚刚签好，那就已经成功了：请回到电脑上继续。否则请在电脑上换一个二维码，再扫一次。"</p>
        </section>
    }
    .into_any()
}
