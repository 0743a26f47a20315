//! Two pages of one draft: nothing is overwritten, the person chooses answer by answer.

use super::field_of;
use super::field_view::shown;
use super::form::FormState;
use crate::ui::{RadioCard, RadioCards, icon};
use crate::wording::wizard as words;
use domain::form::Answers;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// An answer that differs between two versions.
pub(super) struct Line {
    /// Key of the answer.
    pub key: String,
    /// Label of its field.
    pub label: String,
    /// What this page says, in words.
    pub ours: String,
    /// What is kept, in words.
    pub theirs: String,
}

/// Without script: what this page sent stands in the form again, what is kept stands here. Saving
/// once more chooses what stands in the form.
pub(super) fn told(lines: Vec<Line>) -> AnyView {
    let lines = lines
        .into_iter()
        .map(|line| {
            let href = format!("#{}", field_of(&line.key));
            view! {
                <li>
                    <a href=href rel="external">{line.label}</a>
                    <span>{format!("：已保存的是“{}”，这一页填的是“{}”", or_dash(line.theirs), or_dash(line.ours))}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="errsum" role="alert" tabindex="-1" aria-labelledby="meanwhile">
            <h2 id="meanwhile">{icon("alert", "")}<span>"这份报名在别处也改过"</span></h2>
            <p>"下面几处不一样。这一页还是您填的内容：看一看，要哪个就改成哪个，再点保存。"</p>
            <ul>{lines}</ul>
        </div>
    }
    .into_any()
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "空".to_owned() } else { text }
}

/// With script: both versions beside each other, one choice per answer.
pub(super) fn choice(state: FormState) -> AnyView {
    (move || {
        state.saver.conflict.get().map(|conflict| {
            let ours = state.saver.answers.get_untracked();
            let lines = differences(state, &ours, &conflict.theirs);
            let picks: StoredValue<BTreeMap<String, bool>> = StoredValue::new(BTreeMap::new());
            let cards = lines
                .into_iter()
                .map(|line| {
                    let key = line.key.clone();
                    let cards = vec![
                        RadioCard { hint: "这一页填的".into(), ..RadioCard::new("ours", or_dash(line.ours)) },
                        RadioCard { hint: "别处已经保存的".into(), ..RadioCard::new("theirs", or_dash(line.theirs)) },
                    ];
                    let on_change = Callback::new(move |value: String| {
                        picks.update_value(|picks| {
                            picks.insert(key.clone(), value == "theirs");
                        });
                    });
                    view! {
                        <RadioCards name=format!("pick[{}]", line.key) legend=line.label cards value="ours" columns=2 on_change/>
                    }
                    .into_any()
                })
                .collect_view();
            let theirs = conflict.theirs;
            view! {
                <section class="panel" role="alert" aria-labelledby="meanwhile">
                    <div class="panel__h"><h2 id="meanwhile">"这份报名在别处也改过"</h2></div>
                    <div class="panel__b stack">
                        <p>{words::CHOOSE_FIRST}</p>
                        {cards}
                        <p class="row">
                            <button
                                class="btn"
                                type="button"
                                on:click=move |_| {
                                    let picks = picks.get_value();
                                    state.saver.settle(merged(&ours, &theirs, &picks));
                                }
                            >
                                "按选的保存"
                            </button>
                        </p>
                    </div>
                </section>
            }
        })
    })
    .into_any()
}

fn differences(state: FormState, ours: &Answers, theirs: &Answers) -> Vec<Line> {
    let conditions = state.conditions();
    state.facts.with_value(|facts| {
        let mut keys: Vec<&String> = ours.0.keys().chain(theirs.0.keys()).collect();
        keys.sort();
        keys.dedup();
        keys.into_iter()
            .filter(|key| ours.get(key) != theirs.get(key))
            .filter_map(|key| {
                let field = facts.form.field(field_of(key))?;
                Some(Line {
                    key: key.clone(),
                    label: super::jobs::label(field, key),
                    ours: shown(field, ours.get(key), &conditions),
                    theirs: shown(field, theirs.get(key), &conditions),
                })
            })
            .collect()
    })
}

/// What is kept, with the answers of this page where the person chose them.
fn merged(ours: &Answers, theirs: &Answers, takes_theirs: &BTreeMap<String, bool>) -> Answers {
    let mut merged = ours.clone();
    for (key, _) in takes_theirs.iter().filter(|(_, theirs)| **theirs) {
        merged.set(key, theirs.get(key));
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_chosen_is_taken_from_the_other_page() {
        let answers = |address: &str, post: &str| {
            let mut answers = Answers::default();
            answers.set("address", address);
            answers.set("post", post);
            answers
        };
        let picks = BTreeMap::from([("post".to_owned(), true), ("address".to_owned(), false)]);
        let merged = merged(&answers("甲路 1 号", "电工"), &answers("乙路 2 号", ""), &picks);
        assert_eq!((merged.get("address"), merged.get("post")), ("甲路 1 号", ""));
    }
}
