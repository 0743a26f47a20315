//! The answers, section by section. What is masked is shown in full only with a reason.

use super::acts::RevealAnswer;
use crate::again::Again;
use crate::office::parts::{failure_of, of_form, summary};
use crate::ui::{BusyButton, TextField, icon};
use crate::wording::desk as words;
use domain::application::Target;
use domain::page::desk::{AnswerLine, Case};
use leptos::form::ActionForm;
use leptos::prelude::*;

/// All answers of the case.
pub(super) fn pane(case: &Case, shown: Option<(String, String)>, again: Option<&Again>) -> AnyView {
    let reveal = ServerAction::<RevealAnswer>::new();
    let known = RwSignal::new(shown.into_iter().collect::<Vec<_>>());
    Effect::new(move |_| {
        if let Some(Ok(answer)) = reveal.value().get() {
            known.update(|known| known.push((answer.key, answer.value)));
        }
    });
    let id = case.line.id.to_string();
    let sections = case
        .sections
        .iter()
        .map(|section| {
            let lines = section
                .answers
                .iter()
                .map(|answer| {
                    let changed = case.corrected.contains(&Target::Field(answer.key.clone()));
                    let looked_up = case.looked_up.contains(&answer.key);
                    line(&id, answer, (changed, looked_up), case.may_decide, known, reveal)
                })
                .collect_view();
            view! {
                <section>
                    <h3>{section.title.clone()}</h3>
                    <dl class="kv kv--tight">{lines}</dl>
                </section>
            }
            .into_any()
        })
        .collect_view();
    let failure = failure_of(reveal.value().into(), of_form(again, "reason:"));
    view! { <div class="stack stack--4">{summary(failure)} {sections}</div> }.into_any()
}

fn line(
    id: &str,
    answer: &AnswerLine,
    (changed, looked_up): (bool, bool),
    may_reveal: bool,
    known: RwSignal<Vec<(String, String)>>,
    reveal: ServerAction<RevealAnswer>,
) -> AnyView {
    let AnswerLine { key, label, value, masked } = answer.clone();
    let anchor = format!("answer-{key}");
    let of = key.clone();
    let full = crate::ui::memo(move |_| {
        known.with(|known| known.iter().rev().find(|(shown, _)| *shown == of).map(|(_, value)| value.clone()))
    });
    let told = move || full.get().unwrap_or_else(|| value.clone());
    let ask = (masked && may_reveal).then(|| {
        let box_id = format!("reason-{key}");
        let (id, key, label) = (id.to_owned(), key.clone(), label.clone());
        view! {
            <dd class="act" hidden=move || full.get().is_some()>
                <details class="reveal">
                    <summary>{icon("eye", "s")}<span>"显示"</span><span class="vh">{label}</span></summary>
                    <ActionForm action=reveal attr:class="stack stack--2">
                        <input type="hidden" name="id" value=id/>
                        <input type="hidden" name="key" value=key/>
                        <TextField name="reason" id=box_id label="为什么要看" hint=words::REVEAL_HINT maxlength=200/>
                        <BusyButton pending=reveal.pending() label="显示完整内容" busy="正在取" class="btn--small"/>
                    </ActionForm>
                </details>
            </dd>
        }
        .into_any()
    });
    let mark = changed.then(|| view! { <span class="badge" data-state="others">"改过"</span> });
    let looked_up = looked_up.then(|| view! { <span class="badge" data-state="done">{words::LOOKED_UP}</span> });
    view! {
        <div id=anchor data-changed=changed.then_some("")>
            <dt>{label}</dt>
            <dd><span>{told}</span>{mark}{looked_up}</dd>
            {ask}
        </div>
    }
    .into_any()
}
