//! 填写报名信息: the questions of the profile, section by section, and the evidence below them.

mod facts;
mod save;

pub use save::SaveForm;

use super::autosave::{Saver, Then};
use super::{Visit, back_link, conflict, evidence, field_of, field_view, head, next_step, refused};
use crate::ui::{ErrorSummary, icon};
use crate::wording::{form as sentences, wizard as words};
use crate::{Failure, paths};
use domain::form::{Answers, Field, FieldFault, Section, When, check};
use domain::page::wizard::Draft;
use domain::profile::Step;
use evidence::FileShown;
use facts::Facts;
use leptos::prelude::*;
use server_fn::ServerFn;

/// What the parts of the form share.
#[derive(Clone, Copy)]
pub(super) struct FormState {
    /// What it is drawn from.
    pub facts: StoredValue<Facts>,
    /// Answers and their saving.
    pub saver: Saver,
    /// What is wrong, as far as the person has been there.
    pub faults: RwSignal<Vec<FieldFault>>,
    /// Files handed in.
    pub files: RwSignal<Vec<FileShown>>,
    /// Lines of the summary; not empty only after pressing 下一步.
    pub summary: RwSignal<Vec<(String, String)>>,
    /// Whether the summary takes the focus: when it appears, not when a line of it is done.
    focus: StoredValue<bool>,
    /// Rows asked for by the address, without script.
    pub rows: usize,
}

impl FormState {
    /// The sentence at a field.
    pub fn error_of(self, key: &str) -> Signal<Option<String>> {
        let key = key.to_owned();
        Signal::derive(move || self.faults.with(|faults| sentences::fault_of(faults, &key)))
    }

    /// Whether `when` holds for what stands in the form; no condition always holds.
    pub fn holds(self, when: Option<When>) -> Signal<bool> {
        let answers = self.saver.answers;
        Signal::derive(move || when.as_ref().is_none_or(|when| answers.with(|answers| when.holds(answers))))
    }

    /// Whether a field takes changes.
    pub fn editable(self, key: &str) -> bool {
        self.facts.with_value(|facts| facts.is_open(key))
    }

    /// The value of a field that takes no changes, as people read it.
    pub fn told(self, key: &str) -> String {
        self.facts.with_value(|facts| facts.told.get(key).cloned().unwrap_or_default())
    }

    /// The reviewer's words at a field.
    pub fn remark_on(self, key: &str) -> Option<String> {
        self.facts.with_value(|facts| facts.remarks.get(key).cloned())
    }

    /// The plan's conditions.
    pub fn conditions(self) -> Vec<(u32, String)> {
        self.facts.with_value(|facts| facts.conditions.clone())
    }

    /// Takes over what was typed under `key`.
    fn typed(self, key: &str, value: &str) {
        self.saver.answers.update(|answers| answers.set(key, value));
        // A fault on show disappears as soon as it is put right.
        if self.faults.with_untracked(|faults| faults.iter().any(|fault| fault.key == key)) {
            self.look_at(key);
        }
        self.saver.touch();
    }

    /// Checks one field that the person has left.
    fn look_at(self, key: &str) {
        let owner = field_of(key).to_owned();
        let fresh = self.facts.with_value(|facts| {
            let answers = self.saver.answers.get_untracked();
            let Some(field) = facts.form.field(&owner) else { return Vec::new() };
            // What belongs to several boxes is judged with all of them, what stands in one box by itself.
            if owner != key || facts.is_judged_with_others(field) {
                return facts
                    .faults(&answers)
                    .into_iter()
                    .filter(|fault| fault.key == key || fault.key == owner)
                    .collect();
            }
            check::field(field, answers.get(&owner), &facts.conditions, facts.now)
                .map(|problem| FieldFault { key: owner.clone(), label: field.label.clone(), problem })
                .into_iter()
                .collect::<Vec<_>>()
        });
        self.faults.update(|faults| {
            faults.retain(|fault| fault.key != key && fault.key != owner);
            faults.extend(fresh);
        });
        self.shrink();
    }

    /// Documents that are missing, as lines of the summary.
    fn missing(self, facts: &Facts) -> Vec<(String, String)> {
        let answers = self.saver.answers.get_untracked();
        self.files.with_untracked(|files| facts.evidence.missing(&answers, files))
    }

    /// Lines of the summary that are put right disappear; new ones come only with 下一步.
    fn shrink(self) {
        if self.summary.with_untracked(Vec::is_empty) {
            return;
        }
        let missing = self.facts.with_value(|facts| self.missing(facts));
        let faults = self.faults.with_untracked(|faults| sentences::faults(faults));
        let still = |anchor: &String| faults.iter().chain(&missing).any(|(known, _)| known == anchor);
        let mut left = self.summary.get_untracked();
        let before = left.len();
        left.retain(|(anchor, _)| still(anchor));
        if left.len() != before {
            self.focus.set_value(false);
            self.summary.set(left);
        }
    }

    /// 下一步: everything is checked; what is wrong is listed, otherwise the rest is saved and the next page comes.
    fn next(self) {
        let answers = self.saver.answers.get_untracked();
        let (faults, missing, next) =
            self.facts.with_value(|facts| (facts.faults(&answers), self.missing(facts), facts.next.clone()));
        let mut lines = sentences::faults(&faults);
        lines.extend(missing);
        self.faults.set(faults);
        if lines.is_empty() {
            self.summary.set(Vec::new());
            self.saver.finish(Then::Go(next));
        } else {
            self.saver.flush();
            self.focus.set_value(true);
            self.summary.set(lines);
        }
    }
}

/// The step.
pub(super) fn form_step(draft: &Draft, visit: &Visit) -> AnyView {
    let mut typed = None;
    let mut changed_meanwhile = Vec::new();
    if let Some(again) = &visit.again {
        let mut answers = draft.answers.clone();
        take_typed(draft, again, &mut answers, &mut changed_meanwhile);
        typed = Some(answers);
    }
    let facts = Facts::of(draft, visit, typed);
    let on_top = match (&visit.again, facts.lookup.as_ref().and_then(super::lookup::Lookup::told)) {
        (Some(again), Some(line)) => super::failure_summary(&again.failure, vec![line]),
        _ if changed_meanwhile.is_empty() => refused(visit),
        _ => conflict::told(changed_meanwhile),
    };
    let phone = draft.plan.contact_phone.clone();
    let skip = paths::step(draft.id, next_step(draft, Step::Form));
    let save = match draft.profile.phrases.save_form.as_str() {
        "" => words::SAVE_AND_GO_ON.to_owned(),
        official => official.to_owned(),
    };
    let form = crate::part::part("form", &facts, form_part(facts.clone()));
    view! {
        {head(draft, Step::Form)}
        {on_top}
        <div class="cols cols--form mt-6">
        <div class="stack stack--6">
        <h1>{super::name(draft, Step::Form)}</h1>
        {super::notes(draft, Step::Form)}
        {form}
        <div class="actionbar">
            <button class="btn btn--big btn--main" type="submit" form="answers" name="go" value="next">
                <span>{save}</span>
                {icon("arrow", "")}
            </button>
            {back_link(draft, Step::Form)}
            <a class="btn btn--text" href=skip>"没有的先空着，以后补"</a>
        </div>
        </div>
        <aside class="stack stack--3 sticky soft" aria-labelledby="help">
            <h2 class="h-s" id="help">"一次填不完也没关系"</h2>
            <p>"填的内容自动保存。换手机或电脑，登录后都能接着填。"</p>
            <p>
                <span>"不清楚怎么填，可以问机构："</span>
                <a href=format!("tel:{phone}") rel="external">{phone.clone()}</a>
            </p>
        </aside>
        </div>
    }
    .into_any()
}

/// Questions and evidence, with what is wrong above them.
pub(super) fn form_part(facts: Facts) -> AnyView {
    let answers = facts.typed.clone().unwrap_or_else(|| facts.answers.clone());
    let faults = if facts.check { facts.faults(&answers) } else { Vec::new() };
    let mut summary = sentences::faults(&faults);
    if facts.check {
        summary.extend(facts.evidence.missing(&answers, &facts.evidence.files));
    }
    let id = facts.id.clone();
    let state = FormState {
        saver: Saver::new(id.clone(), facts.kept.clone(), facts.answers.clone(), answers, facts.given()),
        faults: RwSignal::new(faults),
        files: RwSignal::new(facts.evidence.files.clone()),
        summary: RwSignal::new(summary),
        focus: StoredValue::new(true),
        rows: facts.rows,
        facts: StoredValue::new(facts.clone()),
    };
    // The page's own title is the server's; a summary that appears later changes it here.
    Effect::new(move |before: Option<bool>| {
        let wrong = !state.summary.with(Vec::is_empty);
        if before.is_some_and(|before| before != wrong) {
            document().set_title(&words::title(Step::Form, wrong));
        }
        wrong
    });
    // Files come and go: their lines of the summary with them.
    Effect::new(move |_| {
        state.files.track();
        state.shrink();
    });
    let sections = facts.form.section.iter().map(|section| section_view(state, section)).collect_view();
    view! {
        {move || view! { <ErrorSummary faults=state.summary.get() focus=state.focus.get_value()/> }}
        {conflict::choice(state)}
        <form
            id="answers"
            class="stack stack--6"
            method="post"
            action=SaveForm::PATH
            novalidate
            on:input=move |event| take(state, &event, false)
            on:change=move |event| take(state, &event, true)
            on:submit=move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                state.next();
            }
        >
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="revision" value=facts.kept.revision/>
            // Enter in a box means "next", not the first button that happens to come.
            <button class="vh" type="submit" name="go" value="next" tabindex="-1" aria-hidden="true">"下一步"</button>
            {sections}
        </form>
        {evidence::needs(&facts.evidence, state.saver.answers, state.files)}
    }
    .into_any()
}

/// What a refused plain form typed goes on top of what is kept. After a change elsewhere, `differs`
/// gets a line for each answer that is not the same.
fn take_typed(draft: &Draft, again: &crate::again::Again, answers: &mut Answers, differs: &mut Vec<conflict::Line>) {
    for (key, value) in &again.typed {
        let Some(field) = draft.profile.form.field(field_of(key)) else { continue };
        if again.failure == Failure::ChangedMeanwhile && answers.get(key) != value.trim() {
            differs.push(conflict::Line {
                key: key.clone(),
                label: field.label.clone(),
                ours: field_view::shown(field, value, &draft.plan.conditions),
                theirs: field_view::shown(field, answers.get(key), &draft.plan.conditions),
            });
        }
        answers.set(key, value);
    }
}

fn section_view(state: FormState, section: &Section) -> AnyView {
    let asked = state.holds(section.show.clone());
    let recorded: Vec<String> = section
        .field
        .iter()
        .filter(|field| !field.not_applicable.is_empty())
        .map(|field| format!("{} {}", field.label, field.not_applicable))
        .collect();
    let instead = section.show.is_some().then(|| {
        let words = words::not_applicable(&section.title, &recorded);
        view! { <p class="meta" hidden=move || asked.get()>{words}</p> }
    });
    let hint = (!section.hint.is_empty()).then(|| view! { <p class="hint">{section.hint.clone()}</p> });
    // Neighbours that depend on the same answer stand under one bar; facts stand in one list.
    let mut groups: Vec<(Option<When>, Vec<AnyView>)> = Vec::new();
    let mut at = 0;
    while let Some(field) = section.field.get(at) {
        let facts = section.field[at..].iter().take_while(|next| next.is_given() && next.show == field.show).count();
        let view =
            if facts > 0 { field_view::facts(state, &section.field[at..at + facts]) } else { one_field(state, field) };
        at += facts.max(1);
        match groups.last_mut() {
            Some((show, fields)) if *show == field.show => fields.push(view),
            _ => groups.push((field.show.clone(), vec![view])),
        }
    }
    let fields = groups
        .into_iter()
        .map(|(show, fields)| match show {
            None => fields.into_any(),
            Some(when) => {
                let holds = state.holds(Some(when));
                view! { <div class="when stack stack--5" hidden=move || !holds.get()>{fields}</div> }.into_any()
            }
        })
        .collect_view();
    view! {
        {instead}
        <section class="group stack stack--5" id=format!("part-{}", section.key) hidden=move || !asked.get()>
            <h2>{section.title.clone()}</h2>
            {hint}
            {fields}
        </section>
    }
    .into_any()
}

/// A field, with 更新 below it when other questions depend on it, and 查询证书 where its number can be looked up.
fn one_field(state: FormState, field: &Field) -> AnyView {
    let key = field.key.clone();
    let decides = state.facts.with_value(|facts| {
        let looks = |when: &Option<When>| when.as_ref().is_some_and(|when| looks_at(when, &key));
        let section = |section: &Section| looks(&section.show) || section.field.iter().any(|field| looks(&field.show));
        facts.form.section.iter().any(section) || facts.evidence.needs.iter().any(|need| looks(&need.show))
    });
    let update = (decides && state.editable(&field.key)).then(|| {
        view! {
            <p class="row no-js">
                <button class="btn btn--quiet btn--small" type="submit" name="go" value=format!("update:{}", field.key)>
                    "更新"
                    <span class="vh">{format!("：{}", field.label)}</span>
                </button>
                <span class="hint">{words::UPDATE_HINT}</span>
            </p>
        }
    });
    let lookup = if state.editable(&field.key) { super::lookup::button(state, &field.key) } else { None };
    view! {
        {field_view::field_view(state, field)}
        {lookup}
        {update}
    }
    .into_any()
}

fn looks_at(when: &When, key: &str) -> bool {
    when.key == key || when.and.as_ref().is_some_and(|further| looks_at(further, key))
}

/// One listener for the whole form: what was typed where.
fn take(state: FormState, event: &leptos::ev::Event, left: bool) {
    let Some((name, value)) = control(event) else { return };
    let Some(key) = name.strip_prefix("answers[").and_then(|rest| rest.strip_suffix(']')) else { return };
    state.typed(key, &value);
    if left {
        let key = key.to_owned();
        crate::ui::after_the_press(move || state.look_at(&key));
    }
}

/// Name and value of the control that an event came from.
#[cfg(feature = "hydrate")]
fn control(event: &leptos::ev::Event) -> Option<(String, String)> {
    use wasm_bindgen::JsCast;
    let target = event.target()?;
    if let Some(input) = target.dyn_ref::<web_sys::HtmlInputElement>() {
        let off = input.type_() == "checkbox" && !input.checked();
        return Some((input.name(), if off { String::new() } else { input.value() }));
    }
    if let Some(select) = target.dyn_ref::<web_sys::HtmlSelectElement>() {
        return Some((select.name(), select.value()));
    }
    let area = target.dyn_ref::<web_sys::HtmlTextAreaElement>()?;
    Some((area.name(), area.value()))
}

// Events only happen in a browser.
#[cfg(not(feature = "hydrate"))]
fn control(_event: &leptos::ev::Event) -> Option<(String, String)> {
    None
}
