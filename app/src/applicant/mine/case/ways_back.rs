//! The ways back: taking a submission back to change it, and giving it up.

use super::{UndoSubmission, WithdrawApplication};
use crate::paths;
use crate::ui::icon;
use crate::wording::mine as words;
use domain::application::Stage;
use domain::application::progress::Act;
use domain::page::mine::MyCase;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// Undo and withdrawal, as far as they are possible; why not, where they are not.
pub(super) fn ways_back(case: &MyCase) -> AnyView {
    let id = case.line.id;
    let may = |act: Act| case.line.progress.acts.contains(&act);
    if matches!(case.stage, Stage::Submitted { .. }) && !may(Act::Withdraw) {
        return view! { <p class="meta">{icon("info", "s")}<span>{words::CLAIMED}</span></p> }.into_any();
    }
    let undo = may(Act::Undo).then(|| {
        view! {
            <form method="post" action=UndoSubmission::PATH>
                <input type="hidden" name="id" value=id.to_string()/>
                <button class="btn btn--quiet" type="submit">{icon("undo", "")}<span>"撤回来改"</span></button>
            </form>
        }
    });
    let withdraw = may(Act::Withdraw)
        .then(|| view! { <a class="btn btn--text" href=format!("{}?withdraw=1", paths::my_case(id))>"放弃报名"</a> });
    let hint = may(Act::Undo).then(|| view! { <p class="meta">{words::undo_hint(case.edit_until)}</p> });
    view! {
        <div class="row">{undo}{withdraw}</div>
        {hint}
    }
    .into_any()
}

/// The question as a page: giving up is worth one.
pub(super) fn withdraw_page(case: &MyCase, refused: Option<AnyView>) -> AnyView {
    let id = case.line.id;
    view! {
        <Title text=words::WITHDRAW_TITLE/>
        {refused}
        <section class="dialog dialog--page" aria-labelledby="give-up">
            <h1 id="give-up">{words::WITHDRAW_TITLE}</h1>
            <p>{case.plan.title.clone()}</p>
            <p class="soft">{words::withdraw_meaning(case)}</p>
            <div class="row">
                <form method="post" action=WithdrawApplication::PATH>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <button class="btn btn--danger" type="submit">"放弃报名"</button>
                </form>
                <a class="btn btn--quiet" href=paths::my_case(id)>"不放弃"</a>
            </div>
        </section>
    }
    .into_any()
}
