//! 退订: the page of the link that a mail carries. Opening it changes nothing, for some mail programs open every link; its
//! form posts to the same address as the one click of a mail program.

use super::wizard::{unreachable_page, waiting};
use crate::wording::messages::pages as words;
use crate::{Failure, paths};
use domain::page::messages::MailToStop;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

/// What the link would switch off.
#[server(name = FetchMailToStop, endpoint = "mail-to-stop")]
pub async fn mail_to_stop(token: String) -> Result<Option<MailToStop>, Failure> {
    let records = crate::signed_in::ssr::records()?;
    records::messages::mail_to_stop(&records, &token).await.map_err(crate::failure::from_records)
}

/// The page.
#[component]
pub fn StopMailPage() -> impl IntoView {
    let params = crate::ui::params_map();
    let token = crate::ui::memo(move |_| params.read().get("token").unwrap_or_default());
    let kept = Resource::new(move || token.get(), mail_to_stop);
    view! {
        <div class="wrap wrap--narrow page">
            <Title text=words::STOP/>
            <Meta name="robots" content="noindex"/>
            <Transition fallback=waiting>
                {move || Suspend::new(async move {
                    match kept.await {
                        Ok(shown) => body(shown, &token.get_untracked()),
                        Err(failure) => unreachable_page(failure, paths::HOME),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn body(shown: Option<MailToStop>, token: &str) -> AnyView {
    let (title, lead) = match &shown {
        Some(mail) if mail.stopped => (words::STOPPED, words::stopped(&mail.mail)),
        Some(mail) => (words::STOP, words::stop(&mail.mail)),
        None => (words::STOP_OVER, words::STOP_OVER_LEAD.to_owned()),
    };
    let act = match shown {
        Some(MailToStop { stopped: false, .. }) => view! {
            <form method="post" action=paths::stop_mail(token)>
                <input type="hidden" name="from" value="page"/>
                <p><button class="btn btn--big">{words::STOP_BUTTON}</button></p>
            </form>
        }
        .into_any(),
        _ => view! { <p><a class="btn btn--quiet" href=paths::MESSAGES_WAYS>{words::STOP_WAYS}</a></p> }.into_any(),
    };
    view! {
        <div class="stack stack--4">
            <h1>{title}</h1>
            <p class="lead">{lead}</p>
            {act}
        </div>
    }
    .into_any()
}
