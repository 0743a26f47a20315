//! 确认报名须知: the notice of the procedure, and that it was read.

use super::{Visit, back_link, head, name, next_step};
use crate::ui::icon;
use crate::wording::wizard as words;
use crate::{Failure, paths};
use domain::ids::ApplicationId;
use domain::page::wizard::Draft;
use domain::profile::Step;
use leptos::prelude::*;
use server_fn::ServerFn;

/// Keeps that the notice was read, and goes on.
#[server(name = ConfirmNotice, endpoint = "apply/notice")]
pub async fn confirm_notice(
    /// The application.
    id: ApplicationId,
) -> Result<(), Failure> {
    use crate::failure::from_records;
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::applications::confirm_notice(&records, account, id).await.map_err(from_records)?;
        let draft = records::applications::draft(&records, account, id).await.map_err(from_records)?;
        Ok(paths::step(id, next_step(&draft, Step::Notice)))
    }
    .await;
    crate::again::ssr::settle(outcome, String::clone, &paths::step(id, Step::Notice), Vec::new()).map(drop)
}

/// The step.
pub(super) fn notice_step(draft: &Draft, visit: &Visit) -> AnyView {
    let lines = draft.profile.step_note(Step::Notice);
    let text = if lines.is_empty() {
        view! { <p>"无"</p> }.into_any()
    } else {
        lines.iter().map(|line| view! { <p>{line.clone()}</p> }).collect_view().into_any()
    };
    // 计划公示信息 is what one is told to read: it stands here, and the whole plan is one step away.
    #[cfg(feature = "ssr")]
    let plan = crate::wording::procedure::plan_notice(&draft.profile, &draft.plan);
    #[cfg(not(feature = "ssr"))]
    let plan = String::new();
    let plan = (!plan.is_empty()).then(|| {
        view! {
            <section class="panel panel__b stack stack--3" aria-labelledby="plan-notice">
                <h2 id="plan-notice" class="h-s">"计划公示信息"</h2>
                <p>{plan}</p>
                <p><a href=paths::plan(draft.plan.id)>"看计划的全部内容和申报条件"</a></p>
            </section>
        }
    });
    let read = draft.passed.contains(&Step::Notice);
    let onward = if read {
        view! { <a class="btn btn--big btn--main" href=paths::step(draft.id, next_step(draft, Step::Notice))>"下一步"{icon("arrow", "")}</a> }
            .into_any()
    } else {
        view! {
            <form method="post" action=ConfirmNotice::PATH>
                <input type="hidden" name="id" value=draft.id.to_string()/>
                <button class="btn btn--big btn--main" type="submit"><span>{words::NOTICE_READ}</span>{icon("arrow", "")}</button>
            </form>
        }
        .into_any()
    };
    view! {
        {head(draft, Step::Notice)}
        {super::refused(visit)}
        <div class="stack stack--4 mt-6">
            <h1>{name(draft, Step::Notice)}</h1>
            <div class="panel panel__b stack stack--3">{text}</div>
            {plan}
        </div>
        <div class="actionbar">
            {onward}
            {back_link(draft, Step::Notice)}
        </div>
    }
    .into_any()
}
