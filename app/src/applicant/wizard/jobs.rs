//! Work periods: a group of rows that grows and shrinks.

use super::form::FormState;
use crate::ui::{DateField, TextField, icon};
use domain::form::{Answers, Field, check};
use leptos::prelude::*;

/// Rows as the page shows them: at least one, with what is answered in each.
pub(super) fn rows(state: FormState, field: &Field) -> AnyView {
    let key = field.key.clone();
    let answered = state.saver.answers.with_untracked(|answers| answers.rows(&key));
    let count = RwSignal::new(answered.max(state.rows).clamp(1, check::JOBS_MAX));
    // Counted up when rows change their places: boxes that were typed into must be made anew.
    let turn = RwSignal::new(0u32);
    let shown = {
        let key = key.clone();
        view! {
            <For
                each=move || {
                    let turn = turn.get();
                    (0..count.get()).map(move |row| (turn, row))
                }
                key=|row| *row
                children=move |(_, row)| row_view(state, &key, row, count, turn)
            />
        }
    };
    let add = key.clone();
    let hint = (!field.hint.is_empty()).then(|| view! { <p class="hint">{field.hint.clone()}</p> });
    let full = move || count.get() >= check::JOBS_MAX;
    view! {
        <div class="rows stack" id=key tabindex="-1">
            {hint}
            {shown}
            <div class="rows__f" hidden=full>
                <button
                    class="btn btn--quiet"
                    type="submit"
                    name="go"
                    value=format!("row-add:{add}")
                    on:click=move |pressed| {
                        pressed.prevent_default();
                        count.update(|count| *count += 1);
                    }
                >
                    {icon("plus", "")}
                    <span>"再加一份工作"</span>
                </button>
            </div>
        </div>
    }
    .into_any()
}

fn row_view(state: FormState, key: &str, row: usize, count: RwSignal<usize>, turn: RwSignal<u32>) -> AnyView {
    let part = |part: &str| format!("{key}.{row}.{part}");
    let value = |part: &str| {
        let key = format!("{key}.{row}.{part}");
        state.saver.answers.with_untracked(|answers| answers.get(&key).to_owned())
    };
    let name = |part: &str| format!("answers[{key}.{row}.{part}]");
    let owner = key.to_owned();
    let remove = format!("row-remove:{key}:{row}");
    view! {
        <fieldset class="job">
            <legend class="vh">{format!("第 {} 份工作", row + 1)}</legend>
            <div class="job__h">
                <b>{format!("第 {} 份工作", row + 1)}</b>
                <button
                    class="link"
                    type="submit"
                    name="go"
                    value=remove
                    on:click=move |pressed| {
                        pressed.prevent_default();
                        state.saver.answers.update(|answers| remove_row(answers, &owner, row));
                        state.saver.touch();
                        state.faults.update(|faults| faults.retain(|fault| !fault.key.starts_with(&format!("{owner}."))));
                        // Even the last row stays, empty.
                        count.update(|count| *count = count.saturating_sub(1).max(1));
                        turn.update(|turn| *turn += 1);
                    }
                >
                    "删除"
                    <span class="vh">{format!("第 {} 份工作", row + 1)}</span>
                </button>
            </div>
            <TextField
                name=name("occ")
                id=part("occ")
                label="职业（工种）"
                hint="按做的工作写，例如：碳排放管理员"
                value=value("occ")
                error=state.error_of(&part("occ"))
            />
            <div class="cq">
                <div class="fields fields--2">
                    <DateField
                        name=name("from")
                        id=part("from")
                        label="从哪年哪月"
                        value=value("from")
                        month=true
                        error=state.error_of(&part("from"))
                    />
                    <DateField
                        name=name("to")
                        id=part("to")
                        label="到哪年哪月"
                        hint="还在做，就空着"
                        value=value("to")
                        month=true
                        optional=true
                        error=state.error_of(&part("to"))
                    />
                </div>
            </div>
        </fieldset>
    }
    .into_any()
}

/// Takes a row out; the rows after it move up.
pub(super) fn remove_row(answers: &mut Answers, key: &str, row: usize) {
    let rows = answers.rows(key);
    for at in row..rows {
        for part in ["occ", "from", "to"] {
            let next = answers.get(&format!("{key}.{}.{part}", at + 1)).to_owned();
            answers.set(&format!("{key}.{at}.{part}"), &next);
        }
    }
}

/// All rows as one text.
pub(super) fn read(answers: &Answers, key: &str) -> String {
    let mut lines = Vec::new();
    for row in 0..answers.rows(key) {
        let get = |part: &str| answers.get(&format!("{key}.{row}.{part}")).to_owned();
        let (occ, from, to) = (get("occ"), get("from"), get("to"));
        if !occ.is_empty() || !from.is_empty() {
            let to = if to.is_empty() { "至今".to_owned() } else { to };
            lines.push(format!("{occ} {from} 到 {to}"));
        }
    }
    lines.join("；")
}

/// The label of an answer; rows say which one.
pub(super) fn label(field: &Field, key: &str) -> String {
    let mut parts = key.split('.').skip(1);
    match (parts.next().and_then(|row| row.parse::<usize>().ok()), parts.next()) {
        (Some(row), Some(part)) => {
            let part = match part {
                "occ" => "职业（工种）",
                "from" => "从",
                _ => "到",
            };
            format!("{} 第 {} 份，{part}", field.label, row + 1)
        }
        _ => field.label.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_move_up_when_one_is_taken_out() {
        let mut answers = Answers::default();
        for (row, occ) in ["焊工", "电工", "钳工"].into_iter().enumerate() {
            answers.set(&format!("jobs.{row}.occ"), occ);
        }
        answers.set("jobs.0.to", "2020-01");
        remove_row(&mut answers, "jobs", 0);
        assert_eq!((answers.get("jobs.0.occ"), answers.get("jobs.1.occ"), answers.rows("jobs")), ("电工", "钳工", 2));
        assert_eq!(answers.get("jobs.0.to"), "");
        remove_row(&mut answers, "jobs", 9);
        assert_eq!(answers.rows("jobs"), 2);
    }
}
