//! A draft as a list of tasks: what is done, what is to do, what has to wait; the next one is the only main button.

use crate::applicant::wizard::{is_done, name};
use crate::paths;
use crate::ui::{StateBadge, icon};
use crate::wording::steps as words;
use domain::application::progress::Tone;
use domain::page::wizard::Draft;
use domain::profile::Step;
use leptos::prelude::*;

/// The tasks of a draft.
pub(super) fn tasks(draft: &Draft) -> AnyView {
    let steps: Vec<Step> = draft.profile.wizard.iter().copied().filter(|step| *step != Step::Preview).collect();
    let left = steps.iter().filter(|step| !is_done(draft, **step)).count();
    let next = steps.iter().copied().find(|step| !is_done(draft, *step)).unwrap_or(Step::Preview);
    let lines = steps.iter().map(|step| line(draft, *step, is_done(draft, *step), true, "")).collect_view();
    let waits = if left == 0 { "" } else { words::TASK_LAST };
    let last = line(draft, Step::Preview, false, left == 0, waits);
    view! {
        <section aria-labelledby="tasks" class="stack stack--3">
            <h2 id="tasks">{words::tasks_title(&draft.profile.phrases.complete_draft, left)}</h2>
            <ol class="tasks">{lines}{last}</ol>
            <p class="row">
                <a class="btn btn--big" href=paths::step(draft.id, next)>
                    <span>{format!("接着办：{}", name(draft, next))}</span>
                    {icon("arrow", "")}
                </a>
            </p>
        </section>
    }
    .into_any()
}

fn line(draft: &Draft, step: Step, done: bool, can: bool, why: &'static str) -> AnyView {
    let tone = match (done, can) {
        (true, _) => Tone::Done,
        (false, true) => Tone::Me,
        (false, false) => Tone::Draft,
    };
    let name = name(draft, step);
    let name = if can {
        view! { <a href=paths::step(draft.id, step)>{name}</a> }.into_any()
    } else {
        view! { <b>{name}</b> }.into_any()
    };
    let why = (!why.is_empty()).then(|| view! { <br/><span class="meta">{why}</span> });
    view! {
        <li>
            <span>{name}{why}</span>
            <StateBadge tone text=words::task_state(done, can).to_owned()/>
        </li>
    }
    .into_any()
}
